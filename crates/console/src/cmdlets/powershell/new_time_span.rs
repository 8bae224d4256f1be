//! `New-TimeSpan`: the time between two dates, or one of so many days and hours.

use exchange::value::Value;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::time_span::TimeSpan;

/// The cmdlet.
pub static NEW_TIME_SPAN: Cmdlet = Cmdlet {
    name: "New-TimeSpan",
    synopsis: "Creates a TimeSpan object.",
    class: "Microsoft.PowerShell.Commands.NewTimeSpanCommand",
    parameters: &[
        Parameter::new("Start", Kind::DateTime, "When it starts; now if not given.")
            .at(0)
            .by_value()
            .aliases(&["LastWriteTime"]),
        Parameter::new("End", Kind::DateTime, "When it ends; now if not given.").at(1),
        Parameter::new("Days", Kind::Int, "Days."),
        Parameter::new("Hours", Kind::Int, "Hours."),
        Parameter::new("Minutes", Kind::Int, "Minutes."),
        Parameter::new("Seconds", Kind::Int, "Seconds."),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    const UNITS: [(&str, f64); 4] =
        [("Days", 86_400.0), ("Hours", 3600.0), ("Minutes", 60.0), ("Seconds", 1.0)];
    if UNITS.iter().any(|(name, _)| invocation.has(name)) {
        let seconds =
            UNITS.iter().map(|(name, unit)| invocation.double(name).unwrap_or_default() * unit);
        return Ok(vec![TimeSpan::from_seconds(seconds.sum()).into()]);
    }
    let now = invocation.session.host().clock().now();
    let start = invocation.date_time("Start").unwrap_or(now);
    let end = invocation.date_time("End").unwrap_or(now);
    Ok(vec![TimeSpan::from_duration(end.duration_since(start)).into()])
}

#[cfg(test)]
mod tests {
    use crate::language::testing::shown;

    #[test]
    fn a_time_span_is_listed_with_its_totals() {
        insta::assert_snapshot!(shown("New-TimeSpan -Days 1 -Minutes 30"), @r"


        Days              : 1
        Hours             : 0
        Minutes           : 30
        Seconds           : 0
        Milliseconds      : 0
        Ticks             : 882000000000
        TotalDays         : 1.02083333333333
        TotalHours        : 24.5
        TotalMinutes      : 1470
        TotalSeconds      : 88200
        TotalMilliseconds : 88200000
        ");
        assert_eq!(shown("(New-TimeSpan '5/1/2026' '5/3/2026').TotalHours"), "48\n");
        assert_eq!(shown("$t = (Get-Date) - (New-TimeSpan -Minutes 30); $t.Minute"), "36\n");
    }
}
