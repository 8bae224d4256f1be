//! Outbound connectors of Exchange Online: where the tenant's mail leaves to.
//!
//! Source: Microsoft Learn, `New-OutboundConnector`; HCW values as in `inbound_connector`.
//!
//! Not modelled: MTA-STS and DANE modes, test mode, sender rewriting, transport rule scoping.

use crate::domain::DomainPattern;
use crate::guid::Guid;
use crate::nouns::inbound_connector::{TenantConnectorSource, TenantConnectorType};
use crate::nouns::send_connector::{SmartHost, TlsAuthLevel};
use crate::properties::{Noun, Property, field};
use crate::value::Value;

/// An outbound connector.
#[derive(Clone, Debug)]
pub struct OutboundConnector {
    /// Name, unique in the tenant.
    pub name: String,
    /// Its object in the directory.
    pub guid: Guid,
    /// Whether it takes part at all.
    pub enabled: bool,
    /// Whose servers it leads to.
    pub connector_type: TenantConnectorType,
    /// Who made it.
    pub connector_source: TenantConnectorSource,
    /// Recipient domains it is for.
    pub recipient_domains: Vec<DomainPattern>,
    /// Whether the next hop is found by MX; otherwise by `smart_hosts`.
    pub use_mx_record: bool,
    /// Next hops, tried in turn.
    pub smart_hosts: Vec<SmartHost>,
    /// How the next hop must prove itself; `None` means opportunistic TLS.
    pub tls_settings: Option<TlsAuthLevel>,
    /// The name its certificate must carry.
    pub tls_domain: Option<DomainPattern>,
    /// Centralized mail transport: everything leaves through the organization on premises.
    pub route_all_messages_via_on_premises: bool,
    /// Whether organization headers cross over as cross-premises headers.
    pub cloud_services_mail_enabled: bool,
    /// Whether it is for every accepted domain of the tenant.
    pub all_accepted_domains: bool,
    /// Whether it was validated.
    pub is_validated: bool,
    /// A remark.
    pub comment: String,
}

impl OutboundConnector {
    /// A connector with the defaults of `New-OutboundConnector`.
    pub fn new(name: &str, connector_type: TenantConnectorType) -> Self {
        Self {
            name: name.to_owned(),
            guid: Guid::ZERO,
            enabled: true,
            connector_type,
            connector_source: TenantConnectorSource::Default,
            recipient_domains: Vec::new(),
            use_mx_record: true,
            smart_hosts: Vec::new(),
            tls_settings: None,
            tls_domain: None,
            route_all_messages_via_on_premises: false,
            cloud_services_mail_enabled: false,
            all_accepted_domains: false,
            is_validated: false,
            comment: String::new(),
        }
    }

    /// Rules between the properties (Microsoft Learn, `New-OutboundConnector`).
    ///
    /// # Errors
    /// The text for the first rule that is broken; its wording is ours.
    pub fn check(&self) -> Result<(), String> {
        if self.use_mx_record && !self.smart_hosts.is_empty() {
            return Err("SmartHosts can't be specified when UseMXRecord is $true.".to_owned());
        }
        if !self.use_mx_record && self.smart_hosts.is_empty() {
            return Err("SmartHosts must be specified when UseMXRecord is $false.".to_owned());
        }
        if self.tls_domain.is_some() && self.tls_settings != Some(TlsAuthLevel::DomainValidation) {
            return Err(
                "TlsDomain can be specified only when TlsSettings is DomainValidation.".to_owned()
            );
        }
        if self.tls_settings == Some(TlsAuthLevel::DomainValidation) && self.tls_domain.is_none() {
            return Err(
                "TlsDomain must be specified when TlsSettings is DomainValidation.".to_owned()
            );
        }
        let on_premises = self.connector_type == TenantConnectorType::OnPremises;
        if (self.all_accepted_domains || self.route_all_messages_via_on_premises) && !on_premises {
            return Err("AllAcceptedDomains and RouteAllMessagesViaOnPremises can be $true only when ConnectorType is OnPremises.".to_owned());
        }
        Ok(())
    }
}

impl Noun for OutboundConnector {
    const TYPE_NAMES: &'static [&'static str] = &[
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.TenantOutboundConnector",
        "System.Object",
    ];

    fn identity(&self) -> String {
        self.name.clone()
    }

    const PROPERTIES: &'static [Property<Self>] = &[
        field!("Enabled", enabled),
        field!("UseMXRecord", use_mx_record),
        field!("Comment", comment),
        field!("ConnectorType", connector_type),
        field!("ConnectorSource", connector_source),
        field!("RecipientDomains", recipient_domains),
        field!("SmartHosts", smart_hosts),
        field!("TlsDomain", tls_domain),
        field!("TlsSettings", tls_settings),
        Property::shown("IsTransportRuleScoped", |_| false.into()),
        field!("RouteAllMessagesViaOnPremises", route_all_messages_via_on_premises),
        field!("CloudServicesMailEnabled", cloud_services_mail_enabled),
        field!("AllAcceptedDomains", all_accepted_domains),
        Property::shown("SenderRewritingEnabled", |_| false.into()),
        Property::shown("TestMode", |_| false.into()),
        field!("IsValidated", is_validated),
        Property::shown("LastValidationTimestamp", |_| Value::Null),
        field!("Name", name),
        Property::shown("Identity", |connector| connector.name.clone().into()),
        field!("Guid", guid),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mx_and_smart_hosts_exclude_each_other() {
        let mut connector = OutboundConnector::new("x", TenantConnectorType::OnPremises);
        assert_eq!(connector.check(), Ok(()));
        connector.smart_hosts = vec![SmartHost::Name("mail.cloudmonkeys.xyz".to_owned())];
        assert!(connector.check().is_err());
        connector.use_mx_record = false;
        assert_eq!(connector.check(), Ok(()));
    }

    #[test]
    fn only_the_own_organization_takes_all_mail() {
        let mut connector = OutboundConnector::new("x", TenantConnectorType::Partner);
        connector.route_all_messages_via_on_premises = true;
        assert!(connector.check().is_err());
        connector.connector_type = TenantConnectorType::OnPremises;
        assert_eq!(connector.check(), Ok(()));
    }

    #[test]
    fn an_exported_connector_is_read_back_whole() {
        let mut origin = OutboundConnector::new("Outbound", TenantConnectorType::OnPremises);
        origin.recipient_domains = vec!["cloudmonkeys.xyz".parse().unwrap()];
        origin.tls_settings = Some(TlsAuthLevel::DomainValidation);
        origin.tls_domain = "mail.cloudmonkeys.xyz".parse().ok();
        let mut copy = OutboundConnector::new("", TenantConnectorType::Partner);
        assert_eq!(copy.take_over(&origin.to_object()), vec![]);
        assert_eq!(copy.to_object(), origin.to_object());
    }
}
