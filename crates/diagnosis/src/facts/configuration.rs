//! How everything is configured, as exported.

use exchange::guid::Guid;
use exchange::nouns::accepted_domain::AcceptedDomain;
use exchange::nouns::certificate::ExchangeCertificate;
use exchange::nouns::inbound_connector::InboundConnector;
use exchange::nouns::outbound_connector::OutboundConnector;
use exchange::nouns::receive_connector::ReceiveConnector;
use exchange::nouns::remote_domain::RemoteDomain;
use exchange::nouns::send_connector::SendConnector;
use exchange::nouns::transport_rule::TransportRule;
use exchange::nouns::transport_service::TransportService;

use crate::evidence::Place;

/// Something that a file tells, and where.
#[derive(Clone, Debug)]
pub struct Known<T> {
    /// Where the object begins; [`super::Facts::host_of`] says on which computer.
    pub at: Place,
    /// The object.
    pub object: T,
}

impl<T> Known<T> {
    /// The place of one of its properties.
    pub fn property(&self, name: &'static str) -> Place {
        self.at.property(name)
    }
}

/// Connectors, domains and certificates as exported.
#[derive(Clone, Debug, Default)]
pub struct Configuration {
    /// Send connectors of the organization on premises, and of Edge servers.
    pub send_connectors: Vec<Known<SendConnector>>,
    /// Receive connectors.
    pub receive_connectors: Vec<Known<ReceiveConnector>>,
    /// Inbound connectors of the tenant.
    pub inbound_connectors: Vec<Known<InboundConnector>>,
    /// Outbound connectors of the tenant.
    pub outbound_connectors: Vec<Known<OutboundConnector>>,
    /// Accepted domains, on premises and in the tenant.
    pub accepted_domains: Vec<Known<AcceptedDomain>>,
    /// Remote domains, on premises and in the tenant.
    pub remote_domains: Vec<Known<RemoteDomain>>,
    /// Certificates of Exchange servers.
    pub certificates: Vec<Known<ExchangeCertificate>>,
    /// Transport rules, on premises and in the tenant.
    pub transport_rules: Vec<Known<TransportRule>>,
    /// Settings of the transport services of each server.
    pub transport_services: Vec<Known<TransportService>>,
}

impl Configuration {
    /// The Send connector of that name.
    pub fn send_connector(&self, name: &str) -> Option<&Known<SendConnector>> {
        self.send_connectors.iter().find(|known| known.object.name.eq_ignore_ascii_case(name))
    }

    /// The transport rule with that id.
    pub fn transport_rule(&self, guid: Guid) -> Option<&Known<TransportRule>> {
        self.transport_rules.iter().find(|known| known.object.guid == guid)
    }
}
