//! `Add-DnsServerForwarder`: adds servers that a server asks about names which it has no zone for.
//!
//! Source: Microsoft Learn, `Add-DnsServerForwarder`.

use exchange::value::Value;

use super::forwarder::{self, CLASS, IP_ADDRESS};
use super::server::{COMPUTER_NAME, PASS_THRU, Win32, refused, server};
use crate::language::cmdlet::Cmdlet;
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;

/// The cmdlet.
pub static ADD_DNS_SERVER_FORWARDER: Cmdlet = Cmdlet {
    name: "Add-DnsServerForwarder",
    synopsis: "Adds forwarders to a DNS server.",
    class: "",
    parameters: &[IP_ADDRESS.mandatory(), COMPUTER_NAME, PASS_THRU],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let server = server(&invocation)?;
    let mut forwarders = server.dns.forwarders();
    for address in forwarder::addresses(&invocation)?.unwrap_or_default() {
        if forwarders.servers.contains(&address)
            || server.computer.host.addresses().contains(&address)
        {
            let host = &server.computer.name;
            let message = format!("Failed to add forwarder {address} on server {host}.");
            return Err(refused(Win32::INVALID_PARAMETER, message, &address.to_string(), CLASS));
        }
        forwarders.servers.push(address);
    }
    if !invocation.should_process(&server.computer.name) {
        return Ok(Vec::new());
    }
    let shown = forwarder::shown(&forwarders);
    server.dns.set_forwarders(forwarders);
    Ok(if invocation.switch("PassThru") { vec![shown] } else { Vec::new() })
}

#[cfg(test)]
mod tests {
    use crate::testing_world::transcript;

    #[test]
    fn forwarders_are_added_set_and_removed() {
        insta::assert_snapshot!(transcript(
            "DC01> Get-DnsServerForwarder
             DC01> Add-DnsServerForwarder -IPAddress 8.8.8.8,8.8.4.4 -PassThru
             DC01> Remove-DnsServerForwarder 8.8.8.8 -Force
             DC01> (Get-DnsServerForwarder).IPAddress
             DC01> Set-DnsServerForwarder -IPAddress 203.0.113.53 -Timeout 5
             DC01> Get-DnsServerForwarder
             DC01> Set-DnsServerForwarder -IPAddress 192.0.2.1 -WhatIf
             DC01> Get-DnsServerForwarder | Remove-DnsServerForwarder -Force -PassThru",
        ), @r#"
        DC01> Get-DnsServerForwarder


        UseRootHint        : False
        Timeout            : 3
        EnableReordering   : False
        IPAddress          :
        ReorderedIPAddress :



        DC01> Add-DnsServerForwarder -IPAddress 8.8.8.8,8.8.4.4 -PassThru


        UseRootHint        : False
        Timeout            : 3
        EnableReordering   : False
        IPAddress          : {8.8.8.8, 8.8.4.4}
        ReorderedIPAddress : {8.8.8.8, 8.8.4.4}



        DC01> Remove-DnsServerForwarder 8.8.8.8 -Force
        DC01> (Get-DnsServerForwarder).IPAddress
        8.8.4.4
        DC01> Set-DnsServerForwarder -IPAddress 203.0.113.53 -Timeout 5
        DC01> Get-DnsServerForwarder


        UseRootHint        : False
        Timeout            : 5
        EnableReordering   : False
        IPAddress          : 203.0.113.53
        ReorderedIPAddress : 203.0.113.53



        DC01> Set-DnsServerForwarder -IPAddress 192.0.2.1 -WhatIf
        What if: Performing the operation "Set-DnsServerForwarder" on target "DC01".
        DC01> Get-DnsServerForwarder | Remove-DnsServerForwarder -Force -PassThru


        UseRootHint        : False
        Timeout            : 5
        EnableReordering   : False
        IPAddress          :
        ReorderedIPAddress :
        "#);
    }

    #[test]
    fn what_is_no_forwarder_is_told() {
        insta::assert_snapshot!(transcript(
            "DC01> Add-DnsServerForwarder 8.8.8.8
             DC01> Add-DnsServerForwarder 8.8.8.8
             DC01> Add-DnsServerForwarder 10.0.0.11
             DC01> Add-DnsServerForwarder 8.8.8.888
             DC01> Set-DnsServerForwarder -Timeout 16
             DC01> Remove-DnsServerForwarder 8.8.4.4 -Force",
        ), @"
        DC01> Add-DnsServerForwarder 8.8.8.8
        DC01> Add-DnsServerForwarder 8.8.8.8
        Add-DnsServerForwarder : Failed to add forwarder 8.8.8.8 on server DC01.
        At line:1 char:1
        + Add-DnsServerForwarder 8.8.8.8
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (8.8.8.8:root/Microsoft/...ServerForwarder) [Add-DnsServerForwarder], C
            imException
            + FullyQualifiedErrorId : WIN32 87,Add-DnsServerForwarder

        DC01> Add-DnsServerForwarder 10.0.0.11
        Add-DnsServerForwarder : Failed to add forwarder 10.0.0.11 on server DC01.
        At line:1 char:1
        + Add-DnsServerForwarder 10.0.0.11
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (10.0.0.11:root/Microsoft/...ServerForwarder) [Add-DnsServerForwarder],
             CimException
            + FullyQualifiedErrorId : WIN32 87,Add-DnsServerForwarder

        DC01> Add-DnsServerForwarder 8.8.8.888
        Add-DnsServerForwarder : The IP address 8.8.8.888 is not valid.
        At line:1 char:1
        + Add-DnsServerForwarder 8.8.8.888
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (8.8.8.888:root/Microsoft/...ServerForwarder) [Add-DnsServerForwarder],
             CimException
            + FullyQualifiedErrorId : WIN32 87,Add-DnsServerForwarder

        DC01> Set-DnsServerForwarder -Timeout 16
        Set-DnsServerForwarder : The forwarder timeout 16 is not between 0 and 15 seconds.
        At line:1 char:1
        + Set-DnsServerForwarder -Timeout 16
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (16:root/Microsoft/...ServerForwarder) [Set-DnsServerForwarder], CimExc
            eption
            + FullyQualifiedErrorId : WIN32 87,Set-DnsServerForwarder

        DC01> Remove-DnsServerForwarder 8.8.4.4 -Force
        Remove-DnsServerForwarder : Failed to remove forwarder 8.8.4.4 on server DC01.
        At line:1 char:1
        + Remove-DnsServerForwarder 8.8.4.4 -Force
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (8.8.4.4:root/Microsoft/...ServerForwarder) [Remove-DnsServerForwarder]
            , CimException
            + FullyQualifiedErrorId : WIN32 87,Remove-DnsServerForwarder
        ");
    }
}
