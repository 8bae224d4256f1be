//! One file: opened, recognised, and handed to the consumer of what is in it.

use std::io::{self, Read as _};

use logs::read::{Contents, FileReading, read_bytes};
use logs::recognise::{Kind, recognise};
use logs::scan::LogScan;

use crate::evidence::{File, FileId, Place};
use crate::facts::FileFact;
use crate::report::RECORD_TITLE;

use super::hosts::Origin;
use super::plan::{LogPiece, Piece};
use super::transport_log::{Counts, LogPart, UNREAD_MAX};
use super::{Reading, delivery_report, event, firewall, object, shown_text, trace, trace_report};

/// What came of a piece of work.
pub(super) enum Done {
    /// A part of a log.
    Part(Box<LogPart>),
    /// A file of any kind.
    Whole(Box<FileReading>),
    /// What an earlier diagnosis wrote.
    Record,
    /// The file could not be read.
    Failed(io::Error),
}

/// Reads a piece.
pub(super) fn read(file: &File, piece: &Piece, keeps_rows: bool) -> Done {
    let done = match &piece.log {
        Some(log) => part(file, piece.id, log, keeps_rows),
        None => open(file),
    };
    done.unwrap_or_else(Done::Failed)
}

fn part(file: &File, id: FileId, log: &LogPiece, keeps_rows: bool) -> io::Result<Done> {
    let scan = match &log.columns {
        Some(columns) => LogScan::resumed(log.fields, columns.clone()),
        None => LogScan::new(log.fields),
    };
    let mut part = LogPart::new(id, log.kind);
    if keeps_rows {
        part = part.keeping_rows();
    }
    part.failure = part.read(scan, file.part(log.range.clone())?).err();
    if log.may_be_excerpt && part.failure.is_none() && !part.is_whole() {
        return open(file);
    }
    Ok(Done::Part(Box::new(part)))
}

fn open(file: &File) -> io::Result<Done> {
    let mut source = file.open()?;
    let mut bytes = Vec::new();
    source.by_ref().take(HEAD_BYTES).read_to_end(&mut bytes)?;
    if bytes.starts_with(RECORD_TITLE.as_bytes()) {
        return Ok(Done::Record);
    }
    if !matches!(recognise(&file.path, &bytes), Kind::Binary(_)) {
        source.read_to_end(&mut bytes)?;
    }
    Ok(Done::Whole(Box::new(read_bytes(&file.path, &bytes))))
}

/// Enough of a file to know what it is.
const HEAD_BYTES: u64 = 64 * 1024;

/// Takes over a file of any kind.
pub(super) fn whole(reading: &mut Reading, id: FileId, read: FileReading, fact: &mut FileFact) {
    take(reading, id, read, fact);
    fact.unread.append(&mut reading.unread);
    fact.unread.sort_by_key(|unread| unread.line);
    fact.more_unread = fact.unread.len().saturating_sub(UNREAD_MAX);
    fact.unread.truncate(UNREAD_MAX);
}

fn take(reading: &mut Reading, id: FileId, read: FileReading, fact: &mut FileFact) {
    read.kind.name().clone_into(&mut fact.kind);
    (fact.rows, fact.sessions, fact.messages) = (read.rows, read.sessions, read.messages);
    (fact.unread, fact.repairs) = (read.unread, read.repairs);
    for (line, error) in read.last_errors {
        reading.prose(Place::line(id, line), error);
    }
    match read.contents {
        Contents::Nothing => {}
        Contents::Values(values) => {
            for (line, value) in values {
                object::value(reading, &Place::line(id, line), &value);
            }
        }
        Contents::Objects(objects) => {
            for listed in objects {
                let object = shown_text::listed(&listed.object);
                object::take(reading, &Place::line(id, listed.line), &object);
            }
        }
        Contents::Table(table) => {
            for row in &table.rows {
                let object = shown_text::of_row(&table, row);
                object::take(reading, &Place::line(id, row.line), &object);
            }
        }
        Contents::Trace(found) => trace::read(reading, id, found),
        Contents::TraceData(data) => trace::read_data(reading, id, &data),
        Contents::Report(report) => trace_report::read(reading, id, &report),
        Contents::DeliveryReport(report) => {
            reading.hosts.is_from(id, Origin::Apart);
            delivery_report::read(reading, Place::line(id, 1), *report);
        }
        Contents::Mail(_) => reading.hosts.is_from(id, Origin::Apart),
        Contents::Firewall(log) => firewall::read(reading, id, log),
        Contents::Events(events) => event::read(reading, id, read.kind, events),
        Contents::Setup(_) => reading.hosts.is_from(id, Origin::Server),
        rows => {
            reading.hosts.is_from(id, Origin::Server);
            rows_of(reading, LogPart::new(id, read.kind).keeping_rows(), &rows, fact);
        }
    }
}

/// The rows of a transport log that was read whole.
fn rows_of(reading: &mut Reading, mut part: LogPart, contents: &Contents, fact: &mut FileFact) {
    match contents {
        Contents::Protocol(rows) => {
            for (line, row) in rows {
                part.protocol(*line, row);
            }
        }
        Contents::Tracking(rows) => {
            for (line, row) in rows {
                part.tracking(*line, row);
            }
        }
        Contents::Connectivity(rows) => rows.iter().for_each(|(_, row)| part.connectivity(row)),
        Contents::Agent(rows) => rows.iter().for_each(|(_, row)| part.agent(row)),
        Contents::EdgeSync(rows) => rows.iter().for_each(|(_, row)| part.edge_sync(row)),
        _ => {}
    }
    part.take(reading, fact, &mut Counts::default());
}

#[cfg(test)]
mod tests {
    use super::super::Pace;
    use super::super::tests::facts_of_bytes;

    const HEADER: &str = "#Software: Microsoft Exchange Server\r\n#Version: 15.0.0.0\r\n#Log-type: SMTP Receive Protocol Log\r\n#Date: 2026-05-01T06:00:00.000Z\r\n#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context\r\n";

    #[test]
    fn a_large_log_gives_the_same_as_a_small_one() {
        let row = |number: usize| {
            let (session, sequence) = (number / 4, number % 4);
            let cells =
                ["+,,", "<,EHLO mail.contoso.com,", ">,421 4.3.2 Busy,", "-,,Local"][sequence];
            format!(
                "2026-05-01T06:06:57.000Z,MBX01\\Default MBX01,{session:016X},{sequence},192.168.1.4:25,203.0.113.25:41234,{cells}\r\n"
            )
        };
        let text = |rows: usize| {
            let rows: String = (0..rows).map(row).collect();
            format!("{HEADER}{rows}no row\r\n").into_bytes()
        };
        let small = facts_of_bytes(&[("RECV1.LOG", &text(400))]);
        assert_eq!(small.files[0].sessions, Some(100));
        let large = text(48_000);
        assert!(large.len() as u64 > Pace::default().excerpt_bytes);
        let large = facts_of_bytes(&[("RECV1.LOG", &large)]);
        for (facts, rows) in [(&small, 400), (&large, 48_000)] {
            let file = &facts.files[0];
            assert_eq!((file.rows, file.unread.len(), file.host.as_str()), (rows, 1, "MBX01"));
            assert_eq!(file.sessions, Some(rows / 4));
            assert_eq!(facts.sessions.len(), rows / 4);
            assert_eq!(facts.sessions[7].refusals.len(), 1);
        }
        assert_eq!(large.files[0].kind, small.files[0].kind);
        assert_eq!(large.files[0].messages, small.files[0].messages);
    }

    #[test]
    fn a_file_that_is_gone_is_a_failure() {
        let folder = std::env::temp_dir().join(format!("reading-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("gone.log");
        std::fs::write(&path, "x").unwrap();
        let evidence = crate::evidence::Evidence::from_paths(&[path]).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let facts = crate::reading::read(&evidence);
        assert!(facts.files[0].failure.is_some());
    }
}
