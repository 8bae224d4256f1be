//! `Remove-TransportRule`: takes a rule away; those after it move up.

use exchange::nouns::transport_rule::TransportRule;

use crate::language::cmdlet::Cmdlet;
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static REMOVE_TRANSPORT_RULE: Cmdlet = Cmdlet {
    name: "Remove-TransportRule",
    synopsis: "Removes a transport rule.",
    class: "",
    parameters: &[IDENTITY.mandatory(), DOMAIN_CONTROLLER],
    run: |invocation| Box::pin(async move { noun::remove::<TransportRule>(invocation) }),
};
