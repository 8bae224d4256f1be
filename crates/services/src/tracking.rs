//! The message tracking log of one service: one function per thing that happens to a message.
//!
//! Which cells each event fills follows real rows of Exchange 2016 and 2019 (RECEIVE, SEND,
//! SENDEXTERNAL, RESOLVE, HAREDIRECTFAIL, NOTIFYMAPI) and of `Get-MessageTrackingLog | Format-List` (FAIL,
//! EXPAND, TRANSFER). Raw rows of SUBMIT, DELIVER, DEFER and DSN of these versions were not found in
//! public; theirs follow Exchange 2007 and 2010 rows and the others' pattern.
//!
//! Not modelled: latency components other than those the lab measures.

use std::net::IpAddr;
use std::sync::Arc;

use exchange::directory::Build;
use exchange::guid::Guid;
use exchange::ids::network_message_id;
use jiff::Timestamp;
use logs::format::LogFormat;
use logs::last_error::{LastError, LastErrorForm};
use logs::message_tracking::{self, TrackingRow};
use logs::tracking_cells::CustomData;
use logs::tracking_words::{TrackingEventId as Event, TrackingSource as Source};

use crate::computer::{Computer, LogDirectory};
use crate::message::item::{AuthAs, MailItem, MailRecipient};
use crate::queue::Setback;

/// Where message tracking logs are, below the installation folder.
pub(crate) const DIRECTORY: &str = "TransportRoles/Logs/MessageTracking";

/// The message tracking log of one service.
pub(crate) struct TrackingLog {
    computer: Arc<Computer>,
    directory: Arc<LogDirectory>,
    build: Build,
    forest: String,
}

/// A peer in a row: its address and name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Party {
    /// Address.
    pub address: Option<IpAddr>,
    /// Name.
    pub name: String,
}

impl Party {
    fn cells(&self) -> (String, String) {
        (self.address.map(|address| address.to_string()).unwrap_or_default(), self.name.clone())
    }
}

impl TrackingLog {
    /// The log with that format (and so that prefix) on a computer.
    pub(crate) fn new(
        computer: Arc<Computer>,
        format: &LogFormat,
        build: Build,
        forest: &str,
    ) -> Self {
        let directory = computer.log(message_tracking::of_build(format, build), DIRECTORY);
        Self { computer, directory, build, forest: forest.to_owned() }
    }

    /// No other server could take a shadow copy.
    pub(crate) fn shadow_failed(&self, item: &MailItem) {
        let mut row = self.row(Source::Smtp, Event::HaRedirectFail, item, &item.recipients);
        row.source_context = "No suitable shadow servers".into();
        row.custom_data = self.custom([("OriginalFromAddress", item.sender_address())]);
        self.write(&row);
    }

    /// The message came in by SMTP.
    pub(crate) fn received_by_smtp(
        &self,
        item: &MailItem,
        source_context: String,
        connector: &str,
        client: &Party,
        proxied: Option<&Party>,
    ) {
        let mut row = self.row(Source::Smtp, Event::Receive, item, &item.recipients);
        let (address, name) = client.cells();
        (row.client_ip, row.client_hostname) = (address.into(), name.into());
        self.here(&mut row);
        row.source_context = source_context.into();
        row.connector_id = connector.to_owned().into();
        row.message_info = authentication(item.auth_as).into();
        row.original_client_ip =
            item.original_client.map(|ip| ip.to_string()).unwrap_or_default().into();
        let mut custom = Vec::new();
        if let Some(proxied) = proxied {
            let (address, name) = proxied.cells();
            custom.push(("ProxyHop1", format!("{}({})", client.name, client.cells().0)));
            custom.push(("ProxiedClientIPAddress", address));
            custom.push(("ProxiedClientHostname", name));
        }
        custom.push(("FirstForestHop", self.computer.fqdn.clone()));
        custom.push(("FromEntity", entity(item.auth_as).to_owned()));
        row.custom_data = self.custom(custom);
        self.write(&row);
    }

    /// The categorizer rewrote an address.
    pub(crate) fn resolved(
        &self,
        item: &MailItem,
        legacy_dn: String,
        from: &str,
        to: &MailRecipient,
    ) {
        let mut row = self.row(Source::Routing, Event::Resolve, item, std::slice::from_ref(to));
        row.source_context = legacy_dn.into();
        row.related_recipient_address = from.to_owned().into();
        row.custom_data = self.custom([]);
        self.write(&row);
    }

    /// The categorizer put a group's members in its place.
    pub(crate) fn expanded(&self, item: &MailItem, group: &str, members: &[MailRecipient]) {
        let mut row = self.row(Source::Routing, Event::Expand, item, members);
        let statuses = vec![exchange::status::GROUP_EXPANDED; members.len()];
        row.recipient_status = statuses.join(";").into();
        row.related_recipient_address = group.to_owned().into();
        row.custom_data = self.custom([]);
        self.write(&row);
    }

    /// The message was handed to the next hop.
    pub(crate) fn sent(&self, item: &MailItem, sent: &SentTo<'_>) {
        let event = if sent.is_external { Event::SendExternal } else { Event::Send };
        let mut row = self.row(Source::Smtp, event, item, sent.recipients);
        row.client_ip = self.computer.address().to_string().into();
        row.client_hostname = self.computer.name.clone().into();
        let (address, name) = sent.to.cells();
        (row.server_ip, row.server_hostname) = (address.into(), name.into());
        row.source_context = format!(";{};ClientSubmitTime:", sent.reply).into();
        row.connector_id = sent.connector.to_owned().into();
        let statuses = vec!["250 2.1.5 Recipient OK"; sent.recipients.len()];
        row.recipient_status = statuses.join(";").into();
        row.message_info = self.latency(item, sent).into();
        let latency = format!("{:.3}", self.age(item));
        let mut custom = vec![("E2ELatency", latency.clone())];
        if sent.is_external {
            custom.push(("ExternalSendLatency", format!("{:.3}", sent.seconds)));
            custom.push(("ToEntity", "Internet".to_owned()));
            custom.push(("FromEntity", entity(item.auth_as).to_owned()));
        }
        custom.push(("MsgRecipCount", sent.recipients.len().to_string()));
        custom.push(("IncludeInSla", "True".to_owned()));
        custom.push((
            "Microsoft.Exchange.Transport.MailRecipient.RequiredTlsAuthLevel",
            sent.tls_auth_level.to_owned(),
        ));
        custom.push((
            "IsSmtpResponseFromExternalServer",
            if sent.is_external { "True" } else { "False" }.to_owned(),
        ));
        row.custom_data = self.custom(custom);
        self.write(&row);
    }

    /// Delivery was put off.
    pub(crate) fn deferred(&self, item: &MailItem, recipients: &[MailRecipient], why: &Setback) {
        let mut row = self.row(Source::Smtp, Event::Defer, item, recipients);
        row.source_context = why.status.clone().into();
        row.recipient_status = vec![why.last_error.as_str(); recipients.len()].join(";").into();
        row.custom_data = self.custom([]);
        self.write(&row);
    }

    /// The message is returned for these recipients. `reference` is the report's message id.
    pub(crate) fn failed(
        &self,
        source: Source,
        item: &MailItem,
        recipients: &[MailRecipient],
        status: &str,
        reference: Option<&str>,
    ) {
        let mut row = self.row(source, Event::Fail, item, recipients);
        let status = if status.starts_with("[{") {
            status.to_owned()
        } else {
            LastError {
                form: LastErrorForm::Braces,
                led: status.to_owned(),
                ..LastError::default()
            }
            .to_string()
        };
        row.recipient_status = vec![status.as_str(); recipients.len()].join(";").into();
        row.reference = reference.unwrap_or_default().to_owned().into();
        row.custom_data = self.custom([("E2ELatency", format!("{:.3}", self.age(item)))]);
        self.write(&row);
    }

    /// A report was generated about `original`.
    pub(crate) fn reported(&self, report: &MailItem, original: &MailItem) {
        let mut row = self.row(Source::Dsn, Event::Dsn, report, &report.recipients);
        row.reference = original.message_id.clone().into();
        row.custom_data = self.custom([]);
        self.write(&row);
    }

    /// Mailbox Transport Delivery put the message into a mailbox.
    pub(crate) fn delivered(
        &self,
        item: &MailItem,
        source_context: String,
        client: &Party,
        database: &str,
    ) {
        let mut row = self.row(Source::StoreDriver, Event::Deliver, item, &item.recipients);
        let (address, name) = client.cells();
        (row.client_ip, row.client_hostname) = (address.into(), name.into());
        self.here(&mut row);
        row.source_context = source_context.into();
        row.message_info = exchange::culture::log_time(item.received).into();
        row.custom_data = self.custom([
            ("MailboxDatabaseName", database.to_owned()),
            ("DatabaseHealth", "-1".to_owned()),
            ("E2ELatency", format!("{:.3}", self.age(item))),
        ]);
        self.write(&row);
    }

    /// An item appeared in an Outbox.
    pub(crate) fn notified(&self, item: &MailItem, submission: &str, created: Timestamp) {
        let mut row = self.row(Source::StoreDriver, Event::NotifyMapi, item, &[]);
        row.client_ip = self.computer.address().to_string().into();
        row.client_hostname = self.computer.name.clone().into();
        row.source_context = submission.to_owned().into();
        row.internal_message_id = "".into();
        row.message_id = "".into();
        row.network_message_id = "".into();
        row.total_bytes = None;
        row.recipient_count = None;
        row.message_subject = "".into();
        row.return_path = "".into();
        row.directionality = "".into();
        row.transport_traffic_type = "".into();
        let waited = self.computer.clock.now().duration_since(created).as_secs_f64();
        row.message_info = format!(
            "{};LSRV={}:TOTAL-SUB={waited:.3}|SA={waited:.3}|MTSS-PEN=0.000",
            exchange::culture::log_time(created),
            self.computer.fqdn
        )
        .into();
        row.custom_data = "".into();
        self.write(&row);
    }

    /// Mailbox Transport Submission read the item.
    pub(crate) fn received_from_mailbox(&self, item: &MailItem, submission: &str, database: Guid) {
        let mut row = self.row(Source::StoreDriver, Event::Receive, item, &item.recipients);
        row.client_ip = self.computer.address().to_string().into();
        row.client_hostname = self.computer.fqdn.clone().into();
        self.here(&mut row);
        row.source_context = submission.to_owned().into();
        row.recipient_status = vec!["To"; item.recipients.len()].join(";").into();
        row.message_info = "04I: ".into();
        row.original_client_ip =
            item.original_client.map(|ip| ip.to_string()).unwrap_or_default().into();
        row.custom_data = self.custom([("MailboxDatabaseGuid", database.to_string())]);
        self.write(&row);
    }

    /// Mailbox Transport Submission handed the item to Transport.
    pub(crate) fn submitted(&self, item: &MailItem, submission: &str, to: &Party) {
        let mut row = self.row(Source::StoreDriver, Event::Submit, item, &[]);
        row.client_ip = self.computer.address().to_string().into();
        row.client_hostname = self.computer.name.clone().into();
        let (address, name) = to.cells();
        (row.server_ip, row.server_hostname) = (address.into(), name.into());
        row.source_context = submission.to_owned().into();
        row.internal_message_id = "".into();
        row.total_bytes = None;
        row.recipient_count = None;
        row.custom_data = self.custom([]);
        self.write(&row);
    }

    fn row(
        &self,
        source: Source,
        event: Event,
        item: &MailItem,
        recipients: &[MailRecipient],
    ) -> TrackingRow<'static> {
        let addresses: Vec<_> =
            recipients.iter().map(|recipient| recipient.address.to_string()).collect();
        let now = self.computer.clock.now();
        TrackingRow {
            date_time: now,
            client_ip: "".into(),
            client_hostname: "".into(),
            server_ip: "".into(),
            server_hostname: self.computer.name.clone().into(),
            source_context: "".into(),
            connector_id: "".into(),
            source,
            event_id: event,
            internal_message_id: item.internal_id.to_string().into(),
            message_id: item.message_id.clone().into(),
            network_message_id: item.network_message_id.to_string().into(),
            recipient_address: addresses.join(";").into(),
            recipient_status: "".into(),
            total_bytes: Some(item.size),
            recipient_count: u32::try_from(recipients.len()).ok(),
            related_recipient_address: "".into(),
            reference: "".into(),
            message_subject: item.subject().into(),
            sender_address: item.sender_address().into(),
            return_path: item.return_path().into(),
            message_info: "".into(),
            directionality: item.directionality().into(),
            tenant_id: "".into(),
            original_client_ip: "".into(),
            original_server_ip: "".into(),
            custom_data: "".into(),
            transport_traffic_type: "Email".into(),
            log_id: network_message_id(self.computer.random_bits(), now).to_string().into(),
            schema_version: self.build.padded().into(),
        }
    }

    fn here(&self, row: &mut TrackingRow<'static>) {
        row.server_ip = self.computer.address().to_string().into();
        row.server_hostname = self.computer.name.clone().into();
    }

    fn custom(
        &self,
        entries: impl IntoIterator<Item = (&'static str, String)>,
    ) -> std::borrow::Cow<'static, str> {
        let data = entries
            .into_iter()
            .fold(CustomData::default(), |data, (key, value)| data.with(key, value))
            .with("DeliveryPriority", "Normal")
            .with("AccountForest", self.forest.clone());
        data.to_string().into()
    }

    /// Seconds since the message entered this server.
    fn age(&self, item: &MailItem) -> f64 {
        self.computer.clock.now().duration_since(item.received).as_secs_f64()
    }

    fn latency(&self, item: &MailItem, sent: &SentTo<'_>) -> String {
        let total = self.age(item);
        let queued = (total - sent.seconds).max(0.0);
        let stage = if sent.is_external { "QDE" } else { "QDM" };
        format!(
            "{};LSRV={}:TOTAL-HUB={total:.3}|{stage}={queued:.3}|SMS={:.3}",
            exchange::culture::log_time(item.received),
            self.computer.fqdn,
            sent.seconds
        )
    }

    fn write(&self, row: &TrackingRow<'static>) {
        self.directory.append(row.date_time, row);
    }
}

/// What is known when a message was handed to the next hop.
#[derive(Debug)]
pub(crate) struct SentTo<'a> {
    /// Recipients the next hop took.
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

/// `0cA: ` or `04I: `: mechanism and initial of `AuthAs`, with a trailing blank as in real rows.
fn authentication(auth_as: AuthAs) -> &'static str {
    match auth_as {
        AuthAs::Internal => "04I: ",
        AuthAs::Anonymous => "0cA: ",
    }
}

fn entity(auth_as: AuthAs) -> &'static str {
    match auth_as {
        AuthAs::Internal => "Hosted",
        AuthAs::Anonymous => "Internet",
    }
}
