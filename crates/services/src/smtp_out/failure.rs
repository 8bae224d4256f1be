//! Why a connection did not come to the point where mail can be sent.

use exchange::winsock::SocketError;
use smtp::Reply;

/// Why a connection did not come to the point where mail can be sent.
#[derive(Clone, Debug)]
pub enum ConnectFailure {
    /// TCP could not be established.
    Socket(SocketError),
    /// The connection broke in mid session.
    Dropped(SocketError),
    /// The peer fell silent.
    Silent,
    /// The peer refused in its banner or its answer to EHLO.
    Refused(Reply),
    /// TLS is demanded and not offered, or its offer was withdrawn.
    StartTlsNotOffered,
    /// The TLS handshake failed; the error's name as protocol logs have it.
    TlsFailed(String),
    /// The peer's certificate is not good enough.
    Certificate(CertificateFailure),
    /// The peer does not take this server for one of its organization.
    Authentication(Reply),
}

/// Why a certificate is not good enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFailure {
    /// The product's word for the most important fault, such as `SubjectMismatch`.
    pub word: &'static str,
    /// The name that was expected, when a name was.
    pub expected: Option<String>,
    /// Subject of the certificate that was presented.
    pub presented: String,
    /// Its thumbprint.
    pub thumbprint: String,
}
