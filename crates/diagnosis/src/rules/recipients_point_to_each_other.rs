//! # Each side believes that the other one has the mailbox
//!
//! ## What happened
//! On premises the recipient is a remote mailbox, whose routing address leads to Exchange Online. In
//! the tenant it is still the mail user that directory synchronization made of the mailbox before
//! it moved, and points back. The message goes round; every time, the categorizer on premises
//! replaces the address by the same routing address. After a few rounds one side refuses: Exchange
//! Online with `554 5.4.14 Hop count exceeded - possible mail loop ATTR34`, a server on premises
//! with `554 5.4.6`.
//!
//! ## Evidence
//! The tracking log on premises has RESOLVE from the recipient's address to the same routing
//! address more than once for the same Message-ID, and the message trace has it sent on premises
//! in between.
//!
//! ## Not to be confused with
//! Connectors that send a whole domain back and forth, where no address is replaced. A forwarding
//! rule of the recipient, where the address that takes its place is another person's.
//!
//! ## Fix
//! Synchronize the directory, so that the tenant learns where the mailbox is; and find out why it
//! had not been synchronized. If the mailbox never came to exist in the tenant, enable it there.
//!
//! ## Check
//! `Get-Recipient` in Exchange Online shows a `UserMailbox`, and new mail is delivered there.
//!
//! ## Way back
//! Make the recipient a mailbox on premises again, and synchronize.
//!
//! ## Prevention
//! Watch the age of the last synchronization (`Get-ADSyncScheduler`), and move mailboxes by migration
//! batches, which wait for it, instead of by hand.
//!
//! ## Sources
//! Microsoft Learn, "Fix NDR error 5.4.6 or 5.4.14"; "Hybrid deployment: object flow"; the loop's
//! limits as in a real non-delivery report of 2024.

use std::collections::BTreeMap;

use super::Rule;
use super::case::{self, Case, Numbered, SHOWN};
use crate::facts::{EXCHANGE_ONLINE, Message, Step, StepKind};
use crate::finding::{Certainty, Finding, Judgement};
use crate::remedy::Command;

pub(super) static RULE: Rule =
    Rule { name: NAME, source: include_str!("recipients_point_to_each_other.rs"), judge };

const NAME: &str = "recipients-point-to-each-other";

/// An address and what takes its place.
type Replaced = (String, String);

fn judge(case: Case) -> Judgement {
    let mut loops: BTreeMap<Replaced, Vec<Numbered>> = BTreeMap::new();
    for numbered in case.loops() {
        let id = numbered.1.message_id.as_deref();
        let Some(message) = id.and_then(|id| case.facts.messages.get(id)) else { continue };
        for (replaced, rows) in replacements(message) {
            let concerns = numbered.1.recipients.is_empty()
                || numbered.1.recipients.iter().any(|one| {
                    one.eq_ignore_ascii_case(&replaced.0) || one.eq_ignore_ascii_case(&replaced.1)
                });
            if rows.len() > 1 && concerns {
                loops.entry(replaced).or_default().push(numbered);
            }
        }
    }
    let findings = loops.into_iter().map(|(replaced, errors)| found(case, &replaced, &errors));
    Judgement { findings: findings.collect(), ..Judgement::default() }
}

/// Each replacement of an address, with the rows that tell of it.
fn replacements(message: &Message) -> BTreeMap<Replaced, Vec<&Step>> {
    let mut replaced: BTreeMap<Replaced, Vec<&Step>> = BTreeMap::new();
    let resolved = |step: &&Step| step.kind == StepKind::Resolved && !step.detail.is_empty();
    for step in message.timeline().into_iter().filter(resolved) {
        for new in &*step.recipients {
            let pair = (step.detail.to_ascii_lowercase(), new.to_ascii_lowercase());
            replaced.entry(pair).or_default().push(step);
        }
    }
    replaced
}

fn found(case: Case, (from, to): &Replaced, errors: &[Numbered]) -> Finding {
    let first = errors.iter().find_map(|(_, setback)| setback.message_id.as_deref());
    let message = first.and_then(|id| case.facts.messages.get(id));
    let rows = message.map(replacements).unwrap_or_default();
    let rows = rows.get(&(from.clone(), to.clone())).cloned().unwrap_or_default();
    let host = rows.first().map_or("", |step| &*step.host);
    let summary = format!(
        "Mail to {from} goes round: {host} sends it on to {to} in Exchange Online, where the \
         recipient still points back to the organization."
    );
    let mut finding = Finding::new(NAME, Certainty::Proven, summary);
    finding.explains = case::numbers(errors);
    finding.show("the message went round until it was refused", case::places(errors));
    finding.show(
        "the same message got the same new address again and again",
        rows.iter().map(|step| step.at.clone()).take(SHOWN),
    );
    let back = message.map(Message::timeline).unwrap_or_default().into_iter().filter(|step| {
        step.kind == StepKind::Sent
            && (*step.host == *EXCHANGE_ONLINE || exchange::eop::is_exchange_online(&step.host))
    });
    finding.show(
        "Exchange Online sent it back to the organization",
        back.map(|step| step.at.clone()).take(SHOWN),
    );
    finding.rule_out(
        "connectors send the whole domain back and forth",
        "the recipient's address was replaced in every round",
        rows.first().map(|step| step.at.clone()),
    );
    finding.remedies.push(Command::exchange(host, "Start-ADSyncSyncCycle -PolicyType Delta"));
    finding.verify.push(Command::online(format!(
        "Get-Recipient {from} | Format-List RecipientTypeDetails,ExternalEmailAddress"
    )));
    finding.verify.push(Command::exchange(
        host,
        format!("Get-RemoteMailbox {from} | Format-List RemoteRoutingAddress"),
    ));
    finding
}
