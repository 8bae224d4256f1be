//! Comma-separated values as `Export-Csv` writes them and `Import-Csv` reads them.
//!
//! Every field is written in quotes, as Windows PowerShell does.

use exchange::culture::Culture;
use exchange::value::{Object, Value};

use super::{members, value_text};

/// The records of a text; a quoted field may go over several lines. Empty lines are left out.
pub(crate) fn records(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut was_quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if quoted {
            match c {
                '"' if characters.peek() == Some(&'"') => {
                    field.push('"');
                    characters.next();
                }
                '"' => quoted = false,
                other => field.push(other),
            }
            continue;
        }
        match c {
            '"' if field.is_empty() && !was_quoted => (quoted, was_quoted) = (true, true),
            '\r' | '\n' => {
                if !(record.is_empty() && field.is_empty() && !was_quoted) {
                    record.push(std::mem::take(&mut field));
                    records.push(std::mem::take(&mut record));
                }
                was_quoted = false;
            }
            c if c == delimiter => {
                record.push(std::mem::take(&mut field));
                was_quoted = false;
            }
            other => field.push(other),
        }
    }
    if !(record.is_empty() && field.is_empty() && !was_quoted) {
        record.push(field);
        records.push(record);
    }
    records
}

/// Objects from records: the first record names the properties unless a header is given.
pub(crate) fn objects(text: &str, delimiter: char, header: Option<Vec<String>>) -> Vec<Value> {
    // Export-Csv writes the type of the objects in a first line that is no record.
    let body = match text.strip_prefix("#TYPE") {
        Some(rest) => rest.split_once('\n').map_or("", |(_, body)| body),
        None => text,
    };
    let mut records = records(body, delimiter).into_iter();
    let Some(names) = header.or_else(|| records.next()) else { return Vec::new() };
    let objects = records.map(|record| {
        let mut fields = record.into_iter();
        let properties = names.iter().enumerate().map(|(index, name)| {
            let name = if name.is_empty() { format!("H{}", index + 1) } else { name.clone() };
            (name.into(), fields.next().map_or(Value::Null, Value::String))
        });
        let properties = properties.collect();
        Value::from(Object { properties, ..Object::new(value_text::CUSTOM_OBJECT) })
    });
    objects.collect()
}

/// The lines for objects: the properties of the first one make the columns.
pub(crate) fn lines(
    values: &[Value],
    delimiter: char,
    with_type: bool,
    culture: Culture,
) -> Vec<String> {
    let Some(first) = values.first() else { return Vec::new() };
    let names: Vec<String> =
        members::shown_properties(first, culture).into_iter().map(|(name, _)| name).collect();
    let mut lines = Vec::new();
    if with_type {
        let name = match first {
            Value::Object(object) => object.type_names.first().map(ToString::to_string),
            other => Some(value_text::type_name(other).into_owned()),
        };
        lines.push(format!("#TYPE {}", name.unwrap_or_default()));
    }
    lines.push(line(&names, delimiter));
    for value in values {
        let fields: Vec<String> = names
            .iter()
            .map(|name| field(&members::property(value, name, culture), culture))
            .collect();
        lines.push(line(&fields, delimiter));
    }
    lines
}

/// A list is written as the name of its type: the trap that `Export-Csv` is known for.
fn field(value: &Value, culture: Culture) -> String {
    match value {
        Value::List(_) | Value::Hashtable(_) => value_text::type_name(value).into_owned(),
        other => value_text::shown(other, culture),
    }
}

fn line(fields: &[String], delimiter: char) -> String {
    let quoted: Vec<String> =
        fields.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect();
    quoted.join(&delimiter.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quotes_hide_commas_and_line_ends() {
        assert_eq!(
            records("a,\"b,\"\"c\"\"\n\",d\r\n\r\ne,,", ','),
            [vec!["a", "b,\"c\"\n", "d"], vec!["e", "", ""],]
        );
    }

    #[test]
    fn a_given_header_leaves_the_first_record_in() {
        let objects = objects(
            "2026-05-01,>,250 OK\n",
            ',',
            Some(vec!["Time".into(), "Event".into(), "Data".into(), "Context".into()]),
        );
        let object = objects[0].as_object().unwrap();
        assert_eq!(object.text_of("Data"), "250 OK");
        assert_eq!(object.get("Context"), Some(&Value::Null));
    }

    proptest! {
        #[test]
        fn any_text_has_records(text in "(?s)[a,\"\r\n;]{0,60}") {
            let _objects = objects(&text, ',', None);
        }

        #[test]
        fn what_is_written_is_read_back(rows in proptest::collection::vec(("(?s)[^\r]{0,10}", "(?s)[^\r]{0,10}"), 1..5)) {
            let values: Vec<Value> = rows.iter().map(|(a, b)| {
                Value::from(Object::new("T").with("A", a.as_str()).with("B", b.as_str()))
            }).collect();
            let text = lines(&values, ',', true, Culture::default()).join("\n");
            let read = objects(&text, ',', None);
            let texts: Vec<(String, String)> = read.iter().filter_map(Value::as_object)
                .map(|object| (object.text_of("A"), object.text_of("B"))).collect();
            prop_assert_eq!(texts, rows);
        }
    }
}
