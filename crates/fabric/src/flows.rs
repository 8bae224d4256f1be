//! Which datagrams are answers. A firewall lets the answer to a permitted datagram through, and NAT
//! and port forwards undo on it what they did to the question.
//!
//! A flow lasts as long as the socket that asked. Not modelled: idle timeouts of UDP flows; NAT that
//! changes the port when two hosts behind it use the same one towards the same destination.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::UdpSocket;

use crate::loopback_accept::Slot;

/// Clients outside the lab that can be answered; the oldest is forgotten first.
const OUTSIDERS_MAX: usize = 1024;

/// Who answers, and to which address.
type Key = (SocketAddr, SocketAddr);

#[derive(Debug, Default)]
pub(crate) struct Flows {
    flows: BTreeMap<Key, Flow>,
    outsiders: VecDeque<Key>,
}

/// Where the answer goes.
#[derive(Clone, Debug)]
pub(crate) enum Flow {
    /// To the socket that asked, from the address that it asked.
    Asker { asker: SocketAddr, asked: SocketAddr },
    /// LIVE: to a client outside the lab, through the socket it had sent to.
    Outsider { socket: Arc<Slot<UdpSocket>>, real: SocketAddr },
}

impl Flows {
    /// The flow that a datagram from a socket to that address answers.
    pub(crate) fn answered(&self, from: SocketAddr, to: SocketAddr) -> Option<&Flow> {
        self.flows.get(&(from, to))
    }

    /// Notes a question that reached `asked`, asked by somebody seen as `seen`.
    pub(crate) fn add(&mut self, asked: SocketAddr, seen: SocketAddr, flow: Flow) {
        let key = (asked, seen);
        let outside = matches!(flow, Flow::Outsider { .. });
        if self.flows.insert(key, flow).is_none() && outside {
            self.outsiders.push_back(key);
        }
        if self.outsiders.len() > OUTSIDERS_MAX
            && let Some(oldest) = self.outsiders.pop_front()
        {
            self.flows.remove(&oldest);
        }
    }

    /// Forgets what a socket that is closed has asked.
    pub(crate) fn forget(&mut self, closed: SocketAddr) {
        self.flows.retain(|_, flow| !matches!(flow, Flow::Asker { asker, .. } if *asker == closed));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loopback;
    use crate::runtime::live;

    fn at(port: u16) -> SocketAddr {
        SocketAddr::new("192.0.2.1".parse().unwrap(), port)
    }

    #[test]
    fn a_flow_ends_with_the_socket_that_asked() {
        let mut flows = Flows::default();
        for asker in [at(1), at(2)] {
            flows.add(at(53), asker, Flow::Asker { asker, asked: at(53) });
        }
        flows.forget(at(1));
        assert!(flows.answered(at(53), at(1)).is_none());
        assert!(flows.answered(at(53), at(2)).is_some());
        assert!(flows.answered(at(2), at(53)).is_none());
    }

    #[test]
    fn the_oldest_client_outside_is_forgotten_first() {
        live(async {
            let (socket, real) = loopback::datagrams("127.0.0.1:0".parse().unwrap()).unwrap();
            let socket = Arc::new(Slot::new(socket));
            let mut flows = Flows::default();
            for port in 0..=u16::try_from(OUTSIDERS_MAX).unwrap() {
                flows.add(at(53), at(port), Flow::Outsider { socket: socket.clone(), real });
            }
            assert!(flows.answered(at(53), at(0)).is_none());
            assert!(flows.answered(at(53), at(1)).is_some());
        })
        .unwrap();
    }
}
