//! `Get-OutboundConnector`: the connectors by which mail leaves the tenant.
//!
//! The columns of the view are from memory of the product.

use exchange::nouns::outbound_connector::OutboundConnector;

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::view::{View, ViewColumn};
use crate::noun::{self, IDENTITY};
use crate::result_size::{self, RESULT_SIZE};

/// The cmdlet.
pub static GET_OUTBOUND_CONNECTOR: Cmdlet = Cmdlet {
    name: "Get-OutboundConnector",
    synopsis: "Views the connectors by which mail leaves the tenant.",
    class: "",
    parameters: &[
        IDENTITY,
        Parameter::new("IncludeTestModeConnectors", Kind::Bool, "Accepted; there are none."),
        RESULT_SIZE,
    ],
    run: |mut invocation| {
        Box::pin(async move {
            let connectors = noun::get::<OutboundConnector>(&invocation)?;
            result_size::cut(&mut invocation, connectors)
        })
    },
};

/// How it is shown.
pub static VIEW: View = View::table(
    "Microsoft.Exchange.Data.Directory.SystemConfiguration.TenantOutboundConnector",
    &[
        ViewColumn::new("Name", 0),
        ViewColumn::new("RecipientDomains", 0),
        ViewColumn::new("SmartHosts", 0),
        ViewColumn::new("Enabled", 0),
    ],
);
