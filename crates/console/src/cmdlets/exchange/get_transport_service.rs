//! `Get-TransportService`: the settings of the Transport service of each server.
//!
//! The view is that of `Get-TransportServer` of Exchange 2010; none of this version was found.

use exchange::nouns::transport_service::TransportService;

use crate::language::cmdlet::Cmdlet;
use crate::language::view::{View, ViewColumn};
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static GET_TRANSPORT_SERVICE: Cmdlet = Cmdlet {
    name: "Get-TransportService",
    synopsis: "Views the settings of the Transport service.",
    class: "",
    parameters: &[IDENTITY, DOMAIN_CONTROLLER],
    run: |invocation| Box::pin(async move { noun::get::<TransportService>(&invocation) }),
};

/// How it is shown.
pub static VIEW: View = View::table(
    "Microsoft.Exchange.Data.Directory.Management.TransportServer",
    &[
        ViewColumn::new("Name", 20),
        ViewColumn::new("MessageTrackingLogEnabled", 26),
        ViewColumn::new("MessageTrackingLogPath", 0),
    ],
);
