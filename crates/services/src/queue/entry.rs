//! A message in a queue.

use exchange::decisions::retry_ladder::RetryLadder;
use jiff::Timestamp;

use crate::message::item::MailItem;
use crate::queue::owner::Setback;

/// A message in a queue.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The message, for the recipients of this queue.
    pub item: MailItem,
    /// What it is doing.
    pub state: EntryState,
    /// Failed attempts.
    pub attempts: u32,
    /// Why the last attempt failed.
    pub last_setback: Option<Setback>,
    /// Whether the sender was told of the delay.
    pub delay_told: bool,
}

/// What a message in a queue is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryState {
    /// Waiting for its turn.
    Ready,
    /// Being sent.
    Active,
    /// Deferred by the next hop until then.
    Retry(Timestamp),
    /// Stopped by an administrator.
    Suspended,
    /// To be removed as soon as the delivery under way ends.
    PendingRemove,
}

impl Entry {
    /// A message that has just come.
    pub fn new(item: MailItem) -> Self {
        Self { item, state: EntryState::Ready, attempts: 0, last_setback: None, delay_told: false }
    }

    /// When it is returned.
    pub fn expires(&self, ladder: &RetryLadder) -> Timestamp {
        self.item.received.saturating_add(ladder.expiration).unwrap_or(Timestamp::MAX)
    }

    /// When the sender is told of the delay; `None` when that was done or is not wanted.
    pub fn delay_due(&self, ladder: &RetryLadder) -> Option<Timestamp> {
        let after = ladder.delay_notice.filter(|_| !self.delay_told)?;
        self.item.received.saturating_add(after).ok()
    }

    /// Whether it may be sent now.
    pub fn is_ready(&self, now: Timestamp) -> bool {
        match self.state {
            EntryState::Ready => true,
            EntryState::Retry(until) => until <= now,
            EntryState::Active | EntryState::Suspended | EntryState::PendingRemove => false,
        }
    }
}
