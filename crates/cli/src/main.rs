//! The `hybridlab` command: reads the arguments and calls the library.

use std::process::ExitCode;

use clap::Parser;
use hybridlab::arguments::Arguments;
use mimalloc::MiMalloc;

/// Mail and log rows are many small texts, made on one thread and given back on another.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    hybridlab::run_command(&Arguments::parse())
}
