//! Connecting: SYNs, their verdicts, and the handshake.
//!
//! Who hears nothing repeats the SYN after 3 s and after 6 s more and gives up after another 12 s:
//! 21 s, the default of Windows (Microsoft support article 2786464, for Windows Server 2008 R2). A
//! SYN that is repeated is judged anew, so a way that is opened meanwhile is found. The program gets
//! `TimedOut` (Winsock 10060). Who is refused learns it after one round trip and gets
//! `ConnectionRefused` (10061).
//!
//! The verdict is made at the moment the SYN leaves; what it means arrives in due time.
//!
//! Not modelled: Windows repeats a refused SYN as well (Microsoft support article 175523), so that
//! a real refusal takes about a second longer; newer versions of Windows may start with shorter
//! intervals; a full backlog.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpSocket;
use tokio::time::Instant;

use crate::arrivals::Arrivals;
use crate::firewall::{Action, Protocol};
use crate::fuse::{Fuse, ResetNote};
use crate::host::Host;
use crate::journal::ConnectionAttempt;
use crate::link::Delay;
use crate::loopback::{self, Expected};
use crate::loopback_stream::{LoopbackEnd, Wire};
use crate::network::{Network, Shared};
use crate::pipe::Pipe;
use crate::ports;
use crate::route::{Mark, Route, Verdict};
use crate::sessions::Line;
use crate::stream::{Carrier, TcpStream};

/// How long each SYN waits for an answer.
const SYN_WAITS: [Duration; 3] =
    [Duration::from_secs(3), Duration::from_secs(6), Duration::from_secs(12)];

/// How long a connection attempt that nobody answers takes.
pub(crate) const SYN_TIMEOUT: Duration = Duration::from_secs(21);

/// What comes back for a SYN.
pub(crate) enum Answer {
    /// Nothing.
    None,
    /// A refusal, after that long.
    Refusal(Duration),
    /// An invitation.
    Invitation(Box<Invitation>),
}

/// A SYN that reached a listener.
pub(crate) struct Invitation {
    pub(crate) from: SocketAddr,
    pub(crate) route: Route,
    pub(crate) listener: Listening,
    pub(crate) machines: [Option<usize>; 2],
    delays: [Delay; 2],
}

/// Who takes a SYN.
#[derive(Clone)]
pub(crate) enum Listening {
    /// A program of the lab.
    Inside(Arc<Arrivals<TcpStream>>),
    /// LIVE: a program outside the lab, on that socket.
    Outside(SocketAddr),
}

/// The socket a program connects from.
struct Source {
    address: SocketAddr,
    /// `None` in SIM.
    socket: Option<TcpSocket>,
}

impl Host {
    /// Connects from the host's default address.
    ///
    /// # Errors
    /// `TimedOut` when nobody answers, `ConnectionRefused` when somebody refuses, `NetworkDown`
    /// when this host is off, `NetworkUnreachable` without an address of the destination's family.
    pub async fn connect(&self, to: SocketAddr) -> io::Result<TcpStream> {
        self.connect_from(self.source_for(to.ip())?, to).await
    }

    /// Connects from one of the host's own addresses.
    ///
    /// # Errors
    /// As [`connect`](Self::connect); `AddrNotAvailable` when the address is not the host's.
    pub async fn connect_from(&self, from: IpAddr, to: SocketAddr) -> io::Result<TcpStream> {
        self.check_own(from)?;
        let shared = &self.network.0;
        let source = shared.open_source(from, to)?;
        let mut attempt = None;
        for wait in SYN_WAITS {
            self.check_own(from)?;
            match shared.send_syn(source.address, to, &mut attempt) {
                Answer::None => shared.clock().sleep(wait).await,
                Answer::Refusal(after) => {
                    shared.clock().sleep(after).await;
                    return Err(io::ErrorKind::ConnectionRefused.into());
                }
                Answer::Invitation(invitation) => {
                    return match source.socket {
                        None => invitation.accept_in_memory(&self.network, to).await,
                        Some(socket) => invitation.accept_live(&self.network, to, socket).await,
                    };
                }
            }
        }
        Err(io::ErrorKind::TimedOut.into())
    }
}

impl Shared {
    /// Chooses the source port; in LIVE also binds it, on the address that the peer will see.
    fn open_source(&self, from: IpAddr, to: SocketAddr) -> io::Result<Source> {
        let mut state = self.lock();
        let seen = state.topology.seen_address(from, to.ip());
        let Some(loopback) = &mut state.loopback else {
            let address = SocketAddr::new(from, state.ports.next(seen));
            return Ok(Source { address, socket: None });
        };
        let stand_in = IpAddr::V4(loopback.stand_in(seen).map_err(io::Error::other)?);
        for _ in 0..ports::COUNT {
            let port = state.ports.next(seen);
            match loopback::source(SocketAddr::new(stand_in, port)) {
                Ok(socket) => {
                    let address = SocketAddr::new(from, port);
                    return Ok(Source { address, socket: Some(socket) });
                }
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AddrInUse.into())
    }

    /// Sends a SYN. Its verdict is noted in the journal, as a new attempt or as a further SYN of
    /// the attempt given, and what a firewall did to it in the firewall's log.
    pub(crate) fn send_syn(
        &self,
        from: SocketAddr,
        to: SocketAddr,
        attempt: &mut Option<usize>,
    ) -> Answer {
        let mut state = self.lock();
        let mut route = state.topology.route(Protocol::Tcp, from, to);
        let inside = state.listeners.get(&route.to);
        let inside = inside.map(|port| Listening::Inside(port.arrivals.clone()));
        let listener = inside.or_else(|| state.real_place(route.to).map(Listening::Outside));
        if route.verdict == Verdict::Accepted && listener.is_none() {
            route.verdict = Verdict::NoListener;
        }
        let (seen_as, verdict) = (route.seen, route.verdict.clone());
        tracing::debug!(%from, %to, %seen_as, ?verdict, "SYN");
        if let Some(noted) = attempt.and_then(|index| state.attempts.get_mut(index)) {
            noted.verdict = verdict;
        } else {
            *attempt = Some(state.attempts.len());
            let time = self.clock().now();
            state.attempts.push(ConnectionAttempt { time, from, to, seen_as, verdict });
        }
        let link = state.topology.link(from.ip(), route.to.ip());
        let machines = state.machines_of(from, &route);
        drop(state);
        if let (Verdict::Accepted, Some(listener)) = (&route.verdict, listener) {
            let delays = self.delays(link, seen_as, to);
            let invitation = Invitation { from, route, listener, machines, delays };
            return Answer::Invitation(Box::new(invitation));
        }
        if let Some(mark) = route.mark.filter(Mark::is_refusal) {
            self.record(mark);
        }
        if route.verdict.is_answered() {
            Answer::Refusal(round_trip(&mut self.delays(link, seen_as, to)))
        } else {
            Answer::None
        }
    }
}

impl Mark {
    /// Whether the firewall acts on the connection attempt itself, not on the session later.
    fn is_refusal(&self) -> bool {
        matches!(self.action, Action::Drop | Action::Reject)
    }
}

impl Invitation {
    /// The rule that will reset the session, if there is one.
    pub(crate) fn fuse(&mut self, network: &Network) -> Option<Fuse> {
        let mark = self.route.mark.take()?;
        let Action::Reset { after_bytes } = mark.action else { return None };
        let network = Arc::downgrade(&network.0);
        Some(Fuse::new(after_bytes, ResetNote { network, mark }))
    }

    /// The rest of the handshake in SIM: this end is connected after one round trip, the other when
    /// the third packet arrives.
    async fn accept_in_memory(
        mut self,
        network: &Network,
        to: SocketAddr,
    ) -> io::Result<TcpStream> {
        let shared = &network.0;
        let round_trip = round_trip(&mut self.delays);
        let accepted_at = Instant::now() + round_trip + self.delays[1].next();
        let fuse = self.fuse(network);
        let (own, other) = Pipe::open(self.delays, fuse);
        shared.lock().sessions.add(self.machines, Line::pipe(own.pipe()));
        let other = TcpStream::new(Carrier::Pipe(other), self.route.to, self.route.seen);
        if let Listening::Inside(listener) = self.listener {
            // A listener that is closed meanwhile drops the stream, which ends the session.
            let _closed = listener.push(accepted_at, other);
        }
        shared.clock().sleep(round_trip).await;
        Ok(TcpStream::new(Carrier::Pipe(own), self.from, to))
    }

    /// The rest of the handshake in LIVE, on sockets.
    async fn accept_live(
        mut self,
        network: &Network,
        to: SocketAddr,
        socket: TcpSocket,
    ) -> io::Result<TcpStream> {
        let shared = &network.0;
        shared.clock().sleep(round_trip(&mut self.delays)).await;
        let wire = Wire::new(self.fuse(network), matches!(self.listener, Listening::Outside(_)));
        let source = socket.local_addr()?;
        let expected = Expected { wire: wire.clone(), local: self.route.to, peer: self.route.seen };
        let real = {
            let mut state = shared.lock();
            state.sessions.add(self.machines, Line::wire(&wire));
            let loopback = state.loopback.as_mut().ok_or(io::ErrorKind::NetworkDown)?;
            match self.listener {
                Listening::Outside(real) => real,
                Listening::Inside(_) => {
                    let real = loopback.endpoint(Protocol::Tcp, self.route.to);
                    loopback.expected.insert(source, expected);
                    real.ok_or(io::ErrorKind::ConnectionRefused)?
                }
            }
        };
        // Should this fail, the expectation stays until the port comes round again: it harms nobody.
        let socket = socket.connect(real).await?;
        socket.set_nodelay(true)?;
        let end = LoopbackEnd::new(socket, wire, 0);
        Ok(TcpStream::new(Carrier::Loopback(end), self.from, to))
    }
}

fn round_trip(delays: &mut [Delay; 2]) -> Duration {
    let [back, forth] = delays;
    forth.next() + back.next()
}
