//! Codes 5.0.x and 5.1.x: the sender's or the recipient's address.

use super::{GeneratedBy, StatusCode, evidence, remedy};
use crate::status;

pub(super) static ENTRIES: &[StatusCode] = &[
    StatusCode {
        code: "5.0.350",
        texts: &[
            "550 5.0.350 Remote server returned an error -> <reply>",
            "x-dg-ref header is too long",
            "Requested action not taken: policy violation detected (AS345)",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "A wrapper for errors of the receiving side that fit no other code. What follows \
            the arrow is the real error.",
        hybrid_causes: &[
            "A gateway on premises or at the recipient refuses a header that is too long: Rich \
                Text Format with nested attachments.",
            "The attachment has 20 or more embedded files (AS345).",
        ],
        collect: &[evidence::NDR, evidence::TRACE_DETAIL],
        fix: &[
            "Set-RemoteDomain -Identity <remote domain> -TNEFEnabled $false",
            "Send the message in HTML instead of Rich Text Format.",
        ],
        source: "NDRs in Exchange Online; fix 550 5.0.350 (Microsoft Learn)",
    },
    StatusCode {
        code: "5.1.0",
        texts: &["Sender denied"],
        generated_by: GeneratedBy::Either,
        meaning: "The address of sender or recipient could not be used: the sender is blocked by \
            sender filtering, or the recipient's old address no longer resolves.",
        hybrid_causes: &[
            "Someone answers an old or exported message, whose address is a legacyExchangeDN that \
                no longer exists.",
            "The Sender Filter agent on the Edge Transport server blocks the sender.",
        ],
        collect: &[
            evidence::NDR,
            "Get-SenderFilterConfig",
            "Get-AgentLog -StartDate (Get-Date).AddDays(-1) -EndDate (Get-Date)",
        ],
        fix: &[
            "Add the old legacyExchangeDN to the recipient as X500 address: Set-Mailbox -Identity \
                <recipient> -EmailAddresses @{Add='X500:<legacyExchangeDN>'}",
            "Set-SenderFilterConfig -BlockedSenders @{Remove='<sender>'}",
        ],
        source: "NDRs in Exchange Server; NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.1.1",
        texts: &[
            "550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found",
            status::NO_TARGET_ADDRESS,
            "550 5.1.1 User unknown",
            "Bad destination mailbox address",
        ],
        generated_by: GeneratedBy::Either,
        meaning: "The recipient does not exist in the directory of the server that was asked. \
            ExRecipNotFound means that the address was an Exchange (X.500) one, not an SMTP one.",
        hybrid_causes: &[
            "The remote mailbox on premises has no remote routing address, so it leads nowhere \
                (RecipNotFound).",
            "The mailbox was moved or created again and Outlook still has the old \
                legacyExchangeDN in its cache (ExRecipNotFound, IMCEAEX).",
            "Users on premises are not synchronized, and the accepted domain in Exchange Online \
                is not InternalRelay.",
        ],
        collect: &[
            evidence::NDR,
            evidence::RECIPIENT,
            evidence::REMOTE_MAILBOX,
            evidence::ACCEPTED_DOMAINS,
        ],
        fix: &[
            "Set-RemoteMailbox -Identity <recipient> -RemoteRoutingAddress \
                <alias>@<tenant>.mail.onmicrosoft.com",
            "Set-Mailbox -Identity <recipient> -EmailAddresses @{Add='X500:<legacyExchangeDN>'}",
            "Set-AcceptedDomain -Identity <domain> -DomainType InternalRelay",
            remedy::SYNC,
        ],
        source: "NDRs in Exchange Server; NDRs in Exchange Online; RESOLVER.ADR.RecipNotFound \
            after a mailbox is moved (Microsoft Learn); real NDRs",
    },
    StatusCode {
        code: "5.1.3",
        texts: &["STOREDRV.Submit; invalid recipient address"],
        generated_by: GeneratedBy::OnPremises,
        meaning: "The recipient's address has characters or a form that SMTP does not allow.",
        hybrid_causes: &["An application or a contact has a mistyped address."],
        collect: &[evidence::NDR, evidence::TRACKING],
        fix: &["Correct the address in the contact or application."],
        source: "NDRs in Exchange Server",
    },
    StatusCode {
        code: "5.1.4",
        texts: &["501 5.1.4 Recipient address reserved by RFC 2606"],
        generated_by: GeneratedBy::OnPremises,
        meaning: "The recipient's domain ends in .test, .example, .invalid or .localhost, and the \
            Receive connector refuses those.",
        hybrid_causes: &["A test laboratory uses one of these domains."],
        collect: &[
            "Get-ReceiveConnector | Format-List Identity,RejectReservedTopLevelRecipientDomains,\
                RejectReservedSecondLevelRecipientDomains,RejectSingleLabelRecipientDomains",
        ],
        fix: &[
            "Set-ReceiveConnector '<server>\\<connector>' -RejectReservedTopLevelRecipientDomains \
                $false",
        ],
        source: "NDRs in Exchange Server; real tracking sample",
    },
    StatusCode {
        code: "5.1.5",
        texts: &["Recipient address reserved by RFC 2606"],
        generated_by: GeneratedBy::OnPremises,
        meaning: "The recipient's domain is example.com, example.net or example.org, and the \
            Receive connector refuses those.",
        hybrid_causes: &["Placeholder addresses of an application were never replaced."],
        collect: &[
            "Get-ReceiveConnector | Format-List Identity,RejectReservedTopLevelRecipientDomains,\
                RejectReservedSecondLevelRecipientDomains,RejectSingleLabelRecipientDomains",
        ],
        fix: &["Set-ReceiveConnector '<server>\\<connector>' \
                -RejectReservedSecondLevelRecipientDomains $false"],
        source: "NDRs in Exchange Server",
    },
    StatusCode {
        code: "5.1.6",
        texts: &["Recipient addresses in single label domains not accepted"],
        generated_by: GeneratedBy::OnPremises,
        meaning: "The recipient's domain has no dot, as in chris@contoso, and the Receive \
            connector refuses those.",
        hybrid_causes: &["An application addresses users by the NetBIOS domain name."],
        collect: &[
            "Get-ReceiveConnector | Format-List Identity,RejectReservedTopLevelRecipientDomains,\
                RejectReservedSecondLevelRecipientDomains,RejectSingleLabelRecipientDomains",
        ],
        fix: &["Set-ReceiveConnector '<server>\\<connector>' -RejectSingleLabelRecipientDomains \
                $false"],
        source: "NDRs in Exchange Server",
    },
    StatusCode {
        code: "5.1.7",
        texts: &["501 5.1.7 Invalid address", "Unknown sender address"],
        generated_by: GeneratedBy::OnPremises,
        meaning: "The sender's address is not a valid one.",
        hybrid_causes: &[
            "A device or application sends MAIL FROM without a domain or with a display name.",
        ],
        collect: &[evidence::FRONT_END_RECEIVE_LOG],
        fix: &["Correct the sender's address in the device or application."],
        source: "NDRs in Exchange Server; real protocol log",
    },
    StatusCode {
        code: "5.1.8",
        texts: &[
            "550 5.1.8 Access denied, bad outbound sender AS(<number>)",
            "Access denied, bad outbound sender",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The mailbox is blocked from sending because it sent spam or exceeded the limits \
            of the outbound spam policy. Often the account was taken over.",
        hybrid_causes: &[
            "An application on premises sends bulk mail as this mailbox.",
            "The outbound spam policy has very low limits.",
        ],
        collect: &[
            "Get-BlockedSenderAddress -SenderAddress <sender>",
            "Get-HostedOutboundSpamFilterPolicy | Format-List Name,RecipientLimitExternalPerHour,\
                RecipientLimitInternalPerHour,RecipientLimitPerDay,ActionWhenThresholdReached,\
                AutoForwardingMode",
        ],
        fix: &[
            "Secure the account first: new password, sessions revoked, inbox rules checked.",
            "Remove-BlockedSenderAddress -SenderAddress <sender>",
        ],
        source: "NDRs in Exchange Online; c7solutions.com",
    },
    StatusCode {
        code: "5.1.8",
        texts: &["Access denied, bad outbound sender"],
        generated_by: GeneratedBy::OnPremises,
        meaning: "The sender exceeded a message rate limit of the Receive connector.",
        hybrid_causes: &["An application server relays many messages at once."],
        collect: &[
            "Get-ReceiveConnector | Format-List Identity,MessageRateLimit,MessageRateSource",
            evidence::FRONT_END_RECEIVE_LOG,
        ],
        fix: &["Give the application a Receive connector of its own and Set-ReceiveConnector \
                '<server>\\<connector>' -MessageRateLimit Unlimited"],
        source: "NDRs in Exchange Server",
    },
    StatusCode {
        code: "5.1.10",
        texts: &[status::RECIPIENT_NOT_FOUND, "Recipient not found"],
        generated_by: GeneratedBy::Either,
        meaning: "The domain is authoritative and no object in this directory has the recipient's \
            address.",
        hybrid_causes: &[
            "The mailbox was created in Exchange Online only: on premises there is no remote \
                mailbox for it.",
            "The mailbox is on premises and its object is not synchronized to Exchange Online.",
            "On an Edge Transport server: recipients are not synchronized by EdgeSync (in \
                Exchange 2016 CU1 also a known fault).",
        ],
        collect: &[
            evidence::RECIPIENT,
            evidence::REMOTE_MAILBOX,
            evidence::ACCEPTED_DOMAINS,
            evidence::NDR,
        ],
        fix: &[
            "Enable-RemoteMailbox -Identity <user> -RemoteRoutingAddress \
                <alias>@<tenant>.mail.onmicrosoft.com",
            "Set-RemoteMailbox -Identity <user> -ExchangeGuid <ExchangeGuid of the mailbox in \
                Exchange Online>",
            remedy::SYNC,
        ],
        source: "KB 3197393; NDRs in Exchange Online; real NDR",
    },
    StatusCode {
        code: "5.1.11",
        texts: &[
            "550 5.1.11 RESOLVER.ADR.ExRecipNotFound; Recipient not found by Exchange Legacy \
                encapsulated email address lookup",
        ],
        generated_by: GeneratedBy::OnPremises,
        meaning: "The recipient was given as an encapsulated Exchange address (IMCEAEX) that \
            belongs to nobody in this directory.",
        hybrid_causes: &[
            "A manager's mailbox was moved to Exchange Online and a delegate on premises updates \
                a meeting: the invitees' legacyExchangeDN from the cloud was never written back \
                on premises.",
        ],
        collect: &[evidence::NDR, evidence::RECIPIENT],
        fix: &[
            "Turn on \"Exchange hybrid deployment\" in Microsoft Entra Connect, which writes \
                these addresses back, then Start-ADSyncSyncCycle -PolicyType Delta",
            "Until then: Set-RemoteMailbox -Identity <invitee> -EmailAddresses \
                @{Add='X500:<legacyExchangeDN>'}",
        ],
        source: "KB 4039597",
    },
    StatusCode {
        code: "5.1.20",
        texts: &["550 5.1.20 Multiple From addresses are not allowed without Sender address"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The From header has several addresses and there is no Sender header.",
        hybrid_causes: &["An application on premises builds its messages in this way."],
        collect: &[evidence::NDR],
        fix: &["Let the application write one address into From, or add a Sender header."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.1.90",
        texts: &["Your message can't be sent because you've reached your daily limit for message \
                recipients"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The mailbox has sent to more than 10 000 recipients in 24 hours.",
        hybrid_causes: &[
            "Bulk mail is sent from an ordinary mailbox, or the account was taken over.",
        ],
        collect: &[evidence::TRACE, "Get-BlockedSenderAddress -SenderAddress <sender>"],
        fix: &[
            "Send bulk mail through a service made for it; wait until the count of 24 hours falls.",
        ],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.1.351",
        texts: &["550 5.1.351 Remote server returned unknown recipient or mailbox unavailable -> \
                <reply>"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "A wrapper: the next server refused the recipient. What follows the arrow is its \
            answer.",
        hybrid_causes: &[
            "The on-premises server does not know the recipient: look the address up there.",
        ],
        collect: &[evidence::NDR, evidence::FRONT_END_RECEIVE_LOG, evidence::RECIPIENT],
        fix: &["Create the missing recipient or address on the side that refused it."],
        source: "Real NDRs",
    },
];
