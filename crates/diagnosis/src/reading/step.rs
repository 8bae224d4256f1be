//! Steps of messages: how a consumer tells of one.

use jiff::Timestamp;

use crate::evidence::Place;
use crate::facts::{Facts, Message, Step, StepKind, Text};

use super::names::{addresses, message_id};

/// The message that a row is about.
pub(super) struct About<'r> {
    pub(super) id: &'r str,
    pub(super) subject: &'r str,
    pub(super) sender: &'r str,
}

impl About<'_> {
    /// The message, with what the row says of it; none when it has no id.
    pub(super) fn message<'f>(&self, facts: &'f mut Facts) -> Option<&'f mut Message> {
        let message = facts.messages.entry(&message_id(self.id)?);
        message.describe(self.subject, self.sender);
        Some(message)
    }
}

/// A step of which only the essential is known.
pub(super) fn step(at: Place, time: Timestamp, kind: StepKind) -> Step {
    Step {
        at,
        time,
        host: Text::default(),
        kind,
        recipients: [].into(),
        peer: Text::default(),
        connector: Text::default(),
        detail: String::new(),
    }
}

/// Names more recipients of a message.
pub(super) fn name_recipients(message: &mut Message, recipients: &[String]) {
    message.recipients.extend(addresses(recipients.iter().map(String::as_str)));
}
