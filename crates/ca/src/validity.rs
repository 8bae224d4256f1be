//! From when to when a certificate is valid.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// The first and the last moment of validity. Certificates keep whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Validity {
    /// First moment of validity.
    pub not_before: Timestamp,
    /// Last moment of validity.
    pub not_after: Timestamp,
}

impl Validity {
    /// So many days from then.
    pub fn days(not_before: Timestamp, days: u16) -> Self {
        Self::lasting(not_before, Span::new().days(i64::from(days)))
    }

    /// So many calendar years from then.
    pub fn years(not_before: Timestamp, years: u8) -> Self {
        Self::lasting(not_before, Span::new().years(i64::from(years)))
    }

    /// At most until the end of representable time.
    fn lasting(not_before: Timestamp, span: Span) -> Self {
        let end = not_before.to_zoned(TimeZone::UTC).checked_add(span);
        Self { not_before, not_after: end.map_or(Timestamp::MAX, |end| end.timestamp()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_years_end_at_the_same_second_of_the_calendar() {
        let validity = Validity::years("2020-01-17T15:15:33Z".parse().unwrap(), 5);
        assert_eq!(validity.not_after, "2025-01-17T15:15:33Z".parse().unwrap());
        let validity = Validity::days("2026-02-01T00:00:00Z".parse().unwrap(), 90);
        assert_eq!(validity.not_after, "2026-05-02T00:00:00Z".parse().unwrap());
    }

    #[test]
    fn a_validity_beyond_the_end_of_time_ends_there() {
        assert_eq!(Validity::years(Timestamp::MAX, 1).not_after, Timestamp::MAX);
    }
}
