//! `openssl s_client -starttls smtp` on certificates that somebody got wrong: its verify return code
//! must say what the lab says of its own mail at the same moment.
//!
//! The certificates are shown by Front End Transport to Exchange Online, whose message trace holds the
//! lab's word; a root that is not trusted is one that the Mailbox server lacks for the tenant's door.
//! Sources of the codes: openssl-verification-options(1). 20 and 21 both stand for an issuer that
//! cannot be found: 20 when the chain ends too early, 21 when the server sent nothing but its own
//! certificate. Both are `UntrustedRoot` in Exchange's words.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::thread;
use std::time::Duration;

use super::lab::Lab;
use super::report::{Outcome, Report, holds};
use super::{Ground, program};

/// Who writes to whom, so that Exchange Online judges what Front End Transport shows.
const CLOUD_TO_PREMISES: &str = "-From ramki@cloudfield.onmicrosoft.com -To raghu@cloudmonkeys.xyz";

/// The other way round, so that the Mailbox server judges the tenant's door.
const PREMISES_TO_CLOUD: &str = "-From raghu@cloudmonkeys.xyz -To ramki@cloudfield.onmicrosoft.com";

/// A certificate that Front End Transport shows.
struct Case {
    name: &'static str,
    /// How it is requested.
    request: &'static str,
    /// Verify return code of openssl.
    code: u32,
    /// What the lab says; nothing when the mail is delivered.
    word: Option<&'static str>,
}

const PUBLIC: &str = "-CertificationAuthority \"Let's Encrypt\" -DomainName mail.cloudmonkeys.xyz";

/// The organization in the subject tells a connector which one is meant.
static CASES: &[Case] = &[
    Case {
        name: "healthy",
        request: "-NotBefore 2026-04-20 -NotAfter 2026-07-19",
        code: 0,
        word: None,
    },
    Case {
        name: "expired",
        request: "-NotBefore 2026-01-10 -NotAfter 2026-04-10",
        code: 10,
        word: Some("CertificateExpired"),
    },
    Case {
        name: "wrong name",
        request: "-CertificationAuthority \"Let's Encrypt\" -DomainName owa.cloudmonkeys.xyz -NotBefore 2026-04-20",
        code: 62,
        word: Some("SubjectMismatch"),
    },
    Case {
        name: "self-signed",
        request: "-SelfSigned -DomainName mail.cloudmonkeys.xyz -NotBefore 2026-04-20",
        code: 18,
        word: Some("UntrustedRoot"),
    },
    Case {
        name: "missing intermediate",
        request: "-OmitIntermediate -NotBefore 2026-04-20",
        code: 21,
        word: Some("UntrustedRoot"),
    },
];

/// Runs the section.
pub(super) fn run(ground: &Ground, report: &mut Report) -> Result<(), String> {
    // Mail behind one that waits is sent with its retry, after a minute.
    let mut lab =
        Lab::start(ground, "openssl/hybrid", "healthy-hybrid", &["--no-mail", "--speed", "20"])?;
    let trusted = lab.folder.join("roots.pem").display().to_string();
    let door = lab.tcp("FW01", 25)?;
    let own = lab.loopback("PNYPR01CU001")?;
    for case in CASES {
        let subject = show(&mut lab, case)?;
        let visit = Visit { door, own, trusted: &trusted, name: "mail.cloudmonkeys.xyz" };
        let verified = visit.verify();
        let said = sent_from_cloud(&mut lab, &subject)?;
        report
            .check(case.name, verified.and_then(|code| judged(code, case.code, case.word, &said)));
    }
    let untrusted = untrusted_root(&mut lab, &trusted)?;
    report.check("untrusted root", untrusted);
    lab.stop()?;
    Ok(())
}

/// Has Front End Transport show the certificate of the case; its organization.
fn show(lab: &mut Lab, case: &Case) -> Result<String, String> {
    let organization = format!("Case {}", case.name);
    let issuer = if case.request.contains("-DomainName") { "" } else { PUBLIC };
    let name = if case.request.contains("owa.") { "owa" } else { "mail" };
    let subject = format!("-SubjectName 'CN={name}.cloudmonkeys.xyz, O={organization}'");
    let file = format!("C:\\Certificates\\{}.pfx", case.name.replace(' ', "-"));
    for command in [
        format!("Request-LabCertificate {issuer} {} {subject} -FileName '{file}'", case.request),
        format!("$new = Import-ExchangeCertificate -FileData ([System.IO.File]::ReadAllBytes('{file}'))"),
        "Set-ReceiveConnector 'CMHYBD01\\Default Frontend CMHYBD01' -TlsCertificateName \"<I>$($new.Issuer)<S>$($new.Subject)\"".to_owned(),
        "Restart-Service MSExchangeFrontEndTransport".to_owned(),
    ] {
        lab.run(&command)?;
    }
    Ok(organization)
}

/// A Mailbox server that lost a root no longer trusts the tenant's door, nor does openssl without it.
fn untrusted_root(lab: &mut Lab, trusted: &str) -> Result<Outcome, String> {
    lab.run("Remove-LabRootCertificate -CertificationAuthority DigiCert -Confirm:$false")?;
    let all = fs::read_to_string(trusted).map_err(|why| format!("{trusted}: {why}"))?;
    let end = "-----END CERTIFICATE-----\n";
    let mut kept = String::new();
    for root in all.split_inclusive(end) {
        let words = ["openssl", "x509", "-noout", "-subject"];
        if !program::run_with(&words, root)?.exits(0)?.stdout.contains("DigiCert") {
            kept.push_str(root);
        }
    }
    let without = lab.folder.join("roots-without.pem");
    fs::write(&without, kept).map_err(|why| format!("{}: {why}", without.display()))?;
    let visit = Visit {
        door: lab.tcp("PN1PEPF000026E8", 25)?,
        own: lab.loopback("FW01")?,
        trusted: &without.display().to_string(),
        name: "mail.protection.outlook.com",
    };
    let seen = visit.verify();
    lab.run(&format!("Send-LabMail {PREMISES_TO_CLOUD} -Subject 'Case untrusted root'"))?;
    let said = patiently(lab, "(Get-Queue | Where-Object { $_.LastError }).LastError")?;
    Ok(seen.and_then(|code| judged(code, 20, Some("UntrustedRoot"), &said)))
}

/// Sends a mail from the tenant; what its trace says when the first attempt is over.
fn sent_from_cloud(lab: &mut Lab, subject: &str) -> Outcome {
    lab.run(&format!("Send-LabMail {CLOUD_TO_PREMISES} -Subject '{subject}'"))?;
    lab.run(":on ExchangeOnline")?;
    let details = format!(
        "Get-MessageTraceV2 | Where-Object Subject -eq '{subject}' | ForEach-Object {{ \
         Get-MessageTraceDetailV2 -MessageTraceId $_.MessageTraceId -RecipientAddress \
         $_.RecipientAddress }} | Where-Object Event -ne 'Receive' | ForEach-Object Detail"
    );
    let said = patiently(lab, &details);
    lab.run(":on CMHYBD01")?;
    said
}

/// Repeats a command until it prints something.
fn patiently(lab: &mut Lab, command: &str) -> Outcome {
    for _ in 0..300 {
        let text = lab.run(command)?;
        if !text.trim().is_empty() {
            return Ok(text.trim().to_owned());
        }
        thread::sleep(Duration::from_millis(100));
    }
    Err(format!("expected an answer within 30 s: {command}"))
}

/// Whether openssl and the lab say what was expected of both.
fn judged(code: u32, expected: u32, word: Option<&str>, said: &str) -> Outcome {
    if code != expected {
        return Err(format!("expected verify return code {expected}\ncame:    {code}\n{said}"));
    }
    match word {
        Some(word) => holds(said, word).map(|word| format!("openssl says {code}, the lab {word}")),
        None => {
            holds(said, "Message sent to").map(|_| format!("openssl says {code}, the lab delivers"))
        }
    }
}

/// openssl at a door.
struct Visit<'v> {
    door: SocketAddr,
    own: IpAddr,
    /// File with the roots that are trusted.
    trusted: &'v str,
    /// The name that the door must prove.
    name: &'v str,
}

impl Visit<'_> {
    /// The verify return code. Judged at the lab's time, the morning of the first of May.
    fn verify(&self) -> Result<u32, String> {
        let (door, own) = (self.door.to_string(), format!("{}:0", self.own));
        let words = [
            &["openssl", "s_client", "-connect", &door, "-bind", &own, "-starttls", "smtp"][..],
            &["-name", "client.example.com", "-CAfile", self.trusted, "-attime", "1777618800"],
            &["-verify_hostname", self.name],
        ]
        .concat();
        let ended = program::run_with(&words, "QUIT\n")?;
        let text = ended.text();
        let code = text.lines().find_map(|line| line.trim().strip_prefix("Verify return code: "));
        let code = code.and_then(|code| code.split(' ').next()?.parse().ok());
        code.ok_or_else(|| format!("openssl shows no verify return code\n{text}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_must_say_it() {
        let word = Some("UntrustedRoot");
        assert!(judged(20, 20, word, "LED=450 … UntrustedRoot").is_ok());
        assert!(judged(20, 20, word, "LED=450 … SubjectMismatch").is_err());
        assert!(judged(0, 20, word, "UntrustedRoot").is_err());
        assert!(judged(0, 0, None, "Reason: [{LED=450").is_err());
    }
}
