//! A transport log: its rows go to their consumers one by one, from a small file that was read whole
//! as from a large one that is streamed.

use std::collections::BTreeSet;
use std::io;

use logs::agent_log::{self, AgentRow};
use logs::connectivity_log::{self, ConnectivityRow};
use logs::edgesync_log::{self, EdgeSyncRow};
use logs::message_tracking::{self, TrackingRow};
use logs::protocol_log::{self, ProtocolRow};
use logs::recognise::Kind;
use logs::row::Row;
use logs::scan::{LogScan, Scanned};
use logs::unread::{Reason, Unread};

use crate::evidence::{FileId, Place};
use crate::facts::{FileFact, Teller};

use super::Reading;
use super::hosts::Origin;
use super::tracking;

/// The file that rows come from.
#[derive(Clone, Copy, Debug)]
pub(super) struct TransportLog<'f> {
    pub(super) id: FileId,
    pub(super) kind: Kind,
    /// What its computer's files have in common; see [`super::hosts::group`].
    pub(super) group: &'f str,
}

/// What is counted while a file is streamed.
#[derive(Default)]
struct Counts {
    sessions: BTreeSet<String>,
    messages: BTreeSet<String>,
    begun: usize,
}

impl TransportLog<'_> {
    pub(super) fn place(&self, line: u64) -> Place {
        Place::line(self.id, line)
    }

    pub(super) fn protocol(&self, reading: &mut Reading, line: u64, row: &ProtocolRow<'_>) {
        reading.facts.coverage.row(self.id, self.kind, row.date_time);
        reading.sessions.row(self, line, row, &mut reading.hosts);
    }

    pub(super) fn tracking(&self, reading: &mut Reading, line: u64, row: &TrackingRow<'_>) {
        reading.facts.coverage.row(self.id, self.kind, row.date_time);
        if let Some(server) = tracking::server(row) {
            reading.hosts.told(self.id, server);
        }
        tracking::row(&mut reading.facts, &self.place(line), Teller::Tracking, row);
    }

    pub(super) fn connectivity(&self, reading: &mut Reading, row: &ConnectivityRow<'_>) {
        reading.facts.coverage.row(self.id, self.kind, row.date_time);
    }

    pub(super) fn agent(&self, reading: &mut Reading, row: &AgentRow<'_>) {
        reading.facts.coverage.row(self.id, self.kind, row.timestamp);
    }

    pub(super) fn edge_sync(&self, reading: &mut Reading, row: &EdgeSyncRow<'_>) {
        reading.hosts.told(self.id, &row.local_server_fqdn);
        if let Some(time) = row.date_time {
            reading.facts.coverage.row(self.id, self.kind, time);
        }
    }

    /// Reads a large log.
    pub(super) fn stream(
        &self,
        reading: &mut Reading,
        source: impl io::Read,
        fact: &mut FileFact,
    ) -> io::Result<()> {
        let Some(fields) = fields(self.kind) else { return Ok(()) };
        reading.hosts.is_from(self.id, Origin::Server);
        let mut counts = Counts::default();
        let mut scan = LogScan::new(fields);
        let result = scan.read(source, |line, item| match item {
            Scanned::Header(_) => {}
            Scanned::Row(row) => match self.row(reading, line, &row, &mut counts) {
                Ok(()) => fact.rows += 1,
                Err(reason) => fact.unread.push(Unread::new(line, &row.line(), reason)),
            },
            Scanned::Unread(unread) => fact.unread.push(unread),
        });
        let has_sessions = self.kind != Kind::MessageTrackingLog;
        fact.sessions = has_sessions.then_some(counts.sessions.len());
        fact.messages = match self.kind {
            Kind::SmtpReceiveLog | Kind::SmtpSendLog => Some(counts.begun),
            Kind::MessageTrackingLog | Kind::AgentLog => Some(counts.messages.len()),
            _ => None,
        };
        result
    }

    fn row(
        &self,
        reading: &mut Reading,
        line: u64,
        row: &Row<'_>,
        counts: &mut Counts,
    ) -> Result<(), Reason> {
        match self.kind {
            Kind::MessageTrackingLog => {
                let row = row.read::<TrackingRow<'_>>()?;
                let ids = [&row.network_message_id, &row.message_id];
                let id = ids.into_iter().find(|id| !id.is_empty());
                count(&mut counts.messages, id.map_or("", AsRef::as_ref));
                self.tracking(reading, line, &row);
            }
            Kind::ConnectivityLog => {
                let row = row.read::<ConnectivityRow<'_>>()?;
                count(&mut counts.sessions, &row.session);
                self.connectivity(reading, &row);
            }
            Kind::AgentLog => {
                let row = row.read::<AgentRow<'_>>()?;
                count(&mut counts.sessions, &row.session_id);
                count(&mut counts.messages, &row.network_msg_id);
                self.agent(reading, &row);
            }
            Kind::EdgeSyncLog => {
                let row = row.read::<EdgeSyncRow<'_>>()?;
                count(&mut counts.sessions, &row.session_id);
                self.edge_sync(reading, &row);
            }
            _ => {
                let row = row.read::<ProtocolRow<'_>>()?;
                count(&mut counts.sessions, &row.session_id);
                counts.begun += usize::from(begins_message(&row.context));
                self.protocol(reading, line, &row);
            }
        }
        Ok(())
    }
}

/// Columns of a transport log; none for a file of another kind.
pub(super) fn fields(kind: Kind) -> Option<&'static [&'static str]> {
    Some(match kind {
        Kind::SmtpReceiveLog | Kind::SmtpSendLog => &protocol_log::FIELDS,
        Kind::MessageTrackingLog => &message_tracking::FIELDS,
        Kind::ConnectivityLog => &connectivity_log::FIELDS,
        Kind::AgentLog => &agent_log::FIELDS,
        Kind::EdgeSyncLog => &edgesync_log::FIELDS,
        _ => return None,
    })
}

fn count(known: &mut BTreeSet<String>, id: &str) {
    if !id.is_empty() && !known.contains(id) {
        known.insert(id.to_owned());
    }
}

/// Whether an information row opens a message, in a receive or a send session.
fn begins_message(context: &str) -> bool {
    context == "receiving message" || context.starts_with("sending message with RecordId ")
}
