//! The files of one log directory: when a file is made, when the next begins, which are removed.
//!
//! Rows wait in memory for up to the flush interval. The file is made when they are flushed, so its
//! `#Date:` and its name are those of the flush and its first rows can be older. A directory is
//! circular: the oldest files go when they pass the maximum age, or when the directory passes its
//! maximum size.
//!
//! There are no timers: [`LogFiles::append`] and [`LogFiles::flush`] decide from the times given, and
//! [`LogFiles::due`] says when the next flush is.
//!
//! Not modelled: files that other writers of the same prefix leave in the directory.
//!
//! Source: Microsoft Learn "Configure protocol logging" (defaults), real samples (names, `#Date:`).

use std::collections::{BTreeMap, VecDeque};
use std::io;

use exchange::nouns::log_keeping::LogKeeping;
use exchange::quantity::{ByteSize, Unlimited};
use jiff::{SignedDuration, Timestamp};

use crate::format::LogFormat;
use crate::row::LogRow;

/// Where log files go.
pub trait Files {
    /// Adds to the end of a file, making it when it is not there.
    ///
    /// # Errors
    /// When the file cannot be written.
    fn append(&mut self, path: &str, bytes: &[u8]) -> io::Result<()>;

    /// Bytes in a file; `None` when there is no such file.
    ///
    /// # Errors
    /// When the file cannot be looked up.
    fn size(&self, path: &str) -> io::Result<Option<u64>>;

    /// Removes a file.
    ///
    /// # Errors
    /// When the file cannot be removed.
    fn remove(&mut self, path: &str) -> io::Result<()>;
}

/// Files in memory, by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryFiles(pub BTreeMap<String, Vec<u8>>);

impl Files for MemoryFiles {
    fn append(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.0.entry(path.to_owned()).or_default().extend_from_slice(bytes);
        Ok(())
    }

    fn size(&self, path: &str) -> io::Result<Option<u64>> {
        Ok(self.0.get(path).map(|bytes| bytes.len() as u64))
    }

    fn remove(&mut self, path: &str) -> io::Result<()> {
        self.0.remove(path);
        Ok(())
    }
}

/// When files begin and end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogLimits {
    /// How long rows wait in memory at most.
    pub flush_interval: SignedDuration,
    /// A file that would grow beyond this many bytes is followed by the next.
    pub file_bytes_max: u64,
    /// Files older than this are removed.
    pub age_max: SignedDuration,
    /// The oldest files are removed while all together have more bytes than this.
    pub directory_bytes_max: u64,
}

impl LogLimits {
    /// What an administrator has set.
    pub fn keeping(keeping: LogKeeping) -> Self {
        let bytes = |size| match size {
            Unlimited::Limited(ByteSize(bytes)) => bytes,
            Unlimited::Unlimited => u64::MAX,
        };
        let age = SignedDuration::try_from(keeping.max_age.0).unwrap_or(SignedDuration::MAX);
        Self {
            file_bytes_max: bytes(keeping.max_file_size),
            age_max: if age.is_zero() { SignedDuration::MAX } else { age },
            directory_bytes_max: bytes(keeping.max_directory_size),
            ..Self::default()
        }
    }
}

impl Default for LogLimits {
    /// The product's for protocol logs: 10 MB, 30 days, 250 MB. The interval is inferred from the
    /// 10 to 21 seconds by which the first rows of real files are older than `#Date:`.
    fn default() -> Self {
        Self {
            flush_interval: SignedDuration::from_secs(15),
            file_bytes_max: 10 * 1024 * 1024,
            age_max: SignedDuration::from_hours(30 * 24),
            directory_bytes_max: 250 * 1024 * 1024,
        }
    }
}

/// The writer of one log directory.
#[derive(Clone, Debug)]
pub struct LogFiles {
    format: LogFormat,
    directory: String,
    limits: LogLimits,
    waiting: Vec<Vec<u8>>,
    waiting_since: Option<Timestamp>,
    files: VecDeque<LogFile>,
}

/// A file made by this writer; the last one is written to.
#[derive(Clone, Debug)]
struct LogFile {
    path: String,
    made: Timestamp,
    stamp: String,
    number: u32,
    bytes: u64,
}

impl LogFiles {
    /// A writer for the files of `format` in `directory`, which may be empty.
    pub fn new(format: LogFormat, directory: impl Into<String>, limits: LogLimits) -> Self {
        Self {
            format,
            directory: directory.into(),
            limits,
            waiting: Vec::new(),
            waiting_since: None,
            files: VecDeque::new(),
        }
    }

    /// From now on these limits hold, also for the files that are there.
    pub fn set_limits(&mut self, limits: LogLimits) {
        self.limits = limits;
    }

    /// Takes a row. Rows that have waited long enough by `now` are flushed first, at the time they
    /// were due.
    ///
    /// # Errors
    /// When a file cannot be written or removed.
    pub fn append<'a>(
        &mut self,
        files: &mut impl Files,
        now: Timestamp,
        row: &impl LogRow<'a>,
    ) -> io::Result<()> {
        if let Some(due) = self.due().filter(|due| *due <= now) {
            self.flush(files, due)?;
        }
        let mut bytes = Vec::new();
        self.format.write(row, &mut bytes);
        self.waiting.push(bytes);
        self.waiting_since.get_or_insert(now);
        Ok(())
    }

    /// When the rows that wait must be flushed.
    pub fn due(&self) -> Option<Timestamp> {
        self.waiting_since?.checked_add(self.limits.flush_interval).ok()
    }

    /// Writes the rows that wait. Nothing happens when none do.
    ///
    /// # Errors
    /// When a file cannot be written or removed; the rows not yet written then still wait.
    pub fn flush(&mut self, files: &mut impl Files, now: Timestamp) -> io::Result<()> {
        let mut written = 0;
        let result = self.write_waiting(files, now, &mut written);
        self.waiting.drain(..written);
        if self.waiting.is_empty() {
            self.waiting_since = None;
        }
        result
    }

    fn write_waiting(
        &mut self,
        files: &mut impl Files,
        now: Timestamp,
        written: &mut usize,
    ) -> io::Result<()> {
        while let Some(first) = self.waiting.get(*written) {
            if !self.takes(now, first.len() as u64) {
                self.make_file(files, now)?;
            }
            let Some(file) = self.files.back_mut() else { return Ok(()) };
            let mut bytes = Vec::new();
            let mut rows = 0;
            for row in self.waiting.iter().skip(*written) {
                let grown = file.bytes + (bytes.len() + row.len()) as u64;
                if rows > 0 && grown > self.limits.file_bytes_max {
                    break;
                }
                bytes.extend_from_slice(row);
                rows += 1;
            }
            files.append(&file.path, &bytes)?;
            file.bytes += bytes.len() as u64;
            *written += rows;
        }
        Ok(())
    }

    /// Whether the newest file can take so many bytes more: same hour or day, and not full.
    fn takes(&self, now: Timestamp, bytes: u64) -> bool {
        self.files.back().is_some_and(|file| {
            file.stamp == self.format.stamp.text(now)
                && file.bytes + bytes <= self.limits.file_bytes_max
        })
    }

    fn make_file(&mut self, files: &mut impl Files, now: Timestamp) -> io::Result<()> {
        let stamp = self.format.stamp.text(now);
        let last = self.files.back().filter(|file| file.stamp == stamp);
        let mut number = last.map_or(1, |file| file.number + 1);
        let mut path = self.path(now, number);
        while files.size(&path)?.is_some() {
            number += 1;
            path = self.path(now, number);
        }
        let header = self.format.header(now);
        files.append(&path, header.as_bytes())?;
        let bytes = header.len() as u64;
        self.files.push_back(LogFile { path, made: now, stamp, number, bytes });
        self.remove_old(files, now)
    }

    fn remove_old(&mut self, files: &mut impl Files, now: Timestamp) -> io::Result<()> {
        while self.files.len() > 1 {
            let Some(oldest) = self.files.front() else { break };
            let all: u64 = self.files.iter().map(|file| file.bytes).sum();
            let expired = now.duration_since(oldest.made) > self.limits.age_max;
            if !expired && all <= self.limits.directory_bytes_max {
                break;
            }
            files.remove(&oldest.path)?;
            self.files.pop_front();
        }
        Ok(())
    }

    fn path(&self, now: Timestamp, number: u32) -> String {
        let name = self.format.file_name(now, number);
        if self.directory.is_empty() { name } else { format!("{}/{name}", self.directory) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol_log::{ProtocolEvent, ProtocolRow, SMTP_RECEIVE};
    use proptest::prelude::*;

    fn row(date_time: Timestamp) -> ProtocolRow<'static> {
        ProtocolRow {
            date_time,
            connector_id: r"MBX01\Default Frontend MBX01".into(),
            session_id: "08DEA74796A6E2C8".into(),
            sequence_number: 0,
            local_endpoint: "192.168.1.4:25".into(),
            remote_endpoint: "40.93.131.26:41234".into(),
            event: ProtocolEvent::Connect,
            data: "".into(),
            context: "".into(),
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn names(files: &MemoryFiles) -> Vec<&str> {
        files.0.keys().map(String::as_str).collect()
    }

    #[test]
    fn a_file_is_named_and_dated_by_its_flush() {
        let mut files = MemoryFiles::default();
        let mut log = LogFiles::new(SMTP_RECEIVE, "SmtpReceive", LogLimits::default());
        log.append(
            &mut files,
            at("2026-05-01T05:59:51.433Z"),
            &row(at("2026-05-01T05:59:51.433Z")),
        )
        .unwrap();
        assert!(files.0.is_empty());
        assert_eq!(log.due(), Some(at("2026-05-01T06:00:06.433Z")));
        log.append(&mut files, at("2026-05-01T06:30:00Z"), &row(at("2026-05-01T06:30:00Z")))
            .unwrap();
        log.flush(&mut files, at("2026-05-01T06:30:01Z")).unwrap();
        assert_eq!(names(&files), ["SmtpReceive/RECV2026050106-1.LOG"]);
        let text = String::from_utf8(files.0.into_values().next().unwrap()).unwrap();
        insta::assert_snapshot!(text.replace("\r\n", "\n"), @r"
        #Software: Microsoft Exchange Server
        #Version: 15.0.0.0
        #Log-type: SMTP Receive Protocol Log
        #Date: 2026-05-01T06:00:06.433Z
        #Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context
        2026-05-01T05:59:51.433Z,MBX01\Default Frontend MBX01,08DEA74796A6E2C8,0,192.168.1.4:25,40.93.131.26:41234,+,,
        2026-05-01T06:30:00.000Z,MBX01\Default Frontend MBX01,08DEA74796A6E2C8,0,192.168.1.4:25,40.93.131.26:41234,+,,
        ");
    }

    #[test]
    fn a_new_hour_a_full_file_and_a_restart_begin_a_new_file() {
        let limits = LogLimits { file_bytes_max: 600, ..LogLimits::default() };
        let mut files = MemoryFiles::default();
        let mut log = LogFiles::new(SMTP_RECEIVE, "", limits);
        for time in [
            "2026-05-01T06:00:00Z",
            "2026-05-01T06:20:00Z",
            "2026-05-01T06:40:00Z",
            "2026-05-01T07:00:00Z",
        ] {
            for _ in 0..2 {
                log.append(&mut files, at(time), &row(at(time))).unwrap();
            }
            log.flush(&mut files, at(time)).unwrap();
        }
        assert_eq!(
            names(&files),
            ["RECV2026050106-1.LOG", "RECV2026050106-2.LOG", "RECV2026050107-1.LOG"]
        );
        let mut restarted = LogFiles::new(SMTP_RECEIVE, "", limits);
        restarted
            .append(&mut files, at("2026-05-01T07:10:00Z"), &row(at("2026-05-01T07:10:00Z")))
            .unwrap();
        restarted.flush(&mut files, at("2026-05-01T07:10:00Z")).unwrap();
        assert!(files.0.contains_key("RECV2026050107-2.LOG"));
    }

    #[test]
    fn the_oldest_files_go_by_age_and_by_size() {
        for limits in [
            LogLimits { age_max: SignedDuration::from_hours(2), ..LogLimits::default() },
            LogLimits { directory_bytes_max: 1200, ..LogLimits::default() },
        ] {
            let mut files = MemoryFiles::default();
            let mut log = LogFiles::new(SMTP_RECEIVE, "", limits);
            for hour in 0..5 {
                let now = at("2026-05-01T06:00:00Z") + SignedDuration::from_hours(hour);
                log.append(&mut files, now, &row(now)).unwrap();
                log.flush(&mut files, now).unwrap();
            }
            assert_eq!(
                names(&files),
                ["RECV2026050108-1.LOG", "RECV2026050109-1.LOG", "RECV2026050110-1.LOG"]
            );
        }
    }

    /// The files of rows that come after so many seconds each, numbered, and when the last one came.
    fn files_of(steps: &[i64], limits: LogLimits) -> (MemoryFiles, Timestamp) {
        let mut files = MemoryFiles::default();
        let mut log = LogFiles::new(SMTP_RECEIVE, "", limits);
        let mut now = at("2026-05-01T06:00:00Z");
        for (number, seconds) in (0..).zip(steps) {
            now += SignedDuration::from_secs(*seconds);
            let row = ProtocolRow { sequence_number: number, ..row(now) };
            log.append(&mut files, now, &row).unwrap();
        }
        log.flush(&mut files, now).unwrap();
        (files, now)
    }

    #[test]
    fn an_age_of_zero_and_no_limit_keep_every_file() {
        let keeping = LogKeeping {
            max_age: exchange::quantity::TimeSpan::seconds(0),
            max_directory_size: Unlimited::Unlimited,
            max_file_size: Unlimited::Limited(ByteSize(600)),
        };
        let (files, _) = files_of(&[40_000; 200], LogLimits::keeping(keeping));
        assert_eq!(files.0.len(), 200);
    }

    proptest! {
        #[test]
        fn every_row_is_written_once_and_no_file_outgrows_its_limit(
            steps in proptest::collection::vec((0_i64..2000, any::<bool>()), 0..60),
            file_bytes_max in 400_u64..2000,
        ) {
            let limits = LogLimits { file_bytes_max, ..LogLimits::default() };
            let mut files = MemoryFiles::default();
            let mut log = LogFiles::new(SMTP_RECEIVE, "", limits);
            let mut now = at("2026-05-01T06:00:00Z");
            for (seconds, flush) in &steps {
                now += SignedDuration::from_secs(*seconds);
                log.append(&mut files, now, &row(now)).unwrap();
                if *flush {
                    log.flush(&mut files, now).unwrap();
                }
            }
            log.flush(&mut files, now).unwrap();
            let mut rows = 0;
            for bytes in files.0.values() {
                prop_assert!(bytes.len() as u64 <= file_bytes_max);
                crate::testing::scan(&SMTP_RECEIVE, bytes, |_| rows += 1);
            }
            prop_assert_eq!(rows, steps.len());
        }

        #[test]
        fn rows_are_lost_only_with_whole_files_that_are_old_or_too_many(
            steps in proptest::collection::vec(0_i64..9000, 1..80),
            hours in 1_i64..30,
            file_bytes_max in 400_u64..1500,
            directory_bytes_max in 1000_u64..6000,
        ) {
            let limits = LogLimits {
                file_bytes_max,
                directory_bytes_max,
                age_max: SignedDuration::from_hours(hours),
                ..LogLimits::default()
            };
            let (files, now) = files_of(&steps, limits);
            let mut kept = Vec::new();
            for bytes in files.0.values() {
                crate::testing::scan(&SMTP_RECEIVE, bytes, |row| {
                    kept.push(row.read::<ProtocolRow<'_>>().unwrap().sequence_number);
                });
            }
            kept.sort_unstable();
            let newest = u32::try_from(steps.len()).unwrap();
            let oldest = newest - u32::try_from(kept.len()).unwrap();
            prop_assert_eq!(kept, (oldest..newest).collect::<Vec<_>>());
            let all: u64 = files.0.values().map(|bytes| bytes.len() as u64).sum();
            // The newest file may grow after the others were counted.
            prop_assert!(files.0.len() == 1 || all <= directory_bytes_max + file_bytes_max);
            let endless = LogLimits { directory_bytes_max: u64::MAX, ..limits };
            let lasted = now.duration_since(at("2026-05-01T06:00:00Z"));
            let written: usize = files_of(&steps, endless).0.0.values().map(Vec::len).sum();
            let is_within = lasted.as_hours() < hours && written as u64 <= directory_bytes_max;
            prop_assert!(oldest == 0 || !is_within);
        }
    }
}
