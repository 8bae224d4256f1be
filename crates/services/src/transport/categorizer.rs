//! The categorizer: resolves recipients, finds their next hops, and puts copies into queues.
//!
//! Source: Microsoft Learn, "Mail flow and the transport pipeline", "Recipient resolution".

use std::sync::Arc;
use std::time::Duration;

use exchange::decisions::resolution::{Resolution, resolve};
use exchange::directory::{Organization, Server, ServerRole};
use exchange::status;
use jiff::Timestamp;
use logs::tracking_words::TrackingSource;

use crate::message::item::{MailItem, MailRecipient};
use crate::queue::{Entry, Setback};
use crate::transport::Transport;
use crate::transport::next_hop::{NextHop, NoWay};

/// Not published: what resolving and routing one message takes.
const CATEGORIZE: Duration = Duration::from_millis(7);

/// Resolution may rewrite an address; it does not go round in circles longer than this.
const REDIRECTS_MAX: usize = 8;

/// What the categorizer decided about one recipient.
enum Decision {
    Queue(NextHop, MailRecipient),
    Unreachable(MailRecipient),
    Fail(MailRecipient, &'static str),
}

/// A rewritten address, for the tracking log: legacy DN, address before, recipient after.
type Rewrite = (String, String, MailRecipient);

/// A group and its members, for the tracking log.
type Expansion = (String, Vec<MailRecipient>);

#[derive(Default)]
struct Plan {
    decisions: Vec<Decision>,
    rewrites: Vec<Rewrite>,
    expansions: Vec<Expansion>,
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
        self.computer.clock.work(CATEGORIZE).await;
        let local = self.server();
        let plan = self.directory.read(|organization| plan(organization, &local, &item));
        for (legacy_dn, before, after) in &plan.rewrites {
            self.tracking.resolved(&item, legacy_dn.clone(), before, after);
        }
        for (group, members) in &plan.expansions {
            self.tracking.expanded(&item, group, members);
        }
        let (mut hops, mut unreachable, mut failed): (
            Vec<(NextHop, Vec<MailRecipient>)>,
            _,
            Vec<_>,
        ) = (Vec::new(), Vec::new(), Vec::new());
        for decision in plan.decisions {
            match decision {
                Decision::Queue(hop, recipient) => {
                    match hops.iter_mut().find(|(known, _)| *known == hop) {
                        Some((_, recipients)) => recipients.push(recipient),
                        None => hops.push((hop, vec![recipient])),
                    }
                }
                Decision::Unreachable(recipient) => unreachable.push(recipient),
                Decision::Fail(recipient, status) => {
                    let setback = Setback {
                        status: status.to_owned(),
                        last_error: status.to_owned(),
                        remote: None,
                    };
                    failed.push((recipient, setback));
                }
            }
        }
        if !failed.is_empty() {
            self.return_to_sender(&TrackingSource::Routing, &item, &failed);
        }
        if !unreachable.is_empty() {
            self.unreachable_queue().push(Entry::new(item.for_recipients(unreachable)));
            self.unreachable_changed.notify_one();
        }
        for (hop, recipients) in hops {
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
            let ladder =
                exchange::decisions::retry_ladder::RetryLadder::of(&self.server().transport);
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
                let setback = Setback {
                    status: format!("550 4.4.7 QUEUE.Expired;{}", status::NO_MATCHING_CONNECTOR),
                    ..unreachable_setback()
                };
                let failed: Vec<_> = item
                    .recipients
                    .iter()
                    .map(|recipient| (recipient.clone(), setback.clone()))
                    .collect();
                self.return_to_sender(&TrackingSource::Queue, &item, &failed);
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

fn plan(organization: &Organization, local: &Server, item: &MailItem) -> Plan {
    let mut plan = Plan::default();
    let mut waiting: Vec<MailRecipient> = item.recipients.iter().rev().cloned().collect();
    let mut seen: Vec<String> = Vec::new();
    while let Some(recipient) = waiting.pop() {
        if local.role == ServerRole::Edge {
            // An Edge server resolves nothing: it knows domains, not people.
            plan.decisions.push(to_domain(organization, local, item, recipient));
            continue;
        }
        match follow(organization, item, recipient, &mut plan) {
            Followed::Mailbox(recipient, hop) => {
                let key = recipient.address.to_string().to_ascii_lowercase();
                if !seen.contains(&key) {
                    seen.push(key);
                    plan.decisions.push(hop_or_fail(hop, recipient));
                }
            }
            Followed::Domain(recipient) => {
                plan.decisions.push(to_domain(organization, local, item, recipient));
            }
            Followed::Members(members) => waiting.extend(members.into_iter().rev()),
            Followed::Failed(recipient, status) => {
                plan.decisions.push(Decision::Fail(recipient, status));
            }
        }
    }
    plan
}

enum Followed {
    Mailbox(MailRecipient, Result<NextHop, NoWay>),
    Domain(MailRecipient),
    Members(Vec<MailRecipient>),
    Failed(MailRecipient, &'static str),
}

/// Follows rewritten addresses to where they lead.
fn follow(
    organization: &Organization,
    item: &MailItem,
    mut recipient: MailRecipient,
    plan: &mut Plan,
) -> Followed {
    let trust = item.auth_as.sender_trust();
    for _ in 0..REDIRECTS_MAX {
        let resolution = resolve(
            &organization.recipients,
            &organization.accepted_domains,
            &recipient.address,
            trust,
        );
        match resolution {
            Resolution::Mailbox(found) => {
                let hop = NextHop::to_mailbox(organization, found);
                return Followed::Mailbox(recipient, hop);
            }
            Resolution::Relay => return Followed::Domain(recipient),
            Resolution::Fail(status) => return Followed::Failed(recipient, status),
            Resolution::Expand(group) => {
                let member = |address: &smtp::Address| MailRecipient {
                    original: Some(recipient.known_to_sender().clone()),
                    address: address.clone(),
                    ..recipient.clone()
                };
                let members: Vec<_> = group.members.iter().map(member).collect();
                plan.expansions.push((recipient.address.to_string(), members.clone()));
                return Followed::Members(members);
            }
            Resolution::Redirect(found, target) => {
                // The target is usually one of the recipient's own addresses: then it leads out.
                if found.has(&target) && recipient.address == target {
                    return Followed::Domain(recipient);
                }
                let before = recipient.address.to_string();
                recipient.original.get_or_insert_with(|| recipient.address.clone());
                recipient.address = target;
                let dn = found.legacy_exchange_dn(&organization.name);
                plan.rewrites.push((dn, before, recipient.clone()));
            }
        }
    }
    Followed::Failed(recipient, status::HOP_COUNT_EXCEEDED)
}

fn to_domain(
    organization: &Organization,
    local: &Server,
    item: &MailItem,
    recipient: MailRecipient,
) -> Decision {
    let domain = recipient.address.domain().to_owned();
    hop_or_fail(NextHop::to_domain(organization, local, &domain, item.size), recipient)
}

fn hop_or_fail(hop: Result<NextHop, NoWay>, recipient: MailRecipient) -> Decision {
    match hop {
        Ok(hop) => Decision::Queue(hop, recipient),
        Err(NoWay::Unreachable | NoWay::NoDatabase) => Decision::Unreachable(recipient),
        Err(NoWay::TooLarge) => Decision::Fail(recipient, status::MESSAGE_TOO_LARGE),
    }
}
