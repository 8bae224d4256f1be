//! Recipients of a directory, on premises or in the tenant.
//!
//! One noun for all types, as `Get-Recipient` shows them; `Get-Mailbox`, `Get-RemoteMailbox`,
//! `Get-MailUser` and the rest are views of one type.
//!
//! Not modelled: dynamic distribution groups, public folders, moderation.

use smtp::Address;

use crate::guid::Guid;
use crate::properties::{Enumeration, Fit, Noun, Property, Unfit, field};
use crate::quantity::{ByteSize, Unlimited};
use crate::value::Value;

/// What a recipient is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecipientType {
    /// A mailbox in this organization.
    UserMailbox,
    /// A mailbox in the tenant, seen from the directory on premises.
    RemoteUserMailbox,
    /// A user whose mailbox is elsewhere.
    MailUser,
    /// A contact.
    MailContact,
    /// A distribution group.
    MailUniversalDistributionGroup,
}

impl Enumeration for RecipientType {
    const TYPE_NAME: &'static str =
        "Microsoft.Exchange.Data.Directory.Recipient.RecipientTypeDetails";
    const MEMBERS: &'static [(Self, &'static str, i32)] = &[
        (Self::UserMailbox, "UserMailbox", 1),
        (Self::MailContact, "MailContact", 64),
        (Self::MailUser, "MailUser", 128),
        (Self::MailUniversalDistributionGroup, "MailUniversalDistributionGroup", 256),
        (Self::RemoteUserMailbox, "RemoteUserMailbox", i32::MAX),
    ];
}

impl Fit for Address {
    fn to_value(&self) -> Value {
        Value::opaque("Microsoft.Exchange.Data.SmtpAddress", self.to_string())
    }

    /// Takes `user@domain` and `smtp:user@domain`.
    fn from_value(value: &Value) -> Result<Self, Unfit> {
        let text = value.to_string();
        let bare = match text.split_once(':') {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("smtp") => rest,
            _ => text.as_str(),
        };
        bare.trim().parse().map_err(|_| Unfit::new("Microsoft.Exchange.Data.SmtpAddress", value))
    }
}

/// A recipient.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipient {
    /// Name of the object, such as `raghu`.
    pub name: String,
    /// The part of its addresses before the `@`, and a short name to find it by.
    pub alias: String,
    /// Name people see.
    pub display_name: String,
    /// Its object in the directory.
    pub guid: Guid,
    /// What it is.
    pub recipient_type: RecipientType,
    /// The address it sends from.
    pub primary_smtp_address: Address,
    /// Every address it is found by, the primary one among them.
    pub email_addresses: Vec<Address>,
    /// Where mail for it goes when its mailbox is elsewhere: `ExternalEmailAddress` of mail users
    /// and contacts, `RemoteRoutingAddress` of remote mailboxes (`targetAddress` in the directory).
    pub external_email_address: Option<Address>,
    /// Mailbox database, for mailboxes.
    pub database: Option<String>,
    /// Members, for groups.
    pub members: Vec<Address>,
    /// Another recipient of the directory that gets its mail (`ForwardingAddress`).
    pub forwarding_address: Option<Address>,
    /// Any address that gets its mail, when there is no other recipient (`ForwardingSmtpAddress`).
    pub forwarding_smtp_address: Option<Address>,
    /// Whether forwarded mail is delivered to the mailbox besides.
    pub deliver_to_mailbox_and_forward: bool,
    /// Whether only authenticated senders may write to it.
    pub require_sender_authentication_enabled: bool,
    /// The largest message its mailbox takes.
    pub max_receive_size: Unlimited<ByteSize>,
    /// Whether it is a copy of a recipient on premises.
    pub is_dir_synced: bool,
}

impl Recipient {
    /// A recipient with one address, whose alias is its name without blanks.
    pub fn new(name: &str, recipient_type: RecipientType, primary: Address) -> Self {
        Self {
            name: name.to_owned(),
            alias: name.replace(' ', ""),
            display_name: name.to_owned(),
            guid: Guid::ZERO,
            recipient_type,
            email_addresses: vec![primary.clone()],
            primary_smtp_address: primary,
            external_email_address: None,
            database: None,
            members: Vec::new(),
            forwarding_address: None,
            forwarding_smtp_address: None,
            deliver_to_mailbox_and_forward: false,
            require_sender_authentication_enabled: false,
            max_receive_size: Unlimited::Unlimited,
            is_dir_synced: false,
        }
    }

    /// Whether its mailbox takes a message of so many bytes.
    pub fn takes(&self, bytes: u64) -> bool {
        match self.max_receive_size {
            Unlimited::Limited(most) => bytes <= most.0,
            Unlimited::Unlimited => true,
        }
    }

    /// Where its mail is forwarded to. `ForwardingAddress` goes before `ForwardingSmtpAddress`
    /// (Microsoft Learn, `Set-Mailbox`).
    pub fn forwards_to(&self) -> Option<&Address> {
        self.forwarding_address.as_ref().or(self.forwarding_smtp_address.as_ref())
    }

    /// Whether it is found by that address.
    pub fn has(&self, address: &Address) -> bool {
        self.email_addresses.contains(address)
    }

    /// `/o=First Organization/…/cn=Recipients/cn=raghu`: the name it has inside Exchange.
    pub fn legacy_exchange_dn(&self, organization: &str) -> String {
        let tail: u32 = self.guid.0.to_be_bytes()[..4]
            .iter()
            .fold(0, |number, byte| (number << 8) | u32::from(*byte));
        format!(
            "/o={organization}/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn={tail:08x}-{}",
            self.name
        )
    }

    /// `RecipientType`, which knows no remote mailboxes: on premises they are mail users.
    fn coarse_type(&self) -> &'static str {
        match self.recipient_type {
            RecipientType::RemoteUserMailbox => RecipientType::MailUser.name(),
            other => other.name(),
        }
    }

    /// `SMTP:` before the primary address, `smtp:` before the others: `EmailAddresses`.
    fn proxy_addresses(&self) -> Vec<Value> {
        self.email_addresses
            .iter()
            .map(|address| {
                let prefix = if *address == self.primary_smtp_address { "SMTP" } else { "smtp" };
                Value::opaque(
                    "Microsoft.Exchange.Data.SmtpProxyAddress",
                    format!("{prefix}:{address}"),
                )
            })
            .collect()
    }
}

impl Noun for Recipient {
    const TYPE_NAMES: &'static [&'static str] =
        &["Microsoft.Exchange.Data.Directory.Management.ReducedRecipient", "System.Object"];

    fn identity(&self) -> String {
        self.name.clone()
    }

    const PROPERTIES: &'static [Property<Self>] = &[
        field!("Alias", alias),
        field!("Database", database),
        field!("DeliverToMailboxAndForward", deliver_to_mailbox_and_forward),
        field!("DisplayName", display_name),
        Property {
            name: "EmailAddresses",
            get: |recipient| Value::List(recipient.proxy_addresses()),
            set: Some(set_email_addresses),
        },
        Property {
            name: "ExternalEmailAddress",
            get: |recipient| {
                recipient.external_email_address.as_ref().map_or(Value::Null, proxy_address)
            },
            set: Some(|recipient, value| {
                recipient.external_email_address = Fit::from_value(value)?;
                Ok(())
            }),
        },
        field!("ForwardingAddress", forwarding_address),
        Property {
            name: "ForwardingSmtpAddress",
            get: |recipient| {
                recipient.forwarding_smtp_address.as_ref().map_or(Value::Null, |address| {
                    Value::opaque("Microsoft.Exchange.Data.ProxyAddress", format!("smtp:{address}"))
                })
            },
            set: Some(|recipient, value| {
                recipient.forwarding_smtp_address = Fit::from_value(value)?;
                Ok(())
            }),
        },
        field!("IsDirSynced", is_dir_synced),
        field!("MaxReceiveSize", max_receive_size),
        field!("PrimarySmtpAddress", primary_smtp_address),
        Property::shown("RecipientType", |recipient| recipient.coarse_type().into()),
        field!("RecipientTypeDetails", recipient_type),
        field!("RequireSenderAuthenticationEnabled", require_sender_authentication_enabled),
        field!("Members", members),
        field!("Name", name),
        Property::shown("Identity", |recipient| recipient.name.clone().into()),
        field!("Guid", guid),
    ];
}

/// `SMTP:ramki@contoso.mail.onmicrosoft.com`: an address with its type, as `ExternalEmailAddress` and
/// `RemoteRoutingAddress` show it.
pub fn proxy_address(address: &Address) -> Value {
    Value::opaque("Microsoft.Exchange.Data.SmtpProxyAddress", format!("SMTP:{address}"))
}

/// `SMTP:` in capitals makes an address the primary one; without it the first one is.
fn set_email_addresses(recipient: &mut Recipient, value: &Value) -> Result<(), Unfit> {
    let addresses: Vec<Address> = Fit::from_value(value)?;
    let primary = value
        .elements()
        .iter()
        .map(ToString::to_string)
        .find_map(|text| text.strip_prefix("SMTP:").and_then(|bare| bare.parse().ok()));
    if let Some(primary) = primary.or_else(|| addresses.first().cloned()) {
        recipient.primary_smtp_address = primary;
    }
    recipient.email_addresses = addresses;
    if !recipient.has(&recipient.primary_smtp_address.clone()) {
        recipient.email_addresses.insert(0, recipient.primary_smtp_address.clone());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramki() -> Recipient {
        let primary = "ramki@cloudmonkeys.xyz".parse().unwrap();
        let mut recipient = Recipient::new("ramki", RecipientType::RemoteUserMailbox, primary);
        recipient.email_addresses.push("ramki@cloudfield.mail.onmicrosoft.com".parse().unwrap());
        recipient
    }

    #[test]
    fn it_is_found_by_every_address_whatever_its_case() {
        assert!(ramki().has(&"Ramki@CloudField.mail.onmicrosoft.com".parse().unwrap()));
        assert!(!ramki().has(&"raghu@cloudmonkeys.xyz".parse().unwrap()));
    }

    #[test]
    fn the_prefix_in_capitals_marks_the_primary_address() {
        let mut recipient = ramki();
        let value = Value::from(vec!["smtp:ramki@cloudmonkeys.xyz", "SMTP:ram@cloudmonkeys.xyz"]);
        recipient.assign("EmailAddresses", &value).unwrap();
        assert_eq!(recipient.primary_smtp_address.to_string(), "ram@cloudmonkeys.xyz");
        assert_eq!(
            recipient.to_object().text_of("EmailAddresses"),
            "smtp:ramki@cloudmonkeys.xyz SMTP:ram@cloudmonkeys.xyz"
        );
    }

    #[test]
    fn without_a_prefix_the_first_address_is_the_primary_one() {
        let mut recipient = ramki();
        let value = Value::from(vec!["ram@cloudmonkeys.xyz", "ramki@cloudmonkeys.xyz"]);
        recipient.assign("EmailAddresses", &value).unwrap();
        assert_eq!(recipient.primary_smtp_address.to_string(), "ram@cloudmonkeys.xyz");
    }

    #[test]
    fn an_exported_recipient_is_read_back_whole() {
        let mut copy = Recipient::new("", RecipientType::MailUser, "a@b.example".parse().unwrap());
        assert_eq!(copy.take_over(&ramki().to_object()), vec![]);
        assert_eq!(copy.to_object(), ramki().to_object());
    }
}
