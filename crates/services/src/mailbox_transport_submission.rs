//! The Mailbox Transport Submission service (`MSExchangeSubmission`): reads what people send from their
//! mailboxes and hands it to a Transport service (port 2525).
//!
//! When no Transport service takes it, the item stays where it is (Outlook on the web shows it in
//! Drafts) and is tried again. A large item passes through a file in the system's temporary folder; from
//! 2016 on, one for which the drive has no space is dropped: no report, no further attempt (Microsoft
//! support, "Failed to process message due to a transient exception").
//!
//! Not modelled: submission assistants, delegates, the retry ladder of the mailbox assistants (one
//! minute between attempts is ours).

use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;

use exchange::directory::{Organization, Server, ServerRole};
use exchange::guid::Guid;
use exchange::ids::{InternalMessageId, SessionId, network_message_id};
use exchange::nouns::log_keeping::ServiceLogs;
use exchange::nouns::receive_connector::ProtocolLoggingLevel;
use exchange::product::Product;
use logs::information_row::Information;
use logs::message_tracking::MESSAGE_TRACKING_SUBMISSION;
use logs::protocol_log::SMTP_SEND;
use smtp::{ClientMessage, MailFrom, Parameter, RcptTo, ReversePath};

use crate::computer::{Computer, Program, SharedSessionIds, Tasks};
use crate::connectivity::{ConnectivityLog, MAPI_SUBMISSION};
use crate::directory::Directory;
use crate::exchange_peer;
use crate::lookup;
use crate::mailbox_store::{MailboxStore, Sending};
use crate::message::compose::name_in_directory;
use crate::message::item::{AuthAs, MailItem, MailRecipient};
use crate::message::latency::{Latency, ORIGINAL_ARRIVAL, arrival_text};
use crate::message::{organization_headers, received};
use crate::smtp_out::{ConnectFailure, Target, connect_telling};
use crate::tracking::{Party, Submitted, TrackingLog};

/// Name of the implicit connector in logs; not found in public, inferred from the service's name.
const CONNECTOR: &str = "SMTP Mailbox Transport Submission";
const DESTINATION: &str = "mailboxtransportsubmissioninternalproxy";
const RETRY: Duration = Duration::from_mins(1);
/// Larger items go through a file. In the product their largest attachment decides; mail of the lab is one part.
const IN_MEMORY_MAX: u64 = 128 << 10;
const DISK_FULL: &str = "Stage:CreateMailItem, SmtpResponse:431-4.3.1 STOREDRV; disk is full 431 4.3.1 STOREDRV.Submit.Exception:StorageTransientException.IOException; Failed to process message due to a transient exception with message The message content has become corrupted. IOException: There is not enough space on the disk.";
/// About the time between an item's creation and the notice of it: real rows say `SA=0.128` and `SA=0.013`.
const NOTICE: Duration = Duration::from_millis(90);
/// Not published: what reading an item from the mailbox takes.
const READ_ITEM: Duration = Duration::from_millis(40);

/// The Mailbox Transport Submission service of one server.
pub struct MailboxTransportSubmission {
    own: Weak<MailboxTransportSubmission>,
    computer: Arc<Computer>,
    directory: Directory<Organization>,
    server: String,
    store: Arc<MailboxStore>,
    session_ids: SharedSessionIds,
    /// The connection to the mailbox database, made when the process starts; it has an id like a session.
    database_connection: SessionId,
    tracking: TrackingLog,
    connectivity: ConnectivityLog,
}

impl MailboxTransportSubmission {
    /// The service on that computer, for the mailboxes of that store.
    pub fn new(
        computer: Arc<Computer>,
        directory: Directory<Organization>,
        server: &Server,
        store: Arc<MailboxStore>,
    ) -> Arc<Self> {
        let forest = directory.read(|organization| organization.forest.clone());
        let folder = "TransportRoles/Logs/Mailbox/Connectivity/Submission";
        let tracking =
            TrackingLog::new(computer.clone(), &MESSAGE_TRACKING_SUBMISSION, server.build, &forest);
        let session_ids = SharedSessionIds::of_process(&computer, "MSExchangeSubmission");
        Arc::new_cyclic(|own| Self {
            own: own.clone(),
            server: server.name.clone(),
            database_connection: session_ids.issue(),
            session_ids,
            connectivity: ConnectivityLog::new(&computer, server.build, folder),
            tracking,
            store,
            computer,
            directory,
        })
    }

    async fn submit_all(self: Arc<Self>) {
        loop {
            let sending = self.store.next_sending().await;
            self.computer.work(NOTICE).await;
            if !Box::pin(self.submit(&sending)).await {
                self.store.put_back(sending);
                self.computer.clock.sleep(RETRY).await;
            }
        }
    }

    /// Hands one item to a Transport service of the site; this server's comes first.
    async fn submit(&self, sending: &Sending) -> bool {
        let (mut item, submitted) = self.read(sending);
        let connection = (submitted.database, self.computer.fqdn.as_str());
        let connectivity = self.connectivity.begin_mapi(
            self.logs(),
            self.session_ids.issue(),
            MAPI_SUBMISSION,
            connection,
        );
        let noticed = self.computer.clock.now();
        item.latency.stage("SA", item.latency.here(noticed));
        let mut notified = item.clone();
        notified.latency.stage("MTSS-PEN", 0.0);
        self.tracking.notified(&notified, &submitted);
        self.computer.work(READ_ITEM).await;
        if self.has_no_space_for(&item) {
            self.tracking.submission_deferred(&item, &submitted, DISK_FULL);
            connectivity.item_failed(&format!("HResult: 1140850693; DiagnosticInfo: {DISK_FULL}"));
            connectivity.end(0, 0, "");
            return true;
        }
        self.tracking.received_from_mailbox(&item, &submitted);
        let servers = self.directory.read(|organization| {
            let mut servers: Vec<Server> = organization
                .servers
                .iter()
                .filter(|server| server.role == ServerRole::Mailbox)
                .cloned()
                .collect();
            servers.sort_by_key(|server| (!server.is_named(&self.server), server.name.clone()));
            servers
        });
        for server in servers {
            if let Ok(party) = Box::pin(self.hand_over(&server, &item)).await {
                let seconds = item.latency.waited(self.computer.clock.now());
                item.latency.stage("MTSS", seconds);
                self.tracking.submitted(&item, &submitted, &party);
                connectivity.end(1, item.size, "");
                return true;
            }
        }
        connectivity.end(0, 0, "Retry");
        false
    }

    /// The item as it lies in the mailbox, and what the tracking log says of it.
    fn read(&self, sending: &Sending) -> (MailItem, Submitted) {
        let computer = &self.computer;
        let now = computer.clock.now();
        let own = self.own_record();
        let id = Guid::from_random(computer.random_bits()).0;
        let message_id = format!("<{id:032x}@{}>", computer.fqdn);
        let (culture, at) = (computer.culture, sending.created);
        let mut content = self.directory.read(|organization| {
            sending.draft.compose(&message_id, culture, at, |address| {
                name_in_directory(organization.recipient(address), address)
            })
        });
        let hop = received::mapi(
            &computer.fqdn,
            computer.address(),
            &own.build.padded(),
            computer.culture,
            now,
        );
        content.prepend("Received", &hop);
        let network_id = network_message_id(computer.random_bits(), now);
        content.append("X-MS-Exchange-Organization-Network-Message-Id", &network_id.to_string());
        organization_headers::stamp(&mut content, AuthAs::Internal, &computer.fqdn, "04");
        let database = own.databases.first().map(|database| database.guid).unwrap_or_default();
        let mailbox = self.directory.read(|organization| {
            organization.recipient(&sending.draft.from).map(|one| one.guid).unwrap_or_default()
        });
        let context = format!(
            "MDB:{database}, Mailbox:{mailbox}, Event:{}, MessageClass:IPM.Note, CreationTime:{}, ClientType:MOMT, SubmissionAssistant:MailboxTransportSubmissionEmailAssistant",
            sending.event,
            exchange::culture::log_time(sending.created)
        );
        content.append(ORIGINAL_ARRIVAL, &arrival_text(sending.created));
        let submitted = Submitted {
            context,
            database,
            connection: self.database_connection,
            entry_id: entry_id(mailbox, sending.event),
        };
        let item = MailItem {
            internal_id: InternalMessageId(sending.event % 100_000),
            network_message_id: network_id,
            message_id,
            sender: ReversePath::Address(sending.draft.from.clone()),
            recipients: sending.draft.to.iter().cloned().map(MailRecipient::new).collect(),
            size: content.to_bytes().len() as u64,
            content,
            received: now,
            auth_as: AuthAs::Internal,
            source_name: "StoreDriver".to_owned(),
            received_from: computer.fqdn.clone(),
            original_client: Some(computer.address()),
            original_server: Some(computer.address()),
            latency: Latency::starting(sending.created),
            shadow: None,
        };
        (item, submitted)
    }

    fn own_record(&self) -> Server {
        self.directory.of_server(&self.server, |_, server| server.clone())
    }

    fn has_no_space_for(&self, item: &MailItem) -> bool {
        let passes_through_a_file = self.own_record().build.product() >= Product::Exchange2016;
        passes_through_a_file && item.size > IN_MEMORY_MAX && item.size > self.computer.disk.free()
    }

    fn logs(&self) -> ServiceLogs {
        self.directory.of_server(&self.server, |_, own| own.transport.mailbox_logs)
    }

    /// Hands the item to one server; the status of the connection when it is not taken.
    async fn hand_over(&self, server: &Server, item: &MailItem) -> Result<Party, String> {
        let session = self.session_ids.issue();
        let queue = ("Undefined", Guid::ZERO, 0);
        let connectivity = self.connectivity.begin(self.logs(), session, DESTINATION, queue);
        let outcome = Box::pin(self.deliver(server, item, session, &connectivity)).await;
        match &outcome {
            Ok(_) => connectivity.end(1, item.size, ""),
            Err(status) => connectivity.end(0, 0, status),
        }
        outcome
    }

    async fn deliver(
        &self,
        server: &Server,
        item: &MailItem,
        session: SessionId,
        connectivity: &crate::connectivity::ConnectivitySession,
    ) -> Result<Party, String> {
        const UNREACHABLE: &str = "Retry : Unable to connect";
        let own = self.own_record();
        let level = own.transport.mailbox_delivery_connector_protocol_logging_level;
        let folder = "TransportRoles/Logs/Mailbox/ProtocolLog/SmtpSend/Submission";
        let log = (level == ProtocolLoggingLevel::Verbose)
            .then(|| self.computer.log(SMTP_SEND.of_build(own.build), folder))
            .map(|log| log.kept(own.transport.mailbox_logs.send));
        let caller = exchange_peer::caller(&self.computer, &own, &self.session_ids, CONNECTOR, log);
        let addresses = lookup::addresses(&self.computer.resolver, &server.fqdn).await;
        let addresses = addresses.unwrap_or_default();
        let address = *addresses.first().ok_or(UNREACHABLE)?;
        connectivity.host(&server.fqdn, &addresses);
        let target = Target {
            name: server.fqdn.clone(),
            endpoint: SocketAddr::new(address, 2525),
            domain: DESTINATION.to_owned(),
        };
        let established = || connectivity.established(address);
        let connecting = connect_telling(&caller, &target, session, &established);
        let mut connection = connecting.await.map_err(|failure| {
            if let ConnectFailure::Socket(error) = failure {
                connectivity.failed(&target, error, 1);
            }
            UNREACHABLE.to_owned()
        })?;
        let fqdn = &self.computer.fqdn;
        let proof = exchange_peer::authenticate(&mut connection, &self.directory, fqdn).await;
        proof.map_err(|_| "Retry")?;
        let mail =
            MailFrom::new(item.sender.clone()).with(Parameter::new("SIZE", item.size.to_string()));
        let rcpt = item.recipients.iter().map(|one| RcptTo::new(one.address.clone())).collect();
        let now = self.computer.clock.now();
        let (mut content, mut latency) = (item.content.clone(), item.latency.clone());
        latency.stage("MTSS-PEN", latency.waited(now));
        latency.hand_on(&mut content, "SUB", fqdn, now);
        let message = ClientMessage { mail, rcpt, content: content.to_bytes() };
        let note = Information::SendingMessage {
            record_id: item.internal_id.0,
            internet_message_id: item.message_id.clone(),
        };
        let outcome = connection.send(message, &[note]).await.ok_or("Retry")?;
        connection.quit().await;
        // The log has the text of a refusal without its codes: a real row has `(Retry : Service not active)`.
        let said = outcome.content.as_ref().unwrap_or(&outcome.mail);
        match &outcome.content {
            Some(reply) if reply.is_positive() => {
                Ok(Party { address: Some(address), name: server.fqdn.clone() })
            }
            _ => Err(format!("Retry : {}", said.lines.join(" "))),
        }
    }
}

/// `00-00-00-00-…`: where the item lies, as 70 bytes in the layout of a MAPI entry id: flags, store, type, folder and message,
/// each with its counter. Not modelled: folders; the Outbox has the number 13.
fn entry_id(mailbox: Guid, event: u64) -> String {
    let store = mailbox.0.to_be_bytes();
    let object = |counter: u64| {
        let mut bytes = store.to_vec();
        bytes.extend(counter.to_be_bytes().into_iter().skip(2));
        bytes.extend([0, 0]);
        bytes
    };
    let mut bytes = vec![0; 4];
    bytes.extend(store);
    bytes.extend([7, 0]);
    bytes.extend(object(13));
    bytes.extend(object(event));
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    digits.join("-")
}

impl Program for MailboxTransportSubmission {
    fn start(&self, tasks: &Tasks) -> Result<(), String> {
        if let Some(service) = self.own.upgrade() {
            tasks.spawn(service.submit_all());
        }
        Ok(())
    }
}
