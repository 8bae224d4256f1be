//! LIVE: accepting. Sessions of the lab's own hosts were judged before they connected; anybody else
//! is judged here, by the address that its loopback address stands for.
//!
//! Who connects from outside the lab is connected before the lab can judge: a rejected client is
//! reset right after that, and one that would hear nothing is left in silence for as long as a SYN
//! would take to time out. Port forwards do better (`loopback_door.rs`).

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::connect::{Answer, Listening, SYN_TIMEOUT};
use crate::loopback_stream::{LoopbackEnd, Wire, abort};
use crate::network::Network;
use crate::sessions::Line;
use crate::stream::{Carrier, TcpStream};

/// How long accepting pauses when the system cannot accept, for want of file handles.
const PAUSE: Duration = Duration::from_secs(1);

/// A socket that a task waits on and that others can close at once.
#[derive(Debug)]
pub(crate) struct Slot<S>(Mutex<Option<S>>);

impl<S> Slot<S> {
    pub(crate) fn new(socket: S) -> Self {
        Self(Mutex::new(Some(socket)))
    }

    /// Does something with the socket.
    ///
    /// # Errors
    /// `NetworkDown` when it is closed.
    pub(crate) async fn with<R>(
        &self,
        mut poll: impl FnMut(&S, &mut std::task::Context<'_>) -> Poll<io::Result<R>>,
    ) -> io::Result<R> {
        poll_fn(|context| match &*self.lock() {
            Some(socket) => poll(socket, context),
            None => Poll::Ready(Err(io::ErrorKind::NetworkDown.into())),
        })
        .await
    }

    pub(crate) fn close(&self) {
        self.lock().take();
    }

    /// Puts another socket in the place of one that was closed.
    pub(crate) fn fill(&self, socket: S) {
        *self.lock() = Some(socket);
    }

    fn lock(&self) -> MutexGuard<'_, Option<S>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task that ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Task(JoinHandle<()>);

impl Task {
    pub(crate) fn start(future: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(future))
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Accepts on the socket that stands for a virtual address, until it is closed.
pub(crate) async fn accept(network: Network, socket: Arc<Slot<TcpListener>>, address: SocketAddr) {
    loop {
        match socket.with(TcpListener::poll_accept).await {
            Ok((stream, real)) => welcome(&network, stream, real, address),
            Err(error) if error.kind() == io::ErrorKind::NetworkDown => return,
            Err(error) => {
                tracing::warn!(%address, %error, "a connection could not be accepted");
                network.clock().sleep(PAUSE).await;
            }
        }
    }
}

/// Hands an accepted socket to the program that listens, or to the firewall.
pub(crate) fn welcome(
    network: &Network,
    socket: tokio::net::TcpStream,
    real: SocketAddr,
    address: SocketAddr,
) {
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "small packets of a connection may be held back");
    }
    let mut state = network.0.lock();
    let expected = state.loopback.as_mut().and_then(|loopback| loopback.expected.remove(&real));
    let Some(expected) = expected else {
        drop(state);
        return welcome_outsider(network, socket, real, address);
    };
    let listener = state.listeners.get(&expected.local).map(|port| port.arrivals.clone());
    drop(state);
    let end = LoopbackEnd::new(socket, expected.wire, 1);
    let mut stream = TcpStream::new(Carrier::Loopback(end), expected.local, expected.peer);
    match listener {
        Some(listener) => reset_unless_taken(listener.push(Instant::now(), stream)),
        None => stream.reset(),
    }
}

/// Judges a program from outside the lab.
fn welcome_outsider(
    network: &Network,
    socket: tokio::net::TcpStream,
    real: SocketAddr,
    address: SocketAddr,
) {
    let outsider = network.0.lock().loopback.as_ref().and_then(|loopback| loopback.outsider(real));
    let Some(from) = outsider else {
        tracing::warn!(%real, %address, "refused: no outside address is set for this client");
        return abort(socket);
    };
    match network.0.send_syn(from, address, &mut None) {
        Answer::Refusal(_) => abort(socket),
        Answer::None => {
            let clock = network.clock().clone();
            tokio::spawn(async move {
                clock.sleep(SYN_TIMEOUT).await;
                abort(socket);
            });
        }
        Answer::Invitation(mut invitation) => {
            let wire = Wire::new(invitation.fuse(network), true);
            network.0.lock().sessions.add(invitation.machines, Line::wire(&wire));
            let end = Carrier::Loopback(LoopbackEnd::new(socket, wire, 0));
            let stream = TcpStream::new(end, invitation.route.to, invitation.route.seen);
            reset_unless_taken(match &invitation.listener {
                Listening::Inside(listener) => listener.push(Instant::now(), stream),
                Listening::Outside(_) => Err(stream),
            });
        }
    }
}

fn reset_unless_taken(pushed: Result<(), TcpStream>) {
    if let Err(mut stream) = pushed {
        stream.reset();
    }
}
