//! What is measured of an incident.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::process;
use super::table::Column;
use crate::stopwatch::Stopwatch;

/// An incident to be measured.
pub(super) struct Incident<'b> {
    /// The program.
    pub(super) binary: &'b Path,
    /// The scenario's name.
    pub(super) scenario: &'b str,
    /// Where its output goes.
    pub(super) folder: PathBuf,
    /// How often each thing is timed.
    pub(super) runs: usize,
}

/// A measurement: the columns it fills, and how it is taken. They are taken in order, so one can use
/// the files that another left.
pub(super) struct Measurement {
    pub(super) columns: &'static [Column],
    pub(super) take: fn(&Incident<'_>) -> Result<Vec<Option<f64>>, String>,
}

/// All of them.
pub(super) static MEASUREMENTS: &[Measurement] = &[
    Measurement { columns: &["run, ms", "run peak, MiB"], take: run },
    Measurement { columns: &["evidence, KiB"], take: evidence },
    Measurement { columns: &["read, MB/s"], take: read },
    Measurement {
        columns: &["diagnose, ms", "diagnose, MB/s", "diagnose peak, MiB"],
        take: diagnose,
    },
];

/// `hybridlab run`: the world is built, the story played and the evidence written.
fn run(incident: &Incident<'_>) -> Result<Vec<Option<f64>>, String> {
    let mut command = incident.run();
    let time = median(incident.runs, || {
        // The folder of the run before must not make this one slower.
        let _absent = fs::remove_dir_all(&incident.folder);
        process::wall_time(&mut command)
    })?;
    let peak = process::peak_memory(&mut incident.run())?;
    Ok(vec![Some(milliseconds(time)), peak.map(mebibytes)])
}

/// How much evidence there is.
fn evidence(incident: &Incident<'_>) -> Result<Vec<Option<f64>>, String> {
    Ok(vec![Some(incident.evidence_bytes()? / 1024.0)])
}

/// The evidence read whole and not understood: what the diagnosis can be compared with.
fn read(incident: &Incident<'_>) -> Result<Vec<Option<f64>>, String> {
    let bytes = incident.evidence_bytes()?;
    let time = median(incident.runs, || {
        let stopwatch = Stopwatch::start();
        incident.evidence_bytes()?;
        Ok(stopwatch.elapsed())
    })?;
    Ok(vec![Some(megabytes_each_second(bytes, time))])
}

/// `hybridlab diagnose`, with the start of the program.
fn diagnose(incident: &Incident<'_>) -> Result<Vec<Option<f64>>, String> {
    let bytes = incident.evidence_bytes()?;
    let time = median(incident.runs, || process::wall_time(&mut incident.diagnose()))?;
    let peak = process::peak_memory(&mut incident.diagnose())?;
    let speed = megabytes_each_second(bytes, time);
    Ok(vec![Some(milliseconds(time)), Some(speed), peak.map(mebibytes)])
}

impl Incident<'_> {
    fn run(&self) -> Command {
        let mut command = Command::new(self.binary);
        command.args(["run", self.scenario, "--out"]).arg(&self.folder);
        command
    }

    fn diagnose(&self) -> Command {
        let mut command = Command::new(self.binary);
        command.arg("diagnose").arg(self.evidence()).args(["--format", "json"]);
        command
    }

    /// The evidence folder that a run left.
    fn evidence(&self) -> PathBuf {
        self.folder.join("evidence")
    }

    /// How many bytes of evidence there are; every one is read.
    fn evidence_bytes(&self) -> Result<f64, String> {
        let folder = self.evidence();
        match bytes_below(&folder) {
            Ok(0) => Err(format!("{}: there is no evidence", folder.display())),
            Ok(bytes) => Ok(f64::from(bytes)),
            Err(error) => Err(format!("{}: {error}", folder.display())),
        }
    }
}

fn bytes_below(folder: &Path) -> io::Result<u32> {
    let mut sum = 0_u32;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let count = if entry.file_type()?.is_dir() {
            bytes_below(&entry.path())?
        } else {
            u32::try_from(fs::read(entry.path())?.len()).map_err(io::Error::other)?
        };
        sum = sum.checked_add(count).ok_or_else(|| io::Error::other("more than 4 GiB"))?;
    }
    Ok(sum)
}

/// The middle one of so many times.
pub(super) fn median(
    runs: usize,
    mut once: impl FnMut() -> Result<Duration, String>,
) -> Result<Duration, String> {
    let mut times = (0..runs).map(|_| once()).collect::<Result<Vec<_>, _>>()?;
    times.sort();
    times.get(runs / 2).copied().ok_or_else(|| "nothing was timed".to_owned())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn mebibytes(bytes: f64) -> f64 {
    bytes / 1024.0 / 1024.0
}

fn megabytes_each_second(bytes: f64, time: Duration) -> f64 {
    bytes / 1e6 / time.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one() {
        let mut times = [9, 1, 5].map(Duration::from_secs).into_iter();
        let next = || times.next().ok_or_else(String::new);
        assert_eq!(median(3, next).unwrap(), Duration::from_secs(5));
        assert_eq!(median(2, || Err("broken".to_owned())).unwrap_err(), "broken");
    }

    /// Makes a stand-in for the program, which leaves evidence and reads it: `sh MAKE FILE`. A shell
    /// writes it, for no thread of this process must have it open when it is run.
    const MAKE: &str = r#"cat > "$0" <<'END'
#!/bin/sh
case $1 in
run) mkdir -p "$4/evidence/a"; printf 0123456789 > "$4/evidence/a/b.log" ;;
diagnose) cat "$2/a/b.log"; exit 1 ;;
esac
END
chmod +x "$0""#;

    #[test]
    #[cfg(unix)]
    fn every_measurement_fills_its_columns() {
        let folder = tempfile::tempdir().unwrap();
        let binary = folder.path().join("program");
        assert!(Command::new("sh").args(["-c", MAKE]).arg(&binary).status().unwrap().success());
        let out = folder.path().join("out");
        let incident = Incident { binary: &binary, scenario: "relay", folder: out, runs: 3 };
        assert!(evidence(&incident).is_err());
        for measurement in MEASUREMENTS {
            let figures = (measurement.take)(&incident).unwrap();
            assert_eq!(figures.len(), measurement.columns.len(), "{:?}", measurement.columns);
            assert!(figures[0].is_some_and(|figure| figure > 0.0));
        }
        assert_eq!(evidence(&incident).unwrap(), [Some(10.0 / 1024.0)]);
    }
}
