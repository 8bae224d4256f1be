//! Every message ends, once for each recipient.

use std::collections::{BTreeMap, BTreeSet};

use logs::tracking_words::TrackingEventId as E;

use super::desk::{Desk, Process, Tracked};
use super::{Checker, Does, Fault, Tampering};

pub(super) static CHECKER: Checker = Checker {
    name: "outcomes",
    holds: "on every server, each recipient of each arrival of a message ends in exactly one way: sent, \
            delivered, failed, dropped, or waiting in a queue that was exported; recipients that were \
            resolved, expanded or redirected go on as others",
    faults,
    tamperings: &[
        Tampering {
            story: "healthy-hybrid",
            path: &["MSGTRK2"],
            row: &[",SMTP,SEND"],
            does: Does::Drop,
        },
        Tampering { story: "mail-loop", path: &["MSGTRK2"], row: &[",FAIL,"], does: Does::Double },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["CMHYBD01", "MSGTRK2"],
            row: &[",RESOLVE,"],
            does: Does::Drop,
        },
        Tampering {
            story: "send-connector-disabled",
            path: &["Get-Message.clixml"],
            row: &["<S>meera@", "No Matching Connector"],
            does: Does::Drop,
        },
    ],
};

/// A message for one recipient on one server.
#[derive(Debug)]
struct Balance {
    /// Arrivals that have not ended.
    open: i64,
    /// Ends that may be or not: a mailbox that forwards may keep the message as well.
    optional: i64,
    /// The last row about it.
    last: (String, u64),
}

type Balances = BTreeMap<(String, String, String), Balance>;

fn faults(desk: &Desk) -> Vec<Fault> {
    let mut balances = Balances::new();
    // Recipients that each message has; one that is met again is the same one.
    let mut known = BTreeSet::new();
    for it in desk.tracked().filter(|it| it.log.process == Process::Transport) {
        let id = (it.log.host.as_str(), &*it.row.internal_message_id);
        match it.row.event_id {
            E::Receive | E::Dsn => {
                known.extend(it.row.recipients().map(|one| (id, one.to_lowercase())));
                count(&mut balances, &it, 1);
            }
            E::Send
            | E::SendExternal
            | E::Deliver
            | E::DuplicateDeliver
            | E::Drop
            | E::BadMail
            | E::PoisonMessage => count(&mut balances, &it, -1),
            // A copy has the recipients of the message it was made from.
            E::Transfer => known.extend(it.row.recipients().map(|one| (id, one.to_lowercase()))),
            // Rules may add recipients, which no other row tells.
            E::AgentInfo => {
                for recipient in it.row.recipients().map(str::to_lowercase) {
                    if known.insert((id, recipient.clone())) {
                        add(&mut balances, &it, recipient, 1);
                    }
                }
            }
            // What an agent refuses while it is received never arrived.
            E::Fail if known.iter().any(|(own, _)| *own == id) => count(&mut balances, &it, -1),
            E::Resolve | E::Expand | E::Redirect => {
                for recipient in it.row.recipients().map(str::to_lowercase) {
                    if known.insert((id, recipient.clone())) {
                        add(&mut balances, &it, recipient, 1);
                    } else {
                        // Met again: the group's copy may reach the mailbox a second time.
                        add(&mut balances, &it, recipient, 0).optional += 1;
                    }
                }
                let related = it.row.related_recipient_address.to_lowercase();
                let balance = add(&mut balances, &it, related, -1);
                balance.optional += i64::from(it.row.event_id == E::Redirect);
            }
            _ => {}
        }
    }
    for queued in desk.queued() {
        for recipient in queued.recipients {
            let key = (queued.host.clone(), queued.message_id.clone(), recipient);
            let last = (queued.file.clone(), queued.line);
            let balance =
                balances.entry(key).or_insert(Balance { open: 0, optional: 0, last: last.clone() });
            balance.open -= 1;
            if balance.open < 0 {
                balance.last = last;
            }
        }
    }
    let is_even = |it: &Balance| (-it.optional..=0).contains(&it.open);
    let open = balances.into_iter().filter(|(_, balance)| !is_even(balance));
    let fault = |((_, message, recipient), balance): (_, Balance)| {
        let (file, line) = &balance.last;
        let says = if balance.open > 0 { "never ends" } else { "ends more often than it arrived" };
        Fault::new((file, *line), format!("{message} for {recipient} {says}"))
    };
    open.map(fault).collect()
}

fn count(balances: &mut Balances, it: &Tracked<'_>, by: i64) {
    for recipient in it.row.recipients() {
        add(balances, it, recipient.to_lowercase(), by);
    }
}

fn add<'b>(
    balances: &'b mut Balances,
    it: &Tracked<'_>,
    recipient: String,
    by: i64,
) -> &'b mut Balance {
    let key = (it.log.host.clone(), it.row.message_id.to_string(), recipient);
    let last = (it.log.path.clone(), it.line);
    let balance =
        balances.entry(key).or_insert(Balance { open: 0, optional: 0, last: last.clone() });
    balance.open += by;
    balance.last = last;
    balance
}
