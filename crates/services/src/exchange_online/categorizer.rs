//! What Exchange Online does with a message of its tenant: resolve, apply rules, deliver or route.
//!
//! Which outbound connector takes a recipient: with centralized mail transport
//! (`RouteAllMessagesViaOnPremises`) its connector takes all mail to the world; else the connector whose
//! recipient domains cover the recipient most specifically; else the MX of the domain. Source:
//! Microsoft Learn, "Configure mail flow using connectors", "Transport routing in hybrid deployments".

use std::sync::Arc;
use std::time::Duration;

use exchange::culture::Culture;
use exchange::decisions::resolution::{Resolution, resolve};
use exchange::directory::Tenant;
use exchange::guid::Guid;
use exchange::ids::network_message_id;
use exchange::nouns::inbound_connector::TenantConnectorType;
use exchange::nouns::outbound_connector::OutboundConnector;
use exchange::status;
use jiff::Timestamp;
use smtp::{Address, ReversePath};

use crate::exchange_online::rules::Copy;
use crate::exchange_online::stamped_headers::{self, Written};
use crate::exchange_online::trace::TraceEvent;
use crate::exchange_online::{
    BUILD, ExchangeOnline, OLDER_SUITE, inside_address, link_local_address,
};
use crate::mailbox_store::Sending;
use crate::message::compose::name_in_directory;
use crate::message::content::Content;
use crate::message::item::{AuthAs, MailItem, MailRecipient};
use crate::message::latency::{Latency, duration_text};
use crate::message::received::{self, Received};
use crate::queue::Setback;

/// Not published: what resolving and routing one message takes.
const CATEGORIZE: Duration = Duration::from_millis(180);
const SUBMIT: Duration = Duration::from_millis(350);
const REDIRECTS_MAX: usize = 8;

/// Where a message leaves Exchange Online to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextHop {
    /// The server whose queue it is in.
    pub server: usize,
    /// Outbound connector, when one is for the recipient.
    pub connector: Option<String>,
    /// Recipient's domain.
    pub domain: String,
}

/// What becomes of a recipient.
#[derive(Debug)]
pub(super) enum End {
    Deliver(MailRecipient, Address),
    Send(MailRecipient, Option<String>),
    Fail(MailRecipient, &'static str),
}

impl End {
    pub(super) fn recipient(&self) -> &MailRecipient {
        match self {
            Self::Deliver(recipient, _) | Self::Send(recipient, _) | Self::Fail(recipient, _) => {
                recipient
            }
        }
    }

    /// Whether mail can be brought to it.
    pub(super) fn is_alive(&self) -> bool {
        !matches!(self, Self::Fail(..))
    }
}

enum Decision {
    End(End),
    Expand(MailRecipient, Vec<MailRecipient>),
    /// The recipient under its new address, the mailbox that forwards, and whether it keeps a copy.
    Forward(MailRecipient, Address, bool),
}

impl ExchangeOnline {
    pub(super) async fn categorize_all(self: Arc<Self>) {
        loop {
            match self.next_submitted() {
                Some(item) => self.categorize(item).await,
                None => self.submitted.notified().await,
            }
        }
    }

    async fn categorize(self: &Arc<Self>, item: MailItem) {
        self.computer.work(CATEGORIZE).await;
        let server = self.some_server();
        let ends = self.resolved(&item, item.recipients.clone());
        for copy in self.apply_rules(Copy::new(&item, ends)) {
            self.carry_out(copy, server);
        }
    }

    /// What becomes of recipients, and of those who take their places.
    pub(super) fn resolved(&self, item: &MailItem, recipients: Vec<MailRecipient>) -> Vec<End> {
        let mut waiting: Vec<MailRecipient> = recipients.into_iter().rev().collect();
        let (mut ends, mut passed) = (Vec::new(), Vec::new());
        while let Some(recipient) = waiting.pop() {
            match self.tenant.read(|tenant| decide(tenant, item, recipient)) {
                Decision::End(end) => ends.push(end),
                // A group within itself, however deep, is expanded once.
                Decision::Expand(group, _) if passed.contains(&group.address) => {}
                Decision::Expand(group, members) => {
                    passed.push(group.address.clone());
                    let now = self.computer.clock.now();
                    let id = item.network_message_id;
                    let names = members.iter().map(|member| member.address.to_string()).collect();
                    let event = TraceEvent::expanded(names);
                    self.trace.add(id, group.known_to_sender(), now, event);
                    for member in members.into_iter().rev() {
                        self.trace.begin(item, &member.address, None);
                        waiting.push(member);
                    }
                }
                Decision::Forward(recipient, mailbox, _) if passed.contains(&mailbox) => {
                    ends.push(End::Fail(recipient, status::FORWARDING_LOOP));
                }
                Decision::Forward(recipient, mailbox, keeps_copy) => {
                    if keeps_copy {
                        ends.push(End::Deliver(recipient.clone(), mailbox.clone()));
                    }
                    passed.push(mailbox);
                    waiting.push(recipient);
                }
            }
        }
        ends
    }

    fn carry_out(self: &Arc<Self>, copy: Copy, server: usize) {
        let item = &copy.item;
        let mut failed = Vec::new();
        for end in copy.ends {
            match end {
                End::Deliver(recipient, mailbox) => self.deliver(item, &recipient, &mailbox),
                End::Send(recipient, connector) => {
                    let domain = recipient.address.domain().to_ascii_lowercase();
                    let hop = NextHop { server, connector, domain };
                    self.queues.put(self, &hop, item.for_recipients(vec![recipient]));
                }
                End::Fail(recipient, text) => failed.push((recipient, Setback::status(text))),
            }
        }
        if !failed.is_empty() {
            self.return_to_sender(item, &failed);
        }
    }

    fn deliver(&self, item: &MailItem, recipient: &MailRecipient, mailbox: &Address) {
        let now = self.computer.clock.now();
        let mut content = item.content.clone();
        self.stamp_delivery(&mut content, mailbox, now);
        let latency = now.duration_since(item.received).as_secs_f64();
        content.append("X-MS-Exchange-Transport-EndToEndLatency", &duration_text(latency));
        content.append("X-MS-Exchange-Processed-By-BccFoldering", &BUILD.padded());
        self.store.deliver(mailbox, content.to_bytes(), now);
        let id = item.network_message_id;
        self.trace.add(id, recipient.known_to_sender(), now, TraceEvent::delivered());
    }

    /// The hop to the server that holds the mailbox, which is fetched there. Which one that is, is ours.
    fn stamp_delivery(&self, content: &mut Content, mailbox: &Address, now: Timestamp) {
        let Some(last) = stamped_headers::last_server(content) else { return };
        let Guid(bits) = Guid::of_name(&mailbox.to_string().to_lowercase());
        let servers = self.datacenter.servers.len().max(1) as u128;
        let home = self.server_name(usize::try_from(bits % servers).unwrap_or_default());
        let address =
            if home == last { "::1".to_owned() } else { inside_address(&last).to_string() };
        let (from, by) = (self.server_fqdn(&last), self.server_fqdn(&home));
        let date = Culture::default().mail_date(now);
        content.prepend("Received", &format!("from {from} ({address}) by {by} with HTTPS; {date}"));
    }

    /// Takes what people of the tenant send.
    pub(super) async fn submit_all(self: Arc<Self>) {
        loop {
            let sending = self.store.next_sending().await;
            self.computer.work(SUBMIT).await;
            let item = self.written_here(&sending);
            let server = self.server_fqdn(&self.server_name(self.some_server()));
            for recipient in &item.recipients {
                self.trace.begin(&item, &recipient.address, None);
                let event = TraceEvent::received(&server, false);
                self.trace.add(item.network_message_id, &recipient.address, item.received, event);
            }
            self.submit(item);
        }
    }

    fn written_here(&self, sending: &Sending) -> MailItem {
        let (now, computer) = (self.computer.clock.now(), &self.computer);
        let index = self.some_server();
        let (name, next) =
            (self.server_name(index), self.server_name(self.transport_server(index)));
        let server = self.server_fqdn(&name);
        let id = format!("{:032X}", computer.random_bits());
        let message_id = format!("<{}{}@{server}>", &server[..13], &id[..25]);
        let culture = Culture::default();
        let mut content = self.tenant.read(|tenant| {
            sending.draft.compose(&message_id, culture, sending.created, |address| {
                name_in_directory(tenant.recipient(address), address)
            })
        });
        let address = link_local_address(&name);
        let hop = received::mapi(&server, address, &format!("15.20.{}.010", BUILD.2), culture, now);
        content.prepend("Received", &hop);
        let hop = Received {
            from: (&server, inside_address(&name)),
            by: (&self.server_fqdn(&next), inside_address(&next)),
            tls: Some(("TLS1_2", OLDER_SUITE)),
            build: BUILD,
            via: None,
            at: now,
            culture,
        };
        content.prepend("Received", &hop.value());
        let network_id = network_message_id(computer.random_bits(), now);
        let written = Written {
            at: now,
            id: network_id,
            tenant: self.tenant_id(),
            domain: sending.draft.from.domain(),
            servers: &[&name, &next],
            auth_source: &server,
            is_from_mailbox: true,
        };
        stamped_headers::originate(&mut content, &written);
        MailItem {
            internal_id: self.issue_internal_id(),
            network_message_id: network_id,
            message_id,
            sender: ReversePath::Address(sending.draft.from.clone()),
            recipients: sending.draft.to.iter().cloned().map(MailRecipient::new).collect(),
            size: content.to_bytes().len() as u64,
            content,
            received: now,
            auth_as: AuthAs::Internal,
            source_name: "StoreDriver".to_owned(),
            received_from: server,
            original_client: None,
            original_server: None,
            latency: Latency::starting(now),
            shadow: None,
        }
    }

    /// The connector of that name.
    pub(super) fn outbound_connector(&self, name: &str) -> Option<OutboundConnector> {
        self.tenant
            .read(|tenant| tenant.outbound_connectors.iter().find(|one| one.name == name).cloned())
    }

    /// Id of the tenant.
    pub fn tenant_id(&self) -> Guid {
        self.tenant.read(|tenant| tenant.id)
    }
}

fn fail(recipient: MailRecipient, text: &'static str) -> Decision {
    Decision::End(End::Fail(recipient, text))
}

fn decide(tenant: &Tenant, item: &MailItem, mut recipient: MailRecipient) -> Decision {
    for _ in 0..REDIRECTS_MAX {
        let resolution = resolve(
            &tenant.recipients,
            &tenant.accepted_domains,
            &recipient.address,
            item.auth_as.sender_trust(),
        );
        match resolution {
            Resolution::Mailbox(found) if !found.takes(item.size) => {
                return fail(recipient, status::RECIPIENT_SIZE_LIMIT);
            }
            Resolution::Mailbox(found) => {
                let mailbox = found.primary_smtp_address.clone();
                return Decision::End(End::Deliver(recipient, mailbox));
            }
            Resolution::Forward(found, target) => {
                if tenant.accepted_domain(target.domain()).is_none() {
                    return fail(recipient, status::EXTERNAL_FORWARDING_NOT_ALLOWED);
                }
                recipient.original.get_or_insert_with(|| recipient.address.clone());
                recipient.address = target;
                let mailbox = found.primary_smtp_address.clone();
                return Decision::Forward(recipient, mailbox, found.deliver_to_mailbox_and_forward);
            }
            Resolution::Relay => break,
            Resolution::Fail(text) => return fail(recipient, text),
            Resolution::Expand(group) => {
                let members = group
                    .members
                    .iter()
                    .map(|address| MailRecipient { address: address.clone(), ..recipient.clone() })
                    .collect();
                return Decision::Expand(recipient, members);
            }
            Resolution::Redirect(found, target) => {
                if found.has(&target) && recipient.address == target {
                    break;
                }
                recipient.original.get_or_insert_with(|| recipient.address.clone());
                recipient.address = target;
            }
        }
    }
    let connector = choose_connector(tenant, recipient.address.domain());
    let lonely =
        connector.is_none() && tenant.accepted_domain(recipient.address.domain()).is_some();
    if lonely && tenant.recipient(&recipient.address).is_none() {
        // A relay domain without a connector leads nowhere but to its MX, which is Exchange Online.
        return fail(recipient, status::RECIPIENT_NOT_FOUND);
    }
    Decision::End(End::Send(recipient, connector))
}

/// The outbound connector for a domain.
fn choose_connector(tenant: &Tenant, domain: &str) -> Option<String> {
    let enabled = || tenant.outbound_connectors.iter().filter(|connector| connector.enabled);
    let is_own = tenant.accepted_domain(domain).is_some();
    if !is_own {
        let central = enabled().find(|connector| {
            connector.connector_type == TenantConnectorType::OnPremises
                && connector.route_all_messages_via_on_premises
        });
        if let Some(connector) = central {
            return Some(connector.name.clone());
        }
    }
    let specificity = |connector: &OutboundConnector| {
        let by_domain = connector
            .recipient_domains
            .iter()
            .filter(|pattern| pattern.covers(domain))
            .map(exchange::domain::DomainPattern::specificity)
            .max();
        by_domain.or((connector.all_accepted_domains && is_own).then_some(1))
    };
    enabled()
        .filter_map(|connector| Some((specificity(connector)?, connector)))
        .max_by_key(|(specificity, connector)| (*specificity, std::cmp::Reverse(&connector.name)))
        .map(|(_, connector)| connector.name.clone())
}
