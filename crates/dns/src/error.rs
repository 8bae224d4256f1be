//! What is refused when names, records and zones are written. A name that does not resolve is no
//! error of this kind: see [`DnsFailure`](crate::DnsFailure).

use crate::name::DomainName;
use crate::record::{Record, RecordType};

/// A name, record or zone could not be taken as written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DnsError {
    /// An alias has no other records (RFC 1034, 3.6.2).
    #[error("{name} is an alias (CNAME) of {target}, so it cannot have a record {record}")]
    AliasExists {
        /// The name.
        name: DomainName,
        /// What it is an alias of.
        target: DomainName,
        /// The record that was to be added.
        record: Record,
    },
    /// A zone hands a part of itself to other servers; see [`Zone`](crate::Zone).
    #[error("{name} NS would delegate a part of zone {zone}, which is not modelled")]
    Delegation {
        /// The name.
        name: DomainName,
        /// The zone.
        zone: DomainName,
    },
    /// A field of a record says something else than it should.
    #[error("{text:?} is no {expected}")]
    Field {
        /// What should have been there.
        expected: &'static str,
        /// What was there.
        text: String,
    },
    /// A line of a zone could not be taken.
    #[error("line {number}: {source}")]
    Line {
        /// Counted from one.
        number: usize,
        /// What is wrong with it.
        source: Box<DnsError>,
    },
    /// A record ends too early.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A text is no domain name.
    #[error("{text:?} is no domain name: {reason}")]
    Name {
        /// The text.
        text: String,
        /// Why not.
        reason: &'static str,
    },
    /// A name that has records cannot become an alias (RFC 1034, 3.6.2).
    #[error("{name} has {record_type} records, so it cannot be an alias (CNAME) of {target}")]
    NameTaken {
        /// The name.
        name: DomainName,
        /// What it was to be an alias of.
        target: DomainName,
        /// A type of record that it has.
        record_type: RecordType,
    },
    /// There is no such record to remove.
    #[error("zone {zone} has no record {record}")]
    NoSuchRecord {
        /// The zone.
        zone: DomainName,
        /// Name, type and, if given, data of the record asked for.
        record: String,
    },
    /// The server has no such zone.
    #[error("the server has no zone {0}")]
    NoSuchZone(DomainName),
    /// A record lies outside of the zone.
    #[error("{name} is outside of zone {zone}")]
    OutsideZone {
        /// The name of the record.
        name: DomainName,
        /// The zone.
        zone: DomainName,
    },
    /// The very same record is there already.
    #[error("the record {0} already exists")]
    RecordExists(Record),
    /// A zone has exactly one SOA record, which can only be changed.
    #[error("zone {0} has exactly one SOA record")]
    Soa(DomainName),
    /// A record goes on after its end.
    #[error("{0:?} is one field too many")]
    Surplus(String),
    /// A character string of a TXT record has 255 bytes at most (RFC 1035, 3.3).
    #[error("a TXT record's string has 255 bytes at most, not {0}")]
    TextTooLong(usize),
    /// A time to live has 31 bits (RFC 2181, 8).
    #[error("a time to live is {max} seconds at most, not {0}", max = crate::record::TTL_MAX)]
    TtlTooLong(u32),
    /// The server has that zone already.
    #[error("the server already has a zone {0}")]
    ZoneExists(DomainName),
}
