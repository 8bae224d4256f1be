//! Transport Connectivity Log: one row for each step of a connection to a next hop.
//!
//! Source: real rows (Exchange 2013 to 2019: deliveries, deferrals, a failed connection), Microsoft
//! Learn "Connectivity logging" for the header. The `#Fields:` line of a real file was not found: its
//! spelling, with a capital `Destination`, is Microsoft Learn's. DNS failures: no real row was found.

use std::borrow::Cow;
use std::fmt;

use exchange::culture::log_time;
use exchange::guid::Guid;
use jiff::Timestamp;

use crate::dialect::Dialect;
use crate::format::{FileStamp, LogFormat};
use crate::log_time::RowClock;
use crate::protocol_log::own;
use crate::row::{Cells, LogRow, Row, unfit};
use crate::unread::Reason;

/// Columns of the log.
pub const FIELDS: [&str; 6] =
    ["date-time", "session", "source", "Destination", "direction", "description"];

/// `CONNECTLOG…LOG`.
pub const CONNECTIVITY: LogFormat = LogFormat {
    log_type: "Transport Connectivity Log",
    version: Cow::Borrowed("15.0.0.0"),
    file_prefix: "CONNECTLOG",
    stamp: FileStamp::Hourly,
    fields: &FIELDS,
    dialect: Dialect::NEWEST,
};

/// One step of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectivityRow<'a> {
    /// When it happened.
    pub date_time: Timestamp,
    /// From the same counter as the session ids of the protocol log.
    pub session: Cow<'a, str>,
    /// `SMTP`, `MapiDelivery` or `MapiSubmission`.
    pub source: Cow<'a, str>,
    /// The next hop domain, or the mailbox database.
    pub destination: Cow<'a, str>,
    /// What kind of step.
    pub direction: ConnectivityDirection,
    /// What happened.
    pub description: Cow<'a, str>,
}

impl ConnectivityRow<'_> {
    /// The same row with its own text.
    pub fn into_owned(self) -> ConnectivityRow<'static> {
        ConnectivityRow {
            date_time: self.date_time,
            session: own(self.session),
            source: own(self.source),
            destination: own(self.destination),
            direction: self.direction,
            description: own(self.description),
        }
    }

    /// The description, understood.
    pub fn step(&self) -> Step {
        Step::parse(&self.description)
    }
}

impl<'a> LogRow<'a> for ConnectivityRow<'a> {
    const FIELDS: &'static [&'static str] = &FIELDS;

    fn to_cells(&self) -> Vec<Cow<'_, str>> {
        vec![
            log_time(self.date_time).into(),
            (&*self.session).into(),
            (&*self.source).into(),
            (&*self.destination).into(),
            self.direction.symbol().into(),
            (&*self.description).into(),
        ]
    }

    fn from_cells(cells: &mut Cells<'_, 'a>) -> Result<Self, Reason> {
        Ok(Self {
            date_time: cells.time("date-time")?,
            session: cells.text(),
            source: cells.text(),
            destination: cells.text(),
            direction: {
                let symbol = cells.text();
                ConnectivityDirection::of(&symbol)
                    .ok_or_else(|| unfit("direction", "one of + - > *", &symbol))?
            },
            description: cells.text(),
        })
    }
}

/// A row of which only the time and the session are asked for.
#[derive(Clone, Copy, Debug)]
pub struct ConnectivityGlance<'a> {
    /// When it happened.
    pub date_time: Timestamp,
    /// Session, as it stands in the file.
    pub session: &'a [u8],
}

impl<'a> ConnectivityGlance<'a> {
    /// Looks at a row; none when [`ConnectivityRow`] would not take it either.
    pub fn of(row: &Row<'a>, clock: &mut RowClock) -> Option<Self> {
        let is_direction = matches!(row.bytes(4), [b'+' | b'-' | b'>' | b'*']);
        let date_time = clock.time(row.bytes(0))?;
        is_direction.then_some(Self { date_time, session: row.bytes(1) })
    }
}

/// The symbol in the `direction` column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConnectivityDirection {
    /// `+`: the connection begins.
    Begin,
    /// `-`: it is over.
    End,
    /// `>`: a step in between.
    Step,
    /// `*`: information.
    Information,
}

const SYMBOLS: [(ConnectivityDirection, &str); 4] = [
    (ConnectivityDirection::Begin, "+"),
    (ConnectivityDirection::End, "-"),
    (ConnectivityDirection::Step, ">"),
    (ConnectivityDirection::Information, "*"),
];

impl ConnectivityDirection {
    /// The symbol as the log has it.
    pub fn symbol(self) -> &'static str {
        SYMBOLS.iter().find(|(own, _)| *own == self).map_or("", |(_, symbol)| symbol)
    }

    /// The direction with that symbol.
    pub fn of(symbol: &str) -> Option<Self> {
        SYMBOLS.iter().find(|(_, own)| *own == symbol).map(|(direction, _)| *direction)
    }
}

/// Longest list of addresses after a host name, in characters; a longer one ends with `...`.
const HOST_LINE_MAX: usize = 253;

/// What a description says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// `DnsConnectorDelivery 20ea587d-…;QueueLength=TQ=1;RN=1;`
    Queue {
        /// Delivery type of the queue.
        delivery_type: String,
        /// GUID of the connector or database; zero when there is none.
        next_hop_connector: Guid,
        /// After `QueueLength=`: `TQ=1;RN=1;`, in 2013 a plain number.
        queue_length: String,
    },
    /// `mail.fabrikam.example[203.0.113.20, 203.0.113.21]`: what DNS answered.
    Host {
        /// The name looked up.
        name: String,
        /// Its addresses; the last is missing or cut when the list was long.
        addresses: Vec<String>,
        /// Whether the list was cut.
        cut: bool,
    },
    /// `Established connection to 203.0.113.20`
    Established {
        /// Address of the peer.
        address: String,
    },
    /// `Failed connection to 203.0.113.20:25 (TimedOut:0000274C)[TargetHost:…][TargetIPAddress:…]`
    Failed {
        /// Address and port of the peer.
        endpoint: String,
        /// Name of the socket error, such as `TimedOut`.
        error: String,
        /// Its Winsock number, such as 10060.
        winsock: u32,
        /// What the host health table says, as it stands.
        health: String,
    },
    /// `Messages: 1 Bytes: 28272 ()`: the last row.
    Closed {
        /// Messages handed over.
        messages: u64,
        /// Bytes handed over.
        bytes: u64,
        /// Between the brackets: empty on success, `Retry : Unable to connect` and the like.
        status: String,
    },
    /// Anything else.
    Other(String),
}

impl Step {
    /// Understands a description.
    pub fn parse(text: &str) -> Self {
        queue(text)
            .or_else(|| closed(text))
            .or_else(|| failed(text))
            .or_else(|| {
                let address = text.strip_prefix("Established connection to ")?.to_owned();
                Some(Self::Established { address })
            })
            .or_else(|| host(text))
            // A form that would not be written back the same is kept as it stands.
            .filter(|step| step.to_string() == text)
            .unwrap_or_else(|| Self::Other(text.to_owned()))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Queue { delivery_type, next_hop_connector, queue_length } => {
                write!(f, "{delivery_type} {next_hop_connector};QueueLength={queue_length}")
            }
            Self::Host { name, addresses, cut } => {
                let line = format!("{name}[{}]", addresses.join(", "));
                let closed = if *cut { line.strip_suffix(']').unwrap_or(&line) } else { &line };
                match closed.char_indices().nth(HOST_LINE_MAX) {
                    Some((end, _)) => write!(f, "{}...", closed.get(..end).unwrap_or_default()),
                    None if *cut => write!(f, "{closed}..."),
                    None => f.write_str(closed),
                }
            }
            Self::Established { address } => write!(f, "Established connection to {address}"),
            Self::Failed { endpoint, error, winsock, health } => {
                write!(f, "Failed connection to {endpoint} ({error}:{winsock:08X}){health}")
            }
            Self::Closed { messages, bytes, status } => {
                write!(f, "Messages: {messages} Bytes: {bytes} ({status})")
            }
            Self::Other(text) => f.write_str(text),
        }
    }
}

fn queue(text: &str) -> Option<Step> {
    let (head, queue_length) = text.split_once(";QueueLength=")?;
    let (delivery_type, guid) = head.split_once(' ')?;
    Some(Step::Queue {
        delivery_type: delivery_type.to_owned(),
        next_hop_connector: guid.parse().ok()?,
        queue_length: queue_length.to_owned(),
    })
}

fn closed(text: &str) -> Option<Step> {
    let (messages, rest) = text.strip_prefix("Messages: ")?.split_once(" Bytes: ")?;
    let (bytes, status) = rest.split_once(" (")?;
    Some(Step::Closed {
        messages: messages.parse().ok()?,
        bytes: bytes.parse().ok()?,
        status: status.strip_suffix(')')?.to_owned(),
    })
}

fn failed(text: &str) -> Option<Step> {
    let (endpoint, rest) = text.strip_prefix("Failed connection to ")?.split_once(" (")?;
    let (error, health) = rest.split_once(')')?;
    let (error, number) = error.split_once(':')?;
    Some(Step::Failed {
        endpoint: endpoint.to_owned(),
        error: error.to_owned(),
        winsock: u32::from_str_radix(number, 16).ok()?,
        health: health.to_owned(),
    })
}

fn host(text: &str) -> Option<Step> {
    let (name, list) = text.split_once('[')?;
    if name.is_empty() || name.contains(' ') {
        return None;
    }
    let (list, cut) = match list.strip_suffix("...") {
        Some(list) => (list, true),
        None => (list.strip_suffix(']')?, false),
    };
    let addresses = list.split(", ").map(str::to_owned).collect();
    Some(Step::Host { name: name.to_owned(), addresses, cut })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use proptest::prelude::*;

    fn row(direction: ConnectivityDirection, step: &Step) -> ConnectivityRow<'static> {
        ConnectivityRow {
            date_time: "2026-05-01T06:06:57.291Z".parse().unwrap(),
            session: "08DEA74796A6E2C9".into(),
            source: "SMTP".into(),
            destination: "fabrikam.example".into(),
            direction,
            description: step.to_string().into(),
        }
    }

    #[test]
    fn the_file_is_written_as_exchange_writes_it() {
        let rows = [
            row(
                ConnectivityDirection::Begin,
                &Step::Queue {
                    delivery_type: "DnsConnectorDelivery".into(),
                    next_hop_connector: Guid(1),
                    queue_length: "TQ=1;RN=1;".into(),
                },
            ),
            row(
                ConnectivityDirection::Step,
                &Step::Host {
                    name: "mx.fabrikam.example".into(),
                    addresses: vec!["203.0.113.20".into(), "203.0.113.21".into()],
                    cut: false,
                },
            ),
            row(
                ConnectivityDirection::End,
                &Step::Closed { messages: 0, bytes: 0, status: "Retry : Unable to connect".into() },
            ),
        ];
        insta::assert_snapshot!(testing::file(&CONNECTIVITY, &rows), @r#"
        #Software: Microsoft Exchange Server
        #Version: 15.0.0.0
        #Log-type: Transport Connectivity Log
        #Date: 2026-05-01T06:07:04.113Z
        #Fields: date-time,session,source,Destination,direction,description
        2026-05-01T06:06:57.291Z,08DEA74796A6E2C9,SMTP,fabrikam.example,+,DnsConnectorDelivery 00000000-0000-0000-0000-000000000001;QueueLength=TQ=1;RN=1;
        2026-05-01T06:06:57.291Z,08DEA74796A6E2C9,SMTP,fabrikam.example,>,"mx.fabrikam.example[203.0.113.20, 203.0.113.21]"
        2026-05-01T06:06:57.291Z,08DEA74796A6E2C9,SMTP,fabrikam.example,-,Messages: 0 Bytes: 0 (Retry : Unable to connect)
        "#);
    }

    #[test]
    fn every_form_met_in_real_logs_is_understood() {
        for text in [
            "DnsConnectorDelivery 20ea587d-f931-4617-ae72-76b1dfca85ef;QueueLength=TQ=1;RN=1;",
            "Undefined 00000000-0000-0000-0000-000000000000;QueueLength=0",
            "mx.fabrikam.example[203.0.113.20]",
            "Established connection to 203.0.113.20",
            "Failed connection to 203.0.113.20:25 (TimedOut:0000274C)[TargetHost:mx.fabrikam.example:25|MarkedUnhealthy]",
            "Messages: 0 Bytes: 42 (Retry)",
        ] {
            let step = Step::parse(text);
            assert!(!matches!(step, Step::Other(_)), "{text}");
            assert_eq!(step.to_string(), text);
        }
        let Step::Failed { winsock, .. } =
            Step::parse("Failed connection to 10.0.0.1:25 (ConnectionRefused:0000274D)")
        else {
            panic!("no failure")
        };
        assert_eq!(winsock, 10061);
    }

    #[test]
    fn a_long_list_of_addresses_is_cut() {
        let addresses = (0..40).map(|n| format!("203.0.113.{n}")).collect();
        let text =
            Step::Host { name: "mx.fabrikam.example".into(), addresses, cut: false }.to_string();
        assert_eq!(text.chars().count(), 256);
        assert!(matches!(Step::parse(&text), Step::Host { cut: true, .. }));
    }

    fn any_row() -> impl Strategy<Value = ConnectivityRow<'static>> {
        let text = testing::cell;
        (testing::time(), [text(), text(), text(), text()], 0..4_usize).prop_map(
            |(date_time, [session, source, destination, description], direction)| ConnectivityRow {
                date_time,
                session,
                source,
                destination,
                direction: SYMBOLS[direction].0,
                description,
            },
        )
    }

    proptest! {
        #[test]
        fn rows_are_read_as_written(rows in proptest::collection::vec(any_row(), 0..6)) {
            let bytes = testing::bytes(&CONNECTIVITY, &rows);
            let mut read = Vec::new();
            testing::scan(&CONNECTIVITY, &bytes, |row| {
                read.push(row.read::<ConnectivityRow<'_>>().map(ConnectivityRow::into_owned));
            });
            prop_assert_eq!(read, rows.into_iter().map(Ok).collect::<Vec<_>>());
        }

        #[test]
        fn any_description_is_written_back_the_same(
            text in "(Messages: |Failed connection to |x\\[|D [0-9a-f-]{0,36};QueueLength=)?[ -~]{0,60}|x\\[[0-9., ]{240,270}\\.\\.\\."
        ) {
            prop_assert_eq!(Step::parse(&text).to_string(), text);
        }
    }
}
