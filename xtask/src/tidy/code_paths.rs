//! Every path of the repository that a document names between backticks exists, and so does the
//! function in `path::function`.
//!
//! A part with a placeholder (`<name>`, `*`, `…`) ends a path: what stands before it must exist.

use super::documents;
use super::fault::Fault;
use super::markdown::Markdown;
use super::tree::Tree;

/// What a path of the repository begins with.
const BEGINNINGS: [&str; 4] = ["crates/", "scenarios/", "tests/", "xtask/"];

/// What all documents name and does not exist.
pub(crate) fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (document, text) in documents::all(tree) {
        for (line, code) in Markdown::read(text).code {
            let missing = code.split_whitespace().filter_map(|word| missing(tree, word));
            faults.extend(missing.map(|what| Fault::at(document, line, what)));
        }
    }
    faults
}

fn missing(tree: &Tree, word: &str) -> Option<String> {
    if !BEGINNINGS.iter().any(|beginning| word.starts_with(beginning)) {
        return None;
    }
    // A line or a function can follow: `a.rs:12`, `a.rs::new`.
    let (path, rest) = word.split_once(':').unwrap_or((word, ""));
    let path = fixed(path);
    if !tree.has(path) {
        return Some(format!("there is no {path}"));
    }
    let function = rest.strip_prefix(':')?;
    let text = tree.text(path).unwrap_or_default();
    (!text.contains(&format!("fn {function}(")))
        .then(|| format!("there is no function {function} in {path}"))
}

/// The path up to the first placeholder, without punctuation.
fn fixed(path: &str) -> &str {
    let fixed = match path.find(['<', '*', '{', '…']) {
        Some(at) => path[..at].rsplit_once('/').map_or("", |(folder, _)| folder),
        None => path,
    };
    fixed.trim_end_matches(['/', ',', ';', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::fault::lines;

    #[test]
    fn named_paths_exist() {
        let text = "`crates/smtp/src/lib.rs:7`, `crates/smtp/`, `crates/<room>/src`,\n\
            `cargo run scenarios/*.toml`, `crates/smtp/src/{a,b}.rs`, `other/path`,\n\
            `crates/smtp/src/lib.rs::reads_it`\n";
        let tree = Tree::of(&[
            ("README.md", text),
            ("crates/smtp/src/lib.rs", "fn reads_it() {}\n"),
            ("scenarios/a.toml", ""),
        ]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn missing_paths_are_told_with_their_lines() {
        let text = "`crates/smtp/src/gone.rs`\n`ls tests/gone`\n`crates/gone/<file>.rs`\n\
            `crates/smtp/src/lib.rs::gone`\n";
        let tree = Tree::of(&[("docs/a.md", text), ("crates/smtp/src/lib.rs", "")]);
        assert_eq!(
            lines(&check(&tree)),
            [
                "docs/a.md:1: there is no crates/smtp/src/gone.rs",
                "docs/a.md:2: there is no tests/gone",
                "docs/a.md:3: there is no crates/gone",
                "docs/a.md:4: there is no function gone in crates/smtp/src/lib.rs",
            ]
        );
    }
}
