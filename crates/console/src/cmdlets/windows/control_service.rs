//! `Start-Service`, `Stop-Service` and `Restart-Service`.
//!
//! A service takes a second to stop and a second to start. Real ones take longer, and PowerShell then
//! warns that it waits.
//!
//! Not modelled: services that hang or need each other; `-Force` and `-NoWait` thus change nothing.
//!
//! Source: Microsoft Learn; the errors are those of real transcripts.

use std::time::Duration;

use exchange::value::Value;
use services::computer::Computer;

use super::service::{self, DISPLAY_NAME, NAME, PASS_THRU, Service};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;

const FORCE: Parameter = Parameter::new("Force", Kind::Switch, "Accepted, without effect.");

/// The cmdlet that starts.
pub static START_SERVICE: Cmdlet = Cmdlet {
    name: "Start-Service",
    synopsis: "Starts one or more stopped services.",
    class: "Microsoft.PowerShell.Commands.StartServiceCommand",
    parameters: &[NAME, DISPLAY_NAME, PASS_THRU],
    run: |invocation| Box::pin(control(invocation, &[Step::Start])),
};

/// The cmdlet that stops.
pub static STOP_SERVICE: Cmdlet = Cmdlet {
    name: "Stop-Service",
    synopsis: "Stops one or more running services.",
    class: "Microsoft.PowerShell.Commands.StopServiceCommand",
    parameters: &[
        NAME,
        DISPLAY_NAME,
        FORCE,
        Parameter::new("NoWait", Kind::Switch, "Accepted, without effect."),
        PASS_THRU,
    ],
    run: |invocation| Box::pin(control(invocation, &[Step::Stop])),
};

/// The cmdlet that does both.
pub static RESTART_SERVICE: Cmdlet = Cmdlet {
    name: "Restart-Service",
    synopsis: "Stops and then starts one or more services.",
    class: "Microsoft.PowerShell.Commands.RestartServiceCommand",
    parameters: &[NAME, DISPLAY_NAME, FORCE, PASS_THRU],
    run: |invocation| Box::pin(control(invocation, &[Step::Stop, Step::Start])),
};

/// What is done to a service.
#[derive(Clone, Copy, Debug)]
enum Step {
    Start,
    Stop,
}

/// How long a service takes to stop, or to start.
const TAKES: Duration = Duration::from_secs(1);

async fn control(
    mut invocation: Invocation<'_>,
    steps: &[Step],
) -> Result<Vec<Value>, ErrorRecord> {
    if !invocation.has("Name") && !invocation.has("DisplayName") {
        let message =
            "Cannot process command because of one or more missing mandatory parameters: Name.";
        let id = "MissingMandatoryParameter";
        let error = ErrorRecord::new(Category::InvalidArgument, id, message);
        return Err(error.exception("ParentContainsErrorRecordException"));
    }
    let computer = super::own_computer(&invocation)?;
    let mut changed = Vec::new();
    for service in service::chosen(&mut invocation, &computer)? {
        if !invocation.should_process(&service.title()) {
            continue;
        }
        match take(&computer, &service, steps).await {
            Ok(()) => changed.push(service.name),
            Err(error) => invocation.error(error)?,
        }
    }
    if !invocation.switch("PassThru") {
        return Ok(Vec::new());
    }
    let after = service::chosen(&mut invocation, &computer)?;
    let passed = after.iter().filter(|service| changed.contains(&service.name));
    Ok(passed.map(|service| service.object(".")).collect())
}

async fn take(computer: &Computer, service: &Service, steps: &[Step]) -> Result<(), ErrorRecord> {
    for step in steps {
        match step {
            Step::Stop if service.is_running() => {
                // Stopping cannot fail, and the service was found just now.
                let _stopped = computer.stop_service(&service.name);
            }
            Step::Stop => continue,
            Step::Start => {
                let started = computer.start_service(&service.name);
                started.unwrap_or(Ok(())).map_err(|_| not_started(service))?;
            }
        }
        computer.clock.sleep(TAKES).await;
    }
    Ok(())
}

fn not_started(service: &Service) -> ErrorRecord {
    let message = format!(
        "Service '{}' cannot be started due to the following error: Cannot start service {} on \
         computer '.'.",
        service.title(),
        service.name
    );
    ErrorRecord::new(Category::OpenError, "CouldNotStartService", message)
        .exception("ServiceCommandException")
        .about("System.ServiceProcess.ServiceController", "ServiceController")
}

#[cfg(test)]
mod tests {
    use services::computer::ServiceState;

    use super::*;
    use crate::testing_world::shown_on;

    #[test]
    fn services_stop_and_start() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "Stop-Service MSExchangeTransport -WhatIf
             Stop-Service MSExchangeTransport -PassThru
             (Get-Service MSExchangeTransport).Status -eq 'Stopped'
             Get-Service | Where-Object Status -eq Stopped | Start-Service
             Restart-Service MSExchangeFrontEndTransport, MSExchangeTransport -Force
             Get-Service MSExchange* | Where-Object {$_.Status -ne 'Running'}
             Restart-Service W32Time
             Restart-Service",
        ), @r#"
        What if: Performing the operation "Stop-Service" on target "Microsoft Exchange Transport (MSExchangeTransport)".

        Status   Name               DisplayName
        ------   ----               -----------
        Stopped  MSExchangeTrans... Microsoft Exchange Transport


        True
        Restart-Service : Cannot find any service with service name 'W32Time'.
        At line:7 char:14
        +              Restart-Service W32Time
        +              ~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (W32Time:String) [Restart-Service], ServiceCommandException
            + FullyQualifiedErrorId : NoServiceFoundForGivenName,Microsoft.PowerShell.Commands.RestartServiceCommand

        Restart-Service : Cannot process command because of one or more missing mandatory parameters: Name.
        At line:8 char:14
        +              Restart-Service
        +              ~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [Restart-Service], ParentContainsErrorRecordException
            + FullyQualifiedErrorId : MissingMandatoryParameter,Microsoft.PowerShell.Commands.RestartServiceCommand
        "#);
    }

    #[test]
    fn starting_what_runs_and_stopping_what_does_not_changes_nothing() {
        assert_eq!(
            shown_on(
                "DC01",
                "$before = Get-Date; Start-Service DNS; Stop-Service DNS, DNS; Stop-Service -DisplayName 'DNS*'
                 (Get-Service DNS).Status; ((Get-Date) - $before).TotalSeconds",
            ),
            "Stopped\n2\n"
        );
    }

    #[test]
    fn a_service_that_cannot_start_is_named_both_ways() {
        let service = Service {
            name: "DNS".to_owned(),
            display_name: "DNS Server".to_owned(),
            state: ServiceState::Stopped,
        };
        assert_eq!(
            not_started(&service).message,
            "Service 'DNS Server (DNS)' cannot be started due to the following error: Cannot start \
             service DNS on computer '.'."
        );
    }
}
