//! The message tracking log of one service: one function per thing that happens to a message.
//!
//! Which cells each event fills follows real rows of Exchange 2016 and 2019 (RECEIVE, SEND, SENDEXTERNAL, RESOLVE,
//! HAREDIRECT, HAREDIRECTFAIL, NOTIFYMAPI), `Get-MessageTrackingLog | Format-List` (FAIL, EXPAND, TRANSFER) and
//! extended reports of Exchange Online (DELIVER). Raw rows of SUBMIT, DEFER, DSN, REDIRECT, HARECEIVE and HADISCARD of
//! these versions were not found in public; theirs follow Exchange 2007 and 2010 rows, Microsoft Learn, "Message
//! tracking", and the others' pattern.
//!
//! | what happens | events | file |
//! |---|---|---|
//! | mail comes in, or is sent from a mailbox | RECEIVE, NOTIFYMAPI, SUBMIT, SUBMITDEFER | `arrival.rs` |
//! | transport agents act | AGENTINFO, FAIL, REDIRECT | `agents.rs` |
//! | the categorizer decides | RESOLVE, EXPAND, REDIRECT, TRANSFER, DUPLICATEEXPAND | `routing.rs` |
//! | mail goes on, waits, or comes back | SEND, SENDEXTERNAL, DELIVER, DUPLICATEDELIVER, DEFER, FAIL, DSN | `sending.rs` |
//! | shadow copies | HAREDIRECT, HAREDIRECTFAIL, HARECEIVE, HADISCARD | `redundancy.rs` |
//!
//! Not modelled, because nothing in the lab causes them: DROP (no agent deletes but by rules, which fail a message), BADMAIL, POISONMESSAGE, LOAD, RESUBMIT and its failures (no
//! Pickup or Replay folder, no poison queue, no Safety Net), CLIENTSUBMISSION and NOTIFYSHADOW (no shadow copy of an
//! Outbox), DELIVERFAIL, DUPLICATEREDIRECT and SUPPRESSED (mailboxes are never full nor gone, and a
//! recipient gets one copy), MODERATOR… and INITMESSAGECREATED with them the files MSGTRKMA (no moderation), PROCESS and
//! PROCESSMEETINGMESSAGE (no mailbox rules, no meetings), SETROUTE (Exchange Online's own), SUBMITFAIL and
//! THROTTLE (an item that no Transport service takes stays in its Outbox, unlogged).

mod agents;
mod arrival;
mod redundancy;
mod routing;
mod sending;

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use exchange::directory::Build;
use exchange::ids::network_message_id;
use logs::format::LogFormat;
use logs::message_tracking::{self, TrackingRow};
use logs::tracking_cells::CustomData;
use logs::tracking_words::{TrackingEventId as Event, TrackingSource as Source};

use crate::computer::{Computer, LogDirectory};
use crate::message::item::{AuthAs, MailItem, MailRecipient};

pub(crate) use agents::RuleHit;
pub(crate) use arrival::{Arrival, Submitted};
pub(crate) use redundancy::Replication;
pub(crate) use sending::{Delivered, SentTo};

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
        (text_of(self.address), self.name.clone())
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

    /// A row about a message for some of its recipients, in which the server is named as the one that acts.
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

    /// The server is at the receiving end.
    fn at_server_end(&self, row: &mut TrackingRow<'static>) {
        row.server_ip = self.computer.address().to_string().into();
        row.server_hostname = self.computer.name.clone().into();
    }

    /// The server is at the sending end; who is at the other end is not known yet.
    fn at_client_end(&self, row: &mut TrackingRow<'static>) {
        row.client_ip = self.computer.address().to_string().into();
        row.client_hostname = self.computer.name.clone().into();
        (row.server_ip, row.server_hostname) = ("".into(), "".into());
    }

    fn custom(
        &self,
        entries: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Cow<'static, str> {
        let data = entries
            .into_iter()
            .fold(CustomData::default(), |data, (key, value)| data.with(key, value))
            .with("DeliveryPriority", "Normal")
            .with("AccountForest", self.forest.clone());
        data.to_string().into()
    }

    /// `1.928`: seconds since the message entered the organization.
    fn end_to_end(&self, item: &MailItem) -> String {
        format!("{:.3}", item.latency.end_to_end(self.computer.clock.now()))
    }

    fn write(&self, row: &TrackingRow<'static>) {
        self.directory.append(row.date_time, row);
    }
}

fn text_of(address: Option<IpAddr>) -> String {
    address.map(|address| address.to_string()).unwrap_or_default()
}

/// Where the sender is: `FromEntity`.
fn from_entity(item: &MailItem) -> (&'static str, String) {
    let entity = match item.auth_as {
        AuthAs::Internal => "Hosted",
        AuthAs::Anonymous => "Internet",
    };
    ("FromEntity", entity.to_owned())
}
