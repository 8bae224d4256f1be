//! `Set-OutboundConnector`: changes a connector by which mail leaves the tenant.

use exchange::nouns::outbound_connector::OutboundConnector;

use super::outbound_connector::SETTINGS;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::noun::{self, IDENTITY};

const OWN: [Parameter; 3] = [
    IDENTITY.mandatory(),
    Parameter::new("IsValidated", Kind::Bool, "Whether it was validated."),
    Parameter::new("Name", Kind::String, "A new name for the connector."),
];

static PARAMETERS: [Parameter; 15] = noun::joined(OWN, SETTINGS);

/// The cmdlet.
pub static SET_OUTBOUND_CONNECTOR: Cmdlet = Cmdlet {
    name: "Set-OutboundConnector",
    synopsis: "Changes a connector by which mail leaves the tenant.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(async move { noun::set::<OutboundConnector>(invocation) }),
};
