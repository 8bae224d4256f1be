//! `Get-DnsServerResourceRecord`: the records of a zone.
//!
//! A name stands for itself only, with or without `-Node`; wildcards are not allowed in it.
//!
//! Source: Microsoft Learn, `Get-DnsServerResourceRecord`; view and errors from real transcripts.

use dns::{DomainName, Record, RecordType, Zone};
use exchange::value::Value;

use super::adding::ZONE_NAME;
use super::record::{self, CLASS};
use super::server::{COMPUTER_NAME, Server, Win32, refused, server};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;

/// `-RRType`: the types that the lab's DNS knows.
pub(super) const RR_TYPE: Parameter = Parameter::new(
    "RRType",
    Kind::Choice(&["A", "AAAA", "CName", "Mx", "Ns", "Ptr", "Soa", "Txt"]),
    "The type of record.",
)
.by_property_name()
.aliases(&["RecordType"]);

/// The cmdlet.
pub static GET_DNS_SERVER_RESOURCE_RECORD: Cmdlet = Cmdlet {
    name: "Get-DnsServerResourceRecord",
    synopsis: "Views the resource records of a zone.",
    class: "",
    parameters: &[
        ZONE_NAME,
        Parameter::new("Name", Kind::String, "The name in the zone; `@` is the zone itself.").at(1),
        RR_TYPE,
        Parameter::new(
            "Node",
            Kind::Switch,
            "Only the records of the name itself, as always here.",
        ),
        COMPUTER_NAME,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let server = server(&invocation)?;
    let zone = zone_of(&invocation, &server)?;
    let name = invocation.string("Name");
    let records = match &name {
        Some(name) => records_of(&server, &zone, name)?,
        None => zone.records().collect(),
    };
    let wanted = record_type(&invocation);
    let meant =
        records.iter().filter(|own| wanted.is_none_or(|wanted| own.record_type() == wanted));
    let shown: Vec<_> = meant.map(|own| record::shown(own, &zone)).collect();
    match name {
        Some(name) if shown.is_empty() => Err(no_record(&server, &zone, &name)),
        _ => Ok(shown),
    }
}

/// The type that `-RRType` names.
pub(super) fn record_type(invocation: &Invocation<'_>) -> Option<RecordType> {
    invocation.string("RRType").and_then(|name| name.parse().ok())
}

/// The zone that `-ZoneName` names.
///
/// # Errors
/// When the server has none of that name.
pub(super) fn zone_of(invocation: &Invocation<'_>, server: &Server) -> Result<Zone, ErrorRecord> {
    let name = invocation.string("ZoneName").unwrap_or_default();
    name.parse().ok().and_then(|name| server.dns.zone(&name)).ok_or_else(|| {
        let host = &server.computer.name;
        let message = format!(
            "Failed to enumerate the resource records of the zone {name} on server {host}."
        );
        refused(Win32::NO_ZONE, message, &name, CLASS)
    })
}

/// The records of a name, the SOA record included.
///
/// # Errors
/// When the name has none.
pub(super) fn records_of(
    server: &Server,
    zone: &Zone,
    name: &str,
) -> Result<Vec<Record>, ErrorRecord> {
    let owner = DomainName::in_zone(name, zone.name()).ok();
    let records: Vec<_> = zone.records().filter(|own| Some(&own.name) == owner.as_ref()).collect();
    if records.is_empty() { Err(no_record(server, zone, name)) } else { Ok(records) }
}

/// A name has no record, or none of the type asked for.
pub(super) fn no_record(server: &Server, zone: &Zone, name: &str) -> ErrorRecord {
    let host = &server.computer.name;
    let message = format!("Failed to get {name} record in {} zone on {host} server.", zone.name());
    refused(Win32::NO_NAME, message, name, CLASS)
}
