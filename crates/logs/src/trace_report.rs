//! The reports that the Exchange admin center and `Start-HistoricalSearch` offer for download.
//!
//! The extended report has the columns of the tracking log with `_` for `-` and is read into the same
//! rows. The enhanced summary report has one row for each message, with the statuses of all its
//! recipients in one cell.
//!
//! Not written. Not modelled: the summary report (its columns were not found).
//!
//! Source: Microsoft Learn "Message trace in the modern Exchange admin center", two real records.

use jiff::Timestamp;

use crate::csv::{Table, TableRow};
use crate::message_trace::read_time;
use crate::message_tracking::{FIELDS, TrackingRow};
use crate::row::{Columns, Cut, Row, cut, unfit, write_row};
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
    use crate::csv;
    use crate::tracking_words::TrackingEventId;
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

    proptest! {
        #[test]
        fn any_table_is_read_or_refused(text in "(date_time_utc,|event_id,source|recipient_status,|origin_timestamp,|\n|,|\"|[ -~é])*") {
            let (table, _) = csv::read(&text);
            let _report = read_table(&table);
            let _trace = crate::message_trace::read_table(&table);
        }
    }
}
