//! `Get-LabFirewallRule`: the rules of the firewalls, in the order in which they are tried.

use exchange::value::Value;

use super::firewall_rule;
use super::gateway::{GATEWAY, gateways};
use super::refusal::not_there;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::wildcard;

/// The cmdlet.
pub static GET_LAB_FIREWALL_RULE: Cmdlet = Cmdlet {
    name: "Get-LabFirewallRule",
    synopsis: "Views the rules of firewalls, in the order in which they are tried.",
    class: "",
    parameters: &[
        Parameter::new("Name", Kind::String, "The rule; wildcards are allowed.")
            .at(0)
            .by_value()
            .by_property_name(),
        GATEWAY,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let wanted = invocation.string("Name");
    let mut known = Vec::new();
    let mut shown = Vec::new();
    for gateway in gateways(&invocation)? {
        for rule in gateway.firewall(|firewall| firewall.rules().to_vec()) {
            if wanted.as_ref().is_none_or(|name| wildcard::matches(name, &rule.name)) {
                shown.push(firewall_rule::shown(&rule, &gateway));
            }
            known.push(rule.name);
        }
    }
    match wanted {
        Some(name) if shown.is_empty() && !wildcard::is_pattern(&name) => {
            Err(not_there("firewall rule", &name, known))
        }
        _ => Ok(shown),
    }
}
