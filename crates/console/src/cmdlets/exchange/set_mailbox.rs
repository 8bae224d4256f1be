//! `Set-Mailbox`: changes a mailbox, and where its mail is forwarded to.
//!
//! `-ForwardingAddress` names a recipient of the directory, `-ForwardingSmtpAddress` any address; the former goes before the
//! latter. Source: Microsoft Learn, `Set-Mailbox`.

use exchange::value::Value;

use super::distribution_group;
use super::mailbox::Mailbox;
use super::recipient::{self, SETTINGS, Seen};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun::{self, DOMAIN_CONTROLLER};
use crate::place::Place;

const OWN: [Parameter; 5] = [
    Parameter::new(
        "DeliverToMailboxAndForward",
        Kind::Bool,
        "Whether forwarded mail is delivered to the mailbox too.",
    ),
    Parameter::new("ForwardingAddress", Kind::Value, "The recipient that gets its mail."),
    Parameter::new("ForwardingSmtpAddress", Kind::Value, "The address that gets its mail."),
    Parameter::new("MaxReceiveSize", Kind::String, "The largest message it takes, or Unlimited."),
    DOMAIN_CONTROLLER,
];

static PARAMETERS: [Parameter; 12] = noun::joined(SETTINGS, OWN);

/// The cmdlet.
pub static SET_MAILBOX: Cmdlet = Cmdlet {
    name: "Set-Mailbox",
    synopsis: "Changes a mailbox.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(async move { run(invocation) }),
};

fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    recipient::refuse_copy::<Mailbox>(&invocation)?;
    let place = invocation.world::<Place>()?;
    noun::set_with(invocation, |invocation, mailbox: &mut Seen<Mailbox>| {
        if let Some(value) = invocation.given("ForwardingAddress") {
            let identity = value.to_string();
            mailbox.recipient.forwarding_address = if identity.is_empty() {
                None
            } else {
                let found = distribution_group::recipient_named(invocation, &place, &identity)?;
                Some(found.primary_smtp_address)
            };
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn a_mailbox_forwards_to_a_recipient_or_to_any_address() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "New-Mailbox ines | Out-Null
             New-Mailbox otto | Out-Null
             Set-Mailbox ines -ForwardingAddress otto -DeliverToMailboxAndForward $true
             Set-Mailbox otto -ForwardingSmtpAddress otto@fabrikam.com
             Get-Mailbox | Format-List Name, *Forward*
             Set-Mailbox ines -ForwardingAddress $null
             (Get-Mailbox ines).ForwardingAddress
             Set-Mailbox ines -ForwardingAddress nobody
             Set-Mailbox ines -ForwardingSmtpAddress nowhere",
        ), @r#"


        Name                       : ines
        DeliverToMailboxAndForward : True
        ForwardingAddress          : contoso.com/Users/otto
        ForwardingSmtpAddress      :

        Name                       : otto
        DeliverToMailboxAndForward : False
        ForwardingAddress          :
        ForwardingSmtpAddress      : smtp:otto@fabrikam.com



        The operation couldn't be performed because object 'nobody' couldn't be found on 'mbx01.contoso.com'.
            + CategoryInfo          : NotSpecified: (:) [Set-Mailbox], ManagementObjectNotFoundException
            + FullyQualifiedErrorId : [Server=MBX01,RequestId=9852bd5e-3c07-4a3f-88c0-7a4e1f0b9f0f,TimeStamp=5/1/2026 8:00:00 
            AM] [FailureCategory=Cmdlet-ManagementObjectNotFoundException] 41EA6ABE,Microsoft.Exchange.Management.RecipientTas
            ks.SetMailbox
            + PSComputerName        : mbx01.contoso.com

        Cannot process argument transformation on parameter 'ForwardingSmtpAddress'. Cannot convert value "nowhere" to type
        "Microsoft.Exchange.Data.SmtpAddress".
            + CategoryInfo          : InvalidData: (:) [Set-Mailbox], ParameterBindin...mationException
            + FullyQualifiedErrorId : ParameterArgumentTransformationError,Set-Mailbox
            + PSComputerName        : mbx01.contoso.com
        "#);
    }
}
