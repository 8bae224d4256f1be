//! Lines out of a stream of octets (RFC 5321 section 2.3.8).
//!
//! A line ends with CR LF. What a CR or LF that stands alone means is for the reader's owner to
//! say: to guess here is how one message becomes two (SMTP smuggling).

/// What to do with an LF that has no CR before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BareLineFeeds {
    /// In commands and replies it ends the line; in content it is kept as it is.
    Accept,
    /// The line or content that has one is at fault; only CR LF ends a line.
    Refuse,
}

/// Divides a stream into lines.
#[derive(Clone, Debug)]
pub struct LineReader {
    octets_max: usize,
    bare_line_feeds: BareLineFeeds,
    begun: Line,
    /// The last octet was a CR, which is part of the line only if no LF follows.
    after_cr: bool,
}

/// One line, without its line ending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Its octets, cut off at the limit.
    pub bytes: Vec<u8>,
    /// What is wrong with it.
    pub fault: Option<LineFault>,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineFault {
    /// It has more octets than allowed; the rest was skipped.
    TooLong,
    /// It holds a CR or LF that stands alone.
    BareLineEnding,
}

impl Line {
    /// The line as text; octets that are no UTF-8 show as U+FFFD.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    fn push(&mut self, octets: &[u8], octets_max: usize) {
        let room = octets_max.saturating_sub(self.bytes.len());
        let kept = octets.get(..room).unwrap_or(octets);
        self.bytes.extend_from_slice(kept);
        if kept.len() < octets.len() {
            self.fault.get_or_insert(LineFault::TooLong);
        }
    }
}

impl LineReader {
    /// A reader for lines of at most `octets_max` octets, their line ending not counted.
    pub fn new(octets_max: usize, bare_line_feeds: BareLineFeeds) -> Self {
        Self { octets_max, bare_line_feeds, begun: Line::default(), after_cr: false }
    }

    /// Takes octets from the front of `input` up to the end of a line; all of them if it has none.
    pub fn read(&mut self, input: &mut &[u8]) -> Option<Line> {
        loop {
            if !self.after_cr {
                let (run, rest) = split_at_line_ending(input);
                self.begun.push(run, self.octets_max);
                *input = rest;
            }
            let (byte, rest) = input.split_first()?;
            *input = rest;
            if self.ends_line(*byte, self.after_cr) {
                self.after_cr = false;
                return Some(std::mem::take(&mut self.begun));
            }
            self.take(*byte);
        }
    }

    /// Whether `input` would complete a line.
    pub fn is_completed_by(&self, input: &[u8]) -> bool {
        let before = std::iter::once(self.after_cr).chain(input.iter().map(|byte| *byte == b'\r'));
        input.iter().zip(before).any(|(byte, after_cr)| self.ends_line(*byte, after_cr))
    }

    /// How many octets of a line that has begun are kept.
    pub(crate) fn octets_held(&self) -> usize {
        self.begun.bytes.len()
    }

    fn ends_line(&self, byte: u8, after_cr: bool) -> bool {
        byte == b'\n' && (after_cr || self.bare_line_feeds == BareLineFeeds::Accept)
    }

    fn take(&mut self, byte: u8) {
        if self.after_cr {
            self.push_bare(b'\r');
        }
        self.after_cr = byte == b'\r';
        match byte {
            b'\r' => {}
            b'\n' => self.push_bare(byte),
            _ => self.begun.push(&[byte], self.octets_max),
        }
    }

    fn push_bare(&mut self, byte: u8) {
        if self.bare_line_feeds == BareLineFeeds::Refuse {
            self.begun.fault.get_or_insert(LineFault::BareLineEnding);
        }
        self.begun.push(&[byte], self.octets_max);
    }
}

/// Divides before the first CR or LF; most octets are neither.
pub(crate) fn split_at_line_ending(octets: &[u8]) -> (&[u8], &[u8]) {
    let is_line_ending = |byte: &u8| matches!(byte, b'\r' | b'\n');
    octets.split_at(octets.iter().position(is_line_ending).unwrap_or(octets.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(policy: BareLineFeeds, mut bytes: &[u8]) -> Vec<(String, Option<LineFault>)> {
        let mut reader = LineReader::new(6, policy);
        std::iter::from_fn(|| reader.read(&mut bytes))
            .map(|line| (line.text(), line.fault))
            .collect()
    }

    fn line(text: &str) -> (String, Option<LineFault>) {
        (text.to_owned(), None)
    }

    #[test]
    fn a_bare_lf_ends_a_line_where_it_is_accepted() {
        let bytes = b"a\nb\r\nc\rd\r\n\re\r\r\n";
        let expected = [line("a"), line("b"), line("c\rd"), line("\re\r")];
        assert_eq!(lines(BareLineFeeds::Accept, bytes), expected);
    }

    #[test]
    fn a_bare_cr_or_lf_is_a_fault_where_it_is_refused() {
        let faulty = |text: &str| (text.to_owned(), Some(LineFault::BareLineEnding));
        let bytes = b"a\nb\r\nc\rd\r\ne\r\n\n\r\n\r\r\n";
        let expected = [faulty("a\nb"), faulty("c\rd"), line("e"), faulty("\n"), faulty("\r")];
        assert_eq!(lines(BareLineFeeds::Refuse, bytes), expected);
    }

    #[test]
    fn a_line_is_cut_at_the_limit() {
        let cut = ("1234567".get(..6).unwrap().to_owned(), Some(LineFault::TooLong));
        assert_eq!(
            lines(BareLineFeeds::Refuse, b"123456\r\n1234567\r\n12\r\n"),
            [line("123456"), cut, line("12")]
        );
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same_lines(
            bytes in proptest::collection::vec(proptest::sample::select(b"\r\na".to_vec()), 0..40),
            cut in 0usize..40,
            accepts: bool,
        ) {
            let policy = if accepts { BareLineFeeds::Accept } else { BareLineFeeds::Refuse };
            let mut reader = LineReader::new(6, policy);
            let (first, second) = bytes.split_at(cut.min(bytes.len()));
            let mut read = Vec::new();
            for mut piece in [first, second] {
                while reader.is_completed_by(piece) {
                    let line = reader.read(&mut piece).unwrap();
                    read.push((line.text(), line.fault));
                }
                prop_assert_eq!(reader.read(&mut piece), None);
                prop_assert!(piece.is_empty());
            }
            prop_assert_eq!(read, lines(policy, &bytes));
        }
    }
}
