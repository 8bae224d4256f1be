//! What was delivered lies in the mailbox.

use std::collections::BTreeSet;

use logs::tracking_words::TrackingEventId;

use super::desk::Desk;
use super::{Checker, Does, Fault, Tampering};

pub(super) static CHECKER: Checker = Checker {
    name: "mailboxes",
    holds: "every message of a DELIVER row lies in the mailbox of each recipient, when mailboxes were \
            handed over",
    faults,
    tamperings: &[
        Tampering {
            story: "healthy-hybrid",
            path: &["Mailboxes/raghu"],
            row: &["Message-ID: <"],
            does: Does::Replace("<", "<x"),
        },
        Tampering {
            story: "healthy-hybrid",
            path: &["MSGTRKMD"],
            row: &[",DELIVER,"],
            does: Does::Replace(",raghu@", ",divya@"),
        },
    ],
};

fn faults(desk: &Desk) -> Vec<Fault> {
    if desk.mails.is_empty() {
        return Vec::new();
    }
    let mails = desk.mails.iter();
    let mails: BTreeSet<(&str, &str)> =
        mails.map(|mail| (mail.mailbox.as_str(), mail.message_id.as_str())).collect();
    let mut faults = Vec::new();
    for it in desk.tracked().filter(|it| it.row.event_id == TrackingEventId::Deliver) {
        for recipient in it.row.recipients().map(str::to_lowercase) {
            if !mails.contains(&(recipient.as_str(), &*it.row.message_id)) {
                let says = format!("{} is not in the mailbox of {recipient}", it.row.message_id);
                faults.push(Fault::new(it.place(), says));
            }
        }
    }
    faults
}
