//! Status texts that Exchange puts into replies and reports, literally.
//!
//! One constant per text, so that a text stands in one place. What each means and what to do about it
//! is in `status_codes`. Sources: Microsoft Learn, "NDRs and SMTP errors in Exchange Server" and
//! "Email non-delivery reports in Exchange Online"; real samples.

use crate::product::Product;

/// Authoritative domain, unknown recipient (2016 and later, Exchange Online).
pub const RECIPIENT_NOT_FOUND: &str =
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup";
/// A mail user, contact or remote mailbox without `targetAddress`.
pub const NO_TARGET_ADDRESS: &str = "550 5.1.1 RESOLVER.ADR.RecipNotFound; not found";
/// A group that only authenticated senders may write to.
pub const SENDER_NOT_AUTHENTICATED_FOR_GROUP: &str = "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed because the sender was not authenticated when sending to this group";
/// A mailbox that only authenticated senders may write to.
pub const SENDER_NOT_AUTHENTICATED_FOR_MAILBOX: &str = "550 5.7.134 RESOLVER.RST.SenderNotAuthenticatedForMailbox; authentication required; Delivery restriction check failed because the sender was not authenticated when sending to this mailbox";
/// A mail user that only authenticated senders may write to.
pub const SENDER_NOT_AUTHENTICATED: &str = "550 5.7.136 RESOLVER.RST.SenderNotAuthenticatedForMailUser; authentication required; Delivery restriction check failed because the sender was not authenticated when sending to this user";
/// The message is larger than every connector on its way takes.
pub const MESSAGE_TOO_LARGE: &str =
    "550 5.3.4 ROUTING.SizeLimit; message size exceeds fixed maximum size for route";
/// The client may not submit on this connector.
pub const CLIENT_NOT_AUTHENTICATED: &str =
    "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM";
/// The message is larger than the Receive connector takes.
pub const MESSAGE_SIZE_EXCEEDED: &str = "552 5.3.4 Message size exceeds fixed maximum message size";
/// No Send connector is for the recipient's domain.
pub const NO_MATCHING_CONNECTOR: &str =
    "A matching connector cannot be found to route the external recipient";
/// The time to deliver a message ran out.
pub const MESSAGE_EXPIRED: &str = "550 4.4.7 QUEUE.Expired; message expired";
/// The notice after four hours.
pub const MESSAGE_DELAYED: &str = "400 4.4.7 Message delayed";
/// On-premises loop detection.
pub const HOP_COUNT_EXCEEDED: &str = "554 5.4.6 Hop count exceeded - possible mail loop";
/// Exchange Online's loop detection.
pub const HOP_COUNT_EXCEEDED_ONLINE: &str =
    "554 5.4.14 Hop count exceeded - possible mail loop ATTR34";
/// An anonymous client and a recipient that is not the organization's.
pub const UNABLE_TO_RELAY: &str =
    "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain";
/// Exchange Online: the sender is nobody's and neither is the recipient.
pub const RELAY_ACCESS_DENIED: &str = "550 5.7.64 TenantAttribution; Relay Access Denied";
/// Exchange Online: a partner connector wants another source.
pub const PARTNER_CONNECTOR_MISMATCH: &str = "550 5.7.51 TenantInboundAttribution; There is a partner connector configured that matched the message's recipient domain. The connector had either the RestrictDomainsToIPAddresses or RestrictDomainsToCertificate set";
/// Exchange Online: a partner connector wants TLS.
pub const STARTTLS_REQUIRED_BY_CONNECTOR: &str = "451 5.7.3 STARTTLS is required to send mail";
/// Exchange Online: `RejectDirectSend` is on.
pub const DIRECT_SEND_NOT_ALLOWED: &str = "550 5.7.68 TenantInboundAttribution; Direct Send not allowed for this organization from unauthorized sources";
/// Exchange Online: directory-based edge blocking.
pub const RECIPIENT_REJECTED_AT_EDGE: &str = "550 5.4.1 Recipient address rejected: Access denied";
/// The domain of the next hop does not exist.
pub const NONEXISTENT_DOMAIN: &str = "SMTPSEND.DNS.NonExistentDomain; nonexistent domain";
/// A mailbox takes no message of that size: its `MaxReceiveSize`.
pub const RECIPIENT_SIZE_LIMIT: &str =
    "550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient";
/// A server whose drive or memory is used too much.
pub const INSUFFICIENT_SYSTEM_RESOURCES: &str = "452 4.3.1 Insufficient system resources";
/// A service that is not active.
pub const SERVICE_NOT_ACTIVE: &str = "421 4.3.2 Service not active";
/// Exchange Online: mail is forwarded out of the organization, which the outbound spam policy does not allow.
pub const EXTERNAL_FORWARDING_NOT_ALLOWED: &str = "550 5.7.520 Access denied, Your organization does not allow external forwarding. Please contact your administrator for further assistance. AS(7555)";
/// Exchange Online: what the other side refused a recipient with, after an arrow.
pub const RECIPIENT_REFUSED_BY_REMOTE: &str =
    "550 5.1.351 Remote server returned unknown recipient or mailbox unavailable";
/// Exchange Online: any other refusal of the other side, after an arrow.
pub const REFUSED_BY_REMOTE: &str = "550 5.0.350 Remote server returned an error";
/// Mailboxes that forward to each other.
pub const FORWARDING_LOOP: &str =
    "550 5.4.6 RESOLVER.FWD.Loop; there is a forwarding loop configured in the directory";
/// A transport rule rejected the message.
pub const REJECTED_BY_RULE: &str =
    "550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy";
/// A transport rule dropped the message; nobody is told.
pub const DELETED_BY_RULE: &str = "550 5.2.1 Message deleted by the transport rules agent";
/// An administrator took the message out of its queue.
pub const REMOVED_BY_ADMINISTRATOR: &str =
    "550 4.3.2 QUEUE.Admin; message deleted by administrative action";
/// Distribution group expanded: not a failure.
pub const GROUP_EXPANDED: &str = "250 2.1.5 RESOLVER.GRP.Expanded; distribution list expanded";

/// Every text of failure that a server of the organization or of the tenant puts into a report, as its own or as the answer
/// of the other side. The last six are made when a queue gives up, and the two before them when the other side gives no
/// enhanced status.
pub const REPORTED: [&str; 30] = [
    RECIPIENT_NOT_FOUND,
    NO_TARGET_ADDRESS,
    SENDER_NOT_AUTHENTICATED_FOR_GROUP,
    SENDER_NOT_AUTHENTICATED_FOR_MAILBOX,
    SENDER_NOT_AUTHENTICATED,
    MESSAGE_TOO_LARGE,
    RECIPIENT_SIZE_LIMIT,
    CLIENT_NOT_AUTHENTICATED,
    MESSAGE_SIZE_EXCEEDED,
    MESSAGE_EXPIRED,
    HOP_COUNT_EXCEEDED,
    HOP_COUNT_EXCEEDED_ONLINE,
    UNABLE_TO_RELAY,
    RELAY_ACCESS_DENIED,
    PARTNER_CONNECTOR_MISMATCH,
    STARTTLS_REQUIRED_BY_CONNECTOR,
    DIRECT_SEND_NOT_ALLOWED,
    RECIPIENT_REJECTED_AT_EDGE,
    EXTERNAL_FORWARDING_NOT_ALLOWED,
    FORWARDING_LOOP,
    REJECTED_BY_RULE,
    REMOVED_BY_ADMINISTRATOR,
    RECIPIENT_REFUSED_BY_REMOTE,
    REFUSED_BY_REMOTE,
    "550 5.4.300 Message expired",
    "550 5.4.312 Message expired, DNS query failed",
    "550 5.4.315 Message expired, connection timed out",
    "550 5.4.316 Message expired, connection refused",
    "550 5.4.317 Message expired, cannot connect to remote server",
    "550 5.4.318 Message expired, connection reset",
];

/// A text of today as a server of that version says it.
///
/// Exchange 2010 and 2013 told one "not found" and one "not authenticated" from nothing else: real reports and logs of both,
/// Microsoft Learn ("NDRs in Exchange Server"; the longer codes are said to be of 2016 and later).
pub fn as_said_by(product: Product, text: &'static str) -> &'static str {
    if product > Product::Exchange2013 {
        return text;
    }
    match text {
        RECIPIENT_NOT_FOUND => NO_TARGET_ADDRESS,
        UNABLE_TO_RELAY => "550 5.7.1 Unable to relay",
        CLIENT_NOT_AUTHENTICATED => "530 5.7.1 Client was not authenticated",
        SENDER_NOT_AUTHENTICATED_FOR_GROUP
        | SENDER_NOT_AUTHENTICATED_FOR_MAILBOX
        | SENDER_NOT_AUTHENTICATED => {
            "550 5.7.1 RESOLVER.RST.AuthRequired; authentication required"
        }
        _ => text,
    }
}

/// `Temporary server error` of a Front End that cannot reach a backend; the suffix says why.
pub fn proxy_failure(suffix: &str) -> String {
    format!("451 4.7.0 Temporary server error. Please try again later. {suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_versions_have_shorter_codes() {
        let said = |product| as_said_by(product, RECIPIENT_NOT_FOUND);
        assert_eq!(said(Product::Exchange2013), NO_TARGET_ADDRESS);
        assert_eq!(said(Product::Exchange2016), RECIPIENT_NOT_FOUND);
        assert_eq!(as_said_by(Product::Exchange2010, MESSAGE_EXPIRED), MESSAGE_EXPIRED);
        assert_eq!(as_said_by(Product::Exchange2010, UNABLE_TO_RELAY), "550 5.7.1 Unable to relay");
    }
}
