//! `Set-TransportRule`: changes what a rule is for and what it does.
//!
//! Whether it is applied is changed by `Enable-` and `Disable-TransportRule`.

use exchange::nouns::transport_rule::TransportRule;

use super::transport_rule::{RULE, name_recipients};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

static PARAMETERS: [Parameter; 35] = noun::joined::<3, 32, 35>(
    [
        IDENTITY.mandatory(),
        Parameter::new("Name", Kind::String, "A new name for the rule."),
        DOMAIN_CONTROLLER,
    ],
    RULE,
);

/// The cmdlet.
pub static SET_TRANSPORT_RULE: Cmdlet = Cmdlet {
    name: "Set-TransportRule",
    synopsis: "Changes a transport rule.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| {
        Box::pin(async move { noun::set_with::<TransportRule>(invocation, name_recipients) })
    },
};
