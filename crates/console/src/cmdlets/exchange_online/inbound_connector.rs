//! What the cmdlets for inbound connectors share: where they are kept, and the parameters that are
//! settings.
//!
//! Source: Microsoft Learn, `New-InboundConnector` and `Set-InboundConnector`.

use exchange::guid::Guid;
use exchange::nouns::inbound_connector::InboundConnector;

use crate::directory_object::{self, DirectoryClass};
use crate::language::cmdlet::{Kind, Parameter};
use crate::noun::{self, Stored};
use crate::place::Place;
use crate::refusal::{Family, Refused};

/// The domains, without which there is no connector.
pub(super) const SENDER_DOMAINS: Parameter = Parameter::new(
    "SenderDomains",
    Kind::MultiValued,
    "The sender domains it is for, `smtp:domain;cost`.",
);

/// Other settings that `New-` and `Set-InboundConnector` take.
pub(super) const SETTINGS: [Parameter; 11] = [
    Parameter::new(
        "CloudServicesMailEnabled",
        Kind::Bool,
        "Whether the headers of internal mail are kept, for a hybrid organization.",
    ),
    Parameter::new("Comment", Kind::String, "A remark."),
    Parameter::new("ConnectorSource", Kind::String, "Who made it: Default or HybridWizard."),
    Parameter::new(
        "ConnectorType",
        Kind::String,
        "Whose servers it is for: OnPremises or Partner.",
    ),
    Parameter::new("Enabled", Kind::Bool, "Whether it takes part at all."),
    Parameter::new("RequireTls", Kind::Bool, "Whether mail must come over TLS."),
    Parameter::new(
        "RestrictDomainsToCertificate",
        Kind::Bool,
        "Whether mail must come with the certificate.",
    ),
    Parameter::new(
        "RestrictDomainsToIPAddresses",
        Kind::Bool,
        "Whether mail must come from SenderIPAddresses.",
    ),
    Parameter::new("SenderIPAddresses", Kind::MultiValued, "The addresses the mail comes from."),
    Parameter::new(
        "TlsSenderCertificateName",
        Kind::String,
        "The name in the certificate of the sending server.",
    ),
    Parameter::new("TreatMessagesAsInternal", Kind::Bool, "Whether its mail counts as internal."),
];

impl Stored for InboundConnector {
    const FAMILY: Family = Family::SystemConfigurationTasks;
    const CLASS: Option<DirectoryClass> = Some(directory_object::INBOUND_CONNECTOR);

    fn all(place: &Place) -> Vec<Self> {
        place.tenant().read(|tenant| tenant.inbound_connectors.clone())
    }

    fn guid(&self) -> Guid {
        self.guid
    }

    fn check(&self, _place: &Place) -> Result<(), Refused> {
        Ok(InboundConnector::check(self)?)
    }

    fn store(self, place: &Place) {
        place.tenant().change(|tenant| noun::put(&mut tenant.inbound_connectors, self));
    }

    fn delete(&self, place: &Place) {
        place
            .tenant()
            .change(|tenant| tenant.inbound_connectors.retain(|own| own.guid != self.guid));
    }
}
