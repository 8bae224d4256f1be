//! How the Transport service words an attempt that did not come to the point where mail can be sent.
//!
//! | | a connection that fails | one that is lost or refused |
//! |---|---|---|
//! | 2010 | `451 4.4.0 Primary target IP address responded with: "421 4.2.1 Unable to connect." …` | the same with the reply |
//! | 2013 | `441 4.4.1 Error encountered while communicating with primary target IP address: "Failed to connect. …` | as 2010 |
//! | 2016 and later | `451 4.4.397 Error communicating with target host. -> 421 4.2.1 Unable to connect -> …` | the same with the reply |
//!
//! Sources: real queues and reports (2013 to 2019); for 2010 Microsoft Learn's forums. A certificate that is not accepted
//! has one wording everywhere.

use exchange::product::Product;
use exchange::winsock::SocketError;

use crate::smtp_out::{ConnectFailure, Target};

const WRAPPER: &str = "451 4.4.397 Error communicating with target host. ->";

/// The status of a failed attempt on a server of that version.
pub(super) fn status(failure: &ConnectFailure, target: &Target, product: Product) -> String {
    match failure {
        ConnectFailure::Certificate(failure) => {
            format!("454 4.7.5 Certificate validation failure, Reason:{}", failure.word)
        }
        failure if product <= Product::Exchange2013 => older(failure, target, product),
        ConnectFailure::Refused(reply) | ConnectFailure::Authentication(reply) => reply.to_string(),
        ConnectFailure::Socket(error) => {
            let name = match error {
                SocketError::TimedOut => "SocketTimedout",
                SocketError::ConnectionRefused => "SocketConnectionRefused",
                SocketError::ConnectionReset => "SocketConnectionReset",
                SocketError::NetworkUnreachable => "SocketNetworkUnreachable",
            };
            let code = error.code();
            format!("{WRAPPER} 421 4.2.1 Unable to connect -> {name}: Socket error code {code}")
        }
        failure => format!("{WRAPPER} {}", reply(failure)),
    }
}

/// What the connection gave for an answer, in the form of a reply.
fn reply(failure: &ConnectFailure) -> String {
    match failure {
        ConnectFailure::Socket(_) => "421 4.2.1 Unable to connect".to_owned(),
        ConnectFailure::Dropped(error) => {
            format!("421 4.4.2 Connection dropped due to {}", error.name())
        }
        ConnectFailure::Silent => "421 4.4.2 Connection dropped due to TimedOut".to_owned(),
        // Real queues say so of a certificate whose key cannot be used (KB 4051498).
        ConnectFailure::TlsFailed(word) if word == "UnknownCredentials" => {
            "421 4.4.1 Connection timed out".to_owned()
        }
        ConnectFailure::TlsFailed(_) | ConnectFailure::Certificate(_) => {
            "421 4.4.2 Connection dropped due to SocketError".to_owned()
        }
        ConnectFailure::StartTlsNotOffered => {
            "451 5.7.3 STARTTLS is required to send mail".to_owned()
        }
        ConnectFailure::Refused(reply) | ConnectFailure::Authentication(reply) => reply.to_string(),
    }
}

/// The long sentence of 2010 and 2013.
fn older(failure: &ConnectFailure, target: &Target, product: Product) -> String {
    const FAILOVER: &str = "Attempted failover to alternate host, but that did not succeed. Either there are no alternate hosts, or delivery failed to all alternate hosts.";
    let endpoint = target.endpoint;
    match failure {
        ConnectFailure::Socket(error) if product == Product::Exchange2013 => {
            let code = error.code();
            format!(
                "441 4.4.1 Error encountered while communicating with primary target IP address: \"Failed to connect. Winsock error code: {code}, Win32 error code: {code}.\" {FAILOVER} The last endpoint attempted was {endpoint}"
            )
        }
        // A silent server is told as a real queue of 2013 tells it.
        ConnectFailure::Silent => format!(
            "451 4.4.0 Primary target IP address responded with: \"421 4.4.1 Connection timed out.\" {FAILOVER}"
        ),
        failure => {
            let said = reply(failure);
            let said = said.trim_end_matches('.');
            format!("451 4.4.0 Primary target IP address responded with: \"{said}.\" {FAILOVER}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_words_a_connection_that_fails_in_its_way() {
        let target = Target {
            name: "mail.contoso.com".to_owned(),
            endpoint: "192.0.2.1:25".parse().unwrap(),
            domain: "contoso.com".to_owned(),
        };
        let failure = ConnectFailure::Socket(SocketError::TimedOut);
        let said = |product| status(&failure, &target, product);
        assert!(said(Product::Exchange2010).contains("with: \"421 4.2.1 Unable to connect.\""));
        assert!(said(Product::Exchange2013).contains("Winsock error code: 10060, Win32"));
        assert!(said(Product::Exchange2013).ends_with("attempted was 192.0.2.1:25"));
        assert_eq!(
            said(Product::Exchange2016),
            "451 4.4.397 Error communicating with target host. -> 421 4.2.1 Unable to connect -> SocketTimedout: Socket error code 10060"
        );
    }
}
