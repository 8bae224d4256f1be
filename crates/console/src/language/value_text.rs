//! What values are called and how they become text.
//!
//! Three texts of one value: in a string (`"$value"`), in a table or list, and by itself.

use std::borrow::Cow;

use exchange::culture::Culture;
use exchange::value::{Object, Value};

use super::{format_date, number};

/// .NET's name of the objects that `Select-Object` and `ConvertFrom-Csv` make.
pub(crate) const CUSTOM_OBJECT: &str = "System.Management.Automation.PSCustomObject";
/// .NET's name of a script block; its value carries the text between the braces.
pub(crate) const SCRIPT_BLOCK: &str = "System.Management.Automation.ScriptBlock";
/// .NET's name of an address; its value carries the text.
pub(crate) const IP_ADDRESS: &str = "System.Net.IPAddress";

/// .NET's full name of the value's type; empty for `$null`.
pub(crate) fn type_name(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => "".into(),
        Value::Bool(_) => "System.Boolean".into(),
        Value::I32(_) => "System.Int32".into(),
        Value::I64(_) => "System.Int64".into(),
        Value::F64(_) => "System.Double".into(),
        Value::String(_) => "System.String".into(),
        Value::DateTime(_) | Value::Utc(_) => "System.DateTime".into(),
        Value::Guid(_) => "System.Guid".into(),
        Value::Opaque(opaque) => opaque.type_name.as_ref().into(),
        Value::Enum(member) => member.type_name.as_ref().into(),
        Value::List(values)
            if values.iter().all(|value| matches!(value, Value::String(_)))
                && !values.is_empty() =>
        {
            "System.String[]".into()
        }
        Value::List(_) => "System.Object[]".into(),
        Value::Hashtable(_) => "System.Collections.Hashtable".into(),
        Value::Object(object) => {
            let name = object.type_names.first().map_or(CUSTOM_OBJECT, |name| name.as_ref());
            // A selected object still is a custom object; its first name only records its origin.
            if name.starts_with("Selected.") { CUSTOM_OBJECT.into() } else { name.into() }
        }
    }
}

/// The name without its namespace, as errors give it: `String`, `Object[]`.
pub(crate) fn short_type_name(value: &Value) -> String {
    let name = type_name(value);
    name.rsplit('.').next().unwrap_or_default().to_owned()
}

/// A script block with the text between its braces.
pub(crate) fn script_block(text: impl Into<String>) -> Value {
    Value::opaque(SCRIPT_BLOCK, text)
}

/// The text of a script block, if the value is one.
pub(crate) fn script_block_text(value: &Value) -> Option<&str> {
    match value {
        Value::Opaque(opaque) if opaque.type_name == SCRIPT_BLOCK => Some(&opaque.text),
        _ => None,
    }
}

/// Whether an object is nothing but its properties.
pub(crate) fn is_custom(object: &Object) -> bool {
    let made = |name: &str| name == CUSTOM_OBJECT || name.starts_with("Selected.");
    object.type_names.is_empty() || object.type_names.iter().any(|name| made(name))
}

/// The text of the value in a string: what `"$value"` and `[string]$value` give.
pub(crate) fn text(value: &Value, culture: Culture) -> String {
    match value {
        Value::DateTime(time) => format_date::invariant(*time, culture),
        Value::Utc(time) => format_date::invariant(*time, culture.in_utc()),
        Value::F64(value) => number::double_text(*value),
        Value::List(values) => {
            let texts: Vec<String> = values.iter().map(|value| text(value, culture)).collect();
            texts.join(" ")
        }
        Value::Object(object) => object_text(object, culture),
        other => other.to_string(),
    }
}

fn object_text(object: &Object, culture: Culture) -> String {
    if !object.text.is_empty() {
        return object.text.clone();
    }
    if !is_custom(object) {
        return object.type_names.first().map(ToString::to_string).unwrap_or_default();
    }
    let entries: Vec<String> = object
        .properties
        .iter()
        .map(|(name, value)| {
            let shown = match value {
                Value::Object(_) => value.to_string(),
                Value::List(_) => type_name(value).into_owned(),
                other => text(other, culture),
            };
            format!("{name}={shown}")
        })
        .collect();
    format!("@{{{}}}", entries.join("; "))
}

/// The text of the value by itself, in the culture of the server: what `ToString()` gives.
pub(crate) fn shown(value: &Value, culture: Culture) -> String {
    match value {
        Value::DateTime(time) => culture.date_time(*time),
        Value::Utc(time) => culture.in_utc().date_time(*time),
        other => text(other, culture),
    }
}

/// The text of the value in a table or list: lists in braces, cut after so many elements.
pub(crate) fn cell(value: &Value, culture: Culture, enumeration_limit: usize) -> String {
    let braced = |texts: Vec<String>, all: usize| {
        let dots = if all > enumeration_limit { "..." } else { "" };
        format!("{{{}{dots}}}", texts.join(", "))
    };
    match value {
        Value::List(values) => {
            let texts = values.iter().take(enumeration_limit).map(|value| element(value, culture));
            braced(texts.collect(), values.len())
        }
        Value::Hashtable(entries) => {
            let names = entries.iter().take(enumeration_limit).map(|(name, _)| name.clone());
            braced(names.collect(), entries.len())
        }
        other => shown(other, culture),
    }
}

/// An element of a list in braces: an object without a text of its own shows its name.
fn element(value: &Value, culture: Culture) -> String {
    match value {
        Value::Null => "$null".to_owned(),
        Value::Object(object) if object.text.is_empty() && !is_custom(object) => ["Name", "Id"]
            .iter()
            .find_map(|name| object.get(name))
            .map_or_else(|| shown(value, culture), |name| shown(name, culture)),
        other => shown(other, culture),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_after_four_elements() {
        let list = Value::from(vec![1, 2, 3, 4, 5]);
        assert_eq!(cell(&list, Culture::default(), 4), "{1, 2, 3, 4...}");
        assert_eq!(cell(&Value::from(vec![1, 2]), Culture::default(), 4), "{1, 2}");
    }

    #[test]
    fn a_date_is_american_in_a_table_and_invariant_in_a_string() {
        let time: jiff::Timestamp = "2026-05-01T06:06:57Z".parse().unwrap();
        let culture = Culture::default();
        assert_eq!(shown(&time.into(), culture), "5/1/2026 6:06:57 AM");
        assert_eq!(text(&time.into(), culture), "05/01/2026 06:06:57");
    }

    #[test]
    fn a_custom_object_is_written_as_a_hash_table() {
        let object = Object::new(CUSTOM_OBJECT).with("Name", "a").with("Count", 2);
        assert_eq!(text(&object.into(), Culture::default()), "@{Name=a; Count=2}");
    }
}
