//! `Get-EventLog`: the entries of a classic event log, newest first.
//!
//! Not modelled: `-UserName`, `-List` and `-AsString`; an instance id is the event's id.
//!
//! Source: Microsoft Learn, `Get-EventLog`; the views are PowerShell's own.

use exchange::value::{Object, Value};
use services::computer::{Computer, Event};

use super::event::{self, COMPUTER_NAME, LOGS, Wanted};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::format_date;
use crate::language::invocation::Invocation;
use crate::language::view::{View, ViewColumn};
use crate::language::wildcard;

/// The cmdlet.
pub static GET_EVENT_LOG: Cmdlet = Cmdlet {
    name: "Get-EventLog",
    synopsis: "Gets the events in an event log on local or remote computers.",
    class: "Microsoft.PowerShell.Commands.GetEventLogCommand",
    parameters: &[
        Parameter::new("LogName", Kind::String, "The log.").at(0).mandatory().aliases(&["LN"]),
        Parameter::new("InstanceId", Kind::Ints, "The ids.").at(1),
        Parameter::new("Newest", Kind::Int, "How many."),
        Parameter::new("Source", Kind::Strings, "The sources; wildcards are allowed.")
            .aliases(&["ABO"]),
        Parameter::new("EntryType", Kind::Strings, "Error, Warning, Information.").aliases(&["ET"]),
        Parameter::new("Message", Kind::String, "What the text must match.").aliases(&["MSG"]),
        Parameter::new("After", Kind::DateTime, "Only later ones."),
        Parameter::new("Before", Kind::DateTime, "Only earlier ones."),
        COMPUTER_NAME,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

const TYPE_NAMES: [&str; 3] =
    ["System.Diagnostics.EventLogEntry", "System.ComponentModel.Component", "System.Object"];

/// How entries are shown.
pub static TABLE: View = View::table(
    TYPE_NAMES[0],
    &[
        ViewColumn::new("Index", 8).right(),
        ViewColumn::new("Time", 13).computed(|entry, culture| match entry.get("TimeGenerated") {
            Some(Value::DateTime(time)) => format_date::format(*time, "MMM dd HH:mm", culture),
            _ => String::new(),
        }),
        ViewColumn::new("EntryType", 11),
        ViewColumn::new("Source", 20),
        ViewColumn::new("InstanceID", 12).right(),
        ViewColumn::new("Message", 0).computed(|event, _| event::first_line(event)),
    ],
);

/// How a list shows them.
pub static LIST: View = View::list(
    TYPE_NAMES[0],
    &[
        "Index",
        "EntryType",
        "InstanceId",
        "Message",
        "Category",
        "Source",
        "TimeGenerated",
        "TimeWritten",
        "UserName",
    ],
);

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let log = invocation.string("LogName").unwrap_or_default();
    let machine = invocation.string("ComputerName").unwrap_or_else(|| ".".to_owned());
    let known = LOGS.iter().any(|own| own.eq_ignore_ascii_case(&log));
    let Some(computer) = event::computer(&invocation)?.filter(|_| known) else {
        let message = format!("The event log '{log}' on computer '{machine}' does not exist.");
        let id = "System.InvalidOperationException";
        let error = ErrorRecord::new(Category::NotSpecified, id, message);
        return Err(error.exception("InvalidOperationException"));
    };
    let levels = invocation.strings("EntryType").unwrap_or_default();
    let ids = invocation.strings("InstanceId").unwrap_or_default();
    let wanted = Wanted {
        logs: vec![log],
        providers: invocation.strings("Source").unwrap_or_default(),
        ids: ids.iter().filter_map(|id| id.parse().ok()).collect(),
        levels: levels.iter().map(|name| level(name)).collect(),
        from: invocation.date_time("After"),
        to: invocation.date_time("Before"),
    };
    let mut events = wanted.among(&computer);
    if let Some(pattern) = invocation.string("Message") {
        events.retain(|(_, event)| wildcard::matches(&pattern, &event.description));
    }
    if let Some(most) = invocation.int("Newest") {
        events.truncate(usize::try_from(most).unwrap_or_default());
    }
    if events.is_empty() {
        let id = "GetEventLogNoEntriesFound";
        let error = ErrorRecord::new(Category::ObjectNotFound, id, "No matches found");
        return Err(error.exception("ArgumentException"));
    }
    Ok(events.iter().map(|(number, event)| object(&computer, *number, event)).collect())
}

/// The number of a level; one that nothing has when there is none of that name.
fn level(name: &str) -> i32 {
    match name.to_ascii_lowercase().as_str() {
        "error" => 2,
        "warning" => 3,
        "information" => 4,
        _ => -1,
    }
}

fn object(computer: &Computer, number: i32, event: &Event) -> Value {
    let entry_type = match event::level_number(event.level) {
        2 => ("Error", 1),
        3 => ("Warning", 2),
        _ => ("Information", 4),
    };
    let entry_type =
        Value::enumeration("System.Diagnostics.EventLogEntryType", entry_type.0, entry_type.1);
    let object = Object::default()
        .with("EventID", i64::from(event.id))
        .with("MachineName", computer.fqdn.as_str())
        .with("Index", number)
        .with("Category", event.category)
        .with("EntryType", entry_type)
        .with("Message", event.description.as_str())
        .with("Source", event.source)
        .with("InstanceId", i64::from(event.id))
        .with("TimeGenerated", event.time)
        .with("TimeWritten", event.time)
        .with("UserName", Value::Null);
    let text = TYPE_NAMES[0].to_owned();
    Value::from(Object { type_names: TYPE_NAMES.map(Into::into).to_vec(), text, ..object })
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn entries_are_listed() {
        insta::assert_snapshot!(
            shown_on(
                "DC01",
                "Get-EventLog System -Newest 2 -ComputerName edge01
                 Get-EventLog -LogName System -EntryType Information -Source 'Service*' -InstanceId 7036 -Message '*DNS*' | Format-List",
            ),
            @"

           Index Time          EntryType   Source                 InstanceID Message
           ----- ----          ---------   ------                 ---------- -------
           12813 May 01 07:58  Information Service Control M...         7036 The Microsoft Exchange Transport service entered...
           12812 May 01 07:57  Information Service Control M...         7036 The Microsoft Exchange ADAM service entered the ...




        Index         : 59997
        EntryType     : Information
        InstanceId    : 7036
        Message       : The DNS Server service entered the running state.
        Category      : None
        Source        : Service Control Manager
        TimeGenerated : 5/1/2026 7:59:30 AM
        TimeWritten   : 5/1/2026 7:59:30 AM
        UserName      :
        "
        );
    }

    #[test]
    fn what_is_not_there_is_told() {
        insta::assert_snapshot!(
            shown_on("DC01", "Get-EventLog Security; Get-EventLog System -EntryType Error"),
            @"
        Get-EventLog : The event log 'Security' on computer '.' does not exist.
        At line:1 char:1
        + Get-EventLog Security; Get-EventLog System -EntryType Error
        + ~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : NotSpecified: (:) [Get-EventLog], InvalidOperationException
            + FullyQualifiedErrorId : System.InvalidOperationException,Microsoft.PowerShell.Commands.GetEventLogCommand

        Get-EventLog : No matches found
        At line:1 char:24
        + Get-EventLog Security; Get-EventLog System -EntryType Error
        +                        ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (:) [Get-EventLog], ArgumentException
            + FullyQualifiedErrorId : GetEventLogNoEntriesFound,Microsoft.PowerShell.Commands.GetEventLogCommand
        "
        );
    }
}
