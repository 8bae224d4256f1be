//! Programs of the system beside the lab: whether they are there, and one run of them.

use std::env;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

/// What a program did.
pub(super) struct Ended {
    /// Its exit code; 124 when it took too long, and none when a signal ended it.
    pub(super) code: Option<i32>,
    /// What it wrote.
    pub(super) stdout: String,
    /// What it wrote of errors.
    pub(super) stderr: String,
}

impl Ended {
    /// Both texts.
    pub(super) fn text(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// What it wrote, when its exit code is that.
    pub(super) fn exits(self, code: i32) -> Result<Self, String> {
        if self.code == Some(code) {
            return Ok(self);
        }
        let came = self.code.map_or("a signal".to_owned(), |code| code.to_string());
        let text = self.text();
        let last: Vec<_> = text.lines().rev().take(25).collect();
        let last: Vec<_> = last.into_iter().rev().collect();
        Err(format!("expected exit code {code}, came {came}\n{}", last.join("\n")))
    }
}

/// Where a program is that the system would run under that name, or the administrator.
pub(super) fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin", "/sbin"].map(PathBuf::from));
    folders.map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Whether this is the administrator.
pub(super) fn is_root() -> bool {
    run(&["id", "-u"]).is_ok_and(|ended| ended.stdout.trim() == "0")
}

/// Runs a program to its end.
pub(super) fn run(words: &[&str]) -> Result<Ended, String> {
    run_with(words, "")
}

/// Runs a program to its end, with something to read.
pub(super) fn run_with(words: &[&str], input: &str) -> Result<Ended, String> {
    run_for(Duration::from_mins(1), words, input)
}

/// Runs a program to its end, which must come in that time.
pub(super) fn run_for(limit: Duration, words: &[&str], input: &str) -> Result<Ended, String> {
    let mut command = Command::new("timeout");
    command.args(["--kill-after=2", &format!("{}", limit.as_secs_f64())]);
    if let Some((name, rest)) = words.split_first() {
        command.arg(find(name).unwrap_or_else(|| PathBuf::from(name))).args(rest);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let spoken = |error: std::io::Error| format!("{}: {error}", words.join(" "));
    let mut child = command.spawn().map_err(spoken)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that does not read says in its own way what is wrong.
        let _unread = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().map_err(spoken)?;
    Ok(Ended {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn a_program_reads_writes_and_ends() {
        let ended = run_with(&["sh", "-c", "cat; echo wrong >&2; exit 3"], "right\n").unwrap();
        assert_eq!((ended.text().as_str(), ended.code), ("right\nwrong\n", Some(3)));
        assert!(ended.exits(0).err().unwrap().contains("expected exit code 0, came 3\nright"));
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let ended = run_for(Duration::from_millis(50), &["sleep", "30"], "").unwrap();
        assert_eq!(ended.code, Some(124));
        assert_eq!(find("no-such-program"), None);
    }
}
