//! `Set-MailboxTransportService`: changes the settings of a server's Mailbox Transport.
//!
//! Not modelled: as for `Set-TransportService`.

use exchange::nouns::transport_service::MailboxTransportService;

use super::transport_service::KEEPING;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static SET_MAILBOX_TRANSPORT_SERVICE: Cmdlet = Cmdlet {
    name: "Set-MailboxTransportService",
    synopsis: "Changes the settings of the Mailbox Transport service.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(async move { noun::set::<MailboxTransportService>(invocation) }),
};

static PARAMETERS: [Parameter; 13] =
    noun::joined(OWN, noun::joined::<10, 1, 11>(KEEPING, [DOMAIN_CONTROLLER]));

const OWN: [Parameter; 2] = [
    IDENTITY.mandatory(),
    Parameter::new(
        "MailboxDeliveryConnectorProtocolLoggingLevel",
        Kind::String,
        "Whether deliveries to mailboxes and submissions are logged: None or Verbose.",
    ),
];
