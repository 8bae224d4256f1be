//! How mail leaves Exchange Online: from one of many addresses, to a smart host or an MX.
//!
//! Every server has a few outbound proxies; attempts take them in turn, beginning at one that depends
//! on the queue. So one queue may always leave from addresses a firewall lets in, another never, a
//! third sometimes: as tenants see it. How the service really spreads its mail is not published.

use std::net::SocketAddr;

use async_trait::async_trait;
use dns::DnsFailure;
use exchange::decisions::retry_ladder::RetryLadder;
use exchange::nouns::outbound_connector::OutboundConnector;
use exchange::nouns::send_connector::{SmartHost, TlsAuthLevel};
use logs::last_error::{LastError, LastErrorForm, OutboundProxyTarget};
use logs::smtp_status::ServerStamp;
use smtp::{ClientMessage, MailFrom, Parameter, RcptTo, Reply, Severity};

use crate::exchange_online::categorizer::NextHop;
use crate::exchange_online::failure_text;
use crate::exchange_online::stamped_headers;
use crate::exchange_online::trace::TraceEvent;
use crate::exchange_online::{ExchangeOnline, OutboundProxy};
use crate::lookup::{self, HostAddresses};
use crate::message::item::MailItem;
use crate::message::organization_headers;
use crate::queue::{Attempt, Fate, QueueOwner, RecipientResult, Sent, Setback};
use crate::smtp_out::{Caller, Connection, Target, TlsPolicy, Validation, connect};

/// An open connection to a next hop.
pub struct Channel {
    connection: Connection,
    connector: Option<OutboundConnector>,
    proxy: OutboundProxy,
}

#[async_trait]
impl QueueOwner for ExchangeOnline {
    type NextHop = NextHop;
    type Channel = Channel;

    fn ladder(&self, _hop: &NextHop) -> RetryLadder {
        RetryLadder::exchange_online()
    }

    fn messages_per_connection(&self, _hop: &NextHop) -> usize {
        20
    }

    async fn open(&self, hop: &NextHop, attempt: Attempt) -> Result<Channel, Setback> {
        let connector = hop.connector.as_deref().and_then(|name| self.outbound_connector(name));
        let proxy = self.proxy(hop, attempt.failures);
        let targets = match self.targets(hop, connector.as_ref()).await {
            Ok(targets) => targets,
            Err(failure) => return Err(self.dns_setback(hop, &failure)),
        };
        let caller = self.caller(&proxy, connector.as_ref());
        let mut last = None;
        for target in targets {
            match connect(&caller, &target, self.session_ids.issue()).await {
                Ok(connection) => return Ok(Channel { connection, connector, proxy }),
                Err(failure) => last = Some((failure, target)),
            }
        }
        Err(match last {
            Some((failure, target)) => {
                let wording = failure_text::wording(&failure);
                let status = wording.deferral(&target, self.server_stamp(&proxy));
                self.setback(status, &wording.message, Some(&target))
            }
            None => self.setback("450 4.4.312 DNS query failed".to_owned(), "", None),
        })
    }

    async fn send(&self, channel: &mut Channel, item: &MailItem) -> Sent {
        let message = self.client_message(channel, item);
        let target = channel.connection.target().clone();
        let Some(outcome) = channel.connection.send(message, &[]).await else {
            let setback = self.setback(
                "450 4.4.318 Connection was closed abruptly".to_owned(),
                "",
                Some(&target),
            );
            let results = vec![RecipientResult::Deferred(setback); item.recipients.len()];
            return Sent { results, usable: false };
        };
        let results: Vec<RecipientResult> = (0..item.recipients.len())
            .map(|index| match outcome.for_recipient(index) {
                Some(reply) => self.result(reply, &target),
                None => RecipientResult::Deferred(Setback::status(
                    "450 4.4.318 Connection was closed abruptly",
                )),
            })
            .collect();
        let now = self.computer.clock.now();
        for (recipient, result) in item.recipients.iter().zip(&results) {
            if *result == RecipientResult::Delivered {
                let reply = outcome.content.as_ref().map(ToString::to_string).unwrap_or_default();
                let mut event = TraceEvent::sent(
                    &target.name,
                    target.endpoint.ip(),
                    &channel.proxy.name,
                    &reply,
                );
                if let Some(connector) = &channel.connector {
                    event = event.with("ConnectorId", connector.name.clone());
                }
                self.trace.add(item.network_message_id, recipient.known_to_sender(), now, event);
            }
        }
        Sent { results, usable: channel.connection.is_usable() }
    }

    async fn close(&self, channel: Channel) {
        channel.connection.quit().await;
    }

    async fn settle(&self, _hop: &NextHop, item: &MailItem, fate: Fate) {
        match fate {
            // Traced where the next hop's answer was at hand; no notices of delay within a day.
            Fate::Delivered(_) | Fate::Delayed(..) => {}
            Fate::Deferred { recipients, why, .. } => {
                let now = self.computer.clock.now();
                for recipient in &recipients {
                    let event = TraceEvent::deferred(why.last_error.clone());
                    self.trace.add(
                        item.network_message_id,
                        recipient.known_to_sender(),
                        now,
                        event,
                    );
                }
            }
            Fate::Failed(recipients) => self.return_to_sender(item, &recipients),
            Fate::Expired(recipients, why) => {
                let status = failure_text::expired(&why.status);
                let failed: Vec<_> = recipients
                    .into_iter()
                    .map(|one| (one, Setback { status: status.clone(), ..why.clone() }))
                    .collect();
                self.return_to_sender_after(item, &failed, &why);
            }
        }
    }
}

impl ExchangeOnline {
    /// The proxy for an attempt.
    fn proxy(&self, hop: &NextHop, failures: u32) -> OutboundProxy {
        let none = || OutboundProxy { name: String::new(), address: self.computer.address() };
        let Some(server) = self.datacenter.servers.get(hop.server) else { return none() };
        let start = hop.domain.len();
        let turn = start + usize::try_from(failures).unwrap_or_default();
        let count = server.outbound.len();
        if count == 0 { none() } else { server.outbound[turn % count].clone() }
    }

    fn caller(&self, proxy: &OutboundProxy, connector: Option<&OutboundConnector>) -> Caller {
        Caller {
            computer: self.computer.clone(),
            source: Some(proxy.address),
            connector_id: String::new(),
            permissions: "None",
            hello: format!("{}.outbound.protection.outlook.com", proxy.name),
            session_ids: self.session_ids.clone(),
            log: None,
            tls: tls_policy(connector),
            identity: self.own_certificate(),
            trust: self.computer.certificates.trust(),
            patience: std::time::Duration::from_mins(5),
            pipelines: true,
            after_banner: Vec::new(),
        }
    }

    async fn targets(
        &self,
        hop: &NextHop,
        connector: Option<&OutboundConnector>,
    ) -> Result<Vec<Target>, DnsFailure> {
        let resolver = &self.computer.resolver;
        let mut hosts: Vec<HostAddresses> = Vec::new();
        match connector.filter(|connector| !connector.use_mx_record) {
            Some(connector) => {
                for host in &connector.smart_hosts {
                    match host {
                        SmartHost::Address(address) => {
                            hosts.push((address.to_string(), vec![*address]));
                        }
                        SmartHost::Name(name) => {
                            hosts.push((name.clone(), lookup::addresses(resolver, name).await?));
                        }
                    }
                }
            }
            None => hosts = lookup::mail_hosts(resolver, &hop.domain).await?,
        }
        Ok(hosts
            .into_iter()
            .flat_map(|(name, addresses)| {
                addresses.into_iter().map(move |address| Target {
                    name: name.clone(),
                    endpoint: SocketAddr::new(address, 25),
                    domain: name.clone(),
                })
            })
            .collect())
    }

    fn client_message(&self, channel: &Channel, item: &MailItem) -> ClientMessage {
        let mut content = item.content.clone();
        let sender = item.sender.address().map(smtp::Address::domain);
        let (initial, domain) = self.tenant.read(|tenant| {
            let own = sender.filter(|domain| tenant.accepted_domain(domain).is_some());
            let initial = tenant.initial_domain.clone();
            (initial.clone(), own.map_or(initial, str::to_owned))
        });
        let server = stamped_headers::last_server(&content).unwrap_or_default();
        let server = self.server_fqdn(&server);
        let across = channel.connector.as_ref().is_some_and(|one| one.cloud_services_mail_enabled);
        stamped_headers::leave(&mut content, &domain);
        if across {
            organization_headers::send_across(&mut content, &server, &domain);
        } else {
            organization_headers::send_outside(&mut content, &server);
            content.remove("X-CrossPremisesHeadersFilteredBySendConnector");
            content.remove("X-OrganizationHeadersPreserved");
        }
        let content = content.to_bytes();
        let mut mail = MailFrom::new(item.sender.clone());
        if channel.connection.offers("SIZE") {
            mail = mail.with(Parameter::new("SIZE", content.len().to_string()));
        }
        if channel.connection.offers("XOORG") {
            mail = mail.with(Parameter::new("XOORG", initial));
        }
        let rcpt = item.recipients.iter().map(|one| RcptTo::new(one.address.clone())).collect();
        ClientMessage { mail, rcpt, content }
    }

    fn result(&self, reply: &Reply, target: &Target) -> RecipientResult {
        match reply.severity() {
            Severity::Positive | Severity::Intermediate => RecipientResult::Delivered,
            Severity::Transient => {
                RecipientResult::Deferred(self.setback(reply.to_string(), "", Some(target)))
            }
            Severity::Permanent => {
                let status = failure_text::refused(reply);
                RecipientResult::Failed(self.setback(status, "", Some(target)))
            }
        }
    }

    fn dns_setback(&self, hop: &NextHop, failure: &DnsFailure) -> Setback {
        let word = failure.status.to_string();
        let status = format!(
            "450 4.4.312 DNS query failed [Message={word}] [LastAttemptedServerName={}]",
            hop.domain
        );
        self.setback(status, &word, None)
    }

    /// `Reason: [{LED=…}…]. OutboundProxyTargetIP: …`, as the trace shows it.
    fn setback(&self, status: String, message: &str, target: Option<&Target>) -> Setback {
        let name = target.map(|target| target.name.clone()).unwrap_or_default();
        let address = target.map(|target| target.endpoint.ip().to_string()).unwrap_or_default();
        let now = self.computer.clock.now();
        let reason = LastError {
            form: LastErrorForm::Braces,
            led: status.clone(),
            msg: message.to_owned(),
            fqdn: name.clone(),
            ip: address.clone(),
            lrt: exchange::culture::Culture::default().date_time(now),
            outbound_proxy: Some(OutboundProxyTarget { ip: address, host_name: name.clone() }),
            ..LastError::default()
        };
        Setback {
            status,
            last_error: reason.trace_reason(),
            remote: target.map(|target| target.name.clone()),
        }
    }

    fn server_stamp(&self, proxy: &OutboundProxy) -> ServerStamp {
        let region = self.datacenter.region.to_ascii_lowercase();
        ServerStamp {
            server: format!("{}.{region}.prod.outlook.com", proxy.name),
            session: Some((self.computer.clock.now(), self.session_ids.issue().to_string())),
        }
    }
}

fn tls_policy(connector: Option<&OutboundConnector>) -> TlsPolicy {
    match connector.and_then(|connector| Some((connector.tls_settings?, connector))) {
        None => TlsPolicy::Opportunistic,
        Some((TlsAuthLevel::EncryptionOnly, _)) => TlsPolicy::Required(Validation::EncryptionOnly),
        Some((TlsAuthLevel::CertificateValidation, _)) => {
            TlsPolicy::Required(Validation::Certificate)
        }
        Some((TlsAuthLevel::DomainValidation, connector)) => {
            TlsPolicy::Required(match &connector.tls_domain {
                Some(domain) => Validation::Domain(domain.clone()),
                None => Validation::Certificate,
            })
        }
    }
}
