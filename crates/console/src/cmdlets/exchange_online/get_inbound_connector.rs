//! `Get-InboundConnector`: the connectors by which mail comes in to the tenant.
//!
//! The view is that of real transcripts.

use exchange::nouns::inbound_connector::InboundConnector;

use crate::cmdlets::exchange::recipient::{RESULT_SIZE, result_size};
use crate::language::cmdlet::Cmdlet;
use crate::language::view::{View, ViewColumn};
use crate::noun::{self, IDENTITY};

/// The cmdlet.
pub static GET_INBOUND_CONNECTOR: Cmdlet = Cmdlet {
    name: "Get-InboundConnector",
    synopsis: "Views the connectors by which mail comes in to the tenant.",
    class: "",
    parameters: &[IDENTITY, RESULT_SIZE],
    run: |invocation| {
        Box::pin(async move {
            let mut shown = noun::get::<InboundConnector>(&invocation)?;
            shown.truncate(result_size(&invocation));
            Ok(shown)
        })
    },
};

/// How it is shown.
pub static VIEW: View = View::table(
    "Microsoft.Exchange.Data.Directory.SystemConfiguration.TenantInboundConnector",
    &[
        ViewColumn::new("Name", 0),
        ViewColumn::new("SenderDomains", 0),
        ViewColumn::new("SenderIPAddresses", 0),
        ViewColumn::new("Enabled", 0),
    ],
);
