//! `Stop-LabComputer` and `Start-LabComputer`: shuts a computer down, and switches it on.
//!
//! A computer that goes down first stops its services, which takes a second; one that comes up starts
//! all of them, whatever was stopped before.
//!
//! Not modelled: how long a real server takes to boot, a power cut, services that start by hand only.

use std::sync::Arc;
use std::time::Duration;

use exchange::value::Value;
use services::computer::Computer;

use super::get_lab_computer::named;
use super::refusal::refused;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::place::Place;

/// What services get to end what they hold. Ours: a real shutdown takes far longer.
const SHUTDOWN: Duration = Duration::from_secs(1);

const NAME: Parameter = Parameter::new("Name", Kind::String, "The computer.")
    .at(0)
    .mandatory()
    .by_value()
    .by_property_name();

/// The cmdlet that shuts down.
pub static STOP_LAB_COMPUTER: Cmdlet = Cmdlet {
    name: "Stop-LabComputer",
    synopsis: "Shuts a computer down.",
    class: "",
    parameters: &[NAME],
    run: |invocation| Box::pin(stop(invocation)),
};

/// The cmdlet that switches on.
pub static START_LAB_COMPUTER: Cmdlet = Cmdlet {
    name: "Start-LabComputer",
    synopsis: "Switches a computer on.",
    class: "",
    parameters: &[NAME],
    run: |invocation| Box::pin(start(invocation)),
};

async fn stop(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let computer = computer(&invocation)?;
    if !computer.host.is_on() {
        return Err(refused(format!("'{}' is off already.", computer.name)));
    }
    if invocation.should_process(&computer.name) {
        for (service, ..) in computer.services() {
            let _stopped = computer.stop_service(&service);
        }
        computer.clock.sleep(SHUTDOWN).await;
        computer.host.set_power(false);
    }
    Ok(Vec::new())
}

async fn start(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let computer = computer(&invocation)?;
    if computer.host.is_on() {
        return Err(refused(format!("'{}' is on already.", computer.name)));
    }
    if !invocation.should_process(&computer.name) {
        return Ok(Vec::new());
    }
    computer.host.set_power(true);
    for (service, ..) in computer.services() {
        if let Some(Err(why)) = computer.start_service(&service) {
            invocation.warn(format!("Service '{service}' on '{}' {why}.", computer.name));
        }
    }
    Ok(Vec::new())
}

fn computer(invocation: &Invocation<'_>) -> Result<Arc<Computer>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let name = invocation.string("Name").unwrap_or_default();
    named(&place.world, &name).map(|machine| machine.computer.clone())
}

#[cfg(test)]
mod tests {
    use crate::testing_world::transcript;

    #[test]
    fn mail_waits_for_a_computer_that_is_off() {
        insta::assert_snapshot!(transcript(
            "MBX01> Stop-LabComputer MX1 -WhatIf
             MBX01> Stop-LabComputer MX1
             MBX01> (Get-LabComputer MX1).IsOn
             MBX01> Stop-LabComputer MX1
             MBX01> Send-LabMail -From anna@fabrikam.com -To anna@fabrikam.com -Subject 'To myself'
             MBX01> Start-Sleep 60
             MBX01> Get-LabMailbox anna@fabrikam.com
             MBX01> Get-LabComputer MX1 | Start-LabComputer
             MBX01> Start-LabComputer MX1
             MBX01> Start-Sleep 60
             MBX01> (Get-LabMailbox anna@fabrikam.com).Subject
             MBX01> Start-LabComputer Nobody",
        ), @r#"
        MBX01> Stop-LabComputer MX1 -WhatIf
        What if: Performing the operation "Stop-LabComputer" on target "MX1".
        MBX01> Stop-LabComputer MX1
        MBX01> (Get-LabComputer MX1).IsOn
        False
        MBX01> Stop-LabComputer MX1
        Stop-LabComputer : 'MX1' is off already.
        At line:1 char:1
        + Stop-LabComputer MX1
        + ~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (:) [Stop-LabComputer], RuntimeException
            + FullyQualifiedErrorId : Refused,Stop-LabComputer

        MBX01> Send-LabMail -From anna@fabrikam.com -To anna@fabrikam.com -Subject 'To myself'
        MBX01> Start-Sleep 60
        MBX01> Get-LabMailbox anna@fabrikam.com
        MBX01> Get-LabComputer MX1 | Start-LabComputer
        MBX01> Start-LabComputer MX1
        Start-LabComputer : 'MX1' is on already.
        At line:1 char:1
        + Start-LabComputer MX1
        + ~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (:) [Start-LabComputer], RuntimeException
            + FullyQualifiedErrorId : Refused,Start-LabComputer

        MBX01> Start-Sleep 60
        MBX01> (Get-LabMailbox anna@fabrikam.com).Subject
        To myself
        MBX01> Start-LabComputer Nobody
        Start-LabComputer : There is no computer 'Nobody'. There are: 'DC01', 'MBX01', 'EDGE01', 'MX1'.
        At line:1 char:1
        + Start-LabComputer Nobody
        + ~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (Nobody:String) [Start-LabComputer], RuntimeException
            + FullyQualifiedErrorId : NotThere,Start-LabComputer
        "#);
    }

    #[test]
    fn a_computer_can_be_restarted_again_and_again() {
        insta::assert_snapshot!(transcript(
            "DC01> Stop-LabComputer DC01
             DC01> Start-LabComputer DC01
             DC01> Start-Sleep 5
             DC01> Stop-LabComputer DC01
             DC01> Start-LabComputer DC01",
        ), @"
        DC01> Stop-LabComputer DC01
        DC01> Start-LabComputer DC01
        DC01> Start-Sleep 5
        DC01> Stop-LabComputer DC01
        DC01> Start-LabComputer DC01
        ");
    }
}
