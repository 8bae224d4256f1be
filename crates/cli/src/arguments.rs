//! What can be typed after `hybridlab`.

use std::net::Ipv4Addr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use fabric::{FIRST_LOOPBACK, SPEED_MAX};

/// What the exit codes mean, for every command and format.
const EXIT_CODES: &str = "\
Exit codes:
  0  nothing wrong; the incident ran; it was mended; every expectation was met
  1  something was found; it was not mended; an expectation was not met
  2  bad usage or input
  3  undecided: the evidence that would decide is missing
  4  the lab itself failed";

/// What `up` does beside its options.
const UP_HELP: &str = "\
The scenario's past is played at once: the lab comes up at the moment when people begin to notice. Type
commands of the shell into standard input, `:help` for more, `exit` or Ctrl-C to stop. On stop the
evidence is left in the folder of --out, for `hybridlab diagnose`.

A program counts as the host whose loopback address it connects from (swaks --local-interface, openssl
-bind, dig -b, curl --interface); from any other loopback address it counts as a mail server on the
Internet. The lab uses loopback addresses only.";

/// A laboratory for hybrid Exchange mail flow: break it, look at the evidence, find the cause, mend
/// it, and watch the mail arrive.
#[derive(Debug, Parser)]
#[command(name = "hybridlab", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub struct Arguments {
    /// Form of what is written to standard output; progress and errors go to standard error
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "FORMAT",
        default_value = "text",
        env = "HYBRIDLAB_FORMAT"
    )]
    pub format: Format,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Form of what is written to standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs: one object
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Play an incident, leave its evidence behind, and diagnose it
    Run(Staging),
    /// Find the cause in files and folders: logs, traces, reports, configuration
    Diagnose(Diagnose),
    /// Play an incident, run the remedies of its diagnosis, send the mail again, diagnose again
    Fix(Staging),
    /// Check scenarios against what they expect
    Test(Test),
    /// List scenarios, baselines and rules
    List,
    /// Say what a rule, a status code or an error number means
    Explain(Explain),
    /// Stand a lab up on loopback sockets, for mail clients and servers, until it is told to stop
    Up(Up),
    /// Open a PowerShell in the lab of an incident, at the moment its evidence is collected
    Shell(Shell),
}

/// Which incident to play, and where its files go.
#[derive(Args, Debug)]
pub struct Staging {
    /// Name of a scenario (`hybridlab list`), or path of a scenario file
    #[arg(value_name = "SCENARIO")]
    pub scenario: String,
    /// Where its files go [default: hybridlab-out/SCENARIO]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Seed of everything random, instead of the scenario's own
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}

/// What to stand up, and how.
#[derive(Args, Debug)]
#[command(after_help = UP_HELP)]
pub struct Up {
    /// Which incident, and where its files go.
    #[command(flatten)]
    pub staging: Staging,
    /// How many times faster than real time the lab's clock runs
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..=i64::from(SPEED_MAX)))]
    pub speed: u32,
    /// Use any free ports, instead of the lab's ports plus 10000
    #[arg(long, conflicts_with = "real_ports")]
    pub free_ports: bool,
    /// Use the lab's own ports, 25 and 53 among them; the system may ask for privileges
    #[arg(long)]
    pub real_ports: bool,
    /// The first loopback address; each address of the lab gets one from there upwards
    #[arg(long, value_name = "ADDRESS", default_value_t = FIRST_LOOPBACK)]
    pub loopback: Ipv4Addr,
    /// Send none of the scenario's mail
    #[arg(long)]
    pub no_mail: bool,
    /// Let time jump wherever nothing is under way, and stop when the evidence is to be collected
    #[arg(long, conflicts_with = "no_mail")]
    pub fast_forward: bool,
    /// Write the map of hosts, ports and lines to this file as well, as JSON
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,
}

/// Which files to diagnose.
#[derive(Args, Debug)]
pub struct Diagnose {
    /// Files and folders
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// Write the incident record, Markdown for a ticket, to this file
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
}

/// Which scenarios to test.
#[derive(Args, Debug)]
pub struct Test {
    /// Scenario files, folders of them, or names [default: every scenario of the program]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Write the results as JUnit XML to this file
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
}

/// What to explain.
#[derive(Args, Debug)]
pub struct Explain {
    /// Name of a rule, a status code such as 4.4.316, a socket error such as 10061, or a whole error
    #[arg(value_name = "WORD", required = true)]
    pub words: Vec<String>,
}

/// Where to open a shell, and what to run in it.
#[derive(Args, Debug)]
pub struct Shell {
    /// Name of a scenario (`hybridlab list`), or path of a scenario file
    #[arg(value_name = "SCENARIO")]
    pub scenario: String,
    /// Scripts to run, after the lines of -c
    #[arg(value_name = "FILE.ps1")]
    pub scripts: Vec<PathBuf>,
    /// A line to run; can be given several times
    #[arg(short, long = "command", value_name = "LINE")]
    pub commands: Vec<String>,
    /// Where to open it: a computer, or ExchangeOnline [default: the first Mailbox server]
    #[arg(long, value_name = "PLACE")]
    pub on: Option<String>,
    /// Seed of everything random, instead of the scenario's own
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use clap::error::ErrorKind;

    fn parse(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(line.split(' '))
    }

    #[test]
    fn the_arguments_contradict_each_other_nowhere() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_format_can_stand_before_and_behind_the_command() {
        for line in ["hybridlab --format json list", "hybridlab list --format json"] {
            assert_eq!(parse(line).unwrap().format, Format::Json, "{line}");
        }
        assert_eq!(parse("hybridlab list --format yaml").unwrap_err().exit_code(), 2);
    }

    #[test]
    fn a_shell_takes_lines_and_scripts() {
        let line = "hybridlab shell s.toml -c Get-Queue a.ps1 -c Get-Date b.ps1 --on EDGE01";
        let Command::Shell(shell) = parse(line).unwrap().command else { panic!("no shell") };
        assert_eq!(shell.commands, ["Get-Queue", "Get-Date"]);
        assert_eq!(shell.scripts, [PathBuf::from("a.ps1"), PathBuf::from("b.ps1")]);
        assert_eq!(shell.on.as_deref(), Some("EDGE01"));
    }

    #[test]
    fn a_command_without_its_object_is_bad_usage() {
        for line in ["hybridlab run", "hybridlab diagnose", "hybridlab explain", "hybridlab shell"]
        {
            let error = parse(line).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::MissingRequiredArgument, "{line}");
        }
        assert_eq!(parse("hybridlab run a --seed x").unwrap_err().exit_code(), 2);
    }
}
