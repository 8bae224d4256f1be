//! `New-AcceptedDomain`: makes the organization take mail for a domain. In Exchange Online domains come
//! from Entra ID instead.

use exchange::nouns::accepted_domain::AcceptedDomain;
use exchange::properties::Fit;
use exchange::value::Value;

use super::accepted_domain::DOMAIN_TYPE;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun::{self, DOMAIN_CONTROLLER};
use crate::place::Place;
use crate::refusal;

/// The cmdlet.
pub static NEW_ACCEPTED_DOMAIN: Cmdlet = Cmdlet {
    name: "New-AcceptedDomain",
    synopsis: "Creates an accepted domain.",
    class: "",
    parameters: &[
        Parameter::new("Name", Kind::String, "A name for the accepted domain.").at(0).mandatory(),
        Parameter::new(
            "DomainName",
            Kind::String,
            "The domain, `contoso.com`, or the domain with its subdomains, `*.contoso.com`.",
        )
        .mandatory(),
        DOMAIN_TYPE,
        DOMAIN_CONTROLLER,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let name = invocation.value("DomainName").unwrap_or(Value::Null);
    let domain = Fit::from_value(&name)
        .map_err(|unfit| refusal::unfit(&invocation, "DomainName", &unfit.to_string()))?;
    let guid = invocation.world::<Place>()?.new_guid();
    let domain = AcceptedDomain { guid, ..AcceptedDomain::new(domain) };
    noun::create(invocation, domain, |_, _| Ok(()))
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn accepted_domains_are_made_changed_and_shown() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "New-AcceptedDomain -Name contoso.com -DomainName contoso.com -DomainType Authoritative
             New-AcceptedDomain Cloud -DomainName contoso.mail.onmicrosoft.com | Out-Null
             Set-AcceptedDomain contoso.com -MakeDefault $true
             Set-AcceptedDomain Cloud -DomainType InternalRelay -MatchSubDomains $true
             Get-AcceptedDomain
             Set-AcceptedDomain Cloud -MakeDefault $true
             Get-AcceptedDomain contoso.com | Remove-AcceptedDomain
             (Get-AcceptedDomain).Name",
        ), @"

        Name                           DomainName                     DomainType                   Default
        ----                           ----------                     ----------                   -------
        contoso.com                    contoso.com                    Authoritative                False
        contoso.com                    contoso.com                    Authoritative                True
        Cloud                          *.contoso.mail.onmicrosoft.com InternalRelay                False


        Cloud
        ");
    }

    #[test]
    fn a_domain_is_accepted_once_and_the_default_one_stays() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "New-AcceptedDomain A -DomainName contoso.com | Out-Null
             New-AcceptedDomain B -DomainName contoso.com
             New-AcceptedDomain B -DomainName con*toso.com
             Set-AcceptedDomain A -DomainType Relay
             Set-AcceptedDomain A -MakeDefault $true
             Remove-AcceptedDomain A
             Get-AcceptedDomain Nowhere",
        ), @r#"
        The operation couldn't be performed because 'contoso.com' matches multiple entries or already exists.
            + CategoryInfo          : NotSpecified: (:) [New-AcceptedDomain], ADObjectAlreadyExistsException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=9852bd5e-3c07-4a3f-88c0-7a4e1f0b9f0f,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ADObjectAlreadyExistsException] 54C3BD48,Microsoft.Exchange.Management.SystemConfigura
            tionTasks.NewAcceptedDomain
            + PSComputerName        : mbx01.contoso.com

        Cannot process argument transformation on parameter 'DomainName'. Cannot convert value "con*toso.com" to type
        "Microsoft.Exchange.Data.SmtpDomainWithSubdomains". Error: ""con*toso.com" is not a valid domain. Valid values are a
        domain (contoso.com), a domain with subdomains (*.contoso.com) or all domains (*)"
            + CategoryInfo          : InvalidData: (:) [New-AcceptedDomain], ParameterBindin...mationException
            + FullyQualifiedErrorId : ParameterArgumentTransformationError,New-AcceptedDomain
            + PSComputerName        : mbx01.contoso.com

        Cannot process argument transformation on parameter 'DomainType'. Cannot convert value "Relay" to type
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.AcceptedDomainType". Error: "Unable to match the identifier name
        Relay to a valid enumerator name. Specify one of the following enumerator names and try again: Authoritative,
        ExternalRelay, InternalRelay"
            + CategoryInfo          : InvalidData: (:) [Set-AcceptedDomain], ParameterBindin...mationException
            + FullyQualifiedErrorId : ParameterArgumentTransformationError,Set-AcceptedDomain
            + PSComputerName        : mbx01.contoso.com

        The default accepted domain 'A' can't be removed.
            + CategoryInfo          : NotSpecified: (:) [Remove-AcceptedDomain], LocalizedException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=50d230d4-7c3c-4d1f-abb8-0e5d4f0bebfc,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-LocalizedException] 2E44277F,Microsoft.Exchange.Management.SystemConfigurationTasks.Re
            moveAcceptedDomain
            + PSComputerName        : mbx01.contoso.com

        The operation couldn't be performed because object 'Nowhere' couldn't be found on 'mbx01.contoso.com'.
            + CategoryInfo          : NotSpecified: (:) [Get-AcceptedDomain], ManagementObjectNotFoundException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=65883ef7-5771-4c49-bc81-895377890c35,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ManagementObjectNotFoundException] A6888505,Microsoft.Exchange.Management.SystemConfig
            urationTasks.GetAcceptedDomain
            + PSComputerName        : mbx01.contoso.com
        "#);
    }
}
