//! A TCP session as a program sees it: virtual addresses, whatever carries the bytes.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::loopback_stream::LoopbackEnd;
use crate::pipe::PipeEnd;

/// One end of a TCP session.
///
/// `shutdown` sends a FIN and leaves the other direction open. Dropping the stream closes it; if
/// bytes were left unread, the peer is reset, as the systems do.
#[derive(Debug)]
pub struct TcpStream {
    carrier: Carrier,
    local: SocketAddr,
    peer: SocketAddr,
    bytes_sent: u64,
    bytes_received: u64,
}

#[derive(Debug)]
pub(crate) enum Carrier {
    Pipe(PipeEnd),
    Loopback(LoopbackEnd),
}

impl TcpStream {
    pub(crate) fn new(carrier: Carrier, local: SocketAddr, peer: SocketAddr) -> Self {
        Self { carrier, local, peer, bytes_sent: 0, bytes_received: 0 }
    }

    /// This end's address: the host's own, also behind NAT or a port forward.
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// The other end as seen from here: behind NAT, its public address.
    pub fn peer_addr(&self) -> SocketAddr {
        self.peer
    }

    /// Bytes written so far; some may still be under way.
    pub fn bytes_sent(&self) -> u64 {
        self.bytes_sent
    }

    /// Bytes read so far.
    pub fn bytes_received(&self) -> u64 {
        self.bytes_received
    }

    /// Aborts the session: both ends get `ConnectionReset`, bytes under way are lost.
    pub fn reset(&mut self) {
        match &mut self.carrier {
            Carrier::Pipe(end) => end.reset(),
            Carrier::Loopback(end) => end.reset(),
        }
    }
}

impl AsyncRead for TcpStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let polled = match &mut self.carrier {
            Carrier::Pipe(end) => end.poll_read(context, into),
            Carrier::Loopback(end) => end.poll_read(context, into),
        };
        self.bytes_received += (into.filled().len() - before) as u64;
        polled
    }
}

impl AsyncWrite for TcpStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = match &mut self.carrier {
            Carrier::Pipe(end) => end.poll_write(context, bytes),
            Carrier::Loopback(end) => end.poll_write(context, bytes),
        };
        if let Poll::Ready(Ok(written)) = &polled {
            self.bytes_sent += *written as u64;
        }
        polled
    }

    /// Nothing is held back, so there is nothing to flush.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.carrier {
            Carrier::Pipe(end) => Poll::Ready(end.shut_down()),
            Carrier::Loopback(end) => end.poll_shutdown(context),
        }
    }
}
