//! A client and a server session talk over byte pipes that cut the stream anywhere, while the
//! service answers as it likes. Whatever happens, both sides must agree on what was delivered.
//!
//! Spec: RFC 5321 section 4.1.4, RFC 2920, RFC 3030, RFC 3207

use std::collections::VecDeque;

use proptest::prelude::*;
use smtp::{
    Address, Capabilities, ClientMessage, ClientOptions, ClientSession, ClientStep, Command,
    Envelope, HelloVerb, MailFrom, MessageOutcome, Pipelining, ProtocolError, RcptTo, Reply,
    Request, ReversePath, ServerOptions, ServerSession, ServerState,
};

/// What the service answers when it has no mind to grant.
const WHIMS: [&str; 7] = [
    "250 ok",
    "354 go on",
    "451 4.3.0 later",
    "452 4.5.3 too many",
    "550 5.7.1 no",
    "554 5.0.0 no",
    "421 4.3.2 closing",
];

/// A service which follows its whims, one per request, and grants all when it has none left.
struct Service {
    session: ServerSession,
    offered: Capabilities,
    whims: VecDeque<Option<usize>>,
    delivered: Vec<(Envelope, Vec<u8>)>,
    refused: Vec<ProtocolError>,
}

impl Service {
    fn answer_all(&mut self) {
        while let Some(event) = self.session.poll() {
            let whim = self.whims.pop_front().flatten().map(|index| WHIMS[index]);
            let reply = match (&event.request, whim) {
                (Request::Refused(error), _) => {
                    self.refused.push(error.clone());
                    error.reply()
                }
                (Request::MessageRefused { fault, .. }, _) => fault.reply(),
                (_, Some(whim)) => whim.parse().expect("a whim is a reply"),
                (request, None) => self.grant(request),
            };
            if let Request::Message { content, .. } = event.request
                && reply.is_positive()
            {
                let envelope = self.session.envelope().expect("a message has an envelope").clone();
                self.delivered.push((envelope, content));
            }
            self.session.reply(&reply);
        }
    }

    fn grant(&self, request: &Request) -> Reply {
        match request {
            Request::Connected => Reply::plain(220, "mx.contoso.example"),
            Request::Hello { verb: HelloVerb::Ehlo, .. } => {
                self.offered.to_reply("mx.contoso.example Hello")
            }
            Request::StartTls { .. } => Reply::plain(220, "ready"),
            Request::Data => Reply::plain(354, "go on"),
            Request::Quit => Reply::plain(221, "bye"),
            _ => Reply::plain(250, "ok"),
        }
    }
}

/// Both ends, the octets between them and what was seen.
struct Conversation {
    client: ClientSession,
    service: Service,
    to_server: Vec<u8>,
    to_client: Vec<u8>,
    messages: VecDeque<ClientMessage>,
    commands: Vec<Command>,
    outcomes: Vec<MessageOutcome>,
}

impl Conversation {
    /// Talks until the client hangs up. `pieces` says how many octets arrive at a time.
    fn run(&mut self, pieces: &[usize]) {
        let mut pieces = pieces.iter().copied().cycle();
        for _turn in 0..20_000 {
            if self.client_acts() {
                self.service.session.close();
                return;
            }
            let piece = pieces.next().unwrap_or(1);
            let arrived = cut(&mut self.to_server, piece);
            self.service.session.receive(&arrived);
            self.service.answer_all();
            self.to_client.extend(self.service.session.take_output());
            let arrived = cut(&mut self.to_client, piece);
            self.client.receive(&arrived);
            let is_closed = self.service.session.state() == ServerState::Closed;
            if is_closed && self.to_client.is_empty() && !self.client_acts() {
                self.client.connection_lost(&Reply::plain(421, "connection dropped"));
            }
        }
        panic!("both wait for each other: {:?} {:?}", self.client, self.service.session);
    }

    /// Does what the client wants until it must wait; true when it hung up.
    fn client_acts(&mut self) -> bool {
        loop {
            let step = self.client.step();
            match &step {
                ClientStep::Send(command) => self.commands.push(command.clone()),
                ClientStep::Await if self.client.take_reply().is_none() => return false,
                ClientStep::Challenge(_) => panic!("nothing was asked that has challenges"),
                ClientStep::Upgrade { .. } => self.handshake(),
                ClientStep::Outcome(outcome) => self.outcomes.push(outcome.clone()),
                ClientStep::Ready => match self.messages.pop_front() {
                    Some(message) => self.client.begin(message).expect("it is ready"),
                    None => self.client.finish().expect("it is ready"),
                },
                ClientStep::Closed => return true,
                _ => {}
            }
            self.to_server.extend(step.into_wire());
        }
    }

    fn handshake(&mut self) {
        assert!(self.to_server.is_empty() && self.to_client.is_empty());
        assert_eq!(self.service.session.state(), ServerState::TlsHandshake);
        assert_eq!(self.service.session.tls_started(), 0);
        self.client.tls_started();
    }
}

fn cut(pipe: &mut Vec<u8>, octets: usize) -> Vec<u8> {
    pipe.drain(..octets.min(pipe.len())).collect()
}

fn conversation(
    client: ClientOptions,
    offered: Capabilities,
    message_octets_max: u64,
) -> Conversation {
    let options = ServerOptions { message_octets_max, ..ServerOptions::default() };
    Conversation {
        client: ClientSession::new(client),
        service: Service {
            session: ServerSession::new(options),
            offered,
            whims: VecDeque::new(),
            delivered: Vec::new(),
            refused: Vec::new(),
        },
        to_server: Vec::new(),
        to_client: Vec::new(),
        messages: VecDeque::new(),
        commands: Vec::new(),
        outcomes: Vec::new(),
    }
}

fn with_line_end(content: &[u8]) -> Vec<u8> {
    let is_ended = content.is_empty() || content.ends_with(b"\r\n");
    [content, if is_ended { b"" } else { b"\r\n" }].concat()
}

/// Checks that RCPT was sent behind MAIL, and content behind RCPT.
fn check_order(commands: &[Command]) {
    let mut last = "";
    for command in commands {
        last = match command {
            Command::Mail(_) => "MAIL",
            Command::Rcpt(_) => {
                assert!(last == "MAIL" || last == "RCPT", "RCPT behind {last:?}: {commands:?}");
                "RCPT"
            }
            Command::Data | Command::Bdat { .. } => {
                assert_eq!(last, "RCPT", "{commands:?}");
                "content"
            }
            _ => "",
        };
    }
}

/// Whether a client that pipelines so may get this refusal: what it sent ahead had no base.
fn may_be_refused(pipelining: Pipelining, error: &ProtocolError) -> bool {
    match error {
        ProtocolError::MailFirst => pipelining != Pipelining::Never,
        ProtocolError::RcptFirst => pipelining == Pipelining::EnvelopeAndData,
        _ => false,
    }
}

fn client_options() -> impl Strategy<Value = ClientOptions> {
    let pipelining = prop_oneof![
        Just(Pipelining::Never),
        Just(Pipelining::Envelope),
        Just(Pipelining::EnvelopeAndData),
    ];
    (pipelining, any::<bool>(), any::<bool>()).prop_map(|(pipelining, uses_chunking, says_helo)| {
        let hello = if says_helo { HelloVerb::Helo } else { HelloVerb::Ehlo };
        ClientOptions { pipelining, uses_chunking, hello, ..ClientOptions::new("a.example") }
    })
}

fn offered() -> impl Strategy<Value = Capabilities> {
    let lines = vec!["PIPELINING", "CHUNKING", "STARTTLS", "SIZE 1000"];
    proptest::sample::subsequence(lines, 0..=4)
        .prop_map(|lines| lines.into_iter().fold(Capabilities::new(), Capabilities::with))
}

fn messages() -> impl Strategy<Value = VecDeque<ClientMessage>> {
    let octet = prop_oneof![3 => any::<u8>(), 1 => Just(b'.'), 1 => Just(b'\r'), 1 => Just(b'\n')];
    let content = prop_oneof![
        proptest::collection::vec(octet, 0..60),
        proptest::sample::select(vec![
            "",
            ".",
            "\r\n",
            ".\r\n",
            "\r\n.\r\n",
            "\n.\n",
            "\r\n.\n",
            "\n.\r\nQUIT\r\n",
            "a\r",
            "no end",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    let message = (1usize..4, content).prop_map(|(recipients, content)| {
        let rcpt = ["anna", "bo", "carla"].map(|name| Address::new(name, "contoso.example"));
        let mail = MailFrom::new(ReversePath::Null);
        ClientMessage {
            mail,
            rcpt: rcpt.into_iter().flatten().take(recipients).map(RcptTo::new).collect(),
            content,
        }
    });
    proptest::collection::vec(message, 0..4).prop_map(VecDeque::from)
}

fn whims() -> impl Strategy<Value = VecDeque<Option<usize>>> {
    let whim = prop_oneof![3 => Just(None), 1 => (0..WHIMS.len()).prop_map(Some)];
    proptest::collection::vec(whim, 0..30).prop_map(VecDeque::from)
}

fn pieces() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(prop_oneof![1usize..8, Just(10_000)], 1..20)
}

proptest! {
    #[test]
    fn content_arrives_as_it_was_sent(
        options in client_options(),
        offered in offered(),
        messages in messages(),
        pieces in pieces(),
    ) {
        let mut talk = conversation(options.clone(), offered, 1000);
        talk.messages = messages.clone();
        talk.run(&pieces);
        prop_assert_eq!(talk.client.fault(), None);
        prop_assert_eq!(&talk.service.refused, &[]);
        prop_assert_eq!(talk.service.delivered.len(), messages.len());
        let by_bdat = options.uses_chunking && talk.client.capabilities().offers("CHUNKING");
        for ((envelope, content), message) in talk.service.delivered.iter().zip(&messages) {
            prop_assert_eq!(&envelope.recipients, &message.rcpt);
            let is_whole = if by_bdat {
                content == &message.content
            } else {
                content == &with_line_end(&message.content)
            };
            prop_assert!(is_whole, "{}", content.escape_ascii());
        }
    }

    #[test]
    fn both_sides_agree_on_what_was_delivered(
        (options, offered) in (client_options(), offered()),
        message_octets_max in prop_oneof![Just(1000u64), Just(20)],
        messages in messages(),
        whims in whims(),
        pieces in pieces(),
    ) {
        let mut talk = conversation(options.clone(), offered, message_octets_max);
        talk.messages = messages.clone();
        talk.service.whims = whims;
        talk.run(&pieces);
        check_order(&talk.commands);

        let mut delivered = talk.service.delivered.iter();
        for (outcome, message) in talk.outcomes.iter().zip(&messages) {
            prop_assert_eq!(outcome.recipients.len(), message.rcpt.len());
            let all = message.rcpt.iter().enumerate();
            let expected: Vec<_> = all
                .filter(|(index, _)| outcome.for_recipient(*index).is_some_and(Reply::is_positive))
                .map(|(_, rcpt)| rcpt.clone())
                .collect();
            if !expected.is_empty() {
                let (envelope, content) = delivered.next().expect("delivered as the client was told");
                prop_assert_eq!(&envelope.recipients, &expected);
                prop_assert!(content.starts_with(&message.content));
            }
        }
        prop_assert_eq!(delivered.next(), None, "delivered, but the client was not told");

        if talk.client.fault().is_none() {
            prop_assert_eq!(talk.outcomes.len(), messages.len());
        }
        let is_upset = talk.client.fault().is_some();
        let pipelining = options.pipelining;
        let mut refused = talk.service.refused.iter();
        prop_assert!(is_upset || refused.all(|error| may_be_refused(pipelining, error)));
    }
}
