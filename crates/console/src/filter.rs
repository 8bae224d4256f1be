//! `-Filter` of the queue viewer and its kin: `Status -eq 'Retry' -and MessageCount -gt 10`.
//!
//! Properties stand to the left of a test, without `$_`; texts stand in quotes of either kind, and may
//! go without when they have no blanks. Sizes compare as sizes: `Size -gt 1MB`.
//!
//! Not modelled: the wording of the product's refusals beyond their first sentence.
//! Source: Microsoft Learn, "Queue properties" and "Message properties".

use exchange::culture::Culture;
use exchange::quantity::ByteSize;
use exchange::value::{Object, Value};

use crate::language::ast::{Case, Comparison};
use crate::language::cmdlet::{Kind, Parameter};
use crate::language::compare;
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::patterns::Patterns;
use crate::refusal;

/// The parameter.
pub(crate) const FILTER: Parameter = Parameter::new(
    "Filter",
    Kind::String,
    "Which objects: tests of their properties, such as Status -eq 'Retry'.",
);

/// A filter that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    /// A property, how it is compared, and with what.
    Test(String, Comparison, String),
    /// Both.
    And(Box<Filter>, Box<Filter>),
    /// One of the two, or both.
    Or(Box<Filter>, Box<Filter>),
    /// Not that.
    Not(Box<Filter>),
}

/// Why a filter cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FilterError {
    /// It cannot be read.
    #[error(
        "Invalid filter syntax. For a description of the filter parameter syntax see the command help. \"{found}\" was found where {expected} was expected."
    )]
    Syntax {
        /// What was expected.
        expected: &'static str,
        /// What came.
        found: String,
    },
    /// There is no such property.
    #[error(
        "\"{0}\" is not a recognized filterable property. For a complete list of filterable properties see the command help."
    )]
    UnknownProperty(String),
    /// The value cannot be compared with the property's.
    #[error("{0}")]
    Value(String),
}

/// The objects that `-Filter` lets through; all of them without it.
///
/// # Errors
/// When the filter cannot be read, or names a property that the objects do not have.
pub(crate) fn filtered(
    invocation: &Invocation<'_>,
    objects: Vec<Value>,
) -> Result<Vec<Value>, ErrorRecord> {
    let Some(text) = invocation.string("Filter") else { return Ok(objects) };
    let refused = |error: FilterError| refusal::unfit(invocation, "Filter", &error.to_string());
    let filter = Filter::read(&text).map_err(refused)?;
    let culture = invocation.culture();
    let mut kept = Vec::new();
    for object in objects {
        let passes = object.as_object().map(|object| filter.passes(object, culture));
        if passes.transpose().map_err(refused)? == Some(true) {
            kept.push(object);
        }
    }
    Ok(kept)
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// What was found instead of what belongs there.
    pub(crate) fn read(text: &str) -> Result<Self, FilterError> {
        let text = text.trim();
        let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let mut words = words(inner.unwrap_or(text)).into_iter().peekable();
        let filter = any(&mut words, 0)?;
        match words.next() {
            None => Ok(filter),
            Some(word) => Err(FilterError::Syntax { expected: "the end", found: word.text }),
        }
    }

    /// Whether it lets the object through.
    ///
    /// # Errors
    /// When the object has no such property, or its value cannot be compared with the filter's.
    pub(crate) fn passes(&self, object: &Object, culture: Culture) -> Result<bool, FilterError> {
        match self {
            Self::And(left, right) => {
                Ok(left.passes(object, culture)? && right.passes(object, culture)?)
            }
            Self::Or(left, right) => {
                Ok(left.passes(object, culture)? || right.passes(object, culture)?)
            }
            Self::Not(inner) => Ok(!inner.passes(object, culture)?),
            Self::Test(property, comparison, wanted) => {
                let own = object.get(property);
                let own = own.ok_or_else(|| FilterError::UnknownProperty(property.clone()))?;
                let (own, wanted) = comparable(own, wanted);
                let sides = (&own, &wanted);
                let (mut patterns, case) = (Patterns::default(), Case::Ignored);
                compare::test(&mut patterns, *comparison, case, sides, culture)
                    .map(|(result, _)| result.is_true())
                    .map_err(|error| FilterError::Value(error.message))
            }
        }
    }
}

/// The two sides as values that can be compared: sizes as numbers of bytes.
fn comparable(own: &Value, wanted: &str) -> (Value, Value) {
    if let Value::Opaque(size) = own
        && let (Ok(ByteSize(own)), Ok(ByteSize(wanted))) = (size.text.parse(), wanted.parse())
    {
        let number = |bytes: u64| Value::I64(i64::try_from(bytes).unwrap_or(i64::MAX));
        return (number(own), number(wanted));
    }
    let wanted = match wanted.to_ascii_lowercase().as_str() {
        "$true" => Value::Bool(true),
        "$false" => Value::Bool(false),
        "$null" => Value::Null,
        _ => Value::from(wanted),
    };
    (own.clone(), wanted)
}

/// A word of a filter; quotes make any text a value.
#[derive(Clone, Debug)]
struct Word {
    text: String,
    is_quoted: bool,
}

type Words = std::iter::Peekable<std::vec::IntoIter<Word>>;

/// Brackets within brackets.
const DEPTH_MAX: usize = 50;

fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, after) = match first {
            '(' | ')' | '!' => (rest[..1].to_owned(), &rest[1..]),
            '\'' | '"' => quoted(first, &rest[1..]),
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || "()".contains(c));
                let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
                (word.to_owned(), after)
            }
        };
        words.push(Word { text: word, is_quoted: matches!(first, '\'' | '"') });
        rest = after.trim_start();
    }
    words
}

/// A text up to its closing quote, which stands for itself when it is doubled.
fn quoted(quote: char, text: &str) -> (String, &str) {
    let mut word = String::new();
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        if c != quote {
            word.push(c);
        } else if characters.next_if(|(_, next)| *next == quote).is_some() {
            word.push(quote);
        } else {
            return (word, &text[at + 1..]);
        }
    }
    (word, "")
}

fn any(words: &mut Words, depth: usize) -> Result<Filter, FilterError> {
    let mut filter = all(words, depth)?;
    while next_is(words, "-or") {
        filter = Filter::Or(Box::new(filter), Box::new(all(words, depth)?));
    }
    Ok(filter)
}

fn all(words: &mut Words, depth: usize) -> Result<Filter, FilterError> {
    let mut filter = one(words, depth)?;
    while next_is(words, "-and") {
        filter = Filter::And(Box::new(filter), Box::new(one(words, depth)?));
    }
    Ok(filter)
}

fn one(words: &mut Words, depth: usize) -> Result<Filter, FilterError> {
    if depth > DEPTH_MAX {
        return Err(syntax("a simpler filter", words.next()));
    }
    if next_is(words, "-not") || next_is(words, "!") {
        return Ok(Filter::Not(Box::new(one(words, depth + 1)?)));
    }
    if next_is(words, "(") {
        let filter = any(words, depth + 1)?;
        return if next_is(words, ")") { Ok(filter) } else { Err(syntax(")", words.next())) };
    }
    let is_name = |word: &Word| !word.is_quoted && word.text.chars().all(char::is_alphanumeric);
    let Some(property) = words.next_if(is_name) else {
        return Err(syntax("a property", words.next()));
    };
    let operator = words.next();
    let comparison = operator.as_ref().and_then(|word| operator_named(&word.text));
    let Some(comparison) = comparison else { return Err(syntax("an operator", operator)) };
    let is_value = |word: &Word| word.is_quoted || !matches!(word.text.as_str(), "(" | ")" | "!");
    match words.next_if(is_value) {
        Some(value) => Ok(Filter::Test(property.text, comparison, value.text)),
        None => Err(syntax("a value", words.next())),
    }
}

fn next_is(words: &mut Words, wanted: &str) -> bool {
    words.next_if(|word| !word.is_quoted && word.text.eq_ignore_ascii_case(wanted)).is_some()
}

fn syntax(expected: &'static str, found: Option<Word>) -> FilterError {
    FilterError::Syntax { expected, found: found.map(|word| word.text).unwrap_or_default() }
}

/// The tests of the queue viewer.
const OPERATORS: [(&str, Comparison); 10] = [
    ("-eq", Comparison::Equal),
    ("-ne", Comparison::NotEqual),
    ("-gt", Comparison::Greater),
    ("-ge", Comparison::GreaterOrEqual),
    ("-lt", Comparison::Less),
    ("-le", Comparison::LessOrEqual),
    ("-like", Comparison::Like),
    ("-notlike", Comparison::NotLike),
    ("-contains", Comparison::Contains),
    ("-notcontains", Comparison::NotContains),
];

fn operator_named(word: &str) -> Option<Comparison> {
    OPERATORS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, one)| *one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use exchange::properties::Fit;
    use proptest::prelude::*;

    fn passes(filter: &str) -> Result<bool, FilterError> {
        let queue = Object::new("Queue")
            .with("Identity", "MBX01\\6")
            .with("Status", Value::enumeration("QueueStatus", "Retry", 3))
            .with("MessageCount", 12)
            .with("Size", ByteSize::megabytes(2).to_value())
            .with("NextHopDomain", "contoso.mail.onmicrosoft.com");
        Filter::read(filter)?.passes(&queue, Culture::default())
    }

    #[test]
    fn tests_are_joined_as_admins_type_them() {
        for filter in [
            "Status -eq 'Retry' -and MessageCount -gt 10",
            "{Status -eq \"retry\"}",
            "Status -eq Ready -or (NextHopDomain -like '*.onmicrosoft.com' -and -not (MessageCount -lt 5))",
            "Identity -eq \"mbx01\\6\"",
            "Size -gt 1MB -and Size -lt '10 MB'",
            "!(status -ne Retry)",
        ] {
            assert_eq!(passes(filter), Ok(true), "{filter}");
        }
        assert_eq!(passes("Status -eq 'Active' -or MessageCount -le 11"), Ok(false));
        assert_eq!(
            passes("Status -eq 'Active' -and MessageCount -gt 1 -or Status -eq 'Retry'"),
            Ok(true)
        );
    }

    #[test]
    fn a_filter_that_cannot_be_read_says_where() {
        for (filter, expected, found) in [
            ("", "a property", ""),
            ("Status", "an operator", ""),
            ("Status = Retry", "an operator", "="),
            ("Status -eq", "a value", ""),
            ("Status -eq Retry and", "the end", "and"),
            ("(Status -eq Retry", ")", ""),
            ("$_.Status -eq Retry", "a property", "$_.Status"),
        ] {
            let found = found.to_owned();
            assert_eq!(passes(filter), Err(FilterError::Syntax { expected, found }), "{filter}");
        }
        assert_eq!(passes("Stat -eq 1"), Err(FilterError::UnknownProperty("Stat".to_owned())));
        assert!(matches!(passes("MessageCount -gt many"), Err(FilterError::Value(_))));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn any_text_is_read_or_refused(text in "([(){}!'\"\\\\]|-(and|or|not|eq|like)| |[A-Za-zé]{1,5}|[0-9]){0,20}") {
            if let Ok(filter) = Filter::read(&text) {
                let _passed = filter.passes(&Object::new("T").with("A", 1), Culture::default());
            }
        }

        #[test]
        fn a_quoted_value_is_taken_as_it_is(value in ".{0,20}") {
            let filter = Filter::read(&format!("Subject -eq '{}'", value.replace('\'', "''")));
            prop_assert_eq!(filter, Ok(Filter::Test("Subject".to_owned(), Comparison::Equal, value)));
        }
    }
}
