//! `New-SendConnector`: creates a connector that sends mail out of the organization.
//!
//! Without `-SourceTransportServers` it sends from the server on which the shell is open.
//!
//! Not modelled: what the usages preset (name it instead), credentials for smart hosts.

use exchange::nouns::send_connector::SendConnector;
use exchange::value::Value;

use super::send_connector::SETTINGS;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun::{self, DOMAIN_CONTROLLER};
use crate::place::Place;

const OWN: [Parameter; 6] = [
    Parameter::new("Name", Kind::String, "A name for the connector.").at(0).mandatory(),
    Parameter::new("Custom", Kind::Switch, "For whatever the other usages do not fit."),
    Parameter::new("Internal", Kind::Switch, "For other servers of the organization."),
    Parameter::new("Internet", Kind::Switch, "For the Internet."),
    Parameter::new("Partner", Kind::Switch, "For a partner, with TLS on both sides."),
    DOMAIN_CONTROLLER,
];

static PARAMETERS: [Parameter; 27] = noun::joined(OWN, SETTINGS);

/// The cmdlet.
pub static NEW_SEND_CONNECTOR: Cmdlet = Cmdlet {
    name: "New-SendConnector",
    synopsis: "Creates a Send connector.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let mut connector = SendConnector::new(&invocation.string("Name").unwrap_or_default());
    connector.guid = place.new_guid();
    noun::create(invocation, connector, |invocation, connector| {
        // Smart hosts alone say that DNS is not asked.
        if !connector.smart_hosts.is_empty() && !invocation.has("DNSRoutingEnabled") {
            connector.dns_routing_enabled = false;
        }
        if connector.source_transport_servers.is_empty() {
            connector.source_transport_servers = vec![place.name()];
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn a_new_connector_is_shown() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "New-SendConnector -Name 'To the Internet' -AddressSpaces '*' -Internet",
        ), @"

        Identity        AddressSpaces Enabled
        --------        ------------- -------
        To the Internet {SMTP:*;1}    True
        ");
    }

    #[test]
    fn smart_hosts_switch_dns_off_and_a_rule_that_is_broken_is_told() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "New-SendConnector Relay -AddressSpaces 'SMTP:fabrikam.com;5' -SmartHosts mx1.fabrikam.com
             Get-SendConnector Relay | Format-List DNSRoutingEnabled, SmartHosts, SourceTransportServers
             New-SendConnector Relay -AddressSpaces '*'
             New-SendConnector Other -AddressSpaces '*contoso.com'
             Set-SendConnector Relay -TlsAuthLevel DomainValidation
             Set-SendConnector Nowhere -Enabled $false",
        ), @r#"

        Identity AddressSpaces         Enabled
        -------- -------------         -------
        Relay    {SMTP:fabrikam.com;5} True




        DNSRoutingEnabled      : False
        SmartHosts             : {mx1.fabrikam.com}
        SourceTransportServers : {MBX01}



        The operation couldn't be performed because 'Relay' matches multiple entries or already exists.
            + CategoryInfo          : NotSpecified: (:) [New-SendConnector], ADObjectAlreadyExistsException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=9852bd5e-3c07-4a3f-88c0-7a4e1f0b9f0f,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ADObjectAlreadyExistsException] A19EA15F,Microsoft.Exchange.Management.SystemConfigura
            tionTasks.NewSendConnector
            + PSComputerName        : mbx01.contoso.com

        Cannot process argument transformation on parameter 'AddressSpaces'. Cannot convert value "*contoso.com" to type
        "Microsoft.Exchange.Data.AddressSpace". Error: ""*contoso.com" is not a valid domain. Valid values are a domain
        (contoso.com), a domain with subdomains (*.contoso.com) or all domains (*)"
            + CategoryInfo          : InvalidData: (:) [New-SendConnector], ParameterBindin...mationException
            + FullyQualifiedErrorId : ParameterArgumentTransformationError,New-SendConnector
            + PSComputerName        : mbx01.contoso.com

        The TlsAuthLevel parameter can be set only when the RequireTLS parameter is $true.
            + CategoryInfo          : NotSpecified: (:) [Set-SendConnector], LocalizedException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=65883ef7-5771-4c49-bc81-895377890c35,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-LocalizedException] D85C57C3,Microsoft.Exchange.Management.SystemConfigurationTasks.Se
            tSendConnector
            + PSComputerName        : mbx01.contoso.com

        The operation couldn't be performed because object 'Nowhere' couldn't be found on 'mbx01.contoso.com'.
            + CategoryInfo          : NotSpecified: (:) [Set-SendConnector], ManagementObjectNotFoundException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=41f911db-b443-4505-92c2-c9a9e09afcb5,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ManagementObjectNotFoundException] A6888505,Microsoft.Exchange.Management.SystemConfig
            urationTasks.SetSendConnector
            + PSComputerName        : mbx01.contoso.com
        "#);
    }

    #[test]
    fn address_spaces_are_edited_and_set() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "New-SendConnector A -AddressSpaces a.example, b.example | Out-Null
             Set-SendConnector A -AddressSpaces @{Add='c.example'; Remove='SMTP:a.example;1'}
             (Get-SendConnector A).AddressSpaces -join ' '
             Set-SendConnector A -AddressSpaces '*'
             (Get-SendConnector A).AddressSpaces -join ' '
             Remove-SendConnector A -WhatIf
             Get-SendConnector | Remove-SendConnector
             Get-SendConnector",
        ), @r#"
        SMTP:b.example;1 SMTP:c.example;1
        SMTP:*;1
        What if: Performing the operation "Remove-SendConnector" on target "A".
        "#);
    }
}
