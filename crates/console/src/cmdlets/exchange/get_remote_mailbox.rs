//! `Get-RemoteMailbox`: the mailboxes in the tenant that the directory on premises knows.
//!
//! The columns of the view are from memory of the product.

use super::recipient;
use super::remote_mailbox::RemoteMailbox;
use crate::language::cmdlet::Cmdlet;
use crate::language::view::{View, ViewColumn};
use crate::noun::{DOMAIN_CONTROLLER, IDENTITY};
use crate::result_size::RESULT_SIZE;

/// The cmdlet.
pub static GET_REMOTE_MAILBOX: Cmdlet = Cmdlet {
    name: "Get-RemoteMailbox",
    synopsis: "Views mailboxes in the tenant that the directory on premises knows.",
    class: "",
    parameters: &[IDENTITY, RESULT_SIZE, DOMAIN_CONTROLLER],
    run: |mut invocation| {
        Box::pin(async move { recipient::get::<RemoteMailbox>(&mut invocation, |_| true) })
    },
};

/// How it is shown.
pub static VIEW: View = View::table(
    "Microsoft.Exchange.Data.Directory.Management.RemoteMailbox",
    &[
        ViewColumn::new("Name", 25),
        ViewColumn::new("RecipientTypeDetails", 25),
        ViewColumn::new("RemoteRecipientType", 0),
    ],
);
