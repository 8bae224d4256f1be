//! The categorizer: resolves recipients, applies rules, finds next hops, and puts copies into queues.
//!
//! Source: Microsoft Learn, "Mail flow and the transport pipeline", "Recipient resolution".

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use exchange::decisions::retry_ladder::RetryLadder;
use exchange::directory::ServerRole;
use exchange::nouns::transport_rule::TransportRule;
use exchange::product::Product;
use exchange::status;
use jiff::Timestamp;
use logs::tracking_words::TrackingSource;

use crate::message::item::{MailItem, MailRecipient};
use crate::queue::{Entry, Setback};
use crate::transport::Transport;
use crate::transport::next_hop::NextHop;
use crate::transport::plan::{Change, Decision, Plan, plan};
use crate::transport::rules::{AGENT, APPLY, Copy};

/// Not published: what resolving the recipients of one message takes.
const RESOLVE: Duration = Duration::from_millis(3);

/// Not published: what routing it takes.
const ROUTE: Duration = Duration::from_millis(4);

/// What becomes of one copy of a message.
#[derive(Default)]
struct Outcome {
    hops: Vec<(NextHop, Vec<MailRecipient>)>,
    unreachable: Vec<MailRecipient>,
    failed: Vec<(MailRecipient, Setback)>,
}

impl Transport {
    /// Categorizes messages one after the other.
    pub(super) async fn categorize_all(self: Arc<Self>) {
        loop {
            match self.next_submitted() {
                Some(item) => self.categorize(item).await,
                None => self.submitted.notified().await,
            }
        }
    }

    async fn categorize(self: &Arc<Self>, item: MailItem) {
        let begun = self.computer.clock.now();
        self.computer.work(RESOLVE).await;
        let plan = self
            .directory
            .of_server(&self.server, |organization, local| plan(organization, local, &item));
        self.track_changes(&item, &plan.changes);
        let resolved = self.seconds_since(begun);
        let rules = self.rules_for(&item);
        let mut copies = self.copies(&item, plan);
        let mut stages = format!("CATRESL={resolved:.3}");
        if !rules.is_empty() {
            self.computer.work(APPLY).await;
            let applied = self.seconds_since(begun) - resolved;
            let pending = pending(&stages, applied);
            let within =
                |copy| self.apply_rules_within(copy, &rules, (self.seconds_since(begun), &pending));
            copies = copies.into_iter().flat_map(within).collect();
            let _ = write!(
                stages,
                "|CATORES={applied:.3}(CATRS={applied:.3}(CATRS-{AGENT}={applied:.3}(X-ETREX={applied:.3})))"
            );
        }
        self.track_agents(&copies);
        let before = self.seconds_since(begun);
        self.computer.work(ROUTE).await;
        let routed = self.seconds_since(begun) - before;
        let within = format!("{stages}|CATORT={routed:.3}(CATRT={routed:.3})");
        for mut copy in copies {
            copy.item.latency.stage_with("CAT", self.seconds_since(begun), &within);
            let outcome = outcome(copy.decisions, self.build.product());
            self.put_into_queues(&copy.item, outcome);
        }
    }

    /// What a rule writes down tells how far the message has come: so many seconds, still with the agent.
    fn apply_rules_within(
        &self,
        mut copy: Copy,
        rules: &[TransportRule],
        (total, pending): (f64, &str),
    ) -> Vec<Copy> {
        let before = copy.item.latency.clone();
        copy.item.latency.stage_with("CAT-PEN", total, pending);
        let mut met = self.apply_rules(copy, rules);
        for copy in &mut met {
            copy.item.latency = before.clone();
        }
        met
    }

    /// Exchange 2010 wrote nothing of what agents saw, and an Edge server has others.
    fn track_agents(&self, copies: &[Copy]) {
        let writes =
            self.role == ServerRole::Mailbox && self.build.product() > Product::Exchange2010;
        for copy in copies.iter().filter(|copy| writes && !copy.item.recipients.is_empty()) {
            self.tracking.passed_agents(&copy.item, &copy.hits);
        }
    }

    pub(super) fn track_changes(&self, item: &MailItem, changes: &[Change]) {
        for change in changes {
            match change {
                Change::Resolved(dn, before, after) => {
                    self.tracking.resolved(item, dn, before, after);
                }
                Change::Redirected(dn, before, after) => {
                    self.tracking.redirected(item, dn, before, after);
                }
                Change::Expanded(group, members) => self.tracking.expanded(item, group, members),
                Change::ExpandedBefore(group) => self.tracking.expanded_before(item, group),
            }
        }
    }

    /// The message itself, and a copy for each group it was written to, with what was decided about the recipients.
    fn copies(&self, item: &MailItem, plan: Plan) -> Vec<Copy> {
        let mut decisions: Vec<Vec<Decision>> = Vec::new();
        decisions.resize_with(plan.copies() + 1, Vec::new);
        for (copy, decision) in plan.decisions {
            if let Some(own) = decisions.get_mut(copy) {
                own.push(decision);
            }
        }
        let own = |(number, decisions): (usize, Vec<Decision>)| {
            let recipients = decisions.iter().map(|own| own.recipient().clone()).collect();
            let mut copy = item.for_recipients(recipients);
            if number > 0 {
                copy.internal_id = self.issue_internal_id();
                if !copy.recipients.is_empty() {
                    self.tracking.transferred(&copy, item.internal_id, "Resolver");
                }
            }
            Copy::new(&copy, decisions)
        };
        decisions.into_iter().enumerate().map(own).collect()
    }

    fn put_into_queues(self: &Arc<Self>, item: &MailItem, outcome: Outcome) {
        if !outcome.failed.is_empty() {
            self.return_to_sender((TrackingSource::Routing, ""), item, &outcome.failed, None);
        }
        if !outcome.unreachable.is_empty() {
            let waiting = item.for_recipients(outcome.unreachable);
            self.unreachable_queue().push(Entry::new(waiting));
            self.unreachable_changed.notify_one();
        }
        for (hop, recipients) in outcome.hops {
            self.queues.put(self, &hop, item.for_recipients(recipients));
        }
    }

    /// Sends what waits in the Unreachable queue back to the categorizer.
    pub(super) fn resubmit_unreachable(&self) -> usize {
        let entries: Vec<Entry> = {
            let mut queue = self.unreachable_queue();
            let (stay, go) = std::mem::take(&mut *queue)
                .into_iter()
                .partition(|entry| entry.state == crate::queue::EntryState::Suspended);
            *queue = stay;
            go
        };
        let count = entries.len();
        for entry in entries {
            self.submit(entry.item);
        }
        count
    }

    /// Tells senders of messages that nothing can route, late and at last.
    pub(super) async fn expire_unreachable(self: Arc<Self>) {
        loop {
            let ladder = self.with_server(|server| RetryLadder::of(&server.transport));
            let now = self.computer.clock.now();
            let (mut expired, mut delayed) = (Vec::new(), Vec::new());
            let next: Option<Timestamp> = {
                let mut queue = self.unreachable_queue();
                queue.retain_mut(|entry| {
                    if entry.expires(&ladder) <= now {
                        expired.push(entry.item.clone());
                        return false;
                    }
                    if entry.delay_due(&ladder).is_some_and(|due| due <= now) {
                        entry.delay_told = true;
                        delayed.push(entry.item.clone());
                    }
                    true
                });
                let deadlines = queue.iter().flat_map(|entry| {
                    [Some(entry.expires(&ladder)), entry.delay_due(&ladder)].into_iter().flatten()
                });
                deadlines.min()
            };
            for item in delayed {
                self.tell_delay(&item, &item.recipients, &unreachable_setback());
            }
            for item in expired {
                let why = format!("550 4.4.7 QUEUE.Expired;{}", status::NO_MATCHING_CONNECTOR);
                let setback = Setback::status(why);
                let failed: Vec<_> = item
                    .recipients
                    .iter()
                    .map(|recipient| (recipient.clone(), setback.clone()))
                    .collect();
                self.return_to_sender((TrackingSource::Queue, ""), &item, &failed, None);
            }
            let changed = self.unreachable_changed.notified();
            match next {
                Some(at) => {
                    let _ = fabric::first_of(changed, self.computer.clock.sleep_until(at)).await;
                }
                None => changed.await,
            }
        }
    }
}

fn unreachable_setback() -> Setback {
    Setback {
        status: status::NO_MATCHING_CONNECTOR.to_owned(),
        last_error: status::NO_MATCHING_CONNECTOR.to_owned(),
        remote: None,
    }
}

/// The stages of a message that is still with the agent, as a real row of a rejection shows them.
fn pending(resolved: &str, applied: f64) -> String {
    format!(
        "{resolved}|CATORES-PEN={applied:.3}(CATRS-PEN={applied:.3}(CATRS-{AGENT}-PEN={applied:.3}))"
    )
}

/// What becomes of a copy, recipients with one next hop together.
fn outcome(decisions: Vec<Decision>, product: Product) -> Outcome {
    let mut outcome = Outcome::default();
    for decision in decisions {
        match decision {
            Decision::Queue(hop, recipient) => {
                match outcome.hops.iter_mut().find(|(known, _)| *known == hop) {
                    Some((_, recipients)) => recipients.push(recipient),
                    None => outcome.hops.push((hop, vec![recipient])),
                }
            }
            Decision::Unreachable(recipient) => outcome.unreachable.push(recipient),
            Decision::Fail(recipient, status) => {
                let said = status::as_said_by(product, status);
                outcome.failed.push((recipient, Setback::status(said)));
            }
        }
    }
    outcome
}
