//! `Remove-SendConnector`: removes a connector that sends mail out of the organization.

use exchange::nouns::send_connector::SendConnector;

use crate::language::cmdlet::Cmdlet;
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static REMOVE_SEND_CONNECTOR: Cmdlet = Cmdlet {
    name: "Remove-SendConnector",
    synopsis: "Removes a Send connector.",
    class: "",
    parameters: &[IDENTITY.mandatory(), DOMAIN_CONTROLLER],
    run: |invocation| Box::pin(async move { noun::remove::<SendConnector>(invocation) }),
};
