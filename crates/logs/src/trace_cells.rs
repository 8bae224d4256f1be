//! The cells of message traces, from tables and from JSON.
//!
//! Times are in the culture of the machine that exported them, in ISO 8601, or `/Date(milliseconds)/`
//! from the old reporting service and from `ConvertTo-Json` of Windows PowerShell.

use jiff::Timestamp;
use jiff::tz::Offset;
use serde_json::{Map, Value};

use crate::csv::{Table, TableRow};
use crate::culture_time::read_culture_time;
use crate::log_time::read_log_time;
use crate::row::unfit;
use crate::unread::Reason;

/// The cells of one row, by the names of their columns.
pub(crate) enum Cells<'r> {
    Table(&'r Table, &'r TableRow),
    Json(&'r Map<String, Value>),
}

impl Cells<'_> {
    pub(crate) fn optional(&self, name: &'static str) -> Option<String> {
        match self {
            Self::Table(table, row) => row.cells.get(table.column(name)?)?.clone(),
            Self::Json(object) => match object.get(name)? {
                Value::Null => None,
                Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            },
        }
    }

    pub(crate) fn text(&self, name: &'static str) -> String {
        self.optional(name).unwrap_or_default()
    }

    pub(crate) fn number(&self, name: &'static str) -> Result<Option<u64>, Reason> {
        match self.optional(name).filter(|text| !text.is_empty()) {
            Some(text) => text.parse().map(Some).map_err(|_| unfit(name, "a number", &text)),
            None => Ok(None),
        }
    }

    pub(crate) fn time(&self, name: &'static str) -> Result<Option<Timestamp>, Reason> {
        match self.optional(name).filter(|text| !text.is_empty()) {
            Some(text) => read_time(&text).map(Some).ok_or_else(|| unfit(name, "a time", &text)),
            None => Ok(None),
        }
    }
}

/// A time in any of the forms a trace is handed over in; without zone it is UTC.
pub(crate) fn read_time(text: &str) -> Option<Timestamp> {
    let old = || {
        let inner = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
        let sign = inner.rfind(['+', '-']).filter(|at| *at > 0);
        let milliseconds = inner.get(..sign.unwrap_or(inner.len()))?;
        Timestamp::from_millisecond(milliseconds.parse().ok()?).ok()
    };
    let shown = || Offset::UTC.to_timestamp(read_culture_time(text)?.time).ok();
    read_log_time(text).or_else(|| text.parse().ok()).or_else(old).or_else(shown)
}
