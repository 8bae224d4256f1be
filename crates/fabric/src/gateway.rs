//! A gateway: the perimeter between the segments behind it and everything else.
//!
//! It has public addresses, port forwards from them, source NAT for what goes out, and a firewall.
//! It answers nothing itself. What lies between the segments and when it is asked stands in
//! `route.rs`.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

use crate::error::NetworkError;
use crate::firewall::{Firewall, FirewallLogEntry, Protocol};
use crate::loopback_door::Door;
use crate::network::Network;
use crate::topology::{Perimeter, PortForward, SegmentId, SourceNat};

/// A gateway of a network. Clones are the same gateway.
#[derive(Clone, Debug)]
pub struct Gateway {
    pub(crate) network: Network,
    pub(crate) index: usize,
}

impl Gateway {
    /// Its name.
    pub fn name(&self) -> String {
        self.read(|perimeter| perimeter.name.clone())
    }

    /// Its public addresses.
    pub fn public_addresses(&self) -> Vec<IpAddr> {
        self.read(|perimeter| perimeter.public.clone())
    }

    /// Adds a segment behind this gateway.
    ///
    /// # Errors
    /// When the name is taken.
    pub fn add_segment(&self, name: &str, prefixes: &[IpNet]) -> Result<SegmentId, NetworkError> {
        self.network.0.lock().topology.add_segment(name, prefixes, Some(self.index))
    }

    /// Reads or changes the firewall; a change applies to connections made after it.
    pub fn firewall<R>(&self, change: impl FnOnce(&mut Firewall) -> R) -> R {
        let result = {
            let mut state = self.network.0.lock();
            change(&mut state.topology.gateways[self.index].firewall)
        };
        self.network.0.tell_change();
        result
    }

    /// What the firewall dropped, rejected or reset, oldest first.
    pub fn firewall_log(&self) -> Vec<FirewallLogEntry> {
        self.read(|perimeter| perimeter.firewall.log().to_vec())
    }

    /// The port forwards, in the order in which they were added.
    pub fn forwards(&self) -> Vec<PortForward> {
        self.read(|perimeter| perimeter.forwards.clone())
    }

    /// Forwards a public address and port. In LIVE programs outside the lab can connect to it.
    ///
    /// # Errors
    /// When the address is none of the gateway's, is forwarded already, or cannot be bound.
    pub fn add_forward(&self, forward: PortForward) -> Result<(), NetworkError> {
        let mut state = self.network.0.lock();
        let perimeter = &state.topology.gateways[self.index];
        if !perimeter.public.contains(&forward.public.ip()) {
            let (address, gateway) = (forward.public.ip(), perimeter.name.clone());
            return Err(NetworkError::NotPublic { address, gateway });
        }
        let same = |other: &&PortForward| {
            (other.protocol, other.public) == (forward.protocol, forward.public)
        };
        if let Some(taken) = perimeter.forwards.iter().find(same) {
            return Err(NetworkError::ForwardTaken { public: taken.public, to: taken.to });
        }
        if let Some(loopback) = &mut state.loopback {
            let door = Door::open(&self.network, loopback, forward)?;
            state.doors.insert((forward.protocol, forward.public), door);
        }
        state.topology.gateways[self.index].forwards.push(forward);
        drop(state);
        self.network.0.tell_change();
        Ok(())
    }

    /// Stops forwarding a public address and port.
    ///
    /// # Errors
    /// When nothing is forwarded from there.
    pub fn remove_forward(
        &self,
        protocol: Protocol,
        public: SocketAddr,
    ) -> Result<PortForward, NetworkError> {
        let mut state = self.network.0.lock();
        let forwards = &mut state.topology.gateways[self.index].forwards;
        let index = forwards
            .iter()
            .position(|forward| (forward.protocol, forward.public) == (protocol, public))
            .ok_or(NetworkError::NoSuchForward(public))?;
        let removed = forwards.remove(index);
        let door = state.doors.remove(&(protocol, public));
        drop(state);
        drop(door);
        self.network.0.tell_change();
        Ok(removed)
    }

    /// The source NAT rules, in the order in which they are tried.
    pub fn source_nat(&self) -> Vec<SourceNat> {
        self.read(|perimeter| perimeter.source_nat.clone())
    }

    /// Replaces the source NAT rules. The addresses need not be the gateway's own: a peer sees them
    /// all the same, but nothing comes in through them.
    pub fn set_source_nat(&self, rules: Vec<SourceNat>) {
        self.network.0.lock().topology.gateways[self.index].source_nat = rules;
        self.network.0.tell_change();
    }

    fn read<R>(&self, read: impl FnOnce(&Perimeter) -> R) -> R {
        read(&self.network.0.lock().topology.gateways[self.index])
    }
}
