//! Comma-separated values as `Export-Csv` writes them, and any other table with a header row.
//!
//! `Export-Csv` puts every value in quotation marks, leaves `$null` empty, and opens with a `#TYPE`
//! line unless `-NoTypeInformation` was given. Tables separated by `;` or tabs are read as well: a
//! server in Germany writes them with `-UseCulture`.
//!
//! Source: PowerShell documentation (`Export-Csv`), RFC 4180.

use crate::row::write_quoted;
use crate::text::LineCount;
use crate::unread::{Reason, Unread};

/// A table with named columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// After `#TYPE `, when there is such a line.
    pub type_name: Option<String>,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows, each with as many cells as there are columns.
    pub rows: Vec<TableRow>,
}

/// A row of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableRow {
    /// Line of the file on which it begins, from 1.
    pub line: u64,
    /// One cell for each column; `None` is `$null`, which is empty and without quotation marks.
    pub cells: Vec<Option<String>>,
}

impl Table {
    /// The place of a column, whatever its case.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|own| own.eq_ignore_ascii_case(name))
    }

    /// The text in a column of a row; empty when either is missing.
    pub fn text<'t>(&self, row: &'t TableRow, name: &str) -> &'t str {
        let cell = self.column(name).and_then(|column| row.cells.get(column));
        cell.and_then(Option::as_deref).unwrap_or_default()
    }
}

/// The bytes of a table as `Export-Csv -Encoding UTF8` writes it: byte order mark, CR LF.
pub fn write(table: &Table) -> Vec<u8> {
    let mut out = b"\xef\xbb\xbf".to_vec();
    if let Some(type_name) = &table.type_name {
        out.extend_from_slice(format!("#TYPE {type_name}\r\n").as_bytes());
    }
    write_line(table.columns.iter().map(|name| Some(name.as_str())), &mut out);
    for row in &table.rows {
        write_line(row.cells.iter().map(Option::as_deref), &mut out);
    }
    out
}

fn write_line<'c>(cells: impl Iterator<Item = Option<&'c str>>, out: &mut Vec<u8>) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        if let Some(cell) = cell {
            write_quoted(cell, out);
        }
    }
    out.extend_from_slice(b"\r\n");
}

/// Reads a table. Rows with another number of cells than the header are reported.
pub fn read(text: &str) -> (Table, Vec<Unread>) {
    let (type_line, body) = match text.strip_prefix("#TYPE ") {
        Some(rest) => match rest.split_once('\n') {
            Some((type_name, body)) => (Some(type_name.trim_end()), body),
            None => (Some(rest.trim_end()), ""),
        },
        None => (None, text),
    };
    let mut table = Table { type_name: type_line.map(str::to_owned), ..Table::default() };
    let mut unread = Vec::new();
    let mut records = Records { text, at: text.len() - body.len(), separator: separator(body) };
    let mut lines = LineCount::new(text);
    while let Some(record) = records.next() {
        let line = lines.at(record.start);
        if record.cells.iter().all(Option::is_none) && record.cells.len() == 1 {
            continue;
        }
        if table.columns.is_empty() {
            table.columns = record.cells.into_iter().map(Option::unwrap_or_default).collect();
        } else if record.is_open {
            // Only the line with the open mark is given up, not all that follow it.
            let end = text.get(record.start..).and_then(|rest| rest.find('\n'));
            records.at = end.map_or(text.len(), |end| record.start + end + 1);
            let shown = text.get(record.start..records.at).unwrap_or_default();
            unread.push(Unread::new(line, shown.trim_end(), Reason::OpenQuote));
        } else if record.cells.len() == table.columns.len() {
            table.rows.push(TableRow { line, cells: record.cells });
        } else {
            let reason =
                Reason::Fields { expected: table.columns.len(), found: record.cells.len() };
            let shown = text.get(record.start..records.at).unwrap_or_default();
            unread.push(Unread::new(line, shown.trim_end(), reason));
        }
    }
    (table, unread)
}

/// The separator that the header row has most of.
fn separator(body: &str) -> u8 {
    let header = body.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |separator: u8| memchr::memchr_iter(separator, header.as_bytes()).count();
    // Of equals the last is taken, so the comma stands last.
    *b"\t;,".iter().max_by_key(|separator| count(**separator)).unwrap_or(&b',')
}

struct Records<'t> {
    text: &'t str,
    at: usize,
    separator: u8,
}

struct Record {
    start: usize,
    cells: Vec<Option<String>>,
    is_open: bool,
}

impl Records<'_> {
    fn next(&mut self) -> Option<Record> {
        let bytes = self.text.as_bytes();
        if self.at >= bytes.len() {
            return None;
        }
        let mut record = Record { start: self.at, cells: Vec::new(), is_open: false };
        loop {
            record.cells.push(self.cell(&mut record.is_open));
            match bytes.get(self.at) {
                Some(byte) if *byte == self.separator => self.at += 1,
                Some(_) => {
                    self.at += 1;
                    return Some(record);
                }
                None => return Some(record),
            }
        }
    }

    /// One cell; leaves `at` on the separator or line end behind it.
    fn cell(&mut self, is_open: &mut bool) -> Option<String> {
        let bytes = self.text.as_bytes();
        if bytes.get(self.at) != Some(&b'"') {
            let rest = bytes.get(self.at..).unwrap_or_default();
            let length = memchr::memchr2(self.separator, b'\n', rest).unwrap_or(rest.len());
            let cell = self.text.get(self.at..self.at + length).unwrap_or_default();
            self.at += length;
            let cell = if bytes.get(self.at) == Some(&self.separator) {
                cell
            } else {
                cell.trim_end_matches('\r')
            };
            return (!cell.is_empty()).then(|| cell.to_owned());
        }
        let mut cell = String::new();
        let mut from = self.at + 1;
        loop {
            let rest = bytes.get(from..).unwrap_or_default();
            let Some(mark) = memchr::memchr(b'"', rest) else {
                *is_open = true;
                cell.push_str(self.text.get(from..).unwrap_or_default());
                self.at = bytes.len();
                return Some(cell);
            };
            cell.push_str(self.text.get(from..from + mark).unwrap_or_default());
            from += mark + 1;
            if bytes.get(from) != Some(&b'"') {
                break;
            }
            cell.push('"');
            from += 1;
        }
        // Anything between the closing mark and the separator is kept, as other readers do.
        let rest = bytes.get(from..).unwrap_or_default();
        let length = memchr::memchr2(self.separator, b'\n', rest).unwrap_or(rest.len());
        let tail = self.text.get(from..from + length).unwrap_or_default();
        cell.push_str(tail.trim_end_matches('\r'));
        self.at = from + length;
        Some(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;
    use proptest::prelude::*;

    fn cells(cells: &[&str]) -> Vec<Option<String>> {
        cells.iter().map(|cell| Some((*cell).to_owned())).collect()
    }

    #[test]
    fn a_table_has_the_form_of_export_csv() {
        let table = Table {
            type_name: Some("System.Management.Automation.PSCustomObject".into()),
            columns: vec!["Status".into(), "Subject".into()],
            rows: vec![TableRow { line: 3, cells: vec![None, Some("say \"hi\", Bo".into())] }],
        };
        let bytes = write(&table);
        insta::assert_snapshot!(text::decode(&bytes).replace("\r\n", "\n"), @r#"
        #TYPE System.Management.Automation.PSCustomObject
        "Status","Subject"
        ,"say ""hi"", Bo"
        "#);
        assert_eq!(read(&text::decode(&bytes)), (table, vec![]));
    }

    #[test]
    fn semicolons_bare_cells_and_bad_rows_are_read() {
        let (table, unread) = read("a;b\r\n1;2\r\n\r\n1;2;3\n\"x\ny\";z");
        assert_eq!(table.columns, ["a", "b"]);
        assert_eq!(
            table.rows,
            [
                TableRow { line: 2, cells: cells(&["1", "2"]) },
                TableRow { line: 5, cells: cells(&["x\ny", "z"]) }
            ]
        );
        assert_eq!(unread.iter().map(|unread| unread.line).collect::<Vec<_>>(), [4]);
    }

    #[test]
    fn an_open_mark_costs_one_line() {
        let (table, unread) = read("a,b\n\"x,1\ny,2\n");
        assert_eq!(unread, [Unread::new(2, "\"x,1", Reason::OpenQuote)]);
        assert_eq!(table.rows, [TableRow { line: 3, cells: cells(&["y", "2"]) }]);
    }

    proptest! {
        // In a table of one column `$null` is an empty line, which is no row.
        #[test]
        fn tables_are_read_as_written(
            (columns, rows) in (2_usize..5).prop_flat_map(|width| (
                proptest::collection::vec("[A-Za-z][A-Za-z0-9 _.\"#-]{0,8}", width),
                proptest::collection::vec(
                    proptest::collection::vec(proptest::option::of("[ -~\r\né]{0,12}"), width),
                    0..5,
                ),
            )),
            type_name in proptest::option::of("[A-Za-z.]{1,20}"),
        ) {
            let rows = rows.into_iter().map(|cells| TableRow { line: 0, cells }).collect();
            let table = Table { type_name, columns, rows };
            let (mut read, unread) = read(&text::decode(&write(&table)));
            for row in &mut read.rows {
                row.line = 0;
            }
            prop_assert_eq!((read, unread), (table, vec![]));
        }

        #[test]
        fn any_text_is_read(text in "([a-c,;\"\t\r\né]|#TYPE )*") {
            let (table, _unread) = read(&text);
            for row in &table.rows {
                prop_assert_eq!(row.cells.len(), table.columns.len());
            }
        }
    }
}
