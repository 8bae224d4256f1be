//! What the cmdlets for outbound connectors share: where they are kept, and the parameters that are
//! settings.
//!
//! Source: Microsoft Learn, `New-OutboundConnector` and `Set-OutboundConnector`.

use exchange::guid::Guid;
use exchange::nouns::outbound_connector::OutboundConnector;

use crate::directory_object::{self, DirectoryClass};
use crate::language::cmdlet::{Kind, Parameter};
use crate::noun::{self, Stored};
use crate::place::Place;
use crate::refusal::{Family, Refused};

/// Settings that `New-` and `Set-OutboundConnector` take.
pub(super) const SETTINGS: [Parameter; 12] = [
    Parameter::new(
        "AllAcceptedDomains",
        Kind::Bool,
        "Whether it is for all accepted domains of the tenant.",
    ),
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
        "Whose servers it leads to: OnPremises or Partner.",
    ),
    Parameter::new("Enabled", Kind::Bool, "Whether it takes part at all."),
    Parameter::new("RecipientDomains", Kind::MultiValued, "The recipient domains it is for."),
    Parameter::new(
        "RouteAllMessagesViaOnPremises",
        Kind::Bool,
        "Whether all mail leaves through the organization on premises.",
    ),
    Parameter::new("SmartHosts", Kind::MultiValued, "The next hops, when UseMXRecord is $false."),
    Parameter::new(
        "TlsDomain",
        Kind::String,
        "The name in the next hop's certificate, with DomainValidation.",
    ),
    Parameter::new(
        "TlsSettings",
        Kind::String,
        "How the next hop must prove itself; $null is opportunistic.",
    ),
    Parameter::new("UseMXRecord", Kind::Bool, "Whether the next hop is found by MX records."),
];

impl Stored for OutboundConnector {
    const FAMILY: Family = Family::SystemConfigurationTasks;
    const CLASS: Option<DirectoryClass> = Some(directory_object::OUTBOUND_CONNECTOR);

    fn all(place: &Place) -> Vec<Self> {
        place.tenant().read(|tenant| tenant.outbound_connectors.clone())
    }

    fn guid(&self) -> Guid {
        self.guid
    }

    fn check(&self, _place: &Place) -> Result<(), Refused> {
        Ok(OutboundConnector::check(self)?)
    }

    fn store(self, place: &Place) {
        place.tenant().change(|tenant| noun::put(&mut tenant.outbound_connectors, self));
    }

    fn delete(&self, place: &Place) {
        place
            .tenant()
            .change(|tenant| tenant.outbound_connectors.retain(|own| own.guid != self.guid));
    }
}
