//! `New-Mailbox` of Exchange Online: creates a user with a mailbox in the tenant.
//!
//! Without `-PrimarySmtpAddress` its address is the alias in the tenant's default domain. Mailboxes of
//! synchronized users are created by the synchronization.
//!
//! Not modelled: licences.

use exchange::nouns::recipient::RecipientType;
use exchange::value::Value;

use crate::cmdlets::exchange::mailbox::Mailbox;
use crate::cmdlets::exchange::recipient::{self, ACCOUNT};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun;
use crate::place::Place;

const OWN: [Parameter; 2] = [
    Parameter::new("Name", Kind::String, "A name for the mailbox.").at(0).mandatory(),
    Parameter::new(
        "MicrosoftOnlineServicesID",
        Kind::String,
        "The logon name; accepted, without effect.",
    ),
];

static PARAMETERS: [Parameter; 8] = noun::joined(OWN, ACCOUNT);

/// The cmdlet.
pub static NEW_MAILBOX: Cmdlet = Cmdlet {
    name: "New-Mailbox",
    synopsis: "Creates a user with a mailbox in the tenant.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let recipient = recipient::named_by(&invocation, &place, RecipientType::UserMailbox)?;
    recipient::create::<Mailbox>(invocation, recipient)
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn a_mailbox_of_the_tenant_has_addresses_in_its_domains() {
        insta::assert_snapshot!(shown_on(
            "ExchangeOnline",
            "New-Mailbox -Name ramki -PrimarySmtpAddress ramki@contoso.onmicrosoft.com
             New-Mailbox asha | Format-List PrimarySmtpAddress, Database
             New-Mailbox -Name anna -PrimarySmtpAddress anna@fabrikam.com
             New-Mailbox -Name bo -Database MDB01
             Get-Mailbox nobody
             Get-Recipient",
        ), @r#"

        Name                      Alias                ServerName       ProhibitSendQuota
        ----                      -----                ----------       -----------------
        ramki                     ramki                am3pr01mb5432    99 GB (106,300,440,576 bytes)




        PrimarySmtpAddress : asha@contoso.onmicrosoft.com
        Database           :



        Write-ErrorMessage : ExFDE47E|Microsoft.Exchange.Configuration.Tasks.NotAcceptedDomainException|You can't use the
        domain because it's not an accepted domain for your organization. Domain: "fabrikam.com".
            + CategoryInfo          : NotSpecified: (:) [New-Mailbox], NotAcceptedDomainException
            + FullyQualifiedErrorId : [Server=AM3PR01MB5432,RequestId=8999f205-510a-4585-9a19-5d96ae822ea6,TimeStamp=Fri, 01 M
            ay 2026 06:00:00 GMT],Write-ErrorMessage

        New-Mailbox : A parameter cannot be found that matches parameter name 'Database'.
        At line:4 char:35
        +              New-Mailbox -Name bo -Database MDB01
        +                                   ~~~~~~~~~
            + CategoryInfo          : InvalidArgument: (:) [New-Mailbox], ParameterBindingException
            + FullyQualifiedErrorId : NamedParameterNotFound,New-Mailbox

        Write-ErrorMessage : Ex9596B4|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|The operation
        couldn't be performed because object 'nobody' couldn't be found on 'AM3PR01A01DC003.EURPRD01A001.PROD.OUTLOOK.COM'.
            + CategoryInfo          : NotSpecified: (:) [Get-Mailbox], ManagementObjectNotFoundException
            + FullyQualifiedErrorId : [Server=AM3PR01MB5432,RequestId=b63f62d0-920f-4325-a960-4bbd0e3973c8,TimeStamp=Fri, 01 M
            ay 2026 06:00:00 GMT],Write-ErrorMessage


        Name                      RecipientType
        ----                      -------------
        asha                      UserMailbox
        kim                       UserMailbox
        ramki                     UserMailbox
        "#);
    }
}
