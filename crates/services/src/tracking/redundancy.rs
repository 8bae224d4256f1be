//! Rows of shadow redundancy: a second server holds a copy until the message has been handed on.
//!
//! HAREDIRECT and HAREDIRECTFAIL as in real rows of Exchange 2013 and 2019; the source-context of HARECEIVE and
//! HADISCARD as in cmdlet output. Source: Microsoft Learn, "Shadow redundancy in Exchange Server", "Message tracking".

use exchange::guid::Guid;
use logs::tracking_cells::CustomData;
use logs::tracking_words::{TrackingEventId as Event, TrackingSource as Source};

use super::{Party, TrackingLog};
use crate::message::item::MailItem;

/// Whether another server holds a shadow copy of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replication {
    /// One does.
    Copied,
    /// None could take it; that does not keep the message from being accepted.
    Failed,
    /// None was asked: an Edge server has no partner.
    NotTried,
}

impl TrackingLog {
    /// No other server could take a shadow copy.
    pub(crate) fn shadow_failed(&self, item: &MailItem) {
        let mut row = self.row(Source::Smtp, Event::HaRedirectFail, item, &item.recipients);
        row.source_context = "No suitable shadow servers".into();
        let custom = CustomData::default()
            .with("DeliveryPriority", "Normal")
            .with("OriginalFromAddress", item.sender_address())
            .with("AccountForest", self.forest.clone());
        row.custom_data = custom.to_string().into();
        self.write(&row);
    }

    /// Another server took a shadow copy, and answered so.
    pub(crate) fn shadowed(&self, item: &MailItem, server: &str, reply: &str) {
        let mut row = self.row(Source::Smtp, Event::HaRedirect, item, &item.recipients);
        row.source_context = format!("{server}={reply}").into();
        row.custom_data = self.custom([]);
        self.write(&row);
    }

    /// This server took a shadow copy for `primary`. The id is the one by which the primary server will say that it may
    /// be discarded.
    pub(crate) fn shadow_received(
        &self,
        item: &MailItem,
        primary: &Party,
        connector: &str,
        id: Guid,
    ) {
        let mut row = self.row(Source::Smtp, Event::HaReceive, item, &item.recipients);
        let (address, name) = primary.cells();
        (row.client_ip, row.client_hostname) = (address.into(), name.into());
        self.at_server_end(&mut row);
        row.source_context = id.to_string().into();
        row.connector_id = connector.to_owned().into();
        row.custom_data = self.custom([]);
        self.write(&row);
    }

    /// The primary server has handed the message on: this server discards its copy.
    pub(crate) fn shadow_discarded(&self, item: &MailItem, primary: &str, id: Guid) {
        let mut row = self.row(Source::Redundancy, Event::HaDiscard, item, &item.recipients);
        row.client_hostname = primary.to_owned().into();
        row.source_context = format!("ExplicitlyDiscarded;{id}").into();
        row.custom_data = self.custom([]);
        self.write(&row);
    }
}
