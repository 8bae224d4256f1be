//! `Write-Host`: text for the screen, past the pipeline.
//!
//! Not modelled: colours.

use exchange::value::Value;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::streams::Event;
use crate::language::value_text;

/// The cmdlet.
pub static WRITE_HOST: Cmdlet = Cmdlet {
    name: "Write-Host",
    synopsis: "Writes customized output to a host.",
    class: "Microsoft.PowerShell.Commands.WriteHostCommand",
    parameters: &[
        Parameter::new("Object", Kind::Values, "What to write.").at(0).takes_rest().by_value(),
        Parameter::new("NoNewline", Kind::Switch, "Stays on the line."),
        Parameter::new("Separator", Kind::String, "What stands between several objects."),
        Parameter::new("ForegroundColor", Kind::String, "Accepted, without effect."),
        Parameter::new("BackgroundColor", Kind::String, "Accepted, without effect."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let separator = invocation.string("Separator").unwrap_or_else(|| " ".to_owned());
    let values = invocation.values("Object").unwrap_or_default();
    let texts: Vec<String> =
        values.iter().map(|value| value_text::shown(value, invocation.culture())).collect();
    let end = if invocation.switch("NoNewline") { "" } else { "\n" };
    invocation.session.say(Event::Host(format!("{}{end}", texts.join(&separator))));
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use crate::language::testing::shown;

    #[test]
    fn text_goes_past_the_pipeline() {
        assert_eq!(
            shown("$x = Write-Host a b; Write-Host c -NoNewline; Write-Host 1,2 -Separator ','"),
            "a b\nc1,2\n"
        );
    }
}
