//! Tests: `-eq`, `-gt`, `-like`, `-match`, `-contains` and their kin.
//!
//! The left side decides how values are compared; a list on the left is filtered.

use std::cmp::Ordering;

use exchange::culture::Culture;
use exchange::value::Value;

use super::ast::{Case, Comparison};
use super::convert::{self, Type};
use super::errors::{Category, ErrorRecord};
use super::patterns::Patterns;
use super::{value_text, wildcard};

/// The result of a test, and what `-match` found, for `$Matches`.
///
/// # Errors
/// When values of different types cannot be ordered, or a pattern is none.
pub(crate) fn test(
    patterns: &mut Patterns,
    comparison: Comparison,
    case: Case,
    (left, right): (&Value, &Value),
    culture: Culture,
) -> Result<(Value, Option<Value>), ErrorRecord> {
    let contained = |list: &Value, wanted: &Value| {
        list.elements().iter().any(|own| equal(own, wanted, case, culture))
    };
    let found = match comparison {
        Comparison::Contains => contained(left, right),
        Comparison::NotContains => !contained(left, right),
        Comparison::In => contained(right, left),
        Comparison::NotIn => !contained(right, left),
        _ => {
            let mut matches = None;
            let Value::List(values) = left else {
                let passed =
                    passes(patterns, comparison, case, (left, right), culture, &mut matches)?;
                return Ok((Value::Bool(passed), matches));
            };
            let mut kept = Vec::new();
            for value in values {
                if passes(patterns, comparison, case, (value, right), culture, &mut None)? {
                    kept.push(value.clone());
                }
            }
            return Ok((Value::List(kept), None));
        }
    };
    Ok((Value::Bool(found), None))
}

fn passes(
    patterns: &mut Patterns,
    comparison: Comparison,
    case: Case,
    (left, right): (&Value, &Value),
    culture: Culture,
    matches: &mut Option<Value>,
) -> Result<bool, ErrorRecord> {
    let text = |value: &Value| value_text::text(value, culture);
    let like = || {
        let (pattern, text) = (text(right), text(left));
        match case {
            Case::Ignored => wildcard::matches(&pattern, &text),
            Case::Sensitive => wildcard::matches_case(&pattern, &text),
        }
    };
    let ordered = |wanted: fn(Ordering) -> bool| order(left, right, case, culture).map(wanted);
    match comparison {
        Comparison::Equal => Ok(equal(left, right, case, culture)),
        Comparison::NotEqual => Ok(!equal(left, right, case, culture)),
        Comparison::Greater => ordered(Ordering::is_gt),
        Comparison::GreaterOrEqual => ordered(Ordering::is_ge),
        Comparison::Less => ordered(Ordering::is_lt),
        Comparison::LessOrEqual => ordered(Ordering::is_le),
        Comparison::Like => Ok(like()),
        Comparison::NotLike => Ok(!like()),
        Comparison::Match | Comparison::NotMatch => {
            let pattern = patterns.get(&text(right), case)?;
            let subject = text(left);
            let found = pattern.captures(&subject);
            if let Some(found) = &found {
                *matches = Some(groups(pattern, found));
            }
            Ok(found.is_some() == (comparison == Comparison::Match))
        }
        // These look into a list as a whole and were answered before.
        Comparison::Contains | Comparison::NotContains | Comparison::In | Comparison::NotIn => {
            Ok(false)
        }
    }
}

/// `$Matches`: groups by number, or by name when they have one.
fn groups(pattern: &regex::Regex, found: &regex::Captures<'_>) -> Value {
    let mut entries = Vec::new();
    for (index, name) in pattern.capture_names().enumerate() {
        if let Some(group) = found.get(index) {
            let key = name.map_or_else(|| index.to_string(), str::to_owned);
            entries.push((key, Value::from(group.as_str())));
        }
    }
    Value::Hashtable(entries)
}

/// Whether two values are equal, upper and lower case alike.
pub(crate) fn are_equal(left: &Value, right: &Value, culture: Culture) -> bool {
    equal(left, right, Case::Ignored, culture)
}

fn equal(left: &Value, right: &Value, case: Case, culture: Culture) -> bool {
    match (left, right) {
        (Value::Null, Value::Null) => true,
        (Value::Null, _) | (_, Value::Null) => false,
        (Value::Bool(left), right) => *left == right.is_true(),
        (Value::Object(left), Value::Object(right)) if left == right => true,
        (Value::List(_) | Value::Hashtable(_), _) => left == right,
        (Value::Enum(member), Value::String(text)) => {
            compare_text(&member.text, text, case).is_eq() || *text == member.number.to_string()
        }
        _ => order(left, right, case, culture).is_ok_and(Ordering::is_eq),
    }
}

/// How two values are ordered.
///
/// # Errors
/// PowerShell's error when the right value does not convert to the type of the left one.
fn order(
    left: &Value,
    right: &Value,
    case: Case,
    culture: Culture,
) -> Result<Ordering, ErrorRecord> {
    let as_type = |target: Type| {
        convert::convert(right, target, culture).map_err(|error| {
            let (left, right) = (value_text::text(left, culture), value_text::text(right, culture));
            let message = format!(
                "Could not compare \"{left}\" to \"{right}\". Error: \"{}\"",
                error.message
            );
            ErrorRecord::new(Category::InvalidOperation, "ComparisonFailure", message)
        })
    };
    match left {
        Value::Null => Ok(if *right == Value::Null { Ordering::Equal } else { Ordering::Less }),
        Value::I32(_) | Value::I64(_) | Value::F64(_) => {
            let number = convert::as_number(right).map_or_else(|| as_type(Type::Int), Ok);
            Ok(compare_numbers(left, &number?))
        }
        Value::DateTime(time) | Value::Utc(time) => match as_type(Type::DateTime)? {
            Value::DateTime(other) | Value::Utc(other) => Ok(time.cmp(&other)),
            _ => Ok(Ordering::Less),
        },
        Value::Bool(value) => Ok(value.cmp(&right.is_true())),
        Value::Enum(member) => match right {
            Value::I32(number) => Ok(member.number.cmp(number)),
            Value::Enum(other) if member.type_name == other.type_name => {
                Ok(member.number.cmp(&other.number))
            }
            _ => Ok(compare_text(&member.text, &value_text::text(right, culture), case)),
        },
        _ => Ok(compare_otherwise(left, right, case, culture)),
    }
}

/// Lengths of time by length, GUIDs whatever their braces, everything else by text.
fn compare_otherwise(left: &Value, right: &Value, case: Case, culture: Culture) -> Ordering {
    if let Some(span) = super::time_span::TimeSpan::of(left)
        && let Ok(other) = convert::convert(right, Type::TimeSpan, culture)
        && let Some(other) = super::time_span::TimeSpan::of(&other)
    {
        return span.cmp(&other);
    }
    if let (Value::Guid(own), Ok(Value::Guid(other))) =
        (left, convert::convert(right, Type::Guid, culture))
    {
        return own.cmp(&other);
    }
    compare_text(&value_text::text(left, culture), &value_text::text(right, culture), case)
}

fn compare_numbers(left: &Value, right: &Value) -> Ordering {
    let wide = |value: &Value| match value {
        Value::I32(value) => Some(i64::from(*value)),
        Value::I64(value) => Some(*value),
        Value::Enum(member) => Some(i64::from(member.number)),
        _ => None,
    };
    if let (Some(left), Some(right)) = (wide(left), wide(right)) {
        return left.cmp(&right);
    }
    let (left, right) = (convert::as_double(left), convert::as_double(right));
    left.partial_cmp(&right).unwrap_or(Ordering::Less)
}

/// Texts by their characters; not modelled: the culture's own order of punctuation and accents.
fn compare_text(left: &str, right: &str, case: Case) -> Ordering {
    match case {
        Case::Sensitive => left.cmp(right),
        Case::Ignored => {
            let fold = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
            fold(left).cmp(&fold(right))
        }
    }
}

/// How `Sort-Object` orders two values: `$null` first, numbers by size, the rest by text.
pub(crate) fn sort_order(left: &Value, right: &Value, culture: Culture) -> Ordering {
    let text = |value: &Value| value_text::text(value, culture);
    match (left, right) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (
            Value::I32(_) | Value::I64(_) | Value::F64(_),
            Value::I32(_) | Value::I64(_) | Value::F64(_),
        ) => compare_numbers(left, right),
        (Value::DateTime(left) | Value::Utc(left), Value::DateTime(right) | Value::Utc(right)) => {
            left.cmp(right)
        }
        (Value::Enum(own), Value::Enum(other)) if own.type_name == other.type_name => {
            own.number.cmp(&other.number)
        }
        (Value::Opaque(_), Value::Opaque(_)) => {
            compare_otherwise(left, right, Case::Ignored, culture)
        }
        _ => compare_text(&text(left), &text(right), Case::Ignored),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tested(comparison: Comparison, left: impl Into<Value>, right: impl Into<Value>) -> String {
        let sides = (&left.into(), &right.into());
        let result =
            test(&mut Patterns::default(), comparison, Case::Ignored, sides, Culture::default());
        match result {
            Ok((value, _)) => value.to_string(),
            Err(error) => error.message,
        }
    }

    #[test]
    fn the_left_side_decides_how_to_compare() {
        assert_eq!(tested(Comparison::Equal, "10", 10), "True");
        assert_eq!(tested(Comparison::Greater, "9", 10), "True");
        assert_eq!(tested(Comparison::Greater, 9, "10"), "False");
        assert_eq!(tested(Comparison::Equal, "RETRY", "Retry"), "True");
        assert_eq!(tested(Comparison::Equal, true, "False"), "True");
        let retry = Value::enumeration("Status", "Retry", 2);
        assert_eq!(tested(Comparison::Equal, retry.clone(), "retry"), "True");
        assert_eq!(tested(Comparison::Equal, retry, 2), "True");
        assert_eq!(
            tested(Comparison::Greater, 5, "many"),
            "Could not compare \"5\" to \"many\". Error: \"Cannot convert value \"many\" to type \
             \"System.Int32\". Error: \"Input string was not in a correct format.\"\""
        );
    }

    #[test]
    fn a_list_on_the_left_is_filtered() {
        assert_eq!(tested(Comparison::GreaterOrEqual, vec![1, 2, 3], 2), "2 3");
        assert_eq!(tested(Comparison::Like, vec!["mbx01", "edge01"], "MBX*"), "mbx01");
        assert_eq!(tested(Comparison::Contains, vec!["a", "B"], "b"), "True");
        assert_eq!(tested(Comparison::NotIn, "c", vec!["a", "b"]), "True");
    }

    #[test]
    fn a_match_fills_the_groups() {
        let sides = (&Value::from("451 4.7.0 Temporary"), &Value::from(r"^(\d+) (?<code>[\d.]+)"));
        let (_, matches) = test(
            &mut Patterns::default(),
            Comparison::Match,
            Case::Ignored,
            sides,
            Culture::default(),
        )
        .unwrap();
        let Some(Value::Hashtable(groups)) = matches else { panic!("no groups") };
        let texts: Vec<String> =
            groups.iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(texts, ["0=451 4.7.0", "1=451", "code=4.7.0"]);
    }

    #[test]
    fn sorting_puts_null_first_and_numbers_by_size() {
        let mut values = [Value::I32(10), Value::Null, Value::I32(9), Value::F64(9.5)];
        values.sort_by(|a, b| sort_order(a, b, Culture::default()));
        assert_eq!(values.map(|value| value.to_string()), ["", "9", "9.5", "10"]);
    }
}
