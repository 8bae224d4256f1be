//! Sizes, time spans and "unlimited", as the shell shows them and takes them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::properties::{Fit, Unfit};
use crate::value::Value;

/// A size in bytes, shown as `36 MB (37,748,736 bytes)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(pub u64);

const UNITS: [(&str, u64); 5] =
    [("TB", 1 << 40), ("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10), ("B", 1)];

impl ByteSize {
    /// That many megabytes (2^20 bytes).
    pub const fn megabytes(count: u64) -> Self {
        Self(count << 20)
    }

    /// That many kilobytes (2^10 bytes).
    pub const fn kilobytes(count: u64) -> Self {
        Self(count << 10)
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, factor) =
            UNITS.into_iter().find(|(_, factor)| self.0 >= *factor).unwrap_or(("B", 1));
        let whole = self.0 / factor;
        let thousandths = (self.0 % factor) * 1000 / factor;
        let fraction = format!("{thousandths:03}");
        let fraction = fraction.trim_end_matches('0');
        let bytes = grouped(self.0);
        if fraction.is_empty() {
            write!(f, "{whole} {unit} ({bytes} bytes)")
        } else {
            write!(f, "{whole}.{fraction} {unit} ({bytes} bytes)")
        }
    }
}

/// `37,748,736`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Reads `36MB`, `36 MB (37,748,736 bytes)` and a plain number of bytes.
impl FromStr for ByteSize {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if let Some((_, exact)) = text.split_once('(') {
            let digits: String = exact.chars().filter(char::is_ascii_digit).collect();
            return digits.parse().map(Self).map_err(|_| ());
        }
        let text = text.trim().to_ascii_uppercase();
        for (unit, factor) in UNITS {
            if let Some(number) = text.strip_suffix(unit) {
                let count: u64 = number.trim().parse().map_err(|_| ())?;
                return count.checked_mul(factor).map(Self).ok_or(());
            }
        }
        text.parse().map(Self).map_err(|_| ())
    }
}

impl Fit for ByteSize {
    fn to_value(&self) -> Value {
        Value::opaque("Microsoft.Exchange.Data.ByteQuantifiedSize", self.to_string())
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        value
            .to_string()
            .parse()
            .map_err(|()| Unfit::new("Microsoft.Exchange.Data.ByteQuantifiedSize", value))
    }
}

/// A value or `Unlimited`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlimited<T> {
    /// Not more than this.
    Limited(T),
    /// No limit.
    Unlimited,
}

impl<T: Copy + PartialOrd> Unlimited<T> {
    /// Whether that much is within the limit.
    pub fn allows(self, amount: T) -> bool {
        match self {
            Self::Limited(limit) => amount <= limit,
            Self::Unlimited => true,
        }
    }
}

impl<T: Fit> Fit for Unlimited<T> {
    fn to_value(&self) -> Value {
        let text = match self {
            Self::Limited(limit) => limit.to_value().to_string(),
            Self::Unlimited => "Unlimited".to_owned(),
        };
        Value::opaque("Microsoft.Exchange.Data.Unlimited`1", text)
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        if value.to_string().eq_ignore_ascii_case("unlimited") {
            Ok(Self::Unlimited)
        } else {
            T::from_value(value).map(Self::Limited)
        }
    }
}

/// A time span, shown as `00:10:00` or `2.00:00:00`; whole milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeSpan(pub Duration);

impl TimeSpan {
    /// That many seconds.
    pub const fn seconds(count: u64) -> Self {
        Self(Duration::from_secs(count))
    }

    /// That many minutes.
    pub const fn minutes(count: u64) -> Self {
        Self::seconds(count * 60)
    }

    /// That many hours.
    pub const fn hours(count: u64) -> Self {
        Self::minutes(count * 60)
    }

    /// That many days.
    pub const fn days(count: u64) -> Self {
        Self::hours(count * 24)
    }
}

impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let (days, rest) = (seconds / 86_400, seconds % 86_400);
        if days > 0 {
            write!(f, "{days}.")?;
        }
        write!(f, "{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60)?;
        match self.0.subsec_millis() {
            0 => Ok(()),
            millis => write!(f, ".{millis:03}0000"),
        }
    }
}

/// Reads `[d.]hh:mm:ss[.fffffff]`, `hh:mm` and a plain number of days, as .NET does.
impl FromStr for TimeSpan {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.trim();
        let (days, clock) = match text.split_once(':') {
            None => return text.parse().map(TimeSpan::days).map_err(|_| ()),
            Some((first, rest)) => match first.split_once('.') {
                Some((days, hours)) => (days.parse().map_err(|_| ())?, format!("{hours}:{rest}")),
                None => (0, text.to_owned()),
            },
        };
        let parts: Vec<&str> = clock.split(':').collect();
        let (hours, minutes, seconds) = match parts.as_slice() {
            [hours, minutes] => (*hours, *minutes, "0"),
            [hours, minutes, seconds] => (*hours, *minutes, *seconds),
            _ => return Err(()),
        };
        let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
        let millis: u64 = format!("{fraction:0<3}").get(..3).ok_or(())?.parse().map_err(|_| ())?;
        let number = |text: &str, limit: u64| -> Result<u64, ()> {
            let number = text.parse::<u64>().map_err(|_| ())?;
            if number < limit { Ok(number) } else { Err(()) }
        };
        let total = u64::checked_mul(days, 86_400)
            .and_then(|sum| sum.checked_add(number(hours, 24).ok()? * 3600))
            .ok_or(())?
            + number(minutes, 60)? * 60
            + number(seconds, 60)?;
        Ok(Self(Duration::from_secs(total) + Duration::from_millis(millis)))
    }
}

impl Fit for TimeSpan {
    fn to_value(&self) -> Value {
        Value::opaque("Microsoft.Exchange.Data.EnhancedTimeSpan", self.to_string())
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        value
            .to_string()
            .parse()
            .map_err(|()| Unfit::new("Microsoft.Exchange.Data.EnhancedTimeSpan", value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes_are_shown_as_the_product_does() {
        assert_eq!(ByteSize::megabytes(36).to_string(), "36 MB (37,748,736 bytes)");
        assert_eq!(ByteSize::kilobytes(256).to_string(), "256 KB (262,144 bytes)");
        assert_eq!("36MB".parse(), Ok(ByteSize::megabytes(36)));
        assert_eq!("1.5".parse::<ByteSize>(), Err(()));
    }

    #[test]
    fn time_spans_have_days_only_when_needed() {
        assert_eq!(TimeSpan::minutes(10).to_string(), "00:10:00");
        assert_eq!(TimeSpan::days(2).to_string(), "2.00:00:00");
        assert_eq!("00:00:05".parse(), Ok(TimeSpan::seconds(5)));
        assert_eq!("12:34:56:78".parse::<TimeSpan>(), Err(()));
        assert_eq!("25:00:00".parse::<TimeSpan>(), Err(()));
    }

    #[test]
    fn unlimited_is_a_word() {
        assert_eq!(
            Unlimited::<i32>::from_value(&Value::from("unlimited")),
            Ok(Unlimited::Unlimited)
        );
        assert!(Unlimited::Limited(5).allows(5) && !Unlimited::Limited(5).allows(6));
    }

    proptest! {
        #[test]
        fn a_size_survives_its_text(bytes in 0..u64::MAX >> 12) {
            prop_assert_eq!(ByteSize(bytes).to_string().parse(), Ok(ByteSize(bytes)));
        }

        #[test]
        fn a_time_span_survives_its_text(millis in 0..10_000_000_000_u64) {
            let span = TimeSpan(Duration::from_millis(millis));
            prop_assert_eq!(span.to_string().parse(), Ok(span));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _size: Result<ByteSize, ()> = text.parse();
            let _span: Result<TimeSpan, ()> = text.parse();
        }
    }
}
