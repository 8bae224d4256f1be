//! `Get-MailboxTransportService`: the settings of Mailbox Transport of each Mailbox server.

use exchange::nouns::transport_service::MailboxTransportService;

use crate::language::cmdlet::Cmdlet;
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static GET_MAILBOX_TRANSPORT_SERVICE: Cmdlet = Cmdlet {
    name: "Get-MailboxTransportService",
    synopsis: "Views the settings of the Mailbox Transport service.",
    class: "",
    parameters: &[IDENTITY, DOMAIN_CONTROLLER],
    run: |invocation| Box::pin(async move { noun::get::<MailboxTransportService>(&invocation) }),
};
