//! `Get-DnsServerForwarder`: whom a server asks about names which it has no zone for.
//!
//! The view is that of Microsoft Learn, where the time is headed `Timeout(s)`.

use exchange::value::Value;

use super::forwarder;
use super::server::{COMPUTER_NAME, server};
use crate::language::cmdlet::Cmdlet;
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;

/// The cmdlet.
pub static GET_DNS_SERVER_FORWARDER: Cmdlet = Cmdlet {
    name: "Get-DnsServerForwarder",
    synopsis: "Views the forwarders of a DNS server.",
    class: "",
    parameters: &[COMPUTER_NAME],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let server = server(&invocation)?;
    Ok(vec![forwarder::shown(&server.dns.forwarders())])
}
