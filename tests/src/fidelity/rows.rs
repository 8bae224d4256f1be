//! The rows of a file of any kind, with their templates.

use logs::agent_log::AgentRow;
use logs::connectivity_log::ConnectivityRow;
use logs::event_log::Event;
use logs::last_error::LastError;
use logs::message_trace::Trace;
use logs::message_tracking::TrackingRow;
use logs::protocol_log::{ProtocolEvent, ProtocolRow};
use logs::read::{Contents, read_bytes};
use logs::recognise::Kind;
use logs::row::LogRow;
use logs::text::decode;

use exchange::value::{Object, Value};

use super::template::template;
use super::{ORDER, Row, mail};

/// The rows of a file.
pub fn rows(path: &str, bytes: &[u8]) -> Vec<Row> {
    let reading = read_bytes(path, bytes);
    let mut rows = Rows::default();
    let protocol = if reading.kind == Kind::SmtpSendLog { "SMTP send" } else { "SMTP receive" };
    match &reading.contents {
        Contents::Protocol(read) => {
            for (line, row) in read {
                rows.line(protocol, *line, protocol_row(row));
            }
        }
        Contents::Tracking(read) => {
            for (line, row) in read {
                rows.tracking(*line, row);
            }
        }
        Contents::Connectivity(read) => {
            for (line, row) in read {
                rows.line(CONNECTIVITY, *line, connection(row));
            }
        }
        Contents::Agent(read) => {
            for (line, row) in read {
                rows.line("Agent log", *line, agent_row(row));
            }
        }
        Contents::EdgeSync(read) => {
            for (line, row) in read {
                // The poster of a row may have taken its time out.
                let cells = row.to_cells().into_iter().skip(1).collect::<Vec<_>>();
                rows.line("EdgeSync log", *line, template(&cells.join(",")));
            }
        }
        Contents::Values(values) => {
            let objects = values.iter().filter_map(|(_, value)| value.as_object());
            objects.for_each(|object| rows.object(object));
        }
        Contents::Objects(objects) => {
            for it in objects {
                rows.listed(it.line, &it.object);
            }
        }
        Contents::Trace(trace) => rows.trace(trace, &decode(bytes)),
        Contents::Events(events) => {
            for (line, event) in events {
                rows.line("Event log", *line, event_row(event));
            }
        }
        Contents::Setup(entries) if !entries.is_empty() => {
            rows.push("Setup log", "file".to_owned(), "a log of Setup".to_owned());
        }
        Contents::DeliveryReport(_) | Contents::Mail(_) => mail::rows(&mut rows, &decode(bytes)),
        _ => {}
    }
    for (line, error) in &reading.last_errors {
        rows.line(LAST_ERROR, *line, error_row(error));
    }
    rows.0
}

/// The template of an error, without what Exchange Online adds about its last attempt: the trace cuts
/// it.
fn error_row(error: &LastError) -> String {
    let led = &error.led;
    let end = led.find(" [LastAttempted").unwrap_or(led.len());
    template(led.get(..end).unwrap_or(led))
}

const CONNECTIVITY: &str = "Connectivity";
const LAST_ERROR: &str = "LastError";

/// The rows of a file; of two with the same template the first is kept.
#[derive(Default)]
pub(super) struct Rows(Vec<Row>);

impl Rows {
    pub(super) fn push(&mut self, format: &'static str, place: String, template: String) {
        let is_known = self.0.iter().any(|row| row.format == format && row.template == template);
        if !is_known {
            self.0.push(Row { format, place, template });
        }
    }

    pub(super) fn line(&mut self, format: &'static str, line: u64, template: String) {
        self.push(format, line.to_string(), template);
    }

    fn tracking(&mut self, line: u64, row: &TrackingRow<'_>) {
        self.line("Message tracking", line, tracking_row(row));
        self.line(
            "Tracking event",
            line,
            tracked_event(row.event_id.as_str(), row.source.as_str(), &row.recipient_status),
        );
        if row.recipient_status.starts_with("[{") {
            self.line(LAST_ERROR, line, error_row(&LastError::parse(&row.recipient_status)));
        }
    }

    /// Names, kinds and order of the properties of an exported object.
    fn object(&mut self, object: &Object) {
        let name = object.type_names.first().map(|it| it.rsplit('.').next().unwrap_or_default());
        let name = name.unwrap_or_default();
        for (property, value) in &object.properties {
            self.push(
                "CLIXML",
                format!("{name} {property}"),
                format!("{name} {property}: {}", kind_of(value)),
            );
        }
        let names = object.properties.iter().map(|(name, _)| name.as_ref());
        let order = names.collect::<Vec<_>>().join(" ");
        self.push("CLIXML", format!("{name}{ORDER}"), format!("{name}: {order}"));
        let error = object.text_of("LastError");
        if !error.is_empty() {
            self.push(LAST_ERROR, name.to_owned(), error_row(&LastError::parse(&error)));
        }
    }

    /// An object of a list: a row of a log as a cmdlet shows it.
    fn listed(&mut self, line: u64, object: &Object) {
        let text = |name: &str| object.text_of(name).trim_matches('"').to_owned();
        if object.get("EventId").is_some() {
            let status = text("RecipientStatus");
            let status = status.trim_start_matches('{').trim_end_matches('}');
            self.line(
                "Tracking event",
                line,
                tracked_event(&text("EventId"), &text("Source"), status),
            );
        } else if object.get("Direction").is_some() {
            let shown = format!("{} {}", text("Direction"), template(&text("Description")));
            self.line(CONNECTIVITY, line, shown);
        }
    }

    /// The columns, and what the reasons say.
    fn trace(&mut self, trace: &Trace, text: &str) {
        let what =
            if matches!(trace, Trace::Rows(_)) { "MessageTrace" } else { "MessageTraceDetail" };
        for name in columns(text) {
            self.push("Message trace", name.clone(), format!("{what} {name}"));
        }
        if let Trace::Details(details) = trace {
            for (line, detail) in details {
                self.line(LAST_ERROR, *line, error_row(&LastError::parse(&detail.detail)));
            }
        }
    }
}

/// Names of columns: of a table its first line, of JSON the keys of the innermost object.
fn columns(text: &str) -> Vec<String> {
    if let Ok(json) = serde_json::from_str::<serde_json::Value>(text) {
        return keys(&json).unwrap_or_default();
    }
    let first = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    first.split(',').map(|name| name.trim_matches('"').to_owned()).collect()
}

/// Keys of the object that has a sender, which may be text inside another object.
fn keys(json: &serde_json::Value) -> Option<Vec<String>> {
    match json {
        serde_json::Value::Object(object) if object.contains_key("SenderAddress") => {
            Some(object.keys().cloned().collect())
        }
        serde_json::Value::Object(object) => object.values().find_map(keys),
        serde_json::Value::Array(values) => values.iter().find_map(keys),
        serde_json::Value::String(text) => keys(&serde_json::from_str(text).ok()?),
        _ => None,
    }
}

fn endpoint(text: &str) -> &'static str {
    if text.is_empty() { "none" } else { "endpoint" }
}

fn connector(text: &str) -> &'static str {
    match text {
        "" => "none",
        text if text.contains('\\') => "SERVER\\Connector",
        _ => "Connector",
    }
}

fn protocol_row(row: &ProtocolRow<'_>) -> String {
    let context = template(&row.context);
    let data = match (row.event, &*row.context) {
        (ProtocolEvent::Information, own) if own.starts_with("Certificate ") => "VALUE".to_owned(),
        (ProtocolEvent::Information, own) if own.contains("ertificate Subject Issuer name") => {
            "VALUES".to_owned()
        }
        (ProtocolEvent::Information, "authenticated") => "USER".to_owned(),
        (ProtocolEvent::Information, _) => template(&row.data),
        _ => said(&row.data),
    };
    let context = match context.strip_prefix("User Name: ") {
        Some(_) => "User Name: USER".to_owned(),
        None => context,
    };
    let (local, remote) = (endpoint(&row.local_endpoint), endpoint(&row.remote_endpoint));
    let symbol = row.event.symbol();
    format!("{} {local} {remote} {symbol} {data} | {context}", connector(&row.connector_id))
}

/// A command or a reply.
fn said(data: &str) -> String {
    let (verb, argument) = data.split_once(' ').unwrap_or((data, ""));
    match verb {
        "EHLO" | "HELO" if argument.starts_with('[') => format!("{verb} [IP]"),
        "EHLO" | "HELO" => format!("{verb} NAME"),
        // Posters mask addresses in their own ways.
        "MAIL" | "RCPT" => {
            let (before, rest) = data.split_once('<').unwrap_or((data, ""));
            let (address, behind) = rest.split_once('>').unwrap_or((rest, ""));
            let address = if address.is_empty() { "" } else { "ADDRESS" };
            format!("{before}<{address}>{}", template(behind))
        }
        _ => template(data),
    }
}

fn tracking_row(row: &TrackingRow<'_>) -> String {
    let cells = row.to_cells();
    let named = TrackingRow::FIELDS.iter().zip(&cells).filter(|(_, cell)| !cell.is_empty());
    let shapes = named.map(|(field, cell)| match *field {
        "source" | "event-id" | "directionality" | "transport-traffic-type" => cell.to_string(),
        "client-hostname" | "server-hostname" => {
            format!("{field}={}", if cell.contains('.') { "full name" } else { "name" })
        }
        "connector-id" => format!("{field}={}", connector(cell)),
        "source-context" => format!("{field}={}", source_context(cell)),
        "message-info" => format!("{field}={}", template(&without_server(cell))),
        "recipient-status" => format!("{field}={}", template(cell)),
        "custom-data" => {
            let keys = row.custom().0.into_iter().map(|(key, _)| key).collect::<Vec<_>>();
            format!("{field}={}", keys.join(";"))
        }
        "return-path" if *cell == "<>" => format!("{field}=<>"),
        _ => (*field).to_owned(),
    });
    shapes.collect::<Vec<_>>().join(" ")
}

/// `…;LSRV=NAME:TOTAL-SUB=0.1|…`: the name of the server goes whatever it is.
fn without_server(text: &str) -> String {
    let Some((before, rest)) = text.split_once("LSRV=") else { return text.to_owned() };
    let (_, stages) = rest.split_once(':').unwrap_or(("", rest));
    format!("{before}LSRV=NAME:{stages}")
}

/// `MDB:<guid>, Mailbox:<guid>, …`: the keys, and the values that are words of the product.
fn source_context(text: &str) -> String {
    if !text.starts_with("MDB:") {
        return template(text);
    }
    let parts = text.split(", ").map(|part| match part.split_once(':') {
        Some((key @ ("MessageClass" | "ClientType" | "SubmissionAssistant"), value)) => {
            format!("{key}:{value}")
        }
        Some((key, _)) => key.to_owned(),
        None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join(", ")
}

fn tracked_event(event: &str, source: &str, status: &str) -> String {
    format!("{source} {event} {}", template(status))
}

fn connection(row: &ConnectivityRow<'_>) -> String {
    format!("{} {}", row.direction.symbol(), template(&row.description))
}

fn agent_row(row: &AgentRow<'_>) -> String {
    let words =
        [&row.agent, &row.event, &row.action, &row.smtp_response, &row.reason, &row.diagnostics];
    let words = words.map(|cell| template(cell)).join(",");
    let forms = [&row.local_endpoint, &row.remote_endpoint, &row.entered_org_from_ip];
    let forms = forms.map(|cell| match cell.rsplit_once(':') {
        Some(_) => "endpoint",
        None if cell.is_empty() => "none",
        None => "address",
    });
    format!("{} {words} {}", forms.join(","), row.directionality)
}

fn event_row(event: &Event) -> String {
    // Writers of articles put names into angle brackets: `<CertificateIssuer>`.
    let bare = event.description.replace(['`', '\\'], "");
    let mut parts = bare.split('<');
    let mut description = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('>') {
            Some((name, rest))
                if name.len() > 1 && name.bytes().all(|it| it.is_ascii_alphabetic()) =>
            {
                description.extend(["NAME", rest]);
            }
            _ => description.extend(["<", part]),
        }
    }
    format!("{} {}", event.source, template(&description))
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        // A null tells nothing about the type.
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::I32(_) | Value::I64(_) | Value::F64(_) => "number",
        Value::DateTime(_) | Value::Utc(_) => "time",
        Value::Guid(_) => "GUID",
        Value::List(_) => "list",
        Value::String(_)
        | Value::Opaque(_)
        | Value::Enum(_)
        | Value::Object(_)
        | Value::Hashtable(_) => "text",
    }
}
