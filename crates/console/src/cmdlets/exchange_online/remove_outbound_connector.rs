//! `Remove-OutboundConnector`: removes a connector by which mail leaves the tenant.

use exchange::nouns::outbound_connector::OutboundConnector;

use crate::language::cmdlet::Cmdlet;
use crate::noun::{self, IDENTITY};

/// The cmdlet.
pub static REMOVE_OUTBOUND_CONNECTOR: Cmdlet = Cmdlet {
    name: "Remove-OutboundConnector",
    synopsis: "Removes a connector by which mail leaves the tenant.",
    class: "",
    parameters: &[IDENTITY.mandatory()],
    run: |invocation| Box::pin(async move { noun::remove::<OutboundConnector>(invocation) }),
};
