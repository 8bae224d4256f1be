//! `Add-DnsServerResourceRecordMX`: adds a mail exchanger to a zone.
//!
//! Source: Microsoft Learn, `Add-DnsServerResourceRecordMX`.

use dns::RecordType;

use super::adding::{COMMON, NAME, ZONE_NAME, add};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::noun;

const OWN: [Parameter; 4] = [
    ZONE_NAME,
    NAME,
    Parameter::new("MailExchange", Kind::String, "The host that takes the mail.")
        .at(2)
        .mandatory()
        .by_property_name(),
    Parameter::new("Preference", Kind::String, "The lower, the better.")
        .at(3)
        .mandatory()
        .by_property_name()
        .of_type("System.UInt16"),
];

static PARAMETERS: [Parameter; 9] = noun::joined(OWN, COMMON);

/// The cmdlet.
pub static ADD_DNS_SERVER_RESOURCE_RECORD_MX: Cmdlet = Cmdlet {
    name: "Add-DnsServerResourceRecordMX",
    synopsis: "Adds a mail exchanger to a zone.",
    class: "",
    parameters: &PARAMETERS,
    run: |mut invocation| {
        Box::pin(async move {
            let texts = ["Preference", "MailExchange"].map(|own| invocation.string(own));
            let texts = texts.map(Option::unwrap_or_default).to_vec();
            add(&mut invocation, RecordType::Mx, &[texts])
        })
    },
};
