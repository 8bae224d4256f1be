//! A message has one size on a server.

use std::collections::BTreeMap;

use logs::protocol_log::ProtocolEvent;
use logs::tracking_words::TrackingEventId;

use super::desk::{Desk, Process, Session};
use super::next_hop::is_sent;
use super::reply::Taken;
use super::{Checker, Does, Fault, Tampering};

pub(super) static CHECKER: Checker = Checker {
    name: "sizes",
    holds: "total-bytes of a message are the same in all rows of a server, the bytes of the reply with \
            which it was received, and those of the reply that the hop before it got; SIZE= is about as much",
    faults,
    tamperings: &[
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["CMHYBD01", "MSGTRK2"],
            row: &[",SMTP,SEND", "InternalId="],
            does: Does::Replace(" bytes in ", "0 bytes in "),
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["CMEDGE01", "MSGTRK2"],
            row: &[",SMTP,RECEIVE,"],
            does: Does::Replace("@cloudmonkeys.xyz,,", "@cloudmonkeys.xyz,,9"),
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["CMEDGE01", "SmtpReceive"],
            row: &[",<,MAIL FROM", "SIZE="],
            does: Does::Replace("SIZE=", "SIZE=9"),
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["CMEDGE01", "SmtpReceive"],
            row: &[",>,\"250 2.6.0 <"],
            does: Does::Replace(" bytes in ", "0 bytes in "),
        },
    ],
};

/// A hop adds a `Received:` header and some of its own.
const HEADERS: u64 = 4096;

fn faults(desk: &Desk) -> Vec<Fault> {
    let mut sizes: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    let mut faults = Vec::new();
    for it in desk.tracked().filter(|it| it.log.process == Process::Transport) {
        let id = &*it.row.internal_message_id;
        let Some(bytes) = it.row.total_bytes.filter(|_| !id.is_empty()) else { continue };
        let size = *sizes.entry((&it.log.host, id)).or_insert(bytes);
        if bytes != size {
            let says = format!("{bytes} bytes; message {id} had {size} before");
            faults.push(Fault::new(it.place(), says));
        }
    }
    let named: BTreeMap<(String, &str), u64> = sizes
        .iter()
        .map(|((host, id), size)| ((super::desk::short_name(host), *id), *size))
        .collect();
    for it in desk.tracked().filter(is_sent) {
        faults.extend(disagreement(&named, it.place(), &it.row.source_context));
    }
    for session in desk.sessions() {
        let rows = session.rows.iter().filter(|at| is_reply(&session, at.row.event));
        for at in rows {
            faults.extend(disagreement(&named, at.place(), &at.row.data));
        }
        if session.is_receive {
            faults.extend(declared(&session));
        }
    }
    let received = |it: &super::desk::Tracked<'_>| it.row.event_id == TrackingEventId::Receive;
    for it in desk.tracked().filter(received).filter(|it| it.row.total_bytes.is_none()) {
        faults.push(Fault::new(it.place(), "received without a size"));
    }
    faults
}

fn is_reply(session: &Session<'_>, event: ProtocolEvent) -> bool {
    event == if session.is_receive { ProtocolEvent::Sent } else { ProtocolEvent::Received }
}

/// Whether a reply gives another size than the server it names.
fn disagreement(
    sizes: &BTreeMap<(String, &str), u64>,
    place: (&str, u64),
    text: &str,
) -> Option<Fault> {
    let taken = Taken::find(text)?;
    let (id, bytes) = (taken.internal_id?, taken.bytes?);
    let size = *sizes.get(&(super::desk::short_name(taken.hostname), id))?;
    let says = || format!("{bytes} bytes; {} tracked {size} for message {id}", taken.hostname);
    (bytes != size).then(|| Fault::new(place, says()))
}

/// What `MAIL FROM` declares, against what was received; 0 says that nobody knows.
fn declared(session: &Session<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut declared: Option<u64> = None;
    for at in &session.rows {
        let data = &*at.row.data;
        if at.row.event == ProtocolEvent::Received && data.starts_with("MAIL FROM") {
            let size = data.split(' ').find_map(|word| word.strip_prefix("SIZE="));
            declared = size.and_then(|size| size.parse().ok()).filter(|size| *size > 0);
        } else if let Some(received) = Taken::find(data).and_then(|taken| taken.bytes)
            && let Some(size) = declared.take()
            && !(size..=size + HEADERS).contains(&received)
        {
            let says = format!("{received} bytes received where {size} were declared");
            faults.push(Fault::new(at.place(), says));
        }
    }
    faults
}
