//! Dates as admins write them: `5/1/2026 11:36 AM`, `2026-05-01T06:06:57Z`, `1 May 2026`.
//!
//! A date without an offset is local time of the server. Not modelled: a time without a date
//! (PowerShell takes today), other cultures.

use exchange::culture::Culture;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;

use super::format_date::{is_day_name, month_named};

/// The time a text means; none when it is no date.
pub(crate) fn parse(text: &str, culture: Culture) -> Option<Timestamp> {
    let mut read = Read::default();
    let parted = part_date_and_time(text.trim());
    for word in parted.split([' ', ',', '\t']).filter(|word| !word.is_empty()) {
        read.word(word)?;
    }
    read.timestamp(culture)
}

/// The `T` between an ISO date and its time becomes a blank.
fn part_date_and_time(text: &str) -> String {
    match text.split_once('T') {
        Some((date, time))
            if date.ends_with(|c: char| c.is_ascii_digit())
                && time.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            format!("{date} {time}")
        }
        _ => text.to_owned(),
    }
}

/// What was read so far.
#[derive(Default)]
struct Read {
    date: Option<Date>,
    month: Option<i8>,
    numbers: Vec<i16>,
    time: Option<Time>,
    afternoon: Option<bool>,
    offset: Option<Offset>,
}

impl Read {
    fn word(&mut self, word: &str) -> Option<()> {
        if word.contains(':') {
            self.time_word(word)
        } else if word.eq_ignore_ascii_case("am") || word.eq_ignore_ascii_case("pm") {
            self.afternoon = Some(word.eq_ignore_ascii_case("pm"));
            Some(())
        } else if ["z", "gmt", "utc"].iter().any(|zone| word.eq_ignore_ascii_case(zone)) {
            self.offset = Some(Offset::UTC);
            Some(())
        } else if let Some(month) = month_named(word) {
            self.month = Some(month);
            Some(())
        } else if is_day_name(word) {
            Some(())
        } else if let Ok(number) = word.parse() {
            self.numbers.push(number);
            Some(())
        } else {
            self.date = Some(numeric_date(word)?);
            Some(())
        }
    }

    /// `11:36`, `11:36:57.291Z`, `11:36:57+05:30`, `11:36AM`, `+05:30`.
    fn time_word(&mut self, word: &str) -> Option<()> {
        let mut clock = word;
        if let Some(rest) = clock.strip_suffix(['Z', 'z']) {
            self.offset = Some(Offset::UTC);
            clock = rest;
        }
        for (suffix, afternoon) in [("AM", false), ("am", false), ("PM", true), ("pm", true)] {
            if let Some(rest) = clock.strip_suffix(suffix) {
                self.afternoon = Some(afternoon);
                clock = rest;
            }
        }
        if let Some(at) = clock.find(['+', '-']) {
            let (before, offset) = clock.split_at(at);
            self.offset = Some(parse_offset(offset)?);
            clock = before;
        }
        if !clock.is_empty() {
            self.time = Some(parse_time(clock)?);
        }
        Some(())
    }

    fn timestamp(self, culture: Culture) -> Option<Timestamp> {
        let date = match (self.date, self.month, self.numbers.as_slice()) {
            (Some(date), None, []) => date,
            (None, Some(month), [day, year]) => {
                Date::new(full_year(*year), month, i8::try_from(*day).ok()?).ok()?
            }
            _ => return None,
        };
        let mut time = self.time.unwrap_or_default();
        if let Some(afternoon) = self.afternoon {
            let hour = match (time.hour(), afternoon) {
                (12, false) => 0,
                (hour @ 1..=11, true) => hour + 12,
                (hour @ 0..=12, _) => hour,
                _ => return None,
            };
            time = Time::new(hour, time.minute(), time.second(), time.subsec_nanosecond()).ok()?;
        }
        let offset = self.offset.unwrap_or(culture.offset);
        offset.to_timestamp(date.to_datetime(time)).ok()
    }
}

/// `5/1/2026`, `05-01-2026`, `2026-05-01`, `2026/05/01`.
fn numeric_date(word: &str) -> Option<Date> {
    let parts: Vec<&str> = word.split(['/', '-']).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let (year, month, day) =
        if first.len() == 4 { (first, second, third) } else { (third, first, second) };
    Date::new(full_year(year.parse().ok()?), month.parse().ok()?, day.parse().ok()?).ok()
}

/// Two digits are a year up to 2029, or one of the last century.
fn full_year(year: i16) -> i16 {
    match year {
        0..=29 => year + 2000,
        30..=99 => year + 1900,
        _ => year,
    }
}

fn parse_time(clock: &str) -> Option<Time> {
    let mut parts = clock.split(':');
    let (hour, minute) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let (second, fraction) = match parts.next() {
        Some(text) => text.split_once('.').unwrap_or((text, "")),
        None => ("0", ""),
    };
    if parts.next().is_some() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let nanoseconds: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    Time::new(hour, minute, second.parse().ok()?, nanoseconds.parse().ok()?).ok()
}

fn parse_offset(text: &str) -> Option<Offset> {
    let (sign, body) = text.split_at_checked(1)?;
    let (hours, minutes) = body.split_once(':').unwrap_or((body, "0"));
    let seconds = hours.parse::<i32>().ok()?.checked_mul(3600)?
        + minutes.parse::<i32>().ok()?.checked_mul(60)?;
    Offset::from_seconds(if sign == "-" { -seconds } else { seconds }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn india() -> Culture {
        Culture::at(Offset::from_seconds(19_800).unwrap())
    }

    fn read(text: &str) -> String {
        parse(text, india()).map_or_else(|| "none".to_owned(), |time| time.to_string())
    }

    #[test]
    fn dates_without_an_offset_are_local() {
        for text in [
            "5/1/2026 11:36:57 AM",
            "05/01/2026 11:36:57",
            "2026-05-01T11:36:57",
            "2026-05-01 06:06:57Z",
            "2026-05-01T06:06:57.000+00:00",
            "1 May 2026 11:36:57",
            "Friday, May 1, 2026 11:36:57 AM",
        ] {
            assert_eq!(read(text), "2026-05-01T06:06:57Z", "{text}");
        }
    }

    #[test]
    fn noon_midnight_and_two_digits_are_read() {
        assert_eq!(read("5/1/26 12:00 AM"), "2026-04-30T18:30:00Z");
        assert_eq!(read("5/1/26 12:00PM"), "2026-05-01T06:30:00Z");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["", "yesterday", "13/13/2026", "5/1", "11:36", "2026-05-01 99:00", "5"] {
            assert_eq!(read(text), "none", "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _read = parse(&text, india());
        }

        #[test]
        fn what_powershell_shows_is_read_back(second in -60_000_000_000i64..250_000_000_000) {
            let time = Timestamp::from_second(second).unwrap();
            prop_assume!(india().local(time).year() >= 1000);
            for pattern in ["s", "G", "F", "o"] {
                let shown = super::super::format_date::format(time, pattern, india());
                prop_assert_eq!(parse(&shown, india()), Some(time), "{}", shown);
            }
        }
    }
}
