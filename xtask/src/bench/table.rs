//! A table of figures: aligned, each figure beside its ratio to the first row's.

use std::fmt;

/// What a column shows, with its unit: `run, ms`.
pub(super) type Column = &'static str;

/// Rows of figures; a figure can be missing.
pub(super) struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    first: Vec<Option<f64>>,
}

impl Table {
    /// A table without rows. The first column holds names.
    pub(super) fn new(names: &str, columns: Vec<Column>) -> Self {
        let pairs = columns.into_iter().flat_map(|column| [column.to_owned(), "×".to_owned()]);
        let head = std::iter::once(names.to_owned()).chain(pairs).collect();
        Self { head, rows: Vec::new(), first: Vec::new() }
    }

    /// Adds a row, with as many figures as there are columns.
    pub(super) fn add(&mut self, name: &str, figures: &[Option<f64>]) {
        if self.rows.is_empty() {
            self.first = figures.to_vec();
        }
        let pairs = figures.iter().zip(&self.first).flat_map(|(own, first)| {
            let ratio = own.zip(*first).map(|(own, first)| own / first);
            [cell(*own, 1), cell(ratio, 2)]
        });
        self.rows.push(std::iter::once(name.to_owned()).chain(pairs).collect());
    }
}

fn cell(figure: Option<f64>, decimals: usize) -> String {
    match figure.filter(|figure| figure.is_finite()) {
        Some(figure) => format!("{figure:.decimals$}"),
        None => "–".to_owned(),
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = || std::iter::once(&self.head).chain(&self.rows);
        let width = |at: usize| {
            let lengths = lines().filter_map(|line| Some(line.get(at)?.chars().count()));
            lengths.max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        for line in lines() {
            for (at, (cell, width)) in line.iter().zip(&widths).enumerate() {
                if at == 0 {
                    write!(f, "{cell:<width$}")?;
                } else {
                    write!(f, "  {cell:>width$}")?;
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stand_beside_their_ratios() {
        let mut table = Table::new("incident", vec!["run, ms", "peak, MiB"]);
        table.add("mail-loops", &[Some(20.0), Some(8.25)]);
        table.add("relay", &[Some(150.0), None]);
        assert_eq!(
            table.to_string(),
            "incident    run, ms     ×  peak, MiB     ×\n\
             mail-loops     20.0  1.00        8.2  1.00\n\
             relay         150.0  7.50          –     –\n"
        );
    }
}
