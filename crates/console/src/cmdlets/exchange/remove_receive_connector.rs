//! `Remove-ReceiveConnector`: removes a connector on which a server takes mail.

use exchange::nouns::receive_connector::ReceiveConnector;

use crate::language::cmdlet::Cmdlet;
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static REMOVE_RECEIVE_CONNECTOR: Cmdlet = Cmdlet {
    name: "Remove-ReceiveConnector",
    synopsis: "Removes a Receive connector.",
    class: "",
    parameters: &[IDENTITY.mandatory(), DOMAIN_CONTROLLER],
    run: |invocation| Box::pin(async move { noun::remove::<ReceiveConnector>(invocation) }),
};
