//! Parameters of MAIL and RCPT: `KEYWORD` or `KEYWORD=value` (RFC 5321 section 4.1.2).
//!
//! One table says which parameters this crate understands, the extension each belongs to and what
//! its value must look like. Every other parameter is passed on as it came.

use std::fmt;

use crate::xtext::decode_xtext;

/// One parameter of MAIL or RCPT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name in the spelling it came with; case does not count.
    pub keyword: String,
    /// What follows the `=`, still encoded; `None` when there is no `=`.
    pub value: Option<String>,
}

/// A parameter broke the grammar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// Neither `KEYWORD` nor `KEYWORD=value`.
    #[error("{0:?} is no parameter: expected KEYWORD or KEYWORD=value")]
    Form(String),
    /// The same keyword came before; no specification says which of the two would count.
    #[error("parameter {0} came twice")]
    Twice(String),
    /// The value is not one its extension defines.
    #[error("parameter {came:?}: expected {expected}")]
    Value {
        /// What the extension allows.
        expected: &'static str,
        /// The parameter as it came.
        came: String,
    },
}

impl Parameter {
    /// `KEYWORD=value`; the value must be encoded already where its extension asks for xtext.
    pub fn new(keyword: impl Into<String>, value: impl Into<String>) -> Self {
        Self { keyword: keyword.into(), value: Some(value.into()) }
    }

    /// `KEYWORD` alone.
    pub fn flag(keyword: impl Into<String>) -> Self {
        Self { keyword: keyword.into(), value: None }
    }

    /// The extension a client must have been offered before it may send this parameter.
    ///
    /// `AUTH=` is exempt: relays are known to pass it to servers which offer no AUTH.
    pub(crate) fn extension(&self) -> Option<&'static str> {
        let known = KNOWN.iter().find(|known| known.is(&self.keyword))?;
        let binary = self.value.as_deref().is_some_and(|v| v.eq_ignore_ascii_case("BINARYMIME"));
        if known.keyword == "BODY" && binary { Some("BINARYMIME") } else { known.extension }
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.keyword)?;
        self.value.as_ref().map_or(Ok(()), |value| write!(f, "={value}"))
    }
}

/// Finds a parameter by its keyword, whatever its case.
pub(crate) fn find<'a>(parameters: &'a [Parameter], keyword: &str) -> Option<&'a Parameter> {
    parameters.iter().find(|parameter| parameter.keyword.eq_ignore_ascii_case(keyword))
}

/// The value of a parameter, when it is there and has one.
pub(crate) fn value<'a>(parameters: &'a [Parameter], keyword: &str) -> Option<&'a str> {
    find(parameters, keyword)?.value.as_deref()
}

/// Reads the blank-separated parameters that follow a path.
pub(crate) fn parse_all(text: &str) -> Result<Vec<Parameter>, ParameterError> {
    let mut parameters: Vec<Parameter> = Vec::new();
    for word in text.split_ascii_whitespace() {
        let parameter = parse(word)?;
        if find(&parameters, &parameter.keyword).is_some() {
            return Err(ParameterError::Twice(parameter.keyword));
        }
        parameters.push(parameter);
    }
    Ok(parameters)
}

/// What this crate knows about one parameter.
struct Known {
    keyword: &'static str,
    extension: Option<&'static str>,
    expected: &'static str,
    accepts: fn(Option<&str>) -> bool,
}

impl Known {
    fn is(&self, keyword: &str) -> bool {
        self.keyword.eq_ignore_ascii_case(keyword)
    }
}

const KNOWN: &[Known] = &[
    // RFC 1870 section 3.
    Known {
        keyword: "SIZE",
        extension: Some("SIZE"),
        expected: "1 to 20 digits",
        accepts: is_size,
    },
    // RFC 6152 section 2, RFC 3030 section 3.
    Known {
        keyword: "BODY",
        extension: Some("8BITMIME"),
        expected: "7BIT, 8BITMIME or BINARYMIME",
        accepts: |value| is_one_of(value, &["7BIT", "8BITMIME", "BINARYMIME"]),
    },
    // RFC 3461 sections 4.1 to 4.4.
    Known {
        keyword: "RET",
        extension: Some("DSN"),
        expected: "FULL or HDRS",
        accepts: |value| is_one_of(value, &["FULL", "HDRS"]),
    },
    Known { keyword: "ENVID", extension: Some("DSN"), expected: "xtext", accepts: is_xtext },
    Known {
        keyword: "NOTIFY",
        extension: Some("DSN"),
        expected: "NEVER, or SUCCESS, FAILURE and DELAY joined by commas",
        accepts: is_notify,
    },
    Known {
        keyword: "ORCPT",
        extension: Some("DSN"),
        expected: "an address type, a semicolon and xtext",
        accepts: is_original_recipient,
    },
    // RFC 4954 section 5.
    Known { keyword: "AUTH", extension: None, expected: "<> or xtext", accepts: is_xtext },
    // RFC 6531 section 3.4.
    Known {
        keyword: "SMTPUTF8",
        extension: Some("SMTPUTF8"),
        expected: "no value",
        accepts: |value| value.is_none(),
    },
];

fn parse(word: &str) -> Result<Parameter, ParameterError> {
    let (keyword, value) = match word.split_once('=') {
        Some((keyword, value)) => (keyword, Some(value)),
        None => (word, None),
    };
    let has_keyword = keyword.starts_with(|c: char| c.is_ascii_alphanumeric())
        && keyword.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let has_value = value.is_none_or(|v| !v.is_empty() && !v.contains(char::is_control));
    if !has_keyword || !has_value {
        return Err(ParameterError::Form(word.to_owned()));
    }
    match KNOWN.iter().find(|known| known.is(keyword)) {
        Some(known) if !(known.accepts)(value) => {
            Err(ParameterError::Value { expected: known.expected, came: word.to_owned() })
        }
        _ => Ok(Parameter { keyword: keyword.to_owned(), value: value.map(str::to_owned) }),
    }
}

fn is_size(value: Option<&str>) -> bool {
    value.is_some_and(|v| v.bytes().all(|b| b.is_ascii_digit()) && v.parse::<u64>().is_ok())
}

fn is_one_of(value: Option<&str>, allowed: &[&str]) -> bool {
    value.is_some_and(|value| allowed.iter().any(|own| own.eq_ignore_ascii_case(value)))
}

fn is_xtext(value: Option<&str>) -> bool {
    value.is_some_and(|value| decode_xtext(value).is_some())
}

fn is_notify(value: Option<&str>) -> bool {
    let is_event = |event| is_one_of(Some(event), &["SUCCESS", "FAILURE", "DELAY"]);
    is_one_of(value, &["NEVER"]) || value.is_some_and(|list| list.split(',').all(is_event))
}

fn is_original_recipient(value: Option<&str>) -> bool {
    value
        .and_then(|value| value.split_once(';'))
        .is_some_and(|(kind, address)| !kind.is_empty() && decode_xtext(address).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_values_are_checked_and_others_passed_on() {
        let text = "SIZE=18019 body=8bitmime AUTH=<> XORG=contoso.example XFLAG";
        let parameters = parse_all(text).unwrap();
        assert_eq!(value(&parameters, "size"), Some("18019"));
        assert_eq!(value(&parameters, "XORG"), Some("contoso.example"));
        assert_eq!(find(&parameters, "xflag"), Some(&Parameter::flag("XFLAG")));
        assert_eq!(value(&parameters, "XFLAG"), None);
    }

    #[test]
    fn broken_parameters_say_what_was_expected() {
        let value = |text: &str| match parse_all(text).unwrap_err() {
            ParameterError::Value { expected, came } => (expected, came),
            other => panic!("{other}"),
        };
        for text in ["SIZE=+1", "SIZE", "SIZE=99999999999999999999", "BODY=9BIT", "SMTPUTF8=1"] {
            assert_eq!(value(text).1, text);
        }
        for text in ["NOTIFY=NEVER,DELAY", "NOTIFY=SUCCESS,", "ORCPT=rfc822", "ORCPT=;a"] {
            assert_eq!(value(text).1, text);
        }
        assert_eq!(parse_all("SIZE=1 size=1"), Err(ParameterError::Twice("size".into())));
        assert_eq!(parse_all("=1"), Err(ParameterError::Form("=1".into())));
        assert_eq!(parse_all("XORG="), Err(ParameterError::Form("XORG=".into())));
    }

    #[test]
    fn binary_bodies_need_an_extension_of_their_own() {
        assert_eq!(Parameter::new("BODY", "binarymime").extension(), Some("BINARYMIME"));
        assert_eq!(Parameter::new("BODY", "8BITMIME").extension(), Some("8BITMIME"));
        assert_eq!(Parameter::new("XORG", "contoso.example").extension(), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}|[A-Z=; ,]{0,20}") {
            if let Ok(parameters) = parse_all(&text) {
                let shown: Vec<_> = parameters.iter().map(Parameter::to_string).collect();
                prop_assert_eq!(parse_all(&shown.join(" ")), Ok(parameters));
            }
        }
    }
}
