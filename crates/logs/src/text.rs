//! Text of a file, in whichever encoding Windows tools left it.
//!
//! Windows PowerShell redirects and exports in UTF-16 with a byte order mark, servers write UTF-8 with
//! or without one. Bytes that are no UTF-8 become the replacement character.
//!
//! Not modelled: ANSI code pages.

use std::borrow::Cow;

/// The text of a file, without byte order mark.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return String::from_utf8_lossy(rest);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return Cow::Owned(utf16(rest, u16::from_le_bytes));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return Cow::Owned(utf16(rest, u16::from_be_bytes));
    }
    if is_bare_utf16(bytes) {
        return Cow::Owned(utf16(bytes, u16::from_le_bytes));
    }
    String::from_utf8_lossy(bytes)
}

/// The lines of a text with their numbers, without their ends.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (u64, &str)> {
    (1_u64..).zip(text.lines())
}

/// Number of the line on which the byte at `offset` lies.
pub(crate) fn line_of(text: &str, offset: usize) -> u64 {
    LineCount::new(text).at(offset)
}

/// Counts lines along with a reader that only moves forward.
pub(crate) struct LineCount<'t> {
    bytes: &'t [u8],
    offset: usize,
    line: u64,
}

impl<'t> LineCount<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { bytes: text.as_bytes(), offset: 0, line: 1 }
    }

    /// Number of the line on which the byte at `offset` lies; of the last one asked for when that lies
    /// further on.
    pub(crate) fn at(&mut self, offset: usize) -> u64 {
        let offset = offset.min(self.bytes.len());
        let passed = self.bytes.get(self.offset..offset).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.offset = self.offset.max(offset);
        self.line
    }
}

/// Whether the beginning looks like Latin text in UTF-16 that lost its mark.
pub(crate) fn is_bare_utf16(bytes: &[u8]) -> bool {
    let (pairs, _) = bytes.get(..256).unwrap_or(bytes).as_chunks::<2>();
    let latin = pairs.iter().filter(|[low, high]| *low != 0 && *high == 0).count();
    pairs.len() >= 4 && latin * 10 >= pairs.len() * 9
}

fn utf16(bytes: &[u8], unit: impl Fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_encoding_windows_tools_use_is_read() {
        let text = "Identity : MBX01\\6 é";
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let wide_big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(text.as_bytes()), text);
        assert_eq!(decode(&[b"\xef\xbb\xbf", text.as_bytes()].concat()), text);
        assert_eq!(decode(&[b"\xff\xfe".as_slice(), &wide].concat()), text);
        assert_eq!(decode(&[b"\xfe\xff".as_slice(), &wide_big].concat()), text);
        assert_eq!(decode(&wide), text);
    }

    proptest! {
        #[test]
        fn any_bytes_are_decoded(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _text = decode(&bytes);
        }
    }
}
