//! Rows of mail that goes on, waits or comes back.
//!
//! SEND, SENDEXTERNAL and FAIL as in real rows and cmdlet output of Exchange 2019; DELIVER as in extended reports of
//! Exchange Online without what only that service has, and without the item's id in the store. DEFER and DSN follow their pattern.
//!
//! Not modelled: when the client submitted the message (`ClientSubmitTime:` stays empty, as in the rows on premises).

use exchange::guid::Guid;
use logs::message_tracking::TrackingRow;
use logs::tracking_words::{TrackingEventId as Event, TrackingSource as Source};

use super::routing::braced;
use super::{Party, TrackingLog, from_entity};
use crate::message::item::{MailItem, MailRecipient};
use crate::queue::Setback;

const REQUIRED_LEVEL: &str = "Microsoft.Exchange.Transport.MailRecipient.RequiredTlsAuthLevel";
const EFFECTIVE_LEVEL: &str = "Microsoft.Exchange.Transport.MailRecipient.EffectiveTlsAuthLevel";
const OPPORTUNISTIC: &str = "Opportunistic";

/// What is known when a message was offered to the next hop.
#[derive(Debug)]
pub(crate) struct SentTo<'a> {
    /// Recipients it is about.
    pub recipients: &'a [MailRecipient],
    /// The next hop.
    pub to: Party,
    /// Send connector.
    pub connector: &'a str,
    /// The next hop's answer to the content.
    pub reply: String,
    /// Whether the next hop is outside the organization.
    pub is_external: bool,
    /// `Opportunistic`, `DomainValidation`, …
    pub tls_auth_level: &'a str,
    /// Seconds that sending took.
    pub seconds: f64,
}

/// Where Mailbox Transport Delivery put a message.
#[derive(Debug)]
pub(crate) struct Delivered {
    /// Session id, its beginning and the number of the message: the triple of the protocol log.
    pub session: String,
    /// The Transport service that brought it.
    pub client: Party,
    /// The database.
    pub database: Guid,
    /// The mailboxes.
    pub mailboxes: Vec<Guid>,
}

impl TrackingLog {
    /// The message was handed to the next hop. Its latency holds the stages up to here.
    pub(crate) fn sent(&self, item: &MailItem, sent: &SentTo<'_>) {
        let event = if sent.is_external { Event::SendExternal } else { Event::Send };
        let mut row = self.row(Source::Smtp, event, item, sent.recipients);
        self.between(&mut row, sent);
        row.source_context = format!(";{};ClientSubmitTime:", sent.reply).into();
        let statuses = vec!["250 2.1.5 Recipient OK"; sent.recipients.len()];
        row.recipient_status = statuses.join(";").into();
        row.message_info = self.latency(item, "HUB");
        let mut custom = vec![("E2ELatency", self.end_to_end(item))];
        if sent.is_external {
            custom.push(("ExternalSendLatency", format!("{:.3}", sent.seconds)));
            custom.push(("ToEntity", "Internet".to_owned()));
            custom.push(from_entity(item));
        }
        custom.extend(of_delivery(sent));
        row.custom_data = self.custom(custom);
        self.write(&row);
    }

    /// The next hop put some recipients off.
    pub(crate) fn deferred(&self, item: &MailItem, recipients: &[MailRecipient], why: &Setback) {
        let mut row = self.row(Source::Smtp, Event::Defer, item, recipients);
        row.source_context = why.status.clone().into();
        row.recipient_status = repeated(why.last_error_or_status(), recipients);
        row.message_info = self.latency(item, "HUB");
        row.custom_data = self.custom([from_entity(item)]);
        self.write(&row);
    }

    /// The message comes back for these recipients. `reference` is the message id of the report about it.
    pub(crate) fn failed(
        &self,
        (source, context): (Source, &str),
        item: &MailItem,
        recipients: &[MailRecipient],
        status: &str,
        reference: Option<&str>,
    ) {
        let mut row = self.row(source, Event::Fail, item, recipients);
        row.client_hostname = self.computer.name.clone().into();
        row.server_hostname = "".into();
        row.source_context = context.to_owned().into();
        row.recipient_status = repeated(status, recipients);
        row.reference = reference.unwrap_or_default().to_owned().into();
        row.message_info = self.latency(item, "HUB");
        row.custom_data = self.custom([("E2ELatency", self.end_to_end(item))]);
        self.write(&row);
    }

    /// The same, by the answer of a next hop.
    pub(crate) fn refused(&self, item: &MailItem, sent: &SentTo<'_>, reference: Option<&str>) {
        let mut row = self.row(Source::Smtp, Event::Fail, item, sent.recipients);
        self.between(&mut row, sent);
        row.recipient_status = repeated(&sent.reply, sent.recipients);
        row.reference = reference.unwrap_or_default().to_owned().into();
        row.message_info = self.latency(item, "HUB");
        let mut custom = vec![
            ("E2ELatency", self.end_to_end(item)),
            ("ToEntity", "Unknown".to_owned()),
            from_entity(item),
        ];
        custom.extend(of_delivery(sent));
        row.custom_data = self.custom(custom);
        self.write(&row);
    }

    /// A report was generated about `original`.
    pub(crate) fn reported(&self, report: &MailItem, original: &MailItem) {
        let mut row = self.row(Source::Dsn, Event::Dsn, report, &report.recipients);
        row.reference = original.message_id.clone().into();
        row.custom_data = self.custom([]);
        self.write(&row);
    }

    /// Mailbox Transport Delivery put the message into mailboxes.
    pub(crate) fn delivered(&self, item: &MailItem, to: &[MailRecipient], delivered: &Delivered) {
        self.at_the_store(Event::Deliver, item, to, delivered);
    }

    /// The mailboxes have the message already, from another copy of it.
    pub(crate) fn delivered_before(
        &self,
        item: &MailItem,
        to: &[MailRecipient],
        delivered: &Delivered,
    ) {
        self.at_the_store(Event::DuplicateDeliver, item, to, delivered);
    }

    fn at_the_store(
        &self,
        event: Event,
        item: &MailItem,
        to: &[MailRecipient],
        delivered: &Delivered,
    ) {
        if to.is_empty() {
            return;
        }
        let mut row = self.row(Source::StoreDriver, event, item, to);
        let (address, name) = delivered.client.cells();
        (row.client_ip, row.client_hostname) = (address.into(), name.into());
        self.at_server_end(&mut row);
        row.source_context = format!("{};ClientSubmitTime:", delivered.session).into();
        row.message_info = self.latency(item, "DEL");
        let count = to.len().to_string();
        let mailboxes: Vec<_> = delivered.mailboxes.iter().map(ToString::to_string).collect();
        let here = item.latency.here(self.computer.clock.now());
        row.custom_data = self.custom([
            ("IncludeInSla", "True".to_owned()),
            ("MailboxDatabaseGuid", delivered.database.to_string()),
            ("Mailboxes", mailboxes.join(",")),
            from_entity(item),
            ("ToEntity", "Hosted".to_owned()),
            ("MsgRecipCount", count.clone()),
            ("SubRecipCount", count),
            ("MapiMessageClass", "IPM.Note".to_owned()),
            ("DeliveryLatency", format!("{here:.3}")),
            ("E2ELatency", self.end_to_end(item)),
        ]);
        self.write(&row);
    }

    /// From this server, to the next hop, by the connector.
    fn between(&self, row: &mut TrackingRow<'static>, sent: &SentTo<'_>) {
        self.at_client_end(row);
        let (address, name) = sent.to.cells();
        (row.server_ip, row.server_hostname) = (address.into(), name.into());
        row.connector_id = sent.connector.to_owned().into();
    }

    fn latency(&self, item: &MailItem, service: &str) -> std::borrow::Cow<'static, str> {
        let now = self.computer.clock.now();
        item.latency.message_info(service, &self.computer.fqdn, now).into()
    }
}

/// What SEND, SENDEXTERNAL and FAIL say last of an attempt.
fn of_delivery(sent: &SentTo<'_>) -> Vec<(&'static str, String)> {
    let mut custom = vec![
        ("MsgRecipCount", sent.recipients.len().to_string()),
        ("IncludeInSla", "True".to_owned()),
        (REQUIRED_LEVEL, sent.tls_auth_level.to_owned()),
    ];
    if sent.tls_auth_level != OPPORTUNISTIC {
        custom.push((EFFECTIVE_LEVEL, sent.tls_auth_level.to_owned()));
    }
    let is_external = if sent.is_external { "True" } else { "False" };
    custom.push(("IsSmtpResponseFromExternalServer", is_external.to_owned()));
    custom
}

/// A status for each recipient, in the form of `LastError`.
fn repeated(status: &str, recipients: &[MailRecipient]) -> std::borrow::Cow<'static, str> {
    let status = if status.starts_with("[{") { status.to_owned() } else { braced(status) };
    vec![status.as_str(); recipients.len()].join(";").into()
}
