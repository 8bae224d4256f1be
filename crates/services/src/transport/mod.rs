//! The Transport service (`MSExchangeTransport`): receives, categorizes, queues, routes, and tells
//! senders what went wrong. On a Mailbox server it stands behind the Front End; on an Edge server it
//! is all there is.
//!
//! A message's way through it: [`receive`] → [`categorizer`], [`rules`] → [`next_hop`] → `crate::queue` →
//! [`delivery`]; what fails goes through [`reports`] and comes back as a message of its own.
//!
//! Not modelled: other transport agents than those of [`rules`] and of the logs, journaling, Safety Net.

mod attempt_words;
mod back_pressure;
mod categorizer;
mod delivery;
mod next_hop;
mod plan;
mod receive;
mod reports;
mod rules;
mod shadow;
mod view;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use dns::Resolver;
use exchange::directory::{Build, Organization, Server, ServerRole};
use exchange::ids::{InternalMessageId, InternalMessageIds};
use exchange::nouns::receive_connector::{ProtocolLoggingLevel, ReceiveConnector, TransportRole};
use exchange::product::Product;
use jiff::Timestamp;
use logs::message_tracking::MESSAGE_TRACKING;
use logs::protocol_log::{SMTP_RECEIVE, SMTP_SEND};
use tokio::sync::Notify;

use crate::agent_log::AgentLog;
use crate::computer::{Computer, LogDirectory, Program, SharedSessionIds, Tasks};
use crate::connectivity::ConnectivityLog;
use crate::directory::Directory;
use crate::message::item::MailItem;
use crate::message::shadow_copy::Discards;
use crate::queue::{Entry, Queues};
use crate::smtp_in;
use crate::tracking::TrackingLog;

use shadow::Shadow;

pub use next_hop::NextHop;
pub(crate) use receive::recipient;
pub use view::QueueRefusal;

/// The Transport service of one server.
pub struct Transport {
    /// Itself, for tasks it starts.
    own: Weak<Transport>,
    computer: Arc<Computer>,
    directory: Directory<Organization>,
    /// The server's name in the directory.
    server: String,
    role: ServerRole,
    build: Build,
    session_ids: SharedSessionIds,
    internal_ids: Mutex<InternalMessageIds>,
    tracking: TrackingLog,
    connectivity: ConnectivityLog,
    agents: AgentLog,
    queues: Arc<Queues<Transport>>,
    submission: Mutex<VecDeque<MailItem>>,
    submitted: Notify,
    unreachable: Mutex<Vec<Entry>>,
    unreachable_changed: Notify,
    /// Copies that it keeps for other servers.
    shadows: Mutex<Vec<Shadow>>,
    shadows_changed: Notify,
    /// Copies of its own messages that other servers may discard.
    discards: Discards,
    /// How much of its drive is in use.
    pressure: back_pressure::Meter,
}

impl Transport {
    /// The service on that computer, for that server of the directory.
    pub fn new(
        computer: Arc<Computer>,
        directory: Directory<Organization>,
        server: &Server,
    ) -> Arc<Self> {
        let logs = log_root(server.role, server.build);
        let forest = directory.read(|organization| organization.forest.clone());
        Arc::new_cyclic(|own| Self {
            own: own.clone(),
            server: server.name.clone(),
            role: server.role,
            build: server.build,
            session_ids: SharedSessionIds::of_process(&computer, "MSExchangeTransport"),
            internal_ids: Mutex::new(InternalMessageIds::of_generation(generation(&computer))),
            tracking: TrackingLog::new(computer.clone(), &MESSAGE_TRACKING, server.build, &forest),
            connectivity: ConnectivityLog::new(
                &computer,
                server.build,
                &format!("{logs}/Connectivity"),
            ),
            agents: AgentLog::new(
                &computer,
                &directory,
                (&server.name, server.build),
                logs,
                |server| (server.transport.agent_log_enabled, server.transport.logs.agent),
            ),
            queues: Arc::new(Queues::new(computer.clock.clone())),
            submission: Mutex::new(VecDeque::new()),
            submitted: Notify::new(),
            unreachable: Mutex::new(Vec::new()),
            unreachable_changed: Notify::new(),
            shadows: Mutex::new(Vec::new()),
            shadows_changed: Notify::new(),
            discards: Discards::default(),
            pressure: back_pressure::Meter::default(),
            computer,
            directory,
        })
    }

    fn arc(&self) -> Arc<Self> {
        self.own.upgrade().expect("a service that runs is held by its computer")
    }

    fn with_server<R>(&self, look: impl FnOnce(&Server) -> R) -> R {
        self.directory.of_server(&self.server, |_, server| look(server))
    }

    /// Its record in the directory.
    fn server(&self) -> Server {
        self.with_server(Server::clone)
    }

    fn seconds_since(&self, begun: Timestamp) -> f64 {
        self.computer.clock.now().duration_since(begun).as_secs_f64()
    }

    fn issue_internal_id(&self) -> InternalMessageId {
        self.internal_ids.lock().unwrap_or_else(PoisonError::into_inner).issue()
    }

    fn unreachable_queue(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.unreachable.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a message before the categorizer.
    fn submit(&self, item: MailItem) {
        self.submission.lock().unwrap_or_else(PoisonError::into_inner).push_back(item);
        self.submitted.notify_one();
    }

    fn next_submitted(&self) -> Option<MailItem> {
        self.submission.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// The resolver for names: the servers the administrator listed, or the adapter's.
    fn resolver(&self, external: bool) -> Resolver {
        let settings = self.server().transport;
        let (adapter, servers) = if external {
            (settings.external_dns_adapter_enabled, settings.external_dns_servers)
        } else {
            (settings.internal_dns_adapter_enabled, settings.internal_dns_servers)
        };
        if adapter || servers.is_empty() {
            self.computer.resolver.clone()
        } else {
            self.computer.resolver_asking(&servers)
        }
    }

    fn send_log(&self, level: ProtocolLoggingLevel) -> Option<Arc<LogDirectory>> {
        let folder = || format!("{}/ProtocolLog/SmtpSend", log_root(self.role, self.build));
        (level == ProtocolLoggingLevel::Verbose)
            .then(|| self.computer.log(SMTP_SEND.of_build(self.build), &folder()))
            .map(|log| log.kept(self.with_server(|server| server.transport.logs.send)))
    }

    fn receive_log(&self, connector: &ReceiveConnector) -> Option<Arc<LogDirectory>> {
        let folder = || format!("{}/ProtocolLog/SmtpReceive", log_root(self.role, self.build));
        (connector.protocol_logging_level == ProtocolLoggingLevel::Verbose)
            .then(|| self.computer.log(SMTP_RECEIVE.of_build(self.build), &folder()))
            .map(|log| log.kept(self.with_server(|server| server.transport.logs.receive)))
    }

    /// Watches the directory: a change of routing sends unreachable messages back to the
    /// categorizer (Microsoft Learn, "Queues": automatically resubmitted when routing changes).
    async fn watch_directory(self: Arc<Self>) {
        let mut changes = self.directory.changes();
        let mut routing = self.routing_fingerprint();
        while changes.changed().await.is_ok() {
            let current = self.routing_fingerprint();
            if current != routing {
                routing = current;
                self.resubmit_unreachable();
            }
        }
    }

    fn routing_fingerprint(&self) -> String {
        self.directory.read(|organization| {
            format!("{:?}{:?}", organization.send_connectors, organization.accepted_domains)
        })
    }
}

impl Program for Transport {
    fn start(&self, tasks: &Tasks) -> Result<(), String> {
        let service = self.arc();
        let role = TransportRole::HubTransport;
        let ports = self.with_server(|server| smtp_in::ports(&server.receive_connectors, role));
        smtp_in::serve_ports(&service, &self.computer, ports, tasks)?;
        tasks.spawn(service.clone().categorize_all());
        tasks.spawn(service.clone().watch_directory());
        tasks.spawn(service.clone().expire_unreachable());
        tasks.spawn(service.clone().discard_shadows());
        tasks.spawn(service.clone().meter_resources());
        self.queues.start(&service);
        Ok(())
    }

    fn stop(&self) {
        self.queues.stop();
    }
}

/// `TransportRoles/Logs/Hub` or `…/Edge`; Exchange 2010 had no folder for each service.
fn log_root(role: ServerRole, build: Build) -> &'static str {
    match role {
        _ if build.product() == Product::Exchange2010 => "TransportRoles/Logs",
        ServerRole::Mailbox => "TransportRoles/Logs/Hub",
        ServerRole::Edge => "TransportRoles/Logs/Edge",
    }
}

/// A generation of the queue database in the range real servers show.
fn generation(computer: &Computer) -> u32 {
    u32::try_from(computer.random_bits() % 50_000).unwrap_or_default() + 5_000
}
