//! What a TLS handshake has settled, in the words logs and headers use.
//!
//! Protocol logs print Schannel's names (`SP_PROT_TLS1_2_SERVER`, `CALG_AES_256`), Received headers
//! the suite's (`version=TLS1_2, cipher=TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384`). Source: real rows of
//! Exchange 2016 and 2019. Those are for TLS 1.2; that TLS 1.3 is printed by the same rules is
//! assumed, but for its protocol name, which Exchange Online's traces show.
//!
//! Not modelled: TLS before 1.2, whose rows look different (`CALG_SHA1 with strength 160 bits`).

use std::sync::Arc;

use rustls::crypto::SupportedKxGroup;
use rustls::{CommonState, NamedGroup, ProtocolVersion};

use crate::certificate::Certificate;
use crate::handshake_error::HandshakeError;

/// A version of TLS a computer may allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// TLS 1.2.
    Tls12,
    /// TLS 1.3.
    Tls13,
}

impl TlsVersion {
    /// As Received headers print it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tls12 => "TLS1_2",
            Self::Tls13 => "TLS1_3",
        }
    }
}

/// Which side of a handshake a computer was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    /// It accepted the connection.
    Server,
    /// It connected.
    Client,
}

/// A finished handshake. Nobody has judged the peer's certificate yet.
#[derive(Clone, Debug)]
pub struct Handshake {
    /// The version in use.
    pub version: TlsVersion,
    /// The cipher suite in use, such as `TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384`.
    pub cipher_suite: &'static str,
    /// The same as Schannel reports it.
    pub schannel: Schannel,
    /// The certificate the peer has shown, with the others it sent in `chain`.
    pub peer: Option<Certificate>,
    /// The certificate this computer has shown; a client shows one only when asked.
    pub own: Option<Arc<Certificate>>,
}

/// `TLS protocol … negotiation succeeded using …`: what Schannel says of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schannel {
    /// Version and side, such as `SP_PROT_TLS1_2_SERVER`.
    pub protocol: &'static str,
    /// Bulk encryption algorithm, such as `CALG_AES_256`.
    pub encryption: &'static str,
    /// Its strength in bits.
    pub encryption_bits: u16,
    /// MAC hash algorithm, such as `CALG_SHA_384`.
    pub hash: &'static str,
    /// Its strength in bits: 0, because these suites authenticate without it.
    pub hash_bits: u16,
    /// Key exchange algorithm: `CALG_ECDH_EPHEM`.
    pub key_exchange: &'static str,
    /// Its strength in bits: the size of the curve.
    pub key_exchange_bits: u16,
}

/// A cipher suite of Windows' default list.
pub(crate) struct Suite {
    pub(crate) rustls: rustls::CipherSuite,
    name: &'static str,
    encryption: (&'static str, u16),
    hash: &'static str,
}

const AES_256: (&str, u16) = ("CALG_AES_256", 256);
const AES_128: (&str, u16) = ("CALG_AES_128", 128);

/// The suites offered, in the order of preference. `ChaCha20` is not among the defaults of Windows.
pub(crate) const SUITES: &[Suite] = &[
    Suite {
        rustls: rustls::CipherSuite::TLS13_AES_256_GCM_SHA384,
        name: "TLS_AES_256_GCM_SHA384",
        encryption: AES_256,
        hash: "CALG_SHA_384",
    },
    Suite {
        rustls: rustls::CipherSuite::TLS13_AES_128_GCM_SHA256,
        name: "TLS_AES_128_GCM_SHA256",
        encryption: AES_128,
        hash: "CALG_SHA_256",
    },
    Suite {
        rustls: rustls::CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        name: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        encryption: AES_256,
        hash: "CALG_SHA_384",
    },
    Suite {
        rustls: rustls::CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        name: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        encryption: AES_128,
        hash: "CALG_SHA_256",
    },
    Suite {
        rustls: rustls::CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        name: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        encryption: AES_256,
        hash: "CALG_SHA_384",
    },
    Suite {
        rustls: rustls::CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        name: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        encryption: AES_128,
        hash: "CALG_SHA_256",
    },
];

impl Handshake {
    /// Reads what the session has settled.
    pub(crate) fn of_session(
        session: &CommonState,
        side: Side,
        own: Option<Arc<Certificate>>,
    ) -> Result<Self, HandshakeError> {
        let version = match session.protocol_version() {
            Some(ProtocolVersion::TLSv1_2) => TlsVersion::Tls12,
            Some(ProtocolVersion::TLSv1_3) => TlsVersion::Tls13,
            other => return Err(HandshakeError::Other(format!("unexpected version {other:?}"))),
        };
        let settled = session.negotiated_cipher_suite().map(|suite| suite.suite());
        let suite = SUITES
            .iter()
            .find(|suite| Some(suite.rustls) == settled)
            .ok_or_else(|| HandshakeError::Other(format!("unexpected suite {settled:?}")))?;
        let group = session.negotiated_key_exchange_group().map(SupportedKxGroup::name);
        let schannel = Schannel {
            protocol: protocol(version, side),
            encryption: suite.encryption.0,
            encryption_bits: suite.encryption.1,
            hash: suite.hash,
            hash_bits: 0,
            key_exchange: "CALG_ECDH_EPHEM",
            key_exchange_bits: if group == Some(NamedGroup::secp384r1) { 384 } else { 256 },
        };
        Ok(Self { version, cipher_suite: suite.name, schannel, peer: peer(session)?, own })
    }
}

fn protocol(version: TlsVersion, side: Side) -> &'static str {
    match (version, side) {
        (TlsVersion::Tls12, Side::Server) => "SP_PROT_TLS1_2_SERVER",
        (TlsVersion::Tls12, Side::Client) => "SP_PROT_TLS1_2_CLIENT",
        (TlsVersion::Tls13, Side::Server) => "SP_PROT_TLS1_3_SERVER",
        (TlsVersion::Tls13, Side::Client) => "SP_PROT_TLS1_3_CLIENT",
    }
}

/// The peer's certificate. What it sent along and cannot be read is as good as not sent.
fn peer(session: &CommonState) -> Result<Option<Certificate>, HandshakeError> {
    let Some((shown, others)) = session.peer_certificates().and_then(<[_]>::split_first) else {
        return Ok(None);
    };
    let mut certificate = Certificate::from_der(shown)?;
    certificate.chain = others.iter().filter_map(|der| Certificate::from_der(der).ok()).collect();
    Ok(Some(certificate))
}
