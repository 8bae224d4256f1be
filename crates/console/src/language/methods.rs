//! Methods of values: of strings, dates, numbers, lists and hash tables.
//!
//! Not modelled: methods that change a value in place (`.Add()`), methods of product types.

use exchange::culture::Culture;
use exchange::value::{Object, Value};
use jiff::SignedDuration;

use super::convert::{self, Type};
use super::errors::{ErrorRecord, fault};
use super::time_span::TimeSpan;
use super::{compare, format_date, format_number, members, value_text};

/// Calls a method. A list that does not have it calls it on each element.
///
/// # Errors
/// PowerShell's error for a method of `$null`, an unknown one, or wrong arguments.
pub(crate) fn call(
    value: &Value,
    name: &str,
    arguments: &[Value],
    culture: Culture,
) -> Result<Value, ErrorRecord> {
    let lower = name.to_ascii_lowercase();
    let method = Method { name, lower: &lower, arguments, culture };
    let result = match value {
        Value::Null => return Err(fault::method_on_null()),
        Value::String(text) => method.of_text(text),
        Value::DateTime(time) => method.of_date(*time),
        Value::Utc(time) => Method { culture: culture.in_utc(), ..method }.of_date(*time),
        Value::List(values) => method.of_list(values),
        Value::Hashtable(entries) => method.of_hash_table(entries),
        Value::Opaque(_) => TimeSpan::of(value).and_then(|span| method.of_time_span(span)),
        _ => None,
    };
    if let Some(result) = result.or_else(|| method.of_anything(value)) {
        return result;
    }
    match value {
        Value::List(values) if !values.is_empty() => {
            let results: Result<Vec<Value>, ErrorRecord> =
                values.iter().map(|value| call(value, name, arguments, culture)).collect();
            results.map(super::evaluate::collapsed)
        }
        _ => Err(fault::method_not_found(value, name)),
    }
}

/// The result of a method; none when the value has no such method.
type Called = Option<Result<Value, ErrorRecord>>;

struct Method<'a> {
    name: &'a str,
    lower: &'a str,
    arguments: &'a [Value],
    culture: Culture,
}

impl Method<'_> {
    fn text(&self, index: usize) -> Option<String> {
        self.arguments.get(index).map(|value| value_text::text(value, self.culture))
    }

    fn number(&self, index: usize) -> Result<usize, ErrorRecord> {
        let value = self.arguments.get(index).and_then(convert::as_double);
        match value {
            Some(number) if number >= 0.0 => {
                let whole =
                    super::number::rounded(number).and_then(|whole| usize::try_from(whole).ok());
                whole.ok_or_else(|| self.no_overload())
            }
            Some(_) => {
                let reason = "StartIndex cannot be less than zero.\nParameter name: startIndex";
                Err(self.failed(reason, "ArgumentOutOfRangeException"))
            }
            None => Err(self.no_overload()),
        }
    }

    fn no_overload(&self) -> ErrorRecord {
        fault::no_overload(self.name, self.arguments.len())
    }

    fn failed(&self, reason: &str, id: &str) -> ErrorRecord {
        fault::method_failed(self.name, self.arguments.len(), reason, id)
    }

    /// What every value has.
    fn of_anything(&self, value: &Value) -> Called {
        match (self.lower, self.arguments) {
            ("tostring", []) => Some(Ok(Value::String(match value {
                Value::Object(object) => object.text.clone(),
                other => value_text::shown(other, self.culture),
            }))),
            ("tostring", [format]) => {
                let format = value_text::text(format, self.culture);
                let formatted = format_number::formatted(value, &format, self.culture);
                Some(
                    formatted.map(Value::String).ok_or_else(|| {
                        self.failed("Format specifier was invalid.", "FormatException")
                    }),
                )
            }
            ("gettype", []) => {
                Some(Ok(Value::opaque(members::RUNTIME_TYPE, value_text::type_name(value))))
            }
            ("equals", [other]) => Some(Ok(Value::Bool(value == other))),
            _ => None,
        }
    }

    fn of_text(&self, text: &str) -> Called {
        let trimmed = |set: Option<String>, start: bool, end: bool| {
            let drop = |c: char| set.as_ref().map_or(c.is_whitespace(), |set| set.contains(c));
            let mut kept = text;
            if start {
                kept = kept.trim_start_matches(drop);
            }
            if end {
                kept = kept.trim_end_matches(drop);
            }
            Some(Ok(Value::from(kept)))
        };
        match (self.lower, self.arguments.len()) {
            ("toupper" | "toupperinvariant", 0) => Some(Ok(Value::String(text.to_uppercase()))),
            ("tolower" | "tolowerinvariant", 0) => Some(Ok(Value::String(text.to_lowercase()))),
            ("trim", 0 | 1) => trimmed(self.text(0), true, true),
            ("trimstart", 0 | 1) => trimmed(self.text(0), true, false),
            ("trimend", 0 | 1) => trimmed(self.text(0), false, true),
            ("tochararray", 0) => {
                Some(Ok(Value::List(text.chars().map(|c| Value::String(c.to_string())).collect())))
            }
            ("split", 1..) => Some(Ok(self.split(text))),
            ("substring", 1 | 2) => Some(self.substring(text)),
            ("padleft" | "padright", 1 | 2) => Some(self.padded(text)),
            ("remove", 1 | 2) | ("insert", 2) => Some(self.spliced(text)),
            (_, 1 | 2) => self.search(text),
            _ => None,
        }
    }

    /// Methods that look for a text; they tell upper from lower case, as .NET does.
    fn search(&self, text: &str) -> Called {
        let wanted = self.text(0)?;
        let index = |found: Option<usize>| {
            let index = found.map(|at| text.get(..at).unwrap_or_default().encode_utf16().count());
            Some(Ok(Value::I32(index.and_then(|index| i32::try_from(index).ok()).unwrap_or(-1))))
        };
        match (self.lower, self.arguments.len()) {
            ("replace", 2) => {
                if wanted.is_empty() {
                    let reason = "String cannot be of zero length.\nParameter name: oldValue";
                    return Some(Err(self.failed(reason, "ArgumentException")));
                }
                Some(Ok(Value::String(text.replace(&wanted, &self.text(1)?))))
            }
            ("contains", 1) => Some(Ok(Value::Bool(text.contains(&wanted)))),
            ("startswith", 1) => Some(Ok(Value::Bool(text.starts_with(&wanted)))),
            ("endswith", 1) => Some(Ok(Value::Bool(text.ends_with(&wanted)))),
            ("indexof", 1) => index(text.find(&wanted)),
            ("lastindexof", 1) => index(text.rfind(&wanted)),
            _ => None,
        }
    }

    /// `.Split(',')`: at each of the characters given.
    fn split(&self, text: &str) -> Value {
        let separators: String =
            self.arguments.iter().take(1).flat_map(Value::elements).map(Value::to_string).collect();
        let keeps_empty = !self.text(1).is_some_and(|option| {
            option == "1" || option.eq_ignore_ascii_case("RemoveEmptyEntries")
        });
        let parts =
            text.split(|c| separators.contains(c)).filter(|part| keeps_empty || !part.is_empty());
        Value::List(parts.map(Value::from).collect())
    }

    fn substring(&self, text: &str) -> Result<Value, ErrorRecord> {
        let characters: Vec<char> = text.chars().collect();
        let start = self.number(0)?;
        let length = match self.arguments.len() {
            2 => self.number(1)?,
            _ => characters.len().saturating_sub(start),
        };
        let part = start.checked_add(length).and_then(|end| characters.get(start..end));
        part.map(|part| Value::String(part.iter().collect())).ok_or_else(|| {
            let reason = if start > characters.len() {
                "startIndex cannot be larger than length of string.\nParameter name: startIndex"
            } else {
                "Index and length must refer to a location within the string.\nParameter name: length"
            };
            self.failed(reason, "ArgumentOutOfRangeException")
        })
    }

    fn padded(&self, text: &str) -> Result<Value, ErrorRecord> {
        /// A wider text than any screen is a typing mistake.
        const WIDTH_MAX: usize = 10_000;
        let fill = self.text(1).and_then(|fill| fill.chars().next()).unwrap_or(' ');
        let missing = self.number(0)?.min(WIDTH_MAX).saturating_sub(text.chars().count());
        let padding: String = std::iter::repeat_n(fill, missing).collect();
        Ok(Value::String(match self.lower {
            "padleft" => padding + text,
            _ => text.to_owned() + &padding,
        }))
    }

    fn spliced(&self, text: &str) -> Result<Value, ErrorRecord> {
        let characters: Vec<char> = text.chars().collect();
        let start = self.number(0)?;
        let (removed, inserted) = match (self.lower, self.arguments.len()) {
            ("insert", _) => (0, self.text(1).unwrap_or_default()),
            (_, 2) => (self.number(1)?, String::new()),
            _ => (characters.len().saturating_sub(start), String::new()),
        };
        let end = start.checked_add(removed).filter(|end| *end <= characters.len());
        let Some(end) = end else {
            let reason = "Index and count must refer to a location within the string.\nParameter name: count";
            return Err(self.failed(reason, "ArgumentOutOfRangeException"));
        };
        let kept = characters.iter().take(start).copied();
        let tail = characters.iter().skip(end).copied();
        Ok(Value::String(kept.chain(inserted.chars()).chain(tail).collect()))
    }

    fn of_date(&self, time: jiff::Timestamp) -> Called {
        let seconds = match self.lower {
            "addmilliseconds" => 0.001,
            "addseconds" => 1.0,
            "addminutes" => 60.0,
            "addhours" => 3600.0,
            "adddays" => 86_400.0,
            _ => return self.of_date_otherwise(time),
        };
        let Some(count) = self.arguments.first().and_then(convert::as_double) else {
            return Some(Err(self.no_overload()));
        };
        let span = TimeSpan::from_seconds(count * seconds);
        Some(self.shifted(time, span.duration()))
    }

    fn shifted(&self, time: jiff::Timestamp, by: SignedDuration) -> Result<Value, ErrorRecord> {
        let shifted = time.checked_add(by);
        shifted.map(Value::DateTime).map_err(|_| {
            let reason = "The added or subtracted value results in an un-representable DateTime.\nParameter name: value";
            self.failed(reason, "ArgumentOutOfRangeException")
        })
    }

    fn of_date_otherwise(&self, time: jiff::Timestamp) -> Called {
        let formatted =
            |pattern| Some(Ok(Value::String(format_date::format(time, pattern, self.culture))));
        match (self.lower, self.arguments) {
            // A value is an instant: only what is shown would differ.
            ("touniversaltime" | "tolocaltime", []) => Some(Ok(Value::DateTime(time))),
            ("toshortdatestring", []) => formatted("d"),
            ("tolongdatestring", []) => formatted("D"),
            ("toshorttimestring", []) => formatted("t"),
            ("tolongtimestring", []) => formatted("T"),
            ("addmonths" | "addyears", [count]) => {
                let Some(Value::I32(count)) = convert::as_number(count) else {
                    return Some(Err(self.no_overload()));
                };
                let months =
                    if self.lower == "addyears" { i64::from(count) * 12 } else { count.into() };
                let local = self.culture.local(time);
                let moved =
                    jiff::Span::new().try_months(months).and_then(|span| local.checked_add(span));
                let moved = moved.and_then(|moved| self.culture.offset.to_timestamp(moved));
                Some(moved.map(Value::DateTime).map_err(|_| self.no_overload()))
            }
            ("subtract" | "add", [span]) => match (TimeSpan::of(span), span) {
                (Some(span), _) => {
                    let by = span.duration();
                    Some(self.shifted(time, if self.lower == "add" { by } else { -by }))
                }
                (None, Value::DateTime(other) | Value::Utc(other)) if self.lower == "subtract" => {
                    Some(Ok(TimeSpan::from_duration(time.duration_since(*other)).into()))
                }
                _ => Some(Err(self.no_overload())),
            },
            _ => None,
        }
    }

    fn of_time_span(&self, span: TimeSpan) -> Called {
        match (self.lower, self.arguments) {
            ("negate", []) => Some(Ok(TimeSpan { ticks: span.ticks.saturating_neg() }.into())),
            ("duration", []) => Some(Ok(TimeSpan { ticks: span.ticks.saturating_abs() }.into())),
            ("add", [other]) => {
                let other = TimeSpan::of(other)?;
                Some(Ok(TimeSpan { ticks: span.ticks.saturating_add(other.ticks) }.into()))
            }
            _ => None,
        }
    }

    fn of_list(&self, values: &[Value]) -> Called {
        match (self.lower, self.arguments) {
            ("contains", [wanted]) => Some(Ok(Value::Bool(values.contains(wanted)))),
            ("indexof", [wanted]) => {
                let index =
                    values.iter().position(|value| compare::are_equal(value, wanted, self.culture));
                Some(Ok(Value::I32(
                    index.and_then(|index| i32::try_from(index).ok()).unwrap_or(-1),
                )))
            }
            _ => None,
        }
    }

    fn of_hash_table(&self, entries: &[(String, Value)]) -> Called {
        match (self.lower, self.arguments) {
            ("containskey" | "contains", [key]) => {
                let key = value_text::text(key, self.culture);
                Some(Ok(Value::Bool(entries.iter().any(|(own, _)| own.eq_ignore_ascii_case(&key)))))
            }
            ("getenumerator", []) => {
                let entries = entries.iter().map(|(key, value)| {
                    Value::from(
                        Object::new("System.Collections.DictionaryEntry")
                            .with("Name", key.as_str())
                            .with("Key", key.as_str())
                            .with("Value", value.clone()),
                    )
                });
                Some(Ok(Value::List(entries.collect())))
            }
            _ => None,
        }
    }
}

/// A text as a whole number, for properties that take one.
pub(super) fn whole(value: &Value, culture: Culture) -> Option<i32> {
    match convert::convert(value, Type::Int, culture) {
        Ok(Value::I32(value)) => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn called(value: impl Into<Value>, name: &str, arguments: &[Value]) -> String {
        match call(&value.into(), name, arguments, Culture::default()) {
            Ok(value) => value.to_string(),
            Err(error) => error.message,
        }
    }

    #[test]
    fn strings_are_cut_searched_and_padded() {
        assert_eq!(called("CMHYBD01", "Substring", &[2.into(), 3.into()]), "HYB");
        assert_eq!(called("a,b;c", "split", &[",;".into()]), "a b c");
        assert_eq!(called("mbx", "PadLeft", &[5.into(), "0".into()]), "00mbx");
        assert_eq!(called("a.b", "IndexOf", &[".".into()]), "1");
        assert_eq!(called("  x ", "Trim", &[]), "x");
        assert_eq!(called("abc", "Insert", &[1.into(), "-".into()]), "a-bc");
        assert_eq!(
            called("abc", "Substring", &[9.into()]),
            "Exception calling \"Substring\" with \"1\" argument(s): \"startIndex cannot be larger \
             than length of string.\nParameter name: startIndex\""
        );
    }

    #[test]
    fn dates_move_and_subtract() {
        let time: jiff::Timestamp = "2026-05-31T06:06:57Z".parse().unwrap();
        assert_eq!(called(time, "AddMinutes", &[(-30).into()]), "5/31/2026 5:36:57 AM");
        assert_eq!(called(time, "AddDays", &[Value::F64(0.5)]), "5/31/2026 6:06:57 PM");
        assert_eq!(called(time, "AddMonths", &[1.into()]), "6/30/2026 6:06:57 AM");
        assert_eq!(called(time, "ToString", &["yyyy-MM".into()]), "2026-05");
        let earlier: jiff::Timestamp = "2026-05-30T06:06:57Z".parse().unwrap();
        assert_eq!(called(time, "Subtract", &[earlier.into()]), "1.00:00:00");
    }

    #[test]
    fn what_is_not_there_is_named() {
        assert_eq!(
            called(Value::Null, "Trim", &[]),
            "You cannot call a method on a null-valued expression."
        );
        assert_eq!(
            called("x", "Foo", &[]),
            "Method invocation failed because [System.String] does not contain a method named 'Foo'."
        );
        assert_eq!(called(vec!["a", "b"], "ToUpper", &[]), "A B");
    }

    proptest! {
        #[test]
        fn any_call_returns(text in ".{0,20}", name in "(Substring|PadLeft|Remove|Insert|Split|AddDays|Replace)",
                            a: i32, b in ".{0,5}", n: f64) {
            let arguments = [Value::I32(a), Value::from(b.as_str())];
            let _called = called(text.as_str(), &name, &arguments);
            let _called = called(text.as_str(), &name, &[Value::F64(n), Value::F64(n)]);
            let _called = called(jiff::Timestamp::UNIX_EPOCH, "AddDays", &[Value::F64(n)]);
        }
    }
}
