//! What a client session is given and what it gives back.

use crate::command::{Command, wire_line};
use crate::envelope::{MailFrom, RcptTo};
use crate::reply::Reply;
use crate::reply_reader::ReplyError;

/// A message to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientMessage {
    /// The sender, with parameters which the server is known to take.
    pub mail: MailFrom,
    /// The recipients; at least one.
    pub rcpt: Vec<RcptTo>,
    /// Header and body. By DATA it gains a final CR LF if it has none.
    pub content: Vec<u8>,
}

/// What whoever drives a client session has to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientStep {
    /// Send this command.
    Send(Command),
    /// Send this line: the response to a challenge.
    SendResponse(String),
    /// Send these octets: content in its wire form.
    SendContent(Vec<u8>),
    /// Flush what was sent; read, `receive` and `take_reply`.
    Await,
    /// The server asks for the response to this challenge: `answer`.
    Challenge(String),
    /// Flush, do the TLS handshake and call `tls_started`.
    Upgrade {
        /// The verb the server granted.
        verb: String,
    },
    /// A message came to its end.
    Outcome(MessageOutcome),
    /// `begin` a message, `ask` for something else, or `finish`.
    Ready,
    /// Hang up. `fault` says why, unless QUIT was answered.
    Closed,
}

impl ClientStep {
    /// The octets to be sent; none for steps that send nothing.
    pub fn into_wire(self) -> Vec<u8> {
        match self {
            Self::Send(command) => command.to_wire(),
            Self::SendResponse(line) => wire_line(&line),
            Self::SendContent(octets) => octets,
            _ => Vec::new(),
        }
    }
}

/// What the server said to one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageOutcome {
    /// The reply to MAIL.
    pub mail: Reply,
    /// One reply per recipient, in order. Where RCPT had no say of its own, because MAIL was
    /// refused or the connection closed before, it is the reply that decided instead.
    pub recipients: Vec<Reply>,
    /// The reply to the content, to the command that should have opened its way, or the one that
    /// closed the connection before; `None` when no recipient was accepted.
    pub content: Option<Reply>,
}

impl MessageOutcome {
    /// The reply that decided for this recipient; `None` when there is no such recipient.
    pub fn for_recipient(&self, index: usize) -> Option<&Reply> {
        let own = self.recipients.get(index)?;
        if own.is_positive() { self.content.as_ref() } else { Some(own) }
    }
}

/// Why a session closed before its time. A message that had no outcome yet may be tried again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientFault {
    /// The banner was a refusal.
    #[error("connection refused: {0}")]
    BannerRefused(Reply),
    /// EHLO and HELO were refused.
    #[error("hello refused: {0}")]
    HelloRefused(Reply),
    /// The server closes the connection, 421.
    #[error("server closes: {0}")]
    ServerCloses(Reply),
    /// The connection was lost; the reply is the driver's own word for it.
    #[error("connection lost: {0}")]
    ConnectionLost(Reply),
    /// A reply that makes no sense where it came, such as 250 to DATA.
    #[error("unexpected reply to {to}: {reply}")]
    UnexpectedReply {
        /// What it answered.
        to: &'static str,
        /// The reply.
        reply: Reply,
    },
    /// What came was no reply.
    #[error(transparent)]
    NoReply(#[from] ReplyError),
}

/// A call that does not fit where the session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The session is not ready, or waits for no response.
    #[error("expected a step that allows it: Ready for a message, Challenge for an answer")]
    NotReady,
    /// A message needs a recipient.
    #[error("expected at least one recipient")]
    NoRecipients,
}
