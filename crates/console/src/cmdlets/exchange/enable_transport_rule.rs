//! `Enable-TransportRule`: applies a rule from now on.

use exchange::nouns::transport_rule::RuleState;

use super::transport_rule;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::noun::{DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static ENABLE_TRANSPORT_RULE: Cmdlet = Cmdlet {
    name: "Enable-TransportRule",
    synopsis: "Applies a transport rule.",
    class: "",
    parameters: &[
        IDENTITY.mandatory(),
        Parameter::new("Mode", Kind::String, "Enforce, Audit or AuditAndNotify."),
        DOMAIN_CONTROLLER,
    ],
    run: |invocation| {
        Box::pin(async move { transport_rule::set_state(invocation, RuleState::Enabled) })
    },
};
