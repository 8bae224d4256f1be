//! Clients that mean no good, or speak another protocol: whatever comes in whatever pieces, the server
//! session neither panics nor keeps more than its limits, gives the same events, and takes a message
//! only where DATA or BDAT was granted.

use proptest::prelude::*;
use smtp::{
    Capabilities, HelloVerb, Reply, Request, ServerOptions, ServerSession, ServerState, Transfer,
};

const LINE_MAX: usize = 100;
const CONTENT_MAX: u64 = 300;

fn session() -> ServerSession {
    ServerSession::new(ServerOptions {
        extension_verbs: vec!["X-EXPS".to_owned()],
        tls_verbs: vec!["X-ANONYMOUSTLS".to_owned()],
        line_octets_max: LINE_MAX,
        message_octets_max: CONTENT_MAX,
        ..ServerOptions::default()
    })
}

/// A service that refuses every third recipient, and every logon after one question.
fn answer(session: &ServerSession, request: &Request) -> Reply {
    let text = match request {
        Request::Connected => "220 mx.contoso.example",
        Request::Hello { verb: HelloVerb::Ehlo, .. } => {
            let offers = [
                "SIZE 300",
                "PIPELINING",
                "DSN",
                "STARTTLS",
                "X-ANONYMOUSTLS",
                "AUTH NTLM LOGIN",
                "8BITMIME",
                "BINARYMIME",
                "CHUNKING",
                "SMTPUTF8",
            ];
            let offered = offers.iter().fold(Capabilities::new(), |all, line| all.with(line));
            return offered.to_reply("mx.contoso.example Hello");
        }
        Request::Rcpt(_) => match session.envelope().map(|one| one.recipients.len() % 3) {
            Some(2) => "550 5.7.1 no",
            _ => "250 2.1.5 ok",
        },
        Request::Auth { .. } => "334 VXNlcm5hbWU6",
        Request::AuthResponse(_) => "535 5.7.3 no",
        Request::StartTls { .. } => "220 2.0.0 ready",
        Request::Data => "354 go ahead",
        Request::Quit => "221 2.0.0 bye",
        Request::Refused(error) => return error.reply(),
        Request::MessageRefused { fault, .. } => return fault.reply(),
        _ => "250 2.0.0 ok",
    };
    text.parse().expect("a reply")
}

/// Feeds the pieces and gives what was asked, with the replies. Stops where TLS would start: what
/// follows is no longer for the session to read.
fn converse<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Vec<String> {
    let mut session = session();
    let mut log = Vec::new();
    let mut granted = None;
    for piece in pieces {
        session.receive(piece);
        while let Some(event) = session.poll() {
            let recipients = session.envelope().map_or(0, |one| one.recipients.len());
            match &event.request {
                Request::Message { content, transfer } => {
                    let by_chunks = *transfer == Transfer::Bdat && event.line.len() > 4;
                    assert!(granted.take() == Some(*transfer) || by_chunks, "{log:?}");
                    assert!(recipients > 0 && content.len() as u64 <= CONTENT_MAX, "{log:?}");
                }
                Request::MessageRefused { .. } => granted = None,
                _ => {}
            }
            let reply = answer(&session, &event.request);
            if event.request == Request::Data && reply.code == 354 {
                granted = Some(Transfer::Data);
            }
            session.reply(&reply);
            log.push(format!("{event:?} {reply}"));
        }
        session.take_output();
        if session.state() == ServerState::TlsHandshake {
            break;
        }
        let bound = LINE_MAX + usize::try_from(CONTENT_MAX).expect("a small limit");
        assert!(session.octets_held() <= bound, "{} octets are held", session.octets_held());
    }
    log
}

fn hostile_bytes() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        6 => proptest::sample::select(vec![
            "EHLO a\r\n", "HELO a\n", "EHLO \0\r\n", "MAIL FROM:<>\r\n",
            "MAIL FROM:<a@b.example> SIZE=20 BODY=8BITMIME\r\n", "MAIL FROM:<> BODY=BINARYMIME\r\n",
            "MAIL FROM:<ü@b.example> SMTPUTF8\r\n", "RCPT TO:<b@c.example>\r\n",
            "RCPT TO:<b@c.example> NOTIFY=NEVER\r\n", "DATA\r\n", "DATA\n", "RSET\r\n", "BDAT 3\r\nabc",
            "BDAT 5 LAST\r\nQUIT\r", "BDAT 0 LAST\r\n", "BDAT 18446744073709551615\r\n", "BDAT\r\n",
            "AUTH LOGIN\r\n", "AUTH PLAIN AGEAYg==\r\n", "*\r\n", "STARTTLS\r\n", "X-ANONYMOUSTLS\r\n",
            "\r\n.\r\n", "\n.\n", "\r\n.\n", "\n.\r\n", "\r.\r\n", "\r\n.\r", "..\r\n", "\r", "\n",
            "GET / HTTP/1.1\r\nHost: mx\r\n\r\n", "\u{16}\u{3}\u{1}\0", "XCLIENT NAME=x\r\n", "QUIT\r\n",
        ]).prop_map(|text| text.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..40),
        1 => (any::<u8>(), 0..700usize).prop_map(|(byte, count)| vec![byte; count]),
    ];
    let body = proptest::collection::vec(line, 0..30).prop_map(|lines| lines.concat());
    (0..3usize, body).prop_map(|(start, body)| {
        let starts =
            ["", "EHLO a\r\n", "EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<b@c.example>\r\nDATA\r\n"];
        [starts[start].as_bytes(), &body].concat()
    })
}

proptest! {
    #[test]
    fn pieces_change_nothing_and_no_message_comes_unasked(
        bytes in hostile_bytes(),
        cuts in proptest::collection::vec(1usize..30, 0..60),
    ) {
        let whole = converse(std::iter::once(bytes.as_slice()));
        let mut rest = bytes.as_slice();
        let mut pieces: Vec<&[u8]> = cuts
            .into_iter()
            .map(|cut| {
                let (piece, later) = rest.split_at(cut.min(rest.len()));
                rest = later;
                piece
            })
            .collect();
        pieces.push(rest);
        prop_assert_eq!(converse(pieces.into_iter()), whole);
    }
}

#[test]
fn a_line_without_end_is_not_kept() {
    let mut session = session();
    for _ in 0..1000 {
        session.receive(&[b'a'; 1000]);
        while let Some(event) = session.poll() {
            session.reply(&answer(&session, &event.request));
        }
        assert!(session.octets_held() <= LINE_MAX);
    }
}

#[test]
fn content_beyond_the_limit_is_not_kept() {
    for start in ["DATA\r\n", "BDAT 100000000 LAST\r\n"] {
        let mut session = session();
        session.receive(b"EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<b@c.example>\r\n");
        session.receive(start.as_bytes());
        for _ in 0..100 {
            session.receive(&[b'a'; 1000]);
            while let Some(event) = session.poll() {
                session.reply(&answer(&session, &event.request));
            }
        }
        assert_eq!((session.octets_held(), session.state()), (0, ServerState::Content), "{start}");
    }
}

#[test]
fn a_hundred_thousand_pipelined_commands_are_answered_one_by_one() {
    let mut session = session();
    session.receive(&b"NOOP\r\n".repeat(100_000));
    let mut answered = 0;
    while let Some(event) = session.poll() {
        session.reply(&answer(&session, &event.request));
        session.take_output();
        answered += 1;
    }
    assert_eq!((answered, session.octets_held()), (100_001, 0));
}
