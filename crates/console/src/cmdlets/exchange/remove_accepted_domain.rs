//! `Remove-AcceptedDomain`: makes the organization take no more mail for a domain.

use exchange::nouns::accepted_domain::AcceptedDomain;

use crate::language::cmdlet::Cmdlet;
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static REMOVE_ACCEPTED_DOMAIN: Cmdlet = Cmdlet {
    name: "Remove-AcceptedDomain",
    synopsis: "Removes an accepted domain.",
    class: "",
    parameters: &[IDENTITY.mandatory(), DOMAIN_CONTROLLER],
    run: |invocation| Box::pin(async move { noun::remove::<AcceptedDomain>(invocation) }),
};
