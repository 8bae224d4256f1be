//! The fields of a line of a zone file (RFC 1035, 5.1).
//!
//! Not modelled: records over several lines, in parentheses; bytes above 127 as `\DDD`. Letters
//! outside of ASCII stand in quotes as they are, in UTF-8.

use std::iter::Peekable;
use std::str::Chars;

use crate::error::DnsError;

/// A field: bare, or in quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) text: String,
    pub(crate) quoted: bool,
}

/// Takes a line apart. A semicolon outside of quotes starts a comment.
pub(crate) fn fields(line: &str) -> Result<Vec<Field>, DnsError> {
    let mut fields = Vec::new();
    let mut rest = line.chars().peekable();
    loop {
        while rest.next_if(char::is_ascii_whitespace).is_some() {}
        match rest.peek() {
            None | Some(';') => return Ok(fields),
            Some('"') => {
                rest.next();
                fields.push(Field { text: quoted(&mut rest)?, quoted: true });
            }
            Some(_) => {
                let mut text = String::new();
                let ends = |c: &char| c.is_ascii_whitespace() || matches!(c, ';' | '"');
                while let Some(c) = rest.next_if(|c| !ends(c)) {
                    text.push(c);
                }
                fields.push(Field { text, quoted: false });
            }
        }
    }
}

/// What follows an opening quote, up to the closing one.
fn quoted(rest: &mut Peekable<Chars<'_>>) -> Result<String, DnsError> {
    let mut text = String::new();
    loop {
        match rest.next() {
            None => return Err(DnsError::Missing("the closing quote")),
            Some('"') => return Ok(text),
            Some('\\') => text.push(escaped(rest)?),
            Some(c) => text.push(c),
        }
    }
}

/// What follows a backslash: three digits, or the character itself.
fn escaped(rest: &mut Peekable<Chars<'_>>) -> Result<char, DnsError> {
    let mut digits = String::new();
    while digits.len() < 3 {
        let Some(digit) = rest.next_if(char::is_ascii_digit) else { break };
        digits.push(digit);
    }
    if digits.is_empty() {
        return rest.next().ok_or(DnsError::Missing("the closing quote"));
    }
    let code = digits.parse::<u8>().ok().filter(|code| digits.len() == 3 && code.is_ascii());
    let refuse = || DnsError::Field { expected: "code of an ASCII character", text: digits };
    code.map(char::from).ok_or_else(refuse)
}

/// The text in quotes, on one line.
pub(crate) fn quote(text: &str) -> String {
    let escape = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_ascii_control() => format!("\\{:03}", u32::from(c)),
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(line: &str) -> Vec<String> {
        fields(line).unwrap().into_iter().map(|field| field.text).collect()
    }

    #[test]
    fn fields_are_parted_by_blanks_and_end_at_a_comment() {
        assert_eq!(texts("@  3600\tIN NS dc01. ; the server"), ["@", "3600", "IN", "NS", "dc01."]);
        assert_eq!(texts("a \"b; c\"\"d\";e"), ["a", "b; c", "d"]);
        assert!(texts("  ; nothing").is_empty());
    }

    #[test]
    fn escapes_stand_for_characters() {
        assert_eq!(texts(r#""say \"hi\" \\ \009 \065""#), ["say \"hi\" \\ \t A"]);
    }

    #[test]
    fn what_does_not_end_or_means_nothing_is_refused() {
        assert_eq!(fields("\"open"), Err(DnsError::Missing("the closing quote")));
        assert_eq!(fields("\"open\\"), Err(DnsError::Missing("the closing quote")));
        for code in ["12", "128", "999"] {
            let refused = fields(&format!("\"\\{code} \""));
            let text = code.to_owned();
            assert_eq!(
                refused,
                Err(DnsError::Field { expected: "code of an ASCII character", text })
            );
        }
    }

    proptest! {
        #[test]
        fn quoted_text_comes_back(text in any::<String>()) {
            let line = quote(&text);
            prop_assert!(!line.contains(['\n', '\r']));
            prop_assert_eq!(fields(&line), Ok(vec![Field { text, quoted: true }]));
        }

        #[test]
        fn any_line_is_read_or_refused(line in any::<String>()) {
            let _read = fields(&line);
        }
    }
}
