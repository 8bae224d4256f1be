//! `New-MailUser`: creates a user whose mailbox is elsewhere.
//!
//! Without `-PrimarySmtpAddress` its address on premises is the alias in the default accepted domain; in
//! the tenant it is the external one.

use exchange::nouns::recipient::{Recipient, RecipientType};
use exchange::properties::Fit;
use exchange::value::Value;
use smtp::Address;

use super::mail_user::MailUser;
use super::recipient::{self, ACCOUNT, USER_PRINCIPAL_NAME};
use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::noun::{self, DOMAIN_CONTROLLER};
use crate::place::Place;
use crate::refusal;

const OWN: [Parameter; 4] = [
    Parameter::new("Name", Kind::String, "A name for the user.").at(0).mandatory(),
    Parameter::new("ExternalEmailAddress", Kind::String, "The address its mail goes to.")
        .mandatory(),
    USER_PRINCIPAL_NAME,
    DOMAIN_CONTROLLER,
];

static PARAMETERS: [Parameter; 10] = noun::joined(OWN, ACCOUNT);

/// The cmdlet.
pub static NEW_MAIL_USER: Cmdlet = Cmdlet {
    name: "New-MailUser",
    synopsis: "Creates a user whose mailbox is elsewhere.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| Box::pin(run(invocation)),
};

async fn run(invocation: Invocation<'_>) -> Result<Vec<Value>, ErrorRecord> {
    let place = invocation.world::<Place>()?;
    let user = recipient::named_by(&invocation, &place, RecipientType::MailUser)?;
    let target = invocation.value("ExternalEmailAddress").unwrap_or(Value::Null);
    let target = Address::from_value(&target)
        .map_err(|unfit| refusal::unfit(&invocation, "ExternalEmailAddress", &unfit.to_string()))?;
    let external = place.is_online() && !invocation.has("PrimarySmtpAddress");
    let primary = if external { target.clone() } else { user.primary_smtp_address.clone() };
    recipient::create::<MailUser>(
        invocation,
        Recipient {
            email_addresses: vec![primary.clone()],
            primary_smtp_address: primary,
            external_email_address: Some(target),
            ..user
        },
    )
}

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_on;

    #[test]
    fn a_mail_user_has_an_address_here_and_one_elsewhere() {
        insta::assert_snapshot!(shown_on(
            "MBX01",
            "New-MailUser Anna -ExternalEmailAddress anna@fabrikam.com
             Set-MailUser Anna -ExternalEmailAddress anna.b@fabrikam.com
             Get-MailUser Anna | Format-List ExternalEmailAddress, PrimarySmtpAddress
             New-MailUser Bo -ExternalEmailAddress nowhere
             Get-MailUser -ResultSize 1 | Remove-MailUser
             Get-MailUser",
        ), @r#"

        Name                      RecipientType
        ----                      -------------
        Anna                      MailUser




        ExternalEmailAddress : SMTP:anna.b@fabrikam.com
        PrimarySmtpAddress   : Anna@contoso.com



        Cannot process argument transformation on parameter 'ExternalEmailAddress'. Cannot convert value "nowhere" to type
        "Microsoft.Exchange.Data.SmtpAddress".
            + CategoryInfo          : InvalidData: (:) [New-MailUser], ParameterBindin...mationException
            + FullyQualifiedErrorId : ParameterArgumentTransformationError,New-MailUser
            + PSComputerName        : mbx01.contoso.com
        "#);
        insta::assert_snapshot!(shown_on(
            "ExchangeOnline",
            "New-MailUser Anna -ExternalEmailAddress anna@fabrikam.com | Format-List ExternalEmailAddress, PrimarySmtpAddress",
        ), @"


        ExternalEmailAddress : SMTP:anna@fabrikam.com
        PrimarySmtpAddress   : anna@fabrikam.com
        ");
    }
}
