//! What transport services report to the Windows event log.
//!
//! | event | when |
//! |---|---|
//! | 12014 | no certificate for the STARTTLS of a connector |
//! | 12016 | the one there is has expired |
//! | 2017 | this server could not log on at another |
//!
//! Texts: real samples (12014, 2017), Microsoft Learn "`MSExchangeTransport` 12016". The Front End
//! Transport service reports under its own name (real sample, 12014). Refused logons (1035, 1012) are
//! reported where clients are answered.
//!
//! 15004 to 15006 (back pressure) are reported where the drive is watched.
//!
//! Not modelled: 12017 and 12018 (a certificate that will expire soon: their texts are known, the number
//! of days was not found), 12015 and 12019 (internal certificates last five years), 1036 and 2018 (direct
//! trust with an Edge server: its text was not found), 15007 (memory), 16023 (a certificate is never kept
//! in the directory), the configuration events 1018 and 1019.

use exchange::nouns::receive_connector::{ReceiveConnector, TransportRole};

use crate::computer::{Event, Level};

/// The error of a logon that was refused, as events and protocol logs name it.
pub(crate) const LOGON_DENIED: &str = "LogonDenied";

/// Event 12014: no certificate has the name that a connector needs.
pub(crate) fn no_certificate(connector: &ReceiveConnector, wanted: &str, fqdn: &str) -> Event {
    let name = &connector.name;
    Event::application(
        source(connector),
        12014,
        Level::Error,
        "TransportService",
        format!(
            "Microsoft Exchange could not find a certificate that contains the domain name {wanted} in the personal store on the local computer. Therefore, it is unable to support the STARTTLS SMTP verb for the connector {name} with a FQDN parameter of {fqdn}. If the connector's FQDN is not specified, the computer's FQDN is used. Verify the connector configuration and the installed certificates to make sure that there is a certificate with a domain name for that FQDN. If this certificate exists, run Enable-ExchangeCertificate -Services SMTP to make sure that the Microsoft Exchange Transport service has access to the certificate key."
        ),
    )
    .saying(&[wanted, name, fqdn])
}

/// Event 12016: the certificate that a connector shows has expired.
pub(crate) fn certificate_expired(connector: &ReceiveConnector, fqdn: &str) -> Event {
    Event::application(
        source(connector),
        12016,
        Level::Error,
        "TransportService",
        format!(
            "There is no valid SMTP Transport Layer Security (TLS) certificate for the FQDN of {fqdn}. The existing certificate for that FQDN has expired. The continued use of that FQDN will cause mail flow problems. A new certificate that contains the FQDN of {fqdn} should be installed on this server as soon as possible. You can create a new certificate by using the New-ExchangeCertificate task."
        ),
    )
    .saying(&[fqdn])
}

/// Event 2017: this server could not log on at another of its organization.
pub(crate) fn outbound_authentication_failed(connector: &str, target: &str) -> Event {
    Event::application(
        TRANSPORT,
        2017,
        Level::Error,
        "SmtpSend",
        format!(
            "Outbound authentication failed with error {LOGON_DENIED} for Send connector {connector}. The authentication mechanism is ExchangeAuth. The target is SMTPSVC/{target}."
        ),
    )
    .saying(&[LOGON_DENIED, connector, "ExchangeAuth", &format!("SMTPSVC/{target}")])
}

const TRANSPORT: &str = "MSExchangeTransport";

/// The service that owns a connector, as the event log names it.
fn source(connector: &ReceiveConnector) -> &'static str {
    match connector.transport_role {
        TransportRole::FrontendTransport => "MSExchangeFrontEndTransport",
        _ => TRANSPORT,
    }
}
