//! How many messages go through a healthy path in a second: from Exchange Online through the firewall,
//! Front End Transport and Transport into a mailbox, with every log written and the evidence diagnosed.
//!
//! A story with one mail and one with many are timed; their difference is the mail's. Each way of the
//! message is two TLS connections, so this is mostly the price of handshakes.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::process;

/// Mails in the longer story.
const MANY: u32 = 1001;

/// Measures it, and says it in a line.
pub(super) fn measured(binary: &Path, folder: &Path, runs: usize) -> Result<String, String> {
    let (one, _) = timed(binary, folder, 1, runs)?;
    let (many, peak) = timed(binary, folder, MANY, runs)?;
    let seconds = many.saturating_sub(one).as_secs_f64();
    let peak = peak.map_or(0.0, |bytes| bytes / 1024.0 / 1024.0);
    let each = f64::from(MANY - 1) / seconds;
    Ok(format!(
        "healthy path: {each:.0} messages a second, logs and diagnosis included; {MANY} messages take \
         {:.0} ms and {peak:.0} MiB, one takes {:.0} ms\n",
        many.as_secs_f64() * 1e3,
        one.as_secs_f64() * 1e3,
    ))
}

fn timed(
    binary: &Path,
    folder: &Path,
    count: u32,
    runs: usize,
) -> Result<(Duration, Option<f64>), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let file = folder.join(format!("path-of-{count}.toml"));
    let story = format!(
        "title = 'A healthy path'\nextends = 'hybrid'\n\n[[mail]]\n\
         from = 'ramki@cloudfield.onmicrosoft.com'\nto = ['raghu@cloudmonkeys.xyz']\n\
         count = {count}\nevery = '2s'\n"
    );
    fs::write(&file, story).map_err(|error| format!("{}: {error}", file.display()))?;
    let command = || {
        let mut command = Command::new(binary);
        command.arg("run").arg(&file).arg("--out").arg(folder.join("path"));
        command
    };
    let mut times = Vec::new();
    for _ in 0..runs.clamp(1, 5) {
        times.push(process::wall_time(&mut command())?);
    }
    times.sort();
    let peak = process::peak_memory(&mut command())?;
    Ok((times[times.len() / 2], peak))
}
