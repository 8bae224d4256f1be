//! Message traces of Exchange Online: rows of `Get-MessageTrace(V2)` and `Get-MessageTraceDetail(V2)`, as
//! tables and as JSON.
//!
//! Times are UTC. `Export-Csv` writes them in the culture of the administrator's machine; JSON has
//! ISO 8601 with seven decimals. A detail does not say of which recipient it is: the question did.
//! Administrators who keep it add a column `RecipientAddress`, which is read.
//!
//! Source: a real row of each version of the trace, Microsoft Learn (`Get-MessageTraceV2`,
//! `Get-MessageTraceDetailV2`; fields of the reporting service). Not known for certain: the order in
//! which the first version shows the columns of a detail; it is that of the reporting service.

use exchange::culture::Culture;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::csv::{Table, TableRow};
use crate::trace_cells::Cells;
use crate::trace_data::TraceData;
use crate::unread::{Reason, Unread};

/// One recipient of one message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraceRow {
    /// Initial domain of the tenant; first version only.
    pub organization: String,
    /// `Message-ID:` header, with angle brackets.
    pub message_id: String,
    /// When the service received the message.
    pub received: Option<Timestamp>,
    /// Sender.
    pub sender_address: String,
    /// Recipient.
    pub recipient_address: String,
    /// Subject.
    pub subject: String,
    /// `Delivered`, `Pending`, `Failed`, `GettingStatus`, …
    pub status: String,
    /// Where the service delivered it to; none for its own mailboxes.
    pub to_ip: Option<String>,
    /// Where the service received it from.
    pub from_ip: Option<String>,
    /// Bytes.
    pub size: Option<u64>,
    /// The network message id.
    pub message_trace_id: String,
    /// Begin of the time asked for; first version only.
    pub start_date: Option<Timestamp>,
    /// End of the time asked for; first version only.
    pub end_date: Option<Timestamp>,
    /// Place in the answer; first version only.
    pub index: Option<u64>,
}

/// One event of one recipient of one message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraceDetailRow {
    /// When.
    pub date: Option<Timestamp>,
    /// `Receive`, `Send`, `Defer`, `Fail`, `Send external`, …
    pub event: String,
    /// What a transport rule did; mostly empty.
    pub action: String,
    /// In words; reasons are read by [`crate::last_error`].
    pub detail: String,
    /// XML, read by [`TraceDetailRow::values`].
    pub data: String,
    /// `Message-ID:` header, with angle brackets.
    pub message_id: String,
    /// The network message id.
    pub message_trace_id: String,
    /// Whom the question was about, where the administrator has kept it.
    pub recipient_address: Option<String>,
    /// Initial domain of the tenant; first version only.
    pub organization: String,
    /// Begin of the time asked for; first version only.
    pub start_date: Option<Timestamp>,
    /// End of the time asked for; first version only.
    pub end_date: Option<Timestamp>,
    /// Place in the answer; first version only.
    pub index: Option<u64>,
}

impl TraceDetailRow {
    /// Names and values of the data.
    pub fn values(&self) -> TraceData {
        TraceData::from_xml(&self.data).0
    }
}

/// Columns of `Get-MessageTraceV2`.
pub const TRACE_COLUMNS: [&str; 10] = [
    "MessageTraceId",
    "MessageId",
    "Received",
    "SenderAddress",
    "RecipientAddress",
    "FromIP",
    "ToIP",
    "Subject",
    "Status",
    "Size",
];

/// Columns of `Get-MessageTrace`, retired in 2025.
pub const TRACE_COLUMNS_V1: [&str; 14] = [
    "Organization",
    "MessageId",
    "Received",
    "SenderAddress",
    "RecipientAddress",
    "Subject",
    "Status",
    "ToIP",
    "FromIP",
    "Size",
    "MessageTraceId",
    "StartDate",
    "EndDate",
    "Index",
];

/// Columns of `Get-MessageTraceDetailV2`.
pub const DETAIL_COLUMNS: [&str; 7] =
    ["Date", "Event", "Action", "Detail", "Data", "MessageId", "MessageTraceId"];

/// Columns of `Get-MessageTraceDetail`, retired in 2025.
pub const DETAIL_COLUMNS_V1: [&str; 11] = [
    "Organization",
    "MessageId",
    "MessageTraceId",
    "Date",
    "Event",
    "Action",
    "Detail",
    "Data",
    "StartDate",
    "EndDate",
    "Index",
];

/// The column that administrators add to details, to know whom they asked about.
pub const RECIPIENT_COLUMN: &str = "RecipientAddress";

/// A cell, before it becomes text or JSON.
enum Cell<'r> {
    Text(&'r str),
    OptionalText(Option<&'r str>),
    Time(Option<Timestamp>),
    Number(Option<u64>),
}

impl TraceRow {
    /// The cell of a column; `$null` for a name that is none.
    fn cell(&self, column: &str) -> Cell<'_> {
        match column {
            "Organization" => Cell::Text(&self.organization),
            "MessageId" => Cell::Text(&self.message_id),
            "Received" => Cell::Time(self.received),
            "SenderAddress" => Cell::Text(&self.sender_address),
            "RecipientAddress" => Cell::Text(&self.recipient_address),
            "Subject" => Cell::Text(&self.subject),
            "Status" => Cell::Text(&self.status),
            "ToIP" => Cell::OptionalText(self.to_ip.as_deref()),
            "FromIP" => Cell::OptionalText(self.from_ip.as_deref()),
            "Size" => Cell::Number(self.size),
            "MessageTraceId" => Cell::Text(&self.message_trace_id),
            "StartDate" => Cell::Time(self.start_date),
            "EndDate" => Cell::Time(self.end_date),
            "Index" => Cell::Number(self.index),
            _ => Cell::OptionalText(None),
        }
    }

    fn from_cells(cells: &Cells<'_>) -> Result<Self, Reason> {
        Ok(Self {
            organization: cells.text("Organization"),
            message_id: cells.text("MessageId"),
            received: cells.time("Received")?,
            sender_address: cells.text("SenderAddress"),
            recipient_address: cells.text("RecipientAddress"),
            subject: cells.text("Subject"),
            status: cells.text("Status"),
            to_ip: cells.optional("ToIP"),
            from_ip: cells.optional("FromIP"),
            size: cells.number("Size")?,
            message_trace_id: cells.text("MessageTraceId"),
            start_date: cells.time("StartDate")?,
            end_date: cells.time("EndDate")?,
            index: cells.number("Index")?,
        })
    }
}

impl TraceDetailRow {
    /// The cell of a column; `$null` for a name that is none.
    fn cell(&self, column: &str) -> Cell<'_> {
        match column {
            "Date" => Cell::Time(self.date),
            "Event" => Cell::Text(&self.event),
            "Action" => Cell::Text(&self.action),
            "Detail" => Cell::Text(&self.detail),
            "Data" => Cell::Text(&self.data),
            "MessageId" => Cell::Text(&self.message_id),
            "MessageTraceId" => Cell::Text(&self.message_trace_id),
            RECIPIENT_COLUMN => Cell::OptionalText(self.recipient_address.as_deref()),
            "Organization" => Cell::Text(&self.organization),
            "StartDate" => Cell::Time(self.start_date),
            "EndDate" => Cell::Time(self.end_date),
            "Index" => Cell::Number(self.index),
            _ => Cell::OptionalText(None),
        }
    }

    fn from_cells(cells: &Cells<'_>) -> Result<Self, Reason> {
        Ok(Self {
            date: cells.time("Date")?,
            event: cells.text("Event"),
            action: cells.text("Action"),
            detail: cells.text("Detail"),
            data: cells.text("Data"),
            message_id: cells.text("MessageId"),
            message_trace_id: cells.text("MessageTraceId"),
            recipient_address: cells.optional(RECIPIENT_COLUMN),
            organization: cells.text("Organization"),
            start_date: cells.time("StartDate")?,
            end_date: cells.time("EndDate")?,
            index: cells.number("Index")?,
        })
    }
}

/// The rows as `Export-Csv` on an English machine shows them, with [`TRACE_COLUMNS`] or
/// [`TRACE_COLUMNS_V1`].
pub fn trace_table(rows: &[TraceRow], columns: &[&str]) -> Table {
    table(columns, rows, TraceRow::cell)
}

/// The events as `Export-Csv` on an English machine shows them, with [`DETAIL_COLUMNS`] or
/// [`DETAIL_COLUMNS_V1`].
pub fn detail_table(rows: &[TraceDetailRow], columns: &[&str]) -> Table {
    table(columns, rows, TraceDetailRow::cell)
}

/// The rows as `ConvertTo-Json` shows them, with [`TRACE_COLUMNS`] or [`TRACE_COLUMNS_V1`].
pub fn trace_json(rows: &[TraceRow], columns: &[&str]) -> String {
    json_text(columns, rows, TraceRow::cell)
}

/// The events as `ConvertTo-Json` shows them, with [`DETAIL_COLUMNS`] or [`DETAIL_COLUMNS_V1`].
pub fn detail_json(rows: &[TraceDetailRow], columns: &[&str]) -> String {
    json_text(columns, rows, TraceDetailRow::cell)
}

fn table<R>(columns: &[&str], rows: &[R], cell: for<'r> fn(&'r R, &str) -> Cell<'r>) -> Table {
    let culture = Culture::default();
    let text = |cell: Cell<'_>| match cell {
        Cell::Text(text) => Some(text.to_owned()),
        Cell::OptionalText(text) => text.map(str::to_owned),
        Cell::Time(time) => time.map(|time| culture.date_time(time)),
        Cell::Number(number) => number.map(|number| number.to_string()),
    };
    let cells = |row| columns.iter().map(|column| text(cell(row, column))).collect();
    let rows = (2..).zip(rows).map(|(line, row)| TableRow { line, cells: cells(row) });
    Table {
        type_name: None,
        columns: columns.iter().map(|name| (*name).to_owned()).collect(),
        rows: rows.collect(),
    }
}

fn json_text<R>(columns: &[&str], rows: &[R], cell: for<'r> fn(&'r R, &str) -> Cell<'r>) -> String {
    let value = |cell: Cell<'_>| match cell {
        Cell::Text(text) => json!(text),
        Cell::OptionalText(text) => json!(text),
        Cell::Time(time) => json!(time.map(|time| format!("{time:.7}"))),
        Cell::Number(number) => json!(number),
    };
    let entry = |row, column: &&str| ((*column).to_owned(), value(cell(row, column)));
    let object = |row| Value::Object(columns.iter().map(|column| entry(row, column)).collect());
    format!("{:#}", Value::Array(rows.iter().map(object).collect()))
}

/// The rows of a file, each with its line: 0 in JSON, where lines mean nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trace {
    /// `Get-MessageTrace`.
    Rows(Vec<(u64, TraceRow)>),
    /// `Get-MessageTraceDetail`.
    Details(Vec<(u64, TraceDetailRow)>),
}

/// Whether a table's columns are those of a trace (`Some(false)`) or of its details (`Some(true)`).
pub(crate) fn is_trace(has: impl Fn(&str) -> bool) -> Option<bool> {
    if !has("MessageTraceId") {
        return None;
    }
    if has("Event") && has("Detail") {
        return Some(true);
    }
    (has("RecipientAddress") && has("Status")).then_some(false)
}

/// Reads a table; `None` when its columns are those of no trace.
pub fn read_table(table: &Table) -> Option<(Trace, Vec<Unread>)> {
    let is_detail = is_trace(|name| table.column(name).is_some())?;
    let mut unread = Vec::new();
    let mut report = |row: &TableRow, reason| {
        let shown: Vec<_> = row.cells.iter().flatten().map(String::as_str).collect();
        unread.push(Unread::new(row.line, &shown.join(","), reason));
    };
    let trace = if is_detail {
        Trace::Details(collect(table, TraceDetailRow::from_cells, &mut report))
    } else {
        Trace::Rows(collect(table, TraceRow::from_cells, &mut report))
    };
    Some((trace, unread))
}

fn collect<T>(
    table: &Table,
    read: impl Fn(&Cells<'_>) -> Result<T, Reason>,
    report: &mut impl FnMut(&TableRow, Reason),
) -> Vec<(u64, T)> {
    let mut found = Vec::new();
    for row in &table.rows {
        match read(&Cells::Table(table, row)) {
            Ok(value) => found.push((row.line, value)),
            Err(reason) => report(row, reason),
        }
    }
    found
}

/// Reads JSON: an array, a service's answer around one, or JSON inside a JSON string. `None` when it
/// holds nothing of a trace.
pub fn read_json(text: &str) -> Option<(Trace, Vec<Unread>)> {
    let root: Value = serde_json::from_str(text).ok()?;
    let mut objects = Vec::new();
    find(&root, 0, &mut objects);
    let is_detail = objects.first().map(|(is_detail, _)| *is_detail)?;
    let mut unread = Vec::new();
    let (mut rows, mut details) = (Vec::new(), Vec::new());
    for (is_detail, object) in &objects {
        let cells = Cells::Json(object);
        let read = if *is_detail {
            TraceDetailRow::from_cells(&cells).map(|row| details.push((0, row)))
        } else {
            TraceRow::from_cells(&cells).map(|row| rows.push((0, row)))
        };
        if let Err(reason) = read {
            let shown = Value::Object(object.clone()).to_string();
            unread.push(Unread::new(0, &shown, reason));
        }
    }
    Some((if is_detail { Trace::Details(details) } else { Trace::Rows(rows) }, unread))
}

/// JSON inside strings is followed so far; more is no trace.
const NESTED_MAX: usize = 3;

fn find(value: &Value, nested: usize, found: &mut Vec<(bool, Map<String, Value>)>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| find(value, nested, found)),
        Value::Object(object) => match is_trace(|name| object.contains_key(name)) {
            Some(is_detail) => found.push((is_detail, object.clone())),
            None => object.values().for_each(|value| find(value, nested, found)),
        },
        Value::String(text) if nested < NESTED_MAX && text.starts_with(['{', '[']) => {
            if let Ok(inner) = serde_json::from_str(text) {
                find(&inner, nested + 1, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace_cells::read_time;
    use crate::{csv, text};
    use proptest::prelude::*;

    fn row() -> TraceRow {
        TraceRow {
            organization: "contoso.onmicrosoft.example".into(),
            message_id: "<1@contoso.example>".into(),
            received: "2026-05-01T06:06:57Z".parse().ok(),
            sender_address: "bo@contoso.example".into(),
            recipient_address: "anna@contoso.example".into(),
            subject: "Lunch, today".into(),
            status: "Pending".into(),
            to_ip: None,
            from_ip: Some("203.0.113.25".into()),
            size: Some(87680),
            message_trace_id: "3b4fc661-180d-4c2f-60c9-08da6e38dd10".into(),
            start_date: "2026-04-29T06:06:57Z".parse().ok(),
            end_date: "2026-05-01T06:06:57Z".parse().ok(),
            index: Some(0),
        }
    }

    fn detail() -> TraceDetailRow {
        TraceDetailRow {
            message_trace_id: "3b4fc661-180d-4c2f-60c9-08da6e38dd10".into(),
            message_id: "<1@contoso.example>".into(),
            date: "2026-05-01T06:06:58Z".parse().ok(),
            event: "Defer".into(),
            action: String::new(),
            detail: "Reason: [{LED=450 4.4.316 Connection refused};{MSG=};{FQDN=};{IP=};{LRT=}]"
                .into(),
            data: "<root><MEP Name=\"RcptCount\" Integer=\"1\"/></root>".into(),
            ..TraceDetailRow::default()
        }
    }

    #[test]
    fn a_trace_has_the_form_of_export_csv_and_of_json() {
        let file =
            text::decode(&csv::write(&trace_table(&[row()], &TRACE_COLUMNS))).replace("\r\n", "\n");
        insta::assert_snapshot!(file, @r#"
        "MessageTraceId","MessageId","Received","SenderAddress","RecipientAddress","FromIP","ToIP","Subject","Status","Size"
        "3b4fc661-180d-4c2f-60c9-08da6e38dd10","<1@contoso.example>","5/1/2026 6:06:57 AM","bo@contoso.example","anna@contoso.example","203.0.113.25",,"Lunch, today","Pending","87680"
        "#);
        insta::assert_snapshot!(trace_json(&[row()], &TRACE_COLUMNS_V1), @r#"
        [
          {
            "Organization": "contoso.onmicrosoft.example",
            "MessageId": "<1@contoso.example>",
            "Received": "2026-05-01T06:06:57.0000000Z",
            "SenderAddress": "bo@contoso.example",
            "RecipientAddress": "anna@contoso.example",
            "Subject": "Lunch, today",
            "Status": "Pending",
            "ToIP": null,
            "FromIP": "203.0.113.25",
            "Size": 87680,
            "MessageTraceId": "3b4fc661-180d-4c2f-60c9-08da6e38dd10",
            "StartDate": "2026-04-29T06:06:57.0000000Z",
            "EndDate": "2026-05-01T06:06:57.0000000Z",
            "Index": 0
          }
        ]
        "#);
        let file = text::decode(&csv::write(&detail_table(&[detail()], &DETAIL_COLUMNS)))
            .replace("\r\n", "\n");
        insta::assert_snapshot!(file, @r#"
        "Date","Event","Action","Detail","Data","MessageId","MessageTraceId"
        "5/1/2026 6:06:58 AM","Defer","","Reason: [{LED=450 4.4.316 Connection refused};{MSG=};{FQDN=};{IP=};{LRT=}]","<root><MEP Name=""RcptCount"" Integer=""1""/></root>","<1@contoso.example>","3b4fc661-180d-4c2f-60c9-08da6e38dd10"
        "#);
    }

    #[test]
    fn the_answer_of_the_reporting_service_is_read_even_inside_a_string() {
        let inner = json!({
            "__metadata": {"type": "TenantReporting.MessageTrace"},
            "MessageTraceId": "3b4fc661-180d-4c2f-60c9-08da6e38dd10",
            "RecipientAddress": "anna@contoso.example",
            "Status": "GettingStatus",
            "ToIP": null,
            "Received": "/Date(1658751973240)/",
        });
        let text = json!({"input": {"message": inner.to_string()}}).to_string();
        let Some((Trace::Rows(rows), unread)) = read_json(&text) else { panic!("no rows") };
        assert!(unread.is_empty());
        assert_eq!(rows[0].1.received.unwrap().to_string(), "2022-07-25T12:26:13.24Z");
        assert_eq!((rows[0].1.to_ip.clone(), rows[0].1.size), (None, None));
        assert_eq!(read_json("[1, {\"a\": 2}]"), None);
    }

    fn any_row() -> impl Strategy<Value = TraceRow> {
        let time = || {
            proptest::option::of(
                (0_i64..4_102_444_800).prop_map(|at| Timestamp::from_second(at).unwrap()),
            )
        };
        (
            proptest::array::uniform7("[ -~é\r\n]{0,12}"),
            proptest::array::uniform2(proptest::option::of("[0-9.]{1,12}")),
            [time(), time(), time()],
            any::<[Option<u64>; 2]>(),
        )
            .prop_map(
                |(texts, [to_ip, from_ip], [received, start_date, end_date], [size, index])| {
                    let [
                        organization,
                        message_id,
                        sender_address,
                        recipient_address,
                        subject,
                        status,
                        message_trace_id,
                    ] = texts;
                    TraceRow {
                        organization,
                        message_id,
                        received,
                        sender_address,
                        recipient_address,
                        subject,
                        status,
                        to_ip,
                        from_ip,
                        size,
                        message_trace_id,
                        start_date,
                        end_date,
                        index,
                    }
                },
            )
    }

    fn any_detail() -> impl Strategy<Value = TraceDetailRow> {
        let texts = proptest::array::uniform7("[ -~é\r\n]{0,12}");
        let recipient = proptest::option::of("[a-z]{1,9}@[a-z]{1,9}");
        (texts, recipient, any_row()).prop_map(|(texts, recipient_address, row)| {
            let [message_trace_id, message_id, event, action, detail, data, organization] = texts;
            TraceDetailRow {
                date: row.received,
                event,
                action,
                detail,
                data,
                message_id,
                message_trace_id,
                recipient_address,
                organization,
                start_date: row.start_date,
                end_date: row.end_date,
                index: row.index,
            }
        })
    }

    fn rows_only(trace: Trace) -> (Vec<TraceRow>, Vec<TraceDetailRow>) {
        match trace {
            Trace::Rows(rows) => (rows.into_iter().map(|(_, row)| row).collect(), vec![]),
            Trace::Details(rows) => (vec![], rows.into_iter().map(|(_, row)| row).collect()),
        }
    }

    proptest! {
        #[test]
        fn rows_are_read_as_written(rows in proptest::collection::vec(any_row(), 1..4)) {
            let (table, _) = csv::read(&text::decode(&csv::write(&trace_table(&rows, &TRACE_COLUMNS_V1))));
            let (trace, unread) = read_table(&table).unwrap();
            prop_assert_eq!((rows_only(trace).0, unread), (rows.clone(), vec![]));
            let (trace, unread) = read_json(&trace_json(&rows, &TRACE_COLUMNS_V1)).unwrap();
            prop_assert_eq!((rows_only(trace).0, unread), (rows, vec![]));
        }

        #[test]
        fn details_are_read_as_written(rows in proptest::collection::vec(any_detail(), 1..4)) {
            let columns: Vec<_> = DETAIL_COLUMNS_V1.into_iter().chain([RECIPIENT_COLUMN]).collect();
            let (table, _) = csv::read(&text::decode(&csv::write(&detail_table(&rows, &columns))));
            let (trace, unread) = read_table(&table).unwrap();
            prop_assert_eq!((rows_only(trace).1, unread), (rows.clone(), vec![]));
            let (trace, unread) = read_json(&detail_json(&rows, &columns)).unwrap();
            prop_assert_eq!((rows_only(trace).1, unread), (rows, vec![]));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "([\\[\\]{}:,\"]|\"MessageTraceId\"|\"/Date\\([0-9+-]{0,5}\\)/\"|[ -~])*") {
            let _trace = read_json(&text);
            let _time = read_time(&text);
        }
    }
}
