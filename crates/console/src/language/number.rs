//! Number literals, and how numbers are written: `10MB`, `0x1f`, `1.5e3`; .NET's shortest form.

use super::token::Number;

const MULTIPLIERS: [(&str, i64); 5] =
    [("kb", 1 << 10), ("mb", 1 << 20), ("gb", 1 << 30), ("tb", 1 << 40), ("pb", 1 << 50)];

/// The number at the start of a text, which starts with a digit or with a point before a digit,
/// and its length. `0` and length 0 when there is none.
pub(crate) fn literal(text: &str) -> (Number, usize) {
    let lower: String = text.chars().take(80).map(|c| c.to_ascii_lowercase()).collect();
    if let Some(digits) = lower.strip_prefix("0x") {
        let length = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
        let hex = digits.get(..length).unwrap_or_default();
        if let Ok(value) = u64::from_str_radix(hex, 16) {
            return with_suffix(Number::Integer(hexadecimal(value, length)), &lower, 2 + length);
        }
    }
    let (digits, is_real) = decimal_length(&lower);
    if digits == 0 {
        return (Number::Integer(0), 0);
    }
    let written = lower.get(..digits).unwrap_or_default();
    let number = match written.parse::<i64>() {
        Ok(value) if !is_real => Number::Integer(value),
        _ => Number::Double(written.parse().unwrap_or(f64::INFINITY)),
    };
    with_suffix(number, &lower, digits)
}

/// Eight hexadecimal digits are an `Int32`, so `0xFFFFFFFF` is -1.
fn hexadecimal(value: u64, digits: usize) -> i64 {
    if digits <= 8
        && let Ok(narrow) = u32::try_from(value)
    {
        return i64::from(narrow.cast_signed());
    }
    value.cast_signed()
}

/// Length of digits, fraction and exponent, and whether one of the latter two is there.
fn decimal_length(text: &str) -> (usize, bool) {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())
    };
    let mut length = digits(0);
    let mut is_real = false;
    let at = |index: usize| text.as_bytes().get(index).copied().unwrap_or_default();
    if at(length) == b'.' && at(length + 1).is_ascii_digit() {
        length += 1 + digits(length + 1);
        is_real = true;
    }
    if length > 0 && at(length) == b'e' {
        let sign = usize::from(matches!(at(length + 1), b'+' | b'-'));
        let exponent = digits(length + 1 + sign);
        if exponent > 0 {
            length += 1 + sign + exponent;
            is_real = true;
        }
    }
    (length, is_real)
}

/// Reads `L`, `D` and the multipliers after a number.
fn with_suffix(number: Number, text: &str, mut length: usize) -> (Number, usize) {
    let mut number = number;
    let after = |length: usize| text.get(length..).unwrap_or_default();
    if let Some(rest) = after(length).strip_prefix('l') {
        if let (Number::Integer(value), false) = (number, rest.starts_with(char::is_alphanumeric)) {
            number = Number::Long(value);
            length += 1;
        }
    } else if after(length).starts_with('d')
        && !after(length + 1).starts_with(char::is_alphanumeric)
    {
        number = Number::Double(as_double(number));
        length += 1;
    }
    for (suffix, factor) in MULTIPLIERS {
        if after(length).starts_with(suffix) {
            return (multiplied(number, factor), length + suffix.len());
        }
    }
    (number, length)
}

fn multiplied(number: Number, factor: i64) -> Number {
    let whole = match number {
        Number::Integer(value) | Number::Long(value) => value.checked_mul(factor),
        Number::Double(_) => None,
    };
    match (whole, number) {
        (Some(value), Number::Long(_)) => Number::Long(value),
        (Some(value), _) => Number::Integer(value),
        (None, _) => Number::Double(as_double(number) * as_double(Number::Integer(factor))),
    }
}

fn as_double(number: Number) -> f64 {
    match number {
        Number::Integer(value) | Number::Long(value) => double(value),
        Number::Double(value) => value,
    }
}

/// The nearest double, as .NET converts it.
#[expect(clippy::cast_precision_loss, reason = ".NET rounds in the same way")]
pub(crate) fn double(value: i64) -> f64 {
    value as f64
}

/// The integer nearest to a double, ties to even as `[int]2.5` gives; none outside 64 bits.
pub(crate) fn rounded(value: f64) -> Option<i64> {
    let nearest = value.round_ties_even();
    let bound = 9_223_372_036_854_775_808.0;
    if nearest.is_nan() || nearest < -bound || nearest >= bound {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the bounds were checked")]
    Some(nearest as i64)
}

/// A double as .NET Framework writes it: up to 15 digits, an exponent from 1E+15 on.
pub(crate) fn double_text(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let scientific = format!("{value:.14e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if value == 0.0 {
        return "0".to_owned();
    }
    if (-5..15).contains(&exponent) {
        let decimals = usize::try_from(14 - exponent).unwrap_or_default();
        return without_trailing_zeros(&format!("{value:.decimals$}"));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}E{sign}{:02}", without_trailing_zeros(mantissa), exponent.abs())
}

fn without_trailing_zeros(text: &str) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn suffixes_multiply() {
        assert_eq!(literal("10MB"), (Number::Integer(10_485_760), 4));
        assert_eq!(literal("1.5kb,"), (Number::Double(1536.0), 5));
        assert_eq!(literal("5L"), (Number::Long(5), 2));
        assert_eq!(literal("5x"), (Number::Integer(5), 1));
    }

    #[test]
    fn hexadecimal_wraps_at_its_width() {
        assert_eq!(literal("0x1F"), (Number::Integer(31), 4));
        assert_eq!(literal("0xFFFFFFFF").0, Number::Integer(-1));
        assert_eq!(literal("0x1FFFFFFFF").0, Number::Integer(0x1_FFFF_FFFF));
    }

    #[test]
    fn doubles_are_written_as_dot_net_writes_them() {
        assert_eq!(double_text(0.1 + 0.2), "0.3");
        assert_eq!(double_text(1.5), "1.5");
        assert_eq!(double_text(-3.0), "-3");
        assert_eq!(double_text(1e15), "1E+15");
        assert_eq!(double_text(1.25e-7), "1.25E-07");
    }

    #[test]
    fn a_half_rounds_to_the_even_neighbour() {
        assert_eq!((rounded(2.5), rounded(3.5), rounded(1e30)), (Some(2), Some(4), None));
    }

    proptest! {
        #[test]
        fn any_text_gives_a_number_no_longer_than_it(text in ".{0,40}") {
            prop_assert!(literal(&text).1 <= text.len());
        }

        #[test]
        fn every_double_has_a_text(value: f64) {
            prop_assert!(!double_text(value).is_empty());
        }
    }
}
