//! SIM: a TCP session in memory. What one end sends reaches the other after the link's latency.
//!
//! - At most 64 KiB per direction are under way or unread; then the writer waits.
//! - FIN travels behind the bytes. An end that is dropped sends one, unless bytes for it were left
//!   unread: then, as the systems do, it sends a reset. So does a dropped end that is written to.
//! - Once a reset is under way to an end, writing there waits for it.
//! - Bytes that arrived before a reset can still be read. A reset that somebody asked for (an end, a
//!   firewall, a host that goes down) loses all bytes under way.
//!
//! Not modelled: segments and acknowledgements (the window opens as soon as the reader has read),
//! Nagle's delay, keep-alive, urgent data, loss and retransmission of data.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use tokio::io::ReadBuf;
use tokio::time::Instant;

use crate::clock::Alarm;
use crate::fuse::Fuse;
use crate::link::Delay;

/// Bytes that may be under way or unread in one direction.
const WINDOW: usize = 64 * 1024;

/// A session between two ends.
#[derive(Debug)]
pub(crate) struct Pipe(Mutex<Ends>);

#[derive(Debug)]
struct Ends {
    ends: [End; 2],
    fuse: Option<Fuse>,
}

/// One end, and everything on its way there.
#[derive(Debug)]
struct End {
    bytes: VecDeque<u8>,
    /// When which share of the bytes arrives.
    arrivals: VecDeque<(Instant, usize)>,
    fin_at: Option<Instant>,
    reset_at: Option<Instant>,
    /// The latest arrival so far: nothing overtakes.
    last_arrival: Instant,
    delay: Delay,
    /// This end has sent its own FIN.
    finished: bool,
    dropped: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// A program's hold on one end.
#[derive(Debug)]
pub(crate) struct PipeEnd {
    pipe: Arc<Pipe>,
    side: usize,
    read_alarm: Alarm,
    write_alarm: Alarm,
}

impl Pipe {
    /// A session; the delays are those towards its first and its second end.
    pub(crate) fn open(delays: [Delay; 2], fuse: Option<Fuse>) -> (PipeEnd, PipeEnd) {
        let now = Instant::now();
        let ends = delays.map(|delay| End::new(delay, now));
        let pipe = Arc::new(Self(Mutex::new(Ends { ends, fuse })));
        (PipeEnd::new(pipe.clone(), 0), PipeEnd::new(pipe, 1))
    }

    /// Resets both ends; bytes under way are lost.
    pub(crate) fn cut(&self) {
        self.lock().cut(Instant::now());
    }

    fn lock(&self) -> MutexGuard<'_, Ends> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ends {
    fn cut(&mut self, now: Instant) {
        for end in &mut self.ends {
            end.forget();
            let at = now + end.delay.next();
            end.reset(at);
        }
    }
}

impl End {
    fn new(delay: Delay, now: Instant) -> Self {
        Self {
            bytes: VecDeque::new(),
            arrivals: VecDeque::new(),
            fin_at: None,
            reset_at: None,
            last_arrival: now,
            delay,
            finished: false,
            dropped: false,
            reader: None,
            writer: None,
        }
    }

    /// When something sent now arrives here.
    fn next_arrival(&mut self, now: Instant) -> Instant {
        self.last_arrival = self.last_arrival.max(now + self.delay.next());
        self.last_arrival
    }

    fn receive(&mut self, bytes: &[u8], now: Instant) {
        let at = self.next_arrival(now);
        self.bytes.extend(bytes);
        match self.arrivals.back_mut() {
            Some((last, length)) if *last == at => *length += bytes.len(),
            _ => self.arrivals.push_back((at, bytes.len())),
        }
        self.wake_reader();
    }

    fn finish(&mut self, now: Instant) {
        self.fin_at = Some(self.next_arrival(now));
        self.wake_reader();
    }

    fn reset(&mut self, at: Instant) {
        self.reset_at = Some(self.reset_at.map_or(at, |earlier| earlier.min(at)));
        self.wake_reader();
        self.wake_writer();
    }

    fn is_reset(&self, now: Instant) -> bool {
        self.reset_at.is_some_and(|at| at <= now)
    }

    fn forget(&mut self) {
        self.bytes.clear();
        self.arrivals.clear();
        self.fin_at = None;
    }

    /// Copies what has arrived; the number of bytes copied.
    fn read(&mut self, into: &mut ReadBuf<'_>, now: Instant) -> usize {
        let before = into.filled().len();
        while let Some((at, length)) = self.arrivals.front_mut() {
            let room = into.remaining().min(*length);
            if *at > now || room == 0 {
                break;
            }
            let (head, tail) = self.bytes.as_slices();
            let from_head = room.min(head.len());
            into.put_slice(&head[..from_head]);
            into.put_slice(&tail[..room - from_head]);
            self.bytes.drain(..room);
            *length -= room;
            if *length == 0 {
                self.arrivals.pop_front();
            }
        }
        into.filled().len() - before
    }

    /// The end of what can be read: a reset, or the other end's FIN.
    fn ended(&self, now: Instant) -> Option<io::Result<()>> {
        if self.is_reset(now) {
            return Some(Err(io::ErrorKind::ConnectionReset.into()));
        }
        let finished = self.bytes.is_empty() && self.fin_at.is_some_and(|at| at <= now);
        finished.then_some(Ok(()))
    }

    /// When a reader has something to look at again.
    fn next_event(&self) -> Option<Instant> {
        let next = self.arrivals.front().map(|(at, _)| *at).or(self.fin_at);
        next.into_iter().chain(self.reset_at).min()
    }

    fn wake_reader(&mut self) {
        if let Some(waker) = self.reader.take() {
            waker.wake();
        }
    }

    fn wake_writer(&mut self) {
        if let Some(waker) = self.writer.take() {
            waker.wake();
        }
    }
}

impl PipeEnd {
    fn new(pipe: Arc<Pipe>, side: usize) -> Self {
        Self { pipe, side, read_alarm: Alarm::default(), write_alarm: Alarm::default() }
    }

    /// The session, for those who may cut it.
    pub(crate) fn pipe(&self) -> &Arc<Pipe> {
        &self.pipe
    }

    pub(crate) fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            let next_event = {
                let now = Instant::now();
                let mut pipe = self.pipe.lock();
                let [own, other] = sides(&mut pipe.ends, self.side);
                if into.remaining() == 0 {
                    return Poll::Ready(Ok(()));
                }
                if own.read(into, now) > 0 {
                    other.wake_writer();
                    return Poll::Ready(Ok(()));
                }
                if let Some(end) = own.ended(now) {
                    return Poll::Ready(end);
                }
                own.reader = Some(context.waker().clone());
                own.next_event()
            };
            match next_event {
                Some(at) if self.read_alarm.poll_at(at, context).is_ready() => {}
                _ => return Poll::Pending,
            }
        }
    }

    pub(crate) fn poll_write(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        loop {
            let now = Instant::now();
            let mut pipe = self.pipe.lock();
            let Ends { ends, fuse } = &mut *pipe;
            let [own, other] = sides(ends, self.side);
            if own.finished {
                return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
            }
            if let Some(reset_at) = own.reset_at.filter(|at| *at > now) {
                // Nothing that is written now would ever be read.
                own.writer = Some(context.waker().clone());
                drop(pipe);
                ready!(self.write_alarm.poll_at(reset_at, context));
                continue;
            }
            if own.reset_at.is_some() {
                return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
            }
            let length = bytes.len().min(WINDOW - other.bytes.len());
            if length == 0 && !bytes.is_empty() {
                own.writer = Some(context.waker().clone());
                return Poll::Pending;
            }
            if other.dropped {
                let there_and_back = other.delay.next() + own.delay.next();
                own.reset(now + there_and_back);
            } else if length > 0 {
                other.receive(&bytes[..length], now);
            }
            if let Some(note) = Fuse::pass(fuse, length) {
                pipe.cut(now);
                drop(pipe);
                note.write();
            }
            return Poll::Ready(Ok(length));
        }
    }

    /// Sends a FIN; reading goes on.
    pub(crate) fn shut_down(&mut self) -> io::Result<()> {
        let now = Instant::now();
        let mut pipe = self.pipe.lock();
        let [own, other] = sides(&mut pipe.ends, self.side);
        if own.is_reset(now) {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        if !own.finished {
            own.finished = true;
            other.finish(now);
        }
        Ok(())
    }

    /// Resets the session from this end; bytes under way are lost.
    pub(crate) fn reset(&mut self) {
        let now = Instant::now();
        let mut pipe = self.pipe.lock();
        let [own, other] = sides(&mut pipe.ends, self.side);
        own.forget();
        other.forget();
        own.reset(now);
        let at = other.next_arrival(now);
        other.reset(at);
    }
}

impl Drop for PipeEnd {
    fn drop(&mut self) {
        let now = Instant::now();
        let mut pipe = self.pipe.lock();
        let [own, other] = sides(&mut pipe.ends, self.side);
        own.dropped = true;
        if own.reset_at.is_some() {
            return;
        }
        if let Some((arrival, _)) = own.arrivals.front() {
            let answered = now.max(*arrival) + other.delay.next();
            other.reset(answered.max(other.last_arrival));
        } else if !own.finished {
            other.finish(now);
        }
        own.forget();
    }
}

/// This side's end and the other one.
fn sides(ends: &mut [End; 2], side: usize) -> [&mut End; 2] {
    let [first, second] = ends;
    if side == 0 { [first, second] } else { [second, first] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::Link;
    use crate::runtime::simulation;
    use crate::seed::Seed;
    use crate::stream::{Carrier, TcpStream};
    use proptest::prelude::*;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    const LATENCY: Duration = Duration::from_millis(10);

    fn session(jitter_ms: u32) -> (TcpStream, TcpStream) {
        let link = Link { latency_ms: 10, jitter_ms };
        let delays = ["a", "b"].map(|label| Delay::new(link, || Seed(1).stream(label)));
        let (one, other) = Pipe::open(delays, None);
        let (a, b) = ("192.0.2.1:50000".parse().unwrap(), "192.0.2.2:25".parse().unwrap());
        (TcpStream::new(Carrier::Pipe(one), a, b), TcpStream::new(Carrier::Pipe(other), b, a))
    }

    fn kind<T>(result: io::Result<T>) -> Option<io::ErrorKind> {
        result.err().map(|error| error.kind())
    }

    #[test]
    fn bytes_and_fin_take_the_latency_of_the_link() {
        simulation(async {
            let (mut a, mut b) = session(0);
            let start = Instant::now();
            a.write_all(b"EHLO").await.unwrap();
            assert_eq!(start.elapsed(), Duration::ZERO);
            let mut buffer = [0; 10];
            assert_eq!(b.read(&mut buffer).await.unwrap(), 4);
            assert_eq!(start.elapsed(), LATENCY);
            a.shutdown().await.unwrap();
            assert_eq!(b.read(&mut buffer).await.unwrap(), 0);
            assert_eq!(start.elapsed(), 2 * LATENCY);
            assert_eq!((a.bytes_sent(), b.bytes_received()), (4, 4));
        });
    }

    #[test]
    fn after_a_fin_the_other_direction_stays_open() {
        simulation(async {
            let (mut a, mut b) = session(0);
            a.shutdown().await.unwrap();
            assert_eq!(kind(a.write_all(b"x").await), Some(io::ErrorKind::BrokenPipe));
            b.write_all(b"250 OK").await.unwrap();
            drop(b);
            let mut answer = String::new();
            a.read_to_string(&mut answer).await.unwrap();
            assert_eq!(answer, "250 OK");
        });
    }

    #[test]
    fn a_writer_waits_while_the_window_is_full() {
        simulation(async {
            let (mut a, mut b) = session(0);
            let start = Instant::now();
            let write = async {
                a.write_all(&vec![0; WINDOW + 1]).await.unwrap();
                start.elapsed()
            };
            let read = async {
                tokio::time::sleep_until(start + Duration::from_secs(5)).await;
                b.read_exact(&mut vec![0; WINDOW + 1]).await.unwrap();
                start.elapsed()
            };
            let written = tokio::join!(write, read);
            assert_eq!(written, (Duration::from_secs(5), Duration::from_secs(5) + LATENCY));
        });
    }

    #[test]
    fn a_reset_reaches_the_peer_after_the_latency_and_loses_what_is_under_way() {
        simulation(async {
            let (mut a, mut b) = session(0);
            a.write_all(b"lost").await.unwrap();
            a.reset();
            assert_eq!(kind(a.read_u8().await), Some(io::ErrorKind::ConnectionReset));
            assert_eq!(kind(a.write_all(b"x").await), Some(io::ErrorKind::ConnectionReset));
            let start = Instant::now();
            assert_eq!(kind(b.read_u8().await), Some(io::ErrorKind::ConnectionReset));
            assert_eq!(start.elapsed(), LATENCY);
            assert_eq!(kind(b.write_all(b"x").await), Some(io::ErrorKind::ConnectionReset));
        });
    }

    #[test]
    fn a_writer_that_waits_for_the_window_hears_of_a_reset() {
        simulation(async {
            let (mut a, mut b) = session(0);
            let write = async { kind(a.write_all(&vec![0; 2 * WINDOW]).await) };
            let reset = async {
                tokio::time::sleep_until(Instant::now() + Duration::from_secs(1)).await;
                b.reset();
            };
            assert_eq!(tokio::join!(write, reset).0, Some(io::ErrorKind::ConnectionReset));
        });
    }

    #[test]
    fn an_end_dropped_with_bytes_unread_resets_its_peer_behind_its_own_bytes() {
        simulation(async {
            let (mut a, mut b) = session(0);
            a.write_all(b"MAIL FROM").await.unwrap();
            b.write_all(b"421").await.unwrap();
            drop(b);
            let mut answer = [0; 3];
            a.read_exact(&mut answer).await.unwrap();
            assert_eq!(&answer, b"421");
            assert_eq!(kind(a.read_u8().await), Some(io::ErrorKind::ConnectionReset));
        });
    }

    #[test]
    fn writing_to_an_end_that_is_gone_is_answered_by_a_reset() {
        simulation(async {
            let (mut a, b) = session(0);
            drop(b);
            let start = Instant::now();
            a.write_all(b"first").await.unwrap();
            assert_eq!(kind(a.write_all(b"second").await), Some(io::ErrorKind::ConnectionReset));
            assert_eq!(start.elapsed(), 2 * LATENCY);
        });
    }

    #[test]
    fn reading_and_writing_can_wait_in_two_tasks() {
        simulation(async {
            let (a, mut b) = session(0);
            let (mut reading, mut writing) = tokio::io::split(a);
            let write = tokio::spawn(async move {
                writing.write_all(&vec![7; 3 * WINDOW]).await.unwrap();
                writing.shutdown().await.unwrap();
            });
            let read = tokio::spawn(async move { reading.read_u8().await.unwrap() });
            let mut all = Vec::new();
            b.read_to_end(&mut all).await.unwrap();
            b.write_all(b"!").await.unwrap();
            assert_eq!((all.len(), read.await.unwrap()), (3 * WINDOW, b'!'));
            write.await.unwrap();
        });
    }

    proptest! {
        #[test]
        fn all_bytes_arrive_in_order_whatever_the_sizes(
            writes in prop::collection::vec((0usize..40_000, 0u64..30), 0..20),
            reads in prop::collection::vec((1usize..50_000, 0u64..30), 1..20),
            jitter_ms in 0u32..5,
        ) {
            let total: usize = writes.iter().map(|(length, _)| length).sum();
            let sent: Vec<u8> = (0..=250).cycle().take(total).collect();
            let expected = sent.clone();
            let received = simulation(async move {
                let (mut a, mut b) = session(jitter_ms);
                let nap = |ms| tokio::time::sleep_until(Instant::now() + Duration::from_millis(ms));
                let write = async move {
                    let mut rest = &sent[..];
                    for (length, pause) in writes {
                        let (now, later) = rest.split_at(length);
                        a.write_all(now).await.unwrap();
                        rest = later;
                        nap(pause).await;
                    }
                };
                let read = async move {
                    let mut received = Vec::new();
                    for (length, pause) in reads.into_iter().cycle() {
                        let mut buffer = vec![0; length];
                        let count = b.read(&mut buffer).await.unwrap();
                        received.extend_from_slice(&buffer[..count]);
                        if count == 0 {
                            break;
                        }
                        nap(pause).await;
                    }
                    received
                };
                tokio::join!(write, read).1
            });
            prop_assert_eq!(received, expected);
        }
    }
}
