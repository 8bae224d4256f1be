//! Properties of values: `.Name`, `.Count`, `.Year`; of a list, the property of each element.

use exchange::culture::Culture;
use exchange::value::{Object, Value};

use super::time_span::TimeSpan;
use super::{format_date, value_text};

/// .NET's name of a type as a value, which carries the full name of the type.
pub(crate) const RUNTIME_TYPE: &str = "System.RuntimeType";

/// A property; `$null` when there is none, as PowerShell gives it.
pub(crate) fn property(value: &Value, name: &str, culture: Culture) -> Value {
    if let Some(own) = own_property(value, name, culture) {
        return own;
    }
    match value {
        Value::List(values) => enumerated(values, name, culture),
        Value::Null if is_count(name) => Value::I32(0),
        // Every single value counts as a list of one.
        _ if is_count(name) => Value::I32(1),
        _ => Value::Null,
    }
}

/// The properties that an object or value shows in a list, in order.
pub(crate) fn shown_properties(value: &Value, culture: Culture) -> Vec<(String, Value)> {
    match value {
        Value::Object(object) => {
            let properties = object.properties.iter();
            properties.map(|(name, value)| (name.to_string(), value.clone())).collect()
        }
        other => {
            let names = property_names(other);
            names.iter().map(|name| ((*name).to_owned(), property(other, name, culture))).collect()
        }
    }
}

/// Whether a property is a note of remoting that is shown only to who asks for it.
pub(crate) fn is_hidden(name: &str) -> bool {
    matches!(name, "PSComputerName" | "PSShowComputerName")
}

/// Names of the properties of a value that is no object.
fn property_names(value: &Value) -> &'static [&'static str] {
    match value {
        Value::String(_) => &["Length"],
        Value::DateTime(_) | Value::Utc(_) => DATE_PROPERTIES,
        Value::List(_) => &["Length", "Count"],
        Value::Guid(_) => &["Guid"],
        Value::Hashtable(_) => HASH_TABLE_PROPERTIES,
        value if TimeSpan::of(value).is_some() => &super::time_span::PROPERTIES,
        _ => &[],
    }
}

fn is_count(name: &str) -> bool {
    name.eq_ignore_ascii_case("count") || name.eq_ignore_ascii_case("length")
}

fn own_property(value: &Value, name: &str, culture: Culture) -> Option<Value> {
    let lower = name.to_ascii_lowercase();
    let count = |length: usize| Some(Value::I32(i32::try_from(length).unwrap_or(i32::MAX)));
    match (value, lower.as_str()) {
        (Value::Null, _) => None,
        (_, "psobject" | "psbase") => Some(value.clone()),
        (Value::Object(object), _) => {
            object.get(name).cloned().or_else(|| object_extra(object, &lower))
        }
        (Value::Hashtable(entries), _) => hash_property(entries, name),
        (Value::List(values), "count" | "length") => count(values.len()),
        (Value::String(text), "length") => count(text.encode_utf16().count()),
        (Value::DateTime(time), _) => date_property(*time, &lower, culture),
        (Value::Utc(time), _) => date_property(*time, &lower, culture.in_utc()),
        (Value::Guid(guid), "guid") => Some(Value::String(guid.to_string())),
        (Value::Enum(member), "value__") => Some(Value::I32(member.number)),
        (Value::Opaque(opaque), "name") if opaque.type_name == RUNTIME_TYPE => {
            opaque.text.rsplit('.').next().map(Value::from)
        }
        (Value::Opaque(opaque), "fullname") if opaque.type_name == RUNTIME_TYPE => {
            Some(Value::from(opaque.text.as_str()))
        }
        (Value::Opaque(opaque), "ipaddresstostring")
            if opaque.type_name == value_text::IP_ADDRESS =>
        {
            Some(Value::from(opaque.text.as_str()))
        }
        (Value::Opaque(_), _) => TimeSpan::of(value)?.property(&lower),
        _ => None,
    }
}

/// What PowerShell adds to every object under `PSObject`.
fn object_extra(object: &Object, lower: &str) -> Option<Value> {
    match lower {
        "typenames" | "pstypenames" => {
            let names = object.type_names.iter().map(|name| Value::from(name.as_ref()));
            Some(Value::List(names.collect()))
        }
        "properties" => {
            let properties = object.properties.iter().map(|(name, value)| {
                let property = Object::new("System.Management.Automation.PSNoteProperty")
                    .with("Name", name.as_ref())
                    .with("Value", value.clone());
                Value::from(Object { text: name.to_string(), ..property })
            });
            Some(Value::List(properties.collect()))
        }
        _ => None,
    }
}

const HASH_TABLE_PROPERTIES: &[&str] =
    &["IsReadOnly", "IsFixedSize", "IsSynchronized", "Keys", "Values", "Count"];

fn hash_property(entries: &[(String, Value)], name: &str) -> Option<Value> {
    if let Some((_, value)) = entries.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)) {
        return Some(value.clone());
    }
    match name.to_ascii_lowercase().as_str() {
        "isreadonly" | "isfixedsize" | "issynchronized" => Some(Value::Bool(false)),
        "count" => i32::try_from(entries.len()).ok().map(Value::I32),
        "keys" => {
            Some(Value::List(entries.iter().map(|(key, _)| Value::from(key.as_str())).collect()))
        }
        "values" => Some(Value::List(entries.iter().map(|(_, value)| value.clone()).collect())),
        _ => None,
    }
}

/// The property of every element that has it.
fn enumerated(values: &[Value], name: &str, culture: Culture) -> Value {
    let mut found = Vec::new();
    for value in values {
        match own_property(value, name, culture) {
            Some(Value::List(mut values)) => found.append(&mut values),
            Some(value) => found.push(value),
            None => {}
        }
    }
    super::evaluate::collapsed(found)
}

const DATE_PROPERTIES: &[&str] = &[
    "Date",
    "Day",
    "DayOfWeek",
    "DayOfYear",
    "Hour",
    "Millisecond",
    "Minute",
    "Month",
    "Second",
    "Ticks",
    "TimeOfDay",
    "Year",
    "DateTime",
];

/// Ticks from the year 1, in which .NET counts, to 1970.
const TICKS_TO_1970: i64 = 621_355_968_000_000_000;

fn date_property(time: jiff::Timestamp, lower: &str, culture: Culture) -> Option<Value> {
    let local = culture.local(time);
    let number = |value: i16| Some(Value::I32(i32::from(value)));
    match lower {
        "year" => number(local.year()),
        "month" => number(local.month().into()),
        "day" => number(local.day().into()),
        "hour" => number(local.hour().into()),
        "minute" => number(local.minute().into()),
        "second" => number(local.second().into()),
        "millisecond" => number(local.millisecond()),
        "dayofyear" => number(local.day_of_year()),
        "dayofweek" => {
            let number = i32::from(local.weekday().to_sunday_zero_offset());
            Some(Value::enumeration("System.DayOfWeek", format_date::day_name(local), number))
        }
        "date" => {
            let midnight = local.date().to_datetime(jiff::civil::Time::midnight());
            culture.offset.to_timestamp(midnight).ok().map(Value::DateTime)
        }
        "timeofday" => {
            let midnight = local.date().to_datetime(jiff::civil::Time::midnight());
            Some(TimeSpan::from_duration(local.duration_since(midnight)).into())
        }
        "ticks" => {
            let shifted =
                time.as_nanosecond() / 100 + i128::from(culture.offset.seconds()) * 10_000_000;
            i64::try_from(shifted).ok().map(|ticks| Value::I64(ticks + TICKS_TO_1970))
        }
        "datetime" => Some(Value::String(format_date::long_form(time, culture))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &Value, name: &str) -> String {
        property(value, name, Culture::default()).to_string()
    }

    #[test]
    fn a_list_gives_the_property_of_each_element() {
        let queue = |name: &str| Value::from(Object::new("Queue").with("Identity", name));
        let queues = Value::List(vec![queue("a"), queue("b"), Value::I32(5)]);
        assert_eq!(of(&queues, "identity"), "a b");
        assert_eq!(of(&queues, "Count"), "3");
    }

    #[test]
    fn a_single_value_counts_as_one_and_null_as_none() {
        assert_eq!(of(&Value::I32(5), "Count"), "1");
        assert_eq!(of(&Value::Null, "Count"), "0");
        assert_eq!(of(&Value::from("abc"), "Length"), "3");
    }

    #[test]
    fn a_date_has_parts() {
        let time = Value::DateTime("2026-05-01T06:06:57.291Z".parse().unwrap());
        assert_eq!(of(&time, "DayOfWeek"), "Friday");
        assert_eq!(of(&time, "TimeOfDay"), "06:06:57.2910000");
        assert_eq!(of(&time, "Ticks"), "639132124172910000");
        assert_eq!(of(&time, "Nothing"), "");
    }
}
