//! A message that was received by SMTP came through a session.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use logs::tracking_words::{TrackingEventId, TrackingSource};

use super::desk::{Desk, Process, Session, Tracked};
use super::reply::Taken;
use super::{Checker, Does, Fault, Tampering};

pub(super) static CHECKER: Checker = Checker {
    name: "tracking-sessions",
    holds: "every RECEIVE by SMTP names a session of the protocol log, where that is kept: its connector, \
            its beginning, a time within it, and the reply with its internal message id",
    faults,
    tamperings: &[
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["CMHYBD01", "MSGTRK2"],
            row: &[",SMTP,RECEIVE,"],
            does: Does::Replace(",08DEA7", ",08DEA8"),
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["CMEDGE01", "MSGTRK2"],
            row: &[",SMTP,RECEIVE,"],
            does: Does::Replace("Z;", "1Z;"),
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["CMHYBD01", "Hub", "SmtpReceive"],
            row: &[",>,\"250 2.6.0 <"],
            does: Does::Replace("InternalId=", "InternalId=9"),
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["CMHYBD01", "MSGTRK2"],
            row: &[",SMTP,RECEIVE,"],
            does: Does::Replace("T06:", "T07:"),
        },
    ],
};

/// The tracking row and the reply are written in the same moment; a row may round it otherwise.
const MOMENT: SignedDuration = SignedDuration::from_secs(1);

fn faults(desk: &Desk) -> Vec<Fault> {
    let sessions = desk.sessions();
    let received = sessions.iter().filter(|it| it.is_receive && it.process == Process::Transport);
    let by_id: BTreeMap<_, _> = received.map(|it| ((it.host, it.id), it)).collect();
    let is_received = |it: &Tracked<'_>| {
        it.log.process == Process::Transport
            && it.row.source == TrackingSource::Smtp
            && it.row.event_id == TrackingEventId::Receive
    };
    let mut faults = Vec::new();
    for it in desk.tracked().filter(is_received) {
        let Some(source) = it.row.smtp_source() else {
            faults.push(Fault::new(it.place(), "its source-context names no session"));
            continue;
        };
        let is_kept = desk.is_receive_logged(&it.row.connector_id)
            && desk.has_protocol_log(&it.log.host, it.log.process, true);
        match by_id.get(&(it.log.host.as_str(), source.session_id.as_str())) {
            Some(session) => faults.extend(disagreements(&it, session)),
            None if is_kept => {
                let says = format!("the protocol log has no session {}", source.session_id);
                faults.push(Fault::new(it.place(), says));
            }
            None => {}
        }
    }
    faults
}

fn disagreements(it: &Tracked<'_>, session: &Session<'_>) -> Vec<Fault> {
    let (Some(first), Some(last)) = (session.rows.first(), session.rows.last()) else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    let mut fault = |says: String| faults.push(Fault::new(it.place(), says));
    let begun = it.row.smtp_source().map(|source| source.begun);
    if begun != Some(first.row.date_time) {
        fault(format!(
            "session {} began at another time: {}:{}",
            session.id, first.file, first.line
        ));
    }
    if it.row.connector_id != first.row.connector_id {
        fault(format!("session {} is of {}", session.id, first.row.connector_id));
    }
    let (from, to) = (first.row.date_time, last.row.date_time.saturating_add(MOMENT));
    if it.row.date_time < from || to.is_ok_and(|to| it.row.date_time > to) {
        fault(format!(
            "not within session {}, which ends at {}:{}",
            session.id, last.file, last.line
        ));
    }
    let replies = session.rows.iter().filter_map(|at| Taken::find(&at.row.data));
    let is_own = |taken: &Taken<'_>| taken.internal_id == Some(&*it.row.internal_message_id);
    match replies.clone().find(is_own) {
        Some(taken) if taken.message_id == it.row.message_id => {}
        Some(taken) => fault(format!("the reply speaks of {}", taken.message_id)),
        None => fault(format!("no reply of session {} names its internal message id", session.id)),
    }
    faults
}
