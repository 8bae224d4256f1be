//! Codes 2.x.x and 4.2.x to 4.3.x: delivered as planned, or the server or mailbox is not ready.

use super::{GeneratedBy, StatusCode, evidence, remedy};
use crate::status;

pub(super) static ENTRIES: &[StatusCode] = &[
    StatusCode {
        code: "2.1.5",
        texts: &[status::GROUP_EXPANDED],
        generated_by: GeneratedBy::Either,
        meaning: "Not a failure. The recipient was a group; the message was replaced by one copy \
            for each member, and the group's own recipient is dropped from the message.",
        hybrid_causes: &[
            "The message trace shows Drop for the address of a group: follow the members instead.",
        ],
        collect: &[evidence::TRACE_DETAIL, evidence::TRACKING],
        fix: &["Nothing to mend: trace the members' addresses."],
        source: "Message traces of Exchange Online (real sample). The tail after \
            RESOLVER.GRP.Expanded: unconfirmed",
    },
    StatusCode {
        code: "4.2.0",
        texts: &[
            "420 4.2.0 Recipient deferred because there is no Mdb",
            "420 4.2.0 RESOLVER.ADR.Ambiguous; ambiguous address",
        ],
        generated_by: GeneratedBy::Either,
        meaning: "The recipient's object in the directory is unfinished or exists twice, so the \
            server waits instead of refusing. Get-Message shows it as DeferReason \"Recipient \
            does not have a mailbox database\" or \"Ambiguous Recipient\".",
        hybrid_causes: &[
            "A mailbox is being provisioned or moved and its object has not been synchronized \
                completely.",
            "Two objects hold the same proxy address, one of them synchronized from on premises.",
        ],
        collect: &[
            evidence::RECIPIENT,
            evidence::RECIPIENTS_WITH_ADDRESS,
            evidence::QUEUED_MESSAGES,
        ],
        fix: &["Remove the address from the object that should not have it, then \
                Start-ADSyncSyncCycle -PolicyType Delta"],
        source: "KB 3028012; message properties (Microsoft Learn)",
    },
    StatusCode {
        code: "4.2.1",
        texts: &["421 4.2.1 Unable to connect -> <socket error>: Socket error code <code>"],
        generated_by: GeneratedBy::OnPremises,
        meaning: "No TCP connection to the next hop. It stands inside a longer LastError; the \
            socket error code at its end says whether nobody answered (10060) or somebody refused \
            (10061).",
        hybrid_causes: &[
            "Port 25 to the next hop is closed on the way, or the next hop's transport service is \
                stopped.",
        ],
        collect: &[evidence::QUEUES, "Test-NetConnection -ComputerName <next hop> -Port 25"],
        fix: &["Open port 25 to the next hop.", remedy::RETRY],
        source: "Queue sample of Exchange 2016 (real sample)",
    },
    StatusCode {
        code: "4.3.1",
        texts: &["452 4.3.1 Insufficient system resources", "431-4.3.1 STOREDRV; disk is full"],
        generated_by: GeneratedBy::OnPremises,
        meaning: "Back pressure: the server protects itself because disk space, memory, the queue \
            database or the Submission queue is beyond its limit. It refuses new mail until the \
            pressure falls.",
        hybrid_causes: &[
            "The disk of the queue database is nearly full (the High level of UsedDiskSpace is 99 \
                %), often with logs.",
            "Memory is short: a virtual machine with dynamic memory.",
            "Exchange Online keeps this mail on its own side: its trace shows a deferral while \
                the queues on premises are short.",
        ],
        collect: &[
            "Get-ExchangeDiagnosticInfo -Server <server> -Process EdgeTransport -Component \
                ResourceThrottling",
            "Get-WinEvent -FilterHashtable @{LogName='Application'; \
                ProviderName='MSExchangeTransport'; Id=15004,15005,15006,15007}",
            evidence::QUEUES,
        ],
        fix: &[
            "Free disk space on the drive of the queue database, or move the database \
                (QueueDatabasePath in EdgeTransport.exe.config).",
            "Give virtual machines fixed memory.",
        ],
        source: "NDRs in Exchange Server; back pressure (Microsoft Learn); real sample of a \
            Mailbox Transport Submission log. Events 15006 and 15007: unconfirmed",
    },
    StatusCode {
        code: "4.3.2",
        texts: &[
            "432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded",
            "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded",
            "554 4.3.2 mailbox busy; \
                STOREDRV.Deliver.Exception:StoragePermanentException.MapiExceptionMaxObjsExceeded",
            "421 4.3.2 The maximum number of concurrent connections per resource forest has \
                exceeded a limit, closing transmission channel. PRX8",
            "451 4.3.2 Temporary server error. Please try again later ATTR<n>",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Exchange Online is throttling: one mailbox receives or sends too much at once, \
            a folder has reached one million items, or too many connections are open. Apart from \
            the full folder it passes by itself.",
        hybrid_causes: &[
            "An application or a journal mailbox gets bursts of mail.",
            "A shared mailbox has a folder with one million items.",
        ],
        collect: &[
            evidence::TRACE_DETAIL,
            "Get-MailboxFolderStatistics -Identity <recipient> | Format-Table Name,FolderPath,\
                ItemsInFolder",
        ],
        fix: &[
            "Spread the load: fewer messages at once to one mailbox.",
            "Move items out of the full folder.",
        ],
        source: "NDRs in Exchange Online; KB 4024024; SMTP submission improvements (Microsoft \
            Learn); PRX8 and ATTR17: field reports",
    },
    StatusCode {
        code: "4.3.2",
        texts: &[
            status::SERVICE_NOT_ACTIVE,
            "412 4.3.2 Service not active",
            "Service not available",
            "550 4.3.2 QUEUE.TransportAgent; message deleted by transport agent",
        ],
        generated_by: GeneratedBy::OnPremises,
        meaning: "The transport service runs but its component is inactive, or the wrong service \
            answers on port 25. With \"QUEUE.TransportAgent\" an agent removed the message.",
        hybrid_causes: &[
            "Maintenance mode was never ended: HubTransport, FrontendTransport or \
                ServerWideOffline is Inactive.",
            "A custom Receive connector with the role HubTransport listens on port 25.",
            "A transport agent does not fit the installed update.",
        ],
        collect: &[
            evidence::COMPONENTS,
            "Get-ReceiveConnector -Server <server> | Format-Table Name,TransportRole,Bindings",
            "Get-TransportAgent",
            evidence::SERVICES,
        ],
        fix: &[
            "Set-ServerComponentState -Identity <server> -Component ServerWideOffline -Requester \
                Maintenance -State Active",
            "Set-ServerComponentState -Identity <server> -Component HubTransport -Requester \
                Maintenance -State Active",
            "Set-ReceiveConnector '<server>\\<custom connector>' -TransportRole FrontendTransport",
        ],
        source: "NDRs in Exchange Server (which misspells the cmdlet as Get-ServerComponent); \
            event 7009 KB; QueueTransportAgent: real sample",
    },
];
