//! `Set-FrontendTransportService`: changes the settings of a server's Front End Transport.
//!
//! Not modelled: as for `Set-TransportService`; DNS servers of its own.

use exchange::nouns::transport_service::FrontendTransportService;

use super::transport_service::{INTRA_ORG_LEVEL, KEEPING};
use crate::language::cmdlet::Cmdlet;
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static SET_FRONTEND_TRANSPORT_SERVICE: Cmdlet = Cmdlet {
    name: "Set-FrontendTransportService",
    synopsis: "Changes the settings of the Front End Transport service.",
    class: "",
    parameters: &[
        IDENTITY.mandatory(),
        INTRA_ORG_LEVEL,
        KEEPING[0],
        KEEPING[1],
        KEEPING[2],
        KEEPING[3],
        KEEPING[4],
        KEEPING[5],
        KEEPING[6],
        KEEPING[7],
        KEEPING[8],
        DOMAIN_CONTROLLER,
    ],
    run: |invocation| Box::pin(async move { noun::set::<FrontendTransportService>(invocation) }),
};
