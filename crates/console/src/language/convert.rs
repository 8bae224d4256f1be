//! Conversions between types: `[int]'5'`, and what a parameter of a type makes of its argument.
//!
//! Not modelled: every type that is not in the table below; `Unable to find type` says so.

use std::net::IpAddr;

use exchange::culture::Culture;
use exchange::guid::Guid;
use exchange::value::{Object, Value};

use super::time_span::TimeSpan;
use super::{number, parse_date, time_span, value_text};

/// A type that values can be converted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// `[string]`
    String,
    /// `[int]`
    Int,
    /// `[long]`
    Long,
    /// `[byte]`
    Byte,
    /// `[double]`
    Double,
    /// `[bool]`
    Bool,
    /// `[datetime]`
    DateTime,
    /// `[timespan]`
    TimeSpan,
    /// `[guid]`
    Guid,
    /// `[ipaddress]`
    IpAddress,
    /// `[byte[]]`
    Bytes,
    /// `[string[]]`
    Strings,
    /// `[int[]]`
    Ints,
    /// `[array]`
    Array,
    /// `[hashtable]`; `[ordered]` is the same, since entries keep their order here.
    Hashtable,
    /// `[pscustomobject]`
    CustomObject,
    /// `[scriptblock]`
    ScriptBlock,
    /// `[object]`
    Object,
}

/// Short names, and the full name with its type.
const TYPES: &[(&[&str], &str, Type)] = &[
    (&["string"], "System.String", Type::String),
    (&["int", "int32"], "System.Int32", Type::Int),
    (&["long", "int64"], "System.Int64", Type::Long),
    (&["byte"], "System.Byte", Type::Byte),
    (&["double"], "System.Double", Type::Double),
    (&["bool", "boolean", "switch"], "System.Boolean", Type::Bool),
    (&["datetime"], "System.DateTime", Type::DateTime),
    (&["timespan"], time_span::TYPE_NAME, Type::TimeSpan),
    (&["guid"], "System.Guid", Type::Guid),
    (&["ipaddress", "net.ipaddress"], value_text::IP_ADDRESS, Type::IpAddress),
    (&["byte[]"], "System.Byte[]", Type::Bytes),
    (&["string[]"], "System.String[]", Type::Strings),
    (&["int[]", "int32[]"], "System.Int32[]", Type::Ints),
    (&["array", "object[]"], "System.Object[]", Type::Array),
    (&["hashtable", "ordered"], "System.Collections.Hashtable", Type::Hashtable),
    (&["pscustomobject", "psobject"], value_text::CUSTOM_OBJECT, Type::CustomObject),
    (&["scriptblock"], value_text::SCRIPT_BLOCK, Type::ScriptBlock),
    (&["object"], "System.Object", Type::Object),
];

impl Type {
    /// The type of that name, with or without its namespace.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let bare = name.replace(' ', "");
        let lower = bare.to_ascii_lowercase();
        let found = TYPES.iter().find(|(short, full, _)| {
            short.contains(&lower.as_str()) || full.eq_ignore_ascii_case(&bare)
        });
        found.map(|(.., own)| *own)
    }

    /// .NET's full name.
    pub(crate) fn full_name(self) -> &'static str {
        TYPES.iter().find(|(.., own)| *own == self).map_or("System.Object", |(_, full, _)| full)
    }

    /// Whether a value already is of the type.
    pub(crate) fn holds(self, value: &Value) -> bool {
        match (self, value) {
            (Self::CustomObject, Value::Object(object)) => value_text::is_custom(object),
            (Self::Object, value) => *value != Value::Null,
            (Self::Array, Value::List(_)) => true,
            _ => value_text::type_name(value) == self.full_name(),
        }
    }
}

/// A value could not be converted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct ConversionError {
    /// PowerShell's text.
    pub(crate) message: String,
    /// PowerShell's id of the error.
    pub(crate) id: &'static str,
}

impl ConversionError {
    fn cast(value: &Value, target: Type, id: &'static str, reason: &str) -> Self {
        let shown = value_text::text(value, Culture::default());
        let target = target.full_name();
        let message =
            format!("Cannot convert value \"{shown}\" to type \"{target}\". Error: \"{reason}\"");
        Self { message, id }
    }

    fn no_way(value: &Value, target: Type) -> Self {
        let (own, target) = (value_text::type_name(value), target.full_name());
        let shown = value_text::text(value, Culture::default());
        let message = if matches!(value, Value::Null) {
            format!("Cannot convert null to type \"{target}\".")
        } else {
            format!("Cannot convert the \"{shown}\" value of type \"{own}\" to type \"{target}\".")
        };
        Self { message, id: "ConvertToFinalInvalidCastException" }
    }
}

/// The value as another type.
///
/// # Errors
/// PowerShell's text for a value that cannot be converted.
pub(crate) fn convert(
    value: &Value,
    target: Type,
    culture: Culture,
) -> Result<Value, ConversionError> {
    if target.holds(value) {
        return Ok(value.clone());
    }
    // A list of one element converts as that element, unless a list is wanted.
    if let (Value::List(values), false) = (value, is_list(target))
        && let [single] = values.as_slice()
        && target != Type::String
    {
        return convert(single, target, culture);
    }
    match target {
        Type::String => Ok(Value::String(value_text::text(value, culture))),
        Type::Int => whole(value, target, i64::from(i32::MIN)..=i64::from(i32::MAX)),
        Type::Long => whole(value, target, i64::MIN..=i64::MAX),
        Type::Byte => whole(value, target, 0..=255),
        Type::Double => double(value, target),
        Type::Bool => Ok(Value::Bool(value.is_true())),
        Type::DateTime => date_time(value, culture),
        Type::TimeSpan => span(value),
        Type::Guid => guid(value),
        Type::IpAddress => address(value),
        Type::Bytes => list_of(value, Type::Byte, culture),
        Type::Strings => list_of(value, Type::String, culture),
        Type::Ints => list_of(value, Type::Int, culture),
        Type::Array => Ok(Value::List(value.elements().to_vec())),
        Type::Object => Ok(value.clone()),
        Type::Hashtable | Type::ScriptBlock => Err(ConversionError::no_way(value, target)),
        Type::CustomObject => Ok(custom_object(value)),
    }
}

fn is_list(target: Type) -> bool {
    matches!(target, Type::Bytes | Type::Strings | Type::Ints | Type::Array | Type::CustomObject)
}

fn list_of(value: &Value, element: Type, culture: Culture) -> Result<Value, ConversionError> {
    let converted: Result<Vec<Value>, _> =
        value.elements().iter().map(|value| convert(value, element, culture)).collect();
    converted.map(Value::List)
}

const NOT_A_NUMBER: &str = "Input string was not in a correct format.";

fn whole(
    value: &Value,
    target: Type,
    range: std::ops::RangeInclusive<i64>,
) -> Result<Value, ConversionError> {
    let number = match value {
        Value::Null => Some(0),
        Value::Bool(value) => Some(i64::from(*value)),
        Value::I32(value) => Some(i64::from(*value)),
        Value::I64(value) => Some(*value),
        Value::F64(value) => number::rounded(*value),
        Value::Enum(member) => Some(i64::from(member.number)),
        Value::String(text) => match numeric_text(text) {
            Some(Value::I64(value)) => Some(value),
            Some(Value::F64(value)) => number::rounded(value),
            _ => {
                let id = "InvalidCastFromStringToInteger";
                return Err(ConversionError::cast(value, target, id, NOT_A_NUMBER));
            }
        },
        _ => return Err(ConversionError::no_way(value, target)),
    };
    let Some(number) = number.filter(|number| range.contains(number)) else {
        let short = target.full_name().trim_start_matches("System.");
        let reason = if target == Type::Byte {
            "Value was either too large or too small for an unsigned byte.".to_owned()
        } else {
            format!("Value was either too large or too small for an {short}.")
        };
        return Err(ConversionError::cast(value, target, "InvalidCastIConvertible", &reason));
    };
    Ok(match target {
        Type::Long => Value::I64(number),
        _ => i32::try_from(number).map_or(Value::I64(number), Value::I32),
    })
}

/// A number in a text: `I64` or `F64`; blanks around it and an empty text (zero) are allowed.
fn numeric_text(text: &str) -> Option<Value> {
    let trimmed = text.trim().replace(',', "");
    if trimmed.is_empty() {
        return Some(Value::I64(0));
    }
    let (sign, body) = trimmed.strip_prefix('-').map_or((1, &*trimmed), |body| (-1, body));
    let body = body.strip_prefix('+').unwrap_or(body);
    if !body.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let (number, length) = number::literal(body);
    match number {
        _ if length != body.len() => None,
        super::token::Number::Integer(value) | super::token::Number::Long(value) => {
            Some(Value::I64(value.wrapping_mul(sign)))
        }
        super::token::Number::Double(value) => Some(Value::F64(value * number::double(sign))),
    }
}

/// The number a value is, as an operator sees it; none when it is no number.
pub(crate) fn as_number(value: &Value) -> Option<Value> {
    match value {
        Value::Null => Some(Value::I32(0)),
        Value::Bool(value) => Some(Value::I32(i32::from(*value))),
        Value::I32(_) | Value::I64(_) | Value::F64(_) => Some(value.clone()),
        Value::Enum(member) => Some(Value::I32(member.number)),
        Value::String(text) => numeric_text(text).map(narrowed),
        _ => None,
    }
}

/// An `I64` that fits becomes an `I32`, as the result of a conversion from text is.
fn narrowed(value: Value) -> Value {
    match value {
        Value::I64(wide) => i32::try_from(wide).map_or(value, Value::I32),
        other => other,
    }
}

/// The number a value is, as a double.
pub(crate) fn as_double(value: &Value) -> Option<f64> {
    match as_number(value)? {
        Value::I32(value) => Some(f64::from(value)),
        Value::I64(value) => Some(number::double(value)),
        Value::F64(value) => Some(value),
        _ => None,
    }
}

fn double(value: &Value, target: Type) -> Result<Value, ConversionError> {
    match (as_double(value), value) {
        (Some(number), _) => Ok(Value::F64(number)),
        (None, Value::String(_)) => {
            let id = "InvalidCastFromStringToDoubleOrSingle";
            Err(ConversionError::cast(value, target, id, NOT_A_NUMBER))
        }
        (None, _) => Err(ConversionError::no_way(value, target)),
    }
}

const FAILED_PARSE: &str = "InvalidCastParseTargetInvocationWithFormatProvider";

fn date_time(value: &Value, culture: Culture) -> Result<Value, ConversionError> {
    match value {
        Value::String(text) => {
            let time = parse_date::parse(text, culture);
            let reason = "String was not recognized as a valid DateTime.";
            time.map(Value::DateTime)
                .ok_or_else(|| ConversionError::cast(value, Type::DateTime, FAILED_PARSE, reason))
        }
        _ => Err(ConversionError::no_way(value, Type::DateTime)),
    }
}

fn span(value: &Value) -> Result<Value, ConversionError> {
    if TimeSpan::of(value).is_some() {
        return Ok(value.clone());
    }
    match value {
        Value::String(text) => text.parse::<TimeSpan>().map(Value::from).map_err(|error| {
            ConversionError::cast(value, Type::TimeSpan, FAILED_PARSE, &error.to_string())
        }),
        Value::I32(_) | Value::I64(_) => {
            let ticks = as_double(value).unwrap_or_default();
            Ok(TimeSpan::from_seconds(ticks / 1e7).into())
        }
        _ => Err(ConversionError::no_way(value, Type::TimeSpan)),
    }
}

fn guid(value: &Value) -> Result<Value, ConversionError> {
    match value {
        Value::String(text) => {
            let reason = "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).";
            let guid = text.trim().parse::<Guid>();
            guid.map(Value::Guid).map_err(|_| {
                ConversionError::cast(value, Type::Guid, "InvalidCastConstructorException", reason)
            })
        }
        _ => Err(ConversionError::no_way(value, Type::Guid)),
    }
}

fn address(value: &Value) -> Result<Value, ConversionError> {
    match value {
        Value::String(text) => {
            let id = "InvalidCastParseTargetInvocation";
            let reason = "An invalid IP address was specified.";
            let address = text.trim().parse::<IpAddr>();
            address
                .map(|address| Value::opaque(value_text::IP_ADDRESS, address.to_string()))
                .map_err(|_| ConversionError::cast(value, Type::IpAddress, id, reason))
        }
        _ => Err(ConversionError::no_way(value, Type::IpAddress)),
    }
}

/// An object whose properties are the entries of a hash table.
fn custom_object(value: &Value) -> Value {
    match value {
        Value::Hashtable(entries) => {
            let properties =
                entries.iter().map(|(name, value)| (name.clone().into(), value.clone()));
            let properties = properties.collect();
            Value::from(Object { properties, ..Object::new(value_text::CUSTOM_OBJECT) })
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cast(value: impl Into<Value>, target: Type) -> Result<Value, String> {
        convert(&value.into(), target, Culture::default()).map_err(|error| error.message)
    }

    #[test]
    fn numbers_are_read_from_text_and_rounded() {
        assert_eq!(cast("10", Type::Int), Ok(Value::I32(10)));
        assert_eq!(cast("1KB", Type::Int), Ok(Value::I32(1024)));
        assert_eq!(cast("2.5", Type::Int), Ok(Value::I32(2)));
        assert_eq!(cast("", Type::Int), Ok(Value::I32(0)));
        assert_eq!(
            cast("abc", Type::Int),
            Err(
                "Cannot convert value \"abc\" to type \"System.Int32\". Error: \"Input string was \
                 not in a correct format.\""
                    .to_owned()
            )
        );
        assert!(cast("300", Type::Byte).is_err());
    }

    #[test]
    fn lists_convert_element_by_element() {
        assert_eq!(
            cast(vec!["1", "255"], Type::Bytes),
            Ok(Value::List(vec![Value::I32(1), Value::I32(255)]))
        );
        assert_eq!(cast("a", Type::Strings), Ok(Value::from(vec!["a"])));
        assert_eq!(cast(vec![7], Type::Int), Ok(Value::I32(7)));
    }

    #[test]
    fn types_are_known_by_short_and_full_name() {
        assert_eq!(Type::named("Byte[]"), Some(Type::Bytes));
        assert_eq!(Type::named("System.Net.IPAddress"), Some(Type::IpAddress));
        assert_eq!(Type::named("ADSI"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_converted_or_refused(text in ".{0,40}") {
            for (.., target) in TYPES {
                let _converted = cast(text.as_str(), *target);
            }
        }
    }
}
