//! The queues of one service: what administrators see and change.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use exchange::nouns::queue::QueueStatus;
use fabric::Clock;
use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::task::AbortHandle;

use crate::message::item::MailItem;
use crate::queue::entry::{Entry, EntryState};
use crate::queue::owner::QueueOwner;
use crate::queue::worker;

/// Number of a service's first delivery queue: 1 and 2 are Submission and Unreachable.
const FIRST_QUEUE: u64 = 3;

/// One delivery queue.
#[derive(Clone, Debug)]
pub struct QueueState<H> {
    /// Its number.
    pub number: u64,
    /// What it leads to.
    pub hop: H,
    /// What it is doing.
    pub status: QueueStatus,
    /// Its messages, oldest first.
    pub entries: VecDeque<Entry>,
    /// Failed attempts in a row.
    pub failures: u32,
    /// Why the last attempt failed.
    pub last_error: String,
    /// First failed attempt in the row.
    pub first_retry: Option<Timestamp>,
    /// Last failed attempt.
    pub last_retry: Option<Timestamp>,
    /// When the next attempt is due.
    pub next_retry: Option<Timestamp>,
    /// Since when it is empty.
    pub idle_since: Option<Timestamp>,
}

/// The delivery queues of one service. They outlive its stops and starts, as the queue database does.
pub struct Queues<O: QueueOwner> {
    pub(super) clock: Clock,
    state: Mutex<Table<O::NextHop>>,
}

struct Table<H> {
    queues: Vec<QueueState<H>>,
    next_number: u64,
    workers: Vec<Worker>,
    is_running: bool,
}

struct Worker {
    number: u64,
    wake: Arc<Notify>,
    task: AbortHandle,
}

impl<O: QueueOwner> Queues<O> {
    /// No queues yet.
    pub fn new(clock: Clock) -> Self {
        let table = Table {
            queues: Vec::new(),
            next_number: FIRST_QUEUE,
            workers: Vec::new(),
            is_running: false,
        };
        Self { clock, state: Mutex::new(table) }
    }

    fn table(&self) -> MutexGuard<'_, Table<O::NextHop>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts to deliver what is in the queues.
    pub fn start(self: &Arc<Self>, owner: &Arc<O>) {
        let numbers: Vec<u64> = {
            let mut table = self.table();
            table.is_running = true;
            table.queues.iter().map(|queue| queue.number).collect()
        };
        for number in numbers {
            self.employ(owner, number);
        }
    }

    /// Stops delivering; messages stay where they are.
    pub fn stop(&self) {
        let mut table = self.table();
        table.is_running = false;
        for worker in table.workers.drain(..) {
            worker.task.abort();
        }
        for queue in &mut table.queues {
            for entry in &mut queue.entries {
                if entry.state == EntryState::Active {
                    entry.state = EntryState::Ready;
                }
            }
            if matches!(queue.status, QueueStatus::Active | QueueStatus::Connecting) {
                queue.status = QueueStatus::Ready;
            }
        }
    }

    /// Puts a message into the queue for a next hop, which is made when there is none.
    pub fn put(self: &Arc<Self>, owner: &Arc<O>, hop: &O::NextHop, item: MailItem) -> u64 {
        let number = {
            let mut table = self.table();
            let number = match table.queues.iter().find(|queue| queue.hop == *hop) {
                Some(queue) => queue.number,
                None => table.open(hop.clone()),
            };
            if let Some(queue) = table.queues.iter_mut().find(|queue| queue.number == number) {
                queue.entries.push_back(Entry::new(item));
                queue.idle_since = None;
            }
            number
        };
        self.employ(owner, number);
        number
    }

    /// A worker for the queue, awake.
    fn employ(self: &Arc<Self>, owner: &Arc<O>, number: u64) {
        let mut table = self.table();
        if !table.is_running {
            return;
        }
        if let Some(worker) = table.workers.iter().find(|worker| worker.number == number) {
            worker.wake.notify_one();
            return;
        }
        let wake = Arc::new(Notify::new());
        wake.notify_one();
        let task = tokio::spawn(worker::run(self.clone(), owner.clone(), number, wake.clone()));
        table.workers.push(Worker { number, wake, task: task.abort_handle() });
    }

    /// Every queue as it stands.
    pub fn snapshot(&self) -> Vec<QueueState<O::NextHop>> {
        self.table().queues.clone()
    }

    /// Changes one queue and wakes its worker; `None` when there is no such queue.
    pub fn change<R>(
        &self,
        number: u64,
        change: impl FnOnce(&mut QueueState<O::NextHop>) -> R,
    ) -> Option<R> {
        let mut table = self.table();
        let queue = table.queues.iter_mut().find(|queue| queue.number == number)?;
        let result = change(queue);
        if let Some(worker) = table.workers.iter().find(|worker| worker.number == number) {
            worker.wake.notify_one();
        }
        Some(result)
    }

    /// The same without waking anyone: for the worker itself.
    pub(super) fn update<R>(
        &self,
        number: u64,
        change: impl FnOnce(&mut QueueState<O::NextHop>) -> R,
    ) -> Option<R> {
        self.table().queues.iter_mut().find(|queue| queue.number == number).map(change)
    }

    /// Takes the messages out of a queue, except those being sent.
    pub fn take_all(&self, number: u64) -> Vec<MailItem> {
        let taken = self.change(number, |queue| {
            let (active, taken): (VecDeque<_>, VecDeque<_>) = std::mem::take(&mut queue.entries)
                .into_iter()
                .partition(|entry| entry.state == EntryState::Active);
            queue.entries = active;
            taken.into_iter().map(|entry| entry.item).collect()
        });
        taken.unwrap_or_default()
    }

    /// Removes a queue that has been empty for long enough, and its worker with it.
    pub(super) fn retire(&self, number: u64) {
        let mut table = self.table();
        table.queues.retain(|queue| queue.number != number);
        table.workers.retain(|worker| worker.number != number);
    }
}

impl<H> Table<H> {
    fn open(&mut self, hop: H) -> u64 {
        let number = self.next_number;
        self.next_number += 1;
        self.queues.push(QueueState {
            number,
            hop,
            status: QueueStatus::Ready,
            entries: VecDeque::new(),
            failures: 0,
            last_error: String::new(),
            first_retry: None,
            last_retry: None,
            next_retry: None,
            idle_since: None,
        });
        number
    }
}
