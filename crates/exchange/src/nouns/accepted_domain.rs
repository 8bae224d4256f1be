//! Accepted domains, on premises and in the tenant.
//!
//! Source: Microsoft Learn, "Accepted domains in Exchange Server" and "Manage accepted domains in
//! Exchange Online". Exchange Online has no external relay domains.

use crate::domain::DomainPattern;
use crate::guid::Guid;
use crate::properties::{Enumeration, Fit, Noun, Property, Unfit, field};
use crate::value::Value;

/// What happens to a recipient that the directory does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcceptedDomainType {
    /// It does not exist: non-delivery report.
    Authoritative,
    /// It is hosted elsewhere, outside the organization: relayed by a Send connector.
    ExternalRelay,
    /// It may live on another mail system of the organization: relayed by a Send connector.
    InternalRelay,
}

impl Enumeration for AcceptedDomainType {
    const TYPE_NAME: &'static str =
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.AcceptedDomainType";
    const MEMBERS: &'static [(Self, &'static str, i32)] = &[
        (Self::Authoritative, "Authoritative", 0),
        (Self::ExternalRelay, "ExternalRelay", 1),
        (Self::InternalRelay, "InternalRelay", 2),
    ];
}

/// An accepted domain.
#[derive(Clone, Debug)]
pub struct AcceptedDomain {
    /// Name of the object.
    pub name: String,
    /// Its object in the directory.
    pub guid: Guid,
    /// The domain, or the domain with its subdomains.
    pub domain_name: DomainPattern,
    /// What happens to unknown recipients.
    pub domain_type: AcceptedDomainType,
    /// Whether addresses without a domain get this one.
    pub default: bool,
    /// Whether it is the tenant's `…onmicrosoft.com` domain.
    pub initial_domain: bool,
}

impl AcceptedDomain {
    /// An authoritative domain whose object is named after it.
    pub fn new(domain: DomainPattern) -> Self {
        Self {
            name: domain.to_string(),
            guid: Guid::of_name(&domain.to_string()),
            domain_name: domain,
            domain_type: AcceptedDomainType::Authoritative,
            default: false,
            initial_domain: false,
        }
    }
}

impl Noun for AcceptedDomain {
    const TYPE_NAMES: &'static [&'static str] = &[
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.AcceptedDomain",
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.ADConfigurationObject",
        "System.Object",
    ];

    fn identity(&self) -> String {
        self.name.clone()
    }

    const PROPERTIES: &'static [Property<Self>] = &[
        field!("DomainName", domain_name),
        Property::shown("CatchAllRecipientID", |_| Value::Null),
        field!("DomainType", domain_type),
        Property {
            name: "MatchSubDomains",
            get: |domain| matches!(domain.domain_name, DomainPattern::WithSubdomains(_)).into(),
            set: Some(set_match_sub_domains),
        },
        Property::shown("AddressBookEnabled", |domain| {
            (domain.domain_type == AcceptedDomainType::Authoritative).into()
        }),
        field!("Default", default),
        Property::shown("EmailOnly", |_| false.into()),
        Property::shown("ExternallyManaged", |_| false.into()),
        Property::shown("AuthenticationType", |_| Value::Null),
        Property::shown("LiveIdInstanceType", |_| Value::Null),
        Property::shown("PendingRemoval", |_| false.into()),
        Property::shown("PendingCompletion", |_| false.into()),
        Property::shown("FederatedOrganizationLink", |_| Value::Null),
        Property::shown("MailFlowPartner", |_| Value::Null),
        Property::shown("OutboundOnly", |_| false.into()),
        Property::shown("PendingFederatedAccountNamespace", |_| false.into()),
        Property::shown("PendingFederatedDomain", |_| false.into()),
        Property::shown("IsCoexistenceDomain", |_| false.into()),
        Property::shown("PerimeterDuplicateDetected", |_| false.into()),
        Property::shown("IsDefaultFederatedDomain", |_| false.into()),
        Property::shown("EnableNego2Authentication", |_| false.into()),
        field!("InitialDomain", initial_domain),
        Property::shown("AdminDisplayName", |_| "".into()),
        Property::shown("ExchangeVersion", |_| {
            Value::opaque("Microsoft.Exchange.Data.ExchangeObjectVersion", "0.20 (15.0.0.0)")
        }),
        field!("Name", name),
        Property::shown("Identity", |domain| domain.name.clone().into()),
        field!("Guid", guid),
    ];
}

fn set_match_sub_domains(domain: &mut AcceptedDomain, value: &Value) -> Result<(), Unfit> {
    let with_subdomains: bool = Fit::from_value(value)?;
    if let Some(name) = domain.domain_name.domain().map(str::to_owned) {
        domain.domain_name = if with_subdomains {
            DomainPattern::WithSubdomains(name)
        } else {
            DomainPattern::Exact(name)
        };
    }
    Ok(())
}

/// The accepted domain that covers a domain: the most specific one.
pub fn covering<'a>(domains: &'a [AcceptedDomain], domain: &str) -> Option<&'a AcceptedDomain> {
    domains
        .iter()
        .filter(|accepted| accepted.domain_name.covers(domain))
        .max_by_key(|accepted| accepted.domain_name.specificity())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subdomains_can_be_added_and_taken_away() {
        let mut domain = AcceptedDomain::new("contoso.com".parse().unwrap());
        domain.assign("MatchSubDomains", &Value::Bool(true)).unwrap();
        assert_eq!(domain.domain_name.to_string(), "*.contoso.com");
        domain.assign("MatchSubDomains", &Value::Bool(false)).unwrap();
        assert_eq!(domain.domain_name.to_string(), "contoso.com");
    }

    #[test]
    fn the_most_specific_domain_covers() {
        let domains = ["*.contoso.com", "mail.contoso.com"]
            .map(|text| AcceptedDomain::new(text.parse().unwrap()));
        assert_eq!(covering(&domains, "mail.contoso.com").unwrap().name, "mail.contoso.com");
        assert_eq!(covering(&domains, "contoso.com").unwrap().name, "*.contoso.com");
        assert!(covering(&domains, "fabrikam.com").is_none());
    }
}
