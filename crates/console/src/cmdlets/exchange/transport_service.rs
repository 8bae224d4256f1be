//! What the cmdlets for transport services share: whose settings they see, and where these are kept.
//!
//! A Mailbox server's shell sees the Mailbox servers of the organization, an Edge server's shell itself:
//! each changes the settings that its servers read.

use exchange::directory::{Server, ServerRole};
use exchange::guid::Guid;
use exchange::nouns::transport_service::{
    FrontendTransportService, MailboxTransportService, TransportService,
};
use exchange::properties::Noun;

use crate::directory_object::{self, DirectoryClass};
use crate::language::cmdlet::{Kind, Parameter};
use crate::noun::{self, Stored};
use crate::place::Place;
use crate::refusal::{Family, Refused};

/// `-IntraOrgConnectorProtocolLoggingLevel`.
pub(super) const INTRA_ORG_LEVEL: Parameter = Parameter::new(
    "IntraOrgConnectorProtocolLoggingLevel",
    Kind::String,
    "Whether the connectors between servers of the organization are logged: None or Verbose.",
);

/// Whether the connectivity log is written, how long and how large logs may become: ten parameters that
/// all three services have.
pub(super) const KEEPING: [Parameter; 10] = [
    Parameter::new(
        "ConnectivityLogEnabled",
        Kind::Bool,
        "Whether the connectivity log is written.",
    ),
    Parameter::new(
        "ConnectivityLogMaxAge",
        Kind::TimeSpan,
        "The age at which files of the connectivity log are removed; zero keeps them.",
    ),
    Parameter::new(
        "ConnectivityLogMaxDirectorySize",
        Kind::String,
        "The size of the connectivity log at which its oldest files are removed, or Unlimited.",
    ),
    Parameter::new(
        "ConnectivityLogMaxFileSize",
        Kind::String,
        "The size of a file of the connectivity log at which the next one begins, or Unlimited.",
    ),
    Parameter::new(
        "ReceiveProtocolLogMaxAge",
        Kind::TimeSpan,
        "The age at which files of the log of Receive connectors are removed; zero keeps them.",
    ),
    Parameter::new(
        "ReceiveProtocolLogMaxDirectorySize",
        Kind::String,
        "The size of the log of Receive connectors at which its oldest files are removed, or Unlimited.",
    ),
    Parameter::new(
        "ReceiveProtocolLogMaxFileSize",
        Kind::String,
        "The size of a file of the log of Receive connectors at which the next one begins, or Unlimited.",
    ),
    Parameter::new(
        "SendProtocolLogMaxAge",
        Kind::TimeSpan,
        "The age at which files of the log of Send connectors are removed; zero keeps them.",
    ),
    Parameter::new(
        "SendProtocolLogMaxDirectorySize",
        Kind::String,
        "The size of the log of Send connectors at which its oldest files are removed, or Unlimited.",
    ),
    Parameter::new(
        "SendProtocolLogMaxFileSize",
        Kind::String,
        "The size of a file of the log of Send connectors at which the next one begins, or Unlimited.",
    ),
];

/// Whether and how long is logged what agents do: parameters of the Transport services that have agents.
pub(super) const AGENT_LOG: [Parameter; 4] = [
    Parameter::new("AgentLogEnabled", Kind::Bool, "Whether it is logged what agents do."),
    Parameter::new(
        "AgentLogMaxAge",
        Kind::TimeSpan,
        "The age at which files of the agent log are removed; zero keeps them.",
    ),
    Parameter::new(
        "AgentLogMaxDirectorySize",
        Kind::String,
        "The size of the agent log at which its oldest files are removed, or Unlimited.",
    ),
    Parameter::new(
        "AgentLogMaxFileSize",
        Kind::String,
        "The size of a file of the agent log at which the next one begins, or Unlimited.",
    ),
];

/// Whether a name or a name in DNS is that of the server.
fn names_server<T: Noun>(service: &T, identity: &str) -> bool {
    let first_label = identity.split_once('.').map_or(identity, |(first, _)| first);
    noun::is_named(service, identity) || first_label.eq_ignore_ascii_case(&service.identity())
}

impl Stored for TransportService {
    const FAMILY: Family = Family::SystemConfigurationTasks;
    const CLASS: Option<DirectoryClass> = Some(directory_object::SERVER);

    fn all(place: &Place) -> Vec<Self> {
        let role = if place.is_edge() { ServerRole::Edge } else { ServerRole::Mailbox };
        place.organization().read(|organization| {
            let servers = organization.servers.iter().filter(|server| server.role == role);
            servers.map(|server| server.transport.clone()).collect()
        })
    }

    fn guid(&self) -> Guid {
        Guid::of_name(&self.name)
    }

    /// The settings are the server's own.
    fn directory_guid(&self, place: &Place) -> Guid {
        let found = place
            .organization()
            .read(|organization| organization.server(&self.name).map(Server::guid));
        found.unwrap_or_else(|| self.guid())
    }

    fn is_named(&self, identity: &str) -> bool {
        names_server(self, identity)
    }

    fn check(&self, _place: &Place) -> Result<(), Refused> {
        if self.delay_notification_timeout >= self.message_expiration_timeout {
            return Err("The DelayNotificationTimeout parameter must be shorter than the MessageExpirationTimeout parameter.".to_owned().into());
        }
        Ok(())
    }

    fn store(self, place: &Place) {
        place.organization().change(|organization| {
            if let Some(server) = organization.server_mut(&self.name) {
                server.transport = self;
            }
        });
    }

    /// No cmdlet removes a server's settings.
    fn delete(&self, _place: &Place) {}
}

impl Stored for FrontendTransportService {
    const FAMILY: Family = Family::SystemConfigurationTasks;

    fn all(place: &Place) -> Vec<Self> {
        TransportService::all(place).into_iter().map(Self).collect()
    }

    fn guid(&self) -> Guid {
        self.0.guid()
    }

    fn is_named(&self, identity: &str) -> bool {
        names_server(self, identity)
    }

    fn store(self, place: &Place) {
        self.0.store(place);
    }

    fn delete(&self, _place: &Place) {}
}

impl Stored for MailboxTransportService {
    const FAMILY: Family = Family::SystemConfigurationTasks;

    fn all(place: &Place) -> Vec<Self> {
        TransportService::all(place).into_iter().map(Self).collect()
    }

    fn guid(&self) -> Guid {
        self.0.guid()
    }

    fn is_named(&self, identity: &str) -> bool {
        names_server(self, identity)
    }

    fn store(self, place: &Place) {
        self.0.store(place);
    }

    fn delete(&self, _place: &Place) {}
}

impl Stored for Server {
    const FAMILY: Family = Family::SystemConfigurationTasks;
    const CLASS: Option<DirectoryClass> = Some(directory_object::SERVER);

    fn all(place: &Place) -> Vec<Self> {
        place.organization().read(|organization| organization.servers.clone())
    }

    fn guid(&self) -> Guid {
        Server::guid(self)
    }

    fn is_named(&self, identity: &str) -> bool {
        noun::is_named(self, identity) || Server::is_named(self, identity)
    }

    /// No cmdlet changes a server as a whole.
    fn store(self, _place: &Place) {}

    fn delete(&self, _place: &Place) {}
}
