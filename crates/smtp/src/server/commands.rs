//! From what was read to what is asked of the service.

use super::{Phase, ServerSession};
use crate::chunk::Chunk;
use crate::command::{Command, HelloVerb};
use crate::data::{ContentFault, has_bare_line_feed};
use crate::envelope::Body;
use crate::line::{BareLineFeeds, Line, LineFault};
use crate::protocol_error::ProtocolError;
use crate::server_event::{Request, ServerEvent, Transfer};

impl ServerSession {
    /// Turns a line into an event, or into a chunk to be read first.
    pub(super) fn take_command(&mut self, line: &Line) -> Option<ServerEvent> {
        let text = line.text();
        let request = match self.read_command(line) {
            Ok(Command::Bdat { size, last }) => {
                self.begin_chunk(text, size, last);
                return None;
            }
            Ok(command) => self.grant(command),
            Err(error) => Err(error),
        };
        Some(match request {
            Ok(request) => self.ask(text, request),
            Err(error) => self.refuse(text, error),
        })
    }

    fn read_command(&self, line: &Line) -> Result<Command, ProtocolError> {
        self.check_line(line)?;
        let text = std::str::from_utf8(&line.bytes).map_err(|_| ProtocolError::NotUtf8)?;
        Ok(Command::parse(text, &self.verbs)?)
    }

    fn check_line(&self, line: &Line) -> Result<(), ProtocolError> {
        match line.fault {
            None => Ok(()),
            Some(LineFault::BareLineEnding) => Err(ProtocolError::BareLineEnding),
            Some(LineFault::TooLong) => {
                Err(ProtocolError::LineTooLong { octets_max: self.options.line_octets_max })
            }
        }
    }

    fn grant(&self, command: Command) -> Result<Request, ProtocolError> {
        self.standing.check(&command)?;
        Ok(match command {
            Command::Helo(domain) => Request::Hello { verb: HelloVerb::Helo, domain },
            Command::Ehlo(domain) => Request::Hello { verb: HelloVerb::Ehlo, domain },
            Command::Mail(mail) => Request::Mail(mail),
            Command::Rcpt(rcpt) => Request::Rcpt(rcpt),
            Command::Data => Request::Data,
            // Never asked here: a chunk is asked about when it has arrived.
            Command::Bdat { size, .. } => Request::Chunk { octets: size },
            Command::Rset => Request::Reset,
            Command::Noop => Request::Noop,
            Command::Quit => Request::Quit,
            Command::StartTls => Request::StartTls { verb: "STARTTLS".to_owned() },
            Command::Auth { mechanism, initial_response } => {
                Request::Auth { mechanism, initial_response }
            }
            Command::Vrfy(what) => Request::Vrfy(what),
            Command::Expn(list) => Request::Expn(list),
            Command::Help(topic) => Request::Help(topic),
            Command::Extension { verb, .. } if self.options.tls_verbs.contains(&verb) => {
                self.standing.check_tls(&verb)?;
                Request::StartTls { verb }
            }
            Command::Extension { verb, arguments } => Request::Extension { verb, arguments },
        })
    }

    pub(super) fn take_response(&mut self, line: &Line) -> ServerEvent {
        let text = line.text();
        match self.check_line(line) {
            Ok(()) => self.ask(text.clone(), Request::AuthResponse(text)),
            Err(error) => self.refuse(text, error),
        }
    }

    fn begin_chunk(&mut self, line: String, size: u64, last: bool) {
        let refusal = self.standing.check(&Command::Bdat { size, last }).err();
        if refusal.is_none() {
            self.standing.transfer = Some(Transfer::Bdat);
        }
        self.phase = Phase::Chunk(Chunk { line, octets_to_come: size, is_last: last, refusal });
    }

    pub(super) fn end_chunk(&mut self, chunk: Chunk) -> ServerEvent {
        let Chunk { line, is_last, refusal, .. } = chunk;
        let octets = self.chunks.octets;
        if let Some(error) = refusal {
            self.refuse(line, error)
        } else if octets > self.options.message_octets_max {
            self.ask_content(line, Err(ContentFault::TooLarge { octets }), Transfer::Bdat)
        } else if is_last {
            let content = std::mem::take(&mut self.chunks.content);
            let is_refused = self.refuses_line_feeds() && has_bare_line_feed(&content);
            let content = if is_refused { Err(ContentFault::BareLineFeed) } else { Ok(content) };
            self.ask_content(line, content, Transfer::Bdat)
        } else {
            self.ask(line, Request::Chunk { octets })
        }
    }

    fn refuses_line_feeds(&self) -> bool {
        let body = self.standing.envelope.as_ref().and_then(|envelope| envelope.mail.body());
        self.options.bare_line_feeds_in_content == BareLineFeeds::Refuse
            && body != Some(Body::BinaryMime)
    }
}
