//! `Add-DnsServerResourceRecordCName`: adds an alias to a zone.
//!
//! Source: Microsoft Learn, `Add-DnsServerResourceRecordCName`.

use dns::RecordType;

use super::adding::{COMMON, NAME, ZONE_NAME, add};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::noun;

const OWN: [Parameter; 3] = [
    ZONE_NAME,
    NAME,
    Parameter::new("HostNameAlias", Kind::String, "What the name is an alias of.")
        .at(2)
        .mandatory()
        .by_property_name(),
];

static PARAMETERS: [Parameter; 8] = noun::joined(OWN, COMMON);

/// The cmdlet.
pub static ADD_DNS_SERVER_RESOURCE_RECORD_C_NAME: Cmdlet = Cmdlet {
    name: "Add-DnsServerResourceRecordCName",
    synopsis: "Adds an alias to a zone.",
    class: "",
    parameters: &PARAMETERS,
    run: |mut invocation| {
        Box::pin(async move {
            let alias = invocation.string("HostNameAlias").unwrap_or_default();
            add(&mut invocation, RecordType::Cname, &[vec![alias]])
        })
    },
};
