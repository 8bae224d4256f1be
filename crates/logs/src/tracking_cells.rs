//! What is packed into single cells of the tracking log: the SMTP session in `source-context`, keys
//! and values in `custom-data`, latencies in `message-info`, several statuses in one cell.
//!
//! Not modelled: the meaning of the latency components (`SMR`, `CATOS`, …); they are kept as text.
//!
//! Source: real rows (Exchange 2010 to 2019, Exchange Online extended reports).

use std::fmt;
use std::str::FromStr;

use exchange::culture::log_time;
use jiff::Timestamp;

use crate::log_time::read_log_time;
use crate::row::unfit;
use crate::unread::Reason;

/// `08DEA74796A6E2C9;2026-05-01T06:06:57.291Z;0`: the SMTP session a message came through. The
/// protocol log has the same three in its `receiving message` row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpSource {
    /// Session of the protocol log.
    pub session_id: String,
    /// When the session began.
    pub begun: Timestamp,
    /// Number of the message in the session. Exchange Online writes `ClientSubmitTime:…` instead in
    /// `DELIVER` rows; then it is missing.
    pub message: Option<u32>,
}

impl fmt::Display for SmtpSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.message.map(|message| message.to_string()).unwrap_or_default();
        write!(f, "{};{};{message}", self.session_id, log_time(self.begun))
    }
}

impl FromStr for SmtpSource {
    type Err = Reason;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let mut parts = text.splitn(3, ';');
            let session_id = parts.next().filter(|id| !id.is_empty())?.to_owned();
            let begun = read_log_time(parts.next()?)?;
            let last = parts.next()?;
            let message = match last.parse() {
                Ok(message) => Some(message),
                Err(_) if last.is_empty() || last.starts_with("ClientSubmitTime:") => None,
                Err(_) => return None,
            };
            Some(Self { session_id, begun, message })
        };
        read().ok_or_else(|| unfit("source-context", "session;time;number", text))
    }
}

/// `S:Key=value;S:Key=value;'S:Key=a;b'`: keys and values in the order written. Exchange Online puts an
/// entry whose value holds `;` in single quotation marks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomData(pub Vec<(String, String)>);

impl CustomData {
    /// Takes a cell apart. A bare value may hold `;` but not `;S:`.
    pub fn parse(text: &str) -> Self {
        let mut entries = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let quoted = rest.strip_prefix('\'').filter(|inner| inner.starts_with("S:"));
            let (entry, after) = if let Some(inner) = quoted {
                inner.split_once("';").unwrap_or((inner.trim_end_matches('\''), ""))
            } else {
                let ends = [rest.find(";S:"), rest.find(";'S:")];
                let end = ends.into_iter().flatten().min().unwrap_or(rest.len());
                (rest.get(..end).unwrap_or(rest), rest.get(end + 1..).unwrap_or_default())
            };
            let entry = entry.strip_prefix("S:").unwrap_or(entry);
            if !entry.is_empty() {
                let (key, value) = entry.split_once('=').unwrap_or((entry, ""));
                entries.push((key.to_owned(), value.to_owned()));
            }
            rest = after;
        }
        Self(entries)
    }

    /// The same with one more entry.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.push((key.into(), value.into()));
        self
    }

    /// The first value with that key.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == key).map(|(_, value)| value.as_str())
    }
}

impl fmt::Display for CustomData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (key, value)) in self.0.iter().enumerate() {
            let between = if index > 0 { ";" } else { "" };
            let mark = if value.contains(';') { "'" } else { "" };
            write!(f, "{between}{mark}S:{key}={value}{mark}")?;
        }
        Ok(())
    }
}

/// What `message-info` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageInfo {
    /// `0cA: ` or `07I: NTS: ` in `RECEIVE` rows: how the sender was authenticated.
    Authentication {
        /// Two hexadecimal digits, as in the header `X-MS-Exchange-Organization-AuthMechanism`.
        mechanism: String,
        /// First letter of `Internal`, `Anonymous`, `Partner` or `External`.
        auth_as: char,
        /// What follows, such as `NTS: `.
        rest: String,
    },
    /// `2026-05-01T06:06:57.291Z;SRV=host:TOTAL-FE=0.074|SMR=0.072;LSRV=…`: the time spent at each
    /// stage of each server.
    Latency {
        /// When the message entered the organization.
        original_arrival: Timestamp,
        /// Servers on the way, in order.
        servers: Vec<ServerLatency>,
    },
    /// Empty, or another form.
    Other(String),
}

/// The time a message spent on one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerLatency {
    /// `SRV`, or `LSRV` when the message stayed on this server.
    pub tag: String,
    /// Name of the server.
    pub server: String,
    /// Stages, as in `TOTAL-HUB=14.439|SMR=0.1(SMRC=0.1)`; `-PEN` marks the stage it is still in.
    pub stages: String,
}

impl ServerLatency {
    /// Seconds in total, with the service that counted them: `("HUB", 14.439)`.
    pub fn total(&self) -> Option<(&str, f64)> {
        let first = self.stages.split('|').next()?;
        let (name, seconds) = first.split_once('=')?;
        let service = name.strip_prefix("TOTAL")?;
        Some((service.strip_prefix('-').unwrap_or(service), seconds.parse().ok()?))
    }
}

impl MessageInfo {
    /// Understands a cell.
    pub fn parse(text: &str) -> Self {
        authentication(text)
            .or_else(|| latency(text))
            .filter(|info| info.to_string() == text)
            .unwrap_or_else(|| Self::Other(text.to_owned()))
    }
}

impl fmt::Display for MessageInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Authentication { mechanism, auth_as, rest } => {
                write!(f, "{mechanism}{auth_as}: {rest}")
            }
            Self::Latency { original_arrival, servers } => {
                f.write_str(&log_time(*original_arrival))?;
                for server in servers {
                    write!(f, ";{}={}:{}", server.tag, server.server, server.stages)?;
                }
                Ok(())
            }
            Self::Other(text) => f.write_str(text),
        }
    }
}

fn authentication(text: &str) -> Option<MessageInfo> {
    let (head, rest) = text.split_once(": ")?;
    let mut letters = head.chars();
    let mechanism: String = letters.by_ref().take(2).collect();
    let auth_as = letters.next().filter(char::is_ascii_uppercase)?;
    let fits = mechanism.chars().all(|digit| digit.is_ascii_hexdigit()) && letters.next().is_none();
    fits.then(|| MessageInfo::Authentication { mechanism, auth_as, rest: rest.to_owned() })
}

fn latency(text: &str) -> Option<MessageInfo> {
    let mut parts = text.split(';');
    let original_arrival = read_log_time(parts.next()?)?;
    let servers = parts
        .map(|part| {
            let (tag, rest) = part.split_once('=')?;
            // One sample has a comma here, left by the poster who masked the name.
            let (server, stages) = rest.split_once(':')?;
            Some(ServerLatency {
                tag: tag.to_owned(),
                server: server.to_owned(),
                stages: stages.to_owned(),
            })
        })
        .collect::<Option<_>>()?;
    Some(MessageInfo::Latency { original_arrival, servers })
}

/// Cuts a `recipient-status` cell into the statuses of `count` recipients. A status can hold `;`
/// itself, so the cell is cut only where that is certain.
pub(crate) fn statuses(text: &str, count: usize) -> Vec<&str> {
    if text.is_empty() {
        return Vec::new();
    }
    if count <= 1 {
        return vec![text];
    }
    if text.starts_with("[{") {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(end) = rest.find("}];[{") {
            let (part, more) = rest.split_at(end + 2);
            parts.push(part);
            rest = more.get(1..).unwrap_or_default();
        }
        parts.push(rest);
        return if parts.len() == count { parts } else { Vec::new() };
    }
    let parts: Vec<_> = text.split(';').collect();
    if parts.len() == count { parts } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn statuses_are_cut_only_where_that_is_certain() {
        let led =
            "[{LED=550 5.1.1 RESOLVER.ADR.RecipNotFound; not found};{MSG=};{FQDN=};{IP=};{LRT=}]";
        assert_eq!(statuses(led, 1), [led]);
        assert_eq!(statuses(&format!("{led};{led}"), 2), [led, led]);
        assert_eq!(statuses("250 2.1.5 Recipient OK;To", 2), ["250 2.1.5 Recipient OK", "To"]);
        assert!(statuses("550 5.1.1 a; b;To", 2).is_empty());
    }

    #[test]
    fn the_total_of_a_server_is_found() {
        let text = "2026-05-01T06:06:57.291Z;SRV=a.contoso.example:TOTAL-FE=0.074|SMR=0.072;LSRV=b.contoso.example:TOTAL-HUB=1.5|CAT-PEN=1.4";
        let MessageInfo::Latency { servers, .. } = MessageInfo::parse(text) else {
            panic!("no latency")
        };
        assert_eq!(servers[0].total(), Some(("FE", 0.074)));
        assert_eq!(servers[1].total(), Some(("HUB", 1.5)));
        assert_eq!(servers[1].tag, "LSRV");
    }

    #[test]
    fn an_exchange_online_delivery_has_a_submit_time_instead_of_a_number() {
        let source: SmtpSource =
            "08D9AE1AA4FEA27C;2021-11-23T19:49:37.215Z;ClientSubmitTime:2021-11-23T19:49:36.380Z"
                .parse()
                .unwrap();
        assert_eq!(source.message, None);
        assert!("MDB:1;2;3".parse::<SmtpSource>().is_err());
    }

    proptest! {
        #[test]
        fn custom_data_is_read_as_written(
            entries in proptest::collection::vec(("[A-Za-z0-9.]{1,12}", "[A-Za-z0-9=|;,. -]{0,20}"), 0..5)
        ) {
            let data = CustomData(entries);
            prop_assert_eq!(CustomData::parse(&data.to_string()), data);
        }

        #[test]
        fn a_source_is_read_as_written(
            id in "[0-9A-F]{16}",
            at in 0_i64..4_102_444_800_000,
            message in any::<Option<u32>>(),
        ) {
            let source = SmtpSource { session_id: id, begun: Timestamp::from_millisecond(at).unwrap(), message };
            prop_assert_eq!(source.to_string().parse(), Ok(source));
        }

        #[test]
        fn any_info_is_written_back_the_same(text in "(2026-05-01T06:06:57.291Z)?[ -~]{0,40}|[0-9a-f]{2}[A-Z]: [A-Z: ]{0,6}") {
            prop_assert_eq!(MessageInfo::parse(&text).to_string(), text);
        }

        #[test]
        fn any_text_is_cut_or_left(text in ".{0,60}|(\\[\\{LED=[a-z;]{0,5}\\}\\];?){0,3}", count in 0..4_usize) {
            let _parts = statuses(&text, count);
            let _data = CustomData::parse(&text);
            let _source: Result<SmtpSource, _> = text.parse();
        }
    }
}
