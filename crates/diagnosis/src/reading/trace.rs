//! Message traces: the rows say how it ended for each recipient, the details what happened. Both are put
//! together when all files are read; whom a detail is about, [`asked`] finds out.

mod asked;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use logs::last_error::LastError;
use logs::message_trace::{Trace, TraceDetailRow, TraceRow};
use logs::recognise::Kind;
use logs::smtp_status::SmtpStatus;
use logs::trace_data::TraceData;

use crate::evidence::{FileId, Place};
use crate::facts::{EXCHANGE_ONLINE, Facts, Message, Setback, Step, StepKind, Teller};

use super::Reading;
use super::agents;
use super::names::{addresses, computer, connector, message_id};
use super::step::{About, step};

/// Rows and details, until all files are read.
#[derive(Debug, Default)]
pub(super) struct Traces {
    rows: Vec<(Place, TraceRow)>,
    details: Vec<(Place, TraceDetailRow)>,
}

/// What the details of a message told.
#[derive(Debug, Default)]
struct Told {
    kinds: BTreeSet<StepKind>,
    last: Option<Timestamp>,
}

/// What the events of details are.
const EVENTS: [(&str, StepKind); 14] = [
    ("Submit", StepKind::Submitted),
    ("Receive", StepKind::Received),
    ("Send", StepKind::Sent),
    ("Send external", StepKind::Sent),
    ("SendExternal", StepKind::Sent),
    ("Deliver", StepKind::Delivered),
    ("Defer", StepKind::Deferred),
    ("Fail", StepKind::Failed),
    ("Drop", StepKind::Failed),
    ("Expand", StepKind::Resolved),
    ("Expand DL", StepKind::Resolved),
    ("Resolve", StepKind::Resolved),
    ("Redirect", StepKind::Resolved),
    ("Transfer", StepKind::Resolved),
];

/// Names in the data of a detail under which an error stands.
const ERROR_NAMES: [&str; 3] = ["LastError", "RecipientStatus", "SourceContext"];

/// Takes over a trace.
pub(super) fn read(reading: &mut Reading, file: FileId, trace: Trace) {
    reading.hosts.told(file, EXCHANGE_ONLINE);
    let coverage = &mut reading.facts.coverage;
    match trace {
        Trace::Rows(rows) => {
            for (line, row) in rows {
                let times = [row.received, row.start_date, row.end_date];
                for time in times.into_iter().flatten() {
                    coverage.row(file, Kind::MessageTrace, time);
                }
                reading.traces.rows.push((Place::line(file, line.max(1)), row));
            }
        }
        Trace::Details(rows) => {
            for (line, row) in rows {
                if let Some(time) = row.date {
                    coverage.row(file, Kind::MessageTraceDetail, time);
                }
                reading.traces.details.push((Place::line(file, line.max(1)), row));
            }
        }
    }
}

/// Takes over the data of one event that was copied out of a detail.
pub(super) fn read_data(reading: &mut Reading, file: FileId, data: &TraceData) {
    reading.hosts.told(file, EXCHANGE_ONLINE);
    let texts = ERROR_NAMES.iter().filter_map(|name| data.text(name));
    if let Some(text) = texts.into_iter().find(|text| has_error(text)) {
        let at = Place::line(file, 1);
        reading.facts.setbacks.push(Setback::new(at, Teller::Trace, LastError::parse(&text)));
    }
}

impl Traces {
    /// The messages that traces tell of.
    pub(super) fn ids(&self) -> impl Iterator<Item = String> {
        let rows = self.rows.iter().map(|(_, row)| &row.message_id);
        let details = self.details.iter().map(|(_, row)| &row.message_id);
        rows.chain(details).filter_map(|id| message_id(id))
    }

    /// Adds the steps and errors of all traces.
    pub(super) fn finish(self, facts: &mut Facts) {
        let mut rows: BTreeMap<&str, Vec<&TraceRow>> = BTreeMap::new();
        for (_, row) in &self.rows {
            rows.entry(key(&row.message_trace_id, &row.message_id)).or_default().push(row);
        }
        let asked = asked::about(&self.details, &rows, &facts.files);
        let mut told: BTreeMap<(&str, &str), Told> = BTreeMap::new();
        let events = events(&self.details, &asked);
        for event in &events {
            let rows = rows.get(event.id).map(Vec::as_slice).unwrap_or_default();
            let Some(kind) = detail(facts, event, rows) else { continue };
            // What is not known to be of one recipient is of all.
            let all = event.recipients.is_empty().then_some("");
            for recipient in event.recipients.iter().map(String::as_str).chain(all) {
                let told = told.entry((event.id, recipient)).or_default();
                told.kinds.insert(kind);
                told.last = told.last.max(event.row.date);
            }
        }
        let received: BTreeSet<&str> = told
            .iter()
            .filter(|(_, told)| told.kinds.contains(&StepKind::Received))
            .map(|((id, _), _)| *id)
            .collect();
        // Traces of overlapping times hold the same row twice.
        let mut known = BTreeSet::new();
        for (at, row) in &self.rows {
            let id = key(&row.message_trace_id, &row.message_id);
            if !known.insert((id, &row.recipient_address, &row.status, row.received)) {
                continue;
            }
            let own = row.recipient_address.to_lowercase();
            let mut all = Told::default();
            for told in [told.get(&(id, "")), told.get(&(id, own.as_str()))].into_iter().flatten() {
                all.kinds.extend(&told.kinds);
                all.last = all.last.max(told.last);
            }
            // Once for all: members of a group have not been received on their own.
            all.kinds.extend(received.contains(id).then_some(StepKind::Received));
            summary(facts, at, row, &all);
        }
    }
}

/// What happened once, to one recipient or several.
struct Event<'r> {
    /// Of the message.
    id: &'r str,
    at: &'r Place,
    row: &'r TraceDetailRow,
    /// Those it is known to be about; empty when that is not known.
    recipients: Vec<String>,
}

/// The events of details. Those of several recipients are asked for one by one, and what happened to all of
/// them at once is told by each.
fn events<'r>(
    details: &'r [(Place, TraceDetailRow)],
    asked: &'r [Option<String>],
) -> Vec<Event<'r>> {
    let mut events: Vec<Event<'r>> = Vec::new();
    let mut places = BTreeMap::new();
    for ((at, row), recipient) in details.iter().zip(asked) {
        let id = key(&row.message_trace_id, &row.message_id);
        let place =
            places.entry((id, row.date, &row.event, &row.detail, &row.data)).or_insert_with(|| {
                events.push(Event { id, at, row, recipients: Vec::new() });
                events.len() - 1
            });
        let Some(event) = events.get_mut(*place) else { continue };
        let new = recipient.iter().filter(|one| !event.recipients.contains(one));
        event.recipients.extend(new.cloned().collect::<Vec<_>>());
    }
    events
}

/// What rows and details of the same message have in common.
fn key<'r>(trace_id: &'r str, message_id: &'r str) -> &'r str {
    if trace_id.is_empty() { message_id } else { trace_id }
}

fn detail(facts: &mut Facts, event: &Event<'_>, rows: &[&TraceRow]) -> Option<StepKind> {
    let Event { at, row, .. } = *event;
    facts.rule_refusals.extend(agents::traced(at, row, event.recipients.clone()));
    let (_, kind) = EVENTS.iter().find(|(word, _)| row.event.trim().eq_ignore_ascii_case(word))?;
    let data = row.values();
    let error = error_text(row, &data);
    let is_success = error.as_deref().or(Some(&row.detail)).is_some_and(is_success);
    // A group ends in `Drop` with a status of success once its members are in its place.
    let kind = if *kind == StepKind::Failed && is_success { StepKind::Resolved } else { *kind };
    let recipients = match event.recipients.as_slice() {
        [] => recipients_of(kind, rows),
        known => known.to_vec(),
    };
    if let (StepKind::Deferred | StepKind::Failed, Some(text)) = (kind, &error) {
        facts.setbacks.push(Setback {
            time: row.date,
            message_id: message_id(&row.message_id),
            recipients: recipients.clone(),
            ..Setback::new(at.clone(), Teller::Trace, LastError::parse(text))
        });
    }
    let time = row.date?;
    let summary = rows.first();
    let about = About {
        id: &row.message_id,
        subject: summary.map_or("", |row| &row.subject),
        sender: summary.map_or("", |row| &row.sender_address),
    };
    let message = about.message(facts)?;
    if is_expansion(row) {
        expanded(message, event, time, rows);
        return Some(kind);
    }
    let text = |name: &str| data.text(name).unwrap_or_default();
    let server = text("ServerHostName");
    let peer = match kind {
        StepKind::Received => first_of([
            text("ClientIP"),
            summary.and_then(|row| row.from_ip.clone()).unwrap_or_default(),
        ]),
        StepKind::Sent => first_of([
            sent_to(&row.detail).to_owned(),
            text("OutboundProxyTargetHostName"),
            text("OutboundProxyTargetIPAddress"),
        ]),
        _ => String::new(),
    };
    message.steps.push(Step {
        host: first_of([computer(&server).to_owned(), EXCHANGE_ONLINE.to_owned()]).into(),
        recipients: recipients.into(),
        peer: peer.into(),
        connector: connector(&text("ConnectorId")).1.into(),
        detail: row.detail.clone(),
        ..step(at.clone(), time, kind)
    });
    Some(kind)
}

/// Whether a detail tells that a group's members took its place.
fn is_expansion(row: &TraceDetailRow) -> bool {
    row.event.trim().to_ascii_lowercase().starts_with("expand")
}

/// Groups have the status "Expanded". A trace does not tell whose members the other recipients are: they stand for each.
fn expanded(message: &mut Message, event: &Event<'_>, time: Timestamp, rows: &[&TraceRow]) {
    let is_group = |row: &&&TraceRow| ending(row) == Some(StepKind::Resolved);
    let others = || rows.iter().filter(|row| !is_group(row));
    let members = addresses(others().map(|row| row.recipient_address.as_str()));
    let is_asked = |group: &&&TraceRow| {
        event.recipients.is_empty()
            || event.recipients.contains(&group.recipient_address.to_lowercase())
    };
    for group in rows.iter().filter(is_group).filter(is_asked) {
        let host =
            computer(&event.row.values().text("ServerHostName").unwrap_or_default()).to_owned();
        message.steps.push(Step {
            host: first_of([host, EXCHANGE_ONLINE.to_owned()]).into(),
            recipients: members.clone().into(),
            detail: group.recipient_address.clone(),
            ..step(event.at.clone(), time, StepKind::Resolved)
        });
    }
}

/// Those whose end is of that kind; everybody, for what is no end.
fn recipients_of(kind: StepKind, rows: &[&TraceRow]) -> Vec<String> {
    let is_fitting = |row: &&&TraceRow| {
        let is_end = matches!(kind, StepKind::Sent | StepKind::Delivered | StepKind::Failed);
        !is_end || ending(row) == Some(kind)
    };
    let fitting =
        addresses(rows.iter().filter(is_fitting).map(|row| row.recipient_address.as_str()));
    match rows {
        // Of one recipient every detail tells, whatever its end.
        [only] => addresses([only.recipient_address.as_str()]),
        _ => fitting,
    }
}

/// How it ended for the recipient of a row.
fn ending(row: &TraceRow) -> Option<StepKind> {
    Some(match row.status.trim().to_ascii_lowercase().as_str() {
        "delivered" if row.to_ip.as_deref().is_some_and(|ip| !ip.is_empty()) => StepKind::Sent,
        "delivered" | "filteredasspam" => StepKind::Delivered,
        "failed" => StepKind::Failed,
        "pending" => StepKind::Waiting,
        "expanded" | "resolved" => StepKind::Resolved,
        _ => return None,
    })
}

fn summary(facts: &mut Facts, at: &Place, row: &TraceRow, told: &Told) {
    let about = About { id: &row.message_id, subject: &row.subject, sender: &row.sender_address };
    let Some(message) = about.message(facts) else { return };
    let recipients = addresses([row.recipient_address.as_str()]);
    message.recipients.extend(recipients.iter().cloned());
    let Some(received) = row.received else { return };
    let ends = [Some(StepKind::Received), ending(row)];
    for kind in ends.into_iter().flatten().filter(|kind| !told.kinds.contains(kind)) {
        // When it ended, a row does not say: not before the last thing that the details tell.
        let time = match kind {
            StepKind::Received => received,
            _ => told.last.map_or(received, |last| last.max(received)),
        };
        let peer = match kind {
            StepKind::Received => row.from_ip.clone(),
            StepKind::Sent => row.to_ip.clone(),
            _ => None,
        };
        message.steps.push(Step {
            host: EXCHANGE_ONLINE.into(),
            recipients: recipients.clone().into(),
            peer: peer.unwrap_or_default().into(),
            detail: row.status.clone(),
            ..step(at.clone(), time, kind)
        });
    }
}

/// The text of a detail that has an error; without any, the detail.
fn error_text(row: &TraceDetailRow, data: &TraceData) -> Option<String> {
    let named = ERROR_NAMES.iter().filter_map(|name| data.text(name));
    let mut texts: Vec<String> = std::iter::once(row.detail.clone()).chain(named).collect();
    texts.retain(|text| !text.trim().is_empty());
    let found = texts.iter().find(|text| has_error(text)).or(texts.first());
    found.cloned()
}

fn has_error(text: &str) -> bool {
    let error = LastError::parse(text);
    let refused = |status: &SmtpStatus| status.code >= 400;
    SmtpStatus::at_start(&error.led).as_ref().is_some_and(refused)
        || SmtpStatus::all(&error.led).iter().any(refused)
}

fn is_success(text: &str) -> bool {
    let led = LastError::parse(text).led;
    SmtpStatus::at_start(&led).is_some_and(|status| status.code < 300)
}

/// The host in `Message sent to mail.contoso.com at 192.0.2.1 using TLS1.2 …`.
fn sent_to(detail: &str) -> &str {
    let rest = detail.strip_prefix("Message sent to ");
    rest.and_then(|rest| rest.split_once(" at ")).map_or("", |(host, _)| host)
}

fn first_of<const N: usize>(texts: [String; N]) -> String {
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::tests::facts_of;
    use super::*;
    use crate::facts::Fate;

    const ROWS: &str = "\"MessageTraceId\",\"MessageId\",\"Received\",\"SenderAddress\",\"RecipientAddress\",\"FromIP\",\"ToIP\",\"Subject\",\"Status\",\"Size\"\r\n\"11111111-0000-0000-0000-000000000000\",\"<a@cloudfield.com>\",\"5/1/2026 6:06:57 AM\",\"ramki@cloudfield.com\",\"Raghu@cloudmonkeys.xyz\",\"40.92.0.1\",,\"Hi\",\"Pending\",\"100\"\r\n\"11111111-0000-0000-0000-000000000000\",\"<a@cloudfield.com>\",\"5/1/2026 6:06:57 AM\",\"ramki@cloudfield.com\",\"ram@cloudfield.com\",\"40.92.0.1\",,\"Hi\",\"Delivered\",\"100\"\r\n";

    const DETAILS: &str = "\"Date\",\"Event\",\"Action\",\"Detail\",\"Data\",\"MessageId\",\"MessageTraceId\"\r\n\"5/1/2026 6:06:58 AM\",\"Receive\",,\"Message received by: AM0EUR02FT005.mail.protection.outlook.com\",\"<root><MEP Name=\"\"ServerHostName\"\" String=\"\"AM0EUR02FT005.mail.protection.outlook.com\"\"/></root>\",\"<a@cloudfield.com>\",\"11111111-0000-0000-0000-000000000000\"\r\n\"5/1/2026 6:06:59 AM\",\"Deliver\",,\"The message was successfully delivered.\",,\"<a@cloudfield.com>\",\"11111111-0000-0000-0000-000000000000\"\r\n\"5/1/2026 6:07:30 AM\",\"Defer\",,\"Reason: [{LED=450 4.4.316 Connection refused [Message=Socket error code 10061] [LastAttemptedServerName=mail.cloudmonkeys.xyz] [LastAttemptedIP=203.0.113.2:25] [SmtpSecurity=-2;-2]};{MSG=};{FQDN=mail.cloudmonkeys.xyz};{IP=203.0.113.2};{LRT=5/1/2026 6:07:30 AM}]\",,\"<a@cloudfield.com>\",\"11111111-0000-0000-0000-000000000000\"\r\n";

    #[test]
    fn rows_tell_to_whom_and_details_what() {
        // The details come first in the alphabet.
        let facts = facts_of(&[("cloud/Detail.csv", DETAILS), ("cloud/Trace.csv", ROWS)]);
        let message = facts.messages.get("<a@cloudfield.com>").unwrap();
        assert_eq!(message.fate("ram@cloudfield.com"), Fate::Delivered);
        assert_eq!(message.fate("raghu@cloudmonkeys.xyz"), Fate::Waiting);
        let received = message.timeline()[0];
        assert_eq!(&*received.host, "AM0EUR02FT005.mail.protection.outlook.com");
        let of = |kind| message.steps.iter().filter(|step| step.kind == kind).count();
        assert_eq!(
            (of(StepKind::Received), of(StepKind::Delivered), of(StepKind::Waiting)),
            (1, 1, 1)
        );
        let setback = &facts.setbacks[0];
        assert_eq!((setback.teller, setback.code()), (Teller::Trace, Some("4.4.316")));
        assert_eq!(setback.target_name(), Some("mail.cloudmonkeys.xyz"));
        assert_eq!((facts.files[0].host.as_str(), facts.setbacks.len()), (EXCHANGE_ONLINE, 1));
    }

    #[test]
    fn a_trace_without_details_tells_the_end() {
        let facts = facts_of(&[("Trace.csv", ROWS), ("Trace (2).csv", ROWS)]);
        let message = facts.messages.get("<a@cloudfield.com>").unwrap();
        assert_eq!(message.fate("ram@cloudfield.com"), Fate::Delivered);
        assert_eq!(message.fate("raghu@cloudmonkeys.xyz"), Fate::Waiting);
        assert_eq!(message.steps.len(), 4);
        assert!(facts.setbacks.is_empty());
    }

    #[test]
    fn a_group_ends_as_those_do_who_took_its_place() {
        let rows = ROWS
            .replace("Raghu@cloudmonkeys.xyz", "all@cloudfield.com")
            .replace("Pending", "Expanded");
        let details =
            DETAILS.replace("\"Defer\",,\"Reason:", "\"Expand DL\",,\"The message was sent to:");
        let facts = facts_of(&[("Detail.csv", &details), ("Trace.csv", &rows)]);
        let message = facts.messages.get("<a@cloudfield.com>").unwrap();
        assert_eq!(message.fate("all@cloudfield.com"), Fate::Delivered);
    }

    /// Two details of a message sent to two recipients at different moments, in the order of the rows.
    fn sent_to_two() -> (String, [String; 2]) {
        let rows = ROWS.replace(",,\"Hi\",\"Pending\"", ",\"203.0.113.2\",\"Hi\",\"Delivered\"");
        let rows = rows.replace("\"40.92.0.1\",,", "\"40.92.0.1\",\"203.0.113.9\",");
        let sent = |second: u32| {
            DETAILS
                .replace("6:06:59 AM\",\"Deliver\",,\"The message was successfully delivered.", &format!("6:07:{second:02} AM\",\"Send external\",,\"Message sent to mx{second}.contoso.com at 203.0.113.9"))
                .lines()
                .take(3)
                .fold(String::new(), |text, line| text + line + "\r\n")
        };
        (rows, [sent(10), sent(20)])
    }

    fn assert_each_its_own(facts: &Facts) {
        let message = facts.messages.get("<a@cloudfield.com>").unwrap();
        let sent: Vec<_> = message
            .timeline()
            .into_iter()
            .filter(|step| step.kind == StepKind::Sent)
            .map(|step| (&*step.peer, step.recipients.to_vec()))
            .collect();
        let one = |name: &str| vec![name.to_owned()];
        assert_eq!(
            sent,
            [
                ("mx10.contoso.com", one("raghu@cloudmonkeys.xyz")),
                ("mx20.contoso.com", one("ram@cloudfield.com"))
            ]
        );
        let received = message.steps.iter().filter(|step| step.kind == StepKind::Received);
        assert_eq!(received.count(), 1);
    }

    #[test]
    fn details_that_a_pipe_asked_for_are_in_the_order_of_the_rows() {
        let (rows, [first, second]) = sent_to_two();
        let (_, second) = second.split_once("\r\n").unwrap();
        assert_each_its_own(&facts_of(&[("Detail.csv", &(first + second)), ("Trace.csv", &rows)]));
    }

    #[test]
    fn the_name_of_a_file_tells_whom_its_details_are_about() {
        let (rows, [first, second]) = sent_to_two();
        assert_each_its_own(&facts_of(&[
            ("details raghu@cloudmonkeys.xyz.csv", &first),
            ("details ram@cloudfield.com.csv", &second),
            ("Trace.csv", &rows),
        ]));
    }

    #[test]
    fn a_column_with_the_recipient_tells_it_best() {
        let (rows, [first, second]) = sent_to_two();
        let with = |text: &str, recipient: &str| {
            let lines = text.lines().skip(1);
            lines.fold(String::new(), |text, line| format!("{text}{line},\"{recipient}\"\r\n"))
        };
        let head = format!("{},\"RecipientAddress\"\r\n", DETAILS.lines().next().unwrap());
        let text =
            head + &with(&second, "ram@cloudfield.com") + &with(&first, "Raghu@cloudmonkeys.xyz");
        assert_each_its_own(&facts_of(&[("Detail.csv", &text), ("Trace.csv", &rows)]));
    }

    #[test]
    fn details_alone_tell_of_everybody() {
        let facts = facts_of(&[("Detail.csv", DETAILS)]);
        assert_eq!(facts.messages.get("<a@cloudfield.com>").unwrap().fate("x@y"), Fate::Delivered);
    }
}
