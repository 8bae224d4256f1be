//! `Set-DistributionGroup`: changes a group.

use super::distribution_group::DistributionGroup;
use super::recipient::{self, SETTINGS};
use crate::language::cmdlet::{Cmdlet, Parameter};
use crate::noun::{self, DOMAIN_CONTROLLER};

static PARAMETERS: [Parameter; 8] = noun::joined(SETTINGS, [DOMAIN_CONTROLLER]);

/// The cmdlet.
pub static SET_DISTRIBUTION_GROUP: Cmdlet = Cmdlet {
    name: "Set-DistributionGroup",
    synopsis: "Changes a group of recipients.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(async move { recipient::set::<DistributionGroup>(invocation) }),
};
