//! Replies (RFC 5321 section 4.2) with enhanced status codes (RFC 2034).

use std::fmt;
use std::str::FromStr;

use crate::command::wire_line;
use crate::enhanced_status::EnhancedStatus;
use crate::reply_reader::{ReplyError, ReplyReader};

/// What a server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The three-digit code.
    pub code: u16,
    /// The enhanced status code, which stands at the start of every line (RFC 2034 section 4).
    pub enhanced: Option<EnhancedStatus>,
    /// The text of each line, without the codes.
    pub lines: Vec<String>,
}

/// What the first digit of a reply code says (RFC 5321 section 4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// 2yz: done.
    Positive,
    /// 3yz: go on.
    Intermediate,
    /// 4yz: failed for now; the client may try again later.
    Transient,
    /// 5yz: failed; the same command will fail again.
    Permanent,
}

impl Reply {
    /// A reply of one line with an enhanced status code.
    pub fn new(code: u16, enhanced: EnhancedStatus, text: impl Into<String>) -> Self {
        Self { code, enhanced: Some(enhanced), lines: vec![text.into()] }
    }

    /// A reply of one line without enhanced status code: banners, answers to HELO, 3yz replies.
    pub fn plain(code: u16, text: impl Into<String>) -> Self {
        Self { code, enhanced: None, lines: vec![text.into()] }
    }

    /// A reply of several lines without enhanced status code: the answer to EHLO.
    pub fn with_lines(code: u16, lines: Vec<String>) -> Self {
        Self { code, enhanced: None, lines }
    }

    /// What the first digit says; an undefined one counts as a failure for good.
    pub fn severity(&self) -> Severity {
        match self.code / 100 {
            2 => Severity::Positive,
            3 => Severity::Intermediate,
            4 => Severity::Transient,
            _ => Severity::Permanent,
        }
    }

    /// Whether it is a 2yz reply.
    pub fn is_positive(&self) -> bool {
        self.severity() == Severity::Positive
    }

    /// Whether it is a 4yz or 5yz reply.
    pub fn is_negative(&self) -> bool {
        matches!(self.severity(), Severity::Transient | Severity::Permanent)
    }

    /// The text of all lines, joined by blanks, without the codes.
    pub fn text(&self) -> String {
        self.lines.join(" ")
    }

    /// The reply as octets on the wire.
    ///
    /// A CR or LF in the text goes out as a blank, so that a text quoted from elsewhere cannot
    /// make a reply of its own.
    pub fn to_wire(&self) -> Vec<u8> {
        let (last, others) = match self.lines.as_slice() {
            [others @ .., last] => (last.as_str(), others),
            [] => ("", [].as_slice()),
        };
        let mut wire = Vec::new();
        for line in others {
            wire.extend(self.wire_line('-', line));
        }
        wire.extend(self.wire_line(' ', last));
        wire
    }

    fn wire_line(&self, separator: char, text: &str) -> Vec<u8> {
        let code = self.code;
        wire_line(&match self.enhanced {
            Some(enhanced) if text.is_empty() => format!("{code:03}{separator}{enhanced}"),
            Some(enhanced) => format!("{code:03}{separator}{enhanced} {text}"),
            None => format!("{code:03}{separator}{text}"),
        })
    }
}

/// One line: the code, the enhanced status code and the text of all lines, joined by blanks.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}", self.code)?;
        if let Some(enhanced) = self.enhanced {
            write!(f, " {enhanced}")?;
        }
        let text = self.text();
        if text.is_empty() { Ok(()) } else { write!(f, " {text}") }
    }
}

/// Reads the one line that `Display` writes, as it stands in logs and notifications.
impl FromStr for Reply {
    type Err = ReplyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        ReplyReader::read_line(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_enhanced_code_stands_on_every_line() {
        let lines = vec!["Your message was refused;".to_owned(), "ask Anna".to_owned()];
        let reply = Reply { enhanced: Some(EnhancedStatus::new(5, 7, 1)), code: 550, lines };
        assert_eq!(
            String::from_utf8(reply.to_wire()).unwrap(),
            "550-5.7.1 Your message was refused;\r\n550 5.7.1 ask Anna\r\n"
        );
        assert_eq!(reply.to_string(), "550 5.7.1 Your message was refused; ask Anna");
    }

    #[test]
    fn a_quoted_text_cannot_make_a_reply_of_its_own() {
        let reply = Reply::plain(550, "they said\r\n250 OK");
        assert_eq!(reply.to_wire(), b"550 they said  250 OK\r\n");
    }

    #[test]
    fn a_reply_may_be_only_a_code() {
        assert_eq!(Reply::with_lines(250, vec![]).to_wire(), b"250 \r\n");
        assert_eq!(Reply::plain(250, "").to_string(), "250");
        assert_eq!("250".parse(), Ok(Reply::plain(250, "")));
        assert_eq!("250 2.1.0".parse(), Ok(Reply::new(250, EnhancedStatus::new(2, 1, 0), "")));
    }

    #[test]
    fn the_first_digit_is_the_severity() {
        let severity = |code| Reply::plain(code, "").severity();
        assert_eq!(severity(250), Severity::Positive);
        assert_eq!(severity(354), Severity::Intermediate);
        assert_eq!(severity(431), Severity::Transient);
        assert_eq!(severity(554), Severity::Permanent);
        assert_eq!(severity(999), Severity::Permanent);
    }

    fn a_reply() -> impl Strategy<Value = Reply> {
        let status = (prop_oneof![Just(2u8), Just(4), Just(5)], 0u16..8, 0u16..400)
            .prop_map(|(class, subject, detail)| EnhancedStatus { class, subject, detail });
        let lines = proptest::collection::vec("[ -~ü]{0,20}|2\\.1\\.0( [a-z]{0,3})?", 1..5);
        (200u16..600, proptest::option::of(status), lines)
            .prop_map(|(code, enhanced, lines)| Reply { code, enhanced, lines })
            .prop_filter("a text that looks like an enhanced code is read as one", |reply| {
                reply.enhanced.is_some() || !reply.lines[0].starts_with("2.1.0")
            })
    }

    proptest! {
        #[test]
        fn the_wire_form_is_read_back(reply in a_reply()) {
            let mut reader = ReplyReader::new();
            reader.feed(&reply.to_wire());
            prop_assert_eq!(reader.next_reply(), Some(Ok(reply)));
            prop_assert_eq!(reader.next_reply(), None);
        }

        #[test]
        fn the_line_form_is_read_back(reply in a_reply()) {
            let line = reply.to_string();
            let read: Reply = line.parse().unwrap();
            prop_assert_eq!(read.to_string(), line);
            if reply.lines.len() == 1 {
                prop_assert_eq!(read, reply);
            }
        }
    }
}
