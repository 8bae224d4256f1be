//! Reading replies from the wire, as they come (RFC 5321 sections 4.2 and 4.2.1).
//!
//! Lenient where real servers and the devices between are sloppy: enhanced status codes may be
//! missing, a bare LF ends a line, and the character after the code may be anything but a letter or
//! digit (`220****` is what some firewalls make of a banner).

use crate::enhanced_status::EnhancedStatus;
use crate::line::{BareLineFeeds, LineFault, LineReader};
use crate::reply::Reply;

/// RFC 5321 section 4.5.3.1.5 allows 512 octets; servers which quote other servers need more.
const LINE_OCTETS_MAX: usize = 8192;
const LINES_MAX: usize = 512;

/// What came was no reply.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// A line does not start with a reply code.
    #[error("{0:?} is no reply: expected a code from 200 to 599")]
    NoCode(String),
    /// The lines of one reply carry different codes.
    #[error("reply of several lines: expected code {expected}, came {came:?}")]
    CodesDiffer {
        /// The code of the first line.
        expected: u16,
        /// The line with the other code.
        came: String,
    },
    /// A line is too long.
    #[error("reply line: expected at most {LINE_OCTETS_MAX} octets, came {came:?} and more")]
    LineTooLong {
        /// The start of the line.
        came: String,
    },
    /// There is no end of lines.
    #[error("reply: expected at most {LINES_MAX} lines, came more; the last is {came:?}")]
    TooManyLines {
        /// The last line read.
        came: String,
    },
}

/// Reads replies from a stream of octets, fed in pieces of any size.
#[derive(Debug)]
pub struct ReplyReader {
    input: Vec<u8>,
    lines: LineReader,
    /// Code and texts of the lines read so far of a reply that goes on.
    begun: Option<(u16, Vec<String>)>,
}

impl Default for ReplyReader {
    fn default() -> Self {
        Self::new()
    }
}

impl ReplyReader {
    /// A reader at the start of a stream.
    pub fn new() -> Self {
        let lines = LineReader::new(LINE_OCTETS_MAX, BareLineFeeds::Accept);
        Self { input: Vec::new(), lines, begun: None }
    }

    /// Adds octets as they came.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.input.extend_from_slice(bytes);
    }

    /// Takes the next whole reply; `None` when more octets are needed.
    ///
    /// After an error the reader goes on with the line that follows.
    pub fn next_reply(&mut self) -> Option<Result<Reply, ReplyError>> {
        let mut rest = self.input.as_slice();
        let mut taken = None;
        while taken.is_none() {
            let Some(line) = self.lines.read(&mut rest) else { break };
            taken = match line.fault {
                Some(LineFault::TooLong) => {
                    self.begun = None;
                    Some(Err(ReplyError::LineTooLong { came: line.text() }))
                }
                _ => take_line(&mut self.begun, line.text()),
            };
        }
        let consumed = self.input.len() - rest.len();
        self.input.drain(..consumed);
        taken
    }

    /// Forgets everything read and not taken: after a TLS handshake, what came before is void.
    pub fn clear(&mut self) {
        *self = Self::new();
    }

    /// Reads one line as a whole reply.
    pub(crate) fn read_line(text: &str) -> Result<Reply, ReplyError> {
        let (code, _, text) = divide(text).ok_or_else(|| ReplyError::NoCode(text.to_owned()))?;
        Ok(assemble(code, vec![text.to_owned()]))
    }
}

fn take_line(
    begun: &mut Option<(u16, Vec<String>)>,
    line: String,
) -> Option<Result<Reply, ReplyError>> {
    let (first_code, mut texts) = begun.take().unzip();
    let Some((code, goes_on, text)) = divide(&line) else {
        return Some(Err(ReplyError::NoCode(line)));
    };
    if let Some(expected) = first_code.filter(|first| *first != code) {
        return Some(Err(ReplyError::CodesDiffer { expected, came: line }));
    }
    let mut lines = texts.take().unwrap_or_default();
    lines.push(text.to_owned());
    match (goes_on, lines.len()) {
        (false, _) => Some(Ok(assemble(code, lines))),
        (true, LINES_MAX..) => Some(Err(ReplyError::TooManyLines { came: line })),
        (true, _) => {
            *begun = Some((code, lines));
            None
        }
    }
}

/// Divides a line into its code, whether another line follows, and its text.
fn divide(line: &str) -> Option<(u16, bool, &str)> {
    let (digits, rest) = line.split_at_checked(3)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let code = digits.parse().ok().filter(|code| matches!(code, 200..=599))?;
    match rest.chars().next() {
        Some(' ') => Some((code, false, &rest[1..])),
        Some('-') => Some((code, true, &rest[1..])),
        Some(c) if c.is_alphanumeric() => None,
        _ => Some((code, false, rest)),
    }
}

/// Makes a reply of its lines; an enhanced code which stands on the first is taken off all.
fn assemble(code: u16, mut lines: Vec<String>) -> Reply {
    let enhanced = lines.first().and_then(|line| divide_enhanced(line)).map(|(status, _)| status);
    for line in &mut lines {
        match divide_enhanced(line) {
            Some((status, text)) if Some(status) == enhanced => *line = text.to_owned(),
            _ => {}
        }
    }
    Reply { code, enhanced, lines }
}

fn divide_enhanced(line: &str) -> Option<(EnhancedStatus, &str)> {
    let (word, text) = line.split_once(' ').unwrap_or((line, ""));
    Some((word.parse().ok()?, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Vec<Result<Reply, ReplyError>> {
        let mut reader = ReplyReader::new();
        reader.feed(bytes);
        std::iter::from_fn(|| reader.next_reply()).collect()
    }

    fn shown(bytes: &[u8]) -> Vec<String> {
        let show = |reply: Result<Reply, ReplyError>| match reply {
            Ok(reply) => reply.to_string(),
            Err(error) => error.to_string(),
        };
        read(bytes).into_iter().map(show).collect()
    }

    #[test]
    fn lines_with_a_hyphen_go_on() {
        let replies =
            read(b"250-mx.contoso.example Hello\r\n250-SIZE\r\n250 DSN\r\n221 2.0.0 Bye\r\n");
        let lines = ["mx.contoso.example Hello", "SIZE", "DSN"].map(str::to_owned).to_vec();
        assert_eq!(replies[0], Ok(Reply::with_lines(250, lines)));
        assert_eq!(replies[1], Ok(Reply::new(221, EnhancedStatus::new(2, 0, 0), "Bye")));
    }

    #[test]
    fn a_reply_waits_for_its_last_line() {
        assert_eq!(read(b"250-one\r\n250-two\r\n"), []);
        assert_eq!(read(b"250 one"), []);
    }

    #[test]
    fn lines_without_the_enhanced_code_keep_their_text() {
        assert_eq!(
            read(b"550-5.7.1 no\r\n550-5.7.26 why\r\n550 end\r\n"),
            [Ok(Reply {
                code: 550,
                enhanced: Some(EnhancedStatus::new(5, 7, 1)),
                lines: vec!["no".into(), "5.7.26 why".into(), "end".into()]
            })]
        );
    }

    #[test]
    fn sloppy_lines_are_read() {
        assert_eq!(shown(b"220****2******0***\r\n"), ["220 ****2******0***"]);
        assert_eq!(shown(b"250\n"), ["250"]);
        assert_eq!(shown(b"250  mx Hello\r\n"), ["250  mx Hello"]);
        assert_eq!(shown(b"250 \xff\r\n"), ["250 \u{fffd}"]);
    }

    #[test]
    fn junk_is_named_and_skipped() {
        insta::assert_snapshot!(
            shown(b"HTTP/1.1 400\r\n\r\n2500 x\r\n150 x\r\n250-a\r\n550 b\r\n250-a\r\nb\r\n250 ok\r\n")
                .join("\n"),
            @r#"
        "HTTP/1.1 400" is no reply: expected a code from 200 to 599
        "" is no reply: expected a code from 200 to 599
        "2500 x" is no reply: expected a code from 200 to 599
        "150 x" is no reply: expected a code from 200 to 599
        reply of several lines: expected code 250, came "550 b"
        "b" is no reply: expected a code from 200 to 599
        250 ok
        "#
        );
    }

    #[test]
    fn replies_without_end_are_cut() {
        let endless = "250-x\r\n".repeat(LINES_MAX);
        assert_eq!(
            read(endless.as_bytes()),
            [Err(ReplyError::TooManyLines { came: "250-x".into() })]
        );
        let long = format!("250-a\r\n250-{}\r\n250 ok\r\n", "x".repeat(LINE_OCTETS_MAX));
        let replies = read(long.as_bytes());
        assert!(matches!(replies[0], Err(ReplyError::LineTooLong { .. })));
        assert_eq!(replies[1], Ok(Reply::plain(250, "ok")));
    }

    #[test]
    fn clearing_forgets_half_a_reply() {
        let mut reader = ReplyReader::new();
        reader.feed(b"250-half\r\n250 inj");
        assert_eq!(reader.next_reply(), None);
        reader.clear();
        reader.feed(b"220 ok\r\n");
        assert_eq!(reader.next_reply(), Some(Ok(Reply::plain(220, "ok"))));
    }

    fn wire() -> impl Strategy<Value = Vec<u8>> {
        let line = prop_oneof![
            "(250|550|354|[0-9]{3})[ -]?(5\\.7\\.1 )?[a-z]{0,5}\r?\n".prop_map(String::into_bytes),
            proptest::collection::vec(any::<u8>(), 0..12),
        ];
        proptest::collection::vec(line, 0..12).prop_map(|lines| lines.concat())
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same_replies(
            bytes in wire(),
            cuts in proptest::collection::vec(1usize..9, 0..40),
        ) {
            let mut reader = ReplyReader::new();
            let mut replies = Vec::new();
            let mut rest = bytes.as_slice();
            for cut in cuts.into_iter().chain([usize::MAX]) {
                let (piece, later) = rest.split_at(cut.min(rest.len()));
                reader.feed(piece);
                replies.extend(std::iter::from_fn(|| reader.next_reply()));
                rest = later;
            }
            prop_assert_eq!(replies, read(&bytes));
        }

        #[test]
        fn what_was_read_is_written_and_read_the_same(bytes in wire()) {
            for reply in read(&bytes).into_iter().flatten() {
                let again = read(&reply.to_wire());
                prop_assert_eq!(again, [Ok(reply)]);
            }
        }
    }
}
