//! Who is told of a failure is told of the right one.

use std::collections::BTreeMap;

use logs::ndr::DeliveryReport;
use logs::tracking_words::{TrackingEventId, TrackingSource};

use super::desk::{Desk, Tracked};
use super::{Checker, Does, Fault, Tampering};

pub(super) static CHECKER: Checker = Checker {
    name: "reports",
    holds: "a FAIL refers to its report and the report's DSN row to the message that failed; the mail in the \
            mailbox names that message and that recipient, with the status that was tracked",
    faults,
    tamperings: &[
        Tampering { story: "mail-loop", path: &["MSGTRK2"], row: &[",DSN,DSN,"], does: Does::Drop },
        Tampering {
            story: "wrong-addresses",
            path: &["MSGTRK2"],
            row: &[",FAIL,"],
            does: Does::Replace("LED=550", "LED=554"),
        },
        Tampering {
            story: "send-connector-disabled",
            path: &["Mailboxes/", ".eml"],
            row: &["In-Reply-To: <"],
            does: Does::Replace("<", "<x"),
        },
        Tampering {
            story: "eop-ranges-blocked",
            path: &["Mailboxes/", ".eml"],
            row: &["Final-Recipient: "],
            does: Does::Replace(";", ";x"),
        },
    ],
};

fn faults(desk: &Desk) -> Vec<Fault> {
    let mut reports: BTreeMap<&str, Tracked<'_>> = BTreeMap::new();
    for it in desk.tracked().filter(|it| it.row.event_id == TrackingEventId::Dsn) {
        reports.insert(&it.row.message_id, it);
    }
    let mut faults = Vec::new();
    for it in desk.tracked().filter(|it| it.row.event_id == TrackingEventId::Fail) {
        // Nobody is told that a report could not be delivered.
        if it.row.reference.is_empty() || it.row.return_path == "<>" {
            continue;
        }
        match reports.get(&*it.row.reference) {
            Some(report) if report.row.reference == it.row.message_id => {}
            Some(report) => {
                let says = format!(
                    "refers to {}, and the message is {}",
                    report.row.reference, it.row.message_id
                );
                faults.push(Fault::new(report.place(), says));
            }
            None => {
                let says = format!("there is no DSN {}", it.row.reference);
                faults.push(Fault::new(it.place(), says));
            }
        }
    }
    for mail in &desk.mails {
        let Some(report) = &mail.report else { continue };
        let fault = |says| Fault::new((&mail.path, 1), says);
        let answered = report.headers.get("In-Reply-To");
        if answered.is_some() && answered != report.original_message_id() {
            faults.push(fault("In-Reply-To names another message than it reports on".to_owned()));
        }
        match reports.get(mail.message_id.as_str()) {
            Some(tracked) => faults.extend(tracked_otherwise(desk, report, tracked).map(fault)),
            None => faults.extend(traced_otherwise(desk, report).map(fault)),
        }
    }
    faults
}

/// What a report in a mailbox says otherwise than the tracking log.
fn tracked_otherwise(desk: &Desk, report: &DeliveryReport, dsn: &Tracked<'_>) -> Option<String> {
    let original = report.original_message_id().unwrap_or_default();
    if original != dsn.row.reference {
        return Some(format!("reports on {original}, its DSN row on {}", dsn.row.reference));
    }
    if report.is_delay() {
        return None;
    }
    // What a rule rejects names no report.
    let is_of_agent =
        |it: &Tracked<'_>| it.row.source == TrackingSource::Agent && it.row.message_id == original;
    let failed = desk.tracked().filter(|it| {
        it.row.event_id == TrackingEventId::Fail
            && (it.row.reference == dsn.row.message_id || is_of_agent(it))
    });
    let failed: Vec<_> = failed.collect();
    // A sender is told of the address that was written to, not of the one it led to.
    let resolved = desk.tracked().filter(|it| {
        matches!(it.row.event_id, TrackingEventId::Resolve | TrackingEventId::Redirect)
            && it.row.message_id == original
    });
    let resolved: Vec<(String, String)> = resolved
        .flat_map(|it| {
            let from = it.row.related_recipient_address.to_lowercase();
            it.row.recipients().map(move |to| (to.to_lowercase(), from.clone())).collect::<Vec<_>>()
        })
        .collect();
    report.recipients.iter().find_map(|recipient| {
        let names = [Some(&recipient.address), recipient.original_address.as_ref()];
        let is_named = |address: &str| {
            names.iter().flatten().any(|name| name.to_lowercase().ends_with(address))
        };
        let is_it = |address: &str| {
            let address = address.to_lowercase();
            is_named(&address) || resolved.iter().any(|(to, from)| *to == address && is_named(from))
        };
        let row = failed.iter().find(|it| it.row.recipients().any(is_it));
        let Some(row) = row else { return Some(format!("no FAIL of {}", recipient.address)) };
        let code = &recipient.diagnostic_code;
        let code = code.strip_prefix("smtp;").unwrap_or(code).get(..3).unwrap_or_default();
        // A refusal without an enhanced status gets one in the report only.
        let is_own = recipient.diagnostic_code.contains(&recipient.status);
        let has = row.row.recipient_status.contains(&format!("={code} "))
            && (!is_own || row.row.recipient_status.contains(&recipient.status));
        (!has).then(|| format!("{} failed otherwise than tracked", recipient.address))
    })
}

/// What a report of Exchange Online says otherwise than the trace.
fn traced_otherwise(desk: &Desk, report: &DeliveryReport) -> Option<String> {
    if desk.trace.is_empty() || !report.generating_server.to_lowercase().ends_with("outlook.com") {
        return None;
    }
    let original = report.original_message_id().unwrap_or_default();
    let rows: Vec<_> = desk.trace.iter().filter(|it| it.row.message_id == original).collect();
    if rows.is_empty() {
        return Some(format!("the trace has no message {original}"));
    }
    let traced = |address: &str| {
        rows.iter().any(|it| it.row.recipient_address.eq_ignore_ascii_case(address))
    };
    let recipients = report.recipients.iter();
    let missing = recipients.map(|it| &it.address).find(|address| !traced(address))?;
    Some(format!("the trace has no {missing} for {original}"))
}
