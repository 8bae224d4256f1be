//! Whether the files of one incident agree with each other, as those of real servers do.
//!
//! A checker is one file: a sentence that must hold, the function that looks for rows where it does
//! not, and how to tamper with the evidence so that it has to speak. Checkers see the evidence folder
//! only, through the readers of `logs`; they know neither the lab nor the scenario.

mod agents;
mod connectivity;
mod desk;
mod file_hours;
mod headers;
mod mailboxes;
mod next_hop;
mod online_trace;
mod outcomes;
mod quotes;
mod reply;
mod reports;
mod sequence_numbers;
mod session_ids;
mod sessions;
mod sizes;
mod times;
mod tracking_sessions;

use std::collections::BTreeMap;
use std::fmt;

pub use desk::Desk;

/// Something that must hold for all evidence.
#[derive(Debug)]
pub struct Checker {
    /// In a few words, for the name of a test.
    pub name: &'static str,
    /// The sentence that must hold.
    pub holds: &'static str,
    /// Rows where it does not.
    pub faults: fn(&Desk) -> Vec<Fault>,
    /// Ways to break it.
    pub tamperings: &'static [Tampering],
}

/// A row that contradicts another, or itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub says: String,
}

/// A change of a file that a checker has to notice.
#[derive(Debug)]
pub struct Tampering {
    /// The story whose evidence is changed.
    pub story: &'static str,
    /// Texts that the path of the file has; the first such file that holds the row is changed.
    pub path: &'static [&'static str],
    /// Texts that the row has; the first such row is changed.
    pub row: &'static [&'static str],
    /// What is done to it.
    pub does: Does,
}

/// What is done to a row.
#[derive(Clone, Copy, Debug)]
pub enum Does {
    /// It is taken out.
    Drop,
    /// It is written twice.
    Double,
    /// A text in it becomes another.
    Replace(&'static str, &'static str),
}

/// All checkers.
pub static CHECKERS: [&Checker; 16] = [
    &sessions::CHECKER,
    &sequence_numbers::CHECKER,
    &times::CHECKER,
    &session_ids::CHECKER,
    &tracking_sessions::CHECKER,
    &next_hop::CHECKER,
    &outcomes::CHECKER,
    &sizes::CHECKER,
    &reports::CHECKER,
    &mailboxes::CHECKER,
    &headers::CHECKER,
    &online_trace::CHECKER,
    &connectivity::CHECKER,
    &agents::CHECKER,
    &file_hours::CHECKER,
    &quotes::CHECKER,
];

impl Fault {
    /// A fault at a place.
    pub fn new(place: (&str, u64), says: impl Into<String>) -> Self {
        Self { file: place.0.to_owned(), line: place.1, says: says.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.says)
    }
}

impl Tampering {
    /// Changes the files; false when no row fits.
    pub fn apply(&self, files: &mut BTreeMap<String, Vec<u8>>) -> bool {
        let fits = |text: &str, parts: &[&str]| parts.iter().all(|part| text.contains(part));
        for (_, bytes) in files.iter_mut().filter(|(path, _)| fits(path, self.path)) {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
            let found = lines.iter().position(|line| fits(line, self.row));
            let Some(at) = found else {
                continue;
            };
            let replaced;
            match self.does {
                Does::Drop => {
                    lines.remove(at);
                }
                Does::Double => lines.insert(at, lines[at]),
                Does::Replace(from, to) => {
                    replaced = lines[at].replacen(from, to, 1);
                    if replaced == lines[at] {
                        return false;
                    }
                    lines[at] = &replaced;
                }
            }
            *bytes = lines.concat().into_bytes();
            return true;
        }
        false
    }
}
