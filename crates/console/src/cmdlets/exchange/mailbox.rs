//! `Mailbox`: a user's mailbox in the directory of the place, on premises or in the tenant.

use exchange::nouns::recipient::RecipientType;

use super::recipient::RecipientNoun;

/// How the cmdlets for mailboxes see a recipient.
#[derive(Clone)]
pub(crate) struct Mailbox;

impl RecipientNoun for Mailbox {
    const TYPE: RecipientType = RecipientType::UserMailbox;
    const TYPE_NAME: &'static str = "Microsoft.Exchange.Data.Directory.Management.Mailbox";
    const SHOWN: &'static [(&'static str, &'static str)] = &[
        ("Database", "Database"),
        ("DeliverToMailboxAndForward", "DeliverToMailboxAndForward"),
        ("ForwardingAddress", "ForwardingRecipient"),
        ("ForwardingSmtpAddress", "ForwardingSmtpAddress"),
        ("ServerName", "ServerName"),
        ("MaxReceiveSize", "MaxReceiveSize"),
        ("ProhibitSendQuota", "ProhibitSendQuota"),
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
