//! `Get-DistributionGroupMember`: the members of a group, as `Get-Recipient` shows them.

use exchange::properties::Noun;
use exchange::value::Value;

use super::distribution_group::DistributionGroup;
use super::recipient::{self, Seen};
use crate::language::cmdlet::Cmdlet;
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};
use crate::place::Place;
use crate::result_size::{self, RESULT_SIZE};

/// The cmdlet.
pub static GET_DISTRIBUTION_GROUP_MEMBER: Cmdlet = Cmdlet {
    name: "Get-DistributionGroupMember",
    synopsis: "Views the members of a group.",
    class: "",
    parameters: &[IDENTITY.mandatory(), RESULT_SIZE, DOMAIN_CONTROLLER],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let group = noun::named::<Seen<DistributionGroup>>(&invocation, &place)?;
    let members = &group.recipient.members;
    let all = recipient::recipients(&place);
    let found = all.iter().filter(|one| members.iter().any(|member| one.has(member)));
    let shown = found.map(|member| Value::from(member.to_object())).collect();
    result_size::cut(&mut invocation, shown)
}
