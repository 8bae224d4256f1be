//! Inbound connectors of Exchange Online: how the tenant recognises mail from its own organization
//! and from partners.
//!
//! Source: Microsoft Learn, `New-InboundConnector`; what the Hybrid Configuration Wizard sets, from
//! "TLS Certificates in Exchange Hybrid" (Exchange Team Blog).
//!
//! Not modelled: Enhanced Filtering (`EF…`), `AssociatedAcceptedDomains`, `ClientHostNames`.

use crate::domain::{AddressSpace, DomainPattern};
use crate::guid::Guid;
use crate::ip_range::IpRange;
use crate::properties::{Enumeration, Fit, Noun, Property, field};
use crate::value::Value;

/// Whose servers a connector speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TenantConnectorType {
    /// The tenant's own organization.
    OnPremises,
    /// Another organization.
    Partner,
}

impl Enumeration for TenantConnectorType {
    const TYPE_NAME: &'static str =
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.TenantConnectorType";
    const MEMBERS: &'static [(Self, &'static str, i32)] =
        &[(Self::OnPremises, "OnPremises", 1), (Self::Partner, "Partner", 2)];
}

/// Who made a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TenantConnectorSource {
    /// An administrator.
    Default,
    /// The Hybrid Configuration Wizard.
    HybridWizard,
}

impl Enumeration for TenantConnectorSource {
    const TYPE_NAME: &'static str =
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.TenantConnectorSource";
    const MEMBERS: &'static [(Self, &'static str, i32)] =
        &[(Self::Default, "Default", 0), (Self::HybridWizard, "HybridWizard", 2)];
}

/// An inbound connector.
#[derive(Clone, Debug)]
pub struct InboundConnector {
    /// Name, unique in the tenant.
    pub name: String,
    /// Its object in the directory.
    pub guid: Guid,
    /// Whether it takes part at all.
    pub enabled: bool,
    /// Whose mail it is for.
    pub connector_type: TenantConnectorType,
    /// Who made it.
    pub connector_source: TenantConnectorSource,
    /// Sender domains it is for.
    pub sender_domains: Vec<AddressSpace>,
    /// Addresses the mail must come from; a second way to recognise the organization.
    pub sender_ip_addresses: Vec<IpRange>,
    /// Whether mail must come over TLS (partner connectors).
    pub require_tls: bool,
    /// Whether mail from these domains must come from `sender_ip_addresses` (partner connectors).
    pub restrict_domains_to_ip_addresses: bool,
    /// Whether mail from these domains must carry the certificate (partner connectors).
    pub restrict_domains_to_certificate: bool,
    /// The name a client certificate must carry.
    pub tls_sender_certificate_name: Option<DomainPattern>,
    /// Whether cross-premises headers are promoted to organization headers.
    pub cloud_services_mail_enabled: bool,
    /// Whether mail counts as internal without cross-premises headers.
    pub treat_messages_as_internal: bool,
    /// A remark.
    pub comment: String,
}

impl InboundConnector {
    /// A connector with the defaults of `New-InboundConnector`.
    pub fn new(name: &str, connector_type: TenantConnectorType) -> Self {
        Self {
            name: name.to_owned(),
            guid: Guid::ZERO,
            enabled: true,
            connector_type,
            connector_source: TenantConnectorSource::Default,
            sender_domains: Vec::new(),
            sender_ip_addresses: Vec::new(),
            require_tls: false,
            restrict_domains_to_ip_addresses: false,
            restrict_domains_to_certificate: false,
            tls_sender_certificate_name: None,
            cloud_services_mail_enabled: false,
            treat_messages_as_internal: false,
            comment: String::new(),
        }
    }

    /// Rules between the properties (Microsoft Learn, `New-InboundConnector`).
    ///
    /// # Errors
    /// The text for the first rule that is broken; its wording is ours.
    pub fn check(&self) -> Result<(), String> {
        if self.treat_messages_as_internal
            && (self.connector_type != TenantConnectorType::OnPremises
                || self.cloud_services_mail_enabled)
        {
            return Err("TreatMessagesAsInternal can be used only with connectors of type OnPremises, and not together with CloudServicesMailEnabled.".to_owned());
        }
        if self.sender_domains.is_empty() {
            return Err("The SenderDomains parameter can't be empty.".to_owned());
        }
        if self.restrict_domains_to_ip_addresses && self.sender_ip_addresses.is_empty() {
            return Err(
                "SenderIPAddresses must be specified when RestrictDomainsToIPAddresses is $true."
                    .to_owned(),
            );
        }
        if self.restrict_domains_to_certificate && self.tls_sender_certificate_name.is_none() {
            return Err("TlsSenderCertificateName must be specified when RestrictDomainsToCertificate is $true.".to_owned());
        }
        Ok(())
    }
}

impl Noun for InboundConnector {
    const TYPE_NAMES: &'static [&'static str] = &[
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.TenantInboundConnector",
        "System.Object",
    ];

    fn identity(&self) -> String {
        self.name.clone()
    }

    const PROPERTIES: &'static [Property<Self>] = &[
        field!("Enabled", enabled),
        field!("ConnectorType", connector_type),
        field!("ConnectorSource", connector_source),
        field!("Comment", comment),
        field!("SenderIPAddresses", sender_ip_addresses),
        Property {
            name: "SenderDomains",
            get: |connector| Value::List(connector.sender_domains.iter().map(lower_case).collect()),
            set: Some(|connector, value| {
                connector.sender_domains = Fit::from_value(value)?;
                Ok(())
            }),
        },
        Property::shown("AssociatedAcceptedDomains", |_| Value::List(Vec::new())),
        field!("RequireTls", require_tls),
        field!("RestrictDomainsToIPAddresses", restrict_domains_to_ip_addresses),
        field!("RestrictDomainsToCertificate", restrict_domains_to_certificate),
        field!("CloudServicesMailEnabled", cloud_services_mail_enabled),
        field!("TreatMessagesAsInternal", treat_messages_as_internal),
        field!("TlsSenderCertificateName", tls_sender_certificate_name),
        field!("Name", name),
        Property::shown("Identity", |connector| connector.name.clone().into()),
        field!("Guid", guid),
    ];
}

/// `smtp:*;1`: the service writes the type of an address space in lower case.
fn lower_case(space: &AddressSpace) -> Value {
    Value::opaque(
        "Microsoft.Exchange.Data.AddressSpace",
        space.to_string().replacen("SMTP:", "smtp:", 1),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exported_connector_is_read_back_whole() {
        let mut origin = InboundConnector::new("Inbound", TenantConnectorType::OnPremises);
        origin.sender_domains = vec!["smtp:*;1".parse().unwrap()];
        origin.tls_sender_certificate_name = "mail.cloudmonkeys.xyz".parse().ok();
        origin.connector_source = TenantConnectorSource::HybridWizard;
        let mut copy = InboundConnector::new("", TenantConnectorType::Partner);
        assert_eq!(copy.take_over(&origin.to_object()), vec![]);
        assert_eq!(copy.to_object(), origin.to_object());
    }

    #[test]
    fn internal_treatment_is_for_own_servers_without_cloud_headers() {
        let mut connector = InboundConnector::new("x", TenantConnectorType::OnPremises);
        connector.sender_domains = vec!["smtp:*;1".parse().unwrap()];
        connector.treat_messages_as_internal = true;
        assert_eq!(connector.check(), Ok(()));
        connector.cloud_services_mail_enabled = true;
        assert!(connector.check().is_err());
    }
}
