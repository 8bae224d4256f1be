//! Builds the files of `scenarios/` into the program, so that an installed one works anywhere.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let own = env::var_os("CARGO_MANIFEST_DIR");
    let own = own.ok_or_else(|| io::Error::other("CARGO_MANIFEST_DIR is not set"))?;
    let root = Path::new(&own).join("../../scenarios").canonicalize()?;
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut table = String::from("static FILES: &[File] = &[\n");
    for path in &files {
        println!("cargo::rerun-if-changed={}", path.display());
        let below = path.strip_prefix(&root).map_err(io::Error::other)?;
        let name = below.to_string_lossy().replace('\\', "/");
        let absolute = path.display().to_string();
        let entry =
            writeln!(table, "    File {{ path: {name:?}, text: include_str!({absolute:?}) }},");
        entry.map_err(io::Error::other)?;
    }
    table.push_str("];\n");
    println!("cargo::rerun-if-changed={}", root.display());
    let target = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?;
    fs::write(Path::new(&target).join("library.rs"), table)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            files.push(path);
        }
    }
    Ok(())
}
