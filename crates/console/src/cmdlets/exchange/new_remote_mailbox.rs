//! `New-RemoteMailbox`: creates a user on premises whose mailbox is in the tenant.
//!
//! The mailbox is there once the directories are synchronized. Without `-RemoteRoutingAddress` it is the
//! alias in the target delivery domain. The routing address is one of its own addresses too, as the
//! email address policy of a hybrid organization sees to.

use exchange::nouns::recipient::{Recipient, RecipientType};
use exchange::properties::Fit;
use exchange::value::Value;
use smtp::Address;

use super::recipient::{self, ACCOUNT, USER_PRINCIPAL_NAME};
use super::remote_mailbox::RemoteMailbox;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun::{self, DOMAIN_CONTROLLER};
use crate::place::Place;
use crate::refusal::{self, Family};

const OWN: [Parameter; 4] = [
    Parameter::new("Name", Kind::String, "A name for the user.").at(0).mandatory(),
    Parameter::new(
        "RemoteRoutingAddress",
        Kind::String,
        "The address that leads to the mailbox in the tenant.",
    ),
    USER_PRINCIPAL_NAME,
    DOMAIN_CONTROLLER,
];

static PARAMETERS: [Parameter; 10] = noun::joined(OWN, ACCOUNT);

/// The cmdlet.
pub static NEW_REMOTE_MAILBOX: Cmdlet = Cmdlet {
    name: "New-RemoteMailbox",
    synopsis: "Creates a user on premises whose mailbox is in the tenant.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let user = recipient::named_by(&invocation, &place, RecipientType::RemoteUserMailbox)?;
    let target = routing_address(&invocation, &place, &user)?;
    let mut email_addresses = user.email_addresses.clone();
    if !email_addresses.contains(&target) {
        email_addresses.push(target.clone());
    }
    let external_email_address = Some(target);
    recipient::create::<RemoteMailbox>(
        invocation,
        Recipient { email_addresses, external_email_address, ..user },
    )
}

fn routing_address(
    invocation: &Invocation<'_>,
    place: &Place,
    user: &Recipient,
) -> Result<Address, ErrorRecord> {
    let text = invocation.string("RemoteRoutingAddress").or_else(|| {
        place.organization().read(|organization| {
            let mut domains = organization.remote_domains.iter();
            let target = domains.find(|domain| domain.target_delivery_domain)?;
            Some(format!("{}@{}", user.alias, target.domain_name))
        })
    });
    let Some(text) = text else {
        let why = "Specify the RemoteRoutingAddress parameter: no remote domain is the target delivery domain.";
        return Err(refusal::refusal(
            invocation,
            Family::RecipientTasks,
            "LocalizedException",
            why,
        ));
    };
    Address::from_value(&Value::from(text.as_str()))
        .map_err(|unfit| refusal::unfit(invocation, "RemoteRoutingAddress", &unfit.to_string()))
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn a_remote_mailbox_has_its_routing_address_as_well() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "New-RemoteMailbox -Name meera -PrimarySmtpAddress meera@contoso.com -RemoteRoutingAddress meera@contoso.mail.onmicrosoft.com
             Get-RemoteMailbox meera | Format-List RemoteRoutingAddress, EmailAddresses, PrimarySmtpAddress, RecipientType*
             Set-RemoteMailbox meera -PrimarySmtpAddress m@contoso.com -RemoteRoutingAddress m@contoso.mail.onmicrosoft.com
             (Get-RemoteMailbox m@contoso.com).EmailAddresses -join ' '
             (Get-RemoteMailbox m@contoso.com).RemoteRoutingAddress
             New-RemoteMailbox asha
             Get-Mailbox meera
             Remove-RemoteMailbox meera
             Get-RemoteMailbox",
        ), @"

        Name                      RecipientTypeDetails      RemoteRecipientType
        ----                      --------------------      -------------------
        meera                     RemoteUserMailbox         ProvisionMailbox




        RemoteRoutingAddress : SMTP:meera@contoso.mail.onmicrosoft.com
        EmailAddresses       : {SMTP:meera@contoso.com, smtp:meera@contoso.mail.onmicrosoft.com}
        PrimarySmtpAddress   : meera@contoso.com
        RecipientType        : MailUser
        RecipientTypeDetails : RemoteUserMailbox



        SMTP:m@contoso.com smtp:meera@contoso.com smtp:meera@contoso.mail.onmicrosoft.com
        SMTP:m@contoso.mail.onmicrosoft.com
        Specify the RemoteRoutingAddress parameter: no remote domain is the target delivery domain.
            + CategoryInfo          : NotSpecified: (:) [New-RemoteMailbox], LocalizedException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=c95cdddc-5e2e-49aa-904e-b32722f826d6,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-LocalizedException] 7F07D37D,Microsoft.Exchange.Management.RecipientTasks.NewRemoteMai
            lbox
            + PSComputerName        : mbx01.contoso.com

        The operation couldn't be performed because object 'meera' couldn't be found on 'mbx01.contoso.com'.
            + CategoryInfo          : NotSpecified: (:) [Get-Mailbox], ManagementObjectNotFoundException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=9852bd5e-3c07-4a3f-88c0-7a4e1f0b9f0f,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ManagementObjectNotFoundException] EBE15817,Microsoft.Exchange.Management.RecipientTas
            ks.GetMailbox
            + PSComputerName        : mbx01.contoso.com
        ");
    }
}
