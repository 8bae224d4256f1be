//! # The wrong certificate is presented
//!
//! ## What happened
//! A server has several certificates for SMTP. The Receive connector does not say which one to
//! show, or names another, so Exchange shows one whose names do not match what Exchange Online
//! expects (`TlsDomain` of the outbound connector). Exchange Online gives up the conversation:
//! `450 4.4.317 Cannot connect to remote server [Message=SubjectMismatch …]`, with the subject it
//! expected, the subject and the thumbprint it got.
//!
//! ## Evidence
//! The error names the thumbprint; the SMTP Receive log of the server shows the same certificate
//! being sent; `Get-ExchangeCertificate` has another one that names the expected host.
//!
//! ## Not to be confused with
//! An expired certificate, where the names match; a certificate that is missing altogether, where
//! no exported certificate names the host; a middlebox that shows a certificate of its own, where
//! the thumbprint is in no export.
//!
//! ## Fix
//! Set `TlsCertificateName` of the Receive connector to the issuer and subject of the right
//! certificate, and restart the service that owns the connector.
//!
//! ## Check
//! The SMTP Receive log shows the right certificate; `openssl s_client -starttls smtp` shows it
//! too.
//!
//! ## Way back
//! Give the connector its former `TlsCertificateName` and restart the service again.
//!
//! ## Prevention
//! Name the certificate on every connector that faces Exchange Online, and check it in the renewal
//! procedure; `Enable-ExchangeCertificate` alone does not decide which one is shown.
//!
//! ## Sources
//! Microsoft Learn, "Set-ReceiveConnector"; "Configure mail flow using connectors"; "TLS
//! certificates in Exchange hybrid" (Exchange Team Blog).

use exchange::nouns::certificate::ExchangeCertificate;
use exchange::nouns::receive_connector::{ReceiveConnector, TransportRole};
use logs::smtp_status::CertificateError;

use super::Rule;
use super::case::{self, Case, Numbered};
use crate::facts::{Known, Session, SessionKind};
use crate::finding::{Certainty, Finding, Judgement};
use crate::remedy::{Command, literal};

pub(super) static RULE: Rule =
    Rule { name: NAME, source: include_str!("edge_certificate_mismatch.rs"), judge };

const NAME: &str = "edge-certificate-mismatch";

/// What Exchange Online expected and what it got, each as a name of the certificate.
struct Mismatch<'f> {
    errors: Vec<Numbered<'f>>,
    expected: String,
    thumbprint: String,
}

fn judge(case: Case) -> Judgement {
    let mut mismatches: Vec<Mismatch> = Vec::new();
    for (numbered, error) in case.certificate_errors() {
        let Some((expected, thumbprint)) = mismatch(&error) else { continue };
        let same = |own: &&mut Mismatch| own.expected == expected && own.thumbprint == thumbprint;
        match mismatches.iter_mut().find(same) {
            Some(known) => known.errors.push(numbered),
            None => mismatches.push(Mismatch { errors: vec![numbered], expected, thumbprint }),
        }
    }
    let mut judgement = Judgement::default();
    for mismatch in &mismatches {
        match connector_of(case, mismatch) {
            Some(connector) => judge_connector(case, mismatch, connector, &mut judgement),
            None => lack(case, &mut judgement),
        }
    }
    judgement
}

fn mismatch(error: &CertificateError) -> Option<(String, String)> {
    let expected =
        error.expected_subject.clone().filter(|_| error.error.contains("SubjectMismatch"))?;
    Some((expected, error.thumbprint.clone().unwrap_or_default().to_ascii_uppercase()))
}

/// The Receive connector that showed the certificate, by the protocol log.
fn connector_of<'f>(
    case: Case<'f>,
    mismatch: &Mismatch,
) -> Option<(&'f Session, &'f Known<ReceiveConnector>)> {
    let mut showing =
        case.facts.sessions.iter().filter(|session| {
            session.kind == SessionKind::Receive
                && session.tls.shown.as_ref().is_some_and(|shown| {
                    shown.thumbprint.eq_ignore_ascii_case(&mismatch.thumbprint)
                })
                && session.remote_ip().and_then(exchange::eop::range_of).is_some()
        });
    showing.find_map(|session| {
        let connector = case.facts.configuration.receive_connectors.iter().find(|known| {
            known.object.name.eq_ignore_ascii_case(&session.connector)
                && known.object.server.eq_ignore_ascii_case(&session.server)
        });
        Some((session, connector?))
    })
}

fn judge_connector(
    case: Case,
    mismatch: &Mismatch,
    (session, connector): (&Session, &Known<ReceiveConnector>),
    judgement: &mut Judgement,
) {
    let server = &connector.object.server;
    let time = session.begun;
    let right = case.certificates_for(server, &mismatch.expected).into_iter().find(|known| {
        known.object.not_before <= time
            && time <= known.object.not_after
            && known.object.is_for_smtp()
    });
    match right {
        Some(right) => {
            judgement.findings.push(found(case, mismatch, session, connector, right));
        }
        None => judgement.lack(
            &format!("a valid certificate of {server} that names {}", mismatch.expected),
            "which certificate the connector has to show",
            &format!("Get-ExchangeCertificate -Server {server} | Export-Clixml Get-ExchangeCertificate.clixml"),
        ),
    }
}

fn found(
    case: Case,
    mismatch: &Mismatch,
    session: &Session,
    connector: &Known<ReceiveConnector>,
    right: &Known<ExchangeCertificate>,
) -> Finding {
    let object = &connector.object;
    let server = &object.server;
    let shown = session.tls.shown.as_ref();
    let subject = shown.map_or("another certificate", |shown| shown.subject.as_str());
    let summary = format!(
        "{server} shows {subject} to Exchange Online, which expects {}: the Receive connector {:?} {} \
         although the server has a certificate for it.",
        mismatch.expected,
        object.name,
        match &object.tls_certificate_name {
            Some(name) => format!("names {name},"),
            None => "names no certificate,".to_owned(),
        }
    );
    let mut finding = Finding::new(NAME, Certainty::Proven, summary);
    finding.explains = case::numbers(&mismatch.errors);
    finding.show("Exchange Online refused the certificate", case::places(&mismatch.errors));
    finding.show("the server sent it", shown.map(|shown| shown.at.clone()));
    finding.show(
        "the connector does not name the right one",
        [connector.property("TlsCertificateName"), connector.property("Fqdn")],
    );
    finding.show(
        "a certificate with the right name is there",
        [right.property("CertificateDomains"), right.property("Thumbprint")],
    );
    let presented = case.facts.configuration.certificates.iter().find(|known| {
        known.object.thumbprint.eq_ignore_ascii_case(&mismatch.thumbprint)
            && case.host(&known.at).eq_ignore_ascii_case(server)
    });
    if let Some(presented) = presented {
        finding.rule_out(
            "the certificate has expired",
            format!("the one that was shown is valid until {}", presented.object.not_after),
            [presented.property("NotAfter")],
        );
        finding.rule_out(
            "a device in between shows a certificate of its own",
            format!("the certificate that was shown is one of {server}"),
            [presented.property("Thumbprint")],
        );
    }
    prescribe(&mut finding, object, &right.object);
    finding
}

fn prescribe(finding: &mut Finding, connector: &ReceiveConnector, right: &ExchangeCertificate) {
    let server = &connector.server;
    let identity = literal(&format!("{server}\\{}", connector.name));
    let service = match connector.transport_role {
        TransportRole::FrontendTransport => "MSExchangeFrontEndTransport",
        _ => "MSExchangeTransport",
    };
    let set = |value: String| {
        format!(
            "Set-ReceiveConnector {identity} -TlsCertificateName {value}\nRestart-Service {service}"
        )
    };
    finding.remedies.push(Command::exchange(server, set(literal(&right.name().to_string()))));
    let former = connector.tls_certificate_name.as_ref();
    let former = former.map_or_else(|| "$null".to_owned(), |name| literal(&name.to_string()));
    finding.rollback.push(Command::exchange(server, set(former)));
    finding.verify.push(Command::exchange(
        server,
        format!("Get-ReceiveConnector {identity} | Format-List Fqdn,TlsCertificateName"),
    ));
}

fn lack(case: Case, judgement: &mut Judgement) {
    let has_log = case
        .facts
        .sessions
        .iter()
        .any(|session| session.kind == SessionKind::Receive && session.tls.shown.is_some());
    if !has_log {
        judgement.lack(
            "the SMTP Receive protocol log of the server that answers on port 25",
            "which Receive connector shows the certificate",
            "Get-ReceiveConnector | Set-ReceiveConnector -ProtocolLoggingLevel Verbose",
        );
    }
    if case.facts.configuration.receive_connectors.is_empty() {
        judgement.lack(
            "the Receive connectors",
            "which certificate the connector names",
            "Get-ReceiveConnector | Export-Clixml Get-ReceiveConnector.clixml",
        );
    }
}
