//! What rustc and clippy do not check: floors, words, sizes, white space, and documents that could
//! lie. Each check is a file, and a row in [`CHECKS`].

use std::io;
use std::path::Path;

mod code_paths;
mod documents;
mod fault;
mod floors;
mod folders;
mod generated;
mod generators;
mod headers;
mod lengths;
mod links;
mod manifest;
mod markdown;
mod never;
mod source;
mod tree;
mod whitespace;
mod words;

use fault::Fault;
use tree::Tree;

/// Whether the generated parts of documents are only compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// They are compared.
    Check,
    /// They are rewritten first.
    Write,
}

/// A check: its name, and what it finds.
type Check = (&'static str, fn(&Tree) -> Vec<Fault>);

const CHECKS: &[Check] = &[
    ("floors", floors::check),
    ("never", never::check),
    ("words", words::check),
    ("lengths", lengths::check),
    ("headers", headers::check),
    ("white space", whitespace::check),
    ("folders", folders::check),
    ("links", links::check),
    ("code paths", code_paths::check),
    ("generated parts", generated::check),
];

/// Runs all checks and prints what they find; whether they found nothing.
pub(crate) fn run(root: &Path, mode: Mode) -> bool {
    match faults(root, mode) {
        Ok(count) => count == 0,
        Err(error) => {
            println!("tidy: {error}");
            false
        }
    }
}

fn faults(root: &Path, mode: Mode) -> io::Result<usize> {
    let mut tree = Tree::read(root)?;
    if mode == Mode::Write {
        for path in generated::write(root, &tree)? {
            println!("tidy: rewrote {path}");
        }
        tree = Tree::read(root)?;
    }
    for warning in lengths::long(&tree) {
        println!("tidy: note: {warning}");
    }
    let mut count = 0;
    for (name, check) in CHECKS {
        for fault in check(&tree) {
            println!("tidy: {name}: {fault}");
            count += 1;
        }
    }
    println!("tidy: {} files, {} checks, {count} faults", tree.files().count(), CHECKS.len());
    Ok(count)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const ROOM: &str = "[package]\nname = \"smtp\"\ndescription = \"SMTP.\"\n\
        [package.metadata.lab]\nfloor = 0\n[lints]\nworkspace = true\n";

    #[test]
    fn a_repository_is_read_mended_and_then_passes() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n");
        write("crates/smtp/Cargo.toml", ROOM);
        write("crates/smtp/src/lib.rs", "//! SMTP.\n");
        write("ARCHITECTURE.md", "# Rooms\n\n<!-- generated: rooms -->\n<!-- end -->\n");
        let catalogue = ["rules", "scenarios", "cmdlets"]
            .map(|name| format!("<!-- generated: {name} -->\n<!-- end -->\n"));
        write("docs/catalogue.md", &catalogue.concat());
        assert_eq!(faults(folder.path(), Mode::Check).unwrap(), 2);
        assert_eq!(faults(folder.path(), Mode::Write).unwrap(), 0);
        assert_eq!(faults(folder.path(), Mode::Check).unwrap(), 0);
        let document = fs::read_to_string(folder.path().join("ARCHITECTURE.md")).unwrap();
        assert!(document.contains("| [`smtp`](crates/smtp) | 0 | SMTP. |"), "{document}");
    }
}
