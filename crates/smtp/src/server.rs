//! The server's side of one connection.
//!
//! The session reads what the client sends, keeps the sequence of RFC 5321 section 4.1.4 and turns
//! every command into an event, one at a time. The service answers each with a reply, and the reply
//! decides what the session does next: no state changes before the answer is known.
//!
//! What the session allows is what the service offered: it reads its own EHLO reply.
//!
//! Not modelled: a connection refused by its banner stays open for QUIT (RFC 5321 section 3.1; here
//! it closes), a SASL security layer, a limit on recipients and every timeout (the service's own).

mod commands;

use crate::chunk::{Chunk, Chunks};
use crate::command::HelloVerb;
use crate::data::{ContentFault, DataDecoder};
use crate::ehlo::Capabilities;
use crate::envelope::{Envelope, MailFrom, RcptTo};
use crate::line::LineReader;
use crate::protocol_error::ProtocolError;
use crate::reply::{Reply, Severity};
use crate::sequence::Standing;
use crate::server_event::{Request, ServerEvent, Transfer};
use crate::server_options::{ServerOptions, ServerState};

/// The server's side of one connection.
#[derive(Debug)]
pub struct ServerSession {
    options: ServerOptions,
    verbs: Vec<String>,
    input: Vec<u8>,
    /// How many octets of the input were read already.
    read: usize,
    output: Vec<u8>,
    lines: LineReader,
    phase: Phase,
    owed: Option<Owed>,
    standing: Standing,
    chunks: Chunks,
    errors: u32,
    /// MAIL, RCPT or content was refused: what the client pipelined behind it fails as well, and
    /// that is not its error.
    was_refused: bool,
}

/// What the input is read as.
#[derive(Debug)]
enum Phase {
    Start,
    Commands,
    Responses { of_auth: bool },
    Content(DataDecoder),
    Chunk(Chunk),
    TlsHandshake,
    Closed,
}

/// What the reply that is owed decides.
#[derive(Debug)]
enum Owed {
    Banner,
    Hello(HelloVerb),
    Tls,
    Exchange { of_auth: bool },
    Mail(MailFrom),
    Rcpt(RcptTo),
    Data,
    Chunk,
    EndOfTransaction,
    EndOfSession,
    Nothing,
}

impl ServerSession {
    /// A session at the start of a connection. Its first event is [`Request::Connected`].
    pub fn new(options: ServerOptions) -> Self {
        let verbs = options.extension_verbs.iter().chain(&options.tls_verbs).cloned().collect();
        Self {
            lines: LineReader::new(options.line_octets_max, options.bare_line_feeds_in_commands),
            options,
            verbs,
            input: Vec::new(),
            read: 0,
            output: Vec::new(),
            phase: Phase::Start,
            owed: None,
            standing: Standing::default(),
            chunks: Chunks::default(),
            errors: 0,
            was_refused: false,
        }
    }

    /// Adds octets as they came.
    pub fn receive(&mut self, bytes: &[u8]) {
        if !matches!(self.phase, Phase::Closed) {
            self.input.drain(..self.read);
            self.read = 0;
            self.input.extend_from_slice(bytes);
        }
    }

    /// The next event; `None` while an answer is owed or more octets are needed.
    pub fn poll(&mut self) -> Option<ServerEvent> {
        if self.owed.is_some() {
            return None;
        }
        let input = std::mem::take(&mut self.input);
        let mut rest = input.get(self.read..).unwrap_or_default();
        let event = self.next_event(&mut rest);
        let unread = rest.len();
        self.read = input.len() - unread;
        self.input = input;
        event
    }

    /// Answers the event. A reply when none is owed is only sent; 421 always closes.
    pub fn reply(&mut self, reply: &Reply) {
        if matches!(self.phase, Phase::Closed) {
            return;
        }
        self.output.extend_from_slice(&reply.to_wire());
        if let Some(owed) = self.owed.take() {
            self.settle(owed, reply);
        }
        if reply.code == 421 {
            self.close();
        }
    }

    /// Whether another command is here already.
    ///
    /// The client then waits for no answer yet: whoever drives the session may hold its output back
    /// until there is none, and must send it when [`poll`](Self::poll) gives `None` (RFC 2920
    /// section 3.2).
    pub fn has_more_input(&self) -> bool {
        match self.phase {
            Phase::Commands | Phase::Responses { .. } => self.lines.is_completed_by(self.unread()),
            _ => false,
        }
    }

    /// Takes the octets to be sent.
    pub fn take_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    /// Tells that TLS is on; call it as well before the banner when the connection began with TLS.
    ///
    /// All that the client said before is forgotten (RFC 3207 section 4.2). So are octets received
    /// and not yet read: they came in plain text, whoever sent them. Gives their number.
    pub fn tls_started(&mut self) -> usize {
        let discarded = self.unread().len();
        self.forget_input();
        self.lines =
            LineReader::new(self.options.line_octets_max, self.options.bare_line_feeds_in_commands);
        self.end_transaction();
        self.standing = Standing { is_tls: true, ..Standing::default() };
        if !matches!(self.phase, Phase::Start | Phase::Closed) {
            self.owed = None;
            self.phase = Phase::Commands;
        }
        discarded
    }

    /// Reads nothing any more: the service hangs up.
    pub fn close(&mut self) {
        self.phase = Phase::Closed;
        self.owed = None;
        self.forget_input();
        self.end_transaction();
    }

    /// How many octets of the client the session holds: unread input, and the line or the content that
    /// has begun.
    ///
    /// Never more than what was received since the last event, plus the longest line, plus the largest
    /// content.
    pub fn octets_held(&self) -> usize {
        let content = match &self.phase {
            Phase::Content(decoder) => decoder.octets_held(),
            _ => self.chunks.content.len(),
        };
        self.unread().len() + self.lines.octets_held() + content
    }

    /// Allows content of that many octets from the next DATA or BDAT on: a limit may depend on who the
    /// client proves to be.
    pub fn set_message_octets_max(&mut self, octets: u64) {
        self.options.message_octets_max = octets;
    }

    /// Where the session stands.
    pub fn state(&self) -> ServerState {
        match &self.phase {
            Phase::Start => ServerState::Connected,
            Phase::Responses { .. } => ServerState::Authentication,
            Phase::Content(_) | Phase::Chunk(_) => ServerState::Content,
            Phase::TlsHandshake => ServerState::TlsHandshake,
            Phase::Closed => ServerState::Closed,
            Phase::Commands => match (&self.standing.offered, &self.standing.envelope) {
                (None, _) => ServerState::Connected,
                (_, None) => ServerState::Greeted,
                _ if self.standing.transfer == Some(Transfer::Bdat) => ServerState::Content,
                (_, Some(envelope)) if envelope.recipients.is_empty() => ServerState::Mail,
                _ => ServerState::Recipients,
            },
        }
    }

    /// The transaction: sender and recipients accepted so far.
    pub fn envelope(&self) -> Option<&Envelope> {
        self.standing.envelope.as_ref()
    }

    /// Whether TLS is on.
    pub fn is_tls(&self) -> bool {
        self.standing.is_tls
    }

    /// Whether AUTH succeeded.
    pub fn is_authenticated(&self) -> bool {
        self.standing.is_authenticated
    }

    fn unread(&self) -> &[u8] {
        self.input.get(self.read..).unwrap_or_default()
    }

    fn forget_input(&mut self) {
        self.input = Vec::new();
        self.read = 0;
    }

    fn next_event(&mut self, input: &mut &[u8]) -> Option<ServerEvent> {
        loop {
            match &mut self.phase {
                Phase::Start => return Some(self.ask(String::new(), Request::Connected)),
                Phase::Commands => {
                    let line = self.lines.read(input)?;
                    if let Some(event) = self.take_command(&line) {
                        return Some(event);
                    }
                }
                Phase::Responses { .. } => {
                    let line = self.lines.read(input)?;
                    return Some(self.take_response(&line));
                }
                Phase::Content(decoder) => {
                    let content = decoder.read(input)?;
                    self.phase = Phase::Commands;
                    return Some(self.ask_content(String::new(), content, Transfer::Data));
                }
                Phase::Chunk(chunk) => {
                    self.chunks.take(chunk, self.options.message_octets_max, input);
                    if chunk.octets_to_come > 0 {
                        return None;
                    }
                    if let Phase::Chunk(chunk) = std::mem::replace(&mut self.phase, Phase::Commands)
                    {
                        return Some(self.end_chunk(chunk));
                    }
                }
                Phase::TlsHandshake | Phase::Closed => return None,
            }
        }
    }

    fn ask_content(
        &mut self,
        line: String,
        content: Result<Vec<u8>, ContentFault>,
        transfer: Transfer,
    ) -> ServerEvent {
        self.ask(
            line,
            match content {
                Ok(content) => Request::Message { content, transfer },
                Err(fault) => Request::MessageRefused { fault, transfer },
            },
        )
    }

    fn refuse(&mut self, line: String, error: ProtocolError) -> ServerEvent {
        let is_consequence = self.was_refused
            && matches!(error, ProtocolError::MailFirst | ProtocolError::RcptFirst);
        self.errors = self.errors.saturating_add(u32::from(!is_consequence));
        let is_too_much = self.options.protocol_errors_max.is_some_and(|max| self.errors > max);
        let error = if is_too_much { ProtocolError::TooManyErrors } else { error };
        self.ask(line, Request::Refused(error))
    }

    fn ask(&mut self, line: String, request: Request) -> ServerEvent {
        self.owed = Some(self.owed_for(&request));
        ServerEvent { line, request }
    }

    fn owed_for(&self, request: &Request) -> Owed {
        match request {
            Request::Connected => Owed::Banner,
            Request::Hello { verb, .. } => Owed::Hello(*verb),
            Request::StartTls { .. } => Owed::Tls,
            Request::Auth { .. } => Owed::Exchange { of_auth: true },
            Request::Extension { .. } => Owed::Exchange { of_auth: false },
            Request::Mail(mail) => Owed::Mail(mail.clone()),
            Request::Rcpt(rcpt) => Owed::Rcpt(rcpt.clone()),
            Request::Data => Owed::Data,
            Request::Chunk { .. } => Owed::Chunk,
            Request::Message { .. } | Request::MessageRefused { .. } | Request::Reset => {
                Owed::EndOfTransaction
            }
            Request::Quit | Request::Refused(ProtocolError::TooManyErrors) => Owed::EndOfSession,
            Request::AuthResponse(_) | Request::Refused(_) => match self.phase {
                Phase::Responses { of_auth } => Owed::Exchange { of_auth },
                _ => Owed::Nothing,
            },
            Request::Noop | Request::Vrfy(_) | Request::Expn(_) | Request::Help(_) => Owed::Nothing,
        }
    }

    fn settle(&mut self, owed: Owed, reply: &Reply) {
        let is_granted = reply.is_positive();
        let goes_on = reply.severity() == Severity::Intermediate;
        match owed {
            Owed::Banner => self.phase = if is_granted { Phase::Commands } else { Phase::Closed },
            Owed::Hello(verb) if is_granted => {
                self.end_transaction();
                self.standing.offered = Some(match verb {
                    HelloVerb::Ehlo => Capabilities::from_reply(reply),
                    HelloVerb::Helo => Capabilities::new(),
                });
            }
            Owed::Tls if is_granted => self.phase = Phase::TlsHandshake,
            Owed::Exchange { of_auth } if goes_on => self.phase = Phase::Responses { of_auth },
            Owed::Exchange { of_auth } => {
                self.phase = Phase::Commands;
                self.standing.is_authenticated |= of_auth && is_granted;
            }
            Owed::Mail(mail) if is_granted => {
                self.end_transaction();
                self.standing.envelope = Some(Envelope { mail, recipients: Vec::new() });
            }
            Owed::Rcpt(rcpt) if is_granted => {
                if let Some(envelope) = &mut self.standing.envelope {
                    envelope.recipients.push(rcpt);
                }
            }
            Owed::Mail(_) | Owed::Rcpt(_) => self.was_refused = true,
            Owed::Data => {
                self.standing.transfer = Some(Transfer::Data);
                if goes_on {
                    self.phase = Phase::Content(DataDecoder::new(
                        self.options.message_octets_max,
                        self.options.bare_line_feeds_in_content,
                    ));
                }
            }
            Owed::Chunk if is_granted => {}
            Owed::Chunk | Owed::EndOfTransaction => {
                self.end_transaction();
                self.was_refused = !is_granted;
            }
            Owed::EndOfSession => self.close(),
            Owed::Hello(_) | Owed::Tls | Owed::Nothing => {}
        }
    }

    fn end_transaction(&mut self) {
        self.standing.reset();
        self.chunks = Chunks::default();
        self.was_refused = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::BareLineFeeds;
    use proptest::prelude::*;

    const EXTENSIONS: [&str; 10] = [
        "SIZE 100",
        "PIPELINING",
        "DSN",
        "STARTTLS",
        "X-OTHERTLS",
        "AUTH LOGIN",
        "8BITMIME",
        "BINARYMIME",
        "CHUNKING",
        "SMTPUTF8",
    ];

    fn options() -> ServerOptions {
        ServerOptions {
            extension_verbs: vec!["XCLIENT".into()],
            tls_verbs: vec!["X-OTHERTLS".into()],
            line_octets_max: 60,
            message_octets_max: 20,
            ..ServerOptions::default()
        }
    }

    /// A service that grants everything.
    fn granting(request: &Request) -> Reply {
        let offered = EXTENSIONS.iter().fold(Capabilities::new(), |all, line| all.with(line));
        let text = match request {
            Request::Connected => "220 mx.contoso.example",
            Request::Hello { verb: HelloVerb::Ehlo, .. } => {
                return offered.to_reply("mx.contoso.example Hello");
            }
            Request::StartTls { .. } => "220 2.0.0 go ahead",
            Request::Auth { .. } => "334 VXNlcm5hbWU6",
            Request::AuthResponse(_) => "235 2.7.0 welcome",
            Request::Data => "354 go ahead",
            Request::Quit => "221 2.0.0 bye",
            Request::Refused(error) => return error.reply(),
            Request::MessageRefused { fault, .. } => return fault.reply(),
            _ => "250 2.0.0 ok",
        };
        text.parse().unwrap()
    }

    /// Runs the session over all it received: `<` what came, `>` the reply, `=` what was asked
    /// where the line does not tell. Lines that start with a key of `replies` get that reply.
    fn run(session: &mut ServerSession, replies: &[(&str, &str)]) -> Vec<String> {
        let mut log = Vec::new();
        while let Some(ServerEvent { line, request }) = session.poll() {
            log.push(format!("< {line}"));
            match &request {
                Request::Message { content, transfer } => {
                    log.push(format!("= {transfer:?} \"{}\"", content.escape_ascii()));
                }
                Request::MessageRefused { fault, transfer } => {
                    log.push(format!("= {transfer:?} {fault:?}"));
                }
                Request::AuthResponse(_) => log.push("= response".to_owned()),
                _ => {}
            }
            let scripted = replies.iter().find(|(start, _)| line.starts_with(start));
            let reply = match scripted.filter(|_| !line.is_empty()) {
                Some((_, text)) => text.parse().unwrap(),
                None => granting(&request),
            };
            session.reply(&reply);
            log.push(format!("> {reply}"));
        }
        log
    }

    fn transcript(options: ServerOptions, replies: &[(&str, &str)], input: &str) -> String {
        let mut session = ServerSession::new(options);
        session.receive(input.replace('\n', "\r\n").as_bytes());
        let log = run(&mut session, replies);
        // The banner and the reply to EHLO are the same everywhere.
        let shown = log.iter().skip(if input.starts_with("EHLO a\n") { 4 } else { 2 });
        shown.cloned().chain([format!("{:?}", session.state())]).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_message_by_data() {
        let input = "EHLO a\nMAIL FROM:<>\nRCPT TO:<b@c>\nDATA\n..x\n\n.\nQUIT\n";
        insta::assert_snapshot!(transcript(options(), &[], input), @r#"
        < MAIL FROM:<>
        > 250 2.0.0 ok
        < RCPT TO:<b@c>
        > 250 2.0.0 ok
        < DATA
        > 354 go ahead
        < 
        = Data ".x\r\n\r\n"
        > 250 2.0.0 ok
        < QUIT
        > 221 2.0.0 bye
        Closed
        "#);
    }

    #[test]
    fn a_message_in_chunks() {
        let input =
            "EHLO a\nMAIL FROM:<>\nRCPT TO:<b@c>\nBDAT 3\n.\nBDAT 0\nBDAT 4 LAST\nQUITNOOP\n";
        insta::assert_snapshot!(transcript(options(), &[], input), @r#"
        < MAIL FROM:<>
        > 250 2.0.0 ok
        < RCPT TO:<b@c>
        > 250 2.0.0 ok
        < BDAT 3
        > 250 2.0.0 ok
        < BDAT 0
        > 250 2.0.0 ok
        < BDAT 4 LAST
        = Bdat ".\r\nQUIT"
        > 250 2.0.0 ok
        < NOOP
        > 250 2.0.0 ok
        Greeted
        "#);
    }

    #[test]
    fn a_refused_chunk_is_read_all_the_same() {
        let input = "EHLO a\nBDAT 6\nQUIT\nMAIL FROM:<>\nBDAT 6 LAST\nQUIT\nRCPT TO:<b@c>\nBDAT 2\n12\
            DATA\nBDAT 18 LAST\n345678901234567890BDAT x\n";
        insta::assert_snapshot!(transcript(options(), &[], input), @r#"
        < BDAT 6
        > 503 5.5.1 expected MAIL first
        < MAIL FROM:<>
        > 250 2.0.0 ok
        < BDAT 6 LAST
        > 554 5.5.1 expected an accepted RCPT first
        < RCPT TO:<b@c>
        > 250 2.0.0 ok
        < BDAT 2
        > 250 2.0.0 ok
        < DATA
        > 503 5.5.1 DATA and BDAT do not mix in one transaction
        < BDAT 18 LAST
        = Bdat "12345678901234567890"
        > 250 2.0.0 ok
        < BDAT x
        > 501 5.5.4 BDAT: expected a chunk size, then LAST or nothing, came "x"
        Greeted
        "#);
    }

    #[test]
    fn chunks_beyond_the_limit_end_the_transaction() {
        let input = "EHLO a\nMAIL FROM:<>\nRCPT TO:<b@c>\nBDAT 15\n123456789012345BDAT 6\n123456\
            BDAT 2 LAST\n12NOOP\n";
        insta::assert_snapshot!(transcript(options(), &[], input), @"
        < MAIL FROM:<>
        > 250 2.0.0 ok
        < RCPT TO:<b@c>
        > 250 2.0.0 ok
        < BDAT 15
        > 250 2.0.0 ok
        < BDAT 6
        = Bdat TooLarge { octets: 21 }
        > 552 5.3.4 message exceeds fixed maximum size
        < BDAT 2 LAST
        > 503 5.5.1 expected MAIL first
        < NOOP
        > 250 2.0.0 ok
        Greeted
        ");
    }

    #[test]
    fn content_beyond_the_limit_is_read_to_its_end() {
        let input = "EHLO a\nMAIL FROM:<>\nRCPT TO:<b@c>\nDATA\n1234567890\n1234567890\n.\nDATA\n";
        insta::assert_snapshot!(transcript(options(), &[], input), @"
        < MAIL FROM:<>
        > 250 2.0.0 ok
        < RCPT TO:<b@c>
        > 250 2.0.0 ok
        < DATA
        > 354 go ahead
        < 
        = Data TooLarge { octets: 24 }
        > 552 5.3.4 message exceeds fixed maximum size
        < DATA
        > 503 5.5.1 expected MAIL first
        Greeted
        ");
    }

    #[test]
    fn a_refusal_opens_nothing() {
        let replies = [
            ("MAIL FROM:<x@y>", "550 5.7.1 no"),
            ("RCPT TO:<x@y>", "550 5.1.1 unknown"),
            ("DATA", "451 4.3.0 later"),
        ];
        let input = "EHLO a\nMAIL FROM:<x@y>\nRCPT TO:<b@c>\nMAIL FROM:<>\nRCPT TO:<x@y>\n\
            RCPT TO:<b@c>\nDATA\nBDAT 0 LAST\n";
        insta::assert_snapshot!(transcript(options(), &replies, input), @"
        < MAIL FROM:<x@y>
        > 550 5.7.1 no
        < RCPT TO:<b@c>
        > 503 5.5.1 expected MAIL first
        < MAIL FROM:<>
        > 250 2.0.0 ok
        < RCPT TO:<x@y>
        > 550 5.1.1 unknown
        < RCPT TO:<b@c>
        > 250 2.0.0 ok
        < DATA
        > 451 4.3.0 later
        < BDAT 0 LAST
        > 503 5.5.1 DATA and BDAT do not mix in one transaction
        Recipients
        ");
    }

    #[test]
    fn a_refused_hello_leaves_all_as_it_was() {
        let replies = [("EHLO bad", "550 5.7.1 no")];
        let input = "EHLO a\nMAIL FROM:<>\nEHLO bad\nRCPT TO:<b@c>\nEHLO b\nRCPT TO:<b@c>\n";
        insta::assert_snapshot!(transcript(options(), &replies, input), @"
        < MAIL FROM:<>
        > 250 2.0.0 ok
        < EHLO bad
        > 550 5.7.1 no
        < RCPT TO:<b@c>
        > 250 2.0.0 ok
        < EHLO b
        > 250 mx.contoso.example Hello SIZE 100 PIPELINING DSN STARTTLS X-OTHERTLS AUTH LOGIN 8BITMIME BINARYMIME CHUNKING SMTPUTF8
        < RCPT TO:<b@c>
        > 503 5.5.1 expected MAIL first
        Greeted
        ");
    }

    #[test]
    fn helo_offers_nothing() {
        let input = "HELO a\nMAIL FROM:<> SIZE=1\nSTARTTLS\nMAIL FROM:<>\n";
        insta::assert_snapshot!(transcript(options(), &[], input), @"
        < HELO a
        > 250 2.0.0 ok
        < MAIL FROM:<> SIZE=1
        > 555 5.5.4 parameter SIZE was not offered
        < STARTTLS
        > 502 5.5.1 STARTTLS was not offered
        < MAIL FROM:<>
        > 250 2.0.0 ok
        Mail
        ");
    }

    #[test]
    fn an_authentication_is_a_dialogue() {
        let replies = [("YQ==", "334 UGFzc3dvcmQ6"), ("XCLIENT go", "334 more")];
        let long = "x".repeat(61);
        let input = format!(
            "EHLO a\nXCLIENT go\n*\nAUTH LOGIN\nYQ==\nYg==\nAUTH LOGIN\nXCLIENT go\n{long}\nNOOP\n"
        );
        insta::assert_snapshot!(transcript(options(), &replies, &input), @"
        < XCLIENT go
        > 334 more
        < *
        = response
        > 235 2.7.0 welcome
        < AUTH LOGIN
        > 334 VXNlcm5hbWU6
        < YQ==
        = response
        > 334 UGFzc3dvcmQ6
        < Yg==
        = response
        > 235 2.7.0 welcome
        < AUTH LOGIN
        > 503 5.5.1 the client is authenticated already
        < XCLIENT go
        > 334 more
        < xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
        > 500 5.5.2 line too long: expected at most 60 octets
        < NOOP
        > 250 2.0.0 ok
        Greeted
        ");
    }

    #[test]
    fn what_is_no_command_is_refused() {
        let long = "NOOP ".to_owned() + &"x".repeat(60);
        let input = format!("EHLO a\nFOO bar\n\nDATA now\nMAIL FROM:b@c\n{long}\nNOOP\n");
        insta::assert_snapshot!(transcript(options(), &[], &input), @r#"
        < FOO bar
        > 500 5.5.1 verb "FOO" is not known
        < 
        > 500 5.5.1 verb "" is not known
        < DATA now
        > 501 5.5.4 DATA: expected nothing, came "now"
        < MAIL FROM:b@c
        > 501 5.5.4 MAIL: expected FROM:<reverse-path>, came "FROM:b@c"
        < NOOP xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
        > 500 5.5.2 line too long: expected at most 60 octets
        < NOOP
        > 250 2.0.0 ok
        Greeted
        "#);
    }

    #[test]
    fn errors_beyond_the_limit_close_the_session() {
        let options = ServerOptions { protocol_errors_max: Some(2), ..options() };
        let input = "EHLO a\nFOO\nBAR\nNOOP\nBAZ\nNOOP\n";
        insta::assert_snapshot!(transcript(options, &[], input), @r#"
        < FOO
        > 500 5.5.1 verb "FOO" is not known
        < BAR
        > 500 5.5.1 verb "BAR" is not known
        < NOOP
        > 250 2.0.0 ok
        < BAZ
        > 421 4.7.0 too many errors
        Closed
        "#);
    }

    #[test]
    fn what_is_pipelined_behind_a_refusal_is_no_error() {
        let options = ServerOptions { protocol_errors_max: Some(0), ..options() };
        let replies = [("MAIL FROM:<>", "451 4.7.1 later"), ("BDAT 0", "452 4.3.1 full")];
        let input = "EHLO a\nMAIL FROM:<>\nRCPT TO:<b@c>\nDATA\nMAIL FROM:<x@y>\nRCPT TO:<b@c>\n\
            BDAT 0\nBDAT 0 LAST\nRSET\nRCPT TO:<b@c>\n";
        insta::assert_snapshot!(transcript(options, &replies, input), @"
        < MAIL FROM:<>
        > 451 4.7.1 later
        < RCPT TO:<b@c>
        > 503 5.5.1 expected MAIL first
        < DATA
        > 503 5.5.1 expected MAIL first
        < MAIL FROM:<x@y>
        > 250 2.0.0 ok
        < RCPT TO:<b@c>
        > 250 2.0.0 ok
        < BDAT 0
        > 452 4.3.1 full
        < BDAT 0 LAST
        > 452 4.3.1 full
        < RSET
        > 250 2.0.0 ok
        < RCPT TO:<b@c>
        > 421 4.7.0 too many errors
        Closed
        ");
    }

    #[test]
    fn bare_line_feeds_in_commands_may_be_refused() {
        let mut session = ServerSession::new(ServerOptions {
            bare_line_feeds_in_commands: BareLineFeeds::Refuse,
            ..options()
        });
        session.receive(b"EHLO a\nNOOP\r\nNOOP\r\n");
        let log = run(&mut session, &[]);
        assert_eq!(log[2..4], ["< EHLO a\nNOOP", "> 500 5.5.2 line with a bare CR or LF"]);
        assert_eq!(log[4], "< NOOP");
    }

    #[test]
    fn bare_line_feeds_in_content_may_be_refused() {
        let options =
            ServerOptions { bare_line_feeds_in_content: BareLineFeeds::Refuse, ..options() };
        let mut session = ServerSession::new(options);
        session.receive(b"EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<b@c>\r\nDATA\r\na\nb\r\n.\r\n");
        session.receive(b"MAIL FROM:<>\r\nRCPT TO:<b@c>\r\nBDAT 2 LAST\r\na\n");
        session.receive(b"MAIL FROM:<> BODY=BINARYMIME\r\nRCPT TO:<b@c>\r\nBDAT 2 LAST\r\na\n");
        let log = run(&mut session, &[]);
        let asked: Vec<_> = log.iter().filter(|line| line.starts_with('=')).collect();
        assert_eq!(asked, ["= Data BareLineFeed", "= Bdat BareLineFeed", r#"= Bdat "a\n""#]);
    }

    #[test]
    fn tls_makes_the_server_forget() {
        let mut session = ServerSession::new(options());
        session.receive(b"EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<b@c>\r\nSTARTTLS\r\n");
        run(&mut session, &[]);
        assert_eq!(session.state(), ServerState::TlsHandshake);
        session.receive(b"RSET\r\nMAI");
        assert_eq!(session.poll(), None);
        assert_eq!(session.tls_started(), 9);
        assert_eq!((session.state(), session.envelope()), (ServerState::Connected, None));
        session.receive(b"MAIL FROM:<>\r\nEHLO a\r\nSTARTTLS\r\nX-OTHERTLS\r\n");
        let log = run(&mut session, &[]);
        assert_eq!(log[1], "> 503 5.5.1 expected EHLO or HELO first");
        assert_eq!(log[5], "> 503 5.5.1 TLS is active already");
        assert_eq!(log[7], "> 503 5.5.1 TLS is active already");
        assert!(session.is_tls());
    }

    #[test]
    fn a_connection_may_begin_with_tls() {
        let mut session = ServerSession::new(options());
        session.tls_started();
        session.receive(b"EHLO a\r\nSTARTTLS\r\n");
        let log = run(&mut session, &[]);
        assert_eq!(log[..2], ["< ", "> 220 mx.contoso.example"]);
        assert_eq!(log[5], "> 503 5.5.1 TLS is active already");
    }

    #[test]
    fn plain_text_behind_starttls_is_never_read() {
        for verb in ["STARTTLS", "x-othertls"] {
            let mut session = ServerSession::new(options());
            session.receive(format!("EHLO a\r\n{verb}\r\n").as_bytes());
            session.receive(b"MAIL FROM:<>\r\nRCPT TO:<b@c>\r\n");
            let log = run(&mut session, &[]);
            assert_eq!(log.last().map(String::as_str), Some("> 220 2.0.0 go ahead"));
            assert!(!session.has_more_input());
            assert_eq!(session.tls_started(), 29);
            session.receive(b"EHLO a\r\nRCPT TO:<b@c>\r\n");
            let log = run(&mut session, &[]);
            assert_eq!(log.last().map(String::as_str), Some("> 503 5.5.1 expected MAIL first"));
        }
    }

    #[test]
    fn the_limit_of_content_may_change_with_the_client() {
        let mut session = ServerSession::new(options());
        session.receive(b"EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<b@c>\r\n");
        run(&mut session, &[]);
        session.set_message_octets_max(30);
        session.receive(b"DATA\r\n1234567890123456789012345\r\n.\r\n");
        let log = run(&mut session, &[]);
        assert!(log.iter().any(|line| line.starts_with("= Data \"12345")), "{log:?}");
    }

    #[test]
    fn a_connection_may_be_refused() {
        let mut session = ServerSession::new(options());
        assert_eq!(session.poll().unwrap().request, Request::Connected);
        session.reply(&"554 5.7.1 no".parse().unwrap());
        session.receive(b"EHLO a\r\n");
        assert_eq!((session.poll(), session.state()), (None, ServerState::Closed));
        assert_eq!(session.take_output(), b"554 5.7.1 no\r\n");
    }

    #[test]
    fn a_timeout_closes_without_being_asked() {
        let mut session = ServerSession::new(options());
        session.receive(b"EHLO a\r\n");
        run(&mut session, &[]);
        session.take_output();
        session.reply(&"421 4.4.1 Connection timed out".parse().unwrap());
        assert_eq!(session.take_output(), b"421 4.4.1 Connection timed out\r\n");
        assert_eq!(session.state(), ServerState::Closed);
    }

    #[test]
    fn the_output_can_wait_for_the_last_pipelined_command() {
        let mut session = ServerSession::new(options());
        session.receive(b"EHLO a\r\n");
        run(&mut session, &[]);
        session.take_output();
        session.receive(b"MAIL FROM:<>\r\nRCPT TO:<b@c>\r\nDAT");
        for (command, is_followed) in [("MAIL FROM:<>", true), ("RCPT TO:<b@c>", false)] {
            let event = session.poll().unwrap();
            assert_eq!(event.line, command);
            session.reply(&granting(&event.request));
            assert_eq!(session.has_more_input(), is_followed);
        }
        assert_eq!(session.take_output(), b"250 2.0.0 ok\r\n250 2.0.0 ok\r\n");
        session.receive(b"A\r\nfirst line\r\n");
        let event = session.poll().unwrap();
        session.reply(&granting(&event.request));
        assert!(!session.has_more_input(), "content is no command");
    }

    fn stream() -> impl Strategy<Value = Vec<u8>> {
        let line = prop_oneof![
            3 => proptest::sample::select(vec![
                "EHLO a\r\n", "MAIL FROM:<>\r\n", "RCPT TO:<b@c>\r\n", "DATA\r\n", "RSET\r\n",
                "BDAT 3\r\nabc", "BDAT 2 LAST\r\n\r\n", "BDAT 9\r\n", "AUTH LOGIN\r\n", "*\r\n",
                "\r\n.\r\n", "\n.\r\n", ".\n", "text\r\n", "..\r\n", "XCLIENT x\r\n", "NOOP\n",
            ]).prop_map(|text| text.as_bytes().to_vec()),
            1 => proptest::collection::vec(any::<u8>(), 0..8),
        ];
        let body = proptest::collection::vec(line, 0..25).prop_map(|lines| lines.concat());
        // Most streams get as far as a transaction.
        (any::<bool>(), body).prop_map(|(greets, body)| {
            let start = if greets { "EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<b@c>\r\n" } else { "" };
            [start.as_bytes(), &body].concat()
        })
    }

    fn policy() -> impl Strategy<Value = ServerOptions> {
        (any::<bool>(), any::<bool>(), proptest::option::of(0u32..6)).prop_map(
            |(refuses, refuses_in_content, protocol_errors_max)| {
                let refuse = |refuses| {
                    if refuses { BareLineFeeds::Refuse } else { BareLineFeeds::Accept }
                };
                ServerOptions {
                    bare_line_feeds_in_commands: refuse(refuses),
                    bare_line_feeds_in_content: refuse(refuses_in_content),
                    protocol_errors_max,
                    ..options()
                }
            },
        )
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same_events(
            options in policy(),
            bytes in stream(),
            cuts in proptest::collection::vec(1usize..20, 0..40),
        ) {
            let replies = [("RCPT TO:<b@c>", "250 ok"), ("XCLIENT", "334 more")];
            let mut whole = ServerSession::new(options.clone());
            whole.receive(&bytes);
            let expected = run(&mut whole, &replies);
            let mut session = ServerSession::new(options);
            let mut log = Vec::new();
            let mut rest = bytes.as_slice();
            for cut in cuts.into_iter().chain([usize::MAX]) {
                let (piece, later) = rest.split_at(cut.min(rest.len()));
                session.receive(piece);
                log.extend(run(&mut session, &replies));
                rest = later;
            }
            prop_assert_eq!(log, expected);
            prop_assert_eq!(session.state(), whole.state());
            prop_assert_eq!(session.take_output(), whole.take_output());
        }

        #[test]
        fn content_ends_only_with_five_octets(bytes in stream()) {
            let mut session = ServerSession::new(ServerOptions {
                message_octets_max: 10_000,
                ..options()
            });
            session.receive(b"EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<b@c>\r\nDATA\r\n");
            run(&mut session, &[]);
            session.receive(&bytes);
            let framed = [b"\r\n", bytes.as_slice()].concat();
            let has_end = framed.windows(5).any(|window| window == b"\r\n.\r\n");
            prop_assert_eq!(session.poll().is_some(), has_end);
        }
    }
}
