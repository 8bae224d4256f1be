//! LIVE: a TCP session over loopback sockets.
//!
//! The sockets carry the bytes. Whoever cuts the session off finds them in the [`Wire`] that its
//! ends share, and closes them with a reset. The system's errors are turned into those of SIM: a
//! session that is broken stays `ConnectionReset` for good.
//!
//! Not modelled: the link's latency; bytes travel at the machine's own speed.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::fuse::{Fuse, ResetNote};
use crate::sessions::Traffic;

/// What the ends of a session share. The end of a client outside the lab is not ours.
#[derive(Debug)]
pub(crate) struct Wire {
    state: Mutex<WireState>,
    /// The peer is not ours: bytes are counted as they are read, too.
    peer_is_outside: bool,
}

#[derive(Debug)]
struct WireState {
    sockets: [Option<TcpStream>; 2],
    cut: bool,
    fuse: Option<Fuse>,
    /// Bytes given to and taken from the sockets.
    moved: [u64; 2],
    /// Who waits, by end and by direction.
    waiting: [[Option<Waker>; 2]; 2],
}

const READING: usize = 0;
const WRITING: usize = 1;

/// A program's hold on one end.
#[derive(Debug)]
pub(crate) struct LoopbackEnd {
    wire: Arc<Wire>,
    side: usize,
    finished: bool,
}

impl Wire {
    pub(crate) fn new(fuse: Option<Fuse>, peer_is_outside: bool) -> Arc<Self> {
        let state = WireState {
            sockets: [None, None],
            cut: false,
            fuse,
            moved: [0; 2],
            waiting: Default::default(),
        };
        Arc::new(Self { state: Mutex::new(state), peer_is_outside })
    }

    /// Resets both ends; bytes under way are lost.
    pub(crate) fn cut(&self) {
        self.lock().cut();
    }

    /// What is under way, and how many bytes were written or read so far.
    pub(crate) fn traffic(&self) -> (Traffic, u64) {
        let state = self.lock();
        let [read, written] = state.moved;
        let traffic = if self.peer_is_outside {
            Traffic::Outside
        } else if read < written && state.sockets.iter().all(Option::is_some) {
            Traffic::Inside
        } else {
            Traffic::None
        };
        (traffic, read + written)
    }

    fn lock(&self) -> MutexGuard<'_, WireState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WireState {
    fn cut(&mut self) {
        self.cut = true;
        for socket in &mut self.sockets {
            if let Some(socket) = socket.take() {
                abort(socket);
            }
        }
        let waiting = std::mem::take(&mut self.waiting);
        waiting.into_iter().flatten().flatten().for_each(Waker::wake);
    }

    /// Counts bytes, and cuts the session off when they are too many.
    fn count(&mut self, bytes: usize) -> Option<ResetNote> {
        let note = Fuse::pass(&mut self.fuse, bytes)?;
        self.cut();
        Some(note)
    }

    /// The socket of an end; whoever cuts the session off later wakes this task.
    fn socket(
        &mut self,
        side: usize,
        direction: usize,
        context: &Context<'_>,
    ) -> io::Result<Pin<&mut TcpStream>> {
        match &mut self.sockets[side] {
            Some(socket) => {
                self.waiting[side][direction] = Some(context.waker().clone());
                Ok(Pin::new(socket))
            }
            None => Err(io::ErrorKind::ConnectionReset.into()),
        }
    }

    /// The system says `BrokenPipe` or `ConnectionAborted` where Winsock says 10054.
    fn broken(&mut self, side: usize, error: io::Error) -> io::Error {
        match error.kind() {
            io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::NotConnected => {
                if let Some(socket) = self.sockets[side].take() {
                    abort(socket);
                }
                io::ErrorKind::ConnectionReset.into()
            }
            _ => error,
        }
    }
}

impl LoopbackEnd {
    /// The end that the socket belongs to, of a session that may have been cut off already.
    pub(crate) fn new(socket: TcpStream, wire: Arc<Wire>, side: usize) -> Self {
        let mut state = wire.lock();
        if state.cut {
            abort(socket);
        } else {
            state.sockets[side] = Some(socket);
        }
        drop(state);
        Self { wire, side, finished: false }
    }

    pub(crate) fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut state = self.wire.lock();
        let before = into.filled().len();
        let polled = state.socket(self.side, READING, context)?.poll_read(context, into);
        let received = into.filled().len() - before;
        state.moved[READING] += received as u64;
        if self.wire.peer_is_outside
            && let Some(note) = state.count(received)
        {
            drop(state);
            note.write();
            into.set_filled(before);
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        polled.map_err(|error| state.broken(self.side, error))
    }

    pub(crate) fn poll_write(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.finished {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let mut state = self.wire.lock();
        let passes = state.fuse.as_ref().is_none_or(|fuse| fuse.holds(bytes.len()));
        let socket = state.socket(self.side, WRITING, context)?;
        let polled = if passes {
            let polled = socket.poll_write(context, bytes);
            if let Poll::Ready(Ok(written)) = &polled {
                state.moved[WRITING] += *written as u64;
            }
            polled
        } else {
            // As far as the program can tell these bytes are on their way.
            Poll::Ready(Ok(bytes.len()))
        };
        if let Poll::Ready(Ok(written)) = &polled
            && let Some(note) = state.count(*written)
        {
            drop(state);
            note.write();
            return polled;
        }
        polled.map_err(|error| state.broken(self.side, error))
    }

    /// Sends a FIN; reading goes on.
    pub(crate) fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.wire.lock();
        self.finished = true;
        let polled = state.socket(self.side, WRITING, context)?.poll_shutdown(context);
        polled.map_err(|error| state.broken(self.side, error))
    }

    /// Resets the session from this end; bytes under way are lost.
    pub(crate) fn reset(&mut self) {
        self.wire.cut();
    }
}

impl Drop for LoopbackEnd {
    fn drop(&mut self) {
        self.wire.lock().sockets[self.side].take();
    }
}

/// Closes a socket with a reset instead of a FIN.
pub(crate) fn abort(socket: TcpStream) {
    if let Err(error) = socket.set_zero_linger() {
        tracing::debug!(%error, "a socket is closed without a reset");
    }
    drop(socket);
}
