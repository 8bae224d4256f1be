//! What a crate must not be built with, however deep: `never` in its `[package.metadata.lab]`.
//!
//! Floors keep rooms apart; this keeps a room from what a lower room or somebody else's crate brings,
//! such as tokio from the diagnosis. The workspace's own crates are followed by their manifests, so that
//! tests may use anything; others by `Cargo.lock`.
//!
//! Not modelled: features. `Cargo.lock` names a dependency even when its feature is off, and one of
//! several versions stands for all.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use super::fault::Fault;
use super::manifest;
use super::tree::Tree;

/// What each crate is built with, by names.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// Crates that are built with what they must not be.
pub(crate) fn check(tree: &Tree) -> Vec<Fault> {
    let manifests = manifest::all(tree);
    let mut graph = locked(tree);
    for one in &manifests {
        graph.insert(one.name.clone(), one.dependencies.iter().cloned().collect());
    }
    let mut faults = Vec::new();
    for one in &manifests {
        let ways = ways(&graph, &one.name);
        let found = one.never.iter().filter_map(|name| ways.get(name));
        faults.extend(found.map(|way| Fault::new(&one.path, format!("is built with {way}"))));
    }
    faults
}

/// What `Cargo.lock` says.
fn locked(tree: &Tree) -> Graph {
    let lock: Table =
        tree.text("Cargo.lock").and_then(|text| text.parse().ok()).unwrap_or_default();
    let mut graph = Graph::new();
    let packages = lock.get("package").and_then(Value::as_array).into_iter().flatten();
    for package in packages.filter_map(Value::as_table) {
        let name = package.get("name").and_then(Value::as_str).unwrap_or_default();
        let list = package.get("dependencies").and_then(Value::as_array).into_iter().flatten();
        // A version can follow the name.
        let names = list.filter_map(|entry| entry.as_str()?.split(' ').next());
        graph.entry(name.to_owned()).or_default().extend(names.map(str::to_owned));
    }
    graph
}

/// Everything a crate is built with, each with the way to it: `fabric → tokio`.
fn ways(graph: &Graph, name: &str) -> BTreeMap<String, String> {
    let mut ways = BTreeMap::new();
    let mut open = vec![(name.to_owned(), String::new())];
    while let Some((name, way)) = open.pop() {
        for next in graph.get(&name).into_iter().flatten() {
            if !ways.contains_key(next) {
                let way = if way.is_empty() { next.clone() } else { format!("{way} → {next}") };
                ways.insert(next.clone(), way.clone());
                open.push((next.clone(), way));
            }
        }
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::fault::lines;

    fn tree(diagnosis: &str) -> Vec<String> {
        let lock = "[[package]]\nname = \"wire\"\ndependencies = [\"tokio 1.0.0\", \"logs\"]\n\
            [[package]]\nname = \"tokio\"\n[[package]]\nname = \"logs\"\n\
            dependencies = [\"tokio\"]\n";
        let room = "[package]\nname = \"diagnosis\"\n[package.metadata.lab]\nnever = [\"tokio\"]\n";
        let room = format!("{room}{diagnosis}");
        let tree = Tree::of(&[
            ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n"),
            ("Cargo.lock", lock),
            ("crates/diagnosis/Cargo.toml", &room),
            (
                "crates/logs/Cargo.toml",
                "[package]\nname = \"logs\"\n[dev-dependencies]\ntokio.workspace = true\n",
            ),
        ]);
        lines(&check(&tree))
    }

    #[test]
    fn what_others_bring_is_found_with_its_way() {
        assert_eq!(
            tree("[dependencies]\nlogs.workspace = true\nwire = \"1\"\n"),
            ["crates/diagnosis/Cargo.toml: is built with wire → tokio"]
        );
    }

    #[test]
    fn what_only_tests_use_is_none() {
        assert_eq!(tree("[dependencies]\nlogs.workspace = true\n"), [""; 0]);
    }
}
