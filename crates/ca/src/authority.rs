//! Certification authorities: a root, perhaps an intermediate below it, and what they issue.
//!
//! Not modelled: revocation, more than one intermediate in a row, cross-signed roots, name
//! constraints, what an authority checks before it issues.

use fabric::Seed;

use crate::certificate::Certificate;
use crate::error::CertificateError;
use crate::issuance::{CertificateRequest, Contents, issue};
use crate::name::DistinguishedName;
use crate::validity::Validity;

/// Who trusts an authority from the beginning; the words of `RootCAType` of an Exchange certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RootCaType {
    /// A public authority: every computer trusts it.
    ThirdParty,
    /// An organization's own authority: only its members trust it.
    Enterprise,
}

/// How an authority is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorityPlan {
    /// What the lab calls it.
    pub name: String,
    /// Who trusts it.
    pub root_ca_type: RootCaType,
    /// The root certificate.
    pub root: AuthorityLevel,
    /// The certificate that issues in the root's place, when the authority has one.
    pub intermediate: Option<AuthorityLevel>,
}

/// One certificate of an authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorityLevel {
    /// Distinguished name.
    pub subject: DistinguishedName,
    /// From when to when.
    pub validity: Validity,
}

/// An authority with its keys.
#[derive(Clone, Debug)]
pub struct Authority {
    /// What the lab calls it.
    pub name: String,
    /// Who trusts it.
    pub root_ca_type: RootCaType,
    /// The root certificate, with its key.
    pub root: Certificate,
    /// The intermediate certificate, with its key.
    pub intermediate: Option<Certificate>,
    seed: Seed,
}

impl Authority {
    /// Sets the authority up.
    ///
    /// # Errors
    /// When a certificate cannot hold what the plan says.
    pub fn new(seed: Seed, plan: &AuthorityPlan) -> Result<Self, CertificateError> {
        let seed = seed.child(&format!("authority {}", plan.name));
        let contents =
            |level: &AuthorityLevel| Contents::of_authority(&level.subject, level.validity);
        let root = issue(seed, contents(&plan.root)?, None)?;
        let intermediate = match &plan.intermediate {
            Some(level) => Some(issue(seed, contents(level)?, Some(&root))?),
            None => None,
        };
        Ok(Self {
            name: plan.name.clone(),
            root_ca_type: plan.root_ca_type,
            root,
            intermediate,
            seed,
        })
    }

    /// Issues a certificate, to be installed with the intermediate if there is one.
    ///
    /// # Errors
    /// When the request asks for something a certificate cannot hold.
    pub fn issue(&self, request: &CertificateRequest) -> Result<Certificate, CertificateError> {
        let issuer = self.intermediate.as_ref().unwrap_or(&self.root);
        let mut certificate = issue(self.seed, Contents::of_request(request)?, Some(issuer))?;
        certificate.chain = self.intermediate.iter().map(Certificate::public).collect();
        Ok(certificate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{
        level, private_authority, private_plan, public_authority, public_plan, request,
    };

    #[test]
    fn the_intermediate_issues_when_there_is_one() {
        let certificate = public_authority().issue(&request(&["mail.contoso.com"])).unwrap();
        assert_eq!(certificate.issuer, "CN=R11, O=Let's Encrypt, C=US");
        assert_eq!(certificate.chain[0].issuer, public_authority().root.subject);
        let certificate = private_authority().issue(&request(&["mail.contoso.com"])).unwrap();
        assert_eq!(certificate.issuer, "CN=contoso-DC01-CA, O=Contoso, C=US");
        assert_eq!(certificate.chain, []);
    }

    #[test]
    fn an_authority_that_repeats_an_attribute_in_its_name_cannot_be_set_up() {
        let subject = "CN=contoso-DC01-CA, DC=contoso, DC=com";
        let validity = private_plan().root.validity;
        let plan = AuthorityPlan { root: level(subject, validity), ..private_plan() };
        assert_eq!(
            Authority::new(Seed(1), &plan).unwrap_err(),
            CertificateError::RepeatedAttribute { attribute: "DC".into(), name: subject.into() }
        );
    }

    #[test]
    fn a_certificate_can_be_installed_without_its_intermediate() {
        let certificate = public_authority().issue(&request(&["mail.contoso.com"])).unwrap();
        let bare = certificate.clone().with_chain(Vec::new());
        assert_eq!((bare.chain.len(), &bare.key), (0, &certificate.key));
    }

    #[test]
    fn authorities_of_one_plan_differ_by_seed_and_by_name() {
        let thumbprint =
            |seed, plan: &AuthorityPlan| Authority::new(seed, plan).unwrap().root.thumbprint;
        let plan = public_plan();
        assert_eq!(thumbprint(Seed(1), &plan), thumbprint(Seed(1), &plan));
        assert_ne!(thumbprint(Seed(1), &plan), thumbprint(Seed(2), &plan));
        let renamed = AuthorityPlan { name: "Another".to_owned(), ..plan.clone() };
        assert_ne!(thumbprint(Seed(1), &plan), thumbprint(Seed(1), &renamed));
        assert!(private_authority().root.is_ca && private_authority().root.is_self_signed);
    }
}
