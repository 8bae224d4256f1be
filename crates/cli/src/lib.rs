//! The commands of `hybridlab`. The binary only reads the arguments ([`arguments`]) and calls
//! [`run_command`].
//!
//! Running an incident is the work of the `lab` crate, finding its cause that of `diagnosis`; here the
//! two meet. What a test of one's own may want is public: [`examine`], [`fix`], [`expectation`].

pub mod arguments;
mod desk;
mod diagnose;
mod error;
pub mod examine;
mod exit;
pub mod expectation;
mod explain;
pub mod fix;
mod junit;
mod leave;
mod list;
mod near;
mod output;
mod run;
mod shell;
mod stage;
mod stopwatch;
mod test;
mod tree;
mod up;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use arguments::{Arguments, Command};
use error::CommandError;
use exit::Exit;

/// Runs a command as `hybridlab` does: results go to standard output, progress and errors to standard
/// error, and the exit code says how it went.
pub fn run_command(arguments: &Arguments) -> ExitCode {
    // The message of a panic has been shown by then; what is left to say is whose fault it is.
    let result = catch_unwind(AssertUnwindSafe(|| dispatch(arguments)));
    let exit = match result {
        Ok(Ok(exit)) => exit,
        Ok(Err(error)) => {
            output::tell(&format!("error: {error}"));
            error.exit()
        }
        Err(_) => {
            output::tell("error: the lab failed; the message above says where");
            Exit::BROKEN
        }
    };
    ExitCode::from(exit.0)
}

fn dispatch(arguments: &Arguments) -> Result<Exit, CommandError> {
    let format = arguments.format;
    match &arguments.command {
        Command::Run(staging) => run::command(staging, format),
        Command::Diagnose(diagnose) => diagnose::command(diagnose, format),
        Command::Fix(staging) => fix::command(staging, format),
        Command::Test(test) => test::command(test, format),
        Command::List => list::command(format),
        Command::Explain(explain) => explain::command(explain, format),
        Command::Up(up) => up::command(up, format),
        Command::Shell(shell) => shell::command(shell, format),
    }
}
