//! Datagrams. What is dropped, rejected, or sent to nobody is lost without a word.
//!
//! Not modelled: ICMP (so no `ConnectionReset` for a closed port), fragments, broadcast.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Weak};
use std::task::Poll;
use std::time::Duration;

use tokio::io::ReadBuf;
use tokio::time::Instant;

use crate::arrivals::Arrivals;
use crate::firewall::Protocol;
use crate::flows::Flow;
use crate::host::Host;
use crate::loopback;
use crate::loopback_accept::{Slot, Task};
use crate::network::{Network, Shared, State};
use crate::ports;
use crate::route::{Route, Verdict};
use crate::seed::RandomStream;

/// The most a datagram holds.
const DATAGRAM_MAX: usize = 65_507;

/// Datagrams that may wait to be read; further ones are lost.
const WAITING_MAX: usize = 256;

/// A bound datagram socket. Dropping it closes the port.
#[derive(Debug)]
pub struct UdpSocket {
    network: Network,
    local: SocketAddr,
    inbox: Arc<Arrivals<Datagram>>,
    _task: Option<Task>,
}

#[derive(Debug)]
pub(crate) struct Datagram {
    from: SocketAddr,
    bytes: Vec<u8>,
}

/// A port that is bound.
#[derive(Debug)]
pub(crate) struct UdpPort {
    inbox: Arc<Arrivals<Datagram>>,
    jitter: RandomStream,
    /// `None` in SIM.
    live: Option<LiveSocket>,
}

/// The loopback socket that stands for a port.
#[derive(Clone, Debug)]
pub(crate) struct LiveSocket {
    pub(crate) socket: Arc<Slot<tokio::net::UdpSocket>>,
    pub(crate) real: SocketAddr,
}

/// What is done with a datagram that is sent.
enum Dispatch {
    Lost,
    /// SIM: it is put there, from that address, after that long.
    Memory {
        inbox: Arc<Arrivals<Datagram>>,
        from: SocketAddr,
        after: Duration,
    },
    /// LIVE: it is sent through that socket to that real address.
    Socket {
        socket: Arc<Slot<tokio::net::UdpSocket>>,
        real: SocketAddr,
    },
}

impl Host {
    /// Binds an address and port; port 0 is one that the system chooses.
    ///
    /// # Errors
    /// `AddrInUse`, `AddrNotAvailable` when the address is not the host's, `NetworkDown` when the
    /// host is off; in LIVE what the operating system says.
    pub fn bind_udp(&self, address: SocketAddr) -> io::Result<UdpSocket> {
        self.check_own(address.ip())?;
        let shared = &self.network.0;
        let mut state = shared.lock();
        let (local, live) = state.bind(address)?;
        let inbox = Arc::new(Arrivals::default());
        let jitter = shared.seed().stream(&format!("datagrams {local}"));
        let port = UdpPort { inbox: inbox.clone(), jitter, live: live.clone() };
        state.sockets.insert(local, port);
        drop(state);
        let task = live.map(|socket| Task::start(receive(Arc::downgrade(shared), socket, local)));
        Ok(UdpSocket { network: self.network.clone(), local, inbox, _task: task })
    }
}

impl UdpSocket {
    /// Its own address and port.
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// Sends a datagram; whether it arrives is not known. Gives its length.
    ///
    /// # Errors
    /// `InvalidInput` when it is too long, `NetworkDown` when the host was switched off.
    pub async fn send_to(&self, bytes: &[u8], to: SocketAddr) -> io::Result<usize> {
        if bytes.len() > DATAGRAM_MAX {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        match self.network.0.dispatch(self, to)? {
            Dispatch::Lost => {}
            Dispatch::Memory { inbox, from, after } => {
                let datagram = Datagram { from, bytes: bytes.to_vec() };
                put(Some(inbox), Instant::now() + after, datagram);
            }
            Dispatch::Socket { socket, real } => {
                socket.with(|socket, context| socket.poll_send_to(context, bytes, real)).await?;
            }
        }
        Ok(bytes.len())
    }

    /// The next datagram and its sender; what does not fit is cut off.
    ///
    /// # Errors
    /// `NetworkDown` when the host was switched off.
    pub async fn recv_from(&self, into: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        let Datagram { from, bytes } = self.inbox.next().await?;
        let length = bytes.len().min(into.len());
        into[..length].copy_from_slice(&bytes[..length]);
        Ok((length, from))
    }
}

impl Drop for UdpSocket {
    fn drop(&mut self) {
        let mut state = self.network.0.lock();
        // After a power cycle the port may belong to another socket.
        let own = |port: &UdpPort| Arc::ptr_eq(&port.inbox, &self.inbox);
        if !state.sockets.get(&self.local).is_some_and(own) {
            return;
        }
        let port = state.close_socket(self.local);
        drop(state);
        if let Some(port) = port {
            port.close();
        }
    }
}

impl UdpPort {
    /// Closes the port; datagrams not read yet are lost.
    pub(crate) fn close(&self) {
        if let Some(live) = &self.live {
            live.socket.close();
        }
        self.inbox.close();
    }
}

impl State {
    /// Finds a free port and, in LIVE, the socket for it.
    fn bind(&mut self, address: SocketAddr) -> io::Result<(SocketAddr, Option<LiveSocket>)> {
        let wanted = address.port();
        for _ in 0..ports::COUNT {
            let port = if wanted == 0 { self.ports.next(address.ip()) } else { wanted };
            let local = SocketAddr::new(address.ip(), port);
            let bound = if self.sockets.contains_key(&local) {
                Err(io::ErrorKind::AddrInUse.into())
            } else {
                self.open(local, wanted == 0)
            };
            match bound {
                Ok(live) => return Ok((local, live)),
                Err(error) if wanted == 0 && error.kind() == io::ErrorKind::AddrInUse => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AddrInUse.into())
    }

    /// Takes a port out, with what was remembered for its answers.
    pub(crate) fn close_socket(&mut self, local: SocketAddr) -> Option<UdpPort> {
        let port = self.sockets.remove(&local)?;
        self.flows.forget(local);
        if let (Some(live), Some(loopback)) = (&port.live, &mut self.loopback) {
            loopback.appearances.retain(|(from, _), _| *from != live.real);
        }
        Some(port)
    }

    /// LIVE: a socket for the port. One that the system chose is the same in reality.
    fn open(&mut self, local: SocketAddr, chosen: bool) -> io::Result<Option<LiveSocket>> {
        let Some(loopback) = &mut self.loopback else { return Ok(None) };
        let (socket, real) = if chosen {
            let stand_in = loopback.stand_in(local.ip()).map_err(loopback::as_io)?;
            loopback::datagrams(SocketAddr::new(IpAddr::V4(stand_in), local.port()))?
        } else {
            let served = loopback.serve(Protocol::Udp, local, loopback::datagrams);
            served.map_err(loopback::as_io)?
        };
        Ok(Some(LiveSocket { socket: Arc::new(Slot::new(socket)), real }))
    }

    /// What is done with a datagram to a bound port, from a sender that looks like `from`.
    fn way(&mut self, own: SocketAddr, from: SocketAddr, to: SocketAddr) -> Dispatch {
        let link = self.topology.link(own.ip(), to.ip());
        let Some(target) = self.sockets.get(&to) else { return Dispatch::Lost };
        let (inbox, target) = (target.inbox.clone(), target.live.clone());
        let Some(source) = self.sockets.get_mut(&own) else { return Dispatch::Lost };
        if let (Some(source), Some(target), Some(loopback)) =
            (&source.live, target, &mut self.loopback)
        {
            loopback.appearances.insert((source.real, target.real), from);
            loopback.datagrams += 1;
            return Dispatch::Socket { socket: source.socket.clone(), real: target.real };
        }
        let after = link.draw(Some(&mut source.jitter));
        Dispatch::Memory { inbox, from, after }
    }
}

impl Shared {
    /// Decides about a datagram that a bound socket sends.
    fn dispatch(&self, socket: &UdpSocket, to: SocketAddr) -> io::Result<Dispatch> {
        let own = socket.local;
        let mut state = self.lock();
        let bound =
            state.sockets.get(&own).is_some_and(|port| Arc::ptr_eq(&port.inbox, &socket.inbox));
        if !bound {
            return Err(io::ErrorKind::NetworkDown.into());
        }
        match state.flows.answered(own, to).cloned() {
            Some(Flow::Asker { asker, asked }) => return Ok(state.way(own, asked, asker)),
            Some(Flow::Outsider { socket, real }) => return Ok(Dispatch::Socket { socket, real }),
            None => {}
        }
        let route = state.topology.route(Protocol::Udp, own, to);
        if passes(&route) {
            state.flows.add(route.to, route.seen, Flow::Asker { asker: own, asked: to });
            return Ok(state.way(own, route.seen, route.to));
        }
        drop(state);
        self.record_loss(route);
        Ok(Dispatch::Lost)
    }

    /// LIVE: what became of a datagram that arrived at the socket which stands for an address.
    fn arrive(&self, socket: &LiveSocket, address: SocketAddr, datagram: Datagram) {
        let Datagram { from: real, bytes } = datagram;
        let mut state = self.lock();
        let Some(loopback) = &mut state.loopback else { return };
        if let Some(from) = loopback.appearances.get(&(real, socket.real)).copied() {
            loopback.datagrams = loopback.datagrams.saturating_sub(1);
            let inbox = state.sockets.get(&address).map(|port| port.inbox.clone());
            drop(state);
            return put(inbox, Instant::now(), Datagram { from, bytes });
        }
        let Some(from) = loopback.outsider(real) else { return };
        let route = state.topology.route(Protocol::Udp, from, address);
        if passes(&route) {
            let flow = Flow::Outsider { socket: socket.socket.clone(), real };
            state.flows.add(route.to, route.seen, flow);
            let inbox = state.sockets.get(&route.to).map(|port| port.inbox.clone());
            drop(state);
            return put(inbox, Instant::now(), Datagram { from: route.seen, bytes });
        }
        drop(state);
        self.record_loss(route);
    }

    fn record_loss(&self, route: Route) {
        if let Some(mark) = route.mark {
            self.record(mark);
        }
    }
}

/// Whether a datagram gets through: one that a firewall would reset is lost as well.
fn passes(route: &Route) -> bool {
    route.verdict == Verdict::Accepted && route.mark.is_none()
}

fn put(inbox: Option<Arc<Arrivals<Datagram>>>, at: Instant, datagram: Datagram) {
    if let Some(inbox) = inbox
        && inbox.len() < WAITING_MAX
    {
        // The socket may just have been closed.
        let _lost = inbox.push(at, datagram);
    }
}

/// LIVE: reads the socket that stands for a virtual address until it is closed.
pub(crate) async fn receive(network: Weak<Shared>, socket: LiveSocket, address: SocketAddr) {
    let mut buffer = vec![0; DATAGRAM_MAX];
    loop {
        let received = socket
            .socket
            .with(|socket, context| {
                let mut into = ReadBuf::new(&mut buffer);
                let from = std::task::ready!(socket.poll_recv_from(context, &mut into))?;
                Poll::Ready(Ok((into.filled().len(), from)))
            })
            .await;
        match (received, network.upgrade()) {
            (Ok((length, from)), Some(network)) => {
                let datagram = Datagram { from, bytes: buffer[..length].to_vec() };
                network.arrive(&socket, address, datagram);
            }
            (Err(error), Some(_)) if error.kind() != io::ErrorKind::NetworkDown => {
                tracing::debug!(%address, %error, "a datagram was lost");
            }
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::loopback::Ports;
    use crate::runtime::{live, simulation};
    use crate::seed::Seed;
    use jiff::Timestamp;

    fn host(network: &Network) -> Host {
        let prefix = "192.0.2.0/24".parse().unwrap();
        let segment = network.add_segment("segment", &[prefix]).unwrap();
        network.add_host("host", segment, &["192.0.2.1".parse().unwrap()]).unwrap()
    }

    fn at(port: u16) -> SocketAddr {
        SocketAddr::new("192.0.2.1".parse().unwrap(), port)
    }

    #[test]
    fn a_datagram_takes_the_latency_and_has_a_longest_length() {
        simulation(async {
            let network = Network::simulated(Clock::simulated(Timestamp::UNIX_EPOCH), Seed(1));
            let host = host(&network);
            let (server, client) = (host.bind_udp(at(53)).unwrap(), host.bind_udp(at(0)).unwrap());
            let mut longest = vec![7; DATAGRAM_MAX + 1];
            let refused = client.send_to(&longest, at(53)).await.unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::InvalidInput);
            client.send_to(&longest[1..], at(53)).await.unwrap();
            let (length, from) = server.recv_from(&mut longest).await.unwrap();
            assert_eq!((length, from), (DATAGRAM_MAX, client.local_addr()));
            assert_eq!(network.clock().now().as_millisecond(), 1);
        });
    }

    #[test]
    fn datagrams_that_nobody_reads_are_lost_at_last() {
        simulation(async {
            let network = Network::simulated(Clock::simulated(Timestamp::UNIX_EPOCH), Seed(1));
            let host = host(&network);
            let (server, client) = (host.bind_udp(at(53)).unwrap(), host.bind_udp(at(0)).unwrap());
            for _ in 0..2 * WAITING_MAX {
                client.send_to(b"x", at(53)).await.unwrap();
            }
            assert_eq!(server.inbox.len(), WAITING_MAX);
        });
    }

    #[test]
    fn nothing_is_remembered_of_a_closed_socket() {
        live(async {
            let clock = Clock::live(Timestamp::UNIX_EPOCH, 1000).unwrap();
            let network = Network::live(clock, Seed(1), Ports::Free);
            let host = host(&network);
            let (server, client) = (host.bind_udp(at(53)).unwrap(), host.bind_udp(at(0)).unwrap());
            client.send_to(b"x", at(53)).await.unwrap();
            server.recv_from(&mut [0]).await.unwrap();
            let seen = client.local_addr();
            let remembered = || {
                let state = network.0.lock();
                let appearances = &state.loopback.as_ref().unwrap().appearances;
                (state.flows.answered(at(53), seen).is_some(), appearances.len())
            };
            assert_eq!(remembered(), (true, 1));
            drop(client);
            assert_eq!(remembered(), (false, 0));
        })
        .unwrap();
    }
}
