//! # The certificate has expired
//!
//! ## What happened
//! The certificate that a server shows for STARTTLS is past its last day. Exchange Online
//! validates it for connectors with `TlsSettings` `CertificateValidation` or `DomainValidation`, and
//! gives up: `450 4.4.317 Cannot connect to remote server [Message=CertificateExpired …]`.
//!
//! ## Evidence
//! The error names the thumbprint; the export of the certificates, or the SMTP Receive log, shows
//! its last day, which lies before the error.
//!
//! ## Not to be confused with
//! A certificate with another name (`SubjectMismatch`), which may be valid; a clock that is wrong.
//!
//! ## Fix
//! Renew the certificate with the same issuer and subject, import it and enable it for SMTP.
//! Connectors name certificates by issuer and subject, so they show the new one without a change;
//! if the issuer changed, `TlsCertificateName` has to be set on each of them.
//!
//! ## Check
//! `Get-ExchangeCertificate` shows the new one with its last day, and new mail arrives.
//!
//! ## Way back
//! Remove the new certificate.
//!
//! ## Prevention
//! Renew by a task that also imports and enables, and let monitoring warn 30 days before the last
//! day.
//!
//! ## Sources
//! Microsoft Learn, "Renew an Exchange Server certificate"; "Fix NDR error 4.4.317 / 5.4.317".

use exchange::nouns::certificate::ExchangeCertificate;
use jiff::SignedDuration;
use logs::smtp_status::CertificateError;

use super::Rule;
use super::case::{self, Case, Numbered};
use crate::facts::Known;
use crate::finding::{Certainty, Finding, Judgement};
use crate::remedy::{Command, literal, literals};

pub(super) static RULE: Rule =
    Rule { name: NAME, source: include_str!("certificate_expired.rs"), judge };

const NAME: &str = "certificate-expired";

fn judge(case: Case) -> Judgement {
    let mut judgement = Judgement::default();
    let refusals = case.certificate_errors();
    for certificate in &case.facts.configuration.certificates {
        let refused: Vec<&Refusal> = refusals
            .iter()
            .filter(|((_, setback), error)| {
                let shown = error.thumbprint.as_deref().unwrap_or_default();
                shown.eq_ignore_ascii_case(&certificate.object.thumbprint)
                    && (error.error.contains("Expired")
                        || setback.time.is_some_and(|time| certificate.object.not_after < time))
            })
            .collect();
        if !refused.is_empty() {
            judgement.findings.push(found(case, &refused, certificate));
        }
    }
    let is_expired = |(_, error): &Refusal| error.error.contains("Expired");
    if judgement.findings.is_empty() && refusals.iter().any(is_expired) {
        judgement.lack(
            "the certificates of the server that answers on port 25",
            "which certificate has expired",
            "Get-ExchangeCertificate | Export-Clixml Get-ExchangeCertificate.clixml",
        );
    }
    judgement
}

/// A refusal of a certificate, and what was wrong with it.
type Refusal<'f> = (Numbered<'f>, CertificateError);

fn found(case: Case, refused: &[&Refusal], certificate: &Known<ExchangeCertificate>) -> Finding {
    let errors: Vec<Numbered> = refused.iter().map(|(numbered, _)| *numbered).collect();
    let server = case.host(&certificate.at);
    let object = &certificate.object;
    let summary = format!(
        "The certificate {} of {server} expired on {}, and Exchange Online does not accept it any more.",
        object.subject,
        object.not_after.strftime("%Y-%m-%d %H:%M UTC"),
    );
    let mut finding = Finding::new(NAME, Certainty::Proven, summary);
    finding.explains = case::numbers(&errors);
    finding.show("Exchange Online refused the certificate", case::places(&errors));
    finding.show(
        "the certificate's last day",
        [certificate.property("NotAfter"), certificate.property("Thumbprint")],
    );
    let shown = case.facts.sessions.iter().find_map(|session| {
        session.tls.shown.as_ref().filter(|shown| {
            shown.thumbprint.eq_ignore_ascii_case(&object.thumbprint)
                && object.not_after < session.begun
        })
    });
    finding.show("the server still sends it", shown.map(|shown| shown.at.clone()));
    let expected = refused.iter().find_map(|(_, error)| error.expected_subject.as_deref());
    if let Some(expected) = expected.filter(|expected| object.names(expected)) {
        finding.rule_out(
            "the certificate has the wrong name",
            format!("it names {expected}"),
            [certificate.property("CertificateDomains")],
        );
    }
    prescribe(case, &errors, server, object, &mut finding);
    finding
}

/// A renewal for the same time again, from the day of the last error.
fn prescribe(
    case: Case,
    errors: &[Numbered],
    server: &str,
    old: &ExchangeCertificate,
    finding: &mut Finding,
) {
    let last = case::span(errors).map(|span| span.to).or_else(|| case.facts.end());
    let begin = last.unwrap_or(old.not_after);
    let lasted = SignedDuration::from_secs(old.not_after.as_second() - old.not_before.as_second());
    let end = begin.checked_add(lasted).unwrap_or(old.not_after);
    let file = "C:\\Certificates\\renewed.pfx";
    finding.remedies.push(Command::exchange(
        server,
        format!(
            "# With a real authority: renew the certificate there, and import the file it gives you.\n\
             Request-LabCertificate -Issuer {} -SubjectName {} -DomainName {} -NotBefore {} -NotAfter {} \
             -FileName '{file}'\nImport-ExchangeCertificate -FileData ([System.IO.File]::ReadAllBytes('{file}')) \
             | Enable-ExchangeCertificate -Services SMTP -Force",
            literal(&old.issuer),
            literal(&old.subject),
            literals(&old.certificate_domains),
            begin.strftime("%Y-%m-%d"),
            end.strftime("%Y-%m-%d"),
        ),
    ));
    let domain = old.certificate_domains.first().map_or("", String::as_str);
    finding.verify.push(Command::exchange(
        server,
        format!("Get-ExchangeCertificate -DomainName {domain} | Format-List Thumbprint,NotAfter,Services"),
    ));
    finding.rollback.push(Command::exchange(
        server,
        format!(
            "Get-ExchangeCertificate -DomainName {domain} | Where-Object {{ $_.NotBefore -ge '{}' }} | Remove-ExchangeCertificate",
            begin.strftime("%Y-%m-%d")
        ),
    ));
}
