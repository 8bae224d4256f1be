//! What the categorizer makes of the recipients of a message: followed through the directory to where each leads.
//!
//! Source: Microsoft Learn, "Recipient resolution in Exchange Server", "Mail flow and the transport pipeline"; that the
//! members of a group go on in a copy of their own is read from the order of events of a real message
//! (RECEIVE, EXPAND, TRANSFER).
//!
//! Not modelled: copies for other reasons (content conversion, recipient limits), who is told of failures behind a group
//! (always the sender).

use exchange::decisions::resolution::{Resolution, resolve};
use exchange::directory::{Organization, Server, ServerRole};
use exchange::nouns::recipient::Recipient;
use exchange::status;
use smtp::Address;

use crate::message::item::{MailItem, MailRecipient};
use crate::transport::next_hop::{NextHop, NoWay};

/// Resolution may rewrite an address; it does not go round in circles longer than this.
const REDIRECTS_MAX: usize = 8;

/// What the categorizer decided about one recipient.
#[derive(Debug, PartialEq)]
pub(super) enum Decision {
    Queue(NextHop, MailRecipient),
    Unreachable(MailRecipient),
    Fail(MailRecipient, &'static str),
}

impl Decision {
    /// Whom it is about.
    pub(super) fn recipient(&self) -> &MailRecipient {
        match self {
            Self::Queue(_, recipient) | Self::Unreachable(recipient) | Self::Fail(recipient, _) => {
                recipient
            }
        }
    }
}

/// What happened to a recipient on the way, for the tracking log.
#[derive(Debug, PartialEq)]
pub(super) enum Change {
    /// Legacy DN, address before, recipient after.
    Resolved(String, String, MailRecipient),
    /// The same for a mailbox that forwards.
    Redirected(String, String, MailRecipient),
    /// The group's address, and its members.
    Expanded(String, Vec<MailRecipient>),
    /// A group that had been expanded before.
    ExpandedBefore(MailRecipient),
}

/// What becomes of a message.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// What happened, in order.
    pub(super) changes: Vec<Change>,
    /// What becomes of each recipient, and in which copy of the message: 0 is the message itself, each group the message
    /// was written to has one of its own.
    pub(super) decisions: Vec<(usize, Decision)>,
}

impl Plan {
    /// How many copies there are beside the message itself.
    pub(super) fn copies(&self) -> usize {
        self.decisions.iter().map(|(copy, _)| *copy).max().unwrap_or_default()
    }
}

/// A recipient still to be followed.
struct Waiting {
    recipient: MailRecipient,
    copy: usize,
    /// Addresses of the groups it came through, and of the mailboxes that forwarded to it.
    through: Vec<Address>,
}

/// What is known while a message is categorized.
struct Categorizing<'a> {
    organization: &'a Organization,
    local: &'a Server,
    item: &'a MailItem,
    plan: Plan,
    waiting: Vec<Waiting>,
    /// Mailboxes and addresses that have their place in a copy. Who has one in two copies gets both; the mailbox takes
    /// only the first.
    served: Vec<(usize, Address)>,
    expanded: Vec<Address>,
    copies: usize,
}

/// Follows every recipient of a message.
pub(super) fn plan(organization: &Organization, local: &Server, item: &MailItem) -> Plan {
    let waiting = item.recipients.iter().rev().cloned();
    let mut work = Categorizing {
        organization,
        local,
        item,
        plan: Plan::default(),
        waiting: waiting
            .map(|recipient| Waiting { recipient, copy: 0, through: Vec::new() })
            .collect(),
        served: Vec::new(),
        expanded: Vec::new(),
        copies: 0,
    };
    while let Some(next) = work.waiting.pop() {
        // An Edge server resolves nothing: it knows domains, not people.
        if local.role == ServerRole::Edge {
            work.route(next);
        } else {
            work.follow(next);
        }
    }
    work.plan
}

impl Categorizing<'_> {
    /// Follows rewritten addresses to where they lead.
    fn follow(&mut self, mut next: Waiting) {
        let organization = self.organization;
        for _ in 0..REDIRECTS_MAX {
            let resolution = resolve(
                &organization.recipients,
                &organization.accepted_domains,
                &next.recipient.address,
                self.item.auth_as.sender_trust(),
            );
            match resolution {
                Resolution::Mailbox(found) => return self.deliver(found, next),
                Resolution::Forward(found, target) => return self.forward(found, target, next),
                Resolution::Relay => return self.route(next),
                Resolution::Fail(status) => return self.fail(next, status),
                Resolution::Expand(group) => return self.expand(group, next),
                Resolution::Redirect(found, target) => {
                    // The target is usually one of the recipient's own addresses: then it leads out.
                    if found.has(&target) && next.recipient.address == target {
                        return self.route(next);
                    }
                    let (dn, before) = self.readdress(found, target, &mut next);
                    let change = Change::Resolved(dn, before, next.recipient.clone());
                    self.plan.changes.push(change);
                }
            }
        }
        self.fail(next, status::HOP_COUNT_EXCEEDED);
    }

    /// Gives a recipient another address; its legacy DN, and the address before.
    fn readdress(&self, found: &Recipient, to: Address, next: &mut Waiting) -> (String, String) {
        let before = next.recipient.address.to_string();
        next.recipient.original.get_or_insert_with(|| next.recipient.address.clone());
        next.recipient.address = to;
        (found.legacy_exchange_dn(&self.organization.name), before)
    }

    fn deliver(&mut self, found: &Recipient, mut next: Waiting) {
        let primary = &found.primary_smtp_address;
        if next.recipient.address != *primary {
            let (dn, before) = self.readdress(found, primary.clone(), &mut next);
            let change = Change::Resolved(dn, before, next.recipient.clone());
            self.plan.changes.push(change);
        }
        if !self.is_first(next.copy, primary) {
            return;
        }
        if !found.takes(self.item.size) {
            return self.fail(next, status::RECIPIENT_SIZE_LIMIT);
        }
        let hop = NextHop::to_mailbox(self.organization, found);
        self.decide(next, hop);
    }

    /// A mailbox forwards: the other address instead, or besides.
    fn forward(&mut self, found: &Recipient, target: Address, next: Waiting) {
        if next.through.contains(&found.primary_smtp_address) {
            return self.fail(next, status::FORWARDING_LOOP);
        }
        let mut through = next.through.clone();
        through.push(found.primary_smtp_address.clone());
        let mut forwarded = Waiting { recipient: next.recipient.clone(), copy: next.copy, through };
        let (dn, before) = self.readdress(found, target, &mut forwarded);
        let change = Change::Redirected(dn, before, forwarded.recipient.clone());
        self.plan.changes.push(change);
        self.waiting.push(forwarded);
        if found.deliver_to_mailbox_and_forward {
            self.deliver(found, next);
        }
    }

    /// The members of a group take its place, in a copy of their own when the group was written to.
    fn expand(&mut self, group: &Recipient, next: Waiting) {
        let address = &group.primary_smtp_address;
        if self.expanded.contains(address) {
            self.plan.changes.push(Change::ExpandedBefore(next.recipient));
            return;
        }
        self.expanded.push(address.clone());
        let copy = if next.copy == 0 {
            self.copies += 1;
            self.copies
        } else {
            next.copy
        };
        let member = |address: &Address| MailRecipient {
            original: Some(next.recipient.known_to_sender().clone()),
            address: address.clone(),
            ..next.recipient.clone()
        };
        let members: Vec<MailRecipient> = group.members.iter().map(member).collect();
        self.plan
            .changes
            .push(Change::Expanded(next.recipient.address.to_string(), members.clone()));
        self.waiting.extend(members.into_iter().rev().map(|recipient| Waiting {
            recipient,
            copy,
            through: next.through.clone(),
        }));
    }

    fn route(&mut self, next: Waiting) {
        if !self.is_first(next.copy, &next.recipient.address) {
            return;
        }
        let domain = next.recipient.address.domain();
        let hop = NextHop::to_domain(self.organization, self.local, domain, self.item.size);
        self.decide(next, hop);
    }

    /// Whether nobody has led there yet: one copy reaches an address once.
    fn is_first(&mut self, copy: usize, address: &Address) -> bool {
        let key = (copy, address.clone());
        let is_first = !self.served.contains(&key);
        if is_first {
            self.served.push(key);
        }
        is_first
    }

    fn decide(&mut self, next: Waiting, hop: Result<NextHop, NoWay>) {
        let decision = match hop {
            Ok(hop) => Decision::Queue(hop, next.recipient),
            Err(NoWay::Unreachable | NoWay::NoDatabase) => Decision::Unreachable(next.recipient),
            Err(NoWay::TooLarge) => Decision::Fail(next.recipient, status::MESSAGE_TOO_LARGE),
        };
        self.plan.decisions.push((next.copy, decision));
    }

    fn fail(&mut self, next: Waiting, status: &'static str) {
        self.plan.decisions.push((next.copy, Decision::Fail(next.recipient, status)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::installation::blank_server;
    use crate::message::content::Content;
    use crate::message::item::AuthAs;
    use crate::message::latency::Latency;
    use exchange::directory::MailboxDatabase;
    use exchange::guid::Guid;
    use exchange::ids::InternalMessageId;
    use exchange::nouns::accepted_domain::AcceptedDomain;
    use exchange::nouns::recipient::RecipientType;
    use smtp::ReversePath;

    fn address(local: &str) -> Address {
        format!("{local}@contoso.com").parse().unwrap()
    }

    fn recipient(name: &str, kind: RecipientType) -> Recipient {
        let database = (kind == RecipientType::UserMailbox).then(|| "MDB01".to_owned());
        Recipient { database, ..Recipient::new(name, kind, address(name)) }
    }

    fn group(name: &str, members: &[&str]) -> Recipient {
        let members = members.iter().map(|member| address(member)).collect();
        Recipient { members, ..recipient(name, RecipientType::MailUniversalDistributionGroup) }
    }

    fn mailbox(name: &str) -> Recipient {
        recipient(name, RecipientType::UserMailbox)
    }

    /// What happens to a message for these recipients: the changes, then who gets which copy.
    fn planned(recipients: Vec<Recipient>, to: &[&str]) -> (Vec<String>, Vec<String>) {
        let database = MailboxDatabase { name: "MDB01".to_owned(), guid: Guid(1) };
        let mut server = blank_server("MBX01", "mbx01.contoso.com", ServerRole::Mailbox);
        server.databases.push(database);
        let organization = Organization {
            accepted_domains: vec![AcceptedDomain::new("contoso.com".parse().unwrap())],
            servers: vec![server.clone()],
            recipients,
            ..Organization::default()
        };
        let item = MailItem {
            internal_id: InternalMessageId(1),
            network_message_id: Guid::ZERO,
            message_id: String::new(),
            sender: ReversePath::Address(address("sender")),
            recipients: to.iter().map(|to| MailRecipient::new(address(to))).collect(),
            content: Content::parse(b""),
            size: 0,
            received: jiff::Timestamp::UNIX_EPOCH,
            auth_as: AuthAs::Internal,
            source_name: String::new(),
            received_from: String::new(),
            original_client: None,
            original_server: None,
            latency: Latency::starting(jiff::Timestamp::UNIX_EPOCH),
            shadow: None,
        };
        let plan = plan(&organization, &server, &item);
        let changes = plan.changes.iter().map(|change| match change {
            Change::Resolved(_, from, to) => format!("resolved {from} {}", to.address),
            Change::Redirected(_, from, to) => format!("redirected {from} {}", to.address),
            Change::Expanded(group, members) => format!("expanded {group} {}", members.len()),
            Change::ExpandedBefore(group) => format!("expanded before {}", group.address),
        });
        let decisions = plan.decisions.iter().map(|(copy, decision)| match decision {
            Decision::Queue(_, to) => format!("{copy} {}", to.address),
            Decision::Unreachable(to) => format!("{copy} unreachable {}", to.address),
            Decision::Fail(to, status) => format!("{copy} {} {status}", to.address),
        });
        (changes.collect(), decisions.collect())
    }

    #[test]
    fn a_group_within_itself_is_expanded_once_and_its_members_have_a_copy_of_their_own() {
        let recipients = vec![
            group("all", &["ines", "sales"]),
            group("sales", &["otto", "ines", "all"]),
            mailbox("ines"),
            mailbox("otto"),
        ];
        let (changes, decisions) = planned(recipients, &["otto", "all"]);
        assert_eq!(
            changes,
            [
                "expanded all@contoso.com 2",
                "expanded sales@contoso.com 3",
                "expanded before all@contoso.com"
            ]
        );
        assert_eq!(decisions, ["0 otto@contoso.com", "1 ines@contoso.com", "1 otto@contoso.com"]);
    }

    #[test]
    fn a_mailbox_forwards_instead_or_besides() {
        let mut ines = mailbox("ines");
        ines.forwarding_address = Some(address("otto"));
        let recipients = vec![ines.clone(), mailbox("otto")];
        let (changes, decisions) = planned(recipients, &["ines"]);
        assert_eq!(changes, ["redirected ines@contoso.com otto@contoso.com"]);
        assert_eq!(decisions, ["0 otto@contoso.com"]);
        ines.deliver_to_mailbox_and_forward = true;
        let (_, decisions) = planned(vec![ines, mailbox("otto")], &["ines"]);
        assert_eq!(decisions, ["0 ines@contoso.com", "0 otto@contoso.com"]);
    }

    #[test]
    fn mailboxes_that_forward_to_each_other_are_a_loop() {
        let (mut ines, mut otto) = (mailbox("ines"), mailbox("otto"));
        ines.forwarding_address = Some(address("otto"));
        otto.forwarding_address = Some(address("ines"));
        let (_, decisions) = planned(vec![ines, otto], &["ines"]);
        assert_eq!(decisions, [format!("0 ines@contoso.com {}", status::FORWARDING_LOOP)]);
    }

    #[test]
    fn another_address_of_a_mailbox_is_resolved_to_the_primary_one() {
        let mut ines = mailbox("ines");
        ines.email_addresses.push(address("i.maas"));
        let (changes, decisions) = planned(vec![ines], &["i.maas"]);
        assert_eq!(changes, ["resolved i.maas@contoso.com ines@contoso.com"]);
        assert_eq!(decisions, ["0 ines@contoso.com"]);
    }
}
