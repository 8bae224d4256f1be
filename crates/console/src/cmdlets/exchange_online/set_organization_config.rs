//! `Set-OrganizationConfig`: changes what holds for the whole tenant.

use exchange::properties::Noun;
use exchange::value::Value;

use super::organization_config::OrganizationConfig;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun;
use crate::place::Place;

/// The cmdlet.
pub static SET_ORGANIZATION_CONFIG: Cmdlet = Cmdlet {
    name: "Set-OrganizationConfig",
    synopsis: "Changes the settings of the whole organization.",
    class: "",
    parameters: &[Parameter::new(
        "RejectDirectSend",
        Kind::Bool,
        "Whether mail that only claims to be from the own domains is refused.",
    )],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let mut config = place.tenant().read(OrganizationConfig::of);
    noun::assign_parameters(&invocation, &mut config)?;
    if invocation.should_process(&config.identity()) {
        place.tenant().change(|tenant| tenant.reject_direct_send = config.reject_direct_send);
    }
    Ok(Vec::new())
}
