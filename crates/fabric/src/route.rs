//! The way of a packet: gateways, firewalls, NAT and port forwards, decided at one moment.
//!
//! Inside one segment a packet goes straight. Otherwise the source's gateway judges it going out and
//! gives it its public source address; the destination's gateway judges it coming in, by that source
//! and the public destination, and then forwards it. Two segments behind the same gateway meet with
//! their private addresses, without NAT, but are judged going out and coming in as well.
//!
//! Not modelled: NAT hairpin. A host that asks for a public address of its own gateway hears
//! nothing, as behind most firewalls before somebody configures it.

use std::net::{IpAddr, SocketAddr};

use crate::firewall::{Action, Direction, Packet, Protocol};
use crate::topology::{Owner, SegmentId, Topology, is_private};

/// What became of a connection attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It reached a listener.
    Accepted,
    /// A firewall swallowed it.
    Dropped {
        /// The gateway.
        gateway: String,
        /// The rule, `None` for the default action.
        rule: Option<String>,
    },
    /// A firewall refused it.
    Rejected {
        /// The gateway.
        gateway: String,
        /// The rule, `None` for the default action.
        rule: Option<String>,
    },
    /// The host is there, but nothing listens on that port.
    NoListener,
    /// The host is switched off.
    HostOff,
    /// The gateway forwards nothing from that public address and port.
    NoForward,
    /// Nobody has that address.
    NoSuchAddress,
    /// A private address that lies behind another gateway, or nowhere.
    PrivateDestination,
    /// The source is a private address that no source NAT translates: answers cannot come back.
    PrivateSource,
    /// A public address of the source's own gateway.
    Hairpin,
}

impl Verdict {
    /// Whether the source is told that it may not connect.
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Rejected { .. } | Self::NoListener)
    }

    /// Whether the source gets an answer at all. Who hears none times out.
    pub fn is_answered(&self) -> bool {
        *self == Self::Accepted || self.is_refused()
    }
}

/// The decision about one packet.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    /// The source as the destination sees it.
    pub(crate) seen: SocketAddr,
    /// Where it is delivered; meaningful when the verdict is `Accepted`.
    pub(crate) to: SocketAddr,
    pub(crate) verdict: Verdict,
    /// What a firewall did to it, or will do when it resets.
    pub(crate) mark: Option<Mark>,
}

/// A firewall's interference, to be logged when it happens.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    pub(crate) gateway: usize,
    pub(crate) action: Action,
    pub(crate) rule: Option<String>,
    pub(crate) packet: Packet,
}

impl Mark {
    /// How many bytes a session may carry before it is reset.
    fn bytes_left(&self) -> Option<u64> {
        match self.action {
            Action::Reset { after_bytes } => Some(after_bytes),
            _ => None,
        }
    }
}

impl Topology {
    /// Decides about a packet; nothing is logged.
    pub(crate) fn route(&self, protocol: Protocol, from: SocketAddr, to: SocketAddr) -> Route {
        let seen = SocketAddr::new(self.seen_address(from.ip(), to.ip()), from.port());
        let mut route = Route { seen, to, verdict: Verdict::Accepted, mark: None };
        route.verdict = self.travel(protocol, from, &mut route).err().unwrap_or(Verdict::Accepted);
        route
    }

    /// The source address that the destination will see.
    pub(crate) fn seen_address(&self, from: IpAddr, to: IpAddr) -> IpAddr {
        match self.gateway_from(from) {
            Some(gateway) if !self.is_behind(gateway, to) => self.gateways[gateway]
                .source_nat
                .iter()
                .find(|nat| nat.from.contains(&from))
                .map_or(from, |nat| nat.to),
            _ => from,
        }
    }

    /// Whether a host with that address is in a segment behind the gateway.
    pub(crate) fn is_behind(&self, gateway: usize, address: IpAddr) -> bool {
        self.gateway_from(address) == Some(gateway)
    }

    fn travel(
        &self,
        protocol: Protocol,
        from: SocketAddr,
        route: &mut Route,
    ) -> Result<(), Verdict> {
        let to = route.to;
        let source_segment = self.segment_of(from.ip());
        if source_segment.is_none_or(|segment| !self.is_on_link(segment, to.ip())) {
            let leaving = self.gateway_from(from.ip());
            if let Some(gateway) = leaving {
                let packet =
                    Packet { direction: Direction::Out, protocol, source: from, destination: to };
                self.pass(gateway, packet, route)?;
            }
            self.cross(leaving, to.ip(), route.seen.ip())?;
            if let Some(gateway) = self.gateway_towards(to.ip()) {
                let source = route.seen;
                let packet = Packet { direction: Direction::In, protocol, source, destination: to };
                self.pass(gateway, packet, route)?;
                if self.owner(to.ip()) == Some(Owner::Gateway(gateway)) {
                    route.to = self.forward(gateway, protocol, to).ok_or(Verdict::NoForward)?;
                }
            }
        }
        let machine = self.machine_at(route.to.ip()).ok_or(Verdict::NoSuchAddress)?;
        if self.machines[machine].on { Ok(()) } else { Err(Verdict::HostOff) }
    }

    /// Whether hosts of a segment ask for that address in the segment itself.
    fn is_on_link(&self, segment: SegmentId, address: IpAddr) -> bool {
        match self.owner(address) {
            Some(_) => self.segment_of(address) == Some(segment),
            None => {
                self.segments[segment.0].prefixes.iter().any(|prefix| prefix.contains(&address))
            }
        }
    }

    /// Whether there is a way from behind one gateway to that address and back.
    fn cross(&self, leaving: Option<usize>, to: IpAddr, seen: IpAddr) -> Result<(), Verdict> {
        if let Some(gateway) = leaving {
            if self.is_behind(gateway, to) {
                return Ok(());
            }
            if self.owner(to) == Some(Owner::Gateway(gateway)) {
                return Err(Verdict::Hairpin);
            }
        }
        if is_private(to) {
            return Err(Verdict::PrivateDestination);
        }
        if is_private(seen) {
            return Err(Verdict::PrivateSource);
        }
        self.owner(to).map(drop).ok_or(Verdict::NoSuchAddress)
    }

    /// Judges the packet at a gateway. Of two resets the earlier one counts.
    fn pass(&self, gateway: usize, packet: Packet, route: &mut Route) -> Result<(), Verdict> {
        let perimeter = &self.gateways[gateway];
        let (action, rule) = perimeter.firewall.judge(&packet);
        let rule = rule.map(str::to_owned);
        let verdict = match action {
            Action::Allow => return Ok(()),
            Action::Reset { after_bytes } => {
                let earlier = route.mark.as_ref().and_then(Mark::bytes_left);
                if earlier.is_none_or(|bytes| after_bytes < bytes) {
                    route.mark = Some(Mark { gateway, action, rule, packet });
                }
                return Ok(());
            }
            Action::Drop => {
                Verdict::Dropped { gateway: perimeter.name.clone(), rule: rule.clone() }
            }
            Action::Reject => {
                Verdict::Rejected { gateway: perimeter.name.clone(), rule: rule.clone() }
            }
        };
        route.mark = Some(Mark { gateway, action, rule, packet });
        Err(verdict)
    }

    fn forward(&self, gateway: usize, protocol: Protocol, to: SocketAddr) -> Option<SocketAddr> {
        self.gateways[gateway]
            .forwards
            .iter()
            .find(|forward| forward.protocol == protocol && forward.public == to)
            .map(|forward| forward.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::firewall::FirewallRule;
    use crate::topology::{PortForward, SourceNat};

    /// A perimeter with a LAN and a DMZ, a branch with its own gateway, and the internet.
    fn topology() -> Topology {
        let mut topology = Topology::default();
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let net = |text: &str| [text.parse().unwrap()];
        let perimeter = topology.add_gateway("perimeter", &[ip("203.0.113.20")]).unwrap();
        let branch = topology.add_gateway("branch", &[ip("203.0.113.40")]).unwrap();
        let lan = topology.add_segment("lan", &net("10.0.0.0/24"), Some(perimeter)).unwrap();
        let dmz = topology.add_segment("dmz", &net("10.0.1.0/24"), Some(perimeter)).unwrap();
        let far = topology.add_segment("far", &net("10.9.0.0/24"), Some(branch)).unwrap();
        let internet = topology.add_segment("internet", &net("198.51.100.0/24"), None).unwrap();
        for (name, segment, address) in [
            ("MBX01", lan, "10.0.0.10"),
            ("MBX02", lan, "10.0.0.11"),
            ("EDGE01", dmz, "10.0.1.10"),
            ("MBX09", far, "10.9.0.10"),
            ("mta", internet, "198.51.100.7"),
        ] {
            topology.add_machine(name, segment, &[ip(address)]).unwrap();
        }
        topology.machines[1].on = false;
        let gateway = &mut topology.gateways[perimeter];
        for (public, to) in [(25, "10.0.1.10:25"), (443, "10.0.0.11:443"), (80, "10.0.0.99:80")] {
            let public = SocketAddr::new(ip("203.0.113.20"), public);
            let to = to.parse().unwrap();
            gateway.forwards.push(PortForward { protocol: Protocol::Tcp, public, to });
        }
        gateway.source_nat.push(SourceNat { from: net("10.0.0.0/16")[0], to: ip("203.0.113.20") });
        let firewall = &mut gateway.firewall;
        let rule = |name, source: &str, port: u16, action| FirewallRule {
            sources: net(source).to_vec(),
            ports: vec![port..=port],
            ..FirewallRule::new(name, Direction::In, action)
        };
        firewall.add(rule("web", "0.0.0.0/0", 80, Action::Allow)).unwrap();
        firewall.add(rule("https", "0.0.0.0/0", 443, Action::Allow)).unwrap();
        firewall.add(rule("smtp", "198.51.100.0/24", 25, Action::Allow)).unwrap();
        firewall.add(rule("edgesync", "10.0.0.0/24", 50636, Action::Allow)).unwrap();
        firewall.add(rule("ldap", "10.0.0.0/24", 50389, Action::Reject)).unwrap();
        firewall.add(rule("telnet", "0.0.0.0/0", 23, Action::Allow)).unwrap();
        topology
    }

    fn shown(topology: &Topology, from: &str, to: &str) -> String {
        let from = SocketAddr::new(from.parse().unwrap(), 50_000);
        let route = topology.route(Protocol::Tcp, from, to.parse().unwrap());
        match route.verdict {
            Verdict::Accepted => format!("{} -> {}", route.seen.ip(), route.to),
            Verdict::Dropped { rule, .. } => format!("dropped by {rule:?}"),
            Verdict::Rejected { rule, .. } => format!("rejected by {rule:?}"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn every_way_through_the_network() {
        let topology = topology();
        for (from, to, expected) in [
            // Inside one segment nothing stands between.
            ("10.0.0.10", "10.0.0.10:25", "10.0.0.10 -> 10.0.0.10:25"),
            ("10.0.0.10", "10.0.0.11:25", "HostOff"),
            ("10.0.0.10", "10.0.0.77:25", "NoSuchAddress"),
            // Between two segments of one gateway: judged, not translated.
            ("10.0.0.10", "10.0.1.10:50636", "10.0.0.10 -> 10.0.1.10:50636"),
            ("10.0.0.10", "10.0.1.10:50389", "rejected by Some(\"ldap\")"),
            ("10.0.1.10", "10.0.0.10:2525", "dropped by None"),
            // Out: seen with the public address.
            ("10.0.0.10", "198.51.100.7:25", "203.0.113.20 -> 198.51.100.7:25"),
            ("10.9.0.10", "198.51.100.7:25", "PrivateSource"),
            ("10.0.0.10", "192.0.2.1:25", "NoSuchAddress"),
            // In: judged by the public address, then forwarded.
            ("198.51.100.7", "203.0.113.20:25", "198.51.100.7 -> 10.0.1.10:25"),
            ("192.0.2.1", "203.0.113.20:25", "dropped by None"),
            ("198.51.100.7", "203.0.113.20:587", "dropped by None"),
            ("198.51.100.7", "203.0.113.20:23", "NoForward"),
            ("198.51.100.7", "203.0.113.20:443", "HostOff"),
            ("198.51.100.7", "203.0.113.20:80", "NoSuchAddress"),
            // Private addresses end at their gateway, and so do its own public ones from inside.
            ("198.51.100.7", "10.0.1.10:25", "PrivateDestination"),
            ("10.9.0.10", "10.0.1.10:25", "PrivateDestination"),
            ("10.0.0.10", "203.0.113.20:25", "Hairpin"),
        ] {
            assert_eq!(shown(&topology, from, to), expected, "{from} to {to}");
        }
    }

    #[test]
    fn what_goes_out_is_judged_before_everything_else() {
        let mut topology = topology();
        topology.gateways[0].firewall.set_default_action(Direction::Out, Action::Reject);
        for to in ["198.51.100.7:25", "192.0.2.1:25", "203.0.113.20:25", "10.0.1.10:50636"] {
            assert_eq!(shown(&topology, "10.0.0.10", to), "rejected by None", "to {to}");
        }
    }

    #[test]
    fn of_two_resets_the_earlier_counts() {
        let mut topology = topology();
        let nat =
            SourceNat { from: "10.9.0.0/24".parse().unwrap(), to: "203.0.113.40".parse().unwrap() };
        topology.gateways[1].source_nat.push(nat);
        for (inbound, outbound, gateway) in [(10, 20, 0), (20, 10, 1)] {
            let reset = |after_bytes| Action::Reset { after_bytes };
            topology.gateways[0].firewall.rule_mut("web").unwrap().action = reset(inbound);
            topology.gateways[1].firewall.set_default_action(Direction::Out, reset(outbound));
            topology.gateways[0].forwards[2].to = "10.0.0.10:80".parse().unwrap();
            let from = "10.9.0.10:50000".parse().unwrap();
            let to = "203.0.113.20:80".parse().unwrap();
            let route = topology.route(Protocol::Tcp, from, to);
            assert_eq!(route.verdict, Verdict::Accepted);
            let mark = route.mark.unwrap();
            assert_eq!((mark.gateway, mark.bytes_left()), (gateway, Some(10)));
        }
    }
}
