//! A connection in the connectivity log is a session of the protocol log.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use logs::connectivity_log::{ConnectivityDirection, ConnectivityRow, Step};
use logs::protocol_log::ProtocolEvent;

use super::desk::{Desk, Process, Session};
use super::reply::Taken;
use super::{Checker, Does, Fault, Tampering};

pub(super) static CHECKER: Checker = Checker {
    name: "connectivity",
    holds: "a connection begins once and ends once; when it was established over a Send connector whose \
            sessions are logged, the protocol log has its session, with as many messages; and every send \
            session is in the connectivity log of its service, where there is one",
    faults,
    tamperings: &[
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["CONNECTLOG"],
            row: &[",+,"],
            does: Does::Drop,
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["CONNECTLOG"],
            row: &[",-,"],
            does: Does::Drop,
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["CMEDGE01", "CONNECTLOG"],
            row: &[",fabrikam.com,-,Messages: 1 "],
            does: Does::Replace("Messages: 1 ", "Messages: 2 "),
        },
        Tampering {
            story: "healthy-hybrid",
            path: &["SmtpSend"],
            row: &[",Internet,", ",<,250 2.0.0 Ok: queued"],
            does: Does::Drop,
        },
    ],
};

/// Longer than this nobody keeps quiet in an open connection.
const LONGEST_SILENCE: SignedDuration = SignedDuration::from_mins(10);

/// A connection: its rows with their places.
type Connection<'d> = Vec<(&'d str, u64, &'d ConnectivityRow<'static>)>;

fn faults(desk: &Desk) -> Vec<Fault> {
    let mut connections: BTreeMap<(&str, Process, &str), Connection<'_>> = BTreeMap::new();
    for log in &desk.connectivity {
        for (line, row) in &log.rows {
            let key = (log.host.as_str(), log.process, &*row.session);
            connections.entry(key).or_default().push((&log.path, *line, row));
        }
    }
    let sessions = desk.sessions();
    let sent: BTreeMap<(&str, Process, &str), &Session<'_>> = sessions
        .iter()
        .filter(|it| !it.is_receive)
        .map(|it| ((it.host, it.process, it.id), it))
        .collect();
    let logged = logged_connectors(desk);
    let mut faults = Vec::new();
    for (key, connection) in &connections {
        faults.extend(not_whole(desk, connection));
        match sent.get(key) {
            Some(session) => faults.extend(disagreement(connection, session)),
            None if is_established(connection) && is_logged(&logged, connection) => {
                let (file, line, _) = connection[0];
                let says = format!("the protocol log has no session {}", key.2);
                faults.push(Fault::new((file, line), says));
            }
            None => {}
        }
    }
    let kept: BTreeSet<_> =
        connections.keys().map(|(host, process, _)| (*host, *process)).collect();
    for (key, session) in sent {
        if kept.contains(&(key.0, key.1)) && !connections.contains_key(&key) {
            let says = format!("the connectivity log has no session {}", session.id);
            faults.push(Fault::new(session.rows[0].place(), says));
        }
    }
    faults
}

/// Whether a connection lacks its beginning or end.
fn not_whole(desk: &Desk, connection: &Connection<'_>) -> Option<Fault> {
    let count =
        |direction| connection.iter().filter(|(_, _, row)| row.direction == direction).count();
    let (file, line, last) = connection.last()?;
    let is_open = desk.end().duration_since(last.date_time) < LONGEST_SILENCE;
    let (begun, ended) = (count(ConnectivityDirection::Begin), count(ConnectivityDirection::End));
    let says = if begun != 1 {
        format!("connection {} begins {begun} times", last.session)
    } else if ended > 1 || (ended == 0 && !is_open) {
        format!("connection {} ends {ended} times", last.session)
    } else {
        return None;
    };
    Some(Fault::new((file, *line), says))
}

fn is_established(connection: &Connection<'_>) -> bool {
    connection.iter().any(|(_, _, row)| matches!(row.step(), Step::Established { .. }))
}

/// GUIDs of the Send connectors whose sessions are logged.
fn logged_connectors(desk: &Desk) -> BTreeSet<String> {
    let connectors = desk.exported("Get-SendConnector.clixml");
    let logged = connectors.filter(|(_, _, it)| it.text_of("ProtocolLoggingLevel") == "Verbose");
    logged.map(|(_, _, it)| it.text_of("Guid").to_lowercase()).collect()
}

/// Whether a connection is over a connector of its own server that logs. Between servers of the
/// organization mail takes the Intra-Organization connector, whatever connector it will leave by.
fn is_logged(logged: &BTreeSet<String>, connection: &Connection<'_>) -> bool {
    connection.iter().any(|(_, _, row)| match row.step() {
        Step::Queue { delivery_type, next_hop_connector, .. } => {
            delivery_type.ends_with("ConnectorDelivery")
                && logged.contains(&next_hop_connector.to_string().to_lowercase())
        }
        _ => false,
    })
}

/// Whether a connection and its session tell of another number of messages.
fn disagreement(connection: &Connection<'_>, session: &Session<'_>) -> Option<Fault> {
    let taken = session.rows.iter().filter(|at| {
        let is_taken = Taken::find(&at.row.data).is_some()
            || at.row.data.starts_with("250 2.0.0 Ok: queued as");
        at.row.event == ProtocolEvent::Received && is_taken
    });
    let taken = taken.count() as u64;
    connection.iter().find_map(|(file, line, row)| {
        let Step::Closed { messages, .. } = row.step() else { return None };
        let says = format!("{messages} messages; {taken} were taken in session {}", session.id);
        (messages != taken).then(|| Fault::new((file, *line), says))
    })
}
