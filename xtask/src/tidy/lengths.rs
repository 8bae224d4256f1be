//! Files that a reader can take in at once; tests are not counted.

use super::fault::Fault;
use super::source;
use super::tree::Tree;

/// More lines than this fail.
const LIMIT: usize = 600;

/// More lines than this are noted.
const AIM: usize = 400;

/// Files over the limit.
pub(crate) fn check(tree: &Tree) -> Vec<Fault> {
    over(tree, LIMIT + 1..usize::MAX)
}

/// Files over the aim, but not over the limit.
pub(crate) fn long(tree: &Tree) -> Vec<Fault> {
    over(tree, AIM + 1..LIMIT + 1)
}

fn over(tree: &Tree, lengths: std::ops::Range<usize>) -> Vec<Fault> {
    let sources = tree.with_ending("rs").filter(|(path, _)| !source::is_test(path));
    sources
        .map(|(path, text)| (path, source::without_tests(text).lines().count()))
        .filter(|(_, count)| lengths.contains(count))
        .map(|(path, count)| {
            let what = format!("{count} lines without tests; the aim is {AIM}, the limit {LIMIT}");
            Fault::new(path, what)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::fault::lines;

    #[test]
    fn long_files_are_noted_and_very_long_ones_fail() {
        let [short, long, very_long] = [AIM, LIMIT, LIMIT + 1].map(|count| "a\n".repeat(count));
        let tested = format!("{short}\n#[cfg(test)]\nmod tests {{\n{long}}}\n");
        let tree = Tree::of(&[
            ("a.rs", short.as_str()),
            ("b.rs", long.as_str()),
            ("c.rs", very_long.as_str()),
            ("crates/a/tests/d.rs", very_long.as_str()),
        ]);
        let what = "lines without tests; the aim is 400, the limit 600";
        assert_eq!(lines(&self::long(&tree)), [format!("b.rs: 600 {what}")]);
        assert_eq!(lines(&check(&tree)), [format!("c.rs: 601 {what}")]);
        assert_eq!(check(&Tree::of(&[("e.rs", tested.as_str())])), []);
    }
}
