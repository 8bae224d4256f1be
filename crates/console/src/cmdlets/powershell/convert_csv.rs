//! `ConvertTo-Csv` and `ConvertFrom-Csv`: objects as lines of text, and back.

use exchange::value::Value;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::csv;
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::value_text;

/// The cmdlet that writes.
pub static CONVERT_TO_CSV: Cmdlet = Cmdlet {
    name: "ConvertTo-Csv",
    synopsis: "Converts objects into a series of comma-separated value strings.",
    class: "Microsoft.PowerShell.Commands.ConvertToCsvCommand",
    parameters: &[
        Parameter::new("InputObject", Kind::Values, "The objects.").at(0).whole_pipeline(),
        Parameter::new("Delimiter", Kind::String, "The character between fields.").at(1),
        Parameter::new("NoTypeInformation", Kind::Switch, "Leaves the line with the type out.")
            .aliases(&["NTI"]),
    ],
    run: |invocation| Box::pin(to_csv(invocation)),
};

/// The cmdlet that reads.
pub static CONVERT_FROM_CSV: Cmdlet = Cmdlet {
    name: "ConvertFrom-Csv",
    synopsis: "Converts object properties in comma-separated value format into objects.",
    class: "Microsoft.PowerShell.Commands.ConvertFromCsvCommand",
    parameters: &[
        Parameter::new("InputObject", Kind::Values, "The lines.").at(0).whole_pipeline(),
        Parameter::new("Delimiter", Kind::String, "The character between fields.").at(1),
        Parameter::new("Header", Kind::Strings, "The names, when the lines have none."),
    ],
    run: |invocation| Box::pin(from_csv(invocation)),
};

async fn to_csv(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let with_type = !invocation.switch("NoTypeInformation");
    let lines =
        csv::lines(&invocation.input(), delimiter(&invocation), with_type, invocation.culture());
    Ok(lines.into_iter().map(Value::String).collect())
}

async fn from_csv(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let lines: Vec<String> = invocation
        .input()
        .iter()
        .map(|line| value_text::text(line, invocation.culture()))
        .collect();
    Ok(csv::objects(&lines.join("\n"), delimiter(&invocation), invocation.strings("Header")))
}

/// The character between fields.
pub(super) fn delimiter(invocation: &Invocation<'_>) -> char {
    invocation.string("Delimiter").and_then(|text| text.chars().next()).unwrap_or(',')
}

#[cfg(test)]
mod tests {
    use crate::language::testing::shown;

    #[test]
    fn lines_become_objects() {
        assert_eq!(
            shown(
                "'2026-05-01T06:06:57.291Z,>,\"250 2.6.0 Queued\"','x,y' | ConvertFrom-Csv -Header Time,Event,Data | % Data"
            ),
            "250 2.6.0 Queued\n"
        );
        assert_eq!(shown("'A;B','1;2' | ConvertFrom-Csv -Delimiter ';' | % B"), "2\n");
    }

    #[test]
    fn objects_become_lines() {
        assert_eq!(
            shown("[pscustomobject]@{Name='a\"b';Hosts='x','y';When=$null} | ConvertTo-Csv"),
            "#TYPE System.Management.Automation.PSCustomObject\n\"Name\",\"Hosts\",\"When\"\n\"a\"\"b\",\"System.String[]\",\"\"\n"
        );
    }
}
