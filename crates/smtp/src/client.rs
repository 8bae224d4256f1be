//! The client's side of one connection: banner, EHLO, perhaps TLS and EHLO again, then messages.
//!
//! Whoever drives the session does what [`ClientSession::step`] says. Replies are taken one at a
//! time by [`ClientSession::take_reply`], and only then take effect, so that a log shows them in
//! order with the commands they lead to.
//!
//! Not modelled: content in several chunks, DATA retried as BDAT, a second TLS verb when the first
//! is refused, conversion for servers without 8BITMIME or SMTPUTF8, every timeout.

mod replies;

use std::collections::VecDeque;

use crate::address::Address;
use crate::client_options::{ClientOptions, Pipelining};
use crate::client_step::{ClientError, ClientFault, ClientMessage, ClientStep};
use crate::command::{Command, HelloVerb};
use crate::ehlo::Capabilities;
use crate::envelope::Body;
use crate::parameter::Parameter;
use crate::reply::Reply;
use crate::reply_reader::{ReplyError, ReplyReader};
use crate::transaction::Transaction;

/// The client's side of one connection.
#[derive(Debug)]
pub struct ClientSession {
    options: ClientOptions,
    replies: ReplyReader,
    /// Steps that need no reply before they are taken.
    queue: VecDeque<ClientStep>,
    /// What the replies to come are about, in order.
    awaited: VecDeque<Awaited>,
    stage: Stage,
    banner: Option<Reply>,
    capabilities: Capabilities,
    is_tls: bool,
    tls_refusal: Option<Reply>,
    transaction: Option<Transaction>,
    /// The server still has a transaction that went nowhere.
    needs_reset: bool,
    fault: Option<ClientFault>,
}

/// What to do when the queue is empty and no reply awaited.
#[derive(Debug)]
enum Stage {
    Busy,
    Ready,
    Challenge(String),
    TlsHandshake(String),
    Closed,
}

/// What a reply answers.
#[derive(Debug)]
enum Awaited {
    Banner,
    Hello(HelloVerb),
    Tls(String),
    Exchange,
    Reset,
    Mail,
    Rcpt,
    Data,
    Content,
    ContentForNobody,
    Quit,
}

impl ClientSession {
    /// A session at the start of a connection; it awaits the banner.
    pub fn new(options: ClientOptions) -> Self {
        Self {
            options,
            replies: ReplyReader::new(),
            queue: VecDeque::new(),
            awaited: VecDeque::from([Awaited::Banner]),
            stage: Stage::Busy,
            banner: None,
            capabilities: Capabilities::new(),
            is_tls: false,
            tls_refusal: None,
            transaction: None,
            needs_reset: false,
            fault: None,
        }
    }

    /// What to do next. Steps that send something, and outcomes, are given once.
    pub fn step(&mut self) -> ClientStep {
        if let Some(step) = self.queue.pop_front() {
            return step;
        }
        if !self.awaited.is_empty() {
            return ClientStep::Await;
        }
        match &self.stage {
            Stage::Busy => ClientStep::Await,
            Stage::Ready => ClientStep::Ready,
            Stage::Challenge(text) => ClientStep::Challenge(text.clone()),
            Stage::TlsHandshake(verb) => ClientStep::Upgrade { verb: verb.clone() },
            Stage::Closed => ClientStep::Closed,
        }
    }

    /// Adds octets as they came.
    pub fn receive(&mut self, bytes: &[u8]) {
        self.replies.feed(bytes);
    }

    /// Takes the next reply, for the log, and lets it take effect.
    ///
    /// `None` when more octets are needed, or when steps are to be done first: `step` says which.
    /// What comes instead of a reply ends the session.
    pub fn take_reply(&mut self) -> Option<Result<Reply, ReplyError>> {
        let is_deaf = matches!(self.stage, Stage::TlsHandshake(_) | Stage::Closed);
        if is_deaf || !self.queue.is_empty() {
            return None;
        }
        let taken = self.replies.next_reply()?;
        match &taken {
            Ok(reply) => self.settle(reply),
            Err(error) => self.close(error.clone().into()),
        }
        Some(taken)
    }

    /// Starts a message; first a RSET when the one before left a transaction open.
    ///
    /// # Errors
    /// When the session is not ready, or the message has no recipient.
    pub fn begin(&mut self, message: ClientMessage) -> Result<(), ClientError> {
        self.leave_ready()?;
        if message.rcpt.is_empty() {
            self.stage = Stage::Ready;
            return Err(ClientError::NoRecipients);
        }
        let message = self.declaring_utf8(message);
        self.transaction = Some(Transaction::new(message));
        if self.needs_reset {
            self.send(Command::Rset, Awaited::Reset);
        } else {
            self.send_envelope();
        }
        Ok(())
    }

    /// Sends one command that is no part of a message: AUTH, NOOP, VRFY, an extension's verb.
    ///
    /// # Errors
    /// When the session is not ready.
    pub fn ask(&mut self, command: Command) -> Result<(), ClientError> {
        self.leave_ready()?;
        self.send(command, Awaited::Exchange);
        Ok(())
    }

    /// Answers a challenge, with the line as it is to be sent.
    ///
    /// # Errors
    /// When there is no challenge.
    pub fn answer(&mut self, response: String) -> Result<(), ClientError> {
        if !matches!(self.stage, Stage::Challenge(_)) {
            return Err(ClientError::NotReady);
        }
        self.stage = Stage::Busy;
        self.queue.push_back(ClientStep::SendResponse(response));
        self.awaited.push_back(Awaited::Exchange);
        Ok(())
    }

    /// Ends the session with QUIT.
    ///
    /// # Errors
    /// When the session is not ready.
    pub fn finish(&mut self) -> Result<(), ClientError> {
        self.leave_ready()?;
        self.send(Command::Quit, Awaited::Quit);
        Ok(())
    }

    /// Tells that TLS is on; call it as well before the banner when the connection began with TLS.
    ///
    /// What the server said before is forgotten (RFC 3207 section 4.2), and so are octets received
    /// and not yet taken: they came in plain text.
    pub fn tls_started(&mut self) {
        self.is_tls = true;
        if matches!(self.stage, Stage::TlsHandshake(_)) {
            self.replies.clear();
            self.capabilities = Capabilities::new();
            self.stage = Stage::Busy;
            self.send_hello(self.options.hello);
        }
    }

    /// Tells that the connection is gone. A message under way ends as if the server had said
    /// `reply`, a refusal such as 421 4.4.2, to all that was still open.
    pub fn connection_lost(&mut self, reply: &Reply) {
        if !matches!(self.stage, Stage::Closed) {
            self.end(reply, ClientFault::ConnectionLost(reply.clone()));
        }
    }

    /// The server's banner.
    pub fn banner(&self) -> Option<&Reply> {
        self.banner.as_ref()
    }

    /// What the server offered last; nothing after HELO.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Whether TLS is on.
    pub fn is_tls(&self) -> bool {
        self.is_tls
    }

    /// The reply that refused TLS; the session then goes on without, if it is let.
    pub fn tls_refusal(&self) -> Option<&Reply> {
        self.tls_refusal.as_ref()
    }

    /// Why the session closes before its time.
    pub fn fault(&self) -> Option<&ClientFault> {
        self.fault.as_ref()
    }

    fn send_hello(&mut self, verb: HelloVerb) {
        let domain = self.options.domain.clone();
        let command = match verb {
            HelloVerb::Ehlo => Command::Ehlo(domain),
            HelloVerb::Helo => Command::Helo(domain),
        };
        self.send(command, Awaited::Hello(verb));
    }

    /// Addresses outside ASCII must be declared to a server that takes them (RFC 6531 section 3.4).
    fn declaring_utf8(&self, mut message: ClientMessage) -> ClientMessage {
        let sender = message.mail.reverse_path.address();
        let mut addresses = sender.into_iter().chain(message.rcpt.iter().map(|rcpt| &rcpt.address));
        let is_needed = !message.mail.smtputf8() && !addresses.all(Address::is_ascii);
        if is_needed && self.capabilities.offers("SMTPUTF8") {
            message.mail = message.mail.with(Parameter::flag("SMTPUTF8"));
        }
        message
    }

    fn send_envelope(&mut self) {
        let Some(message) = self.transaction.as_ref().map(|transaction| &transaction.message)
        else {
            return;
        };
        let mail = Command::Mail(message.mail.clone());
        let recipients: Vec<_> = message.rcpt.iter().cloned().map(Command::Rcpt).collect();
        let is_offered = self.capabilities.offers("PIPELINING");
        let pipelining = if is_offered { self.options.pipelining } else { Pipelining::Never };
        self.send(mail, Awaited::Mail);
        if pipelining != Pipelining::Never {
            for rcpt in recipients {
                self.send(rcpt, Awaited::Rcpt);
            }
        }
        if pipelining == Pipelining::EnvelopeAndData && !self.sends_chunk() {
            self.send(Command::Data, Awaited::Data);
        }
    }

    /// Whether this message goes by BDAT: as the options have it, or because DATA may not carry it.
    fn sends_chunk(&self) -> bool {
        let body = self.transaction.as_ref().and_then(|t| t.message.mail.body());
        (self.options.uses_chunking || body == Some(Body::BinaryMime))
            && self.capabilities.offers("CHUNKING")
    }

    fn take_content(&mut self) -> Vec<u8> {
        self.transaction
            .as_mut()
            .map(|t| std::mem::take(&mut t.message.content))
            .unwrap_or_default()
    }

    fn send(&mut self, command: Command, awaited: Awaited) {
        self.queue.push_back(ClientStep::Send(command));
        self.awaited.push_back(awaited);
    }

    fn leave_ready(&mut self) -> Result<(), ClientError> {
        if !matches!(self.stage, Stage::Ready) || !self.queue.is_empty() {
            return Err(ClientError::NotReady);
        }
        self.stage = Stage::Busy;
        Ok(())
    }

    fn close(&mut self, fault: ClientFault) {
        self.queue.clear();
        self.awaited.clear();
        self.transaction = None;
        self.stage = Stage::Closed;
        self.fault = Some(fault);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client_step::MessageOutcome;
    use crate::envelope::{MailFrom, RcptTo};
    use crate::parameter::Parameter;
    use proptest::prelude::*;

    const EHLO: &str = "250-mx.contoso.example\n250-SIZE 100\n250-PIPELINING\n250 CHUNKING";

    fn message(recipients: &[&str]) -> ClientMessage {
        let rcpt = recipients.iter().map(|text| RcptTo::new(text.parse().unwrap())).collect();
        let mail = MailFrom::new(crate::ReversePath::Null);
        ClientMessage { mail, rcpt, content: b".hi".to_vec() }
    }

    fn pipelining(pipelining: Pipelining) -> ClientOptions {
        ClientOptions { pipelining, ..ClientOptions::new("a.example") }
    }

    /// A client and the server's replies, in the order they will be awaited.
    struct Dialogue {
        client: ClientSession,
        replies: VecDeque<String>,
        log: Vec<String>,
    }

    impl Dialogue {
        fn new(options: ClientOptions, replies: &[&str]) -> Self {
            let replies = replies.iter().map(|text| text.replace('\n', "\r\n") + "\r\n").collect();
            Self { client: ClientSession::new(options), replies, log: Vec::new() }
        }

        /// Does what the steps say until the client asks for something, or replies run out.
        fn run(&mut self) -> ClientStep {
            loop {
                let step = self.client.step();
                match &step {
                    ClientStep::Send(command) => self.log.push(format!("> {command}")),
                    ClientStep::SendResponse(line) => self.log.push(format!("> {line}")),
                    ClientStep::SendContent(octets) => {
                        self.log.push(format!("> {}", octets.escape_ascii()));
                    }
                    ClientStep::Outcome(outcome) => self.log.push(shown(outcome)),
                    ClientStep::Await => {
                        let Some(reply) = self.replies.pop_front() else { return step };
                        self.client.receive(reply.as_bytes());
                        match self.client.take_reply() {
                            Some(Ok(reply)) => self.log.push(format!("< {reply}")),
                            other => self.log.push(format!("< {other:?}")),
                        }
                    }
                    ClientStep::Upgrade { verb } => {
                        self.log.push(format!("= handshake after {verb}"));
                        self.client.receive(b"250 injected\r\n");
                        assert_eq!(self.client.take_reply(), None);
                        self.client.tls_started();
                    }
                    ClientStep::Challenge(_) | ClientStep::Ready | ClientStep::Closed => {
                        return step;
                    }
                }
            }
        }

        /// What came of it, from the first message on.
        fn end(mut self) -> String {
            let last = self.run();
            self.log.push(format!("{last:?}"));
            self.log.extend(self.client.fault().map(ToString::to_string));
            let is_hello = |line: &&String| line.starts_with("> EHLO");
            let skipped = if self.log.iter().any(|line| line.starts_with("> MAIL")) {
                self.log.iter().position(|line| is_hello(&line)).map_or(0, |at| at + 2)
            } else {
                0
            };
            self.log[skipped..].join("\n")
        }
    }

    fn shown(outcome: &MessageOutcome) -> String {
        let decisive = |index| match outcome.for_recipient(index) {
            Some(reply) => reply.to_string(),
            None => "nothing".to_owned(),
        };
        let recipients: Vec<_> = (0..outcome.recipients.len()).map(decisive).collect();
        let end = if outcome.content.is_some() { "" } else { ", no content" };
        format!("= {}{end}", recipients.join(" | "))
    }

    fn deliver(options: ClientOptions, recipients: &[&str], replies: &[&str]) -> String {
        let replies = [&["220 mx.contoso.example", EHLO], replies].concat();
        let mut dialogue = Dialogue::new(options, &replies);
        assert_eq!(dialogue.run(), ClientStep::Ready);
        dialogue.client.begin(message(recipients)).unwrap();
        if dialogue.run() == ClientStep::Ready && !dialogue.replies.is_empty() {
            dialogue.client.begin(message(&["z@z"])).unwrap();
        }
        dialogue.end()
    }

    #[test]
    fn one_command_at_a_time() {
        let replies =
            ["250 2.1.0 ok", "250 2.1.5 ok", "550 5.1.1 no", "354 go", "250 2.6.0 queued"];
        insta::assert_snapshot!(
            deliver(pipelining(Pipelining::Never), &["b@c", "x@c"], &replies), @r"
        > MAIL FROM:<>
        < 250 2.1.0 ok
        > RCPT TO:<b@c>
        < 250 2.1.5 ok
        > RCPT TO:<x@c>
        < 550 5.1.1 no
        > DATA
        < 354 go
        > ..hi\r\n.\r\n
        < 250 2.6.0 queued
        = 250 2.6.0 queued | 550 5.1.1 no
        Ready
        ");
    }

    #[test]
    fn the_envelope_at_once() {
        let replies =
            ["250 2.1.0 ok", "250 2.1.5 ok", "550 5.1.1 no", "354 go", "250 2.6.0 queued"];
        insta::assert_snapshot!(
            deliver(pipelining(Pipelining::Envelope), &["b@c", "x@c"], &replies), @r"
        > MAIL FROM:<>
        > RCPT TO:<b@c>
        > RCPT TO:<x@c>
        < 250 2.1.0 ok
        < 250 2.1.5 ok
        < 550 5.1.1 no
        > DATA
        < 354 go
        > ..hi\r\n.\r\n
        < 250 2.6.0 queued
        = 250 2.6.0 queued | 550 5.1.1 no
        Ready
        ");
    }

    #[test]
    fn the_envelope_and_data_at_once() {
        let replies = ["250 2.1.0 ok", "250 2.1.5 ok", "354 go", "452 4.3.1 full"];
        insta::assert_snapshot!(
            deliver(pipelining(Pipelining::EnvelopeAndData), &["b@c"], &replies), @r"
        > MAIL FROM:<>
        > RCPT TO:<b@c>
        > DATA
        < 250 2.1.0 ok
        < 250 2.1.5 ok
        < 354 go
        > ..hi\r\n.\r\n
        < 452 4.3.1 full
        = 452 4.3.1 full
        Ready
        ");
    }

    #[test]
    fn pipelined_data_without_a_recipient_gets_the_final_dot_alone() {
        let replies = ["250 2.1.0 ok", "550 5.1.1 no", "354 go", "554 5.5.1 nobody", "250 ok"];
        insta::assert_snapshot!(
            deliver(pipelining(Pipelining::EnvelopeAndData), &["b@c"], &replies), @r"
        > MAIL FROM:<>
        > RCPT TO:<b@c>
        > DATA
        < 250 2.1.0 ok
        < 550 5.1.1 no
        < 354 go
        > .\r\n
        < 554 5.5.1 nobody
        = 550 5.1.1 no, no content
        > MAIL FROM:<>
        > RCPT TO:<z@z>
        > DATA
        < 250 ok
        Await
        ");
    }

    #[test]
    fn a_refused_sender_decides_for_all_recipients() {
        let replies = ["451 4.7.1 later", "503 5.5.1 no", "503 5.5.1 no", "503 5.5.1 no", "250 ok"];
        insta::assert_snapshot!(
            deliver(pipelining(Pipelining::EnvelopeAndData), &["b@c", "d@e"], &replies), @"
        > MAIL FROM:<>
        > RCPT TO:<b@c>
        > RCPT TO:<d@e>
        > DATA
        < 451 4.7.1 later
        < 503 5.5.1 no
        < 503 5.5.1 no
        < 503 5.5.1 no
        = 451 4.7.1 later | 451 4.7.1 later, no content
        > MAIL FROM:<>
        > RCPT TO:<z@z>
        > DATA
        < 250 ok
        Await
        ");
        insta::assert_snapshot!(
            deliver(pipelining(Pipelining::Never), &["b@c", "d@e"], &replies[..1]), @"
        > MAIL FROM:<>
        < 451 4.7.1 later
        = 451 4.7.1 later | 451 4.7.1 later, no content
        Ready
        ");
    }

    #[test]
    fn a_recipient_without_a_sender_is_nobody() {
        let replies = ["451 4.7.1 later", "250 ok", "354 go", "554 5.5.1 nobody"];
        insta::assert_snapshot!(
            deliver(pipelining(Pipelining::EnvelopeAndData), &["b@c"], &replies), @r"
        > MAIL FROM:<>
        > RCPT TO:<b@c>
        > DATA
        < 451 4.7.1 later
        < 250 ok
        < 354 go
        > .\r\n
        < 554 5.5.1 nobody
        = 451 4.7.1 later, no content
        Ready
        ");
    }

    #[test]
    fn replies_wait_until_the_commands_are_sent() {
        let mut dialogue = Dialogue::new(ClientOptions::new("a"), &["220 mx", EHLO]);
        dialogue.run();
        dialogue.client.begin(message(&["b@c"])).unwrap();
        dialogue.client.receive(b"250 ok\r\n");
        assert_eq!(dialogue.client.take_reply(), None);
        assert!(matches!(dialogue.client.step(), ClientStep::Send(Command::Mail(_))));
        assert!(dialogue.client.take_reply().is_some());
    }

    #[test]
    fn a_transaction_that_went_nowhere_is_reset() {
        let replies =
            ["250 ok", "550 5.1.1 no", "250 reset", "250 ok", "250 ok", "451 4.3.0 later"];
        insta::assert_snapshot!(deliver(pipelining(Pipelining::Never), &["b@c"], &replies), @"
        > MAIL FROM:<>
        < 250 ok
        > RCPT TO:<b@c>
        < 550 5.1.1 no
        = 550 5.1.1 no, no content
        > RSET
        < 250 reset
        > MAIL FROM:<>
        < 250 ok
        > RCPT TO:<z@z>
        < 250 ok
        > DATA
        < 451 4.3.0 later
        = 451 4.3.0 later
        Ready
        ");
    }

    #[test]
    fn chunks_are_sent_as_they_are() {
        let options = ClientOptions { uses_chunking: true, ..pipelining(Pipelining::Envelope) };
        let replies = ["250 ok", "250 ok", "552 5.3.4 too large", "250 reset"];
        insta::assert_snapshot!(deliver(options, &["b@c"], &replies), @"
        > MAIL FROM:<>
        > RCPT TO:<b@c>
        < 250 ok
        < 250 ok
        > BDAT 3 LAST
        > .hi
        < 552 5.3.4 too large
        = 552 5.3.4 too large
        > RSET
        < 250 reset
        > MAIL FROM:<>
        > RCPT TO:<z@z>
        Await
        ");
    }

    #[test]
    fn binary_content_goes_by_bdat_in_any_case() {
        let replies = ["220 mx", EHLO, "250 ok", "250 ok", "250 queued"];
        let mut dialogue = Dialogue::new(ClientOptions::new("a.example"), &replies);
        dialogue.run();
        let mut binary = message(&["b@c"]);
        binary.mail = binary.mail.with(Parameter::new("BODY", "BINARYMIME"));
        dialogue.client.begin(binary).unwrap();
        assert!(dialogue.end().contains("> BDAT 3 LAST\n> .hi\n"));
    }

    #[test]
    fn addresses_outside_ascii_are_declared() {
        for (ehlo, declared) in [
            ("250-mx\r\n250 SMTPUTF8", "> MAIL FROM:<> SMTPUTF8\n"),
            ("250 mx", "> MAIL FROM:<>\n"),
        ] {
            let replies = ["220 mx", ehlo, "250 ok", "250 ok", "354 go", "250 queued"];
            let mut dialogue = Dialogue::new(ClientOptions::new("a.example"), &replies);
            dialogue.run();
            dialogue.client.begin(message(&["jürgen@contoso.example"])).unwrap();
            let said = dialogue.end();
            assert!(said.contains(declared), "{said}");
        }
    }

    #[test]
    fn a_server_that_closes_decides_for_those_still_open() {
        let replies = ["250 ok", "550 5.1.1 no", "421 4.3.2 shutting down"];
        let recipients = ["b@c", "d@e", "f@g"];
        insta::assert_snapshot!(
            deliver(pipelining(Pipelining::Never), &recipients, &replies), @"
        > MAIL FROM:<>
        < 250 ok
        > RCPT TO:<b@c>
        < 550 5.1.1 no
        > RCPT TO:<d@e>
        < 421 4.3.2 shutting down
        = 550 5.1.1 no | 421 4.3.2 shutting down | 421 4.3.2 shutting down
        Closed
        server closes: 421 4.3.2 shutting down
        ");
    }

    #[test]
    fn a_lost_connection_decides_for_those_still_open() {
        let mut dialogue = Dialogue::new(ClientOptions::new("a"), &["220 mx", EHLO, "250 ok"]);
        dialogue.run();
        dialogue.client.begin(message(&["b@c"])).unwrap();
        assert_eq!(dialogue.run(), ClientStep::Await);
        dialogue.client.connection_lost(&"421 4.4.2 Connection dropped".parse().unwrap());
        let end = dialogue.end();
        let expected = "= 421 4.4.2 Connection dropped\nClosed\nconnection lost: 421 4.4.2";
        assert!(end.contains(expected), "{end}");
    }

    #[test]
    fn tls_makes_the_client_greet_again() {
        let options = ClientOptions {
            tls_verbs: vec!["X-OTHERTLS".into(), "STARTTLS".into()],
            ..ClientOptions::new("a.example")
        };
        let offers = "250-mx\n250-STARTTLS\n250 X-OTHERTLS";
        let replies = ["220 mx", offers, "220 2.0.0 go", "250-mx\n250 STARTTLS", "221 bye"];
        let mut dialogue = Dialogue::new(options, &replies);
        assert_eq!(dialogue.run(), ClientStep::Ready);
        assert!(dialogue.client.is_tls() && !dialogue.client.capabilities().offers("X-OTHERTLS"));
        dialogue.client.finish().unwrap();
        insta::assert_snapshot!(dialogue.end(), @"
        < 220 mx
        > EHLO a.example
        < 250 mx STARTTLS X-OTHERTLS
        > X-OTHERTLS
        < 220 2.0.0 go
        = handshake after X-OTHERTLS
        > EHLO a.example
        < 250 mx STARTTLS
        > QUIT
        < 221 bye
        Closed
        ");
    }

    #[test]
    fn what_was_offered_before_tls_is_forgotten() {
        let replies = ["220 mx", "250-mx\n250 STARTTLS", "220 2.0.0 go", "502 what", "250 mx"];
        let mut dialogue = Dialogue::new(ClientOptions::new("a.example"), &replies);
        assert_eq!(dialogue.run(), ClientStep::Ready);
        assert_eq!(dialogue.client.capabilities(), &Capabilities::new());
    }

    #[test]
    fn a_connection_may_begin_with_tls() {
        let offers = "250-mx\n250 STARTTLS";
        let mut dialogue = Dialogue::new(ClientOptions::new("a.example"), &["220 mx", offers]);
        dialogue.client.tls_started();
        assert_eq!(dialogue.run(), ClientStep::Ready);
        assert_eq!(dialogue.log, ["< 220 mx", "> EHLO a.example", "< 250 mx STARTTLS"]);
    }

    #[test]
    fn refused_tls_is_told() {
        let replies = ["220 mx", "250-mx\n250 STARTTLS", "454 4.7.0 no certificate"];
        let mut dialogue = Dialogue::new(ClientOptions::new("a.example"), &replies);
        assert_eq!(dialogue.run(), ClientStep::Ready);
        assert!(!dialogue.client.is_tls());
        assert_eq!(dialogue.client.tls_refusal(), Some(&replies[2].parse().unwrap()));
    }

    #[test]
    fn a_refused_ehlo_becomes_helo() {
        let replies = ["220 mx", "502 5.5.1 what", "250 mx", "221 bye"];
        let mut dialogue = Dialogue::new(ClientOptions::new("a.example"), &replies);
        assert_eq!(dialogue.run(), ClientStep::Ready);
        dialogue.client.finish().unwrap();
        insta::assert_snapshot!(dialogue.end(), @"
        < 220 mx
        > EHLO a.example
        < 502 5.5.1 what
        > HELO a.example
        < 250 mx
        > QUIT
        < 221 bye
        Closed
        ");
    }

    #[test]
    fn an_exchange_is_a_dialogue() {
        let replies = ["220 mx", "250-mx\n250 AUTH LOGIN", "334 VXNlcm5hbWU6", "535 5.7.3 no"];
        let mut dialogue = Dialogue::new(ClientOptions::new("a.example"), &replies);
        dialogue.run();
        let auth = Command::Auth { mechanism: "LOGIN".into(), initial_response: None };
        dialogue.client.ask(auth).unwrap();
        assert_eq!(dialogue.client.answer(String::new()), Err(ClientError::NotReady));
        assert_eq!(dialogue.run(), ClientStep::Challenge("VXNlcm5hbWU6".into()));
        dialogue.client.answer("YQ==".into()).unwrap();
        assert_eq!(dialogue.run(), ClientStep::Ready);
        assert_eq!(
            dialogue.log[3..],
            ["> AUTH LOGIN", "< 334 VXNlcm5hbWU6", "> YQ==", "< 535 5.7.3 no"]
        );
    }

    #[test]
    fn faults_close_the_session() {
        let end = |replies: &[&str]| Dialogue::new(ClientOptions::new("a"), replies).end();
        insta::assert_snapshot!(
            [
                end(&["554 5.7.1 go away", "221 bye"]),
                end(&["421 4.3.2 not now"]),
                end(&["220 mx", "451 4.3.0 later", "221 bye"]),
                end(&["220 mx", "500 what", "500 what", "221 bye"]),
                end(&["HTTP/1.1 400 Bad Request"]),
            ]
            .join("\n\n"), @r#"
        < 554 5.7.1 go away
        > QUIT
        < 221 bye
        Closed
        connection refused: 554 5.7.1 go away

        < 421 4.3.2 not now
        Closed
        server closes: 421 4.3.2 not now

        < 220 mx
        > EHLO a
        < 451 4.3.0 later
        > QUIT
        < 221 bye
        Closed
        hello refused: 451 4.3.0 later

        < 220 mx
        > EHLO a
        < 500 what
        > HELO a
        < 500 what
        > QUIT
        < 221 bye
        Closed
        hello refused: 500 what

        < Some(Err(NoCode("HTTP/1.1 400 Bad Request")))
        Closed
        "HTTP/1.1 400 Bad Request" is no reply: expected a code from 200 to 599
        "#);
    }

    #[test]
    fn any_reply_to_quit_will_do() {
        let replies = ["220 mx", EHLO, "421 4.4.2 too late"];
        let mut dialogue = Dialogue::new(ClientOptions::new("a"), &replies);
        dialogue.run();
        dialogue.client.finish().unwrap();
        assert_eq!((dialogue.run(), dialogue.client.fault()), (ClientStep::Closed, None));
    }

    #[test]
    fn what_was_not_offered_is_not_used() {
        let options = ClientOptions {
            pipelining: Pipelining::EnvelopeAndData,
            uses_chunking: true,
            ..ClientOptions::new("a")
        };
        let replies = ["220 mx", "250 mx", "250 ok", "250 ok"];
        let mut dialogue = Dialogue::new(options, &replies);
        dialogue.run();
        dialogue.client.begin(message(&["b@c"])).unwrap();
        dialogue.run();
        let expected = ["> MAIL FROM:<>", "< 250 ok", "> RCPT TO:<b@c>", "< 250 ok", "> DATA"];
        assert_eq!(dialogue.log[3..], expected);
    }

    #[test]
    fn replies_that_make_no_sense_are_faults() {
        for (replies, to) in [
            (&["354 go"][..], "MAIL"),
            (&["250 ok", "354 go"], "RCPT"),
            (&["250 ok", "250 ok", "354 go", "354 go"], "the content"),
        ] {
            let end = deliver(ClientOptions::new("a"), &["b@c"], &[replies, &["221 bye"]].concat());
            let expected = format!("> QUIT\n< 221 bye\nClosed\nunexpected reply to {to}: 354 go");
            assert!(end.ends_with(&expected), "{end}");
        }
    }

    #[test]
    fn data_must_be_answered_by_a_question() {
        let replies = ["250 ok", "250 ok", "250 what", "221 bye"];
        insta::assert_snapshot!(deliver(pipelining(Pipelining::Never), &["b@c"], &replies), @"
        > MAIL FROM:<>
        < 250 ok
        > RCPT TO:<b@c>
        < 250 ok
        > DATA
        < 250 what
        > QUIT
        < 221 bye
        Closed
        unexpected reply to DATA: 250 what
        ");
    }

    #[test]
    fn a_message_must_wait_and_have_a_recipient() {
        let mut dialogue = Dialogue::new(ClientOptions::new("a"), &["220 mx", EHLO]);
        assert_eq!(dialogue.client.begin(message(&["b@c"])), Err(ClientError::NotReady));
        dialogue.run();
        assert_eq!(dialogue.client.begin(message(&[])), Err(ClientError::NoRecipients));
        assert_eq!(dialogue.client.begin(message(&["b@c"])), Ok(()));
        assert_eq!(dialogue.client.finish(), Err(ClientError::NotReady));
    }

    #[test]
    fn a_reply_nobody_waits_for_is_a_fault() {
        let mut dialogue = Dialogue::new(ClientOptions::new("a"), &["220 mx", EHLO]);
        dialogue.run();
        dialogue.client.receive(b"250 what\r\n");
        assert!(dialogue.client.take_reply().is_some());
        let fault = dialogue.client.fault().unwrap().to_string();
        assert_eq!(fault, "unexpected reply to nothing: 250 what");
    }

    proptest! {
        #[test]
        fn any_octets_lead_to_an_end(
            bytes in proptest::collection::vec(
                prop_oneof![
                    "(220|250|354|421|451|550)[ -](STARTTLS|PIPELINING)?\r\n".prop_map(String::into_bytes),
                    proptest::collection::vec(any::<u8>(), 0..6),
                ],
                0..20,
            ),
            options in (0usize..3).prop_map(|index| {
                let all = [Pipelining::Never, Pipelining::Envelope, Pipelining::EnvelopeAndData];
                pipelining(all[index])
            }),
        ) {
            let mut client = ClientSession::new(options);
            client.receive(&bytes.concat());
            let mut awaited_in_vain = false;
            for _ in 0..200 {
                match client.step() {
                    ClientStep::Await if client.take_reply().is_none() => {
                        awaited_in_vain = true;
                        break;
                    }
                    ClientStep::Ready => client.begin(message(&["b@c", "d@e"])).unwrap(),
                    ClientStep::Challenge(_) => client.answer("*".into()).unwrap(),
                    ClientStep::Upgrade { .. } => client.tls_started(),
                    ClientStep::Closed => break,
                    _ => {}
                }
            }
            prop_assert!(awaited_in_vain || client.step() == ClientStep::Closed);
        }
    }
}
