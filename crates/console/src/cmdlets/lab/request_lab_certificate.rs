//! `Request-LabCertificate`: what an authority's web page or an ACME client does in life: issues a
//! certificate, and writes it with its key and its intermediates to a file.
//!
//! The file is a PFX of the lab, which `Import-LabCertificate` and `Import-ExchangeCertificate` read.
//! Dates are taken as given: `2026-07-01` is its first moment. Without them the certificate is valid
//! from now on, for a year. A renewal names the authority as the old certificate does: `-Issuer`.
//!
//! Not modelled: requests as files, what an authority checks before it issues, key sizes, passwords.

use ca::{Certificate, CertificateRequest, DistinguishedName, Usage, Validity, write_pfx};
use exchange::value::{Object, Value};

use super::certificate::{authority, issuing_authority};
use super::refusal::{refused, unfit};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::paths;
use crate::place::Place;

/// The cmdlet.
pub static REQUEST_LAB_CERTIFICATE: Cmdlet = Cmdlet {
    name: "Request-LabCertificate",
    synopsis: "Has an authority of the lab issue a certificate, and writes it to a file.",
    class: "",
    parameters: &[
        Parameter::new("CertificationAuthority", Kind::String, "The authority that signs it."),
        Parameter::new(
            "Issuer",
            Kind::String,
            "The same, by the distinguished name that stands as issuer in its certificates.",
        ),
        Parameter::new("SelfSigned", Kind::Switch, "It signs itself, without an authority."),
        Parameter::new(
            "SubjectName",
            Kind::String,
            "The subject, `CN=mail.contoso.com, O=Contoso`; the first domain by default.",
        ),
        Parameter::new("DomainName", Kind::Strings, "The subject alternative names."),
        Parameter::new("NotBefore", Kind::DateTime, "When it becomes valid; now by default."),
        Parameter::new("NotAfter", Kind::DateTime, "When it expires; after a year by default."),
        Parameter::new(
            "OmitIntermediate",
            Kind::Switch,
            "Leaves the intermediate certificate out.",
        ),
        Parameter::new("OmitPrivateKey", Kind::Switch, "Leaves the key out."),
        Parameter::new("FileName", Kind::String, "The file.").mandatory(),
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let request = request(&invocation, &place)?;
    let mut certificate = issued(&invocation, &place, &request)?;
    if invocation.switch("OmitIntermediate") {
        certificate = certificate.with_chain(Vec::new());
    }
    if invocation.switch("OmitPrivateKey") {
        certificate.key = None;
    }
    let text = write_pfx(&certificate).map_err(|error| refused(format!("{error}.")))?;
    let file = invocation.string("FileName").unwrap_or_default();
    let file = paths::absolute(&file, &invocation.session.location);
    if !invocation.should_process(&file) {
        return Ok(Vec::new());
    }
    invocation.session.host().files().write(&file, text.as_bytes())?;
    Ok(vec![shown(&certificate, &file)])
}

fn request(invocation: &Invocation<'_>, place: &Place) -> Result<CertificateRequest, ErrorRecord> {
    let dns_names = invocation.strings("DomainName").unwrap_or_default();
    let subject = match (invocation.string("SubjectName"), dns_names.first()) {
        (Some(text), _) => text.parse(),
        (None, Some(first)) => DistinguishedName::common_name(first),
        (None, None) => return Err(refused("Give -SubjectName or -DomainName.")),
    };
    let not_before = invocation.date_time("NotBefore").unwrap_or_else(|| place.world.clock().now());
    let not_after = invocation.date_time("NotAfter");
    Ok(CertificateRequest {
        subject: subject.map_err(|error| unfit("SubjectName", format!("{error}.")))?,
        dns_names,
        usages: Usage::BOTH.into(),
        validity: match not_after {
            Some(not_after) => Validity { not_before, not_after },
            None => Validity::years(not_before, 1),
        },
    })
}

fn issued(
    invocation: &Invocation<'_>,
    place: &Place,
    request: &CertificateRequest,
) -> Result<Certificate, ErrorRecord> {
    let by_name = invocation.string("CertificationAuthority");
    let issued = match (by_name, invocation.string("Issuer"), invocation.switch("SelfSigned")) {
        (Some(name), None, false) => authority(place, &name)?.issue(request),
        (None, Some(issuer), false) => issuing_authority(place, &issuer)?.issue(request),
        (None, None, true) => {
            request.self_signed(place.world.seed.child("certificates").child(&place.name()))
        }
        _ => {
            return Err(refused("Give one of -CertificationAuthority, -Issuer and -SelfSigned."));
        }
    };
    issued.map_err(|error| refused(format!("{error}.")))
}

fn shown(certificate: &Certificate, file: &str) -> Value {
    let object = Object::new("Lab.Certificate")
        .with("Thumbprint", certificate.thumbprint.as_str())
        .with("Subject", certificate.subject.as_str())
        .with("Issuer", certificate.issuer.as_str())
        .with("NotBefore", certificate.not_before)
        .with("NotAfter", certificate.not_after)
        .with("DomainName", certificate.subject_alternative_names.clone())
        .with("FileName", file);
    Value::from(Object { text: certificate.subject.clone(), ..object })
}

#[cfg(test)]
mod tests {
    use crate::testing_world::transcript;

    #[test]
    fn a_certificate_is_issued_into_a_file() {
        insta::assert_snapshot!(transcript(
            r"MBX01> Request-LabCertificate -CertificationAuthority 'Test CA' -SubjectName 'CN=mail.contoso.com, O=Contoso' -DomainName mail.contoso.com,autodiscover.contoso.com -NotBefore 2026-04-02 -NotAfter 2026-07-01 -FileName 'C:\Certificates\mail.pfx'
              MBX01> (Request-LabCertificate -Issuer 'CN=Test Root,O=Test,C=US' -DomainName a.example -FileName C:\a.pfx).Issuer
              MBX01> (Request-LabCertificate -SelfSigned -DomainName mbx01.contoso.com -FileName C:\Certificates\self.pfx).Issuer
              MBX01> (Get-Content C:\Certificates\self.pfx)[0,1,-1]
              MBX01> Request-LabCertificate -SelfSigned -DomainName mbx01.contoso.com -OmitPrivateKey -FileName C:\Certificates\bare.pfx | Out-Null
              MBX01> (Get-Content C:\Certificates\bare.pfx)[1,2]",
        ), @r"
        MBX01> Request-LabCertificate -CertificationAuthority 'Test CA' -SubjectName 'CN=mail.contoso.com, O=Contoso' -DomainName mail.contoso.com,autodiscover.contoso.com -NotBefore 2026-04-02 -NotAfter 2026-07-01 -FileName 'C:\Certificates\mail.pfx'


        Thumbprint : 4F258A6889D03880F1A357FA2D54AA371B06169C
        Subject    : CN=mail.contoso.com, O=Contoso
        Issuer     : CN=Test Root, O=Test, C=US
        NotBefore  : 4/2/2026 12:00:00 AM
        NotAfter   : 7/1/2026 12:00:00 AM
        DomainName : {mail.contoso.com, autodiscover.contoso.com}
        FileName   : C:\Certificates\mail.pfx



        MBX01> (Request-LabCertificate -Issuer 'CN=Test Root,O=Test,C=US' -DomainName a.example -FileName C:\a.pfx).Issuer
        CN=Test Root, O=Test, C=US
        MBX01> (Request-LabCertificate -SelfSigned -DomainName mbx01.contoso.com -FileName C:\Certificates\self.pfx).Issuer
        CN=mbx01.contoso.com
        MBX01> (Get-Content C:\Certificates\self.pfx)[0,1,-1]
        # hybridlab PFX: made from a seed, protects nothing
        -----BEGIN PRIVATE KEY-----
        -----END CERTIFICATE-----
        MBX01> Request-LabCertificate -SelfSigned -DomainName mbx01.contoso.com -OmitPrivateKey -FileName C:\Certificates\bare.pfx | Out-Null
        MBX01> (Get-Content C:\Certificates\bare.pfx)[1,2]
        # CN=mbx01.contoso.com
        -----BEGIN CERTIFICATE-----
        ");
    }

    #[test]
    fn what_cannot_be_issued_is_told() {
        insta::assert_snapshot!(transcript(
            r"MBX01> Request-LabCertificate -CertificationAuthority Nobody -DomainName a.example -FileName C:\a.pfx
              MBX01> Request-LabCertificate -Issuer 'CN=Nobody' -DomainName a.example -FileName C:\a.pfx
              MBX01> Request-LabCertificate -DomainName a.example -FileName C:\a.pfx
              MBX01> Request-LabCertificate -SelfSigned -FileName C:\a.pfx
              MBX01> Request-LabCertificate -SelfSigned -SubjectName mail -FileName C:\a.pfx
              MBX01> Request-LabCertificate -SelfSigned -DomainName a.example -NotAfter 2020-01-01 -FileName C:\a.pfx",
        ), @r#"
        MBX01> Request-LabCertificate -CertificationAuthority Nobody -DomainName a.example -FileName C:\a.pfx
        Request-LabCertificate : There is no certification authority 'Nobody'. There are: 'Test CA'.
        At line:1 char:1
        + Request-LabCertificate -CertificationAuthority Nobody -DomainName a.e ...
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (Nobody:String) [Request-LabCertificate], RuntimeException
            + FullyQualifiedErrorId : NotThere,Request-LabCertificate

        MBX01> Request-LabCertificate -Issuer 'CN=Nobody' -DomainName a.example -FileName C:\a.pfx
        Request-LabCertificate : There is no certification authority that signs as 'CN=Nobody'. There are: 'CN=Test Root,
        O=Test, C=US'.
        At line:1 char:1
        + Request-LabCertificate -Issuer 'CN=Nobody' -DomainName a.example -Fil ...
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (CN=Nobody:String) [Request-LabCertificate], RuntimeException
            + FullyQualifiedErrorId : NotThere,Request-LabCertificate

        MBX01> Request-LabCertificate -DomainName a.example -FileName C:\a.pfx
        Request-LabCertificate : Give one of -CertificationAuthority, -Issuer and -SelfSigned.
        At line:1 char:1
        + Request-LabCertificate -DomainName a.example -FileName C:\a.pfx
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (:) [Request-LabCertificate], RuntimeException
            + FullyQualifiedErrorId : Refused,Request-LabCertificate

        MBX01> Request-LabCertificate -SelfSigned -FileName C:\a.pfx
        Request-LabCertificate : Give -SubjectName or -DomainName.
        At line:1 char:1
        + Request-LabCertificate -SelfSigned -FileName C:\a.pfx
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (:) [Request-LabCertificate], RuntimeException
            + FullyQualifiedErrorId : Refused,Request-LabCertificate

        MBX01> Request-LabCertificate -SelfSigned -SubjectName mail -FileName C:\a.pfx
        Request-LabCertificate : Cannot bind parameter 'SubjectName'. expected an attribute such as CN=mail.contoso.com, got
        "mail".
        At line:1 char:1
        + Request-LabCertificate -SelfSigned -SubjectName mail -FileName C:\a.p ...
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [Request-LabCertificate], ParameterBindingException
            + FullyQualifiedErrorId : CannotBind,Request-LabCertificate

        MBX01> Request-LabCertificate -SelfSigned -DomainName a.example -NotAfter 2020-01-01 -FileName C:\a.pfx
        Request-LabCertificate : a certificate cannot be valid from 2026-05-01T06:00:00Z to 2019-12-31T22:00:00Z.
        At line:1 char:1
        + Request-LabCertificate -SelfSigned -DomainName a.example -NotAfter 20 ...
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidOperation: (:) [Request-LabCertificate], RuntimeException
            + FullyQualifiedErrorId : Refused,Request-LabCertificate
        "#);
    }
}
