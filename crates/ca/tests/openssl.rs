//! Another implementation reads what we write, and we read what it writes: `openssl`, where it is
//! installed.

#![expect(clippy::unwrap_used, reason = "the whole file is a test")]

use std::io::{self, Write};
use std::process::{Command, Output, Stdio};

use ca::{
    Authority, AuthorityLevel, AuthorityPlan, Certificate, CertificateRequest, PFX_HEADER,
    RootCaType, Validity, read_pfx, write_pfx,
};
use fabric::Seed;
use jiff::Timestamp;

fn begin() -> Timestamp {
    "2026-04-01T00:00:00Z".parse().unwrap()
}

fn authority() -> Authority {
    let level = |subject: &str| AuthorityLevel {
        subject: subject.parse().unwrap(),
        validity: Validity::years(begin(), 10),
    };
    let plan = AuthorityPlan {
        name: "Contoso".to_owned(),
        root_ca_type: RootCaType::Enterprise,
        root: level("CN=contoso-DC01-CA, O=Contoso, C=US"),
        intermediate: Some(level(r#"CN=Issuing CA 1, O="Contoso, Ltd.", S=Washington, C=US"#)),
    };
    Authority::new(Seed(1), &plan).unwrap()
}

fn certificate(authority: &Authority) -> Certificate {
    let validity = Validity::days(begin(), 90);
    let request =
        CertificateRequest::for_hosts(&["mail.contoso.com", "edge.contoso.com"], validity);
    authority.issue(&request.unwrap()).unwrap()
}

/// What `openssl` says to these arguments and this input; `None` where it is not installed.
fn openssl(arguments: &[&str], input: &str) -> Option<Output> {
    let mut command = Command::new("openssl");
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        child => child.unwrap(),
    };
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    Some(child.wait_with_output().unwrap())
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn openssl_reads_what_the_certificate_says() {
    let certificate = certificate(&authority());
    let wanted = "-noout -subject -issuer -serial -fingerprint -sha1 -dates -dateopt iso_8601 \
                  -nameopt RFC2253 -ext subjectAltName,extendedKeyUsage";
    let arguments: Vec<&str> = std::iter::once("x509").chain(wanted.split_whitespace()).collect();
    let Some(output) = openssl(&arguments, &write_pfx(&certificate).unwrap()) else {
        eprintln!("openssl is not installed: nothing was compared");
        return;
    };
    let said = text(&output);
    let thumbprint: Vec<_> =
        certificate.thumbprint.as_bytes().chunks(2).map(String::from_utf8_lossy).collect();
    let lines = [
        "subject=CN=mail.contoso.com".to_owned(),
        r"issuer=CN=Issuing CA 1,O=Contoso\, Ltd.,ST=Washington,C=US".to_owned(),
        format!("serial={}", certificate.serial_number),
        format!("sha1 Fingerprint={}", thumbprint.join(":")),
        "notBefore=2026-04-01 00:00:00Z".to_owned(),
        "notAfter=2026-06-30 00:00:00Z".to_owned(),
        "DNS:mail.contoso.com, DNS:edge.contoso.com".to_owned(),
        "TLS Web Server Authentication, TLS Web Client Authentication".to_owned(),
    ];
    for line in lines {
        assert!(said.contains(&line), "{line} in:\n{said}");
    }
}

#[test]
fn openssl_finds_the_path_to_the_root() {
    let authority = authority();
    let certificate = certificate(&authority);
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, certificate: &Certificate| {
        let path = folder.path().join(name);
        std::fs::write(&path, write_pfx(&certificate.public()).unwrap()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let root = file("root.pem", &authority.root);
    let intermediate = file("intermediate.pem", authority.intermediate.as_ref().unwrap());
    let leaf = file("leaf.pem", &certificate);
    let at = Validity::days(begin(), 1).not_after.as_second().to_string();

    let common = ["verify", "-x509_strict", "-attime", &at, "-CAfile", &root];
    let complete = [&common[..], &["-purpose", "sslserver", "-untrusted", &intermediate, &leaf]];
    let Some(output) = openssl(&complete.concat(), "") else {
        eprintln!("openssl is not installed: nothing was compared");
        return;
    };
    assert!(text(&output).ends_with("leaf.pem: OK\n"));
    let incomplete = openssl(&[&common[..], &[&leaf]].concat(), "").unwrap();
    assert!(!incomplete.status.success());
}

#[test]
fn openssl_finds_that_key_and_certificate_belong_together() {
    let pfx = write_pfx(&certificate(&authority())).unwrap();
    let Some(of_certificate) = openssl(&["x509", "-noout", "-pubkey"], &pfx) else {
        eprintln!("openssl is not installed: nothing was compared");
        return;
    };
    let of_key = openssl(&["pkey", "-pubout"], &pfx).unwrap();
    assert_eq!(text(&of_certificate), text(&of_key));
}

#[test]
fn the_names_openssl_writes_are_read_even_those_that_cannot_be_issued() {
    let new_key =
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "-"];
    let names = [
        ("/DC=com/DC=contoso/CN=contoso-DC01-CA", "CN=contoso-DC01-CA, DC=contoso, DC=com"),
        ("/O=Contoso/OU=Berlin/OU=Mail+CN=a", "CN=a + OU=Mail, OU=Berlin, O=Contoso"),
    ];
    for (of_openssl, ours) in names {
        let subject = ["req", "-x509", "-multivalue-rdn", "-subj", of_openssl];
        let Some(output) = openssl(&[&subject[..], &new_key].concat(), "") else {
            eprintln!("openssl is not installed: nothing was compared");
            return;
        };
        let root = read_pfx(&format!("{PFX_HEADER}\n{}", text(&output))).unwrap();
        assert_eq!((&*root.subject, &*root.issuer), (ours, ours));
        assert!(root.is_self_signed && root.is_ca && root.key.is_some());

        let mut authority = authority();
        authority.root = root;
        authority.intermediate = None;
        let request = CertificateRequest::for_hosts(&["a"], Validity::days(begin(), 90)).unwrap();
        let refusal = authority.issue(&request).unwrap_err().to_string();
        assert!(refusal.contains(ours), "{refusal}");
    }
}
