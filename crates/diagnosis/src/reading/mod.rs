//! Files become facts: each file is recognised by its content and read by the consumer of its kind.
//!
//! Transport logs are read as streams, large ones in pieces by several threads, and of all logs only the
//! facts are kept; of what went well thousands of times, not even all of those.
//! Which computer a file comes from, and what a message trace says of each recipient, is settled
//! when all files are read.
//!
//! Not modelled: the hops in the `Received:` headers of mails that are no reports; connectivity, agent
//! and `EdgeSync` logs beyond the time they cover; the Setup log.

mod agents;
mod configuration;
mod crew;
mod delivery_report;
mod event;
mod file;
mod firewall;
mod hosts;
mod known_rows;
pub(crate) mod names;
mod object;
mod ordinary;
mod plan;
mod protocol;
mod queue;
mod refusal;
mod repeated;
mod sessions;
mod shown_text;
mod step;
mod trace;
mod trace_report;
mod tracking;
mod tracking_event;
mod transport_log;

use std::collections::BTreeSet;
use std::io;
use std::mem;

use jiff::{SignedDuration, Timestamp};
use logs::last_error::LastError;
use logs::row::Columns;
use logs::unread::Unread;

use crate::evidence::{Evidence, Place};
use crate::facts::{Facts, FileFact, Setback, Teller};

use delivery_report::Reported;
use file::Done;
use hosts::Hosts;
use plan::Piece;
use queue::Waiting;
use sessions::Sessions;
use trace::Traces;
use transport_log::Counts;

pub use plan::Pace;

/// What all files say.
pub fn read(evidence: &Evidence) -> Facts {
    read_at(evidence, Pace::default())
}

/// What all files say, read at that pace.
pub fn read_at(evidence: &Evidence, pace: Pace) -> Facts {
    let pieces = plan::pieces(evidence, pace);
    let mut reading = Reading::default();
    let files = evidence.files();
    reading.facts.files = files
        .map(|(_, file)| FileFact { path: file.path.clone(), ..FileFact::default() })
        .collect();
    let read = |piece: &Piece, keeps_rows| match evidence.file(piece.id) {
        Some(file) => file::read(file, piece, keeps_rows),
        None => Done::Failed(io::ErrorKind::NotFound.into()),
    };
    let mut open = OpenLog::default();
    crew::in_order(
        pace.threads,
        pieces.len(),
        |number| pieces.get(number).map(|piece| read(piece, false)),
        |number, done| {
            if let (Some(piece), Some(done)) = (pieces.get(number), done) {
                reading.take(&mut open, piece, done, &read);
                if piece.is_last {
                    reading.settle(piece, pieces.get(number + 1));
                }
            }
        },
    );
    reading.finish()
}

/// The log whose parts are being taken over.
#[derive(Default)]
struct OpenLog {
    counts: Counts,
    /// The columns that the next part has in truth.
    columns: Option<Columns>,
}

/// Fewer messages are all kept.
const MESSAGES_KEPT: usize = 5000;

const AN_HOUR: SignedDuration = SignedDuration::from_hours(1);

/// What is known while files are being read.
#[derive(Default)]
struct Reading {
    facts: Facts,
    hosts: Hosts,
    sessions: Sessions,
    traces: Traces,
    waiting: Waiting,
    reported: Reported,
    /// Messages that a rule may ask for: those of exports and traces, and those of errors.
    asked_for: BTreeSet<String>,
    /// How many errors have been looked at for messages to ask for.
    errors_seen: usize,
    /// When messages were settled last.
    settled: Option<Timestamp>,
    /// Objects of the file being read that could not be used.
    unread: Vec<Unread>,
}

impl Reading {
    /// An error that somebody wrote down, with the time at which it last happened.
    fn prose(&mut self, at: Place, error: LastError) {
        let time = names::last_retry_time(&error);
        self.facts.setbacks.push(Setback { time, ..Setback::new(at, Teller::Prose, error) });
    }

    /// Takes over a piece. It is read again when it was read with wrong columns, or when its rows are
    /// needed one by one.
    fn take(
        &mut self,
        open: &mut OpenLog,
        piece: &Piece,
        done: Done,
        read: &impl Fn(&Piece, bool) -> Done,
    ) {
        let mut fact = self.facts.files.get_mut(piece.id.0).map(mem::take).unwrap_or_default();
        // A file ends where it could not be read.
        let is_over = fact.failure.is_some();
        match self.told_truly(open, piece, done, (read, &fact.path)) {
            _ if is_over => {}
            Done::Part(mut part) => {
                part.kind().name().clone_into(&mut fact.kind);
                open.columns = part.columns().cloned();
                let kind = part.kind();
                fact.failure = part.failure.take().map(|error| error.to_string());
                part.take(self, &mut fact, &mut open.counts);
                if piece.is_last || fact.failure.is_some() {
                    mem::take(open).counts.settle(kind, &mut fact);
                }
            }
            Done::Whole(whole) => file::whole(self, piece.id, *whole, &mut fact),
            Done::Record => "Incident record, no evidence".clone_into(&mut fact.kind),
            Done::Failed(error) => {
                fact.failure = Some(error.to_string());
                if let (Some(log), true) = (&piece.log, fact.rows > 0) {
                    mem::take(open).counts.settle(log.kind, &mut fact);
                }
            }
        }
        if let Some(place) = self.facts.files.get_mut(piece.id.0) {
            *place = fact;
        }
    }

    fn told_truly(
        &self,
        open: &OpenLog,
        piece: &Piece,
        mut done: Done,
        (read, path): (&impl Fn(&Piece, bool) -> Done, &str),
    ) -> Done {
        let mut piece = piece.clone();
        if let (Some(log), Some(columns)) = (&mut piece.log, &open.columns)
            && log.columns.as_ref().is_some_and(|assumed| assumed != columns)
        {
            log.columns = Some(columns.clone());
            done = read(&piece, false);
        }
        match done {
            Done::Part(part) if part.lacks_rows(self, path) => read(&piece, true),
            done => done,
        }
    }

    /// A file has been taken over with its last piece, and `next` is the first piece of another. When there are thousands of
    /// messages, those are forgotten that ended well an hour before it begins.
    fn settle(&mut self, piece: &Piece, next: Option<&Piece>) {
        if piece.log.is_none() && next.is_some_and(|next| next.log.is_some()) {
            let told = self.facts.messages.iter().map(|message| message.id.clone());
            self.asked_for.extend(told.chain(self.traces.ids()));
        }
        let Some(begins) = next.and_then(|next| next.begins) else { return };
        let last = *self.settled.get_or_insert(begins);
        let is_due = begins.duration_since(last) >= AN_HOUR;
        if !is_due || self.facts.messages.len() < MESSAGES_KEPT {
            return;
        }
        let errors = self.facts.setbacks.iter().skip(self.errors_seen);
        self.asked_for.extend(errors.filter_map(|setback| setback.message_id.clone()));
        self.errors_seen = self.facts.setbacks.len();
        let until = begins.checked_sub(AN_HOUR).unwrap_or(begins);
        let asked_for = &self.asked_for;
        self.facts.messages.settle(until, |id| asked_for.contains(id));
        self.settled = Some(begins);
    }

    fn finish(self) -> Facts {
        let mut facts = self.facts;
        // Logs were taken over by their times, and are quoted by their paths.
        facts.setbacks.sort_by_key(|setback| setback.at.file);
        facts.sessions = self.sessions.finish();
        self.traces.finish(&mut facts);
        self.waiting.finish(&mut facts);
        self.reported.finish(&mut facts);
        self.hosts.settle(&mut facts.files);
        facts.messages.sort();
        refusal::finish(&mut facts);
        facts
    }
}

#[cfg(test)]
mod tests;
