//! The project's own chores, called as `cargo xtask CHORE`.
#![allow(clippy::print_stdout, reason = "a chore talks to the person who called it")]

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

mod bench;
mod build;
mod ci;
mod interop;
mod stopwatch;
mod tidy;

const USAGE: &str = "\
The project's own chores.

Usage: cargo xtask ci              all gates in order, as a server runs them
       cargo xtask tidy            what rustc and clippy do not check
       cargo xtask tidy --write    the same, after rewriting the generated parts of documents
       cargo xtask bench           measures the release program; see cargo xtask bench --help
       cargo xtask interop         runs the lab against real programs; see cargo xtask interop --help
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let passed = match words.as_slice() {
        ["ci"] => ci::run(&root()),
        ["tidy"] => tidy::run(&root(), tidy::Mode::Check),
        ["tidy", "--write"] => tidy::run(&root(), tidy::Mode::Write),
        ["bench", rest @ ..] => bench::run(&root(), rest),
        ["interop", rest @ ..] => interop::run(&root(), rest),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            true
        }
        _ => {
            print!("xtask: there is no chore '{}'\n\n{USAGE}", words.join(" "));
            return ExitCode::from(2);
        }
    };
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The root of the repository: the folder above this crate's.
fn root() -> PathBuf {
    let here = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent().map_or(here.clone(), PathBuf::from)
}
