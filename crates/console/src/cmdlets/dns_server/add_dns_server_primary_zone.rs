//! `Add-DnsServerPrimaryZone`: adds a zone, with an SOA and an NS record that name the server.
//!
//! `-NetworkId 192.168.1.0/24` makes the reverse zone of that network.
//!
//! Accepted without effect: where the zone is kept (`-ZoneFile`, `-ReplicationScope`), of which the
//! product wants one, and `-DynamicUpdate`.
//!
//! Source: Microsoft Learn, `Add-DnsServerPrimaryZone`.

use dns::{DomainName, Zone};
use exchange::value::Value;
use ipnet::IpNet;

use super::server::{COMPUTER_NAME, PASS_THRU, Win32, domain_name, refused, server};
use super::zone;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;

const CLASS: &str = "DnsServerPrimaryZone";

/// The cmdlet.
pub static ADD_DNS_SERVER_PRIMARY_ZONE: Cmdlet = Cmdlet {
    name: "Add-DnsServerPrimaryZone",
    synopsis: "Adds a primary zone to a DNS server.",
    class: "",
    parameters: &[
        Parameter::new("Name", Kind::String, "The name of the zone.")
            .at(0)
            .by_property_name()
            .aliases(&["ZoneName"]),
        Parameter::new("NetworkId", Kind::String, "A network, for its reverse zone."),
        Parameter::new("ZoneFile", Kind::String, "Accepted, without effect."),
        Parameter::new(
            "ReplicationScope",
            Kind::Choice(&["Custom", "Domain", "Forest", "Legacy"]),
            "Accepted, without effect.",
        ),
        Parameter::new(
            "DynamicUpdate",
            Kind::Choice(&["None", "Secure", "NonsecureAndSecure"]),
            "Accepted, without effect.",
        ),
        COMPUTER_NAME,
        PASS_THRU,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let server = server(&invocation)?;
    let name = name(&invocation)?;
    if !invocation.should_process(&name.to_string()) {
        return Ok(Vec::new());
    }
    // Windows writes its own name in small letters.
    let fqdn = server.computer.fqdn.to_ascii_lowercase();
    let primary_server = domain_name("ComputerName", &fqdn, CLASS)?;
    let zone = Zone::new(name.clone(), primary_server);
    let shown = zone::shown(&zone);
    server.dns.add_zone(zone).map_err(|error| {
        let host = &server.computer.name;
        let message = format!("Failed to create zone {name} on server {host}.");
        refused(Win32::of(&error), message, &name.to_string(), CLASS)
    })?;
    Ok(if invocation.switch("PassThru") { vec![shown] } else { Vec::new() })
}

fn name(invocation: &Invocation<'_>) -> Result<DomainName, ErrorRecord> {
    match (invocation.string("Name"), invocation.string("NetworkId")) {
        (Some(name), None) => domain_name("Name", &name, CLASS),
        (None, Some(network)) => reverse_zone(&network).ok_or_else(|| {
            let message = format!("The network ID {network} is not valid: expected a prefix of whole labels, such as 192.168.1.0/24.");
            refused(Win32::INVALID_PARAMETER, message, &network, CLASS)
        }),
        _ => {
            let message = "Specify either Name or NetworkId.".to_owned();
            Err(refused(Win32::INVALID_PARAMETER, message, "", CLASS))
        }
    }
}

/// The zone of a network's addresses, when its prefix ends between two labels.
fn reverse_zone(network: &str) -> Option<DomainName> {
    let network: IpNet = network.parse().ok()?;
    let bits_of_a_label = if network.addr().is_ipv4() { 8 } else { 4 };
    let free = network.max_prefix_len() - network.prefix_len();
    if !free.is_multiple_of(bits_of_a_label) {
        return None;
    }
    let address = DomainName::reverse(network.network());
    std::iter::successors(Some(address), DomainName::parent).nth((free / bits_of_a_label).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing_world::transcript;

    #[test]
    fn zones_are_added_shown_and_removed() {
        insta::assert_snapshot!(transcript(
            "DC01> Add-DnsServerPrimaryZone -Name contoso.com
             DC01> Add-DnsServerPrimaryZone -NetworkId 10.0.0.0/24 -ReplicationScope Forest -PassThru
             DC01> Get-DnsServerZone
             DC01> Get-DnsServerZone contoso.com | Format-List
             DC01> Get-DnsServerResourceRecord contoso.com
             DC01> Remove-DnsServerZone contoso.com -WhatIf
             DC01> Get-DnsServerZone contoso.com | Remove-DnsServerZone -Force
             DC01> (Get-DnsServerZone).ZoneName",
        ), @r#"
        DC01> Add-DnsServerPrimaryZone -Name contoso.com
        DC01> Add-DnsServerPrimaryZone -NetworkId 10.0.0.0/24 -ReplicationScope Forest -PassThru

        ZoneName                            ZoneType        IsAutoCreated   IsDsIntegrated  IsReverseLookupZone  IsSigned
        --------                            --------        -------------   --------------  -------------------  --------
        0.0.10.in-addr.arpa                 Primary         False           False           True                 False


        DC01> Get-DnsServerZone

        ZoneName                            ZoneType        IsAutoCreated   IsDsIntegrated  IsReverseLookupZone  IsSigned
        --------                            --------        -------------   --------------  -------------------  --------
        0.0.10.in-addr.arpa                 Primary         False           False           True                 False
        contoso.com                         Primary         False           False           False                False


        DC01> Get-DnsServerZone contoso.com | Format-List


        DynamicUpdate       : None
        IsAutoCreated       : False
        IsDsIntegrated      : False
        IsPaused            : False
        IsReverseLookupZone : False
        IsShutdown          : False
        IsSigned            : False
        ZoneFile            : contoso.com.dns
        ZoneName            : contoso.com
        ZoneType            : Primary



        DC01> Get-DnsServerResourceRecord contoso.com

        HostName                  RecordType Type       Timestamp            TimeToLive      RecordData
        --------                  ---------- ----       ---------            ----------      ----------
        @                         SOA        6          0                    01:00:00        [1][dc01.contoso.com.][hostmaste...
        @                         NS         2          0                    01:00:00        dc01.contoso.com.


        DC01> Remove-DnsServerZone contoso.com -WhatIf
        What if: Performing the operation "Remove-DnsServerZone" on target "contoso.com".
        DC01> Get-DnsServerZone contoso.com | Remove-DnsServerZone -Force
        DC01> (Get-DnsServerZone).ZoneName
        0.0.10.in-addr.arpa
        "#);
    }

    #[test]
    fn a_zone_that_is_there_or_is_not_is_told() {
        insta::assert_snapshot!(transcript(
            "DC01> Add-DnsServerPrimaryZone contoso.com
             DC01> Add-DnsServerPrimaryZone Contoso.com
             DC01> Add-DnsServerPrimaryZone contoso..com
             DC01> Add-DnsServerPrimaryZone -NetworkId 10.0.0.0/25
             DC01> Get-DnsServerZone fabrikam.com
             DC01> Remove-DnsServerZone fabrikam.com -Force
             DC01> Get-DnsServerZone -ComputerName MBX01
             MBX01> Get-DnsServerZone",
        ), @r#"
        DC01> Add-DnsServerPrimaryZone contoso.com
        DC01> Add-DnsServerPrimaryZone Contoso.com
        Add-DnsServerPrimaryZone : Failed to create zone Contoso.com on server DC01.
        At line:1 char:1
        + Add-DnsServerPrimaryZone Contoso.com
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ResourceExists: (Contoso.com:root/Microsoft/...rverPrimaryZone) [Add-DnsServerPrimaryZon
            e], CimException
            + FullyQualifiedErrorId : WIN32 9609,Add-DnsServerPrimaryZone

        DC01> Add-DnsServerPrimaryZone contoso..com
        Add-DnsServerPrimaryZone : The value of Name is not valid: "contoso..com" is no domain name: a label is empty.
        At line:1 char:1
        + Add-DnsServerPrimaryZone contoso..com
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (contoso..com:root/Microsoft/...rverPrimaryZone) [Add-DnsServerPrimaryZ
            one], CimException
            + FullyQualifiedErrorId : WIN32 9560,Add-DnsServerPrimaryZone

        DC01> Add-DnsServerPrimaryZone -NetworkId 10.0.0.0/25
        Add-DnsServerPrimaryZone : The network ID 10.0.0.0/25 is not valid: expected a prefix of whole labels, such as
        192.168.1.0/24.
        At line:1 char:1
        + Add-DnsServerPrimaryZone -NetworkId 10.0.0.0/25
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (10.0.0.0/25:root/Microsoft/...rverPrimaryZone) [Add-DnsServerPrimaryZo
            ne], CimException
            + FullyQualifiedErrorId : WIN32 87,Add-DnsServerPrimaryZone

        DC01> Get-DnsServerZone fabrikam.com
        Get-DnsServerZone : The zone fabrikam.com was not found on server DC01.
        At line:1 char:1
        + Get-DnsServerZone fabrikam.com
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (fabrikam.com:root/Microsoft/Windows/DNS/DnsServerZone) [Get-DnsServerZo
            ne], CimException
            + FullyQualifiedErrorId : WIN32 9601,Get-DnsServerZone

        DC01> Remove-DnsServerZone fabrikam.com -Force
        Remove-DnsServerZone : The zone fabrikam.com was not found on server DC01.
        At line:1 char:1
        + Remove-DnsServerZone fabrikam.com -Force
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (fabrikam.com:root/Microsoft/Windows/DNS/DnsServerZone) [Remove-DnsServe
            rZone], CimException
            + FullyQualifiedErrorId : WIN32 9601,Remove-DnsServerZone

        DC01> Get-DnsServerZone -ComputerName MBX01
        Get-DnsServerZone : Failed to get information for server MBX01.
        At line:1 char:1
        + Get-DnsServerZone -ComputerName MBX01
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : NotSpecified: (MBX01:root/Microsoft/Windows/DNS/DnsServer) [Get-DnsServerZone], CimExcep
            tion
            + FullyQualifiedErrorId : WIN32 1722,Get-DnsServerZone

        MBX01> Get-DnsServerZone
        Get-DnsServerZone : The term 'Get-DnsServerZone' is not recognized as the name of a cmdlet, function, script file, or
        operable program. Check the spelling of the name, or if a path was included, verify that the path is correct and try
        again.
        At line:1 char:1
        + Get-DnsServerZone
        + ~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (Get-DnsServerZone:String) [], CommandNotFoundException
            + FullyQualifiedErrorId : CommandNotFoundException
        "#);
    }

    #[test]
    fn a_reverse_zone_ends_between_labels() {
        let name = |network: &str| reverse_zone(network).map(|name| name.to_string());
        assert_eq!(name("192.168.1.0/24").as_deref(), Some("1.168.192.in-addr.arpa"));
        assert_eq!(name("10.0.0.0/8").as_deref(), Some("10.in-addr.arpa"));
        assert_eq!(name("2001:db8::/32").as_deref(), Some("8.b.d.0.1.0.0.2.ip6.arpa"));
        assert_eq!(name("192.168.1.0/25"), None);
        assert_eq!(name("192.168.1.0"), None);
    }
}
