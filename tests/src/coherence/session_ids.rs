//! A session id belongs to one session of a process.

use std::collections::BTreeMap;

use super::desk::Desk;
use super::{Checker, Does, Fault, Tampering};

pub(super) static CHECKER: Checker = Checker {
    name: "session-ids",
    holds: "16 upper-case hexadecimal digits name one session of a process: one direction, one \
            connector, one pair of endpoints",
    faults,
    tamperings: &[
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["CMEDGE01", "SmtpSend"],
            row: &[",>,QUIT"],
            does: Does::Replace(":25,", ":26,"),
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["CMHYBD01", "SmtpReceive"],
            row: &[",<,QUIT"],
            does: Does::Replace("08D", "08d"),
        },
    ],
};

fn faults(desk: &Desk) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut directions = BTreeMap::new();
    for session in desk.sessions() {
        let Some(first) = session.rows.first() else { continue };
        let is_id = |digit: u8| digit.is_ascii_digit() || (b'A'..=b'F').contains(&digit);
        if session.id.len() != 16 || !session.id.bytes().all(is_id) {
            faults.push(Fault::new(first.place(), format!("{} is no session id", session.id)));
        }
        let key = (session.host, session.process, session.id);
        if directions.insert(key, session.is_receive).is_some() {
            let says = format!("session {} both receives and sends", session.id);
            faults.push(Fault::new(first.place(), says));
        }
        // A send session has no local endpoint until it is connected.
        let local = session.rows.iter().map(|at| &*at.row.local_endpoint).find(|it| !it.is_empty());
        let differs = session.rows.iter().find(|at| {
            let own = &*at.row.local_endpoint;
            at.row.connector_id != first.row.connector_id
                || at.row.remote_endpoint != first.row.remote_endpoint
                || (!own.is_empty() && Some(own) != local)
        });
        faults.extend(differs.map(|at| {
            Fault::new(at.place(), format!("another connection with the id {}", session.id))
        }));
    }
    faults
}
