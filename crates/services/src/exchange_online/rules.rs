//! The tenant's transport rules (mail flow rules), applied to messages whose recipients have been resolved.
//!
//! As on premises (`crate::transport::rules`): rules come by priority, each is for the recipients that meet it, and these go
//! on in a copy of their own. What the tenant's administrator sees of it is an event "Transport rule" for each recipient a
//! rule was for, in the order that traces have: after the failure of the same moment.
//!
//! Sources: Microsoft Learn, "Mail flow rules (transport rules) in Exchange Online"; `Get-MessageTraceDetailV2` of a
//! rejected message as administrators wrote it down (Receive, Submit, Fail, Transport rule). Not found: the event and the
//! status of a recipient whose place another took, and of a message that was deleted; they follow the tracking log. Not
//! modelled: DLP policies, how long a changed rule takes to be known.

use std::collections::BTreeSet;

use exchange::culture::Culture;
use exchange::decisions::transport_rules;
use exchange::directory::Tenant;
use exchange::nouns::transport_rule::{RuleMode, TransportRule};
use exchange::status;
use smtp::Address;

use super::ExchangeOnline;
use super::categorizer::End;
use super::trace::TraceEvent;
use crate::message::item::{MailItem, MailRecipient};
use crate::message::ruled::{self, Known, addresses};
use crate::queue::Setback;
use crate::tracking::RuleHit;

/// The agent's name in traces and reports.
pub(super) const AGENT: &str = "Transport Rule Agent";

/// A copy of a message, and what becomes of its recipients.
#[derive(Debug)]
pub(super) struct Copy {
    pub(super) item: MailItem,
    pub(super) ends: Vec<End>,
    /// Whether no further rule is applied.
    is_over: bool,
}

impl Copy {
    pub(super) fn new(item: &MailItem, ends: Vec<End>) -> Self {
        Self { item: item.clone(), ends, is_over: false }
    }

    /// The recipients that mail can still be brought to.
    fn recipients(&self) -> Vec<MailRecipient> {
        self.ends.iter().filter(|end| end.is_alive()).map(|end| end.recipient().clone()).collect()
    }

    /// Takes out the recipients that are left.
    fn take_alive(&mut self) -> Vec<MailRecipient> {
        let alive = self.recipients();
        self.ends.retain(|end| !end.is_alive());
        alive
    }
}

impl ExchangeOnline {
    /// Applies the rules to a message; copies come out when a rule is for some recipients only.
    pub(super) fn apply_rules(&self, copy: Copy) -> Vec<Copy> {
        // Reports that the service makes itself are not looked at.
        if copy.item.source_name == "DSN" {
            return vec![copy];
        }
        let rules: Vec<TransportRule> = self.tenant.read(|tenant| {
            transport_rules::in_order(&tenant.transport_rules).into_iter().cloned().collect()
        });
        let mut copies = vec![copy];
        for rule in &rules {
            let mut after = Vec::new();
            for copy in copies {
                if copy.is_over || ruled::has_met(&copy.item.content, rule.guid) {
                    after.push(copy);
                    continue;
                }
                let (met, rest) = self.part(copy, rule);
                after.extend(rest);
                after.extend(met.map(|met| self.act(met, rule)));
            }
            copies = after;
        }
        copies
    }

    /// Parts a copy into the recipients that a rule is for, and the others.
    fn part(&self, mut copy: Copy, rule: &TransportRule) -> (Option<Copy>, Option<Copy>) {
        let from = copy.item.content.from_address();
        let subject = copy.item.subject();
        let is_met: Vec<bool> = self.tenant.read(|tenant| {
            let known = known(tenant);
            let message = known.message(&copy.item, from.as_str(), &subject);
            let is_met = |end: &End| {
                end.is_alive()
                    && transport_rules::is_for(rule, &message, &known.recipient(end.recipient()))
            };
            copy.ends.iter().map(is_met).collect()
        });
        if !is_met.contains(&true) {
            return (None, Some(copy));
        }
        let (own, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut copy.ends).into_iter().zip(is_met).partition(|(_, is_met)| *is_met);
        let ends = |of: Vec<(End, bool)>| of.into_iter().map(|(end, _)| end).collect::<Vec<_>>();
        let (own, others) = (ends(own), ends(others));
        if !others.iter().any(End::is_alive) {
            copy.ends = others.into_iter().chain(own).collect();
            return (Some(copy), None);
        }
        let item = MailItem { internal_id: self.issue_internal_id(), ..copy.item.clone() };
        copy.ends = others;
        (Some(Copy { item, ends: own, is_over: false }), Some(copy))
    }

    /// Does to a copy what the rule says.
    fn act(&self, mut copy: Copy, rule: &TransportRule) -> Copy {
        ruled::note(&mut copy.item.content, rule.guid);
        let seen = copy.recipients();
        if rule.mode == RuleMode::Enforce {
            self.enforce(&mut copy, rule);
        }
        let hit = RuleHit::of(rule).text(Culture::default());
        let mut told = BTreeSet::new();
        for recipient in &seen {
            // Of a mailbox that forwards and its target, the sender knows one.
            if told.insert(recipient.known_to_sender()) {
                let event = TraceEvent::ruled(&rule.name, rule.guid, seen.len(), &hit);
                self.trace_event(&copy.item, recipient, event);
            }
        }
        copy
    }

    fn trace_event(&self, item: &MailItem, recipient: &MailRecipient, event: TraceEvent) {
        let now = self.computer.clock.now();
        self.trace.add(item.network_message_id, recipient.known_to_sender(), now, event);
    }

    fn enforce(&self, copy: &mut Copy, rule: &TransportRule) {
        let actions = &rule.actions;
        ruled::mark(&mut copy.item, actions);
        for address in addresses(actions.blind_copy_to.as_deref()) {
            self.bring_to(copy, MailRecipient::new(address));
        }
        self.redirect(copy, &addresses(actions.redirect_message_to.as_deref()));
        if actions.rejects() {
            let rejected = copy.take_alive();
            self.reject(&copy.item, &rejected, actions.rejection());
        }
        if actions.delete_message {
            for recipient in copy.take_alive() {
                let why = Setback::status(status::DELETED_BY_RULE);
                self.trace_failure(&copy.item, &recipient, &why, Some(AGENT));
            }
        }
        copy.is_over = actions.stop_rule_processing || copy.recipients().is_empty();
    }

    /// Other recipients take the place of those that are left.
    fn redirect(&self, copy: &mut Copy, to: &[Address]) {
        if to.is_empty() {
            return;
        }
        let before = copy.take_alive();
        for one in &before {
            self.trace_event(&copy.item, one, TraceEvent::redirected(to));
        }
        for address in to {
            self.bring_to(copy, MailRecipient::new(address.clone()));
        }
    }

    /// Adds a recipient, resolved, unless it gets the copy already.
    fn bring_to(&self, copy: &mut Copy, recipient: MailRecipient) {
        self.trace.begin(&copy.item, &recipient.address, None);
        for end in self.resolved(&copy.item, vec![recipient]) {
            let own = &end.recipient().address;
            if !copy.ends.iter().any(|known| known.recipient().address == *own) {
                copy.ends.push(end);
            }
        }
    }
}

fn known(tenant: &Tenant) -> Known<'_> {
    Known { recipients: &tenant.recipients, accepted_domains: &tenant.accepted_domains }
}
