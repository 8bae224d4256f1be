//! The files of a computer, in memory.
//!
//! Every path is taken to lie on one drive. Of its space, what Windows and Exchange take is a constant, and
//! large files are counted that somebody made: logs and scripts are small beside these.
//!
//! Not modelled: permissions, drive letters, a log that cannot be written for want of space.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fabric::Clock;
use jiff::Timestamp;
use logs::log_files::{Files, MemoryFiles};
use tokio::sync::watch;

/// Size of the drive: ours, that of a small virtual server.
const DRIVE: u64 = 60 << 30;
/// What Windows, Exchange and its databases take of it: ours.
const INSTALLED: u64 = 20 << 30;

/// The files of a computer by their paths, with `/` between folders whatever was typed. A folder is
/// there as long as a file lies below it, or since somebody made it.
#[derive(Clone, Debug)]
pub struct Disk {
    clock: Clock,
    content: Arc<Mutex<Content>>,
    /// Bytes in use; who waits for it is told of every change.
    used: Arc<watch::Sender<u64>>,
}

#[derive(Debug, Default)]
struct Content {
    files: MemoryFiles,
    folders: BTreeSet<String>,
    written: BTreeMap<String, Timestamp>,
    /// Files of which only the length is kept.
    large: BTreeMap<String, u64>,
}

impl Disk {
    /// A disk without files.
    pub fn new(clock: Clock) -> Self {
        Self { clock, content: Arc::default(), used: Arc::new(watch::Sender::new(INSTALLED)) }
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a file whole.
    pub fn write(&self, path: &str, bytes: impl Into<Vec<u8>>) {
        let path = canonical(path);
        let mut content = self.content();
        content.written.insert(path.clone(), self.clock.now());
        content.files.0.insert(path, bytes.into());
    }

    /// Makes a file of that length, of which nobody reads what it holds.
    ///
    /// # Errors
    /// When the drive has not so much space left.
    pub fn write_large(&self, path: &str, length: u64) -> io::Result<()> {
        if length > self.free() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let path = canonical(path);
        let mut content = self.content();
        content.written.insert(path.clone(), self.clock.now());
        content.large.insert(path, length);
        self.count(&content);
        Ok(())
    }

    /// Bytes of the drive that are free.
    pub fn free(&self) -> u64 {
        DRIVE - (*self.used.borrow()).min(DRIVE)
    }

    /// Bytes of the drive in use, and its size.
    pub fn use_of_drive(&self) -> (u64, u64) {
        (*self.used.borrow(), DRIVE)
    }

    /// Tells when more or less of the drive is in use.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.used.subscribe()
    }

    fn count(&self, content: &Content) {
        self.used.send_replace(INSTALLED + content.large.values().sum::<u64>());
    }

    /// All files with their lengths, by path.
    pub fn lengths(&self) -> BTreeMap<String, u64> {
        let content = self.content();
        let files = content.files.0.iter().map(|(path, bytes)| (path, bytes.len() as u64));
        let large = content.large.iter().map(|(path, length)| (path, *length));
        files.chain(large).map(|(path, length)| (path.clone(), length)).collect()
    }

    /// When a file was written last.
    pub fn last_write_time(&self, path: &str) -> Option<Timestamp> {
        self.content().written.get(&canonical(path)).copied()
    }

    /// Reads a file whole.
    ///
    /// # Errors
    /// When there is no such file.
    pub fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.content().files.0.get(&canonical(path)).cloned().ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::NotFound,
                format!("Cannot find path '{path}' because it does not exist."),
            )
        })
    }

    /// Makes a folder, which then is there without a file.
    pub fn make_folder(&self, path: &str) {
        let path = canonical(path);
        let mut content = self.content();
        content.written.insert(path.clone(), self.clock.now());
        content.folders.insert(path);
    }

    /// The folders that somebody made, by path.
    pub fn folders(&self) -> BTreeSet<String> {
        self.content().folders.clone()
    }

    /// Removes a file, or a folder that somebody made; whether there was one.
    pub fn remove(&self, path: &str) -> bool {
        let path = canonical(path);
        let mut content = self.content();
        let was_folder = content.folders.remove(&path);
        let was_large = content.large.remove(&path).is_some();
        if was_large {
            self.count(&content);
        }
        content.files.0.remove(&path).is_some() || was_folder || was_large
    }

    /// All files below a folder, by path.
    pub fn below(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let folder = canonical(folder);
        let is_below = |path: &str| {
            folder.is_empty()
                || path.strip_prefix(&folder).is_some_and(|rest| rest.starts_with('/'))
        };
        let content = self.content();
        content
            .files
            .0
            .iter()
            .filter(|(path, _)| is_below(path))
            .map(|(p, b)| (p.clone(), b.clone()))
            .collect()
    }
}

/// For log writers.
impl Files for Disk {
    fn append(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let mut content = self.content();
        content.written.insert(path.to_owned(), self.clock.now());
        content.files.append(path, bytes)
    }

    fn size(&self, path: &str) -> io::Result<Option<u64>> {
        self.content().files.size(path)
    }

    fn remove(&mut self, path: &str) -> io::Result<()> {
        let mut content = self.content();
        content.written.remove(path);
        content.files.remove(path)
    }
}

/// `C:\Certificates\mail.pfx` and `c:/Certificates/mail.pfx` are one file.
fn canonical(path: &str) -> String {
    let path = path.trim().replace('\\', "/");
    let path = match path.split_once(':') {
        Some((drive, rest)) if drive.len() == 1 => rest.to_owned(),
        _ => path,
    };
    path.trim_start_matches("./").trim_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_separators_lead_to_one_file() {
        let disk = Disk::new(Clock::simulated(Timestamp::UNIX_EPOCH));
        disk.write(r"C:\Certificates\mail.pfx", "x");
        assert_eq!(disk.read("c:/Certificates/mail.pfx").unwrap(), b"x");
        assert_eq!(disk.below(r"C:\Certificates").len(), 1);
        assert_eq!(disk.below(r"C:\Cert").len(), 0);
        assert!(disk.read(r"C:\nothing").unwrap_err().to_string().contains("Cannot find path"));
    }

    #[test]
    fn a_large_file_takes_space_until_it_is_removed() {
        let disk = Disk::new(Clock::simulated(Timestamp::UNIX_EPOCH));
        let free = disk.free();
        disk.write_large(r"C:\Exports\all.pst", free - 1).unwrap();
        assert_eq!(disk.free(), 1);
        assert_eq!(disk.lengths()["Exports/all.pst"], free - 1);
        assert!(disk.write_large(r"C:\Exports\more.pst", 2).is_err());
        assert!(disk.remove(r"C:\Exports\all.pst"));
        assert_eq!(disk.free(), free);
    }
}
