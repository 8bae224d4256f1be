//! Rows stand in the file of their hour.

use jiff::{SignedDuration, Timestamp};
use logs::text::decode;

use super::desk::Desk;
use super::{Checker, Does, Fault, Tampering};

pub(super) static CHECKER: Checker = Checker {
    name: "file-hours",
    holds: "a log file is named for the hour, or the day, of its #Date; its rows are no later than that \
            hour, and no earlier than the rows that a buffer holds back",
    faults,
    tamperings: &[
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["SmtpReceive"],
            row: &["#Date: "],
            does: Does::Replace("T06:", "T07:"),
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["MSGTRK2"],
            row: &[",RECEIVE,"],
            does: Does::Replace("T06:", "T07:"),
        },
        Tampering {
            story: "healthy-hybrid-edge",
            path: &["CONNECTLOG"],
            row: &[",+,"],
            does: Does::Replace("T06:", "T04:"),
        },
    ],
};

/// The longest that a row was seen to wait for its file is half a minute.
const BUFFERED: SignedDuration = SignedDuration::from_mins(1);

fn faults(desk: &Desk) -> Vec<Fault> {
    let logs = desk.files.iter().filter(|(path, _)| path.to_uppercase().ends_with(".LOG"));
    let stamped = logs.filter_map(|(path, bytes)| Some((path, bytes, stamp(path)?)));
    stamped.flat_map(|(path, bytes, span)| faults_of(path, &decode(bytes), span)).collect()
}

fn faults_of(path: &str, text: &str, (from, to): (Timestamp, Timestamp)) -> Vec<Fault> {
    let mut faults = Vec::new();
    let earliest = from.checked_sub(BUFFERED).unwrap_or(from);
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(date) = line.strip_prefix("#Date: ") {
            let date = date.parse::<Timestamp>().ok();
            if date.is_none_or(|date| date < from || date >= to) {
                faults.push(Fault::new((path, number), "#Date is not of the file's hour"));
            }
        } else if let Some(time) =
            line.split(',').next().and_then(|it| it.parse::<Timestamp>().ok())
            && (time < earliest || time >= to)
        {
            faults.push(Fault::new((path, number), "the row is not of the file's hour"));
        }
    }
    faults
}

/// The time that a name such as `RECV2026050106-1.LOG` or `AgentLog20260501-1.LOG` stands for.
fn stamp(path: &str) -> Option<(Timestamp, Timestamp)> {
    let name = path.rsplit('/').next()?;
    let (stem, _) = name.rsplit_once('-')?;
    let digits = stem.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let part = |at: std::ops::Range<usize>| digits.get(at);
    let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
    let (hour, hours) = match digits.len() {
        10 => (part(8..10)?, 1),
        8 => ("00", 24),
        _ => return None,
    };
    let from: Timestamp = format!("{year}-{month}-{day}T{hour}:00:00Z").parse().ok()?;
    Some((from, from.checked_add(SignedDuration::from_hours(hours)).ok()?))
}
