//! Which files are documents: the ones people read first, and `docs`.

use super::tree::Tree;

const AT_THE_ROOT: [&str; 4] = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"];

/// The documents: path, text.
pub(crate) fn all(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    tree.with_ending("md")
        .filter(|(path, _)| AT_THE_ROOT.contains(path) || path.starts_with("docs/"))
}

/// What leads from a document up to the root, such as `../`.
pub(crate) fn up(document: &str) -> String {
    "../".repeat(document.matches('/').count())
}
