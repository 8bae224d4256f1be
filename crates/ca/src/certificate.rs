//! A certificate as a computer holds it: the encoding, what it says, the certificates it is
//! installed with, and its private key if that is there.
//!
//! What it says is read from the encoding once, in the spelling Exchange prints: names as in
//! `name.rs`, serial number and thumbprint in upper-case hex.
//!
//! Not modelled: friendly names (Exchange keeps them beside the certificate), revocation, policies,
//! names other than DNS names.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rcgen::PublicKeyData;
use rustls::pki_types::CertificateDer;
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::oid::db::rfc5280;
use x509_cert::der::pem::LineEnding;
use x509_cert::der::{Decode, Encode, EncodePem};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, SubjectAltName,
    SubjectKeyIdentifier,
};
use x509_cert::time::Time;

use crate::domain_match::covers;
use crate::error::CertificateError;
use crate::key::PrivateKey;
use crate::name::{common_name_of, windows_text};

/// What a certificate may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Usage {
    /// Shown by the side that accepts connections.
    ServerAuth,
    /// Shown by the side that connects.
    ClientAuth,
}

impl Usage {
    /// Both of them, as a mail server needs that accepts connections and makes them.
    pub const BOTH: [Self; 2] = [Self::ServerAuth, Self::ClientAuth];

    pub(crate) fn oid(self) -> ObjectIdentifier {
        match self {
            Self::ServerAuth => rfc5280::ID_KP_SERVER_AUTH,
            Self::ClientAuth => rfc5280::ID_KP_CLIENT_AUTH,
        }
    }
}

/// A certificate.
///
/// All but `chain` and `key` is read from the encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Distinguished name of the subject, as Windows prints it.
    pub subject: String,
    /// Distinguished name of the issuer.
    pub issuer: String,
    /// Serial number, upper-case hex.
    pub serial_number: String,
    /// SHA-1 of the encoding, upper-case hex.
    pub thumbprint: String,
    /// The subject's most specific common name.
    pub common_name: Option<String>,
    /// The DNS names among the subject alternative names, in their order.
    pub subject_alternative_names: Vec<String>,
    /// First moment of validity.
    pub not_before: Timestamp,
    /// Last moment of validity.
    pub not_after: Timestamp,
    /// Whether subject and issuer are the same.
    pub is_self_signed: bool,
    /// Whether it may sign other certificates.
    pub is_ca: bool,
    /// What it may be used for; everything when it does not say.
    pub usages: BTreeSet<Usage>,
    /// The intermediate certificates it is installed with, and sent with.
    pub chain: Vec<Certificate>,
    /// Its private key, if the computer holds it.
    pub key: Option<PrivateKey>,
    x509: x509_cert::Certificate,
    der: CertificateDer<'static>,
}

impl Certificate {
    /// Reads a certificate.
    ///
    /// # Errors
    /// When the bytes are none.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        let x509 = x509_cert::Certificate::from_der(der).map_err(|error| unreadable(&error))?;
        let tbs = x509.tbs_certificate();
        let constraints: Option<(bool, BasicConstraints)> =
            tbs.get_extension().map_err(|error| unreadable(&error))?;
        Ok(Self {
            subject: windows_text(tbs.subject()),
            issuer: windows_text(tbs.issuer()),
            serial_number: upper_hex(tbs.serial_number().as_bytes()),
            thumbprint: thumbprint(der),
            common_name: common_name_of(tbs.subject()),
            subject_alternative_names: dns_names(&x509)?,
            not_before: timestamp(tbs.validity().not_before),
            not_after: timestamp(tbs.validity().not_after),
            is_self_signed: tbs.subject() == tbs.issuer(),
            is_ca: constraints.is_some_and(|(_, constraints)| constraints.ca),
            usages: usages(&x509)?,
            chain: Vec::new(),
            key: None,
            der: CertificateDer::from(der.to_vec()),
            x509,
        })
    }

    /// The encoding.
    pub fn der(&self) -> &CertificateDer<'static> {
        &self.der
    }

    /// The same certificate with its private key.
    ///
    /// # Errors
    /// When the key belongs to another certificate.
    pub fn with_key(self, key: PrivateKey) -> Result<Self, CertificateError> {
        match self.x509.tbs_certificate().subject_public_key_info().to_der() {
            Ok(own) if own == key.subject_public_key_info() => Ok(Self { key: Some(key), ..self }),
            _ => Err(CertificateError::OtherKey { thumbprint: self.thumbprint }),
        }
    }

    /// The certificate alone, without key and intermediate certificates: what anybody may see.
    pub fn public(&self) -> Self {
        Self { chain: Vec::new(), key: None, ..self.clone() }
    }

    /// The same certificate, installed with these intermediate certificates; a server that lacks
    /// them has none.
    pub fn with_chain(self, chain: Vec<Self>) -> Self {
        Self { chain, ..self }
    }

    /// `CertificateDomains` of `Get-ExchangeCertificate`: the common name, then the alternative
    /// names, each once.
    pub fn certificate_domains(&self) -> Vec<String> {
        let mut domains: Vec<String> = Vec::new();
        for name in self.common_name.iter().chain(&self.subject_alternative_names) {
            if !domains.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                domains.push(name.clone());
            }
        }
        domains
    }

    /// Whether it is for that domain. Windows looks at the common name only when there is no
    /// alternative name.
    pub fn covers(&self, domain: &str) -> bool {
        let names = &self.subject_alternative_names;
        let common_name = self.common_name.iter().filter(|_| names.is_empty());
        names.iter().chain(common_name).any(|name| covers(name, domain))
    }

    /// Whether the other certificate is the one named as issuer: by name and, where both certificates
    /// tell, by key. The signature is another question.
    pub(crate) fn names_as_issuer(&self, other: &Self) -> bool {
        let (tbs, issuer) = (self.x509.tbs_certificate(), other.x509.tbs_certificate());
        let wanted: Option<(bool, AuthorityKeyIdentifier)> = tbs.get_extension().ok().flatten();
        let own: Option<(bool, SubjectKeyIdentifier)> = issuer.get_extension().ok().flatten();
        let same_key = match (wanted.and_then(|(_, wanted)| wanted.key_identifier), own) {
            (Some(wanted), Some((_, own))) => wanted == own.0,
            _ => true,
        };
        tbs.issuer() == issuer.subject() && same_key
    }

    /// The certificate as text, `-----BEGIN CERTIFICATE-----` and so on.
    ///
    /// # Errors
    /// When it cannot be encoded.
    pub fn to_pem(&self) -> Result<String, CertificateError> {
        self.x509.to_pem(LineEnding::LF).map_err(|error| unreadable(&error))
    }

    pub(crate) fn x509(&self) -> &x509_cert::Certificate {
        &self.x509
    }
}

fn unreadable(error: &x509_cert::der::Error) -> CertificateError {
    CertificateError::Unreadable(error.to_string())
}

fn dns_names(x509: &x509_cert::Certificate) -> Result<Vec<String>, CertificateError> {
    let names: Option<(bool, SubjectAltName)> =
        x509.tbs_certificate().get_extension().map_err(|error| unreadable(&error))?;
    let names = names.map(|(_, names)| names.0).unwrap_or_default();
    Ok(names
        .iter()
        .filter_map(|name| match name {
            GeneralName::DnsName(name) => Some(name.as_str().to_owned()),
            _ => None,
        })
        .collect())
}

fn usages(x509: &x509_cert::Certificate) -> Result<BTreeSet<Usage>, CertificateError> {
    let extension: Option<(bool, ExtendedKeyUsage)> =
        x509.tbs_certificate().get_extension().map_err(|error| unreadable(&error))?;
    let Some((_, ExtendedKeyUsage(oids))) = extension else {
        return Ok(Usage::BOTH.into());
    };
    let any = oids.contains(&rfc5280::ANY_EXTENDED_KEY_USAGE);
    Ok(Usage::BOTH.into_iter().filter(|usage| any || oids.contains(&usage.oid())).collect())
}

/// The time in a certificate; at most the end of representable time.
fn timestamp(time: Time) -> Timestamp {
    i64::try_from(time.to_unix_duration().as_secs())
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .unwrap_or(Timestamp::MAX)
}

fn thumbprint(der: &[u8]) -> String {
    upper_hex(ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, der).as_ref())
}

/// Bytes in hex, as Windows prints thumbprints and serial numbers.
pub(crate) fn upper_hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789ABCDEF"[usize::from(half & 0xF)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issuance::CertificateRequest;
    use crate::samples::{day, now, private_authority, public_authority, request};
    use crate::validity::Validity;
    use fabric::Seed;
    use proptest::prelude::*;

    #[test]
    fn a_certificate_says_what_exchange_prints() {
        let certificate =
            public_authority().issue(&request(&["mail.contoso.com", "edge.contoso.com"])).unwrap();
        assert_eq!(certificate.subject, "CN=mail.contoso.com");
        assert_eq!(certificate.issuer, "CN=R11, O=Let's Encrypt, C=US");
        assert_eq!(certificate.certificate_domains(), ["mail.contoso.com", "edge.contoso.com"]);
        assert_eq!(certificate.not_before, day("2026-04-01"));
        assert_eq!(certificate.not_after, day("2026-06-30"));
        assert_eq!(certificate.usages, Usage::BOTH.into());
        assert!(!certificate.is_self_signed && !certificate.is_ca);
        insta::assert_snapshot!(
            format!("{} {}", certificate.serial_number, certificate.thumbprint),
            @"793509A0007296E019D238F3A7A4EE2A 32CE2FEE970D4196DEC5BBF2532F71381FB21412"
        );
        assert_eq!(certificate.chain.len(), 1);
        assert!(certificate.key.is_some() && certificate.chain[0].key.is_none());
    }

    #[test]
    fn a_default_certificate_is_self_signed_for_both_names_of_the_server() {
        let request =
            CertificateRequest::exchange_default("CMEDGE01", "cmedge01.contoso.com", now())
                .unwrap();
        let certificate = request.self_signed(Seed(1)).unwrap();
        assert!(certificate.is_self_signed && !certificate.is_ca);
        assert_eq!(certificate.subject, "CN=CMEDGE01");
        assert_eq!(certificate.certificate_domains(), ["CMEDGE01", "cmedge01.contoso.com"]);
        assert_eq!(certificate.not_after, Validity::years(now(), 5).not_after);
    }

    #[test]
    fn the_common_name_counts_only_without_alternative_names() {
        let named = private_authority()
            .issue(&CertificateRequest {
                dns_names: vec!["edge.contoso.com".to_owned()],
                ..request(&["mail.contoso.com"])
            })
            .unwrap();
        assert!(named.covers("edge.contoso.com") && !named.covers("mail.contoso.com"));
        let unnamed = private_authority()
            .issue(&CertificateRequest { dns_names: Vec::new(), ..request(&["mail.contoso.com"]) })
            .unwrap();
        assert!(unnamed.covers("mail.contoso.com"));
    }

    #[test]
    fn a_key_belongs_to_one_certificate() {
        let certificate = public_authority().issue(&request(&["mail.contoso.com"])).unwrap();
        let other = PrivateKey::from_seed(Seed(1), "other");
        let thumbprint = certificate.thumbprint.clone();
        assert_eq!(
            certificate.with_key(other).unwrap_err(),
            CertificateError::OtherKey { thumbprint }
        );
    }

    #[test]
    fn a_certificate_for_ever_ends_with_representable_time() {
        let for_ever = x509_cert::time::Time::INFINITY;
        assert_eq!(timestamp(for_ever), Timestamp::MAX);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            prop_assert!(Certificate::from_der(&bytes).is_err());
        }

        #[test]
        fn a_damaged_certificate_is_read_or_refused(position in 0..600usize, byte: u8) {
            let mut der = public_authority().root.der().to_vec();
            let position = position % der.len();
            der[position] = byte;
            let _read = Certificate::from_der(&der);
        }
    }
}
