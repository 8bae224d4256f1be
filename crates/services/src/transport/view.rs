//! What administrators see of the queues, and what they do to them.
//!
//! Source: Microsoft Learn, "Procedures for queues", "Procedures for messages in queues".

use exchange::decisions::retry_ladder::RetryLadder;
use exchange::nouns::queue::{
    DeliveryType, MessageStatus, Queue, QueueKey, QueueStatus, QueuedMessage,
};
use exchange::quantity::{ByteSize, TimeSpan};
use exchange::status;
use jiff::Timestamp;
use logs::tracking_words::TrackingSource;

use crate::queue::{Entry, EntryState, QueueOwner, QueueState, Setback};
use crate::transport::Transport;
use crate::transport::next_hop::NextHop;

/// Why a queue cannot be changed as wanted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueueRefusal {
    /// There is no such queue.
    #[error("The queue '{0}' doesn't exist.")]
    NoSuchQueue(String),
    /// Only queues in Retry are retried.
    #[error(
        "The queue '{0}' isn't in a state that allows it to be retried. Only queues with a status of Retry can be retried, unless -Resubmit $true is used."
    )]
    NotInRetry(String),
    /// The Unreachable queue is only resubmitted.
    #[error(
        "The Unreachable queue can't be retried. To send its messages back to the categorizer, use -Resubmit $true."
    )]
    OnlyResubmit,
}

impl Transport {
    /// The server's name, as queue identities begin with it.
    pub fn server_name(&self) -> &str {
        &self.server
    }

    /// Its queues as they stand: Submission, Unreachable when it holds mail, delivery queues.
    pub fn view_queues(&self) -> Vec<Queue> {
        let identity = |key: QueueKey| format!("{}\\{key}", self.server);
        let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        let mut queues: Vec<Queue> =
            self.queues.snapshot().iter().map(|state| self.view_queue(state)).collect();
        let mut submission = Queue::new(
            identity(QueueKey::Submission),
            DeliveryType::Undefined,
            "Submission".to_owned(),
        );
        let waiting =
            self.submission.lock().unwrap_or_else(std::sync::PoisonError::into_inner).len();
        submission.message_count = count(waiting);
        queues.push(submission);
        let unreachable = self.unreachable_queue();
        if !unreachable.is_empty() {
            let mut queue = Queue::new(
                identity(QueueKey::Unreachable),
                DeliveryType::Unreachable,
                "Unreachable Domain".to_owned(),
            );
            queue.message_count = count(unreachable.len());
            queues.push(queue);
        }
        queues
    }

    fn view_queue(&self, state: &QueueState<NextHop>) -> Queue {
        let mut queue = Queue::new(
            format!("{}\\{}", self.server, state.number),
            state.hop.delivery_type(),
            state.hop.next_hop_domain().to_owned(),
        );
        queue.next_hop_connector = state.hop.next_hop_connector();
        queue.tls_domain = match &state.hop {
            NextHop::Dns { connector, .. } | NextHop::SmartHosts { connector, .. } => {
                self.directory.read(|organization| {
                    let connector = organization.send_connector(connector)?;
                    connector.tls_domain.as_ref().map(ToString::to_string)
                })
            }
            _ => None,
        };
        queue.status = state.status;
        queue.message_count = i32::try_from(state.entries.len()).unwrap_or(i32::MAX);
        let deferred = state
            .entries
            .iter()
            .filter(|entry| matches!(entry.state, EntryState::Retry(_)))
            .count();
        queue.deferred_message_count = i32::try_from(deferred).unwrap_or(i32::MAX);
        queue.last_error.clone_from(&state.last_error);
        queue.retry_count = i32::try_from(state.failures).unwrap_or(i32::MAX);
        queue.first_retry_time = state.first_retry;
        queue.last_retry_time = state.last_retry;
        queue.next_retry_time = state.next_retry;
        queue
    }

    /// The messages in its queues.
    pub fn view_messages(&self) -> Vec<QueuedMessage> {
        let mut messages = Vec::new();
        for state in self.queues.snapshot() {
            let ladder = self.ladder(&state.hop);
            let key = QueueKey::Delivery(state.number);
            for entry in &state.entries {
                messages.push(self.view_message(key, entry, entry.expires(&ladder), None));
            }
        }
        let ladder = self.with_server(|server| RetryLadder::of(&server.transport));
        for entry in self.unreachable_queue().iter() {
            let expires = entry.expires(&ladder);
            messages.push(self.view_message(
                QueueKey::Unreachable,
                entry,
                expires,
                Some(status::NO_MATCHING_CONNECTOR),
            ));
        }
        messages
    }

    fn view_message(
        &self,
        key: QueueKey,
        entry: &Entry,
        expires: Timestamp,
        last_error: Option<&str>,
    ) -> QueuedMessage {
        let item = &entry.item;
        let age = self.computer.clock.now().duration_since(item.received);
        let queue = format!("{}\\{key}", self.server);
        let error = last_error
            .map(str::to_owned)
            .or_else(|| entry.last_setback.as_ref().map(|setback| setback.last_error.clone()));
        let recipients = item
            .recipients
            .iter()
            .map(|recipient| match last_error {
                Some(error) => {
                    format!("{};2;2;{error};16;<No Matching Connector>;0", recipient.address)
                }
                None => format!("{};0;0;;0;{};0", recipient.address, queue),
            })
            .collect();
        QueuedMessage {
            identity: format!("{queue}\\{}", item.internal_id),
            queue,
            from_address: item.return_path(),
            subject: item.subject(),
            status: match entry.state {
                EntryState::Active => MessageStatus::Active,
                EntryState::Suspended => MessageStatus::Suspended,
                EntryState::PendingRemove => MessageStatus::PendingRemove,
                EntryState::Retry(_) => MessageStatus::Retry,
                EntryState::Ready => MessageStatus::Ready,
            },
            internet_message_id: item.message_id.clone(),
            size: ByteSize(item.size),
            message_source_name: item.source_name.clone(),
            source_ip: item.original_client.map(|ip| ip.to_string()).unwrap_or_default(),
            date_received: item.received,
            expiration_time: expires,
            last_error: error.unwrap_or_default(),
            retry_count: i32::try_from(entry.attempts).unwrap_or(i32::MAX),
            recipients,
            defer_reason: "None".to_owned(),
            message_latency: TimeSpan(age.unsigned_abs()),
            directionality: item.directionality().to_owned(),
            original_from_address: item.return_path(),
            account_forest: self.directory.read(|organization| organization.forest.clone()),
        }
    }

    /// `Retry-Queue`: an attempt now, or with `resubmit` back to the categorizer.
    ///
    /// # Errors
    /// When the queue is not there, or not in a state that allows it.
    pub fn retry_queue(&self, key: QueueKey, resubmit: bool) -> Result<(), QueueRefusal> {
        match key {
            QueueKey::Unreachable if resubmit => {
                self.resubmit_unreachable();
                Ok(())
            }
            QueueKey::Unreachable => Err(QueueRefusal::OnlyResubmit),
            QueueKey::Delivery(number) if resubmit => {
                for item in self.queues.take_all(number) {
                    self.submit(item);
                }
                Ok(())
            }
            QueueKey::Delivery(number) => {
                let name = format!("{}\\{number}", self.server);
                let now = self.computer.clock.now();
                let changed = self.queues.change(number, |queue| {
                    let is_retry = queue.status == QueueStatus::Retry;
                    if is_retry {
                        queue.next_retry = Some(now);
                    }
                    is_retry
                });
                match changed {
                    None => Err(QueueRefusal::NoSuchQueue(name)),
                    Some(false) => Err(QueueRefusal::NotInRetry(name)),
                    Some(true) => Ok(()),
                }
            }
            other => Err(QueueRefusal::NotInRetry(format!("{}\\{other}", self.server))),
        }
    }

    /// `Suspend-Queue` and `Resume-Queue`.
    ///
    /// # Errors
    /// When the queue is not there.
    pub fn suspend_queue(&self, number: u64, suspend: bool) -> Result<(), QueueRefusal> {
        let changed = self.queues.change(number, |queue| {
            queue.status = if suspend { QueueStatus::Suspended } else { QueueStatus::Ready };
        });
        changed.ok_or_else(|| QueueRefusal::NoSuchQueue(format!("{}\\{number}", self.server)))
    }

    /// `Remove-Message`: takes a message out of its queue, with or without a report to the sender.
    /// Whether there was such a message.
    pub fn remove_message(&self, identity: &str, with_ndr: bool) -> bool {
        let Some(entry) = self.take_entry(identity) else { return false };
        if with_ndr {
            let setback = Setback::status(status::REMOVED_BY_ADMINISTRATOR);
            let failed: Vec<_> = entry
                .item
                .recipients
                .iter()
                .map(|recipient| (recipient.clone(), setback.clone()))
                .collect();
            self.return_to_sender((TrackingSource::Admin, ""), &entry.item, &failed, None);
        }
        true
    }

    fn take_entry(&self, identity: &str) -> Option<Entry> {
        let (queue, id) = identity.rsplit_once('\\')?;
        let queue = queue.rsplit_once('\\').map_or(queue, |(_, queue)| queue);
        let is_it = |entry: &Entry| entry.item.internal_id.to_string() == id;
        if queue.eq_ignore_ascii_case("Unreachable") {
            let mut entries = self.unreachable_queue();
            let at = entries.iter().position(is_it)?;
            return Some(entries.remove(at));
        }
        let number = queue.parse().ok()?;
        self.queues.change(number, |queue| {
            let at = queue.entries.iter().position(is_it)?;
            if queue.entries[at].state == EntryState::Active {
                queue.entries[at].state = EntryState::PendingRemove;
                return None;
            }
            queue.entries.remove(at)
        })?
    }

    /// `Suspend-Message` and `Resume-Message`. Whether there was such a message.
    pub fn suspend_message(&self, identity: &str, suspend: bool) -> bool {
        let Some((queue, id)) = identity.rsplit_once('\\') else { return false };
        let queue = queue.rsplit_once('\\').map_or(queue, |(_, queue)| queue);
        let state = if suspend { EntryState::Suspended } else { EntryState::Ready };
        let set = |entries: &mut dyn Iterator<Item = &mut Entry>| {
            let mut own = entries.filter(|entry| entry.item.internal_id.to_string() == id);
            own.next().map(|entry| entry.state = state).is_some()
        };
        match queue.parse() {
            Ok(number) => {
                self.queues.change(number, |queue| set(&mut queue.entries.iter_mut())) == Some(true)
            }
            Err(_) => set(&mut self.unreachable_queue().iter_mut()),
        }
    }
}
