//! What to do: the cmdlets and actions that more than one entry proposes.
//!
//! Placeholders stand in `<angle brackets>`, except `<I>` and `<S>`, which
//! `TlsCertificateName` itself has.

/// Every published range; see [`crate::eop::RANGES`].
pub(super) const OPEN_FIREWALL: &str = "Allow inbound TCP 25 from every Exchange Online range: \
    40.92.0.0/15, 40.107.0.0/16, 52.100.0.0/14, 104.47.0.0/17";
/// Gives the Receive connector a certificate, by issuer and subject.
pub(super) const RECEIVE_CERTIFICATE: &str = "$c = Get-ExchangeCertificate -Thumbprint \
    <thumbprint>; Set-ReceiveConnector '<server>\\Default Frontend <server>' -TlsCertificateName \
    \"<I>$($c.Issuer)<S>$($c.Subject)\"";
/// Gives the Send connector a certificate, by issuer and subject.
pub(super) const SEND_CERTIFICATE: &str = "$c = Get-ExchangeCertificate -Thumbprint <thumbprint>; \
    Set-SendConnector '<Outbound to Office 365>' -TlsCertificateName \
    \"<I>$($c.Issuer)<S>$($c.Subject)\"";
/// What the Send connector to Exchange Online must expect.
pub(super) const SEND_TLS: &str = "Set-SendConnector '<Outbound to Office 365>' -RequireTLS $true \
    -TlsAuthLevel DomainValidation -TlsDomain mail.protection.outlook.com";
/// Carries the organization headers over, so that mail arrives as Internal.
pub(super) const SEND_CLOUD: &str =
    "Set-SendConnector '<Outbound to Office 365>' -CloudServicesMailEnabled $true";
/// The wizard sets all connectors of both sides.
pub(super) const HCW: &str =
    "Run the Hybrid Configuration wizard again and choose the present certificate.";
/// Tries the waiting queues at once.
pub(super) const RETRY: &str = "Get-Queue -Filter \"Status -eq 'Retry'\" | Retry-Queue";
/// A delta synchronization to Microsoft Entra ID.
pub(super) const SYNC: &str = "Start-ADSyncSyncCycle -PolicyType Delta";
