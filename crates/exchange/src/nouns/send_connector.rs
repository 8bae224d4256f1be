//! Send connectors of the on-premises organization.
//!
//! Property order as in a real `Get-SendConnector | Export-Clixml` of Exchange 2019
//! (microsoft/CSS-Exchange, HealthChecker test data); rules between parameters from Microsoft Learn,
//! `Set-SendConnector`.
//!
//! Not modelled: smart host authentication with credentials, routing groups, delivery agents.

use crate::certificate_name::TlsCertificateName;
use crate::domain::{AddressSpace, DomainPattern};
use crate::guid::Guid;
use crate::nouns::receive_connector::ProtocolLoggingLevel;
use crate::properties::{Enumeration, Fit, Noun, Property, Unfit, field};
use crate::quantity::{ByteSize, TimeSpan, Unlimited};
use crate::value::Value;

/// How the next hop must prove itself on a connector that requires TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsAuthLevel {
    /// The channel is encrypted; any certificate will do.
    EncryptionOnly,
    /// The certificate must be valid and chain to a trusted root.
    CertificateValidation,
    /// It must also name `TlsDomain`, or the next hop when that is empty.
    DomainValidation,
}

impl Enumeration for TlsAuthLevel {
    const TYPE_NAME: &'static str = "Microsoft.Exchange.Data.TlsAuthLevel";
    const MEMBERS: &'static [(Self, &'static str, i32)] = &[
        (Self::EncryptionOnly, "EncryptionOnly", 1),
        (Self::CertificateValidation, "CertificateValidation", 2),
        (Self::DomainValidation, "DomainValidation", 3),
    ];
}

/// A smart host: a name, or an address that the shell shows in brackets, `[10.1.1.5]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SmartHost {
    /// A host name to resolve.
    Name(String),
    /// An address.
    Address(std::net::IpAddr),
}

impl std::fmt::Display for SmartHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(address) => write!(f, "[{address}]"),
        }
    }
}

impl Fit for SmartHost {
    fn to_value(&self) -> Value {
        Value::opaque("Microsoft.Exchange.Data.SmartHost", self.to_string())
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        let text = value.to_string();
        let bare = text.trim().trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = bare.parse() {
            return Ok(Self::Address(address));
        }
        match bare.parse() {
            Ok(DomainPattern::Exact(name)) => Ok(Self::Name(name)),
            // Of an Edge server's way inside: the Mailbox servers of its site.
            Ok(DomainPattern::AcceptedDomains) => Ok(Self::Name("--".to_owned())),
            _ => Err(Unfit::new("Microsoft.Exchange.Data.SmartHost", value)
                .because("The smart host must be a fully qualified domain name or an IP address.")),
        }
    }
}

/// A Send connector.
#[derive(Clone, Debug)]
pub struct SendConnector {
    /// Name, unique in the organization.
    pub name: String,
    /// Its object in the directory.
    pub guid: Guid,
    /// The domains it is for.
    pub address_spaces: Vec<AddressSpace>,
    /// Whether the next hop is found by MX; otherwise by `smart_hosts`.
    pub dns_routing_enabled: bool,
    /// Next hops, tried in turn.
    pub smart_hosts: Vec<SmartHost>,
    /// Port at the next hop.
    pub port: u16,
    /// Servers that send through it.
    pub source_transport_servers: Vec<String>,
    /// Whether only servers of the sources' site may use it.
    pub is_scoped_connector: bool,
    /// Whether it takes part at all.
    pub enabled: bool,
    /// Whether the next hop must do TLS.
    pub require_tls: bool,
    /// How the next hop must prove itself.
    pub tls_auth_level: Option<TlsAuthLevel>,
    /// The name its certificate must carry.
    pub tls_domain: Option<DomainPattern>,
    /// The certificate shown to the next hop.
    pub tls_certificate_name: Option<TlsCertificateName>,
    /// Name given in EHLO; `None` means the server's own.
    pub fqdn: Option<String>,
    /// Whether organization headers cross over as cross-premises headers.
    pub cloud_services_mail_enabled: bool,
    /// Whether mail goes out through Front End Transport (port 717).
    pub frontend_proxy_enabled: bool,
    /// Whether STARTTLS is not even tried.
    pub ignore_starttls: bool,
    /// Whether HELO is sent instead of EHLO.
    pub force_helo: bool,
    /// Whether its conversations are logged.
    pub protocol_logging_level: ProtocolLoggingLevel,
    /// Largest message it takes.
    pub max_message_size: Unlimited<ByteSize>,
    /// Most messages in one connection.
    pub smtp_max_messages_per_connection: i32,
    /// Longest silence of the next hop.
    pub connection_inactivity_timeout: TimeSpan,
    /// Whether the server's external DNS servers are asked.
    pub use_external_dns_servers_enabled: bool,
    /// A remark.
    pub comment: String,
}

impl SendConnector {
    /// A connector with the defaults of `New-SendConnector -Custom`.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            guid: Guid::ZERO,
            address_spaces: Vec::new(),
            dns_routing_enabled: true,
            smart_hosts: Vec::new(),
            port: 25,
            source_transport_servers: Vec::new(),
            is_scoped_connector: false,
            enabled: true,
            require_tls: false,
            tls_auth_level: None,
            tls_domain: None,
            tls_certificate_name: None,
            fqdn: None,
            cloud_services_mail_enabled: false,
            frontend_proxy_enabled: false,
            ignore_starttls: false,
            force_helo: false,
            protocol_logging_level: ProtocolLoggingLevel::None,
            max_message_size: Unlimited::Limited(ByteSize::megabytes(35)),
            smtp_max_messages_per_connection: 20,
            connection_inactivity_timeout: TimeSpan::minutes(10),
            use_external_dns_servers_enabled: false,
            comment: String::new(),
        }
    }

    /// Rules between the properties; the product refuses what breaks one.
    ///
    /// The rules are Microsoft Learn's (`Set-SendConnector`); the exact wording of the refusals is
    /// not published and is ours.
    ///
    /// # Errors
    /// The text for the first rule that is broken.
    pub fn check(&self) -> Result<(), String> {
        if self.dns_routing_enabled && !self.smart_hosts.is_empty() {
            return Err(
                "SmartHosts must not be specified when DNSRoutingEnabled is $true.".to_owned()
            );
        }
        if !self.dns_routing_enabled && self.smart_hosts.is_empty() {
            return Err("You must specify a value for the SmartHosts parameter when DNSRoutingEnabled is $false.".to_owned());
        }
        if self.tls_auth_level.is_some() && !self.require_tls {
            return Err("The TlsAuthLevel parameter can be set only when the RequireTLS parameter is $true.".to_owned());
        }
        if self.tls_domain.is_some() && self.tls_auth_level != Some(TlsAuthLevel::DomainValidation)
        {
            return Err("The TlsDomain parameter can be set only when the TlsAuthLevel parameter is DomainValidation.".to_owned());
        }
        if self.tls_auth_level == Some(TlsAuthLevel::DomainValidation)
            && self.tls_domain.is_none()
            && !self.dns_routing_enabled
        {
            return Err("You must specify a value for the TlsDomain parameter when TlsAuthLevel is DomainValidation and DNSRoutingEnabled is $false.".to_owned());
        }
        if self.require_tls && self.ignore_starttls {
            return Err("The IgnoreSTARTTLS parameter can't be $true when the RequireTLS parameter is $true.".to_owned());
        }
        if self.address_spaces.is_empty() {
            return Err("The AddressSpaces parameter can't be empty.".to_owned());
        }
        Ok(())
    }

    /// `NextHopDomain` of a smart host queue, and the product's `SmartHostsString`.
    pub fn smart_hosts_string(&self) -> String {
        self.smart_hosts.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    }
}

impl Noun for SendConnector {
    const TYPE_NAMES: &'static [&'static str] = &[
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.SmtpSendConnectorConfig",
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.MailGateway",
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.SendConnector",
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.ADLegacyVersionableObject",
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.ADConfigurationObject",
        "Microsoft.Exchange.Data.Directory.ADObject",
        "Microsoft.Exchange.Data.Directory.ADRawEntry",
        "Microsoft.Exchange.Data.ConfigurableObject",
        "System.Object",
    ];

    fn identity(&self) -> String {
        self.name.clone()
    }

    const PROPERTIES: &'static [Property<Self>] = &[
        field!("DNSRoutingEnabled", dns_routing_enabled),
        field!("TlsDomain", tls_domain),
        field!("TlsAuthLevel", tls_auth_level),
        Property::shown("ErrorPolicies", |_| {
            Value::enumeration("Microsoft.Exchange.Data.ErrorPolicies", "Default", 0)
        }),
        field!("SmartHosts", smart_hosts),
        field!("Port", port),
        field!("ConnectionInactivityTimeOut", connection_inactivity_timeout),
        field!("ForceHELO", force_helo),
        field!("FrontendProxyEnabled", frontend_proxy_enabled),
        field!("IgnoreSTARTTLS", ignore_starttls),
        field!("CloudServicesMailEnabled", cloud_services_mail_enabled),
        field!("Fqdn", fqdn, "Microsoft.Exchange.Data.Fqdn"),
        field!("TlsCertificateName", tls_certificate_name),
        field!("RequireTLS", require_tls),
        Property::shown("RequireOorg", |_| false.into()),
        field!("Enabled", enabled),
        field!("ProtocolLoggingLevel", protocol_logging_level),
        Property::shown("SmartHostAuthMechanism", |_| {
            Value::enumeration(
                "Microsoft.Exchange.Data.Directory.SystemConfiguration.SmtpSendConnectorConfig+AuthMechanisms",
                "None",
                0,
            )
        }),
        Property::shown("AuthenticationCredential", |_| Value::Null),
        field!("UseExternalDNSServersEnabled", use_external_dns_servers_enabled),
        Property::shown("DomainSecureEnabled", |_| false.into()),
        Property::shown("SourceIPAddress", |_| Value::opaque("System.Net.IPAddress", "0.0.0.0")),
        field!("SmtpMaxMessagesPerConnection", smtp_max_messages_per_connection),
        Property::shown("ConnectorType", |_| {
            Value::enumeration("Microsoft.Exchange.Data.SendConnectorType", "Default", 0)
        }),
        Property::shown("SmartHostsString", |connector| connector.smart_hosts_string().into()),
        Property::shown("CertificateSubject", |_| Value::Null),
        Property::shown("Region", |_| {
            Value::enumeration("Microsoft.Exchange.Data.SendConnectorRegion", "NotSpecified", 0)
        }),
        field!("AddressSpaces", address_spaces),
        Property::shown("ConnectedDomains", |_| Value::List(Vec::new())),
        field!("IsScopedConnector", is_scoped_connector),
        Property::shown("IsSmtpConnector", |_| true.into()),
        field!("Comment", comment),
        Property::shown("SourceRoutingGroup", |_| {
            Value::opaque(
                "Microsoft.Exchange.Data.Directory.ADObjectId",
                "Exchange Routing Group (DWBGZMFD01QNBJR)",
            )
        }),
        field!(
            "SourceTransportServers",
            source_transport_servers,
            "Microsoft.Exchange.Data.Directory.ADObjectId"
        ),
        Property::shown("HomeMTA", |_| "Microsoft MTA".into()),
        Property::shown("HomeMtaServerId", |connector| {
            let home = connector.source_transport_servers.first().cloned().unwrap_or_default();
            Value::opaque("Microsoft.Exchange.Data.Directory.ADObjectId", home)
        }),
        field!("MaxMessageSize", max_message_size),
        Property::shown("AdminDisplayName", |_| "".into()),
        Property::shown("ExchangeVersion", |_| {
            Value::opaque("Microsoft.Exchange.Data.ExchangeObjectVersion", "0.1 (8.0.535.0)")
        }),
        field!("Name", name),
        Property::shown("Identity", |connector| {
            Value::opaque("Microsoft.Exchange.Data.Directory.ADObjectId", connector.name.clone())
        }),
        field!("Guid", guid),
        Property::shown("ObjectClass", |_| {
            Value::from(vec!["top", "msExchConnector", "mailGateway", "msExchRoutingSMTPConnector"])
        }),
        Property::shown("Id", |connector| {
            Value::opaque("Microsoft.Exchange.Data.Directory.ADObjectId", connector.name.clone())
        }),
        Property::shown("IsValid", |_| true.into()),
        Property::shown("ObjectState", |_| {
            Value::enumeration("Microsoft.Exchange.Data.ObjectState", "Unchanged", 1)
        }),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outbound() -> SendConnector {
        let mut connector = SendConnector::new("Outbound to Office 365");
        connector.address_spaces = vec!["smtp:cloudfield.mail.onmicrosoft.com;1".parse().unwrap()];
        connector
    }

    #[test]
    fn smart_hosts_and_dns_routing_exclude_each_other() {
        let mut connector = outbound();
        assert_eq!(connector.check(), Ok(()));
        connector.smart_hosts = vec![SmartHost::Name("smtp.office365.com".to_owned())];
        assert!(connector.check().unwrap_err().contains("DNSRoutingEnabled"));
        connector.dns_routing_enabled = false;
        assert_eq!(connector.check(), Ok(()));
    }

    #[test]
    fn domain_validation_needs_tls() {
        let mut connector = outbound();
        connector.tls_auth_level = Some(TlsAuthLevel::DomainValidation);
        assert!(connector.check().unwrap_err().contains("RequireTLS"));
    }

    #[test]
    fn a_smart_host_address_is_shown_in_brackets() {
        let host = SmartHost::from_value(&Value::from("10.1.1.5")).unwrap();
        assert_eq!(host.to_string(), "[10.1.1.5]");
        assert!(SmartHost::from_value(&Value::from("*.contoso.com")).is_err());
    }

    #[test]
    fn an_exported_connector_is_read_back_whole() {
        let mut origin = outbound();
        origin.require_tls = true;
        origin.tls_auth_level = Some(TlsAuthLevel::DomainValidation);
        origin.tls_domain = "mail.protection.outlook.com".parse().ok();
        origin.source_transport_servers = vec!["CMHYBD01".to_owned()];
        let mut copy = SendConnector::new("");
        assert_eq!(copy.take_over(&origin.to_object()), vec![]);
        assert_eq!(copy.to_object(), origin.to_object());
    }
}
