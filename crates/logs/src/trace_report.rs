//! The reports that the Exchange admin center and `Start-HistoricalSearch` offer for download.
//!
//! The extended report has the columns of the tracking log with `_` for `-` and is read into the same
//! rows. The enhanced summary report has one row for each message, with the statuses of all its
//! recipients in one cell.
//!
//! Both are UTF-16 with a byte order mark: Microsoft's own script opens them so first. Times have seven
//! decimals. No raw file was found: which cells stand in quotation marks is not known; here those do that
//! must. Not modelled: the summary of the message trace page (its columns were not found).
//!
//! Source: Microsoft Learn "Message trace in the modern Exchange admin center", two real records,
//! CSS-Exchange `Measure-EmailDelayInMTL.ps1` (names of the columns, encoding).

use std::borrow::Cow;

use jiff::Timestamp;

use crate::csv::{Table, TableRow};
use crate::message_tracking::{FIELDS, FIELDS_2013, TrackingRow};
use crate::row::{Columns, Cut, LogRow, Row, cut, unfit, write_row};
use crate::trace_cells::read_time;
use crate::unread::{Reason, Unread};

/// A row of the enhanced summary report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnhancedRow {
    /// When the service received the message.
    pub origin_timestamp: Option<Timestamp>,
    /// Sender.
    pub sender_address: String,
    /// Each recipient and what happened: `Receive, Send`, `Receive, Fail`, `Receive, Deliver`.
    pub recipient_status: Vec<(String, String)>,
    /// Subject.
    pub message_subject: String,
    /// Bytes.
    pub total_bytes: Option<u64>,
    /// `Message-ID:` header, with angle brackets.
    pub message_id: String,
    /// Network message id, here without dashes.
    pub network_message_id: String,
    /// Address of the sender's client.
    pub original_client_ip: String,
    /// Inbound (1, `Incoming`) or outbound (2, `Originating`).
    pub directionality: String,
    /// Name of the connector.
    pub connector_id: String,
    /// `High`, `Low` or `Normal`.
    pub delivery_priority: String,
}

/// Columns of the enhanced summary report.
pub const ENHANCED_COLUMNS: [&str; 11] = [
    "origin_timestamp_utc",
    "sender_address",
    "recipient_status",
    "message_subject",
    "total_bytes",
    "message_id",
    "network_message_id",
    "original_client_ip",
    "directionality",
    "connector_id",
    "delivery_priority",
];

/// The bytes of an enhanced summary report.
pub fn write_enhanced(rows: &[EnhancedRow]) -> Vec<u8> {
    let mut lines = Vec::new();
    write_row(ENHANCED_COLUMNS.into_iter(), &mut lines);
    for row in rows {
        let statuses = row.recipient_status.iter();
        let statuses: Vec<_> = statuses.map(|(who, what)| format!("{who}##{what}")).collect();
        let cells = [
            row.origin_timestamp.map(exact).unwrap_or_default(),
            row.sender_address.clone(),
            statuses.join(";"),
            row.message_subject.clone(),
            row.total_bytes.map(|bytes| bytes.to_string()).unwrap_or_default(),
            row.message_id.clone(),
            row.network_message_id.clone(),
            row.original_client_ip.clone(),
            row.directionality.clone(),
            row.connector_id.clone(),
            row.delivery_priority.clone(),
        ];
        write_row(cells.iter().map(String::as_str), &mut lines);
    }
    utf16(&lines)
}

/// The bytes of an extended report.
pub fn write_extended(rows: &[TrackingRow<'_>]) -> Vec<u8> {
    let names: Vec<_> = FIELDS_2013.iter().map(|field| column(field)).collect();
    let mut lines = Vec::new();
    write_row(names.iter().map(String::as_str), &mut lines);
    for row in rows {
        let mut cells = vec![exact(row.date_time)];
        let own = row.to_cells().into_iter().take(FIELDS_2013.len()).skip(1);
        cells.extend(own.map(Cow::into_owned));
        write_row(cells.iter().map(String::as_str), &mut lines);
    }
    utf16(&lines)
}

/// The column of the extended report that a column of the tracking log is.
fn column(field: &str) -> String {
    match field {
        "date-time" => "date_time_utc".to_owned(),
        _ => field.replace('-', "_"),
    }
}

/// `2026-05-01T06:06:57.6050000Z`
fn exact(time: Timestamp) -> String {
    format!("{time:.7}")
}

fn utf16(lines: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(lines);
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

/// The rows of a report, each with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TraceReport {
    /// One row for each message.
    Enhanced(Vec<(u64, EnhancedRow)>),
    /// One row for each event.
    Extended(Vec<(u64, TrackingRow<'static>)>),
}

/// Whether a table's columns are those of the enhanced (`Some(false)`) or extended report.
pub(crate) fn is_report(has: impl Fn(&str) -> bool) -> Option<bool> {
    if has("event_id") && has("source") && (has("date_time_utc") || has("date_time")) {
        return Some(true);
    }
    (has("recipient_status") && (has("origin_timestamp_utc") || has("origin_timestamp")))
        .then_some(false)
}

/// Reads a table; `None` when its columns are those of no report.
pub fn read_table(table: &Table) -> Option<(TraceReport, Vec<Unread>)> {
    let mut unread = Vec::new();
    let mut report = |row: &TableRow, reason| {
        let shown: Vec<_> = row.cells.iter().flatten().map(String::as_str).collect();
        unread.push(Unread::new(row.line, &shown.join(","), reason));
    };
    let found = if is_report(|name| table.column(name).is_some())? {
        let names: Vec<_> = table.columns.iter().map(|name| field(name)).collect();
        let columns = Columns::of(&FIELDS, names.iter().map(String::as_str));
        let mut rows = Vec::new();
        for row in &table.rows {
            match extended(row, &columns) {
                Ok(event) => rows.push((row.line, event)),
                Err(reason) => report(row, reason),
            }
        }
        TraceReport::Extended(rows)
    } else {
        let mut rows = Vec::new();
        for row in &table.rows {
            match enhanced(table, row) {
                Ok(message) => rows.push((row.line, message)),
                Err(reason) => report(row, reason),
            }
        }
        TraceReport::Enhanced(rows)
    };
    Some((found, unread))
}

/// The column of the tracking log that a column of the extended report is.
fn field(name: &str) -> String {
    let name = name.to_lowercase();
    name.strip_suffix("_utc").unwrap_or(&name).replace('_', "-")
}

fn extended(row: &TableRow, columns: &Columns) -> Result<TrackingRow<'static>, Reason> {
    let mut line = Vec::new();
    // A line end in a cell would not change it, but a row must be one line to be cut.
    write_row(row.cells.iter().map(|cell| cell.as_deref().unwrap_or_default()), &mut line);
    let line = line.strip_suffix(b"\r\n").unwrap_or(&line);
    let mut spans = Vec::new();
    if cut(line, &mut spans) == Cut::OpenQuote {
        return Err(Reason::OpenQuote);
    }
    Row::new(line, &spans, columns, 1).read::<TrackingRow<'_>>().map(TrackingRow::into_owned)
}

fn enhanced(table: &Table, row: &TableRow) -> Result<EnhancedRow, Reason> {
    let text = |name: &str| table.text(row, name).to_owned();
    let origin = Some(text("origin_timestamp_utc")).filter(|text| !text.is_empty());
    let origin = origin.unwrap_or_else(|| text("origin_timestamp"));
    let time = read_time(&origin);
    if time.is_none() && !origin.is_empty() {
        return Err(unfit("origin_timestamp", "a time", &origin));
    }
    Ok(EnhancedRow {
        origin_timestamp: time,
        sender_address: text("sender_address"),
        recipient_status: recipient_statuses(table.text(row, "recipient_status")),
        message_subject: text("message_subject"),
        total_bytes: text("total_bytes").parse().ok(),
        message_id: text("message_id"),
        network_message_id: text("network_message_id"),
        original_client_ip: text("original_client_ip"),
        directionality: text("directionality"),
        connector_id: text("connector_id"),
        delivery_priority: text("delivery_priority"),
    })
}

/// `a@contoso.com##Receive, Deliver;b@contoso.com##Receive, Fail`.
fn recipient_statuses(text: &str) -> Vec<(String, String)> {
    let parts = text.split(';').filter(|part| !part.trim().is_empty());
    parts
        .map(|part| {
            let (address, status) = part.split_once("##").unwrap_or((part, ""));
            (address.trim().to_owned(), status.trim().to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking_words::TrackingEventId;
    use crate::{csv, testing};
    use proptest::prelude::*;

    #[test]
    fn an_extended_report_gives_tracking_rows() {
        let (table, _) = csv::read(
            "\"date_time_utc\",\"client_hostname\",\"source_context\",\"source\",\"event_id\",\"message_id\",\"recipient_address\",\"custom_data\",\"new_column\"\r\n\"2026-05-01T06:06:57.6050000Z\",\"MBX01\",\"a, \"\"b\"\"\",\"STOREDRIVER\",\"DELIVER\",\"<1@contoso.example>\",\"anna@contoso.example\",\"S:E2ELatency=1.2\",\"x\"\r\n\"never\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"\r\n",
        );
        let Some((TraceReport::Extended(rows), unread)) = read_table(&table) else {
            panic!("none")
        };
        let (line, row) = &rows[0];
        assert_eq!((*line, &row.event_id), (2, &TrackingEventId::Deliver));
        assert_eq!(
            (row.source_context.as_ref(), row.custom().value("E2ELatency")),
            ("a, \"b\"", Some("1.2"))
        );
        assert_eq!(unread[0].line, 3);
    }

    #[test]
    fn an_enhanced_report_gives_the_status_of_each_recipient() {
        let (table, _) = csv::read(
            "origin_timestamp_utc,sender_address,recipient_status,message_subject,total_bytes,message_id,network_message_id,original_client_ip,directionality,connector_id,delivery_priority\n2026-05-01T06:06:57.3284899Z,bo@contoso.example,\"anna@contoso.example##Receive, Deliver;carl@fabrikam.example##Receive, Fail\",Lunch,1,<1@contoso.example>,x,,1,,Normal\n",
        );
        let Some((TraceReport::Enhanced(rows), unread)) = read_table(&table) else {
            panic!("none")
        };
        assert!(unread.is_empty());
        assert_eq!(
            rows[0].1.recipient_status[1],
            ("carl@fabrikam.example".into(), "Receive, Fail".into())
        );
    }

    /// Cells of the row that the report has: all but three of Exchange 2016's.
    const LAST_CELL: usize = 24;

    fn table_of(bytes: &[u8]) -> Table {
        assert!(bytes.starts_with(b"\xff\xfeo\0") || bytes.starts_with(b"\xff\xfed\0"));
        csv::read(&crate::text::decode(bytes)).0
    }

    fn any_enhanced() -> impl Strategy<Value = EnhancedRow> {
        let texts = proptest::array::uniform7("[ -~é\r\n]{0,12}");
        let status = ("[a-z]{1,8}@[a-z]{1,8}", "(Receive, (Send|Fail|Deliver))?");
        let statuses = proptest::collection::vec(status, 0..4);
        (texts, statuses, 0_i64..4_102_444_800, proptest::option::of(any::<u64>())).prop_map(
            |(texts, recipient_status, time, total_bytes)| {
                let [subject, sender, id, network, client, direction, connector] = texts;
                EnhancedRow {
                    origin_timestamp: Timestamp::from_second(time).ok(),
                    sender_address: sender,
                    recipient_status,
                    message_subject: subject,
                    total_bytes,
                    message_id: id,
                    network_message_id: network,
                    original_client_ip: client,
                    directionality: direction,
                    connector_id: connector,
                    delivery_priority: "Normal".into(),
                }
            },
        )
    }

    proptest! {
        #[test]
        fn an_enhanced_report_is_read_as_written(rows in proptest::collection::vec(any_enhanced(), 1..4)) {
            let (report, unread) = read_table(&table_of(&write_enhanced(&rows))).unwrap();
            let TraceReport::Enhanced(read) = report else { panic!("extended") };
            let read: Vec<_> = read.into_iter().map(|(_, row)| row).collect();
            prop_assert_eq!((read, unread), (rows, vec![]));
        }

        #[test]
        fn an_extended_report_is_read_as_written(
            time in testing::time(),
            text in proptest::collection::vec(testing::cell(), LAST_CELL),
            bytes in any::<Option<u64>>(),
        ) {
            let rows = vec![testing::tracking_row(time, &text, bytes)];
            let (report, unread) = read_table(&table_of(&write_extended(&rows))).unwrap();
            let TraceReport::Extended(read) = report else { panic!("enhanced") };
            let read: Vec<_> = read.into_iter().map(|(_, row)| row).collect();
            prop_assert_eq!((read, unread), (rows, vec![]));
        }

        #[test]
        fn any_table_is_read_or_refused(text in "(date_time_utc,|event_id,source|recipient_status,|origin_timestamp,|\n|,|\"|[ -~é])*") {
            let (table, _) = csv::read(&text);
            let _report = read_table(&table);
            let _trace = crate::message_trace::read_table(&table);
        }
    }
}
