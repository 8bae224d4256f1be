//! `Remove-Mailbox`: removes a mailbox and its user.

use super::mailbox::Mailbox;
use super::recipient;
use crate::language::cmdlet::Cmdlet;
use crate::noun::{DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static REMOVE_MAILBOX: Cmdlet = Cmdlet {
    name: "Remove-Mailbox",
    synopsis: "Removes a mailbox.",
    class: "",
    parameters: &[IDENTITY.mandatory(), DOMAIN_CONTROLLER],
    run: |invocation| Box::pin(async move { recipient::remove::<Mailbox>(invocation) }),
};
