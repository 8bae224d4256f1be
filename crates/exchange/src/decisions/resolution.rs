//! Recipient resolution: what the categorizer makes of an address.
//!
//! Source: Microsoft Learn, "Recipient resolution in Exchange Server", "Accepted domains". One
//! function serves both directories; what differs is the data.
//!
//! Not modelled: delivery restrictions other than sender authentication, moderation.

use smtp::Address;

use crate::nouns::accepted_domain::{self, AcceptedDomain, AcceptedDomainType};
use crate::nouns::recipient::{Recipient, RecipientType};
use crate::status;

/// Whether the sender was authenticated: its mail is internal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SenderTrust {
    /// Within the organization.
    Internal,
    /// From anyone.
    Anonymous,
}

/// What becomes of a recipient.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolution<'a> {
    /// It has a mailbox here.
    Mailbox(&'a Recipient),
    /// It has a mailbox here, and its mail goes to that address instead, or besides when
    /// `DeliverToMailboxAndForward` is on.
    Forward(&'a Recipient, Address),
    /// Its mailbox is elsewhere: the message goes on under that address.
    Redirect(&'a Recipient, Address),
    /// It is a group: its members take its place.
    Expand(&'a Recipient),
    /// The directory does not know it, and need not: route by domain.
    Relay,
    /// It is returned with this status text.
    Fail(&'static str),
}

/// Resolves one address against a directory.
pub fn resolve<'a>(
    recipients: &'a [Recipient],
    domains: &[AcceptedDomain],
    address: &Address,
    sender: SenderTrust,
) -> Resolution<'a> {
    let Some(recipient) = recipients.iter().find(|recipient| recipient.has(address)) else {
        return match accepted_domain::covering(domains, address.domain()) {
            Some(domain) if domain.domain_type == AcceptedDomainType::Authoritative => {
                Resolution::Fail(status::RECIPIENT_NOT_FOUND)
            }
            _ => Resolution::Relay,
        };
    };
    if recipient.require_sender_authentication_enabled && sender == SenderTrust::Anonymous {
        return Resolution::Fail(match recipient.recipient_type {
            RecipientType::MailUniversalDistributionGroup => {
                status::SENDER_NOT_AUTHENTICATED_FOR_GROUP
            }
            RecipientType::UserMailbox => status::SENDER_NOT_AUTHENTICATED_FOR_MAILBOX,
            _ => status::SENDER_NOT_AUTHENTICATED,
        });
    }
    match recipient.recipient_type {
        RecipientType::UserMailbox => match recipient.forwards_to() {
            Some(target) => Resolution::Forward(recipient, target.clone()),
            None => Resolution::Mailbox(recipient),
        },
        RecipientType::MailUniversalDistributionGroup => Resolution::Expand(recipient),
        RecipientType::RemoteUserMailbox | RecipientType::MailUser | RecipientType::MailContact => {
            match &recipient.external_email_address {
                Some(target) => Resolution::Redirect(recipient, target.clone()),
                None => Resolution::Fail(status::NO_TARGET_ADDRESS),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    fn domain(kind: AcceptedDomainType) -> AcceptedDomain {
        let mut domain = AcceptedDomain::new("cloudmonkeys.xyz".parse().unwrap());
        domain.domain_type = kind;
        domain
    }

    fn recipient(kind: RecipientType) -> Recipient {
        Recipient::new("x", kind, address("x@cloudmonkeys.xyz"))
    }

    #[test]
    fn an_unknown_recipient_fails_only_in_an_authoritative_domain() {
        let nobody = address("nobody@cloudmonkeys.xyz");
        for (kind, expected) in [
            (AcceptedDomainType::Authoritative, Resolution::Fail(status::RECIPIENT_NOT_FOUND)),
            (AcceptedDomainType::InternalRelay, Resolution::Relay),
            (AcceptedDomainType::ExternalRelay, Resolution::Relay),
        ] {
            assert_eq!(resolve(&[], &[domain(kind)], &nobody, SenderTrust::Internal), expected);
        }
        let stranger = address("someone@fabrikam.com");
        assert_eq!(resolve(&[], &[], &stranger, SenderTrust::Internal), Resolution::Relay);
    }

    #[test]
    fn a_mail_user_without_a_target_address_fails() {
        let users = [recipient(RecipientType::MailUser)];
        let to = address("x@cloudmonkeys.xyz");
        assert_eq!(
            resolve(&users, &[], &to, SenderTrust::Internal),
            Resolution::Fail(status::NO_TARGET_ADDRESS)
        );
    }

    #[test]
    fn a_guarded_group_refuses_strangers_only() {
        let mut group = recipient(RecipientType::MailUniversalDistributionGroup);
        group.require_sender_authentication_enabled = true;
        let groups = [group];
        let to = address("x@cloudmonkeys.xyz");
        assert!(matches!(
            resolve(&groups, &[], &to, SenderTrust::Anonymous),
            Resolution::Fail(status::SENDER_NOT_AUTHENTICATED_FOR_GROUP)
        ));
        assert!(matches!(resolve(&groups, &[], &to, SenderTrust::Internal), Resolution::Expand(_)));
    }

    #[test]
    fn another_recipient_goes_before_any_other_address() {
        let mut mailbox = recipient(RecipientType::UserMailbox);
        mailbox.forwarding_smtp_address = Some(address("x@fabrikam.com"));
        let to = address("x@cloudmonkeys.xyz");
        let target = |mailbox: &Recipient| match resolve(
            std::slice::from_ref(mailbox),
            &[],
            &to,
            SenderTrust::Anonymous,
        ) {
            Resolution::Forward(_, target) => target.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(target(&mailbox), "x@fabrikam.com");
        mailbox.forwarding_address = Some(address("y@cloudmonkeys.xyz"));
        assert_eq!(target(&mailbox), "y@cloudmonkeys.xyz");
    }
}
