//! `New-Mailbox`: creates a user with a mailbox on premises.
//!
//! Without `-Database` it lies in the first database; without `-PrimarySmtpAddress` its address is the
//! alias in the default accepted domain. In Exchange Online the cmdlet takes no database.

use exchange::nouns::recipient::{Recipient, RecipientType};
use exchange::value::Value;

use super::mailbox::Mailbox;
use super::recipient::{self, ACCOUNT, USER_PRINCIPAL_NAME};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun::{self, DOMAIN_CONTROLLER};
use crate::place::Place;
use crate::refusal::{self, Family};

const OWN: [Parameter; 4] = [
    Parameter::new("Name", Kind::String, "A name for the mailbox.").at(0).mandatory(),
    Parameter::new("Database", Kind::String, "The database it lies in."),
    USER_PRINCIPAL_NAME,
    DOMAIN_CONTROLLER,
];

static PARAMETERS: [Parameter; 10] = noun::joined(OWN, ACCOUNT);

/// The cmdlet.
pub static NEW_MAILBOX: Cmdlet = Cmdlet {
    name: "New-Mailbox",
    synopsis: "Creates a user with a mailbox.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let recipient = recipient::named_by(&invocation, &place, RecipientType::UserMailbox)?;
    let database = Some(database(&invocation, &place)?);
    recipient::create::<Mailbox>(invocation, Recipient { database, ..recipient })
}

fn database(invocation: &Invocation<'_>, place: &Place) -> Result<String, ErrorRecord> {
    let wanted = invocation.string("Database");
    let found = place.organization().read(|organization| {
        let mut all = organization.servers.iter().flat_map(|server| &server.databases);
        let is_wanted =
            |name: &str| wanted.as_ref().is_none_or(|wanted| name.eq_ignore_ascii_case(wanted));
        all.find(|database| is_wanted(&database.name)).map(|database| database.name.clone())
    });
    found.ok_or_else(|| {
        let message = format!(
            "Couldn't find database \"{}\". Make sure you have typed it correctly.",
            wanted.unwrap_or_default()
        );
        let exception = "ManagementObjectNotFoundException";
        refusal::refusal(invocation, Family::RecipientTasks, exception, message)
    })
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn a_mailbox_needs_a_database_and_addresses_of_its_own() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "New-Mailbox Divya -Database mdb01
             New-Mailbox Meera -PrimarySmtpAddress divya@contoso.com
             New-Mailbox Divya -PrimarySmtpAddress d2@contoso.com
             New-Mailbox Asha -Database MDB09
             New-Mailbox Asha -PrimarySmtpAddress asha",
        ), @r#"

        Name                      Alias                ServerName       ProhibitSendQuota
        ----                      -----                ----------       -----------------
        Divya                     Divya                mbx01            Unlimited


        The proxy address "SMTP:divya@contoso.com" is already being used by the proxy addresses or LegacyExchangeDN of
        "contoso.com/Users/Divya". Please choose another proxy address.
            + CategoryInfo          : NotSpecified: (:) [New-Mailbox], ProxyAddressExistsException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=9852bd5e-3c07-4a3f-88c0-7a4e1f0b9f0f,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ProxyAddressExistsException] 048D88F8,Microsoft.Exchange.Management.RecipientTasks.New
            Mailbox
            + PSComputerName        : mbx01.contoso.com

        The operation couldn't be performed because 'Divya' matches multiple entries or already exists.
            + CategoryInfo          : NotSpecified: (:) [New-Mailbox], ADObjectAlreadyExistsException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=65883ef7-5771-4c49-bc81-895377890c35,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ADObjectAlreadyExistsException] 2CBB16AB,Microsoft.Exchange.Management.RecipientTasks.
            NewMailbox
            + PSComputerName        : mbx01.contoso.com

        Couldn't find database "MDB09". Make sure you have typed it correctly.
            + CategoryInfo          : NotSpecified: (:) [New-Mailbox], ManagementObjectNotFoundException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=41f911db-b443-4505-92c2-c9a9e09afcb5,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ManagementObjectNotFoundException] 4C87F177,Microsoft.Exchange.Management.RecipientTas
            ks.NewMailbox
            + PSComputerName        : mbx01.contoso.com

        Cannot process argument transformation on parameter 'PrimarySmtpAddress'. Cannot convert value "asha" to type
        "Microsoft.Exchange.Data.SmtpAddress".
            + CategoryInfo          : InvalidData: (:) [New-Mailbox], ParameterBindin...mationException
            + FullyQualifiedErrorId : ParameterArgumentTransformationError,New-Mailbox
            + PSComputerName        : mbx01.contoso.com
        "#);
    }
}
