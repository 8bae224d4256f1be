//! Listening on TCP.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use crate::arrivals::Arrivals;
use crate::firewall::Protocol;
use crate::host::Host;
use crate::loopback;
use crate::loopback_accept::{self, Slot, Task};
use crate::network::Network;
use crate::stream::TcpStream;

/// A program that listens. Dropping it closes the ports and resets who was not accepted yet.
#[derive(Debug)]
pub struct Listener {
    network: Network,
    addresses: Vec<SocketAddr>,
    arrivals: Arc<Arrivals<TcpStream>>,
    /// LIVE: what accepts on the sockets.
    tasks: Vec<Task>,
}

/// A port that is listened on.
#[derive(Debug)]
pub(crate) struct ListeningPort {
    pub(crate) arrivals: Arc<Arrivals<TcpStream>>,
    /// `None` in SIM.
    socket: Option<Arc<Slot<tokio::net::TcpListener>>>,
}

impl Host {
    /// Listens on one address and port; port 0 is one that the system chooses.
    ///
    /// # Errors
    /// `AddrInUse`, `AddrNotAvailable` when the address is not the host's, `NetworkDown` when the
    /// host is off; in LIVE what the operating system says.
    pub fn listen(&self, address: SocketAddr) -> io::Result<Listener> {
        self.listen_on(&[address])
    }

    /// Listens on a port of every address of the host.
    ///
    /// # Errors
    /// As [`listen`](Self::listen).
    pub fn listen_port(&self, port: u16) -> io::Result<Listener> {
        let addresses: Vec<_> =
            self.addresses().into_iter().map(|address| SocketAddr::new(address, port)).collect();
        self.listen_on(&addresses)
    }

    fn listen_on(&self, addresses: &[SocketAddr]) -> io::Result<Listener> {
        for address in addresses {
            self.check_own(address.ip())?;
        }
        let mut listener = Listener {
            network: self.network.clone(),
            addresses: Vec::new(),
            arrivals: Arc::new(Arrivals::default()),
            tasks: Vec::new(),
        };
        for address in addresses {
            listener.open(*address)?;
        }
        self.network.0.tell_change();
        Ok(listener)
    }
}

impl Listener {
    fn open(&mut self, mut address: SocketAddr) -> io::Result<()> {
        let mut state = self.network.0.lock();
        if address.port() == 0 {
            address.set_port(state.ports.next(address.ip()));
        }
        if state.listeners.contains_key(&address) {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        let mut socket = None;
        if let Some(loopback) = &mut state.loopback {
            let bind = |real| loopback::listener(real, loopback::BACKLOG);
            let bound = loopback.serve(Protocol::Tcp, address, bind).map_err(loopback::as_io)?;
            let slot = Arc::new(Slot::new(bound.0));
            let accepting = loopback_accept::accept(self.network.clone(), slot.clone(), address);
            self.tasks.push(Task::start(accepting));
            socket = Some(slot);
        }
        let port = ListeningPort { arrivals: self.arrivals.clone(), socket };
        state.listeners.insert(address, port);
        self.addresses.push(address);
        Ok(())
    }

    /// The next connection.
    ///
    /// # Errors
    /// `NetworkDown` when the host was switched off.
    pub async fn accept(&self) -> io::Result<TcpStream> {
        self.arrivals.next().await
    }

    /// The addresses and ports it listens on.
    pub fn local_addrs(&self) -> &[SocketAddr] {
        &self.addresses
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut closed = Vec::new();
        let mut state = self.network.0.lock();
        for address in &self.addresses {
            // After a power cycle the port may belong to another listener.
            let own = |port: &ListeningPort| Arc::ptr_eq(&port.arrivals, &self.arrivals);
            if state.listeners.get(address).is_some_and(own) {
                closed.extend(state.listeners.remove(address));
            }
        }
        drop(state);
        for port in closed {
            port.close();
        }
        self.network.0.tell_change();
    }
}

impl ListeningPort {
    /// Closes the port; who was not accepted yet is reset.
    pub(crate) fn close(&self) {
        if let Some(socket) = &self.socket {
            socket.close();
        }
        for mut stream in self.arrivals.close() {
            stream.reset();
        }
    }
}
