//! The Front End Transport service (`MSExchangeFrontEndTransport`): a stateless SMTP proxy.
//!
//! It holds no mail: for each message it opens a session to a Transport service (port 2525), or uses
//! one again, and gives the client what that answers. When no Transport service can be reached the
//! client gets a 4xx, and the mail stays with the sender.
//!
//! It believes or strips the headers of internal mail, since only it sees the client's certificate;
//! in real hybrid mail the marker `X-CrossPremisesHeadersPromoted` names the Front End server.
//!
//! Not modelled: client proxying on port 587, outbound proxying on port 717.
//! Source: Microsoft Learn, "Mail flow and the transport pipeline"; order of the proxy's log rows from
//! a real log of Exchange 2013. `XPROXYFROM` and what follows `X-EXPS` were not found in public logs.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use async_trait::async_trait;
use ca::{TlsServer, TrustStore};
use exchange::decisions::receive_connector_choice;
use exchange::directory::{Build, Organization, Server, ServerRole};
use exchange::guid::Guid;
use exchange::ids::SessionId;
use exchange::ids::network_message_id;
use exchange::nouns::receive_connector::{ProtocolLoggingLevel, ReceiveConnector, TransportRole};
use exchange::nouns::recipient::RecipientType;
use exchange::status;
use jiff::Timestamp;
use logs::information_row::Information;
use logs::protocol_log::{SMTP_RECEIVE, SMTP_SEND};
use smtp::{Capabilities, ClientMessage, Command, Envelope, MailFrom, Parameter, RcptTo, Reply};

use crate::agent_log::AgentLog;
use crate::computer::{Computer, EventLog, LogDirectory, Program, SharedSessionIds, Tasks};
use crate::connectivity::{ConnectivityLog, ConnectivitySession};
use crate::directory::Directory;
use crate::exchange_identity;
use crate::exchange_peer;
use crate::lookup;
use crate::message::content::Content;
use crate::message::item::AuthAs;
use crate::message::latency::Latency;
use crate::message::organization_headers::{self, CrossPremises};
use crate::message::received::Received;
use crate::smtp_in::capabilities::Stage;
use crate::smtp_in::session::{ProxiedClient, Session};
use crate::smtp_in::wording::{EXCHANGE, Wording, reply};
use crate::smtp_in::{self, Arrived, SmtpService};
use crate::smtp_out::{ConnectFailure, Connection, Target, connect_telling};

const INBOUND_PROXY: &str = "Inbound Proxy Internal Send Connector";
const CONNECTIVITY: &str = "TransportRoles/Logs/FrontEnd/Connectivity";
/// The next hop in the connectivity log and in a failed connection's row (real sample, Exchange 2019).
const DESTINATION: &str = "internalproxy";

/// An idle session to a Transport service is closed after this time; not published.
const IDLE_MAX: Duration = Duration::from_secs(30);

/// A server is chosen by at most this many recipients.
const RECIPIENTS_EXAMINED: usize = 20;

/// The Front End Transport service of one server.
pub struct FrontEndTransport {
    own: Weak<FrontEndTransport>,
    computer: Arc<Computer>,
    directory: Directory<Organization>,
    server: String,
    build: Build,
    session_ids: SharedSessionIds,
    connectivity: ConnectivityLog,
    agents: AgentLog,
    /// Sessions to Transport services that may be used again.
    idle: Mutex<Vec<IdleProxy>>,
    /// When which of them is closed, should it still be idle then; the earliest first.
    expiries: Mutex<VecDeque<(Timestamp, u128)>>,
}

struct IdleProxy {
    server: String,
    number: u128,
    proxy: Proxy,
}

/// A session to a Transport service, with what it has carried.
struct Proxy {
    connection: Connection,
    connectivity: ConnectivitySession,
    messages: u64,
    bytes: u64,
}

impl Proxy {
    async fn quit(self) {
        self.connection.quit().await;
        self.connectivity.end(self.messages, self.bytes, "");
    }
}

impl FrontEndTransport {
    /// The service on that computer, for that server of the directory.
    pub fn new(
        computer: Arc<Computer>,
        directory: Directory<Organization>,
        server: &Server,
    ) -> Arc<Self> {
        Arc::new_cyclic(|own| Self {
            own: own.clone(),
            server: server.name.clone(),
            build: server.build,
            session_ids: SharedSessionIds::of_process(&computer, "MSExchangeFrontEndTransport"),
            connectivity: ConnectivityLog::new(&computer, server.build, CONNECTIVITY),
            agents: AgentLog::new(
                &computer,
                &directory,
                (&server.name, server.build),
                "TransportRoles/Logs/FrontEnd",
                |server| {
                    let settings = &server.transport;
                    (settings.front_end_agent_log_enabled, settings.front_end_logs.agent)
                },
            ),
            idle: Mutex::new(Vec::new()),
            expiries: Mutex::default(),
            computer,
            directory,
        })
    }

    fn with_server<R>(&self, look: impl FnOnce(&Server) -> R) -> R {
        self.directory.of_server(&self.server, |_, server| look(server))
    }

    fn server(&self) -> Server {
        self.with_server(Server::clone)
    }

    /// The Mailbox server whose Transport service takes a message: the one that holds the mailbox of
    /// the only mailbox recipient, else this one.
    fn choose_server(&self, envelope: &Envelope) -> String {
        self.directory.read(|organization| {
            let mut holders = envelope
                .recipients
                .iter()
                .take(RECIPIENTS_EXAMINED)
                .filter_map(|rcpt| organization.recipient(&rcpt.address))
                .filter(|recipient| recipient.recipient_type == RecipientType::UserMailbox)
                .filter_map(|recipient| organization.database(recipient.database.as_deref()?))
                .map(|(server, _)| server);
            let chosen = holders.next().filter(|server| server.role == ServerRole::Mailbox);
            chosen.map_or_else(|| self.server.clone(), |server| server.name.clone())
        })
    }

    async fn proxy(&self, session: &Session, envelope: &Envelope, content: Vec<u8>) -> Reply {
        let server = self.choose_server(envelope);
        if let Some(mut proxy) = self.take_idle(&server) {
            // A session that died while it was idle, or whose time was up before it took the message, is
            // replaced once.
            let reply = self.hand_over(&mut proxy, session, envelope, &content).await;
            if let Some(reply) = reply.filter(|reply| !hangs_up(reply)) {
                self.keep(&server, proxy);
                return reply;
            }
        }
        let mut proxy = match self.open(&server, session).await {
            Ok(proxy) => proxy,
            Err(suffix) => return reply(&status::proxy_failure(suffix)),
        };
        match self.hand_over(&mut proxy, session, envelope, &content).await {
            Some(reply) => {
                if !hangs_up(&reply) {
                    self.keep(&server, proxy);
                }
                reply
            }
            None => reply(&status::proxy_failure("PRX6")),
        }
    }

    async fn open(&self, server: &str, session: &Session) -> Result<Proxy, &'static str> {
        let id = self.session_ids.issue();
        let settings = self.with_server(|server| server.transport.front_end_logs);
        let queue = ("Undefined", Guid::ZERO, 0);
        let connectivity = self.connectivity.begin(settings, id, DESTINATION, queue);
        match Box::pin(self.reach(server, session, id, &connectivity)).await {
            Ok(connection) => Ok(Proxy { connection, connectivity, messages: 0, bytes: 0 }),
            Err(suffix) => {
                connectivity.end(0, 0, "Retry : Unable to connect");
                Err(suffix)
            }
        }
    }

    async fn reach(
        &self,
        server: &str,
        session: &Session,
        first: SessionId,
        connectivity: &ConnectivitySession,
    ) -> Result<Connection, &'static str> {
        let own = self.server();
        let fqdn = self
            .directory
            .read(|organization| organization.server(server).map(|server| server.fqdn.clone()))
            .ok_or("PRX2")?;
        let settings = &own.transport;
        let resolver =
            if settings.internal_dns_adapter_enabled || settings.internal_dns_servers.is_empty() {
                self.computer.resolver.clone()
            } else {
                self.computer.resolver_asking(&settings.internal_dns_servers)
            };
        let addresses = lookup::addresses(&resolver, &fqdn).await.map_err(|failure| {
            connectivity.dns_failed(&format!(
                "451 4.4.0 DNS query failed. The error was: DNS query failed with error {}",
                failure.status
            ));
            "PRX2"
        })?;
        connectivity.host(&fqdn, &addresses);
        let level = settings.frontend_intra_org_connector_protocol_logging_level;
        let folder = "TransportRoles/Logs/FrontEnd/ProtocolLog/SmtpSend";
        let log = (level == ProtocolLoggingLevel::Verbose)
            .then(|| self.computer.log(SMTP_SEND.of_build(self.build), folder))
            .map(|log| log.kept(settings.front_end_logs.send));
        let mut caller =
            exchange_peer::caller(&self.computer, &own, &self.session_ids, INBOUND_PROXY, log);
        caller.after_banner =
            vec![Information::ProxyingInboundSession { session_id: session.id.to_string() }];
        for (index, address) in addresses.into_iter().enumerate() {
            let target = Target {
                name: fqdn.clone(),
                endpoint: SocketAddr::new(address, 2525),
                domain: DESTINATION.to_owned(),
            };
            let id = if index == 0 { first } else { self.session_ids.issue() };
            let established = || connectivity.established(address);
            match connect_telling(&caller, &target, id, &established).await {
                Ok(mut connection) => {
                    let fqdn = &self.computer.fqdn;
                    let proof = exchange_peer::authenticate(&mut connection, &self.directory, fqdn);
                    return proof.await.map(|()| connection).map_err(|_| "PRX4");
                }
                Err(ConnectFailure::Socket(error)) => connectivity.failed(&target, error, 1),
                Err(_) => {}
            }
        }
        Err("PRX3")
    }

    /// Hands one message to the Transport service; `None` when the session broke.
    async fn hand_over(
        &self,
        proxy: &mut Proxy,
        session: &Session,
        envelope: &Envelope,
        content: &[u8],
    ) -> Option<Reply> {
        let connection = &mut proxy.connection;
        let client = ProxiedClient {
            session_id: session.id.to_string(),
            address: session.remote.ip(),
            port: session.remote.port(),
            hello: session.hello.clone(),
        };
        let command = Command::Extension {
            verb: "XPROXYFROM".to_owned(),
            arguments: client.to_arguments(session.messages),
        };
        let logged = command.to_string();
        let accepted = connection.ask(command, &logged).await.ok()?;
        if hangs_up(&accepted) {
            return None;
        }
        if !accepted.is_positive() {
            return Some(accepted);
        }
        let mail = MailFrom::new(envelope.mail.reverse_path.clone())
            .with(Parameter::new("SIZE", "0"))
            .with(Parameter::new("AUTH", "<>"))
            .with(Parameter::new("XMESSAGEVALUE", "MediumHigh"));
        let mail = asked_for(&envelope.mail).fold(mail, MailFrom::with);
        let message =
            ClientMessage { mail, rcpt: envelope.recipients.clone(), content: content.to_vec() };
        let outcome = connection.send(message, &[]).await?;
        if !connection.is_usable() {
            return None;
        }
        if outcome.content.as_ref().is_some_and(Reply::is_positive) {
            proxy.messages += 1;
            proxy.bytes += content.len() as u64;
        }
        if !outcome.mail.is_positive() {
            return Some(outcome.mail);
        }
        outcome.content.or_else(|| outcome.recipients.into_iter().next())
    }

    fn take_idle(&self, server: &str) -> Option<Proxy> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let at = idle.iter().position(|one| one.server == server)?;
        Some(idle.remove(at).proxy)
    }

    /// Keeps a session for the next message, for a while.
    fn keep(&self, server: &str, proxy: Proxy) {
        let number = self.computer.random_bits();
        let entry = IdleProxy { server: server.to_owned(), number, proxy };
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
        let until = self.computer.clock.now() + IDLE_MAX;
        let mut expiries = self.expiries.lock().unwrap_or_else(PoisonError::into_inner);
        expiries.push_back((until, number));
        // Whoever finds the list empty sees to it until it is empty again.
        if let (1, Some(service)) = (expiries.len(), self.own.upgrade()) {
            tokio::spawn(service.close_idle());
        }
    }

    async fn close_idle(self: Arc<Self>) {
        let expiries = || self.expiries.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = expiries().front().copied();
        while let Some((until, number)) = next {
            self.computer.clock.sleep_until(until).await;
            let expired = {
                let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
                let at = idle.iter().position(|one| one.number == number);
                at.map(|at| idle.remove(at).proxy)
            };
            if let Some(proxy) = expired {
                tokio::spawn(proxy.quit());
            }
            let mut expiries = expiries();
            expiries.pop_front();
            next = expiries.front().copied();
        }
    }
}

/// Whether the Transport service closes the session, as when that has lasted as long as one may.
fn hangs_up(reply: &Reply) -> bool {
    reply.code == 421
}

/// What the client asked for that must hold on the next hop as well. The Front End's own `SIZE` and
/// `AUTH` stand before it in real logs; where these stand was not found in public.
fn asked_for(mail: &MailFrom) -> impl Iterator<Item = Parameter> + '_ {
    ["BODY", "RET", "ENVID", "SMTPUTF8"]
        .into_iter()
        .filter_map(|name| mail.parameter(name).cloned())
}

impl Program for FrontEndTransport {
    fn start(&self, tasks: &Tasks) -> Result<(), String> {
        let Some(service) = self.own.upgrade() else { return Ok(()) };
        let role = TransportRole::FrontendTransport;
        let ports = self.with_server(|server| smtp_in::ports(&server.receive_connectors, role));
        smtp_in::serve_ports(&service, &self.computer, ports, tasks)?;
        Ok(())
    }

    fn stop(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[async_trait]
impl SmtpService for FrontEndTransport {
    fn connector(&self, local: SocketAddr, remote: SocketAddr) -> Option<ReceiveConnector> {
        let role = TransportRole::FrontendTransport;
        self.with_server(|server| {
            let connectors = &server.receive_connectors;
            receive_connector_choice::choose(connectors, role, local, remote).cloned()
        })
    }

    fn session_ids(&self) -> &SharedSessionIds {
        &self.session_ids
    }

    fn protocol_log(&self, connector: &ReceiveConnector) -> Option<Arc<LogDirectory>> {
        let folder = "TransportRoles/Logs/FrontEnd/ProtocolLog/SmtpReceive";
        (connector.protocol_logging_level == ProtocolLoggingLevel::Verbose)
            .then(|| self.computer.log(SMTP_RECEIVE.of_build(self.build), folder))
            .map(|log| log.kept(self.with_server(|server| server.transport.front_end_logs.receive)))
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
        Some((&self.computer.events, "MSExchangeFrontEndTransport"))
    }

    async fn mail(&self, session: &Session, _mail: &MailFrom) -> Reply {
        if session.permissions().submit {
            EXCHANGE.sender_ok()
        } else {
            exchange_identity::not_authenticated(self.build)
        }
    }

    async fn recipient(&self, session: &Session, _envelope: &Envelope, rcpt: &RcptTo) -> Reply {
        let accepted = self
            .directory
            .read(|organization| organization.accepted_domain(rcpt.address.domain()).is_some());
        // The other half of the organization relays through this one when mail is centralized.
        if accepted || session.permissions().any_recipient || session.is_cross_premises() {
            EXCHANGE.recipient_ok()
        } else {
            reply(status::as_said_by(self.build.product(), status::UNABLE_TO_RELAY))
        }
    }

    async fn message(&self, session: &Session, envelope: &Envelope, content: Vec<u8>) -> Arrived {
        let begun = self.computer.clock.now();
        let mut content = Content::parse(&content);
        if !session.permissions().organization_headers {
            let across = if session.is_cross_premises() {
                CrossPremises::Trusted
            } else {
                CrossPremises::Untrusted
            };
            if organization_headers::receive(&mut content, &self.computer.fqdn, across) {
                organization_headers::network_id(&mut content, || {
                    network_message_id(self.computer.random_bits(), begun)
                });
                self.agents.headers_filtered(session, envelope, &content, begun);
            }
        }
        let by = exchange_identity::connector_name(&self.computer, &session.connector);
        let received = Received {
            from: (&session.hello, session.remote.ip()),
            by: (&by, session.local.ip()),
            tls: session.tls.as_ref().map(|tls| (tls.version, tls.cipher_suite)),
            build: self.build,
            via: Some("Frontend Transport"),
            at: self.computer.clock.now(),
            culture: self.computer.culture,
        };
        content.prepend("Received", &received.value());
        organization_headers::stamp(&mut content, AuthAs::Anonymous, &self.computer.fqdn, "");
        let mut latency = Latency::arriving(&mut content, begun);
        let now = self.computer.clock.now();
        latency.stage("SMR", latency.here(now));
        latency.hand_on(&mut content, "FE", &self.computer.fqdn, now);
        let information = Information::ProxyDestinations {
            correlation_id: Guid::from_random(self.computer.random_bits()),
        };
        let reply = Box::pin(self.proxy(session, envelope, content.to_bytes())).await;
        Arrived { reply, information: vec![information] }
    }
}
