//! Which connector mail leaves by does not depend on the order in which anything was created.

#![expect(clippy::unwrap_used, reason = "the whole file is a test")]

use exchange::decisions::routing::{Route, route};
use exchange::directory::Organization;
use exchange::nouns::send_connector::SendConnector;
use exchange::quantity::{ByteSize, Unlimited};
use proptest::prelude::*;

const DOMAINS: [&str; 5] =
    ["contoso.com", "a.contoso.com", "b.a.contoso.com", "fabrikam.com", "mail.onmicrosoft.com"];
const SPACES: [&str; 8] = [
    "*",
    "*.com",
    "contoso.com",
    "*.contoso.com",
    "a.contoso.com",
    "*.a.contoso.com",
    "fabrikam.com",
    "mail.onmicrosoft.com",
];
const SERVERS: [&str; 3] = ["MBX01", "MBX02", "MBX03"];

prop_compose! {
    fn connector()(
        spaces in prop::collection::vec((prop::sample::select(SPACES.to_vec()), 1_u8..4), 1..4),
        sources in prop::sample::subsequence(SERVERS.to_vec(), 1..=3),
        enabled in prop::bool::weighted(0.8),
        limit in prop::option::of(prop::sample::select(vec![500_u64, 5000])),
    ) -> SendConnector {
        let mut connector = SendConnector::new("");
        let space = |(domain, cost)| format!("SMTP:{domain};{cost}").parse().unwrap();
        connector.address_spaces = spaces.into_iter().map(space).collect();
        connector.source_transport_servers = sources.into_iter().map(str::to_owned).collect();
        connector.enabled = enabled;
        connector.max_message_size = limit.map_or(Unlimited::Unlimited, |size| Unlimited::Limited(ByteSize(size)));
        connector
    }
}

/// Some connectors, and the same in another order, with address spaces and servers in another order.
fn two_orders() -> impl Strategy<Value = (Vec<SendConnector>, Vec<SendConnector>)> {
    let connectors = prop::collection::vec(connector(), 0..8).prop_map(|mut connectors| {
        for (number, connector) in connectors.iter_mut().enumerate() {
            connector.name = format!("Connector {number}");
        }
        connectors
    });
    connectors.prop_flat_map(|connectors| {
        let reversed = connectors.iter().cloned().map(|mut connector| {
            connector.address_spaces.reverse();
            connector.source_transport_servers.reverse();
            connector
        });
        (Just(connectors.clone()), Just(reversed.collect::<Vec<_>>()).prop_shuffle())
    })
}

fn told(connectors: Vec<SendConnector>, server: &str, domain: &str, size: u64) -> String {
    let organization = Organization { send_connectors: connectors, ..Organization::default() };
    match route(&organization, server, domain, size) {
        Route::Connector(connector, source) => format!("{} from {source:?}", connector.name),
        Route::Unreachable => "unreachable".to_owned(),
        Route::TooLarge => "too large".to_owned(),
    }
}

proptest! {
    #[test]
    fn the_next_hop_is_the_same_for_any_order_of_connectors_spaces_and_servers(
        (connectors, shuffled) in two_orders(),
        server in prop::sample::select(SERVERS.to_vec()),
        domain in prop::sample::select(DOMAINS.to_vec()),
        size in prop::sample::select(vec![100_u64, 1000, 10_000]),
    ) {
        let usual = told(connectors, server, domain, size);
        prop_assert_eq!(told(shuffled, server, domain, size), usual);
    }
}
