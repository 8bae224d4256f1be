//! `Write-Output`: puts its arguments into the pipeline.

use exchange::value::Value;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;

/// The cmdlet.
pub static WRITE_OUTPUT: Cmdlet = Cmdlet {
    name: "Write-Output",
    synopsis: "Sends the specified objects to the next command in the pipeline.",
    class: "Microsoft.PowerShell.Commands.WriteOutputCommand",
    parameters: &[
        Parameter::new("InputObject", Kind::Values, "The objects.")
            .at(0)
            .takes_rest()
            .whole_pipeline(),
        Parameter::new("NoEnumerate", Kind::Switch, "Puts a list out as one object."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    if invocation.switch("NoEnumerate") {
        return Ok(invocation.value("InputObject").into_iter().collect());
    }
    Ok(invocation.input())
}

#[cfg(test)]
mod tests {
    use crate::language::testing::shown;

    #[test]
    fn arguments_come_out_one_by_one() {
        assert_eq!(shown("echo a 5 $true"), "a\n5\nTrue\n");
        assert_eq!(shown("Write-Output (1,2) | measure | % Count"), "2\n");
        assert_eq!(shown("Write-Output 1,2 -NoEnumerate | measure | % Count"), "1\n");
    }
}
