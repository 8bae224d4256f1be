//! How many messages go through a healthy path in a second: from Exchange Online through the firewall,
//! Front End Transport and Transport into a mailbox, with every log written and the evidence diagnosed.
//!
//! A story with one mail and one with many are timed; their difference is the mail's. The same again
//! without STARTTLS on the way in tells the share of TLS: the connections inside are kept and reused.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::{measure, process};

/// Mails in the longer story.
const MANY: u32 = 1001;

/// A name, and what is changed.
type Way = (&'static str, &'static str);

const ENCRYPTED: Way = ("encrypted", "");

/// Front End Transport offers no STARTTLS, and the tenant does not ask for it.
const PLAIN: Way = (
    "plain",
    "[[change]]\nat = '-10m'\nbecause = 'the price of TLS is measured'\n\
     run = \"Set-ReceiveConnector 'CMHYBD01\\\\Default Frontend CMHYBD01' -AuthMechanism BasicAuth\"\n\n\
     [[change]]\nat = '-9m'\nbecause = 'the price of TLS is measured'\non = 'ExchangeOnline'\n\
     run = 'Get-OutboundConnector | Set-OutboundConnector -TlsSettings $null -TlsDomain $null \
     -CloudServicesMailEnabled $false'\n\n",
);

/// Measures it, and says it in a line.
pub(super) fn measured(binary: &Path, folder: &Path, runs: usize) -> Result<String, String> {
    let (one, _) = timed(binary, folder, (1, ENCRYPTED), runs)?;
    let (many, peak) = timed(binary, folder, (MANY, ENCRYPTED), runs)?;
    let (plain_one, _) = timed(binary, folder, (1, PLAIN), runs)?;
    let (plain_many, _) = timed(binary, folder, (MANY, PLAIN), runs)?;
    let seconds = many.saturating_sub(one).as_secs_f64();
    let plain_seconds = plain_many.saturating_sub(plain_one).as_secs_f64();
    let share = 100.0 * (1.0 - plain_seconds / seconds);
    let peak = peak.map_or(0.0, |bytes| bytes / 1024.0 / 1024.0);
    let each = f64::from(MANY - 1) / seconds;
    Ok(format!(
        "healthy path: {each:.0} messages a second, logs and diagnosis included, {share:.0} % of it \
         TLS; {MANY} messages take {:.0} ms and {peak:.0} MiB, one takes {:.0} ms\n",
        many.as_secs_f64() * 1e3,
        one.as_secs_f64() * 1e3,
    ))
}

fn timed(
    binary: &Path,
    folder: &Path,
    (count, (name, changes)): (u32, Way),
    runs: usize,
) -> Result<(Duration, Option<f64>), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let file = folder.join(format!("{name}-path-of-{count}.toml"));
    let story = format!(
        "title = 'A healthy path'\nextends = 'hybrid'\n\n{changes}[[mail]]\n\
         from = 'ramki@cloudfield.onmicrosoft.com'\nto = ['raghu@cloudmonkeys.xyz']\n\
         count = {count}\nevery = '2s'\n"
    );
    fs::write(&file, story).map_err(|error| format!("{}: {error}", file.display()))?;
    let command = || {
        let mut command = Command::new(binary);
        command.arg("run").arg(&file).arg("--out").arg(folder.join("path"));
        command
    };
    let time = measure::median(runs.clamp(1, 5), || process::wall_time(&mut command()))?;
    Ok((time, process::peak_memory(&mut command())?))
}
