//! What Exchange Setup leaves behind: a record in the directory, default Receive connectors, a
//! self-signed certificate, and the Windows services.
//!
//! Source: Microsoft Learn, "Receive connectors" (tables of the default connectors), "Exchange services
//! on Exchange servers"; limits as in a real `Get-ReceiveConnector | Export-Clixml` of Exchange 2019.

use std::sync::Arc;

use ca::{CertificateError, CertificateRequest};

use exchange::culture::Culture;
use exchange::directory::{Build, Organization, Server, ServerRole};
use exchange::domain::{AddressSpace, DomainPattern};
use exchange::guid::Guid;
use exchange::ip_range::{Binding, IpRange};
use exchange::nouns::certificate::CertificateService;
use exchange::nouns::edge_sync_service_config::EdgeSyncServiceConfig;
use exchange::nouns::receive_connector::AuthMechanism as Auth;
use exchange::nouns::receive_connector::PermissionGroup as Group;
use exchange::nouns::receive_connector::{
    MessageRateSource, ProtocolLoggingLevel, ReceiveConnector, SizeMode, TransportRole,
};
use exchange::nouns::send_connector::{SendConnector, SmartHost};
use exchange::nouns::transport_service::TransportService;
use exchange::properties::Flags;
use exchange::quantity::{TimeSpan, Unlimited};
use fabric::Seed;
use jiff::Timestamp;

use crate::computer::{Computer, Program, WindowsService};
use crate::directory::Directory;
use crate::edge_sync::{Adam, EdgeSync};
use crate::front_end_transport::FrontEndTransport;
use crate::mailbox_store::MailboxStore;
use crate::mailbox_transport_delivery::MailboxTransportDelivery;
use crate::mailbox_transport_submission::MailboxTransportSubmission;
use crate::transport::Transport;
use crate::world::{EdgeServer, MailboxServer};

use Auth::{BasicAuth, BasicAuthRequireTLS, ExchangeServer, Integrated, Tls};
use Group::{AnonymousUsers, ExchangeLegacyServers, ExchangeServers, ExchangeUsers, Partners};

/// One default connector: name before the server's, service, port, authentication, groups.
type Default = (&'static str, TransportRole, u16, &'static [Auth], &'static [Group]);

const MAILBOX_SERVER: [Default; 5] = [
    (
        "Default",
        TransportRole::HubTransport,
        2525,
        &[Tls, Integrated, BasicAuth, BasicAuthRequireTLS, ExchangeServer],
        &[ExchangeUsers, ExchangeServers, ExchangeLegacyServers],
    ),
    (
        "Client Proxy",
        TransportRole::HubTransport,
        465,
        &[Tls, Integrated, BasicAuth, BasicAuthRequireTLS, ExchangeServer],
        &[ExchangeUsers, ExchangeServers],
    ),
    (
        "Default Frontend",
        TransportRole::FrontendTransport,
        25,
        &[Tls, Integrated, BasicAuth, BasicAuthRequireTLS, ExchangeServer],
        &[AnonymousUsers, ExchangeServers, ExchangeLegacyServers],
    ),
    (
        "Outbound Proxy Frontend",
        TransportRole::FrontendTransport,
        717,
        &[Tls, Integrated, BasicAuth, BasicAuthRequireTLS, ExchangeServer],
        &[ExchangeServers],
    ),
    (
        "Client Frontend",
        TransportRole::FrontendTransport,
        587,
        &[Tls, Integrated, BasicAuth, BasicAuthRequireTLS],
        &[ExchangeUsers],
    ),
];

/// The five Receive connectors of a new Mailbox server.
pub fn default_receive_connectors(server: &str, fqdn: &str) -> Vec<ReceiveConnector> {
    MAILBOX_SERVER
        .iter()
        .map(|(prefix, role, port, auth, groups)| {
            let name = format!("{prefix} {server}");
            let mut connector = open_connector(server, &name, *role, *port, fqdn);
            connector.auth_mechanism = Flags::of(auth);
            connector.permission_groups = Flags::of(groups);
            match *prefix {
                "Default" => {
                    connector.max_recipients_per_message = 5000;
                    connector.max_inbound_connection_per_source = Unlimited::Unlimited;
                    connector.max_inbound_connection_percentage_per_source = 100;
                    connector.size_enabled = SizeMode::EnabledWithoutValue;
                }
                "Client Frontend" | "Client Proxy" => {
                    connector.message_rate_limit = Unlimited::Limited(5);
                    connector.message_rate_source = MessageRateSource::User;
                }
                "Default Frontend" => {
                    connector.protocol_logging_level = ProtocolLoggingLevel::Verbose;
                }
                "Outbound Proxy Frontend" => connector.tarpit_interval = TimeSpan::seconds(0),
                _ => {}
            }
            connector
        })
        .collect()
}

/// The Receive connector of a new Edge Transport server: IPv4 only, shorter patience.
pub fn default_edge_connectors(server: &str, fqdn: &str) -> Vec<ReceiveConnector> {
    let name = format!("Default internal receive connector {server}");
    let mut connector = open_connector(server, &name, TransportRole::HubTransport, 25, fqdn);
    connector.bindings = vec![Binding::any_v4(25)];
    connector.auth_mechanism = Flags::of(&[Tls, ExchangeServer]);
    connector.permission_groups = Flags::of(&[AnonymousUsers, ExchangeServers, Partners]);
    connector.connection_timeout = TimeSpan::minutes(5);
    connector.connection_inactivity_timeout = TimeSpan::minutes(1);
    connector.message_rate_limit = Unlimited::Limited(600);
    vec![connector]
}

/// The implicit connector of Mailbox Transport Delivery, which no cmdlet shows. Its name in logs was
/// not found in public; this one is inferred from the others, and so are its limits: it serves Transport
/// services only, which open as many sessions as they need.
pub fn mailbox_delivery_connector(server: &str, fqdn: &str) -> ReceiveConnector {
    let name = format!("Default Mailbox Delivery {server}");
    let mut connector = open_connector(server, &name, TransportRole::MailboxDelivery, 475, fqdn);
    connector.auth_mechanism = Flags::of(&[Tls, ExchangeServer]);
    connector.permission_groups = Flags::of(&[ExchangeServers]);
    connector.max_inbound_connection_per_source = Unlimited::Unlimited;
    connector.max_inbound_connection_percentage_per_source = 100;
    connector
}

fn open_connector(
    server: &str,
    name: &str,
    role: TransportRole,
    port: u16,
    fqdn: &str,
) -> ReceiveConnector {
    let mut connector = ReceiveConnector::new(server, name, role);
    connector.bindings = vec![Binding::any_v6(port), Binding::any_v4(port)];
    connector.remote_ip_ranges = vec![IpRange::all_v6(), IpRange::all_v4()];
    connector.fqdn = Some(fqdn.to_owned());
    connector.guid = Guid::of_name(&connector.identity());
    connector
}

/// A server record as Setup leaves it, without connectors and databases.
pub fn blank_server(name: &str, fqdn: &str, role: ServerRole) -> Server {
    Server {
        name: name.to_owned(),
        fqdn: fqdn.to_owned(),
        role,
        site: "Default-First-Site-Name".to_owned(),
        build: Build(15, 2, 1544, 14),
        culture: Culture::default(),
        transport: TransportService::new(name, role == ServerRole::Edge),
        receive_connectors: Vec::new(),
        internal_transport_certificate: None,
        databases: Vec::new(),
    }
}

/// Installs Exchange with the Mailbox role: adds the server to the directory and installs its services.
/// They are not started.
pub fn install_mailbox_server(
    computer: &Arc<Computer>,
    directory: &Directory<Organization>,
    record: &Server,
) -> MailboxServer {
    directory.change(|organization| organization.servers.push(record.clone()));
    let store = Arc::new(MailboxStore::default());
    let (own, active) = (|| computer.clone(), || directory.clone());
    let transport = Transport::new(own(), active(), record);
    let edge_sync = EdgeSync::new(own(), active(), record);
    let services: [(&str, &str, Arc<dyn Program>); 5] = [
        ("MSExchangeTransport", "Microsoft Exchange Transport", transport.clone()),
        (
            "MSExchangeFrontEndTransport",
            "Microsoft Exchange Frontend Transport",
            FrontEndTransport::new(own(), active(), record),
        ),
        (
            "MSExchangeDelivery",
            "Microsoft Exchange Mailbox Transport Delivery",
            MailboxTransportDelivery::new(own(), active(), record, store.clone()),
        ),
        (
            "MSExchangeSubmission",
            "Microsoft Exchange Mailbox Transport Submission",
            MailboxTransportSubmission::new(own(), active(), record, store.clone()),
        ),
        ("MSExchangeEdgeSync", "Microsoft Exchange EdgeSync", edge_sync.clone()),
    ];
    for (name, display_name, program) in services {
        computer.install(WindowsService::new(name, display_name, program));
    }
    MailboxServer { transport, store, edge_sync }
}

/// Installs Exchange with the Edge Transport role and subscribes it to the site: the organization knows
/// it, and the server has a copy of its own that EdgeSync will fill. Its services are not started.
pub fn install_edge_server(
    computer: &Arc<Computer>,
    organization: &Directory<Organization>,
    record: &Server,
) -> EdgeServer {
    let subscribed = Server { receive_connectors: Vec::new(), ..record.clone() };
    let copy = organization.change(|organization| {
        organization.servers.push(subscribed);
        organization.send_connectors.push(inbound_connector(record));
        // The first subscription of a site makes it; that a later one leaves it is inferred.
        organization
            .edge_sync_service_config
            .get_or_insert_with(|| EdgeSyncServiceConfig::new(&record.site));
        Organization {
            name: organization.name.clone(),
            forest: organization.forest.clone(),
            membership_key: organization.membership_key,
            servers: vec![record.clone()],
            ..Organization::default()
        }
    });
    let directory = Directory::new(copy);
    let transport = Transport::new(computer.clone(), directory.clone(), record);
    let adam = Adam::new(computer.clone(), directory.clone(), record);
    let services: [(&str, &str, Arc<dyn Program>); 2] = [
        ("ADAM_MSExchange", "Microsoft Exchange ADAM", adam),
        ("MSExchangeTransport", "Microsoft Exchange Transport", transport.clone()),
    ];
    for (name, display_name, program) in services {
        computer.install(WindowsService::new(name, display_name, program));
    }
    EdgeServer { transport, directory }
}

/// The connector by which a subscribed Edge server hands mail to the Mailbox servers of its site.
///
/// `New-EdgeSubscription` makes it, unless it is told not to. Source: Microsoft Learn, "Edge
/// Subscriptions in Exchange Server". Its sibling to the Internet is left to the administrator.
fn inbound_connector(edge: &Server) -> SendConnector {
    let name = format!("EdgeSync - Inbound to {}", edge.site);
    SendConnector {
        guid: Guid::of_name(&name),
        address_spaces: vec![AddressSpace { domain: DomainPattern::AcceptedDomains, cost: 100 }],
        dns_routing_enabled: false,
        smart_hosts: vec![SmartHost::Name("--".to_owned())],
        source_transport_servers: vec![edge.name.clone()],
        ..SendConnector::new(&name)
    }
}

/// The self-signed certificate "Microsoft Exchange" that Setup installs and uses between servers; its
/// thumbprint.
///
/// # Errors
/// When the server's name cannot stand in a certificate.
pub fn install_default_certificate(
    computer: &Computer,
    installed: Timestamp,
    seed: Seed,
) -> Result<String, CertificateError> {
    let request = CertificateRequest::exchange_default(&computer.name, &computer.fqdn, installed)
        .map_err(|_| CertificateError::DnsName(computer.name.clone()))?;
    let certificate = request.self_signed(seed.child(&computer.name))?;
    let thumbprint = computer.certificates.install(certificate, "Microsoft Exchange");
    computer.certificates.enable(&thumbprint, &[CertificateService::Smtp]);
    Ok(thumbprint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_default_frontend_is_logged() {
        let connectors = default_receive_connectors("MBX01", "mbx01.contoso.example");
        let logged: Vec<_> = connectors
            .iter()
            .filter(|one| one.protocol_logging_level == ProtocolLoggingLevel::Verbose)
            .map(|one| one.name.as_str())
            .collect();
        assert_eq!(logged, ["Default Frontend MBX01"]);
    }

    #[test]
    fn every_default_connector_obeys_the_rules() {
        for connector in default_receive_connectors("MBX01", "mbx01.contoso.example") {
            assert_eq!(connector.check("mbx01.contoso.example"), Ok(()), "{}", connector.name);
        }
        for connector in default_edge_connectors("EDGE01", "edge01.contoso.example") {
            assert_eq!(connector.check("edge01.contoso.example"), Ok(()));
        }
    }
}
