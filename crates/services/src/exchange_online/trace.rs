//! The message trace: what Exchange Online lets a tenant's administrator see of a message.
//!
//! One summary row per message and recipient, and the events of each. Texts of the events as in real
//! `Get-MessageTraceDetail` output where one was found; `Send external` is known by name only.
//!
//! "Transport rule" has the words of a real detail, `Transport rule: '…', ID: ('…'), DLP policy: '', ID: (0000…).`; its data
//! are those that a public program takes from real ones (`RcptCount`, `SourceContext`). Not found: which `Action` such an
//! event has (here none), and the words of `Redirect`, which are ours.
//!
//! No field tells which address a deferred message was sent from: none was found in public output.

use std::sync::{Mutex, MutexGuard, PoisonError};

use exchange::guid::Guid;
use jiff::Timestamp;
use logs::message_trace::{TraceDetailRow, TraceRow};
use logs::trace_data::{TraceData, TraceValue};
use smtp::Address;

use crate::message::item::MailItem;

/// The traces of a tenant.
#[derive(Debug, Default)]
pub struct MessageTrace {
    rows: Mutex<Vec<Traced>>,
}

/// One recipient of one message.
#[derive(Clone, Debug)]
pub struct Traced {
    /// The summary.
    pub row: TraceRow,
    /// The events, oldest first.
    pub events: Vec<TraceDetailRow>,
    /// What the reports of a search tell besides.
    pub origin: Origin,
    /// The rules that were for it, as an agent writes them down: `ETR|ruleId=…`.
    pub hits: Vec<String>,
    /// Those who took the recipient's place, when that is a group.
    pub members: Vec<String>,
    /// When the last event of deferral was written down.
    last_defer: Option<Timestamp>,
}

/// Where a message came from.
#[derive(Clone, Debug)]
pub struct Origin {
    /// `Originating` or `Incoming`.
    pub directionality: &'static str,
    /// Envelope sender; `<>` for a report.
    pub return_path: String,
    /// Its number on the server.
    pub internal_id: String,
}

/// What happened to a message for one recipient.
#[derive(Clone, Debug)]
pub struct TraceEvent {
    /// `Receive`, `Send external`, `Defer`, `Fail`, `Deliver`, …
    pub event: &'static str,
    /// In words.
    pub detail: String,
    /// Names and values of the data.
    pub data: Vec<(&'static str, TraceValue)>,
    /// The rule that was for the message, as an agent writes it down.
    pub hit: Option<String>,
    /// What the summary says from now on.
    pub status: Option<&'static str>,
    /// Where the service delivered it to.
    pub to_ip: Option<String>,
    /// Those who took the recipient's place.
    pub members: Vec<String>,
}

/// Deferrals of one message are written down at most this often; how often the service does is not
/// published.
const DEFER_EVERY: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);

impl MessageTrace {
    fn rows(&self) -> MutexGuard<'_, Vec<Traced>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A message enters the service for a recipient.
    pub fn begin(&self, item: &MailItem, recipient: &Address, from_ip: Option<String>) {
        let id = item.network_message_id.to_string();
        let mut rows = self.rows();
        if rows.iter().any(|traced| traced.is(&id, recipient)) {
            return;
        }
        rows.push(Traced {
            row: TraceRow {
                message_id: item.message_id.clone(),
                received: Some(item.received),
                sender_address: item.sender_address(),
                recipient_address: recipient.to_string(),
                subject: item.subject(),
                status: "GettingStatus".to_owned(),
                from_ip,
                size: Some(item.size),
                message_trace_id: id,
                ..TraceRow::default()
            },
            events: Vec::new(),
            origin: Origin {
                directionality: item.directionality(),
                return_path: item.return_path(),
                internal_id: item.internal_id.to_string(),
            },
            hits: Vec::new(),
            members: Vec::new(),
            last_defer: None,
        });
    }

    /// Something happened to a message for a recipient.
    pub fn add(&self, id: Guid, recipient: &Address, at: Timestamp, event: TraceEvent) {
        let id = id.to_string();
        let mut rows = self.rows();
        let Some(traced) = rows.iter_mut().rev().find(|traced| traced.is(&id, recipient)) else {
            return;
        };
        if event.event == "Defer" {
            let recent =
                traced.last_defer.is_some_and(|last| at.duration_since(last) < DEFER_EVERY);
            if recent {
                return;
            }
            traced.last_defer = Some(at);
        }
        if let Some(status) = event.status {
            status.clone_into(&mut traced.row.status);
        }
        if event.to_ip.is_some() {
            traced.row.to_ip = event.to_ip;
        }
        traced.members.extend(event.members);
        traced.hits.extend(event.hit);
        let items = event.data.into_iter();
        let data = TraceData(items.map(|(name, value)| (name.to_owned(), value)).collect());
        traced.events.push(TraceDetailRow {
            date: Some(at),
            event: event.event.to_owned(),
            detail: event.detail,
            data: data.to_xml(),
            message_id: traced.row.message_id.clone(),
            message_trace_id: id,
            ..TraceDetailRow::default()
        });
    }

    /// All traces, in the order the messages came.
    pub fn all(&self) -> Vec<Traced> {
        self.rows().clone()
    }
}

impl Traced {
    fn is(&self, id: &str, recipient: &Address) -> bool {
        self.row.message_trace_id == id
            && self.row.recipient_address.eq_ignore_ascii_case(recipient.as_str())
    }
}

impl TraceEvent {
    fn named(event: &'static str) -> Self {
        Self {
            event,
            detail: String::new(),
            data: vec![],
            hit: None,
            status: None,
            to_ip: None,
            members: vec![],
        }
    }

    /// The message came in.
    pub fn received(server: &str, tls: bool) -> Self {
        let how = if tls { " using TLS1.2 with AES256" } else { "" };
        Self { detail: format!("Message received by: {server}{how}"), ..Self::named("Receive") }
            .with("ServerHostName", server)
    }

    /// Another host took it.
    pub fn sent(host: &str, address: std::net::IpAddr, proxy: &str, reply: &str) -> Self {
        Self {
            detail: format!("Message sent to {host} at {address} using TLS1.2 with AES256"),
            status: Some("Delivered"),
            to_ip: Some(address.to_string()),
            ..Self::named("Send external")
        }
        .with("OutboundProxyTargetIPAddress", address.to_string())
        .with("OutboundProxyTargetHostName", host)
        .with("OutboundProxyFrontEndName", proxy)
        .with("SourceContext", reply)
    }

    /// It waits for a later attempt.
    pub fn deferred(reason: String) -> Self {
        Self { detail: reason, status: Some("Pending"), ..Self::named("Defer") }
    }

    /// It was given back.
    pub fn failed(reason: String) -> Self {
        Self { detail: reason, status: Some("Failed"), ..Self::named("Fail") }
    }

    /// It lies in a mailbox of the tenant.
    pub fn delivered() -> Self {
        Self {
            detail: "The message was successfully delivered.".to_owned(),
            status: Some("Delivered"),
            ..Self::named("Deliver")
        }
    }

    /// A group's members took its place.
    pub fn expanded(members: Vec<String>) -> Self {
        Self {
            detail: "The message was sent to a distribution list (DL) that was expanded to the recipients of the DL.".to_owned(),
            status: Some("Expanded"),
            members,
            ..Self::named("Expand DL")
        }
    }

    /// A transport rule was for it, and for so many recipients of the copy.
    pub(crate) fn ruled(name: &str, rule: Guid, recipients: usize, hit: &str) -> Self {
        let count = i32::try_from(recipients).unwrap_or(i32::MAX);
        Self {
            detail: format!(
                "Transport rule: '{name}', ID: ('{rule}'), DLP policy: '', ID: ({}).",
                Guid::ZERO
            ),
            data: vec![("RcptCount", TraceValue::Integer(count))],
            hit: Some(hit.to_owned()),
            ..Self::named("Transport rule")
        }
        .with("SourceContext", super::rules::AGENT)
    }

    /// A transport rule put others into its place.
    pub(crate) fn redirected(to: &[Address]) -> Self {
        let names: Vec<_> = to.iter().map(Address::as_str).collect();
        Self {
            detail: format!("The message was redirected to: {}", names.join(", ")),
            status: Some("Resolved"),
            ..Self::named("Redirect")
        }
    }

    /// The same with one more name and value in the data.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.data.push((name, TraceValue::String(value.into())));
        self
    }
}
