//! `Get-MessageTraceDetailV2`: what happened to a message for one of its recipients.
//!
//! The columns of the view are those people select in real transcripts.

use exchange::value::{Object, Value};
use logs::message_trace::TraceDetailRow;

use super::message_trace::{Reach, details, period};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::view::{View, ViewColumn};
use crate::place::Place;

/// The parameter, in both versions.
pub(super) const MESSAGE_TRACE_ID: Parameter =
    Parameter::new("MessageTraceId", Kind::Guid, "The network message id.")
        .mandatory()
        .by_property_name();

/// The parameter, in both versions.
pub(super) const RECIPIENT_ADDRESS: Parameter =
    Parameter::new("RecipientAddress", Kind::String, "The recipient.")
        .mandatory()
        .by_property_name();

/// The cmdlet.
pub static GET_MESSAGE_TRACE_DETAIL_V2: Cmdlet = Cmdlet {
    name: "Get-MessageTraceDetailV2",
    synopsis: "Views what happened to a message for one of its recipients.",
    class: "",
    parameters: &[
        Parameter::new("Action", Kind::Strings, "Only events with these actions.").at(0),
        Parameter::new("EndDate", Kind::DateTime, "The end of the time, in UTC.").at(1),
        Parameter::new("Event", Kind::Strings, "Only these events, such as Defer.").at(2),
        Parameter::new("MessageId", Kind::String, "The Message-ID.").at(3).by_property_name(),
        MESSAGE_TRACE_ID.at(4),
        RECIPIENT_ADDRESS.at(5),
        Parameter::new("SenderAddress", Kind::String, "The sender.").at(6).by_property_name(),
        Parameter::new("StartDate", Kind::DateTime, "The begin of the time, in UTC.").at(7),
    ],
    run: |invocation| Box::pin(async move { run(&invocation) }),
};

/// What it puts out, in both versions.
pub(super) const TYPE_NAME: &str = "Microsoft.Exchange.Management.FfoReporting.MessageTraceDetail";

/// How it is shown.
pub static VIEW: View = View::table(
    TYPE_NAME,
    &[ViewColumn::new("Date", 0), ViewColumn::new("Event", 0), ViewColumn::new("Detail", 0)],
);

fn run(invocation: &Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let dated = invocation.has("StartDate") || invocation.has("EndDate");
    let period = if dated { Some(period(invocation, &place, Reach::V2)?) } else { None };
    Ok(details(invocation, &place, period).iter().map(shown).collect())
}

fn shown(event: &TraceDetailRow) -> Value {
    let id = event.message_trace_id.parse().map_or(Value::Null, Value::Guid);
    let object = Object::new(TYPE_NAME)
        .with("Date", event.date.map_or(Value::Null, Value::DateTime))
        .with("Event", event.event.as_str())
        .with("Action", event.action.as_str())
        .with("Detail", event.detail.as_str())
        .with("Data", event.data.as_str())
        .with("MessageId", event.message_id.as_str())
        .with("MessageTraceId", id);
    Value::from(Object { text: TYPE_NAME.to_owned(), ..object })
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_in_turn;

    #[test]
    fn the_events_of_a_message_come_from_its_trace() {
        insta::assert_snapshot!(shown_in_turn(&[
            (
                "ExchangeOnline",
                "New-Mailbox ramki; New-Mailbox asha
                 Send-LabMail ramki@contoso.onmicrosoft.com asha@contoso.onmicrosoft.com Figures
                 Start-Sleep -Seconds 3600",
            ),
            (
                "ExchangeOnline",
                "Get-MessageTraceV2 | Get-MessageTraceDetailV2
                 Get-MessageTraceV2 | Get-MessageTraceDetailV2 -Event Deliver | Format-List",
            ),
        ]), @"

        Date                Event   Detail
        ----                -----   ------
        5/1/2026 6:00:00 AM Receive Message received by: AM3PR01MB5432.EURPRD01.PROD.OUTLOOK.COM
        5/1/2026 6:00:00 AM Deliver The message was successfully delivered.




        Date           : 5/1/2026 6:00:00 AM
        Event          : Deliver
        Action         :
        Detail         : The message was successfully delivered.
        Data           : <root></root>
        MessageId      : <AM3PR01MB54325226C66211508E8DDF9320F73@AM3PR01MB5432.EURPRD01.PROD.OUTLOOK.COM>
        MessageTraceId : 91429e6f-bb2e-45c4-a85f-08dea746e152
        ");
    }
}
