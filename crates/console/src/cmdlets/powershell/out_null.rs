//! `Out-Null`: nothing.

use exchange::value::Value;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;

/// The cmdlet.
pub static OUT_NULL: Cmdlet = Cmdlet {
    name: "Out-Null",
    synopsis: "Hides the output instead of sending it down the pipeline or displaying it.",
    class: "Microsoft.PowerShell.Commands.OutNullCommand",
    parameters: &[Parameter::new("InputObject", Kind::Values, "The objects.").whole_pipeline()],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(_invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use crate::language::testing::shown;

    #[test]
    fn nothing_comes_out() {
        assert_eq!(shown("1..3 | Out-Null"), "");
    }
}
