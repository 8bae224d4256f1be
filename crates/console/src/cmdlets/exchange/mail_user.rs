//! `MailUser`: a user whose mailbox is elsewhere.

use exchange::nouns::recipient::RecipientType;

use super::recipient::RecipientNoun;

/// How the cmdlets for mail users see a recipient.
#[derive(Clone)]
pub(crate) struct MailUser;

impl RecipientNoun for MailUser {
    const TYPE: RecipientType = RecipientType::MailUser;
    const TYPE_NAME: &'static str = "Microsoft.Exchange.Data.Directory.Management.MailUser";
    const SHOWN: &'static [(&'static str, &'static str)] = &[
        ("ExternalEmailAddress", "ExternalEmailAddress"),
        ("Alias", "Alias"),
        ("DisplayName", "DisplayName"),
        ("EmailAddresses", "EmailAddresses"),
        ("HiddenFromAddressListsEnabled", "HiddenFromAddressListsEnabled"),
        ("PrimarySmtpAddress", "PrimarySmtpAddress"),
        ("RecipientType", "RecipientType"),
        ("RecipientTypeDetails", "RecipientTypeDetails"),
        ("RequireSenderAuthenticationEnabled", "RequireSenderAuthenticationEnabled"),
        ("IsDirSynced", "IsDirSynced"),
        ("Name", "Name"),
        ("Identity", "Identity"),
        ("Guid", "Guid"),
    ];
}
