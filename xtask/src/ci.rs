//! The gates, in order; the first that fails ends the run.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::stopwatch::Stopwatch;
use crate::tidy;

/// One gate: settings of the environment, and the words after `cargo`.
struct Gate {
    environment: &'static [(&'static str, &'static str)],
    words: &'static str,
}

const GATES: [Gate; 4] = [
    Gate { environment: &[], words: "fmt --all --check" },
    Gate { environment: &[], words: "clippy --workspace --all-targets -- -D warnings" },
    Gate { environment: &[("RUSTDOCFLAGS", "-Dwarnings")], words: "doc --no-deps --workspace" },
    Gate { environment: &[], words: "test --workspace" },
];

/// Runs the gates; whether all were passed.
pub(crate) fn run(root: &Path) -> bool {
    let mut times = Vec::new();
    let passed = GATES.iter().all(|gate| timed(&gate.command(), &mut times, || gate.pass(root)))
        && timed("cargo xtask tidy", &mut times, || tidy::run(root, tidy::Mode::Check));
    println!();
    for (command, time) in &times {
        println!("{:>8.1} s  {command}", time.as_secs_f64());
    }
    match times.last() {
        Some((command, _)) if !passed => println!("failed: {command}"),
        _ => println!("all gates passed"),
    }
    passed
}

fn timed(command: &str, times: &mut Vec<(String, Duration)>, gate: impl FnOnce() -> bool) -> bool {
    println!("\n── {command}");
    let stopwatch = Stopwatch::start();
    let passed = gate();
    times.push((command.to_owned(), stopwatch.elapsed()));
    passed
}

impl Gate {
    /// The command as one would type it.
    fn command(&self) -> String {
        let settings = self.environment.iter().map(|(name, value)| format!("{name}={value} "));
        format!("{}cargo {}", settings.collect::<String>(), self.words)
    }

    fn pass(&self, root: &Path) -> bool {
        let mut command = Command::new("cargo");
        command.args(self.words.split(' ')).current_dir(root);
        command.envs(self.environment.iter().copied());
        match command.status() {
            Ok(status) => status.success(),
            Err(error) => {
                println!("cargo does not start: {error}");
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_is_shown_as_one_would_type_it() {
        assert_eq!(GATES[2].command(), "RUSTDOCFLAGS=-Dwarnings cargo doc --no-deps --workspace");
        assert_eq!(GATES[3].command(), "cargo test --workspace");
    }

    #[test]
    fn the_time_of_a_failed_gate_is_kept() {
        let mut times = Vec::new();
        assert!(!timed("cargo x", &mut times, || false));
        assert_eq!(times.len(), 1);
    }
}
