//! `Remove-MailUser`: removes a mail user.

use super::mail_user::MailUser;
use super::recipient;
use crate::language::cmdlet::Cmdlet;
use crate::noun::{DOMAIN_CONTROLLER, IDENTITY};

/// The cmdlet.
pub static REMOVE_MAIL_USER: Cmdlet = Cmdlet {
    name: "Remove-MailUser",
    synopsis: "Removes a mail user.",
    class: "",
    parameters: &[IDENTITY.mandatory(), DOMAIN_CONTROLLER],
    run: |invocation| Box::pin(async move { recipient::remove::<MailUser>(invocation) }),
};
