//! A host: its name, addresses and power switch.
//!
//! A host that is switched off answers nothing: who connects times out. Its sessions are reset at
//! that moment, as when a system is shut down and ends its programs; its listeners and datagram
//! sockets report `NetworkDown` to the program that holds them, and have to be opened again once
//! the host is on.
//!
//! Not modelled: a power cut, after which sessions die without a word; several network adapters
//! (all addresses are in one segment); 127.0.0.1 inside a host.

use std::io;
use std::net::{IpAddr, SocketAddr};

use crate::clock::Clock;
use crate::listener::ListeningPort;
use crate::network::{Network, State};
use crate::sessions::Line;
use crate::topology::{Machine, SegmentId};
use crate::udp::UdpPort;

/// A host of a network. Clones are the same host.
#[derive(Clone, Debug)]
pub struct Host {
    pub(crate) network: Network,
    pub(crate) index: usize,
}

impl Host {
    /// Its name.
    pub fn name(&self) -> String {
        self.read(|machine| machine.name.clone())
    }

    /// Its segment.
    pub fn segment(&self) -> SegmentId {
        self.read(|machine| machine.segment)
    }

    /// Its addresses; the first is the one it speaks from.
    pub fn addresses(&self) -> Vec<IpAddr> {
        self.read(|machine| machine.addresses.clone())
    }

    /// The network it is in.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The lab's clock.
    pub fn clock(&self) -> &Clock {
        self.network.clock()
    }

    /// Whether it is switched on.
    pub fn is_on(&self) -> bool {
        self.read(|machine| machine.on)
    }

    /// Switches it on or off.
    pub fn set_power(&self, on: bool) {
        let mut state = self.network.0.lock();
        state.topology.machines[self.index].on = on;
        let closed = if on { Closed::default() } else { state.close_down(self.index) };
        drop(state);
        for listener in closed.listeners {
            listener.close();
        }
        for socket in closed.sockets {
            socket.close();
        }
        for session in closed.sessions {
            session.cut();
        }
        self.network.0.tell_change();
    }

    /// The address it speaks from to that destination: its first of the same family.
    pub(crate) fn source_for(&self, to: IpAddr) -> io::Result<IpAddr> {
        self.read(|machine| {
            machine.addresses.iter().find(|own| own.is_ipv4() == to.is_ipv4()).copied()
        })
        .ok_or_else(|| io::ErrorKind::NetworkUnreachable.into())
    }

    /// Whether a program may use that address for itself just now.
    pub(crate) fn check_own(&self, address: IpAddr) -> io::Result<()> {
        self.read(|machine| {
            if !machine.on {
                return Err(io::ErrorKind::NetworkDown.into());
            }
            if !machine.addresses.contains(&address) {
                return Err(io::ErrorKind::AddrNotAvailable.into());
            }
            Ok(())
        })
    }

    fn read<R>(&self, read: impl FnOnce(&Machine) -> R) -> R {
        read(&self.network.0.lock().topology.machines[self.index])
    }
}

/// What a host that goes down leaves to be closed, once the network's lock is free.
#[derive(Default)]
struct Closed {
    listeners: Vec<ListeningPort>,
    sockets: Vec<UdpPort>,
    sessions: Vec<Line>,
}

impl State {
    /// Takes out everything that ends when a host goes down.
    fn close_down(&mut self, machine: usize) -> Closed {
        let mut closed = Closed { sessions: self.sessions.of(machine), ..Closed::default() };
        let addresses = &self.topology.machines[machine].addresses;
        let gone = |address: &&SocketAddr| addresses.contains(&address.ip());
        let listeners: Vec<_> = self.listeners.keys().filter(gone).copied().collect();
        let sockets: Vec<_> = self.sockets.keys().filter(gone).copied().collect();
        closed.listeners.extend(listeners.iter().filter_map(|port| self.listeners.remove(port)));
        closed.sockets.extend(sockets.iter().filter_map(|port| self.close_socket(*port)));
        closed
    }
}
