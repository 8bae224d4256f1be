//! Domain names: always absolute, compared without regard to case (RFC 1035, RFC 4343).
//!
//! Names of people's zones are written in letters, digits and the other visible ASCII characters
//! that mean nothing in zone files. A name that came over the wire may hold any bytes; it is shown
//! with `\DDD` for those, which is not read back.
//!
//! Not modelled: names in other scripts (write their `xn--` form).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use hickory_proto::rr::Name;

use crate::error::DnsError;

/// A domain name. Two that differ in case only are the same name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainName(Arc<Name>);

/// Characters that mean something else in a zone file.
const SPECIAL: &str = "\"();@\\$";

impl DomainName {
    /// The root, written as a dot.
    pub fn root() -> Self {
        Self(Arc::new(Name::root()))
    }

    /// The name as the cmdlets of Windows' `DnsServer` module take it: `@` is the zone itself, a
    /// dot at the end makes it absolute, anything else lies in the zone; also
    /// `mail.contoso.example`, which in the zone `contoso.example` becomes
    /// `mail.contoso.example.contoso.example`. This is for the names of records; names that records
    /// point to, such as `-MailExchange`, are absolute with or without the dot: parse those.
    ///
    /// # Errors
    /// [`DnsError::Name`] when the text is no name.
    pub fn in_zone(text: &str, zone: &Self) -> Result<Self, DnsError> {
        match text {
            "@" => Ok(zone.clone()),
            absolute if absolute.ends_with('.') => absolute.parse(),
            relative => {
                let labels: Vec<_> =
                    parse_labels(relative)?.into_iter().chain(zone.labels()).collect();
                from_labels(&labels, text)
            }
        }
    }

    /// The name under which the address is looked up in reverse, such as
    /// `10.2.0.192.in-addr.arpa`.
    pub fn reverse(address: IpAddr) -> Self {
        Self::from_wire(&Name::from(address))
    }

    /// Its labels, the leftmost first.
    pub fn labels(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter()
    }

    /// Whether it is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_root()
    }

    /// Whether it is the given name or lies below it.
    pub fn is_within(&self, zone: &Self) -> bool {
        zone.0.zone_of(&self.0)
    }

    /// The name without its leftmost label; none above the root.
    pub fn parent(&self) -> Option<Self> {
        (!self.is_root()).then(|| Self(Arc::new(self.0.base_name())))
    }

    /// Whether its leftmost label is an asterisk (RFC 4592).
    pub fn is_wildcard(&self) -> bool {
        self.0.is_wildcard()
    }

    /// How the cmdlets show it in a zone: `@`, the part before the zone, or, outside of the zone,
    /// the whole name with its dot.
    pub fn relative_to(&self, zone: &Self) -> String {
        if self == zone {
            return "@".to_owned();
        }
        let absolute = self.absolute();
        if zone.is_root() || !self.is_within(zone) {
            return absolute;
        }
        let kept = self.labels().count() - zone.labels().count();
        let labels: Vec<_> = self.labels().take(kept).map(show_label).collect();
        labels.join(".")
    }

    /// The name with a dot at its end, as zone files have it.
    pub fn absolute(&self) -> String {
        if self.is_root() { ".".to_owned() } else { format!("{self}.") }
    }

    /// The wildcard directly below it; none when that would be too long a name.
    pub(crate) fn wildcard(&self) -> Option<Self> {
        self.0.prepend_label("*").ok().map(|name| Self(Arc::new(name)))
    }

    pub(crate) fn from_wire(name: &Name) -> Self {
        let mut name = name.clone();
        name.set_fqdn(true);
        Self(Arc::new(name))
    }

    pub(crate) fn wire(&self) -> &Name {
        &self.0
    }
}

/// Without a dot at the end, as logs and cmdlets show names; the root is a dot.
impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_root() {
            return f.write_str(".");
        }
        let labels: Vec<_> = self.labels().map(show_label).collect();
        f.write_str(&labels.join("."))
    }
}

impl fmt::Debug for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Reads an absolute name, with or without the dot at its end.
impl FromStr for DomainName {
    type Err = DnsError;

    fn from_str(text: &str) -> Result<Self, DnsError> {
        if text == "." {
            return Ok(Self::root());
        }
        from_labels(&parse_labels(text.strip_suffix('.').unwrap_or(text))?, text)
    }
}

fn parse_labels(text: &str) -> Result<Vec<&[u8]>, DnsError> {
    let refuse = |reason| DnsError::Name { text: text.to_owned(), reason };
    for (place, label) in text.split('.').enumerate() {
        if label.is_empty() {
            return Err(refuse("a label is empty"));
        }
        if label.len() > 63 {
            return Err(refuse("a label has more than 63 characters"));
        }
        if !label.chars().all(|c| c.is_ascii_graphic() && !SPECIAL.contains(c)) {
            return Err(refuse("it holds a character that names do not have"));
        }
        if label.contains('*') && (place > 0 || label.len() > 1) {
            return Err(refuse("an asterisk stands alone and first"));
        }
    }
    Ok(text.split('.').map(str::as_bytes).collect())
}

fn from_labels(labels: &[&[u8]], text: &str) -> Result<DomainName, DnsError> {
    let name = Name::from_labels(labels.iter().copied());
    let too_long = |_| DnsError::Name { text: text.to_owned(), reason: "it is too long" };
    name.map(|name| DomainName(Arc::new(name))).map_err(too_long)
}

fn show_label(label: &[u8]) -> String {
    let show = |byte: &u8| match char::from(*byte) {
        c if c.is_ascii_graphic() && c != '.' && !SPECIAL.contains(c) => c.to_string(),
        _ => format!("\\{byte:03}"),
    };
    label.iter().map(show).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn name(text: &str) -> DomainName {
        text.parse().unwrap()
    }

    /// Names as people write them.
    pub(crate) fn names() -> impl Strategy<Value = DomainName> {
        "[a-zA-Z0-9_-]{1,12}(\\.[a-zA-Z0-9-]{1,12}){0,3}".prop_map(|text| name(&text))
    }

    #[test]
    fn case_does_not_matter() {
        assert_eq!(name("MAIL.Contoso.example"), name("mail.contoso.EXAMPLE."));
        assert_eq!(name("MAIL.Contoso.example").to_string(), "MAIL.Contoso.example");
        assert_eq!(name("MAIL.x").cmp(&name("mail.X")), std::cmp::Ordering::Equal);
    }

    #[test]
    fn a_name_is_relative_to_its_zone_unless_a_dot_ends_it() {
        let zone = name("contoso.example");
        let table = [
            ("@", "contoso.example", "@"),
            ("mail", "mail.contoso.example", "mail"),
            ("a.b", "a.b.contoso.example", "a.b"),
            ("*", "*.contoso.example", "*"),
            ("contoso.example.", "contoso.example", "@"),
            ("mail.fabrikam.example.", "mail.fabrikam.example", "mail.fabrikam.example."),
            (
                "mail.contoso.example",
                "mail.contoso.example.contoso.example",
                "mail.contoso.example",
            ),
        ];
        for (text, whole, relative) in table {
            let read = DomainName::in_zone(text, &zone).unwrap();
            assert_eq!((read.to_string().as_str(), &*read.relative_to(&zone)), (whole, relative));
        }
    }

    #[test]
    fn what_is_no_name_is_refused_with_the_reason() {
        let long = "a".repeat(64);
        let longer = ["a".repeat(60).as_str(); 5].join(".");
        let table = [
            ("", "a label is empty"),
            ("a..b", "a label is empty"),
            (&long, "a label has more than 63 characters"),
            (&longer, "it is too long"),
            ("me@contoso.example", "it holds a character that names do not have"),
            ("a b", "it holds a character that names do not have"),
            ("m\u{fc}ller.example", "it holds a character that names do not have"),
            ("a.*.example", "an asterisk stands alone and first"),
        ];
        for (text, reason) in table {
            let refused = text.parse::<DomainName>();
            assert_eq!(refused, Err(DnsError::Name { text: text.to_owned(), reason }));
        }
    }

    #[test]
    fn the_root_is_a_dot_and_has_no_parent() {
        assert_eq!(name("."), DomainName::root());
        assert_eq!(DomainName::root().absolute(), ".");
        assert_eq!(name("example").parent(), Some(DomainName::root()));
        assert_eq!(DomainName::root().parent(), None);
    }

    #[test]
    fn addresses_have_reverse_names() {
        let reverse = |text: &str| DomainName::reverse(text.parse().unwrap()).to_string();
        assert_eq!(reverse("192.0.2.10"), "10.2.0.192.in-addr.arpa");
        assert!(reverse("2001:db8::1").ends_with(".8.b.d.0.1.0.0.2.ip6.arpa"));
    }

    #[test]
    fn a_zone_holds_itself_and_what_is_below() {
        let zone = name("contoso.example");
        assert!(name("Contoso.Example").is_within(&zone));
        assert!(name("a.b.contoso.example").is_within(&zone));
        assert!(!name("xcontoso.example").is_within(&zone));
        assert!(!name("example").is_within(&zone));
    }

    #[test]
    fn bytes_from_the_wire_are_shown_in_digits() {
        let odd = Name::from_labels([&b"a.\xff"[..], b"x"]).unwrap();
        assert_eq!(DomainName::from_wire(&odd).to_string(), "a\\046\\255.x");
    }

    proptest! {
        #[test]
        fn text_and_back(name in names()) {
            prop_assert_eq!(name.to_string().parse::<DomainName>(), Ok(name.clone()));
            prop_assert_eq!(name.absolute().parse::<DomainName>(), Ok(name));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,300}", zone in names()) {
            let _read: Result<DomainName, _> = text.parse();
            if let Ok(name) = DomainName::in_zone(&text, &zone) {
                prop_assert!(text.ends_with('.') || name.is_within(&zone));
            }
        }

        #[test]
        fn any_label_is_shown_in_visible_characters(
            labels in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..20), 1..5)
        ) {
            let wire = Name::from_labels(labels.iter().map(Vec::as_slice)).unwrap();
            let shown = DomainName::from_wire(&wire).to_string();
            prop_assert!(shown.chars().all(|c| c.is_ascii_graphic()), "{}", shown);
        }
    }
}
