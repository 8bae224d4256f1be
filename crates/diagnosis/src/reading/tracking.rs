//! Rows of tracking logs, and of the extended report of Exchange Online, become steps of messages, and
//! errors where a step failed.
//!
//! Shadow copies and other work for high availability are no steps.

use std::sync::Arc;

use logs::last_error::LastError;
use logs::message_tracking::TrackingRow;
use logs::tracking_cells::{CustomData, MessageInfo};
use logs::tracking_words::{TrackingEventId as Event, TrackingSource as Source};

use crate::evidence::Place;
use crate::facts::{EXCHANGE_ONLINE, Facts, Setback, Step, StepKind, Teller, Text};
use crate::index::{self, Index};

use super::names::{addresses, computer, connector, message_id};
use super::repeated::Repeated;
use super::step::step;

/// The server that wrote the row, where the row says so.
pub(super) fn server<'r>(row: &'r TrackingRow<'_>) -> Option<&'r str> {
    let name: &str = match (&row.event_id, &row.source) {
        (Event::Receive, Source::Smtp | Source::StoreDriver) | (Event::Deliver, _) => {
            &row.server_hostname
        }
        (Event::Send | Event::SendExternal | Event::Submit, _) => &row.client_hostname,
        _ => "",
    };
    (!name.is_empty()).then_some(name)
}

/// What a row tells, before it is known what other files tell.
#[derive(Debug)]
pub(super) struct Told {
    /// The message; none when the row names none.
    id: Option<Text>,
    subject: String,
    sender: String,
    /// Whether the row names recipients of that message.
    names_recipients: bool,
    step: Step,
    setbacks: Vec<Setback>,
}

/// What comes again and again in the rows of a log.
#[derive(Debug, Default)]
pub(super) struct Names {
    computers: Repeated<Text>,
    peers: Repeated<Text>,
    connectors: Repeated<Text>,
    recipients: Repeated<Arc<[String]>>,
    ids: Repeated<Option<Text>>,
    /// Messages whose subject and sender are told; both count only once.
    described: Index,
}

impl Names {
    fn computer(&mut self, name: &str) -> Text {
        self.computers.of(name, |name| computer(name).into())
    }

    fn peer(&mut self, name: &str) -> Text {
        self.peers.of(name, Text::from)
    }

    fn connector(&mut self, id: &str) -> Text {
        self.connectors.of(id, |id| connector(id).1.into())
    }

    fn recipients(&mut self, row: &TrackingRow<'_>) -> Arc<[String]> {
        self.recipients.of(&row.recipient_address, |_| addresses(row.recipients()).into())
    }

    /// Whether the message has been described, and the row, which says both, need not do so again.
    fn describes(&mut self, id: &str, row: &TrackingRow<'_>) -> bool {
        let is_all = !row.message_subject.is_empty() && !row.sender_address.is_empty();
        is_all && !self.described.is_new(index::number(id.as_bytes()))
    }

    fn id(&mut self, id: &str) -> Option<Text> {
        self.ids.of(id, |id| message_id(id).map(Text::from))
    }
}

/// Takes over what a row tells.
pub(super) fn row(facts: &mut Facts, at: &Place, teller: Teller, row: &TrackingRow<'_>) {
    if let Some(told) = told(at, teller, row, &mut Names::default()) {
        told.take(facts);
    }
}

/// What a row tells; nothing when it is about no step.
pub(super) fn told(
    at: &Place,
    teller: Teller,
    row: &TrackingRow<'_>,
    names: &mut Names,
) -> Option<Told> {
    let kind = kind(row)?;
    let errors = match kind {
        StepKind::Failed | StepKind::Deferred => errors(row),
        _ => Vec::new(),
    };
    let is_about_original = kind == StepKind::Reported;
    let id = names.id(if is_about_original { &row.reference } else { &row.message_id });
    let mut setbacks = Vec::new();
    for (text, recipients) in &errors {
        let setback = Setback::new(at.clone(), teller, LastError::parse(text));
        // A deferral without a status, such as for moderation, is no error.
        if kind == StepKind::Failed || !setback.statuses.is_empty() {
            setbacks.push(Setback {
                time: Some(row.date_time),
                message_id: id.as_deref().map(str::to_owned),
                recipients: recipients.clone(),
                ..setback
            });
        }
    }
    let (host, peer) = places(row, kind, teller, names);
    let is_described = is_about_original || id.as_ref().is_some_and(|id| names.describes(id, row));
    let described = |text: &str| if is_described { String::new() } else { text.to_owned() };
    Some(Told {
        id,
        subject: described(&row.message_subject),
        sender: described(&row.sender_address),
        names_recipients: !is_about_original,
        step: Step {
            host,
            peer,
            recipients: names.recipients(row),
            connector: names.connector(&row.connector_id),
            detail: detail(row, kind, &errors),
            ..step(at.clone(), row.date_time, kind)
        },
        setbacks,
    })
}

impl Told {
    /// Moves it so many lines further down in its file.
    pub(super) fn shift(&mut self, lines: u64) {
        self.step.at.line += lines;
        self.setbacks.iter_mut().for_each(|setback| setback.at.line += lines);
    }

    /// Adds it to the facts, unless another file told the very same.
    pub(super) fn take(self, facts: &mut Facts) {
        if let Some(id) = self.id {
            let message = facts.messages.entry(&*id);
            message.describe(&self.subject, &self.sender);
            if message.steps.iter().any(|known| is_copy(known, &self.step)) {
                return;
            }
            if self.names_recipients {
                for recipient in &*self.step.recipients {
                    if !message.recipients.contains(recipient) {
                        message.recipients.insert(recipient.clone());
                    }
                }
            }
            message.steps.push(self.step);
        }
        facts.setbacks.extend(self.setbacks);
    }
}

/// Whether a copy of the file was handed over as well.
fn is_copy(known: &Step, step: &Step) -> bool {
    known.time == step.time
        && known.kind == step.kind
        && known.at.file != step.at.file
        && known.host == step.host
        && known.peer == step.peer
        && known.connector == step.connector
        && known.detail == step.detail
        && known.recipients == step.recipients
}

/// Whether a row with this event can tell of a step.
pub(super) fn is_step(event: &[u8]) -> bool {
    !matches!(
        event,
        b"AGENTINFO"
            | b"CLIENTSUBMISSION"
            | b"HADISCARD"
            | b"HARECEIVE"
            | b"HAREDIRECT"
            | b"HAREDIRECTFAIL"
            | b"INITMESSAGECREATED"
            | b"LOAD"
            | b"NOTIFYMAPI"
            | b"NOTIFYSHADOW"
            | b"PROCESS"
            | b"SETROUTE"
            | b"SUPPRESSED"
            | b"THROTTLE"
    )
}

fn kind(row: &TrackingRow<'_>) -> Option<StepKind> {
    Some(match (&row.event_id, &row.source) {
        (Event::Receive, Source::StoreDriver | Source::MailboxRule | Source::Approval)
        | (Event::Submit, _) => StepKind::Submitted,
        // A report or a copy that an agent made comes from nowhere.
        (Event::Receive, Source::Dsn | Source::Agent) => return None,
        (Event::Receive, _) => StepKind::Received,
        (Event::Send | Event::SendExternal, _) => StepKind::Sent,
        (Event::Deliver | Event::DuplicateDeliver, _) => StepKind::Delivered,
        (Event::Resolve | Event::Redirect | Event::Expand | Event::Transfer, _) => {
            StepKind::Resolved
        }
        (Event::Defer | Event::SubmitDefer | Event::ResubmitDefer, _) => StepKind::Deferred,
        // A group ends in `DROP` with a status of success once its members are in its place.
        (Event::Drop, _) if row.recipient_status.starts_with('2') => StepKind::Resolved,
        (
            Event::Fail
            | Event::DeliverFail
            | Event::SubmitFail
            | Event::ResubmitFail
            | Event::BadMail
            | Event::Drop
            | Event::ModeratorReject
            | Event::ModeratorsAllNdr
            | Event::ModerationExpire,
            _,
        ) => StepKind::Failed,
        (Event::Dsn, _) => StepKind::Reported,
        _ => return None,
    })
}

/// The computer on which it happened, and its peer.
fn places(
    row: &TrackingRow<'_>,
    kind: StepKind,
    teller: Teller,
    names: &mut Names,
) -> (Text, Text) {
    let (client, server) = (&*row.client_hostname, &*row.server_hostname);
    let is_from_here = kind == StepKind::Sent || row.event_id == Event::Submit;
    let (host, peer) = if is_from_here { (client, server) } else { (server, client) };
    let has_peer = matches!(kind, StepKind::Received | StepKind::Sent | StepKind::Delivered);
    // Other rows may name their one computer in either column.
    let (host, peer) = if host.is_empty() && !has_peer { (peer, "") } else { (host, peer) };
    let host = match (names.computer(host), teller) {
        (host, Teller::Trace) if host.is_empty() => names.peer(EXCHANGE_ONLINE),
        (host, _) => host,
    };
    // Submission knows the same computer by two names.
    let is_itself = kind == StepKind::Submitted && names.computer(peer).eq_ignore_ascii_case(&host);
    (host, names.peer(if is_itself { "" } else { peer }))
}

/// Each error with the recipients it is about.
fn errors(row: &TrackingRow<'_>) -> Vec<(String, Vec<String>)> {
    let recipients = addresses(row.recipients());
    let statuses = row.recipient_statuses();
    let mut errors: Vec<(String, Vec<String>)> = Vec::new();
    if statuses.len() == recipients.len() {
        for (status, recipient) in statuses.iter().zip(&recipients) {
            match errors.iter_mut().find(|(text, _)| text == status) {
                Some((_, recipients)) => recipients.push(recipient.clone()),
                None => errors.push(((*status).to_owned(), vec![recipient.clone()])),
            }
        }
    } else {
        errors.push((row.recipient_status.clone().into_owned(), recipients.clone()));
    }
    errors.retain(|(text, _)| !text.trim().is_empty());
    if let (true, Some(text)) = (errors.is_empty(), response(row)) {
        errors.push((text, recipients));
    } else if errors.is_empty() && !row.source_context.trim().is_empty() {
        errors.push((row.source_context.clone().into_owned(), recipients));
    }
    errors
}

/// What an item met that could not be submitted: `…Stage:CreateMailItem, SmtpResponse:431-4.3.1 STOREDRV; disk is full…`.
fn response(row: &TrackingRow<'_>) -> Option<String> {
    if row.event_id != Event::SubmitDefer {
        return None;
    }
    let data = CustomData::parse(&row.custom_data);
    let (_, said) = data.value("DiagnosticInfo")?.split_once("SmtpResponse:")?;
    Some(said.trim().to_owned())
}

fn detail(row: &TrackingRow<'_>, kind: StepKind, errors: &[(String, Vec<String>)]) -> String {
    match kind {
        StepKind::Failed | StepKind::Deferred => {
            errors.first().map(|(text, _)| text.clone()).unwrap_or_default()
        }
        StepKind::Resolved => row.related_recipient_address.clone().into_owned(),
        StepKind::Reported => row.message_id.clone().into_owned(),
        // How the sender was authenticated: `04I:` or `0cA:`.
        StepKind::Received => match row.info() {
            MessageInfo::Authentication { .. } => row.message_info.trim().to_owned(),
            _ => String::new(),
        },
        // `;250 2.6.0 … Queued mail for delivery;ClientSubmitTime:`: what the next hop said.
        StepKind::Sent => {
            let mut parts = row.source_context.split(';');
            parts.find(|part| part.starts_with('2')).unwrap_or_default().to_owned()
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::super::tests::facts_of;
    use super::*;
    use crate::facts::Fate;

    /// A log with rows of `event,source,client,server,connector,id,recipients,statuses,reference,context`.
    fn log(rows: &[[&str; 10]]) -> String {
        let mut text = String::from(
            "#Software: Microsoft Exchange Server\r\n#Version: 15.02.1544.004\r\n#Log-type: Message Tracking Log\r\n#Date: 2026-05-01T06:00:00.000Z\r\n#Fields: date-time,client-hostname,server-hostname,source-context,connector-id,source,event-id,message-id,recipient-address,recipient-status,reference,message-subject,sender-address\r\n",
        );
        for (number, cells) in rows.iter().enumerate() {
            let [event, source, client, server, connector, id, to, status, reference, context] =
                cells;
            let _ = write!(
                text,
                "2026-05-01T06:06:{number:02}.000Z,{client},{server},{context},{connector},{source},{event},{id},{to},{status},{reference},Hi,Raghu@contoso.com\r\n"
            );
        }
        text
    }

    #[test]
    fn a_message_goes_from_mailbox_to_next_hop() {
        let log = log(&[
            [
                "SUBMIT",
                "STOREDRIVER",
                "MBX01",
                "MBX01.contoso.com",
                "",
                "<a@contoso.com>",
                "",
                "",
                "",
                "",
            ],
            [
                "RECEIVE",
                "SMTP",
                "client.contoso.com",
                "MBX01",
                "MBX01\\Default MBX01",
                "<a@contoso.com>",
                "B@fabrikam.com",
                "",
                "",
                "",
            ],
            [
                "HAREDIRECT",
                "SMTP",
                "",
                "MBX01",
                "",
                "<a@contoso.com>",
                "b@fabrikam.com",
                "",
                "",
                "",
            ],
            [
                "SENDEXTERNAL",
                "SMTP",
                "MBX01",
                "mx.fabrikam.com",
                "Internet",
                "<a@contoso.com>",
                "b@fabrikam.com",
                "250 2.1.5 Recipient OK",
                "",
                ";250 OK;ClientSubmitTime:",
            ],
        ]);
        let facts = facts_of(&[("MSGTRK2026050106-1.LOG", &log)]);
        let message = facts.messages.get("<a@contoso.com>").unwrap();
        let kinds: Vec<_> = message.steps.iter().map(|step| step.kind).collect();
        assert_eq!(kinds, [StepKind::Submitted, StepKind::Received, StepKind::Sent]);
        let sent = &message.steps[2];
        assert_eq!((&*sent.host, &*sent.peer), ("MBX01", "mx.fabrikam.com"));
        assert_eq!((&*sent.connector, sent.detail.as_str()), ("Internet", "250 OK"));
        assert_eq!(&*message.steps[1].connector, "Default MBX01");
        assert_eq!(message.sender, "raghu@contoso.com");
        assert_eq!(message.fate("b@fabrikam.com"), Fate::HandedOver);
        assert_eq!(facts.files[0].host, "MBX01");
        assert!(facts.setbacks.is_empty());
    }

    #[test]
    fn a_failure_is_a_setback_for_its_recipients_and_its_report_belongs_to_the_original() {
        let log = log(&[
            [
                "FAIL",
                "SMTP",
                "",
                "MBX01",
                "",
                "<a@contoso.com>",
                "b@fabrikam.com;c@fabrikam.com",
                "550 5.7.1 Refused;550 5.1.1 Unknown",
                "<r@contoso.com>",
                "",
            ],
            [
                "DSN",
                "DSN",
                "",
                "MBX01",
                "",
                "<r@contoso.com>",
                "raghu@contoso.com",
                "",
                "<a@contoso.com>",
                "",
            ],
            [
                "DROP",
                "ROUTING",
                "",
                "MBX01",
                "",
                "<a@contoso.com>",
                "all@contoso.com",
                "250 2.1.5 RESOLVER.GRP.Expanded; group expanded",
                "",
                "",
            ],
        ]);
        let facts = facts_of(&[("MSGTRK2026050106-1.LOG", &log)]);
        let told: Vec<_> =
            facts.setbacks.iter().map(|it| (it.code(), it.recipients.clone())).collect();
        assert_eq!(
            told,
            [
                (Some("5.7.1"), vec!["b@fabrikam.com".to_owned()]),
                (Some("5.1.1"), vec!["c@fabrikam.com".to_owned()]),
            ]
        );
        assert_eq!(facts.setbacks[0].message_id.as_deref(), Some("<a@contoso.com>"));
        let message = facts.messages.get("<a@contoso.com>").unwrap();
        let kinds: Vec<_> = message.steps.iter().map(|step| step.kind).collect();
        assert_eq!(kinds, [StepKind::Failed, StepKind::Reported, StepKind::Resolved]);
        assert!(!message.recipients.contains("raghu@contoso.com"));
        assert_eq!(message.steps[1].detail, "<r@contoso.com>");
        assert_eq!(facts.messages.len(), 1);
    }

    #[test]
    fn a_deferral_is_a_setback_only_with_a_status() {
        let log = log(&[
            [
                "DEFER",
                "SMTP",
                "",
                "MBX01",
                "",
                "<a@contoso.com>",
                "b@fabrikam.com",
                "[{LED=451 4.4.0 DNS query failed};{MSG=};{FQDN=};{IP=};{LRT=}]",
                "",
                "",
            ],
            [
                "DEFER",
                "AGENT",
                "",
                "MBX01",
                "",
                "<a@contoso.com>",
                "b@fabrikam.com",
                "",
                "",
                "Waiting for an approval",
            ],
        ]);
        let facts = facts_of(&[("MSGTRK2026050106-1.LOG", &log)]);
        assert_eq!(facts.setbacks.len(), 1);
        assert_eq!(facts.setbacks[0].code(), Some("4.4.0"));
        let steps = &facts.messages.get("<a@contoso.com>").unwrap().steps;
        assert_eq!(steps[1].detail, "Waiting for an approval");
    }
}
