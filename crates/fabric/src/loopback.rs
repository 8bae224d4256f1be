//! LIVE: which loopback address and port stands for which virtual one.
//!
//! Every virtual address gets its own loopback address from 127.25.0.1 upwards, in the order in
//! which hosts and gateways were added to the network; anything else gets one when it is first
//! used. A table, since no arithmetic maps all addresses onto 127.0.0.0/8. Linux accepts every
//! address of 127.0.0.0/8 as it is; other systems must be given each as an alias of the loopback
//! interface.
//!
//! Every socket of the lab is bound by [`bind`], which refuses anything but loopback.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::{TcpListener, TcpSocket, UdpSocket};

use crate::error::NetworkError;
use crate::firewall::Protocol;
use crate::loopback_stream::Wire;

/// The first loopback address handed out, when no other is asked for.
pub const FIRST_LOOPBACK: Ipv4Addr = Ipv4Addr::new(127, 25, 0, 1);
const LAST: u32 = u32::from_be_bytes([127, 255, 255, 254]);

/// Connections that wait to be accepted by the system.
pub(crate) const BACKLOG: u32 = 1024;

/// Which real port stands for a virtual one that a program listens on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ports {
    /// Any free port; a port once given stays as long as nobody else takes it.
    Free,
    /// The virtual port plus so many.
    Offset(u16),
    /// The same port; below 1024 the system may ask for privileges.
    Real,
}

impl Ports {
    /// The real port of a virtual one, where the plan fixes it.
    pub(crate) fn fixed(self, port: u16) -> Option<u16> {
        match self {
            Self::Free => None,
            Self::Offset(offset) => port.checked_add(offset),
            Self::Real => Some(port),
        }
    }
}

/// A virtual address and port that programs outside the lab can connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its protocol.
    pub protocol: Protocol,
    /// The virtual address and port.
    pub address: SocketAddr,
    /// The loopback address and port that stands for it.
    pub real: SocketAddr,
}

#[derive(Debug)]
pub(crate) struct Loopback {
    pub(crate) ports: Ports,
    first: Ipv4Addr,
    addresses: Vec<(IpAddr, Ipv4Addr)>,
    endpoints: BTreeMap<(Protocol, SocketAddr), SocketAddr>,
    /// Whom programs count as that connect from an address which stands for nobody.
    pub(crate) outside: Option<IpAddr>,
    /// Sessions that hosts of the lab are about to open, by their real source.
    pub(crate) expected: BTreeMap<SocketAddr, Expected>,
    /// Datagrams on their way between sockets of the lab; lost ones are among them for good.
    pub(crate) datagrams: u64,
    /// How the sender of a datagram looks to its receiver, by their real addresses.
    pub(crate) appearances: BTreeMap<(SocketAddr, SocketAddr), SocketAddr>,
}

/// What an accepting socket must know about a session of the lab.
#[derive(Debug)]
pub(crate) struct Expected {
    pub(crate) wire: Arc<Wire>,
    pub(crate) local: SocketAddr,
    pub(crate) peer: SocketAddr,
}

impl Loopback {
    pub(crate) fn new(ports: Ports, first: Ipv4Addr) -> Self {
        Self {
            ports,
            first,
            addresses: Vec::new(),
            endpoints: BTreeMap::new(),
            outside: None,
            expected: BTreeMap::new(),
            datagrams: 0,
            appearances: BTreeMap::new(),
        }
    }

    /// The loopback address that stands for a virtual one; a new one at first use.
    pub(crate) fn stand_in(&mut self, address: IpAddr) -> Result<Ipv4Addr, NetworkError> {
        if let Some(known) = self.loopback_of(address) {
            return Ok(known);
        }
        let number = u32::try_from(self.addresses.len()).unwrap_or(u32::MAX);
        let next = self.first.to_bits().saturating_add(number);
        if next > LAST {
            return Err(NetworkError::LoopbackExhausted(address));
        }
        self.addresses.push((address, next.into()));
        Ok(next.into())
    }

    pub(crate) fn loopback_of(&self, address: IpAddr) -> Option<Ipv4Addr> {
        self.addresses.iter().find(|(known, _)| *known == address).map(|(_, real)| *real)
    }

    /// The table, in the order in which it was filled.
    pub(crate) fn addresses(&self) -> &[(IpAddr, Ipv4Addr)] {
        &self.addresses
    }

    /// Whom a program counts as that connects from that real address.
    pub(crate) fn outsider(&self, real: SocketAddr) -> Option<SocketAddr> {
        let known = self.addresses.iter().find(|(_, stand_in)| *stand_in == real.ip());
        let address = known.map(|(address, _)| *address).or(self.outside)?;
        Some(SocketAddr::new(address, real.port()))
    }

    pub(crate) fn endpoint(&self, protocol: Protocol, address: SocketAddr) -> Option<SocketAddr> {
        self.endpoints.get(&(protocol, address)).copied()
    }

    pub(crate) fn endpoints(&self) -> Vec<Endpoint> {
        self.endpoints
            .iter()
            .map(|((protocol, address), real)| Endpoint {
                protocol: *protocol,
                address: *address,
                real: *real,
            })
            .collect()
    }

    /// Opens the socket on which a virtual address is served, on the port that the plan gives it;
    /// with its real address.
    pub(crate) fn serve<S>(
        &mut self,
        protocol: Protocol,
        address: SocketAddr,
        open: impl Fn(SocketAddr) -> io::Result<(S, SocketAddr)>,
    ) -> Result<(S, SocketAddr), NetworkError> {
        let stand_in = IpAddr::V4(self.stand_in(address.ip())?);
        let mut result = Err(io::ErrorKind::AddrInUse.into());
        let mut real = SocketAddr::new(stand_in, 0);
        for port in self.candidates(protocol, address) {
            real.set_port(port);
            result = open(real);
            if !matches!(&result, Err(error) if error.kind() == io::ErrorKind::AddrInUse) {
                break;
            }
        }
        let cannot = |source| NetworkError::CannotBind { address, real, source };
        let (socket, real) = result.map_err(cannot)?;
        self.endpoints.insert((protocol, address), real);
        Ok((socket, real))
    }

    /// Real ports to try, best first. A free port is the one served before, or the one of the
    /// other protocol: a DNS client comes back by TCP to the port it asked by UDP.
    fn candidates(&self, protocol: Protocol, address: SocketAddr) -> Vec<u16> {
        match self.ports {
            Ports::Real | Ports::Offset(_) => {
                self.ports.fixed(address.port()).into_iter().collect()
            }
            Ports::Free => {
                let other = match protocol {
                    Protocol::Tcp => Protocol::Udp,
                    Protocol::Udp => Protocol::Tcp,
                };
                [protocol, other]
                    .into_iter()
                    .filter_map(|protocol| self.endpoint(protocol, address))
                    .map(|real| real.port())
                    .chain([0])
                    .collect()
            }
        }
    }
}

/// The error as a program that listens or connects gets it.
pub(crate) fn as_io(error: NetworkError) -> io::Error {
    match error {
        NetworkError::CannotBind { source, .. } => source,
        other => io::Error::other(other),
    }
}

/// The one way to an address for a socket: makes it, unless that would leave 127.0.0.0/8.
fn bind<S>(real: SocketAddr, make: impl FnOnce(SocketAddr) -> io::Result<S>) -> io::Result<S> {
    match real.ip() {
        IpAddr::V4(v4) if v4.is_loopback() => make(real),
        other => Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!("the lab binds loopback addresses only, not {other}"),
        )),
    }
}

/// A socket that will connect from that address.
pub(crate) fn source(real: SocketAddr) -> io::Result<TcpSocket> {
    bind(real, |real| {
        let socket = TcpSocket::new_v4()?;
        socket.bind(real)?;
        Ok(socket)
    })
}

/// A listening socket and its address. A backlog of zero still takes one connection.
pub(crate) fn listener(real: SocketAddr, backlog: u32) -> io::Result<(TcpListener, SocketAddr)> {
    let socket = bind(real, |real| {
        let socket = TcpSocket::new_v4()?;
        // A port is served again at once, although old connections to it linger.
        socket.set_reuseaddr(true)?;
        socket.bind(real)?;
        Ok(socket)
    })?;
    let listener = socket.listen(backlog)?;
    let real = listener.local_addr()?;
    Ok((listener, real))
}

/// A datagram socket and its address.
pub(crate) fn datagrams(real: SocketAddr) -> io::Result<(UdpSocket, SocketAddr)> {
    let socket = bind(real, std::net::UdpSocket::bind)?;
    socket.set_nonblocking(true)?;
    let real = socket.local_addr()?;
    Ok((UdpSocket::from_std(socket)?, real))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::live;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_handed_out_in_order_of_first_use() {
        let mut loopback = Loopback::new(Ports::Free, FIRST_LOOPBACK);
        let (a, b) = ("203.0.113.20".parse().unwrap(), "2001:db8::1".parse().unwrap());
        assert_eq!(loopback.stand_in(a).unwrap(), Ipv4Addr::new(127, 25, 0, 1));
        assert_eq!(loopback.stand_in(b).unwrap(), Ipv4Addr::new(127, 25, 0, 2));
        assert_eq!(loopback.stand_in(a).unwrap(), Ipv4Addr::new(127, 25, 0, 1));
        assert_eq!(loopback.addresses().len(), 2);
    }

    #[test]
    fn unknown_clients_count_as_the_outside_host() {
        let mut loopback = Loopback::new(Ports::Free, FIRST_LOOPBACK);
        loopback.stand_in("203.0.113.20".parse().unwrap()).unwrap();
        let (known, unknown) = ("127.25.0.1:50000", "127.0.0.1:50000");
        assert_eq!(loopback.outsider(known.parse().unwrap()), "203.0.113.20:50000".parse().ok());
        assert_eq!(loopback.outsider(unknown.parse().unwrap()), None);
        loopback.outside = "198.51.100.7".parse().ok();
        assert_eq!(loopback.outsider(unknown.parse().unwrap()), "198.51.100.7:50000".parse().ok());
    }

    #[test]
    fn a_served_port_follows_the_plan() {
        live(async {
            let address: SocketAddr = "203.0.113.20:25".parse().unwrap();
            let real = |ports| {
                let mut loopback = Loopback::new(ports, FIRST_LOOPBACK);
                let open = |real| listener(real, 1);
                let _listener = loopback.serve(Protocol::Tcp, address, open)?;
                Ok::<_, NetworkError>(loopback.endpoint(Protocol::Tcp, address).unwrap().port())
            };
            assert!(real(Ports::Free).unwrap() > 0);
            assert_eq!(real(Ports::Offset(31_000)).unwrap(), 31_025);
            assert!(matches!(real(Ports::Offset(65_535)), Err(NetworkError::CannotBind { .. })));
        })
        .unwrap();
    }

    #[test]
    fn udp_and_tcp_share_a_free_port_and_keep_it() {
        live(async {
            let mut loopback = Loopback::new(Ports::Free, FIRST_LOOPBACK);
            let address = "203.0.113.20:53".parse().unwrap();
            let (udp, _) = loopback.serve(Protocol::Udp, address, datagrams).unwrap();
            let (tcp, _) =
                loopback.serve(Protocol::Tcp, address, |real| listener(real, 1)).unwrap();
            let port = udp.local_addr().unwrap().port();
            assert_eq!(tcp.local_addr().unwrap().port(), port);
            drop(udp);
            let (udp, _) = loopback.serve(Protocol::Udp, address, datagrams).unwrap();
            assert_eq!(udp.local_addr().unwrap().port(), port);
        })
        .unwrap();
    }

    proptest! {
        #[test]
        fn nothing_but_loopback_is_ever_bound(address: u32, port: u16) {
            let address = Ipv4Addr::from(address);
            let real = SocketAddr::new(address.into(), port);
            let bound = bind(real, Ok);
            prop_assert_eq!(bound.is_ok(), address.octets()[0] == 127);
        }
    }

    #[test]
    fn the_unspecified_and_the_ipv6_loopback_address_are_refused() {
        for real in ["0.0.0.0:0", "[::1]:0", "[::]:0"] {
            let refused = source(real.parse().unwrap()).unwrap_err();
            assert_eq!(refused.kind(), io::ErrorKind::PermissionDenied);
        }
    }
}
