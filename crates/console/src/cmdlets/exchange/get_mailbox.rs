//! `Get-Mailbox`: the mailboxes of the organization on premises, or of the tenant.
//!
//! The columns of the view are from memory of the product.

use exchange::value::Value;

use super::mailbox::Mailbox;
use super::recipient;
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::view::{View, ViewColumn};
use crate::noun::{DOMAIN_CONTROLLER, IDENTITY};
use crate::result_size::RESULT_SIZE;

/// The cmdlet.
pub static GET_MAILBOX: Cmdlet = Cmdlet {
    name: "Get-Mailbox",
    synopsis: "Views mailboxes.",
    class: "",
    parameters: &[
        IDENTITY,
        Parameter::new("Database", Kind::String, "Only mailboxes of this database."),
        Parameter::new("RecipientTypeDetails", Kind::Strings, "Only these types of mailboxes."),
        RESULT_SIZE,
        DOMAIN_CONTROLLER,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

/// How it is shown.
pub static VIEW: View = View::table(
    "Microsoft.Exchange.Data.Directory.Management.Mailbox",
    &[
        ViewColumn::new("Name", 25),
        ViewColumn::new("Alias", 20),
        ViewColumn::new("ServerName", 16),
        ViewColumn::new("ProhibitSendQuota", 0),
    ],
);

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let database = invocation.string("Database");
    let types = recipient::types(&invocation)?;
    recipient::get::<Mailbox>(&mut invocation, |seen| {
        let own = seen.recipient.database.as_deref().unwrap_or_default();
        recipient::is_of(&types, &seen.recipient)
            && database.as_ref().is_none_or(|wanted| own.eq_ignore_ascii_case(wanted))
    })
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn a_mailbox_is_found_by_name_alias_and_every_address() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "New-Mailbox -Name 'Raghu R' -Alias raghu -PrimarySmtpAddress raghu.r@contoso.com
             Set-Mailbox raghu -EmailAddresses @{Add='smtp:r@contoso.com'}
             'Raghu R', 'raghu', 'R@contoso.com', 'Rag*' | Get-Mailbox | Select-Object PrimarySmtpAddress
             Get-Mailbox raghu.r@contoso.com | Format-List
             (Get-Mailbox -Database MDB02).Count
             Get-Mailbox nobody",
        ), @"

        Name                      Alias                ServerName       ProhibitSendQuota
        ----                      -----                ----------       -----------------
        Raghu R                   raghu                mbx01            Unlimited



        PrimarySmtpAddress
        ------------------
        raghu.r@contoso.com
        raghu.r@contoso.com
        raghu.r@contoso.com
        raghu.r@contoso.com




        RunspaceId                         : 52675c2a-877e-4582-af64-d0e2549d1e81
        Database                           : MDB01
        DeliverToMailboxAndForward         : False
        ForwardingAddress                  :
        ForwardingSmtpAddress              :
        ServerName                         : mbx01
        MaxReceiveSize                     : Unlimited
        ProhibitSendQuota                  : Unlimited
        Alias                              : raghu
        DisplayName                        : Raghu R
        EmailAddresses                     : {SMTP:raghu.r@contoso.com, smtp:r@contoso.com}
        HiddenFromAddressListsEnabled      : False
        PrimarySmtpAddress                 : raghu.r@contoso.com
        RecipientType                      : UserMailbox
        RecipientTypeDetails               : UserMailbox
        RequireSenderAuthenticationEnabled : False
        IsDirSynced                        : False
        Name                               : Raghu R
        Identity                           : Raghu R
        Guid                               : 4f4cc809-7606-457d-ac21-b7f50e74404e



        0
        The operation couldn't be performed because object 'nobody' couldn't be found on 'mbx01.contoso.com'.
            + CategoryInfo          : NotSpecified: (:) [Get-Mailbox], ManagementObjectNotFoundException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=c95cdddc-5e2e-49aa-904e-b32722f826d6,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ManagementObjectNotFoundException] 41EA6ABE,Microsoft.Exchange.Management.RecipientTas
            ks.GetMailbox
            + PSComputerName        : mbx01.contoso.com
        ");
    }
}
