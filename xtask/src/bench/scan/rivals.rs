//! The tools that the diagnosis is measured beside, each with a command that reads the same files.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A tool.
pub(super) struct Rival {
    /// What it does.
    pub(super) name: &'static str,
    /// How it is called; an error says why it cannot be.
    pub(super) command: fn(&Path, &[PathBuf]) -> Result<Command, String>,
}

/// From the one that does least to the one that does most.
pub(super) static RIVALS: &[Rival] = &[
    Rival { name: "wc -l", command: lines },
    Rival { name: "ripgrep, one literal", command: literal },
    Rival { name: "DuckDB, protocol logs by session", command: sessions },
];

fn lines(_: &Path, files: &[PathBuf]) -> Result<Command, String> {
    let mut command = found("wc", &["--version"])?;
    command.arg("-l").args(files);
    Ok(command)
}

/// A reply that only refusals have.
fn literal(folder: &Path, _: &[PathBuf]) -> Result<Command, String> {
    let mut command = found("rg", &["--version"])?;
    command.args(["--no-ignore", "--count", "--fixed-strings", "550 5.7.1 Unable to relay"]);
    command.arg(folder);
    // Nothing found is no failure: exit code 1.
    Ok(command)
}

/// Every log is read, the rows of protocol logs are grouped by their session, and a session that was
/// refused something is counted.
const QUERY: &str = include_str!("sessions.py");

fn sessions(_: &Path, files: &[PathBuf]) -> Result<Command, String> {
    let mut command = found("python3", &["-c", "import duckdb"])?;
    let is_log = |file: &&PathBuf| file.extension().is_some_and(|end| end == "LOG");
    command.args(["-c", QUERY]).args(files.iter().filter(is_log));
    Ok(command)
}

/// The program, when it is there and this works.
fn found(program: &str, words: &[&str]) -> Result<Command, String> {
    let output = Command::new(program).args(words).output();
    let output = output.map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        Ok(Command::new(program))
    } else {
        let words = String::from_utf8_lossy(&output.stderr);
        Err(words.lines().last().unwrap_or(program).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_that_is_not_there_is_named() {
        let why = found("no-such-program", &[]).unwrap_err();
        assert!(why.starts_with("no-such-program: "), "{why}");
    }
}
