//! LIVE: hosts of the network that are programs outside the lab, such as a Postfix on this computer.
//!
//! Hosts of the lab connect to the real socket of such a program; it connects to the lab from the
//! loopback address that stands for its host, and so counts as it. In SIM nothing listens there.
//!
//! Not modelled: a program outside that connects to another one through the lab (it is reset), and
//! datagrams to one.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use crate::error::NetworkError;
use crate::host::Host;
use crate::loopback::Loopback;
use crate::network::State;

/// Which addresses belong to programs outside, and where their ports really are when that does not
/// follow from the plan of ports.
#[derive(Debug, Default)]
pub(crate) struct Outside(BTreeMap<IpAddr, BTreeMap<u16, SocketAddr>>);

impl Host {
    /// Lets a program outside the lab be this host. Each of its ports is found where `ports` says, by
    /// the virtual port; any other port where the plan of ports has it on the loopback address that
    /// stands for the host.
    ///
    /// # Errors
    /// When a place is not on loopback.
    pub fn be_outside(&self, ports: &BTreeMap<u16, SocketAddr>) -> Result<(), NetworkError> {
        let mut elsewhere = ports.values().filter(|real| !real.ip().is_loopback());
        if let Some(real) = elsewhere.next() {
            return Err(NetworkError::NotLoopback(real.ip()));
        }
        let mut state = self.network.0.lock();
        for address in self.addresses_in(&state) {
            state.outside.0.insert(address, ports.clone());
        }
        drop(state);
        self.network.0.tell_change();
        Ok(())
    }

    fn addresses_in(&self, state: &State) -> Vec<IpAddr> {
        state.topology.machines[self.index].addresses.clone()
    }
}

impl State {
    /// Where the program outside really listens that this virtual address and port belong to.
    pub(crate) fn real_place(&self, to: SocketAddr) -> Option<SocketAddr> {
        let loopback = self.loopback.as_ref()?;
        let ports = self.outside.0.get(&to.ip())?;
        ports.get(&to.port()).copied().or_else(|| loopback.planned(to))
    }
}

impl Loopback {
    /// The place that the plan of ports gives to a virtual address and port, if it gives a fixed one.
    fn planned(&self, address: SocketAddr) -> Option<SocketAddr> {
        let port = self.ports.fixed(address.port())?;
        Some(SocketAddr::new(self.loopback_of(address.ip())?.into(), port))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::loopback::Ports;
    use crate::network::Network;
    use crate::runtime::live;
    use crate::seed::Seed;
    use jiff::Timestamp;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[test]
    fn a_host_of_the_lab_reaches_a_program_outside_and_is_reached_by_it() {
        live(async {
            let clock = Clock::live(Timestamp::UNIX_EPOCH, 1).unwrap();
            let network = Network::live(clock, Seed(1), Ports::Free);
            let everything = ["0.0.0.0/0".parse().unwrap()];
            let segment = network.add_segment("Internet", &everything).unwrap();
            let [own, other] = ["192.0.2.1", "192.0.2.2"].map(|it| it.parse::<IpAddr>().unwrap());
            let host = network.add_host("MX1", segment, &[own]).unwrap();
            let postfix = network.add_host("POSTFIX", segment, &[other]).unwrap();

            let bound = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            bound.set_nonblocking(true).unwrap();
            let program = tokio::net::TcpListener::from_std(bound).unwrap();
            let elsewhere = BTreeMap::from([(25, "192.0.2.9:25".parse().unwrap())]);
            assert!(matches!(postfix.be_outside(&elsewhere), Err(NetworkError::NotLoopback(_))));
            let there = BTreeMap::from([(25, program.local_addr().unwrap())]);
            postfix.be_outside(&there).unwrap();

            let connect = host.connect(SocketAddr::new(other, 25));
            let (connected, accepted) = tokio::join!(connect, program.accept());
            let (mut inside, (mut outside, from)) = (connected.unwrap(), accepted.unwrap());
            assert_eq!(from.ip(), IpAddr::from(network.loopback_of(own).unwrap()));
            outside.write_all(b"220 hello").await.unwrap();
            let mut greeting = [0; 9];
            inside.read_exact(&mut greeting).await.unwrap();
            assert_eq!((&greeting, inside.peer_addr()), (b"220 hello", SocketAddr::new(other, 25)));

            let listener = host.listen(SocketAddr::new(own, 25)).unwrap();
            let real = network.endpoints()[0].real;
            let own = network.loopback_of(other).unwrap();
            let client = crate::loopback::source(SocketAddr::new(own.into(), 0)).unwrap();
            let (client, served) = tokio::join!(client.connect(real), listener.accept());
            client.unwrap();
            assert_eq!(served.unwrap().peer_addr().ip(), other);

            let refused = host.connect(SocketAddr::new(other, 26)).await.unwrap_err();
            assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
        })
        .unwrap();
    }
}
