//! Mailbox addresses and reverse-paths (RFC 5321 sections 4.1.2 and 4.1.3, RFC 6531 section 3.3).
//!
//! Not modelled: lengths (the command line has its limit), source routes beyond being skipped
//! (RFC 5321 appendix C), IDNA mapping: a name in Unicode and its `xn--` form are two domains.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A mailbox: local part and domain, in the spelling it came with.
///
/// Two addresses are equal when they differ only in ASCII case. RFC 5321 section 2.4 leaves the
/// case of a local part to its host, but no mail system in use tells mailboxes apart by it.
#[derive(Clone, Debug)]
pub struct Address {
    text: String,
    local_length: usize,
}

/// The text was no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// There is no `@` in it.
    #[error("address {0:?} has no domain")]
    NoDomain(String),
    /// Neither atoms joined by dots nor a quoted string.
    #[error("{0:?} is no local part: expected atoms joined by dots, or a quoted string")]
    Local(String),
    /// Neither labels joined by dots nor an address literal.
    #[error("{0:?} is no domain: expected labels joined by dots, or an address literal")]
    Domain(String),
}

impl Address {
    /// An address from its two parts.
    ///
    /// # Errors
    /// Names the part that breaks the grammar of RFC 5321 section 4.1.2.
    pub fn new(local: &str, domain: &str) -> Result<Self, AddressError> {
        if !is_dot_string(local) && !is_quoted_string(local) {
            return Err(AddressError::Local(local.to_owned()));
        }
        if !is_domain(domain) && !is_address_literal(domain) {
            return Err(AddressError::Domain(domain.to_owned()));
        }
        Ok(Self { text: format!("{local}@{domain}"), local_length: local.len() })
    }

    /// The part before the `@`, with its quotes when it has any.
    pub fn local(&self) -> &str {
        &self.text[..self.local_length]
    }

    /// The part after the `@`: a domain, or an address literal in brackets.
    pub fn domain(&self) -> &str {
        &self.text[self.local_length + 1..]
    }

    /// The whole address, `local@domain`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it can be sent without SMTPUTF8 (RFC 6531 section 3.4).
    pub fn is_ascii(&self) -> bool {
        self.text.is_ascii()
    }

    fn folded(&self) -> impl Iterator<Item = u8> + '_ {
        self.text.bytes().map(|byte| byte.to_ascii_lowercase())
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // A quoted local part may hold an `@`, a domain may not: the last one divides.
        let (local, domain) =
            text.rsplit_once('@').ok_or_else(|| AddressError::NoDomain(text.to_owned()))?;
        Self::new(local, domain)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.text.eq_ignore_ascii_case(&other.text)
    }
}

impl Eq for Address {}

impl PartialOrd for Address {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Address {
    fn cmp(&self, other: &Self) -> Ordering {
        self.folded().cmp(other.folded())
    }
}

impl Hash for Address {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for byte in self.folded() {
            state.write_u8(byte);
        }
    }
}

/// Where a failure of the message is reported (RFC 5321 section 4.1.1.2).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReversePath {
    /// `<>`: nobody; the message is itself a notification (RFC 5321 section 4.5.5).
    Null,
    /// The sender's mailbox.
    Address(Address),
}

impl ReversePath {
    /// The mailbox, unless the path is null.
    pub fn address(&self) -> Option<&Address> {
        match self {
            Self::Null => None,
            Self::Address(address) => Some(address),
        }
    }
}

impl From<Address> for ReversePath {
    fn from(address: Address) -> Self {
        Self::Address(address)
    }
}

/// `<>` or `local@domain`, the two forms logs use for a return path.
impl fmt::Display for ReversePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("<>"),
            Self::Address(address) => write!(f, "{address}"),
        }
    }
}

impl FromStr for ReversePath {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "<>" { Ok(Self::Null) } else { text.parse().map(Self::Address) }
    }
}

fn is_atext(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || is_utf8_text(c)
}

fn is_utf8_text(c: char) -> bool {
    !c.is_ascii() && !c.is_control() && !c.is_whitespace()
}

fn is_dot_string(text: &str) -> bool {
    text.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atext))
}

fn is_quoted_string(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return false;
    };
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        let allowed = match c {
            '\\' => chars.next().is_some_and(|escaped| matches!(escaped, ' '..='~')),
            '"' => false,
            ' '..='~' => true,
            other => is_utf8_text(other),
        };
        if !allowed {
            return false;
        }
    }
    true
}

/// Underscores are no part of the grammar, yet hosts in use have them.
fn is_domain(text: &str) -> bool {
    let is_label_char =
        |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' || is_utf8_text(c);
    text.split('.').all(|label| !label.is_empty() && label.chars().all(is_label_char))
}

fn is_address_literal(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
        return false;
    };
    match inner.split_once(':') {
        None => inner.parse::<Ipv4Addr>().is_ok(),
        Some((tag, address)) if tag.eq_ignore_ascii_case("IPv6") => {
            address.parse::<Ipv6Addr>().is_ok()
        }
        Some((tag, content)) => is_standardized_tag(tag) && is_dcontent(content),
    }
}

fn is_standardized_tag(tag: &str) -> bool {
    tag.ends_with(|c: char| c.is_ascii_alphanumeric())
        && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

fn is_dcontent(content: &str) -> bool {
    !content.is_empty() && content.chars().all(|c| matches!(c, '!'..='Z' | '^'..='~') && c != '@')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    #[test]
    fn the_last_at_sign_divides() {
        let quoted = address("\"odd@local part\"@contoso.example");
        assert_eq!(quoted.local(), "\"odd@local part\"");
        assert_eq!(quoted.domain(), "contoso.example");
    }

    #[test]
    fn case_is_kept_but_does_not_count() {
        let original = address("Anna.Berg@Contoso.Example");
        assert_eq!(original.to_string(), "Anna.Berg@Contoso.Example");
        assert_eq!(original, address("anna.berg@CONTOSO.example"));
        assert_eq!(original.cmp(&address("anna.berg@contoso.example")), Ordering::Equal);
        assert_ne!(original, address("anna.berg@contoso.examples"));
    }

    #[test]
    fn real_forms_are_read() {
        for text in [
            "postmaster@[192.0.2.1]",
            "a@[IPv6:2001:db8::1]",
            "a@[X-tag:any!thing]",
            "mailbox{1f05a927-0000}@contoso.example",
            "x400-_o=Contoso_cn=x+2E@contoso.example",
            "jürgen@grüße.example",
            "\"\\\"\"@b",
            "a@localhost",
            "a@host_name.example",
        ] {
            assert_eq!(address(text).as_str(), text);
        }
    }

    #[test]
    fn broken_forms_name_the_broken_part() {
        let error = |text: &str| text.parse::<Address>().unwrap_err();
        assert_eq!(error("anna"), AddressError::NoDomain("anna".into()));
        assert_eq!(error("@b"), AddressError::Local(String::new()));
        assert_eq!(error("a..b@c"), AddressError::Local("a..b".into()));
        assert_eq!(error("a b@c"), AddressError::Local("a b".into()));
        assert_eq!(error("\"a\"b\"@c"), AddressError::Local("\"a\"b\"".into()));
        assert_eq!(error("\"a\\\"@c"), AddressError::Local("\"a\\\"".into()));
        assert_eq!(error("\"@c"), AddressError::Local("\"".into()));
        assert_eq!(error("a@"), AddressError::Domain(String::new()));
        assert_eq!(error("a@b..c"), AddressError::Domain("b..c".into()));
        assert_eq!(error("a@[192.0.2.999]"), AddressError::Domain("[192.0.2.999]".into()));
        assert!(Address::new("a", "[x:@]").is_err());
        assert_eq!(error("a@b\r\nc"), AddressError::Domain("b\r\nc".into()));
    }

    #[test]
    fn the_null_path_is_two_brackets() {
        assert_eq!("<>".parse(), Ok(ReversePath::Null));
        assert_eq!(ReversePath::Null.to_string(), "<>");
        assert_eq!(ReversePath::from(address("a@b")).to_string(), "a@b");
    }

    proptest! {
        #[test]
        fn any_text_is_read_whole_or_refused(text in "\\PC{0,40}|[a\"\\\\@.\\[\\]: ]{0,12}") {
            if let Ok(address) = text.parse::<Address>() {
                prop_assert_eq!(address.as_str(), &text);
                prop_assert_eq!(Address::new(address.local(), address.domain()), Ok(address));
            }
        }
    }
}
