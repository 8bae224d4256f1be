//! Codes 5.5.x and 5.6.x: the protocol, and the content of the message.

use super::{GeneratedBy, StatusCode, evidence};

pub(super) static ENTRIES: &[StatusCode] = &[
    StatusCode {
        code: "5.5.0",
        texts: &["550 5.5.0 Requested action not taken: mailbox unavailable"],
        generated_by: GeneratedBy::Destination,
        meaning: "The recipient at hotmail.com or outlook.com does not exist.",
        hybrid_causes: &["The address is mistyped or closed; your organization is not at fault."],
        collect: &[evidence::NDR],
        fix: &["Correct the address."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.5.2",
        texts: &["503 5.5.2 Send hello first"],
        generated_by: GeneratedBy::Either,
        meaning: "The client sent a command before EHLO or HELO.",
        hybrid_causes: &["A device or script skips EHLO, or a proxy in between swallows it."],
        collect: &[evidence::FRONT_END_RECEIVE_LOG],
        fix: &["Correct the device; the first command must be EHLO."],
        source: "NDRs in Exchange Server",
    },
    StatusCode {
        code: "5.5.3",
        texts: &["550 5.5.3 RESOLVER.ADR.RecipLimit; too many recipients", "Too many recipients"],
        generated_by: GeneratedBy::Either,
        meaning: "The message has more recipients than the organization, the Receive connector or \
            the sender may use.",
        hybrid_causes: &[
            "The limits of the two sides differ; Exchange Online allows 500 by default.",
        ],
        collect: &[
            "Get-TransportConfig | Format-List MaxRecipientEnvelopeLimit",
            "Get-ReceiveConnector | Format-Table Identity,MaxRecipientsPerMessage",
            "Get-Mailbox -Identity <sender> | Format-List RecipientLimits",
        ],
        fix: &[
            "Set-TransportConfig -MaxRecipientEnvelopeLimit <number>",
            "Address a distribution group, which counts as one recipient.",
        ],
        source: "NDRs in Exchange Server; KB 3024804",
    },
    StatusCode {
        code: "5.6.0",
        texts: &[
            "554 5.6.0 STOREDRV.Deliver; Corrupt message content",
            "554 5.6.0 Invalid message content",
            "550 5.6.0 APPROVAL.InvalidExpiry; Cannot read expiry policy.",
        ],
        generated_by: GeneratedBy::Either,
        meaning: "The content could not be processed: a wrongly encoded attachment, an attachment \
            whose scanning timed out, or (APPROVAL) a moderated group without the retention tag \
            it needs.",
        hybrid_causes: &[
            "An application on premises writes attachments in a broken encoding.",
            "A mail flow rule waits for the scan of a large Word or Excel attachment.",
        ],
        collect: &[evidence::NDR, evidence::RULES],
        fix: &[
            "Correct the application that wrote the message.",
            "New-RetentionPolicyTag -Name <name> -IsDefaultModeratedRecipientsPolicyTag \
                -AgeLimitForRetention <days>",
        ],
        source: "KB 2519912; KB 2984127; 550 5.6.0 APPROVAL.InvalidExpiry (Microsoft Learn)",
    },
    StatusCode {
        code: "5.6.1",
        texts: &["554 5.6.1 Body type not supported by Remote Host"],
        generated_by: GeneratedBy::Destination,
        meaning: "The next server does not take the message's body type, such as binary MIME, and \
            the sending one may not convert it.",
        hybrid_causes: &[
            "A firewall with SMTP inspection (Cisco Mailguard) removed 8BITMIME, CHUNKING or \
                BINARYMIME from the EHLO reply.",
        ],
        collect: &[evidence::HUB_SEND_LOG],
        fix: &["Turn SMTP inspection off for this path."],
        source: "KB 320027",
    },
    StatusCode {
        code: "5.6.11",
        texts: &["Invalid characters"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The message has bare line feeds: lines that end in LF without CR. Exchange \
            Online hands such a message only to servers that take BDAT.",
        hybrid_causes: &[
            "An application writes bare line feeds and the on-premises server rejects them, or a \
                gateway before it does not offer CHUNKING.",
        ],
        collect: &[evidence::NDR, evidence::HUB_SEND_LOG],
        fix: &[
            "Correct the application that writes bare line feeds.",
            "On the receiving Exchange server: Set-ReceiveConnector '<server>\\Default Frontend \
                <server>' -BareLinefeedRejectionEnabled $false",
        ],
        source: "NDRs in Exchange Online; fix 550 5.6.11 (Microsoft Learn)",
    },
];
