//! `Remove-DistributionGroupMember`: takes a recipient out of a group.

use super::distribution_group;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::noun::{DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static REMOVE_DISTRIBUTION_GROUP_MEMBER: Cmdlet = Cmdlet {
    name: "Remove-DistributionGroupMember",
    synopsis: "Takes a recipient out of a group.",
    class: "",
    parameters: &[
        IDENTITY.mandatory(),
        Parameter::new("Member", Kind::String, "Name, address or GUID of the recipient."),
        DOMAIN_CONTROLLER,
    ],
    run: |invocation| Box::pin(async move { distribution_group::change_member(invocation, false) }),
};
