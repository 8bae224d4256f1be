//! `Get-MessageTraceV2`: which messages came to the tenant and left it, one row for each recipient.
//!
//! The newest come first.
//!
//! Not modelled: the minutes until a message can be traced, the limit of 100 requests in five minutes.
//! The columns of the view are from memory of the product.

use exchange::value::{Object, Value};
use jiff::Timestamp;
use logs::message_trace::TraceRow;

use super::message_trace::{self, Reach, period, refused};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::view::{View, ViewColumn};
use crate::place::Place;

/// The parameter, in both versions.
pub(super) const STATUS: Parameter = Parameter::new(
    "Status",
    Kind::Strings,
    "What became of it: Delivered, Expanded, Failed, FilteredAsSpam, GettingStatus, Pending, Quarantined.",
);

/// The cmdlet.
pub static GET_MESSAGE_TRACE_V2: Cmdlet = Cmdlet {
    name: "Get-MessageTraceV2",
    synopsis: "Traces messages through the tenant.",
    class: "",
    parameters: &[
        Parameter::new("EndDate", Kind::DateTime, "The end of the time, in UTC.").at(0),
        Parameter::new("FromIP", Kind::String, "The address it came from.").at(1),
        Parameter::new("MessageId", Kind::Strings, "The Message-ID, with its angle brackets.")
            .at(2),
        Parameter::new("MessageTraceId", Kind::Guid, "The network message id.").at(3),
        Parameter::new("RecipientAddress", Kind::Strings, "The recipients; * stands for any text.")
            .at(4),
        Parameter::new("ResultSize", Kind::Int, "Most rows, 1 to 5000; 1000 by default.").at(5),
        Parameter::new("SenderAddress", Kind::Strings, "The senders; * stands for any text.").at(6),
        Parameter::new("StartDate", Kind::DateTime, "The begin of the time, in UTC.").at(7),
        Parameter::new(
            "StartingRecipientAddress",
            Kind::String,
            "With an EndDate: where the rows after an earlier answer begin.",
        )
        .at(8),
        STATUS.at(9),
        Parameter::new("Subject", Kind::String, "A part of the subject.").at(10),
        Parameter::new(
            "SubjectFilterType",
            Kind::Choice(&["Contains", "EndsWith", "StartsWith"]),
            "Which part of the subject.",
        )
        .at(11),
        Parameter::new("ToIP", Kind::String, "The address it was sent to.").at(12),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

/// What it puts out, in both versions.
pub(super) const TYPE_NAME: &str = "Microsoft.Exchange.Management.FfoReporting.MessageTrace";

/// How it is shown.
pub static VIEW: View = View::table(
    TYPE_NAME,
    &[
        ViewColumn::new("Received", 0),
        ViewColumn::new("SenderAddress", 0),
        ViewColumn::new("RecipientAddress", 0),
        ViewColumn::new("Subject", 0),
        ViewColumn::new("Status", 0),
    ],
);

/// The address at which an earlier answer broke off.
struct Resume {
    at: Timestamp,
    recipient: String,
}

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let (start, end) = period(&invocation, &place, Reach::V2)?;
    let wanted = invocation.int("ResultSize").unwrap_or(1000);
    let size = usize::try_from(wanted).ok().filter(|size| (1..=5000).contains(size));
    let Some(size) = size else {
        let text = "|System.ArgumentException|ResultSize is invalid";
        return Err(refused(&invocation, &place, "ArgumentException", text));
    };
    let resume = invocation
        .string("StartingRecipientAddress")
        .map(|address| Resume { at: end, recipient: address.to_lowercase() });
    let mut rows = message_trace::rows(&invocation, &place, (start, end));
    rows.retain(|row| {
        has_subject(&invocation, &row.subject)
            && resume.as_ref().is_none_or(|resume| resume.from(row))
    });
    let rest = rows.split_off(size.min(rows.len()));
    if let (false, Some(last)) = (rest.is_empty(), rows.last()) {
        let text = more(start, last, size);
        invocation.warn(text);
    }
    Ok(rows.iter().map(shown).collect())
}

impl Resume {
    /// The rows of one moment are in the order of their recipients.
    fn from(&self, row: &TraceRow) -> bool {
        row.received != Some(self.at) || row.recipient_address.to_lowercase() >= self.recipient
    }
}

fn has_subject(invocation: &Invocation<'_>, subject: &str) -> bool {
    let Some(wanted) = invocation.string("Subject") else { return true };
    let (subject, wanted) = (subject.to_lowercase(), wanted.to_lowercase());
    match invocation.string("SubjectFilterType").as_deref() {
        Some("StartsWith") => subject.starts_with(&wanted),
        Some("EndsWith") => subject.ends_with(&wanted),
        _ => subject.contains(&wanted),
    }
}

fn more(start: Timestamp, last: &TraceRow, size: usize) -> String {
    let end = last.received.map_or_else(String::new, |received| format!("{received:.7}"));
    format!(
        "There are more results, use the following command to get more.\nGet-MessageTraceV2 -StartDate \"{start}\" -EndDate \"{end}\" -StartingRecipientAddress \"{}\" -ResultSize {size}",
        last.recipient_address
    )
}

fn shown(row: &TraceRow) -> Value {
    let id = row.message_trace_id.parse().map_or(Value::Null, Value::Guid);
    let size =
        row.size.map_or(Value::Null, |size| Value::I32(i32::try_from(size).unwrap_or(i32::MAX)));
    let object = Object::new(TYPE_NAME)
        .with("MessageTraceId", id)
        .with("MessageId", row.message_id.as_str())
        .with("Received", row.received.map_or(Value::Null, Value::DateTime))
        .with("SenderAddress", row.sender_address.as_str())
        .with("RecipientAddress", row.recipient_address.as_str())
        .with("FromIP", row.from_ip.as_deref().unwrap_or_default())
        .with("ToIP", row.to_ip.as_deref().unwrap_or_default())
        .with("Subject", row.subject.as_str())
        .with("Status", row.status.as_str())
        .with("Size", size);
    Value::from(Object { text: TYPE_NAME.to_owned(), ..object })
}

#[cfg(test)]
mod tests {
    use crate::testing_world::{TRACED_MAIL, shown_in_turn, shown_on};

    fn shown(script: &str) -> String {
        shown_in_turn(&[("ExchangeOnline", TRACED_MAIL), ("ExchangeOnline", script)])
    }

    #[test]
    fn every_recipient_has_a_row_and_the_newest_come_first() {
        insta::assert_snapshot!(shown(
            "Get-MessageTraceV2
             Get-MessageTraceV2 -RecipientAddress asha* -Status Delivered -Subject figures -SubjectFilterType EndsWith | Format-List
             (Get-MessageTraceV2 -SenderAddress nobody@contoso.com).Count
             $one = Get-MessageTraceV2 -ResultSize 1
             (Get-MessageTraceV2 -MessageTraceId $one.MessageTraceId).Count",
        ), @r#"

        Received            SenderAddress                 RecipientAddress              Subject                    Status
        --------            -------------                 ----------------              -------                    ------
        5/1/2026 6:00:00 AM                               ramki@contoso.onmicrosoft.com Undeliverable: The figures Delivered
        5/1/2026 6:00:00 AM ramki@contoso.onmicrosoft.com asha@contoso.onmicrosoft.com  The figures                Delivered
        5/1/2026 6:00:00 AM ramki@contoso.onmicrosoft.com nobody@contoso.com            The figures                Failed




        MessageTraceId   : 91429e6f-bb2e-45c4-a85f-08dea746e152
        MessageId        : <AM3PR01MB54325226C66211508E8DDF9320F73@AM3PR01MB5432.EURPRD01.PROD.OUTLOOK.COM>
        Received         : 5/1/2026 6:00:00 AM
        SenderAddress    : ramki@contoso.onmicrosoft.com
        RecipientAddress : asha@contoso.onmicrosoft.com
        FromIP           :
        ToIP             :
        Subject          : The figures
        Status           : Delivered
        Size             : 3983



        0
        WARNING: There are more results, use the following command to get more.
        Get-MessageTraceV2 -StartDate "2026-04-29T07:00:00Z" -EndDate "2026-05-01T06:00:00.4400000Z" -StartingRecipientAddress
        "ramki@contoso.onmicrosoft.com" -ResultSize 1
        1
        "#);
    }

    #[test]
    fn the_rows_after_an_answer_are_asked_for_with_its_warning() {
        let found = shown(
            "$first = Get-MessageTraceV2 -StartDate 5/1/2026 -EndDate 5/2/2026 -ResultSize 2
             $rest = Get-MessageTraceV2 -StartDate 5/1/2026 -EndDate $first[-1].Received -StartingRecipientAddress $first[-1].RecipientAddress
             ($first.Count), ($rest.Count), ($first[-1].RecipientAddress -eq $rest[0].RecipientAddress)",
        );
        insta::assert_snapshot!(found, @r#"
        WARNING: There are more results, use the following command to get more.
        Get-MessageTraceV2 -StartDate "2026-05-01T00:00:00Z" -EndDate "2026-05-01T06:00:00.3030000Z" -StartingRecipientAddress
        "asha@contoso.onmicrosoft.com" -ResultSize 2
        2
        2
        True
        "#);
    }

    #[test]
    fn what_the_service_does_not_search_is_told() {
        insta::assert_snapshot!(shown_on(
            "ExchangeOnline",
            "Get-MessageTraceV2 -StartDate 4/30/2026
             Get-MessageTraceV2 -StartDate 1/1/2026 -EndDate 1/2/2026
             Get-MessageTraceV2 -StartDate 4/1/2026 -EndDate 4/30/2026
             Get-MessageTraceV2 -ResultSize 5001",
        ), @"
        Write-ErrorMessage : |System.ArgumentException|EndDate is required when a StartDate is entered.
            + CategoryInfo          : NotSpecified: (:) [Get-MessageTraceV2], ArgumentException
            + FullyQualifiedErrorId : [Server=AM3PR01MB5432,RequestId=25fa1061-aa8e-4f2c-bd3a-48801ba44aff,TimeStamp=Fri, 01 M
            ay 2026 06:00:00 GMT],Write-ErrorMessage

        Write-ErrorMessage : |System.ArgumentException|Invalid StartDate value. The StartDate can't be older than 90 days from
        today.
            + CategoryInfo          : NotSpecified: (:) [Get-MessageTraceV2], ArgumentException
            + FullyQualifiedErrorId : [Server=AM3PR01MB5432,RequestId=016c4f3c-2050-4ee1-ac3c-fe6237a5e986,TimeStamp=Fri, 01 M
            ay 2026 06:00:00 GMT],Write-ErrorMessage

        Write-ErrorMessage : |System.ArgumentException|The interval between StartDate and EndDate can't be longer than 10 days.
            + CategoryInfo          : NotSpecified: (:) [Get-MessageTraceV2], ArgumentException
            + FullyQualifiedErrorId : [Server=AM3PR01MB5432,RequestId=f552c094-bde1-4420-9d2a-8c47f0ec4b7b,TimeStamp=Fri, 01 M
            ay 2026 06:00:00 GMT],Write-ErrorMessage

        Write-ErrorMessage : |System.ArgumentException|ResultSize is invalid
            + CategoryInfo          : NotSpecified: (:) [Get-MessageTraceV2], ArgumentException
            + FullyQualifiedErrorId : [Server=AM3PR01MB5432,RequestId=8999f205-510a-4585-9a19-5d96ae822ea6,TimeStamp=Fri, 01 M
            ay 2026 06:00:00 GMT],Write-ErrorMessage
        ");
    }
}
