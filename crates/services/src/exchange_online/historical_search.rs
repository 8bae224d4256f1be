//! Historical searches: reports of the message trace that are made while the administrator does something
//! else, and downloaded afterwards.
//!
//! Each event of the trace is a row of the extended report. Rows of one event for several recipients are
//! one row, as in a tracking log; an error has a row for each.
//!
//! Not modelled: the hours that a search takes, and what the trace does not know: sessions, latencies and
//! custom data. Not known: what the enhanced report says of a recipient who still waits (here `Receive,
//! Defer`), and whether an error is whole there (here it is the trace's).

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use exchange::guid::Guid;
use exchange::status::GROUP_EXPANDED;
use jiff::Timestamp;
use logs::message_trace::TraceDetailRow;
use logs::message_tracking::TrackingRow;
use logs::trace_report::{self, EnhancedRow};
use logs::tracking_words::{TrackingEventId as Event, TrackingSource as Source};

use super::ExchangeOnline;
use super::rules::AGENT;
use super::trace::Traced;

/// The event of a transport rule, which ends nothing.
const RULE: &str = "Transport rule";

/// Which report a search makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportType {
    /// `MessageTrace`, the enhanced summary report: a row for each message.
    MessageTrace,
    /// `MessageTraceDetail`, the extended report: a row for each event.
    MessageTraceDetail,
}

impl ReportType {
    /// Both, with their words.
    pub const WORDS: [(&'static str, Self); 2] =
        [("MessageTrace", Self::MessageTrace), ("MessageTraceDetail", Self::MessageTraceDetail)];
}

/// A search that is done.
#[derive(Clone, Debug)]
pub struct HistoricalSearch {
    /// What it is known by.
    pub job_id: Guid,
    /// What the administrator called it.
    pub report_title: String,
    /// Which report it makes.
    pub report_type: ReportType,
    /// When it was asked for.
    pub submitted: Timestamp,
    /// The time it covers.
    pub period: (Timestamp, Timestamp),
    /// Rows of the report.
    pub rows: usize,
    /// The file that is downloaded.
    pub report: Vec<u8>,
}

/// The searches of a tenant, oldest first.
#[derive(Debug, Default)]
pub struct HistoricalSearches(Mutex<Vec<HistoricalSearch>>);

impl HistoricalSearches {
    /// All of them.
    pub fn all(&self) -> Vec<HistoricalSearch> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ExchangeOnline {
    /// Makes a report of what the trace has of these messages.
    pub fn search(
        &self,
        (report_title, report_type): (String, ReportType),
        period: (Timestamp, Timestamp),
        traced: &[Traced],
    ) -> HistoricalSearch {
        let messages = by_message(traced);
        let (rows, report) = match report_type {
            ReportType::MessageTrace => {
                let rows: Vec<_> = messages.iter().map(|traced| enhanced(traced)).collect();
                (rows.len(), trace_report::write_enhanced(&rows))
            }
            ReportType::MessageTraceDetail => {
                let tenant = self.tenant_id().to_string();
                let rows: Vec<_> =
                    messages.iter().flat_map(|traced| extended(traced, &tenant)).collect();
                (rows.len(), trace_report::write_extended(&rows))
            }
        };
        let submitted = self.computer.clock.now();
        let mut searches = self.searches.0.lock().unwrap_or_else(PoisonError::into_inner);
        let job_id = Guid::of_name(&format!("{report_title} {submitted} {}", searches.len()));
        let search =
            HistoricalSearch { job_id, report_title, report_type, submitted, period, rows, report };
        searches.push(search.clone());
        search
    }
}

/// The recipients of each message, messages in the order in which they came.
fn by_message(traced: &[Traced]) -> Vec<Vec<&Traced>> {
    let mut messages: Vec<Vec<&Traced>> = Vec::new();
    let mut places = BTreeMap::new();
    for one in traced {
        let place = *places.entry(one.row.message_trace_id.as_str()).or_insert(messages.len());
        match messages.get_mut(place) {
            Some(message) => message.push(one),
            None => messages.push(vec![one]),
        }
    }
    messages
}

fn enhanced(message: &[&Traced]) -> EnhancedRow {
    let Some(first) = message.first() else { return EnhancedRow::default() };
    let row = &first.row;
    let statuses = message.iter().map(|one| (one.row.recipient_address.clone(), fate(one)));
    let connector = message.iter().flat_map(|one| &one.events).find_map(connector);
    EnhancedRow {
        origin_timestamp: row.received,
        sender_address: row.sender_address.clone(),
        recipient_status: statuses.collect(),
        message_subject: row.subject.chars().take(256).collect(),
        total_bytes: row.size,
        message_id: row.message_id.clone(),
        network_message_id: row.message_trace_id.replace('-', ""),
        original_client_ip: row.from_ip.clone().unwrap_or_default(),
        directionality: first.origin.directionality.to_owned(),
        connector_id: connector.unwrap_or_default(),
        delivery_priority: "Normal".to_owned(),
    }
}

/// `Receive, Deliver`: what happened first, and what last.
fn fate(traced: &Traced) -> String {
    let mut events = traced.events.iter().map(|event| event.event.as_str());
    let last = events.rfind(|event| *event != RULE);
    match last {
        None | Some("Receive") => "Receive".to_owned(),
        Some("Send external") => "Receive, Send".to_owned(),
        Some("Expand DL") => "Receive, Expand".to_owned(),
        Some(event) => format!("Receive, {event}"),
    }
}

fn connector(event: &TraceDetailRow) -> Option<String> {
    event.values().text("ConnectorId")
}

/// The events of all recipients, in the order in which they happened.
fn extended<'t>(message: &[&'t Traced], tenant: &str) -> Vec<TrackingRow<'t>> {
    let mut rows: Vec<TrackingRow<'t>> = Vec::new();
    for traced in message {
        let mut rules = traced.events.iter().filter(|event| event.event == RULE);
        let first = rules.next();
        // One row tells of all rules.
        let is_told = |event: &&TraceDetailRow| {
            event.event != RULE || first.is_some_and(|first| std::ptr::eq(first, *event))
        };
        for event in traced.events.iter().filter(is_told) {
            let row = tracking_row(traced, event, tenant);
            let same = |known: &&mut TrackingRow<'_>| {
                known.recipient_status.is_empty()
                    && row.recipient_status.is_empty()
                    && known.date_time == row.date_time
                    && known.event_id == row.event_id
                    && known.source_context == row.source_context
                    && known.connector_id == row.connector_id
                    && known.custom_data == row.custom_data
            };
            match rows.iter_mut().find(same) {
                Some(known) => {
                    let both = format!("{};{}", known.recipient_address, row.recipient_address);
                    known.recipient_address = both.into();
                    known.recipient_count = known.recipient_count.map(|count| count + 1);
                }
                None => rows.push(row),
            }
        }
    }
    rows.sort_by_key(|row| row.date_time);
    rows
}

fn tracking_row<'t>(traced: &'t Traced, event: &TraceDetailRow, tenant: &str) -> TrackingRow<'t> {
    let data = event.values();
    let text = |name: &str| data.text(name).unwrap_or_default();
    let received = traced.events.first().map(TraceDetailRow::values);
    let own = received.and_then(|data| data.text("ServerHostName")).unwrap_or_default();
    let mut row = TrackingRow {
        server_hostname: text("ServerHostName").into(),
        connector_id: text("ConnectorId").into(),
        ..blank(traced, event.date.unwrap_or_default(), tenant)
    };
    let reason = event.detail.strip_prefix("Reason: ").unwrap_or(&event.detail).to_owned();
    match event.event.as_str() {
        "Receive" if traced.row.from_ip.is_some() => {
            row.event_id = Event::Receive;
            row.client_ip = traced.row.from_ip.clone().unwrap_or_default().into();
            row.client_hostname = text("ClientName").into();
        }
        "Receive" => {
            (row.source, row.event_id) = (Source::StoreDriver, Event::Receive);
            row.client_hostname.clone_from(&row.server_hostname);
        }
        "Send external" => {
            row.event_id = Event::SendExternal;
            row.client_hostname = own.into();
            row.server_hostname = text("OutboundProxyTargetHostName").into();
            row.server_ip = text("OutboundProxyTargetIPAddress").into();
            row.source_context = format!(";{};ClientSubmitTime:", text("SourceContext")).into();
        }
        "Deliver" => {
            (row.source, row.event_id) = (Source::StoreDriver, Event::Deliver);
            row.client_hostname = own.clone().into();
            row.server_hostname = own.into();
        }
        "Expand DL" => {
            (row.source, row.event_id) = (Source::Routing, Event::Expand);
            row.recipient_address = traced.members.join(";").into();
            row.recipient_count = u32::try_from(traced.members.len()).ok();
            row.recipient_status = GROUP_EXPANDED.into();
            row.related_recipient_address = traced.row.recipient_address.as_str().into();
        }
        "Defer" => {
            row.event_id = Event::Defer;
            row.recipient_status = reason.into();
        }
        RULE => {
            (row.source, row.event_id) = (Source::Agent, Event::AgentInfo);
            let rules = traced.hits.iter().map(|hit| format!("S:TRA={hit}"));
            let all: Vec<_> = rules.chain(["S:CompCost=|ETR=0".to_owned()]).collect();
            row.custom_data = all.join(";").into();
        }
        "Redirect" => {
            (row.source, row.event_id) = (Source::Agent, Event::Redirect);
            row.source_context = AGENT.into();
        }
        _ if text("SourceContext") == AGENT => {
            (row.source, row.event_id) = (Source::Agent, Event::Fail);
            row.source_context = AGENT.into();
            row.recipient_status = reason.into();
        }
        _ => {
            (row.source, row.event_id) = (Source::Routing, Event::Fail);
            row.recipient_status = reason.into();
        }
    }
    row
}

/// What every row of a message has in common.
fn blank<'t>(traced: &'t Traced, date_time: Timestamp, tenant: &str) -> TrackingRow<'t> {
    let row = &traced.row;
    TrackingRow {
        date_time,
        client_ip: "".into(),
        client_hostname: "".into(),
        server_ip: "".into(),
        server_hostname: "".into(),
        source_context: "".into(),
        connector_id: "".into(),
        source: Source::Smtp,
        event_id: Event::Receive,
        internal_message_id: traced.origin.internal_id.as_str().into(),
        message_id: row.message_id.as_str().into(),
        network_message_id: row.message_trace_id.as_str().into(),
        recipient_address: row.recipient_address.as_str().into(),
        recipient_status: "".into(),
        total_bytes: row.size,
        recipient_count: Some(1),
        related_recipient_address: "".into(),
        reference: "".into(),
        message_subject: row.subject.as_str().into(),
        sender_address: row.sender_address.as_str().into(),
        return_path: traced.origin.return_path.as_str().into(),
        message_info: "".into(),
        directionality: traced.origin.directionality.into(),
        tenant_id: tenant.to_owned().into(),
        original_client_ip: row.from_ip.as_deref().unwrap_or_default().into(),
        original_server_ip: "".into(),
        custom_data: "".into(),
        transport_traffic_type: "".into(),
        log_id: "".into(),
        schema_version: "".into(),
    }
}
