//! `Out-String`: what the console would show, as text.

use exchange::value::Value;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;

/// The cmdlet.
pub static OUT_STRING: Cmdlet = Cmdlet {
    name: "Out-String",
    synopsis: "Sends objects as a string.",
    class: "Microsoft.PowerShell.Commands.OutStringCommand",
    parameters: &[
        Parameter::new("Width", Kind::Int, "Characters of a line."),
        Parameter::new("Stream", Kind::Switch, "Gives each line by itself."),
        Parameter::new("InputObject", Kind::Values, "The objects.").whole_pipeline(),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let text = invocation.session.rendered(&invocation.input(), width(&invocation));
    if invocation.switch("Stream") {
        return Ok(text.lines().map(Value::from).collect());
    }
    Ok(vec![Value::String(text.replace('\n', "\r\n"))])
}

/// Characters of a line: `-Width`, or those of the session.
pub(super) fn width(invocation: &Invocation<'_>) -> usize {
    let asked = invocation.int("Width").and_then(|width| usize::try_from(width).ok());
    asked.filter(|width| *width > 0).unwrap_or(invocation.session.width)
}

#[cfg(test)]
mod tests {
    use crate::language::testing::shown;

    #[test]
    fn the_text_is_one_string_or_one_for_each_line() {
        assert_eq!(shown("('a','b' | Out-String).Length"), "6\n");
        assert_eq!(shown("('a','b' | Out-String -Stream).Count"), "2\n");
    }
}
