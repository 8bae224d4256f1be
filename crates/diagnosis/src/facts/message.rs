//! Messages, and the steps of each through every server that tells of it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::evidence::Place;

/// Messages by their `Message-ID`.
#[derive(Clone, Debug, Default)]
pub struct Messages(BTreeMap<String, Message>);

/// A message.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// `Message-ID:` header, with angle brackets.
    pub id: String,
    /// Subject.
    pub subject: String,
    /// Sender.
    pub sender: String,
    /// Recipients as anyone named them.
    pub recipients: BTreeSet<String>,
    /// What happened, in the order of the files; [`Message::timeline`] sorts.
    pub steps: Vec<Step>,
}

/// Something that happened to a message.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where it is told.
    pub at: Place,
    /// When.
    pub time: Timestamp,
    /// The computer on which it happened.
    pub host: String,
    /// What.
    pub kind: StepKind,
    /// To whom; nobody in particular when empty.
    pub recipients: Vec<String>,
    /// The peer, such as the next hop.
    pub peer: String,
    /// The connector it came or went by.
    pub connector: String,
    /// More in words: a reply, an error.
    pub detail: String,
}

/// What happened to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepKind {
    /// Taken from a mailbox.
    Submitted,
    /// Came in by SMTP.
    Received,
    /// The address was replaced by another.
    Resolved,
    /// Handed to the next hop.
    Sent,
    /// Not handed on yet.
    Deferred,
    /// Waits in a queue at the moment of collection.
    Waiting,
    /// Given up.
    Failed,
    /// A report went to the sender.
    Reported,
    /// Put into a mailbox.
    Delivered,
}

/// How a message ended for a recipient, as far as the files tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// In a mailbox.
    Delivered,
    /// Handed to a server that none of the files come from.
    HandedOver,
    /// Given up.
    Failed,
    /// Still on its way.
    Waiting,
    /// The files do not tell.
    Unknown,
}

impl Messages {
    /// The message of that id; made when nobody told of it before.
    pub fn entry(&mut self, id: &str) -> &mut Message {
        let message = self.0.entry(id.to_owned()).or_default();
        if message.id.is_empty() {
            id.clone_into(&mut message.id);
        }
        message
    }

    /// The message of that id.
    pub fn get(&self, id: &str) -> Option<&Message> {
        self.0.get(id)
    }

    /// All messages, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Message> {
        self.0.values()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no file tells of any.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Message {
    /// What is known of it besides its steps.
    pub fn describe(&mut self, subject: &str, sender: &str) {
        if self.subject.is_empty() {
            subject.clone_into(&mut self.subject);
        }
        if self.sender.is_empty() {
            self.sender = sender.to_ascii_lowercase();
        }
    }

    /// The steps by time; of the same time, in the order in which they can only have happened.
    pub fn timeline(&self) -> Vec<&Step> {
        let mut steps: Vec<_> = self.steps.iter().collect();
        steps.sort_by(|a, b| (a.time, a.kind, &a.at).cmp(&(b.time, b.kind, &b.at)));
        steps
    }

    /// The first thing that any file tells of it.
    pub fn begun(&self) -> Option<Timestamp> {
        self.steps.iter().map(|step| step.time).min()
    }

    /// How it ended for one of its recipients.
    pub fn fate(&self, recipient: &str) -> Fate {
        let is_for = |step: &&&Step| {
            step.recipients.is_empty()
                || step.recipients.iter().any(|own| own.eq_ignore_ascii_case(recipient))
        };
        let timeline = self.timeline();
        let mut fate = Fate::Unknown;
        for step in timeline.iter().filter(is_for) {
            fate = match (step.kind, fate) {
                (StepKind::Delivered, _) => return Fate::Delivered,
                (StepKind::Failed, _) => Fate::Failed,
                (_, Fate::Failed) => Fate::Failed,
                (StepKind::Sent, _) => Fate::HandedOver,
                (StepKind::Reported | StepKind::Resolved, _) => fate,
                _ => Fate::Waiting,
            };
        }
        fate
    }
}
