//! Certificates and TLS: what computers show each other, and what they make of it.
//!
//! Everything is made from the lab's seed, at the lab's time: the same lab has the same thumbprints
//! in every run. A handshake never fails because of a certificate; the certificate is judged after
//! it, and every fault is reported at once, in Exchange's words.
//!
//! In reading order:
//! - [`DistinguishedName`], [`Certificate`]: what a certificate says, as Windows prints it.
//! - [`Authority`], [`CertificateRequest`], [`PrivateKey`]: where certificates come from.
//! - [`read_pfx`], [`write_pfx`]: how they get from one server to another.
//! - [`TrustStore`], [`verify`], [`Verdict`], [`Fault`]: what a certificate is worth.
//! - [`TlsServer`], [`TlsClient`], [`Handshake`]: showing them on a connection.
//!
//! Not modelled: RSA, revocation, TLS before 1.2. What each part leaves out stands in its file.
//!
//! ```
//! use ca::{Authority, AuthorityLevel, AuthorityPlan, CertificateRequest, RootCaType};
//! use ca::{Fault, TrustStore, Usage, Validity, verify};
//!
//! let today: jiff::Timestamp = "2026-05-01T06:00:00Z".parse()?;
//! let authority = Authority::new(
//!     fabric::Seed(1),
//!     &AuthorityPlan {
//!         name: "Contoso".to_owned(),
//!         root_ca_type: RootCaType::Enterprise,
//!         root: AuthorityLevel {
//!             subject: "CN=contoso-DC01-CA, O=Contoso, C=US".parse()?,
//!             validity: Validity::years(today, 10),
//!         },
//!         intermediate: None,
//!     },
//! )?;
//! let request = CertificateRequest::for_hosts(&["mail.contoso.com"], Validity::years(today, 1))?;
//! let certificate = authority.issue(&request)?;
//!
//! let mut trusted = TrustStore::new();
//! trusted.add(&authority.root);
//! let judge = |expected| {
//!     verify(Some(&certificate), Some(expected), Usage::ServerAuth, &trusted, today)
//! };
//! assert!(judge("mail.contoso.com").is_valid());
//! let verdict = judge("edge.contoso.com");
//! assert_eq!(verdict.most_important().map(Fault::exchange_word), Some("SubjectMismatch"));
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

mod any_certificate;
mod authority;
mod certificate;
mod domain_match;
mod error;
mod handshake;
mod handshake_error;
mod issuance;
mod key;
mod name;
mod pfx;
#[cfg(test)]
mod samples;
mod tls;
mod trust_store;
mod validity;
mod verify;

pub use authority::{Authority, AuthorityLevel, AuthorityPlan, RootCaType};
pub use certificate::{Certificate, Usage};
pub use domain_match::covers;
pub use error::CertificateError;
pub use handshake::{Handshake, Schannel, TlsVersion};
pub use handshake_error::HandshakeError;
pub use issuance::CertificateRequest;
pub use key::PrivateKey;
pub use name::{DistinguishedName, NameError};
pub use pfx::{PFX_HEADER, read_pfx, write_pfx};
pub use tls::{ClientAuth, TlsClient, TlsServer, provider};
pub use tokio_rustls::TlsStream;
pub use trust_store::TrustStore;
pub use validity::Validity;
pub use verify::{Fault, Verdict, verify};
