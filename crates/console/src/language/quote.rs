//! Writes a value as PowerShell that gives the value back: what printed commands need.

use exchange::value::Value;

use super::value_text;

/// A text in single quotes; also safe where typographic quotes stand in it.
pub fn quote(text: &str) -> String {
    let mut quoted = String::from("'");
    for c in text.chars() {
        quoted.push(c);
        if super::lexer::is_single_quote(c) {
            quoted.push(c);
        }
    }
    quoted.push('\'');
    quoted
}

/// A value as an argument: texts in quotes, lists with commas, hash tables as `@{…}`.
///
/// An object or a product type is written as its text, which is what a parameter takes of it.
pub fn quote_value(value: &Value) -> String {
    match value {
        Value::Null => "$null".to_owned(),
        Value::Bool(true) => "$true".to_owned(),
        Value::Bool(false) => "$false".to_owned(),
        Value::I32(value) => value.to_string(),
        Value::I64(value) => value.to_string(),
        // The shortest form that reads back as the same double.
        Value::F64(value) if value.is_finite() => format!("{value:?}"),
        Value::DateTime(time) | Value::Utc(time) => quote(&exchange::culture::log_time(*time)),
        Value::List(values) => {
            let items: Vec<String> = values.iter().map(quote_item).collect();
            match items.as_slice() {
                [] => "@()".to_owned(),
                // A comma keeps `$null` or a list as the one element.
                [single] => match values.first() {
                    Some(Value::Null | Value::List(_)) => format!("@(,{single})"),
                    _ => format!("@({single})"),
                },
                several => several.join(","),
            }
        }
        Value::Hashtable(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(name, value)| format!("{}={}", quote_key(name), quote_value(value)))
                .collect();
            format!("@{{{}}}", entries.join("; "))
        }
        other => match value_text::script_block_text(other) {
            Some(text) => format!("{{{text}}}"),
            None => quote(&other.to_string()),
        },
    }
}

/// A list inside a list needs parentheses.
fn quote_item(value: &Value) -> String {
    match value {
        Value::List(values) if values.len() > 1 => format!("({})", quote_value(value)),
        _ => quote_value(value),
    }
}

fn quote_key(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic());
    if plain { name.to_owned() } else { quote(name) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::testing::Console;
    use proptest::prelude::*;

    fn read_back(text: &str) -> Value {
        let mut console = Console::new();
        let output = console.run(&format!("$x = {text}; Write-Output $x -NoEnumerate"));
        assert!(!output.had_errors, "{}", output.text);
        output.values.into_iter().next().unwrap_or(Value::Null)
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i32>().prop_map(Value::I32),
            any::<f64>().prop_map(Value::F64),
            "(?s).{0,12}".prop_map(Value::String),
            "[\"'`$@;\u{2018}\u{201d}]{0,8}".prop_map(Value::String),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
                proptest::collection::btree_map("[a-z ']{1,5}", inner, 0..4)
                    .prop_map(|map| Value::Hashtable(map.into_iter().collect())),
            ]
        })
    }

    #[test]
    fn a_remedy_reads_as_an_admin_would_type_it() {
        let edit = Value::Hashtable(vec![(
            "Add".to_owned(),
            Value::from(vec!["smtp:a.example;1", "smtp:b.example;1"]),
        )]);
        assert_eq!(quote_value(&edit), "@{Add='smtp:a.example;1','smtp:b.example;1'}");
        assert_eq!(quote("Tom's"), "'Tom''s'");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn any_text_is_read_back(text in "(?s).{0,60}") {
            prop_assert_eq!(read_back(&quote(&text)), Value::String(text));
        }

        #[test]
        fn any_value_is_read_back(value in any_value()) {
            prop_assert_eq!(read_back(&quote_value(&value)), value);
        }
    }
}
