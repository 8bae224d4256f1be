//! The firewall of a gateway: ordered rules, a default action per direction, and a log.
//!
//! The first enabled rule that matches decides. Rules and defaults can be changed at any time; a
//! change applies to connections made after it. Like every stateful firewall it lets the answers of
//! a permitted connection through.
//!
//! Not modelled: rules by interface, user or time of day; connection limits; inspection of content.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;

use ipnet::IpNet;
use jiff::Timestamp;

use crate::error::NetworkError;

/// Which way a packet crosses the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Towards a segment behind the gateway.
    In,
    /// Out of a segment behind the gateway.
    Out,
}

/// A transport protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

/// What a rule does to a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Lets it through.
    Allow,
    /// Swallows it: who connects hears nothing and times out (Winsock 10060).
    Drop,
    /// Answers for the destination: who connects is refused (Winsock 10061). A datagram is dropped.
    Reject,
    /// Lets it through and resets both ends (Winsock 10054) once more than that many bytes, counted
    /// in both directions, were sent. A datagram is dropped.
    Reset {
        /// How many bytes still pass.
        after_bytes: u64,
    },
}

/// A rule. Empty lists match everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirewallRule {
    /// Unique within the firewall, whatever its case.
    pub name: String,
    /// Which way it judges.
    pub direction: Direction,
    /// What it does.
    pub action: Action,
    /// Which protocol; any when `None`.
    pub protocol: Option<Protocol>,
    /// Where the packet comes from, as seen outside for `In` and as seen inside for `Out`.
    pub sources: Vec<IpNet>,
    /// Where it goes: for `In` the public address, before it is forwarded.
    pub destinations: Vec<IpNet>,
    /// The ports it goes to.
    pub ports: Vec<RangeInclusive<u16>>,
    /// A rule that is not enabled matches nothing.
    pub enabled: bool,
}

impl FirewallRule {
    /// An enabled rule for everything in that direction.
    pub fn new(name: &str, direction: Direction, action: Action) -> Self {
        Self {
            name: name.to_owned(),
            direction,
            action,
            protocol: None,
            sources: Vec::new(),
            destinations: Vec::new(),
            ports: Vec::new(),
            enabled: true,
        }
    }

    fn matches(&self, packet: &Packet) -> bool {
        self.enabled
            && self.direction == packet.direction
            && self.protocol.is_none_or(|protocol| protocol == packet.protocol)
            && within(&self.sources, packet.source.ip())
            && within(&self.destinations, packet.destination.ip())
            && (self.ports.is_empty()
                || self.ports.iter().any(|range| range.contains(&packet.destination.port())))
    }
}

fn within(prefixes: &[IpNet], address: IpAddr) -> bool {
    prefixes.is_empty() || prefixes.iter().any(|prefix| prefix.contains(&address))
}

/// What a firewall sees of a connection: its first packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Which way it crosses the gateway.
    pub direction: Direction,
    /// Its protocol.
    pub protocol: Protocol,
    /// Where it comes from.
    pub source: SocketAddr,
    /// Where it goes.
    pub destination: SocketAddr,
}

/// A line of the firewall's log: something that was not let through, or was cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirewallLogEntry {
    /// Lab time.
    pub time: Timestamp,
    /// What was done; never `Allow`.
    pub action: Action,
    /// The rule that decided, `None` for the default action of the direction.
    pub rule: Option<String>,
    /// What it was done to.
    pub packet: Packet,
}

/// The rules, defaults and log of one gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firewall {
    rules: Vec<FirewallRule>,
    inbound: Action,
    outbound: Action,
    log: Vec<FirewallLogEntry>,
}

/// Without rules nothing comes in and everything goes out, as perimeter firewalls are delivered.
impl Default for Firewall {
    fn default() -> Self {
        Self { rules: Vec::new(), inbound: Action::Drop, outbound: Action::Allow, log: Vec::new() }
    }
}

impl Firewall {
    /// The rules in the order in which they are tried.
    pub fn rules(&self) -> &[FirewallRule] {
        &self.rules
    }

    /// The rule of that name, to be changed.
    ///
    /// # Errors
    /// When there is none.
    pub fn rule_mut(&mut self, name: &str) -> Result<&mut FirewallRule, NetworkError> {
        let index = self.position(name)?;
        Ok(&mut self.rules[index])
    }

    /// Puts a rule behind all others.
    ///
    /// # Errors
    /// When its name is taken.
    pub fn add(&mut self, rule: FirewallRule) -> Result<(), NetworkError> {
        self.insert(self.rules.len(), rule)
    }

    /// Puts a rule before the one that is now at that place, or behind all others.
    ///
    /// # Errors
    /// When its name is taken.
    pub fn insert(&mut self, place: usize, rule: FirewallRule) -> Result<(), NetworkError> {
        if self.position(&rule.name).is_ok() {
            return Err(NetworkError::NameTaken(rule.name));
        }
        self.rules.insert(place.min(self.rules.len()), rule);
        Ok(())
    }

    /// Takes a rule out.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn remove(&mut self, name: &str) -> Result<FirewallRule, NetworkError> {
        Ok(self.rules.remove(self.position(name)?))
    }

    /// What is done when no rule matches.
    pub fn default_action(&self, direction: Direction) -> Action {
        match direction {
            Direction::In => self.inbound,
            Direction::Out => self.outbound,
        }
    }

    /// Changes what is done when no rule matches.
    pub fn set_default_action(&mut self, direction: Direction, action: Action) {
        match direction {
            Direction::In => self.inbound = action,
            Direction::Out => self.outbound = action,
        }
    }

    /// What the rules do to a packet, and the name of the one that decides; nothing is logged.
    pub fn judge(&self, packet: &Packet) -> (Action, Option<&str>) {
        match self.rules.iter().find(|rule| rule.matches(packet)) {
            Some(rule) => (rule.action, Some(&rule.name)),
            None => (self.default_action(packet.direction), None),
        }
    }

    /// Everything dropped, rejected or reset, oldest first. A client that hears nothing repeats its
    /// SYN, and each one has its line.
    pub fn log(&self) -> &[FirewallLogEntry] {
        &self.log
    }

    pub(crate) fn record(&mut self, entry: FirewallLogEntry) {
        self.log.push(entry);
    }

    fn position(&self, name: &str) -> Result<usize, NetworkError> {
        self.rules
            .iter()
            .position(|rule| rule.name.eq_ignore_ascii_case(name))
            .ok_or_else(|| NetworkError::NoSuchRule(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn inbound(source: &str, port: u16) -> Packet {
        Packet {
            direction: Direction::In,
            protocol: Protocol::Tcp,
            source: SocketAddr::new(source.parse().unwrap(), 50_000),
            destination: SocketAddr::new("203.0.113.20".parse().unwrap(), port),
        }
    }

    fn smtp_from(prefix: &str) -> FirewallRule {
        FirewallRule {
            sources: vec![prefix.parse().unwrap()],
            ports: vec![25..=25],
            ..FirewallRule::new(prefix, Direction::In, Action::Allow)
        }
    }

    #[test]
    fn the_first_rule_that_matches_decides() {
        let mut firewall = Firewall::default();
        firewall.add(smtp_from("198.51.100.0/24")).unwrap();
        let mut reject = smtp_from("198.51.100.7/32");
        reject.action = Action::Reject;
        firewall.insert(0, reject).unwrap();
        let judged = firewall.judge(&inbound("198.51.100.7", 25));
        assert_eq!(judged, (Action::Reject, Some("198.51.100.7/32")));
        let judged = firewall.judge(&inbound("198.51.100.8", 25));
        assert_eq!(judged, (Action::Allow, Some("198.51.100.0/24")));
    }

    #[test]
    fn what_no_rule_matches_gets_the_default_of_its_direction() {
        let mut firewall = Firewall::default();
        firewall.add(smtp_from("198.51.100.0/24")).unwrap();
        assert_eq!(firewall.judge(&inbound("192.0.2.1", 25)), (Action::Drop, None));
        assert_eq!(firewall.judge(&inbound("198.51.100.7", 443)), (Action::Drop, None));
        let outbound = Packet { direction: Direction::Out, ..inbound("198.51.100.7", 25) };
        assert_eq!(firewall.judge(&outbound), (Action::Allow, None));
        firewall.set_default_action(Direction::Out, Action::Reject);
        assert_eq!(firewall.judge(&outbound), (Action::Reject, None));
    }

    #[test]
    fn a_rule_can_be_changed_disabled_and_removed() {
        let mut firewall = Firewall::default();
        firewall.add(smtp_from("198.51.100.0/24")).unwrap();
        assert!(matches!(
            firewall.add(smtp_from("198.51.100.0/24")),
            Err(NetworkError::NameTaken(name)) if name == "198.51.100.0/24"
        ));
        firewall.rule_mut("198.51.100.0/24").unwrap().protocol = Some(Protocol::Udp);
        assert_eq!(firewall.judge(&inbound("198.51.100.7", 25)).0, Action::Drop);
        firewall.rule_mut("198.51.100.0/24").unwrap().protocol = Some(Protocol::Tcp);
        assert_eq!(firewall.judge(&inbound("198.51.100.7", 25)).0, Action::Allow);
        firewall.rule_mut("198.51.100.0/24").unwrap().enabled = false;
        assert_eq!(firewall.judge(&inbound("198.51.100.7", 25)).0, Action::Drop);
        firewall.remove("198.51.100.0/24").unwrap();
        assert!(matches!(firewall.remove("x"), Err(NetworkError::NoSuchRule(name)) if name == "x"));
    }

    proptest! {
        #[test]
        fn a_prefix_matches_its_own_addresses_only(address: u32, prefix: u32, length in 0u8..=32) {
            let net = ipnet::Ipv4Net::new(prefix.into(), length).unwrap();
            let mask = if length == 0 { 0 } else { u32::MAX << (32 - u32::from(length)) };
            let inside = address & mask == prefix & mask;
            let address = IpAddr::V4(address.into());
            prop_assert_eq!(within(&[net.into()], address), inside);
        }
    }
}
