//! `TlsCertificateName` and `TlsDomainCapabilities`: how connectors refer to certificates.

use std::fmt;
use std::str::FromStr;

use crate::domain::DomainPattern;
use crate::properties::{Fit, Unfit};
use crate::value::Value;

/// A certificate by issuer and subject: `<I>CN=R11, O=Let's Encrypt, C=US<S>CN=mail.contoso.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsCertificateName {
    /// Distinguished name of the issuer, as Windows prints it.
    pub issuer: String,
    /// Distinguished name of the subject.
    pub subject: String,
}

impl fmt::Display for TlsCertificateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<I>{}<S>{}", self.issuer, self.subject)
    }
}

impl FromStr for TlsCertificateName {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let rest = text.trim().strip_prefix("<I>").ok_or(())?;
        let (issuer, subject) = rest.split_once("<S>").ok_or(())?;
        if issuer.trim().is_empty() || subject.trim().is_empty() {
            return Err(());
        }
        Ok(Self { issuer: issuer.to_owned(), subject: subject.to_owned() })
    }
}

impl Fit for TlsCertificateName {
    fn to_value(&self) -> Value {
        Value::opaque("Microsoft.Exchange.Data.SmtpX509Identifier", self.to_string())
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        value.to_string().parse().map_err(|()| {
            Unfit::new("Microsoft.Exchange.Data.SmtpX509Identifier", value)
                .because(format!("\"{value}\" isn't a valid Certificate Identifier."))
        })
    }
}

/// What a domain, proved by its certificate, may do: `mail.protection.outlook.com:AcceptCloudServicesMail`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsDomainCapability {
    /// The domain the peer's certificate must name.
    pub domain: DomainPattern,
    /// The capability, such as `AcceptCloudServicesMail` (2010: `AcceptOorgProtocol`).
    pub capability: String,
}

impl TlsDomainCapability {
    /// Whether the peer may hand over the headers that make mail internal.
    pub fn accepts_cloud_services_mail(&self) -> bool {
        ["AcceptCloudServicesMail", "AcceptOorgProtocol"]
            .iter()
            .any(|name| self.capability.eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for TlsDomainCapability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.domain, self.capability)
    }
}

impl Fit for TlsDomainCapability {
    fn to_value(&self) -> Value {
        Value::opaque("Microsoft.Exchange.Data.SmtpReceiveDomainCapabilities", self.to_string())
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        let unfit = || Unfit::new("Microsoft.Exchange.Data.SmtpReceiveDomainCapabilities", value);
        let text = value.to_string();
        let (domain, capability) = text.split_once(':').ok_or_else(unfit)?;
        let domain = domain.parse().map_err(|_| unfit())?;
        Ok(Self { domain, capability: capability.trim().to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_name_is_issuer_and_subject() {
        let text = "<I>CN=R11, O=Let's Encrypt, C=US<S>CN=mail.cloudmonkeys.xyz";
        let name: TlsCertificateName = text.parse().unwrap();
        assert_eq!(name.subject, "CN=mail.cloudmonkeys.xyz");
        assert_eq!(name.to_string(), text);
        for wrong in ["CN=mail.cloudmonkeys.xyz", "<I><S>", "<I>CN=R11<S> "] {
            assert!(wrong.parse::<TlsCertificateName>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn both_generations_of_the_capability_count() {
        for name in ["AcceptCloudServicesMail", "AcceptOorgProtocol"] {
            let value = Value::from(format!("mail.protection.outlook.com:{name}"));
            let capability = TlsDomainCapability::from_value(&value).unwrap();
            assert!(capability.accepts_cloud_services_mail());
        }
    }
}
