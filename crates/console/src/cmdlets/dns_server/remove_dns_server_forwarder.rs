//! `Remove-DnsServerForwarder`: takes forwarders from a server.
//!
//! Source: Microsoft Learn, `Remove-DnsServerForwarder`.

use exchange::value::Value;

use super::forwarder::{self, CLASS, IP_ADDRESS};
use super::server::{COMPUTER_NAME, FORCE, PASS_THRU, Win32, refused, server};
use crate::language::cmdlet::Cmdlet;
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;

/// The cmdlet.
pub static REMOVE_DNS_SERVER_FORWARDER: Cmdlet = Cmdlet {
    name: "Remove-DnsServerForwarder",
    synopsis: "Removes forwarders from a DNS server.",
    class: "",
    parameters: &[IP_ADDRESS.mandatory(), COMPUTER_NAME, FORCE, PASS_THRU],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let server = server(&invocation)?;
    let mut forwarders = server.dns.forwarders();
    for address in forwarder::addresses(&invocation)?.unwrap_or_default() {
        let Some(index) = forwarders.servers.iter().position(|own| *own == address) else {
            let host = &server.computer.name;
            let message = format!("Failed to remove forwarder {address} on server {host}.");
            return Err(refused(Win32::INVALID_PARAMETER, message, &address.to_string(), CLASS));
        };
        forwarders.servers.remove(index);
    }
    if !invocation.should_process(&server.computer.name) {
        return Ok(Vec::new());
    }
    let shown = forwarder::shown(&forwarders);
    server.dns.set_forwarders(forwarders);
    Ok(if invocation.switch("PassThru") { vec![shown] } else { Vec::new() })
}
