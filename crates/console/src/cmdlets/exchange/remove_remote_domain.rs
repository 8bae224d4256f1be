//! `Remove-RemoteDomain`: forgets how mail to a domain is to be treated.

use exchange::nouns::remote_domain::RemoteDomain;

use crate::language::cmdlet::Cmdlet;
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static REMOVE_REMOTE_DOMAIN: Cmdlet = Cmdlet {
    name: "Remove-RemoteDomain",
    synopsis: "Removes a remote domain.",
    class: "",
    parameters: &[IDENTITY.mandatory(), DOMAIN_CONTROLLER],
    run: |invocation| Box::pin(async move { noun::remove::<RemoteDomain>(invocation) }),
};
