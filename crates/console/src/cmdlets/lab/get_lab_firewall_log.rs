//! `Get-LabFirewallLog`: what a firewall did not let through, as its administrator extracts it from the
//! syslog server: a line that says which firewall and which time it covers, then one line for each
//! connection that was denied.
//!
//! Not modelled: connections that were let through, the rule that decided (the line names the access
//! list), several interfaces.

use std::net::SocketAddr;

use exchange::value::Value;
use fabric::{Direction, FirewallLogEntry, Gateway, Protocol};
use jiff::Timestamp;
use logs::firewall_log::{self, DropEndpoint, Extract, FirewallDrop};

use super::gateway::{GATEWAY, gateways};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::place::Place;

/// The cmdlet.
pub static GET_LAB_FIREWALL_LOG: Cmdlet = Cmdlet {
    name: "Get-LabFirewallLog",
    synopsis: "Views what firewalls did not let through, as lines of their log.",
    class: "",
    parameters: &[
        GATEWAY,
        Parameter::new("Start", Kind::DateTime, "From when on; the lab's beginning by default."),
        Parameter::new("End", Kind::DateTime, "Until when; now by default."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let clock = place.world.clock();
    let from = invocation.date_time("Start").unwrap_or_else(|| clock.began());
    let to = invocation.date_time("End").unwrap_or_else(|| clock.now());
    let mut shown = Vec::new();
    for gateway in gateways(&invocation)? {
        let log = extract(&gateway, from, to);
        shown.extend(String::from_utf8_lossy(&log).lines().map(Value::from));
    }
    Ok(shown)
}

/// The log of a gateway's firewall between two moments.
pub fn extract(gateway: &Gateway, from: Timestamp, to: Timestamp) -> Vec<u8> {
    let host = gateway.name();
    let drops: Vec<_> = gateway
        .firewall_log()
        .iter()
        .filter(|entry| (from..=to).contains(&entry.time))
        .map(|entry| dropped(entry, &host))
        .collect();
    firewall_log::write(Some(&Extract { host, from, to }), &drops)
}

fn dropped(entry: &FirewallLogEntry, firewall: &str) -> FirewallDrop {
    let packet = &entry.packet;
    let (from, to) = match packet.direction {
        Direction::In => ("outside", "inside"),
        Direction::Out => ("inside", "outside"),
    };
    let endpoint = |interface: &str, address: SocketAddr| DropEndpoint {
        interface: interface.to_owned(),
        address: address.ip().to_string(),
        port: address.port(),
    };
    FirewallDrop {
        time: Some(entry.time),
        host: firewall.to_owned(),
        protocol: match packet.protocol {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
        }
        .to_owned(),
        source: endpoint(from, packet.source),
        destination: endpoint(to, packet.destination),
        access_group: format!("{from}_access_in"),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing_world::transcript;

    #[test]
    fn what_was_not_let_through_is_a_line_of_the_log() {
        // The queries of a DNS server that may not go out.
        insta::assert_snapshot!(transcript(
            "DC01> New-LabFirewallRule 'No DNS out' -Direction Outbound -RemotePort 53 -Action Drop | Out-Null
             DC01> Get-LabFirewallLog
             DC01> Add-DnsServerForwarder 203.0.113.20
             MBX01> Start-Sleep 15
             MBX01> Get-LabFirewallLog | Select-Object -First 3
             MBX01> Get-LabFirewallLog -Start 2026-05-01T08:00:10 -End 2026-05-01T08:00:12",
        ), @r#"
        DC01> New-LabFirewallRule 'No DNS out' -Direction Outbound -RemotePort 53 -Action Drop | Out-Null
        DC01> Get-LabFirewallLog
        ! FW01: connections denied from 2026-05-01T06:00:00Z to 2026-05-01T06:00:00Z
        DC01> Add-DnsServerForwarder 203.0.113.20
        MBX01> Start-Sleep 15
        MBX01> Get-LabFirewallLog | Select-Object -First 3
        ! FW01: connections denied from 2026-05-01T06:00:00Z to 2026-05-01T06:00:15Z
        2026-05-01T06:00:00Z FW01 : %ASA-4-106023: Deny udp src inside:10.0.0.11/55367 dst outside:203.0.113.20/53 by access-group "inside_access_in" [0x0, 0x0]
        MBX01> Get-LabFirewallLog -Start 2026-05-01T08:00:10 -End 2026-05-01T08:00:12
        ! FW01: connections denied from 2026-05-01T06:00:10Z to 2026-05-01T06:00:12Z
        "#);
    }
}
