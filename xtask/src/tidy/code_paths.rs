//! Every path of the repository that a document names between backticks exists.
//!
//! A part with a placeholder (`<name>`, `*`, `…`) ends a path: what stands before it must exist.

use super::documents;
use super::fault::Fault;
use super::markdown::Markdown;
use super::tree::Tree;

/// What a path of the repository begins with.
const BEGINNINGS: [&str; 4] = ["crates/", "scenarios/", "tests/", "xtask/"];

/// Paths in all documents that do not exist.
pub(crate) fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (document, text) in documents::all(tree) {
        for (line, code) in Markdown::read(text).code {
            let missing = code.split_whitespace().filter_map(path).filter(|path| !tree.has(path));
            faults.extend(
                missing.map(|path| Fault::at(document, line, format!("there is no {path}"))),
            );
        }
    }
    faults
}

/// The path that a word means, up to the first placeholder.
fn path(word: &str) -> Option<&str> {
    if !BEGINNINGS.iter().any(|beginning| word.starts_with(beginning)) {
        return None;
    }
    // A line or an item can follow: `a.rs:12`, `a.rs::new`.
    let path = word.split(':').next()?;
    let fixed = match path.find(['<', '*', '{', '…']) {
        Some(at) => path[..at].rsplit_once('/')?.0,
        None => path,
    };
    Some(fixed.trim_end_matches(['/', ',', ';', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::fault::lines;

    #[test]
    fn named_paths_exist() {
        let text = "`crates/smtp/src/lib.rs:7`, `crates/smtp/`, `crates/<room>/src`,\n\
            `cargo run scenarios/*.toml`, `crates/smtp/src/{a,b}.rs` and `other/path`\n";
        let tree = Tree::of(&[
            ("README.md", text),
            ("crates/smtp/src/lib.rs", ""),
            ("scenarios/a.toml", ""),
        ]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn missing_paths_are_told_with_their_lines() {
        let text = "`crates/smtp/src/gone.rs`\n`ls tests/gone`\n`crates/gone/<file>.rs`\n";
        let tree = Tree::of(&[("docs/a.md", text), ("crates/smtp/src/lib.rs", "")]);
        assert_eq!(
            lines(&check(&tree)),
            [
                "docs/a.md:1: there is no crates/smtp/src/gone.rs",
                "docs/a.md:2: there is no tests/gone",
                "docs/a.md:3: there is no crates/gone",
            ]
        );
    }
}
