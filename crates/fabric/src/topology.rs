//! What there is: segments, links, gateways and hosts, as plain data.
//!
//! A segment without a gateway is part of the outside; its private addresses are reached from the
//! segment itself only.
//!
//! Not modelled: gateways behind gateways, routers with routes of their own, two organizations that
//! use the same private addresses (an address exists once in a network), addresses that change.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

use crate::error::NetworkError;
use crate::firewall::{Firewall, Protocol};
use crate::link::Link;

/// A segment of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SegmentId(pub(crate) usize);

/// A public address and port of a gateway that leads to a host behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortForward {
    /// Which protocol.
    pub protocol: Protocol,
    /// The public address and port.
    pub public: SocketAddr,
    /// The host behind the gateway and its port.
    pub to: SocketAddr,
}

/// Which public address hosts behind a gateway show to the outside. The port stays the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceNat {
    /// The hosts it is for; the first that matches counts.
    pub from: IpNet,
    /// The address they show.
    pub to: IpAddr,
}

#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) name: String,
    pub(crate) prefixes: Vec<IpNet>,
    pub(crate) gateway: Option<usize>,
}

#[derive(Debug)]
pub(crate) struct Perimeter {
    pub(crate) name: String,
    pub(crate) public: Vec<IpAddr>,
    pub(crate) forwards: Vec<PortForward>,
    pub(crate) source_nat: Vec<SourceNat>,
    pub(crate) firewall: Firewall,
}

#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) name: String,
    pub(crate) segment: SegmentId,
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) on: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Topology {
    pub(crate) segments: Vec<Segment>,
    pub(crate) gateways: Vec<Perimeter>,
    pub(crate) machines: Vec<Machine>,
    links: BTreeMap<(SegmentId, SegmentId), Link>,
    owners: BTreeMap<IpAddr, Owner>,
}

/// Who answers for an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Machine(usize),
    Gateway(usize),
}

impl Topology {
    pub(crate) fn add_segment(
        &mut self,
        name: &str,
        prefixes: &[IpNet],
        gateway: Option<usize>,
    ) -> Result<SegmentId, NetworkError> {
        unique(self.segments.iter().map(|segment| &segment.name), name)?;
        let (name, prefixes) = (name.to_owned(), prefixes.to_vec());
        self.segments.push(Segment { name, prefixes, gateway });
        Ok(SegmentId(self.segments.len() - 1))
    }

    pub(crate) fn add_gateway(
        &mut self,
        name: &str,
        public: &[IpAddr],
    ) -> Result<usize, NetworkError> {
        unique(self.gateways.iter().map(|gateway| &gateway.name), name)?;
        self.own(public, Owner::Gateway(self.gateways.len()))?;
        self.gateways.push(Perimeter {
            name: name.to_owned(),
            public: public.to_vec(),
            forwards: Vec::new(),
            source_nat: Vec::new(),
            firewall: Firewall::default(),
        });
        Ok(self.gateways.len() - 1)
    }

    pub(crate) fn add_machine(
        &mut self,
        name: &str,
        segment: SegmentId,
        addresses: &[IpAddr],
    ) -> Result<usize, NetworkError> {
        unique(self.machines.iter().map(|machine| &machine.name), name)?;
        if addresses.is_empty() {
            return Err(NetworkError::NoAddress(name.to_owned()));
        }
        let home = &self.segments[segment.0];
        let inside = |address| home.prefixes.iter().any(|prefix| prefix.contains(address));
        if let Some(address) = addresses.iter().find(|address| !inside(*address)) {
            return Err(NetworkError::AddressOutsideSegment {
                address: *address,
                host: name.to_owned(),
                segment: home.name.clone(),
                prefixes: home.prefixes.clone(),
            });
        }
        self.own(addresses, Owner::Machine(self.machines.len()))?;
        let (name, addresses) = (name.to_owned(), addresses.to_vec());
        self.machines.push(Machine { name, segment, addresses, on: true });
        Ok(self.machines.len() - 1)
    }

    pub(crate) fn set_link(&mut self, a: SegmentId, b: SegmentId, link: Link) {
        self.links.insert((a.min(b), a.max(b)), link);
    }

    /// The way between two addresses; one that belongs to nobody is somewhere else.
    pub(crate) fn link(&self, a: IpAddr, b: IpAddr) -> Link {
        let (Some(a), Some(b)) = (self.place_of(a), self.place_of(b)) else {
            return Link::ELSEWHERE;
        };
        let unset = if a == b { Link::LOCAL } else { Link::ELSEWHERE };
        self.links.get(&(a.min(b), a.max(b))).copied().unwrap_or(unset)
    }

    pub(crate) fn owner(&self, address: IpAddr) -> Option<Owner> {
        self.owners.get(&address).copied()
    }

    pub(crate) fn machine_at(&self, address: IpAddr) -> Option<usize> {
        match self.owner(address) {
            Some(Owner::Machine(machine)) => Some(machine),
            _ => None,
        }
    }

    pub(crate) fn segment_of(&self, address: IpAddr) -> Option<SegmentId> {
        self.machine_at(address).map(|machine| self.machines[machine].segment)
    }

    /// Where an address is on the map: a gateway is where the first segment behind it is.
    fn place_of(&self, address: IpAddr) -> Option<SegmentId> {
        match self.owner(address)? {
            Owner::Machine(machine) => Some(self.machines[machine].segment),
            Owner::Gateway(gateway) => {
                let mut segments = self.segments.iter();
                segments.position(|segment| segment.gateway == Some(gateway)).map(SegmentId)
            }
        }
    }

    /// The gateway that packets to an address come through: its own, or that of its segment.
    pub(crate) fn gateway_towards(&self, address: IpAddr) -> Option<usize> {
        match self.owner(address)? {
            Owner::Gateway(gateway) => Some(gateway),
            Owner::Machine(_) => self.gateway_from(address),
        }
    }

    /// The gateway that packets of a host leave through.
    pub(crate) fn gateway_from(&self, address: IpAddr) -> Option<usize> {
        self.segment_of(address).and_then(|segment| self.segments[segment.0].gateway)
    }

    fn own(&mut self, addresses: &[IpAddr], owner: Owner) -> Result<(), NetworkError> {
        if let Some((address, taken)) =
            addresses.iter().find_map(|address| Some((*address, self.owner(*address)?)))
        {
            let owner = match taken {
                Owner::Machine(machine) => self.machines[machine].name.clone(),
                Owner::Gateway(gateway) => self.gateways[gateway].name.clone(),
            };
            return Err(NetworkError::AddressTaken { address, owner });
        }
        self.owners.extend(addresses.iter().map(|address| (*address, owner)));
        Ok(())
    }
}

fn unique<'a>(mut taken: impl Iterator<Item = &'a String>, name: &str) -> Result<(), NetworkError> {
    if taken.any(|other| other.eq_ignore_ascii_case(name)) {
        return Err(NetworkError::NameTaken(name.to_owned()));
    }
    Ok(())
}

/// An address that the outside cannot reach: RFC 1918, RFC 6598 (shared address space of carriers),
/// RFC 4193, link-local and loopback. The documentation addresses of RFC 5737 count as public.
pub(crate) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let shared = v4.octets()[0] == 100 && v4.octets()[1] & 0xc0 == 64;
            v4.is_private() || v4.is_link_local() || v4.is_loopback() || shared
        }
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local() || v6.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_exists_once_and_inside_its_segment() {
        let mut topology = Topology::default();
        let gateway = topology.add_gateway("perimeter", &[ip("203.0.113.20")]).unwrap();
        let prefix = "10.0.0.0/24".parse().unwrap();
        let lan = topology.add_segment("lan", &[prefix], Some(gateway)).unwrap();
        topology.add_machine("MBX01", lan, &[ip("10.0.0.10")]).unwrap();
        let mut refusal = |name: &str, address: &str| {
            topology.add_machine(name, lan, &[ip(address)]).unwrap_err().to_string()
        };
        assert_eq!(refusal("MBX02", "10.0.0.10"), "10.0.0.10 already belongs to MBX01");
        assert_eq!(refusal("mbx01", "10.0.0.11"), "the name \"mbx01\" is taken");
        assert_eq!(
            refusal("MBX02", "10.0.1.10"),
            "10.0.1.10 of MBX02 is outside segment lan ([10.0.0.0/24])"
        );
        assert!(matches!(
            topology.add_machine("MBX02", lan, &[]),
            Err(NetworkError::NoAddress(host)) if host == "MBX02"
        ));
        assert!(topology.add_gateway("other", &[ip("203.0.113.20")]).is_err());
    }

    #[test]
    fn a_link_is_the_same_in_both_directions() {
        let mut topology = Topology::default();
        let gateway = topology.add_gateway("perimeter", &[ip("203.0.113.20")]).unwrap();
        let segments = [("lan", "10.0.0.0/24", Some(gateway)), ("net", "192.0.2.0/24", None)];
        let [lan, net] = segments.map(|(name, prefix, gateway)| {
            topology.add_segment(name, &[prefix.parse().unwrap()], gateway).unwrap()
        });
        topology.add_machine("a", lan, &[ip("10.0.0.1")]).unwrap();
        topology.add_machine("b", net, &[ip("192.0.2.1")]).unwrap();
        let [a, b, perimeter] = ["10.0.0.1", "192.0.2.1", "203.0.113.20"].map(ip);
        assert_eq!(topology.link(a, b), Link::ELSEWHERE);
        let link = Link { latency_ms: 3, jitter_ms: 1 };
        topology.set_link(net, lan, link);
        assert_eq!([topology.link(a, b), topology.link(b, a)], [link, link]);
        assert_eq!(topology.link(b, perimeter), link);
        assert_eq!(topology.link(a, a), Link::LOCAL);
        assert_eq!(topology.link(a, ip("198.51.100.1")), Link::ELSEWHERE);
    }

    #[test]
    fn documentation_addresses_are_public_and_carrier_addresses_are_not() {
        for public in ["203.0.113.20", "8.8.8.8", "100.128.0.1", "2001:db8::1"] {
            assert!(!is_private(ip(public)), "{public}");
        }
        for private in ["10.0.0.1", "172.16.0.1", "100.64.0.1", "169.254.1.1", "fd00::1"] {
            assert!(is_private(ip(private)), "{private}");
        }
    }
}
