//! What the cmdlets that add records share: their common parameters, and how a record gets into its
//! zone.
//!
//! Accepted without effect: `-AgeRecord` and `-AllowUpdateAny`, since records do not age here and
//! nobody updates them but by cmdlets.
//!
//! Source: Microsoft Learn, `Add-DnsServerResourceRecordA` and its siblings.

use std::net::IpAddr;

use dns::{DnsError, DomainName, Record, RecordData, RecordType, TTL_MAX};
use exchange::value::Value;

use super::record::{self, data};
use super::server::{COMPUTER_NAME, PASS_THRU, Server, Win32, refused, server};
use crate::language::cmdlet::{Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;

/// `-ZoneName`.
pub(super) const ZONE_NAME: Parameter = Parameter::new("ZoneName", Kind::String, "The zone.")
    .at(0)
    .mandatory()
    .by_property_name()
    .aliases(&["ForwardLookupZone"]);

/// `-Name`.
pub(super) const NAME: Parameter =
    Parameter::new("Name", Kind::String, "The name in the zone; `@` is the zone itself.")
        .at(1)
        .mandatory()
        .by_property_name()
        .aliases(&["RecordName", "DeviceName", "HostName"]);

/// `-CreatePtr`.
pub(super) const CREATE_PTR: Parameter =
    Parameter::new("CreatePtr", Kind::Switch, "Adds a PTR record as well.");

/// What all of them take besides.
pub(super) const COMMON: [Parameter; 5] = [
    Parameter::new(
        "TimeToLive",
        Kind::TimeSpan,
        "How long it may be kept; as the zone by default.",
    )
    .by_property_name(),
    Parameter::new("AgeRecord", Kind::Switch, "Accepted, without effect."),
    Parameter::new("AllowUpdateAny", Kind::Switch, "Accepted, without effect."),
    COMPUTER_NAME,
    PASS_THRU,
];

/// Adds the records of a type with these data, each given as its texts.
///
/// # Errors
/// When there is no such zone, or a record does not fit into it.
pub(super) fn add(
    invocation: &mut Invocation<'_>,
    record_type: RecordType,
    all: &[Vec<String>],
) -> Result<Vec<Value>, ErrorRecord> {
    let server = server(invocation)?;
    let [zone, name] = ["ZoneName", "Name"].map(|own| invocation.string(own).unwrap_or_default());
    let class = class(invocation);
    let host = &server.computer.name;
    let message =
        format!("Failed to create resource record {name} in zone {zone} on server {host}.");
    let failed = |error: DnsError| {
        let win32 = Win32::of(&error);
        // Where the number says nothing, the text says what the lab's DNS has against it.
        let why =
            if win32 == Win32::INVALID_PARAMETER { format!(" {error}.") } else { String::new() };
        refused(win32, message.clone() + &why, &name, &class)
    };
    let mut shown = Vec::new();
    for texts in all {
        let data = data(record_type, texts).ok_or_else(|| unfit(record_type, texts, &class))?;
        if !invocation.should_process(&format!("{name} in zone {zone}")) {
            continue;
        }
        let found = zone.parse().ok().and_then(|zone| server.dns.zone(&zone));
        let found = found.ok_or_else(|| refused(Win32::NO_ZONE, message.clone(), &name, &class))?;
        let owner = DomainName::in_zone(&name, found.name()).map_err(failed)?;
        let ttl = ttl(invocation, &class)?.unwrap_or_else(|| found.default_ttl());
        let record = Record::new(owner, ttl, data);
        server.dns.change_zone(found.name(), |zone| zone.add(record.clone())).map_err(failed)?;
        if invocation.switch("PassThru") {
            shown.push(record::shown(&record, &found));
        }
        if invocation.switch("CreatePtr") {
            create_ptr(invocation, &server, &record)?;
        }
    }
    Ok(shown)
}

/// The class of the cmdlet's objects, such as `DnsServerResourceRecordA`.
fn class(invocation: &Invocation<'_>) -> String {
    invocation.name().split_once('-').map_or("", |(_, noun)| noun).to_owned()
}

/// A value that is none of that record type.
fn unfit(record_type: RecordType, texts: &[String], class: &str) -> ErrorRecord {
    let text = texts.join(" ");
    let message =
        format!("\"{text}\" is not valid data of a resource record of type {record_type}.");
    refused(Win32::INVALID_PARAMETER, message, &text, class)
}

fn ttl(invocation: &Invocation<'_>, class: &str) -> Result<Option<u32>, ErrorRecord> {
    let Some(given) = invocation.time_span("TimeToLive") else { return Ok(None) };
    let seconds = u32::try_from(given.as_secs()).ok().filter(|seconds| *seconds <= TTL_MAX);
    seconds.map(Some).ok_or_else(|| {
        let message = "The TimeToLive parameter is out of range.".to_owned();
        refused(Win32::INVALID_PARAMETER, message, &given.to_string(), class)
    })
}

/// Adds the PTR record of an address, to the nearest reverse zone.
fn create_ptr(
    invocation: &mut Invocation<'_>,
    server: &Server,
    record: &Record,
) -> Result<(), ErrorRecord> {
    let address: IpAddr = match record.data {
        RecordData::A(address) => address.into(),
        RecordData::Aaaa(address) => address.into(),
        _ => return Ok(()),
    };
    let reverse = DomainName::reverse(address);
    let above = std::iter::successors(Some(reverse.clone()), DomainName::parent);
    let zone = above.into_iter().find_map(|name| server.dns.zone(&name));
    let pointer = Record::new(reverse, record.ttl, RecordData::Ptr(record.name.clone()));
    let added = zone.is_some_and(|zone| {
        match server.dns.change_zone(zone.name(), |zone| zone.add(pointer)) {
            Ok(()) | Err(DnsError::RecordExists(_)) => true,
            Err(_) => false,
        }
    });
    if added {
        return Ok(());
    }
    let message = format!(
        "Failed to create PTR record. Resource record {} on server {} is created successfully, but \
         corresponding PTR record could not be created.",
        record.name, server.computer.name
    );
    let error = ErrorRecord::new(Category::NotSpecified, "WIN32 9715", message)
        .about(record.name.to_string(), format!("root/Microsoft/Windows/DNS/{}", class(invocation)))
        .exception("CimException");
    invocation.error(error)
}
