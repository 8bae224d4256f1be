//! EdgeSync: copies what an Edge server needs from Active Directory into its AD LDS instance.
//!
//! On a Mailbox server `MSExchangeEdgeSync` connects to port 50636 of the subscribed Edge servers; there
//! `ADAM_MSExchange` takes the objects and replaces its copy. Configuration goes every three minutes and
//! whenever an administrator asks.
//!
//! AD LDS refuses what does not fit its schema: a Send connector whose `TlsCertificateName` has more than
//! 256 characters stays there as it was (Microsoft support, KB 4052493). The log tells of that from the
//! level `Low` on; at `None` it tells that the service has started (real log, Exchange 2019).
//!
//! Not modelled: LDAP (the objects go as one CLIXML document), incremental changes, leases, the
//! separate five-minute schedule of recipients, credentials that expire (the membership key stands
//! for them); what the log tells at `Medium` and `High`. Source: Microsoft Learn, "Edge Subscriptions in
//! Exchange Server".

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use exchange::directory::{Organization, Server, ServerRole};
use exchange::guid::Guid;
use exchange::nouns::accepted_domain::AcceptedDomain;
use exchange::nouns::edge_sync_service_config::EdgeSyncLoggingLevel;
use exchange::nouns::send_connector::SendConnector;
use exchange::properties::{Enumeration, Noun};
use exchange::value::{Object, Value};
use fabric::TcpStream;
use jiff::Timestamp;
use logs::edgesync_log::{EDGESYNC, EdgeSyncRow};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::computer::{Computer, Event, Level, Program, Tasks};
use crate::directory::Directory;
use crate::exchange_identity;
use crate::lookup;
use crate::tls_channel;

/// Secure LDAP port of AD LDS.
pub const PORT: u16 = 50_636;

const CONFIGURATION_EVERY: Duration = Duration::from_mins(3);
const PATIENCE: Duration = Duration::from_secs(30);
const DOCUMENT_MAX: u32 = 64 << 20;
/// The longest `TlsCertificateName` that the schema of AD LDS takes.
const TLS_CERTIFICATE_NAME_MAX: usize = 256;
const LOG: &str = "TransportRoles/Logs/EdgeSync";

/// EdgeSync on a Mailbox server.
pub struct EdgeSync {
    own: Weak<EdgeSync>,
    computer: Arc<Computer>,
    directory: Directory<Organization>,
    server: String,
    results: Mutex<Vec<SyncResult>>,
    /// The session of its log, which lasts as long as the service runs, and the number of the next row.
    session: Mutex<(u128, u32)>,
}

/// What became of the last synchronization with an Edge server.
#[derive(Clone, Debug)]
pub struct SyncResult {
    /// Edge server.
    pub edge: String,
    /// When.
    pub at: Timestamp,
    /// Why it failed; `None` for success.
    pub failure: Option<String>,
}

impl EdgeSync {
    /// The service on that computer.
    pub fn new(
        computer: Arc<Computer>,
        directory: Directory<Organization>,
        server: &Server,
    ) -> Arc<Self> {
        Arc::new_cyclic(|own| Self {
            own: own.clone(),
            computer,
            directory,
            server: server.name.clone(),
            results: Mutex::new(Vec::new()),
            session: Mutex::default(),
        })
    }

    /// Synchronizes with every Edge server of the site, now.
    pub async fn synchronize(&self) -> Vec<SyncResult> {
        let edges = self.directory.read(|organization| {
            let site = organization.server(&self.server).map(|server| server.site.clone());
            let is_ours = |server: &&Server| {
                server.role == ServerRole::Edge && Some(&server.site) == site.as_ref()
            };
            organization.servers.iter().filter(is_ours).cloned().collect::<Vec<_>>()
        });
        let mut results = Vec::new();
        for edge in edges {
            let failure = self.push(&edge).await.map(|refused| self.refused(&edge, &refused));
            let failure = failure.unwrap_or_else(Some);
            results.push(SyncResult { edge: edge.name, at: self.computer.clock.now(), failure });
        }
        self.results.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&results);
        results
    }

    /// What became of the last synchronization.
    pub fn last_results(&self) -> Vec<SyncResult> {
        self.results.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Why the synchronization is incomplete when the Edge server refused connectors of these names.
    fn refused(&self, edge: &Server, connectors: &[String]) -> Option<String> {
        const WHY: &str = "A value in the request is invalid.";
        for connector in connectors {
            let entry = self.directory.read(|all| distinguished_name(all, connector));
            let data = format!(
                "{WHY} [ExDirectoryException]; Inner Exception: {WHY} [DirectoryOperationException]"
            );
            let context = format!("Failed to synchronize entry {entry}");
            let row = ("SyncEngine", EdgeSyncLoggingLevel::Low, data, context);
            self.log((&edge.fqdn, PORT), row);
        }
        (!connectors.is_empty()).then(|| WHY.to_owned())
    }

    /// Writes a row of its log: component, level, data, context.
    fn log(&self, peer: (&str, u16), row: (&str, EdgeSyncLoggingLevel, String, String)) {
        let config = self.directory.read(|all| all.edge_sync_service_config.clone());
        let (event, level, data, context) = row;
        let Some(config) = config.filter(|it| it.log_enabled && it.log_level >= level) else {
            return;
        };
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.computer.clock.now();
        let row = EdgeSyncRow {
            date_time: Some(now),
            session_id: format!("{:032x}", session.0).into(),
            sequence_number: session.1,
            local_server_fqdn: "".into(),
            remote_server_fqdn: peer.0.into(),
            remote_port: peer.1,
            event: event.into(),
            level: level.name().into(),
            data: data.into(),
            context: context.into(),
            sync_mode: "".into(),
            sync_type: "".into(),
            dc: "".into(),
        };
        session.1 += 1;
        self.computer.log(EDGESYNC, LOG).kept(config.log).append(now, &row);
    }

    /// Hands an Edge server what it is to have; the names of the connectors it refused.
    async fn push(&self, edge: &Server) -> Result<Vec<String>, String> {
        const UNAVAILABLE: &str = "The LDAP server is unavailable.";
        let addresses = lookup::addresses(&self.computer.resolver, &edge.fqdn)
            .await
            .map_err(|_| UNAVAILABLE)?;
        let address = *addresses.first().ok_or(UNAVAILABLE)?;
        let document =
            self.directory.read(|organization| logs::clixml::write(&replica(organization, edge)));
        let own = self.directory.read(|organization| organization.server(&self.server).cloned());
        let own = own.ok_or("The server isn't in the directory.")?;
        let exchange = async {
            let stream = self.computer.host.connect(SocketAddr::new(address, PORT)).await?;
            let identity = exchange_identity::internal_client_tls(&self.computer, &own);
            let (mut channel, _) = tls_channel::connect(&identity, stream, &edge.fqdn)
                .await
                .map_err(io::Error::other)?;
            let length = u32::try_from(document.len()).map_err(io::Error::other)?;
            channel.write_all(&length.to_be_bytes()).await?;
            channel.write_all(&document).await?;
            channel.flush().await?;
            let length = channel.read_u32().await?.min(DOCUMENT_MAX);
            let mut refused = vec![0; usize::try_from(length).unwrap_or_default()];
            channel.read_exact(&mut refused).await?;
            Ok::<_, io::Error>(
                String::from_utf8_lossy(&refused).lines().map(str::to_owned).collect(),
            )
        };
        match self.computer.clock.timeout(PATIENCE, exchange).await {
            Ok(Ok(refused)) => Ok(refused),
            Ok(Err(_)) | Err(_) => Err(UNAVAILABLE.to_owned()),
        }
    }

    async fn keep_synchronizing(self: Arc<Self>) {
        let session = format!("EdgeSync {} {}", self.server, self.computer.clock.now());
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) =
            (Guid::of_name(&session).0, 0);
        let started = "Service Started.".to_owned();
        self.log(("", 0), ("Service", EdgeSyncLoggingLevel::None, String::new(), started));
        loop {
            if let Some(event) = self.directory.read(|all| not_configured(all, &self.server)) {
                self.computer.events.report_once(event);
            }
            self.synchronize().await;
            self.computer.clock.sleep(CONFIGURATION_EVERY).await;
        }
    }
}

impl Program for EdgeSync {
    fn start(&self, tasks: &Tasks) -> Result<(), String> {
        if let Some(service) = self.own.upgrade() {
            tasks.spawn(service.keep_synchronizing());
        }
        Ok(())
    }
}

/// Event 1045: nothing says how EdgeSync is to work in the site of a server.
fn not_configured(organization: &Organization, server: &str) -> Option<Event> {
    if organization.edge_sync_service_config.is_some() {
        return None;
    }
    let site = &organization.server(server)?.site;
    let domain = domain_components(&organization.forest);
    let text = format!(
        "Initialization failed with exception: Microsoft.Exchange.EdgeSync.Common.EdgeSyncServiceConfigNotFoundException: Couldn't find EdgeSync service configuration object for the site {site}. If the configuration object doesn't exist in the Active Directory location CN=EdgeSyncService,CN={site},CN=Sites,CN=Configuration,{domain}, create it using the New-EdgeSyncServiceConfig cmdlet. If the object does exist, check its permissions.. If this warning frequently occurs, contact Microsoft Product Support."
    );
    Some(Event::application("MSExchange EdgeSync", 1045, Level::Warning, "Initialization", text))
}

/// Where a Send connector lies in Active Directory.
fn distinguished_name(organization: &Organization, connector: &str) -> String {
    format!(
        "CN={connector},CN=Connections,CN=Exchange Routing Group (DWBGZMFD01QNBJR),CN=Routing Groups,CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Administrative Groups,CN={},CN=Microsoft Exchange,CN=Services,CN=Configuration,{}",
        organization.name,
        domain_components(&organization.forest)
    )
}

/// `DC=contoso,DC=com`
fn domain_components(domain: &str) -> String {
    domain.split('.').map(|label| format!("DC={label}")).collect::<Vec<_>>().join(",")
}

/// What an Edge server gets: its connectors, the accepted domains, the Mailbox servers of its site.
fn replica(organization: &Organization, edge: &Server) -> Vec<Value> {
    let connectors = organization
        .send_connectors
        .iter()
        .filter(|connector| {
            connector.source_transport_servers.iter().any(|source| edge.is_named(source))
        })
        .map(Noun::to_object);
    let domains = organization.accepted_domains.iter().map(Noun::to_object);
    let servers = organization
        .servers
        .iter()
        .filter(|server| server.site == edge.site && server.role == ServerRole::Mailbox)
        .map(|server| {
            Object::new(SERVER)
                .with("Name", server.name.as_str())
                .with("Fqdn", server.fqdn.as_str())
                .with("Site", server.site.as_str())
        });
    connectors.chain(domains).chain(servers).map(Value::from).collect()
}

const SERVER: &str = "Microsoft.Exchange.Data.Directory.Management.ExchangeServer";

/// AD LDS on an Edge server (`ADAM_MSExchange`).
pub struct Adam {
    own: Weak<Adam>,
    computer: Arc<Computer>,
    directory: Directory<Organization>,
    server: String,
}

impl Adam {
    /// The instance on that computer; `directory` is the Edge server's own copy.
    pub fn new(
        computer: Arc<Computer>,
        directory: Directory<Organization>,
        server: &Server,
    ) -> Arc<Self> {
        Arc::new_cyclic(|own| Self {
            own: own.clone(),
            computer,
            directory,
            server: server.name.clone(),
        })
    }

    async fn serve(self: Arc<Self>, stream: TcpStream) {
        let session = self.take(stream);
        // A peer that says nothing is dropped; what it did not send changes nothing.
        let _ = self.computer.clock.timeout(PATIENCE, session).await;
    }

    async fn take(&self, stream: TcpStream) -> io::Result<()> {
        let own = self.directory.read(|organization| organization.server(&self.server).cloned());
        let identity = own
            .and_then(|own| exchange_identity::internal_server_tls(&self.computer, &own))
            .ok_or_else(|| io::Error::other("no certificate"))?;
        let (mut channel, _) =
            tls_channel::accept(&identity, stream).await.map_err(io::Error::other)?;
        let length = channel.read_u32().await?;
        if length > DOCUMENT_MAX {
            return Err(io::Error::other("document too large"));
        }
        let mut document = vec![0; usize::try_from(length).unwrap_or_default()];
        channel.read_exact(&mut document).await?;
        let values = read_document(&document);
        let refused =
            self.directory.change(|organization| apply(organization, &self.server, &values));
        let refused = refused.join("\n");
        channel.write_u32(u32::try_from(refused.len()).map_err(io::Error::other)?).await?;
        channel.write_all(refused.as_bytes()).await?;
        channel.shutdown().await
    }
}

fn read_document(document: &[u8]) -> Vec<Value> {
    let read = logs::clixml::read(&String::from_utf8_lossy(document));
    read.values.into_iter().map(|(_, value)| value).collect()
}

/// Replaces the replicated part of the copy; the Edge server's own record stays. Gives the names of the
/// connectors that do not fit the schema; they stay as they were.
fn apply(organization: &mut Organization, edge: &str, values: &[Value]) -> Vec<String> {
    let before = std::mem::take(&mut organization.send_connectors);
    let known = |guid: Guid| before.iter().find(|own| own.guid == guid).cloned();
    let mut refused = Vec::new();
    organization.accepted_domains.clear();
    organization.servers.retain(|server| server.is_named(edge));
    let template = organization.servers.first().cloned();
    for object in values.iter().filter_map(Value::as_object) {
        let kind = object.type_names.first().map_or("", |name| name);
        if kind == SendConnector::TYPE_NAMES[0] {
            let mut connector = SendConnector::new("");
            connector.take_over(object);
            if fits_schema(&connector) {
                organization.send_connectors.push(connector);
            } else {
                organization.send_connectors.extend(known(connector.guid));
                refused.push(connector.name);
            }
        } else if kind == AcceptedDomain::TYPE_NAMES[0] {
            if let Ok(domain) = object.text_of("DomainName").parse() {
                let mut accepted = AcceptedDomain::new(domain);
                accepted.take_over(object);
                organization.accepted_domains.push(accepted);
            }
        } else if let (SERVER, Some(template)) = (kind, &template) {
            organization.servers.push(Server {
                name: object.text_of("Name"),
                fqdn: object.text_of("Fqdn"),
                site: object.text_of("Site"),
                role: ServerRole::Mailbox,
                receive_connectors: Vec::new(),
                databases: Vec::new(),
                internal_transport_certificate: None,
                ..template.clone()
            });
        }
    }
    refused
}

fn fits_schema(connector: &SendConnector) -> bool {
    let name = connector.tls_certificate_name.as_ref().map(ToString::to_string);
    name.is_none_or(|name| name.chars().count() <= TLS_CERTIFICATE_NAME_MAX)
}

impl Program for Adam {
    fn start(&self, tasks: &Tasks) -> Result<(), String> {
        let Some(service) = self.own.upgrade() else { return Ok(()) };
        let listener = self
            .computer
            .host
            .listen_port(PORT)
            .map_err(|error| format!("cannot listen on port {PORT}: {error}"))?;
        let spawned = tasks.clone();
        tasks.spawn(async move {
            while let Ok(stream) = listener.accept().await {
                spawned.spawn(service.clone().serve(stream));
            }
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::installation::blank_server;

    #[test]
    fn an_edge_server_gets_only_what_is_its_own() {
        let edge = blank_server("EDGE01", "edge01.x.example", ServerRole::Edge);
        let mailbox = blank_server("MBX01", "mbx01.x.example", ServerRole::Mailbox);
        let mut to_cloud = SendConnector::new("To cloud");
        to_cloud.source_transport_servers = vec!["EDGE01".to_owned()];
        to_cloud.address_spaces = vec!["smtp:x.mail.onmicrosoft.com;1".parse().unwrap()];
        let mut other = SendConnector::new("Other");
        other.source_transport_servers = vec!["MBX01".to_owned()];
        let organization = Organization {
            send_connectors: vec![to_cloud.clone(), other],
            accepted_domains: vec![AcceptedDomain::new("x.example".parse().unwrap())],
            servers: vec![edge.clone(), mailbox],
            ..Organization::default()
        };
        let document = logs::clixml::write(&replica(&organization, &edge));
        let values = read_document(&document);
        let mut copy = Organization { servers: vec![edge], ..Organization::default() };
        apply(&mut copy, "EDGE01", &values);
        assert_eq!(copy.send_connectors.len(), 1);
        assert_eq!(copy.send_connectors[0].to_object(), to_cloud.to_object());
        assert_eq!(copy.accepted_domains.len(), 1);
        assert!(copy.server("mbx01.x.example").is_some());
    }

    #[test]
    fn a_connector_that_does_not_fit_stays_as_it_was() {
        let edge = blank_server("EDGE01", "edge01.x.example", ServerRole::Edge);
        let named = |subject: &str| {
            let mut connector = SendConnector::new("To cloud");
            connector.source_transport_servers = vec!["EDGE01".to_owned()];
            connector.tls_certificate_name = format!("<I>CN=A<S>CN={subject}").parse().ok();
            connector
        };
        let sync = |copy: &mut Organization, connector: SendConnector| {
            let organization =
                Organization { send_connectors: vec![connector], ..Organization::default() };
            let document = logs::clixml::write(&replica(&organization, &edge));
            apply(copy, "EDGE01", &read_document(&document))
        };
        let mut copy = Organization { servers: vec![edge.clone()], ..Organization::default() };
        let (short, long) = (named("mail.x.example"), named(&"x".repeat(256)));
        assert!(sync(&mut copy, short.clone()).is_empty());
        assert_eq!(sync(&mut copy, long), ["To cloud"]);
        assert_eq!(copy.send_connectors[0].tls_certificate_name, short.tls_certificate_name);
    }
}
