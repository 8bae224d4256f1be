//! Why a lookup gave nothing, in Exchange's words.
//!
//! The words are those of queues and NDRs: `DNS query failed with error ErrorRetry` (Exchange Server),
//! `450 4.4.312 DNS query failed [Message=ErrorRetry]` (Exchange Online). Not known for certain:
//! where Exchange draws the line between `ErrorRetry` and `ErrorTimeout`. Here it is a timeout when
//! all servers kept silent, and a retry when one answered without use or none could be asked.

use std::fmt;
use std::net::IpAddr;

use crate::name::DomainName;
use crate::record::RecordType;

/// A lookup that gave no records.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("DNS query failed with error {status}")]
pub struct DnsFailure {
    /// What became of it.
    pub status: DnsStatus,
    /// The name asked for.
    pub name: DomainName,
    /// The type asked for.
    pub record_type: RecordType,
    /// The server that said so; of several, or when all kept silent, the last asked. `None` when
    /// none could be asked.
    pub server: Option<IpAddr>,
}

/// What became of a lookup that gave no records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DnsStatus {
    /// The name does not exist (NXDOMAIN).
    InfoDomainNonexistent,
    /// The name exists, but has no records of that type.
    InfoNoRecords,
    /// A server failed, refused or talked nonsense, or none could be asked.
    ErrorRetry,
    /// No server answered in time.
    ErrorTimeout,
}

impl DnsStatus {
    /// Whether the answer is final: asking again would give the same.
    pub fn is_final(self) -> bool {
        matches!(self, Self::InfoDomainNonexistent | Self::InfoNoRecords)
    }
}

impl fmt::Display for DnsStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
