//! `Add-DnsServerResourceRecordA`: adds an IPv4 address to a zone.
//!
//! Source: Microsoft Learn, `Add-DnsServerResourceRecordA`.

use dns::RecordType;

use super::adding::{COMMON, CREATE_PTR, NAME, ZONE_NAME, add};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::noun;

const OWN: [Parameter; 4] = [
    ZONE_NAME,
    NAME,
    Parameter::new("IPv4Address", Kind::Strings, "The addresses.")
        .at(2)
        .mandatory()
        .by_property_name()
        .aliases(&["IpAddress"])
        .of_type("System.Net.IPAddress[]"),
    CREATE_PTR,
];

static PARAMETERS: [Parameter; 9] = noun::joined(OWN, COMMON);

/// The cmdlet.
pub static ADD_DNS_SERVER_RESOURCE_RECORD_A: Cmdlet = Cmdlet {
    name: "Add-DnsServerResourceRecordA",
    synopsis: "Adds an IPv4 address to a zone.",
    class: "",
    parameters: &PARAMETERS,
    run: |mut invocation| {
        Box::pin(async move {
            let addresses = invocation.strings("IPv4Address").unwrap_or_default();
            let all: Vec<_> = addresses.into_iter().map(|address| vec![address]).collect();
            add(&mut invocation, RecordType::A, &all)
        })
    },
};
