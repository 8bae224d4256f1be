//! A connection that may be encrypted, and what its TLS handshake told.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use ca::{Certificate, Fault, Handshake, TlsClient, TlsServer, TrustStore, Usage, verify};
use fabric::TcpStream;
use jiff::Timestamp;
use logs::certificate_row::{
    Certificate as CertificateInLog, CertificateDirection, CertificateRow,
};
use logs::information_row::Information;
use logs::tls_row::{Algorithm, TlsNegotiation};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsStream;

use crate::smtp_out::{CertificateFailure, Validation};

/// A connection.
pub(crate) enum Channel {
    /// In plain text.
    Plain(TcpStream),
    /// Encrypted.
    Encrypted(Box<TlsStream<TcpStream>>),
    /// Lost in a handshake that failed.
    Gone,
}

/// What the handshake told of the peer. Nobody has judged its certificate yet.
#[derive(Clone, Debug)]
pub struct PeerTls {
    handshake: Handshake,
    /// Thumbprint of the peer's certificate; empty when it showed none.
    pub thumbprint: String,
}

/// Starts TLS as the side that connected.
///
/// # Errors
/// The name of the error as protocol logs have it.
pub(crate) async fn connect(
    identity: &TlsClient,
    stream: TcpStream,
    server_name: &str,
) -> Result<(Channel, PeerTls), String> {
    // An address is no server name; what is asked for does not matter to Exchange's servers.
    let name =
        if server_name.parse::<std::net::IpAddr>().is_ok() { "smtp.invalid" } else { server_name };
    match identity.connect(stream, name).await {
        Ok((stream, handshake)) => {
            Ok((Channel::Encrypted(Box::new(stream)), PeerTls::new(handshake)))
        }
        Err(error) => Err(error.exchange_word().to_owned()),
    }
}

/// Starts TLS as the side that accepted.
///
/// # Errors
/// The name of the error as protocol logs have it.
pub(crate) async fn accept(
    identity: &TlsServer,
    stream: TcpStream,
) -> Result<(Channel, PeerTls), String> {
    match identity.accept(stream).await {
        Ok((stream, handshake)) => {
            Ok((Channel::Encrypted(Box::new(stream)), PeerTls::new(handshake)))
        }
        Err(error) => Err(error.exchange_word().to_owned()),
    }
}

/// What the protocol log says before a handshake that STARTTLS begins: the certificate that this side
/// has to show, whether the peer will ask for it or not. It stands there when the handshake fails, too
/// (real sample, Exchange 2013).
pub(crate) fn showing(certificate: &Certificate) -> Information {
    certificate_row(certificate, CertificateDirection::Sending)
}

impl PeerTls {
    fn new(handshake: Handshake) -> Self {
        let thumbprint = handshake.peer.as_ref().map(|peer| peer.thumbprint.clone());
        Self { handshake, thumbprint: thumbprint.unwrap_or_default() }
    }

    /// `TLS1_2`
    pub fn version(&self) -> &'static str {
        self.handshake.version.name()
    }

    /// `TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384`
    pub fn cipher_suite(&self) -> &'static str {
        self.handshake.cipher_suite
    }

    /// What the protocol log says after a handshake: what was negotiated, the certificate received.
    /// Between Exchange servers (`X-ANONYMOUSTLS`) only the thumbprint of the
    /// latter is told, after what was negotiated (real sample, Exchange 2013); what 2016 and later
    /// write there was not found in public. That the received certificate follows what was negotiated
    /// after STARTTLS too is inferred.
    pub fn rows(&self, between_servers: bool) -> Vec<Information> {
        let mut rows = vec![Information::TlsSucceeded(self.negotiation())];
        match &self.handshake.peer {
            Some(peer) if between_servers => rows.extend([
                Information::Certificate(CertificateRow::Heading(CertificateDirection::Received)),
                Information::Certificate(CertificateRow::Thumbprint(peer.thumbprint.clone())),
            ]),
            Some(peer) => rows.push(certificate_row(peer, CertificateDirection::Received)),
            None => {}
        }
        rows
    }

    fn negotiation(&self) -> TlsNegotiation {
        let schannel = self.handshake.schannel;
        let algorithm =
            |name: &str, bits: u16| Algorithm { name: name.to_owned(), bits: bits.into() };
        TlsNegotiation {
            protocol: schannel.protocol.to_owned(),
            bulk: algorithm(schannel.encryption, schannel.encryption_bits),
            mac: algorithm(schannel.hash, schannel.hash_bits),
            key_exchange: algorithm(schannel.key_exchange, schannel.key_exchange_bits),
        }
    }

    /// What is wrong with the peer's certificate, as far as that much is demanded.
    pub fn judge(
        &self,
        validation: &Validation,
        trust: &TrustStore,
        now: Timestamp,
    ) -> Option<CertificateFailure> {
        let expected = match validation {
            Validation::EncryptionOnly => return None,
            Validation::Certificate => None,
            Validation::Domain(domain) => Some(domain.to_string()),
        };
        let peer = self.handshake.peer.as_ref();
        let verdict = verify(peer, expected.as_deref(), Usage::ServerAuth, trust, now);
        let fault = verdict.most_important()?;
        let presented = peer.map(|peer| peer.subject.clone()).unwrap_or_default();
        Some(CertificateFailure {
            word: fault.exchange_word(),
            expected: expected.clone(),
            presented,
            thumbprint: self.thumbprint.clone(),
        })
    }

    /// How the protocol log of the accepting side judges a client's certificate, and the names it may
    /// be believed for: none unless it is valid.
    pub fn client(&self, trust: &TrustStore, now: Timestamp) -> (&'static str, Vec<String>) {
        let peer = self.handshake.peer.as_ref();
        let verdict = verify(peer, None, Usage::ClientAuth, trust, now);
        let names = match peer {
            Some(peer) if verdict.is_valid() => peer.certificate_domains(),
            _ => Vec::new(),
        };
        (verdict.most_important().map_or("Valid", Fault::chain_validation_status), names)
    }

    /// Whether the client showed a certificate.
    pub fn has_certificate(&self) -> bool {
        self.handshake.peer.is_some()
    }
}

/// A certificate in full; how many rows it takes is the log's to say.
fn certificate_row(certificate: &Certificate, direction: CertificateDirection) -> Information {
    let certificate = CertificateInLog {
        direction,
        subject: certificate.subject.clone(),
        issuer: certificate.issuer.clone(),
        serial: certificate.serial_number.clone(),
        thumbprint: certificate.thumbprint.clone(),
        validity: Some((certificate.not_before, certificate.not_after)),
        alternate_names: certificate.subject_alternative_names.clone(),
    };
    Information::Certificate(CertificateRow::Whole(Box::new(certificate)))
}

fn gone() -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, "the connection was lost in a TLS handshake")
}

impl AsyncRead for Channel {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Encrypted(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Gone => Poll::Ready(Err(gone())),
        }
    }
}

impl AsyncWrite for Channel {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Encrypted(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Gone => Poll::Ready(Err(gone())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            Self::Encrypted(stream) => Pin::new(stream).poll_flush(context),
            Self::Gone => Poll::Ready(Err(gone())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Encrypted(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Gone => Poll::Ready(Ok(())),
        }
    }
}
