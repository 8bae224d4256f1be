//! What one server sent, the next one received.

use std::collections::{BTreeMap, BTreeSet};

use logs::tracking_words::{TrackingEventId, TrackingSource};

use super::desk::{Desk, Process, Tracked, short_name};
use super::reply::Taken;
use super::{Checker, Does, Fault, Tampering};

pub(super) static CHECKER: Checker = Checker {
    name: "next-hop",
    holds: "the reply of every SEND names the message that the next hop received, when its tracking log \
            is there; and what came from a server with a log was sent or submitted there",
    faults,
    tamperings: &[
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["CMEDGE01", "MSGTRK2"],
            row: &[",SMTP,RECEIVE,", "On premises to cloud"],
            does: Does::Drop,
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["CMHYBD01", "MSGTRKMD"],
            row: &[",DELIVER,"],
            does: Does::Drop,
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["CMEDGE01", "MSGTRK2"],
            row: &[",SMTP,SEND", "Hostname=CMHYBD01"],
            does: Does::Drop,
        },
        Tampering {
            story: "healthy-hybrid",
            path: &["CMHYBD01", "MSGTRKMS"],
            row: &[",SUBMIT,"],
            does: Does::Drop,
        },
    ],
};

pub(super) fn is_sent(it: &Tracked<'_>) -> bool {
    matches!(it.row.event_id, TrackingEventId::Send | TrackingEventId::SendExternal)
}

fn faults(desk: &Desk) -> Vec<Fault> {
    let hosts: BTreeSet<String> = desk.tracking_hosts().into_iter().map(short_name).collect();
    let mut received = BTreeMap::new();
    let mut delivered = BTreeSet::new();
    let mut submitted = BTreeSet::new();
    let mut named = BTreeSet::new();
    for it in desk.tracked() {
        let host = short_name(&it.log.host);
        let row = it.row;
        match row.event_id {
            TrackingEventId::Receive if it.log.process == Process::Transport => {
                received.insert((host, &*row.internal_message_id), it);
            }
            TrackingEventId::Deliver | TrackingEventId::DuplicateDeliver => {
                delivered.insert((host, &*row.message_id));
            }
            TrackingEventId::Submit => {
                submitted.insert((host, &*row.message_id));
            }
            _ => {}
        }
    }
    let mut faults = Vec::new();
    for it in desk.tracked().filter(is_sent) {
        let Some(taken) = Taken::find(&it.row.source_context) else { continue };
        let host = short_name(taken.hostname);
        if taken.message_id != it.row.message_id {
            faults
                .push(Fault::new(it.place(), format!("the reply speaks of {}", taken.message_id)));
        }
        if !hosts.contains(&host) {
            continue;
        }
        let Some(id) = taken.internal_id else {
            if !delivered.contains(&(host, &*it.row.message_id)) {
                let says = format!("{} has no DELIVER of it", taken.hostname);
                faults.push(Fault::new(it.place(), says));
            }
            continue;
        };
        named.insert((host.clone(), id));
        if let Some(next) = received.get(&(host, id)) {
            faults.extend(disagreement(&it, next));
        } else {
            let says = format!("{} has no RECEIVE of message {id}", taken.hostname);
            faults.push(Fault::new(it.place(), says));
        }
    }
    let mailbox_servers: BTreeSet<String> = desk
        .tracking
        .iter()
        .filter(|log| log.process == Process::Submission)
        .map(|log| short_name(&log.host))
        .collect();
    for ((host, id), it) in received {
        let from = short_name(&previous(&it));
        // Mailbox servers hand their mail to the Transport service; what comes from one over a front
        // end is from a program on it.
        let is_program = it.row.custom().value("ProxiedClientHostname").is_some()
            && mailbox_servers.contains(&from);
        if is_program {
            continue;
        }
        let is_submitted = submitted.contains(&(from.clone(), &*it.row.message_id));
        let is_known = !hosts.contains(&from) || it.row.source != TrackingSource::Smtp;
        if !is_known && !is_submitted && !named.contains(&(host, id)) {
            let says = format!("nothing on {from} sent or submitted it");
            faults.push(Fault::new(it.place(), says));
        }
    }
    faults
}

/// The host that a received message came from, past the Front End Transport service.
fn previous(it: &Tracked<'_>) -> String {
    let custom = it.row.custom();
    let proxied = custom.value("ProxiedClientHostname");
    proxied.map_or_else(|| it.row.client_hostname.to_string(), str::to_owned)
}

fn disagreement(sent: &Tracked<'_>, next: &Tracked<'_>) -> Option<Fault> {
    let place = format!("{}:{}", next.log.path, next.line);
    let says = if sent.row.message_id != next.row.message_id {
        format!("the next hop received another message: {place}")
    } else if sent.row.network_message_id != next.row.network_message_id {
        format!("the next hop knows it by another network message id: {place}")
    } else if sent.row.date_time < next.row.date_time {
        format!("sent before the next hop received it: {place}")
    } else if addresses(sent) != addresses(next) {
        format!("the next hop received it for others: {place}")
    } else {
        return None;
    };
    Some(Fault::new(sent.place(), says))
}

fn addresses(it: &Tracked<'_>) -> BTreeSet<String> {
    it.row.recipients().map(str::to_lowercase).collect()
}
