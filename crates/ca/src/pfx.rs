//! The lab's PFX files: a certificate with its key and its intermediates, as
//! `Export-ExchangeCertificate` and `Import-ExchangeCertificate` pass it from server to server.
//!
//! A real PFX file is an encrypted PKCS#12 container. The lab's is PEM text behind a line that says
//! so: people can read it, and nobody can take its key for a real secret.
//!
//! Not modelled: passwords, PKCS#12.

use rustls::pki_types::pem::{self, PemObject, SectionKind};
use x509_cert::der::pem::{LineEnding, encode_string};

use crate::certificate::Certificate;
use crate::error::CertificateError;
use crate::key::PrivateKey;

/// The line a lab PFX begins with.
pub const PFX_HEADER: &str = "# hybridlab PFX: made from a seed, protects nothing";

/// What stands between a `BEGIN` line and its `END` line.
type Part = (SectionKind, Vec<u8>);

/// Writes the certificate, its key if it has one, and its intermediates.
///
/// # Errors
/// When something is too long for PEM text.
pub fn write_pfx(certificate: &Certificate) -> Result<String, CertificateError> {
    let mut text = format!("{PFX_HEADER}\n");
    if let Some(key) = &certificate.key {
        text += &section("PRIVATE KEY", key.to_pkcs8()?.secret_pkcs8_der())?;
    }
    for certificate in std::iter::once(certificate).chain(&certificate.chain) {
        text += "# ";
        text += &certificate.subject.replace(['\n', '\r'], " ");
        text += "\n";
        text += &section("CERTIFICATE", certificate.der())?;
    }
    Ok(text)
}

/// Reads what [`write_pfx`] wrote: the first certificate is the one, the others its intermediates.
///
/// # Errors
/// When the header is not there, a part is broken or of another kind, or the key belongs to another
/// certificate.
pub fn read_pfx(text: &str) -> Result<Certificate, CertificateError> {
    let first_line = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    if first_line.trim_end() != PFX_HEADER {
        let first_line = first_line.chars().take(80).collect();
        return Err(CertificateError::PfxHeader { expected: PFX_HEADER, first_line });
    }
    let mut key = None;
    let mut certificates = Vec::new();
    for (index, part) in Part::pem_slice_iter(text.as_bytes()).enumerate() {
        let broken = |reason: String| CertificateError::PfxPart { number: index + 1, reason };
        let (kind, der) = part.map_err(|error| broken(complaint(&error)))?;
        match kind {
            SectionKind::PrivateKey if key.is_some() => {
                return Err(broken("a second private key".to_owned()));
            }
            SectionKind::PrivateKey => {
                key =
                    Some(PrivateKey::from_pkcs8(&der).map_err(|error| broken(error.to_string()))?);
            }
            SectionKind::Certificate => {
                let read =
                    Certificate::from_der(&der).map_err(|error| broken(error.to_string()))?;
                certificates.push(read);
            }
            other => return Err(broken(format!("unexpected {other:?}"))),
        }
    }
    let mut certificates = certificates.into_iter();
    let mut certificate = certificates.next().ok_or(CertificateError::PfxWithoutCertificate)?;
    certificate.chain = certificates.collect();
    match key {
        Some(key) => certificate.with_key(key),
        None => Ok(certificate),
    }
}

fn complaint(error: &pem::Error) -> String {
    match error {
        pem::Error::MissingSectionEnd { .. } => "its END line is missing".to_owned(),
        pem::Error::Base64Decode(_) => "it is no base64".to_owned(),
        other => other.to_string(),
    }
}

fn section(label: &str, der: &[u8]) -> Result<String, CertificateError> {
    encode_string(label, LineEnding::LF, der)
        .map_err(|error| CertificateError::Encoding(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{private_authority, public_authority, request};
    use fabric::Seed;
    use proptest::prelude::*;

    fn exported() -> (Certificate, String) {
        let certificate = public_authority().issue(&request(&["mail.contoso.com"])).unwrap();
        let text = write_pfx(&certificate).unwrap();
        (certificate, text)
    }

    #[test]
    fn a_certificate_survives_export_and_import() {
        let (certificate, text) = exported();
        assert!(text.starts_with(PFX_HEADER));
        assert_eq!(read_pfx(&text).unwrap(), certificate);
        assert_eq!(read_pfx(&text.replace('\n', "\r\n")).unwrap(), certificate);
        let public = certificate.public();
        assert_eq!(read_pfx(&write_pfx(&public).unwrap()).unwrap(), public);
    }

    #[test]
    fn a_broken_file_is_refused_with_what_is_wrong() {
        let (certificate, text) = exported();
        let end = "-----END CERTIFICATE-----";
        let other_key = PrivateKey::from_seed(Seed(1), "other").to_pkcs8().unwrap();
        let other_key = section("PRIVATE KEY", other_key.secret_pkcs8_der()).unwrap();
        let own_key = certificate.key.as_ref().unwrap().to_pkcs8().unwrap();
        let own_key = section("PRIVATE KEY", own_key.secret_pkcs8_der()).unwrap();
        let noise = section("CERTIFICATE", b"no certificate").unwrap();
        let broken = [
            String::new(),
            text.replacen("# hybridlab PFX", "# another file", 1),
            PFX_HEADER.to_owned(),
            text.replacen(end, "", 2),
            text.replacen(end, "!", 1),
            text.replacen(&own_key, &other_key, 1),
            format!("{text}{own_key}"),
            format!("{text}{noise}"),
            text.replace("PRIVATE KEY", "EC PRIVATE KEY"),
        ];
        let complaints: Vec<String> =
            broken.iter().map(|text| read_pfx(text).unwrap_err().to_string()).collect();
        insta::assert_snapshot!(complaints.join("\n"), @r##"
        expected a lab PFX that begins with "# hybridlab PFX: made from a seed, protects nothing", got ""
        expected a lab PFX that begins with "# hybridlab PFX: made from a seed, protects nothing", got "# another file: made from a seed, protects nothing"
        the lab PFX holds no certificate
        part 2 of the lab PFX is broken: its END line is missing
        part 2 of the lab PFX is broken: it is no base64
        the private key does not belong to the certificate ED222EB6EC329625257046649FD5FBAE579CBD8A
        part 4 of the lab PFX is broken: a second private key
        part 4 of the lab PFX is broken: no X.509 certificate: unexpected ASN.1 DER tag: expected SEQUENCE, got APPLICATION [14] (constructed)
        part 1 of the lab PFX is broken: unexpected EcPrivateKey
        "##);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
            prop_assert!(read_pfx(&text).is_err());
            let behind_header = format!("{PFX_HEADER}\n{text}");
            prop_assert!(read_pfx(&behind_header).is_err());
        }

        #[test]
        fn a_damaged_file_is_read_or_refused(position: prop::sample::Index, byte in 0..128u8) {
            let certificate = private_authority().root.clone();
            let mut text = write_pfx(&certificate).unwrap().into_bytes();
            let position = position.index(text.len());
            text[position] = byte;
            let _read = read_pfx(&String::from_utf8(text).unwrap());
        }
    }
}
