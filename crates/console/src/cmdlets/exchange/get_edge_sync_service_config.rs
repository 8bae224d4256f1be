//! `Get-EdgeSyncServiceConfig`: how EdgeSync is to work in the site.
//!
//! No pasted default view was found; the columns are ours.

use exchange::nouns::edge_sync_service_config::EdgeSyncServiceConfig;

use crate::language::cmdlet::Cmdlet;
use crate::language::view::{View, ViewColumn};
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static GET_EDGE_SYNC_SERVICE_CONFIG: Cmdlet = Cmdlet {
    name: "Get-EdgeSyncServiceConfig",
    synopsis: "Views the configuration of EdgeSync.",
    class: "",
    parameters: &[IDENTITY, DOMAIN_CONTROLLER],
    run: |invocation| Box::pin(async move { noun::get::<EdgeSyncServiceConfig>(&invocation) }),
};

/// How it is shown.
pub static VIEW: View = View::table(
    "Microsoft.Exchange.Data.Directory.SystemConfiguration.EdgeSyncServiceConfig",
    &[
        ViewColumn::new("Name", 0),
        ViewColumn::new("SiteName", 0),
        ViewColumn::new("LogEnabled", 0),
        ViewColumn::new("LogLevel", 0),
    ],
);
