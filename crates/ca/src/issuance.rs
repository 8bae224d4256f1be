//! Making certificates: what a request becomes when it is signed.
//!
//! Key and serial number come from the seed and from everything the request says, so that the same
//! request always gives the same certificate and a renewal, which differs in its dates, another one
//! with a key of its own.
//!
//! Not modelled: subjects with an attribute that occurs twice, such as `DC=contoso, DC=com`
//! (`name.rs`), certificate signing requests as files, renewal with the same key, revocation
//! addresses, certificate transparency.

use std::collections::BTreeSet;
use std::time::Duration;

use fabric::Seed;
use rcgen::string::Ia5String;
use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod,
    KeyUsagePurpose, PublicKeyData, SanType, SerialNumber,
};

use crate::certificate::{Certificate, Usage};
use crate::error::CertificateError;
use crate::key::PrivateKey;
use crate::name::{DistinguishedName, NameError, issuer_name};
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
        issue(seed, Contents::of_request(self)?, None)
    }
}

/// What a certificate is to say, apart from key and serial number.
pub(crate) struct Contents {
    params: CertificateParams,
    /// Everything the certificate says, as text: decides key and serial number.
    label: String,
}

impl Contents {
    pub(crate) fn of_request(request: &CertificateRequest) -> Result<Self, CertificateError> {
        let CertificateRequest { subject, dns_names, usages, validity } = request;
        let Validity { not_before, not_after } = validity;
        let mut params = params(subject, *validity)?;
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = usages.iter().map(|usage| purpose(*usage)).collect();
        let names: Result<_, _> = dns_names.iter().map(|name| alternative_name(name)).collect();
        params.subject_alt_names = names?;
        let label = format!("{subject} {dns_names:?} {usages:?} {not_before} {not_after}");
        Ok(Self { params, label })
    }

    pub(crate) fn of_authority(
        subject: &DistinguishedName,
        validity: Validity,
    ) -> Result<Self, CertificateError> {
        let Validity { not_before, not_after } = validity;
        let mut params = params(subject, validity)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyCertSign,
            KeyUsagePurpose::CrlSign,
        ];
        Ok(Self { params, label: format!("{subject} authority {not_before} {not_after}") })
    }
}

/// Signs the contents, with the issuer's key or, without an issuer, with its own.
///
/// # Errors
/// When the issuer has no key, or a name that can only be read.
pub(crate) fn issue(
    seed: Seed,
    contents: Contents,
    issuer: Option<&Certificate>,
) -> Result<Certificate, CertificateError> {
    let Contents { mut params, label } = contents;
    let key = PrivateKey::from_seed(seed, &label);
    params.serial_number = Some(serial_number(seed, &label));
    params.key_identifier_method = key_identifier(&key);
    let signed = match issuer {
        None => params.self_signed(&key),
        Some(issuer) => {
            params.use_authority_key_identifier_extension = true;
            params.signed_by(&key, &signer(issuer)?)
        }
    };
    let signed = signed.map_err(|error| CertificateError::Encoding(error.to_string()))?;
    Certificate::from_der(signed.der())?.with_key(key)
}

/// What both kinds of certificates have.
fn params(
    subject: &DistinguishedName,
    validity: Validity,
) -> Result<CertificateParams, CertificateError> {
    let Validity { not_before, not_after } = validity;
    let seconds = |moment: jiff::Timestamp| u64::try_from(moment.as_second()).ok();
    let (Some(begin), Some(end), true) =
        (seconds(not_before), seconds(not_after), not_before <= not_after)
    else {
        return Err(CertificateError::Validity { not_before, not_after });
    };
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    let mut params = CertificateParams::default();
    params.distinguished_name = subject.to_rcgen()?;
    // Neither addition overflows: jiff's time ends in the year 9999, as rcgen's does.
    params.not_before = epoch + Duration::from_secs(begin);
    params.not_after = epoch + Duration::from_secs(end);
    Ok(params)
}

fn signer(issuer: &Certificate) -> Result<Issuer<'static, &PrivateKey>, CertificateError> {
    let key = issuer
        .key
        .as_ref()
        .ok_or_else(|| CertificateError::NoPrivateKey { thumbprint: issuer.thumbprint.clone() })?;
    let mut params = CertificateParams::default();
    params.distinguished_name = issuer_name(issuer.x509().tbs_certificate().subject())?;
    params.key_identifier_method = key_identifier(key);
    Ok(Issuer::new(params, key))
}

/// SHA-1 of the public key, method 1 of RFC 5280 section 4.2.1.2.
fn key_identifier(key: &PrivateKey) -> KeyIdMethod {
    let algorithm = &ring::digest::SHA1_FOR_LEGACY_USE_ONLY;
    KeyIdMethod::PreSpecified(ring::digest::digest(algorithm, key.der_bytes()).as_ref().to_vec())
}

fn purpose(usage: Usage) -> ExtendedKeyUsagePurpose {
    match usage {
        Usage::ServerAuth => ExtendedKeyUsagePurpose::ServerAuth,
        Usage::ClientAuth => ExtendedKeyUsagePurpose::ClientAuth,
    }
}

fn alternative_name(name: &str) -> Result<SanType, CertificateError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.*".contains(c);
    let is_name = (1..=253).contains(&name.len()) && name.chars().all(allowed);
    match Ia5String::try_from(name) {
        Ok(encoded) if is_name => Ok(SanType::DnsName(encoded)),
        _ => Err(CertificateError::DnsName(name.to_owned())),
    }
}

/// 16 bytes that neither begin with a zero nor need one before them.
fn serial_number(seed: Seed, label: &str) -> SerialNumber {
    let mut bytes = [0; 16];
    seed.stream(&format!("serial number {label}")).fill(&mut bytes);
    bytes[0] = 0x10 | (bytes[0] & 0x6F);
    SerialNumber::from_slice(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{between, now, private_authority, public_authority, request};
    use jiff::Timestamp;
    use x509_cert::ext::pkix::{AuthorityKeyIdentifier, SubjectKeyIdentifier};

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
        insta::assert_snapshot!(certificate.thumbprint, @"D0D1E7D3A5115A188C469C554BA18B1B8841D48E");
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
    fn a_subject_that_repeats_an_attribute_is_refused_rather_than_shortened() {
        let subject: DistinguishedName = "CN=a, OU=Mail, OU=Berlin, O=Contoso".parse().unwrap();
        let request = CertificateRequest { subject, ..request(&["a"]) };
        assert_eq!(
            request.self_signed(Seed(1)).unwrap_err().to_string(),
            "no certificate can be issued with the name CN=a, OU=Mail, OU=Berlin, O=Contoso: \
             it repeats the attribute OU"
        );
    }

    #[test]
    fn a_validity_is_kept_to_the_second_from_the_first_year_to_the_last() {
        let first = Timestamp::UNIX_EPOCH;
        let last = Timestamp::from_second(Timestamp::MAX.as_second()).unwrap();
        for (not_before, not_after) in
            [(first, last), (now(), Validity::years(now(), 100).not_after)]
        {
            let validity = Validity { not_before, not_after };
            let request = CertificateRequest { validity, ..request(&["a"]) };
            let certificate = request.self_signed(Seed(1)).unwrap();
            assert_eq!((certificate.not_before, certificate.not_after), (not_before, not_after));
        }
    }

    #[test]
    fn the_extensions_are_those_of_this_table() {
        let of = |certificate: &Certificate| -> Vec<String> {
            let extensions = certificate.x509().tbs_certificate().extensions();
            let text = |critical, oid| format!("{oid}{}", if critical { " critical" } else { "" });
            extensions.unwrap().iter().map(|found| text(found.critical, found.extn_id)).collect()
        };
        let (authority_key, names, key_usage) = ("2.5.29.35", "2.5.29.17", "2.5.29.15 critical");
        let (usages, own_key, constraints) = ("2.5.29.37", "2.5.29.14", "2.5.29.19 critical");
        let authority = public_authority();
        let bare = CertificateRequest {
            dns_names: Vec::new(),
            usages: BTreeSet::new(),
            ..request(&["a"])
        };
        assert_eq!(of(&authority.root), [key_usage, own_key, constraints]);
        assert_eq!(
            of(authority.intermediate.as_ref().unwrap()),
            [authority_key, key_usage, own_key, constraints]
        );
        assert_eq!(
            of(&authority.issue(&request(&["a"])).unwrap()),
            [authority_key, names, key_usage, usages, own_key, constraints]
        );
        assert_eq!(of(&bare.self_signed(Seed(1)).unwrap()), [key_usage, own_key, constraints]);
    }

    #[test]
    fn the_key_identifiers_are_digests_of_the_keys() {
        let issued = public_authority().issue(&request(&["a"])).unwrap();
        let issuer = public_authority().intermediate.as_ref().unwrap();
        let tbs = issued.x509().tbs_certificate();
        let (_, own): (bool, SubjectKeyIdentifier) = tbs.get_extension().unwrap().unwrap();
        let (_, of_issuer): (bool, AuthorityKeyIdentifier) = tbs.get_extension().unwrap().unwrap();
        let digest = |certificate: &Certificate| {
            let key = certificate.x509().tbs_certificate().subject_public_key_info();
            let bits = key.subject_public_key.raw_bytes();
            ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, bits).as_ref().to_vec()
        };
        assert_eq!(own.0.as_bytes(), digest(&issued));
        assert_eq!(of_issuer.key_identifier.unwrap().as_bytes(), digest(issuer));
    }

    #[test]
    fn an_issuer_without_its_key_cannot_sign() {
        let root = private_authority().root.public();
        let contents = Contents::of_request(&request(&["a"])).unwrap();
        let thumbprint = root.thumbprint.clone();
        assert_eq!(
            issue(Seed(1), contents, Some(&root)).unwrap_err(),
            CertificateError::NoPrivateKey { thumbprint }
        );
    }
}
