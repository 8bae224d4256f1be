//! `Format-Table`: columns of text under headings and dashes.
//!
//! Trailing blanks, which PowerShell prints, are left out.
//!
//! Source: PowerShell's `TableWriter` and `ColumnWidthManager` (MIT) in their state of version 5.1.

use super::view::Alignment;
use super::wrap;

/// A table ready to be written at any width.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// The columns.
    pub(crate) columns: Vec<Column>,
    /// The rows, in groups.
    pub(crate) groups: Vec<RowGroup>,
    /// What was asked for.
    pub(crate) layout: Layout,
}

/// How a table is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Columns are as wide as their content (`-AutoSize`).
    pub(crate) auto_size: bool,
    /// Text that is too wide goes on in the next line (`-Wrap`).
    pub(crate) wrap: bool,
    /// No headings (`-HideTableHeaders`).
    pub(crate) hide_headers: bool,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Column {
    /// The heading.
    pub(crate) label: String,
    /// Characters; 0 for a share of what is left.
    pub(crate) width: usize,
    /// To which side the content goes.
    pub(crate) alignment: Alignment,
}

/// Rows under one heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RowGroup {
    /// The lines above the rows.
    pub(crate) heading: Option<String>,
    /// The rows; each has a text for each column.
    pub(crate) rows: Vec<Vec<String>>,
}

const ELLIPSIS: &str = "...";
/// Narrower screens show no table at all.
const WIDTH_MIN: usize = 5;

impl Table {
    /// The lines of the table, with the empty ones around it.
    pub(crate) fn lines(&self, width: usize) -> Vec<String> {
        let widths = self.widths(width);
        let mut lines = vec![String::new()];
        for group in &self.groups {
            if let Some(heading) = &group.heading {
                lines.push(String::new());
                lines.extend(wrap::word_wrap(heading, width));
                lines.push(String::new());
            }
            if width >= WIDTH_MIN && widths.iter().any(Option::is_some) {
                if !self.layout.hide_headers {
                    self.push_header(&widths, &mut lines);
                }
                for row in &group.rows {
                    self.push_row(row, &widths, &mut lines);
                }
            }
            lines.push(String::new());
        }
        lines.push(String::new());
        lines
    }

    fn push_header(&self, widths: &[Option<usize>], lines: &mut Vec<String>) {
        let labels: Vec<String> = self.columns.iter().map(|column| column.label.clone()).collect();
        self.push_wrapped(&labels, widths, lines);
        let dashes: Vec<String> = labels
            .iter()
            .zip(widths)
            .map(|(label, width)| {
                let length = label.chars().count();
                let length = if length == 0 { usize::MAX } else { length };
                "-".repeat(width.unwrap_or_default().min(length))
            })
            .collect();
        lines.push(self.line(&dashes, widths));
    }

    fn push_row(&self, row: &[String], widths: &[Option<usize>], lines: &mut Vec<String>) {
        if self.layout.wrap {
            self.push_wrapped(row, widths, lines);
        } else {
            lines.push(self.line(row, widths));
        }
    }

    /// A row whose cells go on in further lines.
    fn push_wrapped(&self, row: &[String], widths: &[Option<usize>], lines: &mut Vec<String>) {
        let cells: Vec<Vec<String>> = widths
            .iter()
            .enumerate()
            .map(|(index, width)| {
                let text = row.get(index).map(String::as_str).unwrap_or_default();
                width.map_or(Vec::new(), |width| wrap::word_wrap(text, width))
            })
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or_default();
        for at in 0..height {
            let pieces: Vec<String> =
                cells.iter().map(|cell| cell.get(at).cloned().unwrap_or_default()).collect();
            lines.push(self.line(&pieces, widths));
        }
    }

    fn line(&self, row: &[String], widths: &[Option<usize>]) -> String {
        let mut line = String::new();
        for (index, (column, width)) in self.columns.iter().zip(widths).enumerate() {
            let Some(width) = width else { continue };
            if index > 0 {
                line.push(' ');
            }
            let text = row.get(index).map(String::as_str).unwrap_or_default();
            line.push_str(&fitted(text, *width, column.alignment));
        }
        line.truncate(line.trim_end().len());
        line
    }

    /// The width of each column; none for one that has no room.
    fn widths(&self, total: usize) -> Vec<Option<usize>> {
        let fits_content =
            self.layout.auto_size || self.columns.first().is_some_and(|column| column.width == 0);
        let mut widths: Vec<usize> = if fits_content {
            (0..self.columns.len()).map(|index| self.content_width(index)).collect()
        } else {
            self.columns.iter().map(|column| column.width).collect()
        };
        share_what_is_left(&mut widths, total);
        trimmed(&widths, total)
    }

    fn content_width(&self, index: usize) -> usize {
        let label = self.columns.get(index).map_or(0, |column| column.label.chars().count());
        let cells =
            self.groups.iter().flat_map(|group| &group.rows).filter_map(|row| row.get(index));
        cells.map(|cell| first_line(cell).chars().count()).max().unwrap_or_default().max(label)
    }
}

/// Columns without a width get one character, then one more each as long as there is room.
fn share_what_is_left(widths: &mut [usize], total: usize) {
    let open: Vec<usize> = (0..widths.len()).filter(|index| widths[*index] == 0).collect();
    for index in &open {
        widths[*index] = 1;
    }
    let used = widths.iter().sum::<usize>() + widths.len().saturating_sub(1);
    let (Some(left), false) = (total.checked_sub(used), open.is_empty()) else { return };
    for (place, index) in open.iter().enumerate() {
        widths[*index] += left / open.len() + usize::from(place < left % open.len());
    }
}

/// The last column that is too wide is narrowed, those after it are hidden.
fn trimmed(widths: &[usize], total: usize) -> Vec<Option<usize>> {
    let mut left = total;
    let mut trimmed = Vec::new();
    for (index, width) in widths.iter().enumerate() {
        let room = left.saturating_sub(usize::from(index > 0));
        let fitted = (*width).min(room);
        left = room.saturating_sub(fitted);
        trimmed.push((fitted > 0).then_some(fitted));
    }
    trimmed
}

fn first_line(text: &str) -> String {
    match text.find(['\r', '\n']) {
        Some(at) => format!("{}{ELLIPSIS}", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The text in exactly so many characters: padded, or cut with dots.
fn fitted(text: &str, width: usize, alignment: Alignment) -> String {
    let text = first_line(text);
    let length = text.chars().count();
    if length > width {
        let kept = width.saturating_sub(ELLIPSIS.len());
        return match alignment {
            Alignment::Right if kept > 0 => format!("{ELLIPSIS}{}", wrap::tail(&text, kept)),
            Alignment::Right => wrap::tail(&text, width),
            _ if kept > 0 => format!("{}{ELLIPSIS}", wrap::head(&text, kept)),
            _ => wrap::head(&text, width),
        };
    }
    match alignment {
        Alignment::Left => format!("{text:<width$}"),
        Alignment::Right => format!("{text:>width$}"),
        Alignment::Center => format!("{text:^width$}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(columns: &[(&str, usize, Alignment)], rows: &[&[&str]], layout: Layout) -> Table {
        let columns = columns.iter().map(|(label, width, alignment)| Column {
            label: (*label).to_owned(),
            width: *width,
            alignment: *alignment,
        });
        let rows = rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect());
        let groups = vec![RowGroup { heading: None, rows: rows.collect() }];
        Table { columns: columns.collect(), groups, layout }
    }

    fn shown(table: &Table, width: usize) -> String {
        format!("|{}", table.lines(width).join("\n|"))
    }

    #[test]
    fn columns_without_widths_fit_their_content() {
        let table = table(
            &[("Name", 0, Alignment::Left), ("MessageCount", 0, Alignment::Right)],
            &[&["cmhybd01\\6", "12"], &["cmhybd01\\Submission", "0"]],
            Layout::default(),
        );
        insta::assert_snapshot!(shown(&table, 60), @r"
        |
        |Name                MessageCount
        |----                ------------
        |cmhybd01\6                    12
        |cmhybd01\Submission            0
        |
        |
        ");
    }

    #[test]
    fn a_last_column_without_width_takes_what_is_left_and_is_cut() {
        let table = table(
            &[
                ("Count", 5, Alignment::Right),
                ("Name", 10, Alignment::Left),
                ("Group", 0, Alignment::Left),
            ],
            &[&["3", "DELIVER", "{a long list of elements that does not fit}"]],
            Layout::default(),
        );
        insta::assert_snapshot!(shown(&table, 40), @r"
        |
        |Count Name       Group
        |----- ----       -----
        |    3 DELIVER    {a long list of elem...
        |
        |
        ");
    }

    #[test]
    fn what_does_not_fit_is_hidden_or_wrapped() {
        let columns =
            [("Aaaa", 0, Alignment::Left), ("Bbbb", 0, Alignment::Left), ("C", 0, Alignment::Left)];
        let rows: &[&[&str]] = &[&["one two three four", "five six", "x"]];
        let cut = table(&columns, rows, Layout::default());
        insta::assert_snapshot!(shown(&cut, 22), @r"
        |
        |Aaaa               Bbb
        |                   b
        |----               ---
        |one two three four fiv
        |
        |
        ");
        let wrapped = table(&columns, rows, Layout { wrap: true, ..Layout::default() });
        insta::assert_snapshot!(shown(&wrapped, 24), @r"
        |
        |Aaaa               Bbbb
        |----               ----
        |one two three four five
        |                   six
        |
        |
        ");
    }

    #[test]
    fn headings_stand_above_groups_and_headers_can_be_hidden() {
        let mut table = table(
            &[("Name", 0, Alignment::Left)],
            &[&["a"]],
            Layout { hide_headers: true, ..Layout::default() },
        );
        table.groups[0].heading = Some("   Status: Retry".to_owned());
        insta::assert_snapshot!(shown(&table, 60), @r"
        |
        |
        |   Status: Retry
        |
        |a
        |
        |
        ");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_screen(
            labels in proptest::collection::vec((".{0,12}", 0usize..20, 0u8..3), 0..6),
            rows in proptest::collection::vec(proptest::collection::vec("(?s).{0,30}", 0..6), 0..5),
            heading in proptest::option::of("(?s).{0,40}"),
            width in 1usize..60, auto_size: bool, wrap: bool, hide_headers: bool,
        ) {
            let columns = labels.into_iter().map(|(label, width, side)| Column {
                label,
                width,
                alignment: [Alignment::Left, Alignment::Right, Alignment::Center][usize::from(side)],
            });
            let table = Table {
                columns: columns.collect(),
                groups: vec![RowGroup { heading, rows }],
                layout: Layout { auto_size, wrap, hide_headers },
            };
            for line in table.lines(width) {
                prop_assert!(line.chars().count() <= width, "{line:?}");
            }
        }
    }
}
