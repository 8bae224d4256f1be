//! Codes 5.7.500 to 5.7.599: the sender, its address or its domain is not wanted.

use super::{GeneratedBy, StatusCode, evidence};

pub(super) static ENTRIES: &[StatusCode] = &[
    StatusCode {
        code: "5.7.500-5.7.699",
        texts: &["Access denied, <reason>"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Exchange Online refuses the sender or its address for good. Look for the exact \
            code in the NDR; the AS number names the list.",
        hybrid_causes: &[
            "The on-premises public address or an account of the tenant was used for spam.",
        ],
        collect: &[
            evidence::NDR,
            evidence::HUB_SEND_LOG,
            "Get-BlockedSenderAddress -SenderAddress <sender>",
        ],
        fix: &["Stop the spam first; then ask for removal at https://sender.office.com or at \
                Microsoft Support."],
        source: "Inferred from the listed codes of this range and from fix 451 4.7.500-699 \
            (Microsoft Learn)",
    },
    StatusCode {
        code: "5.7.501",
        texts: &["Access denied, spam abuse detected"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The sending account was banned because it sent spam.",
        hybrid_causes: &[
            "An account was taken over, or an application sends bulk mail as this user.",
        ],
        collect: &["Get-BlockedSenderAddress -SenderAddress <sender>", evidence::TRACE],
        fix: &[
            "Secure the account: new password, sessions revoked, inbox rules checked.",
            "Remove-BlockedSenderAddress -SenderAddress <sender>",
        ],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.502",
        texts: &["Access denied, banned sender"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The sending account was banned because it sent spam.",
        hybrid_causes: &[
            "An account was taken over, or an application sends bulk mail as this user.",
        ],
        collect: &["Get-BlockedSenderAddress -SenderAddress <sender>"],
        fix: &["Secure the account; then ask Microsoft Support."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.503",
        texts: &["Access denied, banned sender"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The sending account was banned because it sent spam.",
        hybrid_causes: &[
            "An account was taken over, or an application sends bulk mail as this user.",
        ],
        collect: &["Get-BlockedSenderAddress -SenderAddress <sender>"],
        fix: &["Secure the account; then ask Microsoft Support."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.504",
        texts: &["[<recipient>]: Recipient address rejected: Access denied"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The recipient's address is not a valid one.",
        hybrid_causes: &["The recipient is on premises and not synchronized."],
        collect: &[evidence::RECIPIENT],
        fix: &["Correct the address, or synchronize the recipient."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.505",
        texts: &["Access denied, banned recipient"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The recipient is not a valid one for Exchange Online.",
        hybrid_causes: &[],
        collect: &[evidence::NDR],
        fix: &["Ask Microsoft Support if the address is right."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.506",
        texts: &["Access Denied, Bad HELO"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The server greeted Exchange Online with Exchange Online's own name instead of \
            its own.",
        hybrid_causes: &["Fqdn of the Send connector was set to the name of the smart host."],
        collect: &["Get-SendConnector | Format-Table Name,Fqdn", evidence::HUB_SEND_LOG],
        fix: &[
            "Set-SendConnector '<Outbound to Office 365>' -Fqdn <public name of the on-premises \
                server>",
        ],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.507",
        texts: &["Access denied, rejected by recipient"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The recipient's organization blocks the sending address.",
        hybrid_causes: &[
            "The on-premises public address stands in the other organization's block list.",
        ],
        collect: &[evidence::NDR],
        fix: &["Ask the recipient's administrator to remove the address."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.508",
        texts: &["Access denied, [<address>] has exceeded permitted limits within <range> range"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The sender's IPv6 range sent too much in too short a time.",
        hybrid_causes: &["The on-premises server shares its IPv6 prefix with others."],
        collect: &[evidence::HUB_SEND_LOG],
        fix: &["Send over IPv4, or from a prefix of your own."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.509",
        texts: &["550 5.7.509 Access denied, sending domain [<domain>] does not pass DMARC \
                verification and has a DMARC policy of reject."],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The domain in From publishes DMARC p=reject and the message passes neither SPF \
            nor DKIM for that domain.",
        hybrid_causes: &[
            "Mail that leaves from on premises is not signed with DKIM and its address is not in \
                SPF.",
            "A forwarder or gateway changes the message or its sending address.",
        ],
        collect: &[
            evidence::NDR,
            "Resolve-DnsName -Name _dmarc.<domain> -Type TXT",
            "Resolve-DnsName -Name <domain> -Type TXT",
        ],
        fix: &["Add the on-premises public address to the SPF record, or send through Exchange \
                Online with DKIM."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.510",
        texts: &["Access denied, [<domain>] does not accept email over IPv6"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The recipient's domain does not take mail over IPv6.",
        hybrid_causes: &["The on-premises server or gateway began to send over IPv6."],
        collect: &[evidence::HUB_SEND_LOG],
        fix: &["Send over IPv4 only."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.511",
        texts: &["Access denied, banned sender"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The sending address was banned.",
        hybrid_causes: &["The on-premises public address was used for spam."],
        collect: &[evidence::NDR],
        fix: &[
            "Stop the spam, then write to delist@microsoft.com with the whole NDR and the address.",
        ],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.512",
        texts: &["Access denied, message must be RFC 5322 section 3.6.2 compliant"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The message has no valid address in From.",
        hybrid_causes: &[
            "An application on premises writes a display name only, or leaves the angle brackets \
                out.",
        ],
        collect: &[evidence::NDR],
        fix: &["Let the application write From: Name <address>."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.513",
        texts: &[
            "Service unavailable, Client host [<address>] blocked by <domain> using Customer \
                Block list (AS16012607)",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The recipient's organization has the sending address in its own block list.",
        hybrid_causes: &["The other organization blocked the on-premises public address."],
        collect: &["Get-HostedConnectionFilterPolicy | Format-List Name,IPAllowList,IPBlockList"],
        fix: &["In the recipient's tenant: Set-HostedConnectionFilterPolicy -Identity Default \
                -IPBlockList @{Remove='<address>'}"],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.520",
        texts: &[
            "550 5.7.520 Access denied, Your organization does not allow external forwarding. \
                Please contact your administrator for further assistance. AS(7555)",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The message was forwarded automatically to an external recipient, and the \
            outbound spam policy forbids it.",
        hybrid_causes: &[
            "A mailbox forwards to a domain that is not an accepted domain of the tenant: during \
                a migration often a domain that only the on-premises side has.",
        ],
        collect: &[
            "Get-Mailbox -Identity <mailbox> | Format-List ForwardingAddress,\
                ForwardingSmtpAddress,DeliverToMailboxAndForward",
            "Get-InboxRule -Mailbox <mailbox>",
            "Get-HostedOutboundSpamFilterPolicy | Format-List Name,RecipientLimitExternalPerHour,\
                RecipientLimitInternalPerHour,RecipientLimitPerDay,ActionWhenThresholdReached,\
                AutoForwardingMode",
        ],
        fix: &[
            "Set-HostedOutboundSpamFilterPolicy -Identity Default -AutoForwardingMode On",
            "Better: allow it for the mailboxes that need it, with a policy and rule of their own.",
        ],
        source: "Field reports. The exact wording: unconfirmed",
    },
];
