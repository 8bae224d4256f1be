//! `Set-RemoteDomain`: changes how mail to a domain is treated; also in Exchange Online.
//!
//! Not modelled: formats, automatic replies and reports of remote domains.

use exchange::nouns::remote_domain::RemoteDomain;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static SET_REMOTE_DOMAIN: Cmdlet = Cmdlet {
    name: "Set-RemoteDomain",
    synopsis: "Changes a remote domain.",
    class: "",
    parameters: &[
        IDENTITY.mandatory(),
        Parameter::new("Name", Kind::String, "A new name for the remote domain."),
        Parameter::new(
            "TargetDeliveryDomain",
            Kind::Bool,
            "Whether remote mailboxes get their routing address in this domain.",
        ),
        Parameter::new(
            "TrustedMailInboundEnabled",
            Kind::Bool,
            "Whether mail from it counts as mail of the organization.",
        ),
        Parameter::new(
            "TrustedMailOutboundEnabled",
            Kind::Bool,
            "Whether mail to it counts as mail within the organization.",
        ),
        DOMAIN_CONTROLLER,
    ],
    run: |invocation| Box::pin(async move { noun::set::<RemoteDomain>(invocation) }),
};
