//! Authorities and requests the tests of this crate share.

use std::sync::LazyLock;

use fabric::Seed;
use jiff::Timestamp;

use crate::authority::{Authority, AuthorityLevel, AuthorityPlan, RootCaType};
use crate::issuance::CertificateRequest;
use crate::validity::Validity;

pub(crate) fn now() -> Timestamp {
    "2026-05-01T06:00:00Z".parse().unwrap()
}

pub(crate) fn day(text: &str) -> Timestamp {
    format!("{text}T00:00:00Z").parse().unwrap()
}

pub(crate) fn between(from: &str, to: &str) -> Validity {
    Validity { not_before: day(from), not_after: day(to) }
}

pub(crate) fn level(subject: &str, validity: Validity) -> AuthorityLevel {
    AuthorityLevel { subject: subject.parse().unwrap(), validity }
}

pub(crate) fn public_plan() -> AuthorityPlan {
    AuthorityPlan {
        name: "Let's Encrypt".to_owned(),
        root_ca_type: RootCaType::ThirdParty,
        root: level(
            "CN=ISRG Root X1, O=Internet Security Research Group, C=US",
            between("2015-06-04", "2035-06-04"),
        ),
        intermediate: Some(level(
            "CN=R11, O=Let's Encrypt, C=US",
            between("2024-03-13", "2027-03-12"),
        )),
    }
}

pub(crate) fn private_plan() -> AuthorityPlan {
    AuthorityPlan {
        name: "Contoso".to_owned(),
        root_ca_type: RootCaType::Enterprise,
        root: level("CN=contoso-DC01-CA, O=Contoso, C=US", between("2020-01-01", "2040-01-01")),
        intermediate: None,
    }
}

pub(crate) fn public_authority() -> &'static Authority {
    static AUTHORITY: LazyLock<Authority> =
        LazyLock::new(|| Authority::new(Seed(1), &public_plan()).unwrap());
    &AUTHORITY
}

pub(crate) fn private_authority() -> &'static Authority {
    static AUTHORITY: LazyLock<Authority> =
        LazyLock::new(|| Authority::new(Seed(1), &private_plan()).unwrap());
    &AUTHORITY
}

/// Valid for 90 days, of which 30 have passed.
pub(crate) fn request(names: &[&str]) -> CertificateRequest {
    CertificateRequest::for_hosts(names, Validity::days(day("2026-04-01"), 90)).unwrap()
}
