//! Zones for the tests of what asks DNS.

use dns::Zone;
use services::world::{Installed, World};

use crate::testing_world::shown_after;

const ZONES: [(&str, &[&str]); 2] = [
    (
        "contoso.com",
        &[
            "contoso.com. 3600 IN MX 10 mail.contoso.com.",
            "contoso.com. 3600 IN TXT \"v=spf1 ip4:198.51.100.10 -all\"",
            "dc01.contoso.com. 1200 IN A 10.0.0.11",
            "mbx01.contoso.com. 1200 IN A 10.0.0.13",
            "edge01.contoso.com. 1200 IN A 10.0.0.25",
            "mail.contoso.com. 3600 IN CNAME mbx01.contoso.com.",
            "two.contoso.com. 60 IN A 10.0.0.99",
            "two.contoso.com. 60 IN A 10.0.0.13",
        ],
    ),
    ("0.0.10.in-addr.arpa", &["13.0.0.10.in-addr.arpa. 1200 IN PTR mbx01.contoso.com."]),
];

/// What a script shows on a place when DC01 holds the zones.
pub(super) fn shown_with_zones(place: &str, script: &str) -> String {
    shown_after(add_zones, &[(place, script)])
}

fn add_zones(world: &World) {
    let machine = world.machine("DC01").expect("it is in the test world");
    let Installed::DnsServer(server) = &machine.installed else { return };
    for (name, records) in ZONES {
        let primary = "dc01.contoso.com".parse().expect("a name");
        let mut zone = Zone::new(name.parse().expect("a name"), primary);
        for record in records {
            zone.add(record.parse().expect("a record")).expect("it is in the zone");
        }
        server.add_zone(zone).expect("it is new");
    }
}
