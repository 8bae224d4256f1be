//! The worker of one queue: waits, connects, sends, and waits again.

use std::sync::Arc;
use std::time::Duration;

use exchange::decisions::retry_ladder::RetryLadder;
use exchange::nouns::queue::QueueStatus;
use fabric::first_of;
use jiff::Timestamp;
use tokio::sync::Notify;

use crate::message::item::MailItem;
use crate::queue::entry::{Entry, EntryState};
use crate::queue::owner::{Attempt, Fate, QueueOwner, RecipientResult, Sent, Setback};
use crate::queue::table::{QueueState, Queues};

/// An empty queue is removed after this time (`QueueMaxIdleTime`).
const IDLE_MAX: Duration = Duration::from_mins(3);

/// What a worker does next.
enum Next {
    /// Connect.
    Attempt(Attempt),
    /// Return or report messages whose time has come.
    Report(Vec<(Entry, Due)>),
    /// Wait for a change, or until then.
    Wait(Option<Timestamp>),
    /// The queue has been empty long enough.
    Retire,
}

enum Due {
    Delay,
    Expiry,
}

/// Works on one queue until it is removed.
pub(super) async fn run<O: QueueOwner>(
    queues: Arc<Queues<O>>,
    owner: Arc<O>,
    number: u64,
    wake: Arc<Notify>,
) {
    let Some(hop) = queues.update(number, |queue| queue.hop.clone()) else { return };
    loop {
        let (now, ladder) = (queues.clock.now(), owner.ladder(&hop));
        let Some(next) = queues.update(number, |queue| plan(queue, &ladder, now)) else { return };
        match next {
            Next::Attempt(attempt) => {
                attempt_delivery(&queues, &owner, number, &hop, attempt).await;
            }
            Next::Report(due) => report(&*owner, &hop, due).await,
            Next::Wait(Some(until)) => {
                let _ = first_of(wake.notified(), queues.clock.sleep_until(until)).await;
            }
            Next::Wait(None) => wake.notified().await,
            Next::Retire => {
                queues.retire(number);
                return;
            }
        }
    }
}

/// Decides what to do, and takes out of the queue what is to be reported.
fn plan<H>(queue: &mut QueueState<H>, ladder: &RetryLadder, now: Timestamp) -> Next {
    let due = take_due(queue, ladder, now);
    if !due.is_empty() {
        return Next::Report(due);
    }
    if queue.entries.is_empty() {
        let since = *queue.idle_since.get_or_insert(now);
        if queue.status != QueueStatus::Suspended {
            queue.status = QueueStatus::Ready;
        }
        let end = since.saturating_add(IDLE_MAX).unwrap_or(Timestamp::MAX);
        return if end <= now { Next::Retire } else { Next::Wait(Some(end)) };
    }
    let deadlines = queue.entries.iter().flat_map(|entry| {
        [Some(entry.expires(ladder)), entry.delay_due(ladder)].into_iter().flatten()
    });
    let deadline = deadlines.min();
    if queue.status == QueueStatus::Suspended {
        return Next::Wait(deadline);
    }
    if let Some(retry) = queue.next_retry.filter(|retry| *retry > now) {
        return Next::Wait(Some(deadline.map_or(retry, |deadline| deadline.min(retry))));
    }
    if queue.entries.iter().any(|entry| entry.is_ready(now)) {
        return Next::Attempt(Attempt { failures: queue.failures, waiting: queue.entries.len() });
    }
    let retries = queue.entries.iter().filter_map(|entry| match entry.state {
        EntryState::Retry(until) => Some(until),
        _ => None,
    });
    Next::Wait(retries.chain(deadline).min())
}

/// Expired messages leave the queue; delayed ones stay and are marked as reported.
fn take_due<H>(
    queue: &mut QueueState<H>,
    ladder: &RetryLadder,
    now: Timestamp,
) -> Vec<(Entry, Due)> {
    let mut due = Vec::new();
    let last_setback = Setback {
        status: queue.last_error.clone(),
        last_error: queue.last_error.clone(),
        remote: None,
    };
    queue.entries.retain_mut(|entry| {
        if matches!(entry.state, EntryState::Active | EntryState::Suspended) {
            return true;
        }
        if entry.last_setback.is_none() {
            entry.last_setback = Some(last_setback.clone()).filter(|one| !one.status.is_empty());
        }
        if entry.expires(ladder) <= now {
            due.push((entry.clone(), Due::Expiry));
            return false;
        }
        if entry.delay_due(ladder).is_some_and(|at| at <= now) {
            entry.delay_told = true;
            due.push((entry.clone(), Due::Delay));
        }
        true
    });
    due
}

async fn report<O: QueueOwner>(owner: &O, hop: &O::NextHop, due: Vec<(Entry, Due)>) {
    for (entry, kind) in due {
        let recipients = entry.item.recipients.clone();
        let setback = entry.last_setback.unwrap_or(Setback {
            status: String::new(),
            last_error: String::new(),
            remote: None,
        });
        let fate = match kind {
            Due::Delay => Fate::Delayed(recipients, setback),
            Due::Expiry => Fate::Expired(recipients, setback),
        };
        owner.settle(hop, &entry.item, fate).await;
    }
}

async fn attempt_delivery<O: QueueOwner>(
    queues: &Queues<O>,
    owner: &O,
    number: u64,
    hop: &O::NextHop,
    attempt: Attempt,
) {
    queues.update(number, |queue| queue.status = QueueStatus::Connecting);
    match owner.open(hop, attempt).await {
        Ok(channel) => deliver(queues, owner, number, hop, channel).await,
        Err(setback) => retry_later(queues, owner, number, hop, setback).await,
    }
}

/// The next hop could not be reached: the whole queue waits.
async fn retry_later<O: QueueOwner>(
    queues: &Queues<O>,
    owner: &O,
    number: u64,
    hop: &O::NextHop,
    setback: Setback,
) {
    let (now, ladder) = (queues.clock.now(), owner.ladder(hop));
    let waiting = queues.update(number, |queue| {
        queue.failures += 1;
        if queue.status != QueueStatus::Suspended {
            queue.status = QueueStatus::Retry;
        }
        queue.last_error.clone_from(&setback.last_error);
        queue.first_retry.get_or_insert(now);
        queue.last_retry = Some(now);
        queue.next_retry = now.checked_add(ladder.wait_after(queue.failures)).ok();
        for entry in &mut queue.entries {
            entry.last_setback = Some(setback.clone());
            entry.attempts += 1;
        }
        queue.entries.iter().map(|entry| entry.item.clone()).collect::<Vec<_>>()
    });
    for item in waiting.unwrap_or_default() {
        let fate = Fate::Deferred {
            recipients: item.recipients.clone(),
            why: setback.clone(),
            whole_queue: true,
        };
        owner.settle(hop, &item, fate).await;
    }
}

/// Sends what is ready over an open connection.
async fn deliver<O: QueueOwner>(
    queues: &Queues<O>,
    owner: &O,
    number: u64,
    hop: &O::NextHop,
    mut channel: O::Channel,
) {
    queues.update(number, |queue| {
        queue.status = QueueStatus::Active;
        queue.failures = 0;
        queue.last_error.clear();
        (queue.first_retry, queue.next_retry) = (None, None);
    });
    let limit = owner.messages_per_connection(hop).max(1);
    for _ in 0..limit {
        let now = queues.clock.now();
        let next = queues.update(number, |queue| {
            let entry = queue.entries.iter_mut().find(|entry| entry.is_ready(now))?;
            entry.state = EntryState::Active;
            Some(entry.item.clone())
        });
        let Some(Some(item)) = next else { break };
        let sent = owner.send(&mut channel, &item).await;
        let usable = sent.usable;
        settle(queues, owner, number, hop, &item, sent).await;
        if !usable {
            break;
        }
    }
    owner.close(channel).await;
    queues.update(number, |queue| {
        if queue.status == QueueStatus::Active {
            queue.status = QueueStatus::Ready;
        }
    });
}

/// Writes the results of one message back into the queue and tells the owner.
async fn settle<O: QueueOwner>(
    queues: &Queues<O>,
    owner: &O,
    number: u64,
    hop: &O::NextHop,
    item: &MailItem,
    sent: Sent,
) {
    let (mut delivered, mut failed, mut deferred) = (Vec::new(), Vec::new(), Vec::new());
    let mut setback = None;
    for (recipient, result) in item.recipients.iter().cloned().zip(sent.results) {
        match result {
            RecipientResult::Delivered => delivered.push(recipient),
            RecipientResult::Failed(why) => failed.push((recipient, why)),
            RecipientResult::Deferred(why) => {
                deferred.push(recipient);
                setback = Some(why);
            }
        }
    }
    let now = queues.clock.now();
    let ladder = owner.ladder(hop);
    queues.update(number, |queue| {
        let Some(at) = queue.entries.iter().position(|entry| {
            entry.item.internal_id == item.internal_id
                && matches!(entry.state, EntryState::Active | EntryState::PendingRemove)
        }) else {
            return;
        };
        if deferred.is_empty() || queue.entries[at].state == EntryState::PendingRemove {
            queue.entries.remove(at);
            return;
        }
        let entry = &mut queue.entries[at];
        entry.attempts += 1;
        entry.item.recipients.clone_from(&deferred);
        entry.last_setback.clone_from(&setback);
        let until = now.checked_add(ladder.message).unwrap_or(now);
        entry.state = EntryState::Retry(until);
    });
    if !delivered.is_empty() {
        owner.settle(hop, item, Fate::Delivered(delivered)).await;
    }
    if !failed.is_empty() {
        owner.settle(hop, item, Fate::Failed(failed)).await;
    }
    if let Some(why) = setback.filter(|_| !deferred.is_empty()) {
        let fate = Fate::Deferred { recipients: deferred, why, whole_queue: false };
        owner.settle(hop, item, fate).await;
    }
}
