//! `Get-InboundConnector`: the connectors by which mail comes in to the tenant.
//!
//! The view is that of real transcripts.

use exchange::nouns::inbound_connector::InboundConnector;

use crate::language::cmdlet::Cmdlet;
use crate::language::view::{View, ViewColumn};
use crate::noun::{self, IDENTITY};
use crate::result_size::{self, RESULT_SIZE};

/// The cmdlet.
pub static GET_INBOUND_CONNECTOR: Cmdlet = Cmdlet {
    name: "Get-InboundConnector",
    synopsis: "Views the connectors by which mail comes in to the tenant.",
    class: "",
    parameters: &[IDENTITY, RESULT_SIZE],
    run: |mut invocation| {
        Box::pin(async move {
            let connectors = noun::get::<InboundConnector>(&invocation)?;
            result_size::cut(&mut invocation, connectors)
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
