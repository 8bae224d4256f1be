//! Random rows become a file, the file is recognised and read whole, and what was read is written again:
//! the same bytes, for every transport log and every version of its columns.
//!
//! The file is put together here, not by the writer under test: cells are quoted by the rule that real
//! files show.

#![expect(clippy::unwrap_used, reason = "the whole file is a test")]

use logs::agent_log::AGENT_LOG;
use logs::connectivity_log::CONNECTIVITY;
use logs::edgesync_log::EDGESYNC;
use logs::format::LogFormat;
use logs::message_tracking::{FIELDS_2010, FIELDS_2013, MESSAGE_TRACKING};
use logs::protocol_log::{SMTP_RECEIVE, SMTP_SEND};
use logs::read::{Contents, read_bytes};
use logs::row::LogRow;
use proptest::prelude::*;

/// A cell that a column takes.
fn cell(log_type: &str, column: &str) -> BoxedStrategy<String> {
    match (log_type, column) {
        (_, "date-time" | "Timestamp") => time().boxed(),
        (_, "sequence-number" | "remote-port") => {
            (0..50_000_u32).prop_map(|it| it.to_string()).boxed()
        }
        (_, "total-bytes" | "recipient-count" | "NumRecipients") => "|0|[1-9][0-9]{0,6}".boxed(),
        ("SMTP Receive Protocol Log" | "SMTP Send Protocol Log", "event") => "[+<>*-]".boxed(),
        (_, "direction") => "[+>*-]".boxed(),
        (_, "source" | "event-id") => "[A-Z]{2,10}".boxed(),
        // Blanks, quotation marks and commas, other scripts.
        _ => prop_oneof![3 => "[!-~]{0,16}", 1 => "[ -~]{0,16}", 1 => "[,\"é漢;a]{0,8}"].boxed(),
    }
}

fn time() -> impl Strategy<Value = String> {
    let date = (2010..2030_u16, 1..=12_u8, 1..=28_u8);
    let clock = (0..24_u8, 0..60_u8, 0..60_u8, 0..1000_u16);
    (date, clock).prop_map(|((year, month, day), (hour, minute, second, millisecond))| {
        format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z")
    })
}

/// The lines of a file of that format.
fn any_file(format: &LogFormat) -> impl Strategy<Value = String> + use<> {
    let header = format.header("2026-05-01T06:07:04.113Z".parse().unwrap());
    let columns: Vec<_> =
        format.fields.iter().map(|column| cell(format.log_type, column)).collect();
    let row = columns.prop_map(|cells| {
        cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(",") + "\r\n"
    });
    proptest::collection::vec(row, 1..8).prop_map(move |rows| header.clone() + &rows.concat())
}

/// Quoted where a comma or a quotation mark is, marks inside doubled: nothing else causes it.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

fn written<'a, R: LogRow<'a>>(format: &LogFormat, rows: &[(u64, R)]) -> String {
    let mut bytes = format.header("2026-05-01T06:07:04.113Z".parse().unwrap()).into_bytes();
    for (_, row) in rows {
        format.write(row, &mut bytes);
    }
    String::from_utf8(bytes).unwrap()
}

/// Reads a file and writes it again.
fn again(format: &LogFormat, file: &str) -> Result<String, TestCaseError> {
    let reading = read_bytes("a log", file.as_bytes());
    prop_assert_eq!(reading.kind.name(), format.log_type);
    prop_assert!(reading.unread.is_empty(), "{:?}", reading.unread);
    prop_assert!(reading.repairs.is_empty(), "{:?}", reading.repairs);
    Ok(match &reading.contents {
        Contents::Protocol(rows) => written(format, rows),
        Contents::Tracking(rows) => written(format, rows),
        Contents::Connectivity(rows) => written(format, rows),
        Contents::Agent(rows) => written(format, rows),
        Contents::EdgeSync(rows) => written(format, rows),
        other => return Err(TestCaseError::fail(format!("{other:?}"))),
    })
}

fn tracking(version: &'static str, fields: &'static [&'static str]) -> LogFormat {
    LogFormat { fields, ..MESSAGE_TRACKING }.with_version(version)
}

/// Checks a format with random files.
fn check(format: &LogFormat) {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(48));
    let checked = runner.run(&any_file(format), |file| {
        let again = again(format, &file)?;
        prop_assert_eq!(again, file);
        Ok(())
    });
    checked.unwrap_or_else(|error| panic!("{}: {error}", format.log_type));
}

#[test]
fn protocol_logs_are_written_again_as_they_were() {
    check(&SMTP_RECEIVE);
    check(&SMTP_SEND);
    check(&SMTP_RECEIVE.with_version("14.0.0.0"));
}

#[test]
fn tracking_logs_of_every_version_are_written_again_as_they_were() {
    check(&MESSAGE_TRACKING);
    check(&tracking("15.00.1104.000", FIELDS_2013));
    check(&tracking("14.0.0.0", &FIELDS_2010));
}

#[test]
fn connectivity_logs_are_written_again_as_they_were() {
    check(&CONNECTIVITY);
}

#[test]
fn agent_logs_are_written_again_as_they_were() {
    check(&AGENT_LOG);
}

#[test]
fn edgesync_logs_are_written_again_as_they_were() {
    check(&EDGESYNC);
}
