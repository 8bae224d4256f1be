//! What a parameter makes of its argument, by its kind.

use exchange::culture::Culture;
use exchange::value::{EnumValue, Value};

use super::cmdlet::{Enumeration, Kind};
use super::convert::{self, Type};
use super::errors::Category;
use super::value_text;

/// An argument that a parameter does not take: what the error says besides the parameter's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// PowerShell's id.
    pub(crate) id: &'static str,
    /// The category.
    pub(crate) category: Category,
    /// The exception.
    pub(crate) exception: &'static str,
    /// The sentence after the one that names the parameter.
    pub(crate) reason: String,
}

impl Refusal {
    fn conversion(reason: String) -> Self {
        Self {
            id: "CannotConvertArgumentNoMessage",
            category: Category::InvalidArgument,
            exception: "ParameterBindingException",
            reason,
        }
    }

    fn whole(value: &Value) -> Self {
        Self {
            id: "CannotConvertArgument",
            category: Category::InvalidArgument,
            exception: "ParameterBindingException",
            reason: match value {
                // Several arguments are an array of anything, even when all are texts.
                Value::List(_) => "System.Object[]".to_owned(),
                other => value_text::type_name(other).into_owned(),
            },
        }
    }

    fn not_bool(value: &Value) -> Self {
        let shown = match value {
            Value::Null => String::new(),
            other => value_text::type_name(other).into_owned(),
        };
        Self {
            id: "ParameterArgumentTransformationError",
            category: Category::InvalidData,
            exception: "ParameterBindingArgumentTransformationException",
            reason: format!(
                "Cannot convert value \"{shown}\" to type \"System.Boolean\". Boolean parameters \
                 accept only Boolean values and numbers, such as $True, $False, 1 or 0."
            ),
        }
    }

    fn not_a_choice(value: &str, choices: &[&str]) -> Self {
        Self {
            id: "ParameterArgumentValidationError",
            category: Category::InvalidData,
            exception: "ParameterBindingValidationException",
            reason: format!(
                "The argument \"{value}\" does not belong to the set \"{}\" specified by the \
                 ValidateSet attribute. Supply an argument that is in the set and then try the \
                 command again.",
                choices.join(",")
            ),
        }
    }

    /// The whole message, for a parameter.
    pub(crate) fn message(&self, parameter: &str, type_name: &str) -> String {
        match self.id {
            "CannotConvertArgument" => format!(
                "Cannot convert '{}' to the type '{type_name}' required by parameter '{parameter}'. \
                 Specified method is not supported.",
                self.reason
            ),
            "ParameterArgumentTransformationError" => format!(
                "Cannot process argument transformation on parameter '{parameter}'. {}",
                self.reason
            ),
            "ParameterArgumentValidationError" => {
                format!("Cannot validate argument on parameter '{parameter}'. {}", self.reason)
            }
            _ => format!("Cannot bind parameter '{parameter}'. {}", self.reason),
        }
    }
}

/// The argument as the kind takes it. `literal` is a number as it was written.
///
/// `$null` is kept, since `Set-…` cmdlets clear a property with it.
///
/// # Errors
/// The refusal, without the parameter's name.
pub(crate) fn accept(
    kind: Kind,
    value: &Value,
    literal: Option<&str>,
    culture: Culture,
) -> Result<Value, Refusal> {
    let by_type = |target: Type| {
        let converted = convert::convert(value, target, culture);
        converted.map_err(|error| Refusal::conversion(error.message))
    };
    match kind {
        Kind::Bool | Kind::Switch => boolean(value),
        Kind::Value | Kind::Values => Ok(value.clone()),
        Kind::Int => by_type(Type::Int),
        Kind::Double => by_type(Type::Double),
        Kind::DateTime => by_type(Type::DateTime),
        Kind::TimeSpan => by_type(Type::TimeSpan),
        Kind::Guid => by_type(Type::Guid),
        _ if *value == Value::Null => Ok(Value::Null),
        Kind::String => match value {
            Value::List(_) | Value::Hashtable(_) => Err(Refusal::whole(value)),
            _ => Ok(Value::String(written(value, literal, culture))),
        },
        Kind::Strings => match literal {
            Some(literal) => Ok(Value::List(vec![Value::from(literal)])),
            None => by_type(Type::Strings),
        },
        Kind::MultiValued => match value {
            Value::Hashtable(_) => Ok(value.clone()),
            _ => accept(Kind::Strings, value, literal, culture),
        },
        Kind::Ints => by_type(Type::Ints),
        Kind::IpAddress => by_type(Type::IpAddress),
        Kind::Bytes => by_type(Type::Bytes),
        Kind::ScriptBlock => by_type(Type::ScriptBlock),
        Kind::Hashtable => by_type(Type::Hashtable),
        Kind::Enum(enumeration) => member(enumeration, value, culture),
        Kind::Choice(choices) => {
            let text = written(value, literal, culture);
            let choice = choices.iter().find(|choice| choice.eq_ignore_ascii_case(&text));
            choice
                .map(|choice| Value::from(*choice))
                .ok_or_else(|| Refusal::not_a_choice(&text, choices))
        }
    }
}

/// Whether the kind takes the value as it is, so that nothing has to be converted.
pub(crate) fn takes_as_is(kind: Kind, value: &Value) -> bool {
    match (kind, value) {
        (Kind::Value | Kind::Values, _)
        | (Kind::String | Kind::Strings | Kind::MultiValued, Value::String(_))
        | (Kind::Int, Value::I32(_))
        | (Kind::Bool, Value::Bool(_))
        | (Kind::DateTime, Value::DateTime(_))
        | (Kind::Guid, Value::Guid(_))
        | (Kind::Hashtable, Value::Hashtable(_)) => true,
        (Kind::ScriptBlock, value) => value_text::script_block_text(value).is_some(),
        _ => false,
    }
}

fn written(value: &Value, literal: Option<&str>, culture: Culture) -> String {
    literal.map_or_else(|| value_text::text(value, culture), str::to_owned)
}

fn boolean(value: &Value) -> Result<Value, Refusal> {
    match value {
        Value::Bool(_) | Value::I32(_) | Value::I64(_) | Value::F64(_) => {
            Ok(Value::Bool(value.is_true()))
        }
        other => Err(Refusal::not_bool(other)),
    }
}

/// A member by its name, by the start of its name, or by its number.
fn member(enumeration: &Enumeration, value: &Value, culture: Culture) -> Result<Value, Refusal> {
    let texts: Vec<String> = value
        .elements()
        .iter()
        .flat_map(|value| {
            let text = value_text::text(value, culture);
            text.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>()
        })
        .collect();
    if texts.len() > 1 && !enumeration.flags {
        return Err(Refusal::whole(value));
    }
    let mut names = Vec::new();
    let mut number = 0;
    for text in &texts {
        let (name, own) = one_member(enumeration, text).ok_or_else(|| {
            let members: Vec<&str> = enumeration.members.iter().map(|(name, _)| *name).collect();
            Refusal::conversion(format!(
                "Cannot convert value \"{text}\" to type \"{}\". Error: \"Unable to match the \
                 identifier name {text} to a valid enumerator name. Specify one of the following \
                 enumerator names and try again:\n{}\"",
                enumeration.type_name,
                members.join(", ")
            ))
        })?;
        names.push(name);
        number |= own;
    }
    Ok(Value::Enum(EnumValue {
        type_name: enumeration.type_name.to_owned().into(),
        text: names.join(", "),
        number,
    }))
}

fn one_member(enumeration: &Enumeration, text: &str) -> Option<(&'static str, i32)> {
    let members = enumeration.members.iter();
    if let Ok(number) = text.parse::<i32>() {
        return members.clone().find(|(_, own)| *own == number).copied();
    }
    if let Some(exact) = members.clone().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
        return Some(*exact);
    }
    let starts = |name: &str| {
        !text.is_empty() && name.get(..text.len()).is_some_and(|own| own.eq_ignore_ascii_case(text))
    };
    let mut matching = members.filter(|(name, _)| starts(name));
    let first = matching.next()?;
    matching.next().is_none().then_some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEVEL: Enumeration = Enumeration {
        type_name: "Microsoft.Exchange.Data.ProtocolLoggingLevel",
        members: &[("None", 0), ("Verbose", 1)],
        flags: false,
    };
    const SERVICES: Enumeration = Enumeration {
        type_name: "Services",
        members: &[("None", 0), ("IMAP", 1), ("IIS", 4), ("SMTP", 8)],
        flags: true,
    };

    fn accepted(kind: Kind, value: impl Into<Value>) -> Result<String, String> {
        accept(kind, &value.into(), None, Culture::default())
            .map(|value| value.to_string())
            .map_err(|refusal| refusal.message("Level", kind.type_name()))
    }

    #[test]
    fn a_member_is_found_by_a_part_of_its_name_that_is_enough() {
        assert_eq!(accepted(Kind::Enum(&LEVEL), "verb"), Ok("Verbose".to_owned()));
        assert_eq!(accepted(Kind::Enum(&LEVEL), 1), Ok("Verbose".to_owned()));
        assert_eq!(
            accepted(Kind::Enum(&SERVICES), vec!["smtp", "IIS"]),
            Ok("SMTP, IIS".to_owned())
        );
        assert!(accepted(Kind::Enum(&SERVICES), "I").is_err());
    }

    #[test]
    fn an_unknown_member_is_refused_with_the_known_ones() {
        insta::assert_snapshot!(accepted(Kind::Enum(&LEVEL), "Loud").unwrap_err(), @r#"
        Cannot bind parameter 'Level'. Cannot convert value "Loud" to type "Microsoft.Exchange.Data.ProtocolLoggingLevel". Error: "Unable to match the identifier name Loud to a valid enumerator name. Specify one of the following enumerator names and try again:
        None, Verbose"
        "#);
    }

    #[test]
    fn text_is_no_truth_value() {
        assert!(
            accepted(Kind::Bool, "yes").unwrap_err().contains("such as $True, $False, 1 or 0.")
        );
        assert_eq!(accepted(Kind::Bool, 0), Ok("False".to_owned()));
    }

    #[test]
    fn a_number_for_a_text_is_taken_as_written() {
        let taken = accept(Kind::String, &Value::I32(7), Some("007"), Culture::default());
        assert_eq!(taken, Ok(Value::from("007")));
    }
}
