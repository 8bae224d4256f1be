//! `Remove-DnsServerZone`: removes a zone with all its records.
//!
//! Source: Microsoft Learn, `Remove-DnsServerZone`.

use exchange::value::Value;

use super::get_dns_server_zone::named;
use super::server::{COMPUTER_NAME, FORCE, PASS_THRU, server};
use super::zone;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;

/// The cmdlet.
pub static REMOVE_DNS_SERVER_ZONE: Cmdlet = Cmdlet {
    name: "Remove-DnsServerZone",
    synopsis: "Removes a zone from a DNS server.",
    class: "",
    parameters: &[
        Parameter::new("Name", Kind::String, "The zone.")
            .at(0)
            .mandatory()
            .by_property_name()
            .aliases(&["ZoneName"]),
        COMPUTER_NAME,
        FORCE,
        PASS_THRU,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let server = server(&invocation)?;
    let zone = named(&server, &invocation.string("Name").unwrap_or_default())?;
    if !invocation.should_process(&zone.name().to_string()) {
        return Ok(Vec::new());
    }
    // It was there a moment ago, and nothing else runs meanwhile.
    let _removed = server.dns.remove_zone(zone.name());
    Ok(if invocation.switch("PassThru") { vec![zone::shown(&zone)] } else { Vec::new() })
}
