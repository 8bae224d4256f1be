//! `OrganizationConfig`: what holds for the whole tenant, of which mail flow knows one setting.
//!
//! Source: Microsoft Learn, `Set-OrganizationConfig` and "Direct Send vs sending directly to an Exchange
//! Online tenant".

use exchange::directory::Tenant;
use exchange::guid::Guid;
use exchange::properties::{Fit, Noun, Property};

/// The settings of a tenant.
#[derive(Clone)]
pub(super) struct OrganizationConfig {
    name: String,
    guid: Guid,
    /// Whether mail that only claims to be from the tenant's own domains is refused.
    pub(super) reject_direct_send: bool,
}

impl OrganizationConfig {
    /// Those of this tenant.
    pub(super) fn of(tenant: &Tenant) -> Self {
        Self {
            name: tenant.initial_domain.clone(),
            guid: tenant.id,
            reject_direct_send: tenant.reject_direct_send,
        }
    }
}

impl Noun for OrganizationConfig {
    const TYPE_NAMES: &'static [&'static str] =
        &["Microsoft.Exchange.Data.Directory.Management.OrganizationConfig", "System.Object"];

    fn identity(&self) -> String {
        self.name.clone()
    }

    const PROPERTIES: &'static [Property<Self>] = &[
        Property::shown("DisplayName", |config| config.name.to_value()),
        Property::shown("IsDehydrated", |_| false.into()),
        Property {
            name: "RejectDirectSend",
            get: |config| config.reject_direct_send.to_value(),
            set: Some(|config, value| {
                config.reject_direct_send = Fit::from_value(value)?;
                Ok(())
            }),
        },
        Property::shown("Name", |config| config.name.to_value()),
        Property::shown("Identity", |config| config.name.to_value()),
        Property::shown("Guid", |config| config.guid.to_value()),
    ];
}
