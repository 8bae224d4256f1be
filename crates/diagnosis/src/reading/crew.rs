//! Work that several threads share, and whose results come in order, as if one had done it all.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Results that wait to be taken, for each thread, so that a fast one does not fill the memory.
const AHEAD: usize = 2;

struct Desk<R> {
    /// The next piece that nobody has begun.
    next: usize,
    /// The next result to be taken.
    wanted: usize,
    /// Results from `wanted` on, as far as they are there.
    done: Vec<Option<R>>,
    /// A thread ended in the middle of its work.
    is_broken: bool,
}

/// Wakes whoever waits for a result that will never come.
struct Alarm<'d, R>(&'d Mutex<Desk<R>>, &'d Condvar);

impl<R> Drop for Alarm<'_, R> {
    fn drop(&mut self) {
        if thread::panicking() {
            locked(self.0).is_broken = true;
            self.1.notify_all();
        }
    }
}

/// Does all pieces of work and takes the results by their numbers, one after the other.
pub(super) fn in_order<R: Send>(
    threads: usize,
    pieces: usize,
    work: impl Fn(usize) -> R + Sync,
    mut take: impl FnMut(usize, R),
) {
    if threads <= 1 {
        return (0..pieces).for_each(|piece| take(piece, work(piece)));
    }
    let ahead = threads * AHEAD;
    let room: Vec<Option<R>> = (0..ahead).map(|_| None).collect();
    let desk = Mutex::new(Desk { next: 0, wanted: 0, done: room, is_broken: false });
    let changed = Condvar::new();
    thread::scope(|scope| {
        for _ in 0..threads.min(pieces) {
            scope.spawn(|| {
                let _alarm = Alarm(&desk, &changed);
                while let Some(piece) = begin(&desk, &changed, pieces) {
                    let result = work(piece);
                    if let Some(place) = locked(&desk).done.get_mut(piece % ahead) {
                        *place = Some(result);
                    }
                    changed.notify_all();
                }
            });
        }
        for piece in 0..pieces {
            let result = finished(&desk, &changed, piece);
            take(piece, result);
        }
    });
}

/// The number of a piece to do; none when all are begun.
fn begin<R>(desk: &Mutex<Desk<R>>, changed: &Condvar, pieces: usize) -> Option<usize> {
    let mut desk = locked(desk);
    while !desk.is_broken && desk.next < pieces && desk.next >= desk.wanted + desk.done.len() {
        desk = changed.wait(desk).unwrap_or_else(PoisonError::into_inner);
    }
    (!desk.is_broken && desk.next < pieces).then(|| {
        desk.next += 1;
        desk.next - 1
    })
}

/// The result of that piece, once it is there.
fn finished<R>(desk: &Mutex<Desk<R>>, changed: &Condvar, piece: usize) -> R {
    let mut desk = locked(desk);
    loop {
        assert!(!desk.is_broken, "a thread that reads files ended in the middle of one");
        let place = piece % desk.done.len();
        if let Some(result) = desk.done.get_mut(place).and_then(Option::take) {
            desk.wanted = piece + 1;
            changed.notify_all();
            return result;
        }
        desk = changed.wait(desk).unwrap_or_else(PoisonError::into_inner);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_whoever_did_them() {
        for threads in [0, 1, 2, 8] {
            let mut taken = Vec::new();
            // The first of each few pieces takes longest.
            let work = |piece: usize| {
                (0..(7 - piece % 7) * 2000).map(std::hint::black_box).count() + piece
                    - (7 - piece % 7) * 2000
            };
            in_order(threads, 100, work, |piece, result| taken.push((piece, result)));
            assert_eq!(taken, (0..100).map(|it| (it, it)).collect::<Vec<_>>());
        }
        let broken = std::panic::catch_unwind(|| {
            in_order(2, 9, |piece| assert_ne!(piece, 5), |_, ()| {});
        });
        assert!(broken.is_err());
        in_order(4, 0, |_| (), |_, ()| panic!("there is nothing to take"));
    }
}
