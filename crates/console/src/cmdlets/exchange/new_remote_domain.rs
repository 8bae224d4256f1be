//! `New-RemoteDomain`: begins to treat mail to a domain in its own way; also in Exchange Online.

use exchange::nouns::remote_domain::RemoteDomain;
use exchange::properties::Fit;
use exchange::value::Value;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun::{self, DOMAIN_CONTROLLER};
use crate::place::Place;
use crate::refusal;

/// The cmdlet.
pub static NEW_REMOTE_DOMAIN: Cmdlet = Cmdlet {
    name: "New-RemoteDomain",
    synopsis: "Creates a remote domain.",
    class: "",
    parameters: &[
        Parameter::new("Name", Kind::String, "A name for the remote domain.").at(0),
        Parameter::new(
            "DomainName",
            Kind::String,
            "The domain, `fabrikam.com`, or the domain with its subdomains, `*.fabrikam.com`.",
        )
        .mandatory(),
        DOMAIN_CONTROLLER,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let domain = invocation.value("DomainName").unwrap_or(Value::Null);
    let name = invocation.string("Name").unwrap_or_else(|| domain.to_string());
    let domain = Fit::from_value(&domain)
        .map_err(|unfit| refusal::unfit(&invocation, "DomainName", &unfit.to_string()))?;
    let guid = invocation.world::<Place>()?.new_guid();
    noun::create(invocation, RemoteDomain { guid, ..RemoteDomain::new(&name, domain) }, |_, _| {
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn the_domains_of_the_hybrid_configuration_wizard_are_made() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "New-RemoteDomain -Name 'Hybrid Domain - contoso.mail.onmicrosoft.com' -DomainName contoso.mail.onmicrosoft.com
             Set-RemoteDomain 'Hybrid Domain - contoso.mail.onmicrosoft.com' -TargetDeliveryDomain $true
             New-RemoteDomain Again -DomainName contoso.mail.onmicrosoft.com
             Get-RemoteDomain | Format-List
             Get-RemoteDomain | Remove-RemoteDomain
             Set-RemoteDomain Nowhere -TrustedMailInboundEnabled $true",
        ), @"

        Name                                         DomainName                   AllowedOOFType
        ----                                         ----------                   --------------
        Hybrid Domain - contoso.mail.onmicrosoft.com contoso.mail.onmicrosoft.com External


        The operation couldn't be performed because 'contoso.mail.onmicrosoft.com' matches multiple entries or already exists.
            + CategoryInfo          : NotSpecified: (:) [New-RemoteDomain], ADObjectAlreadyExistsException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=9852bd5e-3c07-4a3f-88c0-7a4e1f0b9f0f,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ADObjectAlreadyExistsException] 82DA22D0,Microsoft.Exchange.Management.SystemConfigura
            tionTasks.NewRemoteDomain
            + PSComputerName        : mbx01.contoso.com



        RunspaceId                 : 52675c2a-877e-4582-af64-d0e2549d1e81
        DomainName                 : contoso.mail.onmicrosoft.com
        AllowedOOFType             : External
        TrustedMailOutboundEnabled : False
        TrustedMailInboundEnabled  : False
        TargetDeliveryDomain       : True
        Name                       : Hybrid Domain - contoso.mail.onmicrosoft.com
        DistinguishedName          : CN=Hybrid Domain - contoso.mail.onmicrosoft.com,CN=Internet Message Formats,CN=Global
                                     Settings,CN=First Organization,CN=Microsoft
                                     Exchange,CN=Services,CN=Configuration,DC=contoso,DC=com
        Identity                   : Hybrid Domain - contoso.mail.onmicrosoft.com
        Guid                       : 4f4cc809-7606-457d-ac21-b7f50e74404e
        ObjectCategory             : contoso.com/Configuration/Schema/ms-Exch-Domain-Content-Config
        ObjectClass                : {top, msExchDomainContentConfig}
        WhenChanged                : 5/1/2026 8:00:00 AM
        WhenCreated                : 5/1/2026 8:00:00 AM
        WhenChangedUTC             : 5/1/2026 6:00:00 AM
        WhenCreatedUTC             : 5/1/2026 6:00:00 AM
        OrganizationId             :
        Id                         : Hybrid Domain - contoso.mail.onmicrosoft.com
        OriginatingServer          : DC01.contoso.com
        IsValid                    : True
        ObjectState                : Unchanged



        The operation couldn't be performed because object 'Nowhere' couldn't be found on 'mbx01.contoso.com'.
            + CategoryInfo          : NotSpecified: (:) [Set-RemoteDomain], ManagementObjectNotFoundException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=50d230d4-7c3c-4d1f-abb8-0e5d4f0bebfc,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ManagementObjectNotFoundException] A6888505,Microsoft.Exchange.Management.SystemConfig
            urationTasks.SetRemoteDomain
            + PSComputerName        : mbx01.contoso.com
        ");
    }
}
