//! Where a message goes next: the key of a delivery queue.

use exchange::decisions::routing::{Route, Source, route};
use exchange::directory::{Organization, Server};
use exchange::guid::Guid;
use exchange::nouns::queue::DeliveryType;
use exchange::nouns::recipient::Recipient;

/// Where a message goes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextHop {
    /// A mailbox database, by Mailbox Transport Delivery on its server.
    Mailbox {
        /// Database.
        database: String,
        /// Its object in the directory.
        guid: Guid,
        /// Server that holds it.
        server: String,
    },
    /// Out of the organization by a Send connector of this server, to the MX of a domain.
    Dns {
        /// Send connector.
        connector: String,
        /// Its object in the directory.
        guid: Guid,
        /// Domain.
        domain: String,
    },
    /// Out of the organization by a Send connector of this server, to its smart hosts.
    SmartHosts {
        /// Send connector.
        connector: String,
        /// Its object in the directory.
        guid: Guid,
        /// The smart hosts, as the queue shows them.
        hosts: String,
    },
    /// To other servers of the organization that send for a connector.
    Servers {
        /// Send connector.
        connector: String,
        /// Its object in the directory.
        guid: Guid,
        /// The servers.
        servers: Vec<String>,
        /// Whether they are Edge servers.
        edge: bool,
    },
    /// From an Edge server into the organization: the Mailbox servers of its site.
    Organization {
        /// EdgeSync's Send connector.
        connector: String,
        /// Its object in the directory.
        guid: Guid,
        /// The servers.
        servers: Vec<String>,
    },
}

/// No way leads there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoWay {
    /// No connector is for the domain.
    Unreachable,
    /// The message is too large for every connector of the domain.
    TooLarge,
    /// The mailbox database is nowhere.
    NoDatabase,
}

impl NextHop {
    /// The database that holds a recipient's mailbox.
    pub(super) fn to_mailbox(
        organization: &Organization,
        recipient: &Recipient,
    ) -> Result<Self, NoWay> {
        let name = recipient.database.as_deref().ok_or(NoWay::NoDatabase)?;
        let (server, database) = organization.database(name).ok_or(NoWay::NoDatabase)?;
        Ok(Self::Mailbox {
            database: database.name.clone(),
            guid: database.guid,
            server: server.name.clone(),
        })
    }

    /// The way to a domain, as seen from one server.
    pub(super) fn to_domain(
        organization: &Organization,
        local: &Server,
        domain: &str,
        size: u64,
    ) -> Result<Self, NoWay> {
        let (connector, source) = match route(organization, &local.name, domain, size) {
            Route::Connector(connector, source) => (connector, source),
            Route::Unreachable => return Err(NoWay::Unreachable),
            Route::TooLarge => return Err(NoWay::TooLarge),
        };
        let (name, guid) = (connector.name.clone(), connector.guid);
        let owned = |servers: Vec<&str>| servers.into_iter().map(str::to_owned).collect();
        Ok(match source {
            Source::Servers(servers) => {
                Self::Servers { connector: name, guid, servers: owned(servers), edge: false }
            }
            Source::Edge(servers) => {
                Self::Servers { connector: name, guid, servers: owned(servers), edge: true }
            }
            Source::Here if connector.smart_hosts_string() == ACCEPTED_DOMAINS => {
                let servers = organization.servers.iter().filter(|server| {
                    server.role == exchange::directory::ServerRole::Mailbox
                        && server.site.eq_ignore_ascii_case(&local.site)
                });
                let servers = servers.map(|server| server.name.clone()).collect();
                Self::Organization { connector: name, guid, servers }
            }
            Source::Here if connector.dns_routing_enabled => {
                Self::Dns { connector: name, guid, domain: domain.to_ascii_lowercase() }
            }
            Source::Here => {
                Self::SmartHosts { connector: name, guid, hosts: connector.smart_hosts_string() }
            }
        })
    }

    /// The delivery type of its queue.
    pub fn delivery_type(&self) -> DeliveryType {
        match self {
            Self::Mailbox { .. } => DeliveryType::SmtpDeliveryToMailbox,
            Self::Dns { .. } => DeliveryType::DnsConnectorDelivery,
            Self::Servers { edge: true, .. } => DeliveryType::SmtpRelayWithinAdSiteToEdge,
            Self::Servers { edge: false, .. } => DeliveryType::SmtpRelayToConnectorSourceServers,
            Self::SmartHosts { .. } | Self::Organization { .. } => {
                DeliveryType::SmartHostConnectorDelivery
            }
        }
    }

    /// `NextHopDomain` of its queue.
    pub fn next_hop_domain(&self) -> &str {
        match self {
            Self::Mailbox { database, .. } => database,
            Self::Dns { domain, .. } => domain,
            Self::SmartHosts { hosts, .. } => hosts,
            Self::Servers { connector, .. } | Self::Organization { connector, .. } => connector,
        }
    }

    /// `NextHopConnector` of its queue.
    pub fn next_hop_connector(&self) -> Guid {
        match self {
            Self::Mailbox { guid, .. }
            | Self::Dns { guid, .. }
            | Self::SmartHosts { guid, .. }
            | Self::Servers { guid, .. }
            | Self::Organization { guid, .. } => *guid,
        }
    }

    /// Whether the next hop is outside the organization.
    pub fn is_external(&self) -> bool {
        matches!(self, Self::Dns { .. } | Self::SmartHosts { .. })
    }
}

/// How EdgeSync's connectors write "the servers of the organization" as a smart host.
pub(super) const ACCEPTED_DOMAINS: &str = "--";
