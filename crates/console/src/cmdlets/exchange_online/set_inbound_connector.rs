//! `Set-InboundConnector`: changes a connector by which mail comes in to the tenant.

use exchange::nouns::inbound_connector::InboundConnector;

use super::inbound_connector::{SENDER_DOMAINS, SETTINGS};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::noun::{self, IDENTITY};

const OWN: [Parameter; 3] = [
    IDENTITY.mandatory(),
    Parameter::new("Name", Kind::String, "A new name for the connector."),
    SENDER_DOMAINS,
];

static PARAMETERS: [Parameter; 14] = noun::joined(OWN, SETTINGS);

/// The cmdlet.
pub static SET_INBOUND_CONNECTOR: Cmdlet = Cmdlet {
    name: "Set-InboundConnector",
    synopsis: "Changes a connector by which mail comes in to the tenant.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(async move { noun::set::<InboundConnector>(invocation) }),
};
