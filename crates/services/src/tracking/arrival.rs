//! Rows of mail that comes in: by SMTP, or from a mailbox.
//!
//! Cells as in real rows of Exchange 2016 and 2019. SUBMIT leaves number, recipients and size empty, as a row of
//! Exchange 2007 does.

use exchange::guid::Guid;
use exchange::ids::SessionId;
use logs::tracking_words::{TrackingEventId as Event, TrackingSource as Source};

use super::{Party, Replication, TrackingLog, from_entity, text_of};
use crate::message::item::{AuthAs, MailItem};

/// What is known of a message that came in by SMTP.
#[derive(Debug)]
pub(crate) struct Arrival<'a> {
    /// Session id, its beginning and the number of the message: the triple of the protocol log.
    pub session: String,
    /// Receive connector with its server.
    pub connector: &'a str,
    /// The host at the other end.
    pub client: Party,
    /// The client whose session a Front End carries on.
    pub proxied: Option<Party>,
    /// Whether another server holds a shadow copy.
    pub replication: Replication,
}

/// What is known of an item that somebody sends from a mailbox.
#[derive(Debug)]
pub(crate) struct Submitted {
    /// `MDB:…, Mailbox:…, Event:…`
    pub context: String,
    /// The mailbox database.
    pub database: Guid,
    /// The connection by which its items are read.
    pub connection: SessionId,
    /// The item's entry id, in hexadecimal.
    pub entry_id: String,
}

impl TrackingLog {
    /// The message came in by SMTP.
    pub(crate) fn received_by_smtp(&self, item: &MailItem, arrival: &Arrival<'_>) {
        let mut row = self.row(Source::Smtp, Event::Receive, item, &item.recipients);
        let (address, name) = arrival.client.cells();
        (row.client_ip, row.client_hostname) = (address.clone().into(), name.clone().into());
        self.at_server_end(&mut row);
        row.source_context = arrival.session.clone().into();
        row.connector_id = arrival.connector.to_owned().into();
        row.message_info = authentication(item.auth_as).into();
        row.original_client_ip = text_of(item.original_client).into();
        row.original_server_ip = text_of(item.original_server).into();
        let mut custom = Vec::new();
        if arrival.proxied.is_some() {
            custom.push(("ProxyHop1", format!("{name}({address})")));
            custom.push(("MessageValue", "MediumHigh".to_owned()));
        }
        if arrival.replication == Replication::Failed {
            custom.push(("Replication", "Failed".to_owned()));
        }
        let first = if arrival.proxied.is_some() { &name } else { &self.computer.fqdn };
        custom.push(("FirstForestHop", first.clone()));
        custom.push(from_entity(item));
        if let Some(proxied) = &arrival.proxied {
            let (address, name) = proxied.cells();
            custom.push(("ProxiedClientIPAddress", address));
            custom.push(("ProxiedClientHostname", name));
        }
        row.custom_data = self.custom(custom);
        self.write(&row);
    }

    /// An item appeared in an Outbox.
    pub(crate) fn notified(&self, item: &MailItem, submitted: &Submitted) {
        let mut row = self.row(Source::StoreDriver, Event::NotifyMapi, item, &[]);
        self.at_client_end(&mut row);
        row.source_context = submitted.context.clone().into();
        row.internal_message_id = "".into();
        row.message_id = "".into();
        row.network_message_id = "".into();
        (row.total_bytes, row.recipient_count) = (None, None);
        row.message_subject = "".into();
        row.return_path = "".into();
        row.directionality = "".into();
        row.transport_traffic_type = "".into();
        let (now, server) = (self.computer.clock.now(), &self.computer.fqdn);
        row.message_info = item.latency.message_info("SUB", server, now).into();
        row.custom_data = format!("S:ItemEntryId={}", submitted.entry_id).into();
        self.write(&row);
    }

    /// Mailbox Transport Submission read the item.
    pub(crate) fn received_from_mailbox(&self, item: &MailItem, submitted: &Submitted) {
        let mut row = self.row(Source::StoreDriver, Event::Receive, item, &item.recipients);
        self.at_server_end(&mut row);
        row.client_ip = self.computer.address().to_string().into();
        row.client_hostname = self.computer.fqdn.clone().into();
        let Submitted { context, connection, .. } = submitted;
        row.source_context = format!("{context}, ServerMdbConnectionId:{connection}").into();
        row.recipient_status = vec!["To"; item.recipients.len()].join(";").into();
        row.message_info = authentication(item.auth_as).into();
        row.original_client_ip = text_of(item.original_client).into();
        row.original_server_ip = text_of(item.original_server).into();
        row.custom_data = self.custom([
            ("MailboxDatabaseGuid", submitted.database.to_string()),
            ("ItemEntryId", submitted.entry_id.clone()),
        ]);
        self.write(&row);
    }

    /// Mailbox Transport Submission could not read the item. Cells as of SUBMIT; the data are those of
    /// Microsoft support, "Failed to process message due to a transient exception".
    pub(crate) fn submission_deferred(&self, item: &MailItem, submitted: &Submitted, why: &str) {
        let mut row = self.row(Source::StoreDriver, Event::SubmitDefer, item, &[]);
        self.at_client_end(&mut row);
        row.source_context = submitted.context.clone().into();
        row.internal_message_id = "".into();
        (row.total_bytes, row.recipient_count) = (None, None);
        let why = format!("Error:RetryMailboxServerError, Diagnostic Information: {why}");
        row.custom_data =
            self.custom([("ItemEntryId", submitted.entry_id.clone()), ("DiagnosticInfo", why)]);
        self.write(&row);
    }

    /// Mailbox Transport Submission handed the item to Transport.
    pub(crate) fn submitted(&self, item: &MailItem, submitted: &Submitted, to: &Party) {
        let mut row = self.row(Source::StoreDriver, Event::Submit, item, &[]);
        self.at_client_end(&mut row);
        let (address, name) = to.cells();
        (row.server_ip, row.server_hostname) = (address.into(), name.into());
        row.source_context = submitted.context.clone().into();
        row.internal_message_id = "".into();
        (row.total_bytes, row.recipient_count) = (None, None);
        let (now, server) = (self.computer.clock.now(), &self.computer.fqdn);
        row.message_info = item.latency.message_info("SUB", server, now).into();
        row.custom_data = self.custom([("ItemEntryId", submitted.entry_id.clone())]);
        self.write(&row);
    }
}

/// `0cA: ` or `04I: `: mechanism and initial of `AuthAs`, with a trailing blank as in real rows.
fn authentication(auth_as: AuthAs) -> &'static str {
    match auth_as {
        AuthAs::Internal => "04I: ",
        AuthAs::Anonymous => "0cA: ",
    }
}
