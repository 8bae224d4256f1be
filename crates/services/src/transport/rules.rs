//! The Transport Rule agent: applies the organization's rules to messages whose recipients have been resolved.
//!
//! Rules come by priority; each is for the recipients that meet it. When these are not all, they go on in a copy of their
//! own. What rules see and change is in `crate::message::ruled`.
//!
//! Source: Microsoft Learn, "Mail flow rules in Exchange Server" (the agent runs at `OnResolvedMessage`; reports that the
//! service makes itself are not looked at), `New-TransportRule`.
//!
//! Not modelled: rules of Edge servers, the counter of redirections (`X-MS-Exchange-Transport-Rules-Loop`), how long a
//! changed rule takes to be known on every server.

use std::time::Duration;

use exchange::decisions::transport_rules;
use exchange::directory::{Organization, ServerRole};
use exchange::nouns::transport_rule::{RuleMode, TransportRule};
use smtp::Address;

use crate::message::item::{MailItem, MailRecipient};
use crate::message::ruled::{self, Known, addresses};
use crate::tracking::RuleHit;
use crate::transport::Transport;
use crate::transport::plan::{Decision, plan};

/// The agent's name in logs.
pub(super) const AGENT: &str = "Transport Rule Agent";

/// Not published: what it takes to apply the rules to one message.
pub(super) const APPLY: Duration = Duration::from_millis(2);

/// A copy of a message, and what the categorizer has decided about its recipients.
#[derive(Debug)]
pub(super) struct Copy {
    pub(super) item: MailItem,
    pub(super) decisions: Vec<Decision>,
    /// The rules that were for it.
    pub(super) hits: Vec<RuleHit>,
    /// Whether no further rule is applied.
    is_over: bool,
}

impl Copy {
    /// Agents see the recipients that were found.
    pub(super) fn new(item: &MailItem, decisions: Vec<Decision>) -> Self {
        let found = decisions.iter().filter(|decision| is_alive(decision));
        let recipients = found.map(|decision| decision.recipient().clone()).collect();
        Self { item: item.for_recipients(recipients), decisions, hits: Vec::new(), is_over: false }
    }

    /// The recipients that mail can still be brought to.
    fn recipients(&self) -> Vec<MailRecipient> {
        let alive = self.decisions.iter().filter(|decision| is_alive(decision));
        alive.map(|decision| decision.recipient().clone()).collect()
    }

    /// Takes out what was decided about its recipients that are left.
    fn take_alive(&mut self) -> Vec<Decision> {
        let (alive, failed) = std::mem::take(&mut self.decisions).into_iter().partition(is_alive);
        self.decisions = failed;
        alive
    }

    fn note(&mut self, rule: &TransportRule) {
        ruled::note(&mut self.item.content, rule.guid);
        self.hits.push(RuleHit::of(rule));
    }
}

fn is_alive(decision: &Decision) -> bool {
    !matches!(decision, Decision::Fail(..))
}

impl Transport {
    /// The rules that are applied to a message, in their order.
    pub(super) fn rules_for(&self, item: &MailItem) -> Vec<TransportRule> {
        if self.role == ServerRole::Edge || item.source_name == "DSN" {
            return Vec::new();
        }
        self.directory.read(|organization| {
            let rules = transport_rules::in_order(&organization.transport_rules);
            rules.into_iter().cloned().collect()
        })
    }

    /// Applies rules to a copy of a message; more copies come out when a rule is for some recipients only.
    pub(super) fn apply_rules(&self, copy: Copy, rules: &[TransportRule]) -> Vec<Copy> {
        let mut copies = vec![copy];
        for rule in rules {
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
        let item = &copy.item;
        let from = item.content.from_address();
        let subject = item.subject();
        let met: Vec<MailRecipient> = self.directory.read(|organization| {
            let known = known(organization);
            let message = known.message(item, from.as_str(), &subject);
            let is_met = |recipient: &MailRecipient| {
                transport_rules::is_for(rule, &message, &known.recipient(recipient))
            };
            copy.recipients().into_iter().filter(is_met).collect()
        });
        let alive = copy.recipients().len();
        if met.is_empty() {
            return (None, Some(copy));
        }
        if met.len() == alive {
            return (Some(copy), None);
        }
        let decisions = std::mem::take(&mut copy.decisions);
        let is_met = |decision: &Decision| is_alive(decision) && met.contains(decision.recipient());
        let (own, others): (Vec<_>, Vec<_>) = decisions.into_iter().partition(is_met);
        let item = MailItem {
            internal_id: self.issue_internal_id(),
            ..copy.item.for_recipients(met.clone())
        };
        self.tracking.transferred(&item, copy.item.internal_id, AGENT);
        let fork = Copy { item, decisions: own, hits: copy.hits.clone(), is_over: false };
        copy.item.recipients.retain(|recipient| !met.contains(recipient));
        copy.decisions = others;
        (Some(fork), Some(copy))
    }

    /// Does to a copy what the rule says.
    fn act(&self, mut copy: Copy, rule: &TransportRule) -> Copy {
        copy.note(rule);
        if rule.mode != RuleMode::Enforce {
            return copy;
        }
        let actions = &rule.actions;
        ruled::mark(&mut copy.item, actions);
        for address in addresses(actions.blind_copy_to.as_deref()) {
            self.bring_to(&mut copy, MailRecipient::new(address));
        }
        self.redirect(&mut copy, &addresses(actions.redirect_message_to.as_deref()));
        if actions.rejects() {
            let rejected = recipients_of(&copy.take_alive());
            self.reject(&copy.item, &rejected, actions.rejection());
        }
        if actions.delete_message {
            let deleted = recipients_of(&copy.take_alive());
            if !deleted.is_empty() {
                self.tracking.deleted(AGENT, &copy.item, &deleted);
            }
        }
        copy.is_over = actions.stop_rule_processing || copy.recipients().is_empty();
        copy
    }

    /// Other recipients take the place of those that are left.
    fn redirect(&self, copy: &mut Copy, to: &[Address]) {
        if to.is_empty() {
            return;
        }
        let before = recipients_of(&copy.take_alive());
        copy.item.recipients.clear();
        let original = before.first().map(|one| one.known_to_sender().clone());
        let target = |address: &Address| MailRecipient {
            original: original.clone(),
            ..MailRecipient::new(address.clone())
        };
        let after: Vec<_> = to.iter().map(target).collect();
        for one in &before {
            self.tracking.redirected_by(AGENT, &copy.item, one, &after);
        }
        for recipient in after {
            self.bring_to(copy, recipient);
        }
    }

    /// Adds a recipient, resolved and routed, unless it gets the copy already.
    fn bring_to(&self, copy: &mut Copy, recipient: MailRecipient) {
        let only = copy.item.for_recipients(vec![recipient]);
        let plan = self
            .directory
            .of_server(&self.server, |organization, local| plan(organization, local, &only));
        self.track_changes(&only, &plan.changes);
        for (_, decision) in plan.decisions {
            let own = decision.recipient();
            if !copy.decisions.iter().any(|known| known.recipient().address == own.address) {
                copy.item.recipients.push(own.clone());
                copy.decisions.push(decision);
            }
        }
    }
}

fn recipients_of(decisions: &[Decision]) -> Vec<MailRecipient> {
    decisions.iter().map(|decision| decision.recipient().clone()).collect()
}

fn known(organization: &Organization) -> Known<'_> {
    Known { recipients: &organization.recipients, accepted_domains: &organization.accepted_domains }
}
