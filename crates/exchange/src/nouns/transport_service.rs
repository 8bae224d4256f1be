//! Settings of a server's transport services: `Get-TransportService`, `Get-FrontendTransportService`
//! and `Get-MailboxTransportService` read one record, since they share most of it.
//!
//! The types of the latter two are inferred from the name of the first.
//!
//! Defaults from Microsoft Learn, "Message retry, resubmit, and expiration intervals", "Configure
//! protocol logging" and "Configure connectivity logging". The glitch retries stand in
//! `EdgeTransport.exe.config` in the product; the lab shows them as properties of its own.
//!
//! Not modelled: routing table logs, pickup and replay directories, pipeline tracing.

use std::net::IpAddr;

use crate::nouns::log_keeping::ServiceLogs;
use crate::nouns::receive_connector::ProtocolLoggingLevel;
use crate::properties::{Fit, Noun, Property, field};
use crate::quantity::TimeSpan;
use crate::value::Value;

/// Settings of the transport services of one server.
#[derive(Clone, Debug)]
pub struct TransportService {
    /// Server.
    pub name: String,
    /// Whether the internal adapter's DNS servers are asked instead of `internal_dns_servers`.
    pub internal_dns_adapter_enabled: bool,
    /// DNS servers for names inside.
    pub internal_dns_servers: Vec<IpAddr>,
    /// Whether the external adapter's DNS servers are asked instead of `external_dns_servers`.
    pub external_dns_adapter_enabled: bool,
    /// DNS servers for names outside.
    pub external_dns_servers: Vec<IpAddr>,
    /// Retries in quick succession after a failed connection.
    pub queue_glitch_retry_count: i32,
    /// Time between them.
    pub queue_glitch_retry_interval: TimeSpan,
    /// Retries after those.
    pub transient_failure_retry_count: i32,
    /// Time between them.
    pub transient_failure_retry_interval: TimeSpan,
    /// Time between all later retries.
    pub outbound_connection_failure_retry_interval: TimeSpan,
    /// Time between retries of one message that the next hop deferred.
    pub message_retry_interval: TimeSpan,
    /// Time between retries of mailbox delivery.
    pub mailbox_delivery_queue_retry_interval: TimeSpan,
    /// Time after which the sender is told that the message is delayed.
    pub delay_notification_timeout: TimeSpan,
    /// Time after which the message is returned.
    pub message_expiration_timeout: TimeSpan,
    /// Time after which a stuck queue is resubmitted to the categorizer.
    pub max_idle_time_before_resubmit: TimeSpan,
    /// Most connections to one domain at a time.
    pub max_per_domain_outbound_connections: i32,
    /// Whether message tracking logs are written.
    pub message_tracking_log_enabled: bool,
    /// Whether they hold subjects.
    pub message_tracking_log_subject_logging_enabled: bool,
    /// Whether the Transport service logs what agents do.
    pub agent_log_enabled: bool,
    /// Whether Front End Transport does.
    pub front_end_agent_log_enabled: bool,
    /// Logging of the implicit connectors between transport services.
    pub intra_org_connector_protocol_logging_level: ProtocolLoggingLevel,
    /// Logging of the implicit connectors of mailbox delivery and submission.
    pub mailbox_delivery_connector_protocol_logging_level: ProtocolLoggingLevel,
    /// Logging of the Front End's implicit proxy connector.
    pub frontend_intra_org_connector_protocol_logging_level: ProtocolLoggingLevel,
    /// How long the Transport service keeps its logs.
    pub logs: ServiceLogs,
    /// How long Front End Transport keeps its own.
    pub front_end_logs: ServiceLogs,
    /// How long Mailbox Transport keeps its own.
    pub mailbox_logs: ServiceLogs,
    /// Folder of the Transport service's logs, `Hub` or `Edge`.
    log_folder: &'static str,
}

/// The settings of Front End Transport.
#[derive(Clone, Debug)]
pub struct FrontendTransportService(pub TransportService);

/// The settings of Mailbox Transport Submission and Delivery.
#[derive(Clone, Debug)]
pub struct MailboxTransportService(pub TransportService);

/// Below it lie the folders of all transport logs.
const LOGS: &str = r"C:\Program Files\Microsoft\Exchange Server\V15\TransportRoles\Logs";

fn path(folder: &str, log: &str) -> Value {
    let path = format!(r"{LOGS}\{folder}\{log}");
    Value::opaque("Microsoft.Exchange.Data.LocalLongFullPath", path)
}

impl TransportService {
    /// The settings of a freshly installed server; an Edge server waits longer between retries.
    pub fn new(server: &str, is_edge: bool) -> Self {
        Self {
            name: server.to_owned(),
            internal_dns_adapter_enabled: true,
            internal_dns_servers: Vec::new(),
            external_dns_adapter_enabled: true,
            external_dns_servers: Vec::new(),
            queue_glitch_retry_count: 4,
            queue_glitch_retry_interval: TimeSpan::minutes(1),
            transient_failure_retry_count: 6,
            transient_failure_retry_interval: TimeSpan::minutes(if is_edge { 10 } else { 5 }),
            outbound_connection_failure_retry_interval: TimeSpan::minutes(if is_edge {
                30
            } else {
                10
            }),
            message_retry_interval: TimeSpan::minutes(15),
            mailbox_delivery_queue_retry_interval: TimeSpan::minutes(5),
            delay_notification_timeout: TimeSpan::hours(4),
            message_expiration_timeout: TimeSpan::days(2),
            max_idle_time_before_resubmit: TimeSpan::hours(12),
            max_per_domain_outbound_connections: 20,
            message_tracking_log_enabled: true,
            message_tracking_log_subject_logging_enabled: true,
            agent_log_enabled: true,
            front_end_agent_log_enabled: true,
            intra_org_connector_protocol_logging_level: ProtocolLoggingLevel::None,
            mailbox_delivery_connector_protocol_logging_level: ProtocolLoggingLevel::None,
            frontend_intra_org_connector_protocol_logging_level: ProtocolLoggingLevel::Verbose,
            logs: ServiceLogs::default(),
            front_end_logs: ServiceLogs::default(),
            mailbox_logs: ServiceLogs::default(),
            log_folder: if is_edge { "Edge" } else { "Hub" },
        }
    }
}

impl Noun for TransportService {
    const TYPE_NAMES: &'static [&'static str] = &[
        "Microsoft.Exchange.Data.Directory.Management.TransportServer",
        "Microsoft.Exchange.Data.Directory.ADPresentationObject",
        "System.Object",
    ];

    fn identity(&self) -> String {
        self.name.clone()
    }

    const PROPERTIES: &'static [Property<Self>] = &[
        field!("Name", name),
        field!("AgentLogEnabled", agent_log_enabled),
        field!("AgentLogMaxAge", logs.agent.max_age),
        field!("AgentLogMaxDirectorySize", logs.agent.max_directory_size),
        field!("AgentLogMaxFileSize", logs.agent.max_file_size),
        Property::shown("AgentLogPath", |one| path(one.log_folder, "AgentLog")),
        Property::shown("AntispamAgentsEnabled", |_| false.into()),
        field!("ConnectivityLogEnabled", logs.connectivity_enabled),
        field!("ConnectivityLogMaxAge", logs.connectivity.max_age),
        field!("ConnectivityLogMaxDirectorySize", logs.connectivity.max_directory_size),
        field!("ConnectivityLogMaxFileSize", logs.connectivity.max_file_size),
        Property::shown("ConnectivityLogPath", |one| path(one.log_folder, "Connectivity")),
        field!("DelayNotificationTimeout", delay_notification_timeout),
        field!("ExternalDNSAdapterEnabled", external_dns_adapter_enabled),
        field!("ExternalDNSServers", external_dns_servers),
        field!("InternalDNSAdapterEnabled", internal_dns_adapter_enabled),
        field!("InternalDNSServers", internal_dns_servers),
        Property::shown("MaxOutboundConnections", |_| 1000.into()),
        field!("MaxPerDomainOutboundConnections", max_per_domain_outbound_connections),
        field!("MessageExpirationTimeout", message_expiration_timeout),
        field!("MessageRetryInterval", message_retry_interval),
        field!("MessageTrackingLogEnabled", message_tracking_log_enabled),
        Property::shown("MessageTrackingLogPath", |_| {
            let path = format!(r"{LOGS}\MessageTracking");
            Value::opaque("Microsoft.Exchange.Data.LocalLongFullPath", path)
        }),
        field!(
            "MessageTrackingLogSubjectLoggingEnabled",
            message_tracking_log_subject_logging_enabled
        ),
        field!(
            "OutboundConnectionFailureRetryInterval",
            outbound_connection_failure_retry_interval
        ),
        field!("IntraOrgConnectorProtocolLoggingLevel", intra_org_connector_protocol_logging_level),
        field!(
            "MailboxDeliveryConnectorProtocolLoggingLevel",
            mailbox_delivery_connector_protocol_logging_level
        ),
        field!(
            "FrontendIntraOrgConnectorProtocolLoggingLevel",
            frontend_intra_org_connector_protocol_logging_level
        ),
        field!("ReceiveProtocolLogMaxAge", logs.receive.max_age),
        field!("ReceiveProtocolLogMaxDirectorySize", logs.receive.max_directory_size),
        field!("ReceiveProtocolLogMaxFileSize", logs.receive.max_file_size),
        Property::shown("ReceiveProtocolLogPath", |service| {
            path(service.log_folder, r"ProtocolLog\SmtpReceive")
        }),
        field!("SendProtocolLogMaxAge", logs.send.max_age),
        field!("SendProtocolLogMaxDirectorySize", logs.send.max_directory_size),
        field!("SendProtocolLogMaxFileSize", logs.send.max_file_size),
        Property::shown("SendProtocolLogPath", |service| {
            path(service.log_folder, r"ProtocolLog\SmtpSend")
        }),
        field!("TransientFailureRetryCount", transient_failure_retry_count),
        field!("TransientFailureRetryInterval", transient_failure_retry_interval),
        field!("QueueGlitchRetryCount", queue_glitch_retry_count),
        field!("QueueGlitchRetryInterval", queue_glitch_retry_interval),
        field!("MailboxDeliveryQueueRetryInterval", mailbox_delivery_queue_retry_interval),
        field!("MaxIdleTimeBeforeResubmit", max_idle_time_before_resubmit),
        Property::shown("Identity", |service| Value::from(service.name.clone())),
    ];
}

impl Noun for FrontendTransportService {
    const TYPE_NAMES: &'static [&'static str] = &[
        "Microsoft.Exchange.Data.Directory.Management.FrontendTransportServer",
        "Microsoft.Exchange.Data.Directory.ADPresentationObject",
        "System.Object",
    ];

    fn identity(&self) -> String {
        self.0.name.clone()
    }

    const PROPERTIES: &'static [Property<Self>] = &[
        Property::shown("Name", |service| service.0.name.clone().into()),
        field!("AgentLogEnabled", 0.front_end_agent_log_enabled),
        field!("AgentLogMaxAge", 0.front_end_logs.agent.max_age),
        field!("AgentLogMaxDirectorySize", 0.front_end_logs.agent.max_directory_size),
        field!("AgentLogMaxFileSize", 0.front_end_logs.agent.max_file_size),
        Property::shown("AgentLogPath", |_| path("FrontEnd", "AgentLog")),
        field!("ConnectivityLogEnabled", 0.front_end_logs.connectivity_enabled),
        field!("ConnectivityLogMaxAge", 0.front_end_logs.connectivity.max_age),
        field!("ConnectivityLogMaxDirectorySize", 0.front_end_logs.connectivity.max_directory_size),
        field!("ConnectivityLogMaxFileSize", 0.front_end_logs.connectivity.max_file_size),
        Property::shown("ConnectivityLogPath", |_| path("FrontEnd", "Connectivity")),
        Property {
            name: "IntraOrgConnectorProtocolLoggingLevel",
            get: |service| service.0.frontend_intra_org_connector_protocol_logging_level.to_value(),
            set: Some(|service, value| {
                service.0.frontend_intra_org_connector_protocol_logging_level =
                    Fit::from_value(value)?;
                Ok(())
            }),
        },
        field!("ReceiveProtocolLogMaxAge", 0.front_end_logs.receive.max_age),
        field!("ReceiveProtocolLogMaxDirectorySize", 0.front_end_logs.receive.max_directory_size),
        field!("ReceiveProtocolLogMaxFileSize", 0.front_end_logs.receive.max_file_size),
        Property::shown("ReceiveProtocolLogPath", |_| path("FrontEnd", r"ProtocolLog\SmtpReceive")),
        field!("SendProtocolLogMaxAge", 0.front_end_logs.send.max_age),
        field!("SendProtocolLogMaxDirectorySize", 0.front_end_logs.send.max_directory_size),
        field!("SendProtocolLogMaxFileSize", 0.front_end_logs.send.max_file_size),
        Property::shown("SendProtocolLogPath", |_| path("FrontEnd", r"ProtocolLog\SmtpSend")),
        Property::shown("Identity", |service| service.0.name.clone().into()),
    ];
}

impl Noun for MailboxTransportService {
    const TYPE_NAMES: &'static [&'static str] = &[
        "Microsoft.Exchange.Data.Directory.Management.MailboxTransportServer",
        "Microsoft.Exchange.Data.Directory.ADPresentationObject",
        "System.Object",
    ];

    fn identity(&self) -> String {
        self.0.name.clone()
    }

    const PROPERTIES: &'static [Property<Self>] = &[
        Property::shown("Name", |service| service.0.name.clone().into()),
        field!("ConnectivityLogEnabled", 0.mailbox_logs.connectivity_enabled),
        field!("ConnectivityLogMaxAge", 0.mailbox_logs.connectivity.max_age),
        field!("ConnectivityLogMaxDirectorySize", 0.mailbox_logs.connectivity.max_directory_size),
        field!("ConnectivityLogMaxFileSize", 0.mailbox_logs.connectivity.max_file_size),
        Property::shown("ConnectivityLogPath", |_| path("Mailbox", "Connectivity")),
        Property {
            name: "MailboxDeliveryConnectorProtocolLoggingLevel",
            get: |service| service.0.mailbox_delivery_connector_protocol_logging_level.to_value(),
            set: Some(|service, value| {
                service.0.mailbox_delivery_connector_protocol_logging_level =
                    Fit::from_value(value)?;
                Ok(())
            }),
        },
        field!("ReceiveProtocolLogMaxAge", 0.mailbox_logs.receive.max_age),
        field!("ReceiveProtocolLogMaxDirectorySize", 0.mailbox_logs.receive.max_directory_size),
        field!("ReceiveProtocolLogMaxFileSize", 0.mailbox_logs.receive.max_file_size),
        Property::shown("ReceiveProtocolLogPath", |_| path("Mailbox", r"ProtocolLog\SmtpReceive")),
        field!("SendProtocolLogMaxAge", 0.mailbox_logs.send.max_age),
        field!("SendProtocolLogMaxDirectorySize", 0.mailbox_logs.send.max_directory_size),
        field!("SendProtocolLogMaxFileSize", 0.mailbox_logs.send.max_file_size),
        Property::shown("SendProtocolLogPath", |_| path("Mailbox", r"ProtocolLog\SmtpSend")),
        Property::shown("Identity", |service| service.0.name.clone().into()),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_end_and_the_mailbox_services_have_levels_of_their_own() {
        let mut front_end = FrontendTransportService(TransportService::new("MBX01", false));
        let none = Value::from("None");
        front_end.assign("IntraOrgConnectorProtocolLoggingLevel", &none).unwrap();
        let mut mailbox = MailboxTransportService(front_end.0);
        let verbose = Value::from("Verbose");
        mailbox.assign("MailboxDeliveryConnectorProtocolLoggingLevel", &verbose).unwrap();
        let object = mailbox.0.to_object();
        assert_eq!(object.text_of("IntraOrgConnectorProtocolLoggingLevel"), "None");
        assert_eq!(object.text_of("FrontendIntraOrgConnectorProtocolLoggingLevel"), "None");
        assert_eq!(object.text_of("MailboxDeliveryConnectorProtocolLoggingLevel"), "Verbose");
    }

    #[test]
    fn an_edge_server_has_its_logs_in_a_folder_of_its_own() {
        let object = TransportService::new("EDGE01", true).to_object();
        assert!(object.text_of("SendProtocolLogPath").ends_with(r"Logs\Edge\ProtocolLog\SmtpSend"));
    }
}
