//! EdgeSync Log: what the Microsoft Exchange EdgeSync service did with a subscribed Edge server.
//!
//! Not known: file names (one folder listing shows `EdgeSync….txt`), and which events and levels
//! exist beyond those seen (`Service`, `SyncEngine`; `None`, `Low`).
//!
//! Source: a real header and two rows (Exchange 2019, Microsoft Q&A), one real failure row (Microsoft
//! support article 4052493).

use std::borrow::Cow;

use exchange::culture::log_time;
use jiff::Timestamp;

use crate::dialect::Dialect;
use crate::format::{FileStamp, LogFormat};
use crate::log_time::read_log_time;
use crate::protocol_log::own;
use crate::row::{Cells, LogRow};
use crate::unread::Reason;

/// Columns of the log.
pub const FIELDS: [&str; 13] = [
    "date-time",
    "session-id",
    "sequence-number",
    "local-serverfqdn",
    "remote-serverfqdn",
    "remote-port",
    "event",
    "level",
    "data",
    "context",
    "sync-mode",
    "sync-type",
    "dc",
];

/// `EdgeSync…LOG`.
pub const EDGESYNC: LogFormat = LogFormat {
    log_type: "EdgeSync Log",
    version: Cow::Borrowed("15.0.0.0"),
    file_prefix: "EdgeSync",
    stamp: FileStamp::Daily,
    fields: &FIELDS,
    dialect: Dialect::NEWEST,
};

/// One step of a synchronization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeSyncRow<'a> {
    /// When it happened; missing when the poster of an excerpt removed it.
    pub date_time: Option<Timestamp>,
    /// 32 lower-case hexadecimal digits.
    pub session_id: Cow<'a, str>,
    /// Place of the row in its session.
    pub sequence_number: u32,
    /// The Mailbox server.
    pub local_server_fqdn: Cow<'a, str>,
    /// The Edge server.
    pub remote_server_fqdn: Cow<'a, str>,
    /// Port of secure LDAP, 50636; 0 when there is no peer.
    pub remote_port: u16,
    /// Component, such as `SyncEngine`.
    pub event: Cow<'a, str>,
    /// Log level, such as `Low`.
    pub level: Cow<'a, str>,
    /// The error.
    pub data: Cow<'a, str>,
    /// What was done, or which entry failed.
    pub context: Cow<'a, str>,
    /// Kind of synchronization.
    pub sync_mode: Cow<'a, str>,
    /// `Configuration` or `Recipients`.
    pub sync_type: Cow<'a, str>,
    /// Domain controller.
    pub dc: Cow<'a, str>,
}

impl EdgeSyncRow<'_> {
    /// The same row with its own text.
    pub fn into_owned(self) -> EdgeSyncRow<'static> {
        EdgeSyncRow {
            date_time: self.date_time,
            session_id: own(self.session_id),
            sequence_number: self.sequence_number,
            local_server_fqdn: own(self.local_server_fqdn),
            remote_server_fqdn: own(self.remote_server_fqdn),
            remote_port: self.remote_port,
            event: own(self.event),
            level: own(self.level),
            data: own(self.data),
            context: own(self.context),
            sync_mode: own(self.sync_mode),
            sync_type: own(self.sync_type),
            dc: own(self.dc),
        }
    }
}

impl<'a> LogRow<'a> for EdgeSyncRow<'a> {
    const FIELDS: &'static [&'static str] = &FIELDS;

    fn to_cells(&self) -> Vec<Cow<'_, str>> {
        vec![
            self.date_time.map_or(Cow::Borrowed(""), |time| log_time(time).into()),
            (&*self.session_id).into(),
            self.sequence_number.to_string().into(),
            (&*self.local_server_fqdn).into(),
            (&*self.remote_server_fqdn).into(),
            self.remote_port.to_string().into(),
            (&*self.event).into(),
            (&*self.level).into(),
            (&*self.data).into(),
            (&*self.context).into(),
            (&*self.sync_mode).into(),
            (&*self.sync_type).into(),
            (&*self.dc).into(),
        ]
    }

    fn from_cells(cells: &mut Cells<'_, 'a>) -> Result<Self, Reason> {
        Ok(Self {
            date_time: read_log_time(&cells.text()),
            session_id: cells.text(),
            sequence_number: cells.number("sequence-number")?,
            local_server_fqdn: cells.text(),
            remote_server_fqdn: cells.text(),
            remote_port: cells.number("remote-port")?,
            event: cells.text(),
            level: cells.text(),
            data: cells.text(),
            context: cells.text(),
            sync_mode: cells.text(),
            sync_type: cells.text(),
            dc: cells.text(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use proptest::prelude::*;

    fn row_of(
        date_time: Option<Timestamp>,
        text: &[Cow<'static, str>],
        number: u32,
    ) -> EdgeSyncRow<'static> {
        let cell = |at: usize| text.get(at).cloned().unwrap_or_default();
        EdgeSyncRow {
            date_time,
            session_id: cell(0),
            sequence_number: number,
            local_server_fqdn: cell(1),
            remote_server_fqdn: cell(2),
            remote_port: 50636,
            event: cell(3),
            level: cell(4),
            data: cell(5),
            context: cell(6),
            sync_mode: cell(7),
            sync_type: cell(8),
            dc: cell(9),
        }
    }

    #[test]
    fn the_file_is_written_as_exchange_writes_it() {
        let text = [
            "c76158dc155c4e2eab69305612c58890",
            "",
            "edge01.contoso.example",
            "SyncEngine",
            "Low",
            "A value in the request is invalid.",
            "Failed to synchronize entry CN=Outbound to Office 365,CN=Connections",
        ];
        let text: Vec<_> = text.iter().map(|cell| Cow::Borrowed(*cell)).collect();
        let row = row_of("2026-05-01T06:06:57.291Z".parse().ok(), &text, 689);
        insta::assert_snapshot!(testing::file(&EDGESYNC, &[row]), @r#"
        #Software: Microsoft Exchange Server
        #Version: 15.0.0.0
        #Log-type: EdgeSync Log
        #Date: 2026-05-01T06:07:04.113Z
        #Fields: date-time,session-id,sequence-number,local-serverfqdn,remote-serverfqdn,remote-port,event,level,data,context,sync-mode,sync-type,dc
        2026-05-01T06:06:57.291Z,c76158dc155c4e2eab69305612c58890,689,,edge01.contoso.example,50636,SyncEngine,Low,A value in the request is invalid.,"Failed to synchronize entry CN=Outbound to Office 365,CN=Connections",,,
        "#);
    }

    proptest! {
        #[test]
        fn rows_are_read_as_written(
            time in proptest::option::of(testing::time()),
            text in proptest::collection::vec(testing::cell(), 10),
            number: u32,
        ) {
            let row = row_of(time, &text, number);
            let bytes = testing::bytes(&EDGESYNC, std::slice::from_ref(&row));
            let mut read = Vec::new();
            testing::scan(&EDGESYNC, &bytes, |row| read.push(row.read::<EdgeSyncRow<'_>>().map(EdgeSyncRow::into_owned)));
            prop_assert_eq!(read, vec![Ok(row)]);
        }
    }
}
