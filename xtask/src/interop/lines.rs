//! Every line that `up` prints works as printed.

use super::lab::Lab;
use super::report::{Outcome, Report};
use super::{Ground, program};

/// Scenarios with different doors.
const SCENARIOS: [&str; 2] = ["healthy-hybrid", "healthy-hybrid-edge"];

/// Runs the section.
pub(super) fn run(ground: &Ground, report: &mut Report) -> Result<(), String> {
    for scenario in SCENARIOS {
        let lab = Lab::start(ground, &format!("lines/{scenario}"), scenario, &["--no-mail"])?;
        let lines = lab.map["lines"].as_array().cloned().unwrap_or_default();
        if lines.is_empty() {
            report.check(scenario, Err("expected lines to paste, came none".to_owned()));
        }
        for line in &lines {
            let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
            report.check(format!("{scenario}: {}", text("what")), worked(&text("line")));
        }
        lab.stop()?;
    }
    Ok(())
}

fn worked(line: &str) -> Outcome {
    let ended = program::run(&["sh", "-c", line])?;
    let ended = ended.exits(0).map_err(|why| format!("{line}\n{why}"))?;
    let is_judged = line.contains("s_client");
    if is_judged && !ended.stdout.contains("Verify return code: 0 (ok)") {
        return Err(format!("{line}\nexpected: Verify return code: 0 (ok)\n{}", ended.stdout));
    }
    if line.contains("dig ") && !ended.stdout.contains("status: NOERROR") {
        return Err(format!("{line}\nexpected: status: NOERROR\n{}", ended.stdout));
    }
    Ok(String::new())
}
