//! LIVE: a port forward as programs outside the lab meet it.
//!
//! The TCP socket that stands for the public address is open as long as anybody may get through.
//! When everybody would be refused it is closed, so that the system refuses; when nobody would hear
//! anything it stops answering, so that clients time out as they would in front of a real firewall.
//! The system shows the lab no SYN of those clients: neither log nor journal has them.
//!
//! Not modelled: the silent socket works on Linux only; elsewhere clients connect and hear nothing.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::watch;

use crate::error::NetworkError;
use crate::firewall::Protocol;
use crate::first_of::{Either, first_of};
use crate::loopback::{self, Loopback};
use crate::loopback_accept::{Slot, Task, welcome};
use crate::network::{Network, Shared, State};
use crate::route::Verdict;
use crate::topology::PortForward;
use crate::udp::{self, LiveSocket};

/// How long a door waits when the system does not let it open, in real time.
const PAUSE: Duration = Duration::from_millis(100);

/// A port forward's socket; it closes when this is dropped.
#[derive(Debug)]
pub(crate) struct Door {
    socket: Socket,
    _task: Task,
}

#[derive(Debug)]
enum Socket {
    Tcp(Arc<Slot<TcpListener>>),
    Udp(Arc<Slot<UdpSocket>>),
}

/// What programs outside the lab meet at a TCP forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// Some are let in.
    Open,
    /// All are refused.
    Refusing,
    /// None is answered.
    Silent,
}

impl Door {
    pub(crate) fn open(
        network: &Network,
        loopback: &mut Loopback,
        forward: PortForward,
    ) -> Result<Self, NetworkError> {
        let PortForward { protocol, public, .. } = forward;
        let weak = Arc::downgrade(&network.0);
        match protocol {
            Protocol::Tcp => {
                let open = |real| loopback::listener(real, loopback::BACKLOG);
                let (socket, real) = loopback.serve(protocol, public, open)?;
                let socket = Arc::new(Slot::new(socket));
                let changes = network.0.changes();
                let door = TcpDoor { network: weak, socket: socket.clone(), public, real };
                let task = Task::start(door.keep(changes));
                Ok(Self { socket: Socket::Tcp(socket), _task: task })
            }
            Protocol::Udp => {
                let (socket, real) = loopback.serve(protocol, public, loopback::datagrams)?;
                let socket = Arc::new(Slot::new(socket));
                let live = LiveSocket { socket: socket.clone(), real };
                let task = Task::start(udp::receive(weak, live, public));
                Ok(Self { socket: Socket::Udp(socket), _task: task })
            }
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        match &self.socket {
            Socket::Tcp(socket) => socket.close(),
            Socket::Udp(socket) => socket.close(),
        }
    }
}

struct TcpDoor {
    network: Weak<Shared>,
    socket: Arc<Slot<TcpListener>>,
    public: SocketAddr,
    real: SocketAddr,
}

impl TcpDoor {
    /// Keeps the door in the manner that the network asks for, until the network is gone.
    async fn keep(self, mut changes: watch::Receiver<()>) {
        let mut manner = Manner::Open;
        let mut _plug = None;
        loop {
            changes.mark_unchanged();
            let Some(network) = self.network.upgrade() else { return };
            let wanted = network.lock().manner(self.public);
            drop(network);
            if wanted != manner {
                self.socket.close();
                _plug = None;
                match self.change(wanted).await {
                    Ok(plug) => _plug = plug,
                    Err(error) => {
                        tracing::warn!(public = %self.public, %error, "the port is not served");
                        manner = Manner::Refusing;
                        tokio::time::sleep_until(tokio::time::Instant::now() + PAUSE).await;
                        continue;
                    }
                }
                manner = wanted;
            }
            if manner == Manner::Open {
                self.accept(&mut changes).await;
            } else if changes.changed().await.is_err() {
                return;
            }
        }
    }

    /// Opens the socket anew. A silent one takes a single connection, our own; Linux then drops
    /// every SYN.
    async fn change(&self, manner: Manner) -> io::Result<Option<TcpStream>> {
        match manner {
            Manner::Refusing => Ok(None),
            Manner::Open => {
                self.socket.fill(loopback::listener(self.real, loopback::BACKLOG)?.0);
                Ok(None)
            }
            Manner::Silent => {
                self.socket.fill(loopback::listener(self.real, 0)?.0);
                let source = SocketAddr::new(self.real.ip(), 0);
                loopback::source(source)?.connect(self.real).await.map(Some)
            }
        }
    }

    /// Accepts until something changed.
    async fn accept(&self, changes: &mut watch::Receiver<()>) {
        loop {
            let accepted = self.socket.with(TcpListener::poll_accept);
            match first_of(accepted, changes.changed()).await {
                Either::First(Ok((stream, real))) => {
                    let Some(network) = self.network.upgrade() else { return };
                    welcome(&Network(network), stream, real, self.public);
                }
                Either::First(Err(error)) => {
                    tracing::warn!(public = %self.public, %error, "a client was not accepted");
                    tokio::time::sleep_until(tokio::time::Instant::now() + PAUSE).await;
                }
                Either::Second(_) => return,
            }
        }
    }
}

impl State {
    /// What programs outside the lab would meet, whomever they count as.
    fn manner(&self, public: SocketAddr) -> Manner {
        let Some(loopback) = &self.loopback else { return Manner::Refusing };
        let gateway = self.topology.gateway_towards(public.ip());
        let known = loopback.addresses().iter().map(|(address, _)| *address);
        let verdicts: Vec<_> = known
            .chain(loopback.outside)
            .filter(|source| self.topology.gateway_from(*source) != gateway)
            .map(|source| self.verdict(SocketAddr::new(source, 0), public))
            .collect();
        if verdicts.iter().all(|verdict| !verdict.is_answered()) {
            Manner::Silent
        } else if verdicts.iter().all(Verdict::is_refused) {
            Manner::Refusing
        } else {
            Manner::Open
        }
    }
}
