//! Mailboxes: what was delivered, and what people are about to send.
//!
//! Not modelled: folders, rules, quotas, replication. A mailbox is the list of its mails.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use smtp::Address;
use tokio::sync::Notify;

use crate::message::compose::Draft;

/// The mailboxes of a server, or of the tenant.
#[derive(Debug, Default)]
pub struct MailboxStore {
    state: Mutex<State>,
    outbox_changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    mailboxes: BTreeMap<String, Vec<StoredMail>>,
    /// Ids of the mails that each mailbox took.
    taken: BTreeMap<String, BTreeSet<String>>,
    outbox: VecDeque<Sending>,
    events: u64,
}

/// A mail in a mailbox.
#[derive(Clone, Debug)]
pub struct StoredMail {
    /// When it came.
    pub delivered: Timestamp,
    /// Header and body.
    pub content: Vec<u8>,
}

/// A mail that somebody has just sent.
#[derive(Clone, Debug)]
pub struct Sending {
    /// What was written.
    pub draft: Draft,
    /// When.
    pub created: Timestamp,
    /// Number of the mailbox event, as submission logs it.
    pub event: u64,
}

impl MailboxStore {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a mail into a mailbox.
    pub fn deliver(&self, mailbox: &Address, content: Vec<u8>, at: Timestamp) {
        let key = mailbox.to_string().to_ascii_lowercase();
        let mail = StoredMail { delivered: at, content };
        self.state().mailboxes.entry(key).or_default().push(mail);
    }

    /// Whether a mailbox has not yet taken a mail with that `Message-ID`; from now on it has.
    pub fn takes(&self, mailbox: &Address, message_id: &str) -> bool {
        let key = mailbox.to_string().to_ascii_lowercase();
        let mut state = self.state();
        message_id.is_empty() || state.taken.entry(key).or_default().insert(message_id.to_owned())
    }

    /// Somebody presses Send.
    pub fn send(&self, draft: Draft, at: Timestamp) {
        let mut state = self.state();
        state.events += 7;
        let event = 63_779_000 + state.events;
        state.outbox.push_back(Sending { draft, created: at, event });
        drop(state);
        self.outbox_changed.notify_one();
    }

    /// The next mail to be submitted; waits for one.
    pub async fn next_sending(&self) -> Sending {
        loop {
            if let Some(sending) = self.state().outbox.pop_front() {
                return sending;
            }
            self.outbox_changed.notified().await;
        }
    }

    /// Puts a mail back: it could not be submitted.
    pub fn put_back(&self, sending: Sending) {
        self.state().outbox.push_front(sending);
    }

    /// Mails that wait to be submitted: they are in Drafts or in the Outbox.
    pub fn waiting(&self) -> usize {
        self.state().outbox.len()
    }

    /// All mailboxes with their mails, by address.
    pub fn mailboxes(&self) -> BTreeMap<String, Vec<StoredMail>> {
        self.state().mailboxes.clone()
    }
}
