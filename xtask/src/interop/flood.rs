//! A thousand connections that say nothing or garbage, while an incident runs: what is found must be
//! the same as without them.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::lab::Lab;
use super::report::{Report, same};
use super::{Ground, program};

const SCENARIO: &str = "edge-presents-wrong-certificate";

/// Two of its mails and their first retries, and no timeout of the lab so short that a busy machine
/// misses it.
const FLAGS: [&str; 2] = ["--speed", "40"];
const LASTS: Duration = Duration::from_secs(12);

const CONNECTIONS: &str = "1000";

/// Runs the section.
pub(super) fn run(ground: &Ground, report: &mut Report) -> Result<(), String> {
    let quiet = Lab::start(ground, "flood/quiet", SCENARIO, &FLAGS)?;
    let flooded = Lab::start(ground, "flood/flooded", SCENARIO, &FLAGS)?;
    let flood = Flood::start(ground, &flooded)?;
    thread::sleep(LASTS);
    let expected = findings(quiet)?;
    let came = findings(flooded)?;
    report.check(
        format!("{SCENARIO}, {} connections were greeted", flood.greeted),
        same("findings", &expected, &came),
    );
    Ok(())
}

/// The causes with their certainty, in order.
fn findings(lab: Lab) -> Result<String, String> {
    let left = lab.stop()?;
    let findings = left.summary["diagnosis"]["findings"].as_array().cloned().unwrap_or_default();
    let word = |value: &serde_json::Value| value.as_str().unwrap_or("?").to_owned();
    let findings: Vec<_> = findings
        .iter()
        .map(|one| format!("{} ({})", word(&one["rule"]), word(&one["certainty"])))
        .collect();
    if findings.is_empty() { Err("nothing was found".to_owned()) } else { Ok(findings.join(", ")) }
}

/// The flood. It is killed when it is dropped.
struct Flood {
    process: Child,
    greeted: String,
}

impl Flood {
    fn start(ground: &Ground, lab: &Lab) -> Result<Self, String> {
        let door = lab.tcp("CMEDGE01", 25)?;
        let python = program::find("python3").ok_or("python3 is not installed")?;
        let mut command = Command::new(python);
        command.arg(ground.file("flood.py")).arg(door.ip().to_string());
        command.arg(door.port().to_string()).arg(lab.loopback("DC01")?.to_string());
        command.arg(CONNECTIONS).stdin(Stdio::piped()).stdout(Stdio::piped());
        let process = command.spawn().map_err(|why| format!("flood.py: {why}"))?;
        let mut flood = Self { process, greeted: String::new() };
        let mut line = String::new();
        if let Some(stdout) = flood.process.stdout.take() {
            let read = BufReader::new(stdout).read_line(&mut line);
            read.map_err(|why| format!("flood.py: {why}"))?;
        }
        match line.trim().strip_prefix(&format!("flooding {CONNECTIONS} greeted ")) {
            Some(greeted) if greeted != "0" => greeted.clone_into(&mut flood.greeted),
            _ => return Err(format!("flood.py says '{}'", line.trim())),
        }
        Ok(flood)
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        // Both fail when it has ended already.
        let _ended = self.process.kill();
        let _ended = self.process.wait();
    }
}
