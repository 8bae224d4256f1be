//! Remote domains: how mail to other organizations is treated.
//!
//! Of their many settings the lab models what the Hybrid Configuration Wizard sets: which domain is
//! the tenant's target delivery domain and whether mail with it is trusted. Formatting, automatic
//! replies and out-of-office policies are not modelled.

use crate::domain::DomainPattern;
use crate::guid::Guid;
use crate::properties::{Noun, Property, field};

/// A remote domain.
#[derive(Clone, Debug)]
pub struct RemoteDomain {
    /// Name, such as `Hybrid Domain - cloudfield.mail.onmicrosoft.com`.
    pub name: String,
    /// Its object in the directory.
    pub guid: Guid,
    /// The domain it is about.
    pub domain_name: DomainPattern,
    /// Whether remote mailboxes get their routing address in this domain.
    pub target_delivery_domain: bool,
    /// Whether mail from it counts as mail from the organization.
    pub trusted_mail_inbound_enabled: bool,
    /// Whether mail to it counts as mail within the organization.
    pub trusted_mail_outbound_enabled: bool,
}

impl RemoteDomain {
    /// A remote domain with the product's defaults.
    pub fn new(name: &str, domain_name: DomainPattern) -> Self {
        Self {
            name: name.to_owned(),
            guid: Guid::of_name(&domain_name.to_string()),
            domain_name,
            target_delivery_domain: false,
            trusted_mail_inbound_enabled: false,
            trusted_mail_outbound_enabled: false,
        }
    }
}

impl Noun for RemoteDomain {
    const TYPE_NAMES: &'static [&'static str] = &[
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.DomainContentConfig",
        "System.Object",
    ];

    fn identity(&self) -> String {
        self.name.clone()
    }

    const PROPERTIES: &'static [Property<Self>] = &[
        field!("DomainName", domain_name),
        Property::shown("AllowedOOFType", |_| "External".into()),
        field!("TrustedMailOutboundEnabled", trusted_mail_outbound_enabled),
        field!("TrustedMailInboundEnabled", trusted_mail_inbound_enabled),
        field!("TargetDeliveryDomain", target_delivery_domain),
        field!("Name", name),
        Property::shown("Identity", |domain| domain.name.clone().into()),
        field!("Guid", guid),
    ];
}
