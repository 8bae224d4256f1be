//! `Set-Content` and `Add-Content`: lines into a file.

use exchange::value::Value;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::value_text;

const PARAMETERS: &[Parameter] = &[
    Parameter::new("Path", Kind::String, "The file.").at(0).mandatory().aliases(&["LiteralPath"]),
    Parameter::new("Value", Kind::Values, "The lines.").at(1).whole_pipeline(),
    Parameter::new("Encoding", Kind::String, "Accepted, without effect."),
    Parameter::new("NoNewline", Kind::Switch, "Puts no line ends in."),
    Parameter::new("Force", Kind::Switch, "Accepted, without effect."),
];

/// The cmdlet that replaces.
pub static SET_CONTENT: Cmdlet = Cmdlet {
    name: "Set-Content",
    synopsis: "Writes new content or replaces existing content in a file.",
    class: "Microsoft.PowerShell.Commands.SetContentCommand",
    parameters: PARAMETERS,
    run: |invocation| Box::pin(async { write(invocation, false) }),
};

/// The cmdlet that adds.
pub static ADD_CONTENT: Cmdlet = Cmdlet {
    name: "Add-Content",
    synopsis: "Adds content to the specified items, such as adding words to a file.",
    class: "Microsoft.PowerShell.Commands.AddContentCommand",
    parameters: PARAMETERS,
    run: |invocation| Box::pin(async { write(invocation, true) }),
};

fn write(mut invocation: Invocation<'_>, append: bool) -> Result<Vec<Value>, ErrorRecord> {
    let path = invocation.string("Path").unwrap_or_default();
    let end = if invocation.switch("NoNewline") { "" } else { "\n" };
    let values = invocation.values("Value").unwrap_or_default();
    let mut lines = String::new();
    for value in values {
        lines.push_str(&value_text::shown(&value, invocation.culture()));
        lines.push_str(end);
    }
    if invocation.should_process(&path) {
        invocation.session.write_text(&path, &lines, append)?;
    }
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use crate::language::testing::Console;

    #[test]
    fn lines_replace_or_follow_what_was_there() {
        let mut console = Console::new();
        console.run(r"'a','b' | Set-Content C:\Logs\x.txt; Add-Content C:\Logs\x.txt c");
        assert_eq!(console.file(r"C:\Logs\x.txt"), "a\nb\nc\n");
        assert_eq!(
            console.text(r"Set-Content C:\Logs\x.txt d -WhatIf"),
            "What if: Performing the operation \"Set-Content\" on target \"C:\\Logs\\x.txt\".\n"
        );
        assert_eq!(console.file(r"C:\Logs\x.txt"), "a\nb\nc\n");
    }
}
