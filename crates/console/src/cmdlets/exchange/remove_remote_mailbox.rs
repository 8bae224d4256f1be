//! `Remove-RemoteMailbox`: removes a remote mailbox and its user.

use super::recipient;
use super::remote_mailbox::RemoteMailbox;
use crate::language::cmdlet::Cmdlet;
use crate::noun::{DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static REMOVE_REMOTE_MAILBOX: Cmdlet = Cmdlet {
    name: "Remove-RemoteMailbox",
    synopsis: "Removes a remote mailbox.",
    class: "",
    parameters: &[IDENTITY.mandatory(), DOMAIN_CONTROLLER],
    run: |invocation| Box::pin(async move { recipient::remove::<RemoteMailbox>(invocation) }),
};
