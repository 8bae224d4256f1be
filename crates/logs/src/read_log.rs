//! Reading a small transport log whole, as it is or as a page left it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::agent_log::AgentRow;
use crate::connectivity_log::ConnectivityRow;
use crate::edgesync_log::EdgeSyncRow;
use crate::excerpt::{self, Excerpt, RowShape};
use crate::information_row::begins_message;
use crate::log_kinds::{LOG_KINDS, LogKind};
use crate::message_tracking::TrackingRow;
use crate::protocol_log::ProtocolRow;
use crate::read::{Contents, FileReading, distinct};
use crate::recognise::Kind;
use crate::row::Row;
use crate::scan::{LogScan, Scanned};
use crate::unread::{Reason, Unread};

/// Reads the rows of a log into `reading`, whose kind says which.
pub(crate) fn read_log(reading: &mut FileReading, text: &str) {
    let Some(log) = LOG_KINDS.iter().find(|log| log.kind == reading.kind) else { return };
    match reading.kind {
        Kind::MessageTrackingLog => {
            let rows = rows(reading, log, text, |row| {
                row.read::<TrackingRow<'_>>().map(TrackingRow::into_owned)
            });
            let id = |row: &TrackingRow<'static>| match &row.network_message_id {
                id if id.is_empty() => row.message_id.clone(),
                id => id.clone(),
            };
            let ids: Vec<Cow<'_, str>> = rows.iter().map(|(_, row)| id(row)).collect();
            reading.messages = Some(distinct(ids.iter().map(AsRef::as_ref)));
            reading.contents = Contents::Tracking(rows);
        }
        Kind::ConnectivityLog => {
            let rows = rows(reading, log, text, |row| {
                row.read::<ConnectivityRow<'_>>().map(ConnectivityRow::into_owned)
            });
            reading.sessions = Some(distinct(rows.iter().map(|(_, row)| row.session.as_ref())));
            reading.contents = Contents::Connectivity(rows);
        }
        Kind::AgentLog => {
            let rows = rows(reading, log, text, |row| {
                row.read::<AgentRow<'_>>().map(AgentRow::into_owned)
            });
            reading.sessions = Some(distinct(rows.iter().map(|(_, row)| row.session_id.as_ref())));
            let ids = rows.iter().map(|(_, row)| row.network_msg_id.as_ref());
            reading.messages = Some(distinct(ids));
            reading.contents = Contents::Agent(rows);
        }
        Kind::EdgeSyncLog => {
            let rows = rows(reading, log, text, |row| {
                row.read::<EdgeSyncRow<'_>>().map(EdgeSyncRow::into_owned)
            });
            reading.sessions = Some(distinct(rows.iter().map(|(_, row)| row.session_id.as_ref())));
            reading.contents = Contents::EdgeSync(rows);
        }
        _ => {
            let rows = rows(reading, log, text, |row| {
                row.read::<ProtocolRow<'_>>().map(ProtocolRow::into_owned)
            });
            reading.sessions = Some(distinct(rows.iter().map(|(_, row)| row.session_id.as_ref())));
            let messages = rows.iter().filter(|(_, row)| begins_message(row.context.as_bytes()));
            reading.messages = Some(messages.count());
            reading.contents = Contents::Protocol(rows);
        }
    }
}

/// What one pass over a text gave.
struct Pass<T> {
    rows: Vec<(u64, T)>,
    unread: Vec<Unread>,
    used: BTreeSet<u64>,
}

fn rows<T>(
    reading: &mut FileReading,
    log: &LogKind,
    text: &str,
    read: impl Fn(&Row<'_>) -> Result<T, Reason>,
) -> Vec<(u64, T)> {
    let plain =
        log.fields.iter().map(|present| (pass(log, present, text, &read), Excerpt::default()));
    let mended = log.fields.iter().map(|present| {
        let excerpt =
            excerpt::undo_rows(text, RowShape { columns: present.len(), event: log.event });
        (pass(log, present, &excerpt.text, &read), excerpt)
    });
    let mut best: Option<(Pass<T>, Excerpt)> = None;
    // Of equal readings the first, with the newest columns and without repairs, is kept.
    for tried in plain.chain(mended) {
        if best.as_ref().is_none_or(|(best, _)| tried.0.unread.len() < best.unread.len()) {
            best = Some(tried);
        }
        if best.as_ref().is_some_and(|(best, _)| best.unread.is_empty()) {
            break;
        }
    }
    let Some((mut pass, excerpt)) = best else { return Vec::new() };
    reading.used.append(&mut pass.used);
    reading.used.extend(excerpt.joined);
    reading.repairs = excerpt.repairs;
    reading.repairs.retain(|repair| reading.used.contains(&repair.line));
    // The original line is quoted, not the mended one.
    let originals: Vec<&str> = text.lines().collect();
    reading.unread = pass.unread;
    for unread in &mut reading.unread {
        let at = usize::try_from(unread.line.saturating_sub(1)).unwrap_or_default();
        if let Some(original) = originals.get(at) {
            *unread = Unread::new(unread.line, original, unread.reason.clone());
        }
    }
    reading.rows = pass.rows.len();
    pass.rows
}

fn pass<T>(
    log: &LogKind,
    present: &[&str],
    text: &str,
    read: impl Fn(&Row<'_>) -> Result<T, Reason>,
) -> Pass<T> {
    let fields = log.fields.first().copied().unwrap_or_default();
    let mut pass = Pass { rows: Vec::new(), unread: Vec::new(), used: BTreeSet::new() };
    let mut scan = LogScan::assuming(fields, present);
    scan.scan(text.as_bytes(), true, &mut |line, item| match item {
        Scanned::Header(_) => {
            pass.used.insert(line);
        }
        Scanned::Row(row) => match read(&row) {
            Ok(value) => {
                pass.used.extend(line..line + row.lines());
                pass.rows.push((line, value));
            }
            Err(reason) => {
                let shown = row.line();
                let lines = (line..line + row.lines()).zip(shown.lines());
                pass.unread.extend(lines.map(|(at, text)| Unread::new(at, text, reason.clone())));
            }
        },
        Scanned::Unread(unread) => pass.unread.push(unread),
    });
    pass
}
