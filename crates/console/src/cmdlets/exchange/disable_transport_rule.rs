//! `Disable-TransportRule`: leaves a rule out from now on, without losing it.

use exchange::nouns::transport_rule::RuleState;

use super::transport_rule;
use crate::language::cmdlet::Cmdlet;
use crate::noun::{DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static DISABLE_TRANSPORT_RULE: Cmdlet = Cmdlet {
    name: "Disable-TransportRule",
    synopsis: "Leaves a transport rule out.",
    class: "",
    parameters: &[IDENTITY.mandatory(), DOMAIN_CONTROLLER],
    run: |invocation| {
        Box::pin(async move { transport_rule::set_state(invocation, RuleState::Disabled) })
    },
};
