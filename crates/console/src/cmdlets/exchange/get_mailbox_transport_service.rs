//! `Get-MailboxTransportService`: the settings of Mailbox Transport of each Mailbox server.
//!
//! No pasted default view was found; the columns are ours.

use exchange::nouns::transport_service::MailboxTransportService;
use exchange::properties::Noun;

use crate::language::cmdlet::Cmdlet;
use crate::language::view::{View, ViewColumn};
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static GET_MAILBOX_TRANSPORT_SERVICE: Cmdlet = Cmdlet {
    name: "Get-MailboxTransportService",
    synopsis: "Views the settings of the Mailbox Transport service.",
    class: "",
    parameters: &[IDENTITY, DOMAIN_CONTROLLER],
    run: |invocation| Box::pin(async move { noun::get::<MailboxTransportService>(&invocation) }),
};

/// How it is shown.
pub static VIEW: View = View::table(
    MailboxTransportService::TYPE_NAMES[0],
    &[
        ViewColumn::new("Name", 20),
        ViewColumn::new("MailboxDeliveryConnectorProtocolLoggingLevel", 45),
        ViewColumn::new("SendProtocolLogPath", 0),
    ],
);
