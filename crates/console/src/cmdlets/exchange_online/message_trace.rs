//! What the cmdlets for message traces share: which time they search, what they find, and how the service
//! refuses. The cmdlets of the first version are retired: they answer until September 2025.
//!
//! Sources: Microsoft Learn, `Get-MessageTraceV2` and `Get-MessageTraceDetailV2` (limits, defaults); real
//! errors of the retired cmdlets; texts for bad times as public programs that call the cmdlets expect
//! them.

use jiff::{SignedDuration, Timestamp};
use logs::message_trace::{TraceDetailRow, TraceRow};

use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::language::wildcard;
use crate::place::Place;
use crate::refusal;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// When the cmdlets of the first version were retired: 2025-09-01T00:00:00Z.
const RETIRED: Timestamp = Timestamp::constant(1_756_684_800, 0);

/// How many days back the service searches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// The first version: 10 days.
    V1 = 10,
    /// The second: 90 days, 10 of them at once.
    V2 = 90,
}

/// The time that `-StartDate` and `-EndDate` say; without them the last 48 hours.
///
/// # Errors
/// When the service does not search it.
pub(super) fn period(
    invocation: &Invocation<'_>,
    place: &Place,
    reach: Reach,
) -> Result<(Timestamp, Timestamp), ErrorRecord> {
    let days = reach as i32;
    let now = place.world.clock().now();
    let no = |text: &str| refused(invocation, place, "ArgumentException", text);
    let argument = |text: &str| no(&format!("|System.ArgumentException|{text}"));
    let (start, end) = match (invocation.date_time("StartDate"), invocation.date_time("EndDate")) {
        (None, None) => (now - 2 * DAY, now),
        (Some(_), None) => {
            return Err(argument("EndDate is required when a StartDate is entered."));
        }
        (None, Some(_)) => {
            return Err(argument("StartDate is required when an EndDate is entered."));
        }
        (Some(start), Some(end)) => (start, end),
    };
    if start > end {
        return Err(argument(
            "Invalid StartDate value. The StartDate can't be later than EndDate.",
        ));
    }
    if now.duration_since(start) > days * DAY {
        return Err(argument(&format!(
            "Invalid StartDate value. The StartDate can't be older than {days} days from today."
        )));
    }
    if end.duration_since(start) > 10 * DAY {
        return Err(argument(
            "The interval between StartDate and EndDate can't be longer than 10 days.",
        ));
    }
    Ok((start, end))
}

/// The rows of a time that the filters let through, newest first, those of one moment by recipient.
pub(super) fn rows(
    invocation: &Invocation<'_>,
    place: &Place,
    (start, end): (Timestamp, Timestamp),
) -> Vec<TraceRow> {
    let traced = place.world.exchange_online.trace.all();
    let mut rows: Vec<TraceRow> = traced.into_iter().map(|traced| traced.row).collect();
    rows.retain(|row| {
        let in_time = row.received.is_some_and(|received| start <= received && received <= end);
        in_time && fits(invocation, row)
    });
    rows.sort_by_key(|row| (std::cmp::Reverse(row.received), row.recipient_address.clone()));
    rows
}

fn fits(invocation: &Invocation<'_>, row: &TraceRow) -> bool {
    let is = |parameter: &str, own: &Option<String>| {
        let wanted = invocation.string(parameter);
        wanted.is_none_or(|wanted| own.as_deref() == Some(wanted.as_str()))
    };
    let id = invocation.guid("MessageTraceId");
    is("FromIP", &row.from_ip)
        && is("ToIP", &row.to_ip)
        && admits(invocation, "MessageId", &row.message_id)
        && id.is_none_or(|id| row.message_trace_id.eq_ignore_ascii_case(&id.to_string()))
        && admits(invocation, "RecipientAddress", &row.recipient_address)
        && admits(invocation, "SenderAddress", &row.sender_address)
        && admits(invocation, "Status", &row.status)
}

/// The events of the message and recipient that were asked for, oldest first.
pub(super) fn details(
    invocation: &Invocation<'_>,
    place: &Place,
    period: Option<(Timestamp, Timestamp)>,
) -> Vec<TraceDetailRow> {
    let id = invocation.guid("MessageTraceId").map(|id| id.to_string()).unwrap_or_default();
    let recipient = invocation.string("RecipientAddress").unwrap_or_default();
    let mut traced = place.world.exchange_online.trace.all();
    traced.retain(|traced| {
        let row = &traced.row;
        row.message_trace_id.eq_ignore_ascii_case(&id)
            && row.recipient_address.eq_ignore_ascii_case(&recipient)
            && admits(invocation, "MessageId", &row.message_id)
            && admits(invocation, "SenderAddress", &row.sender_address)
    });
    let mut events: Vec<_> = traced.into_iter().flat_map(|traced| traced.events).collect();
    events.retain(|event| {
        let in_time = period
            .is_none_or(|(start, end)| event.date.is_some_and(|date| start <= date && date <= end));
        in_time
            && admits(invocation, "Event", &event.event)
            && admits(invocation, "Action", &event.action)
    });
    events
}

/// The rows of `-Page`, each with its place among all.
///
/// # Errors
/// When there is no such page, or pages are not so large.
pub(super) fn page<T>(
    invocation: &Invocation<'_>,
    place: &Place,
    rows: Vec<T>,
) -> Result<Vec<(i32, T)>, ErrorRecord> {
    let number = |parameter: &str, default: i32, most: i32| {
        let wanted = invocation.int(parameter).unwrap_or(default);
        (1..=most).contains(&wanted).then_some(wanted).ok_or_else(|| {
            let text = format!("|System.ArgumentException|{parameter} is invalid");
            refused(invocation, place, "ArgumentException", &text)
        })
    };
    let size = number("PageSize", 1000, 5000)?;
    let first = (number("Page", 1, 1000)? - 1) * size;
    let numbered = (0..).zip(rows).skip_while(|(index, _)| *index < first);
    Ok(numbered.take_while(|(index, _)| *index < first + size).collect())
}

/// The error of a cmdlet that the service has retired, as it gives it since September 2025.
///
/// # Errors
/// That one, from the day on.
pub(super) fn not_retired(invocation: &Invocation<'_>, place: &Place) -> Result<(), ErrorRecord> {
    if place.world.clock().now() < RETIRED {
        return Ok(());
    }
    let name = invocation.name();
    let text = format!(
        "||{name} will start deprecating on September 1st, 2025. Please refer to: https://learn.microsoft.com/en-us/powershell/module/exchange/{}v2?view=exchange-ps to switch to {name}V2.",
        name.to_ascii_lowercase()
    );
    let category = Category::InvalidOperation;
    Err(refusal::online(invocation, place, category, "ValidationException", &text))
}

/// Any other refusal; the text begins with an empty code and the class.
pub(super) fn refused(
    invocation: &Invocation<'_>,
    place: &Place,
    exception: &'static str,
    text: &str,
) -> ErrorRecord {
    refusal::online(invocation, place, Category::NotSpecified, exception, text)
}

/// Whether a multi-valued filter lets a text through; it does when it was not given.
pub(super) fn admits(invocation: &Invocation<'_>, parameter: &str, text: &str) -> bool {
    let patterns = invocation.strings(parameter);
    patterns.is_none_or(|all| all.iter().any(|one| wildcard::matches(one, text)))
}
