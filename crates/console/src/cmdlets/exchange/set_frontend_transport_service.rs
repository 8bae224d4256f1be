//! `Set-FrontendTransportService`: changes the settings of a server's Front End Transport.
//!
//! Not modelled: as for `Set-TransportService`; DNS servers of its own.

use exchange::nouns::transport_service::FrontendTransportService;

use super::transport_service::{AGENT_LOG, INTRA_ORG_LEVEL, KEEPING};
use crate::language::cmdlet::{Cmdlet, Parameter};
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static SET_FRONTEND_TRANSPORT_SERVICE: Cmdlet = Cmdlet {
    name: "Set-FrontendTransportService",
    synopsis: "Changes the settings of the Front End Transport service.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(async move { noun::set::<FrontendTransportService>(invocation) }),
};

static PARAMETERS: [Parameter; 17] = noun::joined(
    OWN,
    noun::joined::<4, 11, 15>(AGENT_LOG, noun::joined::<10, 1, 11>(KEEPING, [DOMAIN_CONTROLLER])),
);

const OWN: [Parameter; 2] = [IDENTITY.mandatory(), INTRA_ORG_LEVEL];
