//! No folder is empty: what was in it has gone, and git does not keep it.

use super::fault::Fault;
use super::tree::Tree;

/// The empty folders.
pub(crate) fn check(tree: &Tree) -> Vec<Fault> {
    tree.empty_folders().iter().map(|path| Fault::new(path, "the folder is empty")).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::tidy::fault::lines;

    #[test]
    fn only_folders_with_nothing_in_them_are_faults() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a/b")).unwrap();
        fs::create_dir_all(folder.path().join("c")).unwrap();
        fs::write(folder.path().join("c/d.md"), "").unwrap();
        let tree = Tree::read(folder.path()).unwrap();
        assert_eq!(lines(&check(&tree)), ["a/b: the folder is empty"]);
    }
}
