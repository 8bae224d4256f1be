//! Making certificates: what a request becomes when it is signed.
//!
//! Key and serial number come from the seed and from everything the request says, so that the same
//! request always gives the same certificate and a renewal, which differs in its dates, another one
//! with a key of its own.
//!
//! Not modelled: certificate signing requests as files, renewal with the same key, revocation
//! addresses, certificate transparency.

use std::collections::BTreeSet;
use std::time::Duration;

use fabric::Seed;
use p256::ecdsa::DerSignature;
use p256::ecdsa::signature::Keypair;
use x509_cert::TbsCertificate;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder, CertificateBuilder};
use x509_cert::der::asn1::Ia5String;
use x509_cert::der::{DateTime, Encode};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages,
    SubjectAltName, SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{SubjectPublicKeyInfo, SubjectPublicKeyInfoRef};
use x509_cert::time::Time;

use crate::certificate::{Certificate, Usage};
use crate::error::CertificateError;
use crate::key::PrivateKey;
use crate::name::{DistinguishedName, NameError};
use crate::validity::Validity;

/// What somebody asks an authority for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateRequest {
    /// Distinguished name of the subject.
    pub subject: DistinguishedName,
    /// DNS names; with none the certificate has only its common name.
    pub dns_names: Vec<String>,
    /// What it may be used for; nothing stands for everything.
    pub usages: BTreeSet<Usage>,
    /// From when to when.
    pub validity: Validity,
}

impl CertificateRequest {
    /// A certificate for mail servers of those names; the first is the common name as well.
    ///
    /// # Errors
    /// When there is no name.
    pub fn for_hosts(dns_names: &[&str], validity: Validity) -> Result<Self, NameError> {
        Ok(Self {
            subject: DistinguishedName::common_name(dns_names.first().unwrap_or(&""))?,
            dns_names: dns_names.iter().map(|name| (*name).to_owned()).collect(),
            usages: Usage::BOTH.into(),
            validity,
        })
    }

    /// The certificate that setup gives every Exchange server: `CN=CMEDGE01`, for the server's name
    /// and FQDN, for five years, to be self-signed.
    ///
    /// # Errors
    /// When the server has no name.
    pub fn exchange_default(
        server: &str,
        fqdn: &str,
        installed: jiff::Timestamp,
    ) -> Result<Self, NameError> {
        let request = Self::for_hosts(&[server, fqdn], Validity::years(installed, 5))?;
        Ok(Self { usages: [Usage::ServerAuth].into(), ..request })
    }

    /// Signs the request with its own key. `seed` is that of the computer it is made on, so that no
    /// two computers make the same certificate.
    ///
    /// # Errors
    /// When it asks for something a certificate cannot hold.
    pub fn self_signed(&self, seed: Seed) -> Result<Certificate, CertificateError> {
        issue(seed, &Contents::of_request(self)?, None)
    }
}

/// What a certificate is to say, apart from key and serial number.
pub(crate) struct Contents {
    subject: Name,
    validity: Validity,
    role: Role,
    /// Everything above as text: decides key and serial number.
    label: String,
}

enum Role {
    Authority,
    EndEntity { names: Vec<GeneralName>, usages: BTreeSet<Usage> },
}

impl Contents {
    pub(crate) fn of_request(request: &CertificateRequest) -> Result<Self, CertificateError> {
        let names: Result<Vec<_>, _> =
            request.dns_names.iter().map(|name| general_name(name)).collect();
        let CertificateRequest { subject, dns_names, usages, validity } = request;
        let Validity { not_before, not_after } = validity;
        Ok(Self {
            subject: subject.to_x509().map_err(|error| encoding(&error))?,
            validity: *validity,
            role: Role::EndEntity { names: names?, usages: usages.clone() },
            label: format!("{subject} {dns_names:?} {usages:?} {not_before} {not_after}"),
        })
    }

    pub(crate) fn of_authority(
        subject: &DistinguishedName,
        validity: Validity,
    ) -> Result<Self, CertificateError> {
        let Validity { not_before, not_after } = validity;
        Ok(Self {
            subject: subject.to_x509().map_err(|error| encoding(&error))?,
            validity,
            role: Role::Authority,
            label: format!("{subject} authority {not_before} {not_after}"),
        })
    }

    fn extensions(&self) -> x509_cert::der::Result<Vec<Extension>> {
        let constraints = BasicConstraints {
            ca: matches!(self.role, Role::Authority),
            path_len_constraint: None,
        };
        let mut extensions = vec![constraints.to_extension(&self.subject, &[])?];
        match &self.role {
            Role::Authority => {
                let usage =
                    KeyUsages::DigitalSignature | KeyUsages::KeyCertSign | KeyUsages::CRLSign;
                extensions.push(KeyUsage(usage).to_extension(&self.subject, &[])?);
            }
            Role::EndEntity { names, usages } => {
                let usage = KeyUsage(KeyUsages::DigitalSignature.into());
                extensions.push(usage.to_extension(&self.subject, &[])?);
                if !usages.is_empty() {
                    let oids = usages.iter().map(|usage| usage.oid()).collect();
                    extensions.push(ExtendedKeyUsage(oids).to_extension(&self.subject, &[])?);
                }
                if !names.is_empty() {
                    let names = SubjectAltName(names.clone());
                    extensions.push(names.to_extension(&self.subject, &[])?);
                }
            }
        }
        Ok(extensions)
    }
}

/// Signs the contents, with the issuer's key or, without an issuer, with its own.
///
/// # Errors
/// When the dates cannot be encoded, or the issuer has no key.
pub(crate) fn issue(
    seed: Seed,
    contents: &Contents,
    issuer: Option<&Certificate>,
) -> Result<Certificate, CertificateError> {
    let key = PrivateKey::from_seed(seed, &contents.label);
    let signer = match issuer {
        None => &key,
        Some(issuer) => issuer.key.as_ref().ok_or_else(|| CertificateError::NoPrivateKey {
            thumbprint: issuer.thumbprint.clone(),
        })?,
    };
    let public_key = SubjectPublicKeyInfo::from_key(&key.verifying_key());
    let builder = CertificateBuilder::new(
        Profile {
            contents,
            issuer: issuer.map(|issuer| issuer.x509().tbs_certificate().subject()),
        },
        serial_number(seed, &contents.label).map_err(|error| encoding(&error))?,
        encoded_validity(contents.validity)?,
        public_key.map_err(|error| encoding(&error))?,
    );
    let x509 = builder
        .and_then(|builder| builder.build::<_, DerSignature>(signer))
        .map_err(|error| encoding(&error))?;
    Certificate::from_der(&x509.to_der().map_err(|error| encoding(&error))?)?.with_key(key)
}

/// What the builder asks for while it assembles a certificate.
struct Profile<'a> {
    contents: &'a Contents,
    issuer: Option<&'a Name>,
}

impl BuilderProfile for Profile<'_> {
    fn get_subject(&self) -> Name {
        self.contents.subject.clone()
    }

    fn get_issuer(&self, subject: &Name) -> Name {
        self.issuer.unwrap_or(subject).clone()
    }

    fn build_extensions(
        &self,
        own_key: SubjectPublicKeyInfoRef<'_>,
        issuer_key: SubjectPublicKeyInfoRef<'_>,
        _tbs: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        let subject = &self.contents.subject;
        let mut extensions = self.contents.extensions()?;
        extensions.push(SubjectKeyIdentifier::try_from(own_key)?.to_extension(subject, &[])?);
        if self.issuer.is_some() {
            let issuer_key = SubjectKeyIdentifier::try_from(issuer_key)?.0;
            let identifier = AuthorityKeyIdentifier {
                key_identifier: Some(issuer_key),
                ..AuthorityKeyIdentifier::default()
            };
            extensions.push(identifier.to_extension(subject, &[])?);
        }
        Ok(extensions)
    }
}

fn encoding(error: &impl ToString) -> CertificateError {
    CertificateError::Encoding(error.to_string())
}

fn general_name(name: &str) -> Result<GeneralName, CertificateError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.*".contains(c);
    let is_name = (1..=253).contains(&name.len()) && name.chars().all(allowed);
    match Ia5String::new(name) {
        Ok(encoded) if is_name => Ok(GeneralName::DnsName(encoded)),
        _ => Err(CertificateError::DnsName(name.to_owned())),
    }
}

/// 16 bytes that neither begin with a zero nor need one before them.
fn serial_number(seed: Seed, label: &str) -> x509_cert::der::Result<SerialNumber> {
    let mut bytes = [0; 16];
    seed.stream(&format!("serial number {label}")).fill(&mut bytes);
    bytes[0] = 0x10 | (bytes[0] & 0x6F);
    SerialNumber::new(&bytes)
}

fn encoded_validity(validity: Validity) -> Result<x509_cert::time::Validity, CertificateError> {
    let Validity { not_before, not_after } = validity;
    let refused = CertificateError::Validity { not_before, not_after };
    let time = |timestamp: jiff::Timestamp| {
        let seconds = u64::try_from(timestamp.as_second()).ok()?;
        DateTime::from_unix_duration(Duration::from_secs(seconds)).ok().map(Time::from)
    };
    match (time(not_before), time(not_after)) {
        (Some(begin), Some(end)) if not_before <= not_after => {
            Ok(x509_cert::time::Validity::new(begin, end))
        }
        _ => Err(refused),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{between, now, private_authority, public_authority, request};

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
        let request = request(&["mail.contoso.com"]);
        let first = request.self_signed(Seed(1)).unwrap();
        assert_eq!(first.der(), request.self_signed(Seed(1)).unwrap().der());
        assert_ne!(first.der(), request.self_signed(Seed(2)).unwrap().der());
        let issued = public_authority().issue(&request).unwrap();
        assert_eq!(issued, public_authority().issue(&request).unwrap());
    }

    #[test]
    fn the_bytes_are_the_same_on_every_machine() {
        let certificate = request(&["mail.contoso.com"]).self_signed(Seed(1)).unwrap();
        insta::assert_snapshot!(certificate.thumbprint, @"8156B721C6D1485659E39572B8DF3602BA46F93C");
    }

    #[test]
    fn a_renewal_has_a_number_and_a_key_of_its_own() {
        let old = request(&["mail.contoso.com"]);
        let validity = Validity::days(now(), 90);
        let new = CertificateRequest { validity, ..old.clone() };
        let (old, new) = (old.self_signed(Seed(1)).unwrap(), new.self_signed(Seed(1)).unwrap());
        assert_eq!(old.subject, new.subject);
        assert_ne!(old.serial_number, new.serial_number);
        assert_ne!(old.key, new.key);
    }

    #[test]
    fn a_serial_number_is_sixteen_bytes_of_a_positive_number() {
        for seed in 0..50 {
            let certificate = request(&["a"]).self_signed(Seed(seed)).unwrap();
            assert_eq!(certificate.serial_number.len(), 32);
            assert!(("10".."80").contains(&&certificate.serial_number[..2]));
        }
    }

    #[test]
    fn a_request_for_something_impossible_is_refused_with_the_culprit() {
        let refusal =
            |request: &CertificateRequest| private_authority().issue(request).unwrap_err();
        for name in ["", "mail contoso.com", "mäil.contoso.com"] {
            let names = vec![name.to_owned()];
            let request = CertificateRequest { dns_names: names, ..request(&["a"]) };
            assert_eq!(refusal(&request), CertificateError::DnsName(name.to_owned()));
        }
        let validity = between("2026-05-02", "2026-05-01");
        let backwards = CertificateRequest { validity, ..request(&["a"]) };
        assert!(matches!(refusal(&backwards), CertificateError::Validity { .. }));
        let validity = between("1969-12-31", "2026-05-01");
        let too_early = CertificateRequest { validity, ..request(&["a"]) };
        assert!(matches!(refusal(&too_early), CertificateError::Validity { .. }));
        assert_eq!(
            CertificateRequest::for_hosts(&[], validity),
            Err(NameError::NoValue("CN".into()))
        );
    }

    #[test]
    fn a_validity_of_a_hundred_years_is_kept() {
        let validity = Validity::years(now(), 100);
        let long = CertificateRequest { validity, ..request(&["a"]) };
        let certificate = long.self_signed(Seed(1)).unwrap();
        assert_eq!(certificate.not_before, now());
        assert_eq!(certificate.not_after, validity.not_after);
    }

    #[test]
    fn an_issuer_without_its_key_cannot_sign() {
        let root = private_authority().root.public();
        let contents = Contents::of_request(&request(&["a"])).unwrap();
        let thumbprint = root.thumbprint.clone();
        assert_eq!(
            issue(Seed(1), &contents, Some(&root)).unwrap_err(),
            CertificateError::NoPrivateKey { thumbprint }
        );
    }
}
