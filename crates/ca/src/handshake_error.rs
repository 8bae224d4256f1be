//! Why a TLS handshake failed.
//!
//! A certificate is never the reason: it is judged after the handshake, by the application. How long
//! a handshake may take is the caller's business.

use std::io;

use rustls::{AlertDescription, Error, PeerIncompatible};

use crate::error::CertificateError;

/// A handshake that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandshakeError {
    /// The peer, or something on the way, reset the connection.
    #[error("the connection was reset during the handshake")]
    PeerReset,
    /// The peer closed the connection.
    #[error("the connection was closed during the handshake")]
    PeerClosed,
    /// The peer refused with an alert; the name as in RFC 8446, section 6.
    #[error("the peer sent the alert {0}")]
    PeerAlert(String),
    /// No version of TLS that both allow, whichever side noticed.
    #[error("no version of TLS that both sides allow")]
    NoCommonVersion,
    /// What the peer sent is no TLS: plain text, for instance.
    #[error("the peer does not speak TLS: {0}")]
    NotTls(String),
    /// The peer's certificate cannot be read at all.
    #[error("the peer's certificate: {0}")]
    PeerCertificate(#[from] CertificateError),
    /// This side may not use the private key of the certificate it is to show.
    #[error("access to the private key is denied")]
    KeyDenied,
    /// A name nobody can be asked for in a handshake.
    #[error("{0:?} is no server name")]
    ServerName(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl HandshakeError {
    /// The word in protocol logs: `TLS negotiation failed with error SocketError`.
    ///
    /// `SocketError`, `InvalidToken` and `UnknownCredentials` are seen in real logs; the others are assumed to follow the
    /// names of SSPI's status codes as those do (`SEC_E_INVALID_TOKEN`).
    pub fn exchange_word(&self) -> &'static str {
        match self {
            Self::PeerReset | Self::PeerClosed => "SocketError",
            Self::NotTls(_) => "InvalidToken",
            Self::NoCommonVersion => "UnsupportedFunction",
            Self::PeerAlert(_) => "IllegalMessage",
            Self::PeerCertificate(_) => "CertUnknown",
            Self::KeyDenied => "UnknownCredentials",
            Self::ServerName(_) => "TargetUnknown",
            Self::Other(_) => "InternalError",
        }
    }
}

impl From<io::Error> for HandshakeError {
    fn from(error: io::Error) -> Self {
        let of_rustls = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
        match (of_rustls, error.kind()) {
            (Some(inner), _) => Self::from(inner),
            (
                None,
                io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe,
            ) => Self::PeerReset,
            (None, io::ErrorKind::UnexpectedEof) => Self::PeerClosed,
            (None, _) => Self::Other(error.to_string()),
        }
    }
}

impl From<&Error> for HandshakeError {
    fn from(error: &Error) -> Self {
        match error {
            // A client older than TLS 1.2 is known by lacking the extension for signature algorithms.
            Error::AlertReceived(AlertDescription::ProtocolVersion)
            | Error::PeerIncompatible(
                PeerIncompatible::ServerDoesNotSupportTls12Or13
                | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
                | PeerIncompatible::SignatureAlgorithmsExtensionRequired
                | PeerIncompatible::SupportedVersionsExtensionRequired
                | PeerIncompatible::Tls12NotOffered
                | PeerIncompatible::Tls12NotOfferedOrEnabled,
            ) => Self::NoCommonVersion,
            Error::AlertReceived(alert) => {
                Self::PeerAlert(alert.as_str().unwrap_or("unknown").to_owned())
            }
            Error::InvalidMessage(reason) => Self::NotTls(format!("{reason:?}")),
            other => Self::Other(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reset_a_close_and_an_alert_are_told_apart() {
        let of_kind = |kind: io::ErrorKind| HandshakeError::from(io::Error::from(kind));
        assert_eq!(of_kind(io::ErrorKind::ConnectionReset), HandshakeError::PeerReset);
        assert_eq!(of_kind(io::ErrorKind::ConnectionAborted), HandshakeError::PeerReset);
        assert_eq!(of_kind(io::ErrorKind::BrokenPipe), HandshakeError::PeerReset);
        assert_eq!(of_kind(io::ErrorKind::UnexpectedEof), HandshakeError::PeerClosed);
        assert!(matches!(of_kind(io::ErrorKind::TimedOut), HandshakeError::Other(_)));
        let alert = Error::AlertReceived(AlertDescription::HandshakeFailure);
        let error = HandshakeError::from(io::Error::new(io::ErrorKind::InvalidData, alert));
        assert_eq!(error, HandshakeError::PeerAlert("HandshakeFailure".to_owned()));
    }

    #[test]
    fn a_client_older_than_tls_1_2_has_no_version_in_common() {
        let lacking = PeerIncompatible::SignatureAlgorithmsExtensionRequired;
        let error = HandshakeError::from(&Error::PeerIncompatible(lacking));
        assert_eq!(error, HandshakeError::NoCommonVersion);
    }

    #[test]
    fn logs_have_a_word_for_each() {
        assert_eq!(HandshakeError::PeerReset.exchange_word(), "SocketError");
        assert_eq!(HandshakeError::NotTls(String::new()).exchange_word(), "InvalidToken");
    }
}
