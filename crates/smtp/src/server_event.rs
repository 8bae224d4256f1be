//! What a server session asks of its service.

use crate::command::HelloVerb;
use crate::data::ContentFault;
use crate::envelope::{MailFrom, RcptTo};
use crate::protocol_error::ProtocolError;

/// Something the service must answer with one reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerEvent {
    /// The line as received, without its line ending, for the log.
    ///
    /// Cut at the limit when it was too long; empty for what came without a line: the connection
    /// itself and the end of content after DATA. For BDAT it is the command that brought the chunk.
    pub line: String,
    /// What is asked.
    pub request: Request,
}

/// What the client asks, once syntax and sequence were found right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// The client connected: answer with the banner, 220, or with a refusal, which closes.
    Connected,
    /// EHLO or HELO. What a 250 reply to EHLO offers is what the session then allows.
    Hello {
        /// Which of the two.
        verb: HelloVerb,
        /// The client's name for itself; empty when it gave none.
        domain: String,
    },
    /// STARTTLS or another verb that starts TLS. After a 2yz reply, send the output, do the
    /// handshake and call `tls_started`.
    StartTls {
        /// The verb.
        verb: String,
    },
    /// AUTH; answer 334 to ask for a response, 235 for success.
    Auth {
        /// The SASL mechanism.
        mechanism: String,
        /// The initial response, still encoded.
        initial_response: Option<String>,
    },
    /// The line that came after a 334 reply, still encoded; `*` cancels the exchange.
    AuthResponse(String),
    /// A verb which the service declared; it may answer 334 as to AUTH.
    Extension {
        /// The verb as declared.
        verb: String,
        /// What follows it.
        arguments: String,
    },
    /// MAIL; a 2yz reply opens the transaction.
    Mail(MailFrom),
    /// RCPT; a 2yz reply adds the recipient.
    Rcpt(RcptTo),
    /// DATA; a 3yz reply lets the content come.
    Data,
    /// A chunk which is not the last arrived whole; a negative reply ends the transaction.
    Chunk {
        /// Size of the content so far, in octets.
        octets: u64,
    },
    /// The content arrived; the reply ends the transaction.
    Message {
        /// The content, its dots undone.
        content: Vec<u8>,
        /// By which command it came.
        transfer: Transfer,
    },
    /// The content arrived and was thrown away; the reply ends the transaction.
    MessageRefused {
        /// Why.
        fault: ContentFault,
        /// By which command it came.
        transfer: Transfer,
    },
    /// RSET; any reply ends the transaction.
    Reset,
    /// NOOP.
    Noop,
    /// VRFY, with what to verify.
    Vrfy(String),
    /// EXPN, with the list to expand.
    Expn(String),
    /// HELP, with the topic.
    Help(String),
    /// QUIT; any reply closes the session.
    Quit,
    /// The line cannot be granted: answer with a refusal.
    Refused(ProtocolError),
}

/// How content is transferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// By DATA.
    Data,
    /// By BDAT.
    Bdat,
}
