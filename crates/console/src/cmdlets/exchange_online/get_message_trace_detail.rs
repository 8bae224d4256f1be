//! `Get-MessageTraceDetail`: the first version of what happened to a message for one of its recipients.
//!
//! It answered until September 2025; since then it is retired, and says which cmdlet took its place.
//!
//! Not known: the order of its properties; it is that of the old reporting service.
//!
//! Source: Microsoft Learn, `Get-MessageTraceDetail`; real errors.

use exchange::value::{Object, Value};
use jiff::Timestamp;
use logs::message_trace::TraceDetailRow;

use super::get_message_trace::{PAGE, PAGE_SIZE};
use super::get_message_trace_detail_v2::{MESSAGE_TRACE_ID, RECIPIENT_ADDRESS, TYPE_NAME};
use super::message_trace::{Reach, details, not_retired, page, period};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::place::Place;

/// The cmdlet.
pub static GET_MESSAGE_TRACE_DETAIL: Cmdlet = Cmdlet {
    name: "Get-MessageTraceDetail",
    synopsis: "Viewed what happened to a message for one of its recipients until September 2025.",
    class: "",
    parameters: &[
        MESSAGE_TRACE_ID,
        RECIPIENT_ADDRESS,
        Parameter::new("Action", Kind::Strings, "Only events with these actions."),
        Parameter::new("EndDate", Kind::DateTime, "The end of the time, in UTC.")
            .by_property_name(),
        Parameter::new("Event", Kind::Strings, "Only these events, such as Defer."),
        Parameter::new("MessageId", Kind::String, "The Message-ID.").by_property_name(),
        PAGE,
        PAGE_SIZE,
        Parameter::new("SenderAddress", Kind::String, "The sender.").by_property_name(),
        Parameter::new("StartDate", Kind::DateTime, "The begin of the time, in UTC.")
            .by_property_name(),
    ],
    run: |invocation| Box::pin(async move { run(&invocation) }),
};

fn run(invocation: &Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    not_retired(invocation, &place)?;
    let period = period(invocation, &place, Reach::V1)?;
    let organization =
        place.world.exchange_online.tenant.read(|tenant| tenant.initial_domain.clone());
    let events = page(invocation, &place, details(invocation, &place, Some(period)))?;
    Ok(events.iter().map(|(index, event)| shown(&organization, event, period, *index)).collect())
}

fn shown(
    organization: &str,
    event: &TraceDetailRow,
    (start, end): (Timestamp, Timestamp),
    index: i32,
) -> Value {
    let id = event.message_trace_id.parse().map_or(Value::Null, Value::Guid);
    let object = Object::new(TYPE_NAME)
        .with("Organization", organization)
        .with("MessageId", event.message_id.as_str())
        .with("MessageTraceId", id)
        .with("Date", event.date.map_or(Value::Null, Value::DateTime))
        .with("Event", event.event.as_str())
        .with("Action", event.action.as_str())
        .with("Detail", event.detail.as_str())
        .with("Data", event.data.as_str())
        .with("StartDate", Value::DateTime(start))
        .with("EndDate", Value::DateTime(end))
        .with("Index", Value::I32(index));
    Value::from(Object { text: TYPE_NAME.to_owned(), ..object })
}

#[cfg(test)]
mod tests {
    use crate::testing_world::{shown_on, shown_when};

    #[test]
    fn until_it_was_retired_it_told_of_each_recipient_of_a_trace() {
        insta::assert_snapshot!(shown_when(
            "2025-05-01T06:00:00Z",
            &[
                (
                    "ExchangeOnline",
                    "New-Mailbox ramki; New-Mailbox asha
                     Send-LabMail ramki@contoso.onmicrosoft.com asha@contoso.onmicrosoft.com Figures
                     Start-Sleep -Seconds 3600",
                ),
                (
                    "ExchangeOnline",
                    "Get-MessageTrace | Get-MessageTraceDetail -Event Deliver | Format-List",
                ),
            ],
        ), @"


        Organization   : contoso.onmicrosoft.com
        MessageId      : <AM3PR01MB54325226C66211508E8DDF9320F73@AM3PR01MB5432.EURPRD01.PROD.OUTLOOK.COM>
        MessageTraceId : 91429e6f-bb2e-45c4-a85f-08dd8875689b
        Date           : 5/1/2025 6:00:00 AM
        Event          : Deliver
        Action         :
        Detail         : The message was successfully delivered.
        Data           : <root></root>
        StartDate      : 4/29/2025 7:00:00 AM
        EndDate        : 5/1/2025 7:00:00 AM
        Index          : 0
        ");
    }

    #[test]
    fn now_it_is_retired() {
        insta::assert_snapshot!(shown_on(
            "ExchangeOnline",
            "Get-MessageTraceDetail -MessageTraceId 2bbad36a-a467-4c7b-a82f-4b307fff549f -RecipientAddress a@b.example",
        ), @"
        Write-ErrorMessage : ||Get-MessageTraceDetail will start deprecating on September 1st, 2025. Please refer to:
        https://learn.microsoft.com/en-us/powershell/module/exchange/get-messagetracedetailv2?view=exchange-ps to switch to
        Get-MessageTraceDetailV2.
            + CategoryInfo          : InvalidOperation: (:) [Get-MessageTraceDetail], ValidationException
            + FullyQualifiedErrorId : [Server=AM3PR01MB5432,RequestId=25fa1061-aa8e-4f2c-bd3a-48801ba44aff,TimeStamp=Fri, 01 M
            ay 2026 06:00:00 GMT],Write-ErrorMessage
        ");
    }
}
