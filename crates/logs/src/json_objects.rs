//! What `| ConvertTo-Json` prints: an object, or an array of them.
//!
//! Windows PowerShell writes times as `/Date(1777615617291)/`, newer ones as ISO 8601. Values of a remote
//! shell that have a name and a number come as an object with `Value`; the name is taken.
//!
//! Not modelled: members of enumerations that a local shell wrote as numbers, and what lies deeper than
//! `-Depth`, of which only a type's name is left.
//!
//! Source: PowerShell documentation, "ConvertTo-Json".

use exchange::value::{Object, Value};
use jiff::Timestamp;
use serde_json::Value as Json;

use crate::text::LineCount;
use crate::unread::{Reason, Unread};

/// Reads a text: each object with the line it begins on.
pub fn read(text: &str) -> (Vec<(u64, Value)>, Vec<Unread>) {
    let root = match serde_json::from_str::<Json>(text) {
        Ok(root) => root,
        Err(error) => {
            let line = error.line().max(1);
            let shown = text.lines().nth(line - 1).unwrap_or_default();
            let reason = Reason::Json(error.to_string());
            return (Vec::new(), vec![Unread::new(line as u64, shown, reason)]);
        }
    };
    let objects = match root {
        Json::Array(values) => values,
        other => vec![other],
    };
    let objects = objects.iter().filter(|value| value.is_object()).map(value);
    (begins(text).into_iter().zip(objects).collect(), Vec::new())
}

/// Whether a text begins as one does.
pub(crate) fn is_json_of_objects(start: &str) -> bool {
    let inner = start.strip_prefix('[').unwrap_or(start).trim_start();
    let object = inner.strip_prefix('{').map(str::trim_start);
    object.is_some_and(|members| members.starts_with(['"', '}']))
}

/// The lines on which the objects of an array begin, or a single one.
fn begins(text: &str) -> Vec<u64> {
    let mut count = LineCount::new(text);
    let outer = usize::from(text.trim_start().starts_with('['));
    let (mut depth, mut is_text, mut is_escaped) = (0_usize, false, false);
    let mut begins = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        match (byte, is_text) {
            _ if is_escaped => is_escaped = false,
            (b'\\', true) => is_escaped = true,
            (b'"', _) => is_text = !is_text,
            (b'{' | b'[', false) => {
                if byte == b'{' && depth == outer {
                    begins.push(count.at(at));
                }
                depth += 1;
            }
            (b'}' | b']', false) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    begins
}

/// A value as a shell had it.
fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => i32::try_from(whole).map_or(Value::I64(whole), Value::I32),
            (None, Some(decimal)) => Value::F64(decimal),
            (None, None) => Value::String(number.to_string()),
        },
        Json::String(text) => {
            time(text).map_or_else(|| Value::String(text.clone()), Value::DateTime)
        }
        Json::Array(values) => Value::List(values.iter().map(value).collect()),
        Json::Object(members) => {
            let named = members.get("Value").filter(|_| members.len() <= 2);
            if let Some(name @ Json::String(_)) = named {
                return value(name);
            }
            let properties = members.iter().map(|(name, own)| (name.clone().into(), value(own)));
            let object = Object { properties: properties.collect(), ..Object::default() };
            Value::Object(Box::new(object))
        }
    }
}

fn time(text: &str) -> Option<Timestamp> {
    let ticks = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/"));
    if let Some(ticks) = ticks {
        return Timestamp::from_millisecond(ticks.parse().ok()?).ok();
    }
    let is_time = text.len() >= 19 && text.as_bytes().get(10) == Some(&b'T');
    if is_time { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn objects_come_with_their_lines_and_times() {
        let text = "[\n  {\n    \"Identity\": \"MBX01\\\\6 {[\",\n    \"NextRetryTime\": \"\\/Date(1777615617291)\\/\"\n  },\n  {\n    \"DeliveryType\": { \"value\": 4, \"Value\": \"MapiDelivery\" },\n    \"LastRetryTime\": \"2026-05-01T06:06:57.291Z\"\n  }\n]\n";
        let (values, unread) = read(text);
        assert!(unread.is_empty());
        let lines: Vec<_> = values.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 6]);
        let objects: Vec<&Object> = values
            .iter()
            .filter_map(|(_, value)| match value {
                Value::Object(object) => Some(&**object),
                _ => None,
            })
            .collect();
        let at = "2026-05-01T06:06:57.291Z".parse().map(Value::DateTime).unwrap();
        assert_eq!(objects[0].get("NextRetryTime"), Some(&at));
        assert_eq!(objects[0].text_of("Identity"), "MBX01\\6 {[");
        assert_eq!(objects[1].text_of("DeliveryType"), "MapiDelivery");
        assert_eq!(objects[1].get("LastRetryTime"), Some(&at));
    }

    #[test]
    fn what_is_no_json_is_named_with_its_line() {
        let (values, unread) = read("{\n  \"a\": 1,\n  b\n}");
        assert!(values.is_empty());
        assert_eq!(unread[0].line, 3);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[\\[\\]{}\",:a1\\\\ \n]{0,60}") {
            let (values, unread) = read(&text);
            prop_assert!(values.is_empty() || unread.is_empty());
            let _known = is_json_of_objects(&text);
        }
    }
}
