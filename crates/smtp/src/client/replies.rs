//! What each reply leads to.

use super::{Awaited, ClientSession, Stage};
use crate::client_step::{ClientFault, ClientStep};
use crate::command::{Command, HelloVerb};
use crate::data::encode_data;
use crate::ehlo::Capabilities;
use crate::reply::{Reply, Severity};
use crate::transaction::Transaction;

impl ClientSession {
    pub(super) fn settle(&mut self, reply: &Reply) {
        let awaited = self.awaited.pop_front();
        if reply.code == 421 && !matches!(awaited, Some(Awaited::Quit)) {
            return self.end(reply, ClientFault::ServerCloses(reply.clone()));
        }
        match awaited {
            None => self.unexpected("nothing", reply),
            Some(Awaited::Banner) => self.settle_banner(reply),
            Some(Awaited::Hello(verb)) => self.settle_hello(verb, reply),
            Some(Awaited::Tls(verb)) => self.settle_tls(verb, reply),
            Some(Awaited::Exchange) => {
                self.stage = match reply.severity() {
                    Severity::Intermediate => Stage::Challenge(reply.text()),
                    _ => Stage::Ready,
                };
            }
            Some(Awaited::Reset) if reply.is_positive() => self.send_envelope(),
            Some(Awaited::Reset) => self.unexpected("RSET", reply),
            Some(Awaited::Mail) => self.settle_mail(reply),
            Some(Awaited::Rcpt) => self.settle_rcpt(reply),
            Some(Awaited::Data) => self.settle_data(reply),
            Some(Awaited::Content) => self.settle_content(reply),
            Some(Awaited::ContentForNobody) => {
                self.needs_reset = false;
                self.conclude(None, reply);
            }
            Some(Awaited::Quit) => self.stage = Stage::Closed,
        }
    }

    fn settle_banner(&mut self, reply: &Reply) {
        self.banner = Some(reply.clone());
        match reply.severity() {
            Severity::Positive => self.send_hello(self.options.hello),
            Severity::Intermediate => self.unexpected("the connection", reply),
            _ => self.quit(ClientFault::BannerRefused(reply.clone())),
        }
    }

    fn settle_hello(&mut self, verb: HelloVerb, reply: &Reply) {
        match (verb, reply.severity()) {
            (_, Severity::Intermediate) => self.unexpected("EHLO", reply),
            (HelloVerb::Ehlo, Severity::Positive) => {
                self.capabilities = Capabilities::from_reply(reply);
                self.upgrade_or_be_ready();
            }
            (HelloVerb::Helo, Severity::Positive) => self.stage = Stage::Ready,
            (HelloVerb::Ehlo, Severity::Permanent) => self.send_hello(HelloVerb::Helo),
            _ => self.quit(ClientFault::HelloRefused(reply.clone())),
        }
    }

    fn upgrade_or_be_ready(&mut self) {
        let offered = |verb: &&String| self.capabilities.offers(verb);
        let wanted = self.options.tls_verbs.iter().find(offered).cloned();
        match wanted.filter(|_| !self.is_tls) {
            None => self.stage = Stage::Ready,
            Some(verb) if verb.eq_ignore_ascii_case("STARTTLS") => {
                self.send(Command::StartTls, Awaited::Tls(verb));
            }
            Some(verb) => {
                let command = Command::Extension { verb: verb.clone(), arguments: String::new() };
                self.send(command, Awaited::Tls(verb));
            }
        }
    }

    fn settle_tls(&mut self, verb: String, reply: &Reply) {
        match reply.severity() {
            Severity::Positive => self.stage = Stage::TlsHandshake(verb),
            Severity::Intermediate => self.unexpected("STARTTLS", reply),
            _ => {
                self.tls_refusal = Some(reply.clone());
                self.stage = Stage::Ready;
            }
        }
    }

    fn settle_mail(&mut self, reply: &Reply) {
        if reply.severity() == Severity::Intermediate {
            return self.unexpected("MAIL", reply);
        }
        self.needs_reset = reply.is_positive();
        if let Some(transaction) = &mut self.transaction {
            transaction.mail = Some(reply.clone());
        }
        self.proceed(reply);
    }

    fn settle_rcpt(&mut self, reply: &Reply) {
        if reply.severity() == Severity::Intermediate {
            return self.unexpected("RCPT", reply);
        }
        if let Some(transaction) = &mut self.transaction {
            transaction.recipients.push(reply.clone());
        }
        self.proceed(reply);
    }

    /// After a reply to MAIL or RCPT: sends what comes next, once no other reply is awaited.
    fn proceed(&mut self, last: &Reply) {
        let Some(transaction) = self.transaction.as_ref().filter(|_| self.awaited.is_empty())
        else {
            return;
        };
        if !transaction.is_open() {
            self.conclude(None, last);
        } else if let Some(rcpt) = transaction.next_recipient() {
            self.send(Command::Rcpt(rcpt.clone()), Awaited::Rcpt);
        } else if !transaction.has_recipient() {
            self.conclude(None, last);
        } else if self.sends_chunk() {
            let content = self.take_content();
            let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
            self.send(Command::Bdat { size, last: true }, Awaited::Content);
            self.queue.push_back(ClientStep::SendContent(content));
        } else {
            self.send(Command::Data, Awaited::Data);
        }
    }

    fn settle_data(&mut self, reply: &Reply) {
        let has_recipient = self.transaction.as_ref().is_some_and(Transaction::has_recipient);
        match (reply.severity(), has_recipient) {
            (Severity::Positive, _) => self.unexpected("DATA", reply),
            (Severity::Intermediate, true) => {
                let content = encode_data(&self.take_content());
                self.queue.push_back(ClientStep::SendContent(content));
                self.awaited.push_back(Awaited::Content);
            }
            // The server took a pipelined DATA without a recipient: there is nothing to say but
            // the final dot (RFC 2920 section 3.1).
            (Severity::Intermediate, false) => {
                self.queue.push_back(ClientStep::SendContent(encode_data(b"")));
                self.awaited.push_back(Awaited::ContentForNobody);
            }
            (_, has_recipient) => self.conclude(has_recipient.then(|| reply.clone()), reply),
        }
    }

    fn settle_content(&mut self, reply: &Reply) {
        if reply.severity() == Severity::Intermediate {
            return self.unexpected("the content", reply);
        }
        // A refused chunk leaves the transaction in a state nobody knows (RFC 3030 section 2).
        self.needs_reset = self.sends_chunk() && reply.is_negative();
        self.conclude(Some(reply.clone()), reply);
    }

    fn conclude(&mut self, content: Option<Reply>, last: &Reply) {
        if let Some(transaction) = self.transaction.take() {
            self.queue.push_back(ClientStep::Outcome(transaction.outcome(content, last)));
        }
        self.stage = Stage::Ready;
    }

    fn unexpected(&mut self, to: &'static str, reply: &Reply) {
        self.quit(ClientFault::UnexpectedReply { to, reply: reply.clone() });
    }

    /// Gives up on the connection, politely.
    fn quit(&mut self, fault: ClientFault) {
        self.close(fault);
        self.stage = Stage::Busy;
        self.send(Command::Quit, Awaited::Quit);
    }

    /// Ends the session, and with it the message under way.
    pub(super) fn end(&mut self, reply: &Reply, fault: ClientFault) {
        let transaction = self.transaction.take();
        self.close(fault);
        if let Some(transaction) = transaction {
            let outcome = transaction.outcome(Some(reply.clone()), reply);
            self.queue.push_back(ClientStep::Outcome(outcome));
        }
    }
}
