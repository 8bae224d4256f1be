//! `Set-MailUser`: changes a mail user.

use super::mail_user::MailUser;
use super::recipient::{self, SETTINGS};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::noun::{self, DOMAIN_CONTROLLER};

const OWN: [Parameter; 2] = [
    DOMAIN_CONTROLLER,
    Parameter::new(
        "ExternalEmailAddress",
        Kind::String,
        "The address outside that its mail goes to.",
    ),
];

static PARAMETERS: [Parameter; 9] = noun::joined(SETTINGS, OWN);

/// The cmdlet.
pub static SET_MAIL_USER: Cmdlet = Cmdlet {
    name: "Set-MailUser",
    synopsis: "Changes a mail user.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(async move { recipient::set::<MailUser>(invocation) }),
};
