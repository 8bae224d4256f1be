//! Receive connectors of Mailbox and Edge Transport servers.
//!
//! Property order and default values as in a real `Get-ReceiveConnector | Export-Clixml` of Exchange
//! 2019 (microsoft/CSS-Exchange, HealthChecker test data) and Microsoft Learn, "Receive connectors".
//!
//! Not modelled: extended protection, live credentials, client settings; those properties show the
//! product's defaults and no cmdlet changes them.

use crate::certificate_name::{TlsCertificateName, TlsDomainCapability};
use crate::guid::Guid;
use crate::ip_range::{Binding, IpRange};
use crate::properties::{Enumeration, Fit, Flags, Noun, Property, field};
use crate::quantity::{ByteSize, TimeSpan, Unlimited};
use crate::value::Value;

/// How a peer may prove who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthMechanism {
    /// STARTTLS.
    Tls,
    /// NTLM and Kerberos.
    Integrated,
    /// AUTH LOGIN.
    BasicAuth,
    /// AUTH LOGIN only after STARTTLS.
    BasicAuthRequireTLS,
    /// X-EXPS: Exchange servers of the same organization.
    ExchangeServer,
    /// The network itself vouches for the peer.
    ExternalAuthoritative,
}

impl Enumeration for AuthMechanism {
    const TYPE_NAME: &'static str =
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.AuthMechanisms";
    const MEMBERS: &'static [(Self, &'static str, i32)] = &[
        (Self::Tls, "Tls", 1),
        (Self::Integrated, "Integrated", 2),
        (Self::BasicAuth, "BasicAuth", 4),
        (Self::BasicAuthRequireTLS, "BasicAuthRequireTLS", 8),
        (Self::ExchangeServer, "ExchangeServer", 16),
        (Self::ExternalAuthoritative, "ExternalAuthoritative", 32),
    ];
}

/// Who may use the connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermissionGroup {
    /// Anyone.
    AnonymousUsers,
    /// Mailbox users who logged on.
    ExchangeUsers,
    /// Exchange servers of the organization, and Edge servers subscribed to it.
    ExchangeServers,
    /// Servers of the legacy interop group.
    ExchangeLegacyServers,
    /// Partners.
    Partners,
    /// Permissions set one by one in the directory.
    Custom,
}

impl Enumeration for PermissionGroup {
    const TYPE_NAME: &'static str = "Microsoft.Exchange.Data.PermissionGroups";
    const MEMBERS: &'static [(Self, &'static str, i32)] = &[
        (Self::AnonymousUsers, "AnonymousUsers", 1),
        (Self::ExchangeUsers, "ExchangeUsers", 2),
        (Self::ExchangeServers, "ExchangeServers", 4),
        (Self::ExchangeLegacyServers, "ExchangeLegacyServers", 8),
        (Self::Partners, "Partners", 16),
        (Self::Custom, "Custom", 32),
    ];
}

/// Whether a connector writes its SMTP conversations to the protocol log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtocolLoggingLevel {
    /// Nothing is written.
    None,
    /// Every command and reply.
    Verbose,
}

impl Enumeration for ProtocolLoggingLevel {
    const TYPE_NAME: &'static str = "Microsoft.Exchange.Data.ProtocolLoggingLevel";
    const MEMBERS: &'static [(Self, &'static str, i32)] =
        &[(Self::None, "None", 0), (Self::Verbose, "Verbose", 1)];
}

/// By what the messages of one minute are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageRateSource {
    /// They are not.
    None,
    /// By the client's address.
    IPAddress,
    /// By the user who logged on.
    User,
    /// By both.
    All,
}

impl Enumeration for MessageRateSource {
    const TYPE_NAME: &'static str =
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.MessageRateSourceFlags";
    const MEMBERS: &'static [(Self, &'static str, i32)] = &[
        (Self::None, "None", 0),
        (Self::IPAddress, "IPAddress", 1),
        (Self::User, "User", 2),
        (Self::All, "All", 3),
    ];
}

/// Whether and how `SIZE` is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SizeMode {
    /// It is not.
    Disabled,
    /// With the largest size.
    Enabled,
    /// Without a number.
    EnabledWithoutValue,
}

impl Enumeration for SizeMode {
    const TYPE_NAME: &'static str =
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.SizeMode";
    const MEMBERS: &'static [(Self, &'static str, i32)] = &[
        (Self::Disabled, "Disabled", 0),
        (Self::Enabled, "Enabled", 1),
        (Self::EnabledWithoutValue, "EnabledWithoutValue", 2),
    ];
}

/// The service that owns a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportRole {
    /// Front End Transport: port 25, 587, 717.
    FrontendTransport,
    /// Transport: port 2525, 465; on an Edge server port 25.
    HubTransport,
    /// Mailbox Transport Delivery: port 475. Implicit: no cmdlet shows that connector.
    MailboxDelivery,
}

impl Enumeration for TransportRole {
    const TYPE_NAME: &'static str =
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.ServerRole";
    const MEMBERS: &'static [(Self, &'static str, i32)] = &[
        (Self::FrontendTransport, "FrontendTransport", 16384),
        (Self::HubTransport, "HubTransport", 32),
        (Self::MailboxDelivery, "Mailbox", 2),
    ];
}

/// A Receive connector.
#[derive(Clone, Debug)]
pub struct ReceiveConnector {
    /// Server that owns it.
    pub server: String,
    /// Name, unique on the server.
    pub name: String,
    /// Its object in the directory.
    pub guid: Guid,
    /// Service that listens.
    pub transport_role: TransportRole,
    /// Local addresses and ports it listens on.
    pub bindings: Vec<Binding>,
    /// Clients it is for; the most specific range wins between connectors of one binding.
    pub remote_ip_ranges: Vec<IpRange>,
    /// How clients may prove who they are.
    pub auth_mechanism: Flags<AuthMechanism>,
    /// Who may use it.
    pub permission_groups: Flags<PermissionGroup>,
    /// Name in the banner and the EHLO reply; also what a certificate is looked for by when
    /// `tls_certificate_name` is empty. `None` means the server's own.
    pub fqdn: Option<String>,
    /// The 220 line, when an administrator set one (`220 …`).
    pub banner: Option<String>,
    /// The certificate to present.
    pub tls_certificate_name: Option<TlsCertificateName>,
    /// What peers proved by certificate may do.
    pub tls_domain_capabilities: Vec<TlsDomainCapability>,
    /// Whether mail is refused before STARTTLS.
    pub require_tls: bool,
    /// Whether it takes part at all.
    pub enabled: bool,
    /// Whether its conversations are logged.
    pub protocol_logging_level: ProtocolLoggingLevel,
    /// Largest message.
    pub max_message_size: ByteSize,
    /// Most recipients in one message.
    pub max_recipients_per_message: i32,
    /// Most `Received:` headers in a message.
    pub max_hop_count: i32,
    /// Most `Received:` headers that name the local server; 0 means no limit.
    pub max_local_hop_count: i32,
    /// Most errors before the session is ended.
    pub max_protocol_errors: Unlimited<i32>,
    /// Most failed logons before the session is ended.
    pub max_logon_failures: i32,
    /// Most connections at one time.
    pub max_inbound_connection: Unlimited<i32>,
    /// Most connections at one time from one address.
    pub max_inbound_connection_per_source: Unlimited<i32>,
    /// Most connections from one address, in per cent of those that are left.
    pub max_inbound_connection_percentage_per_source: i32,
    /// Most messages of one source in a minute.
    pub message_rate_limit: Unlimited<i32>,
    /// What counts as one source.
    pub message_rate_source: MessageRateSource,
    /// Whether and how `SIZE` is offered.
    pub size_enabled: SizeMode,
    /// Largest header of a message.
    pub max_header_size: ByteSize,
    /// Longest session.
    pub connection_timeout: TimeSpan,
    /// Longest silence.
    pub connection_inactivity_timeout: TimeSpan,
    /// Delay before an error reply to a stranger.
    pub tarpit_interval: TimeSpan,
    /// Delay before a refused logon is told.
    pub auth_tarpit_interval: TimeSpan,
    /// Whether `CHUNKING` is offered.
    pub chunking_enabled: bool,
    /// Whether `PIPELINING` is offered.
    pub pipelining_enabled: bool,
    /// Whether `8BITMIME` is offered.
    pub eight_bit_mime_enabled: bool,
    /// Whether `BINARYMIME` is offered.
    pub binary_mime_enabled: bool,
    /// Whether `DSN` is offered.
    pub delivery_status_notification_enabled: bool,
    /// Whether `ENHANCEDSTATUSCODES` is offered.
    pub enhanced_status_codes_enabled: bool,
    /// Whether `SMTPUTF8` is offered.
    pub smtp_utf8_enabled: bool,
    /// Whether a bare line feed in a message is refused.
    pub bare_linefeed_rejection_enabled: bool,
    /// Whether `X-ANONYMOUSTLS` is withheld.
    pub suppress_x_anonymous_tls: bool,
    /// A remark.
    pub comment: String,
}

impl ReceiveConnector {
    /// A connector with the defaults of `New-ReceiveConnector -Usage Custom`.
    pub fn new(server: &str, name: &str, role: TransportRole) -> Self {
        Self {
            server: server.to_owned(),
            name: name.to_owned(),
            guid: Guid::ZERO,
            transport_role: role,
            bindings: Vec::new(),
            remote_ip_ranges: Vec::new(),
            auth_mechanism: Flags::of(&[AuthMechanism::Tls]),
            permission_groups: Flags::NONE,
            fqdn: None,
            banner: None,
            tls_certificate_name: None,
            tls_domain_capabilities: Vec::new(),
            require_tls: false,
            enabled: true,
            protocol_logging_level: ProtocolLoggingLevel::None,
            max_message_size: ByteSize::megabytes(36),
            max_recipients_per_message: 200,
            max_hop_count: 60,
            max_local_hop_count: 5,
            max_protocol_errors: Unlimited::Limited(5),
            max_logon_failures: 3,
            max_inbound_connection: Unlimited::Limited(5000),
            max_inbound_connection_per_source: Unlimited::Limited(20),
            max_inbound_connection_percentage_per_source: 2,
            message_rate_limit: Unlimited::Unlimited,
            message_rate_source: MessageRateSource::IPAddress,
            size_enabled: SizeMode::Enabled,
            max_header_size: ByteSize::kilobytes(256),
            connection_timeout: TimeSpan::minutes(10),
            connection_inactivity_timeout: TimeSpan::minutes(5),
            tarpit_interval: TimeSpan::seconds(5),
            auth_tarpit_interval: TimeSpan::seconds(5),
            chunking_enabled: true,
            pipelining_enabled: true,
            eight_bit_mime_enabled: true,
            binary_mime_enabled: true,
            delivery_status_notification_enabled: true,
            enhanced_status_codes_enabled: true,
            smtp_utf8_enabled: true,
            bare_linefeed_rejection_enabled: false,
            suppress_x_anonymous_tls: false,
            comment: String::new(),
        }
    }

    /// `CMHYBD01\Default Frontend CMHYBD01`: its identity, and the connector-id of its log rows.
    pub fn identity(&self) -> String {
        format!("{}\\{}", self.server, self.name)
    }

    /// Rules between the properties; the product refuses what breaks one.
    ///
    /// # Errors
    /// The product's text for the first rule that is broken.
    pub fn check(&self, server_fqdn: &str) -> Result<(), String> {
        use AuthMechanism::{BasicAuth, BasicAuthRequireTLS, ExternalAuthoritative, Tls};
        let auth = self.auth_mechanism;
        if auth.has(AuthMechanism::ExchangeServer) && !self.has_own_fqdn(server_fqdn) {
            return Err(format!(
                "If the AuthMechanism attribute on a Receive connector contains the value ExchangeServer, you must set the FQDN parameter on the Receive connector to one of the following values: the FQDN of the transport server \"{server_fqdn}\", the NetBIOS name of the transport server \"{}\", or $null.",
                self.server
            ));
        }
        if auth.has(BasicAuthRequireTLS) && !(auth.has(BasicAuth) && auth.has(Tls)) {
            return Err("The value BasicAuthRequireTLS of the AuthMechanism parameter requires the values BasicAuth and Tls.".to_owned());
        }
        if auth.has(ExternalAuthoritative)
            && auth.iter().any(|one| !matches!(one, ExternalAuthoritative | Tls))
        {
            return Err("The value ExternalAuthoritative of the AuthMechanism parameter can be combined only with Tls.".to_owned());
        }
        if auth.has(ExternalAuthoritative)
            && !self.permission_groups.has(PermissionGroup::ExchangeServers)
        {
            return Err("You must set the value for the PermissionGroups parameter to ExchangeServers when you set the AuthMechanism parameter to a value of ExternalAuthoritative.".to_owned());
        }
        if self.require_tls && !auth.has(Tls) {
            return Err("The RequireTLS parameter can be $true only when the AuthMechanism parameter contains the value Tls.".to_owned());
        }
        if self.binary_mime_enabled && !self.chunking_enabled {
            return Err("The BinaryMimeEnabled parameter can be $true only when the ChunkingEnabled parameter is $true.".to_owned());
        }
        if self.banner.as_ref().is_some_and(|banner| !banner.starts_with("220")) {
            return Err("The SMTP banner must start with \"220\".".to_owned());
        }
        if self.bindings.is_empty() || self.remote_ip_ranges.is_empty() {
            return Err("The Bindings and RemoteIPRanges parameters can't be empty.".to_owned());
        }
        if self.connection_timeout <= self.connection_inactivity_timeout {
            return Err("The value of the ConnectionTimeout parameter must be larger than the value of the ConnectionInactivityTimeout parameter.".to_owned());
        }
        Ok(())
    }

    /// Whether the other connector of the same server leaves it open which of the two takes a client:
    /// both listen on the same binding, and they belong to different services or are for the same range.
    pub fn conflicts_with(&self, other: &Self) -> bool {
        let shares_binding = self.bindings.iter().any(|own| other.bindings.contains(own));
        let shares_range =
            || self.remote_ip_ranges.iter().any(|own| other.remote_ip_ranges.contains(own));
        shares_binding && (self.transport_role != other.transport_role || shares_range())
    }

    fn has_own_fqdn(&self, server_fqdn: &str) -> bool {
        self.fqdn.as_ref().is_none_or(|fqdn| {
            fqdn.eq_ignore_ascii_case(server_fqdn) || fqdn.eq_ignore_ascii_case(&self.server)
        })
    }
}

impl Noun for ReceiveConnector {
    const TYPE_NAMES: &'static [&'static str] = &[
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.ReceiveConnector",
        "Microsoft.Exchange.Data.Directory.SystemConfiguration.ADConfigurationObject",
        "Microsoft.Exchange.Data.Directory.ADObject",
        "Microsoft.Exchange.Data.Directory.ADRawEntry",
        "Microsoft.Exchange.Data.ConfigurableObject",
        "System.Object",
    ];

    fn identity(&self) -> String {
        Self::identity(self)
    }

    const PROPERTIES: &'static [Property<Self>] = &[
        field!("AuthMechanism", auth_mechanism),
        field!("Banner", banner),
        field!("BinaryMimeEnabled", binary_mime_enabled),
        field!("Bindings", bindings),
        field!("ChunkingEnabled", chunking_enabled),
        Property::shown("DefaultDomain", |_| Value::Null),
        field!("DeliveryStatusNotificationEnabled", delivery_status_notification_enabled),
        field!("EightBitMimeEnabled", eight_bit_mime_enabled),
        field!("SmtpUtf8Enabled", smtp_utf8_enabled),
        field!("BareLinefeedRejectionEnabled", bare_linefeed_rejection_enabled),
        Property::shown("DomainSecureEnabled", |_| false.into()),
        field!("EnhancedStatusCodesEnabled", enhanced_status_codes_enabled),
        Property::shown("LongAddressesEnabled", |_| false.into()),
        Property::shown("OrarEnabled", |_| false.into()),
        field!("SuppressXAnonymousTls", suppress_x_anonymous_tls),
        Property::shown("ProxyEnabled", |_| false.into()),
        Property::shown("AdvertiseClientSettings", |_| false.into()),
        field!("Fqdn", fqdn, "Microsoft.Exchange.Data.Fqdn"),
        Property::shown("ServiceDiscoveryFqdn", |_| Value::Null),
        field!("TlsCertificateName", tls_certificate_name),
        field!("Comment", comment),
        field!("Enabled", enabled),
        field!("ConnectionTimeout", connection_timeout),
        field!("ConnectionInactivityTimeout", connection_inactivity_timeout),
        field!("MessageRateLimit", message_rate_limit),
        field!("MessageRateSource", message_rate_source),
        field!("MaxInboundConnection", max_inbound_connection),
        field!("MaxInboundConnectionPerSource", max_inbound_connection_per_source),
        field!(
            "MaxInboundConnectionPercentagePerSource",
            max_inbound_connection_percentage_per_source
        ),
        field!("MaxHeaderSize", max_header_size),
        field!("MaxHopCount", max_hop_count),
        field!("MaxLocalHopCount", max_local_hop_count),
        field!("MaxLogonFailures", max_logon_failures),
        field!("MaxMessageSize", max_message_size),
        field!("MaxProtocolErrors", max_protocol_errors),
        field!("MaxRecipientsPerMessage", max_recipients_per_message),
        field!("PermissionGroups", permission_groups),
        field!("PipeliningEnabled", pipelining_enabled),
        field!("ProtocolLoggingLevel", protocol_logging_level),
        field!("RemoteIPRanges", remote_ip_ranges),
        Property::shown("RequireEHLODomain", |_| false.into()),
        field!("RequireTLS", require_tls),
        Property::shown("EnableAuthGSSAPI", |_| false.into()),
        Property::shown("ExtendedProtectionPolicy", |_| "None".into()),
        Property::shown("LiveCredentialEnabled", |_| false.into()),
        field!("TlsDomainCapabilities", tls_domain_capabilities),
        field!("Server", server, "Microsoft.Exchange.Data.Directory.ADObjectId"),
        field!("TransportRole", transport_role),
        Property::shown("RejectReservedTopLevelRecipientDomains", |_| false.into()),
        Property::shown("RejectReservedSecondLevelRecipientDomains", |_| false.into()),
        Property::shown("RejectSingleLabelRecipientDomains", |_| false.into()),
        Property::shown("AcceptConsumerMail", |_| false.into()),
        field!("SizeEnabled", size_enabled),
        field!("TarpitInterval", tarpit_interval),
        field!("AuthTarpitInterval", auth_tarpit_interval),
        Property::shown("MaxAcknowledgementDelay", |_| TimeSpan::seconds(30).to_value()),
        Property::shown("AdminDisplayName", |_| "".into()),
        Property::shown("ExchangeVersion", |_| {
            Value::opaque("Microsoft.Exchange.Data.ExchangeObjectVersion", "0.1 (8.0.535.0)")
        }),
        field!("Name", name),
        Property::shown("Identity", |connector| {
            Value::opaque("Microsoft.Exchange.Data.Directory.ADObjectId", connector.identity())
        }),
        field!("Guid", guid),
        Property::shown("ObjectClass", |_| Value::from(vec!["top", "msExchSmtpReceiveConnector"])),
        Property::shown("Id", |connector| {
            Value::opaque("Microsoft.Exchange.Data.Directory.ADObjectId", connector.identity())
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

    fn edge_default() -> ReceiveConnector {
        let name = "Default internal receive connector CMEDGE01";
        let mut connector = ReceiveConnector::new("CMEDGE01", name, TransportRole::HubTransport);
        connector.auth_mechanism = Flags::of(&[AuthMechanism::Tls, AuthMechanism::ExchangeServer]);
        connector.bindings = vec![Binding::any_v4(25)];
        connector.remote_ip_ranges = vec![IpRange::all_v4()];
        connector
    }

    #[test]
    fn connectors_conflict_unless_their_bindings_or_clients_differ() {
        let mut other = edge_default();
        assert!(other.conflicts_with(&edge_default()));
        other.remote_ip_ranges = vec!["10.0.0.40".parse().unwrap()];
        assert!(!other.conflicts_with(&edge_default()));
        other.transport_role = TransportRole::FrontendTransport;
        assert!(other.conflicts_with(&edge_default()));
        other.bindings = vec![Binding::any_v4(26)];
        assert!(!other.conflicts_with(&edge_default()));
    }

    #[test]
    fn exchange_server_authentication_ties_the_fqdn_to_the_server() {
        let mut connector = edge_default();
        let own = "cmedge01.cloudmonkeys.xyz";
        for fqdn in [None, Some(own), Some("CMEDGE01")] {
            connector.fqdn = fqdn.map(str::to_owned);
            assert_eq!(connector.check(own), Ok(()));
        }
        connector.fqdn = Some("mail.cloudmonkeys.xyz".to_owned());
        let refusal = connector.check(own).unwrap_err();
        assert!(refusal.contains("the NetBIOS name of the transport server \"CMEDGE01\""));
    }

    #[test]
    fn basic_authentication_over_tls_needs_both() {
        let mut connector = edge_default();
        connector.auth_mechanism =
            Flags::of(&[AuthMechanism::BasicAuthRequireTLS, AuthMechanism::Tls]);
        assert!(connector.check("cmedge01.cloudmonkeys.xyz").is_err());
    }

    #[test]
    fn an_exported_connector_is_read_back_whole() {
        let mut origin = edge_default();
        origin.bindings = vec![Binding::any_v4(25)];
        origin.remote_ip_ranges = vec![IpRange::all_v4()];
        origin.tls_certificate_name = "<I>CN=R11<S>CN=mail.cloudmonkeys.xyz".parse().ok();
        origin.tarpit_interval = TimeSpan::seconds(0);
        let mut copy = ReceiveConnector::new("", "", TransportRole::FrontendTransport);
        assert_eq!(copy.take_over(&origin.to_object()), vec![]);
        assert_eq!(copy.to_object(), origin.to_object());
    }
}
