//! The streaming reader of transport logs: bytes in, rows to a visitor, in bounded memory.
//!
//! It reads a byte order mark, LF or CR LF, a torn last line, headers in the middle of a file
//! (`copy *.log all.log`), excerpts without header, header lines whose `#` a forum took away, and
//! quoted fields that hold line ends. What it cannot read it reports.
//!
//! Not modelled: UTF-16 (transport logs never are; `read` decodes other files first).

use std::io::{self, Read};

use memchr::memchr;

use crate::log_time::is_row_time;
use crate::row::{Columns, Cut, Row, Span, cut};
use crate::unread::{Reason, Unread};

/// Size of the buffer [`LogScan::read`] fills.
pub const BUFFER_BYTES: usize = 256 * 1024;

/// Longest row, with its quoted line ends, that is still read.
pub const ROW_BYTES_MAX: usize = 1024 * 1024;

/// A quoted field that holds more line ends than this is taken for one that was never closed.
const ROW_LINES_MAX: u64 = 100;

/// What the visitor is given, with the number of its first line.
#[derive(Debug)]
pub enum Scanned<'a> {
    /// A header line, with what is known by now; `#Fields:` is the last.
    Header(&'a LogHeader),
    /// A line with as many cells as the header has names.
    Row(Row<'a>),
    /// A line that is neither.
    Unread(Unread),
}

/// The words of the last header met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogHeader {
    /// After `#Software:`.
    pub software: String,
    /// After `#Version:`.
    pub version: String,
    /// After `#Log-type:`.
    pub log_type: String,
    /// After `#Date:`.
    pub date: String,
    /// After `#Fields:`.
    pub fields: String,
}

/// State of a scan from one buffer to the next.
#[derive(Clone, Debug)]
pub struct LogScan {
    format_fields: &'static [&'static str],
    columns: Columns,
    header: LogHeader,
    spans: Vec<Span>,
    lines: u64,
    begun: bool,
}

impl LogScan {
    /// A scan for rows with these fields. Until a header says otherwise, the rows have all of them.
    pub fn new(fields: &'static [&'static str]) -> Self {
        Self::assuming(fields, fields)
    }

    /// The same for an excerpt without header whose rows have only the fields `present`.
    pub fn assuming(fields: &'static [&'static str], present: &[&str]) -> Self {
        Self {
            format_fields: fields,
            columns: Columns::of(fields, present.iter().copied()),
            header: LogHeader::default(),
            spans: Vec::new(),
            lines: 0,
            begun: false,
        }
    }

    /// A scan that goes on in the middle of a file whose rows have these columns.
    pub fn resumed(fields: &'static [&'static str], columns: Columns) -> Self {
        Self { columns, begun: true, ..Self::new(fields) }
    }

    /// The columns of the rows from here on.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// How many lines have been seen.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// The last header met.
    pub fn header(&self) -> &LogHeader {
        &self.header
    }

    /// Reads a source to its end.
    ///
    /// # Errors
    /// When the source fails.
    pub fn read(
        &mut self,
        mut source: impl Read,
        mut visit: impl FnMut(u64, Scanned<'_>),
    ) -> io::Result<()> {
        let mut buffer = vec![0; BUFFER_BYTES];
        let mut filled = 0;
        let mut skipping = false;
        loop {
            let free = buffer.get_mut(filled..).unwrap_or_default();
            let got = match source.read(free) {
                Ok(got) => got,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            filled += got;
            let end = got == 0;
            let mut bytes = buffer.get(..filled).unwrap_or_default();
            if skipping {
                match memchr(b'\n', bytes) {
                    Some(newline) => {
                        bytes = bytes.get(newline + 1..).unwrap_or_default();
                        skipping = false;
                    }
                    None => bytes = &[],
                }
            }
            let used = self.scan(bytes, end, &mut visit);
            let rest = bytes.len() - used;
            buffer.copy_within(filled - rest..filled, 0);
            filled = rest;
            if end {
                return Ok(());
            }
            if filled == buffer.len() {
                if filled < ROW_BYTES_MAX {
                    buffer.resize(filled * 2, 0);
                } else {
                    self.skip(&buffer, &mut visit);
                    (filled, skipping) = (0, true);
                }
            }
        }
    }

    /// Reads the whole lines of a buffer and says how many bytes they were; the rest must open the
    /// next buffer. At the `end` of the file the rest is read as a line as well.
    pub fn scan(
        &mut self,
        buffer: &[u8],
        end: bool,
        visit: &mut impl FnMut(u64, Scanned<'_>),
    ) -> usize {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        let mut used = 0;
        if !self.begun {
            if buffer.len() < MARK.len() && MARK.starts_with(buffer) && !end {
                return 0;
            }
            self.begun = true;
            used = if buffer.starts_with(MARK) { MARK.len() } else { 0 };
        }
        while let Some(rest) = buffer.get(used..).filter(|rest| !rest.is_empty()) {
            match self.step(rest, end, visit) {
                Some(length) => used += length,
                None => break,
            }
        }
        used
    }

    /// Reads one line, or a row of several; `None` when the buffer may not hold all of it.
    fn step(
        &mut self,
        rest: &[u8],
        end: bool,
        visit: &mut impl FnMut(u64, Scanned<'_>),
    ) -> Option<usize> {
        let (mut length, torn) = match memchr(b'\n', rest) {
            Some(newline) => (newline + 1, false),
            None if end => (rest.len(), true),
            None => return None,
        };
        let number = self.lines + 1;
        let mut line = without_line_end(rest.get(..length)?);
        let mut lines = 1;
        if line.first().is_none_or(u8::is_ascii_whitespace) && line.trim_ascii().is_empty() {
            self.lines += 1;
            return Some(length);
        }
        if let Some((word, value)) = header_line(line) {
            self.lines += 1;
            self.header_line(number, line, word, value, visit);
            return Some(length);
        }
        if cut(line, &mut self.spans) == Cut::OpenQuote {
            match self.closing_line(rest, length, end) {
                Closing::At { length: to, lines: more } => {
                    (length, lines) = (to, more);
                    line = without_line_end(rest.get(..length)?);
                }
                Closing::Later => return None,
                Closing::Never => {
                    self.lines += 1;
                    let reason = if torn { Reason::TornLine } else { Reason::OpenQuote };
                    let unread = Unread::from_bytes(number, line, reason);
                    visit(number, Scanned::Unread(unread));
                    return Some(length);
                }
            }
        }
        self.lines += lines;
        if self.spans.len() == self.columns.count() {
            visit(number, Scanned::Row(Row::new(line, &self.spans, &self.columns, lines)));
        } else {
            let reason = self.misfit(line, torn);
            visit(number, Scanned::Unread(Unread::from_bytes(number, line, reason)));
        }
        Some(length)
    }

    /// Looks for the line that closes a quotation mark left open on the first `length` bytes. What does
    /// not make a row then was no row, and costs only its first line.
    fn closing_line(&mut self, rest: &[u8], mut length: usize, end: bool) -> Closing {
        for lines in 2..=ROW_LINES_MAX {
            let next = rest.get(length..).unwrap_or_default();
            let first = header_line(next.split(|byte| *byte == b'\n').next().unwrap_or_default());
            if is_row_time(next) || first.is_some_and(|(word, _)| word != HeaderWord::Unknown) {
                return Closing::Never;
            }
            match memchr(b'\n', next) {
                Some(newline) => length += newline + 1,
                None if !end && rest.len() < ROW_BYTES_MAX => return Closing::Later,
                None if end && !next.is_empty() => length = rest.len(),
                None => return Closing::Never,
            }
            let line = without_line_end(rest.get(..length).unwrap_or_default());
            if cut(line, &mut self.spans) == Cut::Whole {
                let is_row = self.spans.len() == self.columns.count();
                return if is_row { Closing::At { length, lines } } else { Closing::Never };
            }
        }
        Closing::Never
    }

    /// Why a line with another number of cells than the header is no row.
    fn misfit(&self, line: &[u8], torn: bool) -> Reason {
        let (expected, found) = (self.columns.count(), self.spans.len());
        if is_row_time(line) {
            if torn && found < expected {
                return Reason::TornLine;
            }
        } else if found <= expected.div_ceil(2) {
            return Reason::Prose;
        }
        Reason::Fields { expected, found }
    }

    fn header_line(
        &mut self,
        number: u64,
        line: &[u8],
        word: HeaderWord,
        value: &str,
        visit: &mut impl FnMut(u64, Scanned<'_>),
    ) {
        let place = match word {
            HeaderWord::Software => {
                self.header = LogHeader::default();
                &mut self.header.software
            }
            HeaderWord::Version => &mut self.header.version,
            HeaderWord::LogType => &mut self.header.log_type,
            HeaderWord::Date => &mut self.header.date,
            HeaderWord::Fields => &mut self.header.fields,
            HeaderWord::Unknown => {
                let unread = Unread::from_bytes(number, line, Reason::HeaderLine);
                return visit(number, Scanned::Unread(unread));
            }
        };
        value.clone_into(place);
        if word == HeaderWord::Fields {
            self.columns = Columns::of(self.format_fields, value.split(',').map(str::trim));
        }
        visit(number, Scanned::Header(&self.header));
    }

    /// Gives up on a line that fills the largest buffer.
    fn skip(&mut self, buffer: &[u8], visit: &mut impl FnMut(u64, Scanned<'_>)) {
        self.lines += 1;
        let reason = Reason::TooLong(ROW_BYTES_MAX);
        visit(self.lines, Scanned::Unread(Unread::from_bytes(self.lines, buffer, reason)));
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HeaderWord {
    Software,
    Version,
    LogType,
    Date,
    Fields,
    Unknown,
}

/// Header words, without their `#`, which forums take for a heading.
const HEADER_WORDS: [(&str, HeaderWord); 5] = [
    ("Software", HeaderWord::Software),
    ("Version", HeaderWord::Version),
    ("Log-type", HeaderWord::LogType),
    ("Date", HeaderWord::Date),
    ("Fields", HeaderWord::Fields),
];

/// Where the first row of a piece of a log begins that follows a line end: a scan of what stands before
/// it and a scan resumed from it report together what one scan of both does, unless a header in the
/// middle of the file names other columns. None when no row begins there.
pub fn next_row(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + memchr(b'\n', bytes.get(from..)?)? + 1;
        if is_row_time(bytes.get(at..)?) {
            return Some(at);
        }
        from = at;
    }
}

/// Whether the line is a header line that lost its `#`.
pub(crate) fn is_bare_header(line: &[u8]) -> bool {
    !line.starts_with(b"#") && header_line(line).is_some()
}

/// The value of a header line with this word, with or without its `#`.
pub(crate) fn header_value<'l>(line: &'l str, word: &str) -> Option<&'l str> {
    let (own, value) = line.trim().trim_start_matches('#').split_once(": ")?;
    own.trim().eq_ignore_ascii_case(word).then_some(value.trim())
}

fn header_line(line: &[u8]) -> Option<(HeaderWord, &str)> {
    let marked = line.strip_prefix(b"#");
    // Rows begin with a digit; looking further at each of them would cost the scan its speed.
    if marked.is_none() && !line.first()?.is_ascii_alphabetic() {
        return None;
    }
    let found = std::str::from_utf8(marked.unwrap_or(line)).ok().and_then(|text| {
        let (word, value) = text.trim_start().split_once(": ")?;
        let known = HEADER_WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word))?;
        Some((known.1, value.trim()))
    });
    found.or(marked.map(|_| (HeaderWord::Unknown, "")))
}

enum Closing {
    /// The row ends here; so many bytes and lines.
    At { length: usize, lines: u64 },
    /// The row may end in the next buffer.
    Later,
    /// A row opens, or the file ends, before the quotation mark closes.
    Never,
}

fn without_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FIELDS: &[&str] = &["date-time", "a", "b"];

    /// Everything a scan reports, one line of text for each item.
    fn scanned(bytes: &[u8]) -> Vec<String> {
        collect(|visit| {
            LogScan::new(FIELDS).read(bytes, visit).unwrap();
        })
    }

    fn collect(scan: impl FnOnce(&mut dyn FnMut(u64, Scanned<'_>))) -> Vec<String> {
        let mut items = Vec::new();
        scan(&mut |number, item| {
            items.push(match item {
                Scanned::Header(header) => format!("{number} header {}", header.fields),
                Scanned::Row(row) => {
                    format!("{number} {}|{}|{}", row.cell(0), row.cell(1), row.cell(2))
                }
                Scanned::Unread(unread) => format!("{number} unread {}", unread.reason),
            });
        });
        items
    }

    const TIME: &str = "2026-05-01T06:06:57.291Z";

    #[test]
    fn a_file_with_mark_crlf_and_headers_in_the_middle_is_read() {
        let file = format!(
            "\u{feff}#Software: Microsoft Exchange Server\r\n#Fields: date-time,a,b\r\n{TIME},1,2\r\n\r\n#Fields: date-time,b,x,a\r\n{TIME},2,9,1\r\n"
        );
        assert_eq!(
            scanned(file.as_bytes()),
            [
                "1 header ".to_owned(),
                "2 header date-time,a,b".to_owned(),
                format!("3 {TIME}|1|2"),
                "5 header date-time,b,x,a".to_owned(),
                format!("6 {TIME}|1|2"),
            ]
        );
    }

    #[test]
    fn header_words_without_their_mark_are_header_lines() {
        let file =
            format!("Software: Microsoft Exchange Server\n\nFields: date-time,a\n\n{TIME},1\n");
        assert_eq!(
            scanned(file.as_bytes()),
            ["1 header ".to_owned(), "3 header date-time,a".to_owned(), format!("5 {TIME}|1|")]
        );
    }

    #[test]
    fn a_torn_line_prose_and_a_wrong_number_of_fields_are_told_apart() {
        let file = format!("see below, please\n{TIME},1,2,3\n{TIME},1");
        assert_eq!(
            scanned(file.as_bytes()),
            ["1 unread prose", "2 unread 4 fields, expected 3", "3 unread the last line is torn"]
        );
    }

    #[test]
    fn a_quoted_line_end_joins_lines_but_an_open_mark_swallows_none() {
        let file = format!("{TIME},\"x\r\ny\",2\r\n{TIME},\"open,2\r\n{TIME},1,2\r\n");
        assert_eq!(
            scanned(file.as_bytes()),
            [
                format!("1 {TIME}|x\r\ny|2"),
                "3 unread a quoted field is never closed".to_owned(),
                format!("4 {TIME}|1|2"),
            ]
        );
    }

    #[test]
    fn a_line_without_end_is_skipped_in_bounded_memory() {
        let mut file = vec![b'x'; ROW_BYTES_MAX * 3];
        file.extend_from_slice(format!("\n{TIME},1,2\n").as_bytes());
        let items = scanned(&file);
        assert_eq!(
            items,
            [format!("1 unread longer than {ROW_BYTES_MAX} bytes"), format!("2 {TIME}|1|2")]
        );
    }

    proptest! {
        #[test]
        fn no_line_of_any_bytes_is_lost(
            pieces in proptest::collection::vec(prop_oneof![
                "(2026-05-01T06:06:57.291Z|,|a|\"|\r|#Fields: a,b|Date: x|#)*",
                proptest::collection::vec(any::<u8>(), 0..20).prop_map(|it| String::from_utf8_lossy(&it).into_owned()),
            ], 0..20),
            raw in proptest::collection::vec(any::<u8>(), 0..60),
        ) {
            let bytes = [pieces.join("\n").into_bytes(), raw].concat();
            let mut covered = std::collections::BTreeSet::new();
            let visit = |line: u64, item: Scanned<'_>| {
                let lines = if let Scanned::Row(row) = item { row.lines() } else { 1 };
                covered.extend(line..line + lines);
            };
            LogScan::new(FIELDS).read(bytes.as_slice(), visit).unwrap();
            let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
            for (number, line) in (1_u64..).zip(text.split(|byte| *byte == b'\n')) {
                prop_assert!(line.trim_ascii().is_empty() || covered.contains(&number), "{number}");
            }
        }

        #[test]
        fn a_log_may_be_cut_before_any_row(
            text in "(2026-05-01T06:06:57.291Z|,|a|\"|\r\n|\n|\n2026-05-01T06:06:57.291Z,1,2|#Software: x| )*",
            at in 0_usize..300,
        ) {
            let bytes = text.as_bytes();
            let cut = bytes.get(at..).and_then(next_row).map_or(bytes.len(), |more| at + more);
            let parts = collect(|visit| {
                let mut first = LogScan::new(FIELDS);
                first.read(&bytes[..cut], &mut *visit).unwrap();
                let before = first.lines();
                let mut second = LogScan::resumed(FIELDS, first.columns().clone());
                let mut visit = |line: u64, item: Scanned<'_>| match item {
                    Scanned::Unread(unread) => visit(
                        before + line,
                        Scanned::Unread(Unread { line: before + line, ..unread }),
                    ),
                    other => visit(before + line, other),
                };
                second.read(&bytes[cut..], &mut visit).unwrap();
            });
            prop_assert_eq!(parts, scanned(bytes));
        }


        #[test]
        fn every_line_is_a_row_a_header_line_unread_or_blank(
            text in "(2026-05-01T06:06:57.291Z,|\"|#Fields: date-time,b\n|#|Date: |\r?\n|,|[a-z])*"
        ) {
            let mut seen = 0;
            let mut scan = LogScan::new(FIELDS);
            scan.read(text.as_bytes(), |_, item| {
                seen += match item {
                    Scanned::Row(row) => row.line().lines().filter(|line| !line.trim().is_empty()).count(),
                    Scanned::Header(_) | Scanned::Unread(_) => 1,
                };
            })
            .unwrap();
            let expected = text.split('\n').filter(|line| !line.trim().is_empty()).count();
            prop_assert_eq!(seen, expected);
        }

        #[test]
        fn buffers_of_any_size_give_the_same(
            bytes in proptest::collection::vec(
                prop_oneof![
                    3 => Just(b"2026-05-01T06:06:57.291Z,".to_vec()),
                    2 => Just(b"\"".to_vec()),
                    2 => Just(b"\r\n".to_vec()),
                    2 => Just(b",".to_vec()),
                    1 => Just(b"#Fields: date-time,b\n".to_vec()),
                    1 => proptest::collection::vec(any::<u8>(), 0..5),
                ],
                0..40,
            ),
            size in 1_usize..40,
        ) {
            let bytes = bytes.concat();
            let whole = scanned(&bytes);
            let piecemeal = collect(|visit| {
                let mut scan = LogScan::new(FIELDS);
                let mut visit = |number: u64, item: Scanned<'_>| visit(number, item);
                let mut rest = Vec::new();
                for piece in bytes.chunks(size) {
                    rest.extend_from_slice(piece);
                    let used = scan.scan(&rest, false, &mut visit);
                    rest.drain(..used);
                }
                scan.scan(&rest, true, &mut visit);
            });
            prop_assert_eq!(piecemeal, whole);
        }
    }
}
