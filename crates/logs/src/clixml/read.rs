//! Reading CLIXML.

use std::borrow::Cow;
use std::collections::BTreeMap;

use exchange::value::{EnumValue, Object, Opaque, Value};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use crate::unread::Unread;
use crate::xml::{self, Element};

/// What an export holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The values exported, each with the line it begins on.
    pub values: Vec<(u64, Value)>,
    /// Where the file stopped being XML.
    pub unread: Vec<Unread>,
}

/// Reads an export. Of a file that breaks off the values up to there are read.
pub fn read(text: &str) -> Read {
    let parsed = xml::parse(text);
    let mut import = Import::default();
    let mut values = Vec::new();
    for root in &parsed.roots {
        let elements =
            if root.name == "Objs" { root.children.as_slice() } else { std::slice::from_ref(root) };
        values.extend(elements.iter().map(|element| (element.line, import.value(element))));
    }
    Read { values, unread: parsed.unread.into_iter().collect() }
}

type TypeNames = Vec<Cow<'static, str>>;

/// How many values references may repeat, so that a file of references to references stays small.
const REPEATED_MAX: usize = 100_000;

#[derive(Default)]
struct Import {
    types: BTreeMap<String, TypeNames>,
    objects: BTreeMap<String, Value>,
    repeated: usize,
}

impl Import {
    fn value(&mut self, element: &Element) -> Value {
        match element.name.as_str() {
            "Obj" => self.object(element),
            "Ref" => self.referenced(element.attribute("RefId").unwrap_or_default()),
            _ => primitive(element),
        }
    }

    fn referenced(&mut self, number: &str) -> Value {
        let Some(value) = self.objects.get(number) else { return Value::Null };
        self.repeated += count(value);
        if self.repeated > REPEATED_MAX { Value::Null } else { value.clone() }
    }

    fn object(&mut self, element: &Element) -> Value {
        let type_names = self.type_names(element);
        let text = element.child("ToString").map(|child| decode(&child.text));
        let mut value = None;
        let mut properties = None;
        for child in &element.children {
            match child.name.as_str() {
                "TN" | "TNRef" | "ToString" => {}
                "LST" | "STK" | "QUE" | "IE" => {
                    let items = child.children.iter().map(|item| self.value(item)).collect();
                    value = Some(Value::List(items));
                }
                "DCT" => value = Some(Value::Hashtable(self.entries(child))),
                "Props" | "MS" => {
                    let is_whole = child.name == "Props";
                    let more = self.properties(child);
                    if is_whole || !more.is_empty() {
                        properties.get_or_insert_with(Vec::new).extend(more);
                    }
                }
                _ => value = Some(primitive(child)),
            }
        }
        let value = assemble(type_names, text, value, properties);
        if let Some(number) = element.attribute("RefId") {
            self.objects.insert(number.to_owned(), value.clone());
        }
        value
    }

    fn type_names(&mut self, element: &Element) -> TypeNames {
        if let Some(list) = element.child("TN") {
            let names: TypeNames =
                list.children.iter().map(|name| Cow::Owned(decode(&name.text))).collect();
            if let Some(number) = list.attribute("RefId") {
                self.types.insert(number.to_owned(), names.clone());
            }
            return names;
        }
        let number = element.child("TNRef").and_then(|reference| reference.attribute("RefId"));
        number.and_then(|number| self.types.get(number)).cloned().unwrap_or_default()
    }

    fn entries(&mut self, dictionary: &Element) -> Vec<(String, Value)> {
        let mut entries = Vec::new();
        for entry in &dictionary.children {
            let mut part = |wanted: &str| {
                let found = entry.children.iter().find(|it| it.attribute("N") == Some(wanted));
                found.map(|element| self.value(element))
            };
            let key = part("Key").map(|key| key.to_string()).unwrap_or_default();
            entries.push((key, part("Value").unwrap_or(Value::Null)));
        }
        entries
    }

    fn properties(&mut self, group: &Element) -> Vec<(Cow<'static, str>, Value)> {
        let mut properties = Vec::new();
        for child in &group.children {
            let name = decode(child.attribute("N").unwrap_or_default());
            if name != "SerializationData" {
                properties.push((Cow::Owned(name), self.value(child)));
            }
        }
        properties
    }
}

/// How many values a value is made of.
fn count(value: &Value) -> usize {
    match value {
        Value::List(values) => 1 + values.iter().map(count).sum::<usize>(),
        Value::Hashtable(entries) => {
            1 + entries.iter().map(|(_, value)| count(value)).sum::<usize>()
        }
        Value::Object(object) => {
            1 + object.properties.iter().map(|(_, value)| count(value)).sum::<usize>()
        }
        _ => 1,
    }
}

/// The value an `Obj` stands for.
fn assemble(
    type_names: TypeNames,
    text: Option<String>,
    value: Option<Value>,
    properties: Option<Vec<(Cow<'static, str>, Value)>>,
) -> Value {
    let is_enum = type_names.iter().any(|name| name == "System.Enum");
    let type_name = type_names.first().cloned().unwrap_or_default();
    match (value, properties, text) {
        (Some(Value::I32(number)), _, text) if is_enum => {
            Value::Enum(EnumValue { type_name, text: text.unwrap_or_default(), number })
        }
        (Some(value), _, _) => value,
        (None, None, Some(text)) => Value::Opaque(Opaque { type_name, text }),
        (None, properties, text) => Value::Object(Box::new(Object {
            type_names,
            text: text.unwrap_or_default(),
            properties: properties.unwrap_or_default(),
        })),
    }
}

/// A value without parts. What the shell's own types cannot hold is kept as text with its type.
fn primitive(element: &Element) -> Value {
    let text = element.text.as_str();
    let opaque = |type_name: &'static str| Value::opaque(type_name, decode(text));
    let number = || text.parse().map(Value::I32);
    let read = match element.name.as_str() {
        "Nil" => Some(Value::Null),
        "S" | "C" => Some(Value::String(decode(text))),
        "B" => text.parse().map(Value::Bool).ok(),
        "I32" | "By" | "SB" | "I16" | "U16" => number().ok(),
        "I64" | "U32" | "U64" => text.parse().map(Value::I64).ok(),
        "Db" | "Sg" => double(text).map(Value::F64),
        "G" => text.parse().map(Value::Guid).ok(),
        "DT" => date_time(text).map(Value::DateTime),
        _ => None,
    };
    read.unwrap_or_else(|| {
        let known = TYPES.iter().find(|(tag, _)| *tag == element.name);
        opaque(known.map_or("System.String", |(_, type_name)| type_name))
    })
}

/// Types of elements that are kept as text, when they are so by nature or cannot be read.
const TYPES: [(&str, &str); 14] = [
    ("B", "System.Boolean"),
    ("I32", "System.Int32"),
    ("I64", "System.Int64"),
    ("U64", "System.UInt64"),
    ("Db", "System.Double"),
    ("D", "System.Decimal"),
    ("G", "System.Guid"),
    ("DT", "System.DateTime"),
    ("TS", "System.TimeSpan"),
    ("BA", "System.Byte[]"),
    ("Version", "System.Version"),
    ("URI", "System.Uri"),
    ("XD", "System.Xml.XmlDocument"),
    ("SS", "System.Security.SecureString"),
];

fn double(text: &str) -> Option<f64> {
    match text {
        "INF" => Some(f64::INFINITY),
        "-INF" => Some(f64::NEG_INFINITY),
        other => other.parse().ok(),
    }
}

/// A time with offset, or without one, which is then taken for UTC.
fn date_time(text: &str) -> Option<Timestamp> {
    let local = || Offset::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok();
    text.parse().ok().or_else(local)
}

/// Undoes `_x000A_`.
fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut units = Vec::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if let Some((unit, after)) = encoded(rest) {
            units.push(unit);
            rest = after;
        } else {
            out.push_str(&String::from_utf16_lossy(&std::mem::take(&mut units)));
            out.push(letter);
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        }
    }
    out.push_str(&String::from_utf16_lossy(&units));
    out
}

fn encoded(text: &str) -> Option<(u16, &str)> {
    let digits = text.strip_prefix("_x")?.get(..4)?;
    let after = text.get(6..)?.strip_prefix('_')?;
    let unit = u16::from_str_radix(digits, 16).ok()?;
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then_some((unit, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clixml::{write, write_at};
    use crate::text;
    use exchange::guid::Guid;
    use proptest::prelude::*;

    fn connector() -> Value {
        Object {
            type_names: vec!["Microsoft.Exchange.SendConnector".into(), "System.Object".into()],
            text: "Outbound to Office 365".into(),
            properties: vec![
                ("Enabled".into(), Value::Bool(true)),
                ("TlsDomain".into(), Value::Null),
                ("Comment".into(), Value::from("")),
                ("Name".into(), Value::from("<a> & _x\n")),
                ("Port".into(), Value::I32(25)),
                ("Guid".into(), Value::Guid(Guid(1))),
                (
                    "AddressSpaces".into(),
                    Value::List(vec![Value::opaque("AddressSpace", "SMTP:*;1")]),
                ),
                ("SmartHosts".into(), Value::List(vec![])),
                ("Level".into(), Value::enumeration("LoggingLevel", "Verbose", 1)),
                ("RunspaceId".into(), Value::Guid(Guid(2))),
                ("WhenChanged".into(), Value::DateTime("2026-05-01T06:06:57Z".parse().unwrap())),
                ("Map".into(), Value::Hashtable(vec![("a".into(), Value::I64(2))])),
            ],
        }
        .into()
    }

    #[test]
    fn a_local_time_carries_its_offset_and_is_the_same_moment() {
        let time: Timestamp = "2026-05-01T06:06:57.291Z".parse().unwrap();
        let bytes = write_at(Offset::from_seconds(19_800).unwrap(), &[Value::DateTime(time)]);
        let text = crate::text::decode(&bytes);
        assert!(text.contains("<DT>2026-05-01T11:36:57.291+05:30</DT>"), "{text}");
        assert_eq!(read(&text).values, [(2, Value::DateTime(time))]);
    }

    #[test]
    fn an_export_has_the_form_of_export_clixml() {
        let bytes = write(&[connector()]);
        insta::assert_snapshot!(text::decode(&bytes).replace("\r\n", "\n"), @r#"
        <Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">
          <Obj RefId="0">
            <TN RefId="0">
              <T>Microsoft.Exchange.SendConnector</T>
              <T>System.Object</T>
            </TN>
            <ToString>Outbound to Office 365</ToString>
            <Props>
              <B N="Enabled">true</B>
              <Nil N="TlsDomain" />
              <S N="Comment"></S>
              <S N="Name">&lt;a&gt; &amp; _x005F_x_x000A_</S>
              <I32 N="Port">25</I32>
              <G N="Guid">00000000-0000-0000-0000-000000000001</G>
              <Obj N="AddressSpaces" RefId="1">
                <TN RefId="1">
                  <T>System.Object[]</T>
                  <T>System.Array</T>
                  <T>System.Object</T>
                </TN>
                <LST>
                  <Obj RefId="2">
                    <TN RefId="2">
                      <T>AddressSpace</T>
                      <T>System.Object</T>
                    </TN>
                    <ToString>SMTP:*;1</ToString>
                  </Obj>
                </LST>
              </Obj>
              <Obj N="SmartHosts" RefId="3">
                <TNRef RefId="1" />
                <LST />
              </Obj>
              <Obj N="Level" RefId="4">
                <TN RefId="3">
                  <T>LoggingLevel</T>
                  <T>System.Enum</T>
                  <T>System.ValueType</T>
                  <T>System.Object</T>
                </TN>
                <ToString>Verbose</ToString>
                <I32>1</I32>
              </Obj>
              <DT N="WhenChanged">2026-05-01T06:06:57Z</DT>
              <Obj N="Map" RefId="5">
                <TN RefId="4">
                  <T>System.Collections.Hashtable</T>
                  <T>System.Object</T>
                </TN>
                <DCT>
                  <En>
                    <S N="Key">a</S>
                    <I64 N="Value">2</I64>
                  </En>
                </DCT>
              </Obj>
            </Props>
            <MS>
              <G N="RunspaceId">00000000-0000-0000-0000-000000000002</G>
            </MS>
          </Obj>
        </Objs>
        "#);
    }

    #[test]
    fn blobs_are_skipped_and_references_followed() {
        let read = read(
            "<Objs><Obj RefId=\"0\"><TN RefId=\"0\"><T>A</T></TN><ToString>a</ToString><Props>\
             <Obj N=\"Ip\" RefId=\"4\"><TNRef RefId=\"0\" /><ToString>0.0.0.0</ToString><MS><BA N=\"SerializationData\">AAE=</BA></MS></Obj>\
             <Ref N=\"Source\" RefId=\"4\" /><By N=\"Major\">7</By></Props><MS><S N=\"Extra\">x</S></MS></Obj></Objs>",
        );
        let object = read.values[0].1.as_object().unwrap();
        let names: Vec<_> = object.properties.iter().map(|(name, _)| name.as_ref()).collect();
        assert_eq!(names, ["Ip", "Source", "Major", "Extra"]);
        assert_eq!(object.get("Source"), object.get("Ip"));
        assert_eq!(object.text_of("Source"), "0.0.0.0");
    }

    #[test]
    fn references_to_references_do_not_multiply_without_end() {
        let mut text = String::from("<Objs><Obj RefId=\"0\"><LST><S>a</S></LST></Obj>");
        for number in 1..40 {
            let last = number - 1;
            let twice = format!("<Ref RefId=\"{last}\" />").repeat(2);
            text = format!("{text}<Obj RefId=\"{number}\"><LST>{twice}</LST></Obj>");
        }
        assert_eq!(read(&text).values.len(), 40);
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let text = "[ -~\r\n\té漢😀]{0,12}|_x000A_|(_x){0,3}";
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i32>().prop_map(Value::I32),
            any::<i64>().prop_map(Value::I64),
            any::<f64>().prop_filter("equal to itself", |it| !it.is_nan()).prop_map(Value::F64),
            text.prop_map(Value::String),
            crate::testing::time().prop_map(Value::DateTime),
            any::<u128>().prop_map(|bits| Value::Guid(Guid(bits))),
            ("[A-Z][a-z.]{0,8}", text).prop_map(|(type_name, text)| {
                Value::Opaque(Opaque { type_name: type_name.into(), text })
            }),
            ("[A-Z][a-z.]{0,8}", text, any::<i32>()).prop_map(|(type_name, text, number)| {
                Value::Enum(EnumValue { type_name: type_name.into(), text, number })
            }),
        ];
        leaf.prop_recursive(3, 24, 4, move |inner| {
            let list = proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::List);
            let named = proptest::collection::vec(("[A-Za-z_]{1,8}", inner), 0..4);
            let table = named.clone().prop_map(Value::Hashtable);
            let object = (proptest::collection::vec("[A-Z][a-z`]{0,8}", 1..3), text, named)
                .prop_map(|(names, text, properties)| {
                    Value::Object(Box::new(Object {
                        type_names: names.into_iter().map(Cow::Owned).collect(),
                        text,
                        properties: properties
                            .into_iter()
                            .map(|(n, v)| (Cow::Owned(n), v))
                            .collect(),
                    }))
                });
            prop_oneof![list, table, object]
        })
    }

    proptest! {
        #[test]
        fn values_are_read_as_written(values in proptest::collection::vec(any_value(), 0..4)) {
            let bytes = write(&values);
            let read = read(&text::decode(&bytes));
            prop_assert!(read.unread.is_empty());
            let read: Vec<_> = read.values.into_iter().map(|(_, value)| value).collect();
            prop_assert_eq!(read, values);
        }

        #[test]
        fn any_text_is_read(text in "(<Obj RefId=\"[01]\">|<TN RefId=\"0\">|<T>|</T>|</TN>|<LST>|<Props>|</Props>|<S N=\"a\">|</S>|</Obj>|_x00|[ -~])*") {
            let _read = read(&text);
        }
    }
}
