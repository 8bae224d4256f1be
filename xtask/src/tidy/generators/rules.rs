//! The list of diagnosis rules: the file's name in kebab case, and the title of its page. A file of the
//! folder whose header has no title is no rule.

use crate::tidy::tree::Tree;

const FOLDER: &str = "crates/diagnosis/src/rules/";

/// Writes the list.
pub(super) fn write(tree: &Tree, up: &str) -> String {
    super::listed(tree.with_ending("rs").filter_map(|(path, text)| line(path, text, up)))
}

fn line(path: &str, text: &str, up: &str) -> Option<String> {
    let stem = path.strip_prefix(FOLDER)?.strip_suffix(".rs")?;
    let title = text.lines().next()?.strip_prefix("//! # ")?;
    Some(format!("- [`{}`]({up}{path}): {title}\n", stem.replace('_', "-")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_a_file_with_a_page() {
        let tree = Tree::of(&[
            ("crates/diagnosis/src/rules/mod.rs", "//! The rules.\n"),
            ("crates/diagnosis/src/rules/case.rs", "//! What rules ask.\n"),
            ("crates/diagnosis/src/rules/mail_loop.rs", "//! # Mail goes round\n//!\n//! ## Fix\n"),
        ]);
        let list = "- [`mail-loop`](../crates/diagnosis/src/rules/mail_loop.rs): Mail goes round\n";
        assert_eq!(write(&tree, "../"), list);
        assert_eq!(write(&Tree::of(&[]), ""), "None yet.\n");
    }
}
