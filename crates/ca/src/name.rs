//! Distinguished names, as Windows and Exchange print them: `CN=R11, O=Let's Encrypt, C=US`.
//!
//! The text begins with the most specific attribute, the encoding with the least. Attribute names
//! and quoting are those of `CertNameToStr` (Microsoft Learn), which also gives `S=` to a state where
//! other tools write `ST=`. Connectors find certificates by this text, so a comma more or less
//! matters.
//!
//! Not modelled: issuing with an attribute that occurs twice, as in `DC=contoso, DC=com`, because
//! rcgen keeps one value of each (a text and a certificate with it are read); issuing with attributes
//! that share one place (`CN=a + OU=b`; certificates with it are read); issuing in the name of an
//! authority whose own name holds other strings than `PrintableString`, `UTF8String` and `IA5String`;
//! a question mark in the country and the serial number; the limits on the length of values.

use std::fmt;
use std::str::FromStr;

use rcgen::string::{Ia5String, PrintableString};
use rcgen::{DnType, DnValue};
use x509_cert::der::asn1::{Any, ObjectIdentifier};
use x509_cert::der::oid::db::rfc4519::COMMON_NAME;
use x509_cert::der::{Tag, Tagged};
use x509_cert::name::{Name, RelativeDistinguishedName};

use crate::error::CertificateError;

/// Attributes with a name of their own.
const ATTRIBUTES: &[AttributeType] = &[
    attribute("2.5.4.3", "CN", "CommonName", Encoding::Directory),
    attribute("2.5.4.7", "L", "Locality", Encoding::Directory),
    attribute("2.5.4.10", "O", "Organization", Encoding::Directory),
    attribute("2.5.4.11", "OU", "OrganizationalUnit", Encoding::Directory),
    attribute("1.2.840.113549.1.9.1", "E", "Email", Encoding::Ia5),
    attribute("2.5.4.6", "C", "Country", Encoding::Printable),
    attribute("2.5.4.8", "S", "ST", Encoding::Directory),
    attribute("2.5.4.9", "STREET", "Street", Encoding::Directory),
    attribute("2.5.4.12", "T", "Title", Encoding::Directory),
    attribute("2.5.4.42", "G", "GivenName", Encoding::Directory),
    attribute("2.5.4.43", "I", "Initials", Encoding::Directory),
    attribute("2.5.4.4", "SN", "Surname", Encoding::Directory),
    attribute("0.9.2342.19200300.100.1.25", "DC", "DomainComponent", Encoding::Ia5),
    attribute("2.5.4.13", "Description", "Description", Encoding::Directory),
    attribute("2.5.4.17", "PostalCode", "PostalCode", Encoding::Directory),
    attribute("2.5.4.5", "SERIALNUMBER", "SerialNumber", Encoding::Printable),
];

struct AttributeType {
    oid: ObjectIdentifier,
    /// The name that is printed.
    key: &'static str,
    /// Another name that is read.
    other_key: &'static str,
    encoding: Encoding,
}

const fn attribute(
    oid: &str,
    key: &'static str,
    other_key: &'static str,
    encoding: Encoding,
) -> AttributeType {
    AttributeType { oid: ObjectIdentifier::new_unwrap(oid), key, other_key, encoding }
}

/// A value that holds one of these is quoted, as is one that begins or ends with white space.
const QUOTED: &[char] = &[',', '+', '=', '"', '\n', '<', '>', '#', ';'];

/// How a value is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    /// `PrintableString` when that can hold it, else `UTF8String`.
    Directory,
    /// `PrintableString`.
    Printable,
    /// `IA5String`.
    Ia5,
}

/// A distinguished name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DistinguishedName {
    /// Most specific first, never empty.
    attributes: Vec<Attribute>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Attribute {
    oid: ObjectIdentifier,
    value: String,
}

/// Why a text is no distinguished name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// No attribute at all.
    #[error("a distinguished name has at least one attribute")]
    Empty,
    /// Something between two commas without `=`.
    #[error("expected an attribute such as CN=mail.contoso.com, got {0:?}")]
    NoAttribute(String),
    /// An attribute nobody knows.
    #[error("unknown attribute {0:?}; others than CN, O, C and the like are written OID.1.2.3")]
    UnknownAttribute(String),
    /// An attribute without a value.
    #[error("the attribute {0} has no value")]
    NoValue(String),
    /// A quotation mark that is never closed.
    #[error("the quotation mark before {0:?} is never closed")]
    OpenQuote(String),
    /// Text between a closing quotation mark and the next comma.
    #[error("expected a comma after the quoted value, got {0:?}")]
    AfterQuote(String),
    /// A value that had to be quoted.
    #[error("the value {0:?} holds one of , + = \" < > # ; and must be quoted")]
    NotQuoted(String),
    /// A value the attribute's type of string cannot hold.
    #[error("the value {value:?} of {attribute} holds characters that this attribute cannot")]
    Unencodable {
        /// The attribute's name.
        attribute: String,
        /// The value as given.
        value: String,
    },
}

impl DistinguishedName {
    /// The name that is only a common name, such as `CN=CMEDGE01`.
    ///
    /// # Errors
    /// When the value is empty.
    pub fn common_name(value: &str) -> Result<Self, NameError> {
        Ok(Self { attributes: vec![Attribute::new("CN", value.to_owned())?] })
    }

    /// The name as the subject of a certificate to be issued.
    ///
    /// # Errors
    /// When an attribute occurs twice.
    pub(crate) fn to_rcgen(&self) -> Result<rcgen::DistinguishedName, CertificateError> {
        let encoded = self.attributes.iter().rev().map(|attribute| {
            (attribute.oid, attribute.tag().unwrap_or(Tag::Utf8String), attribute.value.as_bytes())
        });
        issued_name(encoded, &self.to_string())
    }
}

/// The subject of a certificate that was read, as the issuer in a certificate to be issued: encoded, it
/// is the same byte for byte.
///
/// # Errors
/// When an attribute occurs twice, shares its place with another or cannot be written.
pub(crate) fn issuer_name(name: &Name) -> Result<rcgen::DistinguishedName, CertificateError> {
    let text = windows_text(name);
    if let Some(shared) = name.iter_rdn().find(|place| place.len() != 1) {
        return Err(unwritable(&place_text(shared), &text));
    }
    let encoded = name
        .iter()
        .map(|attribute| (attribute.oid, attribute.value.tag(), attribute.value.value()));
    issued_name(encoded, &text)
}

/// rcgen's form of a name, from its attributes as they are encoded, least specific first. With an
/// attribute that occurs again rcgen would replace the first value without a word.
fn issued_name<'a>(
    attributes: impl Iterator<Item = (ObjectIdentifier, Tag, &'a [u8])>,
    text: &str,
) -> Result<rcgen::DistinguishedName, CertificateError> {
    let mut name = rcgen::DistinguishedName::new();
    for (oid, tag, value) in attributes {
        let arcs: Vec<u64> = oid.arcs().map(u64::from).collect();
        let attribute = DnType::from_oid(&arcs);
        if name.get(&attribute).is_some() {
            return Err(CertificateError::RepeatedAttribute {
                attribute: attribute_key(oid),
                name: text.to_owned(),
            });
        }
        let value = issued_value(tag, value);
        name.push(attribute, value.ok_or_else(|| unwritable(&attribute_key(oid), text))?);
    }
    Ok(name)
}

fn unwritable(part: &str, name: &str) -> CertificateError {
    CertificateError::Encoding(format!("{part} in the name {name} can be read, but not written"))
}

/// The value as rcgen takes it, when it can be written.
fn issued_value(tag: Tag, value: &[u8]) -> Option<DnValue> {
    let text = str::from_utf8(value).ok()?;
    match tag {
        Tag::Utf8String => Some(DnValue::Utf8String(text.to_owned())),
        Tag::PrintableString if text.chars().all(is_printable) => {
            PrintableString::try_from(text).ok().map(DnValue::PrintableString)
        }
        Tag::Ia5String => Ia5String::try_from(text).ok().map(DnValue::Ia5String),
        _ => None,
    }
}

/// The text of a name in a certificate.
pub(crate) fn windows_text(name: &Name) -> String {
    let places: Vec<String> = name.iter_rdn().map(place_text).collect();
    places.into_iter().rev().collect::<Vec<_>>().join(", ")
}

/// The most specific common name in it.
pub(crate) fn common_name_of(name: &Name) -> Option<String> {
    let attributes: Vec<_> = name.iter().collect();
    let common_name =
        attributes.into_iter().rev().find(|attribute| attribute.oid == COMMON_NAME)?;
    Some(value_text(&common_name.value))
}

fn place_text(place: &RelativeDistinguishedName) -> String {
    let attributes: Vec<String> = place
        .iter()
        .map(|attribute| attribute_text(attribute.oid, &value_text(&attribute.value)))
        .collect();
    attributes.join(" + ")
}

fn attribute_text(oid: ObjectIdentifier, value: &str) -> String {
    let key = attribute_key(oid);
    let edge = |c: Option<char>| c.is_none_or(char::is_whitespace);
    if edge(value.chars().next()) || edge(value.chars().last()) || value.contains(QUOTED) {
        format!("{key}=\"{}\"", value.replace('"', "\"\""))
    } else {
        format!("{key}={value}")
    }
}

fn attribute_key(oid: ObjectIdentifier) -> String {
    known(oid).map_or_else(|| format!("OID.{oid}"), |known| known.key.to_owned())
}

/// The text in a string of any type; of anything else its bytes in hex.
fn value_text(value: &Any) -> String {
    let bytes = value.value();
    match value.tag() {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => {
            String::from_utf8_lossy(bytes).into_owned()
        }
        Tag::TeletexString => bytes.iter().map(|byte| char::from(*byte)).collect(),
        Tag::BmpString => {
            let units = bytes
                .chunks(2)
                .map(|pair| pair.iter().fold(0, |unit: u16, byte| (unit << 8) | u16::from(*byte)));
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        _ => format!("#{}", crate::certificate::upper_hex(bytes)),
    }
}

fn known(oid: ObjectIdentifier) -> Option<&'static AttributeType> {
    ATTRIBUTES.iter().find(|known| known.oid == oid)
}

impl Attribute {
    fn new(key: &str, value: String) -> Result<Self, NameError> {
        let oid = oid_of(key).ok_or_else(|| NameError::UnknownAttribute(key.to_owned()))?;
        if value.is_empty() {
            return Err(NameError::NoValue(key.to_owned()));
        }
        let attribute = Self { oid, value };
        match attribute.tag() {
            Some(_) => Ok(attribute),
            None => {
                Err(NameError::Unencodable { attribute: key.to_owned(), value: attribute.value })
            }
        }
    }

    /// The type of string that holds the value, when one that the attribute allows can.
    fn tag(&self) -> Option<Tag> {
        let encoding = known(self.oid).map_or(Encoding::Directory, |known| known.encoding);
        let printable = self.value.chars().all(is_printable);
        match encoding {
            Encoding::Directory | Encoding::Printable if printable => Some(Tag::PrintableString),
            Encoding::Directory => Some(Tag::Utf8String),
            Encoding::Ia5 if self.value.is_ascii() => Some(Tag::Ia5String),
            Encoding::Printable | Encoding::Ia5 => None,
        }
    }
}

/// The characters of a `PrintableString` (X.680) without the question mark, at which yasna, the encoder
/// below rcgen, panics.
fn is_printable(c: char) -> bool {
    c.is_ascii_alphanumeric() || " '()+,-./:=".contains(c)
}

fn oid_of(key: &str) -> Option<ObjectIdentifier> {
    let known = ATTRIBUTES.iter().find(|known| {
        known.key.eq_ignore_ascii_case(key) || known.other_key.eq_ignore_ascii_case(key)
    });
    match (known, key.split_at_checked(4)) {
        (Some(known), _) => Some(known.oid),
        (None, Some((prefix, oid))) if prefix.eq_ignore_ascii_case("OID.") => {
            ObjectIdentifier::new(oid).ok()
        }
        (None, _) => None,
    }
}

impl fmt::Display for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, attribute) in self.attributes.iter().enumerate() {
            let separator = if position == 0 { "" } else { ", " };
            write!(f, "{separator}{}", attribute_text(attribute.oid, &attribute.value))?;
        }
        Ok(())
    }
}

impl FromStr for DistinguishedName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if text.trim().is_empty() {
            return Err(NameError::Empty);
        }
        let mut attributes = Vec::new();
        let mut rest = Some(text);
        while let Some(remaining) = rest {
            let (key, value) = match remaining.split_once('=') {
                Some((key, value)) if !key.contains(',') => (key.trim(), value.trim_start()),
                _ => {
                    let part = remaining.split(',').next().unwrap_or_default();
                    return Err(NameError::NoAttribute(part.trim().to_owned()));
                }
            };
            let (value, after) = match value.strip_prefix('"') {
                Some(quoted) => quoted_value(quoted)?,
                None => plain_value(value)?,
            };
            attributes.push(Attribute::new(key, value)?);
            rest = after;
        }
        Ok(Self { attributes })
    }
}

/// A value up to the next comma, and what follows that comma.
fn plain_value(text: &str) -> Result<(String, Option<&str>), NameError> {
    let (value, after) = match text.split_once(',') {
        Some((value, after)) => (value.trim(), Some(after)),
        None => (text.trim(), None),
    };
    if value.contains(QUOTED) {
        return Err(NameError::NotQuoted(value.to_owned()));
    }
    Ok((value.to_owned(), after))
}

/// A value up to its closing quotation mark, and what follows the comma after that.
fn quoted_value(text: &str) -> Result<(String, Option<&str>), NameError> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let (piece, after) =
            rest.split_once('"').ok_or_else(|| NameError::OpenQuote(text.to_owned()))?;
        value.push_str(piece);
        let Some(more) = after.strip_prefix('"') else {
            let after = after.trim_start();
            return match after.strip_prefix(',') {
                Some(next) => Ok((value, Some(next))),
                None if after.is_empty() => Ok((value, None)),
                None => Err(NameError::AfterQuote(after.to_owned())),
            };
        };
        value.push('"');
        rest = more;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::PrivateKey;
    use fabric::Seed;
    use proptest::prelude::*;
    use rcgen::{CertificateParams, SerialNumber};
    use std::collections::BTreeSet;
    use x509_cert::der::Decode;

    fn read(text: &str) -> DistinguishedName {
        text.parse().unwrap()
    }

    /// The subject of a certificate issued with that name.
    fn issued(name: &DistinguishedName) -> Result<Name, CertificateError> {
        let mut params = CertificateParams::default();
        params.distinguished_name = name.to_rcgen()?;
        params.serial_number = Some(SerialNumber::from_slice(&[1]));
        let key = PrivateKey::from_seed(Seed(1), "label");
        let certificate = x509_cert::Certificate::from_der(params.self_signed(&key).unwrap().der());
        Ok(certificate.unwrap().tbs_certificate().subject().clone())
    }

    /// How a name prints after it has been encoded and read again.
    fn issued_text(text: &str) -> String {
        windows_text(&issued(&read(text)).unwrap())
    }

    /// A name that another implementation has encoded.
    fn foreign(rfc4514: &str) -> Name {
        rfc4514.parse().unwrap()
    }

    #[test]
    fn a_name_prints_as_it_was_read_and_is_encoded_the_other_way_round() {
        let text = "CN=DigiCert Cloud Services CA-1, O=DigiCert Inc, C=US";
        let name = read(text);
        assert_eq!(name.to_string(), text);
        let x509 = issued(&name).unwrap();
        let first = x509.iter().next().unwrap();
        assert_eq!(first.oid.to_string(), "2.5.4.6");
        assert_eq!(windows_text(&x509), text);
        assert_eq!(common_name_of(&x509).as_deref(), Some("DigiCert Cloud Services CA-1"));
    }

    #[test]
    fn every_value_is_the_simplest_string_its_attribute_allows() {
        let name = read("CN=Contoso, O=Öl & Gas, OU=Who?, E=ca@contoso.com, DC=contoso, C=DE");
        let tags: Vec<Tag> =
            issued(&name).unwrap().iter().map(|attribute| attribute.value.tag()).collect();
        let (printable, ia5, utf8) = (Tag::PrintableString, Tag::Ia5String, Tag::Utf8String);
        assert_eq!(tags, [printable, ia5, ia5, utf8, utf8, printable]);
    }

    #[test]
    fn an_attribute_may_occur_again_in_what_is_read_but_not_in_what_is_issued() {
        let text = "CN=cloudmonkeys-CMDC01-CA, DC=cloudmonkeys, DC=xyz";
        let refusal = CertificateError::RepeatedAttribute {
            attribute: "DC".to_owned(),
            name: text.to_owned(),
        };
        assert_eq!(read(text).to_string(), text);
        assert_eq!(read(text).to_rcgen(), Err(refusal.clone()));
        let of_certificate = foreign("CN=cloudmonkeys-CMDC01-CA,DC=cloudmonkeys,DC=xyz");
        assert_eq!(windows_text(&of_certificate), text);
        assert_eq!(issuer_name(&of_certificate), Err(refusal));
    }

    #[test]
    fn an_issuer_whose_name_cannot_be_written_is_refused_with_the_culprit() {
        let refusal = |name: &Name| issuer_name(name).unwrap_err().to_string();
        assert!(refusal(&foreign("CN=a,OU=b+O=c")).contains("O=c + OU=b in the name CN=a"));
        let teletex = foreign("CN=#14074DFC6E6368656E");
        assert!(refusal(&teletex).contains("CN in the name CN=München"));
        let printable = foreign("CN=#13025F3F");
        assert!(refusal(&printable).contains("CN in the name CN=_?"));
    }

    #[test]
    fn a_state_is_read_in_both_spellings_and_printed_in_that_of_windows() {
        assert_eq!(
            read("cn=mail.contoso.com,L=Redmond,ST=Washington , C=US").to_string(),
            "CN=mail.contoso.com, L=Redmond, S=Washington, C=US"
        );
    }

    #[test]
    fn a_value_with_a_comma_is_quoted_and_a_quotation_mark_in_it_doubled() {
        let text = r#"CN=www.contoso.com, O="Contoso, Ltd.", OU="the ""A"" team", C=US"#;
        assert_eq!(read(text).to_string(), text);
        assert_eq!(issued_text(text), text);
    }

    #[test]
    fn an_attribute_without_a_name_is_written_as_its_oid() {
        let text = "CN=a, OID.2.5.4.97=NTRUS-1";
        assert_eq!(issued_text(text), text);
        assert_eq!(read("OID.2.5.4.3=a").to_string(), "CN=a");
    }

    #[test]
    fn a_name_beyond_ascii_is_kept() {
        let text = "CN=Zertifizierungsstelle München, O=Öl & Gas, C=DE";
        assert_eq!(issued_text(text), text);
    }

    #[test]
    fn other_types_of_string_are_read_and_unknown_ones_shown_in_hex() {
        let value = |tag, bytes: &[u8]| value_text(&Any::new(tag, bytes).unwrap());
        assert_eq!(value(Tag::TeletexString, b"M\xfcnchen"), "München");
        assert_eq!(value(Tag::BmpString, b"\0M\0\xfc\x20\xac"), "Mü€");
        assert_eq!(value(Tag::OctetString, b"\x0a\xff"), "#0AFF");
    }

    #[test]
    fn a_text_that_is_no_name_is_refused_with_the_culprit() {
        let error = |text: &str| text.parse::<DistinguishedName>().unwrap_err();
        assert_eq!(error("  "), NameError::Empty);
        assert_eq!(error("mail.contoso.com"), NameError::NoAttribute("mail.contoso.com".into()));
        assert_eq!(error("CN=a, "), NameError::NoAttribute(String::new()));
        assert_eq!(error("CN=a, XX=b"), NameError::UnknownAttribute("XX".into()));
        assert_eq!(error("CN=, O=b"), NameError::NoValue("CN".into()));
        assert_eq!(error("CN=\"a, O=b"), NameError::OpenQuote("a, O=b".into()));
        assert_eq!(error("CN=\"a\" b, O=c"), NameError::AfterQuote("b, O=c".into()));
        assert!(matches!(error("CN=a, SERIALNUMBER=?"), NameError::Unencodable { .. }));
        assert_eq!(error("CN=a + OU=b"), NameError::NotQuoted("a + OU=b".into()));
        assert!(
            matches!(error("CN=a, C=Ö"), NameError::Unencodable { attribute, .. } if attribute == "C")
        );
    }

    fn any_name() -> impl Strategy<Value = DistinguishedName> {
        let attribute = prop_oneof![
            (prop::sample::select(vec!["CN", "O", "OU", "L", "S", "T"]), "\\PC{1,12}"),
            (prop::sample::select(vec!["CN", "O"]), "[ ,+=\"<>#;a\n]{1,8}"),
            (prop::sample::select(vec!["C", "SERIALNUMBER"]), "[A-Z0-9]{1,8}"),
            (prop::sample::select(vec!["DC", "E", "OID.1.2.840"]), "[ -~]{1,12}"),
        ];
        prop::collection::vec(attribute, 1..6).prop_map(|attributes| DistinguishedName {
            attributes: attributes
                .into_iter()
                .map(|(key, value)| Attribute::new(key, value).unwrap())
                .collect(),
        })
    }

    proptest! {
        #[test]
        fn text_and_back(name in any_name()) {
            prop_assert_eq!(name.to_string().parse(), Ok(name.clone()));
        }

        #[test]
        fn a_name_is_issued_as_it_prints_or_repeats_an_attribute(name in any_name()) {
            let different: BTreeSet<_> =
                name.attributes.iter().map(|attribute| attribute.oid).collect();
            match issued(&name) {
                Ok(x509) => {
                    prop_assert_eq!(windows_text(&x509), name.to_string());
                    prop_assert_eq!(issuer_name(&x509), name.to_rcgen());
                    prop_assert_eq!(different.len(), name.attributes.len());
                }
                Err(CertificateError::RepeatedAttribute { .. }) => {
                    prop_assert!(different.len() < name.attributes.len());
                }
                Err(other) => panic!("{other}"),
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "(CN|O|=|,|\"| |\\+|\\PC){0,20}") {
            let _read: Result<DistinguishedName, _> = text.parse();
        }
    }
}
