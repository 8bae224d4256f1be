//! `Remove-LabFirewallRule`: takes a rule out of a firewall.

use exchange::value::Value;

use super::firewall_rule;
use super::gateway::{GATEWAY, gateway};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;

/// The cmdlet.
pub static REMOVE_LAB_FIREWALL_RULE: Cmdlet = Cmdlet {
    name: "Remove-LabFirewallRule",
    synopsis: "Removes a rule from a firewall.",
    class: "",
    parameters: &[
        Parameter::new("Name", Kind::String, "The rule.")
            .at(0)
            .mandatory()
            .by_value()
            .by_property_name(),
        GATEWAY,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let gateway = gateway(&invocation)?;
    let name = invocation.string("Name").unwrap_or_default();
    let rule = gateway.firewall(|firewall| firewall_rule::named(firewall, &name))?;
    if invocation.should_process(&rule.name) {
        gateway.firewall(|firewall| drop(firewall.remove(&rule.name)));
    }
    Ok(Vec::new())
}
