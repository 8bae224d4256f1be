//! Things that arrive somewhere at their time: connections at a listener, datagrams at a socket.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::first_of::first_of;

/// A queue in order of arrival; what arrives at the same moment keeps the order of sending.
#[derive(Debug)]
pub(crate) struct Arrivals<T> {
    queue: Mutex<Queue<T>>,
    changed: Notify,
}

#[derive(Debug)]
struct Queue<T> {
    waiting: BTreeMap<(Instant, u64), T>,
    sent: u64,
    closed: bool,
}

impl<T> Default for Arrivals<T> {
    fn default() -> Self {
        let queue = Queue { waiting: BTreeMap::new(), sent: 0, closed: false };
        Self { queue: Mutex::new(queue), changed: Notify::new() }
    }
}

impl<T> Arrivals<T> {
    /// Lets something arrive. A closed queue gives it back.
    pub(crate) fn push(&self, at: Instant, item: T) -> Result<(), T> {
        let mut queue = self.lock();
        if queue.closed {
            return Err(item);
        }
        let order = queue.sent;
        queue.sent += 1;
        queue.waiting.insert((at, order), item);
        self.changed.notify_one();
        Ok(())
    }

    /// The next to arrive.
    ///
    /// # Errors
    /// `NetworkDown` when the queue was closed, since its host went down.
    pub(crate) async fn next(&self) -> io::Result<T> {
        loop {
            let due = {
                let mut queue = self.lock();
                if queue.closed {
                    return Err(io::ErrorKind::NetworkDown.into());
                }
                match queue.waiting.first_entry() {
                    Some(first) if first.key().0 <= Instant::now() => return Ok(first.remove()),
                    Some(first) => Some(first.key().0),
                    None => None,
                }
            };
            match due {
                Some(at) => {
                    first_of(tokio::time::sleep_until(at), self.changed.notified()).await;
                }
                None => self.changed.notified().await,
            }
        }
    }

    /// Closes the queue and gives what was still in it.
    pub(crate) fn close(&self) -> Vec<T> {
        let mut queue = self.lock();
        queue.closed = true;
        self.changed.notify_waiters();
        self.changed.notify_one();
        std::mem::take(&mut queue.waiting).into_values().collect()
    }

    /// How many have not been taken.
    pub(crate) fn len(&self) -> usize {
        self.lock().waiting.len()
    }

    fn lock(&self) -> MutexGuard<'_, Queue<T>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::simulation;
    use std::time::Duration;

    #[test]
    fn things_arrive_in_order_of_time_then_of_sending() {
        simulation(async {
            let arrivals = Arrivals::default();
            let start = Instant::now();
            for (at, item) in [(20, 'c'), (10, 'a'), (10, 'b')] {
                arrivals.push(start + Duration::from_millis(at), item).unwrap();
            }
            let mut order = String::new();
            for _ in 0..3 {
                order.push(arrivals.next().await.unwrap());
            }
            assert_eq!((order.as_str(), start.elapsed()), ("abc", Duration::from_millis(20)));
        });
    }

    #[test]
    fn what_is_sent_later_can_arrive_earlier_than_what_is_waited_for() {
        simulation(async {
            let arrivals = Arrivals::default();
            let start = Instant::now();
            arrivals.push(start + Duration::from_secs(9), 'b').unwrap();
            let send = async {
                tokio::task::yield_now().await;
                arrivals.push(start + Duration::from_secs(1), 'a').unwrap();
            };
            let (first, ()) = tokio::join!(arrivals.next(), send);
            assert_eq!((first.unwrap(), start.elapsed()), ('a', Duration::from_secs(1)));
        });
    }

    #[test]
    fn a_closed_queue_gives_everything_back() {
        simulation(async {
            let arrivals = Arrivals::default();
            arrivals.push(Instant::now(), 'a').unwrap();
            let close = async {
                tokio::task::yield_now().await;
                arrivals.close()
            };
            arrivals.next().await.unwrap();
            let (next, left) = tokio::join!(arrivals.next(), close);
            assert_eq!(next.unwrap_err().kind(), io::ErrorKind::NetworkDown);
            assert_eq!((left, arrivals.push(Instant::now(), 'b')), (vec![], Err('b')));
        });
    }
}
