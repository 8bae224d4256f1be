//! What a service that owns queues does for them.

use async_trait::async_trait;
use exchange::decisions::retry_ladder::RetryLadder;

use crate::message::item::{MailItem, MailRecipient};

/// Reaches next hops for its queues and writes down what becomes of messages.
#[async_trait]
pub trait QueueOwner: Send + Sync + 'static {
    /// What a queue leads to.
    type NextHop: Clone + PartialEq + std::fmt::Debug + Send + Sync + 'static;
    /// An open connection to it.
    type Channel: Send + 'static;

    /// How long to wait between attempts, and when to give up.
    fn ladder(&self, hop: &Self::NextHop) -> RetryLadder;

    /// Most messages in one connection.
    fn messages_per_connection(&self, hop: &Self::NextHop) -> usize;

    /// Connects to the next hop.
    async fn open(&self, hop: &Self::NextHop, attempt: Attempt) -> Result<Self::Channel, Setback>;

    /// Sends one message.
    async fn send(&self, channel: &mut Self::Channel, item: &MailItem) -> Sent;

    /// Ends the connection.
    async fn close(&self, channel: Self::Channel);

    /// Learns what became of a message, or of some of its recipients.
    async fn settle(&self, hop: &Self::NextHop, item: &MailItem, fate: Fate);
}

/// What is known when a connection is attempted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Failed attempts in a row before this one.
    pub failures: u32,
    /// Messages waiting.
    pub waiting: usize,
}

/// Why the next hop could not be reached, or a message not be delivered yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setback {
    /// The status text, such as `450 4.4.316 Connection refused [Message=…]`.
    pub status: String,
    /// The text as `LastError` shows it.
    pub last_error: String,
    /// The next hop's name and address, as far as they are known.
    pub remote: Option<String>,
}

impl Setback {
    /// A setback of which only the status is known.
    pub fn status(status: impl Into<String>) -> Self {
        Self { status: status.into(), last_error: String::new(), remote: None }
    }

    /// The fullest text there is.
    pub fn last_error_or_status(&self) -> &str {
        if self.last_error.is_empty() { &self.status } else { &self.last_error }
    }
}

/// What became of one recipient in one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecipientResult {
    /// The next hop took it.
    Delivered,
    /// The next hop will take it later.
    Deferred(Setback),
    /// It is to be returned.
    Failed(Setback),
}

/// What became of a message in one attempt.
#[derive(Clone, Debug)]
pub struct Sent {
    /// One result per recipient, in order.
    pub results: Vec<RecipientResult>,
    /// Whether the connection can carry another message.
    pub usable: bool,
}

/// What became of a message.
#[derive(Clone, Debug)]
pub enum Fate {
    /// The next hop took it for these recipients.
    Delivered(Vec<MailRecipient>),
    /// These recipients are returned to the sender.
    Failed(Vec<(MailRecipient, Setback)>),
    /// It waits for a later attempt for these recipients; told at every attempt.
    Deferred {
        /// The recipients.
        recipients: Vec<MailRecipient>,
        /// Why.
        why: Setback,
        /// The next hop could not be reached: every message of the queue waits.
        whole_queue: bool,
    },
    /// It has waited so long that the sender is told.
    Delayed(Vec<MailRecipient>, Setback),
    /// It has waited too long and is returned.
    Expired(Vec<MailRecipient>, Setback),
}
