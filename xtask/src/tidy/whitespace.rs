//! White space that nobody sees: lines end with LF, no tabs, no blanks at the end of a line, a line
//! end at the end of the file.
//!
//! Tests are let off tabs and blanks: they hold text as it came out.

use super::fault::Fault;
use super::source;
use super::tree::Tree;

/// Faults of sources, settings and documents.
pub(crate) fn check(tree: &Tree) -> Vec<Fault> {
    let endings = ["rs", "toml", "md"];
    let files = endings.into_iter().flat_map(|ending| tree.with_ending(ending));
    files.flat_map(|(path, text)| faults(path, text)).collect()
}

fn faults(path: &str, text: &str) -> Vec<Fault> {
    let judged = if source::is_test(path) { "" } else { source::without_tests(text) };
    let judged = judged.lines().count();
    let mut faults = Vec::new();
    for (number, line) in (1..).zip(text.split('\n')) {
        let mut fault = |what: &str| faults.push(Fault::at(path, number, what));
        let own = line.trim_end_matches('\r');
        if own.len() < line.len() {
            fault("ends with CR LF");
        }
        if number > judged {
            continue;
        }
        if own.contains('\t') {
            fault("holds a tab");
        }
        if own.ends_with(' ') {
            fault("ends with a blank");
        }
    }
    if !text.is_empty() && !text.ends_with('\n') {
        faults.push(Fault::new(path, "does not end with a line end"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::fault::lines;

    #[test]
    fn every_fault_is_found_with_its_line() {
        let tree = Tree::of(&[
            ("a.rs", "//! A.\n\tfn a() {}\n"),
            ("b.toml", "a = 1 \r\n"),
            ("c.md", "# C"),
            ("d.snap", "\t \r\n"),
        ]);
        assert_eq!(
            lines(&check(&tree)),
            [
                "a.rs:2: holds a tab",
                "b.toml:1: ends with CR LF",
                "b.toml:1: ends with a blank",
                "c.md: does not end with a line end",
            ]
        );
    }

    #[test]
    fn text_in_tests_stays_as_it_came_out() {
        let tested = "//! A.\n\n#[cfg(test)]\nmod tests {\n    //\ta \n}\n";
        let tree = Tree::of(&[("a.rs", tested), ("crates/a/tests/b.rs", "//! B. \n")]);
        assert_eq!(check(&tree), []);
        let tree = Tree::of(&[("tests/a.rs", "//! A.\r\n")]);
        assert_eq!(lines(&check(&tree)), ["tests/a.rs:1: ends with CR LF"]);
    }
}
