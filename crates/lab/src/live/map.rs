//! The map of a lab on real sockets: every host with its role, its addresses and its ports.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use fabric::Protocol;
use serde::Serialize;

use super::Line;
use crate::baseline::Installed;
use crate::lab::Lab;

/// The map.
#[derive(Clone, Debug, Serialize)]
pub struct Map {
    /// Name of the scenario.
    pub scenario: String,
    /// The lab's time.
    pub time: String,
    /// Hosts, in the order of the baseline.
    pub hosts: Vec<MapHost>,
    /// Whom a program counts as that connects from a loopback address which stands for nobody.
    pub strangers_are: Option<String>,
    /// What to type.
    pub lines: Vec<Line>,
}

/// A host.
#[derive(Clone, Debug, Serialize)]
pub struct MapHost {
    /// Its name.
    pub name: String,
    /// What it is.
    pub role: String,
    /// Its addresses.
    pub addresses: Vec<MapAddress>,
    /// What it listens on.
    pub ports: Vec<MapPort>,
}

/// An address of a host.
#[derive(Clone, Debug, Serialize)]
pub struct MapAddress {
    /// In the lab.
    pub address: IpAddr,
    /// What stands for it on this computer: connect to it, or from it to count as this host.
    pub loopback: Ipv4Addr,
}

/// A port that a host listens on.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct MapPort {
    /// `tcp` or `udp`.
    pub protocol: &'static str,
    /// In the lab.
    pub address: SocketAddr,
    /// On this computer.
    pub real: SocketAddr,
}

impl Lab {
    /// The map of a lab on real sockets. `roots` is the file with the roots that its computers trust.
    pub fn map(&self, strangers_are: Option<String>, roots: &str) -> Map {
        let mut map = Map {
            scenario: self.story.name.clone(),
            time: format!("{:.0}", self.world.clock().now()),
            hosts: self.hosts(),
            strangers_are,
            lines: Vec::new(),
        };
        map.lines = self.lines(&map, roots);
        map
    }

    fn hosts(&self) -> Vec<MapHost> {
        let baseline = &self.story.baseline;
        let online = &baseline.exchange_online;
        let mut named: Vec<(String, String, Vec<IpAddr>)> = Vec::new();
        for segment in &baseline.segments {
            if let Some(gateway) = &segment.gateway {
                let role = format!("perimeter of {}", segment.name.get_ref());
                named.push((gateway.name.clone(), role, gateway.public_addresses.clone()));
            }
        }
        for computer in &baseline.computers {
            let role = role(computer.installed).to_owned();
            named.push((computer.name.get_ref().clone(), role, computer.addresses.clone()));
        }
        for door in &online.front_doors {
            let role = "Exchange Online, door for mail";
            named.push((door.name.clone(), role.to_owned(), vec![door.address]));
        }
        for proxy in online.servers.iter().flat_map(|server| &server.outbound) {
            let role = "Exchange Online, mail leaves by it";
            named.push((proxy.name.clone(), role.to_owned(), vec![proxy.address]));
        }
        for host in &self.story.scenario.externals {
            let role = "somebody else's, outside the lab".to_owned();
            named.push((host.name.get_ref().clone(), role, host.addresses.clone()));
        }
        let ports = self.ports();
        let host = |(name, role, addresses): (String, String, Vec<IpAddr>)| MapHost {
            name,
            role,
            ports: addresses.iter().filter_map(|it| ports.get(it)).flatten().copied().collect(),
            addresses: addresses.into_iter().filter_map(|it| self.on_loopback(it)).collect(),
        };
        named.into_iter().map(host).collect()
    }

    fn on_loopback(&self, address: IpAddr) -> Option<MapAddress> {
        let loopback = self.world.network.loopback_of(address)?;
        Some(MapAddress { address, loopback })
    }

    fn ports(&self) -> BTreeMap<IpAddr, Vec<MapPort>> {
        let mut ports: BTreeMap<IpAddr, Vec<MapPort>> = BTreeMap::new();
        for endpoint in self.world.network.endpoints() {
            let protocol = match endpoint.protocol {
                Protocol::Tcp => "tcp",
                Protocol::Udp => "udp",
            };
            let (address, real) = (endpoint.address, endpoint.real);
            ports.entry(address.ip()).or_default().push(MapPort { protocol, address, real });
        }
        ports
    }
}

impl Map {
    /// The host of that name.
    pub fn host(&self, name: &str) -> Option<&MapHost> {
        self.hosts.iter().find(|host| host.name.eq_ignore_ascii_case(name))
    }

    /// What stands for an address on this computer.
    pub fn loopback_of(&self, address: IpAddr) -> Option<Ipv4Addr> {
        let all = self.hosts.iter().flat_map(|host| &host.addresses);
        let mut own = all.filter(|it| it.address == address);
        own.next().map(|it| it.loopback)
    }
}

impl MapHost {
    /// Where a port of the host really is, of its first address that has it.
    pub fn port(&self, protocol: &str, port: u16) -> Option<MapPort> {
        let mut ports = self.ports.iter();
        ports.find(|it| it.protocol == protocol && it.address.port() == port).copied()
    }
}

fn role(installed: Installed) -> &'static str {
    match installed {
        Installed::ExchangeMailbox => "Exchange, Mailbox role",
        Installed::ExchangeEdge => "Exchange, Edge Transport role",
        Installed::DnsServer => "DNS server",
        Installed::InternetMta => "mail server on the Internet",
        Installed::Workstation => "workstation",
    }
}
