//! What the tests of the row types share: random cells and times, files in memory.

use std::borrow::Cow;

use jiff::Timestamp;
use proptest::prelude::*;

use crate::format::LogFormat;
use crate::message_tracking::TrackingRow;
use crate::row::{LogRow, Row};
use crate::scan::{LogScan, Scanned};
use crate::tracking_words::{TrackingEventId, TrackingSource};

/// A cell with everything that needs quoting now and then, but no line that opens like a row.
pub(crate) fn cell() -> impl Strategy<Value = Cow<'static, str>> {
    prop_oneof![3 => "[ -~]{0,20}", 1 => "[,\"\r\né漢 a]{0,8}"].prop_map(Cow::Owned)
}

/// A time with milliseconds, from 1970 to 2100.
pub(crate) fn time() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_102_444_800_000).prop_map(|at| Timestamp::from_millisecond(at).unwrap())
}

/// A file made at a fixed time.
pub(crate) fn bytes<'a, R: LogRow<'a>>(format: &LogFormat, rows: &[R]) -> Vec<u8> {
    let mut bytes = format.header("2026-05-01T06:07:04.113Z".parse().unwrap()).into_bytes();
    for row in rows {
        format.write(row, &mut bytes);
    }
    bytes
}

/// The same as text, with LF for a snapshot.
pub(crate) fn file<'a, R: LogRow<'a>>(format: &LogFormat, rows: &[R]) -> String {
    String::from_utf8(bytes(format, rows)).unwrap().replace("\r\n", "\n")
}

/// Hands every row of a file to `visit`; any line that is no row fails the test.
pub(crate) fn scan(format: &LogFormat, bytes: &[u8], mut visit: impl FnMut(Row<'_>)) {
    LogScan::new(format.fields)
        .read(bytes, |line, item| match item {
            Scanned::Row(row) => visit(row),
            Scanned::Header(header) => {
                let log_type = header.log_type.as_str();
                assert!(header.fields.is_empty() || log_type == format.log_type);
            }
            Scanned::Unread(unread) => panic!("line {line}: {unread}"),
        })
        .unwrap();
}

/// A row of the tracking log with these cells; those that are missing are empty.
pub(crate) fn tracking_row(
    date_time: Timestamp,
    text: &[Cow<'static, str>],
    total_bytes: Option<u64>,
) -> TrackingRow<'static> {
    let cell = |at: usize| text.get(at).cloned().unwrap_or_default();
    TrackingRow {
        date_time,
        client_ip: cell(0),
        client_hostname: cell(1),
        server_ip: cell(2),
        server_hostname: cell(3),
        source_context: cell(4),
        connector_id: cell(5),
        source: TrackingSource::of(&cell(6)),
        event_id: TrackingEventId::of(&cell(7)),
        internal_message_id: cell(8),
        message_id: cell(9),
        network_message_id: cell(10),
        recipient_address: cell(11),
        recipient_status: cell(12),
        total_bytes,
        recipient_count: total_bytes.map(|_| 1),
        related_recipient_address: cell(13),
        reference: cell(14),
        message_subject: cell(15),
        sender_address: cell(16),
        return_path: cell(17),
        message_info: cell(18),
        directionality: cell(19),
        tenant_id: cell(20),
        original_client_ip: cell(21),
        original_server_ip: cell(22),
        custom_data: cell(23),
        transport_traffic_type: cell(24),
        log_id: cell(25),
        schema_version: cell(26),
    }
}
