//! Codes 5.2.x and 5.3.x: the recipient's mailbox, or the server itself.

use super::{GeneratedBy, StatusCode, evidence, remedy};
use crate::status;

pub(super) static ENTRIES: &[StatusCode] = &[
    StatusCode {
        code: "5.2.0",
        texts: &[
            "550 5.2.0 RESOLVER.ADR.BadPrimary; recipient primary SMTP address is missing or \
                invalid",
            "554 5.2.0 STOREDRV.Deliver.Exception:ObjectNotFoundException.MapiExceptionNotFound; \
                Failed to process message due to a permanent exception with message Cannot get ID \
                from name",
            "554 5.2.0 STOREDRV.Deliver.Exception:DelegateUserValidationException; Failed to \
                process message due to a permanent exception with message Delegate user \
                validation failed",
            "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException",
        ],
        generated_by: GeneratedBy::Either,
        meaning: "The recipient's object or mailbox is faulty. BadPrimary: it has no usable \
            primary address. STOREDRV: the mailbox was found and the message could not be written \
            to it.",
        hybrid_causes: &[
            "The mail contact or mail user on premises has no valid external address, and the \
                fault was synchronized (BadPrimary).",
            "A delegate's or manager's mailbox was moved and the calendar still names the old \
                legacyExchangeDN (DelegateUserValidationException).",
            "A folder that the mailbox expects is missing (MapiExceptionNotFound).",
        ],
        collect: &[evidence::NDR, evidence::RECIPIENT, evidence::TRACKING],
        fix: &[
            "Set-MailContact -Identity <contact> -ExternalEmailAddress SMTP:<address>",
            remedy::SYNC,
            "Remove the manager's delegates in Outlook and add them again.",
        ],
        source: "KB 3076419; KB 4038474; SMTP submission improvements (Microsoft Learn)",
    },
    StatusCode {
        code: "5.2.1",
        texts: &["Content Filter agent quarantined this message"],
        generated_by: GeneratedBy::OnPremises,
        meaning: "The Content Filter agent put the message into the quarantine mailbox.",
        hybrid_causes: &[
            "The Content Filter agent on the Edge Transport server sees cross-premises mail as \
                anonymous.",
        ],
        collect: &[
            "Get-ContentFilterConfig",
            "Get-AgentLog -StartDate (Get-Date).AddDays(-1) -EndDate (Get-Date)",
        ],
        fix: &["Set-ContentFilterConfig -BypassedSenderDomains @{Add='<domain>'}"],
        source: "NDRs in Exchange Server",
    },
    StatusCode {
        code: "5.2.2",
        texts: &[
            "Submission quota exceeded",
            "The message can't be submitted because the sender's submission quota was exceeded",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The sender used up the sending limit of the mailbox: recipients per day or \
            messages per minute. The account may have been taken over.",
        hybrid_causes: &["An application on premises sends bulk mail as this mailbox."],
        collect: &[evidence::TRACE, "Get-BlockedSenderAddress -SenderAddress <sender>"],
        fix: &[
            "Secure the account first: new password, sessions revoked, inbox rules checked.",
            "Wait until the count of 24 hours falls below 10 000 recipients.",
        ],
        source: "NDRs in Exchange Online; the sender's submission quota was exceeded (Microsoft \
            Learn)",
    },
    StatusCode {
        code: "5.2.2",
        texts: &[
            "Mailbox full",
            "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.<exception>",
            "554 5.2.2 mailbox full; \
                STOREDRV.Submission.Exception:QuotaExceededException.<exception>",
        ],
        generated_by: GeneratedBy::Either,
        meaning: "The mailbox (or the mail-enabled public folder) has reached its storage quota.",
        hybrid_causes: &["A room, journal or service mailbox is never emptied."],
        collect: &[
            "Get-MailboxStatistics -Identity <recipient> | Format-List DisplayName,ItemCount,\
                TotalItemSize",
            "Get-Mailbox -Identity <recipient> | Format-List ProhibitSendReceiveQuota,\
                ProhibitSendQuota,UseDatabaseQuotaDefaults",
        ],
        fix: &[
            "Set-Mailbox -Identity <recipient> -UseDatabaseQuotaDefaults $false \
                -ProhibitSendReceiveQuota <size>",
            "Empty the mailbox, or give it an archive.",
        ],
        source: "NDRs in Exchange Server; SMTP submission improvements (Microsoft Learn). The \
            form with STOREDRV.Deliver: field reports",
    },
    StatusCode {
        code: "5.2.3",
        texts: &[status::RECIPIENT_SIZE_LIMIT],
        generated_by: GeneratedBy::Either,
        meaning: "The message is larger than this recipient may receive.",
        hybrid_causes: &[
            "The limits of the two sides differ: the mailbox on one side takes less than the \
                other side sends.",
        ],
        collect: &[
            "Get-Mailbox -Identity <recipient> | Format-List MaxReceiveSize,MaxSendSize",
            "Get-TransportConfig | Format-List MaxReceiveSize,MaxSendSize",
        ],
        fix: &["Set-Mailbox -Identity <recipient> -MaxReceiveSize <size>"],
        source: "NDRs in Exchange Server; real NDR",
    },
    StatusCode {
        code: "5.2.11",
        texts: &["500 5.2.11 RESOLVER.RST.SendSizeLimit.Sender; message too large for this sender"],
        generated_by: GeneratedBy::OnPremises,
        meaning: "The message is larger than this sender may send.",
        hybrid_causes: &[
            "The limit of Exchange Web Services or of the sender's mailbox is lower than that of \
                Exchange Online, where the user's colleagues are.",
        ],
        collect: &[
            "Get-Mailbox -Identity <sender> | Format-List MaxReceiveSize,MaxSendSize",
            "Get-TransportConfig | Format-List MaxReceiveSize,MaxSendSize",
        ],
        fix: &["Set-Mailbox -Identity <sender> -MaxSendSize <size>"],
        source: "Error 19738 when sending large email from Outlook for Mac (Microsoft Learn)",
    },
    StatusCode {
        code: "5.2.121",
        texts: &["Recipient's per hour message receive limit from specific sender exceeded"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "One sender wrote to this mailbox more often in an hour than Exchange Online \
            allows.",
        hybrid_causes: &["A monitoring system on premises sends an alert storm to one mailbox."],
        collect: &[evidence::TRACE],
        fix: &["Let the sender write less often, or to a group."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.2.122",
        texts: &["Recipient's per hour message receive limit exceeded"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The mailbox received more messages in an hour, from all senders together, than \
            Exchange Online allows.",
        hybrid_causes: &["Monitoring systems on premises send alert storms to one mailbox."],
        collect: &[evidence::TRACE],
        fix: &["Let the senders write less often, or to a group."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.3.0",
        texts: &["DSN 5.3.0 Too many related errors.", "Too many related errors"],
        generated_by: GeneratedBy::OnPremises,
        meaning: "The message crashed the transport service several times and was moved to the \
            poison queue.",
        hybrid_causes: &[
            "Engine files of the malware scan (FIP-FS) are missing or damaged: events 2203, 4010 \
                and 4999.",
            "A transport agent fails on this message.",
        ],
        collect: &[
            "Get-Queue -Identity '<server>\\Poison'",
            "Get-Message -Queue '<server>\\Poison' | Format-List FromAddress,Subject,LastError",
            "Get-WinEvent -FilterHashtable @{LogName='Application'; Id=2203,4010,4999,10001}",
        ],
        fix: &[
            "Copy FIP-FS\\Data\\Engines\\amd64 from a healthy server.",
            "When the cause is mended: Resume-Message -Identity '<server>\\Poison\\<number>'",
        ],
        source: "NDRs in Exchange Server; emails sent to the poison queue (Microsoft Learn)",
    },
    StatusCode {
        code: "5.3.2",
        texts: &["STOREDRV.Deliver: Missing or bad StoreDriver MDB properties"],
        generated_by: GeneratedBy::OnPremises,
        meaning: "The Address Book Policy Routing agent found that the recipient is not in the \
            sender's global address list.",
        hybrid_causes: &["Address book policies separate the users of one organization."],
        collect: &["Get-AddressBookPolicy", "Get-TransportAgent"],
        fix: &["Put sender and recipient into the same global address list."],
        source: "NDRs in Exchange Server",
    },
    StatusCode {
        code: "5.3.3",
        texts: &["Unrecognized command"],
        generated_by: GeneratedBy::OnPremises,
        meaning: "The server does not know the SMTP command: a Receive connector for internal \
            mail lacks Exchange Server authentication, so it does not offer Exchange's own \
            commands.",
        hybrid_causes: &[
            "Internal mail reaches a custom relay connector whose RemoteIPRanges include the \
                other Exchange servers.",
            "A firewall with SMTP inspection replaces commands it does not know by X characters.",
        ],
        collect: &[evidence::RECEIVE_CONNECTORS, evidence::HUB_RECEIVE_LOG],
        fix: &[
            "Set-ReceiveConnector '<server>\\<relay connector>' -RemoteIPRanges <addresses of the \
                devices only>",
            "Turn SMTP inspection off for this path.",
        ],
        source: "NDRs in Exchange Server; KB 320027 for the inspection",
    },
    StatusCode {
        code: "5.3.4",
        texts: &[
            status::MESSAGE_SIZE_EXCEEDED,
            status::MESSAGE_TOO_LARGE,
            "Message size exceeds fixed maximum message size",
        ],
        generated_by: GeneratedBy::Either,
        meaning: "The message is larger than a connector or the organization allows. Encoding \
            adds about a third to the size of attachments: 36 MB are about 25 MB of files.",
        hybrid_causes: &[
            "The limits differ per side and per connector: Receive connector 36 MB, organization \
                10 MB, Send connector 10 MB by default.",
        ],
        collect: &[
            "Get-TransportConfig | Format-List MaxReceiveSize,MaxSendSize",
            "Get-ReceiveConnector | Format-Table Identity,MaxMessageSize",
            "Get-SendConnector | Format-Table Name,MaxMessageSize",
        ],
        fix: &[
            "Set-SendConnector '<Outbound to Office 365>' -MaxMessageSize <size>",
            "Set-TransportConfig -MaxReceiveSize <size> -MaxSendSize <size>",
        ],
        source: "NDRs in Exchange Server; message rate limits (Microsoft Learn). The form \
            ROUTING.SizeLimit: unconfirmed",
    },
    StatusCode {
        code: "5.3.5",
        texts: &["System incorrectly configured"],
        generated_by: GeneratedBy::OnPremises,
        meaning: "The server met itself: the FQDN of a Receive connector is the name of another \
            server, service or device in the mail flow.",
        hybrid_causes: &[
            "Fqdn of a Receive connector was set to the name of the other side or of the load \
                balancer.",
        ],
        collect: &["Get-ReceiveConnector | Format-Table Identity,Fqdn"],
        fix: &["Set-ReceiveConnector '<server>\\<connector>' -Fqdn <server FQDN>"],
        source: "NDRs in Exchange Server",
    },
    StatusCode {
        code: "5.3.190",
        texts: &[
            "Journaling on-premises messages to Microsoft 365 or Office 365 not supported when \
                Journaling Archive is disabled",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "A journal rule on premises sends its reports to Exchange Online, and the tenant \
            has not enabled Journaling Archive.",
        hybrid_causes: &["The journal mailbox was moved to Exchange Online."],
        collect: &["Get-JournalRule | Format-List Name,JournalEmailAddress,Scope,Enabled"],
        fix: &[
            "Set-JournalRule -Identity '<rule>' -JournalEmailAddress <address outside Exchange \
                Online>",
        ],
        source: "NDRs in Exchange Online",
    },
];
