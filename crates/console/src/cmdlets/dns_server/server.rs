//! Which DNS server a cmdlet of the module works on, and what it says when it refuses.
//!
//! Errors are those of a CIM session: the message tells what failed and where, the id is a number of
//! Windows (`WIN32 9711`), the target is named by its class.
//!
//! The texts are not published by Microsoft; they are worded as administrators quote them, and where
//! nobody does, in the same manner.

use std::sync::Arc;

use dns::{DnsError, DnsServer, DomainName};
use services::computer::Computer;
use services::world::Installed;

use crate::language::cmdlet::{Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::place::Place;

/// `-ComputerName`.
pub(super) const COMPUTER_NAME: Parameter =
    Parameter::new("ComputerName", Kind::String, "The DNS server; this computer by default.")
        .aliases(&["Cn", "ForwardLookupPrimaryServer"]);

/// `-PassThru`.
pub(super) const PASS_THRU: Parameter =
    Parameter::new("PassThru", Kind::Switch, "Puts out the object that was worked on.");

/// `-Force`.
pub(super) const FORCE: Parameter =
    Parameter::new("Force", Kind::Switch, "Does not ask; this shell never asks.");

/// A DNS server and the computer it runs on.
#[derive(Clone)]
pub(super) struct Server {
    /// The service.
    pub(super) dns: DnsServer,
    /// The computer.
    pub(super) computer: Arc<Computer>,
}

/// A number of Windows that stands in error ids, with its category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Win32(u32, Category);

impl Win32 {
    /// `ERROR_INVALID_PARAMETER`
    pub(super) const INVALID_PARAMETER: Self = Self(87, Category::InvalidArgument);
    /// `DNS_ERROR_INVALID_NAME_CHAR`
    pub(super) const INVALID_NAME: Self = Self(9560, Category::InvalidArgument);
    /// `DNS_ERROR_ZONE_DOES_NOT_EXIST`
    pub(super) const NO_ZONE: Self = Self(9601, Category::ObjectNotFound);
    /// `DNS_ERROR_ZONE_ALREADY_EXISTS`
    pub(super) const ZONE_EXISTS: Self = Self(9609, Category::ResourceExists);
    /// `DNS_ERROR_RECORD_DOES_NOT_EXIST`
    pub(super) const NO_RECORD: Self = Self(9701, Category::ObjectNotFound);
    /// `DNS_ERROR_NODE_IS_CNAME`
    pub(super) const NODE_IS_CNAME: Self = Self(9708, Category::NotSpecified);
    /// `DNS_ERROR_CNAME_COLLISION`
    pub(super) const CNAME_COLLISION: Self = Self(9709, Category::NotSpecified);
    /// `DNS_ERROR_RECORD_ALREADY_EXISTS`
    pub(super) const RECORD_EXISTS: Self = Self(9711, Category::ResourceExists);
    /// `DNS_ERROR_NAME_DOES_NOT_EXIST`
    pub(super) const NO_NAME: Self = Self(9714, Category::ObjectNotFound);

    /// The number for what the server says.
    pub(super) fn of(error: &DnsError) -> Self {
        match error {
            DnsError::NoSuchZone(_) => Self::NO_ZONE,
            DnsError::ZoneExists(_) => Self::ZONE_EXISTS,
            DnsError::NoSuchRecord { .. } => Self::NO_RECORD,
            DnsError::RecordExists(_) => Self::RECORD_EXISTS,
            DnsError::AliasExists { .. } => Self::NODE_IS_CNAME,
            DnsError::NameTaken { .. } => Self::CNAME_COLLISION,
            DnsError::Name { .. } | DnsError::OutsideZone { .. } => Self::INVALID_NAME,
            _ => Self::INVALID_PARAMETER,
        }
    }
}

/// The server that `-ComputerName` names, or the one under the shell.
///
/// # Errors
/// When that computer is none, or does not answer.
pub(super) fn server(invocation: &Invocation<'_>) -> Result<Server, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let name = invocation.string("ComputerName").unwrap_or_else(|| place.name());
    let machine = place.world.machine(&name);
    if let Some(machine) = machine
        && let Installed::DnsServer(dns) = &machine.installed
        && machine.computer.host.is_on()
    {
        return Ok(Server { dns: dns.clone(), computer: machine.computer.clone() });
    }
    // RPC_S_SERVER_UNAVAILABLE
    let unavailable = Win32(1722, Category::NotSpecified);
    let why = format!("Failed to get information for server {name}.");
    Err(refused(unavailable, why, &name, "DnsServer"))
}

/// A refusal about an object of a class.
pub(super) fn refused(win32: Win32, message: String, target: &str, class: &str) -> ErrorRecord {
    let Win32(number, category) = win32;
    ErrorRecord::new(category, format!("WIN32 {number}"), message)
        .about(target, format!("root/Microsoft/Windows/DNS/{class}"))
        .exception("CimException")
}

/// The name in a parameter.
///
/// # Errors
/// When it is none.
pub(super) fn domain_name(
    parameter: &str,
    text: &str,
    class: &str,
) -> Result<DomainName, ErrorRecord> {
    text.parse().map_err(|error| {
        let message = format!("The value of {parameter} is not valid: {error}.");
        refused(Win32::INVALID_NAME, message, text, class)
    })
}
