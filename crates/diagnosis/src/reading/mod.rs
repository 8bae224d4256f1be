//! Files become facts: each file is recognised by its content and read by the consumer of its kind.
//!
//! Transport logs beyond a few megabytes are read as a stream; of all logs only the facts are kept.
//! Which computer a file comes from, and what a message trace says of each recipient, is settled
//! when all files are read.
//!
//! Not modelled: the hops in the `Received:` headers of mails that are no reports; connectivity, agent
//! and `EdgeSync` logs beyond the time they cover; the Setup log.

mod configuration;
mod delivery_report;
mod event;
mod file;
mod firewall;
mod hosts;
pub(crate) mod names;
mod object;
mod protocol;
mod queue;
mod shown_text;
mod step;
mod trace;
mod trace_report;
mod tracking;
mod tracking_event;
mod transport_log;

use logs::last_error::LastError;
use logs::unread::Unread;

use crate::evidence::{Evidence, Place};
use crate::facts::{Facts, Setback, Teller};

use delivery_report::Reported;
use hosts::Hosts;
use protocol::Sessions;
use queue::Waiting;
use trace::Traces;

/// What all files say.
pub fn read(evidence: &Evidence) -> Facts {
    let mut reading = Reading::default();
    for (id, file) in evidence.files() {
        let fact = file::read(&mut reading, id, file);
        reading.facts.files.push(fact);
    }
    reading.finish()
}

/// What is known while files are being read.
#[derive(Default)]
struct Reading {
    facts: Facts,
    hosts: Hosts,
    sessions: Sessions,
    traces: Traces,
    waiting: Waiting,
    reported: Reported,
    /// Objects of the file being read that could not be used.
    unread: Vec<Unread>,
}

impl Reading {
    /// An error that somebody wrote down, with the time at which it last happened.
    fn prose(&mut self, at: Place, error: LastError) {
        let time = names::last_retry_time(&error);
        self.facts.setbacks.push(Setback { time, ..Setback::new(at, Teller::Prose, error) });
    }

    fn finish(self) -> Facts {
        let mut facts = self.facts;
        facts.sessions = self.sessions.finish();
        self.traces.finish(&mut facts);
        self.waiting.finish(&mut facts);
        self.reported.finish(&mut facts);
        self.hosts.settle(&mut facts.files);
        facts
    }
}

#[cfg(test)]
mod tests;
