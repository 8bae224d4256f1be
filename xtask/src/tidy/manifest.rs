//! The manifests of the workspace's crates.

use toml::{Table, Value};

use super::tree::Tree;

/// What a crate's manifest says.
#[derive(Debug)]
pub(crate) struct Manifest {
    /// The manifest's path.
    pub(crate) path: String,
    /// The crate's name.
    pub(crate) name: String,
    /// What it is.
    pub(crate) description: Option<String>,
    /// `package.metadata.lab.floor`.
    pub(crate) floor: Option<i64>,
    /// `package.metadata.lab.never`: crates that it must not be built with, however deep.
    pub(crate) never: Vec<String>,
    /// Names of the crates it is built with; not those of its tests.
    pub(crate) dependencies: Vec<String>,
    /// Whether it takes the workspace's lints.
    pub(crate) has_workspace_lints: bool,
}

impl Manifest {
    /// The crate's folder.
    pub(crate) fn folder(&self) -> &str {
        self.path.trim_end_matches("/Cargo.toml")
    }
}

/// The manifests of all members of the workspace. What is no TOML is left out: cargo refuses it.
pub(crate) fn all(tree: &Tree) -> Vec<Manifest> {
    let root = parse(tree, "Cargo.toml").unwrap_or_default();
    let members = strings(at(&root, "workspace.members"));
    let paths = tree.files().map(|(path, _)| path).filter(|path| is_member(path, &members));
    let renamed = at(&root, "workspace.dependencies").and_then(Value::as_table);
    paths.filter_map(|path| Some(manifest(path, &parse(tree, path)?, renamed))).collect()
}

fn parse(tree: &Tree, path: &str) -> Option<Table> {
    tree.text(path)?.parse().ok()
}

/// Whether the path is that of a manifest which one of the members' patterns means.
fn is_member(path: &str, members: &[String]) -> bool {
    let Some(folder) = path.strip_suffix("/Cargo.toml") else { return false };
    members.iter().any(|member| match member.strip_suffix("/*") {
        Some(parent) => folder.rsplit_once('/').is_some_and(|(above, _)| above == parent),
        None => folder == member,
    })
}

fn manifest(path: &str, table: &Table, renamed: Option<&Table>) -> Manifest {
    let text = |key: &str| at(table, key).and_then(Value::as_str).map(str::to_owned);
    let mut tables = vec![table];
    let targets = table.get("target").and_then(Value::as_table);
    tables.extend(targets.into_iter().flat_map(Table::values).filter_map(Value::as_table));
    let kinds = ["dependencies", "build-dependencies"];
    let lists = tables.iter().flat_map(|table| kinds.map(|kind| table.get(kind)));
    let entries = lists.flatten().filter_map(Value::as_table).flatten();
    Manifest {
        path: path.to_owned(),
        name: text("package.name").unwrap_or_default(),
        description: text("package.description"),
        floor: at(table, "package.metadata.lab.floor").and_then(Value::as_integer),
        never: strings(at(table, "package.metadata.lab.never")),
        dependencies: entries.map(|(key, entry)| crate_name(key, entry, renamed)).collect(),
        has_workspace_lints: at(table, "lints.workspace").and_then(Value::as_bool) == Some(true),
    }
}

/// The name of the crate that an entry brings, which can differ from its key.
fn crate_name(key: &str, entry: &Value, renamed: Option<&Table>) -> String {
    let from_root = renamed.and_then(|renamed| renamed.get(key));
    let package = |entry: &Value| entry.get("package")?.as_str().map(str::to_owned);
    package(entry).or_else(|| package(from_root?)).unwrap_or_else(|| key.to_owned())
}

fn at<'t>(table: &'t Table, path: &str) -> Option<&'t Value> {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let found = table.get(first)?;
    if rest.is_empty() { Some(found) } else { at(found.as_table()?, rest) }
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_read() {
        let root = "[workspace]\nmembers = [\"crates/*\", \"tests\"]\n[workspace.dependencies]\n\
            pki = { path = \"crates/ca\", package = \"ca\" }\n";
        let own = "[package]\nname = \"dns\"\ndescription = \"Names.\"\n[package.metadata.lab]\n\
            floor = 3\nnever = [\"tokio\"]\n[dependencies]\npki.workspace = true\n\
            [dev-dependencies]\nlab.workspace = true\n[target.'cfg(unix)'.dependencies]\n\
            net = { package = \"fabric\", path = \"../fabric\" }\n[lints]\nworkspace = true\n";
        let tree = Tree::of(&[
            ("Cargo.toml", root),
            ("crates/dns/Cargo.toml", own),
            ("crates/dns/fuzz/Cargo.toml", own),
            ("tests/Cargo.toml", "[package]\nname = \"tests\"\n"),
        ]);
        let all = all(&tree);
        assert_eq!(all.iter().map(Manifest::folder).collect::<Vec<_>>(), ["crates/dns", "tests"]);
        let [dns, tests] = &all[..] else { panic!("{all:?}") };
        assert_eq!((dns.name.as_str(), dns.floor), ("dns", Some(3)));
        assert_eq!(dns.description.as_deref(), Some("Names."));
        assert_eq!(dns.dependencies, ["ca", "fabric"]);
        assert_eq!(dns.never, ["tokio"]);
        assert!(dns.has_workspace_lints && !tests.has_workspace_lints);
        assert_eq!(tests.floor, None);
    }
}
