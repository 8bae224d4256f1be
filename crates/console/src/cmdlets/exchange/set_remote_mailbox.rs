//! `Set-RemoteMailbox`: changes a remote mailbox.

use super::recipient::{self, SETTINGS};
use super::remote_mailbox::RemoteMailbox;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::noun::{self, DOMAIN_CONTROLLER};

const OWN: [Parameter; 2] = [
    DOMAIN_CONTROLLER,
    Parameter::new(
        "RemoteRoutingAddress",
        Kind::String,
        "The address that leads to the mailbox in the tenant.",
    ),
];

static PARAMETERS: [Parameter; 9] = noun::joined(SETTINGS, OWN);

/// The cmdlet.
pub static SET_REMOTE_MAILBOX: Cmdlet = Cmdlet {
    name: "Set-RemoteMailbox",
    synopsis: "Changes a remote mailbox.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(async move { recipient::set::<RemoteMailbox>(invocation) }),
};
