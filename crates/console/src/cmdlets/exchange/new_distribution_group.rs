//! `New-DistributionGroup`: creates a group of recipients, which only authenticated senders may write to until it is told
//! otherwise.
//!
//! Source: Microsoft Learn, `New-DistributionGroup`.

use exchange::nouns::recipient::{Recipient, RecipientType};
use exchange::value::Value;

use super::distribution_group::{self, DistributionGroup};
use super::recipient;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun::DOMAIN_CONTROLLER;
use crate::place::Place;

/// The cmdlet.
pub static NEW_DISTRIBUTION_GROUP: Cmdlet = Cmdlet {
    name: "New-DistributionGroup",
    synopsis: "Creates a group of recipients.",
    class: "",
    parameters: &[
        Parameter::new("Name", Kind::String, "A name for the group.").at(0).mandatory(),
        Parameter::new("Alias", Kind::String, "The part of its addresses before the @."),
        Parameter::new("DisplayName", Kind::String, "The name people see."),
        Parameter::new("Members", Kind::Strings, "Its first members."),
        Parameter::new("PrimarySmtpAddress", Kind::String, "The address it is written to."),
        Parameter::new(
            "RequireSenderAuthenticationEnabled",
            Kind::Bool,
            "Whether only authenticated senders may write to it; $true if nothing is said.",
        ),
        Parameter::new("Type", Kind::String, "Distribution; accepted, without effect."),
        DOMAIN_CONTROLLER,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let group = RecipientType::MailUniversalDistributionGroup;
    let named = recipient::named_by(&invocation, &place, group)?;
    let members = distribution_group::addresses_named(&invocation, &place, "Members")?;
    recipient::create::<DistributionGroup>(
        invocation,
        Recipient { members, require_sender_authentication_enabled: true, ..named },
    )
}
