//! `Clear-Host`: nothing to clear here; the command is accepted.

use exchange::value::Value;

use crate::language::cmdlet::Cmdlet;
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;

/// The cmdlet.
pub static CLEAR_HOST: Cmdlet = Cmdlet {
    name: "Clear-Host",
    synopsis: "Clears the display in the host program.",
    class: "Microsoft.PowerShell.Commands.ClearHostCommand",
    parameters: &[],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(_invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use crate::language::testing::shown;

    #[test]
    fn clearing_shows_nothing() {
        assert_eq!(shown("cls"), "");
    }
}
