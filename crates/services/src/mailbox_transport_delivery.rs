//! The Mailbox Transport Delivery service (`MSExchangeDelivery`): takes mail from Transport services on
//! port 475 and puts it into mailboxes.
//!
//! Not modelled: delivery agents, quotas; duplicates are known by their `Message-ID` for ever.
//! The name of its implicit connector in protocol logs was not found in public; its answer to the
//! content is that of real tracking rows.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use async_trait::async_trait;
use ca::{TlsServer, TrustStore};
use exchange::directory::{Build, Organization, Server};
use exchange::guid::Guid;
use exchange::ids::InternalMessageIds;
use exchange::nouns::receive_connector::{ProtocolLoggingLevel, ReceiveConnector};
use exchange::nouns::recipient::RecipientType;
use exchange::status;
use jiff::Timestamp;
use logs::information_row::Information;
use logs::message_tracking::MESSAGE_TRACKING_DELIVERY;
use logs::protocol_log::SMTP_RECEIVE;
use smtp::{Address, Capabilities, Envelope, MailFrom, RcptTo, Reply};

use crate::computer::{Computer, LogDirectory, Program, SharedSessionIds, Tasks};
use crate::connectivity::{ConnectivityLog, MAPI_DELIVERY};
use crate::directory::Directory;
use crate::exchange_identity;
use crate::installation::mailbox_delivery_connector;
use crate::mailbox_store::MailboxStore;
use crate::message::content::Content;
use crate::message::item::{AuthAs, MailItem, MailRecipient};
use crate::message::latency::{self, Latency};
use crate::message::received::Received;
use crate::smtp_in::capabilities::Stage;
use crate::smtp_in::session::Session;
use crate::smtp_in::wording::{EXCHANGE, Wording, reply};
use crate::smtp_in::{self, Arrived, SmtpService};
use crate::tracking::{Delivered, Party, TrackingLog};
use crate::transport::recipient;

/// Where its connectivity log is.
const CONNECTIVITY: &str = "TransportRoles/Logs/Mailbox/Connectivity/Delivery";
/// The port Transport services deliver to.
pub const PORT: u16 = 475;

/// The Mailbox Transport Delivery service of one server.
pub struct MailboxTransportDelivery {
    own: Weak<MailboxTransportDelivery>,
    computer: Arc<Computer>,
    directory: Directory<Organization>,
    server: String,
    build: Build,
    store: Arc<MailboxStore>,
    session_ids: SharedSessionIds,
    internal_ids: Mutex<InternalMessageIds>,
    tracking: TrackingLog,
    connectivity: ConnectivityLog,
}

impl MailboxTransportDelivery {
    /// The service on that computer, for the mailboxes of that store.
    pub fn new(
        computer: Arc<Computer>,
        directory: Directory<Organization>,
        server: &Server,
        store: Arc<MailboxStore>,
    ) -> Arc<Self> {
        let forest = directory.read(|organization| organization.forest.clone());
        let tracking =
            TrackingLog::new(computer.clone(), &MESSAGE_TRACKING_DELIVERY, server.build, &forest);
        Arc::new_cyclic(|own| Self {
            own: own.clone(),
            server: server.name.clone(),
            build: server.build,
            session_ids: SharedSessionIds::of_process(&computer, "MSExchangeDelivery"),
            internal_ids: Mutex::new(InternalMessageIds::of_generation(1)),
            tracking,
            connectivity: ConnectivityLog::new(&computer, server.build, CONNECTIVITY),
            store,
            computer,
            directory,
        })
    }

    fn with_server<R>(&self, look: impl FnOnce(&Server) -> R) -> R {
        self.directory.of_server(&self.server, |_, server| look(server))
    }
}

impl Program for MailboxTransportDelivery {
    fn start(&self, tasks: &Tasks) -> Result<(), String> {
        let Some(service) = self.own.upgrade() else { return Ok(()) };
        smtp_in::serve_ports(&service, &self.computer, [PORT], tasks)
    }
}

#[async_trait]
impl SmtpService for MailboxTransportDelivery {
    fn connector(&self, _local: SocketAddr, _remote: SocketAddr) -> Option<ReceiveConnector> {
        let mut connector = mailbox_delivery_connector(&self.server, &self.computer.fqdn);
        connector.protocol_logging_level = self.with_server(|server| {
            server.transport.mailbox_delivery_connector_protocol_logging_level
        });
        Some(connector)
    }

    fn session_ids(&self) -> &SharedSessionIds {
        &self.session_ids
    }

    fn protocol_log(&self, connector: &ReceiveConnector) -> Option<Arc<LogDirectory>> {
        let folder = "TransportRoles/Logs/Mailbox/ProtocolLog/SmtpReceive/Delivery";
        (connector.protocol_logging_level == ProtocolLoggingLevel::Verbose)
            .then(|| self.computer.log(SMTP_RECEIVE.of_build(self.build), folder))
            .map(|log| log.kept(self.with_server(|server| server.transport.mailbox_logs.receive)))
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

    async fn mail(&self, session: &Session, _mail: &MailFrom) -> Reply {
        if session.permissions().submit {
            EXCHANGE.sender_ok()
        } else {
            reply("530 5.7.1 Client was not authenticated")
        }
    }

    async fn recipient(&self, _session: &Session, _envelope: &Envelope, rcpt: &RcptTo) -> Reply {
        let is_here = self.directory.read(|organization| {
            organization.recipient(&rcpt.address).is_some_and(|recipient| {
                recipient.recipient_type == RecipientType::UserMailbox
                    && recipient
                        .database
                        .as_deref()
                        .and_then(|name| organization.database(name))
                        .is_some_and(|(server, _)| server.is_named(&self.server))
            })
        });
        if is_here { EXCHANGE.recipient_ok() } else { reply(status::NO_TARGET_ADDRESS) }
    }

    async fn message(&self, session: &Session, envelope: &Envelope, content: Vec<u8>) -> Arrived {
        let mut content = Content::parse(&content);
        let size = content.to_bytes().len() as u64;
        let now = self.computer.clock.now();
        let received = Received {
            from: (&session.hello, session.remote.ip()),
            by: (&self.computer.fqdn, session.local.ip()),
            tls: session.tls.as_ref().map(|tls| (tls.version, tls.cipher_suite)),
            build: self.build,
            via: Some("Mailbox Transport"),
            at: now,
            culture: self.computer.culture,
        };
        content.prepend("Received", &received.value());
        let network_id: Guid = content
            .value("X-MS-Exchange-Organization-Network-Message-Id")
            .and_then(|text| text.parse().ok())
            .unwrap_or_default();
        let latency = Latency::arriving(&mut content, now);
        let mut item = MailItem {
            internal_id: self.internal_ids.lock().unwrap_or_else(PoisonError::into_inner).issue(),
            network_message_id: network_id,
            message_id: content.value("Message-ID").unwrap_or_default(),
            sender: envelope.mail.reverse_path.clone(),
            recipients: envelope.recipients.iter().map(recipient).collect(),
            auth_as: AuthAs::of(&content).unwrap_or(AuthAs::Anonymous),
            content,
            size,
            received: now,
            source_name: session.connector.name.clone(),
            received_from: session.hello.clone(),
            original_client: None,
            original_server: None,
            latency,
            shadow: None,
        };
        let connection = self.session_ids.issue();
        let (database, mailboxes, duplicates) = self.put_into_mailboxes(&item);
        self.connectivity
            .begin_mapi(
                self.with_server(|server| server.transport.mailbox_logs),
                connection,
                MAPI_DELIVERY,
                (database, &self.computer.fqdn),
            )
            .end(1, size, "");
        let now = self.computer.clock.now();
        item.latency.stage("SDD", item.latency.here(now));
        let delivered = Delivered {
            session: session
                .message_triple(session.messages.saturating_sub(1))
                .rsplit_once(';')
                .map_or_else(String::new, |(session, _)| session.to_owned()),
            client: Party { address: Some(session.remote.ip()), name: session.hello.clone() },
            database,
            mailboxes,
        };
        let (again, taken): (Vec<_>, Vec<_>) = item
            .recipients
            .iter()
            .cloned()
            .partition(|recipient: &MailRecipient| duplicates.contains(&recipient.address));
        self.tracking.delivered(&item, &taken, &delivered);
        self.tracking.delivered_before(&item, &again, &delivered);
        let accepted =
            reply(&format!("250 2.0.0 OK {} [Hostname={}]", item.message_id, self.computer.fqdn));
        let information = vec![Information::ReceivingInternetMessage {
            internet_message_id: item.message_id.clone(),
        }];
        Arrived { reply: accepted, information }
    }
}

impl MailboxTransportDelivery {
    /// Puts a message into the mailboxes of its recipients; their database, the mailboxes, and who has it already.
    fn put_into_mailboxes(&self, item: &MailItem) -> (Guid, Vec<Guid>, Vec<Address>) {
        let now = self.computer.clock.now();
        let content = as_delivered(item, now, self.build);
        let (mut database, mut mailboxes, mut duplicates) = (Guid::ZERO, Vec::new(), Vec::new());
        for recipient in &item.recipients {
            let mailbox = self.directory.read(|organization| {
                let found = organization.recipient(&recipient.address)?;
                let home = organization.database(found.database.as_deref()?)?.1.guid;
                Some((found.primary_smtp_address.clone(), found.guid, home))
            });
            if let Some((address, mailbox, home)) = mailbox {
                database = home;
                mailboxes.push(mailbox);
                if self.store.takes(&address, &item.message_id) {
                    self.store.deliver(&address, content.clone(), now);
                } else {
                    duplicates.push(recipient.address.clone());
                }
            }
        }
        (database, mailboxes, duplicates)
    }
}

/// The message as people can see it: without what servers told each other of time, with how long it took.
fn as_delivered(item: &MailItem, now: Timestamp, build: Build) -> Vec<u8> {
    let mut content = item.content.clone();
    latency::take_off(&mut content);
    let taken = item.latency.end_to_end(now);
    content.append("X-MS-Exchange-Transport-EndToEndLatency", &latency::duration_text(taken));
    content.append("X-MS-Exchange-Processed-By-BccFoldering", &build.padded());
    content.to_bytes()
}
