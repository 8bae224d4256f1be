//! `Get-DnsServerZone`: the zones of a DNS server.
//!
//! Source: Microsoft Learn, `Get-DnsServerZone`.

use exchange::value::Value;

use super::server::{COMPUTER_NAME, Server, Win32, refused, server};
use super::zone::{self, CLASS};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use dns::Zone;

/// The cmdlet.
pub static GET_DNS_SERVER_ZONE: Cmdlet = Cmdlet {
    name: "Get-DnsServerZone",
    synopsis: "Views the zones of a DNS server.",
    class: "",
    parameters: &[
        Parameter::new("Name", Kind::Strings, "The zones.")
            .at(0)
            .by_property_name()
            .aliases(&["ZoneName"]),
        COMPUTER_NAME,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let server = server(&invocation)?;
    let Some(names) = invocation.strings("Name") else {
        return Ok(server.dns.zones().iter().map(zone::shown).collect());
    };
    let mut found = Vec::new();
    for name in names {
        match named(&server, &name) {
            Ok(zone) => found.push(zone::shown(&zone)),
            Err(error) => invocation.error(error)?,
        }
    }
    Ok(found)
}

/// The zone of that name.
///
/// # Errors
/// When the server has none.
pub(super) fn named(server: &Server, name: &str) -> Result<Zone, ErrorRecord> {
    let zone = name.parse().ok().and_then(|name| server.dns.zone(&name));
    zone.ok_or_else(|| {
        let message = format!("The zone {name} was not found on server {}.", server.computer.name);
        refused(Win32::NO_ZONE, message, name, CLASS)
    })
}
