//! `Get-MessageTrace`: the first version of the message trace, with pages instead of a place to go on from.
//!
//! It answered until September 2025; since then it is retired, and says which cmdlet took its place.
//!
//! Not modelled: the minutes until a message can be traced. Not known: whether `Index` begins anew on each
//! page; here it does not. The text for a time too long ago is as public programs expect it.
//!
//! Source: Microsoft Learn, `Get-MessageTrace`; a real row (names and order of the properties); real errors.

use exchange::value::{Object, Value};
use jiff::Timestamp;
use logs::message_trace::TraceRow;

use super::get_message_trace_v2::{STATUS, TYPE_NAME};
use super::message_trace::{self, Reach, not_retired, page, period};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::place::Place;

/// Which page, of both cmdlets of the first version.
pub(super) const PAGE: Parameter =
    Parameter::new("Page", Kind::Int, "Which page, 1 to 1000; the first by default.");

/// How large it is.
pub(super) const PAGE_SIZE: Parameter =
    Parameter::new("PageSize", Kind::Int, "Rows on a page, 1 to 5000; 1000 by default.");

/// The cmdlet.
pub static GET_MESSAGE_TRACE: Cmdlet = Cmdlet {
    name: "Get-MessageTrace",
    synopsis: "Traced messages through the tenant until September 2025.",
    class: "",
    parameters: &[
        Parameter::new("EndDate", Kind::DateTime, "The end of the time, in UTC."),
        Parameter::new("FromIP", Kind::String, "The address it came from."),
        Parameter::new("MessageId", Kind::Strings, "The Message-ID, with its angle brackets."),
        Parameter::new("MessageTraceId", Kind::Guid, "The network message id."),
        PAGE,
        PAGE_SIZE,
        Parameter::new("RecipientAddress", Kind::Strings, "The recipients."),
        Parameter::new("SenderAddress", Kind::Strings, "The senders."),
        Parameter::new("StartDate", Kind::DateTime, "The begin of the time, in UTC."),
        STATUS,
        Parameter::new("ToIP", Kind::String, "The address it was sent to."),
    ],
    run: |invocation| Box::pin(async move { run(&invocation) }),
};

fn run(invocation: &Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    not_retired(invocation, &place)?;
    let period = period(invocation, &place, Reach::V1)?;
    let organization =
        place.world.exchange_online.tenant.read(|tenant| tenant.initial_domain.clone());
    let rows = message_trace::rows(invocation, &place, period);
    let rows = page(invocation, &place, rows)?;
    Ok(rows.iter().map(|(index, row)| shown(&organization, row, period, *index)).collect())
}

fn shown(
    organization: &str,
    row: &TraceRow,
    (start, end): (Timestamp, Timestamp),
    index: i32,
) -> Value {
    let id = row.message_trace_id.parse().map_or(Value::Null, Value::Guid);
    let size =
        row.size.map_or(Value::Null, |size| Value::I32(i32::try_from(size).unwrap_or(i32::MAX)));
    let address = |ip: &Option<String>| ip.as_deref().map_or(Value::Null, Value::from);
    let object = Object::new(TYPE_NAME)
        .with("Organization", organization)
        .with("MessageId", row.message_id.as_str())
        .with("Received", row.received.map_or(Value::Null, Value::DateTime))
        .with("SenderAddress", row.sender_address.as_str())
        .with("RecipientAddress", row.recipient_address.as_str())
        .with("Subject", row.subject.as_str())
        .with("Status", row.status.as_str())
        .with("ToIP", address(&row.to_ip))
        .with("FromIP", address(&row.from_ip))
        .with("Size", size)
        .with("MessageTraceId", id)
        .with("StartDate", Value::DateTime(start))
        .with("EndDate", Value::DateTime(end))
        .with("Index", Value::I32(index));
    Value::from(Object { text: TYPE_NAME.to_owned(), ..object })
}

#[cfg(test)]
mod tests {
    use crate::testing_world::{TRACED_MAIL, shown_on, shown_when};

    #[test]
    fn until_it_was_retired_it_answered_in_pages() {
        insta::assert_snapshot!(shown_when(
            "2025-05-01T06:00:00Z",
            &[
                ("ExchangeOnline", TRACED_MAIL),
                (
                    "ExchangeOnline",
                    "Get-MessageTrace -PageSize 2 -Page 2 | Format-List
                     (Get-MessageTrace -Page 2).Count
                     Get-MessageTrace -PageSize 9000
                     Get-MessageTrace -StartDate 4/1/2025 -EndDate 4/2/2025",
                ),
            ],
        ), @"


        Organization     : contoso.onmicrosoft.com
        MessageId        : <AM3PR01MB54325226C66211508E8DDF9320F73@AM3PR01MB5432.EURPRD01.PROD.OUTLOOK.COM>
        Received         : 5/1/2025 6:00:00 AM
        SenderAddress    : ramki@contoso.onmicrosoft.com
        RecipientAddress : nobody@contoso.com
        Subject          : The figures
        Status           : Failed
        ToIP             :
        FromIP           :
        Size             : 3983
        MessageTraceId   : 91429e6f-bb2e-45c4-a85f-08dd8875689b
        StartDate        : 4/29/2025 7:00:00 AM
        EndDate          : 5/1/2025 7:00:00 AM
        Index            : 2



        0
        Write-ErrorMessage : |System.ArgumentException|PageSize is invalid
            + CategoryInfo          : NotSpecified: (:) [Get-MessageTrace], ArgumentException
            + FullyQualifiedErrorId : [Server=AM3PR01MB5432,RequestId=f552c094-bde1-4420-9d2a-8c47f0ec4b7b,TimeStamp=Thu, 01 M
            ay 2025 07:00:00 GMT],Write-ErrorMessage

        Write-ErrorMessage : |System.ArgumentException|Invalid StartDate value. The StartDate can't be older than 10 days from
        today.
            + CategoryInfo          : NotSpecified: (:) [Get-MessageTrace], ArgumentException
            + FullyQualifiedErrorId : [Server=AM3PR01MB5432,RequestId=8999f205-510a-4585-9a19-5d96ae822ea6,TimeStamp=Thu, 01 M
            ay 2025 07:00:00 GMT],Write-ErrorMessage
        ");
    }

    #[test]
    fn now_it_is_retired() {
        insta::assert_snapshot!(shown_on("ExchangeOnline", "Get-MessageTrace -SenderAddress ramki@contoso.com"), @"
        Write-ErrorMessage : ||Get-MessageTrace will start deprecating on September 1st, 2025. Please refer to:
        https://learn.microsoft.com/en-us/powershell/module/exchange/get-messagetracev2?view=exchange-ps to switch to
        Get-MessageTraceV2.
            + CategoryInfo          : InvalidOperation: (:) [Get-MessageTrace], ValidationException
            + FullyQualifiedErrorId : [Server=AM3PR01MB5432,RequestId=25fa1061-aa8e-4f2c-bd3a-48801ba44aff,TimeStamp=Fri, 01 M
            ay 2026 06:00:00 GMT],Write-ErrorMessage
        ");
    }
}
