//! Send connector choice: where mail for a domain leaves the organization.
//!
//! Source: Microsoft Learn, "Send connector selection": drop connectors whose size limit the message
//! exceeds; keep enabled ones whose address space matches; the most specific space wins, then the
//! lowest cost, then the nearest source server, then the lowest name. None: the Unreachable queue.
//!
//! Not modelled: several AD sites (site-link costs are 0, and a scoped connector is in scope).

use crate::directory::{Organization, ServerRole};
use crate::domain::DomainPattern;
use crate::nouns::send_connector::SendConnector;

/// Where mail for a domain goes.
#[derive(Clone, Debug)]
pub enum Route<'a> {
    /// Out of the organization by this connector, from this place.
    Connector(&'a SendConnector, Source<'a>),
    /// No connector is for that domain.
    Unreachable,
    /// Connectors are for that domain, but the message is too large for every one.
    TooLarge,
}

/// Who speaks to the next hop of a connector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source<'a> {
    /// This server.
    Here,
    /// Another Mailbox server of the organization.
    Servers(Vec<&'a str>),
    /// An Edge server subscribed to the site.
    Edge(Vec<&'a str>),
}

/// Chooses the Send connector for a domain, as seen from one server.
pub fn route<'a>(
    organization: &'a Organization,
    local: &str,
    domain: &str,
    size: u64,
) -> Route<'a> {
    let matching: Vec<(usize, u8, &SendConnector)> = organization
        .send_connectors
        .iter()
        .filter(|connector| connector.enabled)
        .filter_map(|connector| {
            let (specificity, cost) = best_space(organization, connector, local, domain)?;
            Some((specificity, cost, connector))
        })
        .collect();
    let chosen = matching
        .iter()
        .filter(|(.., connector)| {
            connector.max_message_size.allows(crate::quantity::ByteSize(size))
        })
        .min_by_key(|(specificity, cost, connector)| {
            let distance = usize::from(!is_source(connector, local));
            (std::cmp::Reverse(*specificity), *cost, distance, connector.name.to_ascii_lowercase())
        });
    match chosen {
        Some((.., connector)) => {
            Route::Connector(connector, source(organization, connector, local))
        }
        None if matching.is_empty() => Route::Unreachable,
        None => Route::TooLarge,
    }
}

/// Specificity and cost of the connector's best address space for a domain.
fn best_space(
    organization: &Organization,
    connector: &SendConnector,
    local: &str,
    domain: &str,
) -> Option<(usize, u8)> {
    connector
        .address_spaces
        .iter()
        .filter_map(|space| {
            let pattern = match &space.domain {
                // It stands for every accepted domain: a connector for one of them is as specific,
                // and wins by its cost.
                DomainPattern::AcceptedDomains if is_source(connector, local) => {
                    &organization.accepted_domain(domain)?.domain_name
                }
                DomainPattern::AcceptedDomains => return None,
                pattern => pattern,
            };
            pattern.covers(domain).then(|| (pattern.specificity(), space.cost))
        })
        .min_by_key(|(specificity, cost)| (std::cmp::Reverse(*specificity), *cost))
}

fn is_source(connector: &SendConnector, server: &str) -> bool {
    connector.source_transport_servers.iter().any(|source| source.eq_ignore_ascii_case(server))
}

fn source<'a>(
    organization: &'a Organization,
    connector: &'a SendConnector,
    local: &str,
) -> Source<'a> {
    if is_source(connector, local) {
        return Source::Here;
    }
    let mut names: Vec<&str> =
        connector.source_transport_servers.iter().map(String::as_str).collect();
    names.sort_unstable();
    let is_edge = |name: &&str| {
        organization.server(name).is_some_and(|server| server.role == ServerRole::Edge)
    };
    if names.iter().any(is_edge) {
        names.retain(is_edge);
        Source::Edge(names)
    } else {
        Source::Servers(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::{ByteSize, Unlimited};
    use proptest::prelude::*;

    fn connector(name: &str, spaces: &[&str]) -> SendConnector {
        let mut connector = SendConnector::new(name);
        connector.address_spaces = spaces.iter().map(|space| space.parse().unwrap()).collect();
        connector.source_transport_servers = vec!["MBX1".to_owned()];
        connector
    }

    fn organization(connectors: Vec<SendConnector>) -> Organization {
        Organization { send_connectors: connectors, ..Organization::default() }
    }

    fn chosen(organization: &Organization, domain: &str) -> Option<String> {
        match route(organization, "MBX1", domain, 1000) {
            Route::Connector(connector, _) => Some(connector.name.clone()),
            _ => None,
        }
    }

    #[test]
    fn the_most_specific_address_space_wins_over_the_cheapest() {
        let organization = organization(vec![
            connector("Internet", &["SMTP:*;1"]),
            connector("Partners", &["SMTP:*.contoso.com;50"]),
            connector("Marketing", &["SMTP:marketing.contoso.com;100"]),
        ]);
        assert_eq!(chosen(&organization, "marketing.contoso.com").as_deref(), Some("Marketing"));
        assert_eq!(chosen(&organization, "sales.contoso.com").as_deref(), Some("Partners"));
        assert_eq!(chosen(&organization, "fabrikam.com").as_deref(), Some("Internet"));
    }

    #[test]
    fn cost_then_nearness_then_name_decide_between_equals() {
        let mut far = connector("A far", &["SMTP:*;1"]);
        far.source_transport_servers = vec!["MBX2".to_owned()];
        let all = vec![
            connector("C", &["SMTP:*;1"]),
            connector("B", &["SMTP:*;1"]),
            far,
            connector("0", &["SMTP:*;2"]),
        ];
        assert_eq!(chosen(&organization(all), "fabrikam.com").as_deref(), Some("B"));
    }

    #[test]
    fn no_match_is_unreachable_and_too_large_is_not() {
        let mut small = connector("Internet", &["SMTP:fabrikam.com;1"]);
        small.max_message_size = Unlimited::Limited(ByteSize(10));
        let organization = organization(vec![small]);
        assert!(matches!(route(&organization, "MBX1", "contoso.com", 5), Route::Unreachable));
        assert!(matches!(route(&organization, "MBX1", "fabrikam.com", 50), Route::TooLarge));
    }

    #[test]
    fn a_disabled_connector_leads_nowhere() {
        let mut only = connector("Internet", &["SMTP:*;1"]);
        only.enabled = false;
        assert!(matches!(
            route(&organization(vec![only]), "MBX1", "contoso.com", 5),
            Route::Unreachable
        ));
    }

    proptest! {
        #[test]
        fn the_order_of_connectors_never_matters(
            order in Just(vec![0_usize, 1, 2, 3, 4, 5]).prop_shuffle(),
            domain in prop::sample::select(vec!["contoso.com", "a.contoso.com", "b.a.contoso.com", "fabrikam.com"]),
        ) {
            let all = [
                connector("one", &["SMTP:*;1"]),
                connector("two", &["SMTP:*;1", "SMTP:*.contoso.com;9"]),
                connector("three", &["SMTP:*.contoso.com;9"]),
                connector("four", &["SMTP:a.contoso.com;3"]),
                connector("five", &["SMTP:*.a.contoso.com;3"]),
                connector("six", &["SMTP:*.com;1"]),
            ];
            let shuffled = organization(order.iter().map(|at| all[*at].clone()).collect());
            let sorted = organization(all.to_vec());
            prop_assert_eq!(chosen(&shuffled, domain), chosen(&sorted, domain));
        }
    }
}
