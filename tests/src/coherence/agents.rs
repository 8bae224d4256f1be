//! What an agent did to a message belongs to the session that brought it.

use std::collections::{BTreeMap, BTreeSet};

use logs::agent_log::AgentRow;

use super::desk::{Desk, Log, Session};
use super::{Checker, Does, Fault, Tampering};

pub(super) static CHECKER: Checker = Checker {
    name: "agents",
    holds: "every row of an agent log names a session of the protocol log beside it, where that is kept, with its \
            two ends and a time within it, and a message that the tracking logs know",
    faults,
    tamperings: &[
        Tampering {
            story: "healthy-hybrid",
            path: &["AgentLog2"],
            row: &[",Inbound Trust Agent,"],
            does: Does::Replace(",08DEA7", ",08DEA8"),
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["AgentLog2"],
            row: &[",Inbound Trust Agent,"],
            does: Does::Replace(",40.", ",41."),
        },
        Tampering {
            story: "healthy-hybrid",
            path: &["AgentLog2"],
            row: &[",Inbound Trust Agent,"],
            does: Does::Replace("T06:", "T07:"),
        },
        Tampering {
            story: "healthy-hybrid",
            path: &["AgentLog2"],
            row: &[",Inbound Trust Agent,"],
            does: Does::Replace("-08dea7", "-08dea8"),
        },
    ],
};

fn faults(desk: &Desk) -> Vec<Fault> {
    let sessions = desk.sessions();
    let received = sessions.iter().filter(|it| it.is_receive);
    let by_id: BTreeMap<_, _> = received.map(|it| ((it.host, it.process, it.id), it)).collect();
    let known: BTreeSet<_> =
        desk.tracked().map(|it| it.row.network_message_id.to_string()).collect();
    let mut faults = Vec::new();
    for log in &desk.agents {
        for (line, row) in &log.rows {
            let place = (log.path.as_str(), *line);
            let mut fault = |says: String| faults.push(Fault::new(place, says));
            match by_id.get(&(log.host.as_str(), log.process, &*row.session_id)) {
                Some(session) => disagreements(row, session).into_iter().for_each(&mut fault),
                None if desk.has_protocol_log(&log.host, log.process, true) => {
                    fault(format!("the protocol log has no session {}", row.session_id));
                }
                None => {}
            }
            if has_tracking(desk, log) && !known.contains(&*row.network_msg_id) {
                fault(format!("the tracking logs have no message {}", row.network_msg_id));
            }
        }
    }
    faults
}

fn has_tracking(desk: &Desk, log: &Log<AgentRow<'static>>) -> bool {
    desk.tracking_hosts().contains(log.host.as_str())
}

fn disagreements(row: &AgentRow<'_>, session: &Session<'_>) -> Vec<String> {
    let (Some(first), Some(last)) = (session.rows.first(), session.rows.last()) else {
        return Vec::new();
    };
    let mut says = Vec::new();
    let local = first.row.local_endpoint.rsplit_once(':').map_or("", |(address, _)| address);
    if row.remote_endpoint != first.row.remote_endpoint || row.local_endpoint != local {
        says.push(format!("session {} has other ends: {}:{}", session.id, first.file, first.line));
    }
    if !(first.row.date_time..=last.row.date_time).contains(&row.timestamp) {
        says.push(format!("not within session {}: {}:{}", session.id, first.file, first.line));
    }
    says
}
