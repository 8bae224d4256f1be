//! Exchange Online and the servers tell the same.

use std::collections::BTreeSet;

use logs::trace_data::TraceValue;
use logs::tracking_words::TrackingEventId;

use super::desk::{Desk, short_name};
use super::next_hop::is_sent;
use super::reply::Taken;
use super::{Checker, Does, Fault, Tampering};

pub(super) static CHECKER: Checker = Checker {
    name: "online-trace",
    holds: "what a server sent to Exchange Online is in the trace for each recipient; what the trace sent to \
            a server with a log was received there; every event belongs to a message",
    faults,
    tamperings: &[
        Tampering {
            story: "healthy-hybrid",
            path: &["MessageTrace.csv"],
            row: &["ramki@cloudfield", "On premises to cloud"],
            does: Does::Drop,
        },
        Tampering {
            story: "healthy-hybrid",
            path: &["MSGTRK2"],
            row: &[",SMTP,RECEIVE,", "Cloud to on premises"],
            does: Does::Drop,
        },
        Tampering {
            story: "healthy-hybrid",
            path: &["MessageTrace.csv"],
            row: &["Cloud to cloud"],
            does: Does::Drop,
        },
    ],
};

fn faults(desk: &Desk) -> Vec<Fault> {
    if desk.trace.is_empty() {
        return Vec::new();
    }
    let traced: BTreeSet<(&str, String)> = desk
        .trace
        .iter()
        .map(|it| (it.row.message_id.as_str(), it.row.recipient_address.to_lowercase()))
        .collect();
    let mut faults = Vec::new();
    for it in desk.tracked().filter(is_sent) {
        let taken = Taken::find(&it.row.source_context);
        let to = taken.map(|taken| taken.hostname.to_lowercase()).unwrap_or_default();
        if !to.ends_with(".outlook.com") {
            continue;
        }
        for recipient in it.row.recipients().map(str::to_lowercase) {
            // The trace shows the primary address where the mail was sent to another.
            let local = recipient.split('@').next().unwrap_or_default();
            let is_there = traced.iter().any(|(message, address)| {
                *message == it.row.message_id
                    && (*address == recipient || address.split('@').next() == Some(local))
            });
            if !is_there {
                let says = format!("the trace has no {} for {recipient}", it.row.message_id);
                faults.push(Fault::new(it.place(), says));
            }
        }
    }
    faults.extend(not_received(desk));
    let known: BTreeSet<&str> =
        desk.trace.iter().map(|it| it.row.message_trace_id.as_str()).collect();
    for it in desk.details.iter().filter(|it| !known.contains(it.row.message_trace_id.as_str())) {
        let says = format!("no message {} in the trace", it.row.message_trace_id);
        faults.push(Fault::new((&it.file, it.line), says));
    }
    faults
}

/// Events with the reply of a server that received no such message.
fn not_received(desk: &Desk) -> Vec<Fault> {
    let hosts: BTreeSet<String> = desk.tracking_hosts().into_iter().map(short_name).collect();
    let received = desk.tracked().filter(|it| it.row.event_id == TrackingEventId::Receive);
    let received: BTreeSet<(String, &str, &str)> = received
        .map(|it| (short_name(&it.log.host), &*it.row.internal_message_id, &*it.row.message_id))
        .collect();
    let mut faults = Vec::new();
    for it in &desk.details {
        let values = it.row.values();
        let texts = values.0.iter().filter_map(|(_, value)| match value {
            TraceValue::String(text) => Some(text.as_str()),
            _ => None,
        });
        for text in texts {
            let Some(taken) = Taken::find(text) else { continue };
            let host = short_name(taken.hostname);
            let Some(id) = taken.internal_id.filter(|_| hosts.contains(&host)) else { continue };
            if !received.contains(&(host, id, taken.message_id)) {
                let says = format!("{} received no {} as {id}", taken.hostname, taken.message_id);
                faults.push(Fault::new((&it.file, it.line), says));
            }
        }
    }
    faults
}
