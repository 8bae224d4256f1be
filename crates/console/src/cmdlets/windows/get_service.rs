//! `Get-Service`: which services run on a computer.
//!
//! Not modelled: `-DependentServices`, `-RequiredServices`.
//!
//! Source: Microsoft Learn, `Get-Service`; the views are PowerShell's own (MIT).

use exchange::value::Value;

use super::service::{self, DISPLAY_NAME, NAME};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::language::view::{View, ViewColumn};
use crate::language::wildcard;
use crate::place::Place;

/// The cmdlet.
pub static GET_SERVICE: Cmdlet = Cmdlet {
    name: "Get-Service",
    synopsis: "Gets the services on a local or remote computer.",
    class: "Microsoft.PowerShell.Commands.GetServiceCommand",
    parameters: &[
        NAME,
        DISPLAY_NAME,
        Parameter::new("ComputerName", Kind::Strings, "Whose services.").aliases(&["Cn"]),
        Parameter::new("Exclude", Kind::Strings, "Leaves out these; wildcards are allowed."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

/// How a service is shown.
pub static TABLE: View = View::table(
    service::TYPE_NAMES[0],
    &[
        ViewColumn::new("Status", 8),
        ViewColumn::new("Name", 18),
        ViewColumn::new("DisplayName", 38),
    ],
);

/// How a list shows it.
pub static LIST: View = View::list(
    service::TYPE_NAMES[0],
    &[
        "Name",
        "DisplayName",
        "Status",
        "DependentServices",
        "ServicesDependedOn",
        "CanPauseAndContinue",
        "CanShutdown",
        "CanStop",
        "ServiceType",
    ],
);

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let Some(names) = invocation.strings("ComputerName") else {
        let own = super::own_computer(&invocation)?;
        let chosen = shown(&mut invocation, &own, ".")?;
        return Ok(chosen);
    };
    let mut services = Vec::new();
    for name in names {
        match place.world.machine(&name) {
            Some(machine) => {
                services.extend(shown(&mut invocation, &machine.computer.clone(), &name)?);
            }
            None => invocation.error(unreachable(&name))?,
        }
    }
    Ok(services)
}

fn shown(
    invocation: &mut Invocation<'_>,
    computer: &std::sync::Arc<services::computer::Computer>,
    machine: &str,
) -> Result<Vec<Value>, ErrorRecord> {
    let mut chosen = service::chosen(invocation, computer)?;
    let excluded = invocation.strings("Exclude").unwrap_or_default();
    chosen.retain(|one| !excluded.iter().any(|pattern| wildcard::matches(pattern, &one.name)));
    Ok(chosen.iter().map(|service| service.object(machine)).collect())
}

fn unreachable(computer: &str) -> ErrorRecord {
    let message = format!(
        "Cannot open Service Control Manager on computer '{computer}'. This operation might require \
         other privileges."
    );
    let id = "System.InvalidOperationException";
    ErrorRecord::new(Category::NotSpecified, id, message).exception("InvalidOperationException")
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn services_are_listed_by_name() {
        insta::assert_snapshot!(shown_on("MBX01", "Get-Service"), @"

        Status   Name               DisplayName
        ------   ----               -----------
        Running  MSExchangeDelivery Microsoft Exchange Mailbox Transpor...
        Running  MSExchangeEdgeSync Microsoft Exchange EdgeSync
        Running  MSExchangeFront... Microsoft Exchange Frontend Transport
        Running  MSExchangeSubmi... Microsoft Exchange Mailbox Transpor...
        Running  MSExchangeTrans... Microsoft Exchange Transport
        ");
        insta::assert_snapshot!(shown_on("MBX01", "Get-Service DNS -ComputerName dc01 | Format-List"), @"


        Name                : DNS
        DisplayName         : DNS Server
        Status              : Running
        DependentServices   : {}
        ServicesDependedOn  : {}
        CanPauseAndContinue : False
        CanShutdown         : True
        CanStop             : True
        ServiceType         : Win32OwnProcess
        ");
    }

    #[test]
    fn names_and_patterns_choose_and_a_wrong_name_is_told() {
        insta::assert_snapshot!(shown_on(
            "EDGE01",
            "Get-Service MSExchange*, ADAM_MSExchange -ErrorAction SilentlyContinue
             Get-Service Nothing*
             Get-Service -DisplayName '*transport' -Exclude Other
             Get-Service W32Time, adam_msexchange",
        ), @"

        Status   Name               DisplayName
        ------   ----               -----------
        Running  ADAM_MSExchange    Microsoft Exchange ADAM
        Running  MSExchangeTrans... Microsoft Exchange Transport
        Running  MSExchangeTrans... Microsoft Exchange Transport


        Get-Service : Cannot find any service with service name 'W32Time'.
        At line:4 char:14
        +              Get-Service W32Time, adam_msexchange
        +              ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (W32Time:String) [Get-Service], ServiceCommandException
            + FullyQualifiedErrorId : NoServiceFoundForGivenName,Microsoft.PowerShell.Commands.GetServiceCommand


        Status   Name               DisplayName
        ------   ----               -----------
        Running  ADAM_MSExchange    Microsoft Exchange ADAM
        ");
    }

    #[test]
    fn an_export_is_shown_like_what_was_exported() {
        insta::assert_snapshot!(shown_on(
            "DC01",
            r"Get-Service | Export-Clixml C:\Evidence\Get-Service.clixml
             Import-Clixml C:\Evidence\Get-Service.clixml
             (Import-Clixml C:\Evidence\Get-Service.clixml).PSObject.TypeNames[0]
             Get-Service -ComputerName Nowhere",
        ), @"

        Status   Name               DisplayName
        ------   ----               -----------
        Running  DNS                DNS Server


        Deserialized.System.ServiceProcess.ServiceController
        Get-Service : Cannot open Service Control Manager on computer 'Nowhere'. This operation might require other privileges.
        At line:4 char:14
        +              Get-Service -ComputerName Nowhere
        +              ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : NotSpecified: (:) [Get-Service], InvalidOperationException
            + FullyQualifiedErrorId : System.InvalidOperationException,Microsoft.PowerShell.Commands.GetServiceCommand
        ");
    }
}
