//! What can be wrong with a certificate or its file before anybody shows it to anybody.

use jiff::Timestamp;

/// A certificate that cannot be made, read or used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// A name that a certificate cannot hold.
    #[error("{0:?} is no DNS name a certificate can hold")]
    DnsName(String),
    /// A name that holds an attribute twice, such as `DC=contoso, DC=com`; it can be read, not issued.
    #[error(
        "no certificate can be issued with the name {name}: it repeats the attribute {attribute}"
    )]
    RepeatedAttribute {
        /// The attribute's name, as Windows prints it.
        attribute: String,
        /// The whole name.
        name: String,
    },
    /// A validity that ends before it begins, or lies outside the years 1970 to 9999.
    #[error("a certificate cannot be valid from {not_before} to {not_after}")]
    Validity {
        /// First moment of validity.
        not_before: Timestamp,
        /// Last moment of validity.
        not_after: Timestamp,
    },
    /// The encoder refused.
    #[error("the certificate cannot be encoded: {0}")]
    Encoding(String),
    /// The bytes are no certificate.
    #[error("no X.509 certificate: {0}")]
    Unreadable(String),
    /// A key of another kind, or no key.
    #[error("no P-256 private key in PKCS#8 form")]
    NoP256Key,
    /// The key belongs to another certificate.
    #[error("the private key does not belong to the certificate {thumbprint}")]
    OtherKey {
        /// The certificate's thumbprint.
        thumbprint: String,
    },
    /// A PFX file of the lab that does not begin like one.
    #[error("expected a lab PFX that begins with {expected:?}, got {first_line:?}")]
    PfxHeader {
        /// The line it should begin with.
        expected: &'static str,
        /// The line it begins with.
        first_line: String,
    },
    /// A broken part of a PFX file.
    #[error("part {number} of the lab PFX is broken: {reason}")]
    PfxPart {
        /// Which part, counted from 1.
        number: usize,
        /// What is wrong.
        reason: String,
    },
    /// A PFX file without a certificate.
    #[error("the lab PFX holds no certificate")]
    PfxWithoutCertificate,
    /// A certificate without a private key was to be shown to a peer.
    #[error("the certificate {thumbprint} has no private key")]
    NoPrivateKey {
        /// The certificate's thumbprint.
        thumbprint: String,
    },
    /// A computer that allows no version of TLS.
    #[error("no version of TLS is allowed")]
    NoTlsVersion,
    /// rustls refused the certificate or its key.
    #[error("the certificate cannot be used for TLS: {0}")]
    Unusable(String),
}
