//! `Get-FrontendTransportService`: the settings of Front End Transport of each Mailbox server.

use exchange::nouns::transport_service::FrontendTransportService;

use crate::language::cmdlet::Cmdlet;
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static GET_FRONTEND_TRANSPORT_SERVICE: Cmdlet = Cmdlet {
    name: "Get-FrontendTransportService",
    synopsis: "Views the settings of the Front End Transport service.",
    class: "",
    parameters: &[IDENTITY, DOMAIN_CONTROLLER],
    run: |invocation| Box::pin(async move { noun::get::<FrontendTransportService>(&invocation) }),
};
