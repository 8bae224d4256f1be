//! Time goes forward.

use std::collections::BTreeMap;

use super::desk::Desk;
use super::{Checker, Does, Fault, Tampering};

pub(super) static CHECKER: Checker = Checker {
    name: "times",
    holds: "time never goes backwards in an SMTP session, in a connection, or for a message on a server",
    faults,
    tamperings: &[
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["SmtpReceive"],
            row: &[",<,QUIT"],
            does: Does::Replace("T06:", "T05:"),
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["CONNECTLOG"],
            row: &[",-,Messages"],
            does: Does::Replace("T06:", "T05:"),
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["MSGTRK2"],
            row: &[",SEND,"],
            does: Does::Replace("T06:", "T05:"),
        },
    ],
};

fn faults(desk: &Desk) -> Vec<Fault> {
    let mut faults = Vec::new();
    for session in desk.sessions() {
        let pairs = session.rows.windows(2);
        for pair in pairs.filter(|pair| pair[1].row.date_time < pair[0].row.date_time) {
            let says = format!("before the row before it in session {}", session.id);
            faults.push(Fault::new(pair[1].place(), says));
        }
    }
    let mut last = BTreeMap::new();
    for log in &desk.connectivity {
        for (line, row) in &log.rows {
            let key = (log.host.as_str(), log.process, &*row.session);
            if last.insert(key, row.date_time).is_some_and(|before| row.date_time < before) {
                let says = format!("before the row before it in session {}", row.session);
                faults.push(Fault::new((&log.path, *line), says));
            }
        }
    }
    let mut last = BTreeMap::new();
    for it in desk.tracked().filter(|it| !it.row.internal_message_id.is_empty()) {
        let key = (it.log.host.as_str(), it.log.process, &*it.row.internal_message_id);
        if last.insert(key, it.row.date_time).is_some_and(|before| it.row.date_time < before) {
            let says =
                format!("before the row before it of message {}", it.row.internal_message_id);
            faults.push(Fault::new(it.place(), says));
        }
    }
    faults
}
