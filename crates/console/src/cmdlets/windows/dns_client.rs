//! `Clear-DnsClientCache`, `Get-DnsClientServerAddress` and `Set-DnsClientServerAddress`: DNS as the
//! computer's network adapter is configured.
//!
//! Not modelled: several adapters, servers by DHCP (`-ResetServerAddresses` leaves none), IPv6 servers
//! apart from the others.
//!
//! Source: Microsoft Learn, the module `DnsClient`; real output of Windows Server 2019.

use std::net::IpAddr;

use exchange::value::{Object, Value};
use services::computer::Computer;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::language::view::{View, ViewColumn};
use crate::language::wildcard;

const ALIAS: Parameter =
    Parameter::new("InterfaceAlias", Kind::Strings, "The adapter.").at(0).by_property_name();
const INDEX: Parameter =
    Parameter::new("InterfaceIndex", Kind::Ints, "The adapter by its number.").by_property_name();

/// The cmdlet that forgets.
pub static CLEAR_DNS_CLIENT_CACHE: Cmdlet = Cmdlet {
    name: "Clear-DnsClientCache",
    synopsis: "Clears the contents of the DNS client cache.",
    class: "",
    parameters: &[],
    run: |invocation| Box::pin(clear(invocation)),
};

/// The cmdlet that tells.
pub static GET_DNS_CLIENT_SERVER_ADDRESS: Cmdlet = Cmdlet {
    name: "Get-DnsClientServerAddress",
    synopsis: "Gets DNS server IP addresses from the TCP/IP properties on an interface.",
    class: "",
    parameters: &[
        ALIAS,
        INDEX,
        Parameter::new("AddressFamily", Kind::Choice(&["IPv4", "IPv6"]), "The kind of addresses."),
    ],
    run: |invocation| Box::pin(get(invocation)),
};

/// The cmdlet that changes.
pub static SET_DNS_CLIENT_SERVER_ADDRESS: Cmdlet = Cmdlet {
    name: "Set-DnsClientServerAddress",
    synopsis: "Sets DNS server addresses associated with the TCP/IP properties on an interface.",
    class: "",
    parameters: &[
        ALIAS,
        INDEX,
        Parameter::new("ServerAddresses", Kind::Strings, "The servers, the preferred first.")
            .aliases(&["Addresses"]),
        Parameter::new("ResetServerAddresses", Kind::Switch, "Leaves no server.")
            .aliases(&["ResetAddresses"]),
        Parameter::new("PassThru", Kind::Switch, "Puts out how it is then."),
    ],
    run: |invocation| Box::pin(set(invocation)),
};

const TYPE_NAME: &str = "Microsoft.Management.Infrastructure.CimInstance#root/standardcimv2/MSFT_DNSClientServerAddress";

/// How the addresses are shown.
pub static VIEW: View = View::table(
    TYPE_NAME,
    &[
        ViewColumn::new("InterfaceAlias", 28),
        ViewColumn::new("Interface\nIndex", 9)
            .computed(|address, _| format!("{:>9}", address.text_of("InterfaceIndex"))),
        ViewColumn::new("Address\nFamily", 7).computed(|address, _| {
            if address.text_of("AddressFamily") == "2" { "IPv4" } else { "IPv6" }.to_owned()
        }),
        ViewColumn::new("ServerAddresses", 0),
    ],
);

async fn clear(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let computer = super::own_computer(&invocation)?;
    if invocation.should_process("MSFT_DNSClientCache") {
        computer.resolver.flush();
    }
    Ok(Vec::new())
}

async fn get(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let computer = super::own_computer(&invocation)?;
    check_interface(&invocation)?;
    let family = invocation.string("AddressFamily");
    let wanted = |own: &str| family.as_ref().is_none_or(|family| family.eq_ignore_ascii_case(own));
    let mut addresses = Vec::new();
    if wanted("IPv4") {
        addresses.push(object(&computer, IpAddr::is_ipv4, 2));
    }
    if wanted("IPv6") {
        addresses.push(object(&computer, IpAddr::is_ipv6, 23));
    }
    Ok(addresses)
}

fn object(computer: &Computer, is_of: fn(&IpAddr) -> bool, family: i32) -> Value {
    let servers = computer.resolver.servers().into_iter().filter(is_of);
    let servers: Vec<String> = servers.map(|server| server.to_string()).collect();
    let object = Object::new(TYPE_NAME)
        .with("AddressFamily", family)
        .with("InterfaceAlias", super::INTERFACE_ALIAS)
        .with("InterfaceIndex", super::INTERFACE_INDEX)
        .with("ServerAddresses", Value::from(servers.clone()))
        .with("Address", Value::from(servers));
    Value::from(object)
}

async fn set(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let computer = super::own_computer(&invocation)?;
    check_interface(&invocation)?;
    let mut servers = Vec::new();
    for text in invocation.strings("ServerAddresses").unwrap_or_default() {
        let Ok(server) = text.parse::<IpAddr>() else {
            let message =
                format!("Invalid argument: the DNS server address '{text}' is not valid.");
            let error =
                ErrorRecord::new(Category::InvalidArgument, "Windows System Error 87", message);
            return Err(error.exception("CimException").about(TYPE_NAME, "CimInstance"));
        };
        servers.push(server);
    }
    if !invocation.has("ServerAddresses") && !invocation.switch("ResetServerAddresses") {
        return Ok(Vec::new());
    }
    if invocation.should_process(super::INTERFACE_ALIAS) {
        computer.resolver.set_servers(servers);
    }
    let shown = invocation.switch("PassThru").then(|| object(&computer, |_| true, 2));
    Ok(shown.into_iter().collect())
}

/// Refuses another adapter than the one there is.
fn check_interface(invocation: &Invocation<'_>) -> Result<(), ErrorRecord> {
    let unknown = |property: &str, value: &str| {
        let message = format!(
            "No MSFT_DNSClientServerAddress objects found with property '{property}' equal to \
             '{value}'.  Verify the value of the property and retry."
        );
        let id = format!("CmdletizationQuery_NotFound_{property}");
        let error = ErrorRecord::new(Category::ObjectNotFound, id, message);
        error.exception("CimJobException").about(value, "String")
    };
    for alias in invocation.strings("InterfaceAlias").unwrap_or_default() {
        if !wildcard::matches(&alias, super::INTERFACE_ALIAS) {
            return Err(unknown("InterfaceAlias", &alias));
        }
    }
    for index in invocation.strings("InterfaceIndex").unwrap_or_default() {
        if index != super::INTERFACE_INDEX.to_string() {
            return Err(unknown("InterfaceIndex", &index));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing_zones::shown_with_zones;

    #[test]
    fn servers_are_shown_and_set() {
        insta::assert_snapshot!(
            shown_with_zones(
                "MBX01",
                "Get-DnsClientServerAddress
                 Set-DnsClientServerAddress -InterfaceAlias Ethernet -ServerAddresses 10.0.0.11,10.0.0.12
                 (Get-DnsClientServerAddress -AddressFamily IPv4).ServerAddresses -join ' '
                 Set-DnsClientServerAddress -InterfaceIndex 12 -ResetServerAddresses
                 Clear-DnsClientCache
                 Resolve-DnsName contoso.com",
            ),
            @"

        InterfaceAlias               Interface Address ServerAddresses
                                     Index     Family
        --------------               --------- ------- ---------------
        Ethernet                            12 IPv4    {10.0.0.11}
        Ethernet                            12 IPv6    {}


        10.0.0.11 10.0.0.12
        Resolve-DnsName : contoso.com : DNS server failure
        At line:6 char:18
        +                  Resolve-DnsName contoso.com
        +                  ~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ResourceUnavailable: (contoso.com:String) [Resolve-DnsName], Win32Exception
            + FullyQualifiedErrorId : RCODE_SERVER_FAILURE,Microsoft.DnsClient.Commands.ResolveDnsName
        "
        );
    }

    #[test]
    fn another_adapter_or_a_wrong_address_is_refused() {
        insta::assert_snapshot!(
            shown_with_zones(
                "MBX01",
                "Get-DnsClientServerAddress -InterfaceAlias Wi-Fi
                 Set-DnsClientServerAddress Ethernet -ServerAddresses dc01
                 Clear-DnsClientCache -WhatIf",
            ),
            @r#"
        Get-DnsClientServerAddress : No MSFT_DNSClientServerAddress objects found with property 'InterfaceAlias' equal to
        'Wi-Fi'.  Verify the value of the property and retry.
        At line:1 char:1
        + Get-DnsClientServerAddress -InterfaceAlias Wi-Fi
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (Wi-Fi:String) [Get-DnsClientServerAddress], CimJobException
            + FullyQualifiedErrorId : CmdletizationQuery_NotFound_InterfaceAlias,Get-DnsClientServerAddress

        Set-DnsClientServerAddress : Invalid argument: the DNS server address 'dc01' is not valid.
        At line:2 char:18
        + ...             Set-DnsClientServerAddress Ethernet -ServerAddresses dc01 ...
        +                 ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (Microsoft.Manag...ntServerAddress:CimInstance) [Set-DnsClientServerAdd
            ress], CimException
            + FullyQualifiedErrorId : Windows System Error 87,Set-DnsClientServerAddress

        What if: Performing the operation "Clear-DnsClientCache" on target "MSFT_DNSClientCache".
        "#
        );
    }
}
