//! What the cmdlets for Receive connectors share: where they are kept, which may stand beside each other,
//! and the parameters that are settings.
//!
//! Source: Microsoft Learn, `New-ReceiveConnector` and `Set-ReceiveConnector`; the refusal of conflicting
//! bindings from a real transcript, its second half for connectors of one service is ours.

use exchange::directory::Server;
use exchange::guid::Guid;
use exchange::nouns::receive_connector::ReceiveConnector;

use crate::directory_object::{self, DirectoryClass};
use crate::language::cmdlet::{Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun::{self, Stored};
use crate::place::Place;
use crate::refusal::{self, Family, Refused};

/// Settings that `New-` and `Set-ReceiveConnector` take.
pub(crate) const SETTINGS: [Parameter; 39] = [
    Parameter::new("AuthMechanism", Kind::MultiValued, "How clients may prove who they are."),
    Parameter::new(
        "AuthTarpitInterval",
        Kind::TimeSpan,
        "The delay before a refused logon is told.",
    ),
    Parameter::new("Banner", Kind::String, "The first line it says, `220 …`."),
    Parameter::new(
        "BareLinefeedRejectionEnabled",
        Kind::Bool,
        "Whether a bare line feed in a message is refused.",
    ),
    Parameter::new("BinaryMimeEnabled", Kind::Bool, "Whether BINARYMIME is offered."),
    Parameter::new("Bindings", Kind::MultiValued, "The local addresses and ports it listens on."),
    Parameter::new("ChunkingEnabled", Kind::Bool, "Whether CHUNKING is offered."),
    Parameter::new("Comment", Kind::String, "A remark."),
    Parameter::new(
        "ConnectionInactivityTimeout",
        Kind::TimeSpan,
        "The longest silence of a client.",
    ),
    Parameter::new("ConnectionTimeout", Kind::TimeSpan, "The longest session."),
    Parameter::new("DeliveryStatusNotificationEnabled", Kind::Bool, "Whether DSN is offered."),
    Parameter::new("EightBitMimeEnabled", Kind::Bool, "Whether 8BITMIME is offered."),
    Parameter::new("Enabled", Kind::Bool, "Whether it takes connections."),
    Parameter::new(
        "EnhancedStatusCodesEnabled",
        Kind::Bool,
        "Whether ENHANCEDSTATUSCODES is offered.",
    ),
    Parameter::new("Fqdn", Kind::String, "The name in its banner and its answer to EHLO."),
    Parameter::new("MaxHeaderSize", Kind::String, "The largest header of a message."),
    Parameter::new("MaxHopCount", Kind::Int, "The most Received headers in a message."),
    Parameter::new(
        "MaxInboundConnection",
        Kind::String,
        "The most connections at a time, or Unlimited.",
    ),
    Parameter::new("MaxInboundConnectionPerSource", Kind::String, "The same for one address."),
    Parameter::new(
        "MaxInboundConnectionPercentagePerSource",
        Kind::Int,
        "The same in per cent of the connections that are left.",
    ),
    Parameter::new(
        "MaxLocalHopCount",
        Kind::Int,
        "The most Received headers that name the server; 0 for no limit.",
    ),
    Parameter::new("MaxLogonFailures", Kind::Int, "The failed logons after which it hangs up."),
    Parameter::new("MaxMessageSize", Kind::String, "The largest message it takes."),
    Parameter::new(
        "MaxProtocolErrors",
        Kind::String,
        "The errors after which it hangs up, or Unlimited.",
    ),
    Parameter::new("MaxRecipientsPerMessage", Kind::Int, "The most recipients of a message."),
    Parameter::new(
        "MessageRateLimit",
        Kind::String,
        "The most messages of one source in a minute, or Unlimited.",
    ),
    Parameter::new(
        "MessageRateSource",
        Kind::String,
        "What counts as one source: None, IPAddress, User or All.",
    ),
    Parameter::new("PermissionGroups", Kind::MultiValued, "Who may use it."),
    Parameter::new("PipeliningEnabled", Kind::Bool, "Whether PIPELINING is offered."),
    Parameter::new(
        "ProtocolLoggingLevel",
        Kind::String,
        "Whether its conversations are logged: None or Verbose.",
    ),
    Parameter::new("RemoteIPRanges", Kind::MultiValued, "The clients it is for."),
    Parameter::new("RequireTLS", Kind::Bool, "Whether mail is refused before STARTTLS."),
    Parameter::new(
        "SizeEnabled",
        Kind::String,
        "Whether SIZE is offered: Enabled, Disabled or EnabledWithoutValue.",
    ),
    Parameter::new("SmtpUtf8Enabled", Kind::Bool, "Whether SMTPUTF8 is offered."),
    Parameter::new("SuppressXAnonymousTls", Kind::Bool, "Whether X-ANONYMOUSTLS is withheld."),
    Parameter::new(
        "TarpitInterval",
        Kind::TimeSpan,
        "The delay before an error is told to a stranger.",
    ),
    Parameter::new(
        "TlsCertificateName",
        Kind::String,
        "The certificate it shows, `<I>issuer<S>subject`.",
    ),
    Parameter::new(
        "TlsDomainCapabilities",
        Kind::MultiValued,
        "What peers proved by certificate may do, `domain:AcceptCloudServicesMail`.",
    ),
    Parameter::new(
        "TransportRole",
        Kind::String,
        "The service that listens: HubTransport or FrontendTransport.",
    ),
];

/// `-Server`, of `Get-` and `New-ReceiveConnector`.
pub(crate) const SERVER: Parameter =
    Parameter::new("Server", Kind::String, "The Exchange server.").by_property_name();

impl Stored for ReceiveConnector {
    const FAMILY: Family = Family::SystemConfigurationTasks;
    const CLASS: Option<DirectoryClass> = Some(directory_object::RECEIVE_CONNECTOR);

    fn all(place: &Place) -> Vec<Self> {
        place.organization().read(|organization| {
            let connectors = |server: &Server| server.receive_connectors.clone();
            organization.servers.iter().flat_map(connectors).collect()
        })
    }

    fn guid(&self) -> Guid {
        self.guid
    }

    fn check(&self, place: &Place) -> Result<(), Refused> {
        let fqdn = place.organization().read(|organization| {
            organization.server(&self.server).map(|server| server.fqdn.clone())
        });
        ReceiveConnector::check(self, &fqdn.unwrap_or_default())?;
        let rival = Self::all(place).into_iter().find(|other| {
            other.guid != self.guid && other.server == self.server && self.conflicts_with(other)
        });
        rival.map_or(Ok(()), |rival| {
            let must = if rival.transport_role == self.transport_role {
                "Receive connectors of one service that listen on the same local IP address & port must be for different remote IP ranges."
            } else {
                "Receive connectors assigned to different Transport roles on a single server must listen on unique local IP address & port bindings."
            };
            let name = rival.identity();
            Err(format!("The values that you specified for the Bindings and RemoteIPRanges parameters conflict with the settings on Receive connector \"{name}\". {must}").into())
        })
    }

    fn store(self, place: &Place) {
        place.organization().change(|organization| {
            if let Some(server) = organization.server_mut(&self.server) {
                noun::put(&mut server.receive_connectors, self);
            }
        });
    }

    fn delete(&self, place: &Place) {
        place.organization().change(|organization| {
            if let Some(server) = organization.server_mut(&self.server) {
                server.receive_connectors.retain(|own| own.guid != self.guid);
            }
        });
    }
}

/// The server that `-Server` names; the one the shell is open on when nothing is said.
///
/// # Errors
/// When there is no such server.
pub(crate) fn server(invocation: &Invocation<'_>) -> Result<Server, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let name = invocation.string("Server").unwrap_or_else(|| place.name());
    let server = place.organization().read(|organization| organization.server(&name).cloned());
    server.ok_or_else(|| refusal::not_found(invocation, Family::SystemConfigurationTasks, &name))
}
