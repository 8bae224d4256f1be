//! `RemoteMailbox`: a mailbox in the tenant, as the directory on premises knows it.

use exchange::nouns::recipient::RecipientType;

use super::recipient::RecipientNoun;

/// How the cmdlets for remote mailboxes see a recipient.
#[derive(Clone)]
pub(crate) struct RemoteMailbox;

impl RecipientNoun for RemoteMailbox {
    const TYPE: RecipientType = RecipientType::RemoteUserMailbox;
    const TYPE_NAME: &'static str = "Microsoft.Exchange.Data.Directory.Management.RemoteMailbox";
    const SHOWN: &'static [(&'static str, &'static str)] = &[
        ("RemoteRoutingAddress", "ExternalEmailAddress"),
        ("RemoteRecipientType", "RemoteRecipientType"),
        ("Alias", "Alias"),
        ("DisplayName", "DisplayName"),
        ("EmailAddresses", "EmailAddresses"),
        ("HiddenFromAddressListsEnabled", "HiddenFromAddressListsEnabled"),
        ("PrimarySmtpAddress", "PrimarySmtpAddress"),
        ("RecipientType", "RecipientType"),
        ("RecipientTypeDetails", "RecipientTypeDetails"),
        ("RequireSenderAuthenticationEnabled", "RequireSenderAuthenticationEnabled"),
        ("Name", "Name"),
        ("Identity", "Identity"),
        ("Guid", "Guid"),
    ];
}
