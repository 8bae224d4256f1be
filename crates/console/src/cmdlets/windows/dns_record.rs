//! A DNS record as `Resolve-DnsName` puts it out.
//!
//! Not modelled: the length of the data, which Windows gives as well; record types that the lab's
//! servers do not hold.
//!
//! Source: real output of Windows Server 2016 and 2019.

use dns::{Record, RecordData};
use exchange::value::{Object, Value};

use crate::language::value_text::IP_ADDRESS;
use crate::language::view::{View, ViewColumn};

/// How the records are shown: as tables, and behind records of another type as lists.
pub static VIEWS: &[&View] = &[
    &View::table(A, ADDRESS_COLUMNS),
    &View::list(A, &["Name", "QueryType", "TTL", "Section", "IP4Address", "IP6Address"]),
    &View::table(MX, MX_COLUMNS),
    &View::list(MX, &["Name", "QueryType", "TTL", "Section", "NameExchange", "Preference"]),
    &View::table(PTR, HOST_COLUMNS),
    &View::list(PTR, &["Name", "QueryType", "TTL", "Section", "NameHost"]),
    &View::table(TXT, TEXT_COLUMNS),
    &View::list(TXT, &["Name", "QueryType", "TTL", "Section", "Strings"]),
    &View::table(SOA, SOA_COLUMNS),
    &View::list(
        SOA,
        &[
            "Name",
            "QueryType",
            "TTL",
            "Section",
            "NameAdministrator",
            "SerialNumber",
            "TimeToZoneRefresh",
            "TimeToZoneFailureRetry",
            "TimeToExpiration",
            "DefaultTTL",
        ],
    ),
];

const A: &str = "Microsoft.DnsClient.Commands.DnsRecord_A";
const AAAA: &str = "Microsoft.DnsClient.Commands.DnsRecord_AAAA";
const MX: &str = "Microsoft.DnsClient.Commands.DnsRecord_MX";
/// Also for aliases and name servers.
const PTR: &str = "Microsoft.DnsClient.Commands.DnsRecord_PTR";
const TXT: &str = "Microsoft.DnsClient.Commands.DnsRecord_TXT";
const SOA: &str = "Microsoft.DnsClient.Commands.DnsRecord_SOA";

const TYPE: ViewColumn = ViewColumn::new("Type", 6);
const TTL: ViewColumn = ViewColumn::new("TTL", 5);
const SECTION: ViewColumn = ViewColumn::new("Section", 10);

static ADDRESS_COLUMNS: &[ViewColumn] =
    &[ViewColumn::new("Name", 46), TYPE, TTL, SECTION, ViewColumn::new("IPAddress", 0)];
static MX_COLUMNS: &[ViewColumn] = &[
    ViewColumn::new("Name", 40),
    TYPE,
    TTL,
    SECTION,
    ViewColumn::new("NameExchange", 41),
    ViewColumn::new("Preference", 0),
];
static HOST_COLUMNS: &[ViewColumn] =
    &[ViewColumn::new("Name", 30), TYPE, TTL, SECTION, ViewColumn::new("NameHost", 0)];
static TEXT_COLUMNS: &[ViewColumn] =
    &[ViewColumn::new("Name", 40), TYPE, TTL, SECTION, ViewColumn::new("Strings", 0)];
static SOA_COLUMNS: &[ViewColumn] = &[
    ViewColumn::new("Name", 27),
    ViewColumn::new("Type", 4),
    TTL,
    SECTION,
    ViewColumn::new("PrimaryServer", 27),
    ViewColumn::new("NameAdministrator", 27),
    ViewColumn::new("SerialNumber", 0),
];

/// The part of a reply that a record stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// What was asked for.
    Answer = 1,
    /// Who is responsible.
    Authority = 2,
    /// What the server added.
    Additional = 3,
}

/// The record as an object of the shell.
pub(super) fn object(record: &Record, section: Section) -> Value {
    let record_type = record.record_type();
    let record_type = || {
        let number = u16::from(record_type).into();
        Value::enumeration(super::resolve_dns_name::TYPE_NAME, record_type.to_string(), number)
    };
    let section_number = section as i32;
    let section = Value::enumeration(
        "Microsoft.DnsClient.Commands.DnsSection",
        format!("{section:?}"),
        section_number,
    );
    let mut object = own_properties(record);
    object.properties.push(("QueryType".into(), record_type()));
    let whole = |number: u32| Value::I64(number.into());
    let object = object
        .with("Name", record.name.to_string())
        .with("Type", record_type())
        .with("CharacterSet", "Unicode")
        .with("Section", section)
        .with("TTL", whole(record.ttl));
    Value::from(object)
}

/// What only this type of record has.
fn own_properties(record: &Record) -> Object {
    let whole = |number: u32| Value::I64(number.into());
    match &record.data {
        RecordData::A(address) => Object::new(A)
            .with("Address", address.to_string())
            .with("IPAddress", address.to_string())
            .with("IP4Address", Value::opaque(IP_ADDRESS, address.to_string())),
        RecordData::Aaaa(address) => {
            let object = Object::new(AAAA)
                .with("Address", address.to_string())
                .with("IPAddress", address.to_string())
                .with("IP6Address", Value::opaque(IP_ADDRESS, address.to_string()));
            Object { type_names: vec![AAAA.into(), A.into()], ..object }
        }
        RecordData::Mx { preference, exchange } => Object::new(MX)
            .with("Exchange", exchange.to_string())
            .with("NameExchange", exchange.to_string())
            .with("Preference", i32::from(*preference)),
        RecordData::Cname(name) | RecordData::Ns(name) | RecordData::Ptr(name) => {
            Object::new(PTR).with("Server", name.to_string()).with("NameHost", name.to_string())
        }
        RecordData::Txt(texts) => Object::new(TXT)
            .with("Text", Value::from(texts.clone()))
            .with("Strings", Value::from(texts.clone())),
        RecordData::Soa(soa) => Object::new(SOA)
            .with("PrimaryServer", soa.primary_server.to_string())
            .with("NameAdministrator", soa.responsible_person.to_string())
            .with("SerialNumber", whole(soa.serial_number))
            .with("TimeToZoneRefresh", whole(soa.refresh_interval))
            .with("TimeToZoneFailureRetry", whole(soa.retry_delay))
            .with("TimeToExpiration", whole(soa.expire_limit))
            .with("DefaultTTL", whole(soa.minimum_time_to_live)),
    }
}
