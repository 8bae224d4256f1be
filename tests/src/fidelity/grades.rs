//! The grades of the samples, from the table of their index.

use std::collections::BTreeMap;

/// Files and their grades: the first cell of a row has the path between backticks, a later one the
/// grade, a letter from A to D.
pub fn grades(index: &str) -> BTreeMap<String, String> {
    let rows = index.lines().filter_map(|line| line.strip_prefix("| `"));
    let graded = rows.filter_map(|row| {
        let (path, rest) = row.split_once('`')?;
        let is_grade = |cell: &&str| matches!(*cell, "A" | "A-" | "B" | "C" | "D");
        let grade = rest.split('|').map(str::trim).find(is_grade)?;
        Some((path.to_owned(), grade.to_owned()))
    });
    graded.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_of_one_letter_is_the_grade() {
        let index = "| folder / file | source | version | grade | noteworthy |\n|---|---|---|---|---|\n| `a/b.log` | x | | A- | y |\n| `c.txt` | 12014 | | B | z |\n";
        let expected =
            [("a/b.log".to_owned(), "A-".to_owned()), ("c.txt".to_owned(), "B".to_owned())];
        assert_eq!(grades(index), BTreeMap::from(expected));
    }
}
