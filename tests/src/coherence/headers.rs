//! What the headers of a mail say is what the servers logged.

use jiff::{SignedDuration, Timestamp};
use logs::mail::Headers;
use logs::received::ReceivedHop;
use logs::tracking_words::{TrackingEventId, TrackingSource};

use super::desk::{Desk, Mail, Process, Tracked, short_name};
use super::{Checker, Does, Fault, Tampering};

pub(super) static CHECKER: Checker = Checker {
    name: "headers",
    holds: "the hops of a mail in a mailbox, and of the mail that a report gives back, are in order of \
            time; each hop of a server with tracking logs has its row there: SUBMIT, RECEIVE or DELIVER; \
            the ids that servers stamped are those that were tracked and traced",
    faults,
    tamperings: &[
        Tampering {
            story: "healthy-hybrid",
            path: &["Mailboxes/raghu"],
            row: &["15.2.1544.14; Fri, 1 May 2026 11:"],
            does: Does::Replace(" 11:", " 10:"),
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["CMEDGE01", "MSGTRK2"],
            row: &[",SMTP,RECEIVE,", "Cloud to on premises"],
            does: Does::Drop,
        },
        Tampering {
            story: "healthy-hybrid",
            path: &["MSGTRKMS"],
            row: &[",SUBMIT,", "On premises to on premises"],
            does: Does::Drop,
        },
        Tampering {
            story: "wrong-addresses",
            path: &["Mailboxes/ramki"],
            row: &["X-MS-Office365-Filtering-Correlation-Id: "],
            does: Does::Replace("Id: ", "Id: 0"),
        },
    ],
};

/// Hops tell seconds, and a Front End stamps a message when it has handed it on.
const SLACK: SignedDuration = SignedDuration::from_secs(2);

fn faults(desk: &Desk) -> Vec<Fault> {
    let mut faults = Vec::new();
    for mail in &desk.mails {
        let original = mail.report.as_ref().map(|report| &report.original);
        for headers in [Some(&mail.headers), original].into_iter().flatten() {
            let said = out_of_order(headers).into_iter().chain(unlogged(desk, headers));
            faults.extend(said.map(|says| Fault::new((&mail.path, 1), says)));
        }
        let said = tracked_otherwise(desk, mail).into_iter().chain(traced_otherwise(desk, mail));
        faults.extend(said.map(|says| Fault::new((&mail.path, 1), says)));
    }
    faults
}

/// A hop that was before the one below it.
fn out_of_order(headers: &Headers) -> Option<String> {
    let hops = headers.received();
    let dates: Vec<Timestamp> = hops.iter().filter_map(|hop| hop.date).collect();
    if dates.len() < hops.len() {
        return Some("a hop has no date".to_owned());
    }
    let earlier = |pair: &&[Timestamp]| pair[0] + SLACK < pair[1];
    let pair = dates.windows(2).find(earlier)?;
    Some(format!("a hop of {} stands above one of {}", pair[0], pair[1]))
}

/// A hop of a server with tracking logs that has no row there.
fn unlogged(desk: &Desk, headers: &Headers) -> Option<String> {
    let message_id = headers.message_id()?;
    let hosts = desk.tracking_hosts();
    let hops = headers.received();
    let missing = hops.iter().find(|hop| {
        let host = short_name(&hop.by);
        hosts.contains(host.as_str()) && has_row(desk, &host, hop, message_id) == Some(false)
    })?;
    Some(format!("the hop by {} via '{}' was not tracked there", missing.by, missing.via))
}

/// Whether the server has the row of a hop; `None` for a hop that no tracking log is for.
fn has_row(desk: &Desk, host: &str, hop: &ReceivedHop, message_id: &str) -> Option<bool> {
    let (process, event) = match (hop.with.as_str(), hop.via.as_str()) {
        ("mapi", _) => (Process::Submission, TrackingEventId::Submit),
        ("Microsoft SMTP Server", "Mailbox Transport") => {
            (Process::Delivery, TrackingEventId::Deliver)
        }
        ("Microsoft SMTP Server", "") => (Process::Transport, TrackingEventId::Receive),
        _ => return None,
    };
    let date = hop.date?;
    // A mailbox that has a message already does not take it again.
    let is_event = |it: &Tracked<'_>| {
        it.row.event_id == event
            || event == TrackingEventId::Deliver
                && it.row.event_id == TrackingEventId::DuplicateDeliver
    };
    let of_process = desk
        .tracked()
        .filter(|it| it.log.process == process && it.log.host.eq_ignore_ascii_case(host));
    let mut rows = of_process.peekable();
    // Somebody may have taken the logs of one service along, and not those of another.
    rows.peek()?;
    Some(rows.any(|it| {
        is_event(&it)
            && it.row.message_id == message_id
            && it.row.date_time.duration_since(date).abs() <= SLACK
            && it.row.source != TrackingSource::Dsn
    }))
}

/// The id that servers of the organization know a mail by, against what was delivered.
fn tracked_otherwise(desk: &Desk, mail: &Mail) -> Option<String> {
    let stamped = mail.headers.get("X-MS-Exchange-Organization-Network-Message-Id")?;
    let mut delivered = desk.tracked().filter(|it| {
        it.row.event_id == TrackingEventId::Deliver
            && it.row.message_id == mail.message_id
            && it.row.recipients().any(|one| one.eq_ignore_ascii_case(&mail.mailbox))
    });
    let first = delivered.next()?;
    let is_it = |it: &Tracked<'_>| it.row.network_message_id == stamped;
    (!is_it(&first) && !delivered.any(|it| is_it(&it)))
        .then(|| format!("it was delivered as {}", first.row.network_message_id))
}

/// The id that Exchange Online stamped last, against the trace.
fn traced_otherwise(desk: &Desk, mail: &Mail) -> Option<String> {
    let stamped = mail.headers.get("X-MS-Office365-Filtering-Correlation-Id")?;
    let mut traced = desk.trace.iter().filter(|it| it.row.message_id == mail.message_id);
    let first = traced.next()?;
    let is_it = |id: &str| id.eq_ignore_ascii_case(stamped);
    let others: Vec<String> = traced.map(|it| it.row.message_trace_id.clone()).collect();
    let own = first.row.message_trace_id.clone();
    (!is_it(&own) && !others.iter().any(|id| is_it(id)))
        .then(|| format!("stamped {stamped}, traced as {own}"))
}
