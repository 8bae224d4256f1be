//! The perimeter firewall for clients outside the lab: one that is rejected is refused at once, one
//! that is dropped waits until its own patience ends, one that is reset loses its session.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::lab::Lab;
use super::report::{Report, holds};
use super::{Ground, program};
use crate::stopwatch::Stopwatch;

/// What the firewall does, and what a client then sees.
struct Case {
    what: &'static str,
    command: &'static str,
    /// Exit codes of swaks that are right.
    codes: &'static [i32],
    /// What it says, one of these.
    says: &'static [&'static str],
    /// How long the client takes, at least and at most, in seconds.
    seconds: [u64; 2],
}

static CASES: &[Case] = &[
    // A socket that others may use is open to the system; this client is reset as soon as it is seen,
    // which swaks notices while it still connects or just after.
    Case {
        what: "one client is rejected",
        command: "Set-LabFirewallDefault -Direction Inbound -Action Reject",
        codes: &[2, 6, 21],
        says: &["reset by peer", "closed connection unexpectedly"],
        seconds: [0, 10],
    },
    Case {
        what: "one client is dropped",
        command: "Set-LabFirewallDefault -Direction Inbound -Action Drop",
        codes: &[21],
        says: &["Timeout (3 secs) waiting for server response"],
        seconds: [3, 12],
    },
    Case {
        what: "all clients are dropped",
        command: "Remove-LabFirewallRule 'EOP inbound' -Confirm:$false",
        codes: &[2],
        says: &["timed out", "timeout"],
        seconds: [3, 12],
    },
    Case {
        what: "all clients are rejected",
        command: "Set-LabFirewallDefault -Direction Inbound -Action Reject",
        codes: &[2],
        says: &["Connection refused"],
        seconds: [0, 10],
    },
    Case {
        what: "a session is reset",
        command: "New-LabFirewallRule Inspection -Direction Inbound -Protocol TCP -RemoteAddress 203.0.113.20 -LocalPort 25 -Action Reset -ResetAfterBytes 300",
        codes: &[6],
        says: &["closed connection unexpectedly", "reset by peer"],
        seconds: [0, 10],
    },
    Case {
        what: "allowed",
        command: "Set-LabFirewallRule Inspection -Action Allow",
        codes: &[0],
        says: &["Queued mail for delivery"],
        seconds: [0, 10],
    },
];

/// Runs the section.
pub(super) fn run(ground: &Ground, report: &mut Report) -> Result<(), String> {
    let mut lab = Lab::start(ground, "firewall/hybrid", "healthy-hybrid", &["--no-mail"])?;
    let (door, own) = (lab.tcp("FW01", 25)?, lab.loopback("MX1")?);
    for case in CASES {
        lab.run(case.command)?;
        report.check(case.what, case.seen(door, own));
    }
    let drops = lab.run("Get-LabFirewallLog")?;
    report.check("the firewall's log", holds(&drops, "src outside:203.0.113.20"));
    lab.stop()?;
    Ok(())
}

impl Case {
    fn seen(&self, door: SocketAddr, own: IpAddr) -> Result<String, String> {
        let (ip, port) = (door.ip().to_string(), door.port().to_string());
        let own = own.to_string();
        let words = [
            &["swaks", "--server", &ip, "--port", &port, "--local-interface", &own][..],
            &["--ehlo", "mx1.fabrikam.com", "--from", "anna@fabrikam.com"],
            &["--to", "raghu@cloudmonkeys.xyz", "--timeout", "3s"],
        ]
        .concat();
        let stopwatch = Stopwatch::start();
        let ended = program::run(&words)?;
        let time = stopwatch.elapsed();
        let text = ended.text();
        if !ended.code.is_some_and(|code| self.codes.contains(&code)) {
            return Err(format!(
                "expected exit code {:?}, came {:?}\n{text}",
                self.codes, ended.code
            ));
        }
        let said = self.says.iter().find(|part| text.contains(**part));
        let said = said.ok_or_else(|| format!("expected one of {:?}\n{text}", self.says))?;
        let [least, most] = self.seconds.map(Duration::from_secs);
        if time < least || time > most {
            return Err(format!("expected {least:?} to {most:?}, took {time:?}\n{text}"));
        }
        Ok(format!("{said} after {:.1} s", time.as_secs_f64()))
    }
}
