//! Arithmetic, ranges and indexes.
//!
//! As in PowerShell the left operand decides: a text joins, a list grows, a number counts.

use exchange::culture::Culture;
use exchange::value::Value;

use super::ast::BinaryOperator;
use super::convert::{self, Type};
use super::errors::{Category, ErrorRecord, fault};
use super::session::Session;
use super::time_span::TimeSpan;
use super::{compare, format_number, members, number, text_operators, value_text};

/// More elements or characters than this are taken for a typing mistake.
const LENGTH_MAX: usize = 10_000_000;

impl Session {
    /// The result of an operator.
    pub(crate) fn apply(
        &mut self,
        operator: BinaryOperator,
        left: &Value,
        right: &Value,
    ) -> Result<Value, ErrorRecord> {
        let culture = self.culture;
        match operator {
            BinaryOperator::And => Ok(Value::Bool(left.is_true() && right.is_true())),
            BinaryOperator::Or => Ok(Value::Bool(left.is_true() || right.is_true())),
            BinaryOperator::Xor => Ok(Value::Bool(left.is_true() != right.is_true())),
            BinaryOperator::Compare(test, case) => {
                let (result, matches) =
                    compare::test(&mut self.patterns, test, case, (left, right), culture)?;
                if let Some(matches) = matches {
                    self.set_variable("Matches", matches);
                }
                Ok(result)
            }
            BinaryOperator::Replace(case) => {
                text_operators::replace(&mut self.patterns, left, right, case, culture)
            }
            BinaryOperator::Split(case) => {
                text_operators::split(&mut self.patterns, left, right, case, culture)
            }
            BinaryOperator::Join => Ok(text_operators::join(left, right, culture)),
            BinaryOperator::Is => is_of_type(left, right).map(Value::Bool),
            BinaryOperator::IsNot => is_of_type(left, right).map(|is| Value::Bool(!is)),
            BinaryOperator::As => {
                let converted = convert::convert(left, type_of(right)?, culture);
                Ok(converted.unwrap_or(Value::Null))
            }
            BinaryOperator::Format => {
                let format = value_text::text(left, culture);
                let values = match right {
                    Value::List(values) => values.clone(),
                    single => vec![single.clone()],
                };
                let formatted = format_number::composite(&format, &values, culture);
                formatted.map(Value::String).map_err(|reason| {
                    let message = format!("Error formatting a string: {reason}.");
                    fault::bad_operand("FormatError", message.replace("..", "."))
                })
            }
            BinaryOperator::Range => range(left, right, culture),
            _ => arithmetic(operator, left, right, culture),
        }
    }
}

fn type_of(value: &Value) -> Result<Type, ErrorRecord> {
    let named = match value {
        Value::Opaque(opaque) if opaque.type_name == members::RUNTIME_TYPE => {
            Type::named(&opaque.text)
        }
        Value::String(name) => Type::named(name),
        _ => None,
    };
    named.ok_or_else(|| {
        let message = "The right operand of '-is' must be a type.";
        fault::bad_operand("IsOperatorRequiresType", message)
    })
}

fn is_of_type(value: &Value, wanted: &Value) -> Result<bool, ErrorRecord> {
    type_of(wanted).map(|wanted| wanted.holds(value))
}

/// `+ - * / %`.
///
/// # Errors
/// PowerShell's error for operands that do not go together.
pub(crate) fn arithmetic(
    operator: BinaryOperator,
    left: &Value,
    right: &Value,
    culture: Culture,
) -> Result<Value, ErrorRecord> {
    match (operator, left, right) {
        (BinaryOperator::Add, Value::String(text), _) => {
            Ok(Value::String(format!("{text}{}", value_text::text(right, culture))))
        }
        (BinaryOperator::Add, Value::List(values), _) => {
            let added = match right {
                Value::List(values) => values.clone(),
                single => vec![single.clone()],
            };
            Ok(Value::List(values.iter().cloned().chain(added).collect()))
        }
        (BinaryOperator::Add, Value::Hashtable(own), Value::Hashtable(other)) => {
            Ok(Value::Hashtable(own.iter().chain(other).cloned().collect()))
        }
        (BinaryOperator::Add, Value::Null, _) => Ok(right.clone()),
        (BinaryOperator::Multiply, Value::String(text), _) => {
            let count = repetitions(right, text.len(), culture)?;
            Ok(Value::String(text.repeat(count)))
        }
        (BinaryOperator::Multiply, Value::List(values), _) => {
            let count = repetitions(right, values.len(), culture)?;
            Ok(Value::List(values.iter().cloned().cycle().take(values.len() * count).collect()))
        }
        _ => match time_arithmetic(operator, left, right, culture) {
            Some(result) => result,
            None => numeric(operator, left, right, culture),
        },
    }
}

fn repetitions(count: &Value, length: usize, culture: Culture) -> Result<usize, ErrorRecord> {
    let count = super::methods::whole(count, culture).and_then(|count| usize::try_from(count).ok());
    let count = count.unwrap_or_default();
    if length.saturating_mul(count) > LENGTH_MAX {
        let message = "Exception of type 'System.OutOfMemoryException' was thrown.";
        return Err(ErrorRecord::new(
            Category::OperationStopped,
            "System.OutOfMemoryException",
            message,
        )
        .exception("OutOfMemoryException"));
    }
    Ok(count)
}

/// Dates and lengths of time; none when there are none.
fn time_arithmetic(
    operator: BinaryOperator,
    left: &Value,
    right: &Value,
    culture: Culture,
) -> Option<Result<Value, ErrorRecord>> {
    let sign = match operator {
        BinaryOperator::Add => 1,
        BinaryOperator::Subtract => -1,
        _ => return None,
    };
    if let Some(span) = TimeSpan::of(left) {
        let other = convert::convert(right, Type::TimeSpan, culture).ok()?;
        let ticks = TimeSpan::of(&other)?.ticks.checked_mul(sign)?;
        return Some(Ok(TimeSpan { ticks: span.ticks.saturating_add(ticks) }.into()));
    }
    let Value::DateTime(time) = left else { return None };
    if let (Value::DateTime(other), -1) = (right, sign) {
        return Some(Ok(TimeSpan::from_duration(time.duration_since(*other)).into()));
    }
    let span = TimeSpan::of(right)?;
    let name = if sign < 0 { "Subtract" } else { "Add" };
    Some(super::methods::call(left, name, &[span.into()], culture))
}

fn numeric(
    operator: BinaryOperator,
    left: &Value,
    right: &Value,
    culture: Culture,
) -> Result<Value, ErrorRecord> {
    let name = match operator {
        BinaryOperator::Add => "Addition",
        BinaryOperator::Subtract => "Subtraction",
        BinaryOperator::Multiply => "Multiply",
        BinaryOperator::Divide => "Division",
        _ => "Modulus",
    };
    let operand = |value: &Value| match value {
        Value::String(_) if convert::as_number(value).is_none() => {
            let error = convert::convert(value, Type::Int, culture).err();
            Err(error.map_or_else(
                || fault::operator_not_defined(left, name),
                |error| super::evaluate_assignment::conversion_failed(&error),
            ))
        }
        _ => convert::as_number(value).ok_or_else(|| fault::operator_not_defined(left, name)),
    };
    let (left_number, right_number) = (operand(left)?, operand(right)?);
    match (&left_number, &right_number) {
        (Value::F64(_), _) | (_, Value::F64(_)) => {}
        _ => {
            if let Some(result) = whole(operator, &left_number, &right_number)? {
                return Ok(result);
            }
        }
    }
    let (Some(left), Some(right)) =
        (convert::as_double(&left_number), convert::as_double(&right_number))
    else {
        return Err(fault::operator_not_defined(left, name));
    };
    Ok(Value::F64(match operator {
        BinaryOperator::Add => left + right,
        BinaryOperator::Subtract => left - right,
        BinaryOperator::Multiply => left * right,
        BinaryOperator::Divide => left / right,
        _ => left % right,
    }))
}

/// Whole numbers; none when the result is not whole or too large, so that it becomes a double.
fn whole(
    operator: BinaryOperator,
    left: &Value,
    right: &Value,
) -> Result<Option<Value>, ErrorRecord> {
    let wide = |value: &Value| match value {
        Value::I32(value) => i64::from(*value),
        Value::I64(value) => *value,
        _ => 0,
    };
    let (a, b) = (wide(left), wide(right));
    if b == 0 && matches!(operator, BinaryOperator::Divide | BinaryOperator::Remainder) {
        return Err(ErrorRecord::new(
            Category::NotSpecified,
            "RuntimeException",
            "Attempted to divide by zero.",
        ));
    }
    let result = match operator {
        BinaryOperator::Add => a.checked_add(b),
        BinaryOperator::Subtract => a.checked_sub(b),
        BinaryOperator::Multiply => a.checked_mul(b),
        BinaryOperator::Divide => a.checked_rem(b).filter(|rest| *rest == 0).and(a.checked_div(b)),
        _ => a.checked_rem(b),
    };
    let is_narrow = matches!((left, right), (Value::I32(_), Value::I32(_)));
    Ok(result.and_then(|result| match i32::try_from(result) {
        Ok(narrow) if is_narrow => Some(Value::I32(narrow)),
        _ if is_narrow => None,
        _ => Some(Value::I64(result)),
    }))
}

fn range(left: &Value, right: &Value, culture: Culture) -> Result<Value, ErrorRecord> {
    let bound = |value: &Value| match convert::convert(value, Type::Int, culture) {
        Ok(Value::I32(value)) => Ok(value),
        Ok(_) => Err(fault::operator_not_defined(value, "Range")),
        Err(error) => Err(super::evaluate_assignment::conversion_failed(&error)),
    };
    let (first, last) = (bound(left)?, bound(right)?);
    if usize::try_from(first.abs_diff(last)).unwrap_or(usize::MAX) > LENGTH_MAX {
        let message = format!("The range {first}..{last} has too many elements.");
        return Err(fault::bad_operand("RangeTooLong", message));
    }
    Ok(Value::List(if first <= last {
        (first..=last).map(Value::I32).collect()
    } else {
        (last..=first).rev().map(Value::I32).collect()
    }))
}

/// The position that an index means in so many elements; negative ones count from the end.
pub(crate) fn position(index: &Value, count: usize) -> Option<usize> {
    let number = match convert::as_number(index)? {
        Value::I32(number) => i64::from(number),
        Value::I64(number) => number,
        Value::F64(number) => number::rounded(number)?,
        _ => return None,
    };
    let count = i64::try_from(count).ok()?;
    let at = if number < 0 { count.checked_add(number)? } else { number };
    usize::try_from(at).ok().filter(|_| at < count)
}

/// `object[index]`; `$null` past the end, as PowerShell gives it.
///
/// # Errors
/// PowerShell's error for an index into `$null` or into what has no elements.
pub(crate) fn indexed(value: &Value, index: &Value) -> Result<Value, ErrorRecord> {
    if let Value::List(indexes) = index {
        let values: Result<Vec<Value>, ErrorRecord> =
            indexes.iter().map(|index| indexed(value, index)).collect();
        let found = values?.into_iter().filter(|value| *value != Value::Null);
        return Ok(Value::List(found.collect()));
    }
    match value {
        Value::Null => Err(fault::index_of_null()),
        Value::List(values) => {
            let found = position(index, values.len()).and_then(|at| values.get(at));
            Ok(found.cloned().unwrap_or(Value::Null))
        }
        Value::String(text) => {
            let at = position(index, text.chars().count());
            let found = at.and_then(|at| text.chars().nth(at));
            Ok(found.map_or(Value::Null, |c| Value::String(c.to_string())))
        }
        Value::Hashtable(entries) => {
            let key = index.to_string();
            let found = entries.iter().find(|(own, _)| own.eq_ignore_ascii_case(&key));
            Ok(found.map_or(Value::Null, |(_, value)| value.clone()))
        }
        // A single object counts as a list of one.
        Value::Object(_) => Ok(match position(index, 1) {
            Some(_) => value.clone(),
            None => Value::Null,
        }),
        other => Err(fault::not_indexable(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn calculated(
        operator: BinaryOperator,
        left: impl Into<Value>,
        right: impl Into<Value>,
    ) -> String {
        match arithmetic(operator, &left.into(), &right.into(), Culture::default()) {
            Ok(value) => format!("{} {value}", value_text::short_type_name(&value)),
            Err(error) => error.message,
        }
    }

    #[test]
    fn the_left_operand_decides() {
        assert_eq!(calculated(BinaryOperator::Add, "a", 1), "String a1");
        assert_eq!(calculated(BinaryOperator::Add, 1, "2"), "Int32 3");
        assert_eq!(calculated(BinaryOperator::Multiply, "ab", 2), "String abab");
        assert_eq!(calculated(BinaryOperator::Divide, 7, 2), "Double 3.5");
        assert_eq!(calculated(BinaryOperator::Divide, 6, 2), "Int32 3");
        assert_eq!(calculated(BinaryOperator::Add, i32::MAX, 1), "Double 2147483648");
        assert_eq!(
            calculated(BinaryOperator::Add, 1, "a"),
            "Cannot convert value \"a\" to type \"System.Int32\". Error: \"Input string was not in a correct format.\""
        );
        assert_eq!(calculated(BinaryOperator::Divide, 1, 0), "Attempted to divide by zero.");
    }

    #[test]
    fn dates_and_time_spans_are_reckoned() {
        let time: jiff::Timestamp = "2026-05-01T06:00:00Z".parse().unwrap();
        let hour = Value::from(TimeSpan::from_seconds(3600.0));
        assert_eq!(
            calculated(BinaryOperator::Subtract, time, hour.clone()),
            "DateTime 5/1/2026 5:00:00 AM"
        );
        assert_eq!(calculated(BinaryOperator::Add, hour, "00:30:00"), "TimeSpan 01:30:00");
    }

    #[test]
    fn an_index_may_count_from_the_end() {
        let list = Value::from(vec![1, 2, 3]);
        assert_eq!(indexed(&list, &Value::I32(-1)).unwrap(), Value::I32(3));
        assert_eq!(indexed(&list, &Value::I32(9)).unwrap(), Value::Null);
        assert_eq!(indexed(&list, &Value::from(vec![0, 2])).unwrap(), Value::from(vec![1, 3]));
        assert!(indexed(&Value::Null, &Value::I32(0)).is_err());
    }

    proptest! {
        #[test]
        fn any_two_numbers_are_reckoned(a: i64, b: i64, x: f64, index: i64, count in 0usize..5) {
            let culture = Culture::default();
            for operator in [BinaryOperator::Add, BinaryOperator::Subtract, BinaryOperator::Multiply,
                             BinaryOperator::Divide, BinaryOperator::Remainder] {
                let _result = arithmetic(operator, &Value::I64(a), &Value::I64(b), culture);
                let _result = arithmetic(operator, &Value::F64(x), &Value::I64(b), culture);
            }
            prop_assert!(position(&Value::I64(index), count).is_none_or(|at| at < count));
        }
    }
}
