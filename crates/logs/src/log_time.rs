//! The times of transport logs, `2026-05-01T06:06:57.291Z`, and of mail headers.

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// Reads the time of a log row: UTC, three decimals as servers write them, or any number up to nine.
pub fn read_log_time(text: &str) -> Option<Timestamp> {
    read_log_time_bytes(text.as_bytes())
}

/// The same for the bytes of a cell.
pub(crate) fn read_log_time_bytes(bytes: &[u8]) -> Option<Timestamp> {
    if bytes.len() < 19 || !is_row_time(bytes) || bytes[16] != b':' {
        return None;
    }
    let pair = |at: usize| Some(i64::from(digits(&bytes[at..at + 2])?));
    let (hour, minute, second) = (pair(11)?, pair(14)?, pair(17)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days = days(i64::from(digits(&bytes[0..4])?), pair(5)?, pair(8)?)?;
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    Timestamp::new(seconds, fraction(&bytes[19..])?).ok()
}

/// Reads the times of many rows, most of which are in the same minute as the row before.
#[derive(Clone, Debug, Default)]
pub struct RowClock {
    /// `2026-05-01T06:06:` of the last row.
    minute: [u8; 17],
    /// Its seconds since 1970.
    seconds: i64,
}

impl RowClock {
    /// The time in a cell, as [`read_log_time`] reads it.
    pub fn time(&mut self, cell: &[u8]) -> Option<Timestamp> {
        if let [minute @ .., s1, s2, b'.', d1, d2, d3, b'Z'] = cell
            && *minute == self.minute
            && [s1, s2, d1, d2, d3].iter().all(|digit| digit.is_ascii_digit())
            && *s1 < b'6'
        {
            let number = |digit: &u8| i64::from(*digit - b'0');
            let second = self.seconds + number(s1) * 10 + number(s2);
            let thousandths =
                i32::from(*d1 - b'0') * 100 + i32::from(*d2 - b'0') * 10 + i32::from(*d3 - b'0');
            return Timestamp::new(second, thousandths * 1_000_000).ok();
        }
        let time = read_log_time_bytes(cell)?;
        if let Some(minute) = cell.first_chunk::<17>() {
            self.minute = *minute;
            self.seconds = time.as_second() - time.as_second().rem_euclid(60);
        }
        Some(time)
    }
}

/// Days since 1970 of a date of the Gregorian calendar. Rows are many, so this is worth its own sum.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=last).contains(&day) {
        return None;
    }
    // Years that begin in March, so that the leap day is the last.
    let year = year - i64::from(month <= 2);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(year * 365 + leap_days + of_year - 719_468)
}

/// Whether a line opens like a row: `yyyy-MM-ddTHH:mm`.
pub(crate) fn is_row_time(line: &[u8]) -> bool {
    const SHAPE: &[u8; 16] = b"0000-00-00T00:00";
    line.len() >= SHAPE.len()
        && line.iter().zip(SHAPE).all(|(byte, shape)| match shape {
            b'0' => byte.is_ascii_digit(),
            mark => byte == mark,
        })
}

/// Reads the date of a mail header. The day of the week may be wrong, as it is in anonymised mail,
/// and a comment such as `(JST)` may follow.
pub fn read_mail_date(text: &str) -> Option<Timestamp> {
    const PARSER: DateTimeParser = DateTimeParser::new().relaxed_weekday(true);
    let text = text.trim();
    PARSER
        .parse_timestamp(text)
        .ok()
        .or_else(|| PARSER.parse_timestamp(text.split(" (").next()?.trim()).ok())
}

/// Decimals and a closing `Z`, both of which may be missing, as nanoseconds.
fn fraction(rest: &[u8]) -> Option<i32> {
    let rest = rest.strip_suffix(b"Z").unwrap_or(rest);
    let Some(decimals) = rest.strip_prefix(b".") else {
        return rest.is_empty().then_some(0);
    };
    if decimals.is_empty() || decimals.len() > 9 {
        return None;
    }
    let scale = u32::try_from(9 - decimals.len()).ok()?;
    i32::try_from(digits(decimals)?).ok()?.checked_mul(10_i32.pow(scale))
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0_u32, |number, byte| {
        byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use exchange::culture::log_time;
    use proptest::prelude::*;

    #[test]
    fn decimals_may_be_missing_or_more_than_three() {
        let read = |text| read_log_time(text).map(|time| time.to_string());
        assert_eq!(read("2026-05-01T06:06:57.291Z").as_deref(), Some("2026-05-01T06:06:57.291Z"));
        assert_eq!(read("2026-05-01T06:06:57Z").as_deref(), Some("2026-05-01T06:06:57Z"));
        assert_eq!(
            read("2026-05-01T06:06:57.6050000Z").as_deref(),
            Some("2026-05-01T06:06:57.605Z")
        );
        assert_eq!(read("2026-13-01T06:06:57.291Z"), None);
        assert_eq!(read("2026-05-01T06:06:5"), None);
        assert_eq!(read("2026-05-01T06:06:57.Z"), None);
    }

    #[test]
    fn mail_dates_forgive_the_weekday_and_comments() {
        let read = |text| read_mail_date(text).map(|time| time.to_string());
        let expected = Some("2011-02-22T14:34:45Z".to_owned());
        assert_eq!(read("Thu, 22 Feb 2011 23:34:45 +0900"), expected);
        assert_eq!(read(" Tue, 22 Feb 2011 23:34:45 +0900 (JST)"), expected);
        assert_eq!(read("22 Feb 2011"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(milliseconds in 0_i64..4_102_444_800_000) {
            let time = Timestamp::from_millisecond(milliseconds).unwrap();
            prop_assert_eq!(read_log_time(&log_time(time)), Some(time));
        }

        #[test]
        fn dates_are_those_of_the_calendar(year in 0_i16..9999, month in 0_i8..14, day in 0_i8..33) {
            let text = format!("{year:04}-{month:02}-{day:02}T23:59:58.007Z");
            let mut clock = RowClock::default();
            prop_assert_eq!(clock.time(text.as_bytes()), read_log_time(&text));
            for other in [":03.500Z", ":60.500Z", ":03.5Z", ":3a.500Z"] {
                let other = text.replace(":58.007Z", other);
                prop_assert_eq!(clock.time(other.as_bytes()), read_log_time(&other));
            }
            let known = jiff::civil::DateTime::new(year, month, day, 23, 59, 58, 7_000_000).ok();
            let known = known.and_then(|it| jiff::tz::Offset::UTC.to_timestamp(it).ok());
            prop_assert_eq!(read_log_time(&text), known);
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _log = read_log_time(&text);
            let _mail = read_mail_date(&text);
        }

        #[test]
        fn any_shape_of_digits_is_read_or_refused(text in "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9:.Z]{0,14}") {
            let _log = read_log_time(&text);
        }
    }
}
