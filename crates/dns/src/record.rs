//! Resource records, with the text form of zone files (RFC 1035, 5.1):
//! `mail.contoso.example. 3600 IN A 192.0.2.10`.
//!
//! Not modelled: classes other than IN; types other than the eight below (a server passes them on
//! between others, but cannot hold them).

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::error::DnsError;
use crate::name::DomainName;
use crate::text::{self, Field};

/// The longest time to live, in seconds (RFC 2181, 8).
pub const TTL_MAX: u32 = i32::MAX.unsigned_abs();

/// The longest string of a TXT record, in bytes (RFC 1035, 3.3).
const TEXT_MAX: usize = 255;

/// A resource record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Whose record it is.
    pub name: DomainName,
    /// How long it may be kept, in seconds.
    pub ttl: u32,
    /// What it says.
    pub data: RecordData,
}

/// What a record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordData {
    /// An IPv4 address.
    A(Ipv4Addr),
    /// An IPv6 address.
    Aaaa(Ipv6Addr),
    /// The name that this name is an alias of.
    Cname(DomainName),
    /// A host that takes mail for the name.
    Mx {
        /// The lower, the better.
        preference: u16,
        /// The host; the root in a null MX (RFC 7505).
        exchange: DomainName,
    },
    /// A name server of the zone.
    Ns(DomainName),
    /// The name of an address.
    Ptr(DomainName),
    /// What there is to know of the zone.
    Soa(Soa),
    /// Strings of 255 bytes at most, at least one.
    Txt(Vec<String>),
}

/// The start of a zone's authority, in the words of Windows' `DnsServer` cmdlets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Soa {
    /// The server where the zone is changed.
    pub primary_server: DomainName,
    /// The mail address of who is responsible, with a dot instead of the `@`.
    pub responsible_person: DomainName,
    /// Goes up with every change.
    pub serial_number: u32,
    /// How often secondary servers ask for changes, in seconds.
    pub refresh_interval: u32,
    /// When they ask again after a failure, in seconds.
    pub retry_delay: u32,
    /// When they give the zone up, in seconds.
    pub expire_limit: u32,
    /// How long a name that does not exist may be remembered as such, in seconds (RFC 2308); in
    /// Windows also the time to live of records added without one.
    pub minimum_time_to_live: u32,
}

/// The type of a record or a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordType {
    /// IPv4 address.
    A,
    /// IPv6 address.
    Aaaa,
    /// Alias.
    Cname,
    /// Mail exchanger.
    Mx,
    /// Name server.
    Ns,
    /// Name of an address.
    Ptr,
    /// Start of a zone's authority.
    Soa,
    /// Text.
    Txt,
    /// A type that somebody may ask for but nobody has here.
    Other(u16),
}

/// Each type with its number and the name it is written by.
const TYPES: [(RecordType, u16, &str); 8] = [
    (RecordType::A, 1, "A"),
    (RecordType::Ns, 2, "NS"),
    (RecordType::Cname, 5, "CNAME"),
    (RecordType::Soa, 6, "SOA"),
    (RecordType::Ptr, 12, "PTR"),
    (RecordType::Mx, 15, "MX"),
    (RecordType::Txt, 16, "TXT"),
    (RecordType::Aaaa, 28, "AAAA"),
];

impl Record {
    /// A record of that name with that time to live in seconds.
    pub fn new(name: DomainName, ttl: u32, data: RecordData) -> Self {
        Self { name, ttl, data }
    }

    /// Its type.
    pub fn record_type(&self) -> RecordType {
        self.data.record_type()
    }

    /// Refuses what no message could carry.
    pub(crate) fn check(&self) -> Result<(), DnsError> {
        if self.ttl > TTL_MAX {
            return Err(DnsError::TtlTooLong(self.ttl));
        }
        if let RecordData::Txt(texts) = &self.data {
            if texts.is_empty() {
                return Err(DnsError::Missing("the text of a TXT record"));
            }
            if let Some(long) = texts.iter().find(|text| text.len() > TEXT_MAX) {
                return Err(DnsError::TextTooLong(long.len()));
            }
        }
        Ok(())
    }

    /// Reads the fields of a line: name, time to live and class in either order, type, data.
    pub(crate) fn read(
        fields: &[Field],
        default_ttl: Option<u32>,
        absolute: impl Fn(&str) -> Result<DomainName, DnsError>,
    ) -> Result<Self, DnsError> {
        let mut fields = fields.iter();
        let name = absolute(next(&mut fields, "the name")?)?;
        let mut ttl = default_ttl;
        let mut word = next(&mut fields, "the type")?;
        loop {
            if word.bytes().all(|byte| byte.is_ascii_digit()) {
                ttl = Some(number(word, "time to live in seconds")?);
            } else if !word.eq_ignore_ascii_case("IN") {
                break;
            }
            word = next(&mut fields, "the type")?;
        }
        let data = RecordData::read(word, &mut fields, absolute)?;
        if let Some(surplus) = fields.next() {
            return Err(DnsError::Surplus(surplus.text.clone()));
        }
        let record = Self { name, ttl: ttl.ok_or(DnsError::Missing("the time to live"))?, data };
        record.check()?;
        Ok(record)
    }
}

impl RecordData {
    /// The type of record that says this.
    pub fn record_type(&self) -> RecordType {
        match self {
            Self::A(_) => RecordType::A,
            Self::Aaaa(_) => RecordType::Aaaa,
            Self::Cname(_) => RecordType::Cname,
            Self::Mx { .. } => RecordType::Mx,
            Self::Ns(_) => RecordType::Ns,
            Self::Ptr(_) => RecordType::Ptr,
            Self::Soa(_) => RecordType::Soa,
            Self::Txt(_) => RecordType::Txt,
        }
    }

    fn read<'a>(
        record_type: &str,
        fields: &mut impl Iterator<Item = &'a Field>,
        absolute: impl Fn(&str) -> Result<DomainName, DnsError>,
    ) -> Result<Self, DnsError> {
        let name = |fields: &mut _, what| absolute(next(fields, what)?);
        Ok(match record_type.parse()? {
            RecordType::A => Self::A(number(next(fields, "the address")?, "IPv4 address")?),
            RecordType::Aaaa => Self::Aaaa(number(next(fields, "the address")?, "IPv6 address")?),
            RecordType::Cname => Self::Cname(name(fields, "the host alias")?),
            RecordType::Mx => Self::Mx {
                preference: number(next(fields, "the preference")?, "preference")?,
                exchange: name(fields, "the mail exchange")?,
            },
            RecordType::Ns => Self::Ns(name(fields, "the name server")?),
            RecordType::Ptr => Self::Ptr(name(fields, "the name pointed to")?),
            RecordType::Soa => Self::Soa(Soa {
                primary_server: name(fields, "the primary server")?,
                responsible_person: name(fields, "the responsible person")?,
                serial_number: number(next(fields, "the serial number")?, "serial number")?,
                refresh_interval: seconds(next(fields, "the refresh interval")?)?,
                retry_delay: seconds(next(fields, "the retry delay")?)?,
                expire_limit: seconds(next(fields, "the expire limit")?)?,
                minimum_time_to_live: seconds(next(fields, "the minimum time to live")?)?,
            }),
            RecordType::Txt => Self::Txt(fields.map(|field| field.text.clone()).collect()),
            RecordType::Other(_) => return Err(no_type(record_type)),
        })
    }
}

/// `192.0.2.10`, `10 mail.contoso.example.`, `"v=spf1 -all"`: as in a zone file.
impl fmt::Display for RecordData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::A(address) => address.fmt(f),
            Self::Aaaa(address) => address.fmt(f),
            Self::Cname(name) | Self::Ns(name) | Self::Ptr(name) => f.write_str(&name.absolute()),
            Self::Mx { preference, exchange } => write!(f, "{preference} {}", exchange.absolute()),
            Self::Soa(soa) => soa.fmt(f),
            Self::Txt(texts) => {
                let quoted: Vec<_> = texts.iter().map(|text| text::quote(text)).collect();
                f.write_str(&quoted.join(" "))
            }
        }
    }
}

impl fmt::Display for Soa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {} {} {} {} {}",
            self.primary_server.absolute(),
            self.responsible_person.absolute(),
            self.serial_number,
            self.refresh_interval,
            self.retry_delay,
            self.expire_limit,
            self.minimum_time_to_live
        )
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} IN {} {}", self.name.absolute(), self.ttl, self.record_type(), self.data)
    }
}

/// Reads a line of a zone file; all its names are absolute.
impl FromStr for Record {
    type Err = DnsError;

    fn from_str(line: &str) -> Result<Self, DnsError> {
        Self::read(&text::fields(line)?, None, str::parse)
    }
}

impl From<u16> for RecordType {
    fn from(number: u16) -> Self {
        let known = TYPES.iter().find(|(_, own, _)| *own == number);
        known.map_or(Self::Other(number), |(record_type, _, _)| *record_type)
    }
}

impl From<RecordType> for u16 {
    fn from(record_type: RecordType) -> Self {
        if let RecordType::Other(number) = record_type {
            return number;
        }
        let known = TYPES.iter().find(|(own, _, _)| *own == record_type);
        known.expect("the table holds every type that has a name").1
    }
}

/// `MX`; a type without a name here is `TYPE33` (RFC 3597).
impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match TYPES.iter().find(|(own, _, _)| own == self) {
            Some((_, _, text)) => f.pad(text),
            None => f.pad(&format!("TYPE{}", u16::from(*self))),
        }
    }
}

/// Reads a type's name, whatever its case, or `TYPE33`.
impl FromStr for RecordType {
    type Err = DnsError;

    fn from_str(text: &str) -> Result<Self, DnsError> {
        if let Some((known, ..)) = TYPES.iter().find(|(.., own)| own.eq_ignore_ascii_case(text)) {
            return Ok(*known);
        }
        let prefix = text.get(..4).filter(|prefix| prefix.eq_ignore_ascii_case("TYPE"));
        let number = prefix.and_then(|_| text.get(4..)?.parse::<u16>().ok());
        number.map(Self::from).ok_or_else(|| no_type(text))
    }
}

fn no_type(text: &str) -> DnsError {
    DnsError::Field { expected: "record type", text: text.to_owned() }
}

fn next<'a>(
    fields: &mut impl Iterator<Item = &'a Field>,
    what: &'static str,
) -> Result<&'a str, DnsError> {
    fields.next().map(|field| field.text.as_str()).ok_or(DnsError::Missing(what))
}

fn number<T: FromStr>(text: &str, expected: &'static str) -> Result<T, DnsError> {
    text.parse().map_err(|_| DnsError::Field { expected, text: text.to_owned() })
}

fn seconds(text: &str) -> Result<u32, DnsError> {
    let refuse = || DnsError::Field { expected: "number of seconds", text: text.to_owned() };
    text.parse().ok().filter(|seconds| *seconds <= TTL_MAX).ok_or_else(refuse)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::name::tests::{name, names};
    use proptest::collection::vec;
    use proptest::prelude::*;

    pub(crate) fn record(line: &str) -> Record {
        line.parse().unwrap()
    }

    /// Records of all types but SOA, for that name.
    pub(crate) fn data() -> impl Strategy<Value = RecordData> {
        prop_oneof![
            any::<Ipv4Addr>().prop_map(RecordData::A),
            any::<Ipv6Addr>().prop_map(RecordData::Aaaa),
            names().prop_map(RecordData::Cname),
            (any::<u16>(), names())
                .prop_map(|(preference, exchange)| RecordData::Mx { preference, exchange }),
            names().prop_map(RecordData::Ptr),
            vec("\\PC{0,60}", 1..4).prop_map(RecordData::Txt),
        ]
    }

    fn soa() -> impl Strategy<Value = RecordData> {
        (names(), names(), any::<u32>(), [0..=TTL_MAX, 0..=TTL_MAX, 0..=TTL_MAX, 0..=TTL_MAX])
            .prop_map(|(primary_server, responsible_person, serial_number, times)| {
                RecordData::Soa(Soa {
                    primary_server,
                    responsible_person,
                    serial_number,
                    refresh_interval: times[0],
                    retry_delay: times[1],
                    expire_limit: times[2],
                    minimum_time_to_live: times[3],
                })
            })
    }

    #[test]
    fn every_type_has_a_text_form() {
        let lines = [
            "mail.contoso.example. 3600 IN A 192.0.2.10",
            "mail.contoso.example. 3600 IN AAAA 2001:db8::1",
            "autodiscover.contoso.example. 300 IN CNAME mail.contoso.example.",
            "contoso.example. 3600 IN MX 10 mail.contoso.example.",
            "fabrikam.example. 3600 IN MX 0 .",
            "contoso.example. 3600 IN NS dc01.contoso.example.",
            "10.2.0.192.in-addr.arpa. 1200 IN PTR mail.contoso.example.",
            "contoso.example. 3600 IN SOA dc01.contoso.example. hostmaster.contoso.example. 7 900 600 86400 3600",
            "contoso.example. 3600 IN TXT \"v=spf1 ip4:192.0.2.10 -all\" \"say \\\"hi\\\"\"",
        ];
        for line in lines {
            assert_eq!(record(line).to_string(), line);
        }
    }

    #[test]
    fn the_class_may_be_left_out_and_types_are_read_in_any_case() {
        let expected = record("a.example. 60 IN MX 5 b.example.");
        for line in ["a.example 60 mx 5 b.example", "A.example. in 60 Mx 5 B.example. ; comment"] {
            assert_eq!(record(line), expected);
        }
    }

    #[test]
    fn what_is_wrong_with_a_line_is_named() {
        let table = [
            ("", "the name is missing"),
            ("a.example.", "the type is missing"),
            ("a.example. IN A 192.0.2.1", "the time to live is missing"),
            ("a.example. 60 IN SPF x", "\"SPF\" is no record type"),
            ("a.example. 60 IN TYPE99 x", "\"TYPE99\" is no record type"),
            ("a.example. 60 IN A 192.0.2.256", "\"192.0.2.256\" is no IPv4 address"),
            ("a.example. 60 IN MX mail.example.", "\"mail.example.\" is no preference"),
            ("a.example. 60 IN MX 10", "the mail exchange is missing"),
            ("a.example. 60 IN A 192.0.2.1 192.0.2.2", "\"192.0.2.2\" is one field too many"),
            ("a.example. 60 IN TXT", "the text of a TXT record is missing"),
            (
                "a.example. 2147483648 IN A 192.0.2.1",
                "a time to live is 2147483647 seconds at most, not 2147483648",
            ),
            (
                "a.example. 99999999999 IN A 192.0.2.1",
                "\"99999999999\" is no time to live in seconds",
            ),
        ];
        for (line, message) in table {
            assert_eq!(line.parse::<Record>().unwrap_err().to_string(), message);
        }
        let long = format!("a.example. 60 IN TXT {}", "x".repeat(256));
        assert_eq!(long.parse::<Record>(), Err(DnsError::TextTooLong(256)));
    }

    #[test]
    fn types_without_a_name_are_numbers() {
        assert_eq!(RecordType::from(33).to_string(), "TYPE33");
        assert_eq!("type33".parse(), Ok(RecordType::Other(33)));
        assert_eq!("TYPE15".parse(), Ok(RecordType::Mx));
        assert!("TYPE99999".parse::<RecordType>().is_err());
        assert!("\u{e4}\u{e4}x".parse::<RecordType>().is_err());
    }

    #[test]
    fn names_in_data_compare_without_case() {
        assert_eq!(RecordData::Ns(name("DC01.x")), RecordData::Ns(name("dc01.X")));
    }

    proptest! {
        #[test]
        fn text_and_back(name in names(), ttl in 0..=TTL_MAX, data in prop_oneof![data(), soa()]) {
            let record = Record::new(name, ttl, data);
            prop_assert_eq!(record.to_string().parse(), Ok(record));
        }

        #[test]
        fn every_number_is_a_type(number: u16) {
            let record_type = RecordType::from(number);
            prop_assert_eq!(u16::from(record_type), number);
            prop_assert_eq!(record_type.to_string().parse(), Ok(record_type));
        }

        #[test]
        fn any_line_is_read_or_refused(
            line in "[a-z.]{0,8} ?[0-9]{0,10} ?(IN|in)? ?(A|AAAA|MX|TXT|SOA|CNAME|NS|X)? ?.{0,60}"
        ) {
            let _read: Result<Record, _> = line.parse();
        }
    }
}
