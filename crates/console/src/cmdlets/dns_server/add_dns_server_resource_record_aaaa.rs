//! `Add-DnsServerResourceRecordAAAA`: adds an IPv6 address to a zone.
//!
//! Source: Microsoft Learn, `Add-DnsServerResourceRecordAAAA`.

use dns::RecordType;

use super::adding::{COMMON, CREATE_PTR, NAME, ZONE_NAME, add};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::noun;

const OWN: [Parameter; 4] = [
    ZONE_NAME,
    NAME,
    Parameter::new("IPv6Address", Kind::Strings, "The addresses.")
        .at(2)
        .mandatory()
        .by_property_name()
        .aliases(&["IpAddress"])
        .of_type("System.Net.IPAddress[]"),
    CREATE_PTR,
];

static PARAMETERS: [Parameter; 9] = noun::joined(OWN, COMMON);

/// The cmdlet.
pub static ADD_DNS_SERVER_RESOURCE_RECORD_AAAA: Cmdlet = Cmdlet {
    name: "Add-DnsServerResourceRecordAAAA",
    synopsis: "Adds an IPv6 address to a zone.",
    class: "",
    parameters: &PARAMETERS,
    run: |mut invocation| {
        Box::pin(async move {
            let addresses = invocation.strings("IPv6Address").unwrap_or_default();
            let all: Vec<_> = addresses.into_iter().map(|address| vec![address]).collect();
            add(&mut invocation, RecordType::Aaaa, &all)
        })
    },
};
