//! What firewalls did not let through, and which time their extracts cover.

use logs::firewall_log::FirewallLog;
use logs::recognise::Kind;

use crate::evidence::{FileId, Place};
use crate::facts::DropFact;

use super::Reading;
use super::hosts::Origin;

/// Takes over a log. A drop whose addresses are names is left out.
pub(super) fn read(reading: &mut Reading, file: FileId, log: FirewallLog) {
    reading.hosts.is_from(file, Origin::Apart);
    let facts = &mut reading.facts;
    for (line, drop) in log.drops {
        reading.hosts.told(file, &drop.host);
        if let Some(time) = drop.time {
            facts.coverage.row(file, Kind::FirewallLog, time);
        }
        let addresses = (drop.source.address.parse(), drop.destination.address.parse());
        if let (Ok(source), Ok(destination)) = addresses {
            let (time, port) = (drop.time, drop.destination.port);
            let at = Place::line(file, line);
            facts.drops.push(DropFact { at, time, source, destination, port, drop });
        }
    }
    if let Some(extract) = log.extract {
        reading.hosts.told(file, &extract.host);
        facts.coverage.row(file, Kind::FirewallLog, extract.from);
        facts.coverage.row(file, Kind::FirewallLog, extract.to);
        // The line that says so comes first.
        facts.firewall_extracts.push((Place::line(file, 1), extract));
    }
}

#[cfg(test)]
mod tests {
    use logs::recognise::Kind;

    use super::super::tests::facts_of;

    #[test]
    fn drops_and_the_time_they_cover() {
        let text = "! FW01: connections denied from 2026-05-01T05:00:00Z to 2026-05-01T08:00:00Z\n2026-05-01T06:06:57Z FW01 : %ASA-4-106023: Deny tcp src outside:40.92.0.1/41234 dst dmz:203.0.113.2/25 by access-group \"outside_in\" [0x0, 0x0]\n";
        let facts = facts_of(&[("Firewall/drops.log", text)]);
        assert_eq!((facts.drops[0].port, facts.drops[0].at.line), (25, 2));
        assert_eq!(facts.firewall_extracts.len(), 1);
        assert_eq!(facts.files[0].host, "FW01");
        let span = facts.coverage.of(Kind::FirewallLog, |_| true).unwrap();
        assert_eq!(span.to.to_string(), "2026-05-01T08:00:00Z");
    }
}
