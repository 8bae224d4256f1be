//! `Set-SendConnector`: changes a connector that sends mail out of the organization.

use exchange::nouns::send_connector::SendConnector;

use super::send_connector::SETTINGS;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

const OWN: [Parameter; 4] = [
    IDENTITY.mandatory(),
    Parameter::new("Name", Kind::String, "A new name for the connector."),
    Parameter::new("Force", Kind::Switch, "Does not ask."),
    DOMAIN_CONTROLLER,
];

static PARAMETERS: [Parameter; 25] = noun::joined(OWN, SETTINGS);

/// The cmdlet.
pub static SET_SEND_CONNECTOR: Cmdlet = Cmdlet {
    name: "Set-SendConnector",
    synopsis: "Changes a Send connector.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(async move { noun::set::<SendConnector>(invocation) }),
};
