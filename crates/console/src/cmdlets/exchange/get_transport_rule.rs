//! `Get-TransportRule`: what is done to messages that meet conditions, in the order of the rules; also in Exchange Online.
//!
//! The view is remembered; no pasted one was found.

use exchange::nouns::transport_rule::{RuleState, TransportRule};
use exchange::properties::Enumeration;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::view::{View, ViewColumn};
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};
use crate::place::Place;
use crate::result_size::{self, RESULT_SIZE};

/// The cmdlet.
pub static GET_TRANSPORT_RULE: Cmdlet = Cmdlet {
    name: "Get-TransportRule",
    synopsis: "Views transport rules.",
    class: "",
    parameters: &[
        IDENTITY,
        Parameter::new("State", Kind::String, "Only rules that are Enabled, or Disabled."),
        RESULT_SIZE,
        DOMAIN_CONTROLLER,
    ],
    run: |mut invocation| {
        Box::pin(async move {
            let state = invocation.string("State").and_then(|state| RuleState::named(&state));
            let mut rules = noun::found::<TransportRule>(&invocation)?;
            rules.retain(|rule| state.is_none_or(|state| rule.state == state));
            let place = invocation.world::<Place>()?;
            let shown = rules.iter().map(|rule| noun::seen(rule, &place)).collect();
            result_size::cut(&mut invocation, shown)
        })
    },
};

/// How it is shown.
pub static VIEW: View = View::table(
    "Microsoft.Exchange.MessagingPolicies.Rules.Tasks.Rule",
    &[
        ViewColumn::new("Name", 0),
        ViewColumn::new("State", 0),
        ViewColumn::new("Mode", 0),
        ViewColumn::new("Priority", 0),
        ViewColumn::new("Comments", 0),
    ],
);
