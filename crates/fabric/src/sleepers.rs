//! LIVE: who sleeps by the lab's clock, and until when. Whoever lets time jump looks here for the
//! moment at which something is due.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

/// Everybody who sleeps.
#[derive(Debug, Default)]
pub(crate) struct Sleepers {
    deadlines: Mutex<BTreeMap<Timestamp, usize>>,
    stirs: AtomicU64,
}

/// Somebody who sleeps, as long as this is there.
#[derive(Debug)]
pub(crate) struct Asleep<'s> {
    sleepers: &'s Sleepers,
    deadline: Timestamp,
}

impl Sleepers {
    /// Somebody falls asleep until then.
    pub(crate) fn enter(&self, deadline: Timestamp) -> Asleep<'_> {
        *self.lock().entry(deadline).or_default() += 1;
        self.stir();
        Asleep { sleepers: self, deadline }
    }

    /// Something happened.
    pub(crate) fn stir(&self) {
        self.stirs.fetch_add(1, Ordering::Relaxed);
    }

    /// How much has happened so far.
    pub(crate) fn stirs(&self) -> u64 {
        self.stirs.load(Ordering::Relaxed)
    }

    /// When the first of them wakes.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.lock().keys().next().copied()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Timestamp, usize>> {
        self.deadlines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Asleep<'_> {
    fn drop(&mut self) {
        let mut deadlines = self.sleepers.lock();
        if let Some(count) = deadlines.get_mut(&self.deadline) {
            *count -= 1;
            if *count == 0 {
                deadlines.remove(&self.deadline);
            }
        }
        drop(deadlines);
        self.sleepers.stir();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_to_wake_is_known_until_the_last_of_them_is_up() {
        let sleepers = Sleepers::default();
        let [soon, late] = [1, 2].map(|second| Timestamp::from_second(second).unwrap());
        let (a, b, c) = (sleepers.enter(late), sleepers.enter(soon), sleepers.enter(soon));
        assert_eq!(sleepers.next(), Some(soon));
        drop(b);
        assert_eq!(sleepers.next(), Some(soon));
        drop(c);
        assert_eq!(sleepers.next(), Some(late));
        drop(a);
        assert_eq!((sleepers.next(), sleepers.stirs()), (None, 6));
    }
}
