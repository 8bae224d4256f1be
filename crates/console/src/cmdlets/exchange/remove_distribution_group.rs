//! `Remove-DistributionGroup`: removes a group; its members stay.

use super::distribution_group::DistributionGroup;
use super::recipient;
use crate::language::cmdlet::Cmdlet;
use crate::noun::{DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static REMOVE_DISTRIBUTION_GROUP: Cmdlet = Cmdlet {
    name: "Remove-DistributionGroup",
    synopsis: "Removes a group of recipients.",
    class: "",
    parameters: &[IDENTITY.mandatory(), DOMAIN_CONTROLLER],
    run: |invocation| Box::pin(async move { recipient::remove::<DistributionGroup>(invocation) }),
};
