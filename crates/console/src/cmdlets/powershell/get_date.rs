//! `Get-Date`: the time of the server.
//!
//! Not modelled: `-UFormat`, `-DisplayHint`, `-Year` and its kin.

use exchange::value::Value;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::format_date;
use crate::language::invocation::Invocation;

/// The cmdlet.
pub static GET_DATE: Cmdlet = Cmdlet {
    name: "Get-Date",
    synopsis: "Gets the current date and time.",
    class: "Microsoft.PowerShell.Commands.GetDateCommand",
    parameters: &[
        Parameter::new("Date", Kind::DateTime, "The time to take instead of now.").at(0).by_value(),
        Parameter::new("Format", Kind::String, "A .NET pattern, which makes the time a text."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let now = invocation.session.host().clock().now();
    let time = invocation.date_time("Date").unwrap_or(now);
    Ok(vec![match invocation.string("Format") {
        Some(pattern) => Value::String(format_date::format(time, &pattern, invocation.culture())),
        None => Value::DateTime(time),
    }])
}

#[cfg(test)]
mod tests {
    use crate::language::testing::{Console, shown};

    #[test]
    fn the_time_is_shown_by_itself_and_in_a_pattern() {
        insta::assert_snapshot!(shown("Get-Date"), @"

        Friday, May 1, 2026 6:06:57 AM
        ");
        assert_eq!(shown("Get-Date -Format 'yyyy-MM-dd HH:mm'"), "2026-05-01 06:06\n");
        assert_eq!(
            shown("(Get-Date '5/2/2026').AddHours(-2).ToString('g')"),
            "5/1/2026 10:00 PM\n"
        );
    }

    #[test]
    fn time_is_local_to_the_server() {
        let mut console = Console::new();
        console.session.culture.offset = jiff::tz::offset(2);
        assert_eq!(console.text("\"$(Get-Date)\"; (Get-Date).Hour"), "05/01/2026 08:06:57\n8\n");
    }
}
