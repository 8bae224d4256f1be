//! One line of a transport log: its cells, borrowed from the buffer, and how they are quoted.
//!
//! A field is quoted only when it holds a comma, a quotation mark or a line end; marks inside are
//! doubled. A cell is copied only when it holds doubled marks or is no UTF-8.
//!
//! Source: real samples (protocol, tracking and agent logs of Exchange 2010 to 2019).

use std::borrow::Cow;
use std::str::FromStr;

use jiff::Timestamp;
use memchr::{memchr, memchr3};

use crate::log_time::RowClock;
use crate::unread::Reason;

/// A row type of a transport log: one public field for each column.
pub trait LogRow<'a>: Sized {
    /// Names of the columns in the product's order, newest version.
    const FIELDS: &'static [&'static str];

    /// The cells in the order of [`LogRow::FIELDS`].
    fn to_cells(&self) -> Vec<Cow<'_, str>>;

    /// Takes the cells in the order of [`LogRow::FIELDS`]; a column the file lacks is empty.
    ///
    /// # Errors
    /// When a cell does not hold what its column should.
    fn from_cells(cells: &mut Cells<'_, 'a>) -> Result<Self, Reason>;
}

/// A line cut into cells.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    line: &'a [u8],
    spans: &'a [Span],
    columns: &'a Columns,
    lines: u64,
}

impl<'a> Row<'a> {
    pub(crate) fn new(line: &'a [u8], spans: &'a [Span], columns: &'a Columns, lines: u64) -> Self {
        Self { line, spans, columns, lines }
    }

    /// How many lines of the file it stands on; more than one when a quoted cell holds line ends.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// The cell of a column, by its place in the format's list; empty when the file lacks it.
    pub fn cell(&self, field: usize) -> Cow<'a, str> {
        self.span(field).map_or(Cow::Borrowed(""), |span| span.text(self.line))
    }

    /// The bytes of a cell as they stand in the file, without outer quotation marks but with inner
    /// ones still doubled.
    pub fn bytes(&self, field: usize) -> &'a [u8] {
        self.span(field).map_or(&[], |span| span.bytes(self.line))
    }

    /// The columns of the file this row is in.
    pub fn columns(&self) -> &'a Columns {
        self.columns
    }

    /// The whole line, to be quoted.
    pub fn line(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.line)
    }

    /// Reads the cells into a row type.
    ///
    /// # Errors
    /// When a cell does not hold what its column should.
    pub fn read<R: LogRow<'a>>(&self) -> Result<R, Reason> {
        self.read_at(&mut RowClock::default())
    }

    /// The same for one of many rows, whose times the clock knows.
    ///
    /// # Errors
    /// When a cell does not hold what its column should.
    pub fn read_at<R: LogRow<'a>>(&self, clock: &mut RowClock) -> Result<R, Reason> {
        // Checking a whole line once costs less than checking each of its cells.
        let text = std::str::from_utf8(self.line).ok();
        R::from_cells(&mut Cells { row: self, text, field: 0, clock })
    }

    fn span(&self, field: usize) -> Option<Span> {
        self.spans.get(*self.columns.places.get(field)?).copied()
    }
}

/// Hands out the cells of a row one after the other.
#[derive(Debug)]
pub struct Cells<'r, 'a> {
    row: &'r Row<'a>,
    /// The line, when it is UTF-8.
    text: Option<&'a str>,
    field: usize,
    clock: &'r mut RowClock,
}

impl<'a> Cells<'_, 'a> {
    /// The next cell.
    pub fn text(&mut self) -> Cow<'a, str> {
        let field = self.field;
        self.field += 1;
        let plain = || {
            let span = self.row.span(field).filter(|span| !span.doubled)?;
            self.text?.get(span.start..span.end)
        };
        plain().map_or_else(|| self.row.cell(field), Cow::Borrowed)
    }

    /// The next cell as a time.
    ///
    /// # Errors
    /// When it is none.
    pub fn time(&mut self, field: &'static str) -> Result<Timestamp, Reason> {
        let text = self.text();
        self.clock.time(text.as_bytes()).ok_or_else(|| unfit(field, "a UTC time", &text))
    }

    /// The next cell as a number.
    ///
    /// # Errors
    /// When it is none.
    pub fn number<N: FromStr>(&mut self, field: &'static str) -> Result<N, Reason> {
        let text = self.text();
        text.parse().map_err(|_| unfit(field, "a number", &text))
    }

    /// The next cell as a number, or nothing when it is empty.
    ///
    /// # Errors
    /// When it is neither.
    pub fn number_or_empty<N: FromStr>(
        &mut self,
        field: &'static str,
    ) -> Result<Option<N>, Reason> {
        let text = self.text();
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|_| unfit(field, "a number", &text))
    }
}

/// The reason for a cell that does not hold what its column should.
pub(crate) fn unfit(field: &'static str, expected: &'static str, found: &str) -> Reason {
    Reason::Field { field, expected, found: crate::unread::shortened(found) }
}

/// Which column of a file holds which field of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// For each field of the format, its column in the file; `usize::MAX` when the file lacks it.
    places: Vec<usize>,
    count: usize,
    unknown: Vec<String>,
}

impl Columns {
    /// The columns of a file that names them as `names`, for a format with these `fields`.
    pub fn of<'n>(fields: &[&str], names: impl Iterator<Item = &'n str>) -> Self {
        let mut columns =
            Self { places: vec![usize::MAX; fields.len()], count: 0, unknown: Vec::new() };
        for name in names {
            match fields.iter().position(|field| field.eq_ignore_ascii_case(name)) {
                Some(field) => columns.places[field] = columns.count,
                None => columns.unknown.push(name.to_owned()),
            }
            columns.count += 1;
        }
        columns
    }

    /// How many columns the file has.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Names of the columns that the format does not know.
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// Whether the file has this column, by its place in the format's list.
    pub fn has(&self, field: usize) -> bool {
        self.places.get(field).is_some_and(|place| *place != usize::MAX)
    }
}

/// Where a cell lies in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    start: usize,
    end: usize,
    doubled: bool,
}

impl Span {
    pub(crate) fn start(self) -> usize {
        self.start
    }

    pub(crate) fn is_empty(self) -> bool {
        self.start == self.end
    }

    fn bytes(self, line: &[u8]) -> &[u8] {
        line.get(self.start..self.end).unwrap_or_default()
    }

    pub(crate) fn text(self, line: &[u8]) -> Cow<'_, str> {
        let text = String::from_utf8_lossy(self.bytes(line));
        if self.doubled { Cow::Owned(text.replace("\"\"", "\"")) } else { text }
    }
}

/// Whether a line was cut to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    Whole,
    /// The last cell opens with a quotation mark that is not closed on this line.
    OpenQuote,
}

/// Cuts a line into cells, replacing what `spans` held.
pub(crate) fn cut(line: &[u8], spans: &mut Vec<Span>) -> Cut {
    spans.clear();
    let plain = memchr(b'"', line).unwrap_or(line.len());
    let mut start = cut_plain(line.get(..plain).unwrap_or_default(), spans);
    if plain == line.len() {
        spans.push(Span { start, end: line.len(), doubled: false });
        return Cut::Whole;
    }
    loop {
        let rest = line.get(start..).unwrap_or_default();
        if rest.first() == Some(&b'"') {
            match quoted_cell(line, start + 1) {
                Quoted::Closed(span) => {
                    spans.push(span);
                    if span.end + 1 >= line.len() {
                        return Cut::Whole;
                    }
                    start = span.end + 2;
                    continue;
                }
                Quoted::Open => return Cut::OpenQuote,
                // Marks that do not quote the whole cell belong to its text.
                Quoted::Inner => {}
            }
        }
        let Some(comma) = next_comma(rest) else {
            spans.push(Span { start, end: line.len(), doubled: false });
            return Cut::Whole;
        };
        spans.push(Span { start, end: start + comma, doubled: false });
        start += comma + 1;
    }
}

/// Cuts what holds no quotation mark at its commas; where the last cell begins, which may go on.
fn cut_plain(line: &[u8], spans: &mut Vec<Span>) -> usize {
    let (chunks, tail) = line.as_chunks::<64>();
    let mut last = [0; 64];
    last.iter_mut().zip(tail).for_each(|(to, from)| *to = *from);
    let mut start = 0;
    for (index, chunk) in chunks.iter().chain([&last]).enumerate() {
        let mut commas = commas(chunk);
        while commas != 0 {
            let end = index * 64 + commas.trailing_zeros() as usize;
            spans.push(Span { start, end, doubled: false });
            start = end + 1;
            commas &= commas - 1;
        }
    }
    start
}

/// A bit for each byte that is a comma, the first in the lowest.
fn commas(bytes: &[u8; 64]) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    const COMMAS: u64 = 0x2c2c_2c2c_2c2c_2c2c;
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let (words, _) = bytes.as_chunks::<8>();
    words.iter().rev().fold(0, |bits, word| {
        // A byte that is a comma becomes zero, and its highest bit is set in `commas`.
        let zeroed = u64::from_le_bytes(*word) ^ COMMAS;
        let commas = !(((zeroed & LOW) + LOW) | zeroed | LOW);
        // The product has the lowest bits of the eight bytes side by side in its highest byte.
        (bits << 8) | ((commas >> 7).wrapping_mul(GATHER) >> 56)
    })
}

/// Like `memchr`, but without its cost at each call: cells are short.
fn next_comma(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let (chunks, tail) = bytes.as_chunks::<8>();
    for (index, chunk) in chunks.iter().enumerate() {
        // A byte that is a comma becomes zero, and only the lowest zero byte is asked for.
        let zeroed = u64::from_le_bytes(*chunk) ^ (ONES * 0x2c);
        let found = zeroed.wrapping_sub(ONES) & !zeroed & HIGH;
        if found != 0 {
            return Some(index * 8 + (found.trailing_zeros() / 8) as usize);
        }
    }
    let at = tail.iter().position(|byte| *byte == b',')?;
    Some(chunks.len() * 8 + at)
}

enum Quoted {
    Closed(Span),
    Open,
    Inner,
}

/// The cell whose text begins at `start`, after its opening quotation mark.
fn quoted_cell(line: &[u8], start: usize) -> Quoted {
    let mut doubled = false;
    let mut at = start;
    while let Some(mark) = memchr(b'"', line.get(at..).unwrap_or_default()) {
        let end = at + mark;
        match line.get(end + 1) {
            Some(b'"') => {
                doubled = true;
                at = end + 2;
            }
            None | Some(b',') => return Quoted::Closed(Span { start, end, doubled }),
            Some(_) => return Quoted::Inner,
        }
    }
    Quoted::Open
}

/// Appends a row: cells, commas, and CR LF.
pub(crate) fn write_row<'c>(cells: impl Iterator<Item = &'c str>, out: &mut Vec<u8>) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_cell(cell, out);
    }
    out.extend_from_slice(b"\r\n");
}

fn write_cell(cell: &str, out: &mut Vec<u8>) {
    let bytes = cell.as_bytes();
    if memchr3(b',', b'"', b'\n', bytes).is_none() && memchr(b'\r', bytes).is_none() {
        out.extend_from_slice(bytes);
        return;
    }
    write_quoted(cell, out);
}

/// Appends a cell in quotation marks, those inside doubled.
pub(crate) fn write_quoted(cell: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for (index, part) in cell.split('"').enumerate() {
        if index > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(part.as_bytes());
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(line: &str) -> Vec<String> {
        let mut spans = Vec::new();
        assert_eq!(cut(line.as_bytes(), &mut spans), Cut::Whole);
        spans.iter().map(|span| span.text(line.as_bytes()).into_owned()).collect()
    }

    #[test]
    fn only_a_comma_or_a_mark_causes_quoting() {
        let mut out = Vec::new();
        write_row(["a;b=c\\ d", "e,f", "O=\"G, H\"", ""].into_iter(), &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "a;b=c\\ d,\"e,f\",\"O=\"\"G, H\"\"\",\r\n");
    }

    #[test]
    fn a_quoted_last_cell_and_an_empty_one_are_cells() {
        assert_eq!(cells("a,\"b,c\""), ["a", "b,c"]);
        assert_eq!(cells("a,\"b,c\","), ["a", "b,c", ""]);
        assert_eq!(cells("\"\",x"), ["", "x"]);
        assert_eq!(cells(""), [""]);
    }

    #[test]
    fn marks_in_the_middle_of_a_cell_are_text() {
        assert_eq!(cells("say \"hi\",b"), ["say \"hi\"", "b"]);
        assert_eq!(cells("\"a\" or b,c"), ["\"a\" or b", "c"]);
    }

    #[test]
    fn a_cell_without_doubled_marks_is_borrowed() {
        let line = b"\"b,c\"";
        let mut spans = Vec::new();
        cut(line, &mut spans);
        assert!(matches!(spans[0].text(line), Cow::Borrowed("b,c")));
    }

    proptest! {
        #[test]
        fn what_is_written_is_cut_the_same(cells in proptest::collection::vec(".{0,12}|[,\"]{0,4}", 1..12)) {
            let mut out = Vec::new();
            write_row(cells.iter().map(String::as_str), &mut out);
            let line = out.strip_suffix(b"\r\n").unwrap();
            let mut spans = Vec::new();
            prop_assert_eq!(cut(line, &mut spans), Cut::Whole);
            let read: Vec<_> = spans.iter().map(|span| span.text(line).into_owned()).collect();
            prop_assert_eq!(read, cells);
        }

        #[test]
        fn any_bytes_are_cut(line in proptest::collection::vec(prop_oneof![Just(b','), Just(b'"'), any::<u8>()], 0..60)) {
            let mut spans = Vec::new();
            cut(&line, &mut spans);
            for span in &spans {
                let _text = span.text(&line);
            }
        }
    }
}
