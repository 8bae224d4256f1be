//! The list of diagnosis rules: the file's name in kebab case, and what its header says first.

use crate::tidy::source;
use crate::tidy::tree::Tree;

const FOLDER: &str = "crates/diagnosis/src/rules/";

/// Writes the list.
pub(super) fn write(tree: &Tree, up: &str) -> String {
    super::listed(tree.with_ending("rs").filter_map(|(path, text)| line(path, text, up)))
}

fn line(path: &str, text: &str, up: &str) -> Option<String> {
    let stem = path.strip_prefix(FOLDER)?.strip_suffix(".rs")?;
    if stem.contains('/') || stem == "mod" {
        return None;
    }
    let name = stem.replace('_', "-");
    let says = source::first_paragraph(text).unwrap_or_default();
    let says = says.strip_prefix(&format!("`{name}`: ")).unwrap_or(&says);
    Some(format!("- [`{name}`]({up}{path}): {says}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_a_file_in_the_folder_of_rules() {
        let tree = Tree::of(&[
            ("crates/diagnosis/src/rules/mod.rs", "//! The rules.\n"),
            ("crates/diagnosis/src/rules/relay_denied.rs", "//! `relay-denied`: No relay.\n"),
            ("crates/diagnosis/src/rules/port_25_blocked.rs", "//! # Port 25 is blocked.\n//!\n"),
            ("crates/diagnosis/src/rules/port_25_blocked/ranges.rs", "//! Ranges.\n"),
        ]);
        let list = "- [`port-25-blocked`](crates/diagnosis/src/rules/port_25_blocked.rs): Port 25 is blocked.\n\
            - [`relay-denied`](crates/diagnosis/src/rules/relay_denied.rs): No relay.\n";
        assert_eq!(write(&tree, ""), list);
        assert_eq!(write(&Tree::of(&[]), ""), "None yet.\n");
    }
}
