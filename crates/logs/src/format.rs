//! The form all transport logs share: five header lines, then one row for each line.
//!
//! UTF-8, CR LF, no byte order mark. Files are named for the UTC hour (agent log: the day) of their
//! `#Date:`, which is when the file was made: rows that had waited in memory can be older.
//!
//! Source: real samples. Microsoft Learn prints `#Log-Type` and daily names; the files have
//! `#Log-type` and hourly ones.

use std::borrow::Cow;

use exchange::culture::log_time;
use exchange::directory::Build;
use jiff::Timestamp;
use jiff::tz::Offset;

use crate::dialect::Dialect;
use crate::row::{LogRow, write_row};

/// What is fixed about a log: the words of its header and the name of its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFormat {
    /// After `#Log-type:`.
    pub log_type: &'static str,
    /// After `#Version:`. Only the tracking log gives the server's build here.
    pub version: Cow<'static, str>,
    /// What file names begin with.
    pub file_prefix: &'static str,
    /// How often a new file begins.
    pub stamp: FileStamp,
    /// After `#Fields:`.
    pub fields: &'static [&'static str],
    /// How servers of its version write rows.
    pub dialect: Dialect,
}

/// The time in a file name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileStamp {
    /// `yyyyMMddHH`.
    Hourly,
    /// `yyyyMMdd`.
    Daily,
}

impl LogFormat {
    /// The same format as a server of that build writes it. Message tracking gives more away:
    /// [`crate::message_tracking::of_build`].
    #[must_use]
    pub fn of_build(self, build: Build) -> Self {
        let dialect = Dialect::of(build);
        Self { version: dialect.version.into(), dialect, ..self }
    }

    /// The same format with another version in its header.
    #[must_use]
    pub fn with_version(mut self, version: impl Into<Cow<'static, str>>) -> Self {
        self.version = version.into();
        self
    }

    /// The five header lines of a file made at `date`.
    pub fn header(&self, date: Timestamp) -> String {
        format!(
            "#Software: Microsoft Exchange Server\r\n#Version: {}\r\n#Log-type: {}\r\n#Date: {}\r\n#Fields: {}\r\n",
            self.version,
            self.log_type,
            log_time(date),
            self.fields.join(",")
        )
    }

    /// Appends one row: those of its cells that this format has.
    pub fn write<'a, R: LogRow<'a>>(&self, row: &R, out: &mut Vec<u8>) {
        let cells = row.to_cells();
        let place = |field: &str| R::FIELDS.iter().position(|own| *own == field);
        let cell = |field: &&str| place(field).and_then(|at| cells.get(at));
        write_row(self.fields.iter().map(|field| cell(field).map_or("", |cell| cell)), out);
    }

    /// `RECV2026050106-1.LOG`: the name of the `number`th file of the hour or day.
    pub fn file_name(&self, date: Timestamp, number: u32) -> String {
        format!("{}{}-{number}.LOG", self.file_prefix, self.stamp.text(date))
    }
}

impl FileStamp {
    /// The time as it stands in a file name.
    pub fn text(self, time: Timestamp) -> String {
        let utc = Offset::UTC.to_datetime(time);
        let day = format!("{:04}{:02}{:02}", utc.year(), utc.month(), utc.day());
        match self {
            Self::Hourly => format!("{day}{:02}", utc.hour()),
            Self::Daily => day,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hour_of_a_file_name_is_utc() {
        let time: Timestamp = "2026-05-01T11:36:57+05:30".parse().unwrap();
        assert_eq!(crate::protocol_log::SMTP_RECEIVE.file_name(time, 1), "RECV2026050106-1.LOG");
        assert_eq!(crate::agent_log::AGENT_LOG.file_name(time, 2), "AgentLog20260501-2.LOG");
    }
}
