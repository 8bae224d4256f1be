//! Objects of which only the shown text is left, as `Format-List` and `Export-Csv` leave them, made
//! like exported ones again.
//!
//! Times are shown without their zone; UTC is taken. `Export-Csv` shows a type's name in place of the
//! values of a multi-valued property: such a property is left out, since nothing is known of it.

use std::borrow::Cow;

use exchange::value::{Object, Value};
use logs::csv::{Table, TableRow};

use super::names::shown_time;

/// What a type's name begins with where values should stand.
const TYPE_NAMES: [&str; 3] = ["System.", "Microsoft.Exchange.", "Microsoft.PowerShell."];

/// Properties that are text, whatever it looks like.
const TEXTS: [&str; 3] = ["LastError", "Subject", "RecipientStatus"];

/// An object of a list with values in place of shown text.
pub(super) fn listed(object: &Object) -> Object {
    let properties = object.properties.iter();
    let properties =
        properties.filter_map(|(name, value)| Some((name.clone(), shown(name, value)?)));
    Object { properties: properties.collect(), ..object.clone() }
}

/// A row of a table as an object.
pub(super) fn of_row(table: &Table, row: &TableRow) -> Object {
    let type_names = table.type_name.iter().map(|name| Cow::Owned(name.clone())).collect();
    let cells = table.columns.iter().zip(&row.cells);
    let properties = cells.map(|(name, cell)| {
        (Cow::Owned(name.clone()), cell.clone().map_or(Value::Null, Value::String))
    });
    listed(&Object { type_names, text: String::new(), properties: properties.collect() })
}

fn shown(name: &str, value: &Value) -> Option<Value> {
    let Value::String(text) = value else { return Some(value.clone()) };
    let text = text.trim();
    let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    if TEXTS.iter().any(|own| own.eq_ignore_ascii_case(name)) {
        return Some(Value::String(inner.unwrap_or(text).to_owned()));
    }
    if text.is_empty() {
        return Some(Value::Null);
    }
    if let Some(inner) = inner {
        let parts = inner.split(", ").map(str::trim);
        // The shell shows the first values only, and marks the rest.
        let known = parts.filter(|part| !part.is_empty() && !matches!(*part, "..." | "…"));
        return Some(Value::List(known.map(Value::from).collect()));
    }
    let is_type_name = TYPE_NAMES.iter().any(|start| text.starts_with(start))
        && text.ends_with([']', 's', 't'])
        && !text.contains(' ');
    if is_type_name && (text.contains('[') || text.contains("Collection")) {
        return None;
    }
    Some(shown_time(text).map_or_else(|| Value::from(text), Value::DateTime))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_text_becomes_values() {
        let text = |text: &str| Value::from(text);
        let value = |name: &str, shown_text: &str| shown(name, &text(shown_text));
        assert_eq!(value("AddressSpaces", "{SMTP:*;1}"), Some(vec!["SMTP:*;1"].into()));
        assert_eq!(value("Bindings", "{[::]:25, 0.0.0.0:25...}"), {
            Some(vec!["[::]:25", "0.0.0.0:25..."].into())
        });
        assert_eq!(value("SmartHosts", "{}"), Some(Value::List(Vec::new())));
        assert_eq!(value("LastError", "{451 4.4.0, x}"), Some(text("451 4.4.0, x")));
        assert_eq!(value("TlsDomain", ""), Some(Value::Null));
        let time = "2026-05-01T06:06:57Z".parse::<jiff::Timestamp>().unwrap();
        assert_eq!(value("NextRetryTime", "5/1/2026 6:06:57 AM"), Some(time.into()));
        let lost =
            "Microsoft.Exchange.Data.MultiValuedProperty`1[Microsoft.Exchange.Data.SmartHost]";
        assert_eq!(value("SmartHosts", lost), None);
        assert_eq!(value("Name", "Outbound"), Some(text("Outbound")));
    }
}
