//! The content after DATA: dots doubled on the way out, taken off on the way in (RFC 5321 section
//! 4.5.2).
//!
//! Only CR LF . CR LF ends the content. A dot between bare LFs, or with one on either side, is
//! content: servers that took those for the end let one message smuggle in another.

use crate::line::{BareLineFeeds, split_at_line_ending};

/// Content as it goes over the wire after DATA: dots doubled, line ended, final dot added.
///
/// Content that does not end with CR LF gains one; DATA has no way to say otherwise.
pub fn encode_data(content: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(content.len() + content.len() / 64 + 5);
    let mut at_line_start = true;
    let mut after_cr = false;
    for &byte in content {
        if at_line_start && byte == b'.' {
            wire.push(b'.');
        }
        wire.push(byte);
        at_line_start = after_cr && byte == b'\n';
        after_cr = byte == b'\r';
    }
    if !at_line_start {
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b".\r\n");
    wire
}

/// Whether an LF stands in it without a CR before it.
pub fn has_bare_line_feed(content: &[u8]) -> bool {
    let before = std::iter::once(&0).chain(content);
    content.iter().zip(before).any(|(byte, before)| *byte == b'\n' && *before != b'\r')
}

/// Why content was read to its end and thrown away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentFault {
    /// It is larger than the limit.
    TooLarge {
        /// Its size, counted as RFC 1870 section 5 has it: without doubled dots and final dot.
        octets: u64,
    },
    /// It holds a bare LF, which the server refuses.
    BareLineFeed,
}

/// Reads content after DATA from a stream of octets.
#[derive(Debug)]
pub struct DataDecoder {
    octets_max: u64,
    bare_line_feeds: BareLineFeeds,
    content: Vec<u8>,
    octets: u64,
    has_bare_line_feed: bool,
    place: Place,
}

/// Where in a line the decoder stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    LineStart,
    /// After a dot at the start of a line; it is not content, whatever follows.
    Dot,
    /// After such a dot and a CR, which is content only if no LF follows.
    DotCr,
    WithinLine,
    /// After a CR, which is already in the content.
    Cr,
}

impl DataDecoder {
    /// A decoder which keeps at most `octets_max` octets of content and reads on to its end.
    pub fn new(octets_max: u64, bare_line_feeds: BareLineFeeds) -> Self {
        Self {
            octets_max,
            bare_line_feeds,
            content: Vec::new(),
            octets: 0,
            has_bare_line_feed: false,
            place: Place::LineStart,
        }
    }

    /// Takes octets from the front of `input` up to the end of the content; all if it does not end.
    ///
    /// Gives the content once. The decoder is spent then.
    pub fn read(&mut self, input: &mut &[u8]) -> Option<Result<Vec<u8>, ContentFault>> {
        loop {
            if self.place == Place::WithinLine {
                let (run, rest) = split_at_line_ending(input);
                self.push_all(run);
                *input = rest;
            }
            let (&byte, rest) = input.split_first()?;
            *input = rest;
            if self.place == Place::DotCr && byte == b'\n' {
                return Some(self.finish());
            }
            self.take(byte);
        }
    }

    /// How many octets of content are kept.
    pub(crate) fn octets_held(&self) -> usize {
        self.content.len()
    }

    fn take(&mut self, byte: u8) {
        if self.place == Place::DotCr {
            self.push(b'\r');
            self.place = Place::Cr;
        }
        self.place = match (self.place, byte) {
            (Place::LineStart, b'.') => Place::Dot,
            (Place::Dot, b'\r') => Place::DotCr,
            (Place::Cr, b'\n') => {
                self.push(byte);
                Place::LineStart
            }
            (_, b'\r') => {
                self.push(byte);
                Place::Cr
            }
            _ => {
                self.has_bare_line_feed |= byte == b'\n';
                self.push(byte);
                Place::WithinLine
            }
        };
    }

    fn push(&mut self, byte: u8) {
        self.push_all(&[byte]);
    }

    fn push_all(&mut self, octets: &[u8]) {
        let room = usize::try_from(self.octets_max.saturating_sub(self.octets));
        let kept = room.ok().and_then(|room| octets.get(..room)).unwrap_or(octets);
        self.content.extend_from_slice(kept);
        self.octets += octets.len() as u64;
        if self.octets > self.octets_max {
            self.content = Vec::new();
        }
    }

    fn finish(&mut self) -> Result<Vec<u8>, ContentFault> {
        let content = std::mem::take(&mut self.content);
        let refuses = self.bare_line_feeds == BareLineFeeds::Refuse && self.has_bare_line_feed;
        if self.octets > self.octets_max {
            Err(ContentFault::TooLarge { octets: self.octets })
        } else if refuses {
            Err(ContentFault::BareLineFeed)
        } else {
            Ok(content)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(mut wire: &[u8]) -> Option<(Vec<u8>, usize)> {
        let mut decoder = DataDecoder::new(1000, BareLineFeeds::Accept);
        let content = decoder.read(&mut wire)?.unwrap();
        Some((content, wire.len()))
    }

    fn with_line_end(content: &[u8]) -> Vec<u8> {
        let mut ended = content.to_vec();
        if !content.is_empty() && !content.ends_with(b"\r\n") {
            ended.extend_from_slice(b"\r\n");
        }
        ended
    }

    #[test]
    fn dots_at_line_starts_are_doubled() {
        assert_eq!(encode_data(b".a\r\n..\r\nb."), b"..a\r\n...\r\nb.\r\n.\r\n");
        assert_eq!(encode_data(b""), b".\r\n");
        assert_eq!(encode_data(b"a\n.b\r.c\r\n"), b"a\n.b\r.c\r\n.\r\n");
        assert_eq!(encode_data(b"a\r"), b"a\r\r\n.\r\n");
    }

    #[test]
    fn only_cr_lf_dot_cr_lf_ends_the_content() {
        for smuggled in [
            &b"a\n.\nMAIL"[..],
            b"a\r\n.\nMAIL",
            b"a\n.\r\nMAIL",
            b"a\r.\rMAIL",
            b"a\r\n.\rMAIL",
            b"a\r.\r\nMAIL",
            b"a\r\n.\r\r\nMAIL",
            b"a\n\r.\r\nMAIL",
            b"a\r\n\x00.\r\nMAIL",
            b".\n\r\nMAIL",
        ] {
            assert_eq!(decode(smuggled), None, "{}", smuggled.escape_ascii());
            let whole = [smuggled, b"\r\n.\r\nrest"].concat();
            let (content, left) = decode(&whole).unwrap();
            assert!(content.ends_with(b"MAIL\r\n"), "{}", smuggled.escape_ascii());
            assert_eq!(left, 4);
        }
    }

    #[test]
    fn the_first_line_may_be_the_dot() {
        assert_eq!(decode(b".\r\nQUIT\r\n"), Some((Vec::new(), 6)));
    }

    #[test]
    fn a_dot_before_other_characters_goes() {
        let (content, _) = decode(b".a\r\n..\r\n.\rb\r\n.\r\r\n.\n\r\n.\r\n").unwrap();
        assert_eq!(content.escape_ascii().to_string(), r"a\r\n.\r\n\rb\r\n\r\r\n\n\r\n");
    }

    #[test]
    fn too_large_content_is_read_to_its_end() {
        let mut decoder = DataDecoder::new(5, BareLineFeeds::Refuse);
        let mut wire = &b"..345\r\n\n.\r\n\r\n.\r\nQUIT"[..];
        let read = decoder.read(&mut wire);
        assert_eq!(read, Some(Err(ContentFault::TooLarge { octets: 12 })));
        assert_eq!(wire, b"QUIT");
        let mut wire = &b".345\r\n.\r\n"[..];
        let read = DataDecoder::new(5, BareLineFeeds::Refuse).read(&mut wire);
        assert_eq!(read, Some(Ok(b"345\r\n".to_vec())));
    }

    #[test]
    fn bare_line_feeds_are_refused_on_demand() {
        for (wire, is_refused) in
            [(&b"a\nb\r\n.\r\n"[..], true), (b"\n\r\n.\r\n", true), (b"a\rb\r\n.\r\n", false)]
        {
            let read = DataDecoder::new(9, BareLineFeeds::Refuse).read(&mut &*wire).unwrap();
            assert_eq!(read == Err(ContentFault::BareLineFeed), is_refused);
        }
    }

    fn content() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![Just(b'.'), Just(b'\r'), Just(b'\n'), any::<u8>()];
        prop_oneof![
            proptest::collection::vec(byte, 0..60),
            proptest::collection::vec(prop_oneof![Just("\r\n"), Just("."), Just("a")], 0..30)
                .prop_map(|parts| parts.concat().into_bytes()),
        ]
    }

    proptest! {
        #[test]
        fn content_comes_back(content in content()) {
            let wire = [encode_data(&content), b"QUIT".to_vec()].concat();
            prop_assert_eq!(decode(&wire), Some((with_line_end(&content), 4)));
            prop_assert_eq!(has_bare_line_feed(&content), {
                let mut decoder = DataDecoder::new(1000, BareLineFeeds::Refuse);
                decoder.read(&mut wire.as_slice()) == Some(Err(ContentFault::BareLineFeed))
            });
        }

        #[test]
        fn any_split_gives_the_same_content(wire in content(), cut in 0usize..60) {
            let (mut first, mut second) = wire.split_at(cut.min(wire.len()));
            let mut decoder = DataDecoder::new(20, BareLineFeeds::Refuse);
            let in_pieces = match decoder.read(&mut first) {
                Some(read) => Some((read, first.len() + second.len())),
                None => decoder.read(&mut second).map(|read| (read, second.len())),
            };
            let mut rest = wire.as_slice();
            let whole = DataDecoder::new(20, BareLineFeeds::Refuse).read(&mut rest);
            prop_assert_eq!(in_pieces, whole.map(|read| (read, rest.len())));
        }

        #[test]
        fn the_end_is_where_the_five_octets_are(wire in content()) {
            // The line end before the first line is that of the DATA command.
            let framed = [b"\r\n", wire.as_slice()].concat();
            let end = framed.windows(5).position(|window| window == b"\r\n.\r\n").map(|at| at + 3);
            let decoded = decode(&wire).map(|(_, left)| wire.len() - left);
            prop_assert_eq!(decoded, end);
        }
    }
}
