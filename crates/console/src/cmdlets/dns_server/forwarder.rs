//! What the cmdlets for forwarders share: their parameters, and the object that shows them.
//!
//! Not modelled: root hints and reordering by answer time; both read as switched off.

use std::net::IpAddr;
use std::time::Duration;

use dns::Forwarders;
use exchange::value::{Object, Value};

use super::server::{Win32, refused};
use crate::language::cmdlet::{Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::view::View;

/// The class, in errors.
pub(super) const CLASS: &str = "DnsServerForwarder";

/// `-IPAddress`.
pub(super) const IP_ADDRESS: Parameter = Parameter::new(
    "IPAddress",
    Kind::Strings,
    "The servers, in the order in which they are asked.",
)
.at(0)
.by_property_name()
.of_type("System.Net.IPAddress[]");

/// How forwarders are shown.
pub(super) static VIEW: View = View::list(
    "Microsoft.Management.Infrastructure.CimInstance#root/Microsoft/Windows/DNS/DnsServerForwarder",
    &["UseRootHint", "Timeout", "EnableReordering", "IPAddress", "ReorderedIPAddress"],
);

/// The forwarders as they are shown.
pub(super) fn shown(forwarders: &Forwarders) -> Value {
    let addresses: Vec<_> = forwarders.servers.iter().map(ToString::to_string).collect();
    let addresses = match addresses.as_slice() {
        [] => Value::Null,
        [only] => Value::from(only.as_str()),
        several => Value::from(several.to_vec()),
    };
    let timeout = i32::try_from(forwarders.timeout.as_secs()).unwrap_or(i32::MAX);
    let object = Object::new(VIEW.type_name)
        .with("EnableReordering", false)
        .with("IPAddress", addresses.clone())
        .with("ReorderedIPAddress", addresses)
        .with("Timeout", timeout)
        .with("UseRootHint", false);
    Value::from(Object { text: CLASS.to_owned(), ..object })
}

/// The addresses in `-IPAddress`; none when it was not given.
///
/// # Errors
/// For the first that is no address.
pub(super) fn addresses(invocation: &Invocation<'_>) -> Result<Option<Vec<IpAddr>>, ErrorRecord> {
    let read = |text: &String| {
        text.parse().map_err(|_| {
            let message = format!("The IP address {text} is not valid.");
            refused(Win32::INVALID_PARAMETER, message, text, CLASS)
        })
    };
    let texts = invocation.strings("IPAddress");
    texts.map(|texts| texts.iter().map(read).collect()).transpose()
}

/// The seconds in `-Timeout`: 0 to 15 (Microsoft Learn, `Set-DnsServerForwarder`).
///
/// # Errors
/// When there are fewer or more.
pub(super) fn timeout(invocation: &Invocation<'_>) -> Result<Option<Duration>, ErrorRecord> {
    let Some(seconds) = invocation.int("Timeout") else { return Ok(None) };
    let fitting = u64::try_from(seconds).ok().filter(|seconds| *seconds <= 15);
    fitting.map(|seconds| Some(Duration::from_secs(seconds))).ok_or_else(|| {
        let message = format!("The forwarder timeout {seconds} is not between 0 and 15 seconds.");
        refused(Win32::INVALID_PARAMETER, message, &seconds.to_string(), CLASS)
    })
}
