//! How a server writes dates and numbers: its time zone and its culture.
//!
//! Banners, mail headers and the times of logs are the same in every culture; dates in `LastError` and
//! in reports, and the rate in the reply to a message, are not.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use crate::language::Language;

/// The time zone and culture of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Culture {
    /// Offset of local time from UTC.
    pub offset: Offset,
    /// How dates and numbers are written.
    pub language: Language,
}

impl Default for Culture {
    fn default() -> Self {
        Self::at(Offset::UTC)
    }
}

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Culture {
    /// English (United States) in that time zone.
    pub fn at(offset: Offset) -> Self {
        Self { offset, language: Language::default() }
    }

    /// The same culture in UTC: how the service itself, not a person, writes a time.
    #[must_use]
    pub fn in_utc(self) -> Self {
        Self { offset: Offset::UTC, ..self }
    }

    /// Local time on the server.
    pub fn local(&self, time: Timestamp) -> DateTime {
        self.offset.to_datetime(time)
    }

    /// `5/1/2026 11:36:57 AM`: local time in the culture's short date and long time pattern.
    pub fn date_time(&self, time: Timestamp) -> String {
        self.language.date_time(self.local(time))
    }

    /// `Fri, 1 May 2026 11:36:57 +0530`: the date of banners and mail headers (RFC 5322).
    pub fn mail_date(&self, time: Timestamp) -> String {
        let local = self.local(time);
        let day = usize::try_from(local.weekday().to_monday_zero_offset()).unwrap_or_default();
        let month = usize::try_from(local.month() - 1).unwrap_or_default();
        let seconds = self.offset.seconds();
        let sign = if seconds < 0 { '-' } else { '+' };
        let minutes = seconds.unsigned_abs() / 60;
        format!(
            "{}, {} {} {} {:02}:{:02}:{:02} {sign}{:02}{:02}",
            DAYS[day],
            local.day(),
            MONTHS[month],
            local.year(),
            local.hour(),
            local.minute(),
            local.second(),
            minutes / 60,
            minutes % 60
        )
    }
}

/// `2026-05-01T06:06:57.291Z`: the time of every transport log, always UTC with milliseconds.
pub fn log_time(time: Timestamp) -> String {
    let utc = Offset::UTC.to_datetime(time);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        utc.year(),
        utc.month(),
        utc.day(),
        utc.hour(),
        utc.minute(),
        utc.second(),
        utc.millisecond()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::offset;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn noon_and_midnight_are_twelve() {
        let utc = Culture::default();
        assert_eq!(utc.date_time(time("2026-05-01T00:00:05Z")), "5/1/2026 12:00:05 AM");
        assert_eq!(utc.date_time(time("2026-05-01T12:00:05Z")), "5/1/2026 12:00:05 PM");
        assert_eq!(utc.date_time(time("2017-03-16T16:59:18Z")), "3/16/2017 4:59:18 PM");
    }

    #[test]
    fn mail_dates_carry_the_offset() {
        let india =
            Culture::at(Offset::constant(5).saturating_add(jiff::SignedDuration::from_mins(30)));
        assert_eq!(
            india.mail_date(time("2026-05-01T06:06:57.291Z")),
            "Fri, 1 May 2026 11:36:57 +0530"
        );
        let new_york = Culture::at(offset(-5));
        assert_eq!(
            new_york.mail_date(time("2016-12-14T01:17:34Z")),
            "Tue, 13 Dec 2016 20:17:34 -0500"
        );
    }

    #[test]
    fn log_times_have_milliseconds() {
        assert_eq!(log_time(time("2026-05-01T06:06:57Z")), "2026-05-01T06:06:57.000Z");
    }
}
