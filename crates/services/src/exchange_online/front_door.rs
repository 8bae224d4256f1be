//! The front door: Exchange Online Protection takes mail from the world, decides whose it is, and
//! refuses what it must.
//!
//! Source: attribution and directory check as in `exchange::decisions::attribution`; the loop counter
//! as in a real report of a loop (refused at the fourth arrival attributed to one tenant).

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use ca::{TlsServer, TrustStore};
use exchange::culture::{Culture, log_time};
use exchange::decisions::attribution::{Arrival, Attribution, attribute};
use exchange::decisions::hop_count::TENANT_PASSES;
use exchange::guid::Guid;
use exchange::ids::network_message_id;
use exchange::ip_range::IpRange;
use exchange::nouns::accepted_domain::AcceptedDomainType;
use exchange::nouns::receive_connector::{PermissionGroup, ReceiveConnector, TransportRole};
use exchange::properties::Flags;
use exchange::quantity::{ByteSize, TimeSpan, Unlimited};
use exchange::status;
use smtp::{Capabilities, Envelope, MailFrom, RcptTo, Reply};

use crate::computer::{LogDirectory, SharedSessionIds};
use crate::dns_block_list;
use crate::exchange_online::stamped_headers::{self, PASSES};
use crate::exchange_online::trace::TraceEvent;
use crate::exchange_online::{
    BUILD, ExchangeOnline, FrontDoor, OLDER_SUITE, authentication, door_address, inside_address,
};
use crate::lookup;
use crate::message::content::Content;
use crate::message::item::{AuthAs, MailItem};
use crate::message::latency::Latency;
use crate::message::organization_headers::{self, CrossPremises};
use crate::message::received::Received;
use crate::smtp_in::capabilities::Stage;
use crate::smtp_in::session::Session;
use crate::smtp_in::wording::{EXCHANGE, Wording, reply};
use crate::smtp_in::{Arrived, SmtpService, capabilities};
use crate::transport::recipient;

const NETWORK_ID: &str = "X-MS-Exchange-Organization-Network-Message-Id";

/// Not published: what a door and the server behind it take for a message.
const PASS: std::time::Duration = std::time::Duration::from_millis(900);

#[async_trait]
impl SmtpService for ExchangeOnline {
    fn connector(&self, local: SocketAddr, _remote: SocketAddr) -> Option<ReceiveConnector> {
        let door = self.door(local.ip())?;
        let mut connector =
            ReceiveConnector::new(&door.name, "Exchange Online", TransportRole::FrontendTransport);
        connector.fqdn = Some(format!("{}.mail.protection.outlook.com", door.name));
        connector.remote_ip_ranges = vec![IpRange::all_v4(), IpRange::all_v6()];
        connector.permission_groups = Flags::of(&[PermissionGroup::AnonymousUsers]);
        connector.max_message_size = ByteSize(157_286_400);
        connector.max_protocol_errors = Unlimited::Limited(5);
        connector.tarpit_interval = TimeSpan::seconds(0);
        // Its limits are by reputation and are not published.
        connector.max_inbound_connection = Unlimited::Unlimited;
        connector.max_inbound_connection_per_source = Unlimited::Unlimited;
        Some(connector)
    }

    fn session_ids(&self) -> &SharedSessionIds {
        &self.session_ids
    }

    /// Microsoft keeps these logs to itself.
    fn protocol_log(&self, _connector: &ReceiveConnector) -> Option<Arc<LogDirectory>> {
        None
    }

    fn wording(&self) -> &'static Wording {
        &EXCHANGE
    }

    fn banner(&self, session: &Session) -> Reply {
        let name = session.connector.fqdn.clone().unwrap_or_default();
        let date = Culture::default().mail_date(self.computer.clock.now());
        let text = format!("{name} Microsoft ESMTP MAIL Service ready at {date} [{}]", session.id);
        Reply::plain(220, text)
    }

    fn offers(&self, session: &Session, stage: Stage) -> (String, Capabilities) {
        let name = session.connector.fqdn.clone().unwrap_or_default();
        let greeting = format!("{name} Hello [{}]", session.remote.ip());
        (greeting, capabilities::exchange_online(stage))
    }

    fn certificate(&self, _connector: &ReceiveConnector) -> Option<Arc<TlsServer>> {
        self.door_certificate()
    }

    fn internal_certificate(&self) -> Option<Arc<TlsServer>> {
        None
    }

    fn trust(&self) -> TrustStore {
        self.computer.certificates.trust()
    }

    fn authenticate(&self, _session: &Session, _token: &str) -> Option<String> {
        None
    }

    /// A client that an inbound connector recognises may hand over the headers of internal mail, if
    /// the connector says so.
    fn cloud_services(&self, session: &Session, client_names: &[String]) -> Option<String> {
        self.tenant.read(|tenant| {
            let arrival = Arrival {
                certificate_names: client_names,
                client: session.remote.ip(),
                tls: true,
                sender_domain: None,
                recipient_domain: &tenant.initial_domain,
            };
            match attribute(tenant, &arrival) {
                Attribution::Organization(connector) if connector.cloud_services_mail_enabled => {
                    Some(connector.name.clone())
                }
                _ => None,
            }
        })
    }

    async fn mail(&self, session: &Session, _mail: &MailFrom) -> Reply {
        match dns_block_list::listing(&self.computer.resolver, session.remote.ip()).await {
            Some(list) if session.tls.as_ref().is_none_or(|tls| tls.client_names.is_empty()) => {
                reply(&dns_block_list::refusal(&list, session.remote.ip()))
            }
            _ => EXCHANGE.sender_ok(),
        }
    }

    async fn recipient(&self, session: &Session, envelope: &Envelope, rcpt: &RcptTo) -> Reply {
        self.tenant.read(|tenant| {
            let sender = envelope.mail.reverse_path.address();
            match attribute(tenant, &arrival(session, sender, rcpt.address.domain())) {
                Attribution::Refused(text) => reply(text),
                Attribution::Organization(_) | Attribution::Partner(_) | Attribution::Internet => {
                    let domain = tenant.accepted_domain(rcpt.address.domain());
                    let blocks = domain.is_some_and(|domain| {
                        domain.domain_type == AcceptedDomainType::Authoritative
                    });
                    if blocks && tenant.recipient(&rcpt.address).is_none() {
                        reply(&format!("{}. AS(201806281)", status::RECIPIENT_REJECTED_AT_EDGE))
                    } else {
                        EXCHANGE.recipient_ok()
                    }
                }
            }
        })
    }

    async fn message(&self, session: &Session, envelope: &Envelope, content: Vec<u8>) -> Arrived {
        let mut content = Content::parse(&content);
        let size = content.to_bytes().len() as u64;
        let tenant_id = self.tenant.read(|tenant| tenant.id);
        let passes = passes(&content, tenant_id);
        if passes >= TENANT_PASSES {
            return reply(status::HOP_COUNT_EXCEEDED_ONLINE).into();
        }
        self.computer.work(PASS).await;
        let was_stamped = self.admit(session, &mut content);
        let server = self.some_server();
        let sender = authentication::Sender {
            client: session.remote.ip(),
            hello: &session.hello,
            mail_from: envelope.mail.reverse_path.address().map(smtp::Address::domain),
            header_from: &from_domain(&content),
        };
        let resolver = &self.computer.resolver;
        let (results, pointer) = tokio::join!(
            authentication::results(resolver, sender),
            lookup::pointer(resolver, session.remote.ip())
        );
        self.stamp(session, &mut content, server, &results);
        let first = First { passes, was_stamped, pointer, server };
        let item = self.item(session, envelope, (content, size), &first);
        let fqdn = self.server_fqdn(&self.server_name(server));
        let connector = self.tenant.read(|tenant| {
            let sender = envelope.mail.reverse_path.address();
            match attribute(tenant, &arrival(session, sender, &tenant.initial_domain)) {
                Attribution::Organization(connector) | Attribution::Partner(connector) => {
                    Some(connector.name.clone())
                }
                _ => None,
            }
        });
        for recipient in &item.recipients {
            let from = Some(session.remote.ip().to_string());
            self.trace.begin(&item, &recipient.address, from);
            let mut event = TraceEvent::received(&fqdn, session.tls.is_some())
                .with("ClientIP", session.remote.ip().to_string())
                .with("ClientName", session.hello.clone());
            if let Some(connector) = &connector {
                event = event.with("ConnectorId", connector.clone());
            }
            self.trace.add(item.network_message_id, &recipient.address, item.received, event);
        }
        let accepted = reply(&format!(
            "250 2.6.0 {} [InternalId={}, Hostname={fqdn}] {size} bytes in 0.{:03}, {:.3} KB/sec Queued mail for delivery",
            item.message_id,
            item.internal_id,
            PASS.as_millis(),
            kilobytes_per_second(size)
        ));
        self.submit(item);
        accepted.into()
    }

    fn trailer(&self, session: &Session) -> String {
        let door = self.door(session.local.ip());
        let name = door.map_or("", |door| &door.name);
        let now = log_time(self.computer.clock.now());
        format!(
            "[{name}.{}.prod.outlook.com {now} {}]",
            self.datacenter.region.to_ascii_lowercase(),
            session.id
        )
    }
}

/// What is known of a message before it is an item.
struct First {
    /// How often it was here before.
    passes: usize,
    /// Whether an earlier pass stamped it.
    was_stamped: bool,
    /// The client's name in DNS, or why there is none.
    pointer: String,
    /// The server behind the door.
    server: usize,
}

impl ExchangeOnline {
    /// Believes the headers of internal mail or strips them; whether an earlier pass had stamped the message.
    fn admit(&self, session: &Session, content: &mut Content) -> bool {
        let was_stamped = stamped_headers::distrust(content);
        let across = if session.is_cross_premises() {
            CrossPremises::Trusted
        } else {
            CrossPremises::Untrusted
        };
        let door = self.door_fqdn(session);
        organization_headers::receive(content, &door, across);
        organization_headers::stamp(content, AuthAs::Anonymous, &door, "04");
        was_stamped
    }

    /// The door's name among servers: `PN1PEPF000026E8.INDPRD01.PROD.OUTLOOK.COM`.
    fn door_fqdn(&self, session: &Session) -> String {
        self.server_fqdn(self.door(session.local.ip()).map_or("", |door| &door.name))
    }

    fn door(&self, address: IpAddr) -> Option<&FrontDoor> {
        self.datacenter.front_doors.iter().find(|door| door.address == address)
    }

    /// Three hops: the door, the proxy before the server, the server; the latter two under other names to each other than
    /// to the world, as in real headers.
    fn stamp(
        &self,
        session: &Session,
        content: &mut Content,
        server: usize,
        [spf, authentication]: &[String; 2],
    ) {
        let door = session.connector.fqdn.clone().unwrap_or_default();
        let name = self.server_name(server);
        let (backend, inside) = (self.server_fqdn(&name), inside_address(&name));
        let proxy = name.replace("MB", "CA");
        let among_clients = format!("{proxy}.outlook.office365.com");
        let (among_servers, proxy) = (self.server_fqdn(&proxy), inside_address(&proxy));
        let entrance = self.door_fqdn(session);
        let (at, culture) = (self.computer.clock.now(), Culture::default());
        let hop = |from, by, tls, via| Received { from, by, tls, build: BUILD, via, at, culture };
        let tls = session.tls.as_ref().map(|tls| (tls.version, tls.cipher_suite));
        let (newer, older) = (("TLS1_3", "TLS_AES_256_GCM_SHA384"), ("TLS1_2", OLDER_SUITE));
        let via = Some("Frontend Transport");
        let outer = door_address(session.local.ip());
        let behind = inside_address(&door);
        let hops = [
            hop((&session.hello, session.remote.ip()), (&door, outer), tls, via),
            hop((&entrance, behind), (&among_clients, proxy), Some(newer), via),
            hop((&among_servers, proxy), (&backend, inside), Some(older), None),
        ];
        for (number, hop) in hops.iter().enumerate() {
            content.prepend("Received", &hop.value());
            if number == 0 {
                content.prepend("Received-SPF", spf);
                content.prepend("Authentication-Results", authentication);
            }
        }
    }

    fn item(
        &self,
        session: &Session,
        envelope: &Envelope,
        (mut content, size): (Content, u64),
        first: &First,
    ) -> MailItem {
        let now = self.computer.clock.now();
        let carried: Option<Guid> = content.value(NETWORK_ID).and_then(|text| text.parse().ok());
        let network_id =
            carried.unwrap_or_else(|| network_message_id(self.computer.random_bits(), now));
        let message_id = content.value("Message-ID").unwrap_or_else(|| {
            let door = session.connector.fqdn.clone().unwrap_or_default();
            let id = format!("<{}@{door}>", Guid::from_random(self.computer.random_bits()));
            content.append("Message-ID", &id);
            id
        });
        if content.value("Return-Path").is_none() {
            let path = envelope.mail.reverse_path.address();
            content.append("Return-Path", &path.map_or("<>".to_owned(), ToString::to_string));
        }
        let (door, server) = (self.door_fqdn(session), self.server_name(first.server));
        let (initial, is_for_tenant) = self.tenant.read(|tenant| {
            let mut domains = envelope.recipients.iter().map(|one| one.address.domain());
            let all = domains.all(|domain| tenant.accepted_domain(domain).is_some());
            (tenant.initial_domain.clone(), all)
        });
        let arrived = stamped_headers::Arrived {
            at: now,
            id: network_id,
            tenant: (self.tenant_id(), &initial),
            passes: first.passes,
            client: session.remote.ip(),
            hello: &session.hello,
            pointer: &first.pointer,
            is_cross_premises: session.is_cross_premises(),
            is_for_tenant,
            was_stamped: first.was_stamped,
            door: (door.split('.').next().unwrap_or_default(), &door),
            server: &server,
        };
        stamped_headers::arrive(&mut content, &arrived);
        MailItem {
            internal_id: self.issue_internal_id(),
            network_message_id: network_id,
            message_id,
            sender: envelope.mail.reverse_path.clone(),
            recipients: envelope.recipients.iter().map(recipient).collect(),
            auth_as: AuthAs::of(&content).unwrap_or(AuthAs::Anonymous),
            content,
            size,
            received: now,
            source_name: "SMTP".to_owned(),
            received_from: session.hello.clone(),
            original_client: Some(session.remote.ip()),
            original_server: Some(session.local.ip()),
            latency: Latency::starting(now),
            shadow: None,
        }
    }
}

fn arrival<'a>(
    session: &'a Session,
    sender: Option<&'a smtp::Address>,
    recipient_domain: &'a str,
) -> Arrival<'a> {
    Arrival {
        certificate_names: session.tls.as_ref().map_or(&[], |tls| &tls.client_names),
        client: session.remote.ip(),
        tls: session.tls.is_some(),
        sender_domain: sender.map(smtp::Address::domain),
        recipient_domain,
    }
}

/// The domain of `From:`; empty when there is none.
fn from_domain(content: &Content) -> String {
    let from = content.value("From").unwrap_or_default();
    let address = from.rsplit_once('<').map_or(from.as_str(), |(_, rest)| rest);
    let domain = address.trim_end_matches('>').rsplit_once('@').map_or("", |(_, domain)| domain);
    domain.trim().to_owned()
}

/// How often the message has been through this tenant: the counter it carries, plus one.
fn passes(content: &Content, tenant: Guid) -> usize {
    let prefix = format!("{tenant}:");
    content
        .values(PASSES)
        .filter_map(|value| value.strip_prefix(&prefix)?.parse::<usize>().ok())
        .max()
        .map_or(0, |count| count + 1)
}

#[expect(clippy::cast_precision_loss, reason = "a rate with three decimals")]
fn kilobytes_per_second(size: u64) -> f64 {
    size as f64 / 1024.0 / PASS.as_secs_f64()
}
