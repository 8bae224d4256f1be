//! `Get-LabMailbox`: the mails in mailboxes, wherever they are: on premises, in the tenant, on the
//! Internet.
//!
//! Not modelled: folders; a mailbox is the list of what was delivered to it.

use std::collections::BTreeMap;

use exchange::value::{Object, Value};
use services::mailbox_store::{MailboxStore, StoredMail};
use services::message::content::Content;
use services::world::{Installed, NoMailbox, World};

use super::refusal::{no_mailbox, unfit};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::view::{View, ViewColumn};
use crate::language::wildcard;
use crate::place::Place;

/// The cmdlet.
pub static GET_LAB_MAILBOX: Cmdlet = Cmdlet {
    name: "Get-LabMailbox",
    synopsis: "Views the mails in mailboxes.",
    class: "",
    parameters: &[Parameter::new("Identity", Kind::String, "The address; wildcards are allowed.")
        .at(0)
        .by_value()
        .by_property_name()
        .aliases(&["PrimarySmtpAddress"])],
    run: |invocation| Box::pin(run(invocation)),
};

/// How it is shown.
pub(super) static VIEW: View = View::table(
    "Lab.Mail",
    &[
        ViewColumn::new("Mailbox", 0),
        ViewColumn::new("Received", 0),
        ViewColumn::new("From", 0),
        ViewColumn::new("Subject", 0),
        ViewColumn::new("AuthAs", 0),
    ],
);

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let all = mailboxes(&place.world);
    let wanted = invocation.string("Identity").unwrap_or_else(|| "*".to_owned());
    if !wildcard::is_pattern(&wanted) {
        let address = wanted.parse().map_err(|error| unfit("Identity", format!("{error}.")))?;
        if place.world.store_of(&address).is_none() {
            return Err(no_mailbox(&NoMailbox(address)));
        }
    }
    let meant = all.iter().filter(|(mailbox, _)| wildcard::matches(&wanted, mailbox));
    let shown = meant.flat_map(|(mailbox, mails)| mails.iter().map(|mail| shown(mailbox, mail)));
    Ok(shown.collect())
}

/// All mailboxes that got mail, by address.
fn mailboxes(world: &World) -> BTreeMap<String, Vec<StoredMail>> {
    let on_machines = world.machines.iter().filter_map(|machine| match &machine.installed {
        Installed::ExchangeMailbox(server) => Some(&server.store),
        Installed::InternetMta(server) => Some(&server.store),
        _ => None,
    });
    let stores = on_machines.chain([&world.exchange_online.store]);
    stores.flat_map(|store| MailboxStore::mailboxes(store)).collect()
}

fn shown(mailbox: &str, mail: &StoredMail) -> Value {
    let content = Content::parse(&mail.content);
    let field = |name: &str| content.value(name);
    let object = Object::new("Lab.Mail")
        .with("Mailbox", mailbox)
        .with("Received", mail.delivered)
        .with("From", field("From"))
        .with("To", field("To"))
        .with("Subject", field("Subject"))
        .with("MessageId", field("Message-ID"))
        .with("AuthAs", field("X-MS-Exchange-Organization-AuthAs"))
        .with("Size", i32::try_from(mail.content.len()).unwrap_or(i32::MAX))
        .with("Content", String::from_utf8_lossy(&mail.content).replace("\r\n", "\n"));
    Value::from(Object { text: field("Subject").unwrap_or_default(), ..object })
}

#[cfg(test)]
mod tests {
    use crate::testing_world::transcript;

    #[test]
    fn a_mailbox_is_empty_or_unknown() {
        insta::assert_snapshot!(transcript(
            "MBX01> Get-LabMailbox
             MBX01> Get-LabMailbox anna@fabrikam.com
             MBX01> Get-LabMailbox nobody@fabrikam.com
             MBX01> Get-LabMailbox nobody",
        ), @r#"
        MBX01> Get-LabMailbox
        MBX01> Get-LabMailbox anna@fabrikam.com
        MBX01> Get-LabMailbox nobody@fabrikam.com
        Get-LabMailbox : Nobody has the mailbox 'nobody@fabrikam.com': not on premises, not in the tenant, not on the Internet.
        At line:1 char:1
        + Get-LabMailbox nobody@fabrikam.com
        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (nobody@fabrikam.com:String) [Get-LabMailbox], RuntimeException
            + FullyQualifiedErrorId : NoMailbox,Get-LabMailbox

        MBX01> Get-LabMailbox nobody
        Get-LabMailbox : Cannot bind parameter 'Identity'. address "nobody" has no domain.
        At line:1 char:1
        + Get-LabMailbox nobody
        + ~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [Get-LabMailbox], ParameterBindingException
            + FullyQualifiedErrorId : CannotBind,Get-LabMailbox
        "#);
    }
}
