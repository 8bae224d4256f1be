//! Judging a certificate: every fault at once, in Exchange's words.
//!
//! A library that verifies stops at the first fault it meets, and takes a trusted root to be valid
//! for ever. Here dates, path, name and use are looked at one by one, so that an expired certificate
//! of an unknown authority for another name shows all three. Only signatures are left to webpki.
//!
//! The path goes from the certificate through those sent with it to a trusted root. An issuer is
//! found by name and key identifier; of several the first whose signature fits, valid ones first.
//!
//! Not modelled: revocation, path lengths, name constraints, policies, uses an intermediate is
//! restricted to, weak algorithms, a second path when the first leads to an untrusted root.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert};
use x509_cert::der::asn1::AnyRef;
use x509_cert::der::{Decode, Encode, Reader, SliceReader};

use crate::certificate::{Certificate, Usage};
use crate::trust_store::TrustStore;

/// What is wrong with a presented certificate, the most important first.
///
/// A real sample reports `SubjectMismatch` for the self-signed `CN=ExchangeServer01`, so the name
/// comes before the path. The rest of the order is our choice: the path before the dates, and both
/// before the use.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// No certificate was shown.
    EmptyCertificate,
    /// It is not for the expected domain.
    SubjectMismatch {
        /// The domain expected.
        expected: String,
        /// The subject of the certificate shown.
        presented: String,
    },
    /// A signature on the path does not fit.
    BadSignature,
    /// The path ends at a root that is not trusted, or at an intermediate whose root is unknown.
    UntrustedRoot,
    /// The certificate's issuer is neither trusted nor sent: an intermediate is missing.
    IncompleteChain,
    /// It is signed by itself, and not trusted itself.
    SelfSigned,
    /// Something on the path, the root included, is no longer valid.
    Expired,
    /// Something on the path is not valid yet.
    NotYetValid,
    /// It may not be used for that.
    WrongUsage,
    /// It is an authority's own certificate.
    CaUsedAsEndEntity,
}

impl Fault {
    /// The word in replies and queues: `Certificate validation failure, Reason:UntrustedRoot`,
    /// `[Message=SubjectMismatch Expected Subject: …]`.
    pub fn exchange_word(&self) -> &'static str {
        self.words().0
    }

    /// The word in protocol logs: `Client certificate chain validation status: 'EmptyCertificate'`.
    pub fn chain_validation_status(&self) -> &'static str {
        self.words().1
    }

    /// Sources: real samples of `[Message=…]` and of protocol logs; that a missing intermediate is
    /// reported as `UntrustedRoot`, Microsoft Learn ("NDR error code 450 4.4.317") and
    /// microsoft/CSS-Exchange#2030. Assumed, because no source names it: that Exchange, like Windows
    /// (`CERT_E_EXPIRED`), has one word for both ends of the validity, and the words for signature,
    /// use and role, which follow the names of the Windows errors.
    fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::EmptyCertificate => ("EmptyCertificate", "EmptyCertificate"),
            Self::SubjectMismatch { .. } => ("SubjectMismatch", "SubjectMismatch"),
            Self::UntrustedRoot | Self::SelfSigned => ("UntrustedRoot", "UntrustedRoot"),
            Self::IncompleteChain => ("UntrustedRoot", "IncompleteChain"),
            Self::Expired | Self::NotYetValid => ("CertificateExpired", "CertificateExpired"),
            Self::BadSignature => ("InvalidSignature", "InvalidSignature"),
            Self::WrongUsage => ("WrongUsage", "WrongUsage"),
            Self::CaUsedAsEndEntity => ("InvalidRole", "InvalidRole"),
        }
    }
}

/// Everything that is wrong with a presented certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The faults, the most important first.
    pub faults: BTreeSet<Fault>,
}

impl Verdict {
    /// Whether nothing is wrong.
    pub fn is_valid(&self) -> bool {
        self.faults.is_empty()
    }

    /// The one fault Exchange reports.
    pub fn most_important(&self) -> Option<&Fault> {
        self.faults.first()
    }

    /// The word protocol logs give it: `Valid` or that of the most important fault.
    pub fn chain_validation_status(&self) -> &'static str {
        self.most_important().map_or("Valid", Fault::chain_validation_status)
    }
}

/// Judges the certificate a peer has shown, with what it sent along in its `chain`.
///
/// `expected` is the domain it should be for, possibly a wildcard; `None` when any will do. `usage` is
/// what the peer used it for.
pub fn verify(
    presented: Option<&Certificate>,
    expected: Option<&str>,
    usage: Usage,
    trusted: &TrustStore,
    at: Timestamp,
) -> Verdict {
    let Some(certificate) = presented else {
        return Verdict { faults: [Fault::EmptyCertificate].into() };
    };
    let path = Path::find(certificate, trusted, at);
    let mut faults: BTreeSet<Fault> = path.fault.into_iter().collect();
    faults.extend(path.certificates.iter().filter_map(|on_path| date_fault(on_path, at)));
    if let Some(expected) = expected.filter(|expected| !certificate.covers(expected)) {
        faults.insert(Fault::SubjectMismatch {
            expected: expected.to_owned(),
            presented: certificate.subject.clone(),
        });
    }
    if !certificate.usages.contains(&usage) {
        faults.insert(Fault::WrongUsage);
    }
    if certificate.is_ca {
        faults.insert(Fault::CaUsedAsEndEntity);
    }
    Verdict { faults }
}

fn date_fault(certificate: &Certificate, at: Timestamp) -> Option<Fault> {
    if at < certificate.not_before {
        Some(Fault::NotYetValid)
    } else if at > certificate.not_after {
        Some(Fault::Expired)
    } else {
        None
    }
}

/// The way from a certificate towards a trusted root, as far as it goes.
struct Path<'a> {
    certificates: Vec<&'a Certificate>,
    /// Why it does not arrive.
    fault: Option<Fault>,
}

impl<'a> Path<'a> {
    fn find(presented: &'a Certificate, trusted: &'a TrustStore, at: Timestamp) -> Self {
        let mut certificates = vec![presented];
        let mut last = presented;
        let fault = loop {
            if trusted.contains(last) {
                break None;
            }
            let alone = certificates.len() == 1;
            if last.is_self_signed {
                break Some(match (is_signed_by(last, last), alone) {
                    (false, _) => Fault::BadSignature,
                    (true, true) => Fault::SelfSigned,
                    (true, false) => Fault::UntrustedRoot,
                });
            }
            let mut issuers: Vec<&Certificate> = trusted
                .roots()
                .chain(&presented.chain)
                .filter(|issuer| issuer.is_ca && last.names_as_issuer(issuer))
                .filter(|issuer| !certificates.contains(issuer))
                .collect();
            issuers.sort_by_key(|issuer| date_fault(issuer, at).is_some());
            match issuers.iter().find(|issuer| is_signed_by(last, issuer)) {
                Some(issuer) => {
                    certificates.push(issuer);
                    last = issuer;
                }
                None if !issuers.is_empty() => break Some(Fault::BadSignature),
                // A root need not be sent, so above an intermediate it is the root that is unknown.
                None if alone => break Some(Fault::IncompleteChain),
                None => break Some(Fault::UntrustedRoot),
            }
        };
        Self { certificates, fault }
    }
}

thread_local! {
    /// Signatures that were checked, by the thumbprints of certificate and issuer: the same few
    /// certificates are shown in every session, and checking costs more than all else in it.
    static CHECKED: RefCell<BTreeMap<(String, String), bool>> = const { RefCell::new(BTreeMap::new()) };
}

/// More are forgotten.
const CHECKED_MAX: usize = 4096;

/// Whether the issuer's key made the certificate's signature.
fn is_signed_by(certificate: &Certificate, issuer: &Certificate) -> bool {
    let key = (certificate.thumbprint.clone(), issuer.thumbprint.clone());
    CHECKED.with_borrow_mut(|checked| {
        if checked.len() >= CHECKED_MAX {
            checked.clear();
        }
        *checked.entry(key).or_insert_with(|| fits(certificate, issuer))
    })
}

/// Checks a signature.
fn fits(certificate: &Certificate, issuer: &Certificate) -> bool {
    let (Some(signed), Ok(issuer)) =
        (signed_part(certificate.der()), EndEntityCert::try_from(issuer.der()))
    else {
        return false;
    };
    let x509 = certificate.x509();
    let (Ok(algorithm), Some(signature)) =
        (x509.signature_algorithm().to_der(), x509.signature().as_bytes())
    else {
        return false;
    };
    ALL_VERIFICATION_ALGS
        .iter()
        .filter(|known| algorithm.ends_with(known.signature_alg_id().as_ref()))
        .any(|known| issuer.verify_signature(*known, signed, signature).is_ok())
}

/// The bytes that are signed: the first element of the certificate.
fn signed_part(der: &[u8]) -> Option<&[u8]> {
    let contents = AnyRef::from_der(der).ok()?.value();
    SliceReader::new(contents).ok()?.tlv_bytes().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::{Authority, AuthorityPlan};
    use crate::issuance::CertificateRequest;
    use crate::name::DistinguishedName;
    use crate::samples::{
        between, day, level, now, private_authority, private_plan, public_authority, public_plan,
        request,
    };
    use crate::validity::Validity;
    use fabric::{Clock, Seed, simulation};
    use proptest::prelude::*;
    use std::time::Duration;

    const EXPECTED: &str = "mail.contoso.com";

    /// A computer that trusts the public authority and, if asked to, another root.
    fn trusting(another: Option<&Certificate>) -> TrustStore {
        let mut store = TrustStore::new();
        store.add(&public_authority().root);
        if let Some(root) = another {
            store.add(root);
        }
        store
    }

    fn judge(certificate: &Certificate, trusted: &TrustStore) -> BTreeSet<Fault> {
        verify(Some(certificate), Some(EXPECTED), Usage::ServerAuth, trusted, now()).faults
    }

    fn mismatch(presented: &str) -> Fault {
        Fault::SubjectMismatch { expected: EXPECTED.to_owned(), presented: presented.to_owned() }
    }

    fn valid(from: &str, to: &str) -> CertificateRequest {
        CertificateRequest { validity: between(from, to), ..request(&[EXPECTED]) }
    }

    fn with_names(common_name: &str, names: &[&str]) -> CertificateRequest {
        CertificateRequest {
            subject: DistinguishedName::common_name(common_name).unwrap(),
            dns_names: names.iter().map(|name| (*name).to_owned()).collect(),
            ..request(&[EXPECTED])
        }
    }

    /// A public authority of which one level is out of its time.
    fn aged(root: Validity, intermediate: Validity) -> Authority {
        let plan = AuthorityPlan {
            root: level("CN=Old Root", root),
            intermediate: Some(level("CN=Old Issuing CA", intermediate)),
            ..public_plan()
        };
        Authority::new(Seed(1), &plan).unwrap()
    }

    /// The certificate with its last byte changed, which is part of the signature.
    fn tampered(certificate: &Certificate) -> Certificate {
        let mut der = certificate.der().to_vec();
        *der.last_mut().unwrap() ^= 1;
        Certificate::from_der(&der).unwrap().with_chain(certificate.chain.clone())
    }

    #[test]
    fn certificates_of_a_trusted_authority_have_the_faults_of_this_table() {
        let from_public = |request: CertificateRequest| public_authority().issue(&request).unwrap();
        let for_clients =
            CertificateRequest { usages: [Usage::ClientAuth].into(), ..request(&[EXPECTED]) };
        let table: Vec<(&str, Certificate, Vec<Fault>)> = vec![
            ("healthy", from_public(request(&[EXPECTED])), vec![]),
            ("expired", from_public(valid("2026-01-01", "2026-04-30")), vec![Fault::Expired]),
            (
                "not yet valid",
                from_public(valid("2026-05-02", "2026-08-01")),
                vec![Fault::NotYetValid],
            ),
            (
                "another name",
                from_public(request(&["edge.contoso.com"])),
                vec![mismatch("CN=edge.contoso.com")],
            ),
            ("common name only", from_public(with_names(EXPECTED, &[])), vec![]),
            (
                "common name next to another alternative name",
                from_public(with_names(EXPECTED, &["edge.contoso.com"])),
                vec![mismatch("CN=mail.contoso.com")],
            ),
            ("wildcard", from_public(request(&["*.contoso.com"])), vec![]),
            (
                "wildcard of another domain",
                from_public(request(&["*.fabrikam.com"])),
                vec![mismatch("CN=*.fabrikam.com")],
            ),
            ("for clients only", from_public(for_clients), vec![Fault::WrongUsage]),
            (
                "intermediate not sent",
                from_public(request(&[EXPECTED])).with_chain(Vec::new()),
                vec![Fault::IncompleteChain],
            ),
            (
                "signature damaged",
                tampered(&from_public(request(&[EXPECTED]))),
                vec![Fault::BadSignature],
            ),
            (
                "the root as server certificate",
                public_authority().root.clone(),
                vec![
                    mismatch("CN=ISRG Root X1, O=Internet Security Research Group, C=US"),
                    Fault::CaUsedAsEndEntity,
                ],
            ),
        ];
        for (situation, certificate, faults) in table {
            assert_eq!(
                judge(&certificate, &trusting(None)),
                faults.into_iter().collect(),
                "{situation}"
            );
        }
    }

    /// The private authority, issuing through an intermediate.
    fn two_levels() -> Authority {
        let validity = private_plan().root.validity;
        let intermediate = Some(level("CN=Contoso Issuing CA, O=Contoso, C=US", validity));
        Authority::new(Seed(1), &AuthorityPlan { intermediate, ..private_plan() }).unwrap()
    }

    #[test]
    fn certificates_of_a_private_authority_have_the_faults_of_this_table() {
        let root = private_authority().root.clone();
        let issued = private_authority().issue(&request(&[EXPECTED])).unwrap();
        let with_root = issued.clone().with_chain(vec![root.public()]);
        let below_intermediate = two_levels().issue(&request(&[EXPECTED])).unwrap();
        let table = [
            ("its root trusted", &issued, Some(&root), None),
            ("nothing trusted, nothing sent", &issued, None, Some(Fault::IncompleteChain)),
            ("the root sent only", &with_root, None, Some(Fault::UntrustedRoot)),
            ("the intermediate sent only", &below_intermediate, None, Some(Fault::UntrustedRoot)),
        ];
        for (situation, certificate, trusted, fault) in table {
            let faults = judge(certificate, &trusting(trusted));
            assert_eq!(faults, fault.into_iter().collect(), "{situation}");
        }
    }

    #[test]
    fn self_signed_certificates_have_the_faults_of_this_table() {
        let own = request(&[EXPECTED]).self_signed(Seed(1)).unwrap();
        let damaged = tampered(&own);
        let default = CertificateRequest::exchange_default("MBX01", "mbx01.contoso.com", now());
        let default = default.unwrap().self_signed(Seed(1)).unwrap();
        let validity = private_plan().root.validity;
        let plan = AuthorityPlan { root: level("CN=mail.contoso.com", validity), ..private_plan() };
        let authority = Authority::new(Seed(1), &plan).unwrap().root;
        let table: [(&str, &Certificate, Option<&Certificate>, &[Fault]); 5] = [
            ("not trusted", &own, None, &[Fault::SelfSigned]),
            ("trusted itself", &own, Some(&own), &[]),
            ("damaged", &damaged, None, &[Fault::BadSignature]),
            ("a server's default", &default, None, &[mismatch("CN=MBX01"), Fault::SelfSigned]),
            ("a trusted root", &authority, Some(&authority), &[Fault::CaUsedAsEndEntity]),
        ];
        for (situation, certificate, trusted, faults) in table {
            let found = judge(certificate, &trusting(trusted));
            assert_eq!(found, faults.iter().cloned().collect(), "{situation}");
        }
    }

    #[test]
    fn every_fault_of_a_certificate_is_found_at_once() {
        let request = CertificateRequest {
            validity: between("2025-01-01", "2026-01-01"),
            usages: [Usage::ClientAuth].into(),
            ..request(&["edge.contoso.com"])
        };
        let certificate = two_levels().issue(&request).unwrap();
        let expected = [
            mismatch("CN=edge.contoso.com"),
            Fault::UntrustedRoot,
            Fault::Expired,
            Fault::WrongUsage,
        ];
        assert_eq!(judge(&certificate, &trusting(None)), expected.into());
    }

    #[test]
    fn the_dates_of_every_certificate_on_the_path_count() {
        let (past, present) =
            (between("2015-01-01", "2026-01-01"), between("2015-01-01", "2035-01-01"));
        for (root, intermediate) in [(past, present), (present, past), (past, past)] {
            let authority = aged(root, intermediate);
            let certificate = authority.issue(&request(&[EXPECTED])).unwrap();
            let faults = judge(&certificate, &trusting(Some(&authority.root)));
            assert_eq!(faults, [Fault::Expired].into());
        }
    }

    #[test]
    fn a_valid_root_is_preferred_to_its_expired_namesake() {
        let old = aged(between("2015-01-01", "2026-01-01"), between("2015-01-01", "2035-01-01"));
        let new = aged(between("2016-01-01", "2036-01-01"), between("2015-01-01", "2035-01-01"));
        let mut trusted = trusting(Some(&old.root));
        trusted.add(&new.root);
        let certificate = new.issue(&request(&[EXPECTED])).unwrap();
        assert_eq!(judge(&certificate, &trusted), [].into());
    }

    #[test]
    fn a_namesake_with_another_key_is_not_the_issuer() {
        let rebuilt = Authority::new(Seed(2), &public_plan()).unwrap();
        let certificate = public_authority()
            .issue(&request(&[EXPECTED]))
            .unwrap()
            .with_chain(vec![rebuilt.intermediate.unwrap().public()]);
        assert_eq!(judge(&certificate, &trusting(None)), [Fault::IncompleteChain].into());
    }

    #[test]
    fn an_ordinary_certificate_issues_nothing() {
        let server = public_authority().issue(&request(&["edge.contoso.com"])).unwrap();
        let forged = crate::issuance::issue(
            Seed(1),
            crate::issuance::Contents::of_request(&request(&[EXPECTED])).unwrap(),
            Some(&server),
        );
        let mut forged = forged.unwrap();
        forged.chain = std::iter::once(server.public()).chain(server.chain).collect();
        assert_eq!(judge(&forged, &trusting(None)), [Fault::IncompleteChain].into());
    }

    #[test]
    fn no_certificate_is_the_only_fault_there_can_be() {
        let verdict = verify(None, Some(EXPECTED), Usage::ClientAuth, &trusting(None), now());
        assert_eq!(verdict.faults, [Fault::EmptyCertificate].into());
        assert_eq!(verdict.chain_validation_status(), "EmptyCertificate");
    }

    #[test]
    fn without_an_expected_domain_any_name_will_do() {
        let certificate = public_authority().issue(&request(&["edge.contoso.com"])).unwrap();
        let verdict = verify(Some(&certificate), None, Usage::ClientAuth, &trusting(None), now());
        assert!(verdict.is_valid());
        assert_eq!(verdict.chain_validation_status(), "Valid");
    }

    #[test]
    fn the_first_and_the_last_second_of_validity_count() {
        let certificate = public_authority().issue(&valid("2026-05-01", "2026-05-02")).unwrap();
        let at = |time| verify(Some(&certificate), None, Usage::ServerAuth, &trusting(None), time);
        let second = Duration::from_secs(1);
        assert!(at(day("2026-05-01")).is_valid() && at(day("2026-05-02")).is_valid());
        assert_eq!(at(day("2026-05-01") - second).faults, [Fault::NotYetValid].into());
        assert_eq!(at(day("2026-05-02") + second).faults, [Fault::Expired].into());
    }

    #[test]
    fn a_certificate_expires_while_the_lab_runs() {
        simulation(async {
            let clock = Clock::simulated(now());
            let certificate = public_authority().issue(&valid("2026-04-01", "2026-05-31")).unwrap();
            let trusted = trusting(None);
            let today = || {
                verify(Some(&certificate), Some(EXPECTED), Usage::ServerAuth, &trusted, clock.now())
            };
            assert!(today().is_valid());
            clock.sleep(Duration::from_hours(30 * 24)).await;
            assert_eq!(today().faults, [Fault::Expired].into());
        });
    }

    #[test]
    fn the_fault_exchange_reports_comes_first() {
        let all = [
            Fault::CaUsedAsEndEntity,
            Fault::WrongUsage,
            Fault::NotYetValid,
            Fault::Expired,
            Fault::SelfSigned,
            Fault::IncompleteChain,
            Fault::UntrustedRoot,
            Fault::BadSignature,
            mismatch("CN=MBX01"),
        ];
        let faults: BTreeSet<Fault> = all.into();
        let words: Vec<_> = faults
            .iter()
            .map(|fault| format!("{} {}", fault.exchange_word(), fault.chain_validation_status()))
            .collect();
        insta::assert_snapshot!(words.join("\n"), @r"
        SubjectMismatch SubjectMismatch
        InvalidSignature InvalidSignature
        UntrustedRoot UntrustedRoot
        UntrustedRoot IncompleteChain
        UntrustedRoot UntrustedRoot
        CertificateExpired CertificateExpired
        CertificateExpired CertificateExpired
        WrongUsage WrongUsage
        InvalidRole InvalidRole
        ");
        assert_eq!(Verdict { faults }.most_important(), Some(&mismatch("CN=MBX01")));
        assert_eq!(Verdict::default().most_important(), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_damaged_certificate_is_never_valid(position: prop::sample::Index, bit in 0..8u8) {
            let certificate = public_authority().issue(&request(&[EXPECTED])).unwrap();
            let mut der = certificate.der().to_vec();
            let position = position.index(der.len());
            der[position] ^= 1 << bit;
            if let Ok(damaged) = Certificate::from_der(&der) {
                let damaged = damaged.with_chain(certificate.chain);
                prop_assert!(!judge(&damaged, &trusting(None)).is_empty());
            }
        }
    }
}
