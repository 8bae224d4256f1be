//! `Get-SendConnector`: the connectors that send mail out of the organization; on an Edge server,
//! those that EdgeSync brought.
//!
//! The view is that of a real transcript.

use exchange::nouns::send_connector::SendConnector;

use crate::language::cmdlet::Cmdlet;
use crate::language::view::{View, ViewColumn};
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static GET_SEND_CONNECTOR: Cmdlet = Cmdlet {
    name: "Get-SendConnector",
    synopsis: "Views the settings of Send connectors.",
    class: "",
    parameters: &[IDENTITY, DOMAIN_CONTROLLER],
    run: |invocation| Box::pin(async move { noun::get::<SendConnector>(&invocation) }),
};

/// How it is shown.
pub static VIEW: View = View::table(
    "Microsoft.Exchange.Data.Directory.SystemConfiguration.SmtpSendConnectorConfig",
    &[
        ViewColumn::new("Identity", 0),
        ViewColumn::new("AddressSpaces", 0),
        ViewColumn::new("Enabled", 0),
    ],
);
