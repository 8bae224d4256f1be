//! The `hybridlab` command: reads the arguments and calls the library.

use std::process::ExitCode;

use clap::Parser;
use hybridlab::arguments::Arguments;

fn main() -> ExitCode {
    hybridlab::run_command(&Arguments::parse())
}
