//! Which certificate a connector shows.
//!
//! With `TlsCertificateName`: issuer and subject must match; of several the one that expires last.
//! The services a certificate is enabled for do not matter ("TLS Certificates in Exchange Hybrid",
//! Exchange Team Blog). Nothing matches: event 12014, and STARTTLS leaves the EHLO reply.
//!
//! Without it: of the certificates that are enabled for SMTP, hold a private key and name the
//! connector's FQDN, one issued by a certification authority before a self-signed one, then the
//! one most recently begun (Microsoft Learn, "Selection of inbound STARTTLS certificates"); one
//! outside its validity only when there is no other.

use jiff::Timestamp;

use crate::certificate_name::TlsCertificateName;
use crate::nouns::certificate::ExchangeCertificate;

/// The certificate a connector shows, if there is one.
pub fn choose<'a>(
    certificates: &'a [ExchangeCertificate],
    name: Option<&TlsCertificateName>,
    fqdn: &str,
    now: Timestamp,
) -> Option<&'a ExchangeCertificate> {
    match name {
        Some(name) => certificates
            .iter()
            .filter(|certificate| {
                certificate.issuer == name.issuer && certificate.subject == name.subject
            })
            .max_by_key(|certificate| (certificate.not_after, certificate.thumbprint.as_str())),
        None => certificates
            .iter()
            .filter(|certificate| {
                certificate.is_for_smtp() && certificate.has_private_key && certificate.names(fqdn)
            })
            .max_by_key(|certificate| {
                let valid = certificate.not_before <= now && now <= certificate.not_after;
                (
                    valid,
                    !certificate.is_self_signed,
                    certificate.not_before,
                    &certificate.thumbprint,
                )
            }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nouns::certificate::CertificateService;
    use crate::properties::Flags;

    fn certificate(thumbprint: &str, subject: &str, years: (i16, i16)) -> ExchangeCertificate {
        let day = |year: i16| format!("{year}-01-01T00:00:00Z").parse().unwrap();
        ExchangeCertificate {
            thumbprint: thumbprint.to_owned(),
            subject: format!("CN={subject}"),
            issuer: "CN=R11".to_owned(),
            serial_number: String::new(),
            certificate_domains: vec![subject.to_owned()],
            not_before: day(years.0),
            not_after: day(years.1),
            services: Flags::of(&[CertificateService::Smtp]),
            has_private_key: true,
            is_self_signed: false,
            status: "Valid".to_owned(),
            friendly_name: String::new(),
        }
    }

    fn now() -> Timestamp {
        "2026-05-01T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_name_finds_the_latest_expiry_whatever_the_services() {
        let mut renewed = certificate("B", "mail.x.example", (2026, 2028));
        renewed.services = Flags::NONE;
        let all = [certificate("A", "mail.x.example", (2025, 2027)), renewed];
        let name = all[0].name();
        assert_eq!(choose(&all, Some(&name), "", now()).unwrap().thumbprint, "B");
    }

    #[test]
    fn a_name_that_matches_nothing_finds_nothing() {
        let all = [certificate("A", "mail.x.example", (2025, 2027))];
        let name =
            TlsCertificateName { issuer: "CN=R10".into(), subject: "CN=mail.x.example".into() };
        assert!(choose(&all, Some(&name), "mail.x.example", now()).is_none());
    }

    #[test]
    fn without_a_name_the_fqdn_decides() {
        let mut own = certificate("S", "edge01", (2024, 2029));
        own.is_self_signed = true;
        own.certificate_domains.push("edge01.x.example".to_owned());
        let all = [own, certificate("A", "mail.x.example", (2025, 2027))];
        assert_eq!(choose(&all, None, "edge01.x.example", now()).unwrap().thumbprint, "S");
        assert_eq!(choose(&all, None, "mail.x.example", now()).unwrap().thumbprint, "A");
        assert!(choose(&all, None, "other.x.example", now()).is_none());
    }

    #[test]
    fn a_valid_certificate_comes_before_an_expired_one_and_an_issued_before_a_self_signed() {
        let mut own = certificate("S", "mail.x.example", (2026, 2031));
        own.is_self_signed = true;
        let expired = certificate("E", "mail.x.example", (2024, 2026));
        let issued = certificate("A", "mail.x.example", (2025, 2027));
        assert_eq!(
            choose(&[own.clone(), expired.clone(), issued], None, "mail.x.example", now())
                .unwrap()
                .thumbprint,
            "A"
        );
        assert_eq!(choose(&[expired, own], None, "mail.x.example", now()).unwrap().thumbprint, "S");
    }

    #[test]
    fn a_certificate_not_enabled_for_smtp_is_no_candidate() {
        let mut web = certificate("W", "mail.x.example", (2025, 2027));
        web.services = Flags::of(&[CertificateService::Iis]);
        assert!(choose(&[web], None, "mail.x.example", now()).is_none());
    }
}
