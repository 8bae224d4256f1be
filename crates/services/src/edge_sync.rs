//! EdgeSync: copies what an Edge server needs from Active Directory into its AD LDS instance.
//!
//! On a Mailbox server `MSExchangeEdgeSync` connects to port 50636 of the subscribed Edge servers; there
//! `ADAM_MSExchange` takes the objects and replaces its copy. Configuration goes every three minutes and
//! whenever an administrator asks.
//!
//! Not modelled: LDAP (the objects go as one CLIXML document), incremental changes, leases, the
//! separate five-minute schedule of recipients, credentials that expire (the membership key stands
//! for them). Source: Microsoft Learn, "Edge Subscriptions in Exchange Server".

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use exchange::directory::{Organization, Server, ServerRole};
use exchange::nouns::accepted_domain::AcceptedDomain;
use exchange::nouns::send_connector::SendConnector;
use exchange::properties::Noun;
use exchange::value::{Object, Value};
use fabric::TcpStream;
use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::computer::{Computer, Program, Tasks};
use crate::directory::Directory;
use crate::exchange_identity;
use crate::lookup;
use crate::tls_channel;

/// Secure LDAP port of AD LDS.
pub const PORT: u16 = 50_636;

const CONFIGURATION_EVERY: Duration = Duration::from_mins(3);
const PATIENCE: Duration = Duration::from_secs(30);
const DOCUMENT_MAX: u32 = 64 << 20;

/// EdgeSync on a Mailbox server.
pub struct EdgeSync {
    own: Weak<EdgeSync>,
    computer: Arc<Computer>,
    directory: Directory<Organization>,
    server: String,
    results: Mutex<Vec<SyncResult>>,
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
            let failure = self.push(&edge).await.err();
            results.push(SyncResult { edge: edge.name, at: self.computer.clock.now(), failure });
        }
        self.results.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&results);
        results
    }

    /// What became of the last synchronization.
    pub fn last_results(&self) -> Vec<SyncResult> {
        self.results.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn push(&self, edge: &Server) -> Result<(), String> {
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
            channel.read_u8().await
        };
        match self.computer.clock.timeout(PATIENCE, exchange).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(UNAVAILABLE.to_owned()),
        }
    }

    async fn keep_synchronizing(self: Arc<Self>) {
        loop {
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
        self.directory.change(|organization| apply(organization, &self.server, &values));
        channel.write_u8(1).await?;
        channel.shutdown().await
    }
}

fn read_document(document: &[u8]) -> Vec<Value> {
    let read = logs::clixml::read(&String::from_utf8_lossy(document));
    read.values.into_iter().map(|(_, value)| value).collect()
}

/// Replaces the replicated part of the copy; the Edge server's own record stays.
fn apply(organization: &mut Organization, edge: &str, values: &[Value]) {
    organization.send_connectors.clear();
    organization.accepted_domains.clear();
    organization.servers.retain(|server| server.is_named(edge));
    let template = organization.servers.first().cloned();
    for object in values.iter().filter_map(Value::as_object) {
        let kind = object.type_names.first().map_or("", |name| name);
        if kind == SendConnector::TYPE_NAMES[0] {
            let mut connector = SendConnector::new("");
            connector.take_over(object);
            organization.send_connectors.push(connector);
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
}
