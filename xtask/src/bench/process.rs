//! One run of a program: how long it took, how much memory it held.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::stopwatch::Stopwatch;

/// Exit codes of a program that did its work: nothing wrong, something found, not enough evidence.
const DONE: [i32; 3] = [0, 1, 3];

/// How often the memory of a process is looked at.
const LOOK: Duration = Duration::from_micros(200);

/// How long the program runs, from its start to its end.
pub(super) fn wall_time(command: &mut Command) -> Result<Duration, String> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let stopwatch = Stopwatch::start();
    let output = command.output().map_err(|error| refusal(command, &error.to_string()))?;
    let time = stopwatch.elapsed();
    if output.status.code().is_some_and(|code| DONE.contains(&code)) {
        return Ok(time);
    }
    let why = format!("{}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    Err(refusal(command, &why))
}

/// The most memory the program held, in bytes: the high-water mark that Linux shows. `None` elsewhere,
/// or when the program ends before it can be looked at.
///
/// The mark is read every 200 µs while the program runs; what it grows by after the last look is
/// missed.
pub(super) fn peak_memory(command: &mut Command) -> Result<Option<f64>, String> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| refusal(command, &error.to_string()))?;
    let path = format!("/proc/{}/status", child.id());
    let mut peak = None;
    loop {
        let status = fs::read_to_string(&path).unwrap_or_default();
        peak = high_water_mark(&status).or(peak);
        match child.try_wait() {
            Ok(None) => thread::sleep(LOOK),
            Ok(Some(_)) => return Ok(peak),
            Err(error) => return Err(refusal(command, &error.to_string())),
        }
    }
}

/// The seconds of processor time that the program took, all threads together; `None` where Linux does not
/// show it. Other work on the machine changes it less than the wall time.
pub(super) fn processor_seconds(command: &mut Command) -> Result<Option<f64>, String> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| refusal(command, &error.to_string()))?;
    let path = format!("/proc/{}/stat", child.id());
    let mut seconds = None;
    loop {
        seconds = fs::read_to_string(&path).ok().and_then(|stat| spent(&stat)).or(seconds);
        match child.try_wait() {
            Ok(None) => thread::sleep(LOOK),
            Ok(Some(_)) => return Ok(seconds),
            Err(error) => return Err(refusal(command, &error.to_string())),
        }
    }
}

/// Time in the program and for it in the kernel: fields 14 and 15, in hundredths of a second.
pub(crate) fn spent(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let (user, system): (f64, f64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some((user + system) / 100.0)
}

/// `VmHWM:      2112 kB`, in bytes.
pub(crate) fn high_water_mark(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0)
}

fn refusal(command: &Command, why: &str) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    format!("{}: {why}", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_program_that_did_its_work_is_timed() {
        assert!(wall_time(&mut shell("sleep 0.02; exit 1")).unwrap() >= Duration::from_millis(20));
        let why = wall_time(&mut shell("echo broken >&2; exit 2")).unwrap_err();
        assert!(why.contains("exit status: 2\nbroken"), "{why}");
        assert!(wall_time(&mut Command::new("no-such-program")).is_err());
    }

    #[test]
    fn the_high_water_mark_is_read() {
        assert_eq!(high_water_mark("VmPeak:\t 9 kB\nVmHWM:\t    2112 kB\n"), Some(2_162_688.0));
        assert_eq!(high_water_mark("State:\tZ (zombie)\n"), None);
    }

    #[test]
    fn the_processor_time_is_read() {
        let stat = "7 (a) b) S 1 1 1 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 3 0 900 1 1 1";
        assert_eq!(spent(stat), Some(3.0));
        assert_eq!(spent("7 (a) S 1"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_running_program_shows_its_memory() {
        assert!(peak_memory(&mut shell("sleep 0.05")).unwrap().unwrap() > 100_000.0);
    }
}
