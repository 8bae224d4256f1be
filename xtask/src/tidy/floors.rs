//! Crates stand on floors, and each is built only with crates of lower floors. So the diagnosis
//! cannot know the lab, and no two rooms can need each other.
//!
//! Tests are let off: what only a test of a crate needs may stand on any floor.

use super::fault::Fault;
use super::manifest::{self, Manifest};
use super::tree::Tree;

/// Faults of all manifests.
pub(crate) fn check(tree: &Tree) -> Vec<Fault> {
    let manifests = manifest::all(tree);
    manifests
        .iter()
        .flat_map(|one| incomplete(one).into_iter().chain(upward(one, &manifests)))
        .collect()
}

/// What a manifest must say and does not.
fn incomplete(manifest: &Manifest) -> Vec<Fault> {
    let wanted = [
        (manifest.floor.is_some(), "has no `floor` in `[package.metadata.lab]`"),
        (manifest.description.is_some(), "has no `description`"),
        (manifest.has_workspace_lints, "has no `workspace = true` in `[lints]`"),
    ];
    let missing = wanted.into_iter().filter(|(is_there, _)| !is_there);
    missing.map(|(_, what)| Fault::new(&manifest.path, what)).collect()
}

/// Dependencies that do not go down.
fn upward(manifest: &Manifest, all: &[Manifest]) -> Vec<Fault> {
    let Some(own) = manifest.floor else { return Vec::new() };
    let named = |name: &String| all.iter().find(|other| other.name == *name);
    let in_house = manifest.dependencies.iter().filter_map(named);
    let floors = in_house.filter_map(|other| Some((other, other.floor?)));
    floors
        .filter(|(_, floor)| *floor >= own)
        .map(|(other, floor)| {
            let Manifest { path, name, .. } = manifest;
            let what = format!("{name} (floor {own}) depends on {} (floor {floor})", other.name);
            Fault::new(path, what)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::fault::lines;

    const ROOT: (&str, &str) = ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n");

    fn room(name: &str, floor: u8, rest: &str) -> String {
        format!(
            "[package]\nname = \"{name}\"\ndescription = \"A room.\"\n[package.metadata.lab]\n\
             floor = {floor}\n[lints]\nworkspace = true\n{rest}"
        )
    }

    #[test]
    fn dependencies_go_strictly_down() {
        let smtp = room("smtp", 0, "");
        let dns = room("dns", 3, "[dependencies]\nsmtp.workspace = true\nserde = \"1\"\n");
        let diagnosis =
            room("diagnosis", 3, "[dependencies]\nlab.workspace = true\ndns.workspace = true\n");
        let lab = room("lab", 6, "[dev-dependencies]\nlab.workspace = true\n");
        let tree = Tree::of(&[
            ROOT,
            ("crates/smtp/Cargo.toml", &smtp),
            ("crates/dns/Cargo.toml", &dns),
            ("crates/diagnosis/Cargo.toml", &diagnosis),
            ("crates/lab/Cargo.toml", &lab),
        ]);
        assert_eq!(
            lines(&check(&tree)),
            [
                "crates/diagnosis/Cargo.toml: diagnosis (floor 3) depends on dns (floor 3)",
                "crates/diagnosis/Cargo.toml: diagnosis (floor 3) depends on lab (floor 6)",
            ]
        );
    }

    #[test]
    fn a_manifest_says_floor_lints_and_what_the_crate_is() {
        let tree = Tree::of(&[ROOT, ("crates/a/Cargo.toml", "[package]\nname = \"a\"\n")]);
        assert_eq!(
            lines(&check(&tree)),
            [
                "crates/a/Cargo.toml: has no `floor` in `[package.metadata.lab]`",
                "crates/a/Cargo.toml: has no `description`",
                "crates/a/Cargo.toml: has no `workspace = true` in `[lints]`",
            ]
        );
    }
}
