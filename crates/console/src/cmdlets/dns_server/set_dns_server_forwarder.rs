//! `Set-DnsServerForwarder`: replaces the forwarders of a server, or changes how long it waits.
//!
//! Accepted without effect: `-UseRootHint` and `-EnableReordering`.
//!
//! Source: Microsoft Learn, `Set-DnsServerForwarder`.

use exchange::value::Value;

use super::forwarder::{self, IP_ADDRESS};
use super::server::{COMPUTER_NAME, PASS_THRU, server};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;

/// The cmdlet.
pub static SET_DNS_SERVER_FORWARDER: Cmdlet = Cmdlet {
    name: "Set-DnsServerForwarder",
    synopsis: "Changes the forwarders of a DNS server.",
    class: "",
    parameters: &[
        IP_ADDRESS,
        Parameter::new("Timeout", Kind::Int, "Seconds to wait for each, 0 to 15.")
            .by_property_name(),
        Parameter::new("UseRootHint", Kind::Bool, "Accepted, without effect."),
        Parameter::new("EnableReordering", Kind::Bool, "Accepted, without effect."),
        COMPUTER_NAME,
        PASS_THRU,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let server = server(&invocation)?;
    let mut forwarders = server.dns.forwarders();
    if let Some(servers) = forwarder::addresses(&invocation)? {
        forwarders.servers = servers;
    }
    if let Some(timeout) = forwarder::timeout(&invocation)? {
        forwarders.timeout = timeout;
    }
    if !invocation.should_process(&server.computer.name) {
        return Ok(Vec::new());
    }
    let shown = forwarder::shown(&forwarders);
    server.dns.set_forwarders(forwarders);
    Ok(if invocation.switch("PassThru") { vec![shown] } else { Vec::new() })
}
