//! What the cmdlets for message traces share: which time they search, and how the service refuses.
//!
//! Sources: Microsoft Learn, `Get-MessageTraceV2` and `Get-MessageTraceDetailV2` (limits, defaults); real
//! errors of the retired cmdlets; texts for bad times as public programs that call the cmdlets expect
//! them.

use jiff::{SignedDuration, Timestamp};

use crate::language::errors::{Category, ErrorRecord};
use crate::language::invocation::Invocation;
use crate::language::wildcard;
use crate::place::Place;
use crate::refusal;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The time that `-StartDate` and `-EndDate` say; without them the last 48 hours.
///
/// # Errors
/// When the service does not search it.
pub(super) fn period(
    invocation: &Invocation<'_>,
    place: &Place,
) -> Result<(Timestamp, Timestamp), ErrorRecord> {
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
    if now.duration_since(start) > 90 * DAY {
        return Err(argument(
            "Invalid StartDate value. The StartDate can't be older than 90 days from today.",
        ));
    }
    if end.duration_since(start) > 10 * DAY {
        return Err(argument(
            "The interval between StartDate and EndDate can't be longer than 10 days.",
        ));
    }
    Ok((start, end))
}

/// The error of a cmdlet that the service has retired, as it gives it since September 2025.
pub(super) fn retired(invocation: &Invocation<'_>) -> ErrorRecord {
    let place = match invocation.world::<Place>() {
        Ok(place) => place,
        Err(error) => return error,
    };
    let name = invocation.name();
    let text = format!(
        "||{name} will start deprecating on September 1st, 2025. Please refer to: https://learn.microsoft.com/en-us/powershell/module/exchange/{}v2?view=exchange-ps to switch to {name}V2.",
        name.to_ascii_lowercase()
    );
    refusal::online(invocation, &place, Category::InvalidOperation, "ValidationException", &text)
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
