//! The files of the repository, by path from its root: what git would take.
//!
//! Not modelled: of `.gitignore`, the one at the root is read, and of its patterns `/name`, `name` and
//! `*ending`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

/// The files with their texts, and the folders.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// By path with `/`; `None` when the file is no text.
    files: BTreeMap<String, Option<String>>,
    folders: BTreeSet<String>,
    empty: Vec<String>,
}

impl Tree {
    /// Reads what is below a folder.
    pub(crate) fn read(root: &Path) -> io::Result<Self> {
        let ignored = match fs::read_to_string(root.join(".gitignore")) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let mut tree = Self::default();
        tree.add_folder(root, "", &ignored)?;
        Ok(tree)
    }

    /// Adds what is in a folder; how many things that is.
    fn add_folder(&mut self, folder: &Path, path: &str, ignored: &str) -> io::Result<usize> {
        let mut count = 0;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == ".git" || ignored.lines().any(|line| is_ignored(line, path, &name)) {
                continue;
            }
            count += 1;
            let below = if path.is_empty() { name } else { format!("{path}/{name}") };
            if entry.file_type()?.is_dir() {
                if self.add_folder(&entry.path(), &below, ignored)? == 0 {
                    self.empty.push(below.clone());
                }
                self.folders.insert(below);
            } else {
                self.files.insert(below, String::from_utf8(fs::read(entry.path())?).ok());
            }
        }
        Ok(count)
    }

    /// The texts, with their paths.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    /// The texts whose names have that ending, such as `rs`.
    pub(crate) fn with_ending(&self, ending: &str) -> impl Iterator<Item = (&str, &str)> {
        self.files().filter(move |(path, _)| {
            path.strip_suffix(ending).is_some_and(|stem| stem.ends_with('.'))
        })
    }

    /// The text of a file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.as_deref()
    }

    /// Whether there is a file or folder of that path; the root's is empty.
    pub(crate) fn has(&self, path: &str) -> bool {
        path.is_empty() || self.files.contains_key(path) || self.folders.contains(path)
    }

    /// Folders with nothing in them.
    pub(crate) fn empty_folders(&self) -> &[String] {
        &self.empty
    }
}

fn is_ignored(pattern: &str, folder: &str, name: &str) -> bool {
    let pattern = pattern.trim().trim_end_matches('/');
    match (pattern.strip_prefix('/'), pattern.strip_prefix('*')) {
        (Some(rooted), _) => folder.is_empty() && rooted == name,
        (_, Some(ending)) => !ending.is_empty() && name.ends_with(ending),
        _ => pattern == name,
    }
}

#[cfg(test)]
impl Tree {
    /// A tree of these files: path, text.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let mut tree = Self::default();
        for (path, text) in files {
            tree.files.insert((*path).to_owned(), Some((*text).to_owned()));
            let slashes = path.match_indices('/').map(|(at, _)| path[..at].to_owned());
            tree.folders.extend(slashes);
        }
        tree
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_ignores_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for path in ["target", ".git", "src/target", "void"] {
            fs::create_dir_all(root.join(path)).unwrap();
        }
        for path in ["target/a.rs", ".git/config", "src/target/b.rs", "src/c.snap.new"] {
            fs::write(root.join(path), "x").unwrap();
        }
        fs::write(root.join("src/picture"), [0xff, 0xfe]).unwrap();
        fs::write(root.join(".gitignore"), "/target\n\n*.snap.new\n").unwrap();
        let tree = Tree::read(root).unwrap();
        let paths: Vec<&str> = tree.files().map(|(path, _)| path).collect();
        assert_eq!(paths, [".gitignore", "src/target/b.rs"]);
        assert_eq!(tree.empty_folders(), ["void"]);
        assert!(tree.has("src/picture") && tree.has("src/target") && !tree.has("target"));
        assert_eq!(tree.text("src/picture"), None);
    }

    #[test]
    fn an_ending_is_what_stands_after_a_dot() {
        let tree = Tree::of(&[("a.rs", ""), ("readers", ""), ("b/c.rs", "")]);
        let paths: Vec<&str> = tree.with_ending("rs").map(|(path, _)| path).collect();
        assert_eq!(paths, ["a.rs", "b/c.rs"]);
    }
}
