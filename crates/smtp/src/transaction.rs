//! One message on its way out: what was answered so far, and what it comes to.

use crate::client_step::{ClientMessage, MessageOutcome};
use crate::envelope::RcptTo;
use crate::reply::Reply;

/// A message and the replies to it so far.
#[derive(Debug)]
pub(crate) struct Transaction {
    pub(crate) message: ClientMessage,
    /// The reply to MAIL.
    pub(crate) mail: Option<Reply>,
    /// The replies to RCPT.
    pub(crate) recipients: Vec<Reply>,
}

impl Transaction {
    pub(crate) fn new(message: ClientMessage) -> Self {
        Self { message, mail: None, recipients: Vec::new() }
    }

    /// Whether the server has a sender for this message.
    pub(crate) fn is_open(&self) -> bool {
        self.mail.as_ref().is_some_and(Reply::is_positive)
    }

    /// Whether the server has a recipient for this message.
    pub(crate) fn has_recipient(&self) -> bool {
        self.is_open() && self.recipients.iter().any(Reply::is_positive)
    }

    /// The first recipient without a reply.
    pub(crate) fn next_recipient(&self) -> Option<&RcptTo> {
        self.message.rcpt.get(self.recipients.len())
    }

    /// What it comes to with this reply to the content; `None` when there was nobody to send it to.
    ///
    /// `last` is the reply that ended the transaction: it stands in for those that never came.
    pub(crate) fn outcome(self, content: Option<Reply>, last: &Reply) -> MessageOutcome {
        let mail = self.mail.unwrap_or_else(|| last.clone());
        let mut recipients = if mail.is_positive() { self.recipients } else { Vec::new() };
        let missing = if mail.is_positive() { last } else { &mail };
        recipients.resize(self.message.rcpt.len(), missing.clone());
        MessageOutcome { mail, recipients, content }
    }
}
