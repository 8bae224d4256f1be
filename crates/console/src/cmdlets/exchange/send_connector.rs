//! What the cmdlets for Send connectors share: where they are kept, and the parameters that are
//! settings.
//!
//! Source: Microsoft Learn, `New-SendConnector` and `Set-SendConnector`.

use exchange::guid::Guid;
use exchange::nouns::send_connector::SendConnector;

use crate::directory_object::{self, DirectoryClass};
use crate::language::cmdlet::{Kind, Parameter};
use crate::noun::{self, Stored};
use crate::place::Place;
use crate::refusal::{Family, Refused};

/// Settings that `New-` and `Set-SendConnector` take.
pub(crate) const SETTINGS: [Parameter; 21] = [
    Parameter::new(
        "AddressSpaces",
        Kind::MultiValued,
        "The domains it is for, `SMTP:domain;cost`.",
    ),
    Parameter::new(
        "CloudServicesMailEnabled",
        Kind::Bool,
        "Whether it keeps the headers of internal mail, for a hybrid organization.",
    ),
    Parameter::new("Comment", Kind::String, "A remark."),
    Parameter::new(
        "ConnectionInactivityTimeOut",
        Kind::TimeSpan,
        "The longest silence of the next hop.",
    ),
    Parameter::new("DNSRoutingEnabled", Kind::Bool, "Whether the next hop is found by MX records."),
    Parameter::new("Enabled", Kind::Bool, "Whether it takes part in routing."),
    Parameter::new("ForceHELO", Kind::Bool, "Whether it says HELO instead of EHLO."),
    Parameter::new("Fqdn", Kind::String, "The name it gives in EHLO."),
    Parameter::new("IgnoreSTARTTLS", Kind::Bool, "Whether it does not even try TLS."),
    Parameter::new(
        "IsScopedConnector",
        Kind::Bool,
        "Whether only servers of the sources' site may use it.",
    ),
    Parameter::new("MaxMessageSize", Kind::String, "The largest message it takes."),
    Parameter::new("Port", Kind::Int, "The port at the next hop."),
    Parameter::new(
        "ProtocolLoggingLevel",
        Kind::String,
        "Whether its conversations are logged: None or Verbose.",
    ),
    Parameter::new("RequireTLS", Kind::Bool, "Whether the next hop must do TLS."),
    Parameter::new(
        "SmartHosts",
        Kind::MultiValued,
        "The next hops, when DNSRoutingEnabled is $false.",
    ),
    Parameter::new("SmtpMaxMessagesPerConnection", Kind::Int, "Most messages in one connection."),
    Parameter::new(
        "SourceTransportServers",
        Kind::MultiValued,
        "The servers that send through it.",
    ),
    Parameter::new("TlsAuthLevel", Kind::String, "How the next hop must prove itself."),
    Parameter::new(
        "TlsCertificateName",
        Kind::String,
        "The certificate it shows, `<I>issuer<S>subject`.",
    ),
    Parameter::new("TlsDomain", Kind::String, "The name in the next hop's certificate."),
    Parameter::new(
        "UseExternalDNSServersEnabled",
        Kind::Bool,
        "Whether the server's external DNS servers are asked.",
    ),
];

impl Stored for SendConnector {
    const FAMILY: Family = Family::SystemConfigurationTasks;
    const CLASS: Option<DirectoryClass> = Some(directory_object::SEND_CONNECTOR);

    fn all(place: &Place) -> Vec<Self> {
        place.organization().read(|organization| organization.send_connectors.clone())
    }

    fn guid(&self) -> Guid {
        self.guid
    }

    fn check(&self, place: &Place) -> Result<(), Refused> {
        SendConnector::check(self)?;
        let mut sources = self.source_transport_servers.iter();
        let unknown = place
            .organization()
            .read(|organization| sources.find(|source| organization.server(source).is_none()));
        unknown.map_or(Ok(()), |server| {
            Err(format!(
                "The operation couldn't be performed because object '{server}' couldn't be found."
            )
            .into())
        })
    }

    fn store(self, place: &Place) {
        place.organization().change(|one| noun::put(&mut one.send_connectors, self));
    }

    fn delete(&self, place: &Place) {
        place.organization().change(|one| one.send_connectors.retain(|own| own.guid != self.guid));
    }
}
