//! No file holds what somebody meant to finish: neither the macros for it nor the remarks.

use super::fault::Fault;
use super::tree::Tree;

/// The words, cut in two so that this file does not hold them.
const WORDS: [(&str, &str); 5] =
    [("to", "do!"), ("unimple", "mented!"), ("db", "g!"), ("TO", "DO"), ("FIX", "ME")];

/// Faults of all files.
pub(crate) fn check(tree: &Tree) -> Vec<Fault> {
    let words = WORDS.map(|(one, other)| format!("{one}{other}"));
    let mut faults = Vec::new();
    for (path, text) in tree.files() {
        for (number, line) in (1..).zip(text.lines()) {
            let found = words.iter().filter(|word| holds(line, word));
            faults.extend(found.map(|word| Fault::at(path, number, format!("holds '{word}'"))));
        }
    }
    faults
}

/// Whether the word stands in the line, not as a part of another.
fn holds(line: &str, word: &str) -> bool {
    let joins = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(joins) && (word.ends_with('!') || !after.is_some_and(joins))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::fault::lines;

    #[test]
    fn words_are_found_with_their_line() {
        let remark = format!("fn a() {{}}\n// {}: b\n", concat!("FIX", "ME"));
        let call = concat!("to", "do!()");
        let tree = Tree::of(&[("a.rs", remark.as_str()), ("b.ps1", call)]);
        assert_eq!(
            lines(&check(&tree)),
            [concat!("a.rs:2: holds 'FIX", "ME'"), concat!("b.ps1:1: holds 'to", "do!'")]
        );
    }

    #[test]
    fn parts_of_other_words_are_none() {
        let tree =
            Tree::of(&[("a.md", concat!("MAS", "TO", "DON XTO", "DO_LIST\ntodo = \"warn\""))]);
        assert_eq!(check(&tree), []);
    }
}
