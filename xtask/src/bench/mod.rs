//! Measures the release program from outside, incident by incident.
//!
//! A measurement is a row of [`MEASUREMENTS`]. Every figure stands beside its ratio to the first
//! incident's. Times are medians; peak memory comes from a run of its own.

use std::fs;
use std::path::{Path, PathBuf};

use crate::build;

mod measure;
mod path;
pub(crate) mod process;
mod scan;
mod table;

use measure::{Incident, MEASUREMENTS};
use table::Table;

const USAGE: &str = "\
Measures the release program, which is built first.

Usage: cargo xtask bench [--runs NUMBER] [--binary FILE] [SCENARIO ...]
       cargo xtask bench scan     a large folder of logs; see cargo xtask bench scan --help

  --runs NUMBER  how often each thing is timed; the median counts (15)
  --binary FILE  measures this program instead
  SCENARIO       the incidents; without them, all files of scenarios/
";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    runs: usize,
    binary: Option<PathBuf>,
    scenarios: Vec<String>,
}

/// Measures and prints the table; whether everything could be measured.
pub(crate) fn run(root: &Path, words: &[&str]) -> bool {
    if let ["scan", rest @ ..] = words {
        let measured = scan::run(root, rest);
        println!("{}", measured.as_ref().unwrap_or_else(|why| why));
        return measured.is_ok();
    }
    if words.contains(&"--help") {
        print!("{USAGE}");
        return true;
    }
    match wanted(words).and_then(|wanted| measured(root, wanted)) {
        Ok((table, path)) => {
            print!("{table}\n{path}");
            true
        }
        Err(why) => {
            println!("bench: {why}");
            false
        }
    }
}

fn wanted(words: &[&str]) -> Result<Wanted, String> {
    let mut wanted = Wanted { runs: 15, binary: None, scenarios: Vec::new() };
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        match word {
            "--runs" => {
                let value = value()?;
                let runs = value.parse().ok().filter(|runs| *runs > 0);
                wanted.runs = runs.ok_or(format!("'{value}' is no number of runs"))?;
            }
            "--binary" => wanted.binary = Some(PathBuf::from(value()?)),
            flag if flag.starts_with('-') => return Err(format!("there is no {flag}\n\n{USAGE}")),
            scenario => wanted.scenarios.push(scenario.to_owned()),
        }
    }
    Ok(wanted)
}

fn measured(root: &Path, wanted: Wanted) -> Result<(Table, String), String> {
    let scenarios = match wanted.scenarios {
        empty if empty.is_empty() => library(root)?,
        named => named,
    };
    let binary = match wanted.binary {
        Some(binary) => binary,
        None => build::release_program(root)?,
    };
    let columns = MEASUREMENTS.iter().flat_map(|one| one.columns).copied();
    let mut table = Table::new("incident", columns.collect());
    for scenario in scenarios {
        println!("measuring {scenario}");
        let folder = build::target(root).join("bench").join(&scenario);
        let incident = Incident { binary: &binary, scenario: &scenario, folder, runs: wanted.runs };
        let mut figures = Vec::new();
        for measurement in MEASUREMENTS {
            figures.extend((measurement.take)(&incident)?);
        }
        table.add(&scenario, &figures);
    }
    let path = path::measured(&binary, &build::target(root).join("bench"), wanted.runs)?;
    Ok((table, path))
}

/// The names of all scenarios; baselines are none.
fn library(root: &Path) -> Result<Vec<String>, String> {
    let folder = root.join("scenarios");
    let entries =
        fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> =
        names.filter_map(|name| Some(name.strip_suffix(".toml")?.to_owned())).collect();
    names.sort();
    if names.is_empty() { Err("there are no scenarios".to_owned()) } else { Ok(names) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_what_is_measured() {
        let asked = wanted(&["--runs", "3", "mail-loops", "--binary", "/bin/true"]).unwrap();
        let expected = Wanted {
            runs: 3,
            binary: Some(PathBuf::from("/bin/true")),
            scenarios: vec!["mail-loops".to_owned()],
        };
        assert_eq!(asked, expected);
        assert!(wanted(&["--runs", "0"]).unwrap_err().contains("'0'"));
        assert!(wanted(&["--runs"]).unwrap_err().contains("needs a value"));
        assert!(wanted(&["--fast"]).unwrap_err().contains("--fast"));
    }

    #[test]
    fn the_library_has_no_baselines() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("scenarios/baselines")).unwrap();
        assert!(library(folder.path()).is_err());
        for name in ["b.toml", "a.toml", "notes.md", "baselines/hybrid.toml"] {
            fs::write(folder.path().join("scenarios").join(name), "").unwrap();
        }
        assert_eq!(library(folder.path()).unwrap(), ["a", "b"]);
    }
}
