//! Reading a small file of any kind whole.
//!
//! Every line that is not blank is either used by what was read or listed as unread. A transport log
//! is first read as it is; when that leaves lines over, what forums do to excerpts is undone and
//! the better reading is kept. Large transport logs are read by [`crate::scan`] instead.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use exchange::value::Value;

use crate::agent_log::AgentRow;
use crate::connectivity_log::ConnectivityRow;
use crate::csv::Table;
use crate::edgesync_log::EdgeSyncRow;
use crate::event_log::Event;
use crate::firewall_log::FirewallLog;
use crate::format_list::ListedObject;
use crate::last_error::{LastError, is_last_error};
use crate::mail::Headers;
use crate::message_trace::Trace;
use crate::message_tracking::TrackingRow;
use crate::ndr::DeliveryReport;
use crate::protocol_log::ProtocolRow;
use crate::read_log::read_log;
use crate::recognise::{Kind, recognise, unbraced};
use crate::setup_log::SetupLines;
use crate::text::{decode, lines};
use crate::trace_data::TraceData;
use crate::trace_report::TraceReport;
use crate::unread::{Reason, Repair, Unread};
use crate::{
    clixml, csv, event_log, excerpt, firewall_log, format_list, json_objects, message_trace, ndr,
    setup_log, trace_report,
};

/// What was read from a file.
#[derive(Debug)]
pub struct FileReading {
    /// Its name, as given.
    pub path: PathBuf,
    /// What it is.
    pub kind: Kind,
    /// Rows, entries, objects or recipients in it.
    pub rows: usize,
    /// Sessions in it, where its kind has sessions.
    pub sessions: Option<usize>,
    /// Messages it is about, where its kind is about messages.
    pub messages: Option<usize>,
    /// What it says.
    pub contents: Contents,
    /// Errors that stand among the words of a person, in a text of any kind.
    pub last_errors: Vec<(u64, LastError)>,
    /// Lines that are in none of it, in order.
    pub unread: Vec<Unread>,
    /// What was undone to read it, in order of lines.
    pub repairs: Vec<Repair>,
    /// Numbers of the lines that are in it.
    pub used: BTreeSet<u64>,
}

/// What a file says; rows come with the line they begin on.
#[derive(Clone, Debug, PartialEq)]
pub enum Contents {
    /// Nothing but, perhaps, [`FileReading::last_errors`].
    Nothing,
    /// SMTP Receive or Send Protocol Log.
    Protocol(Vec<(u64, ProtocolRow<'static>)>),
    /// Message Tracking Log.
    Tracking(Vec<(u64, TrackingRow<'static>)>),
    /// Transport Connectivity Log.
    Connectivity(Vec<(u64, ConnectivityRow<'static>)>),
    /// Agent Log.
    Agent(Vec<(u64, AgentRow<'static>)>),
    /// EdgeSync Log.
    EdgeSync(Vec<(u64, EdgeSyncRow<'static>)>),
    /// Values of an export as CLIXML or JSON.
    Values(Vec<(u64, Value)>),
    /// Objects of a list.
    Objects(Vec<ListedObject>),
    /// A table of another kind.
    Table(Table),
    /// A message trace.
    Trace(Trace),
    /// The data of a trace event.
    TraceData(TraceData),
    /// A downloaded report.
    Report(TraceReport),
    /// A delivery status notification.
    DeliveryReport(Box<DeliveryReport>),
    /// Headers of another mail.
    Mail(Headers),
    /// Drops of a firewall.
    Firewall(FirewallLog),
    /// Windows events.
    Events(Vec<(u64, Event)>),
    /// Entries of the Setup log.
    Setup(Vec<SetupLines>),
}

/// A file could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file system said no.
    #[error("{path:?} cannot be read")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Reads a file.
///
/// # Errors
/// When the file cannot be opened or read. What is in it is never an error.
pub fn read_file(path: &Path) -> Result<FileReading, ReadError> {
    let bytes =
        std::fs::read(path).map_err(|source| ReadError::File { path: path.to_owned(), source })?;
    Ok(FileReading { path: path.to_owned(), ..read_bytes(&path.to_string_lossy(), &bytes) })
}

/// Reads the bytes of a file of that name.
pub fn read_bytes(name: &str, bytes: &[u8]) -> FileReading {
    let kind = recognise(name, bytes);
    let mut reading = FileReading {
        path: PathBuf::from(name),
        kind,
        rows: 0,
        sessions: None,
        messages: None,
        contents: Contents::Nothing,
        last_errors: Vec::new(),
        unread: Vec::new(),
        repairs: Vec::new(),
        used: BTreeSet::new(),
    };
    if let Kind::Binary(advice) = kind {
        reading.unread.push(Unread::new(0, "", Reason::Binary(advice)));
        return reading;
    }
    let text = decode(bytes);
    reading.fill(&text);
    reading.find_last_errors(&text);
    reading.account(&text);
    reading
}

impl FileReading {
    fn fill(&mut self, text: &str) {
        match self.kind {
            Kind::SmtpReceiveLog
            | Kind::SmtpSendLog
            | Kind::MessageTrackingLog
            | Kind::ConnectivityLog
            | Kind::AgentLog
            | Kind::EdgeSyncLog => read_log(self, text),
            Kind::MessageTrace
            | Kind::MessageTraceDetail
            | Kind::EnhancedTraceReport
            | Kind::ExtendedTraceReport
            | Kind::Table => self.table(text),
            Kind::Clixml => {
                let read = clixml::read(text);
                self.rows = read.values.len();
                self.unread = read.unread;
                self.contents = Contents::Values(read.values);
                self.use_all(text);
            }
            Kind::Json => {
                let (values, unread) = json_objects::read(text);
                self.rows = values.len();
                self.unread = unread;
                // What is no JSON may be the words of a person.
                if self.unread.is_empty() {
                    self.use_all(text);
                }
                self.contents = Contents::Values(values);
            }
            Kind::MessageTraceData => {
                let (data, unread) = TraceData::from_xml(text);
                self.rows = data.0.len();
                self.unread.extend(unread);
                self.contents = Contents::TraceData(data);
                self.use_all(text);
            }
            Kind::DeliveryReport | Kind::Mail => self.mail(text),
            Kind::FirewallLog => {
                let (log, unread) = firewall_log::read(text);
                self.rows = log.drops.len();
                self.unread = unread;
                self.contents = Contents::Firewall(log);
                self.use_all(text);
            }
            Kind::EventLogXml => {
                self.events(event_log::read_xml(text));
                self.use_all(text);
            }
            Kind::EventLogText => self.events(event_log::read_text(text)),
            Kind::SetupLog => {
                let (entries, unread) = setup_log::read(text);
                self.rows = entries.len();
                self.used.extend(entries.iter().flat_map(|it| it.line..it.line + it.count));
                self.unread = unread;
                self.contents = Contents::Setup(entries);
            }
            Kind::FormatList => {
                let (objects, unread) = format_list::read(text);
                self.rows = objects.len();
                self.used.extend(objects.iter().flat_map(|it| it.line..=it.last_line));
                self.unread = unread;
                self.contents = Contents::Objects(objects);
            }
            Kind::LastErrors | Kind::Text | Kind::Binary(_) | Kind::Empty => {}
        }
    }

    fn events(&mut self, read: event_log::Read) {
        self.rows = read.events.len();
        self.used.extend(read.used);
        self.unread = read.unread;
        self.repairs = read.repairs;
        self.contents = Contents::Events(read.events);
    }

    fn mail(&mut self, text: &str) {
        self.messages = Some(1);
        self.use_all(text);
        if self.kind == Kind::DeliveryReport
            && let Some((report, repairs)) = ndr::read(text)
        {
            self.rows = report.recipients.len();
            self.repairs = repairs;
            self.contents = Contents::DeliveryReport(Box::new(report));
            return;
        }
        self.rows = 1;
        self.contents = Contents::Mail(Headers::read(text).0);
    }

    fn table(&mut self, text: &str) {
        if text.trim_start().starts_with(['{', '[']) {
            return self.trace_json(text);
        }
        let (table, unread) = csv::read(text);
        self.unread = unread;
        if let Some((trace, unread)) = message_trace::read_table(&table) {
            self.trace(trace);
            self.unread.extend(unread);
        } else if let Some((report, unread)) = trace_report::read_table(&table) {
            (self.rows, self.messages) = match &report {
                TraceReport::Enhanced(rows) => (rows.len(), Some(rows.len())),
                TraceReport::Extended(rows) => {
                    let ids = rows.iter().map(|(_, row)| row.network_message_id.as_ref());
                    (rows.len(), Some(distinct(ids)))
                }
            };
            self.contents = Contents::Report(report);
            self.unread.extend(unread);
        } else {
            self.rows = table.rows.len();
            self.contents = Contents::Table(table);
        }
        self.use_all(text);
    }

    fn trace_json(&mut self, text: &str) {
        if let Some((trace, unread)) = message_trace::read_json(text) {
            self.trace(trace);
            self.unread = unread;
        } else {
            let error = serde_json::from_str::<serde_json::Value>(text).err();
            let line = error.as_ref().map_or(1, serde_json::Error::line);
            let words = error.map_or_else(|| "no trace".to_owned(), |error| error.to_string());
            let shown = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
            self.unread.push(Unread::new(line as u64, shown, Reason::Json(words)));
        }
        self.use_all(text);
    }

    fn trace(&mut self, trace: Trace) {
        let ids: Vec<&str> = match &trace {
            Trace::Rows(rows) => rows.iter().map(|(_, row)| &*row.message_trace_id).collect(),
            Trace::Details(rows) => rows.iter().map(|(_, row)| &*row.message_trace_id).collect(),
        };
        self.rows = ids.len();
        self.messages = Some(distinct(ids.into_iter()));
        self.contents = Contents::Trace(trace);
    }

    /// The whole file is one thing; only what is listed as unread is not in it.
    fn use_all(&mut self, text: &str) {
        self.used.extend(1..=text.lines().count() as u64);
        for unread in &self.unread {
            self.used.remove(&unread.line);
        }
    }

    /// Finds the errors among lines that are prose so far.
    fn find_last_errors(&mut self, text: &str) {
        // Undoing what forums do is slow, and most files have no line left over.
        if self.unread.is_empty() && lines(text).all(|(number, _)| self.used.contains(&number)) {
            return;
        }
        let repaired = excerpt::undo(text);
        for (number, line) in lines(&repaired.text) {
            if !self.used.contains(&number) && is_last_error(unbraced(line)) {
                self.last_errors.push((number, LastError::parse(unbraced(line))));
                self.used.insert(number);
                self.repairs.extend(repaired.repairs.iter().filter(|it| it.line == number));
            }
        }
        self.unread.retain(|unread| !self.used.contains(&unread.line));
        if self.kind == Kind::LastErrors {
            self.rows = self.last_errors.len();
        }
    }

    /// Lists every line that is neither used nor listed yet.
    fn account(&mut self, text: &str) {
        let listed: BTreeSet<u64> = self.unread.iter().map(|unread| unread.line).collect();
        for (number, line) in lines(text) {
            let is_known = self.used.contains(&number) || listed.contains(&number);
            if !line.trim().is_empty() && !is_known {
                let is_prose = line.chars().any(char::is_alphanumeric);
                let reason = if is_prose { Reason::Prose } else { Reason::Markup };
                self.unread.push(Unread::new(number, line, reason));
            }
        }
        self.unread.sort_by_key(|unread| unread.line);
        self.repairs.sort_unstable();
    }
}

/// How many different texts there are, not counting empty ones.
pub(crate) fn distinct<'t>(texts: impl Iterator<Item = &'t str>) -> usize {
    texts.filter(|text| !text.is_empty()).collect::<BTreeSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol_log::{ProtocolEvent, SMTP_SEND};
    use crate::testing;
    use crate::unread::Repaired;
    use proptest::prelude::*;

    fn row(context: &'static str) -> ProtocolRow<'static> {
        ProtocolRow {
            date_time: "2026-05-01T06:06:57.291Z".parse().unwrap(),
            connector_id: "Outbound to Office 365".into(),
            session_id: "08DEA74796A6E2C8".into(),
            sequence_number: 0,
            local_endpoint: "".into(),
            remote_endpoint: "203.0.113.25:25".into(),
            event: ProtocolEvent::Information,
            data: "".into(),
            context: context.into(),
        }
    }

    #[test]
    fn a_log_is_read_whole() {
        let rows = [
            row("attempting to connect"),
            row("sending message with RecordId 1 and InternetMessageId <1@contoso.example>"),
        ];
        let reading = read_bytes("SEND.LOG", &testing::bytes(&SMTP_SEND, &rows));
        assert_eq!((reading.kind, reading.rows), (Kind::SmtpSendLog, 2));
        assert_eq!((reading.sessions, reading.messages), (Some(1), Some(1)));
        assert!(reading.unread.is_empty() && reading.repairs.is_empty());
        assert_eq!(reading.used.len(), 7);
        let expected = vec![(6, rows[0].clone()), (7, rows[1].clone())];
        assert_eq!(reading.contents, Contents::Protocol(expected));
    }

    #[test]
    fn an_excerpt_is_mended_and_its_prose_listed() {
        let text = "From my Send log:\n\n> 2026-05-01T06:06:57.291Z,Outbound,08DE,0,,203.0.113.25:25,,,attempting to connect  \n\n---\n";
        let reading = read_bytes("post.md", text.as_bytes());
        assert_eq!((reading.kind, reading.rows), (Kind::SmtpSendLog, 1));
        let unread: Vec<_> =
            reading.unread.iter().map(|it| (it.line, it.reason.to_string())).collect();
        assert_eq!(unread, [(1, "prose".to_owned()), (5, "prose".to_owned())]);
        assert!(reading.repairs.contains(&Repair { line: 3, repaired: Repaired::EventRestored }));
    }

    #[test]
    fn an_error_in_a_sentence_about_an_event_is_found() {
        let text = "Log Name: Application\nEvent ID: 12014\nDescription: none\n\n- and the queue says:\n\n  > 454 4.7.5 The certificate could not be found.\n";
        let reading = read_bytes("post.md", text.as_bytes());
        assert_eq!((reading.kind, reading.rows), (Kind::EventLogText, 1));
        let (line, error) = &reading.last_errors[0];
        assert_eq!(
            (*line, error.led.as_str()),
            (7, "454 4.7.5 The certificate could not be found.")
        );
        assert_eq!(reading.unread.len(), 1);
    }

    #[test]
    fn a_binary_file_is_refused_kindly() {
        let reading = read_bytes("mail.que", b"\0\0\0\0\xef\xcd\xab\x89");
        assert!(reading.unread[0].to_string().contains("Get-Queue"));
        assert_eq!(reading.contents, Contents::Nothing);
    }

    #[test]
    fn a_file_that_is_not_there_is_an_error() {
        let error = read_file(Path::new("no such file")).unwrap_err();
        assert_eq!(error.to_string(), "\"no such file\" cannot be read");
    }

    fn check(reading: &FileReading, text: &str) {
        let mut known = reading.used.clone();
        known.extend(reading.unread.iter().map(|unread| unread.line));
        for (number, line) in lines(text) {
            assert!(line.trim().is_empty() || known.contains(&number), "line {number}: {line}");
        }
    }

    proptest! {
        #[test]
        fn every_line_of_any_text_is_used_or_listed(
            text in "(2026-05-01T06:06:57.291Z,a\\\\b,c,1,d,e,|\\*,|#Fields: |Log Name: |: |<Objs>|\\[\\{LED=|454 4.7.5 |Subject: |\"|\n|\n|> |,|[ -~é])*"
        ) {
            let reading = read_bytes("x", text.as_bytes());
            if !matches!(reading.kind, Kind::Binary(_)) {
                check(&reading, &text);
            }
        }

        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _reading = read_bytes("x", &bytes);
        }
    }
}
