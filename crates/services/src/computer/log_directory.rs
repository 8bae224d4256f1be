//! The writer of one log directory on a computer's disk.

use std::sync::{Arc, Mutex, PoisonError};

use exchange::nouns::log_keeping::LogKeeping;
use jiff::Timestamp;
use logs::dialect::Dialect;
use logs::format::LogFormat;
use logs::log_files::{LogFiles, LogLimits};
use logs::row::LogRow;

use crate::computer::disk::Disk;

/// The writer of one log directory.
#[derive(Debug)]
pub struct LogDirectory {
    writer: Mutex<LogFiles>,
    disk: Disk,
    dialect: Dialect,
}

impl LogDirectory {
    pub(super) fn new(format: LogFormat, directory: &str, disk: Disk) -> Self {
        let dialect = format.dialect;
        let writer = Mutex::new(LogFiles::new(format, directory, LogLimits::default()));
        Self { writer, disk, dialect }
    }

    /// How the server that owns it writes.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Keeps its files as an administrator has set; the same directory again.
    #[must_use]
    pub fn kept(self: Arc<Self>, keeping: LogKeeping) -> Arc<Self> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.set_limits(LogLimits::keeping(keeping));
        drop(writer);
        self
    }

    /// Adds a row. The disk is memory: writing to it cannot fail.
    pub fn append<'a>(&self, now: Timestamp, row: &impl LogRow<'a>) {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let written = writer.append(&mut self.disk.clone(), now, row);
        debug_assert!(written.is_ok(), "a disk in memory takes every row");
    }

    /// Writes the rows that wait.
    pub fn flush(&self, now: Timestamp) {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let flush_at = writer.due().map_or(now, |due| due.min(now));
        let written = writer.flush(&mut self.disk.clone(), flush_at);
        debug_assert!(written.is_ok(), "a disk in memory takes every row");
    }
}
