//! `Add-DistributionGroupMember`: makes a recipient a member of a group.

use super::distribution_group;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::noun::{DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static ADD_DISTRIBUTION_GROUP_MEMBER: Cmdlet = Cmdlet {
    name: "Add-DistributionGroupMember",
    synopsis: "Adds a recipient to a group.",
    class: "",
    parameters: &[
        IDENTITY.mandatory(),
        Parameter::new("Member", Kind::String, "Name, address or GUID of the recipient."),
        DOMAIN_CONTROLLER,
    ],
    run: |invocation| Box::pin(async move { distribution_group::change_member(invocation, true) }),
};
