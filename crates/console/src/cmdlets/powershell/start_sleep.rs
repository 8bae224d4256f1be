//! `Start-Sleep`: lets the lab's time pass.

use std::time::Duration;

use exchange::value::Value;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;

/// The cmdlet.
pub static START_SLEEP: Cmdlet = Cmdlet {
    name: "Start-Sleep",
    synopsis: "Suspends the activity in a script or session for the specified period of time.",
    class: "Microsoft.PowerShell.Commands.StartSleepCommand",
    parameters: &[
        Parameter::new("Seconds", Kind::Int, "How many seconds.").at(0).by_value(),
        Parameter::new("Milliseconds", Kind::Int, "How many thousandths of a second."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let (name, unit, count) = match (invocation.int("Seconds"), invocation.int("Milliseconds")) {
        (Some(count), _) => ("Seconds", 1000, count),
        (None, Some(count)) => ("Milliseconds", 1, count),
        (None, None) => return Ok(Vec::new()),
    };
    let Ok(count) = u64::try_from(count) else {
        let message = format!(
            "Cannot validate argument on parameter '{name}'. The {count} argument is less than the \
             minimum allowed range of 0. Supply an argument that is greater than or equal to 0 and \
             then try the command again."
        );
        return Err(ErrorRecord::new(
            Category::InvalidData,
            "ParameterArgumentValidationError",
            message,
        )
        .exception("ParameterBindingValidationException"));
    };
    let host = invocation.session.host();
    host.clock().sleep(Duration::from_millis(count * unit)).await;
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use crate::language::testing::Console;

    #[test]
    fn time_passes() {
        let mut console = Console::new();
        let text = console.text("$a = Get-Date; sleep 90; Start-Sleep -Milliseconds 500; ((Get-Date) - $a).TotalSeconds");
        assert_eq!(text, "90.5\n");
        assert!(
            console
                .text("sleep -Seconds -5")
                .contains("is less than the minimum allowed range of 0")
        );
    }
}
