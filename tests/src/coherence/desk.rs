//! The evidence as checkers see it: rows with their places, sessions put together, configuration.
//!
//! Files of a kind that no checker asks for are kept as bytes only.

use std::collections::{BTreeMap, BTreeSet};

use exchange::value::{Object, Value};
use jiff::Timestamp;
use logs::agent_log::AgentRow;
use logs::connectivity_log::ConnectivityRow;
use logs::mail::Headers;
use logs::message_trace::{Trace, TraceDetailRow, TraceRow};
use logs::message_tracking::TrackingRow;
use logs::ndr::DeliveryReport;
use logs::protocol_log::ProtocolRow;
use logs::read::{Contents, read_bytes};
use logs::recognise::Kind;

/// An evidence folder that was read.
#[derive(Debug, Default)]
pub struct Desk {
    /// The files as they are.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Protocol logs, receive and send.
    pub protocol: Vec<Log<ProtocolRow<'static>>>,
    /// Message tracking logs.
    pub tracking: Vec<Log<TrackingRow<'static>>>,
    /// Connectivity logs.
    pub connectivity: Vec<Log<ConnectivityRow<'static>>>,
    /// Agent logs.
    pub agents: Vec<Log<AgentRow<'static>>>,
    /// Mails in mailboxes.
    pub mails: Vec<Mail>,
    /// The message trace, one row for each recipient.
    pub trace: Vec<Placed<TraceRow>>,
    /// Its events.
    pub details: Vec<Placed<TraceDetailRow>>,
    /// What the diagnosis says of these files, or of files they were.
    pub diagnosis: serde_json::Value,
    exports: BTreeMap<String, Vec<(u64, Value)>>,
}

/// A file of a log.
#[derive(Debug)]
pub struct Log<R> {
    /// Its path.
    pub path: String,
    /// The server that wrote it.
    pub host: String,
    /// The service that wrote it.
    pub process: Process,
    /// What it is.
    pub kind: Kind,
    /// Its rows, each with its line.
    pub rows: Vec<(u64, R)>,
}

/// A transport service; each is a process with a counter of sessions of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Process {
    /// Front End Transport.
    FrontEnd,
    /// Transport, of a Mailbox server or an Edge server.
    Transport,
    /// Mailbox Transport Delivery.
    Delivery,
    /// Mailbox Transport Submission.
    Submission,
}

/// Something with its place.
#[derive(Clone, Debug)]
pub struct Placed<T> {
    /// The file.
    pub file: String,
    /// The line.
    pub line: u64,
    /// What stands there.
    pub row: T,
}

/// A mail in a mailbox.
#[derive(Debug)]
pub struct Mail {
    /// Its file.
    pub path: String,
    /// Address of the mailbox.
    pub mailbox: String,
    /// `Message-ID:`, with angle brackets.
    pub message_id: String,
    /// Its headers.
    pub headers: Headers,
    /// What it reports, if it does.
    pub report: Option<DeliveryReport>,
}

/// A message in a queue.
#[derive(Debug)]
pub struct Queued {
    /// The export.
    pub file: String,
    /// Line of the object.
    pub line: u64,
    /// The server.
    pub host: String,
    /// `Message-ID:`, with angle brackets.
    pub message_id: String,
    /// Recipients that wait.
    pub recipients: Vec<String>,
}

/// A session of a protocol log.
#[derive(Debug)]
pub struct Session<'d> {
    /// The server.
    pub host: &'d str,
    /// The service.
    pub process: Process,
    /// Whether the log is that of receive connectors.
    pub is_receive: bool,
    /// Its id.
    pub id: &'d str,
    /// Its rows, in the order of the files.
    pub rows: Vec<At<'d>>,
}

/// A row of a protocol log with its place.
#[derive(Clone, Copy, Debug)]
pub struct At<'d> {
    /// The file.
    pub file: &'d str,
    /// The line.
    pub line: u64,
    /// The row.
    pub row: &'d ProtocolRow<'static>,
}

impl At<'_> {
    /// File and line.
    pub fn place(&self) -> (&str, u64) {
        (self.file, self.line)
    }
}

impl Desk {
    /// Reads the files.
    pub fn new(files: BTreeMap<String, Vec<u8>>, diagnosis: serde_json::Value) -> Self {
        let mut desk = Self { diagnosis, ..Self::default() };
        for (path, bytes) in &files {
            desk.read(path, bytes);
        }
        desk.protocol.sort_by_key(|log| order(&log.path));
        desk.tracking.sort_by_key(|log| order(&log.path));
        desk.connectivity.sort_by_key(|log| order(&log.path));
        desk.files = files;
        desk
    }

    fn read(&mut self, path: &str, bytes: &[u8]) {
        let reading = read_bytes(path, bytes);
        let kind = reading.kind;
        match reading.contents {
            Contents::Protocol(rows) => self.protocol.extend(log(path, kind, rows)),
            Contents::Tracking(rows) => self.tracking.extend(log(path, kind, rows)),
            Contents::Connectivity(rows) => self.connectivity.extend(log(path, kind, rows)),
            Contents::Agent(rows) => self.agents.extend(log(path, kind, rows)),
            Contents::Values(values) => {
                self.exports.insert(path.to_owned(), values);
            }
            Contents::Trace(Trace::Rows(rows)) => self.trace.extend(placed(path, rows)),
            Contents::Trace(Trace::Details(rows)) => self.details.extend(placed(path, rows)),
            Contents::DeliveryReport(report) => {
                self.mail(path, report.headers.clone(), Some(*report));
            }
            Contents::Mail(headers) => self.mail(path, headers, None),
            _ => {}
        }
    }

    fn mail(&mut self, path: &str, headers: Headers, report: Option<DeliveryReport>) {
        let mailbox = path.split('/').nth(1).unwrap_or_default().to_lowercase();
        let message_id = headers.message_id().unwrap_or_default().to_owned();
        self.mails.push(Mail { path: path.to_owned(), mailbox, message_id, headers, report });
    }

    /// The sessions of all protocol logs.
    pub fn sessions(&self) -> Vec<Session<'_>> {
        let mut places: BTreeMap<(&str, Process, bool, &str), usize> = BTreeMap::new();
        let mut sessions: Vec<Session<'_>> = Vec::new();
        for log in &self.protocol {
            let is_receive = log.kind == Kind::SmtpReceiveLog;
            for (line, row) in &log.rows {
                let key = (log.host.as_str(), log.process, is_receive, &*row.session_id);
                let index = *places.entry(key).or_insert_with(|| {
                    let (host, process, is_receive, id) = key;
                    sessions.push(Session { host, process, is_receive, id, rows: Vec::new() });
                    sessions.len() - 1
                });
                sessions[index].rows.push(At { file: &log.path, line: *line, row });
            }
        }
        sessions
    }

    /// The time of the last row of any log: soon afterwards the evidence was collected.
    pub fn end(&self) -> Timestamp {
        let protocol = self.protocol.iter().flat_map(|log| &log.rows);
        let tracking = self.tracking.iter().flat_map(|log| &log.rows);
        let connectivity = self.connectivity.iter().flat_map(|log| &log.rows);
        let times = protocol
            .map(|(_, row)| row.date_time)
            .chain(tracking.map(|(_, row)| row.date_time))
            .chain(connectivity.map(|(_, row)| row.date_time));
        times.max().unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Rows of the tracking logs with their logs.
    pub fn tracked(&self) -> impl Iterator<Item = Tracked<'_>> {
        self.tracking.iter().flat_map(|log| {
            log.rows.iter().map(move |(line, row)| Tracked { log, line: *line, row })
        })
    }

    /// Servers whose tracking logs are there.
    pub fn tracking_hosts(&self) -> BTreeSet<&str> {
        self.tracking.iter().map(|log| log.host.as_str()).collect()
    }

    /// Objects of the exports whose path ends so.
    pub fn exported(&self, ending: &str) -> impl Iterator<Item = (&str, u64, &Object)> {
        let exports = self.exports.iter().filter(move |(path, _)| path.ends_with(ending));
        exports.flat_map(|(path, values)| {
            let objects =
                values.iter().filter_map(|(line, value)| Some((line, value.as_object()?)));
            objects.map(move |(line, object)| (path.as_str(), *line, object))
        })
    }

    /// Messages in queues, without shadow copies, which are messages of other servers.
    pub fn queued(&self) -> Vec<Queued> {
        let objects = self.exported("/Get-Message.clixml");
        let owned = objects.filter(|(_, _, it)| !it.text_of("Queue").contains("\\Shadow\\"));
        owned.map(|(file, line, object)| queued(file, line, object)).collect()
    }

    /// Whether connections of a receive connector, `SERVER\Name`, are logged.
    pub fn is_receive_logged(&self, connector: &str) -> bool {
        self.exported("/Get-ReceiveConnector.clixml").any(|(_, _, object)| {
            object.text_of("Identity").eq_ignore_ascii_case(connector)
                && object.text_of("ProtocolLoggingLevel") == "Verbose"
        })
    }

    /// Whether there are files of that log.
    pub fn has_protocol_log(&self, host: &str, process: Process, is_receive: bool) -> bool {
        self.protocol.iter().any(|log| {
            let fits = (log.kind == Kind::SmtpReceiveLog) == is_receive;
            fits && log.host == host && log.process == process
        })
    }
}

/// A row of a tracking log with its place.
#[derive(Clone, Copy, Debug)]
pub struct Tracked<'d> {
    /// The log.
    pub log: &'d Log<TrackingRow<'static>>,
    /// The line.
    pub line: u64,
    /// The row.
    pub row: &'d TrackingRow<'static>,
}

impl Tracked<'_> {
    /// File and line.
    pub fn place(&self) -> (&str, u64) {
        (&self.log.path, self.line)
    }
}

/// The first label of a name, in upper case: what a server is called.
pub(super) fn short_name(name: &str) -> String {
    name.split('.').next().unwrap_or_default().to_uppercase()
}

fn queued(file: &str, line: u64, object: &Object) -> Queued {
    let recipients = object.get("Recipients").map(Value::elements).unwrap_or_default();
    let address = |value: &Value| {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Object(object) => object.text.clone(),
            Value::Opaque(opaque) => opaque.text.clone(),
            _ => String::new(),
        };
        text.split(';').next().unwrap_or_default().to_lowercase()
    };
    Queued {
        file: file.to_owned(),
        line,
        host: file.split('/').next().unwrap_or_default().to_owned(),
        message_id: object.text_of("InternetMessageId"),
        recipients: recipients.iter().map(address).collect(),
    }
}

fn log<R>(path: &str, kind: Kind, rows: Vec<(u64, R)>) -> Option<Log<R>> {
    let host = path.split('/').next()?.to_owned();
    let process = Process::of(path)?;
    Some(Log { path: path.to_owned(), host, process, kind, rows })
}

fn placed<T>(path: &str, rows: Vec<(u64, T)>) -> impl Iterator<Item = Placed<T>> {
    rows.into_iter().map(move |(line, row)| Placed { file: path.to_owned(), line, row })
}

impl Process {
    /// The service whose log has that path.
    fn of(path: &str) -> Option<Self> {
        let (_, below) = path.split_once("/Logs/")?;
        let name = below.rsplit('/').next()?;
        let has = |part: &str| below.split('/').any(|own| own == part);
        Some(match below.split('/').next()? {
            "FrontEnd" => Self::FrontEnd,

            "Mailbox" if has("Delivery") => Self::Delivery,
            "Mailbox" if has("Submission") => Self::Submission,
            "MessageTracking" if name.starts_with("MSGTRKMD") => Self::Delivery,
            "MessageTracking" if name.starts_with("MSGTRKMS") => Self::Submission,
            "MessageTracking" | "Hub" | "Edge" => Self::Transport,
            _ => return None,
        })
    }
}

/// Folder, hour and number of a log file: `RECV2026050106-10.LOG` comes after `…-9`.
fn order(path: &str) -> (String, String, u32) {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let (hour, number) = stem.rsplit_once('-').unwrap_or((stem, "0"));
    (folder.to_owned(), hour.to_owned(), number.parse().unwrap_or(0))
}
