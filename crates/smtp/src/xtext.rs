//! xtext: how DSN and AUTH parameters carry arbitrary text (RFC 3461 section 4).
//!
//! Not modelled: `utf-8-addr-xtext` with its `\x{HEX}` escapes (RFC 6533 section 3). Text outside
//! ASCII is written as the escaped octets of its UTF-8 form.

use std::fmt::Write;

/// Writes text as xtext: `+`, `=` and everything outside printable ASCII become `+HH`.
pub fn encode_xtext(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if is_plain(byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "+{byte:02X}").expect("writing to a String cannot fail");
        }
    }
    encoded
}

/// Reads xtext; `None` when an escape is broken, an octet is not allowed, or the result is no UTF-8.
///
/// Lower-case digits in an escape and octets outside ASCII are read as well.
pub fn decode_xtext(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'+' => {
                let high = char::from(bytes.next()?).to_digit(16)?;
                let low = char::from(bytes.next()?).to_digit(16)?;
                decoded.push(u8::try_from(high * 16 + low).ok()?);
            }
            plain if is_plain(plain) || !plain.is_ascii() => decoded.push(plain),
            _ => return None,
        }
    }
    String::from_utf8(decoded).ok()
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && byte != b'+' && byte != b'='
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plus_equals_and_blanks_are_escaped() {
        assert_eq!(encode_xtext("e=mc2@example.com"), "e+3Dmc2@example.com");
        assert_eq!(encode_xtext("a b+ü"), "a+20b+2B+C3+BC");
        assert_eq!(decode_xtext("e+3dmc2@example.com").as_deref(), Some("e=mc2@example.com"));
    }

    #[test]
    fn broken_xtext_is_refused() {
        for text in ["+", "+3", "+3G", "a=b", "a b", "+FF", "+-1"] {
            assert_eq!(decode_xtext(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn text_and_back(text in any::<String>()) {
            let encoded = encode_xtext(&text);
            prop_assert!(encoded.bytes().all(|b| b.is_ascii_graphic() && b != b'='));
            prop_assert_eq!(decode_xtext(&encoded), Some(text));
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _read = decode_xtext(&text);
        }
    }
}
