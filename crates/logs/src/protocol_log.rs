//! SMTP Receive and SMTP Send Protocol Log: one row for each event of an SMTP session.
//!
//! Rows of different sessions interleave; `session-id` and `sequence-number` sort them out. What
//! rows with the event `*` say is read by [`crate::information_row`].
//!
//! Source: real samples (Exchange 2010, 2013, 2016, 2019), Microsoft Learn "Protocol logging".

use std::borrow::Cow;
use std::fmt;

use exchange::culture::log_time;
use jiff::Timestamp;

use crate::dialect::Dialect;
use crate::format::{FileStamp, LogFormat};
use crate::information_row::Information;
use crate::log_time::RowClock;
use crate::row::{Cells, LogRow, Row, unfit};
use crate::unread::Reason;

/// Columns of both logs, the same in every version.
pub const FIELDS: [&str; 9] = [
    "date-time",
    "connector-id",
    "session-id",
    "sequence-number",
    "local-endpoint",
    "remote-endpoint",
    "event",
    "data",
    "context",
];

/// `RECV…LOG`. The version is `15.0.0.0` on every server since Exchange 2013.
pub const SMTP_RECEIVE: LogFormat = LogFormat {
    log_type: "SMTP Receive Protocol Log",
    version: Cow::Borrowed("15.0.0.0"),
    file_prefix: "RECV",
    stamp: FileStamp::Hourly,
    fields: &FIELDS,
    dialect: Dialect::NEWEST,
};

/// `SEND…LOG`.
pub const SMTP_SEND: LogFormat = LogFormat {
    log_type: "SMTP Send Protocol Log",
    version: Cow::Borrowed("15.0.0.0"),
    file_prefix: "SEND",
    stamp: FileStamp::Hourly,
    fields: &FIELDS,
    dialect: Dialect::NEWEST,
};

/// One event of an SMTP session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtocolRow<'a> {
    /// When it happened.
    pub date_time: Timestamp,
    /// Receive: `SERVER\Connector name`. Send: the bare name of the connector.
    pub connector_id: Cow<'a, str>,
    /// 16 upper-case hexadecimal digits.
    pub session_id: Cow<'a, str>,
    /// Place of the row in its session, from 0.
    pub sequence_number: u32,
    /// `ip:port` on the server that writes the log; empty in a send session until it is connected.
    pub local_endpoint: Cow<'a, str>,
    /// `ip:port` of the peer.
    pub remote_endpoint: Cow<'a, str>,
    /// What happened.
    pub event: ProtocolEvent,
    /// The command, the reply, or the subject of an information row.
    pub data: Cow<'a, str>,
    /// What an information row says, or how the session ended.
    pub context: Cow<'a, str>,
}

impl ProtocolRow<'_> {
    /// What an information row says; nothing for other events.
    pub fn information(&self) -> Option<Information> {
        let is_information = self.event == ProtocolEvent::Information;
        is_information.then(|| Information::parse(&self.data, &self.context))
    }

    /// The same row with its own text.
    pub fn into_owned(self) -> ProtocolRow<'static> {
        ProtocolRow {
            date_time: self.date_time,
            connector_id: own(self.connector_id),
            session_id: own(self.session_id),
            sequence_number: self.sequence_number,
            local_endpoint: own(self.local_endpoint),
            remote_endpoint: own(self.remote_endpoint),
            event: self.event,
            data: own(self.data),
            context: own(self.context),
        }
    }
}

impl<'a> LogRow<'a> for ProtocolRow<'a> {
    const FIELDS: &'static [&'static str] = &FIELDS;

    fn to_cells(&self) -> Vec<Cow<'_, str>> {
        vec![
            log_time(self.date_time).into(),
            (&*self.connector_id).into(),
            (&*self.session_id).into(),
            self.sequence_number.to_string().into(),
            (&*self.local_endpoint).into(),
            (&*self.remote_endpoint).into(),
            self.event.symbol().into(),
            (&*self.data).into(),
            (&*self.context).into(),
        ]
    }

    fn from_cells(cells: &mut Cells<'_, 'a>) -> Result<Self, Reason> {
        Ok(Self {
            date_time: cells.time("date-time")?,
            connector_id: cells.text(),
            session_id: cells.text(),
            sequence_number: cells.number("sequence-number")?,
            local_endpoint: cells.text(),
            remote_endpoint: cells.text(),
            event: {
                let symbol = cells.text();
                ProtocolEvent::of(&symbol)
                    .ok_or_else(|| unfit("event", "one of + - > < *", &symbol))?
            },
            data: cells.text(),
            context: cells.text(),
        })
    }
}

/// A row as far as a reader of many rows needs to look at most of them: cells as they stand in the
/// file, with inner quotation marks doubled.
#[derive(Clone, Copy, Debug)]
pub struct ProtocolGlance<'a> {
    /// When it happened.
    pub date_time: Timestamp,
    /// Connector, with its server.
    pub connector_id: &'a [u8],
    /// Session.
    pub session_id: &'a [u8],
    /// Number of the row in the session.
    pub sequence_number: u32,
    /// What happened.
    pub event: ProtocolEvent,
    /// What was said.
    pub data: &'a [u8],
    /// What the server adds.
    pub context: &'a [u8],
}

impl<'a> ProtocolGlance<'a> {
    /// Looks at a row; none when [`ProtocolRow`] would not take it either, or needs a closer look.
    pub fn of(row: &Row<'a>, clock: &mut RowClock) -> Option<Self> {
        let [symbol] = row.bytes(6) else { return None };
        let sequence = row.bytes(3);
        let is_short = (1..=9).contains(&sequence.len());
        let sequence_number = sequence.iter().try_fold(0_u32, |number, byte| {
            byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0'))
        });
        Some(Self {
            date_time: clock.time(row.bytes(0))?,
            connector_id: row.bytes(1),
            session_id: row.bytes(2),
            sequence_number: sequence_number.filter(|_| is_short)?,
            event: match symbol {
                b'+' => ProtocolEvent::Connect,
                b'-' => ProtocolEvent::Disconnect,
                b'>' => ProtocolEvent::Sent,
                b'<' => ProtocolEvent::Received,
                b'*' => ProtocolEvent::Information,
                _ => return None,
            },
            data: row.bytes(7),
            context: row.bytes(8),
        })
    }
}

/// The symbol in the `event` column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProtocolEvent {
    /// `+`: the connection was made.
    Connect,
    /// `-`: the connection ended.
    Disconnect,
    /// `>`: sent by the server that writes the log.
    Sent,
    /// `<`: received by it.
    Received,
    /// `*`: information.
    Information,
}

const SYMBOLS: [(ProtocolEvent, &str); 5] = [
    (ProtocolEvent::Connect, "+"),
    (ProtocolEvent::Disconnect, "-"),
    (ProtocolEvent::Sent, ">"),
    (ProtocolEvent::Received, "<"),
    (ProtocolEvent::Information, "*"),
];

impl ProtocolEvent {
    /// The symbol as the log has it.
    pub fn symbol(self) -> &'static str {
        SYMBOLS.iter().find(|(event, _)| *event == self).map_or("", |(_, symbol)| symbol)
    }

    /// The event with that symbol.
    pub fn of(symbol: &str) -> Option<Self> {
        SYMBOLS.iter().find(|(_, own)| *own == symbol).map(|(event, _)| *event)
    }
}

impl fmt::Display for ProtocolEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.symbol())
    }
}

/// The same text for as long as the program runs.
pub(crate) fn own(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use proptest::prelude::*;

    fn row(
        event: ProtocolEvent,
        data: &'static str,
        context: &'static str,
    ) -> ProtocolRow<'static> {
        ProtocolRow {
            date_time: "2026-05-01T06:06:57.291Z".parse().unwrap(),
            connector_id: r"MBX01\Default Frontend MBX01".into(),
            session_id: "08DEA74796A6E2C8".into(),
            sequence_number: 1,
            local_endpoint: "192.168.1.4:25".into(),
            remote_endpoint: "40.93.131.26:41234".into(),
            event,
            data: data.into(),
            context: context.into(),
        }
    }

    #[test]
    fn the_file_is_written_as_exchange_writes_it() {
        let rows = [
            row(ProtocolEvent::Connect, "", ""),
            row(
                ProtocolEvent::Sent,
                "220 MBX01.contoso.example Microsoft ESMTP MAIL Service ready at Fri, 1 May 2026 11:36:57 +0530",
                "",
            ),
            row(ProtocolEvent::Information, "Tarpit for '0.00:00:05'", ""),
            row(ProtocolEvent::Disconnect, "", "Remote(ConnectionReset)"),
        ];
        insta::assert_snapshot!(testing::file(&SMTP_RECEIVE, &rows), @r#"
        #Software: Microsoft Exchange Server
        #Version: 15.0.0.0
        #Log-type: SMTP Receive Protocol Log
        #Date: 2026-05-01T06:07:04.113Z
        #Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context
        2026-05-01T06:06:57.291Z,MBX01\Default Frontend MBX01,08DEA74796A6E2C8,1,192.168.1.4:25,40.93.131.26:41234,+,,
        2026-05-01T06:06:57.291Z,MBX01\Default Frontend MBX01,08DEA74796A6E2C8,1,192.168.1.4:25,40.93.131.26:41234,>,"220 MBX01.contoso.example Microsoft ESMTP MAIL Service ready at Fri, 1 May 2026 11:36:57 +0530",
        2026-05-01T06:06:57.291Z,MBX01\Default Frontend MBX01,08DEA74796A6E2C8,1,192.168.1.4:25,40.93.131.26:41234,*,Tarpit for '0.00:00:05',
        2026-05-01T06:06:57.291Z,MBX01\Default Frontend MBX01,08DEA74796A6E2C8,1,192.168.1.4:25,40.93.131.26:41234,-,,Remote(ConnectionReset)
        "#);
        insta::assert_snapshot!(testing::file(&SMTP_SEND, &rows[..1]), @r"
        #Software: Microsoft Exchange Server
        #Version: 15.0.0.0
        #Log-type: SMTP Send Protocol Log
        #Date: 2026-05-01T06:07:04.113Z
        #Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context
        2026-05-01T06:06:57.291Z,MBX01\Default Frontend MBX01,08DEA74796A6E2C8,1,192.168.1.4:25,40.93.131.26:41234,+,,
        ");
    }

    #[test]
    fn only_information_rows_inform() {
        let connecting = row(ProtocolEvent::Information, "", "attempting to connect");
        assert_eq!(connecting.information(), Some(Information::AttemptingToConnect));
        assert_eq!(row(ProtocolEvent::Connect, "", "").information(), None);
    }

    fn any_row() -> impl Strategy<Value = ProtocolRow<'static>> {
        let text = testing::cell;
        (
            testing::time(),
            [text(), text(), text(), text(), text(), text()],
            any::<u32>(),
            0..5_usize,
        )
            .prop_map(|(date_time, [a, b, c, d, e, f], sequence_number, event)| {
                ProtocolRow {
                    date_time,
                    connector_id: a,
                    session_id: b,
                    sequence_number,
                    local_endpoint: c,
                    remote_endpoint: d,
                    event: SYMBOLS[event].0,
                    data: e,
                    context: f,
                }
            })
    }

    proptest! {
        #[test]
        fn rows_are_read_as_written(rows in proptest::collection::vec(any_row(), 0..6)) {
            let bytes = testing::bytes(&SMTP_SEND, &rows);
            let mut read = Vec::new();
            testing::scan(&SMTP_SEND, &bytes, |row| read.push(row.read::<ProtocolRow<'_>>().map(ProtocolRow::into_owned)));
            prop_assert_eq!(read, rows.into_iter().map(Ok).collect::<Vec<_>>());
        }
    }
}
