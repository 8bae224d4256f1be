//! Queues and the messages in them, as `Get-Queue` and `Get-Message` show them.
//!
//! Source: Microsoft Learn, "Queues and messages in Exchange Server", "Queue properties", "Message
//! properties".
//!
//! Order of a queue's properties as in a real list of Exchange 2013; of a message's none was found, theirs is from
//! memory.
//!
//! Not modelled: rates and velocity (shown as 0), priorities other than Normal, locked messages.

use jiff::Timestamp;

use crate::guid::Guid;
use crate::properties::{Enumeration, Noun, Property, field};
use crate::quantity::{ByteSize, TimeSpan};
use crate::value::Value;

/// How the mail of a queue leaves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeliveryType {
    /// Not known yet: Submission and Poison.
    Undefined,
    /// By MX to a domain outside.
    DnsConnectorDelivery,
    /// To the smart hosts of a Send connector.
    SmartHostConnectorDelivery,
    /// To a mailbox database, by Mailbox Transport Delivery.
    SmtpDeliveryToMailbox,
    /// To the servers that a Send connector names as its sources.
    SmtpRelayToConnectorSourceServers,
    /// To the Mailbox servers of a delivery group.
    SmtpRelayToMailboxDeliveryGroup,
    /// To the Edge server subscribed to the site.
    SmtpRelayWithinAdSiteToEdge,
    /// A copy kept until the primary server has delivered.
    ShadowRedundancy,
    /// No way leads to the recipient.
    Unreachable,
}

impl Enumeration for DeliveryType {
    const TYPE_NAME: &'static str = "Microsoft.Exchange.Data.DeliveryType";
    const MEMBERS: &'static [(Self, &'static str, i32)] = &[
        (Self::Undefined, "Undefined", 0),
        (Self::DnsConnectorDelivery, "DnsConnectorDelivery", 1),
        (Self::SmartHostConnectorDelivery, "SmartHostConnectorDelivery", 3),
        (Self::SmtpDeliveryToMailbox, "SmtpDeliveryToMailbox", 12),
        (Self::SmtpRelayToConnectorSourceServers, "SmtpRelayToConnectorSourceServers", 15),
        (Self::SmtpRelayToMailboxDeliveryGroup, "SmtpRelayToMailboxDeliveryGroup", 14),
        (Self::SmtpRelayWithinAdSiteToEdge, "SmtpRelayWithinAdSiteToEdge", 7),
        (Self::ShadowRedundancy, "ShadowRedundancy", 11),
        (Self::Unreachable, "Unreachable", 9),
    ];
}

impl DeliveryType {
    /// `External` for what leaves the organization.
    pub fn next_hop_category(self) -> &'static str {
        match self {
            Self::DnsConnectorDelivery | Self::SmartHostConnectorDelivery => "External",
            _ => "Internal",
        }
    }
}

/// What a queue is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueStatus {
    /// Delivering.
    Active,
    /// Connecting to the next hop.
    Connecting,
    /// The last connection failed; waiting for the next attempt.
    Retry,
    /// Stopped by an administrator.
    Suspended,
    /// Nothing to do.
    Ready,
}

impl Enumeration for QueueStatus {
    const TYPE_NAME: &'static str = "Microsoft.Exchange.Data.QueueViewer.QueueStatus";
    const MEMBERS: &'static [(Self, &'static str, i32)] = &[
        (Self::Active, "Active", 1),
        (Self::Ready, "Ready", 2),
        (Self::Retry, "Retry", 3),
        (Self::Suspended, "Suspended", 4),
        (Self::Connecting, "Connecting", 5),
    ];
}

/// Which queue of a server: its well-known name, or the number of a delivery queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum QueueKey {
    /// Messages waiting for the categorizer.
    Submission,
    /// Messages that no connector takes.
    Unreachable,
    /// Messages set aside after crashes.
    Poison,
    /// A delivery queue.
    Delivery(u64),
}

impl std::fmt::Display for QueueKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Submission => f.write_str("Submission"),
            Self::Unreachable => f.write_str("Unreachable"),
            Self::Poison => f.write_str("Poison"),
            Self::Delivery(number) => write!(f, "{number}"),
        }
    }
}

/// A queue at one moment.
#[derive(Clone, Debug)]
pub struct Queue {
    /// `CMHYBD01\6`
    pub identity: String,
    /// How its mail leaves it.
    pub delivery_type: DeliveryType,
    /// Where to: a domain, smart hosts, a database.
    pub next_hop_domain: String,
    /// The name the next hop's certificate must carry, when the connector says so.
    pub tls_domain: Option<String>,
    /// Send connector or database; zero when there is none.
    pub next_hop_connector: Guid,
    /// What it is doing.
    pub status: QueueStatus,
    /// Messages in it.
    pub message_count: i32,
    /// Of these, messages that the next hop deferred one by one.
    pub deferred_message_count: i32,
    /// Why the last attempt failed.
    pub last_error: String,
    /// Failed attempts in a row.
    pub retry_count: i32,
    /// First of them.
    pub first_retry_time: Option<Timestamp>,
    /// Last of them.
    pub last_retry_time: Option<Timestamp>,
    /// When the next attempt is due.
    pub next_retry_time: Option<Timestamp>,
}

impl Queue {
    /// An empty queue.
    pub fn new(identity: String, delivery_type: DeliveryType, next_hop_domain: String) -> Self {
        Self {
            identity,
            delivery_type,
            next_hop_domain,
            tls_domain: None,
            next_hop_connector: Guid::ZERO,
            status: QueueStatus::Ready,
            message_count: 0,
            deferred_message_count: 0,
            last_error: String::new(),
            retry_count: 0,
            first_retry_time: None,
            last_retry_time: None,
            next_retry_time: None,
        }
    }
}

impl Noun for Queue {
    const TYPE_NAMES: &'static [&'static str] = &[
        "Microsoft.Exchange.Data.QueueViewer.ExtensibleQueueInfo",
        "Microsoft.Exchange.Data.QueueViewer.PagedDataObject",
        "Microsoft.Exchange.Data.ConfigurableObject",
        "System.Object",
    ];

    fn identity(&self) -> String {
        self.identity.clone()
    }

    const PROPERTIES: &'static [Property<Self>] = &[
        field!("DeliveryType", delivery_type),
        field!("NextHopDomain", next_hop_domain),
        field!("TlsDomain", tls_domain),
        field!("NextHopConnector", next_hop_connector),
        field!("Status", status),
        field!("MessageCount", message_count),
        field!("LastError", last_error),
        field!("RetryCount", retry_count),
        field!("LastRetryTime", last_retry_time),
        field!("NextRetryTime", next_retry_time),
        field!("FirstRetryTime", first_retry_time),
        field!("DeferredMessageCount", deferred_message_count),
        Property::shown("LockedMessageCount", |_| 0.into()),
        Property::shown("MessageCountsPerPriority", |_| {
            Value::List(vec![0.into(), 0.into(), 0.into(), 0.into()])
        }),
        Property::shown("DeferredMessageCountsPerPriority", |queue| {
            Value::List(vec![0.into(), queue.deferred_message_count.into(), 0.into(), 0.into()])
        }),
        Property::shown("RiskLevel", |_| "Normal".into()),
        Property::shown("OutboundIPPool", |_| 0.into()),
        Property::shown("NextHopCategory", |queue| queue.delivery_type.next_hop_category().into()),
        Property::shown("IncomingRate", |_| Value::F64(0.0)),
        Property::shown("OutgoingRate", |_| Value::F64(0.0)),
        Property::shown("Velocity", |_| Value::F64(0.0)),
        Property::shown("OverrideSource", |_| Value::Null),
        Property::shown("QueueIdentity", |queue| queue.identity.clone().into()),
        Property::shown("PriorityDescriptions", |_| {
            Value::from(vec!["High", "Normal", "Low", "None"])
        }),
        field!("Identity", identity),
        Property::shown("IsValid", |_| true.into()),
        Property::shown("ObjectState", |_| {
            Value::enumeration("Microsoft.Exchange.Data.ObjectState", "New", 0)
        }),
    ];
}

/// What a message in a queue is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageStatus {
    /// Being delivered.
    Active,
    /// Stopped by an administrator.
    Suspended,
    /// To be removed as soon as the delivery under way ends.
    PendingRemove,
    /// Waiting.
    Ready,
    /// The next hop deferred it.
    Retry,
}

impl Enumeration for MessageStatus {
    const TYPE_NAME: &'static str = "Microsoft.Exchange.Data.QueueViewer.MessageStatus";
    const MEMBERS: &'static [(Self, &'static str, i32)] = &[
        (Self::Active, "Active", 1),
        (Self::Suspended, "Suspended", 2),
        (Self::PendingRemove, "PendingRemove", 3),
        (Self::Ready, "Ready", 5),
        (Self::Retry, "Retry", 6),
    ];
}

/// A message in a queue at one moment.
#[derive(Clone, Debug)]
pub struct QueuedMessage {
    /// `CMHYBD01\6\42842298777605`
    pub identity: String,
    /// `CMHYBD01\6`
    pub queue: String,
    /// Sender in the envelope.
    pub from_address: String,
    /// Subject.
    pub subject: String,
    /// What it is doing.
    pub status: MessageStatus,
    /// `Message-ID:` header.
    pub internet_message_id: String,
    /// Size in bytes.
    pub size: ByteSize,
    /// Where it came from, such as `SMTP:Default CMHYBD01`.
    pub message_source_name: String,
    /// Address it came from.
    pub source_ip: String,
    /// When it entered this server.
    pub date_received: Timestamp,
    /// When it will be returned.
    pub expiration_time: Timestamp,
    /// Why the last attempt failed.
    pub last_error: String,
    /// Failed attempts.
    pub retry_count: i32,
    /// `address;status;outbound pool;error;…`, one for each recipient.
    pub recipients: Vec<String>,
    /// Why it is deferred.
    pub defer_reason: String,
    /// Time since it entered this server.
    pub message_latency: TimeSpan,
    /// `Incoming` or `Originating`.
    pub directionality: String,
    /// The sender, also of a report about what that one sent.
    pub original_from_address: String,
    /// Root domain of the forest.
    pub account_forest: String,
}

impl QueuedMessage {
    /// An empty record, to be filled from an export.
    pub fn unknown() -> Self {
        Self {
            identity: String::new(),
            queue: String::new(),
            from_address: String::new(),
            subject: String::new(),
            status: MessageStatus::Ready,
            internet_message_id: String::new(),
            size: ByteSize(0),
            message_source_name: String::new(),
            source_ip: String::new(),
            date_received: Timestamp::UNIX_EPOCH,
            expiration_time: Timestamp::UNIX_EPOCH,
            last_error: String::new(),
            retry_count: 0,
            recipients: Vec::new(),
            defer_reason: "None".to_owned(),
            message_latency: TimeSpan::seconds(0),
            directionality: String::new(),
            original_from_address: String::new(),
            account_forest: String::new(),
        }
    }
}

impl Noun for QueuedMessage {
    const TYPE_NAMES: &'static [&'static str] = &[
        "Microsoft.Exchange.Data.QueueViewer.ExtensibleMessageInfo",
        "Microsoft.Exchange.Data.QueueViewer.PagedDataObject",
        "Microsoft.Exchange.Data.ConfigurableObject",
        "System.Object",
    ];

    fn identity(&self) -> String {
        self.identity.clone()
    }

    const PROPERTIES: &'static [Property<Self>] = &[
        field!("Subject", subject),
        field!("InternetMessageId", internet_message_id),
        field!("FromAddress", from_address),
        field!("Status", status),
        field!("Size", size),
        field!("MessageSourceName", message_source_name),
        field!("SourceIP", source_ip),
        Property::shown("SCL", |_| 0.into()),
        field!("DateReceived", date_received),
        field!("ExpirationTime", expiration_time),
        field!("LastError", last_error),
        field!("RetryCount", retry_count),
        field!("Queue", queue),
        field!("Recipients", recipients),
        Property::shown("ComponentLatency", |_| Value::List(Vec::new())),
        field!("MessageLatency", message_latency),
        field!("DeferReason", defer_reason),
        Property::shown("LockReason", |_| Value::Null),
        Property::shown("Priority", |_| "Normal".into()),
        Property::shown("ExternalDirectoryOrganizationId", |_| Guid::ZERO.into()),
        field!("Directionality", directionality),
        field!("OriginalFromAddress", original_from_address),
        field!("AccountForest", account_forest),
        Property::shown("TrafficType", |_| "Email".into()),
        Property::shown("TrafficSubType", |_| Value::Null),
        field!("Identity", identity),
        Property::shown("IsValid", |_| true.into()),
        Property::shown("ObjectState", |_| {
            Value::enumeration("Microsoft.Exchange.Data.ObjectState", "New", 0)
        }),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exported_queue_is_read_back_whole() {
        let connector = Guid(7);
        let mut origin = Queue::new(
            "CMHYBD01\\6".to_owned(),
            DeliveryType::DnsConnectorDelivery,
            "cloudfield.mail.onmicrosoft.com".to_owned(),
        );
        origin.next_hop_connector = connector;
        origin.status = QueueStatus::Retry;
        origin.message_count = 3;
        origin.next_retry_time = "2026-05-01T06:16:57Z".parse().ok();
        let mut copy = Queue::new(String::new(), DeliveryType::Undefined, String::new());
        assert_eq!(copy.take_over(&origin.to_object()), vec![]);
        assert_eq!(copy.to_object(), origin.to_object());
        assert_eq!(copy.to_object().text_of("NextHopCategory"), "External");
    }
}
