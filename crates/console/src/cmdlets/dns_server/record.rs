//! What the cmdlets for records share: a record as it is shown, and what it says as texts.
//!
//! The view, with a `0` for the time stamp of a record that somebody typed, is that of real
//! transcripts.
//!
//! Not modelled: records that clients register and that age.

use dns::{Record, RecordData, RecordType, Zone};
use exchange::culture::Culture;
use exchange::value::{Object, Value};
use jiff::SignedDuration;

use crate::language::time_span::{self, TimeSpan};
use crate::language::view::{View, ViewColumn};

/// The class, in errors.
pub(super) const CLASS: &str = "DnsServerResourceRecord";

/// How a record is shown.
pub(super) static VIEW: View = View::table(
    "Microsoft.Management.Infrastructure.CimInstance#root/Microsoft/Windows/DNS/DnsServerResourceRecord",
    &[
        ViewColumn::new("HostName", 25),
        ViewColumn::new("RecordType", 10),
        ViewColumn::new("Type", 10),
        ViewColumn::new("Timestamp", 20).computed(|_, _| "0".to_owned()),
        ViewColumn::new("TimeToLive", 15),
        ViewColumn::new("RecordData", 0).computed(data_cell),
    ],
);

/// A record of a zone as it is shown.
pub(super) fn shown(record: &Record, zone: &Zone) -> Value {
    let record_type = record.record_type();
    let ttl = TimeSpan::from_duration(SignedDuration::from_secs(record.ttl.into()));
    let object = Object::new(VIEW.type_name)
        .with("DistinguishedName", Value::Null)
        .with("HostName", record.name.relative_to(zone.name()))
        .with("RecordClass", "IN")
        .with("RecordData", data_object(&record.data))
        .with("RecordType", record_type.to_string())
        .with("Timestamp", Value::Null)
        .with("TimeToLive", Value::opaque(time_span::TYPE_NAME, ttl.to_string()))
        .with("Type", i32::from(u16::from(record_type)));
    Value::from(Object { text: CLASS.to_owned(), ..object })
}

/// What a record says, as the object that the module shows.
fn data_object(data: &RecordData) -> Value {
    let capital =
        |word: &str| word.get(..1).map(|first| first.to_owned() + &word[1..].to_ascii_lowercase());
    let class = match data.record_type() {
        RecordType::Cname => "CName".to_owned(),
        own @ (RecordType::A
        | RecordType::Aaaa
        | RecordType::Mx
        | RecordType::Ns
        | RecordType::Soa) => own.to_string(),
        own => capital(&own.to_string()).unwrap_or_default(),
    };
    let mut object = Object { text: format!("{CLASS}{class}"), ..Object::default() };
    object
        .type_names
        .push(format!("Microsoft.Management.Infrastructure.CimInstance#{CLASS}{class}").into());
    let object = match data {
        RecordData::A(address) => object.with("IPv4Address", address.to_string()),
        RecordData::Aaaa(address) => object.with("IPv6Address", address.to_string()),
        RecordData::Cname(name) => object.with("HostNameAlias", name.absolute()),
        RecordData::Mx { preference, exchange } => object
            .with("MailExchange", exchange.absolute())
            .with("Preference", i32::from(*preference)),
        RecordData::Ns(name) => object.with("NameServer", name.absolute()),
        RecordData::Ptr(name) => object.with("PtrDomainName", name.absolute()),
        RecordData::Soa(soa) => object
            .with("PrimaryServer", soa.primary_server.absolute())
            .with("ResponsiblePerson", soa.responsible_person.absolute())
            .with("SerialNumber", i64::from(soa.serial_number)),
        RecordData::Txt(texts) => object.with("DescriptiveText", texts.join("\n")),
    };
    Value::from(object)
}

/// The column of the view: `[10][mail.contoso.com.]` for several values, one value as it is.
fn data_cell(record: &Object, _: Culture) -> String {
    let Some(data) = record.get("RecordData").and_then(Value::as_object) else {
        return String::new();
    };
    let text = |name: &str| data.text_of(name);
    match record.text_of("RecordType").as_str() {
        "MX" => format!("[{}][{}]", text("Preference"), text("MailExchange")),
        "SOA" => format!(
            "[{}][{}][{}]",
            text("SerialNumber"),
            text("PrimaryServer"),
            text("ResponsiblePerson")
        ),
        _ => data.properties.first().map(|(_, value)| value.to_string()).unwrap_or_default(),
    }
}

/// What a record of that type says, from the texts that `-RecordData` takes; none when they are no
/// such data.
pub(super) fn data(record_type: RecordType, texts: &[String]) -> Option<RecordData> {
    let [first, rest @ ..] = texts else { return None };
    Some(match (record_type, rest) {
        (RecordType::A, []) => RecordData::A(first.parse().ok()?),
        (RecordType::Aaaa, []) => RecordData::Aaaa(first.parse().ok()?),
        (RecordType::Cname, []) => RecordData::Cname(first.parse().ok()?),
        (RecordType::Ns, []) => RecordData::Ns(first.parse().ok()?),
        (RecordType::Ptr, []) => RecordData::Ptr(first.parse().ok()?),
        (RecordType::Mx, [exchange]) => {
            RecordData::Mx { preference: first.parse().ok()?, exchange: exchange.parse().ok()? }
        }
        // Each line is a string of the record.
        (RecordType::Txt, []) => RecordData::Txt(first.lines().map(str::to_owned).collect()),
        _ => return None,
    })
}

/// The texts for [`data`], of a record that was shown.
pub(super) fn texts(record: &Object) -> Vec<String> {
    let data = record.get("RecordData").and_then(Value::as_object);
    let names: &[&str] = match record.text_of("RecordType").as_str() {
        "A" => &["IPv4Address"],
        "AAAA" => &["IPv6Address"],
        "CNAME" => &["HostNameAlias"],
        "MX" => &["Preference", "MailExchange"],
        "NS" => &["NameServer"],
        "PTR" => &["PtrDomainName"],
        "TXT" => &["DescriptiveText"],
        _ => &[],
    };
    names.iter().filter_map(|name| data.map(|data| data.text_of(name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_shown_can_be_given_back() {
        for line in [
            "a.example. 60 IN A 192.0.2.1",
            "a.example. 60 IN AAAA 2001:db8::1",
            "a.example. 60 IN CNAME b.example.",
            "a.example. 60 IN MX 10 b.example.",
            "a.example. 60 IN NS b.example.",
            "a.example. 60 IN PTR b.example.",
            "a.example. 60 IN TXT \"v=spf1 -all\" \"x\"",
        ] {
            let record: Record = line.parse().expect("a record");
            let zone = Zone::new("example".parse().expect("a name"), record.name.clone());
            let shown = shown(&record, &zone);
            let texts = texts(shown.as_object().expect("an object"));
            assert_eq!(data(record.record_type(), &texts), Some(record.data), "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_texts_are_data_or_none(number in 0_u16..40, texts in proptest::collection::vec(".{0,20}", 0..3)) {
            let read = data(RecordType::from(number), &texts);
            prop_assert!(read.is_none_or(|data| data.record_type() == RecordType::from(number)));
        }
    }
}
