//! One file: opened, recognised, and handed to the consumer of what is in it.

use std::io::{self, Read as _};

use logs::read::{Contents, FileReading, read_bytes};
use logs::recognise::{Kind, recognise};

use crate::evidence::{File, FileId, Place};
use crate::facts::FileFact;
use crate::report::RECORD_TITLE;

use super::hosts::{Origin, group};
use super::transport_log::{TransportLog, fields};
use super::{Reading, delivery_report, event, firewall, object, shown_text, trace, trace_report};

/// Transport logs above this are streamed: 4 MiB.
const WHOLE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Reads a file; what fails is told by the fact.
pub(super) fn read(reading: &mut Reading, id: FileId, file: &File) -> FileFact {
    let mut fact = FileFact { path: file.path.clone(), ..FileFact::default() };
    if let Err(error) = open(reading, id, file, &mut fact) {
        fact.failure = Some(error.to_string());
    }
    fact.unread.append(&mut reading.unread);
    fact.unread.sort_by_key(|unread| unread.line);
    fact
}

fn open(reading: &mut Reading, id: FileId, file: &File, fact: &mut FileFact) -> io::Result<()> {
    let mut source = file.open()?;
    let mut head = Vec::new();
    source.by_ref().take(WHOLE_BYTES_MAX + 1).read_to_end(&mut head)?;
    if head.starts_with(RECORD_TITLE.as_bytes()) {
        "Incident record, no evidence".clone_into(&mut fact.kind);
        return Ok(());
    }
    if head.len() as u64 > WHOLE_BYTES_MAX {
        let kind = recognise(&file.path, &head);
        // A wide text is decoded whole; transport logs never are wide.
        let is_wide = head.iter().take(256).any(|byte| *byte == 0);
        if fields(kind).is_some() && !is_wide {
            kind.name().clone_into(&mut fact.kind);
            let log = TransportLog { id, kind, group: group(&file.path) };
            return log.stream(reading, head.as_slice().chain(source), fact);
        }
        if !matches!(kind, Kind::Binary(_)) {
            source.read_to_end(&mut head)?;
        }
    }
    whole(reading, id, read_bytes(&file.path, &head), fact);
    Ok(())
}

fn whole(reading: &mut Reading, id: FileId, read: FileReading, fact: &mut FileFact) {
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
            let log = TransportLog { id, kind: read.kind, group: group(&fact.path) };
            rows_of(reading, log, &rows);
        }
    }
}

/// The rows of a transport log.
fn rows_of(reading: &mut Reading, log: TransportLog<'_>, contents: &Contents) {
    match contents {
        Contents::Protocol(rows) => {
            for (line, row) in rows {
                log.protocol(reading, *line, row);
            }
        }
        Contents::Tracking(rows) => {
            for (line, row) in rows {
                log.tracking(reading, *line, row);
            }
        }
        Contents::Connectivity(rows) => {
            for (_, row) in rows {
                log.connectivity(reading, row);
            }
        }
        Contents::Agent(rows) => {
            for (_, row) in rows {
                log.agent(reading, row);
            }
        }
        Contents::EdgeSync(rows) => {
            for (_, row) in rows {
                log.edge_sync(reading, row);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::facts_of_bytes;
    use super::*;

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
        assert!(large.len() as u64 > WHOLE_BYTES_MAX);
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
