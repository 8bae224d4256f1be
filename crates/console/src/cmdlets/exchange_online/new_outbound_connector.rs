//! `New-OutboundConnector`: creates a connector by which mail leaves the tenant.
//!
//! Not modelled: test mode, transport rule scoping, MTA-STS and DANE modes.

use exchange::nouns::inbound_connector::TenantConnectorType;
use exchange::nouns::outbound_connector::OutboundConnector;
use exchange::value::Value;

use super::outbound_connector::SETTINGS;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun;
use crate::place::Place;

const OWN: [Parameter; 1] =
    [Parameter::new("Name", Kind::String, "A name for the connector.").at(0).mandatory()];

static PARAMETERS: [Parameter; 13] = noun::joined(OWN, SETTINGS);

/// The cmdlet.
pub static NEW_OUTBOUND_CONNECTOR: Cmdlet = Cmdlet {
    name: "New-OutboundConnector",
    synopsis: "Creates a connector by which mail leaves the tenant.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let name = invocation.string("Name").unwrap_or_default();
    let mut connector = OutboundConnector::new(&name, TenantConnectorType::Partner);
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
            "New-OutboundConnector -Name 'Outbound to x' -ConnectorType OnPremises -RecipientDomains contoso.com -UseMXRecord $false -SmartHosts mail.contoso.com -TlsSettings DomainValidation -TlsDomain mail.contoso.com -CloudServicesMailEnabled $true
             Set-OutboundConnector 'Outbound to x' -TlsSettings $null -TlsDomain $null -RouteAllMessagesViaOnPremises $true
             Get-OutboundConnector -ResultSize Unlimited | Format-List
             Remove-OutboundConnector 'Outbound to x'
             Get-OutboundConnector",
        ), @"

        Name          RecipientDomains SmartHosts         Enabled
        ----          ---------------- ----------         -------
        Outbound to x {contoso.com}    {mail.contoso.com} True




        Enabled                       : True
        UseMXRecord                   : False
        Comment                       :
        ConnectorType                 : OnPremises
        ConnectorSource               : Default
        RecipientDomains              : {contoso.com}
        SmartHosts                    : {mail.contoso.com}
        TlsDomain                     :
        TlsSettings                   :
        IsTransportRuleScoped         : False
        RouteAllMessagesViaOnPremises : True
        CloudServicesMailEnabled      : True
        AllAcceptedDomains            : False
        SenderRewritingEnabled        : False
        TestMode                      : False
        IsValidated                   : False
        LastValidationTimestamp       :
        Name                          : Outbound to x
        DistinguishedName             : CN=Outbound to x,CN=Transport Settings,CN=Configuration,CN=contoso.onmicrosoft.com,CN=Co
                                        nfigurationUnits,DC=EURPRD01A001,DC=PROD,DC=OUTLOOK,DC=COM
        Identity                      : Outbound to x
        ObjectCategory                : EURPRD01A001.PROD.OUTLOOK.COM/Configuration/Schema/ms-Exch-SMTP-Outbound-Connector
        ObjectClass                   : {top, msExchSMTPOutboundConnector}
        WhenChanged                   : 5/1/2026 6:00:00 AM
        WhenCreated                   : 5/1/2026 6:00:00 AM
        WhenChangedUTC                : 5/1/2026 6:00:00 AM
        WhenCreatedUTC                : 5/1/2026 6:00:00 AM
        ExchangeObjectId              : 25fa1061-aa8e-4f2c-bd3a-48801ba44aff
        OrganizationId                : EURPRD01A001.PROD.OUTLOOK.COM/Microsoft Exchange Hosted
                                        Organizations/contoso.onmicrosoft.com -
                                        EURPRD01A001.PROD.OUTLOOK.COM/ConfigurationUnits/contoso.onmicrosoft.com/Configuration
        Id                            : Outbound to x
        Guid                          : 25fa1061-aa8e-4f2c-bd3a-48801ba44aff
        OriginatingServer             : AM3PR01A01DC003.EURPRD01A001.PROD.OUTLOOK.COM
        IsValid                       : True
        ObjectState                   : Unchanged
        ");
    }

    #[test]
    fn what_makes_no_connector_is_told() {
        insta::assert_snapshot!(shown_on(
            "ExchangeOnline",
            "New-OutboundConnector x -RecipientDomains contoso.com -SmartHosts mail.contoso.com
             New-OutboundConnector x -RecipientDomains contoso.com -TlsDomain contoso.com
             New-OutboundConnector x -RecipientDomains contoso.com -RouteAllMessagesViaOnPremises $true
             New-OutboundConnector x -RecipientDomains contoso.com | Out-Null
             New-OutboundConnector x -RecipientDomains fabrikam.com",
        ), @"
        Write-ErrorMessage : ExE14078|Microsoft.Exchange.Configuration.Tasks.LocalizedException|SmartHosts can't be specified
        when UseMXRecord is $true.
            + CategoryInfo          : NotSpecified: (:) [New-OutboundConnector], LocalizedException
            + FullyQualifiedErrorId : [Server=AM3PR01MB5432,RequestId=016c4f3c-2050-4ee1-ac3c-fe6237a5e986,TimeStamp=Fri, 01 M
            ay 2026 06:00:00 GMT],Write-ErrorMessage

        Write-ErrorMessage : Ex5ECF14|Microsoft.Exchange.Configuration.Tasks.LocalizedException|TlsDomain can be specified only
        when TlsSettings is DomainValidation.
            + CategoryInfo          : NotSpecified: (:) [New-OutboundConnector], LocalizedException
            + FullyQualifiedErrorId : [Server=AM3PR01MB5432,RequestId=8999f205-510a-4585-9a19-5d96ae822ea6,TimeStamp=Fri, 01 M
            ay 2026 06:00:00 GMT],Write-ErrorMessage

        Write-ErrorMessage : Ex0D60D5|Microsoft.Exchange.Configuration.Tasks.LocalizedException|AllAcceptedDomains and
        RouteAllMessagesViaOnPremises can be $true only when ConnectorType is OnPremises.
            + CategoryInfo          : NotSpecified: (:) [New-OutboundConnector], LocalizedException
            + FullyQualifiedErrorId : [Server=AM3PR01MB5432,RequestId=2fda58d8-2474-4eef-8552-1f3518f44779,TimeStamp=Fri, 01 M
            ay 2026 06:00:00 GMT],Write-ErrorMessage

        Write-ErrorMessage : ExEE0ED8|Microsoft.Exchange.Configuration.Tasks.ADObjectAlreadyExistsException|The operation
        couldn't be performed because 'x' matches multiple entries or already exists.
            + CategoryInfo          : NotSpecified: (:) [New-OutboundConnector], ADObjectAlreadyExistsException
            + FullyQualifiedErrorId : [Server=AM3PR01MB5432,RequestId=2a91dae8-3453-4eee-b3c8-5a18f4818f72,TimeStamp=Fri, 01 M
            ay 2026 06:00:00 GMT],Write-ErrorMessage
        ");
    }
}
