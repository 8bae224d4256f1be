//! `Restart-Computer` and `Stop-Computer`.
//!
//! The services stop, then the power goes; what was connected is reset. A computer is back after a minute
//! and a half, with all its services, which start automatically. The shell waits for that, also on the
//! computer itself, where in life it would end.
//!
//! Not modelled: turning a computer on again that was stopped, other than by `Restart-Computer` from another
//! one; `-Wait`, `-For` and `-Timeout`.
//!
//! Source: Microsoft Learn; PowerShell's own error texts (MIT).

use std::sync::Arc;
use std::time::Duration;

use exchange::value::Value;
use services::computer::Computer;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::place::Place;

const COMPUTER_NAME: Parameter = Parameter::new("ComputerName", Kind::Strings, "Which computers.")
    .at(0)
    .by_value()
    .by_property_name()
    .aliases(&["CN", "__SERVER", "Server", "IPAddress"]);
const FORCE: Parameter = Parameter::new("Force", Kind::Switch, "Accepted, without effect.");

/// The cmdlet that restarts.
pub static RESTART_COMPUTER: Cmdlet = Cmdlet {
    name: "Restart-Computer",
    synopsis: "Restarts the operating system on local and remote computers.",
    class: "Microsoft.PowerShell.Commands.RestartComputerCommand",
    parameters: &[
        COMPUTER_NAME,
        FORCE,
        Parameter::new("Wait", Kind::Switch, "Accepted; this shell always waits."),
    ],
    run: |invocation| Box::pin(run(invocation, true)),
};

/// The cmdlet that turns off.
pub static STOP_COMPUTER: Cmdlet = Cmdlet {
    name: "Stop-Computer",
    synopsis: "Stops (shuts down) local and remote computers.",
    class: "Microsoft.PowerShell.Commands.StopComputerCommand",
    parameters: &[COMPUTER_NAME, FORCE],
    run: |invocation| Box::pin(run(invocation, false)),
};

/// How long services take to stop.
const GOING_DOWN: Duration = Duration::from_secs(10);
/// How long Windows takes to start.
const COMING_UP: Duration = Duration::from_secs(80);

async fn run(mut invocation: Invocation<'_>, again: bool) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let names = match invocation.strings("ComputerName") {
        Some(names) => names,
        None => vec![super::own_computer(&invocation)?.name.clone()],
    };
    for name in names {
        let own = matches!(name.as_str(), "." | "localhost");
        let machine = if own { place.machine() } else { place.world.machine(&name) };
        let Some(machine) = machine else {
            invocation.error(unreachable(&name, again))?;
            continue;
        };
        let computer = &machine.computer;
        if !invocation.should_process(&format!("{} ({name})", computer.fqdn)) {
            continue;
        }
        shut_down(computer).await;
        if again {
            computer.clock.sleep(COMING_UP).await;
            computer.host.set_power(true);
            start_services(&mut invocation, computer)?;
        }
    }
    Ok(Vec::new())
}

async fn shut_down(computer: &Computer) {
    for (name, ..) in computer.services() {
        // It was listed just now; stopping cannot fail.
        let _stopped = computer.stop_service(&name);
    }
    computer.clock.sleep(GOING_DOWN).await;
    computer.host.set_power(false);
}

fn start_services(
    invocation: &mut Invocation<'_>,
    computer: &Arc<Computer>,
) -> Result<(), ErrorRecord> {
    for (name, display_name, _) in computer.services() {
        if let Some(Err(why)) = computer.start_service(&name) {
            let message = format!("Service '{display_name} ({name})' did not start: {why}");
            let error = ErrorRecord::new(Category::OpenError, "CouldNotStartService", message);
            invocation.error(error.exception("ServiceCommandException"))?;
        }
    }
    Ok(())
}

fn unreachable(name: &str, again: bool) -> ErrorRecord {
    let (word, id) = if again {
        ("restart", "RestartcomputerFailed")
    } else {
        ("stop", "StopComputerException")
    };
    let message = format!(
        "Failed to {word} the computer {name} with the following error message: The RPC server is \
         unavailable. (Exception from HRESULT: 0x800706BA)."
    );
    let error = ErrorRecord::new(Category::OperationStopped, id, message);
    error.exception("InvalidOperationException").about(name, "String")
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_in_turn;

    #[test]
    fn a_computer_is_away_and_comes_back() {
        insta::assert_snapshot!(
            shown_in_turn(&[
                ("MBX01", "Restart-Computer -Force"),
                (
                    "EDGE01",
                    "Get-Service -ComputerName MBX01 | Where-Object Status -ne Running
                     tnc 10.0.0.13 -Port 25 -InformationLevel Quiet
                     Stop-Computer MBX01
                     tnc 10.0.0.13 -Port 25 -InformationLevel Quiet
                     Restart-Computer mbx01.contoso.com
                     tnc 10.0.0.13 -Port 25 -InformationLevel Quiet
                     Stop-Computer Nowhere, localhost -WhatIf",
                ),
            ]),
            @r#"
        True
        WARNING: TCP connect to (10.0.0.13 : 25) failed
        WARNING: Ping to 10.0.0.13 failed with status: TimedOut
        False
        True
        Stop-Computer : Failed to stop the computer Nowhere with the following error message: The RPC server is unavailable.
        (Exception from HRESULT: 0x800706BA).
        At line:7 char:22
        +                      Stop-Computer Nowhere, localhost -WhatIf
        +                      ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : OperationStopped: (Nowhere:String) [Stop-Computer], InvalidOperationException
            + FullyQualifiedErrorId : StopComputerException,Microsoft.PowerShell.Commands.StopComputerCommand

        What if: Performing the operation "Stop-Computer" on target "EDGE01.contoso.com (localhost)".
        "#
        );
    }
}
