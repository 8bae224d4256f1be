//! How the Transport service reaches next hops and hands messages over.

use std::net::{IpAddr, SocketAddr};

use async_trait::async_trait;
use dns::{DnsFailure, DnsStatus};
use exchange::decisions::retry_ladder::RetryLadder;
use exchange::nouns::send_connector::{SendConnector, SmartHost, TlsAuthLevel};
use exchange::product::Product;
use exchange::properties::Enumeration;
use jiff::Timestamp;
use logs::information_row::Information;
use logs::last_error::{LastError, LastErrorForm};
use logs::tracking_words::TrackingSource;
use smtp::{ClientMessage, MailFrom, Parameter, RcptTo, Reply};

use crate::connectivity::ConnectivitySession;
use crate::exchange_identity;
use crate::exchange_peer;
use crate::lookup;
use crate::message::item::MailItem;
use crate::message::organization_headers;
use crate::queue::{Attempt, Fate, QueueOwner, RecipientResult, Sent, Setback};
use crate::smtp_out::{
    Caller, ConnectFailure, Connection, Target, TlsPolicy, Validation, connect_telling,
};
use crate::tracking::{Party, SentTo};
use crate::transport::next_hop::NextHop;
use crate::transport::{Transport, attempt_words};

/// The implicit connector between servers of the organization.
pub(super) const INTRA_ORG: &str = "Intra-Organization SMTP Send Connector";

/// An open connection to a next hop.
pub struct Channel {
    connection: Connection,
    connector: Option<SendConnector>,
    connectivity: ConnectivitySession,
    messages: u64,
    bytes: u64,
    /// Seconds that connecting took, until the first message is sent.
    connecting: Option<f64>,
}

#[async_trait]
impl QueueOwner for Transport {
    type NextHop = NextHop;
    type Channel = Channel;

    fn ladder(&self, hop: &NextHop) -> RetryLadder {
        self.with_server(|server| match hop {
            NextHop::Mailbox { .. } => RetryLadder::of_mailbox_delivery(&server.transport),
            _ => RetryLadder::of(&server.transport),
        })
    }

    fn messages_per_connection(&self, hop: &NextHop) -> usize {
        let limit = match self.send_connector(hop) {
            Some(connector) => connector.smtp_max_messages_per_connection,
            None => 20,
        };
        usize::try_from(limit).ok().filter(|limit| *limit > 0).unwrap_or(usize::MAX)
    }

    async fn open(&self, hop: &NextHop, attempt: Attempt) -> Result<Channel, Setback> {
        let begun = self.computer.clock.now();
        let session = self.session_ids.issue();
        let settings = self.with_server(|server| server.transport.logs);
        let delivery_type = hop.delivery_type().name();
        let connectivity = self.connectivity.begin(
            settings,
            session,
            hop.next_hop_domain(),
            (delivery_type, hop.next_hop_connector(), attempt.waiting),
        );
        let outcome = self.open_session(hop, attempt, session, &connectivity).await;
        match outcome {
            Ok((connection, connector)) => {
                let connecting = Some(self.seconds_since(begun));
                Ok(Channel {
                    connection,
                    connector,
                    connectivity,
                    messages: 0,
                    bytes: 0,
                    connecting,
                })
            }
            Err(setback) => {
                connectivity.end(0, 0, "Retry : Unable to connect");
                Err(setback)
            }
        }
    }

    async fn send(&self, channel: &mut Channel, item: &MailItem) -> Sent {
        let begun = self.computer.clock.now();
        let mut item = item.clone();
        waited(&mut item, channel, begun);
        let message = self.client_message(channel, &item);
        let size = message.content.len() as u64;
        let note = Information::SendingMessage {
            record_id: item.internal_id.0,
            internet_message_id: item.message_id.clone(),
        };
        let target = channel.connection.target().clone();
        let Some(outcome) = channel.connection.send(message, &[note]).await else {
            let setback =
                self.setback("421 4.4.2 Connection dropped due to SocketError", "", Some(&target));
            let results = vec![RecipientResult::Deferred(setback); item.recipients.len()];
            return Sent { results, usable: false };
        };
        let results: Vec<RecipientResult> = (0..item.recipients.len())
            .map(|index| match outcome.for_recipient(index) {
                Some(reply) => self.result(reply, &target),
                None => RecipientResult::Deferred(self.setback(
                    "421 4.4.2 Connection dropped",
                    "",
                    Some(&target),
                )),
            })
            .collect();
        let delivered: Vec<_> = item
            .recipients
            .iter()
            .zip(&results)
            .filter(|(_, result)| **result == RecipientResult::Delivered)
            .map(|(recipient, _)| recipient.clone())
            .collect();
        if let (Some(reply), false) = (&outcome.content, delivered.is_empty()) {
            channel.messages += 1;
            channel.bytes += size;
            let seconds = self.seconds_since(begun);
            item.latency.stage("SMS", seconds);
            let connector = channel.connector.as_ref();
            self.tracking.sent(
                &item,
                &SentTo {
                    recipients: &delivered,
                    to: Party { address: Some(target.endpoint.ip()), name: target.name.clone() },
                    connector: connector.map_or(INTRA_ORG, |connector| &connector.name),
                    reply: reply.to_string(),
                    is_external: connector.is_some(),
                    tls_auth_level: connector
                        .and_then(|connector| connector.tls_auth_level)
                        .map_or("Opportunistic", Enumeration::name),
                    seconds,
                },
            );
        }
        Sent { results, usable: channel.connection.is_usable() }
    }

    async fn close(&self, channel: Channel) {
        let Channel { connection, connectivity, messages, bytes, .. } = channel;
        connection.quit().await;
        connectivity.end(messages, bytes, if messages == 0 { "Retry" } else { "" });
    }

    async fn settle(&self, hop: &NextHop, item: &MailItem, fate: Fate) {
        match fate {
            // Written down where the next hop's answer was at hand.
            Fate::Delivered(_) => {}
            Fate::Failed(recipients) => self.return_refused(hop, item, &recipients),
            Fate::Deferred { recipients, why, whole_queue } => {
                // A next hop that cannot be reached shows in the queue, not in the tracking log.
                if !whole_queue {
                    self.tracking.deferred(item, &recipients, &why);
                }
            }
            Fate::Delayed(recipients, why) => self.tell_delay(item, &recipients, &why),
            Fate::Expired(recipients, why) => {
                let next_hop = hop.next_hop_domain().to_owned();
                let remote = why.remote.clone().or(Some(next_hop));
                let last_attempt = Setback { remote, ..why };
                let why = last_attempt.clone();
                // Until 2013 a report told the last attempt in a line of its own only.
                let is_bare = self.build.product() <= Product::Exchange2013;
                let status = if why.status.is_empty() || is_bare {
                    exchange::status::MESSAGE_EXPIRED.to_owned()
                } else {
                    format!("550 5.4.300 Message expired -> {}", why.status)
                };
                let last_error =
                    LastError { led: status.clone(), ..LastError::parse(&why.last_error) };
                let last_error = last_error.to_string();
                let setback = Setback { status, last_error, ..why };
                let failed: Vec<_> =
                    recipients.into_iter().map(|one| (one, setback.clone())).collect();
                let attempt = Some(&last_attempt).filter(|attempt| !attempt.status.is_empty());
                self.return_to_sender((TrackingSource::Queue, ""), item, &failed, attempt);
            }
        }
    }
}

impl Transport {
    /// The Send connector of a next hop outside the organization.
    pub(super) fn send_connector(&self, hop: &NextHop) -> Option<SendConnector> {
        match hop {
            NextHop::Dns { connector, .. } | NextHop::SmartHosts { connector, .. } => {
                self.directory.read(|organization| organization.send_connector(connector).cloned())
            }
            _ => None,
        }
    }

    async fn open_session(
        &self,
        hop: &NextHop,
        attempt: Attempt,
        session: exchange::ids::SessionId,
        connectivity: &ConnectivitySession,
    ) -> Result<(Connection, Option<SendConnector>), Setback> {
        let connector = self.send_connector(hop);
        let caller = self.caller(hop, connector.as_ref())?;
        let targets = self.targets(hop, connector.as_ref()).await.map_err(|failure| {
            let setback = self.dns_setback(hop.next_hop_domain(), &failure);
            connectivity.dns_failed(&setback.status);
            setback
        })?;
        for host in targets.chunk_by(|a, b| a.name == b.name) {
            let addresses: Vec<IpAddr> = host.iter().map(|target| target.endpoint.ip()).collect();
            connectivity.host(&host[0].name, &addresses);
        }
        let mut last = None;
        for (index, target) in targets.iter().enumerate() {
            let id = if index == 0 { session } else { self.session_ids.issue() };
            match self.reach(&caller, target, id, connectivity).await {
                Ok(connection) => return Ok((connection, connector)),
                Err(failure) => {
                    if let ConnectFailure::Socket(error) = failure {
                        connectivity.failed(target, error, attempt.failures + 1);
                    }
                    last = Some((failure, target.clone()));
                }
            }
        }
        Err(match last {
            Some((failure, target)) => self.connect_setback(&failure, &target),
            None => self.setback("451 4.4.0 DNS query failed", "", None),
        })
    }

    /// Connects, and proves membership where the peer is a server of the organization.
    async fn reach(
        &self,
        caller: &Caller,
        target: &Target,
        session: exchange::ids::SessionId,
        connectivity: &ConnectivitySession,
    ) -> Result<Connection, ConnectFailure> {
        let established = || connectivity.established(target.endpoint.ip());
        let mut connection = connect_telling(caller, target, session, &established).await?;
        if caller.tls == TlsPolicy::ExchangeServers {
            exchange_peer::authenticate(&mut connection, &self.directory, &self.computer.fqdn)
                .await?;
        }
        Ok(connection)
    }

    fn caller(&self, hop: &NextHop, connector: Option<&SendConnector>) -> Result<Caller, Setback> {
        let server = self.server();
        let Some(connector) = connector else {
            let level = match hop {
                NextHop::Mailbox { .. } => {
                    server.transport.mailbox_delivery_connector_protocol_logging_level
                }
                _ => server.transport.intra_org_connector_protocol_logging_level,
            };
            let log = self.send_log(level);
            return Ok(exchange_peer::caller(
                &self.computer,
                &server,
                &self.session_ids,
                INTRA_ORG,
                log,
            ));
        };
        let identity = exchange_identity::send_certificate(&self.computer, connector).map_err(|_| {
            self.setback(
                "454 4.7.5 The certificate specified in TlsCertificateName of the SendConnector could not be found.",
                "",
                None,
            )
        })?;
        Ok(Caller {
            computer: self.computer.clone(),
            source: None,
            connector_id: connector.name.clone(),
            permissions: "SendRoutingHeaders",
            hello: connector.fqdn.clone().unwrap_or_else(|| self.computer.fqdn.clone()),
            session_ids: self.session_ids.clone(),
            log: self.send_log(connector.protocol_logging_level),
            tls: tls_policy(connector),
            identity,
            trust: self.computer.certificates.trust(),
            patience: connector.connection_inactivity_timeout.0,
            pipelines: true,
            after_banner: Vec::new(),
        })
    }

    /// The hosts of a next hop, in the order they are tried.
    async fn targets(
        &self,
        hop: &NextHop,
        connector: Option<&SendConnector>,
    ) -> Result<Vec<Target>, DnsFailure> {
        let external = connector.is_some_and(|one| one.use_external_dns_servers_enabled);
        let resolver = self.resolver(external);
        let port = connector.map_or(25, |connector| connector.port);
        let mut hosts: Vec<(String, Vec<IpAddr>, u16)> = Vec::new();
        match (hop, connector) {
            (NextHop::Mailbox { server, .. }, _) => {
                let name = self.fqdn_of(server);
                hosts.push((name.clone(), lookup::addresses(&resolver, &name).await?, 475));
            }
            (NextHop::Servers { servers, edge, .. }, _) => {
                for server in servers {
                    let name = self.fqdn_of(server);
                    let port = if *edge { 25 } else { 2525 };
                    hosts.push((name.clone(), lookup::addresses(&resolver, &name).await?, port));
                }
            }
            (NextHop::Organization { servers, .. }, _) => {
                for server in servers {
                    let name = self.fqdn_of(server);
                    hosts.push((name.clone(), lookup::addresses(&resolver, &name).await?, 25));
                }
            }
            (NextHop::Dns { domain, .. }, _) => {
                let found = lookup::mail_hosts(&resolver, domain).await?;
                hosts.extend(found.into_iter().map(|(name, addresses)| (name, addresses, port)));
            }
            (NextHop::SmartHosts { .. }, Some(connector)) => {
                for host in &connector.smart_hosts {
                    match host {
                        SmartHost::Address(address) => {
                            hosts.push((address.to_string(), vec![*address], port));
                        }
                        SmartHost::Name(name) => {
                            hosts.push((
                                name.clone(),
                                lookup::addresses(&resolver, name).await?,
                                port,
                            ));
                        }
                    }
                }
            }
            (NextHop::SmartHosts { .. }, None) => {}
        }
        let domain = hop.next_hop_domain();
        Ok(hosts
            .into_iter()
            .flat_map(|(name, addresses, port)| {
                addresses.into_iter().map(move |address| Target {
                    name: name.clone(),
                    endpoint: SocketAddr::new(address, port),
                    domain: domain.to_owned(),
                })
            })
            .collect())
    }

    fn fqdn_of(&self, server: &str) -> String {
        self.directory.read(|organization| {
            organization
                .server(server)
                .map_or_else(|| server.to_owned(), |server| server.fqdn.clone())
        })
    }

    /// The message as it goes over this connection.
    fn client_message(&self, channel: &Channel, item: &MailItem) -> ClientMessage {
        let mut content = item.content.clone();
        let mut mail = MailFrom::new(item.sender.clone());
        if let Some(connector) = &channel.connector {
            let (fqdn, domain) = (&self.computer.fqdn, self.default_domain());
            if connector.cloud_services_mail_enabled {
                organization_headers::send_across(&mut content, fqdn, &domain);
            } else {
                organization_headers::send_outside(&mut content, fqdn);
            }
        }
        if channel.connector.is_none() {
            let now = self.computer.clock.now();
            item.latency.hand_on(&mut content, "HUB", &self.computer.fqdn, now);
        }
        let content = content.to_bytes();
        if channel.connection.offers("SIZE") {
            mail = mail.with(Parameter::new("SIZE", content.len().to_string()));
        }
        if channel.connection.offers("XOORG") {
            mail = mail.with(Parameter::new("XOORG", self.default_domain()));
        }
        let rcpt = item.recipients.iter().map(|one| RcptTo::new(one.address.clone())).collect();
        ClientMessage { mail, rcpt, content }
    }

    fn default_domain(&self) -> String {
        self.directory.read(|organization| organization.default_domain().to_owned())
    }

    fn result(&self, reply: &Reply, target: &Target) -> RecipientResult {
        use smtp::Severity;
        let setback = || self.setback(&reply.to_string(), "", Some(target));
        match reply.severity() {
            Severity::Positive | Severity::Intermediate => RecipientResult::Delivered,
            Severity::Transient => RecipientResult::Deferred(setback()),
            Severity::Permanent => RecipientResult::Failed(setback()),
        }
    }

    fn dns_setback(&self, next_hop: &str, failure: &DnsFailure) -> Setback {
        let word = failure.status.to_string();
        let status = match failure.status {
            DnsStatus::InfoDomainNonexistent | DnsStatus::InfoNoRecords => format!(
                "451 4.4.0 DNS query failed. The error was: {} {next_hop} -> DnsDomainDoesNotExist: {word}",
                exchange::status::NONEXISTENT_DOMAIN
            ),
            _ => format!(
                "451 4.4.0 DNS query failed. The error was: DNS query failed with error {word}"
            ),
        };
        self.setback(&status, "", None)
    }

    fn connect_setback(&self, failure: &ConnectFailure, target: &Target) -> Setback {
        let status = attempt_words::status(failure, target, self.build.product());
        self.setback(&status, "", Some(target))
    }

    /// `[{LED=…};{MSG=…};{FQDN=…};{IP=…};{LRT=…}]`; LRT in UTC, as three samples show it,
    /// and in the server's culture.
    fn setback(&self, status: &str, message: &str, target: Option<&Target>) -> Setback {
        let now: Timestamp = self.computer.clock.now();
        let last_error = LastError {
            form: LastErrorForm::Braces,
            led: status.to_owned(),
            msg: message.to_owned(),
            fqdn: target.map(|target| target.name.clone()).unwrap_or_default(),
            ip: target.map(|target| target.endpoint.ip().to_string()).unwrap_or_default(),
            lrt: self.computer.culture.in_utc().date_time(now),
            ..LastError::default()
        };
        Setback {
            status: status.to_owned(),
            last_error: last_error.to_string(),
            remote: target.map(|target| target.name.clone()),
        }
    }
}

/// Notes how long a message waited for its connection, and what opening that took.
fn waited(item: &mut MailItem, channel: &mut Channel, now: Timestamp) {
    let stage = if channel.connector.is_some() { "QDE" } else { "QDM" };
    let connecting = channel.connecting.take();
    let waited = item.latency.waited(now) - connecting.unwrap_or_default();
    item.latency.stage(stage, waited.max(0.0));
    if let Some(seconds) = connecting {
        item.latency.stage("SMSC", seconds);
    }
}

fn tls_policy(connector: &SendConnector) -> TlsPolicy {
    if connector.ignore_starttls {
        return TlsPolicy::Never;
    }
    if !connector.require_tls {
        return TlsPolicy::Opportunistic;
    }
    TlsPolicy::Required(match (connector.tls_auth_level, &connector.tls_domain) {
        (Some(TlsAuthLevel::DomainValidation), Some(domain)) => Validation::Domain(domain.clone()),
        (Some(TlsAuthLevel::DomainValidation | TlsAuthLevel::CertificateValidation), _) => {
            Validation::Certificate
        }
        _ => Validation::EncryptionOnly,
    })
}
