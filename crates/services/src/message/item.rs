//! A message in a server: its envelope, its ids and what is known of where it came from.

use std::net::IpAddr;
use std::sync::Arc;

use exchange::guid::Guid;
use exchange::ids::InternalMessageId;
use jiff::Timestamp;
use smtp::{Address, ReversePath};

use crate::message::content::Content;
use crate::message::latency::Latency;
use crate::message::shadow_copy::ShadowCopy;

/// Whether a message counts as the organization's own (`X-MS-Exchange-Organization-AuthAs`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthAs {
    /// From an authenticated sender of the organization, here or across premises.
    Internal,
    /// From anyone.
    Anonymous,
}

impl AuthAs {
    /// The header's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Internal => "Internal",
            Self::Anonymous => "Anonymous",
        }
    }

    /// What a message's header says; `None` when it says nothing.
    pub fn of(content: &Content) -> Option<Self> {
        match content.value("X-MS-Exchange-Organization-AuthAs").as_deref() {
            Some("Internal") => Some(Self::Internal),
            Some(_) => Some(Self::Anonymous),
            None => None,
        }
    }

    /// `Originating` for mail from within, `Incoming` for mail from outside.
    pub fn directionality(self) -> &'static str {
        match self {
            Self::Internal => "Originating",
            Self::Anonymous => "Incoming",
        }
    }

    /// What resolution needs to know of it.
    pub fn sender_trust(self) -> exchange::decisions::resolution::SenderTrust {
        match self {
            Self::Internal => exchange::decisions::resolution::SenderTrust::Internal,
            Self::Anonymous => exchange::decisions::resolution::SenderTrust::Anonymous,
        }
    }
}

/// A recipient and what it asked for (RFC 3461).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailRecipient {
    /// Address the message is delivered to now.
    pub address: Address,
    /// Address it was first written to, when resolution changed it.
    pub original: Option<Address>,
    /// Whether the sender wants to hear of failure (`NOTIFY`; it is the default).
    pub notify_failure: bool,
    /// Whether the sender wants to hear of delay.
    pub notify_delay: bool,
}

impl MailRecipient {
    /// A recipient with the default notifications.
    pub fn new(address: Address) -> Self {
        Self { address, original: None, notify_failure: true, notify_delay: true }
    }

    /// The address the sender knows.
    pub fn known_to_sender(&self) -> &Address {
        self.original.as_ref().unwrap_or(&self.address)
    }
}

/// A message in a server.
#[derive(Clone, Debug)]
pub struct MailItem {
    /// Number in this server's queue database.
    pub internal_id: InternalMessageId,
    /// Id that stays with the message and all its copies.
    pub network_message_id: Guid,
    /// `Message-ID:` with its angle brackets.
    pub message_id: String,
    /// Envelope sender.
    pub sender: ReversePath,
    /// Recipients still to be served.
    pub recipients: Vec<MailRecipient>,
    /// Header and body.
    pub content: Content,
    /// Size in bytes as it arrived.
    pub size: u64,
    /// When it entered this server.
    pub received: Timestamp,
    /// Whether it counts as the organization's own.
    pub auth_as: AuthAs,
    /// Connector it came through, such as `SMTP:Default CMHYBD01`.
    pub source_name: String,
    /// Host it came from, as the report names it.
    pub received_from: String,
    /// Address of the client that first handed it to the organization.
    pub original_client: Option<IpAddr>,
    /// Address of the server that took it from that client.
    pub original_server: Option<IpAddr>,
    /// The time it spent at each stage.
    pub latency: Latency,
    /// The copy that another server keeps until this one is done with the message.
    pub shadow: Option<Arc<ShadowCopy>>,
}

impl MailItem {
    /// `Subject:`, or nothing.
    pub fn subject(&self) -> String {
        self.content.value("Subject").unwrap_or_default()
    }

    /// Whether nobody is to be told of its fate: it came with a null sender.
    pub fn is_report(&self) -> bool {
        self.sender == ReversePath::Null
    }

    /// `Originating` for mail from within, `Incoming` for mail from outside.
    pub fn directionality(&self) -> &'static str {
        self.auth_as.directionality()
    }

    /// The sender as logs print it: the address, or nothing.
    pub fn sender_address(&self) -> String {
        self.sender.address().map(ToString::to_string).unwrap_or_default()
    }

    /// The sender as `return-path` prints it: the address, or `<>`.
    pub fn return_path(&self) -> String {
        self.sender.address().map_or_else(|| "<>".to_owned(), ToString::to_string)
    }

    /// The same message for some of its recipients.
    #[must_use]
    pub fn for_recipients(&self, recipients: Vec<MailRecipient>) -> Self {
        Self { recipients, ..self.clone() }
    }
}
