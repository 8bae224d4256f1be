//! The network that all tests play in: `mbx` behind a gateway that forwards TCP port 25 and UDP
//! port 53 to it and lets everything in; `mta` and `eop` on the internet.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use fabric::{
    Action, Clock, Direction, FirewallRule, Gateway, Host, Link, Network, NetworkError,
    PortForward, Protocol, SourceNat,
};
use ipnet::IpNet;
use jiff::Timestamp;

pub(crate) const SECOND: Duration = Duration::from_secs(1);

pub(crate) struct World {
    pub(crate) network: Network,
    pub(crate) clock: Clock,
    pub(crate) gateway: Gateway,
    pub(crate) mbx: Host,
    pub(crate) mta: Host,
}

pub(crate) fn epoch() -> Timestamp {
    "2026-05-01T06:00:00Z".parse().expect("a time")
}

pub(crate) fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

pub(crate) fn at(text: &str) -> SocketAddr {
    text.parse().expect("an address and port")
}

pub(crate) fn net(text: &str) -> IpNet {
    text.parse().expect("a prefix")
}

pub(crate) fn forward(protocol: Protocol, port: u16) -> PortForward {
    let public = SocketAddr::new(ip("203.0.113.20"), port);
    PortForward { protocol, public, to: SocketAddr::new(ip("10.0.0.10"), port) }
}

impl World {
    /// Builds it over that link between inside and outside.
    pub(crate) fn build(network: Network, link: Link) -> Result<Self, NetworkError> {
        let gateway = network.add_gateway("perimeter", &[ip("203.0.113.20")])?;
        let lan = gateway.add_segment("lan", &[net("10.0.0.0/24")])?;
        let internet = network.add_segment("internet", &[net("198.51.100.0/24")])?;
        network.set_link(lan, internet, link);
        let mbx = network.add_host("mbx", lan, &[ip("10.0.0.10"), ip("10.0.0.11")])?;
        let mta = network.add_host("mta", internet, &[ip("198.51.100.7")])?;
        network.add_host("eop", internet, &[ip("198.51.100.8")])?;
        let nat = SourceNat { from: net("10.0.0.0/8"), to: ip("203.0.113.20") };
        gateway.set_source_nat(vec![nat]);
        gateway.add_forward(forward(Protocol::Tcp, 25))?;
        gateway.add_forward(forward(Protocol::Udp, 53))?;
        let all = FirewallRule::new("all", Direction::In, Action::Allow);
        gateway.firewall(|firewall| firewall.add(all))?;
        Ok(Self { clock: network.clock().clone(), network, gateway, mbx, mta })
    }

    /// Changes the rule by which everything comes in.
    pub(crate) fn change(&self, change: impl FnOnce(&mut FirewallRule)) {
        self.gateway
            .firewall(|firewall| firewall.rule_mut("all").map(change))
            .expect("the rule is there");
    }

    /// Changes what that rule does.
    pub(crate) fn judge(&self, action: Action) {
        self.change(|rule| rule.action = action);
    }
}
