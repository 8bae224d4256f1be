//! `Remove-InboundConnector`: removes a connector by which mail comes in to the tenant.

use exchange::nouns::inbound_connector::InboundConnector;

use crate::language::cmdlet::Cmdlet;
use crate::noun::{self, IDENTITY};

/// The cmdlet.
pub static REMOVE_INBOUND_CONNECTOR: Cmdlet = Cmdlet {
    name: "Remove-InboundConnector",
    synopsis: "Removes a connector by which mail comes in to the tenant.",
    class: "",
    parameters: &[IDENTITY.mandatory()],
    run: |invocation| Box::pin(async move { noun::remove::<InboundConnector>(invocation) }),
};
