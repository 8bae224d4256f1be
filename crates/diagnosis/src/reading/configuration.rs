//! Connectors, domains, certificates and settings as exported.
//!
//! An object of which less than half is told is not taken: what is missing would seem to have its
//! default, and a rule would believe it.

use exchange::domain::DomainPattern;
use exchange::guid::Guid;
use exchange::nouns::accepted_domain::AcceptedDomain;
use exchange::nouns::certificate::ExchangeCertificate;
use exchange::nouns::inbound_connector::{InboundConnector, TenantConnectorType};
use exchange::nouns::outbound_connector::OutboundConnector;
use exchange::nouns::receive_connector::{ReceiveConnector, TransportRole};
use exchange::nouns::remote_domain::RemoteDomain;
use exchange::nouns::send_connector::SendConnector;
use exchange::nouns::transport_rule::TransportRule;
use exchange::nouns::transport_service::TransportService;
use exchange::properties::{Flags, Noun};
use exchange::value::Object;
use jiff::Timestamp;
use logs::unread::{Reason, Unread};

use crate::evidence::Place;
use crate::facts::{EXCHANGE_ONLINE, Known};

use super::Reading;
use super::hosts::Origin;

pub(super) fn send_connector(reading: &mut Reading, at: &Place, object: &Object) {
    if let Some(known) = known(reading, at, object, SendConnector::new("")) {
        reading.facts.configuration.send_connectors.push(known);
    }
}

pub(super) fn receive_connector(reading: &mut Reading, at: &Place, object: &Object) {
    reading.hosts.is_from(at.file, Origin::Server);
    let empty = ReceiveConnector::new("", "", TransportRole::FrontendTransport);
    if let Some(known) = known(reading, at, object, empty) {
        reading.hosts.told(known.at.file, &known.object.server);
        reading.facts.configuration.receive_connectors.push(known);
    }
}

pub(super) fn inbound_connector(reading: &mut Reading, at: &Place, object: &Object) {
    reading.hosts.told(at.file, EXCHANGE_ONLINE);
    let empty = InboundConnector::new("", TenantConnectorType::OnPremises);
    if let Some(known) = known(reading, at, object, empty) {
        reading.facts.configuration.inbound_connectors.push(known);
    }
}

pub(super) fn outbound_connector(reading: &mut Reading, at: &Place, object: &Object) {
    reading.hosts.told(at.file, EXCHANGE_ONLINE);
    let empty = OutboundConnector::new("", TenantConnectorType::OnPremises);
    if let Some(known) = known(reading, at, object, empty) {
        reading.facts.configuration.outbound_connectors.push(known);
    }
}

pub(super) fn accepted_domain(reading: &mut Reading, at: &Place, object: &Object) {
    let empty = AcceptedDomain::new(DomainPattern::Exact(String::new()));
    if let Some(known) = known(reading, at, object, empty) {
        // Only a tenant has an initial domain.
        if known.object.initial_domain {
            reading.hosts.told(known.at.file, EXCHANGE_ONLINE);
        }
        reading.facts.configuration.accepted_domains.push(known);
    }
}

pub(super) fn remote_domain(reading: &mut Reading, at: &Place, object: &Object) {
    let empty = RemoteDomain::new("", DomainPattern::Exact(String::new()));
    if let Some(known) = known(reading, at, object, empty) {
        reading.facts.configuration.remote_domains.push(known);
    }
}

pub(super) fn transport_rule(reading: &mut Reading, at: &Place, object: &Object) {
    // Objects on premises have an empty one.
    if !object.text_of("OrganizationId").is_empty() {
        reading.hosts.told(at.file, EXCHANGE_ONLINE);
    }
    if let Some(known) = known(reading, at, object, TransportRule::new("", Guid::ZERO)) {
        reading.facts.configuration.transport_rules.push(known);
    }
}

pub(super) fn certificate(reading: &mut Reading, at: &Place, object: &Object) {
    reading.hosts.is_from(at.file, Origin::Server);
    let empty = ExchangeCertificate {
        thumbprint: String::new(),
        subject: String::new(),
        issuer: String::new(),
        serial_number: String::new(),
        certificate_domains: Vec::new(),
        not_before: Timestamp::UNIX_EPOCH,
        not_after: Timestamp::UNIX_EPOCH,
        services: Flags::NONE,
        has_private_key: false,
        is_self_signed: false,
        status: String::new(),
        friendly_name: String::new(),
    };
    if let Some(known) = known(reading, at, object, empty) {
        reading.facts.configuration.certificates.push(known);
    }
}

pub(super) fn transport_service(reading: &mut Reading, at: &Place, object: &Object) {
    reading.hosts.is_from(at.file, Origin::Server);
    if let Some(known) = known(reading, at, object, TransportService::new("", false)) {
        reading.hosts.told(known.at.file, &known.object.name);
        reading.facts.configuration.transport_services.push(known);
    }
}

fn known<N: Noun>(
    reading: &mut Reading,
    at: &Place,
    object: &Object,
    mut noun: N,
) -> Option<Known<N>> {
    let settable = N::PROPERTIES.iter().filter(|property| property.set.is_some());
    let told = settable.clone().filter(|property| object.get(property.name).is_some()).count();
    let expected = settable.count();
    if told * 2 < expected {
        let reason = Reason::Fields { expected, found: told };
        reading.unread.push(Unread::new(at.line, &object.text, reason));
        return None;
    }
    // What does not fit stays as it is by default; the rest of the object is still evidence.
    noun.take_over(object);
    Some(Known { at: at.clone(), object: noun })
}

#[cfg(test)]
mod tests {
    use exchange::value::Value;
    use logs::clixml;

    use super::super::tests::{facts_of, facts_of_bytes};
    use super::*;

    fn exported<N: Noun>(nouns: &[N]) -> Vec<u8> {
        clixml::write(&nouns.iter().map(|noun| Value::from(noun.to_object())).collect::<Vec<_>>())
    }

    #[test]
    fn exported_connectors_come_back_with_their_place() {
        let mut connector = SendConnector::new("Outbound to Office 365");
        connector.require_tls = true;
        connector.address_spaces = vec!["SMTP:*;1".parse().unwrap()];
        let facts = facts_of_bytes(&[("Configuration/x.clixml", &exported(&[connector]))]);
        let known = facts.configuration.send_connector("outbound to office 365").unwrap();
        assert!(known.object.require_tls);
        assert_eq!(known.object.address_spaces.len(), 1);
        assert_eq!(facts.host_of(known.at.file), "");
        assert!(known.at.line > 1);
    }

    #[test]
    fn receive_connectors_name_the_server_of_the_certificates_beside_them() {
        let connector =
            ReceiveConnector::new("MBX01", "Default MBX01", TransportRole::HubTransport);
        let domain = AcceptedDomain::new("contoso.com".parse().unwrap());
        let facts = facts_of_bytes(&[
            ("a/1.clixml", &exported(&[connector])),
            ("a/2.clixml", &exported(&[TransportService::new("MBX01", false)])),
            ("a/3.clixml", &exported(&[domain])),
        ]);
        let hosts: Vec<_> = facts.files.iter().map(|file| file.host.as_str()).collect();
        assert_eq!(hosts, ["MBX01"; 3]);
        assert_eq!(facts.configuration.transport_services.len(), 1);
    }

    #[test]
    fn accepted_domains_with_an_initial_one_are_the_tenants() {
        let mut domain = AcceptedDomain::new("cloudfield.onmicrosoft.com".parse().unwrap());
        domain.initial_domain = true;
        let facts = facts_of_bytes(&[("x.clixml", &exported(&[domain]))]);
        assert_eq!(facts.files[0].host, EXCHANGE_ONLINE);
    }

    #[test]
    fn a_few_properties_make_no_connector() {
        let text = "AddressSpaces : {SMTP:*;1}\r\nSmartHosts    : {mail.contoso.com}\r\nName          : Outbound\r\n";
        let facts = facts_of(&[("connector.txt", text)]);
        assert!(facts.configuration.send_connectors.is_empty());
        assert!(matches!(facts.files[0].unread[0].reason, Reason::Fields { found: 3, .. }));
    }
}
