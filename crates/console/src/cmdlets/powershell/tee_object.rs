//! `Tee-Object`: keeps what passes through, in a file or a variable.

use exchange::value::Value;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::evaluate::collapsed;
use crate::language::invocation::Invocation;

/// The cmdlet.
pub static TEE_OBJECT: Cmdlet = Cmdlet {
    name: "Tee-Object",
    synopsis: "Saves command output in a file or variable and also sends it down the pipeline.",
    class: "Microsoft.PowerShell.Commands.TeeObjectCommand",
    parameters: &[
        Parameter::new("FilePath", Kind::String, "The file.").at(0),
        Parameter::new("Variable", Kind::String, "The variable."),
        Parameter::new("Append", Kind::Switch, "Adds to the file."),
        Parameter::new("InputObject", Kind::Values, "The objects.").whole_pipeline(),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let input = invocation.input();
    if let Some(name) = invocation.string("Variable") {
        invocation.session.set_variable(&name, collapsed(input.clone()));
    }
    if let Some(path) = invocation.string("FilePath") {
        let text = invocation.session.rendered(&input, invocation.session.width);
        invocation.session.write_text(&path, &text, invocation.switch("Append"))?;
    }
    Ok(input)
}

#[cfg(test)]
mod tests {
    use crate::language::testing::Console;

    #[test]
    fn what_passes_is_kept() {
        let mut console = Console::new();
        assert_eq!(console.text(r"1,2 | Tee-Object C:\Logs\t.txt | measure | % Count"), "2\n");
        assert_eq!(console.file(r"C:\Logs\t.txt"), "1\n2\n");
        assert_eq!(console.text("5 | tee -Variable kept | Out-Null; $kept"), "5\n");
    }
}
