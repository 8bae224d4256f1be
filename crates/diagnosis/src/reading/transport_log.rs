//! A transport log, or a part of one: what its rows tell, gathered without a look at other files, so
//! that parts can be read at the same time. What the parts tell is put together in their order.

use std::io;

use logs::agent_log::{self, AgentRow};
use logs::connectivity_log::{self, ConnectivityGlance, ConnectivityRow};
use logs::edgesync_log::{self, EdgeSyncRow};
use logs::information_row::begins_message;
use logs::log_time::RowClock;
use logs::message_tracking::{self, TrackingGlance, TrackingRow};
use logs::protocol_log::{self, ProtocolGlance, ProtocolRow};
use logs::recognise::Kind;
use logs::row::{Columns, Row};
use logs::scan::{LogScan, Scanned};
use logs::unread::{Reason, Unread};

use crate::evidence::{FileId, Place};
use crate::facts::{FileFact, RuleRefusal, SessionKind, Span, Teller};
use crate::index::{self, Index};

use super::Reading;
use super::agents;
use super::hosts::{Origin, group};
use super::sessions::{PartSessions, Side};
use super::tracking::{self, Names, Told};

/// Unread lines of a file of which the words are kept; more are counted.
pub(super) const UNREAD_MAX: usize = 1000;

/// What a part of a log tells.
#[derive(Debug)]
pub(super) struct LogPart {
    id: FileId,
    kind: Kind,
    /// Why the rest of it could not be read.
    pub(super) failure: Option<io::Error>,
    /// How many rows it has.
    rows: usize,
    /// How many lines it has.
    lines: u64,
    unread: Vec<Unread>,
    /// Unread lines of which the words are not kept.
    more_unread: usize,
    /// The columns of the rows that would follow.
    columns: Option<Columns>,
    span: Option<Span>,
    servers: Vec<(String, usize)>,
    session_ids: Index,
    message_ids: Index,
    /// Messages that protocol rows begin.
    begun: usize,
    sessions: PartSessions,
    told: Vec<Told>,
    refusals: Vec<RuleRefusal>,
    names: Names,
    clock: RowClock,
}

/// What is counted of a log until all its parts are there.
#[derive(Debug, Default)]
pub(super) struct Counts {
    sessions: Index,
    messages: Index,
    begun: usize,
    lines: u64,
}

impl LogPart {
    pub(super) fn new(id: FileId, kind: Kind) -> Self {
        Self {
            id,
            kind,
            failure: None,
            rows: 0,
            lines: 0,
            unread: Vec::new(),
            more_unread: 0,
            columns: None,
            span: None,
            servers: Vec::new(),
            session_ids: Index::default(),
            message_ids: Index::default(),
            begun: 0,
            sessions: PartSessions::default(),
            told: Vec::new(),
            refusals: Vec::new(),
            names: Names::default(),
            clock: RowClock::default(),
        }
    }

    /// The same, with every row kept that another file may have told.
    #[must_use]
    pub(super) fn keeping_rows(mut self) -> Self {
        self.sessions.keeps_rows = true;
        self
    }

    /// Whether no line was left over.
    pub(super) fn is_whole(&self) -> bool {
        self.unread.is_empty()
    }

    /// What it is a part of.
    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    /// The columns with which the next part begins.
    pub(super) fn columns(&self) -> Option<&Columns> {
        self.columns.as_ref()
    }

    /// Reads the rows of a source with this scan.
    pub(super) fn read(&mut self, mut scan: LogScan, source: impl io::Read) -> io::Result<()> {
        let result = scan.read(source, |line, item| match item {
            Scanned::Header(_) => {}
            Scanned::Row(row) => match self.row(line, &row) {
                Ok(()) => self.rows += 1,
                Err(reason) => {
                    let shown = row.line();
                    let lines = (line..line + row.lines()).zip(shown.lines());
                    lines.for_each(|(at, text)| {
                        self.leave(Unread::new(at, text, reason.clone()));
                    });
                }
            },
            Scanned::Unread(unread) => self.leave(unread),
        });
        self.lines = scan.lines();
        self.columns = Some(scan.columns().clone());
        result
    }

    fn leave(&mut self, unread: Unread) {
        if self.unread.len() < UNREAD_MAX {
            self.unread.push(unread);
        } else {
            self.more_unread += 1;
        }
    }

    fn row(&mut self, line: u64, row: &Row<'_>) -> Result<(), Reason> {
        match self.kind {
            Kind::MessageTrackingLog => self.tracking_cells(line, row)?,
            Kind::ConnectivityLog => {
                if let Some(glance) = ConnectivityGlance::of(row, &mut self.clock) {
                    self.at(glance.date_time);
                    self.session(glance.session);
                } else {
                    let row = row.read_at::<ConnectivityRow<'_>>(&mut self.clock)?;
                    self.connectivity(&row);
                }
            }
            Kind::AgentLog => self.agent(&row.read::<AgentRow<'_>>()?),
            Kind::EdgeSyncLog => self.edge_sync(&row.read::<EdgeSyncRow<'_>>()?),
            _ => {
                if let Some(glance) = ProtocolGlance::of(row, &mut self.clock)
                    && self.sessions.glance(&glance)
                {
                    self.at(glance.date_time);
                    self.begun += usize::from(begins_message(glance.context));
                } else {
                    let row = row.read_at::<ProtocolRow<'_>>(&mut self.clock)?;
                    self.protocol(line, &row);
                }
            }
        }
        Ok(())
    }

    pub(super) fn protocol(&mut self, line: u64, row: &ProtocolRow<'_>) {
        self.at(row.date_time);
        self.begun += usize::from(begins_message(row.context.as_bytes()));
        self.sessions.row(Place::line(self.id, line), session_kind(self.kind), row);
    }

    /// Most rows of a tracking log on a server with others are about copies of messages.
    fn tracking_cells(&mut self, line: u64, row: &Row<'_>) -> Result<(), Reason> {
        let is_step =
            tracking::is_step(row.bytes(8)) || agents::can_refuse(row.bytes(8), row.bytes(26));
        let glance = if is_step { None } else { TrackingGlance::of(row, &mut self.clock) };
        let Some(glance) = glance else {
            let row = row.read_at::<TrackingRow<'_>>(&mut self.clock)?;
            self.tracking(line, &row);
            return Ok(());
        };
        self.at(glance.date_time);
        let ids = [row.bytes(11), row.bytes(10)];
        self.message(ids.into_iter().find(|id| !id.is_empty()).unwrap_or_default());
        Ok(())
    }

    pub(super) fn tracking(&mut self, line: u64, row: &TrackingRow<'_>) {
        self.at(row.date_time);
        let ids = [&row.network_message_id, &row.message_id];
        let id = ids.into_iter().find(|id| !id.is_empty());
        self.message(id.map_or(b"", |id| id.as_bytes()));
        if let Some(server) = tracking::server(row) {
            self.server(server);
        }
        let at = Place::line(self.id, line);
        self.refusals.extend(agents::refusals(&at, Teller::Tracking, row));
        self.told.extend(tracking::told(&at, Teller::Tracking, row, &mut self.names));
    }

    pub(super) fn connectivity(&mut self, row: &ConnectivityRow<'_>) {
        self.at(row.date_time);
        self.session(row.session.as_bytes());
    }

    pub(super) fn agent(&mut self, row: &AgentRow<'_>) {
        self.at(row.timestamp);
        self.session(row.session_id.as_bytes());
        self.message(row.network_msg_id.as_bytes());
    }

    pub(super) fn edge_sync(&mut self, row: &EdgeSyncRow<'_>) {
        self.session(row.session_id.as_bytes());
        self.server(&row.local_server_fqdn);
        if let Some(time) = row.date_time {
            self.at(time);
        }
    }

    fn at(&mut self, time: jiff::Timestamp) {
        let own = Span { from: time, to: time };
        self.span = Some(self.span.map_or(own, |span| span.joined(own)));
    }

    fn server(&mut self, name: &str) {
        match self.servers.iter_mut().find(|(own, _)| own == name) {
            Some((_, times)) => *times += 1,
            None => self.servers.push((name.to_owned(), 1)),
        }
    }

    fn session(&mut self, id: &[u8]) {
        if !id.is_empty() {
            self.session_ids.is_new(index::number(id));
        }
    }

    fn message(&mut self, id: &[u8]) {
        if !id.is_empty() {
            self.message_ids.is_new(index::number(id));
        }
    }
}

impl LogPart {
    /// Whether it has to be read again with [`LogPart::keeping_rows`].
    pub(super) fn lacks_rows(&self, reading: &Reading, path: &str) -> bool {
        reading.sessions.lacks_rows_of(self.side(path), &self.sessions)
    }

    /// Adds what it tells to what is known.
    pub(super) fn take(self, reading: &mut Reading, fact: &mut FileFact, counts: &mut Counts) {
        let side = self.side(&fact.path);
        let before = counts.lines;
        fact.rows += self.rows;
        let room = UNREAD_MAX.saturating_sub(fact.unread.len());
        fact.more_unread += self.more_unread + self.unread.len().saturating_sub(room);
        let unread = self.unread.into_iter().take(room);
        fact.unread.extend(unread.map(|it| Unread { line: it.line + before, ..it }));
        reading.hosts.is_from(self.id, Origin::Server);
        let of_sessions = self.sessions.servers();
        let of_rows = self.servers.iter().map(|(name, times)| (name.as_str(), *times));
        of_sessions.chain(of_rows).for_each(|(name, times)| {
            reading.hosts.told_often(self.id, name, times);
        });
        if let Some(span) = self.span {
            reading.facts.coverage.row(self.id, self.kind, span.from);
            reading.facts.coverage.row(self.id, self.kind, span.to);
        }
        self.sessions.ids().chain(self.session_ids.numbers()).for_each(|id| {
            counts.sessions.is_new(id);
        });
        self.message_ids.numbers().for_each(|id| {
            counts.messages.is_new(id);
        });
        counts.begun += self.begun;
        reading.sessions.take(side, self.sessions, before);
        for mut told in self.told {
            told.shift(before);
            told.take(&mut reading.facts);
        }
        reading.facts.rule_refusals.extend(self.refusals.into_iter().map(|mut refusal| {
            refusal.at.line += before;
            refusal
        }));
        counts.lines += self.lines;
    }

    fn side(&self, path: &str) -> Side {
        Side::of(session_kind(self.kind), group(path))
    }
}

impl Counts {
    /// Says how many sessions and messages the log has.
    pub(super) fn settle(self, kind: Kind, fact: &mut FileFact) {
        let has_sessions = kind != Kind::MessageTrackingLog;
        fact.sessions = has_sessions.then(|| self.sessions.len());
        fact.messages = match kind {
            Kind::SmtpReceiveLog | Kind::SmtpSendLog => Some(self.begun),
            Kind::MessageTrackingLog | Kind::AgentLog => Some(self.messages.len()),
            _ => None,
        };
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

fn session_kind(kind: Kind) -> SessionKind {
    match kind {
        Kind::SmtpReceiveLog => SessionKind::Receive,
        _ => SessionKind::Send,
    }
}
