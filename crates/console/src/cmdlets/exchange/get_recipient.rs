//! `Get-Recipient`: everything in the directory that mail can be sent to.
//!
//! The columns of the view are from memory of the product.

use exchange::value::Value;

use super::recipient::{self, recipients};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::view::{View, ViewColumn};
use crate::language::wildcard;
use crate::noun::{self, DOMAIN_CONTROLLER, IDENTITY};
use crate::place::Place;
use crate::refusal::{self, Family};
use crate::result_size::{self, RESULT_SIZE};

/// The cmdlet.
pub static GET_RECIPIENT: Cmdlet = Cmdlet {
    name: "Get-Recipient",
    synopsis: "Views recipients of all types.",
    class: "",
    parameters: &[
        IDENTITY,
        Parameter::new("RecipientTypeDetails", Kind::Strings, "Only these types."),
        RESULT_SIZE,
        DOMAIN_CONTROLLER,
    ],
    run: |invocation| Box::pin(run(invocation)),
};

/// How it is shown.
pub static VIEW: View = View::table(
    "Microsoft.Exchange.Data.Directory.Management.ReducedRecipient",
    &[ViewColumn::new("Name", 25), ViewColumn::new("RecipientType", 0)],
);

async fn run(mut invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let mut found = recipients(&place);
    if let Some(identity) = invocation.string("Identity") {
        found.retain(|one| recipient::is_named(one, &identity));
        if found.is_empty() && !wildcard::is_pattern(&identity) {
            return Err(refusal::not_found(&invocation, Family::RecipientTasks, &identity));
        }
    }
    let types = recipient::types(&invocation)?;
    found.retain(|one| recipient::is_of(&types, one));
    result_size::cut(&mut invocation, noun::shown(&found))
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn all_types_are_shown_together() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "New-Mailbox Divya | Out-Null
             New-RemoteMailbox Meera -RemoteRoutingAddress meera@contoso.mail.onmicrosoft.com | Out-Null
             New-MailUser Anna -ExternalEmailAddress anna@fabrikam.com | Out-Null
             Get-Recipient
             Get-Recipient -RecipientTypeDetails RemoteUserMailbox, MailUser -ResultSize 1
             Get-Recipient meera@contoso.mail.onmicrosoft.com | Format-List
             Get-Recipient -RecipientTypeDetails Postbox
             Get-Recipient nobody@contoso.com",
        ), @r#"

        Name                      RecipientType
        ----                      -------------
        Anna                      MailUser
        Divya                     UserMailbox
        Meera                     MailUser


        WARNING: There are more results available than are currently displayed. To view them, increase the value for the
        ResultSize parameter.

        Name                      RecipientType
        ----                      -------------
        Anna                      MailUser




        RunspaceId                         : 52675c2a-877e-4582-af64-d0e2549d1e81
        Alias                              : Meera
        Database                           :
        DeliverToMailboxAndForward         : False
        DisplayName                        : Meera
        EmailAddresses                     : {SMTP:Meera@contoso.com, smtp:meera@contoso.mail.onmicrosoft.com}
        ExternalEmailAddress               : SMTP:meera@contoso.mail.onmicrosoft.com
        ForwardingAddress                  :
        ForwardingSmtpAddress              :
        IsDirSynced                        : False
        MaxReceiveSize                     : Unlimited
        PrimarySmtpAddress                 : Meera@contoso.com
        RecipientType                      : MailUser
        RecipientTypeDetails               : RemoteUserMailbox
        RequireSenderAuthenticationEnabled : False
        Members                            : {}
        Name                               : Meera
        Identity                           : Meera
        Guid                               : c95cdddc-5e2e-49aa-904e-b32722f826d6



        Cannot process argument transformation on parameter 'RecipientTypeDetails'. Cannot convert value "Postbox" to type
        "Microsoft.Exchange.Data.Directory.Recipient.RecipientTypeDetails". Error: "Unable to match the identifier name Postbox
        to a valid enumerator name. Specify one of the following enumerator names and try again: UserMailbox, MailContact,
        MailUser, MailUniversalDistributionGroup, RemoteUserMailbox"
            + CategoryInfo          : InvalidData: (:) [Get-Recipient], ParameterBindin...mationException
            + FullyQualifiedErrorId : ParameterArgumentTransformationError,Get-Recipient
            + PSComputerName        : mbx01.contoso.com

        The operation couldn't be performed because object 'nobody@contoso.com' couldn't be found on 'mbx01.contoso.com'.
            + CategoryInfo          : NotSpecified: (:) [Get-Recipient], ManagementObjectNotFoundException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=50d230d4-7c3c-4d1f-abb8-0e5d4f0bebfc,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ManagementObjectNotFoundException] A45B989A,Microsoft.Exchange.Management.RecipientTas
            ks.GetRecipient
            + PSComputerName        : mbx01.contoso.com
        "#);
    }
}
