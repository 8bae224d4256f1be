//! `Stop-Process`: ends processes, and with them the services they run, which Windows then starts again.
//!
//! Not modelled: processes other than those of services, their ids, the worker process of the Transport
//! service, `Get-Process`.
//!
//! Source: Microsoft Learn; PowerShell's own error texts (MIT).

use exchange::value::Value;
use services::computer::{Computer, ServiceState};

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::language::wildcard;

/// The cmdlet.
pub static STOP_PROCESS: Cmdlet = Cmdlet {
    name: "Stop-Process",
    synopsis: "Stops one or more running processes.",
    class: "Microsoft.PowerShell.Commands.StopProcessCommand",
    parameters: &[
        Parameter::new("Name", Kind::Strings, "The processes; wildcards are allowed.")
            .mandatory()
            .by_property_name()
            .aliases(&["ProcessName"]),
        Parameter::new("Force", Kind::Switch, "Accepted, without effect."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

/// The processes of Exchange's services that are not named as their service is.
const PROCESSES: [(&str, &str); 2] =
    [("MSExchangeEdgeSync", "Microsoft.Exchange.EdgeSyncSvc"), ("ADAM_MSExchange", "dsamain")];

fn process_of(service: &str) -> &str {
    let found = PROCESSES.iter().find(|(own, _)| own.eq_ignore_ascii_case(service));
    found.map_or(service, |(_, process)| process)
}

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let computer = super::own_computer(&invocation)?;
    for wanted in invocation.strings("Name").unwrap_or_default() {
        let meant = meant(&computer, &wanted);
        if meant.is_empty() && !wildcard::is_pattern(&wanted) {
            invocation.error(not_found(&wanted))?;
        }
        for service in meant {
            if invocation.should_process(process_of(&service)) {
                // It ran just now.
                let _ended = computer.crash_service(&service);
            }
        }
    }
    Ok(Vec::new())
}

/// The services whose processes run and have that name.
fn meant(computer: &Computer, wanted: &str) -> Vec<String> {
    let services = computer.services().into_iter();
    let running = services.filter(|(_, _, state)| *state == ServiceState::Running);
    let names = running.map(|(name, _, _)| name);
    names.filter(|name| wildcard::matches(wanted, process_of(name))).collect()
}

fn not_found(name: &str) -> ErrorRecord {
    let message = format!(
        "Cannot find a process with the name \"{name}\". Verify the process name and call the cmdlet again."
    );
    ErrorRecord::new(Category::ObjectNotFound, "NoProcessFoundForGivenName", message)
        .exception("ProcessCommandException")
        .about(name, "String")
}

#[cfg(test)]
mod tests {
    use crate::testing_world::transcript;

    #[test]
    fn windows_starts_a_service_again_whose_process_has_ended() {
        insta::assert_snapshot!(transcript(
            "MBX01> Stop-Process -Name MSExchangeFrontEndTransport -Force
             MBX01> Get-Service MSExchangeFrontEndTransport
             MBX01> Start-Sleep 6
             MBX01> Get-Service MSExchangeFrontEndTransport
             MBX01> (Get-WinEvent -LogName System -MaxEvents 2).Message
             MBX01> Stop-Process -Name notepad",
        ), @r#"
        MBX01> Stop-Process -Name MSExchangeFrontEndTransport -Force
        MBX01> Get-Service MSExchangeFrontEndTransport

        Status   Name               DisplayName
        ------   ----               -----------
        Stopped  MSExchangeFront... Microsoft Exchange Frontend Transport


        MBX01> Start-Sleep 6
        MBX01> Get-Service MSExchangeFrontEndTransport

        Status   Name               DisplayName
        ------   ----               -----------
        Running  MSExchangeFront... Microsoft Exchange Frontend Transport


        MBX01> (Get-WinEvent -LogName System -MaxEvents 2).Message
        The Microsoft Exchange Frontend Transport service entered the running state.
        The Microsoft Exchange Frontend Transport service terminated unexpectedly. It has done this 1 time(s). The following corrective action will be taken in 5000 milliseconds: Restart the service.
        MBX01> Stop-Process -Name notepad
        Stop-Process : Cannot find a process with the name "notepad". Verify the process name and call the cmdlet again.
        At line:1 char:1
        + Stop-Process -Name notepad
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (notepad:String) [Stop-Process], ProcessCommandException
            + FullyQualifiedErrorId : NoProcessFoundForGivenName,Microsoft.PowerShell.Commands.StopProcessCommand
        "#);
    }
}
