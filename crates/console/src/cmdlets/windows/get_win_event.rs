//! `Get-WinEvent`: events, newest first.
//!
//! Not modelled: `-FilterXPath`, `-FilterXml`, `-Path`, `-ListLog` and `-ListProvider`.
//!
//! Source: Microsoft Learn, `Get-WinEvent`; the views are PowerShell's own (MIT).

use exchange::value::{Object, Value};
use services::computer::{Computer, Event};

use super::event::{self, COMPUTER_NAME, LOGS, Wanted};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::convert::{self, Type};
use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::language::view::{View, ViewColumn};
use crate::language::wildcard;

/// The cmdlet.
pub static GET_WIN_EVENT: Cmdlet = Cmdlet {
    name: "Get-WinEvent",
    synopsis: "Gets events from event logs and event tracing log files on local and remote computers.",
    class: "Microsoft.PowerShell.Commands.GetWinEventCommand",
    parameters: &[
        Parameter::new("LogName", Kind::Strings, "The logs; wildcards are allowed.")
            .at(0)
            .by_value()
            .by_property_name(),
        Parameter::new("ProviderName", Kind::Strings, "The providers; wildcards are allowed.")
            .by_property_name(),
        Parameter::new(
            "FilterHashtable",
            Kind::Hashtable,
            "What events must be like: LogName, ProviderName, Id, Level, StartTime, EndTime.",
        ),
        Parameter::new("MaxEvents", Kind::Int, "How many."),
        Parameter::new("Oldest", Kind::Switch, "The oldest first."),
        COMPUTER_NAME,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

const TYPE_NAMES: [&str; 3] = [
    "System.Diagnostics.Eventing.Reader.EventLogRecord",
    "System.Diagnostics.Eventing.Reader.EventRecord",
    "System.Object",
];

/// How events are shown.
pub static TABLE: View = View::table(
    TYPE_NAMES[0],
    &[
        ViewColumn::new("TimeCreated", 26),
        ViewColumn::new("Id", 8).right(),
        ViewColumn::new("LevelDisplayName", 16),
        ViewColumn::new("Message", 0).computed(|event, _| event::first_line(event)),
    ],
)
.grouped("ProviderName", |name| format!("   ProviderName: {name}"));

/// How a list shows them.
pub static LIST: View =
    View::list(TYPE_NAMES[0], &["TimeCreated", "ProviderName", "Id", "Message"]);

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let computer = event::computer(&invocation)?.ok_or_else(unreachable)?;
    let wanted = wanted(&invocation)?;
    let unknown = |log: &&String| !LOGS.iter().any(|own| wildcard::matches(log, own));
    if let Some(log) = wanted.logs.iter().find(unknown) {
        let message = format!(
            "There is not an event log on the {} computer that matches \"{log}\".",
            invocation.string("ComputerName").unwrap_or_else(|| "localhost".to_owned())
        );
        let error = ErrorRecord::new(Category::ObjectNotFound, "NoMatchingLogsFound", message);
        invocation.error(error.exception("Exception").about(log, "String"))?;
        if wanted.logs.iter().all(|log| unknown(&log)) {
            return Ok(Vec::new());
        }
    }
    let mut events = wanted.among(&computer);
    if invocation.switch("Oldest") {
        events.reverse();
    }
    if let Some(most) = invocation.int("MaxEvents") {
        events.truncate(usize::try_from(most).unwrap_or_default());
    }
    if events.is_empty() {
        let message = "No events were found that match the specified selection criteria.";
        let error = ErrorRecord::new(Category::ObjectNotFound, "NoMatchingEventsFound", message);
        return Err(error.exception("Exception"));
    }
    Ok(events.iter().map(|(number, event)| object(&computer, *number, event)).collect())
}

/// What the parameters ask for.
fn wanted(invocation: &Invocation<'_>) -> Result<Wanted, ErrorRecord> {
    let mut wanted = Wanted {
        logs: invocation.strings("LogName").unwrap_or_default(),
        providers: invocation.strings("ProviderName").unwrap_or_default(),
        ..Wanted::default()
    };
    let Some(Value::Hashtable(entries)) = invocation.value("FilterHashtable") else {
        return Ok(wanted);
    };
    let culture = invocation.culture();
    for (key, value) in &entries {
        let texts = || value.elements().iter().map(ToString::to_string).collect::<Vec<_>>();
        let time = || match convert::convert(value, Type::DateTime, culture) {
            Ok(Value::DateTime(time)) => Ok(Some(time)),
            _ => Err(unfit(key, value)),
        };
        match key.to_ascii_lowercase().as_str() {
            "logname" => wanted.logs = texts(),
            "providername" => wanted.providers = texts(),
            "id" => wanted.ids = numbers(key, value)?,
            "level" => wanted.levels = numbers(key, value)?,
            "starttime" => wanted.from = time()?,
            "endtime" => wanted.to = time()?,
            _ => return Err(unfit(key, value)),
        }
    }
    Ok(wanted)
}

fn numbers<T: std::str::FromStr>(key: &str, value: &Value) -> Result<Vec<T>, ErrorRecord> {
    let texts = value.elements().iter().map(ToString::to_string);
    texts.map(|text| text.parse().map_err(|_| unfit(key, value))).collect()
}

fn object(computer: &Computer, number: i32, event: &Event) -> Value {
    let object = Object::default()
        .with("Message", event.description.as_str())
        .with("Id", i64::from(event.id))
        .with("Level", event::level_number(event.level))
        .with("RecordId", number)
        .with("ProviderName", event.source)
        .with("LogName", event.log)
        .with("MachineName", computer.fqdn.as_str())
        .with("UserId", Value::Null)
        .with("TimeCreated", event.time)
        .with("LevelDisplayName", event::level_name(event.level))
        .with("TaskDisplayName", event.category)
        .with("KeywordsDisplayNames", Value::from(vec!["Classic"]));
    let text = TYPE_NAMES[0].to_owned();
    Value::from(Object { type_names: TYPE_NAMES.map(Into::into).to_vec(), text, ..object })
}

fn unfit(key: &str, value: &Value) -> ErrorRecord {
    let message = format!(
        "The FilterHashtable entry '{key}' with the value '{value}' cannot be used; the keys are \
         LogName, ProviderName, Id, Level, StartTime and EndTime."
    );
    let error = ErrorRecord::new(Category::InvalidArgument, "InvalidFilterHashtable", message);
    error.exception("Exception").about(key, "String")
}

fn unreachable() -> ErrorRecord {
    let message = "The RPC server is unavailable";
    let id = "System.Diagnostics.Eventing.Reader.EventLogException";
    ErrorRecord::new(Category::NotSpecified, id, message).exception("EventLogException")
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn events_are_listed_by_provider_newest_first() {
        insta::assert_snapshot!(
            shown_on(
                "EDGE01",
                "Start-Sleep 60; Restart-Service MSExchangeTransport
                 Get-WinEvent -LogName System -MaxEvents 3
                 Get-WinEvent -FilterHashtable @{LogName='Sys*'; Id=7036; Level=4; StartTime=(Get-Date).AddSeconds(-30)} -Oldest | Format-List",
            ),
            @"


           ProviderName: Service Control Manager

        TimeCreated                      Id LevelDisplayName Message
        -----------                      -- ---------------- -------
        5/1/2026 8:01:01 AM            7036 Information      The Microsoft Exchange Transport service entered the running state.
        5/1/2026 8:01:00 AM            7036 Information      The Microsoft Exchange Transport service entered the stopped state.
        5/1/2026 7:58:39 AM            7036 Information      The Microsoft Exchange Transport service entered the running state.




        TimeCreated  : 5/1/2026 8:01:00 AM
        ProviderName : Service Control Manager
        Id           : 7036
        Message      : The Microsoft Exchange Transport service entered the stopped state.

        TimeCreated  : 5/1/2026 8:01:01 AM
        ProviderName : Service Control Manager
        Id           : 7036
        Message      : The Microsoft Exchange Transport service entered the running state.
        "
        );
    }

    #[test]
    fn what_is_not_there_is_told() {
        insta::assert_snapshot!(
            shown_on(
                "EDGE01",
                "Get-WinEvent -LogName Security -ErrorAction Continue
                 Get-WinEvent -FilterHashtable @{LogName='System'; EventId=1}
                 Get-WinEvent System -ComputerName Nowhere",
            ),
            @r#"
        Get-WinEvent : There is not an event log on the localhost computer that matches "Security".
        At line:1 char:1
        + Get-WinEvent -LogName Security -ErrorAction Continue
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (Security:String) [Get-WinEvent], Exception
            + FullyQualifiedErrorId : NoMatchingLogsFound,Microsoft.PowerShell.Commands.GetWinEventCommand

        Get-WinEvent : The FilterHashtable entry 'EventId' with the value '1' cannot be used; the keys are LogName,
        ProviderName, Id, Level, StartTime and EndTime.
        At line:2 char:18
        + ...             Get-WinEvent -FilterHashtable @{LogName='System'; EventId ...
        +                 ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (EventId:String) [Get-WinEvent], Exception
            + FullyQualifiedErrorId : InvalidFilterHashtable,Microsoft.PowerShell.Commands.GetWinEventCommand

        Get-WinEvent : The RPC server is unavailable
        At line:3 char:18
        +                  Get-WinEvent System -ComputerName Nowhere
        +                  ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : NotSpecified: (:) [Get-WinEvent], EventLogException
            + FullyQualifiedErrorId : System.Diagnostics.Eventing.Reader.EventLogException,Microsoft.PowerShell.Commands.GetWi
            nEventCommand
        "#
        );
    }
}
