//! `ExchangeSetup.log`: what Setup did, `[MM/dd/yyyy HH:mm:ss.0fff] [level] text`.
//!
//! Scripts and stack traces continue on lines without prefix; they belong to the entry above.
//!
//! Not settled: whether the times are UTC or local. They are kept without zone.
//!
//! Source: real logs (Exchange 2013 and 2016, Microsoft's CSS-Exchange test data).

use std::fmt;

use jiff::civil::DateTime;

use crate::text::lines;
use crate::unread::{Reason, Unread};

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetupEntry {
    /// When, without zone.
    pub time: DateTime,
    /// 0 outside tasks, 1 a task, 2 inside it.
    pub level: u8,
    /// `[ERROR]` and the like.
    pub tag: Option<SetupTag>,
    /// The text without the tag; its continuation lines are joined by LF.
    pub text: String,
}

/// Word in square brackets before the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SetupTag {
    /// `[WARNING]`
    Warning,
    /// `[ERROR]`
    Error,
    /// `[REQUIRED]`: a prerequisite is missing.
    Required,
    /// `[RECOMMENDED]`: a prerequisite should be met.
    Recommended,
    /// `[ERROR-REFERENCE]`: names the component that failed.
    ErrorReference,
}

const TAGS: [(SetupTag, &str); 5] = [
    (SetupTag::Warning, "[WARNING] "),
    (SetupTag::Error, "[ERROR] "),
    (SetupTag::Required, "[REQUIRED] "),
    (SetupTag::Recommended, "[RECOMMENDED] "),
    (SetupTag::ErrorReference, "[ERROR-REFERENCE] "),
];

impl fmt::Display for SetupEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.time;
        let tag = TAGS.iter().find(|(tag, _)| Some(*tag) == self.tag).map_or("", |(_, word)| word);
        write!(
            f,
            "[{:02}/{:02}/{:04} {:02}:{:02}:{:02}.{:04}] [{}] {tag}{}",
            time.month(),
            time.day(),
            time.year(),
            time.hour(),
            time.minute(),
            time.second(),
            time.millisecond(),
            self.level,
            self.text
        )
    }
}

/// An entry with the lines it stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetupLines {
    /// First line, from 1.
    pub line: u64,
    /// How many lines.
    pub count: u64,
    /// The entry.
    pub entry: SetupEntry,
}

/// Reads a log. Lines before the first entry are reported.
pub fn read(text: &str) -> (Vec<SetupLines>, Vec<Unread>) {
    let mut entries: Vec<SetupLines> = Vec::new();
    let mut unread = Vec::new();
    for (number, line) in lines(text) {
        if let Some(entry) = read_entry(line) {
            entries.push(SetupLines { line: number, count: 1, entry });
        } else if let Some(last) = entries.last_mut() {
            last.count += 1;
            last.entry.text.push('\n');
            last.entry.text.push_str(line);
        } else if !line.trim().is_empty() {
            unread.push(Unread::new(number, line, Reason::Prose));
        }
    }
    for entry in &mut entries {
        let length = entry.entry.text.trim_end_matches('\n').len();
        entry.entry.text.truncate(length);
    }
    (entries, unread)
}

/// Reads the first line of an entry.
pub(crate) fn read_entry(line: &str) -> Option<SetupEntry> {
    let (stamp, rest) = line.strip_prefix('[')?.split_once("] [")?;
    let (level, text) = rest.split_once(']')?;
    let text = text.strip_prefix(' ').unwrap_or(text);
    let tag = TAGS.iter().find_map(|(tag, word)| Some((*tag, text.strip_prefix(word)?)));
    let (tag, text) = tag.map_or((None, text), |(tag, text)| (Some(tag), text));
    Some(SetupEntry {
        time: read_stamp(stamp)?,
        level: level.parse().ok()?,
        tag,
        text: text.to_owned(),
    })
}

/// `03/13/2021 05:01:28.0382`: the four decimals are milliseconds.
fn read_stamp(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_once(' ')?;
    let (clock, milliseconds) = time.split_once('.')?;
    let mut date = date.splitn(3, '/');
    let (month, day, year) = (date.next()?, date.next()?, date.next()?);
    let mut clock = clock.splitn(3, ':');
    let mut part = || clock.next()?.parse::<i8>().ok();
    let (hour, minute, second) = (part()?, part()?, part()?);
    let nanoseconds = milliseconds.parse::<i32>().ok()?.checked_mul(1_000_000)?;
    let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    DateTime::new(year, month, day, hour, minute, second, nanoseconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn continuation_lines_belong_to_the_entry_above() {
        let (entries, unread) = read(
            "pasted\n[03/13/2026 05:01:28.0382] [1] [ERROR] It failed:\n   at Setup.Run()\n\n[03/13/2026 05:01:28.0382] [0] End of Setup\n",
        );
        assert_eq!(unread.iter().map(|unread| unread.line).collect::<Vec<_>>(), [1]);
        assert_eq!((entries[0].line, entries[0].count), (2, 3));
        assert_eq!(entries[0].entry.tag, Some(SetupTag::Error));
        assert_eq!(entries[0].entry.text, "It failed:\n   at Setup.Run()");
        assert_eq!(entries[1].entry.to_string(), "[03/13/2026 05:01:28.0382] [0] End of Setup");
    }

    proptest! {
        #[test]
        fn entries_are_read_as_written(
            at in 0_i64..4_102_444_800_000,
            level in 0_u8..3,
            tag in proptest::option::of(0..5_usize),
            text in "[a-z][ -~é]{0,30}(\n {1,3}[a-z ]{1,9})?",
        ) {
            let time = jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::from_millisecond(at).unwrap());
            let entry = SetupEntry { time, level, tag: tag.map(|tag| TAGS[tag].0), text };
            let (entries, unread) = read(&format!("{entry}\n"));
            prop_assert!(unread.is_empty());
            prop_assert_eq!(entries.into_iter().map(|lines| lines.entry).collect::<Vec<_>>(), vec![entry]);
        }

        #[test]
        fn any_text_is_read(text in "(\\[03/13/2026 05:01:2|8.0382\\] |\\[1\\] |\\[ERROR\\] |\n|[ -~é])*") {
            let _entries = read(&text);
        }
    }
}
