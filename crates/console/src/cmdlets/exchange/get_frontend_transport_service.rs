//! `Get-FrontendTransportService`: the settings of Front End Transport of each Mailbox server.
//!
//! No pasted default view was found; the columns are ours.

use exchange::nouns::transport_service::FrontendTransportService;
use exchange::properties::Noun;

use crate::language::cmdlet::Cmdlet;
use crate::language::view::{View, ViewColumn};
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static GET_FRONTEND_TRANSPORT_SERVICE: Cmdlet = Cmdlet {
    name: "Get-FrontendTransportService",
    synopsis: "Views the settings of the Front End Transport service.",
    class: "",
    parameters: &[IDENTITY, DOMAIN_CONTROLLER],
    run: |invocation| Box::pin(async move { noun::get::<FrontendTransportService>(&invocation) }),
};

/// How it is shown.
pub static VIEW: View = View::table(
    FrontendTransportService::TYPE_NAMES[0],
    &[
        ViewColumn::new("Name", 20),
        ViewColumn::new("IntraOrgConnectorProtocolLoggingLevel", 45),
        ViewColumn::new("SendProtocolLogPath", 0),
    ],
);
