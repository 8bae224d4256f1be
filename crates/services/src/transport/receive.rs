//! What the Transport service decides about mail that comes in by SMTP.

use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use ca::{TlsServer, TrustStore};
use exchange::decisions::{hop_count, receive_connector_choice};
use exchange::directory::ServerRole;
use exchange::guid::Guid;
use exchange::ids::network_message_id;
use exchange::nouns::receive_connector::{ReceiveConnector, TransportRole};
use exchange::status;
use jiff::Timestamp;
use logs::information_row::Information;
use smtp::{Capabilities, Envelope, MailFrom, RcptTo, Reply};

use crate::computer::{EventLog, LogDirectory, SharedSessionIds};
use crate::exchange_identity;
use crate::message::content::Content;
use crate::message::item::{AuthAs, MailItem, MailRecipient};
use crate::message::latency::Latency;
use crate::message::organization_headers::{self, CrossPremises};
use crate::message::received::{Received, by_host};
use crate::queued_reply;
use crate::smtp_in::capabilities::Stage;
use crate::smtp_in::permissions::Identity;
use crate::smtp_in::session::Session;
use crate::smtp_in::wording::{EXCHANGE, Wording, reply};
use crate::smtp_in::{Arrived, SmtpService};
use crate::tracking::{Arrival, Party, Replication};
use crate::transport::{Transport, shadow};

/// About the time a server takes to commit a message before it answers: real rows say `bytes in 0.101` and
/// `0.102`.
const COMMIT: std::time::Duration = std::time::Duration::from_millis(95);

#[async_trait]
impl SmtpService for Transport {
    fn connector(&self, local: SocketAddr, remote: SocketAddr) -> Option<ReceiveConnector> {
        let role = TransportRole::HubTransport;
        self.with_server(|server| {
            let connectors = &server.receive_connectors;
            receive_connector_choice::choose(connectors, role, local, remote).cloned()
        })
    }

    fn session_ids(&self) -> &SharedSessionIds {
        &self.session_ids
    }

    fn protocol_log(&self, connector: &ReceiveConnector) -> Option<Arc<LogDirectory>> {
        self.receive_log(connector)
    }

    fn wording(&self) -> &'static Wording {
        &EXCHANGE
    }

    fn banner(&self, session: &Session) -> Reply {
        exchange_identity::banner(&self.computer, &session.connector)
    }

    fn offers(&self, session: &Session, stage: Stage) -> (String, Capabilities) {
        exchange_identity::offers(&self.computer, self.build, session, stage)
    }

    fn certificate(&self, connector: &ReceiveConnector) -> Option<Arc<TlsServer>> {
        exchange_identity::connector_certificate(&self.computer, connector)
    }

    fn internal_certificate(&self) -> Option<Arc<TlsServer>> {
        self.with_server(|server| exchange_identity::internal_server_tls(&self.computer, server))
    }

    fn trust(&self) -> TrustStore {
        self.computer.certificates.trust()
    }

    fn authenticate(&self, _session: &Session, token: &str) -> Option<String> {
        let thumbprint =
            self.with_server(|server| server.internal_transport_certificate.clone())?;
        exchange_identity::authenticate(&self.directory, &thumbprint, token)
    }

    fn events(&self) -> Option<(&EventLog, &'static str)> {
        Some((&self.computer.events, "MSExchangeTransport"))
    }

    fn discards(&self, server: &str) -> Reply {
        self.discard_reply(server)
    }

    async fn mail(&self, session: &Session, _mail: &MailFrom) -> Reply {
        if let Some(refusal) = self.refused_under_pressure(session) {
            refusal
        } else if session.permissions().submit {
            EXCHANGE.sender_ok()
        } else {
            exchange_identity::not_authenticated(self.build)
        }
    }

    async fn recipient(&self, session: &Session, _envelope: &Envelope, rcpt: &RcptTo) -> Reply {
        let accepted = self
            .directory
            .read(|organization| organization.accepted_domain(rcpt.address.domain()).is_some());
        if accepted || session.permissions().any_recipient {
            EXCHANGE.recipient_ok()
        } else {
            reply(status::as_said_by(self.build.product(), status::UNABLE_TO_RELAY))
        }
    }

    async fn message(&self, session: &Session, envelope: &Envelope, content: Vec<u8>) -> Arrived {
        let begun = self.computer.clock.now();
        let mut content = Content::parse(&content);
        let (size, connector) = (content.to_bytes().len() as u64, &session.connector);
        if let Some(id) = shadow_id(session, envelope) {
            let item = self.item(session, envelope, content, size, begun);
            let accepted = self.accepted(&item, begun, "for redundancy");
            self.keep_shadow(session, item, id);
            return accepted.into();
        }
        let hops: Vec<String> = content.values("Received").collect();
        let names = (self.computer.fqdn.as_str(), self.computer.name.as_str());
        let hosts = hops.iter().filter_map(|hop| by_host(hop));
        if hop_count::exceeds(hosts, names, connector.max_hop_count, connector.max_local_hop_count)
        {
            return reply(status::HOP_COUNT_EXCEEDED).into();
        }
        let filtered = self.guard_headers(session, &mut content);
        self.stamp(session, &mut content);
        self.computer.work(COMMIT).await;
        let mut item = self.item(session, envelope, content, size, begun);
        if filtered {
            self.agents.headers_filtered(session, envelope, &item.content, begun);
        }
        let replication = Box::pin(self.replicate(&mut item)).await;
        self.received(&mut item, begun);
        let mut information = vec![Information::ReceivingInternetMessage {
            internet_message_id: item.message_id.clone(),
        }];
        if self.role == ServerRole::Edge {
            information.clear();
        }
        let accepted = self.accepted(&item, begun, "for delivery");
        self.track_arrival(session, &item, replication);
        self.submit(item);
        Arrived { reply: accepted, information }
    }
}

/// The id of the shadow copy that a server of the organization hands over.
fn shadow_id(session: &Session, envelope: &Envelope) -> Option<Guid> {
    let is_server = matches!(session.identity, Identity::ExchangeServer(_));
    let id = envelope.mail.parameter(shadow::SHADOW)?.value.as_deref()?.parse().ok()?;
    is_server.then_some(id)
}

impl Transport {
    /// `250 2.6.0 <id> [InternalId=…, Hostname=…] 3454 bytes in 0.777, 4.338 KB/sec Queued mail for delivery`
    fn accepted(&self, item: &MailItem, begun: Timestamp, what_for: &str) -> Reply {
        let taken = self.computer.clock.now().duration_since(begun);
        reply(&queued_reply::text(item, what_for, taken, &self.computer, self.build))
    }

    /// Notes what receiving took: to commit the message here, and to make it redundant.
    fn received(&self, item: &mut MailItem, begun: Timestamp) {
        let total = self.seconds_since(begun);
        let local = COMMIT.as_secs_f64().min(total);
        let within = format!("SMRC={total:.3}(SMRCL={local:.3}|X-SMRCR={total:.3})");
        item.latency.stage_with("SMR", total, &within);
        item.received = self.computer.clock.now();
    }

    /// Organization headers are believed from servers of the organization, and from the other half of
    /// it across premises; see [`organization_headers`]. True when headers of the other half were filtered.
    fn guard_headers(&self, session: &Session, content: &mut Content) -> bool {
        let trusted_server = session.permissions().organization_headers;
        let across = if session.is_cross_premises() {
            CrossPremises::Trusted
        } else {
            CrossPremises::Untrusted
        };
        let filtered =
            !trusted_server && organization_headers::receive(content, &self.computer.fqdn, across);
        let auth_as = if trusted_server && session.proxied.is_none() {
            AuthAs::Internal
        } else {
            AuthAs::Anonymous
        };
        organization_headers::stamp(content, auth_as, &self.computer.fqdn, "04");
        filtered
    }

    fn stamp(&self, session: &Session, content: &mut Content) {
        let by = match (&session.identity, self.role) {
            (Identity::Anonymous, ServerRole::Edge) => {
                exchange_identity::connector_name(&self.computer, &session.connector)
            }
            _ => self.computer.fqdn.clone(),
        };
        let received = Received {
            from: (&session.hello, session.remote.ip()),
            by: (&by, session.local.ip()),
            tls: session.tls.as_ref().map(|tls| (tls.version, tls.cipher_suite)),
            build: self.build,
            via: None,
            at: self.computer.clock.now(),
            culture: self.computer.culture,
        };
        content.prepend("Received", &received.value());
    }

    fn item(
        &self,
        session: &Session,
        envelope: &Envelope,
        mut content: Content,
        size: u64,
        begun: Timestamp,
    ) -> MailItem {
        let now = self.computer.clock.now();
        let message_id = content.value("Message-ID").unwrap_or_else(|| {
            let id = format!(
                "<{:032x}@{}>",
                Guid::from_random(self.computer.random_bits()).0,
                self.computer.fqdn
            );
            content.append("Message-ID", &id);
            id
        });
        let network_id = organization_headers::network_id(&mut content, || {
            network_message_id(self.computer.random_bits(), now)
        });
        if content.value("Return-Path").is_none() {
            let path = envelope.mail.reverse_path.address();
            content.append("Return-Path", &path.map_or("<>".to_owned(), ToString::to_string));
        }
        let auth_as = AuthAs::of(&content).unwrap_or(AuthAs::Anonymous);
        let latency = Latency::arriving(&mut content, begun);
        let proxied = session.proxied.as_ref();
        MailItem {
            internal_id: self.issue_internal_id(),
            network_message_id: network_id,
            message_id,
            sender: envelope.mail.reverse_path.clone(),
            recipients: envelope.recipients.iter().map(recipient).collect(),
            content,
            size,
            received: now,
            auth_as,
            source_name: format!("SMTP:{}", session.connector.name),
            received_from: proxied.map_or(&session.hello, |client| &client.hello).clone(),
            original_client: Some(proxied.map_or(session.remote.ip(), |client| client.address)),
            original_server: Some(
                if proxied.is_some() { session.remote } else { session.local }.ip(),
            ),
            latency,
            shadow: None,
        }
    }

    fn track_arrival(&self, session: &Session, item: &MailItem, replication: Replication) {
        let client = Party { address: Some(session.remote.ip()), name: session.hello.clone() };
        let proxied = session
            .proxied
            .as_ref()
            .map(|client| Party { address: Some(client.address), name: client.hello.clone() });
        let connector = session.connector.identity();
        let arrival = Arrival {
            session: session.message_triple(session.messages.saturating_sub(1)),
            connector: &connector,
            client,
            proxied,
            replication,
        };
        self.tracking.received_by_smtp(item, &arrival);
    }
}

/// A recipient of the envelope with what it asked for.
pub(crate) fn recipient(rcpt: &RcptTo) -> MailRecipient {
    let mut recipient = MailRecipient::new(rcpt.address.clone());
    if let Some(notify) = rcpt.notify() {
        recipient.notify_failure = notify.failure;
        recipient.notify_delay = notify.delay;
    }
    recipient
}
