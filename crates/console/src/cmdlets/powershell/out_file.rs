//! `Out-File`: what the console would show, into a file.
//!
//! Not modelled: encodings; every file is UTF-8 without a mark.

use exchange::value::Value;

use super::out_string::width;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;

/// The cmdlet.
pub static OUT_FILE: Cmdlet = Cmdlet {
    name: "Out-File",
    synopsis: "Sends output to a file.",
    class: "Microsoft.PowerShell.Commands.OutFileCommand",
    parameters: &[
        Parameter::new("FilePath", Kind::String, "The file.").at(0).mandatory(),
        Parameter::new("Encoding", Kind::String, "Accepted, without effect.").at(1),
        Parameter::new("Append", Kind::Switch, "Adds to the file."),
        Parameter::new("Width", Kind::Int, "Characters of a line."),
        Parameter::new("Force", Kind::Switch, "Accepted, without effect."),
        Parameter::new("InputObject", Kind::Values, "The objects.").whole_pipeline(),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let path = invocation.string("FilePath").unwrap_or_default();
    let text = invocation.session.rendered(&invocation.input(), width(&invocation));
    if invocation.should_process(&path) {
        invocation.session.write_text(&path, &text, invocation.switch("Append"))?;
    }
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use crate::language::testing::Console;

    #[test]
    fn text_goes_into_a_file_and_behind_it() {
        let mut console = Console::new();
        console.run(r"'a' | Out-File C:\Logs\x.txt; 'b' | Out-File C:/Logs/x.txt -Append; 'c' >> C:\Logs\x.txt");
        assert_eq!(console.file(r"C:\Logs\x.txt"), "a\nb\nc\n");
        console.run(r"'d' > C:\Logs\x.txt");
        assert_eq!(console.file(r"C:\Logs\x.txt"), "d\n");
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        insta::assert_snapshot!(Console::new().text(r"'a' | Out-File C:\Temp\x.txt"), @r"
        Out-File : Could not find a part of the path 'C:\Temp\x.txt'.
        At line:1 char:7
        + 'a' | Out-File C:\Temp\x.txt
        +       ~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : OpenError: (C:\Temp\x.txt:String) [Out-File], DirectoryNotFoundException
            + FullyQualifiedErrorId : FileOpenFailure,Microsoft.PowerShell.Commands.OutFileCommand
        ");
    }
}
