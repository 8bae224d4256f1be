//! Codes 5.7.606 and above: bans of addresses and tenants, and mail flow rules.

use super::{GeneratedBy, StatusCode, evidence};

pub(super) static ENTRIES: &[StatusCode] = &[
    StatusCode {
        code: "5.7.606-5.7.649",
        texts: &[
            "550 5.7.606 Access denied, banned sending IP [<address>]",
            "Access denied, banned sending IP [<address>]",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The sending address is on Microsoft's block list.",
        hybrid_causes: &[
            "The on-premises public address is new, was used by someone else before, or sent spam.",
            "Mail goes straight to the MX host because it does not take the connector.",
        ],
        collect: &[evidence::NDR, evidence::HUB_SEND_LOG],
        fix: &["Stop the spam, then ask for removal at https://sender.office.com"],
        source: "NDRs in Exchange Online; real NDR",
    },
    StatusCode {
        code: "5.7.700-5.7.750",
        texts: &["Access denied, tenant has exceeded threshold"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Exchange Online restricts the whole tenant, not one sender.",
        hybrid_causes: &[
            "A compromised on-premises server or an open relay sends spam through the inbound \
                connector.",
        ],
        collect: &[evidence::INBOUND_CONNECTORS, evidence::TRACE, evidence::RECEIVE_CONNECTORS],
        fix: &["Close the relay, secure the accounts, then ask Microsoft Support."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.703",
        texts: &[
            "Your message can't be delivered because messages to <recipients> are blocked by your \
                organization using Tenant Allow Block List.",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Your own organization's Tenant Allow/Block List forbids mail to one of the \
            recipients, and the whole message is refused.",
        hybrid_causes: &["A block entry for a domain hits a recipient that is needed."],
        collect: &["Get-TenantAllowBlockListItems -ListType Sender -Block"],
        fix: &["Remove-TenantAllowBlockListItems -ListType Sender -Entries <domain or address>"],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.705",
        texts: &["5.7.705 Access denied, tenant has exceeded threshold"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Most mail of this tenant looks suspicious, so the tenant may not send.",
        hybrid_causes: &[
            "A compromised on-premises server or an open relay sends spam through the inbound \
                connector.",
        ],
        collect: &[evidence::INBOUND_CONNECTORS, evidence::TRACE, evidence::RECEIVE_CONNECTORS],
        fix: &["Close the relay, secure the accounts, then ask Microsoft Support."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.708",
        texts: &["5.7.708 Access denied, traffic not accepted from this IP"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Exchange Online does not take this tenant's mail from this address; usual with \
            new or trial tenants.",
        hybrid_causes: &["The tenant is new and has hardly any reputation."],
        collect: &[evidence::TRACE_DETAIL],
        fix: &["Ask Microsoft Support."],
        source: "NDRs in Exchange Online. That new tenants are hit: unconfirmed",
    },
    StatusCode {
        code: "5.7.750",
        texts: &["Service unavailable. Client blocked from sending from unregistered domains"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Too much mail of this tenant has sender domains that are not verified in it.",
        hybrid_causes: &[
            "On-premises applications relay mail with sender addresses in domains that were never \
                added to the tenant.",
            "Automatic replies or forwards from on premises keep foreign senders.",
        ],
        collect: &[evidence::ACCEPTED_DOMAINS, evidence::TRACE],
        fix: &["Add and verify every domain that on-premises senders use."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.800",
        texts: &["Access denied, banned sender"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The domain in EHLO, MAIL FROM or From was banned because of spam.",
        hybrid_causes: &["An account or server of the domain was taken over."],
        collect: &[evidence::NDR],
        fix: &["Stop the spam, then ask Microsoft Support."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.900-5.7.999",
        texts: &["Delivery not authorized, message refused"],
        generated_by: GeneratedBy::OnPremises,
        meaning: "A mail flow rule rejects the message and was given a status code of its own.",
        hybrid_causes: &["A mail flow rule of the organization."],
        collect: &[evidence::RULES, evidence::TRACKING],
        fix: &["Disable-TransportRule -Identity '<rule>'"],
        source: "NDRs in Exchange Server",
    },
];
