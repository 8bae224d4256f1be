//! The table of rooms: the workspace's crates by floor, with what their manifests say.

use crate::tidy::manifest::{self, Manifest};
use crate::tidy::tree::Tree;

/// Writes the table.
pub(super) fn write(tree: &Tree, up: &str) -> String {
    let mut manifests = manifest::all(tree);
    manifests.sort_by_key(|one| (one.floor, one.name.clone()));
    let rows = manifests.iter().map(|one| row(one, &manifests, up));
    let head = "| crate | floor | is | built with |\n|---|---|---|---|\n".to_owned();
    std::iter::once(head).chain(rows).collect()
}

fn row(manifest: &Manifest, all: &[Manifest], up: &str) -> String {
    let Manifest { name, floor, description, .. } = manifest;
    let floor = floor.map_or_else(|| "?".to_owned(), |floor| floor.to_string());
    let is = description.as_deref().unwrap_or("?");
    let below = all.iter().filter(|other| manifest.dependencies.contains(&other.name));
    let below: Vec<String> = below.map(|other| format!("`{}`", other.name)).collect();
    let below = if below.is_empty() { "–".to_owned() } else { below.join(", ") };
    format!("| [`{name}`]({up}{}) | {floor} | {is} | {below} |\n", manifest.folder())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_are_listed_by_floor() {
        let room = |name: &str, floor: u8, rest: &str| {
            format!(
                "[package]\nname = \"{name}\"\ndescription = \"The {name} room.\"\n\
                 [package.metadata.lab]\nfloor = {floor}\n[dependencies]\n{rest}"
            )
        };
        let tree = Tree::of(&[
            ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\", \"tests\"]\n"),
            (
                "crates/cli/Cargo.toml",
                &room("hybridlab", 7, "toml = \"1\"\nsmtp.workspace = true\n"),
            ),
            ("crates/smtp/Cargo.toml", &room("smtp", 0, "")),
            ("tests/Cargo.toml", "[package]\nname = \"tests\"\n"),
        ]);
        let table = "| crate | floor | is | built with |\n|---|---|---|---|\n\
            | [`tests`](../tests) | ? | ? | – |\n\
            | [`smtp`](../crates/smtp) | 0 | The smtp room. | – |\n\
            | [`hybridlab`](../crates/cli) | 7 | The hybridlab room. | `smtp` |\n";
        assert_eq!(write(&tree, "../"), table);
    }
}
