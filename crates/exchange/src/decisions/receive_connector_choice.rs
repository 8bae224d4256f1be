//! Which Receive connector an incoming connection belongs to.
//!
//! Source: Microsoft Learn, "Receive connectors": of the connectors whose local binding accepts the
//! connection, the one with the most specific remote IP range that contains the client.

use std::net::SocketAddr;

use crate::nouns::receive_connector::{ReceiveConnector, TransportRole};

/// The connector for a connection from `remote` to `local`, if any is for it.
///
/// A binding to one address is preferred to one for all addresses; between equals the name decides,
/// so that the order of the connectors never matters.
pub fn choose(
    connectors: &[ReceiveConnector],
    role: TransportRole,
    local: SocketAddr,
    remote: SocketAddr,
) -> Option<&ReceiveConnector> {
    connectors
        .iter()
        .filter(|connector| connector.enabled && connector.transport_role == role)
        .filter_map(|connector| {
            let binding = connector.bindings.iter().find(|binding| binding.accepts(local))?;
            let span = connector
                .remote_ip_ranges
                .iter()
                .filter(|range| range.contains(remote.ip()))
                .map(crate::ip_range::IpRange::span)
                .min()?;
            Some((span, binding.0.ip().is_unspecified(), connector.name.as_str(), connector))
        })
        .min_by_key(|(span, any_address, name, _)| (*span, *any_address, *name))
        .map(|(.., connector)| connector)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ip_range::{Binding, IpRange};

    fn connector(name: &str, ranges: &[&str]) -> ReceiveConnector {
        let role = TransportRole::FrontendTransport;
        let mut connector = ReceiveConnector::new("CMHYBD01", name, role);
        connector.bindings = vec![Binding::any_v4(25)];
        connector.remote_ip_ranges = ranges.iter().map(|text| text.parse().unwrap()).collect();
        connector
    }

    fn chosen(connectors: &[ReceiveConnector], remote: &str) -> Option<String> {
        let local = "192.168.1.13:25".parse().unwrap();
        let remote = SocketAddr::new(remote.parse().unwrap(), 40_000);
        choose(connectors, TransportRole::FrontendTransport, local, remote)
            .map(|connector| connector.name.clone())
    }

    #[test]
    fn the_most_specific_range_wins_whatever_the_order() {
        let mut connectors = vec![
            connector("Default Frontend", &["0.0.0.0-255.255.255.255"]),
            connector("Relay", &["10.0.0.0/8", "40.107.0.0/16"]),
            connector("Printer", &["10.1.2.3"]),
        ];
        for _ in 0..connectors.len() {
            connectors.rotate_left(1);
            assert_eq!(chosen(&connectors, "10.1.2.3").as_deref(), Some("Printer"));
            assert_eq!(chosen(&connectors, "40.107.19.96").as_deref(), Some("Relay"));
            assert_eq!(chosen(&connectors, "203.0.113.9").as_deref(), Some("Default Frontend"));
        }
    }

    #[test]
    fn a_disabled_connector_takes_nothing() {
        let mut only = connector("Default Frontend", &[]);
        only.remote_ip_ranges = vec![IpRange::all_v4()];
        only.enabled = false;
        assert_eq!(chosen(&[only], "203.0.113.9"), None);
    }
}
