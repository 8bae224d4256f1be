//! How fast a large folder of logs is diagnosed, side by side with tools that only count or group.
//!
//! All run in turn on the same files with a warm page cache, so that the ratios hold where the figures
//! change from machine to machine.

mod generate;
mod replica;
mod rivals;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{measure, process};
use rivals::RIVALS;

const USAGE: &str = "\
Diagnoses a generated folder of logs beside other tools.

Usage: cargo xtask bench scan [--megabytes NUMBER] [--runs NUMBER] [--binary FILE]

  --megabytes NUMBER  the size of the folder (1000)
  --runs NUMBER       how often each is timed; the median counts (3)
  --binary FILE       measures this program instead of the release program

DuckDB runs when Python finds its package: pip install duckdb, or PYTHONPATH.
";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    megabytes: u32,
    runs: usize,
    binary: Option<PathBuf>,
}

/// Measures and says it; an error says why it could not.
pub(super) fn run(root: &Path, words: &[&str]) -> Result<String, String> {
    if words.contains(&"--help") {
        return Ok(USAGE.to_owned());
    }
    let wanted = wanted(words)?;
    let binary = match wanted.binary {
        Some(binary) => binary,
        None => crate::build::release_program(root)?,
    };
    let folder =
        generate::folder(&binary, &crate::build::target(root).join("bench"), wanted.megabytes)?;
    let files = generate::files_below(&folder).map_err(|error| error.to_string())?;
    let sizes = files.iter().map(|file| std::fs::metadata(file).map_or(0, |it| it.len()));
    let bytes: u64 = sizes.sum();
    // Read once, so that all find the files in memory.
    for file in &files {
        std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    let mut text = format!(
        "{} files, {} MB, page cache warm; × is the time beside that of diagnose\n",
        files.len(),
        bytes / 1_000_000
    );
    let mut measured = Vec::new();
    for rival in RIVALS {
        let timed = (rival.command)(&folder, &files).and_then(|mut it| taken(wanted.runs, &mut it));
        measured.push((rival.name, timed));
    }
    let mut diagnose = Command::new(&binary);
    diagnose.arg("diagnose").arg(&folder);
    let own = taken(wanted.runs, &mut diagnose)?;
    let peak = process::peak_memory(&mut diagnose)?;
    for (name, time) in &measured {
        match time {
            Ok(time) => line(&mut text, name, bytes, *time, own, None),
            Err(why) => {
                let _ = writeln!(text, "  {name:<34}  did not run: {why}");
            }
        }
    }
    line(&mut text, "hybridlab diagnose", bytes, own, own, peak);
    Ok(text)
}

fn wanted(words: &[&str]) -> Result<Wanted, String> {
    let mut wanted = Wanted { megabytes: 1000, runs: 3, binary: None };
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        let value = words.next().ok_or(format!("{word} needs a value"))?;
        let wrong = || format!("'{value}' is no number above 0");
        match word {
            "--megabytes" => {
                let number = value.parse().ok().filter(|number| *number > 0);
                wanted.megabytes = number.ok_or_else(wrong)?;
            }
            "--runs" => {
                let number = value.parse().ok().filter(|number| *number > 0);
                wanted.runs = number.ok_or_else(wrong)?;
            }
            "--binary" => wanted.binary = Some(PathBuf::from(value)),
            _ => return Err(format!("there is no {word}\n\n{USAGE}")),
        }
    }
    Ok(wanted)
}

/// How long a program took.
#[derive(Clone, Copy)]
struct Taken {
    wall: Duration,
    /// Seconds of processor time.
    processor: Option<f64>,
}

fn taken(runs: usize, command: &mut Command) -> Result<Taken, String> {
    let wall = measure::median(runs, || process::wall_time(command))?;
    Ok(Taken { wall, processor: process::processor_seconds(command)? })
}

/// Time, speed and ratios of a program to the diagnosis.
fn line(text: &mut String, name: &str, bytes: u64, taken: Taken, own: Taken, peak: Option<f64>) {
    // Thousands of bytes fit into the number.
    let megabytes = f64::from(u32::try_from(bytes / 1000).unwrap_or(u32::MAX)) / 1000.0;
    let seconds = taken.wall.as_secs_f64();
    let ratio = seconds / own.wall.as_secs_f64();
    let _ = write!(
        text,
        "  {name:<34}  {:>7.0} ms  {:>7.0} MB/s  ×{ratio:<6.2}",
        seconds * 1e3,
        megabytes / seconds
    );
    if let (Some(processor), Some(own)) = (taken.processor, own.processor) {
        let ratio = processor / own;
        let _ = write!(text, "  processor {processor:.2} s  ×{ratio:<6.2}");
    }
    if let Some(peak) = peak {
        let _ = write!(text, "  peak {:.0} MiB", peak / 1024.0 / 1024.0);
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_how_much_is_made() {
        let asked = wanted(&["--megabytes", "100", "--binary", "/bin/true"]).unwrap();
        let binary = Some(PathBuf::from("/bin/true"));
        assert_eq!(asked, Wanted { megabytes: 100, runs: 3, binary });
        assert!(wanted(&["--megabytes", "0"]).unwrap_err().contains("'0'"));
        assert!(wanted(&["--fast", "1"]).unwrap_err().contains("no --fast"));
        assert!(run(Path::new("."), &["--help"]).unwrap().contains("--megabytes"));
    }

    #[test]
    fn a_line_has_figure_and_ratio() {
        let mut text = String::new();
        let two = Taken { wall: Duration::from_secs(2), processor: Some(3.0) };
        let one = Taken { wall: Duration::from_secs(1), processor: Some(2.0) };
        line(&mut text, "wc -l", 1_000_000_000, two, one, Some(2.0 * 1024.0 * 1024.0));
        assert!(
            text.contains("500 MB/s  ×2.00    processor 3.00 s  ×1.50    peak 2 MiB"),
            "{text}"
        );
    }
}
