//! Dates and times by a .NET pattern: `yyyy-MM-dd HH:mm:ss`, or one letter for a standard pattern.
//!
//! Not modelled: other cultures, eras, `gg`.

use exchange::culture::Culture;
use jiff::Timestamp;
use jiff::civil::DateTime;

const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The patterns of en-US that one letter stands for.
const STANDARD: &[(char, &str)] = &[
    ('d', "M/d/yyyy"),
    ('D', "dddd, MMMM d, yyyy"),
    ('t', "h:mm tt"),
    ('T', "h:mm:ss tt"),
    ('f', "dddd, MMMM d, yyyy h:mm tt"),
    ('F', "dddd, MMMM d, yyyy h:mm:ss tt"),
    ('g', "M/d/yyyy h:mm tt"),
    ('G', "M/d/yyyy h:mm:ss tt"),
    ('M', "MMMM d"),
    ('m', "MMMM d"),
    ('Y', "MMMM yyyy"),
    ('y', "MMMM yyyy"),
    ('s', "yyyy'-'MM'-'dd'T'HH':'mm':'ss"),
    ('o', "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffzzz"),
    ('O', "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffzzz"),
];

/// English name of the day of the week.
pub(crate) fn day_name(local: DateTime) -> &'static str {
    let index = usize::try_from(local.weekday().to_monday_zero_offset()).unwrap_or_default();
    DAYS.get(index).copied().unwrap_or_default()
}

/// Number of a month by its English name or the first three letters of it.
pub(crate) fn month_named(name: &str) -> Option<i8> {
    let index = MONTHS.iter().position(|month| {
        month.eq_ignore_ascii_case(name)
            || month.get(..3).is_some_and(|short| short.eq_ignore_ascii_case(name))
    })?;
    i8::try_from(index + 1).ok()
}

/// Whether this is the English name of a day, or its first three letters.
pub(crate) fn is_day_name(name: &str) -> bool {
    DAYS.iter().any(|day| {
        day.eq_ignore_ascii_case(name)
            || day.get(..3).is_some_and(|short| short.eq_ignore_ascii_case(name))
    })
}

/// `Friday, May 1, 2026 11:36:57 AM`: how PowerShell shows a date by itself.
pub(crate) fn long_form(time: Timestamp, culture: Culture) -> String {
    format(time, "F", culture)
}

/// `05/01/2026 11:36:57`: the date inside an expandable string, whatever the culture.
pub(crate) fn invariant(time: Timestamp, culture: Culture) -> String {
    format(time, "MM/dd/yyyy HH:mm:ss", culture)
}

/// The time by a .NET pattern, in local time; `u`, `U` and `R` give UTC.
pub(crate) fn format(time: Timestamp, pattern: &str, culture: Culture) -> String {
    let utc = Culture::at(jiff::tz::Offset::UTC);
    let mut letters = pattern.chars();
    match (letters.next(), letters.next()) {
        (Some('u'), None) => custom(time, "yyyy-MM-dd HH:mm:ss'Z'", utc),
        (Some('U'), None) => custom(time, "dddd, MMMM d, yyyy h:mm:ss tt", utc),
        (Some('R' | 'r'), None) => custom(time, "ddd, dd MMM yyyy HH:mm:ss 'GMT'", utc),
        (Some(letter), None) => {
            let known = STANDARD.iter().find(|(own, _)| *own == letter);
            custom(time, known.map_or(pattern, |(_, pattern)| pattern), culture)
        }
        _ => custom(time, pattern, culture),
    }
}

fn custom(time: Timestamp, pattern: &str, culture: Culture) -> String {
    let local = culture.local(time);
    let characters: Vec<char> = pattern.chars().collect();
    let mut text = String::new();
    let mut at = 0;
    while let Some(&c) = characters.get(at) {
        match c {
            '\'' | '"' => {
                let rest = characters.get(at + 1..).unwrap_or_default();
                let length = rest.iter().position(|own| *own == c).unwrap_or(rest.len());
                text.extend(rest.iter().take(length));
                at += length + 2;
            }
            '\\' => {
                text.extend(characters.get(at + 1));
                at += 2;
            }
            '%' => at += 1,
            _ => {
                let rest = characters.get(at..).unwrap_or_default();
                let count = rest.iter().take_while(|own| **own == c).count();
                match field(c, count, local, culture) {
                    Some(field) => text.push_str(&field),
                    None => text.extend(rest.iter().take(count)),
                }
                at += count;
            }
        }
    }
    text
}

/// A field of a pattern: `count` times the letter `c`.
fn field(c: char, count: usize, local: DateTime, culture: Culture) -> Option<String> {
    let number = |value: i64| Some(format!("{value:0width$}", width = count.min(2)));
    let month = usize::try_from(local.month() - 1).ok().and_then(|index| MONTHS.get(index));
    match (c, count) {
        ('d', 1 | 2) => number(local.day().into()),
        ('d', 3) => day_name(local).get(..3).map(str::to_owned),
        ('d', _) => Some(day_name(local).to_owned()),
        ('M', 1 | 2) => number(local.month().into()),
        ('M', 3) => month.and_then(|name| name.get(..3)).map(str::to_owned),
        ('M', _) => month.map(|name| (*name).to_owned()),
        ('y', 1 | 2) => number((local.year() % 100).into()),
        ('y', _) => Some(format!("{:0count$}", local.year())),
        ('H', _) => number(local.hour().into()),
        ('h', _) => number(((local.hour() + 11) % 12 + 1).into()),
        ('m', _) => number(local.minute().into()),
        ('s', _) => number(local.second().into()),
        ('f' | 'F', _) => Some(fraction(c, count, local)),
        ('t', 1) => Some(if local.hour() < 12 { "A" } else { "P" }.to_owned()),
        ('t', _) => Some(if local.hour() < 12 { "AM" } else { "PM" }.to_owned()),
        ('z', _) => Some(offset(count, culture)),
        ('K', _) => Some(offset(3, culture)),
        _ => None,
    }
}

/// Tenths, hundredths and so on; `F` leaves out trailing zeros.
fn fraction(c: char, count: usize, local: DateTime) -> String {
    let digits = format!("{:09}", local.subsec_nanosecond());
    let shown: String = digits.chars().chain("0".repeat(count).chars()).take(count).collect();
    if c == 'F' { shown.trim_end_matches('0').to_owned() } else { shown }
}

fn offset(count: usize, culture: Culture) -> String {
    let seconds = culture.offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.unsigned_abs() / 60;
    match count {
        1 => format!("{sign}{}", minutes / 60),
        2 => format!("{sign}{:02}", minutes / 60),
        _ => format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(pattern: &str) -> String {
        let india = Culture::at(jiff::tz::Offset::from_seconds(19_800).unwrap());
        format("2026-05-01T06:06:57.291Z".parse().unwrap(), pattern, india)
    }

    #[test]
    fn patterns_are_dot_nets() {
        assert_eq!(shown("yyyy-MM-dd HH:mm:ss.fff zzz"), "2026-05-01 11:36:57.291 +05:30");
        assert_eq!(shown("ddd d MMM yy h:mm tt"), "Fri 1 May 26 11:36 AM");
        assert_eq!(shown("'at' HH\\h"), "at 11h");
        assert_eq!(shown("F"), "Friday, May 1, 2026 11:36:57 AM");
        assert_eq!(shown("u"), "2026-05-01 06:06:57Z");
        assert_eq!(shown("o"), "2026-05-01T11:36:57.2910000+05:30");
    }

    proptest! {
        #[test]
        fn any_pattern_gives_text(pattern in ".{0,40}", second in -62_000_000_000i64..250_000_000_000) {
            let time = Timestamp::from_second(second).unwrap();
            let _text = format(time, &pattern, Culture::default());
        }
    }
}
