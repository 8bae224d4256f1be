//! `-replace`, `-split` and `-join`.
//!
//! Not modelled: script blocks on the right side, the options of `-split` other than the count.

use exchange::culture::Culture;
use exchange::value::Value;

use super::ast::Case;
use super::errors::{ErrorRecord, fault};
use super::patterns::Patterns;
use super::{methods, value_text};

/// `text -replace pattern, replacement`.
///
/// # Errors
/// When there are more than two values on the right, or the pattern is none.
pub(crate) fn replace(
    patterns: &mut Patterns,
    left: &Value,
    right: &Value,
    case: Case,
    culture: Culture,
) -> Result<Value, ErrorRecord> {
    let arguments: Vec<String> =
        right.elements().iter().map(|value| value_text::text(value, culture)).collect();
    let (pattern, replacement) = match arguments.as_slice() {
        [] => ("", ""),
        [pattern] => (pattern.as_str(), ""),
        [pattern, replacement] => (pattern.as_str(), replacement.as_str()),
        more => {
            let message = format!(
                "The -replace operator allows only two elements to follow it, not {}.",
                more.len()
            );
            return Err(fault::bad_operand("BadReplaceArgument", message));
        }
    };
    let compiled = patterns.get(pattern, case)?;
    let replaced = |value: &Value| {
        let text = value_text::text(value, culture);
        let text =
            compiled.replace_all(&text, |found: &regex::Captures<'_>| expand(replacement, found));
        Value::String(text.into_owned())
    };
    Ok(match left {
        Value::List(values) => Value::List(values.iter().map(replaced).collect()),
        single => replaced(single),
    })
}

/// .NET's replacement text: `$1`, `${name}`, `$&`, `$$`.
fn expand(replacement: &str, found: &regex::Captures<'_>) -> String {
    let mut text = String::new();
    let mut rest = replacement;
    while let Some(at) = rest.find('$') {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let after = from.get(1..).unwrap_or_default();
        let (group, length) = reference(after, found);
        match group {
            Some(group) => text.push_str(group),
            None => text.push('$'),
        }
        rest = after.get(length..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

/// The text that the reference after a `$` means, and its length; none when it is no reference.
fn reference<'t>(after: &str, found: &regex::Captures<'t>) -> (Option<&'t str>, usize) {
    let text = |group: Option<regex::Match<'t>>| Some(group.map_or("", |group| group.as_str()));
    if after.starts_with('$') {
        return (Some("$"), 1);
    }
    if after.starts_with('&') {
        return (text(found.get(0)), 1);
    }
    if let Some((name, _)) = after.strip_prefix('{').and_then(|body| body.split_once('}')) {
        let group = name.parse().map_or_else(|_| found.name(name), |index| found.get(index));
        return (text(group), name.len() + 2);
    }
    let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    match after.get(..digits).and_then(|digits| digits.parse::<usize>().ok()) {
        Some(index) if index < found.len() => (text(found.get(index)), digits),
        _ => (None, 0),
    }
}

/// `text -split pattern, count`.
///
/// # Errors
/// When the pattern is none.
pub(crate) fn split(
    patterns: &mut Patterns,
    left: &Value,
    right: &Value,
    case: Case,
    culture: Culture,
) -> Result<Value, ErrorRecord> {
    let mut arguments = right.elements().iter();
    let pattern =
        arguments.next().map(|value| value_text::text(value, culture)).unwrap_or_default();
    let count = arguments.next().and_then(|value| methods::whole(value, culture));
    let limit = count.and_then(|count| usize::try_from(count).ok()).filter(|count| *count > 0);
    let compiled = patterns.get(&pattern, case)?;
    let mut parts = Vec::new();
    for value in left.elements() {
        let text = value_text::text(value, culture);
        parts.extend(compiled.splitn(&text, limit.unwrap_or(usize::MAX)).map(Value::from));
    }
    Ok(Value::List(parts))
}

/// `-split text`: at blanks.
pub(crate) fn split_at_blanks(value: &Value, culture: Culture) -> Value {
    let texts = value.elements().iter().map(|value| value_text::text(value, culture));
    let parts: Vec<Value> = texts
        .flat_map(|text| text.split_whitespace().map(Value::from).collect::<Vec<_>>())
        .collect();
    Value::List(parts)
}

/// `list -join separator`.
pub(crate) fn join(left: &Value, separator: &Value, culture: Culture) -> Value {
    let texts: Vec<String> =
        left.elements().iter().map(|value| value_text::text(value, culture)).collect();
    Value::String(texts.join(&value_text::text(separator, culture)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn replaced(text: &str, pattern: &str, replacement: &str) -> String {
        let right = Value::from(vec![pattern, replacement]);
        let result = replace(
            &mut Patterns::default(),
            &text.into(),
            &right,
            Case::Ignored,
            Culture::default(),
        );
        result.map_or_else(|error| error.message, |value| value.to_string())
    }

    #[test]
    fn replacements_refer_to_groups() {
        assert_eq!(replaced("CN=mbx01", "cn=(.*)", "$1.contoso.example"), "mbx01.contoso.example");
        assert_eq!(replaced("ab", "(?<x>a)", "[${x}][$&][$$][$9]$"), "[a][a][$][$9]$b");
        assert_eq!(replaced("a-b", "-", ""), "ab");
    }

    #[test]
    fn a_text_is_split_at_a_pattern_or_at_blanks() {
        let culture = Culture::default();
        let right = Value::List(vec![Value::from("[,;]"), Value::I32(2)]);
        let parts =
            split(&mut Patterns::default(), &"a,b;c".into(), &right, Case::Ignored, culture)
                .unwrap();
        assert_eq!(parts, Value::from(vec!["a", "b;c"]));
        assert_eq!(split_at_blanks(&" a  b ".into(), culture), Value::from(vec!["a", "b"]));
    }

    proptest! {
        #[test]
        fn any_replacement_ends(replacement in "[$&{}0-9a]{0,20}") {
            let _replaced = replaced("abc", "(b)", &replacement);
        }
    }
}
