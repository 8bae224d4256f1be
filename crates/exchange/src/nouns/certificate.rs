//! Exchange certificates as an administrator sees them with `Get-ExchangeCertificate`.
//!
//! The key and the encoded certificate live in the certificate authority's room; here is only what
//! the cmdlet prints and what Exchange chooses by.

use jiff::Timestamp;

use crate::properties::{Enumeration, Flags, Noun, Property, field};
use crate::value::Value;

/// A service a certificate is enabled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateService {
    /// IMAP4.
    Imap,
    /// POP3.
    Pop,
    /// Unified messaging.
    Um,
    /// Web sites.
    Iis,
    /// Transport.
    Smtp,
}

impl Enumeration for CertificateService {
    const TYPE_NAME: &'static str =
        "Microsoft.Exchange.Management.SystemConfigurationTasks.AllowedServices";
    const MEMBERS: &'static [(Self, &'static str, i32)] = &[
        (Self::Imap, "IMAP", 1),
        (Self::Pop, "POP", 2),
        (Self::Um, "UM", 4),
        (Self::Iis, "IIS", 8),
        (Self::Smtp, "SMTP", 16),
    ];
}

/// A certificate in the personal store of a server.
#[derive(Clone, Debug)]
pub struct ExchangeCertificate {
    /// SHA-1 of the encoded certificate, upper-case hex.
    pub thumbprint: String,
    /// Distinguished name of the subject, as Windows prints it.
    pub subject: String,
    /// Distinguished name of the issuer.
    pub issuer: String,
    /// Serial number, upper-case hex.
    pub serial_number: String,
    /// Names it is for: the subject's common name and the alternative names.
    pub certificate_domains: Vec<String>,
    /// First moment of validity.
    pub not_before: Timestamp,
    /// Last moment of validity.
    pub not_after: Timestamp,
    /// Services it is enabled for.
    pub services: Flags<CertificateService>,
    /// Whether the store holds its private key.
    pub has_private_key: bool,
    /// Whether it signed itself.
    pub is_self_signed: bool,
    /// The product's verdict: `Valid`, `DateInvalid`, `Untrusted`, …
    pub status: String,
    /// A remark.
    pub friendly_name: String,
}

impl ExchangeCertificate {
    /// `<I>…<S>…`, as connectors refer to it.
    pub fn name(&self) -> crate::certificate_name::TlsCertificateName {
        crate::certificate_name::TlsCertificateName {
            issuer: self.issuer.clone(),
            subject: self.subject.clone(),
        }
    }

    /// Whether it names that host, directly or by a wildcard for its last label.
    pub fn names(&self, host: &str) -> bool {
        self.certificate_domains.iter().any(|own| names_host(own, host))
    }

    /// Whether transport may use it.
    pub fn is_for_smtp(&self) -> bool {
        self.services.has(CertificateService::Smtp)
    }
}

/// Whether a name in a certificate is good for a host: equal, or `*.` in place of one label.
pub fn names_host(name: &str, host: &str) -> bool {
    if name.eq_ignore_ascii_case(host) {
        return true;
    }
    match (name.strip_prefix("*."), host.split_once('.')) {
        (Some(parent), Some((_, rest))) => parent.eq_ignore_ascii_case(rest),
        _ => false,
    }
}

impl Noun for ExchangeCertificate {
    const TYPE_NAMES: &'static [&'static str] = &[
        "Microsoft.Exchange.Management.SystemConfigurationTasks.ExchangeCertificate",
        "System.Security.Cryptography.X509Certificates.X509Certificate2",
        "System.Object",
    ];

    fn identity(&self) -> String {
        self.thumbprint.clone()
    }

    const PROPERTIES: &'static [Property<Self>] = &[
        field!("CertificateDomains", certificate_domains),
        field!("HasPrivateKey", has_private_key),
        field!("IsSelfSigned", is_self_signed),
        field!("Issuer", issuer),
        field!("NotAfter", not_after),
        field!("NotBefore", not_before),
        Property::shown("PublicKeySize", |_| 256.into()),
        Property::shown("RootCAType", |certificate| {
            let kind = if certificate.is_self_signed { "None" } else { "ThirdParty" };
            Value::opaque("Microsoft.Exchange.Management.SystemConfigurationTasks.RootCAType", kind)
        }),
        field!("SerialNumber", serial_number),
        field!("Services", services),
        field!("Status", status),
        field!("Subject", subject),
        field!("Thumbprint", thumbprint),
        field!("FriendlyName", friendly_name),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_stands_for_one_label() {
        assert!(names_host("*.contoso.com", "mail.contoso.com"));
        assert!(!names_host("*.contoso.com", "contoso.com"));
        assert!(!names_host("*.contoso.com", "a.mail.contoso.com"));
        assert!(names_host("Mail.Contoso.com", "mail.contoso.com"));
    }
}
