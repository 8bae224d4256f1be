//! `Set-AcceptedDomain`: changes a domain the organization takes mail for; also in Exchange Online.
//!
//! Not modelled: pending removals, what the tenant limits by domain.

use exchange::nouns::accepted_domain::AcceptedDomain;

use super::accepted_domain::DOMAIN_TYPE;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static SET_ACCEPTED_DOMAIN: Cmdlet = Cmdlet {
    name: "Set-AcceptedDomain",
    synopsis: "Changes an accepted domain.",
    class: "",
    parameters: &[
        IDENTITY.mandatory(),
        DOMAIN_TYPE,
        Parameter::new(
            "MakeDefault",
            Kind::Bool,
            "Makes it the default domain of the organization.",
        ),
        Parameter::new("MatchSubDomains", Kind::Bool, "Whether its subdomains belong to it."),
        Parameter::new("Name", Kind::String, "A new name for the accepted domain."),
        DOMAIN_CONTROLLER,
    ],
    run: |invocation| {
        Box::pin(async move {
            noun::set_with(invocation, |invocation, domain: &mut AcceptedDomain| {
                // There is always one default domain: another one takes its place, none is not asked for.
                domain.default |= invocation.bool("MakeDefault") == Some(true);
                Ok(())
            })
        })
    },
};
