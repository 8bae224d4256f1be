//! Which gateway a cmdlet is about: the one that is named, or the only one there is.

use fabric::Gateway;

use super::refusal::{not_there, refused};
use crate::language::cmdlet::{Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::place::Place;

/// `-Gateway`.
pub(super) const GATEWAY: Parameter = Parameter::new(
    "Gateway",
    Kind::String,
    "The gateway with the firewall; needed only when there are several.",
)
.by_property_name();

/// The gateway that `-Gateway` names, or the only one.
///
/// # Errors
/// When there is none of that name, or several and none was named.
pub(super) fn gateway(invocation: &Invocation<'_>) -> Result<Gateway, ErrorRecord> {
    let mut all = gateways(invocation)?;
    match (all.pop(), all.as_slice()) {
        (Some(only), []) => Ok(only),
        (None, _) => Err(refused("This lab has no gateway.")),
        (Some(last), before) => {
            let names: Vec<String> = before.iter().chain([&last]).map(Gateway::name).collect();
            let names = names.join(", ");
            Err(refused(format!("There are several gateways ({names}); name one with -Gateway.")))
        }
    }
}

/// The gateway that `-Gateway` names, or all of them.
///
/// # Errors
/// When there is none of that name.
pub(super) fn gateways(invocation: &Invocation<'_>) -> Result<Vec<Gateway>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let all = place.world.network.gateways();
    let Some(name) = invocation.string("Gateway") else { return Ok(all) };
    match place.world.network.gateway(&name) {
        Some(gateway) => Ok(vec![gateway]),
        None => Err(not_there("gateway", &name, all.iter().map(Gateway::name))),
    }
}
