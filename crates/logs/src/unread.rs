//! What a reader says about the lines it could not use, and about those it had to mend first.
//!
//! No reader of this room fails on a bad line: the line is listed as [`Unread`] with its number, and
//! every line changed before it could be read is listed as [`Repair`].

use std::fmt;

/// How many characters of a line are kept to quote it.
const TEXT_MAX: usize = 200;

/// A line that is in no row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Number of the line in the file, from 1; 0 when the file as a whole is meant.
    pub line: u64,
    /// The line, cut after 200 characters.
    pub text: String,
    /// Why it is in no row.
    pub reason: Reason,
}

/// Why a line is in no row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Words of a person around the excerpt.
    #[error("prose")]
    Prose,
    /// Markup of the page the excerpt was pasted on, such as a code fence.
    #[error("markup")]
    Markup,
    /// The line has another number of fields than its header.
    #[error("{found} fields, expected {expected}")]
    Fields {
        /// Fields the header names.
        expected: usize,
        /// Fields on the line.
        found: usize,
    },
    /// A field holds something else than its column should.
    #[error("{field} should be {expected}, is {found:?}")]
    Field {
        /// Name of the column or key.
        field: &'static str,
        /// What it should hold.
        expected: &'static str,
        /// What it holds.
        found: String,
    },
    /// A field opens with a quotation mark that is never closed.
    #[error("a quoted field is never closed")]
    OpenQuote,
    /// The file ends in the middle of a line.
    #[error("the last line is torn")]
    TornLine,
    /// The line is longer than any server writes.
    #[error("longer than {0} bytes")]
    TooLong(usize),
    /// A header line that says nothing known.
    #[error("a header line of another kind")]
    HeaderLine,
    /// The text is no well-formed XML from here on.
    #[error("no well-formed XML: {0}")]
    Xml(String),
    /// The text is no JSON.
    #[error("no JSON: {0}")]
    Json(String),
    /// The file is no text at all; what it is instead, and what to export.
    #[error("{0}")]
    Binary(&'static str),
}

impl Unread {
    /// The line, cut to what is worth quoting.
    pub fn new(line: u64, text: &str, reason: Reason) -> Self {
        Self { line, text: shortened(text), reason }
    }

    /// The same for bytes that need not be UTF-8.
    pub(crate) fn from_bytes(line: u64, bytes: &[u8], reason: Reason) -> Self {
        // Four bytes hold at least one character, so the cut below still has enough to cut from.
        let shown = bytes.get(..TEXT_MAX * 4 + 4).unwrap_or(bytes);
        Self::new(line, &String::from_utf8_lossy(shown), reason)
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}: {}", self.line, self.reason, self.text)
    }
}

/// A change made to a line before it could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Repair {
    /// Number of the line in the file, from 1.
    pub line: u64,
    /// What was changed.
    pub repaired: Repaired,
}

/// What forums, blogs and mail programs do to an excerpt, undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Repaired {
    /// The event `*` had been taken for emphasis and was put back.
    EventRestored,
    /// The `#` before a header word had been taken for a heading and was put back.
    HeaderMarkRestored,
    /// `> ` or a list mark before the line was removed.
    QuoteMarkRemoved,
    /// Blanks before the line were removed.
    IndentationRemoved,
    /// Blanks behind the line were removed.
    TrailingBlanksRemoved,
    /// A blank was put before a line that continues a header.
    IndentationRestored,
    /// `\*`, `**` or backticks were removed.
    MarkdownRemoved,
    /// `<br>` or `&lt;` was undone.
    HtmlRemoved,
    /// Typographic quotation marks were made plain ones.
    QuotesStraightened,
    /// A quotation mark around the whole excerpt was removed.
    OuterQuoteRemoved,
    /// Two blanks before a dot inside an address were removed.
    AddressMended,
    /// The row was put together from this line and those after it.
    LinesJoined,
    /// The event id was found by the text of the description.
    EventIdFromDescription,
}

impl fmt::Display for Repaired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EventRestored => "event restored",
            Self::HeaderMarkRestored => "header mark restored",
            Self::QuoteMarkRemoved => "quote mark removed",
            Self::IndentationRemoved => "indentation removed",
            Self::TrailingBlanksRemoved => "trailing blanks removed",
            Self::IndentationRestored => "indentation restored",
            Self::MarkdownRemoved => "Markdown removed",
            Self::HtmlRemoved => "HTML removed",
            Self::QuotesStraightened => "quotation marks straightened",
            Self::OuterQuoteRemoved => "outer quotation mark removed",
            Self::AddressMended => "address mended",
            Self::LinesJoined => "lines joined",
            Self::EventIdFromDescription => "event id found by its description",
        })
    }
}

/// The first characters of a text, with a mark where it was cut.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(TEXT_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_between_characters() {
        let unread = Unread::new(7, &"é".repeat(500), Reason::Prose);
        assert_eq!(unread.text.chars().count(), 201);
        assert!(unread.to_string().starts_with("line 7: prose: éé"));
    }

    #[test]
    fn bytes_that_are_no_text_are_still_quoted() {
        let unread = Unread::from_bytes(1, &[0xff; 5000], Reason::TornLine);
        assert_eq!(unread.text.chars().count(), 201);
    }
}
