//! What a file is, from its content. Its name only settles what the content leaves open.
//!
//! Binary files are recognised by their first bytes, so that a reader can say what to export instead.
//!
//! Not modelled: archives; whoever hands the bytes over has opened them.

use std::cmp::Ordering;

use crate::event_log::is_event_text;
use crate::excerpt::{self, RowShape};
use crate::last_error::is_last_error;
use crate::log_kinds::LOG_KINDS;
use crate::log_time::is_row_time;
use crate::mail::Headers;
use crate::protocol_log::ProtocolEvent;
use crate::row::{Cut, Span, cut};
use crate::scan::header_value;
use crate::text::{decode, is_bare_utf16};
use crate::{
    agent_log, connectivity_log, csv, edgesync_log, firewall_log, format_list, json_objects,
    message_trace, message_tracking, ndr, protocol_log, setup_log, trace_report,
};

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// [`crate::protocol_log`], of receive connectors.
    SmtpReceiveLog,
    /// [`crate::protocol_log`], of send connectors.
    SmtpSendLog,
    /// [`crate::message_tracking`].
    MessageTrackingLog,
    /// [`crate::connectivity_log`].
    ConnectivityLog,
    /// [`crate::agent_log`].
    AgentLog,
    /// [`crate::edgesync_log`].
    EdgeSyncLog,
    /// [`crate::clixml`].
    Clixml,
    /// [`crate::message_trace`], messages.
    MessageTrace,
    /// [`crate::message_trace`], events of messages.
    MessageTraceDetail,
    /// [`crate::trace_data`].
    MessageTraceData,
    /// [`crate::trace_report`], one row for each message.
    EnhancedTraceReport,
    /// [`crate::trace_report`], one row for each event.
    ExtendedTraceReport,
    /// [`crate::csv`], of another kind.
    Table,
    /// [`crate::ndr`].
    DeliveryReport,
    /// [`crate::mail`], of another kind.
    Mail,
    /// [`crate::firewall_log`].
    FirewallLog,
    /// [`crate::event_log`], XML.
    EventLogXml,
    /// [`crate::event_log`], text.
    EventLogText,
    /// [`crate::setup_log`].
    SetupLog,
    /// [`crate::format_list`].
    FormatList,
    /// [`crate::json_objects`].
    Json,
    /// [`crate::last_error`], one or more among other text.
    LastErrors,
    /// Text of no kind known.
    Text,
    /// No text; what it is instead, and what to hand over.
    Binary(&'static str),
    /// Nothing.
    Empty,
}

impl Kind {
    /// The product's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::SmtpReceiveLog => protocol_log::SMTP_RECEIVE.log_type,
            Self::SmtpSendLog => protocol_log::SMTP_SEND.log_type,
            Self::MessageTrackingLog => message_tracking::MESSAGE_TRACKING.log_type,
            Self::ConnectivityLog => connectivity_log::CONNECTIVITY.log_type,
            Self::AgentLog => agent_log::AGENT_LOG.log_type,
            Self::EdgeSyncLog => edgesync_log::EDGESYNC.log_type,
            Self::Clixml => "Export-Clixml",
            Self::MessageTrace => "Get-MessageTraceV2",
            Self::MessageTraceDetail => "Get-MessageTraceDetailV2",
            Self::MessageTraceData => "Data of Get-MessageTraceDetailV2",
            Self::EnhancedTraceReport => "Enhanced summary report",
            Self::ExtendedTraceReport => "Extended report",
            Self::Table => "Export-Csv",
            Self::DeliveryReport => "Delivery status notification",
            Self::Mail => "Internet mail",
            Self::FirewallLog => "Firewall log",
            Self::EventLogXml => "Windows event log (XML)",
            Self::EventLogText => "Windows event log (text)",
            Self::SetupLog => "Exchange Setup log",
            Self::FormatList => "Format-List",
            Self::Json => "ConvertTo-Json",
            Self::LastErrors => "LastError",
            Self::Text => "Text",
            Self::Binary(_) => "Binary file",
            Self::Empty => "Empty file",
        }
    }
}

/// How much of a file is looked at.
const HEAD_BYTES: usize = 64 * 1024;

/// Says what a file is. Its first 64 KiB are enough.
pub fn recognise(name: &str, bytes: &[u8]) -> Kind {
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    if let Some(advice) = binary(head) {
        return Kind::Binary(advice);
    }
    let text = decode(head);
    let start = text.trim_start();
    if start.is_empty() {
        return Kind::Empty;
    }
    // A mail can have anything pasted into it, so it comes before all but a whole log.
    log_at_start(&text)
        .or_else(|| mail(&text))
        .or_else(|| log_header(&text))
        .or_else(|| markup(start))
        .or_else(|| json(start))
        .or_else(|| line_log(&text))
        .or_else(|| bare_rows(name, &text))
        .or_else(|| table(&text))
        .or_else(|| prose(&text))
        .unwrap_or(Kind::Text)
}

/// First bytes of files that are no text.
const MAGIC: [(usize, &[u8], &str); 12] = [
    (
        0,
        b"ElfFile\0",
        "a Windows event log in binary form (.evtx): save it as XML in Event Viewer, or with wevtutil qe /lf:true /f:RenderedXml",
    ),
    (
        4,
        &[0xef, 0xcd, 0xab, 0x89],
        "an ESE database, such as the queue database mail.que: export what Get-Queue and Get-Message show",
    ),
    (
        0,
        &[0xd0, 0xcf, 0x11, 0xe0],
        "an Outlook message (.msg) or another OLE file: save the message as .eml or text",
    ),
    (
        0,
        b"PK\x03\x04",
        "an Office document, or a damaged ZIP archive: save it as CSV, or unpack it",
    ),
    (0, &[0x1f, 0x8b], "a damaged gzip archive: unpack it"),
    (0, b"%PDF", "a PDF document: hand over the text or the file it was made from"),
    (0, &[0x89, b'P', b'N', b'G'], "a picture: hand over the text it shows"),
    (0, &[0xff, 0xd8, 0xff], "a picture: hand over the text it shows"),
    (
        0,
        &[0xd4, 0xc3, 0xb2, 0xa1],
        "a network capture: hand over the protocol log of the same time",
    ),
    (
        0,
        &[0x0a, 0x0d, 0x0d, 0x0a],
        "a network capture: hand over the protocol log of the same time",
    ),
    (0, b"!BDN", "an Outlook data file (.pst): save the message as .eml or text"),
    (0, b"MZ", "a program"),
];

fn binary(head: &[u8]) -> Option<&'static str> {
    let known = MAGIC
        .iter()
        .find(|(at, magic, _)| head.get(*at..).is_some_and(|rest| rest.starts_with(magic)));
    if let Some((_, magic, advice)) = known {
        // `MZ` alone can open a text; a program has zeros soon after.
        let is_text = magic.len() == 2 && *magic == b"MZ" && !head.contains(&0);
        return (!is_text).then_some(*advice);
    }
    let is_wide =
        head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") || is_bare_utf16(head);
    let sample = head.get(..4096).unwrap_or(head);
    (!is_wide && sample.contains(&0)).then_some("no text")
}

/// The header of a transport log as the server wrote it: nothing stands before it.
fn log_at_start(text: &str) -> Option<Kind> {
    if text.starts_with("#Software: ") { log_header(text) } else { None }
}

/// What a file is that begins with the header of a transport log; a few kilobytes are enough.
pub fn recognise_log(head: &[u8]) -> Option<Kind> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if head.starts_with(b"#Software: ") && !head.contains(&0) {
        log_at_start(&String::from_utf8_lossy(head))
    } else {
        None
    }
}

/// The header of a transport log, perhaps without `#` or below a sentence.
fn log_header(text: &str) -> Option<Kind> {
    let values = text
        .lines()
        .take(60)
        .filter_map(|line| header_value(line.trim_start_matches(['>', ' ']), "Log-type"));
    let mut found = values.filter_map(|value| LOG_KINDS.iter().find(|log| log.log_type == value));
    found.next().map(|log| log.kind)
}

fn markup(start: &str) -> Option<Kind> {
    if !start.starts_with('<') {
        return None;
    }
    let tags = [
        ("<Objs", Kind::Clixml),
        ("<MEP ", Kind::MessageTraceData),
        ("<Event ", Kind::EventLogXml),
        ("<Event>", Kind::EventLogXml),
        ("<Events>", Kind::EventLogXml),
    ];
    tags.iter().find(|(tag, _)| start.contains(tag)).map(|(_, kind)| *kind)
}

fn json(start: &str) -> Option<Kind> {
    let is_json = start.starts_with('{') || start.starts_with('[');
    let has = |key: &str| {
        start.contains(&format!("\"{key}\"")) || start.contains(&format!("\\\"{key}\\\""))
    };
    match is_json.then(|| message_trace::is_trace(has)).flatten() {
        Some(true) => Some(Kind::MessageTraceDetail),
        Some(false) => Some(Kind::MessageTrace),
        None => json_objects::is_json_of_objects(start).then_some(Kind::Json),
    }
}

/// Logs whose lines tell what they are.
fn line_log(text: &str) -> Option<Kind> {
    if text.lines().take(30).any(|line| setup_log::read_entry(line).is_some()) {
        return Some(Kind::SetupLog);
    }
    let is_firewall = |line: &str| {
        line.contains("%ASA-")
            || firewall_log::Extract::parse(line).is_some()
            || line.starts_with("#Software: Microsoft Windows Firewall")
            || firewall_log::read_line(line).is_some()
    };
    text.lines().take(60).any(is_firewall).then_some(Kind::FirewallLog)
}

/// Rows of a transport log whose header was not pasted: the form that most lines have.
fn bare_rows(name: &str, text: &str) -> Option<Kind> {
    // Mending a text for every form is slow, and most texts have no row at all.
    let is_near =
        |line: &str| is_row_time(without_marks(line).as_bytes()) || line.contains(",50636,");
    if !text.lines().any(is_near) {
        return None;
    }
    let mut best = (0, None);
    for log in &LOG_KINDS {
        for fields in log.fields {
            let shape = RowShape { columns: fields.len(), event: log.event };
            let repaired = excerpt::undo_rows(text, shape);
            let rows = count_rows(&repaired.text, log.kind, fields);
            if rows > best.0 {
                best = (rows, Some(log.kind));
            }
        }
    }
    match best.1? {
        Kind::SmtpReceiveLog | Kind::SmtpSendLog => Some(protocol_direction(name, text)),
        kind => Some(kind),
    }
}

fn count_rows(text: &str, kind: Kind, fields: &[&str]) -> usize {
    let mut spans = Vec::new();
    let is_row = |line: &&str| {
        let bytes = line.as_bytes();
        cut(bytes, &mut spans) == Cut::Whole
            && spans.len() == fields.len()
            && fits(kind, bytes, &spans)
    };
    text.lines().filter(is_row).count()
}

/// Whether the cells of a line are those of a kind of log.
fn fits(kind: Kind, line: &[u8], spans: &[Span]) -> bool {
    let cell = |at: usize| spans.get(at).map(|span| span.text(line)).unwrap_or_default();
    match kind {
        // The poster of an excerpt may have removed the time.
        Kind::EdgeSyncLog => cell(1).len() == 32 && cell(5).parse::<u16>().is_ok(),
        _ if !is_row_time(line) => false,
        Kind::SmtpReceiveLog | Kind::SmtpSendLog => ProtocolEvent::of(&cell(6)).is_some(),
        Kind::ConnectivityLog => connectivity_log::ConnectivityDirection::of(&cell(4)).is_some(),
        _ => true,
    }
}

/// A line without what a page may have put before it.
fn without_marks(line: &str) -> &str {
    line.trim_start_matches([' ', '\t', '>', '-', '*', '"', '“'])
}

/// Receive connectors are written with their server, send connectors without.
fn protocol_direction(name: &str, text: &str) -> Kind {
    let rows = text.lines().filter_map(|line| {
        let row = without_marks(line);
        is_row_time(row.as_bytes()).then(|| row.split(',').nth(1)).flatten()
    });
    let (with, without): (Vec<_>, Vec<_>) = rows.partition(|connector| connector.contains('\\'));
    let name = name.to_lowercase();
    let is_send = match with.len().cmp(&without.len()) {
        Ordering::Greater => false,
        Ordering::Less => true,
        Ordering::Equal => name.contains("send"),
    };
    if is_send { Kind::SmtpSendLog } else { Kind::SmtpReceiveLog }
}

/// Headers that a mail has, of which two are enough.
const MAIL_HEADERS: [&str; 9] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Received",
    "Message-ID",
    "Return-Path",
    "MIME-Version",
    "Content-Type",
];

fn mail(text: &str) -> Option<Kind> {
    let (headers, _) = Headers::read(text);
    let known = MAIL_HEADERS.iter().filter(|name| headers.get(name).is_some()).count();
    if known < 2 {
        return None;
    }
    let kind = headers.get("Content-Type").unwrap_or_default().to_lowercase();
    let is_report = kind.contains("delivery-status") || ndr::read(text).is_some();
    Some(if is_report { Kind::DeliveryReport } else { Kind::Mail })
}

fn table(text: &str) -> Option<Kind> {
    let (table, unread) = csv::read(text);
    let is_name = |name: &String| {
        let words = name.split(' ').count();
        let is_bare = !name.is_empty() && name.trim() == name;
        is_bare && name.len() <= 60 && words <= 4 && !name.contains(['*', ':', '<', '#'])
    };
    let is_table = table.columns.len() > 1
        && table.columns.iter().all(is_name)
        && table.rows.len() > unread.len();
    let has = |name: &str| table.column(name).is_some();
    if table.type_name.is_none() && !is_table {
        return None;
    }
    Some(match (message_trace::is_trace(has), trace_report::is_report(has)) {
        (Some(true), _) => Kind::MessageTraceDetail,
        (Some(false), _) => Kind::MessageTrace,
        (None, Some(true)) => Kind::ExtendedTraceReport,
        (None, Some(false)) => Kind::EnhancedTraceReport,
        (None, None) => Kind::Table,
    })
}

/// Things that stand among the words of a person.
fn prose(text: &str) -> Option<Kind> {
    if ndr::read(text).is_some_and(|(report, _)| !report.recipients.is_empty()) {
        return Some(Kind::DeliveryReport);
    }
    if text.lines().any(is_event_text) {
        return Some(Kind::EventLogText);
    }
    let (objects, unread) = format_list::read(text);
    let listed: usize = objects.iter().map(|listed| listed.object.properties.len()).sum();
    if listed > unread.len() {
        return Some(Kind::FormatList);
    }
    let repaired = excerpt::undo(text);
    if repaired.text.lines().any(|line| is_last_error(unbraced(line))) {
        return Some(Kind::LastErrors);
    }
    None
}

/// Without the braces `Format-List` puts around a list.
pub(crate) fn unbraced(line: &str) -> &str {
    line.strip_prefix('{').and_then(|line| line.strip_suffix('}')).unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_content_decides() {
        let row =
            "2026-05-01T06:06:57.291Z,MBX01\\Default,08DE,1,192.168.1.4:25,203.0.113.25:1,+,,";
        for (content, kind) in [
            ("", Kind::Empty),
            (" \r\n", Kind::Empty),
            ("#Software: Microsoft Exchange Server\n#Log-type: Agent Log\n", Kind::AgentLog),
            ("pasted:\n\nLog-type: SMTP Send Protocol Log\n", Kind::SmtpSendLog),
            (row, Kind::SmtpReceiveLog),
            (&row.replace("MBX01\\", ""), Kind::SmtpSendLog),
            ("<Objs Version=\"1.1.0.1\">", Kind::Clixml),
            ("<Events><Event xmlns='x'>", Kind::EventLogXml),
            ("<root><MEP Name=\"a\" String=\"b\"/></root>", Kind::MessageTraceData),
            (
                "[{\"MessageTraceId\":\"1\",\"RecipientAddress\":\"a\",\"Status\":\"b\"}]",
                Kind::MessageTrace,
            ),
            (
                "\"MessageTraceId\",\"Event\",\"Detail\"\r\n\"1\",\"Defer\",\"x\"\r\n",
                Kind::MessageTraceDetail,
            ),
            ("date_time_utc,source,event_id\n1,2,3\n", Kind::ExtendedTraceReport),
            ("origin_timestamp_utc,recipient_status\n1,2\n", Kind::EnhancedTraceReport),
            ("#TYPE System.String\r\n\"Length\"\r\n\"3\"\r\n", Kind::Table),
            ("From: a@contoso.example\nSubject: b\n\nhello\n", Kind::Mail),
            (
                "Generating server: m\n\na@b.example\nRemote Server returned '550 5.1.1 x'\n",
                Kind::DeliveryReport,
            ),
            ("May 01 2026 06:06:57: %ASA-4-106023: Deny tcp\n", Kind::FirewallLog),
            ("Log Name: Application\nEvent ID: 1\nDescription: x\n", Kind::EventLogText),
            ("[03/13/2026 05:01:28.0382] [0] x\n", Kind::SetupLog),
            ("Identity : a\nStatus   : b\n", Kind::FormatList),
            ("It said:\n> 454 4.7.5 The certificate could not be found.\n", Kind::LastErrors),
            ("Dear all, it fails.\n\nYours, Anna\n", Kind::Text),
            (&format!("From: a@contoso.example\nSubject: b\n\n{row}\n"), Kind::Mail),
        ] {
            assert_eq!(recognise("x.txt", content.as_bytes()), kind, "{content}");
        }
    }

    #[test]
    fn binary_files_are_refused_with_advice() {
        let Kind::Binary(advice) = recognise("Application.evtx", b"ElfFile\0\0\0") else {
            panic!("taken for text")
        };
        assert!(advice.contains("wevtutil"));
        assert!(matches!(
            recognise("mail.que", b"\x01\x02\x03\x04\xef\xcd\xab\x89"),
            Kind::Binary(_)
        ));
        assert!(matches!(recognise("x", b"abc\0def"), Kind::Binary("no text")));
        assert_eq!(recognise("x", b"MZ is no program"), Kind::Text);
    }

    #[test]
    fn the_name_settles_what_the_content_leaves_open() {
        let send = "2026-05-01T06:06:57.291Z,a,08DE,1,b,c,+,,\n";
        let both = format!("{send}{}", send.replace(",a,", ",A\\b,"));
        assert_eq!(recognise("SEND2026050106-1.LOG", both.as_bytes()), Kind::SmtpSendLog);
        assert_eq!(recognise("RECV2026050106-1.LOG", both.as_bytes()), Kind::SmtpReceiveLog);
    }

    proptest! {
        #[test]
        fn any_bytes_are_something(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _kind = recognise("x", &bytes);
        }

        #[test]
        fn any_text_is_something(text in "(2026-05-01T06:06:57.291Z|,|\"|<|\\{|Log-type: |From: |: |\n|[ -~é])*") {
            let _kind = recognise("x", text.as_bytes());
        }
    }
}
