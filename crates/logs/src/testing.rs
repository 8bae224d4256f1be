//! What the tests of the row types share: random cells and times, files in memory.

use std::borrow::Cow;

use jiff::Timestamp;
use proptest::prelude::*;

use crate::format::LogFormat;
use crate::row::{LogRow, Row};
use crate::scan::{LogScan, Scanned};

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
