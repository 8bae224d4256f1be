//! Static members of the .NET types that admins reach for: `[DateTime]::UtcNow`, `[math]::Round(2.5)`.
//!
//! Every other type is asked of the host.

use exchange::value::Value;

use super::convert::{self, Type};
use super::errors::{ErrorRecord, fault};
use super::session::Session;
use super::time_span::TimeSpan;
use super::{format_number, number, paths, text_operators, value_text};

/// A static member; none when the language does not have it. Without arguments it is a property.
pub(crate) fn access(
    session: &Session,
    type_name: &str,
    member: &str,
    arguments: Option<&[Value]>,
) -> Option<Result<Value, ErrorRecord>> {
    let lower = type_name.to_ascii_lowercase();
    let short = lower.strip_prefix("system.").unwrap_or(&lower);
    let member = member.to_ascii_lowercase();
    let arguments = arguments.unwrap_or_default();
    match short {
        "datetime" => date_time(session, &member, arguments),
        "timespan" => time_span(&member, arguments),
        "string" => string(session, &member, arguments),
        "math" => math(&member, arguments),
        "int" | "int32" => match member.as_str() {
            "maxvalue" => Some(Ok(Value::I32(i32::MAX))),
            "minvalue" => Some(Ok(Value::I32(i32::MIN))),
            _ => None,
        },
        "environment" => match member.as_str() {
            "newline" => Some(Ok(Value::from("\r\n"))),
            "machinename" => Some(Ok(session.variable("env:COMPUTERNAME"))),
            _ => None,
        },
        "io.file" => file(session, &member, arguments),
        _ => None,
    }
}

fn date_time(
    session: &Session,
    member: &str,
    arguments: &[Value],
) -> Option<Result<Value, ErrorRecord>> {
    let host = session.host();
    let now = host.clock().now();
    match (member, arguments) {
        ("now" | "utcnow", []) => Some(Ok(Value::DateTime(now))),
        ("today", []) => {
            Some(Ok(super::members::property(&Value::DateTime(now), "Date", session.culture)))
        }
        ("parse", [text, ..]) => {
            let parsed = convert::convert(text, Type::DateTime, session.culture);
            Some(parsed.map_err(|_| {
                let reason = "String was not recognized as a valid DateTime.";
                fault::method_failed("Parse", arguments.len(), reason, "FormatException")
            }))
        }
        _ => None,
    }
}

fn time_span(member: &str, arguments: &[Value]) -> Option<Result<Value, ErrorRecord>> {
    let unit = match member {
        "frommilliseconds" => 0.001,
        "fromseconds" => 1.0,
        "fromminutes" => 60.0,
        "fromhours" => 3600.0,
        "fromdays" => 86_400.0,
        "zero" => 0.0,
        _ => return None,
    };
    let count = arguments.first().and_then(convert::as_double).unwrap_or_default();
    Some(Ok(TimeSpan::from_seconds(count * unit).into()))
}

fn string(
    session: &Session,
    member: &str,
    arguments: &[Value],
) -> Option<Result<Value, ErrorRecord>> {
    let text = |value: &Value| value_text::text(value, session.culture);
    match (member, arguments) {
        ("isnullorempty", [value]) => Some(Ok(Value::Bool(text(value).is_empty()))),
        ("isnullorwhitespace", [value]) => Some(Ok(Value::Bool(text(value).trim().is_empty()))),
        ("empty", []) => Some(Ok(Value::from(""))),
        ("join", [separator, values @ ..]) => {
            let values = values.iter().flat_map(Value::elements).cloned().collect();
            Some(Ok(text_operators::join(&Value::List(values), separator, session.culture)))
        }
        ("format", [format, values @ ..]) => {
            let values: Vec<Value> = values.iter().flat_map(Value::elements).cloned().collect();
            let formatted = format_number::composite(&text(format), &values, session.culture);
            Some(formatted.map(Value::String).map_err(|reason| {
                fault::method_failed("Format", arguments.len(), reason, "FormatException")
            }))
        }
        _ => None,
    }
}

fn math(member: &str, arguments: &[Value]) -> Option<Result<Value, ErrorRecord>> {
    let numbers: Option<Vec<f64>> = arguments.iter().map(convert::as_double).collect();
    let whole = |value: f64| {
        let all_whole = arguments.iter().all(|own| matches!(own, Value::I32(_) | Value::I64(_)));
        let integer = number::rounded(value).filter(|_| all_whole);
        integer.map_or(Value::F64(value), |integer| {
            i32::try_from(integer).map_or(Value::I64(integer), Value::I32)
        })
    };
    let result = match (member, numbers?.as_slice()) {
        ("round", [value]) => Value::F64(value.round_ties_even()),
        ("round", [value, decimals]) => {
            let places = number::rounded(*decimals).and_then(|places| i32::try_from(places).ok());
            let scale = 10f64.powi(places.filter(|places| (0..=15).contains(places))?);
            Value::F64((value * scale).round_ties_even() / scale)
        }
        ("floor", [value]) => Value::F64(value.floor()),
        ("ceiling", [value]) => Value::F64(value.ceil()),
        ("truncate", [value]) => Value::F64(value.trunc()),
        ("abs", [value]) => whole(value.abs()),
        ("max", [left, right]) => whole(left.max(*right)),
        ("min", [left, right]) => whole(left.min(*right)),
        ("pow", [base, exponent]) => Value::F64(base.powf(*exponent)),
        ("sqrt", [value]) => Value::F64(value.sqrt()),
        _ => return None,
    };
    Some(Ok(result))
}

/// `[System.IO.File]::ReadAllBytes('C:\EdgeSub.xml')`, which Exchange's own examples use.
fn file(
    session: &Session,
    member: &str,
    arguments: &[Value],
) -> Option<Result<Value, ErrorRecord>> {
    let [path] = arguments else { return None };
    let path = paths::absolute(&value_text::text(path, session.culture), &session.location);
    let host = session.host();
    let content = host.files().read(&path);
    if member == "exists" {
        return Some(Ok(Value::Bool(content.is_ok())));
    }
    let content = content.map_err(|_| {
        let reason = format!("Could not find file '{path}'.");
        let name = match member {
            "readallbytes" => "ReadAllBytes",
            "readalllines" => "ReadAllLines",
            _ => "ReadAllText",
        };
        fault::method_failed(name, 1, &reason, "FileNotFoundException")
    });
    let text = |content: Vec<u8>| String::from_utf8_lossy(&content).into_owned();
    match member {
        "readallbytes" => Some(content.map(|bytes| {
            Value::List(bytes.into_iter().map(|byte| Value::I32(byte.into())).collect())
        })),
        "readalltext" => Some(content.map(|content| Value::String(text(content)))),
        "readalllines" => Some(
            content.map(|content| Value::List(text(content).lines().map(Value::from).collect())),
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::language::testing::{Console, shown};

    #[test]
    fn dates_numbers_and_texts_have_static_members() {
        for (text, expected) in [
            ("[DateTime]::UtcNow.Year; [datetime]::Today.Hour", "2026\n0\n"),
            ("[System.DateTime]::Parse('5/1/2026').Month", "5\n"),
            ("[TimeSpan]::FromMinutes(90).TotalHours", "1.5\n"),
            ("[math]::Round(2.567, 1); [Math]::Max(3, 9); [math]::Ceiling(1.2)", "2.6\n9\n2\n"),
            ("[string]::IsNullOrEmpty(''); [string]::Join('+', 1, 2)", "True\n1+2\n"),
            ("[string]::Format('{0:N1} MB', 1.25)", "1.3 MB\n"),
            ("[int]::MaxValue", "2147483647\n"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn files_are_read_whole() {
        let mut console = Console::new().with_file(r"C:\Logs\Edge.xml", "<a/>");
        assert_eq!(
            console.text(r"[System.IO.File]::ReadAllBytes('C:\Logs\Edge.xml').Count"),
            "4\n"
        );
        assert_eq!(console.text(r"cd C:\Logs; [IO.File]::ReadAllText('Edge.xml')"), "<a/>\n");
        assert!(
            console
                .text("[IO.File]::ReadAllBytes('C:\\none')")
                .contains("Could not find file 'C:\\none'.")
        );
    }
}
