//! The lab on real sockets against real programs: mail clients, TLS and DNS clients, mail servers and
//! loads, each as its own section.
//!
//! A section is a row of [`SECTIONS`]. It starts labs on free ports, talks to them with programs of the
//! system and looks into the evidence they leave. All files are below `interop` in the target folder;
//! those of a section that passed are removed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::build;

mod clients;
mod dns;
mod firewall;
mod flood;
mod lab;
mod lines;
mod openssl;
mod port;
mod postfix;
mod program;
mod report;
mod swaks;
mod throughput;
mod tls_load;

use report::Report;

const USAGE: &str = "\
Runs the lab on real sockets against real programs. The release program is built first.

Usage: cargo xtask interop [--require-all] [--messages NUMBER] [--binary FILE] [SECTION ...]

  --require-all      a program that is not installed is an error, not a section that is left out
  --messages NUMBER  how many messages each measurement of throughput sends (20000)
  --binary FILE      tests this program instead
  SECTION            only these sections
";

/// A section: which programs it needs, and what it does.
struct Section {
    name: &'static str,
    programs: &'static [&'static str],
    /// Whether only root can run it: a Postfix changes its user.
    needs_root: bool,
    run: fn(&Ground, &mut Report) -> Result<(), String>,
}

/// All of them, in order.
static SECTIONS: &[Section] = &[
    Section {
        name: "lines",
        programs: &["timeout", "swaks", "openssl", "dig", "curl"],
        needs_root: false,
        run: lines::run,
    },
    Section { name: "swaks", programs: &["timeout", "swaks"], needs_root: false, run: swaks::run },
    Section {
        name: "openssl",
        programs: &["timeout", "openssl"],
        needs_root: false,
        run: openssl::run,
    },
    Section { name: "dig", programs: &["timeout", "dig"], needs_root: false, run: dns::run },
    Section {
        name: "clients",
        programs: &["timeout", "curl", "python3"],
        needs_root: false,
        run: clients::run,
    },
    Section {
        name: "firewall",
        programs: &["timeout", "swaks"],
        needs_root: false,
        run: firewall::run,
    },
    Section {
        name: "postfix",
        programs: &["timeout", "swaks", "postfix"],
        needs_root: true,
        run: postfix::run,
    },
    Section { name: "flood", programs: &["python3"], needs_root: false, run: flood::run },
    Section {
        name: "throughput",
        programs: &["timeout", "smtp-source", "smtp-sink"],
        needs_root: false,
        run: throughput::run,
    },
];

/// What all sections stand on.
pub(crate) struct Ground {
    /// The program under test.
    hybridlab: PathBuf,
    /// Scenarios and scripts of our own.
    data: PathBuf,
    /// Where files go.
    below: PathBuf,
    /// How many messages a load sends.
    messages: u32,
}

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    require_all: bool,
    messages: u32,
    binary: Option<PathBuf>,
    sections: Vec<String>,
}

/// Runs the sections; whether all that must run have passed.
pub(crate) fn run(root: &Path, words: &[&str]) -> bool {
    if words.contains(&"--help") {
        print!("{USAGE}");
        return true;
    }
    match wanted(words).and_then(|wanted| checked(root, &wanted)) {
        Ok(report) => report.end(),
        Err(why) => {
            println!("interop: {why}");
            false
        }
    }
}

fn wanted(words: &[&str]) -> Result<Wanted, String> {
    let mut wanted =
        Wanted { require_all: false, messages: 20_000, binary: None, sections: Vec::new() };
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        match word {
            "--require-all" => wanted.require_all = true,
            "--messages" => {
                let value = value()?;
                let messages = value.parse().ok().filter(|count| *count > 0);
                wanted.messages = messages.ok_or(format!("'{value}' is no number of messages"))?;
            }
            "--binary" => wanted.binary = Some(PathBuf::from(value()?)),
            flag if flag.starts_with('-') => return Err(format!("there is no {flag}\n\n{USAGE}")),
            name if SECTIONS.iter().any(|one| one.name == name) => {
                wanted.sections.push(name.to_owned());
            }
            name => {
                let names: Vec<_> = SECTIONS.iter().map(|one| one.name).collect();
                return Err(format!("there is no section {name}, only {}", names.join(", ")));
            }
        }
    }
    Ok(wanted)
}

fn checked(root: &Path, wanted: &Wanted) -> Result<Report, String> {
    let hybridlab = match &wanted.binary {
        Some(binary) => binary.clone(),
        None => build::release_program(root)?,
    };
    let ground = Ground {
        hybridlab,
        data: root.join("xtask").join("interop"),
        below: build::target(root).join("interop"),
        messages: wanted.messages,
    };
    // The files of the run before.
    let _absent = fs::remove_dir_all(&ground.below);
    let mut report = Report::default();
    let is_wanted = |one: &&Section| {
        wanted.sections.is_empty() || wanted.sections.iter().any(|it| it == one.name)
    };
    for section in SECTIONS.iter().filter(is_wanted) {
        report.begin(section.name);
        if let Some(missing) = section.missing() {
            if wanted.require_all {
                report.check("what it needs", Err(missing));
            } else {
                report.leave_out(&missing);
            }
            continue;
        }
        let failures = report.failures();
        if let Err(why) = (section.run)(&ground, &mut report) {
            report.check("the section as a whole", Err(why));
        }
        if report.failures() == failures {
            let _absent = fs::remove_dir_all(ground.below.join(section.name));
        }
    }
    Ok(report)
}

impl Section {
    /// What it needs and is not there.
    fn missing(&self) -> Option<String> {
        let mut programs = self.programs.iter();
        if let Some(missing) = programs.find(|name| program::find(name).is_none()) {
            return Some(format!("{missing} is not installed"));
        }
        (self.needs_root && !program::is_root()).then(|| "only root can run it".to_owned())
    }
}

impl Ground {
    /// A new folder for files, by its path below the common one; it begins with the section's name.
    fn folder(&self, path: &str) -> Result<PathBuf, String> {
        let folder = self.below.join(path);
        fs::create_dir_all(&folder).map_err(|why| format!("{}: {why}", folder.display()))?;
        Ok(folder)
    }

    /// The path of a scenario of our own.
    fn scenario(&self, name: &str) -> String {
        self.file(&format!("{name}.toml"))
    }

    /// The path of a file of our own.
    fn file(&self, name: &str) -> String {
        self.data.join(name).display().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_what_is_run() {
        let asked = wanted(&["--messages", "500", "throughput", "--require-all"]).unwrap();
        let expected = Wanted {
            require_all: true,
            messages: 500,
            binary: None,
            sections: vec!["throughput".to_owned()],
        };
        assert_eq!(asked, expected);
        assert!(wanted(&["--messages", "0"]).unwrap_err().contains("'0'"));
        assert!(wanted(&["telnet"]).unwrap_err().contains("only lines, swaks"));
        assert!(wanted(&["--fast"]).unwrap_err().contains("--fast"));
    }
}
