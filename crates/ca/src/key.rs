//! Private keys: P-256, derived from the lab's seed.
//!
//! The same seed and label always give the same key, and signatures take their nonce from key and
//! message (RFC 6979), so that every certificate, and with it every thumbprint in a log, is the same
//! in every run. ring signs with a random nonce; it signs TLS handshakes only, which no log shows.
//!
//! RSA-2048 would look more usual in an Exchange organization. It costs a millisecond per handshake,
//! and keys committed to the repository, because an RSA key cannot be derived in reasonable time.
//!
//! Not modelled: RSA keys, key containers, keys that cannot be exported.

use std::fmt;

use fabric::Seed;
use p256::ecdsa::signature::{self, Keypair, Signer};
use p256::ecdsa::{DerSignature, SigningKey, VerifyingKey};
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use rustls::pki_types::PrivatePkcs8KeyDer;
use x509_cert::der::oid::db::rfc5912::ECDSA_WITH_SHA_256;
use x509_cert::spki::{self, AlgorithmIdentifierOwned, DynSignatureAlgorithmIdentifier};

use crate::error::CertificateError;

/// A P-256 private key.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateKey(SigningKey);

impl PrivateKey {
    /// The key of that label: always the same one.
    pub fn from_seed(seed: Seed, label: &str) -> Self {
        let mut stream = seed.stream(&format!("private key {label}"));
        loop {
            let mut scalar = [0; 32];
            stream.fill(&mut scalar);
            // A scalar of zero, or not below the order of the curve, is no key: one in 2^32.
            if let Ok(key) = SigningKey::from_bytes(&scalar.into()) {
                return Self(key);
            }
        }
    }

    /// Reads a PKCS#8 document.
    ///
    /// # Errors
    /// When it is none, or holds another kind of key.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, CertificateError> {
        SigningKey::from_pkcs8_der(der).map(Self).map_err(|_| CertificateError::NoP256Key)
    }

    /// The PKCS#8 document, as rustls and PEM files take it.
    ///
    /// # Errors
    /// When the encoder refuses.
    pub fn to_pkcs8(&self) -> Result<PrivatePkcs8KeyDer<'static>, CertificateError> {
        match self.0.to_pkcs8_der() {
            Ok(document) => Ok(PrivatePkcs8KeyDer::from(document.as_bytes().to_vec())),
            Err(error) => Err(CertificateError::Encoding(error.to_string())),
        }
    }
}

/// ECDSA with SHA-256; the nonce is that of RFC 6979.
impl Signer<DerSignature> for PrivateKey {
    fn try_sign(&self, message: &[u8]) -> Result<DerSignature, signature::Error> {
        self.0.try_sign(message)
    }
}

impl Keypair for PrivateKey {
    type VerifyingKey = VerifyingKey;

    fn verifying_key(&self) -> VerifyingKey {
        *self.0.verifying_key()
    }
}

impl DynSignatureAlgorithmIdentifier for PrivateKey {
    fn signature_algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned> {
        Ok(AlgorithmIdentifierOwned { oid: ECDSA_WITH_SHA_256, parameters: None })
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(P-256)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn seed_and_label_decide_the_key() {
        let key = PrivateKey::from_seed(Seed(1), "mail.contoso.com");
        assert_eq!(key, PrivateKey::from_seed(Seed(1), "mail.contoso.com"));
        assert_ne!(key, PrivateKey::from_seed(Seed(2), "mail.contoso.com"));
        assert_ne!(key, PrivateKey::from_seed(Seed(1), "edge.contoso.com"));
    }

    #[test]
    fn a_key_survives_its_pkcs8_document() {
        let key = PrivateKey::from_seed(Seed(1), "mail.contoso.com");
        assert_eq!(
            PrivateKey::from_pkcs8(key.to_pkcs8().unwrap().secret_pkcs8_der()).unwrap(),
            key
        );
    }

    #[test]
    fn a_key_is_not_printed() {
        assert_eq!(format!("{:?}", PrivateKey::from_seed(Seed(1), "label")), "PrivateKey(P-256)");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            prop_assert!(PrivateKey::from_pkcs8(&bytes).is_err());
        }
    }
}
