//! How a culture of Windows writes dates, times and numbers: short date, long time, decimal mark.
//!
//! Source: real samples for en-US, en-AU (`3/09/2016 8:05:56 PM`), de-DE (`11.08.2026 09:47:13`,
//! `109,173 KB/sec`) and zh-TW (`2024/10/1 上午 06:43:04`); the other rows are the cultures of Windows
//! as Microsoft Learn describes their patterns.
//!
//! Not modelled: names of days and months, grouping of digits, the language of texts.

use std::fmt;
use std::str::FromStr;

use jiff::civil::DateTime;

/// A culture, by its place in the table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Language(&'static Row);

/// Name, short date, long time, words for the halves of the day, decimal mark.
type Row = (&'static str, &'static str, &'static str, [&'static str; 2], char);

const NO_HALVES: [&str; 2] = ["", ""];

/// The patterns are those of `strftime` with `-` for "not padded"; `%p` is put in by hand, since it
/// is a word of the culture.
static LANGUAGES: [Row; 9] = [
    ("en-US", "%-m/%-d/%Y", "%-I:%M:%S %p", ["AM", "PM"], '.'),
    ("en-GB", "%d/%m/%Y", "%H:%M:%S", NO_HALVES, '.'),
    ("en-AU", "%-d/%m/%Y", "%-I:%M:%S %p", ["AM", "PM"], '.'),
    ("en-IN", "%d-%m-%Y", "%H:%M:%S", NO_HALVES, '.'),
    ("de-DE", "%d.%m.%Y", "%H:%M:%S", NO_HALVES, ','),
    ("fr-FR", "%d/%m/%Y", "%H:%M:%S", NO_HALVES, ','),
    ("ru-RU", "%d.%m.%Y", "%-H:%M:%S", NO_HALVES, ','),
    ("ja-JP", "%Y/%m/%d", "%-H:%M:%S", NO_HALVES, '.'),
    ("zh-TW", "%Y/%-m/%-d", "%p %I:%M:%S", ["上午", "下午"], '.'),
];

/// Not a culture of the table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is none of the cultures {all}", all = names())]
pub struct LanguageError(pub String);

fn names() -> String {
    LANGUAGES.map(|row| row.0).join(", ")
}

impl Default for Language {
    fn default() -> Self {
        Self(&LANGUAGES[0])
    }
}

impl FromStr for Language {
    type Err = LanguageError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let row = LANGUAGES.iter().find(|row| row.0.eq_ignore_ascii_case(name));
        row.map(Self).ok_or_else(|| LanguageError(name.to_owned()))
    }
}

impl Language {
    /// `de-DE`
    pub fn name(self) -> &'static str {
        self.0.0
    }

    /// `5/1/2026 11:36:57 AM`: short date and long time.
    pub fn date_time(self, local: DateTime) -> String {
        let (_, date, time, [morning, afternoon], _) = self.0;
        let half = if local.hour() < 12 { morning } else { afternoon };
        let pattern = format!("{date} {}", time.replace("%p", half));
        local.strftime(&pattern).to_string()
    }

    /// A number with so many decimals: `1361.827`, `109,173`. Digits are not grouped.
    pub fn decimal(self, number: f64, decimals: usize) -> String {
        let text = format!("{number:.decimals$}");
        match self.0.4 {
            '.' => text,
            mark => text.replace('.', mark.encode_utf8(&mut [0; 4])),
        }
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(name: &str) -> Language {
        name.parse().unwrap()
    }

    #[test]
    fn dates_are_those_of_real_servers() {
        let date = |name, text: &str| language(name).date_time(text.parse().unwrap());
        assert_eq!(date("en-AU", "2016-09-03T20:05:56"), "3/09/2016 8:05:56 PM");
        assert_eq!(date("de-DE", "2026-08-11T09:47:13"), "11.08.2026 09:47:13");
        assert_eq!(date("zh-TW", "2024-10-01T06:43:04"), "2024/10/1 上午 06:43:04");
        assert_eq!(date("en-US", "2018-08-20T00:00:39"), "8/20/2018 12:00:39 AM");
        assert_eq!(date("ru-RU", "2026-05-01T06:06:57"), "01.05.2026 6:06:57");
    }

    #[test]
    fn a_german_server_writes_a_decimal_comma() {
        assert_eq!(language("de-DE").decimal(109.173, 3), "109,173");
        assert_eq!(language("en-US").decimal(1361.827, 3), "1361.827");
    }

    #[test]
    fn an_unknown_culture_is_named_with_those_known() {
        let error = "tlh".parse::<Language>().unwrap_err().to_string();
        assert!(error.starts_with("'tlh' is none of the cultures en-US, en-GB"), "{error}");
    }
}
