//! A zone: its name, its SOA record and its other records, and what DNS allows among them.
//!
//! Every change raises the serial number. Records of one name and type share one time to live (RFC
//! 2181, 5.2): the one of the last record added.
//!
//! Its text form is a zone file (RFC 1035, 5.1) with one record a line; `$ORIGIN`, `$TTL`, comments
//! and lines that begin with a blank and so belong to the name before are read.
//!
//! Not modelled: delegations (NS records below the zone's own name), dynamic update, ageing and
//! scavenging, zones in Active Directory and their replication, `$INCLUDE`.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::error::DnsError;
use crate::name::DomainName;
use crate::record::{Record, RecordData, RecordType, Soa};
use crate::text;

/// What a new zone's SOA record says in Windows, in seconds.
const REFRESH_INTERVAL: u32 = 900;
const RETRY_DELAY: u32 = 600;
const EXPIRE_LIMIT: u32 = 86_400;
const MINIMUM_TIME_TO_LIVE: u32 = 3600;

/// A zone of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    name: DomainName,
    soa: Soa,
    /// All other records, in the order in which each name's were added.
    records: BTreeMap<DomainName, Vec<Record>>,
}

/// Where a name is in a zone (RFC 4592).
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It has records.
    Records,
    /// It has none, but names below it have.
    Empty,
    /// The records of that wildcard count as its own.
    Wildcard(DomainName),
    /// It does not exist.
    Nowhere,
}

impl Zone {
    /// A zone as `Add-DnsServerPrimaryZone` makes it: with an SOA and an NS record that name the
    /// server.
    pub fn new(name: DomainName, primary_server: DomainName) -> Self {
        let ns = RecordData::Ns(primary_server.clone());
        let ns = Record::new(name.clone(), MINIMUM_TIME_TO_LIVE, ns);
        let responsible_person =
            DomainName::in_zone("hostmaster", &name).unwrap_or_else(|_| name.clone());
        let soa = Soa {
            primary_server,
            responsible_person,
            serial_number: 1,
            refresh_interval: REFRESH_INTERVAL,
            retry_delay: RETRY_DELAY,
            expire_limit: EXPIRE_LIMIT,
            minimum_time_to_live: MINIMUM_TIME_TO_LIVE,
        };
        Self { records: BTreeMap::from([(name.clone(), vec![ns])]), name, soa }
    }

    /// Its name.
    pub fn name(&self) -> &DomainName {
        &self.name
    }

    /// What its SOA record says.
    pub fn soa(&self) -> &Soa {
        &self.soa
    }

    /// Changes its SOA record.
    pub fn set_soa(&mut self, soa: Soa) {
        self.soa = soa;
    }

    /// How long records added without a time to live may be kept, in seconds.
    pub fn default_ttl(&self) -> u32 {
        self.soa.minimum_time_to_live
    }

    /// All its records: the SOA record, then name by name.
    pub fn records(&self) -> impl Iterator<Item = Record> {
        std::iter::once(self.soa_record()).chain(self.records.values().flatten().cloned())
    }

    /// The records of a name, without the SOA record.
    pub fn records_of(&self, name: &DomainName) -> &[Record] {
        self.records.get(name).map_or(&[], Vec::as_slice)
    }

    /// Adds a record.
    ///
    /// # Errors
    /// When the name lies outside of the zone, is an alias or is to become one beside other records,
    /// or has this very record already; when the record is an SOA record, a delegation, or has a
    /// text or time to live that is too long.
    pub fn add(&mut self, record: Record) -> Result<(), DnsError> {
        self.insert(record)?;
        self.raise_serial();
        Ok(())
    }

    /// Removes the records of that name and type, or only the one with that data, and gives them
    /// back.
    ///
    /// # Errors
    /// When there is none, or the SOA record was meant.
    pub fn remove(
        &mut self,
        name: &DomainName,
        record_type: RecordType,
        data: Option<&RecordData>,
    ) -> Result<Vec<Record>, DnsError> {
        if record_type == RecordType::Soa && *name == self.name {
            return Err(DnsError::Soa(self.name.clone()));
        }
        let meant = |record: &Record| {
            record.record_type() == record_type && data.is_none_or(|data| record.data == *data)
        };
        let own = self.records.remove(name).unwrap_or_default();
        let (removed, kept): (Vec<_>, Vec<_>) = own.into_iter().partition(meant);
        if !kept.is_empty() {
            self.records.insert(name.clone(), kept);
        }
        if removed.is_empty() {
            let data = data.map(|data| format!(" {data}")).unwrap_or_default();
            let record = format!("{name} {record_type}{data}");
            return Err(DnsError::NoSuchRecord { zone: self.name.clone(), record });
        }
        self.raise_serial();
        Ok(removed)
    }

    /// Where the name is.
    pub(crate) fn place_of(&self, name: &DomainName) -> Place {
        if name.is_wildcard() && self.records.contains_key(name) {
            return Place::Wildcard(name.clone());
        }
        if *name == self.name || self.records.contains_key(name) {
            return Place::Records;
        }
        if self.reaches(name) {
            return Place::Empty;
        }
        let above = std::iter::successors(name.parent(), DomainName::parent);
        let closest =
            above.take_while(|above| above.is_within(&self.name)).find(|a| self.reaches(a));
        closest
            .and_then(|closest| closest.wildcard())
            .filter(|wildcard| self.records.contains_key(wildcard))
            .map_or(Place::Nowhere, Place::Wildcard)
    }

    /// Whether the name or one below it has records.
    fn reaches(&self, name: &DomainName) -> bool {
        // Names below a name directly follow it in DNS order (RFC 4034, 6.1).
        let next = self.records.range(name..).next();
        *name == self.name || next.is_some_and(|(own, _)| own.is_within(name))
    }

    fn soa_record(&self) -> Record {
        let ttl = self.soa.minimum_time_to_live;
        Record::new(self.name.clone(), ttl, RecordData::Soa(self.soa.clone()))
    }

    fn insert(&mut self, record: Record) -> Result<(), DnsError> {
        record.check()?;
        let (name, record_type) = (record.name.clone(), record.record_type());
        let zone = self.name.clone();
        if !name.is_within(&zone) {
            return Err(DnsError::OutsideZone { name, zone });
        }
        if record_type == RecordType::Soa {
            return Err(DnsError::Soa(zone));
        }
        if record_type == RecordType::Ns && name != zone {
            return Err(DnsError::Delegation { name, zone });
        }
        let own = self.records_of(&name);
        if own.iter().any(|other| other.data == record.data) {
            return Err(DnsError::RecordExists(record));
        }
        if let Some(RecordData::Cname(target)) = own.first().map(|other| &other.data) {
            let target = target.clone();
            return Err(DnsError::AliasExists { name, target, record });
        }
        let taken = if name == zone { Some(RecordType::Soa) } else { None };
        let taken = taken.or(own.first().map(Record::record_type));
        if let (RecordData::Cname(target), Some(record_type)) = (&record.data, taken) {
            return Err(DnsError::NameTaken { name, target: target.clone(), record_type });
        }
        let own = self.records.entry(name).or_default();
        for other in own.iter_mut().filter(|other| other.record_type() == record_type) {
            other.ttl = record.ttl;
        }
        own.push(record);
        Ok(())
    }

    fn raise_serial(&mut self) {
        self.soa.serial_number = self.soa.serial_number.wrapping_add(1);
    }
}

/// A zone file; the zone's name and the owners of its records are written in short.
impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "$ORIGIN {}", self.name.absolute())?;
        for record in self.records() {
            let owner = record.name.relative_to(&self.name);
            let record_type = record.record_type();
            writeln!(f, "{owner} {} IN {record_type} {}", record.ttl, record.data)?;
        }
        Ok(())
    }
}

/// Reads a zone file. Its first record is the SOA record, whose owner is the zone's name.
impl FromStr for Zone {
    type Err = DnsError;

    fn from_str(file: &str) -> Result<Self, DnsError> {
        let mut reading =
            Reading { origin: DomainName::root(), ttl: None, owner: None, zone: None };
        for (index, line) in file.lines().enumerate() {
            reading
                .take(line)
                .map_err(|source| DnsError::Line { number: index + 1, source: Box::new(source) })?;
        }
        reading.zone.ok_or(DnsError::Missing("the SOA record"))
    }
}

/// What has been read so far.
struct Reading {
    origin: DomainName,
    ttl: Option<u32>,
    owner: Option<DomainName>,
    zone: Option<Zone>,
}

impl Reading {
    fn take(&mut self, line: &str) -> Result<(), DnsError> {
        let mut fields = text::fields(line)?;
        let Some(first) = fields.first().map(|field| field.text.to_ascii_uppercase()) else {
            return Ok(());
        };
        let argument = fields.get(1).map(|field| field.text.as_str());
        match first.as_str() {
            "$ORIGIN" => {
                let origin = argument.ok_or(DnsError::Missing("the origin"))?;
                self.origin = DomainName::in_zone(origin, &self.origin)?;
                return Ok(());
            }
            "$TTL" => {
                let text = argument.unwrap_or_default().to_owned();
                let refuse =
                    |_| DnsError::Field { expected: "number of seconds", text: text.clone() };
                self.ttl = Some(text.parse().map_err(refuse)?);
                return Ok(());
            }
            _ => {}
        }
        if line.starts_with([' ', '\t']) {
            let owner = self.owner.as_ref().ok_or(DnsError::Missing("the name"))?;
            fields.insert(0, text::Field { text: owner.absolute(), quoted: false });
        }
        let origin = self.origin.clone();
        let record = Record::read(&fields, self.ttl, |text| DomainName::in_zone(text, &origin))?;
        self.owner = Some(record.name.clone());
        match (&mut self.zone, record.data) {
            (None, RecordData::Soa(soa)) => {
                self.zone = Some(Zone { name: record.name, soa, records: BTreeMap::new() });
                Ok(())
            }
            (None, _) => Err(DnsError::Missing("the SOA record")),
            (Some(zone), data) => zone.insert(Record::new(record.name, record.ttl, data)),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::name::tests::name;
    use crate::record::TTL_MAX;
    use crate::record::tests::{data, record};
    use proptest::prelude::*;

    /// The zone `contoso.example` with those records; names are relative to it.
    pub(crate) fn contoso(lines: &[&str]) -> Zone {
        zone("contoso.example", lines)
    }

    /// A zone with those records; names are relative to it.
    pub(crate) fn zone(zone_name: &str, lines: &[&str]) -> Zone {
        let soa = "@ 3600 IN SOA dc01 hostmaster 1 900 600 86400 300";
        let file = format!("$ORIGIN {zone_name}.\n$TTL 3600\n{soa}\n{}", lines.join("\n"));
        file.parse().unwrap()
    }

    #[test]
    fn a_new_zone_names_its_server() {
        let zone = Zone::new(name("contoso.example"), name("dc01.contoso.example"));
        assert_eq!(
            zone.to_string(),
            "$ORIGIN contoso.example.\n\
             @ 3600 IN SOA dc01.contoso.example. hostmaster.contoso.example. 1 900 600 86400 3600\n\
             @ 3600 IN NS dc01.contoso.example.\n"
        );
    }

    #[test]
    fn a_zone_file_may_be_written_in_short() {
        let file = "; the zone of a domain\n\
                    $ORIGIN example.\n\
                    $ORIGIN contoso\n\
                    $TTL 300\n\
                    @ SOA dc01 hostmaster 7 900 600 86400 3600\n\
                    \n\
                    @   MX 10 mail\n\
                    \tTXT \"v=spf1 -all\" ; one owner\n\
                    MAIL 60 IN A 192.0.2.10\n\
                    www.contoso.example. CNAME mail.fabrikam.example.";
        let zone: Zone = file.parse().unwrap();
        assert_eq!(
            zone.to_string(),
            "$ORIGIN contoso.example.\n\
             @ 3600 IN SOA dc01.contoso.example. hostmaster.contoso.example. 7 900 600 86400 3600\n\
             @ 300 IN MX 10 mail.contoso.example.\n\
             @ 300 IN TXT \"v=spf1 -all\"\n\
             MAIL 60 IN A 192.0.2.10\n\
             www 300 IN CNAME mail.fabrikam.example.\n"
        );
    }

    #[test]
    fn what_is_wrong_with_a_zone_file_is_named_with_its_line() {
        let soa = "@ 60 SOA a b 1 2 3 4 5";
        let table = [
            (String::new(), "the SOA record is missing"),
            ("@ 60 A 192.0.2.1".to_owned(), "line 1: the SOA record is missing"),
            ("$TTL soon".to_owned(), "line 1: \"soon\" is no number of seconds"),
            ("$ORIGIN".to_owned(), "line 1: the origin is missing"),
            (" 60 A 192.0.2.1".to_owned(), "line 1: the name is missing"),
            (format!("$ORIGIN x.\n{soa}\n{soa}"), "line 3: zone x has exactly one SOA record"),
            (format!("$ORIGIN x.\n{soa}\ny. 60 A 192.0.2.1"), "line 3: y is outside of zone x"),
        ];
        for (file, message) in table {
            assert_eq!(file.parse::<Zone>().unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn what_dns_does_not_allow_is_refused_and_changes_nothing() {
        let table = [
            (
                "MAIL.contoso.example. 60 IN A 192.0.2.10",
                "the record MAIL.contoso.example. 60 IN A 192.0.2.10 already exists",
            ),
            (
                "mail.contoso.example. 60 IN CNAME other.example.",
                "mail.contoso.example has A records, so it cannot be an alias (CNAME) of \
                 other.example",
            ),
            (
                "contoso.example. 60 IN CNAME other.example.",
                "contoso.example has SOA records, so it cannot be an alias (CNAME) of \
                 other.example",
            ),
            (
                "www.contoso.example. 60 IN A 192.0.2.10",
                "www.contoso.example is an alias (CNAME) of mail.contoso.example, so it cannot \
                 have a record www.contoso.example. 60 IN A 192.0.2.10",
            ),
            (
                "www.contoso.example. 60 IN CNAME other.example.",
                "www.contoso.example is an alias (CNAME) of mail.contoso.example, so it cannot \
                 have a record www.contoso.example. 60 IN CNAME other.example.",
            ),
            (
                "mail.fabrikam.example. 60 IN A 192.0.2.10",
                "mail.fabrikam.example is outside of zone contoso.example",
            ),
            (
                "sub.contoso.example. 60 IN NS dc02.contoso.example.",
                "sub.contoso.example NS would delegate a part of zone contoso.example, which is \
                 not modelled",
            ),
        ];
        let mut zone = contoso(&["mail A 192.0.2.10", "www CNAME mail"]);
        let before = zone.clone();
        for (line, message) in table {
            assert_eq!(zone.add(record(line)).unwrap_err().to_string(), message);
        }
        let txt = |texts| Record::new(name("t.contoso.example"), 60, RecordData::Txt(texts));
        let long = zone.add(txt(vec!["x".repeat(256)]));
        assert_eq!(long, Err(DnsError::TextTooLong(256)));
        assert!(zone.add(txt(Vec::new())).is_err());
        assert_eq!(zone, before);
    }

    #[test]
    fn every_change_raises_the_serial_number() {
        let mut zone = contoso(&[]);
        zone.add(record("a.contoso.example. 60 IN A 192.0.2.1")).unwrap();
        assert_eq!(zone.soa().serial_number, 2);
        zone.remove(&name("a.contoso.example"), RecordType::A, None).unwrap();
        assert_eq!(zone.soa().serial_number, 3);
        zone.set_soa(Soa { serial_number: u32::MAX, ..zone.soa().clone() });
        zone.add(record("a.contoso.example. 60 IN A 192.0.2.1")).unwrap();
        assert_eq!(zone.soa().serial_number, 0);
    }

    #[test]
    fn records_of_one_name_and_type_share_a_time_to_live() {
        let mut zone = contoso(&["a 60 A 192.0.2.1", "a 60 TXT x"]);
        zone.add(record("A.contoso.example. 300 IN A 192.0.2.2")).unwrap();
        let ttls: Vec<_> =
            zone.records_of(&name("a.contoso.example")).iter().map(|r| r.ttl).collect();
        assert_eq!(ttls, [300, 60, 300]);
    }

    #[test]
    fn one_record_or_all_of_a_type_are_removed() {
        let lines = ["a A 192.0.2.1", "a A 192.0.2.2", "a A 192.0.2.3", "a TXT x"];
        let mut zone = contoso(&lines);
        let a = name("A.contoso.example");
        let one = RecordData::A("192.0.2.2".parse().unwrap());
        let removed = zone.remove(&a, RecordType::A, Some(&one)).unwrap();
        assert_eq!(removed.iter().map(|r| &r.data).collect::<Vec<_>>(), [&one]);
        let again = zone.remove(&a, RecordType::A, Some(&one)).unwrap_err().to_string();
        assert_eq!(again, "zone contoso.example has no record A.contoso.example A 192.0.2.2");
        assert_eq!(zone.remove(&a, RecordType::A, None).unwrap().len(), 2);
        let none = zone.remove(&a, RecordType::A, None).unwrap_err().to_string();
        assert_eq!(none, "zone contoso.example has no record A.contoso.example A");
        assert_eq!(zone.records_of(&a).len(), 1);
        let soa = zone.remove(&name("contoso.example"), RecordType::Soa, None);
        assert_eq!(soa, Err(DnsError::Soa(name("contoso.example"))));
    }

    #[test]
    fn a_wildcard_stands_for_names_that_do_not_exist() {
        let zone = contoso(&["* A 192.0.2.1", "a.sub A 192.0.2.2", "*.deep.er A 192.0.2.3"]);
        let all = || Place::Wildcard(name("*.contoso.example"));
        let table = [
            ("contoso.example", Place::Records),
            ("x.contoso.example", all()),
            ("x.y.contoso.example", all()),
            ("*.contoso.example", all()),
            ("A.Sub.contoso.example", Place::Records),
            ("sub.contoso.example", Place::Empty),
            ("x.sub.contoso.example", Place::Nowhere),
            ("x.a.sub.contoso.example", Place::Nowhere),
            ("deep.er.contoso.example", Place::Empty),
            ("x.deep.er.contoso.example", Place::Wildcard(name("*.deep.er.contoso.example"))),
            ("x.er.contoso.example", Place::Nowhere),
        ];
        for (text, place) in table {
            assert_eq!(zone.place_of(&name(text)), place, "{text}");
        }
        assert_eq!(contoso(&[]).place_of(&name("x.contoso.example")), Place::Nowhere);
    }

    /// Zones with whatever could be added of arbitrary records.
    pub(crate) fn zones() -> impl Strategy<Value = Zone> {
        let owner = prop_oneof![
            Just("@".to_owned()),
            Just("*".to_owned()),
            "[a-c](\\.[a-c]){0,2}",
            "\\*\\.[a-c]"
        ];
        let records = proptest::collection::vec((owner, 0..=TTL_MAX, data()), 0..20);
        records.prop_map(|records| {
            let mut zone = contoso(&[]);
            for (owner, ttl, data) in records {
                let owner = DomainName::in_zone(&owner, zone.name()).unwrap();
                let _refused = zone.add(Record::new(owner, ttl, data));
            }
            zone
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn text_and_back(zone in zones()) {
            prop_assert_eq!(zone.to_string().parse(), Ok(zone));
        }

        #[test]
        fn any_file_is_read_or_refused(lines in proptest::collection::vec(
            "(\\$ORIGIN|\\$TTL|@|[a-b.*]{1,5}| |;)( [0-9]{1,3})?( IN)? (SOA|A|MX|NS|TXT) .{0,20}", 0..8
        )) {
            let soa = "@ 60 SOA a. b. 1 2 3 4 5\n";
            let _read: Result<Zone, _> = format!("{soa}{}", lines.join("\n")).parse();
        }

        #[test]
        fn a_name_never_has_an_alias_and_something_else(zone in zones()) {
            for records in zone.records.values() {
                let alias = |record: &Record| record.record_type() == RecordType::Cname;
                prop_assert!(!records.iter().any(alias) || records.len() == 1);
            }
        }

        #[test]
        fn what_was_removed_can_be_added_again(zone in zones()) {
            let mut changed = zone.clone();
            for record in zone.records().filter(|r| r.record_type() != RecordType::Soa) {
                let (name, data) = (&record.name, &record.data);
                let removed = changed.remove(name, record.record_type(), Some(data)).unwrap();
                prop_assert_eq!(&removed, &vec![record.clone()]);
                changed.add(record).unwrap();
            }
            let sorted = |zone: &Zone| {
                let mut lines: Vec<_> = zone.records().skip(1).map(|r| r.to_string()).collect();
                lines.sort();
                lines
            };
            prop_assert_eq!(sorted(&changed), sorted(&zone));
        }
    }
}
