//! `New-InboundConnector`: creates a connector by which mail comes in to the tenant.
//!
//! Not modelled: Enhanced Filtering, trusted organizations.

use exchange::nouns::inbound_connector::{InboundConnector, TenantConnectorType};
use exchange::value::Value;

use super::inbound_connector::{SENDER_DOMAINS, SETTINGS};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun;
use crate::place::Place;

const OWN: [Parameter; 2] = [
    Parameter::new("Name", Kind::String, "A name for the connector.").at(0).mandatory(),
    SENDER_DOMAINS.mandatory(),
];

static PARAMETERS: [Parameter; 13] = noun::joined(OWN, SETTINGS);

/// The cmdlet.
pub static NEW_INBOUND_CONNECTOR: Cmdlet = Cmdlet {
    name: "New-InboundConnector",
    synopsis: "Creates a connector by which mail comes in to the tenant.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let name = invocation.string("Name").unwrap_or_default();
    let mut connector = InboundConnector::new(&name, TenantConnectorType::Partner);
    connector.guid = place.new_guid();
    noun::create(invocation, connector, |_, _| Ok(()))
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn a_connector_of_the_hybrid_wizard_is_shown() {
        insta::assert_snapshot!(shown_on(
            "ExchangeOnline",
            "New-InboundConnector -Name 'Inbound from x' -ConnectorType OnPremises -ConnectorSource HybridWizard -SenderDomains 'smtp:*;1' -RequireTls $true -TlsSenderCertificateName mail.contoso.com -CloudServicesMailEnabled $true
             New-InboundConnector Printer -SenderDomains contoso.com -ConnectorType OnPremises -SenderIPAddresses 198.51.100.10, 198.51.100.11
             Set-InboundConnector Printer -SenderIPAddresses @{Remove='198.51.100.11'} -Enabled $false
             Get-InboundConnector
             Get-InboundConnector 'Inbound*' | Format-List
             Get-InboundConnector | Remove-InboundConnector
             Get-InboundConnector",
        ), @"

        Name           SenderDomains        SenderIPAddresses              Enabled
        ----           -------------        -----------------              -------
        Inbound from x {smtp:*;1}           {}                             True
        Printer        {smtp:contoso.com;1} {198.51.100.10, 198.51.100.11} True
        Inbound from x {smtp:*;1}           {}                             True
        Printer        {smtp:contoso.com;1} {198.51.100.10}                False




        Enabled                      : True
        ConnectorType                : OnPremises
        ConnectorSource              : HybridWizard
        Comment                      :
        SenderIPAddresses            : {}
        SenderDomains                : {smtp:*;1}
        AssociatedAcceptedDomains    : {}
        RequireTls                   : True
        RestrictDomainsToIPAddresses : False
        RestrictDomainsToCertificate : False
        CloudServicesMailEnabled     : True
        TreatMessagesAsInternal      : False
        TlsSenderCertificateName     : mail.contoso.com
        Name                         : Inbound from x
        DistinguishedName            : CN=Inbound from x,CN=Transport Settings,CN=Configuration,CN=contoso.onmicrosoft.com,CN=Co
                                       nfigurationUnits,DC=EURPRD01A001,DC=PROD,DC=OUTLOOK,DC=COM
        Identity                     : Inbound from x
        ObjectCategory               : EURPRD01A001.PROD.OUTLOOK.COM/Configuration/Schema/ms-Exch-SMTP-Inbound-Connector
        ObjectClass                  : {top, msExchSMTPInboundConnector}
        WhenChanged                  : 5/1/2026 6:00:00 AM
        WhenCreated                  : 5/1/2026 6:00:00 AM
        WhenChangedUTC               : 5/1/2026 6:00:00 AM
        WhenCreatedUTC               : 5/1/2026 6:00:00 AM
        ExchangeObjectId             : 25fa1061-aa8e-4f2c-bd3a-48801ba44aff
        OrganizationId               : EURPRD01A001.PROD.OUTLOOK.COM/Microsoft Exchange Hosted
                                       Organizations/contoso.onmicrosoft.com -
                                       EURPRD01A001.PROD.OUTLOOK.COM/ConfigurationUnits/contoso.onmicrosoft.com/Configuration
        Id                           : Inbound from x
        Guid                         : 25fa1061-aa8e-4f2c-bd3a-48801ba44aff
        OriginatingServer            : AM3PR01A01DC003.EURPRD01A001.PROD.OUTLOOK.COM
        IsValid                      : True
        ObjectState                  : Unchanged
        ");
    }

    #[test]
    fn what_makes_no_connector_is_told() {
        insta::assert_snapshot!(shown_on(
            "ExchangeOnline",
            "New-InboundConnector Printer
             New-InboundConnector Printer -SenderDomains '*' -TreatMessagesAsInternal $true
             New-InboundConnector Printer -SenderDomains '*' -SenderIPAddresses somewhere
             Set-InboundConnector Printer -Enabled $false",
        ), @r#"
        New-InboundConnector : Cannot process command because of one or more missing mandatory parameters: SenderDomains.
        At line:1 char:1
        + New-InboundConnector Printer
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [New-InboundConnector], ParentContainsErrorRecordException
            + FullyQualifiedErrorId : MissingMandatoryParameter,New-InboundConnector

        Write-ErrorMessage : ExBEB59D|Microsoft.Exchange.Configuration.Tasks.LocalizedException|TreatMessagesAsInternal can be
        used only with connectors of type OnPremises, and not together with CloudServicesMailEnabled.
            + CategoryInfo          : NotSpecified: (:) [New-InboundConnector], LocalizedException
            + FullyQualifiedErrorId : [Server=AM3PR01MB5432,RequestId=016c4f3c-2050-4ee1-ac3c-fe6237a5e986,TimeStamp=Fri, 01 M
            ay 2026 06:00:00 GMT],Write-ErrorMessage

        Write-ErrorMessage : ||Cannot process argument transformation on parameter 'SenderIPAddresses'. Cannot convert value
        "somewhere" to type "Microsoft.Exchange.Data.IPRange". Error: ""somewhere" is not a valid IP address or range of
        addresses"
            + CategoryInfo          : InvalidData: (:) [New-InboundConnector], ParameterBindin...mationException
            + FullyQualifiedErrorId : [Server=AM3PR01MB5432,RequestId=8999f205-510a-4585-9a19-5d96ae822ea6,TimeStamp=Fri, 01 M
            ay 2026 06:00:00 GMT],Write-ErrorMessage

        Write-ErrorMessage : ExA8BA11|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|The operation
        couldn't be performed because object 'Printer' couldn't be found on 'AM3PR01A01DC003.EURPRD01A001.PROD.OUTLOOK.COM'.
            + CategoryInfo          : NotSpecified: (:) [Set-InboundConnector], ManagementObjectNotFoundException
            + FullyQualifiedErrorId : [Server=AM3PR01MB5432,RequestId=b63f62d0-920f-4325-a960-4bbd0e3973c8,TimeStamp=Fri, 01 M
            ay 2026 06:00:00 GMT],Write-ErrorMessage
        "#);
    }
}
