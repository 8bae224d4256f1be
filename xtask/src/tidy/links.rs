//! Every link inside the repository leads somewhere: to a file, a folder or a heading.

use super::documents;
use super::fault::Fault;
use super::markdown::Markdown;
use super::tree::Tree;

/// Links of all documents that lead nowhere.
pub(crate) fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, text) in documents::all(tree) {
        for (line, link) in Markdown::read(text).links {
            if let Some(what) = broken(tree, path, link) {
                faults.push(Fault::at(path, line, what));
            }
        }
    }
    faults
}

fn broken(tree: &Tree, document: &str, link: &str) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (target, anchor) = link.split_once('#').map_or((link, None), |(a, b)| (a, Some(b)));
    let Some(path) = resolved(document, target) else {
        return Some(format!("'{link}' leads out of the repository"));
    };
    if !tree.has(&path) {
        return Some(format!("'{link}' leads to nothing: there is no {path}"));
    }
    let anchor = anchor.filter(|_| path.rsplit('.').next() == Some("md"))?;
    let anchors = Markdown::read(tree.text(&path)?).anchors;
    (!anchors.iter().any(|own| own == anchor))
        .then(|| format!("'{link}' leads to nothing: {path} has no such heading"))
}

/// The path from the root that a link in a document means.
fn resolved(document: &str, target: &str) -> Option<String> {
    if target.is_empty() {
        return Some(document.to_owned());
    }
    let mut path: Vec<&str> = document.split('/').collect();
    path.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                path.pop()?;
            }
            part => path.push(part),
        }
    }
    Some(path.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::fault::lines;

    #[test]
    fn links_lead_to_files_folders_and_headings() {
        let tree = Tree::of(&[
            ("README.md", "# Lab\n[a](docs/b.md#c) [d](docs) [e](#lab) [f](https://x.example/y)\n"),
            ("docs/b.md", "# B\n## C\n[g](../README.md) [h](./b.md) [i](../src/a.rs#L7)\n"),
            ("src/a.rs", ""),
        ]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn links_to_nothing_are_told_with_their_lines() {
        let tree = Tree::of(&[
            ("README.md", "# Lab\n\n[a](docs/x.md)\n[b](docs/b.md#d)\n[c](../other)\n"),
            ("docs/b.md", "# B\n"),
            ("crates/a/README.md", "[not a document](nowhere)\n"),
        ]);
        assert_eq!(
            lines(&check(&tree)),
            [
                "README.md:3: 'docs/x.md' leads to nothing: there is no docs/x.md",
                "README.md:4: 'docs/b.md#d' leads to nothing: docs/b.md has no such heading",
                "README.md:5: '../other' leads out of the repository",
            ]
        );
    }
}
