//! `System.TimeSpan`: `[-][d.]hh:mm:ss[.fffffff]`.
//!
//! A value carries it as its text together with the type name, like every product type; so does
//! Exchange's `EnhancedTimeSpan`, which is written in the same way.

use std::fmt;
use std::str::FromStr;

use exchange::value::Value;
use jiff::SignedDuration;

/// .NET's name of the type.
pub(crate) const TYPE_NAME: &str = "System.TimeSpan";

const TICKS_PER_SECOND: i64 = 10_000_000;

/// A length of time in units of 100 nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TimeSpan {
    /// Its length.
    pub(crate) ticks: i64,
}

impl TimeSpan {
    /// From seconds, which may have a fraction; saturates.
    pub(crate) fn from_seconds(seconds: f64) -> Self {
        let ticks = super::number::rounded(seconds * 1e7);
        Self { ticks: ticks.unwrap_or(if seconds < 0.0 { i64::MIN } else { i64::MAX }) }
    }

    /// From a duration; saturates.
    pub(crate) fn from_duration(duration: SignedDuration) -> Self {
        let ticks = duration.as_nanos() / 100;
        let limit = if ticks < 0 { i64::MIN } else { i64::MAX };
        Self { ticks: i64::try_from(ticks).unwrap_or(limit) }
    }

    /// As a duration.
    pub(crate) fn duration(self) -> SignedDuration {
        let nanoseconds = i32::try_from(self.ticks % TICKS_PER_SECOND * 100).unwrap_or_default();
        SignedDuration::new(self.ticks / TICKS_PER_SECOND, nanoseconds)
    }

    /// The time span in a value: `System.TimeSpan` or a product type with the same text.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Opaque(opaque) if opaque.type_name.ends_with("TimeSpan") => {
                opaque.text.parse().ok()
            }
            _ => None,
        }
    }

    /// A property such as `TotalMinutes` or `Hours`.
    pub(crate) fn property(self, name: &str) -> Option<Value> {
        let seconds = self.ticks / TICKS_PER_SECOND;
        let part = |value: i64| Some(Value::I32(i32::try_from(value).unwrap_or(i32::MAX)));
        let total = |unit: f64| Some(Value::F64(super::number::double(self.ticks) / (unit * 1e7)));
        match name.to_ascii_lowercase().as_str() {
            "days" => part(seconds / 86_400),
            "hours" => part(seconds / 3600 % 24),
            "minutes" => part(seconds / 60 % 60),
            "seconds" => part(seconds % 60),
            "milliseconds" => part(self.ticks / 10_000 % 1000),
            "ticks" => Some(Value::I64(self.ticks)),
            "totaldays" => total(86_400.0),
            "totalhours" => total(3600.0),
            "totalminutes" => total(60.0),
            "totalseconds" => total(1.0),
            "totalmilliseconds" => total(0.001),
            _ => None,
        }
    }
}

/// The properties in the order in which PowerShell lists them.
pub(crate) const PROPERTIES: [&str; 11] = [
    "Days",
    "Hours",
    "Minutes",
    "Seconds",
    "Milliseconds",
    "Ticks",
    "TotalDays",
    "TotalHours",
    "TotalMinutes",
    "TotalSeconds",
    "TotalMilliseconds",
];

impl From<TimeSpan> for Value {
    fn from(span: TimeSpan) -> Self {
        Value::opaque(TYPE_NAME, span.to_string())
    }
}

impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ticks < 0 {
            f.write_str("-")?;
        }
        let second = TICKS_PER_SECOND.unsigned_abs();
        let (seconds, fraction) =
            (self.ticks.unsigned_abs() / second, self.ticks.unsigned_abs() % second);
        if seconds >= 86_400 {
            write!(f, "{}.", seconds / 86_400)?;
        }
        write!(f, "{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)?;
        if fraction > 0 {
            write!(f, ".{fraction:07}")?;
        }
        Ok(())
    }
}

/// The text was no time span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("String was not recognized as a valid TimeSpan.")]
pub(crate) struct TimeSpanError;

/// Reads `[-][d.]hh:mm[:ss[.f]]`, or a bare number of days.
impl FromStr for TimeSpan {
    type Err = TimeSpanError;

    fn from_str(text: &str) -> Result<Self, TimeSpanError> {
        let trimmed = text.trim();
        let (sign, body) = trimmed.strip_prefix('-').map_or((1, trimmed), |body| (-1, body));
        let ticks = ticks(body).ok_or(TimeSpanError)?;
        Ok(Self { ticks: sign * ticks })
    }
}

fn ticks(body: &str) -> Option<i64> {
    let whole = |text: &str| -> Option<i64> {
        (!text.is_empty() && text.len() <= 8 && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse().ok())?
    };
    let mut parts = body.split(':');
    let first = parts.next()?;
    let Some(minutes) = parts.next() else {
        return whole(first)?.checked_mul(86_400 * TICKS_PER_SECOND);
    };
    let (days, hours) = match first.split_once('.') {
        Some((days, hours)) => (whole(days)?, whole(hours)?),
        None => (0, whole(first)?),
    };
    let (seconds, fraction) = match parts.next() {
        Some(text) => text.split_once('.').unwrap_or((text, "")),
        None => ("0", ""),
    };
    let (minutes, seconds) = (whole(minutes)?, whole(seconds)?);
    if parts.next().is_some() || hours > 23 || minutes > 59 || seconds > 59 || fraction.len() > 7 {
        return None;
    }
    let fraction = if fraction.is_empty() { 0 } else { whole(&format!("{fraction:0<7}"))? };
    let total = days.checked_mul(86_400)? + hours * 3600 + minutes * 60 + seconds;
    total.checked_mul(TICKS_PER_SECOND)?.checked_add(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_and_fractions_are_written_only_when_there_are_any() {
        assert_eq!(TimeSpan::from_seconds(600.0).to_string(), "00:10:00");
        assert_eq!(TimeSpan::from_seconds(-90_061.5).to_string(), "-1.01:01:01.5000000");
    }

    #[test]
    fn a_bare_number_is_days() {
        assert_eq!("2".parse::<TimeSpan>().unwrap().to_string(), "2.00:00:00");
        assert_eq!("12:30".parse::<TimeSpan>().unwrap().to_string(), "12:30:00");
        for wrong in ["", "x", "25:00:00", "1:2:3:4", "00:61:00"] {
            assert!(wrong.parse::<TimeSpan>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn text_and_back(ticks in -800_000_000_000_000_000i64..800_000_000_000_000_000) {
            let span = TimeSpan { ticks };
            prop_assert_eq!(span.to_string().parse(), Ok(span));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _read = text.parse::<TimeSpan>();
        }

        #[test]
        fn every_length_is_written(ticks: i64) {
            let span = TimeSpan { ticks };
            prop_assert!(!span.to_string().is_empty());
        }
    }
}
