//! `Add-DnsServerResourceRecordPtr`: adds the name of an address to a zone.
//!
//! Source: Microsoft Learn, `Add-DnsServerResourceRecordPtr`.

use dns::RecordType;

use super::adding::{COMMON, NAME, ZONE_NAME, add};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::noun;

const OWN: [Parameter; 3] = [
    ZONE_NAME,
    NAME,
    Parameter::new("PtrDomainName", Kind::String, "The name of the host.")
        .at(2)
        .mandatory()
        .by_property_name(),
];

static PARAMETERS: [Parameter; 8] = noun::joined(OWN, COMMON);

/// The cmdlet.
pub static ADD_DNS_SERVER_RESOURCE_RECORD_PTR: Cmdlet = Cmdlet {
    name: "Add-DnsServerResourceRecordPtr",
    synopsis: "Adds the name of an address to a zone.",
    class: "",
    parameters: &PARAMETERS,
    run: |mut invocation| {
        Box::pin(async move {
            let name = invocation.string("PtrDomainName").unwrap_or_default();
            add(&mut invocation, RecordType::Ptr, &[vec![name]])
        })
    },
};
