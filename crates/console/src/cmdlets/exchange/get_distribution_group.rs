//! `Get-DistributionGroup`: the groups of the organization on premises, or of the tenant.

use super::distribution_group::DistributionGroup;
use super::recipient;
use crate::language::cmdlet::Cmdlet;
use crate::language::view::{View, ViewColumn};
use crate::noun::{DOMAIN_CONTROLLER, IDENTITY};
use crate::result_size::RESULT_SIZE;

/// The cmdlet.
pub static GET_DISTRIBUTION_GROUP: Cmdlet = Cmdlet {
    name: "Get-DistributionGroup",
    synopsis: "Views groups of recipients.",
    class: "",
    parameters: &[IDENTITY, RESULT_SIZE, DOMAIN_CONTROLLER],
    run: |mut invocation| {
        Box::pin(async move { recipient::get::<DistributionGroup>(&mut invocation, |_| true) })
    },
};

/// How it is shown.
pub static VIEW: View = View::table(
    "Microsoft.Exchange.Data.Directory.Management.DistributionGroup",
    &[
        ViewColumn::new("Name", 25),
        ViewColumn::new("DisplayName", 25),
        ViewColumn::new("GroupType", 20),
        ViewColumn::new("PrimarySmtpAddress", 0),
    ],
);
