//! Numbers by a .NET format: `N2`, `D5`, `P`, `X8`, `0.00`, `#,##0`; and whole texts with `{0,10:N2}`.
//!
//! Not modelled: currency, exponents (`E`), sections parted by `;`.

use exchange::culture::Culture;
use exchange::value::Value;

use super::{format_date, number, value_text};

/// The text of a value by a format; none when the format does not fit the value.
pub(crate) fn formatted(value: &Value, format: &str, culture: Culture) -> Option<String> {
    match value {
        Value::DateTime(time) => Some(format_date::format(*time, format, culture)),
        Value::Utc(time) => Some(format_date::format(*time, format, culture.in_utc())),
        Value::I32(value) => numeric(f64::from(*value), Some(i64::from(*value)), format),
        Value::I64(value) => numeric(number::double(*value), Some(*value), format),
        Value::F64(value) => numeric(*value, None, format),
        other => Some(value_text::text(other, culture)),
    }
}

fn numeric(value: f64, whole: Option<i64>, format: &str) -> Option<String> {
    let letter = format.chars().next()?;
    let digits = format.get(letter.len_utf8()..).unwrap_or_default();
    if !letter.is_ascii_alphabetic() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Some(custom(value, format));
    }
    let precision: Option<usize> = digits.parse().ok().filter(|precision| *precision < 100);
    match letter.to_ascii_uppercase() {
        'N' => Some(grouped(&fixed(value, precision.unwrap_or(2)))),
        'F' => Some(fixed(value, precision.unwrap_or(2))),
        'P' => Some(format!("{} %", grouped(&fixed(value * 100.0, precision.unwrap_or(2))))),
        'D' => {
            let whole = whole?;
            let sign = if whole < 0 { "-" } else { "" };
            let width = precision.unwrap_or(1);
            Some(format!("{sign}{:0width$}", whole.unsigned_abs()))
        }
        'X' => {
            let whole = whole?;
            let width = precision.unwrap_or(1);
            Some(if letter == 'X' {
                format!("{whole:0width$X}")
            } else {
                format!("{whole:0width$x}")
            })
        }
        'G' => Some(number::double_text(value)),
        _ => None,
    }
}

/// Rounds half away from zero, as .NET formats do.
fn fixed(value: f64, decimals: usize) -> String {
    let scale = 10f64.powi(i32::try_from(decimals).unwrap_or_default());
    let scaled = value * scale;
    let rounded = if scaled.abs() < 1e15 { scaled.round() / scale } else { value };
    let text = format!("{rounded:.decimals$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|b| matches!(b, b'0' | b'.')) => rest.to_owned(),
        _ => text,
    }
}

/// Commas between thousands.
fn grouped(text: &str) -> String {
    let (sign, body) = text.strip_prefix('-').map_or(("", text), |body| ("-", body));
    let (whole, fraction) = body.split_once('.').map_or((body, None), |(w, f)| (w, Some(f)));
    let mut parted = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            parted.push(',');
        }
        parted.push(digit);
    }
    match fraction {
        Some(fraction) => format!("{sign}{parted}.{fraction}"),
        None => format!("{sign}{parted}"),
    }
}

/// `0.00`, `#,##0.#`: digits that must and digits that may be shown, with text around them.
fn custom(value: f64, format: &str) -> String {
    let Some(start) = format.find(['0', '#', '.']) else { return format.to_owned() };
    let end = format.rfind(['0', '#', '.']).unwrap_or(start) + 1;
    let pattern = format.get(start..end).unwrap_or_default();
    let (whole, fraction) = pattern.split_once('.').unwrap_or((pattern, ""));
    let decimals = fraction.len().min(30);
    let needed = fraction.rfind('0').map_or(0, |index| index + 1);
    let mut digits = fixed(value, decimals);
    if decimals > 0 {
        let spare = digits.len() - digits.trim_end_matches('0').len();
        digits.truncate(digits.len() - spare.min(decimals.saturating_sub(needed)));
        digits = digits.trim_end_matches('.').to_owned();
    }
    let (sign, body) = digits.strip_prefix('-').map_or(("", &*digits), |body| ("-", body));
    let width = whole.matches('0').count();
    let (integer, rest) = body.split_at(body.find('.').unwrap_or(body.len()));
    let integer = if width == 0 && integer == "0" { "" } else { integer };
    let mut shown = format!("{integer:0>width$}");
    if whole.contains(',') {
        shown = grouped(&shown);
    }
    let (before, after) =
        (format.get(..start).unwrap_or_default(), format.get(end..).unwrap_or_default());
    format!("{before}{sign}{shown}{rest}{after}")
}

/// A composite format: `'{0,-10} has {1:N0} messages' -f 'mbx01', 1200`.
///
/// # Errors
/// .NET's text when the braces do not match up or name a value that is not there.
pub(crate) fn composite(
    format: &str,
    values: &[Value],
    culture: Culture,
) -> Result<String, &'static str> {
    let mut text = String::new();
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        if let Some(after) = from.strip_prefix("{{") {
            text.push('{');
            rest = after;
        } else if let Some(after) = from.strip_prefix("}}") {
            text.push('}');
            rest = after;
        } else {
            let body = from.strip_prefix('{').ok_or(MALFORMED)?;
            let (item, after) = body.split_once('}').ok_or(MALFORMED)?;
            text.push_str(&composite_item(item, values, culture)?);
            rest = after;
        }
    }
    text.push_str(rest);
    Ok(text)
}

const MALFORMED: &str = "Input string was not in a correct format.";
const MISSING: &str = "Index (zero based) must be greater than or equal to zero and less than the size of the argument list.";
/// A wider field than any screen is a typing mistake.
const WIDTH_MAX: usize = 1000;

fn composite_item(item: &str, values: &[Value], culture: Culture) -> Result<String, &'static str> {
    let (place, format) =
        item.split_once(':').map_or((item, ""), |(place, format)| (place, format));
    let (index, width) = place.split_once(',').unwrap_or((place, "0"));
    let index: usize = index.trim().parse().map_err(|_| MALFORMED)?;
    let width: i64 = width.trim().parse().map_err(|_| MALFORMED)?;
    let value = values.get(index).ok_or(MISSING)?;
    let text = if format.is_empty() {
        value_text::shown(value, culture)
    } else {
        formatted(value, format, culture).ok_or("Format specifier was invalid.")?
    };
    let columns = usize::try_from(width.unsigned_abs()).unwrap_or(WIDTH_MAX).min(WIDTH_MAX);
    Ok(if width < 0 { format!("{text:<columns$}") } else { format!("{text:>columns$}") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(value: impl Into<Value>, format: &str) -> String {
        formatted(&value.into(), format, Culture::default()).unwrap_or_default()
    }

    #[test]
    fn standard_formats_are_dot_nets() {
        assert_eq!(shown(1_234_567, "N0"), "1,234,567");
        assert_eq!(shown(Value::F64(0.125), "P1"), "12.5 %");
        assert_eq!(shown(-5, "D3"), "-005");
        assert_eq!(shown(255, "X4"), "00FF");
        assert_eq!(shown(Value::F64(2.5), "F0"), "3");
        assert_eq!(shown(Value::F64(-0.001), "N2"), "0.00");
    }

    #[test]
    fn custom_formats_show_what_they_must() {
        assert_eq!(shown(Value::F64(1234.5), "#,##0.00"), "1,234.50");
        assert_eq!(shown(Value::F64(0.5), "#.##"), ".5");
        assert_eq!(shown(7, "000 MB"), "007 MB");
    }

    #[test]
    fn a_composite_format_aligns_and_formats() {
        let values = [Value::from("mbx01"), Value::from(1200)];
        let text = composite("{0,-8}|{1,6:N0}|{{}}", &values, Culture::default());
        assert_eq!(text.as_deref(), Ok("mbx01   | 1,200|{}"));
        assert!(composite("{2}", &values, Culture::default()).is_err());
        assert!(composite("{0", &values, Culture::default()).is_err());
    }

    proptest! {
        #[test]
        fn any_format_is_used_or_refused(value: f64, whole: i64, format in ".{0,12}") {
            let culture = Culture::default();
            let _text = formatted(&Value::F64(value), &format, culture);
            let _text = formatted(&Value::I64(whole), &format, culture);
            let _text = composite(&format, &[Value::F64(value)], culture);
        }

        #[test]
        fn any_number_has_two_decimals(value in -1e12f64..1e12) {
            let text = shown(Value::F64(value), "N2");
            prop_assert_eq!(text.rfind('.'), Some(text.len() - 3));
        }
    }
}
