//! The scripts of collection, which an administrator could run as they are.
//!
//! A detail of a message trace does not say of which recipient it is: the scripts add whom they asked about.

use jiff::Timestamp;

use crate::scenario::{ObjectExport, TraceExport};

/// On one Mailbox server, for the organization.
pub const ORGANIZATION: &str = include_str!("organization.ps1");

/// On every Exchange server.
pub const SERVER: &str = include_str!("exchange-server.ps1");

/// In Exchange Online; a script for the trace comes after it.
pub const ONLINE: &str = include_str!("exchange-online.ps1");

/// The script for each way to export the trace.
const TRACES: [(TraceExport, &str); 4] = [
    (TraceExport::V1, include_str!("trace-v1.ps1")),
    (TraceExport::V2, include_str!("trace-v2.ps1")),
    (TraceExport::ExtendedReport, include_str!("trace-extended-report.ps1")),
    (TraceExport::SummaryReport, include_str!("trace-summary-report.ps1")),
];

/// When the first version of the trace was retired: 2025-09-01T00:00:00Z.
const RETIRED: Timestamp = Timestamp::constant(1_756_684_800, 0);

/// The script that exports the trace: as the story says, or as people did at that time.
pub(super) fn trace(wanted: Option<TraceExport>, now: Timestamp) -> &'static str {
    let usual = if now < RETIRED { TraceExport::V1 } else { TraceExport::V2 };
    let wanted = wanted.unwrap_or(usual);
    let found = TRACES.iter().find(|(export, _)| *export == wanted);
    found.map_or("", |(_, script)| script)
}

/// The same script with its objects exported in that way.
pub(super) fn objects(script: &str, how: ObjectExport) -> String {
    let line = |line: &str| {
        let export = line.split_once("Export-Clixml ");
        let Some((before, path)) =
            export.and_then(|(before, path)| Some((before, path.strip_suffix(".clixml")?)))
        else {
            return format!("{line}\n");
        };
        match how {
            ObjectExport::Clixml => format!("{line}\n"),
            ObjectExport::List => format!("{before}Format-List * | Out-File {path}.txt\n"),
            ObjectExport::Csv => format!("{before}Export-Csv {path}.csv -NoTypeInformation\n"),
            ObjectExport::Json => format!("{before}ConvertTo-Json | Set-Content {path}.json\n"),
        }
    };
    script.lines().map(line).collect()
}
