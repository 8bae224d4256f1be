//! `Set-Mailbox`: changes a mailbox.

use super::mailbox::Mailbox;
use super::recipient::{self, SETTINGS};
use crate::language::cmdlet::{Cmdlet, Parameter};
use crate::noun::{self, DOMAIN_CONTROLLER};

static PARAMETERS: [Parameter; 8] = noun::joined(SETTINGS, [DOMAIN_CONTROLLER]);

/// The cmdlet.
pub static SET_MAILBOX: Cmdlet = Cmdlet {
    name: "Set-Mailbox",
    synopsis: "Changes a mailbox.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(async move { recipient::set::<Mailbox>(invocation) }),
};
