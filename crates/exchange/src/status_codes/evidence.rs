//! What to collect: the cmdlets and files that more than one entry asks for.
//!
//! Placeholders stand in `<angle brackets>`. Cmdlets and properties: Exchange PowerShell reference.

/// What Exchange Online did with mail from a sender to a recipient.
pub(super) const TRACE: &str = "Get-MessageTraceV2 -SenderAddress <sender> -RecipientAddress \
    <recipient> -StartDate (Get-Date).AddDays(-2) -EndDate (Get-Date) | Format-List";
/// The events of one traced message, with the reason of each deferral.
pub(super) const TRACE_DETAIL: &str = "Get-MessageTraceDetailV2 -MessageTraceId <MessageTraceId> \
    -RecipientAddress <recipient> | Format-List";
/// The tenant's way out.
pub(super) const OUTBOUND_CONNECTORS: &str = "Get-OutboundConnector | Format-List Name,Enabled,\
    ConnectorType,RecipientDomains,UseMXRecord,SmartHosts,TlsSettings,TlsDomain,\
    RouteAllMessagesViaOnPremises,CloudServicesMailEnabled";
/// How the tenant knows who sends to it.
pub(super) const INBOUND_CONNECTORS: &str = "Get-InboundConnector | Format-List Name,Enabled,\
    ConnectorType,SenderDomains,SenderIPAddresses,RequireTls,TlsSenderCertificateName,\
    RestrictDomainsToCertificate,RestrictDomainsToIPAddresses,CloudServicesMailEnabled";
/// Lets Exchange Online try the connector.
pub(super) const VALIDATE: &str =
    "Validate-OutboundConnector -Identity '<Outbound to GUID>' -Recipients <recipient>";
/// The domains of either side: run it on both.
pub(super) const ACCEPTED_DOMAINS: &str =
    "Get-AcceptedDomain | Format-Table Name,DomainName,DomainType,Default";
/// The recipient's object: run it on both sides.
pub(super) const RECIPIENT: &str = "Get-Recipient -Identity <recipient> | Format-List \
    RecipientTypeDetails,PrimarySmtpAddress,EmailAddresses,ExternalEmailAddress";
/// Everything that holds an address.
pub(super) const RECIPIENTS_WITH_ADDRESS: &str = "Get-Recipient -Filter \"EmailAddresses -eq \
    'smtp:<address>'\" | Format-Table Name,RecipientTypeDetails,PrimarySmtpAddress";
/// The image on premises of a mailbox in Exchange Online.
pub(super) const REMOTE_MAILBOX: &str = "Get-RemoteMailbox -Identity <recipient> | Format-List \
    PrimarySmtpAddress,EmailAddresses,RemoteRoutingAddress,ExchangeGuid";
/// Mail flow rules: run it on both sides.
pub(super) const RULES: &str =
    "Get-TransportRule | Format-List Name,State,Mode,Priority,Description";
/// The NDR itself.
pub(super) const NDR: &str = "The NDR as .eml: its delivery-status part, the texts for \
    administrators and the Received headers of the original message.";
/// Who connected to port 25. Verbose by default.
pub(super) const FRONT_END_RECEIVE_LOG: &str =
    "%ExchangeInstallPath%TransportRoles\\Logs\\FrontEnd\\ProtocolLog\\SmtpReceive\\RECV*.LOG";
/// What Front End Transport said to the Transport service.
pub(super) const FRONT_END_PROXY_LOG: &str =
    "%ExchangeInstallPath%TransportRoles\\Logs\\FrontEnd\\ProtocolLog\\SmtpSend\\SEND*.LOG";
/// What the Transport service heard on port 2525.
pub(super) const HUB_RECEIVE_LOG: &str =
    "%ExchangeInstallPath%TransportRoles\\Logs\\Hub\\ProtocolLog\\SmtpReceive\\RECV*.LOG";
/// What the Transport service sent, to Exchange Online too; of an Edge server: below `Edge`.
pub(super) const HUB_SEND_LOG: &str =
    "%ExchangeInstallPath%TransportRoles\\Logs\\Hub\\ProtocolLog\\SmtpSend\\SEND*.LOG";
/// What the transport services did with a message.
pub(super) const TRACKING: &str = "Get-MessageTrackingLog -Recipients <recipient> -Start \
    (Get-Date).AddDays(-2) -ResultSize Unlimited | Format-List Timestamp,EventId,Source,\
    ConnectorId,Recipients,RecipientStatus,SourceContext";
/// What waits, and why.
pub(super) const QUEUES: &str =
    "Get-Queue | Format-List Identity,DeliveryType,Status,MessageCount,NextHopDomain,LastError";
/// The messages of one queue.
pub(super) const QUEUED_MESSAGES: &str =
    "Get-Message -Queue '<server>\\<queue>' | Format-List FromAddress,Status,DeferReason,LastError";
/// The way out of the on-premises organization.
pub(super) const SEND_CONNECTORS: &str = "Get-SendConnector | Format-List Name,Enabled,\
    AddressSpaces,DNSRoutingEnabled,SmartHosts,RequireTLS,TlsAuthLevel,TlsDomain,\
    TlsCertificateName,Fqdn,CloudServicesMailEnabled";
/// The way into the on-premises organization.
pub(super) const RECEIVE_CONNECTORS: &str = "Get-ReceiveConnector | Format-List Identity,Bindings,\
    RemoteIPRanges,PermissionGroups,AuthMechanism,TlsCertificateName,TlsDomainCapabilities,Fqdn";
/// The server's certificates.
pub(super) const CERTIFICATES: &str = "Get-ExchangeCertificate -Server <server> | Format-List \
    Subject,Issuer,CertificateDomains,NotAfter,Services,HasPrivateKey,Status,Thumbprint";
/// A connector names a certificate that the server does not have.
pub(super) const EVENT_12014: &str = "Get-WinEvent -FilterHashtable @{LogName='Application'; \
    ProviderName='MSExchangeFrontEndTransport','MSExchangeTransport'; Id=12014}";
/// Whether the transport services run.
pub(super) const SERVICES: &str = "Get-Service MSExchangeFrontEndTransport,MSExchangeTransport,\
    MSExchangeSubmission,MSExchangeDelivery";
/// Whether a running server is also active.
pub(super) const COMPONENTS: &str = "Get-ServerComponentState -Identity <server>";
/// Which DNS servers the Transport service asks.
pub(super) const HUB_DNS: &str =
    "Get-TransportService -Identity <server> | Format-List Name,InternalDNS*,ExternalDNS*";
/// Which DNS servers Front End Transport asks.
pub(super) const FRONT_END_DNS: &str =
    "Get-FrontendTransportService -Identity <server> | Format-List Name,InternalDNS*,ExternalDNS*";
/// What the firewall dropped or rejected.
pub(super) const FIREWALL_LOG: &str =
    "The firewall's log of port 25 for the addresses and times of the failed attempts.";
