//! `Get-MailUser`: the users whose mailbox is elsewhere.
//!
//! The columns of the view are from memory of the product.

use super::mail_user::MailUser;
use super::recipient;
use crate::language::cmdlet::Cmdlet;
use crate::language::view::{View, ViewColumn};
use crate::noun::{DOMAIN_CONTROLLER, IDENTITY};
use crate::result_size::RESULT_SIZE;

/// The cmdlet.
pub static GET_MAIL_USER: Cmdlet = Cmdlet {
    name: "Get-MailUser",
    synopsis: "Views users whose mailbox is elsewhere.",
    class: "",
    parameters: &[IDENTITY, RESULT_SIZE, DOMAIN_CONTROLLER],
    run: |mut invocation| {
        Box::pin(async move { recipient::get::<MailUser>(&mut invocation, |_| true) })
    },
};

/// How it is shown.
pub static VIEW: View = View::table(
    "Microsoft.Exchange.Data.Directory.Management.MailUser",
    &[ViewColumn::new("Name", 25), ViewColumn::new("RecipientType", 0)],
);
