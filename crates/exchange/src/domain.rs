//! Domains and the patterns that connectors and accepted domains match them with.
//!
//! On-premises, `*.contoso.com` means `contoso.com` and everything below it (the product's type is
//! `SmtpDomainWithSubdomains`; Microsoft Learn, accepted domains: "a domain with its subdomains").
//! Exchange Online connectors document the same form as "all subdomains"; the lab treats both alike.

use std::fmt;
use std::str::FromStr;

use crate::properties::{Fit, Unfit};
use crate::value::Value;

/// A domain pattern: `*`, `contoso.com` or `*.contoso.com`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DomainPattern {
    /// Every domain.
    All,
    /// Every domain the organization accepts, `--`: only EdgeSync's connectors have it. Which these
    /// are, only the directory knows, so `covers` is false.
    AcceptedDomains,
    /// This domain, lower-case.
    Exact(String),
    /// This domain, lower-case, and everything below it.
    WithSubdomains(String),
}

/// Text that is no domain pattern, such as `*contoso.com`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not a valid domain. Valid values are a domain (contoso.com), a domain with subdomains (*.contoso.com) or all domains (*)"
)]
pub struct DomainPatternError(pub String);

impl DomainPattern {
    /// Whether the pattern covers that domain.
    pub fn covers(&self, domain: &str) -> bool {
        match self {
            Self::All => true,
            Self::AcceptedDomains => false,
            Self::Exact(own) => domain.eq_ignore_ascii_case(own),
            Self::WithSubdomains(own) => is_within(domain, own),
        }
    }

    /// The domain itself, without its subdomains; none for `*` and `--`.
    pub fn domain(&self) -> Option<&str> {
        match self {
            Self::Exact(own) | Self::WithSubdomains(own) => Some(own),
            Self::All | Self::AcceptedDomains => None,
        }
    }

    /// How specific it is: an exact domain beats a longer suffix beats a shorter one beats `*`.
    pub fn specificity(&self) -> usize {
        match self {
            Self::All => 0,
            Self::WithSubdomains(own) => 1 + own.len(),
            Self::Exact(own) => 1_000 + own.len(),
            Self::AcceptedDomains => 2_000,
        }
    }
}

/// Whether the domain is that one or lies below it.
pub fn is_within(domain: &str, parent: &str) -> bool {
    let (domain, parent) = (domain.to_ascii_lowercase(), parent.to_ascii_lowercase());
    domain == parent || domain.strip_suffix(&parent).is_some_and(|rest| rest.ends_with('.'))
}

fn is_domain(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && text.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        })
}

impl FromStr for DomainPattern {
    type Err = DomainPatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_ascii_lowercase();
        match text.strip_prefix("*.") {
            _ if text == "*" => Ok(Self::All),
            _ if text == "--" => Ok(Self::AcceptedDomains),
            Some(parent) if is_domain(parent) => Ok(Self::WithSubdomains(parent.to_owned())),
            None if is_domain(&text) => Ok(Self::Exact(text)),
            _ => Err(DomainPatternError(text)),
        }
    }
}

impl fmt::Display for DomainPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("*"),
            Self::AcceptedDomains => f.write_str("--"),
            Self::Exact(domain) => f.write_str(domain),
            Self::WithSubdomains(domain) => write!(f, "*.{domain}"),
        }
    }
}

impl Fit for DomainPattern {
    fn to_value(&self) -> Value {
        Value::opaque("Microsoft.Exchange.Data.SmtpDomainWithSubdomains", self.to_string())
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        value.to_string().parse().map_err(|error: DomainPatternError| {
            Unfit::new("Microsoft.Exchange.Data.SmtpDomainWithSubdomains", value)
                .because(error.to_string())
        })
    }
}

/// An address space of a connector: `SMTP:*.contoso.com;1`.
///
/// Not modelled: address types other than SMTP (they are refused).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressSpace {
    /// The domains it covers.
    pub domain: DomainPattern,
    /// Its cost, 1 to 100; the lowest wins between equally specific spaces.
    pub cost: u8,
}

impl fmt::Display for AddressSpace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SMTP:{};{}", self.domain, self.cost)
    }
}

impl FromStr for AddressSpace {
    type Err = DomainPatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || DomainPatternError(text.to_owned());
        let rest = match text.trim().split_once(':') {
            Some((kind, rest)) if kind.eq_ignore_ascii_case("smtp") => rest,
            Some(_) => return Err(refused()),
            None => text,
        };
        let (domain, cost) = match rest.split_once(';') {
            Some((domain, cost)) => (domain, cost.trim().parse().map_err(|_| refused())?),
            None => (rest, 1),
        };
        if !(1..=100).contains(&cost) {
            return Err(refused());
        }
        Ok(Self { domain: domain.parse()?, cost })
    }
}

impl Fit for AddressSpace {
    fn to_value(&self) -> Value {
        Value::opaque("Microsoft.Exchange.Data.AddressSpace", self.to_string())
    }

    fn from_value(value: &Value) -> Result<Self, Unfit> {
        value.to_string().parse().map_err(|error: DomainPatternError| {
            Unfit::new("Microsoft.Exchange.Data.AddressSpace", value).because(error.to_string())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pattern(text: &str) -> DomainPattern {
        text.parse().unwrap()
    }

    #[test]
    fn a_wildcard_covers_the_domain_and_what_is_below_it() {
        assert!(pattern("*.contoso.com").covers("contoso.com"));
        assert!(pattern("*.contoso.com").covers("Mail.Contoso.com"));
        assert!(!pattern("*.contoso.com").covers("notcontoso.com"));
        assert!(!pattern("contoso.com").covers("mail.contoso.com"));
        assert!(pattern("*").covers("anything.example"));
    }

    #[test]
    fn the_more_specific_pattern_is_the_longer_one() {
        let ordered = ["*", "*.com", "*.contoso.com", "contoso.com"];
        let specificities: Vec<_> = ordered.iter().map(|p| pattern(p).specificity()).collect();
        assert!(specificities.is_sorted());
    }

    #[test]
    fn a_star_within_a_label_is_refused() {
        assert!("*contoso.com".parse::<DomainPattern>().is_err());
        assert!("SMTP:*contoso.com;1".parse::<AddressSpace>().is_err());
    }

    #[test]
    fn an_address_space_has_a_cost_from_1_to_100() {
        let space: AddressSpace = "smtp:cloudfield.mail.onmicrosoft.com;1".parse().unwrap();
        assert_eq!(space.to_string(), "SMTP:cloudfield.mail.onmicrosoft.com;1");
        assert_eq!("contoso.com".parse::<AddressSpace>().unwrap().cost, 1);
        assert!("SMTP:contoso.com;0".parse::<AddressSpace>().is_err());
        assert!("X400:c=us;1".parse::<AddressSpace>().is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,60}") {
            if let Ok(space) = text.parse::<AddressSpace>() {
                prop_assert_eq!(space.to_string().parse::<AddressSpace>(), Ok(space));
            }
        }
    }
}
