//! Every source file says in its first lines what it is.

use super::fault::Fault;
use super::source;
use super::tree::Tree;

/// Sources without a header.
pub(crate) fn check(tree: &Tree) -> Vec<Fault> {
    tree.with_ending("rs")
        .filter(|(_, text)| source::first_paragraph(text).is_none())
        .map(|(path, _)| Fault::new(path, "does not begin with `//!` and what the file is"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::fault::lines;

    #[test]
    fn a_header_comes_first_and_says_something() {
        let tree = Tree::of(&[
            ("a.rs", "//! A.\n"),
            ("b.rs", "use std::io;\n//! B.\n"),
            ("c.rs", "//!\nuse std::io;\n"),
            ("d.rs", ""),
        ]);
        let what = "does not begin with `//!` and what the file is";
        let expected = ["b", "c", "d"].map(|name| format!("{name}.rs: {what}"));
        assert_eq!(lines(&check(&tree)), expected);
    }
}
