//! Parts of documents that are written from the sources: what stands between
//! `<!-- generated: NAME -->` and `<!-- end -->`, each alone in its line.

use std::path::Path;
use std::{fs, io};

use super::documents;
use super::fault::Fault;
use super::generators::GENERATORS;
use super::markdown::Markdown;
use super::tree::Tree;

/// Parts that are not what their generator would write, and parts that are missing.
pub(crate) fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = outdated(tree);
    let homeless = GENERATORS.iter().filter(|one| !has_part(tree, one.home, one.name));
    faults.extend(homeless.map(|one| {
        Fault::new(one.home, format!("has no line `<!-- generated: {} -->`", one.name))
    }));
    faults
}

fn outdated(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, text) in documents::all(tree) {
        match rewritten(tree, path, text) {
            Ok(new) if new == text => {}
            Ok(new) => {
                let same = text.lines().zip(new.lines()).take_while(|(one, other)| one == other);
                let what = "a generated part is out of date: `cargo xtask tidy --write` mends it";
                faults.push(Fault::at(path, same.count() + 1, what));
            }
            Err(fault) => faults.push(fault),
        }
    }
    faults
}

/// Rewrites what is out of date; the paths of the documents.
pub(crate) fn write(root: &Path, tree: &Tree) -> io::Result<Vec<String>> {
    let mut written = Vec::new();
    for (path, text) in documents::all(tree) {
        // What cannot be rewritten is told by the check.
        let Ok(new) = rewritten(tree, path, text) else { continue };
        if new != text {
            fs::write(root.join(path), new)?;
            written.push(path.to_owned());
        }
    }
    Ok(written)
}

fn has_part(tree: &Tree, document: &str, name: &str) -> bool {
    let comments = tree.text(document).map(|text| Markdown::read(text).comments);
    comments.unwrap_or_default().iter().any(|(_, comment)| generated_name(comment) == Some(name))
}

fn generated_name(comment: &str) -> Option<&str> {
    comment.strip_prefix("generated: ")
}

/// The document with its generated parts as they should be.
fn rewritten(tree: &Tree, path: &str, text: &str) -> Result<String, Fault> {
    let comments = Markdown::read(text).comments;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut new = String::new();
    let mut kept = 0;
    for (begin, comment) in &comments {
        let Some(name) = generated_name(comment) else { continue };
        let Some((end, "end")) = comments.iter().find(|(line, _)| line > begin) else {
            return Err(Fault::at(path, *begin, "no line `<!-- end -->` follows"));
        };
        let Some(generator) = GENERATORS.iter().find(|one| one.name == name) else {
            let known: Vec<&str> = GENERATORS.iter().map(|one| one.name).collect();
            let what = format!("'{name}' is none of the generated parts: {}", known.join(", "));
            return Err(Fault::at(path, *begin, what));
        };
        new.extend(lines[kept..*begin].iter().copied());
        new.push_str(&(generator.write)(tree, &documents::up(path)));
        kept = end - 1;
    }
    new.extend(lines[kept..].iter().copied());
    Ok(new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::fault::lines;

    const STORY: (&str, &str) = ("scenarios/a.toml", "title = \"A\"\n");
    const PART: &str = "# S\n<!-- generated: scenarios -->\nold\nolder\n<!-- end -->\nrest\n";

    #[test]
    fn only_what_stands_between_the_marks_is_rewritten() {
        let tree = Tree::of(&[STORY]);
        let new = rewritten(&tree, "docs/catalogue.md", PART).unwrap();
        let inner = "- [`a`](../scenarios/a.toml): A\n";
        let expected = PART.replace("old\nolder\n", inner);
        assert_eq!(new, expected);
        assert_eq!(rewritten(&tree, "docs/catalogue.md", &new).unwrap(), expected);
    }

    #[test]
    fn an_old_part_is_told_and_then_mended() {
        let folder = tempfile::tempdir().unwrap();
        let tree = Tree::of(&[STORY, ("docs/other.md", PART)]);
        let what = "a generated part is out of date: `cargo xtask tidy --write` mends it";
        assert_eq!(lines(&outdated(&tree)), [format!("docs/other.md:3: {what}")]);
        fs::create_dir(folder.path().join("docs")).unwrap();
        assert_eq!(write(folder.path(), &tree).unwrap(), ["docs/other.md"]);
        let mended = fs::read_to_string(folder.path().join("docs/other.md")).unwrap();
        assert_eq!(outdated(&Tree::of(&[STORY, ("docs/other.md", &mended)])), []);
    }

    #[test]
    fn marks_that_make_no_sense_are_told() {
        let tree = Tree::of(&[
            ("README.md", "<!-- generated: rooms -->\n<!-- generated: rules -->\n<!-- end -->\n"),
            ("docs/b.md", "<!-- generated: weather -->\n<!-- end -->\n"),
        ]);
        assert_eq!(
            lines(&outdated(&tree)),
            [
                "README.md:1: no line `<!-- end -->` follows",
                "docs/b.md:1: 'weather' is none of the generated parts: rooms, rules, scenarios, cmdlets",
            ]
        );
    }

    #[test]
    fn every_part_has_a_home() {
        let marks = ["rules", "scenarios"]
            .map(|name| format!("<!-- generated: {name} -->\nNone yet.\n<!-- end -->\n"));
        let tree = Tree::of(&[("docs/catalogue.md", &marks.concat())]);
        assert_eq!(
            lines(&check(&tree)),
            [
                "ARCHITECTURE.md: has no line `<!-- generated: rooms -->`",
                "docs/catalogue.md: has no line `<!-- generated: cmdlets -->`",
            ]
        );
    }
}
