//! Tenant attribution: whose mail a message is that reaches Exchange Online, and how far it is trusted.
//!
//! Order: the client certificate's domain, then the sender's domain, then the recipient's
//! ("TLS Certificates in Exchange Hybrid", Exchange Team Blog; Microsoft message center MC1226222).
//! An inbound connector of type `OnPremises` is found by the certificate's name, when that is also an
//! accepted domain of the tenant or below one, or by the source address. Mail through it may be
//! relayed to the Internet and, with `CloudServicesMailEnabled`, carries its organization headers in.
//!
//! Not modelled: regions, accepted domains shared by tenants, partner connectors with `ClientHostNames`.

use std::net::IpAddr;

use crate::directory::Tenant;
use crate::domain::DomainPattern;
use crate::nouns::inbound_connector::{InboundConnector, TenantConnectorType};
use crate::status;

/// What Exchange Online knows of a message before it accepts a recipient.
#[derive(Clone, Debug)]
pub struct Arrival<'a> {
    /// Names in the client certificate, when one was shown and it is valid.
    pub certificate_names: &'a [String],
    /// Address of the client.
    pub client: IpAddr,
    /// Whether the session is encrypted.
    pub tls: bool,
    /// Domain of the sender; `None` for the null sender.
    pub sender_domain: Option<&'a str>,
    /// Domain of the recipient.
    pub recipient_domain: &'a str,
}

/// The tenant's view of a message.
#[derive(Clone, Debug)]
pub enum Attribution<'a> {
    /// From the tenant's organization on premises, through this connector.
    Organization(&'a InboundConnector),
    /// From a partner, through this connector.
    Partner(&'a InboundConnector),
    /// From anyone on the Internet, to the tenant.
    Internet,
    /// Refused with this status text.
    Refused(&'static str),
}

/// Attributes a message to the tenant.
pub fn attribute<'a>(tenant: &'a Tenant, arrival: &Arrival<'_>) -> Attribution<'a> {
    if let Some(connector) = organization_connector(tenant, arrival) {
        return Attribution::Organization(connector);
    }
    if tenant.accepted_domain(arrival.recipient_domain).is_none() {
        return Attribution::Refused(status::RELAY_ACCESS_DENIED);
    }
    if let Some(connector) = partner_connector(tenant, arrival) {
        let by_address = !connector.restrict_domains_to_ip_addresses
            || comes_from(&connector.sender_ip_addresses, arrival.client);
        let by_certificate = !connector.restrict_domains_to_certificate
            || names_match(
                arrival.certificate_names,
                connector.tls_sender_certificate_name.as_ref(),
            );
        return if !by_address || !by_certificate {
            Attribution::Refused(status::PARTNER_CONNECTOR_MISMATCH)
        } else if connector.require_tls && !arrival.tls {
            Attribution::Refused(status::STARTTLS_REQUIRED_BY_CONNECTOR)
        } else {
            Attribution::Partner(connector)
        };
    }
    let own_sender = arrival.sender_domain.and_then(|domain| tenant.accepted_domain(domain));
    if tenant.reject_direct_send && own_sender.is_some() {
        return Attribution::Refused(status::DIRECT_SEND_NOT_ALLOWED);
    }
    Attribution::Internet
}

fn organization_connector<'a>(
    tenant: &'a Tenant,
    arrival: &Arrival<'_>,
) -> Option<&'a InboundConnector> {
    let certified = arrival
        .certificate_names
        .iter()
        .any(|name| tenant.accepted_domain(parent_or_self(tenant, name)).is_some());
    tenant
        .inbound_connectors
        .iter()
        .filter(|connector| {
            connector.enabled && connector.connector_type == TenantConnectorType::OnPremises
        })
        .find(|connector| {
            let wanted = connector.tls_sender_certificate_name.as_ref();
            (certified && wanted.is_some() && names_match(arrival.certificate_names, wanted))
                || comes_from(&connector.sender_ip_addresses, arrival.client)
        })
}

/// The accepted domain a certificate's name belongs to, or the name itself.
fn parent_or_self<'a>(tenant: &Tenant, name: &'a str) -> &'a str {
    let mut rest = name.trim_start_matches("*.");
    loop {
        if tenant.accepted_domain(rest).is_some() {
            return rest;
        }
        match rest.split_once('.') {
            Some((_, parent)) if parent.contains('.') => rest = parent,
            _ => return name,
        }
    }
}

fn partner_connector<'a>(
    tenant: &'a Tenant,
    arrival: &Arrival<'_>,
) -> Option<&'a InboundConnector> {
    let sender = arrival.sender_domain?;
    tenant
        .inbound_connectors
        .iter()
        .filter(|connector| {
            connector.enabled && connector.connector_type == TenantConnectorType::Partner
        })
        .find(|connector| connector.sender_domains.iter().any(|space| space.domain.covers(sender)))
}

fn comes_from(ranges: &[crate::ip_range::IpRange], client: IpAddr) -> bool {
    ranges.iter().any(|range| range.contains(client))
}

/// Whether a certificate's name is the one a connector wants, `*.contoso.com` or `mail.contoso.com`.
fn names_match(names: &[String], wanted: Option<&DomainPattern>) -> bool {
    wanted.is_some_and(|wanted| {
        names.iter().any(|name| match name.strip_prefix("*.") {
            Some(parent) => matches!(wanted, DomainPattern::WithSubdomains(own) if own.eq_ignore_ascii_case(parent)),
            None => wanted.covers(name),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nouns::accepted_domain::AcceptedDomain;

    fn tenant() -> Tenant {
        let mut inbound = InboundConnector::new("Inbound", TenantConnectorType::OnPremises);
        inbound.sender_domains = vec!["smtp:*;1".parse().unwrap()];
        inbound.tls_sender_certificate_name = "mail.cloudmonkeys.xyz".parse().ok();
        Tenant {
            accepted_domains: vec![AcceptedDomain::new("cloudmonkeys.xyz".parse().unwrap())],
            inbound_connectors: vec![inbound],
            ..Tenant::default()
        }
    }

    fn arrival<'a>(names: &'a [String], recipient_domain: &'a str) -> Arrival<'a> {
        Arrival {
            certificate_names: names,
            client: "27.7.57.241".parse().unwrap(),
            tls: true,
            sender_domain: Some("cloudmonkeys.xyz"),
            recipient_domain,
        }
    }

    #[test]
    fn the_certificate_makes_mail_the_organizations_own_even_to_the_internet() {
        let (tenant, names) = (tenant(), ["mail.cloudmonkeys.xyz".to_owned()]);
        for domain in ["cloudmonkeys.xyz", "fabrikam.com"] {
            let attribution = attribute(&tenant, &arrival(&names, domain));
            assert!(matches!(attribution, Attribution::Organization(_)), "{domain}");
        }
    }

    #[test]
    fn without_the_certificate_relaying_is_denied() {
        let tenant = tenant();
        for names in [vec![], vec!["mail.elsewhere.example".to_owned()]] {
            assert!(matches!(
                attribute(&tenant, &arrival(&names, "fabrikam.com")),
                Attribution::Refused(status::RELAY_ACCESS_DENIED)
            ));
            assert!(matches!(
                attribute(&tenant, &arrival(&names, "cloudmonkeys.xyz")),
                Attribution::Internet
            ));
        }
    }

    #[test]
    fn a_certificate_outside_the_accepted_domains_does_not_count() {
        let mut tenant = tenant();
        tenant.inbound_connectors[0].tls_sender_certificate_name =
            "mail.elsewhere.example".parse().ok();
        let names = ["mail.elsewhere.example".to_owned()];
        assert!(matches!(
            attribute(&tenant, &arrival(&names, "cloudmonkeys.xyz")),
            Attribution::Internet
        ));
    }

    #[test]
    fn direct_send_from_an_own_domain_can_be_refused() {
        let mut tenant = tenant();
        tenant.reject_direct_send = true;
        assert!(matches!(
            attribute(&tenant, &arrival(&[], "cloudmonkeys.xyz")),
            Attribution::Refused(status::DIRECT_SEND_NOT_ALLOWED)
        ));
    }

    #[test]
    fn a_partner_must_come_from_where_the_connector_says() {
        let mut tenant = tenant();
        let mut partner = InboundConnector::new("Fabrikam", TenantConnectorType::Partner);
        partner.sender_domains = vec!["smtp:fabrikam.com;1".parse().unwrap()];
        partner.restrict_domains_to_ip_addresses = true;
        partner.sender_ip_addresses = vec!["203.0.113.0/24".parse().unwrap()];
        tenant.inbound_connectors.push(partner);
        let mut arrival = arrival(&[], "cloudmonkeys.xyz");
        arrival.sender_domain = Some("fabrikam.com");
        assert!(matches!(
            attribute(&tenant, &arrival),
            Attribution::Refused(status::PARTNER_CONNECTOR_MISMATCH)
        ));
        arrival.client = "203.0.113.9".parse().unwrap();
        assert!(matches!(attribute(&tenant, &arrival), Attribution::Partner(_)));
    }
}
