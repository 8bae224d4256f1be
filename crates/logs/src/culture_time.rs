//! Dates and times as a server's culture writes them, in NDRs, `LastError`, events and cmdlet output.
//!
//! Read: `8/20/2018 12:00:39 AM`, `3/09/2016 8:05:56 PM`, `11.08.2026 09:47:13`, `2024/10/1 上午
//! 06:43:04`, `2026-05-01 06:06:57`. Which of two numbers below 13 is the month cannot be known;
//! the month is taken first, as in the United States, unless dots part the numbers.
//!
//! Not modelled: names of months, calendars other than the Gregorian.

use jiff::civil::DateTime;

/// A time of day on the server, without zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CultureTime {
    /// The time, month first when in doubt.
    pub time: DateTime,
    /// The time when the day stands first, if that is a date as well.
    pub day_first: Option<DateTime>,
}

/// Words for the two halves of the day.
const HALVES: [(&str, bool); 12] = [
    ("AM", false),
    ("PM", true),
    ("上午", false),
    ("下午", true),
    ("午前", false),
    ("午後", true),
    ("오전", false),
    ("오후", true),
    ("A.M.", false),
    ("P.M.", true),
    ("A. M.", false),
    ("P. M.", true),
];

/// Reads a date and time; the whole text must be one.
pub fn read_culture_time(text: &str) -> Option<CultureTime> {
    // Newer .NET puts a narrow no-break space before AM and PM.
    let text = text.trim().replace(['\u{202f}', '\u{a0}'], " ");
    let (date, rest) = text.split_once([' ', 'T'])?;
    let rest = rest.trim();
    let upper = rest.to_uppercase();
    let half = HALVES.iter().find(|(word, _)| upper.starts_with(word) || upper.ends_with(word));
    let clock: &str = match half {
        Some((word, _)) => upper.trim_start_matches(word).trim_end_matches(word).trim(),
        None => &upper,
    };
    let [hour, minute, second] = numbers(clock.strip_suffix('Z').unwrap_or(clock), ':')?;
    let hour = match half.map(|(_, is_later)| *is_later) {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(true) => hour % 12 + 12,
        Some(false) => hour % 12,
        None => hour,
    };
    let separator = date.chars().find(|letter| !letter.is_ascii_digit())?;
    if !matches!(separator, '/' | '.' | '-') {
        return None;
    }
    let [first, second_number, third] = numbers(date.trim_end_matches('.'), separator)?;
    let at = |year: i32, month: i32, day: i32| {
        let short = |number: i32| i8::try_from(number).ok();
        let (month, day) = (short(month)?, short(day)?);
        let year = i16::try_from(year).ok()?;
        DateTime::new(year, month, day, short(hour)?, short(minute)?, short(second)?, 0).ok()
    };
    if first > 31 {
        let time = at(first, second_number, third)?;
        return Some(CultureTime { time, day_first: None });
    }
    let month_first = at(third, first, second_number).filter(|_| separator != '.');
    let day_first = at(third, second_number, first);
    match (month_first, day_first) {
        (Some(time), day_first) => {
            Some(CultureTime { time, day_first: day_first.filter(|other| *other != time) })
        }
        (None, Some(time)) => Some(CultureTime { time, day_first: None }),
        (None, None) => None,
    }
}

fn numbers(text: &str, separator: char) -> Option<[i32; 3]> {
    let mut parts = text.split(separator).map(|part| part.trim().parse::<u16>());
    let mut next = || parts.next()?.ok().map(i32::from);
    let numbers = [next()?, next()?, next()?];
    next().is_none().then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use exchange::culture::Culture;
    use jiff::tz::Offset;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<String> {
        read_culture_time(text).map(|read| read.time.to_string())
    }

    #[test]
    fn the_forms_met_in_real_files_are_read() {
        for (text, expected) in [
            ("8/20/2018 12:00:39 AM", "2018-08-20T00:00:39"),
            ("1/29/2025 7:07:29\u{202f}PM", "2025-01-29T19:07:29"),
            ("11.08.2026 09:47:13", "2026-08-11T09:47:13"),
            ("20/08/2018 14:00:39", "2018-08-20T14:00:39"),
            ("2024/10/1 上午 06:43:04", "2024-10-01T06:43:04"),
            ("2026-05-01 06:06:57", "2026-05-01T06:06:57"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "yesterday", "1/2 3:4:5", "13/13/2020 1:00:00", "1/2/2020 25:00:00 PM"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_that_could_be_either_says_so() {
        let read = read_culture_time("3/09/2016 8:05:56 PM").unwrap();
        assert_eq!(read.time.to_string(), "2016-03-09T20:05:56");
        assert_eq!(
            read.day_first.map(|time| time.to_string()).as_deref(),
            Some("2016-09-03T20:05:56")
        );
    }

    proptest! {
        #[test]
        fn what_an_english_server_writes_is_read(seconds in 0_i64..4_102_444_800) {
            let time = jiff::Timestamp::from_second(seconds).unwrap();
            let read = read_culture_time(&Culture::default().date_time(time));
            prop_assert_eq!(read.map(|read| Offset::UTC.to_timestamp(read.time).ok()), Some(Some(time)));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "([0-9]{1,4}[/.-]){0,3}[0-9]{0,4}[ T]([0-9:]{0,9}|.{0,9}) ?(AM|PM|上午)?") {
            let _read = read_culture_time(&text);
        }
    }
}
