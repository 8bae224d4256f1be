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
use p256::Sec1Point;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use rcgen::{PKCS_ECDSA_P256_SHA256, PublicKeyData, SignatureAlgorithm};
use rustls::pki_types::PrivatePkcs8KeyDer;

use crate::error::CertificateError;

/// A P-256 private key.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateKey {
    key: SigningKey,
    /// The point on the curve, uncompressed, as certificates hold it.
    public_key: Sec1Point,
}

impl PrivateKey {
    /// The key of that label: always the same one.
    pub fn from_seed(seed: Seed, label: &str) -> Self {
        let mut stream = seed.stream(&format!("private key {label}"));
        loop {
            let mut scalar = [0; 32];
            stream.fill(&mut scalar);
            // A scalar of zero, or not below the order of the curve, is no key: one in 2^32.
            if let Ok(key) = SigningKey::from_bytes(&scalar.into()) {
                return Self::new(key);
            }
        }
    }

    fn new(key: SigningKey) -> Self {
        let public_key = key.verifying_key().to_sec1_point(false);
        Self { key, public_key }
    }

    /// Reads a PKCS#8 document.
    ///
    /// # Errors
    /// When it is none, or holds another kind of key.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, CertificateError> {
        SigningKey::from_pkcs8_der(der).map(Self::new).map_err(|_| CertificateError::NoP256Key)
    }

    /// The PKCS#8 document, as rustls and PEM files take it.
    ///
    /// # Errors
    /// When the encoder refuses.
    pub fn to_pkcs8(&self) -> Result<PrivatePkcs8KeyDer<'static>, CertificateError> {
        match self.key.to_pkcs8_der() {
            Ok(document) => Ok(PrivatePkcs8KeyDer::from(document.as_bytes().to_vec())),
            Err(error) => Err(CertificateError::Encoding(error.to_string())),
        }
    }
}

impl PublicKeyData for PrivateKey {
    fn der_bytes(&self) -> &[u8] {
        self.public_key.as_bytes()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

/// ECDSA with SHA-256; the nonce is that of RFC 6979.
impl rcgen::SigningKey for PrivateKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let signature: Result<DerSignature, _> = self.key.try_sign(message);
        match signature {
            Ok(signature) => Ok(signature.as_bytes().to_vec()),
            Err(_) => Err(rcgen::Error::RemoteKeyError),
        }
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
    use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};

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
    fn a_signature_fits_the_public_key_and_is_always_the_same() {
        let key = PrivateKey::from_seed(Seed(1), "mail.contoso.com");
        let signature = rcgen::SigningKey::sign(&key, b"message").unwrap();
        assert_eq!(signature, rcgen::SigningKey::sign(&key, b"message").unwrap());
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key.der_bytes());
        assert_eq!(public.verify(b"message", &signature), Ok(()));
        assert!(public.verify(b"another", &signature).is_err());
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
