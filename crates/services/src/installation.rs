//! What Exchange Setup leaves behind: the default Receive connectors and settings of a new server.
//!
//! Source: Microsoft Learn, "Receive connectors" (tables of the default connectors); limits as in a
//! real `Get-ReceiveConnector | Export-Clixml` of Exchange 2019.

use exchange::culture::Culture;
use exchange::directory::{Build, Server, ServerRole};
use exchange::ip_range::{Binding, IpRange};
use exchange::nouns::receive_connector::AuthMechanism as Auth;
use exchange::nouns::receive_connector::PermissionGroup as Group;
use exchange::nouns::receive_connector::{ProtocolLoggingLevel, ReceiveConnector, TransportRole};
use exchange::nouns::transport_service::TransportService;
use exchange::properties::Flags;
use exchange::quantity::{TimeSpan, Unlimited};

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
    vec![connector]
}

/// The implicit connector of Mailbox Transport Delivery, which no cmdlet shows. Its name in logs was
/// not found in public; this one is inferred from the others.
pub fn mailbox_delivery_connector(server: &str, fqdn: &str) -> ReceiveConnector {
    let name = format!("Default Mailbox Delivery {server}");
    let mut connector = open_connector(server, &name, TransportRole::MailboxDelivery, 475, fqdn);
    connector.auth_mechanism = Flags::of(&[Tls, ExchangeServer]);
    connector.permission_groups = Flags::of(&[ExchangeServers]);
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
