//! The list of scenarios: the path below `scenarios`, and the title. Baselines come after them.

use toml::{Table, Value};

use crate::tidy::tree::Tree;

const FOLDER: &str = "scenarios/";

/// Writes the list.
pub(super) fn write(tree: &Tree, up: &str) -> String {
    let lines = tree.with_ending("toml").filter_map(|(path, text)| line(path, text, up));
    let (baselines, scenarios): (Vec<_>, Vec<_>) =
        lines.partition(|(below, _)| below.contains('/'));
    super::listed(scenarios.into_iter().chain(baselines).map(|(_, line)| line))
}

/// The path below the folder, and the line.
fn line<'t>(path: &'t str, text: &str, up: &str) -> Option<(&'t str, String)> {
    let name = path.strip_prefix(FOLDER)?.strip_suffix(".toml")?;
    let scenario: Table = text.parse().unwrap_or_default();
    let title = scenario.get("title").and_then(Value::as_str).unwrap_or("?");
    Some((name, format!("- [`{name}`]({up}{path}): {title}\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scenarios_are_listed_with_their_titles() {
        let tree = Tree::of(&[
            ("scenarios/baselines/hybrid.toml", "title = \"Healthy\"\n"),
            ("scenarios/mail-loops.toml", "title = \"Mail goes round\"\n"),
            ("scenarios/notes.md", ""),
            ("Cargo.toml", "title = \"none\"\n"),
        ]);
        let list = "- [`mail-loops`](../scenarios/mail-loops.toml): Mail goes round\n\
            - [`baselines/hybrid`](../scenarios/baselines/hybrid.toml): Healthy\n";
        assert_eq!(write(&tree, "../"), list);
    }
}
