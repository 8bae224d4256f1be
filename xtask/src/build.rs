//! The release program, built for chores that run it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds it; its path.
pub(crate) fn release_program(root: &Path) -> Result<PathBuf, String> {
    let mut command = Command::new("cargo");
    command.args(["build", "--release", "--package", "hybridlab"]).current_dir(root);
    let status = command.status().map_err(|error| format!("cargo does not start: {error}"))?;
    let name = format!("hybridlab{}", std::env::consts::EXE_SUFFIX);
    if status.success() {
        Ok(target(root).join("release").join(name))
    } else {
        Err("the release program cannot be built".to_owned())
    }
}

/// The target folder.
pub(crate) fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |path| root.join(path))
}
