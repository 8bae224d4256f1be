//! Codes 5.7.0 to 5.7.5: refused for lack of permission, authentication or TLS.

use super::{GeneratedBy, StatusCode, evidence, remedy};
use crate::status;

pub(super) static ENTRIES: &[StatusCode] = &[
    StatusCode {
        code: "5.7.0",
        texts: &["550-5.7.0 Connection refused - <reason>"],
        generated_by: GeneratedBy::Destination,
        meaning: "The server or gateway at the connector's address refuses the sender by a policy \
            of its own; Exchange Online quotes it inside 4.4.317.",
        hybrid_causes: &[
            "A gateway before the on-premises server does not have the Exchange Online ranges in \
                its list.",
            "SmartHosts or its A record leads to somebody else's server.",
        ],
        collect: &[evidence::TRACE_DETAIL, evidence::OUTBOUND_CONNECTORS, evidence::FIREWALL_LOG],
        fix: &[
            "Add the Exchange Online ranges to the gateway's list, or let Exchange Online reach \
                Exchange directly.",
        ],
        source: "Real trace",
    },
    StatusCode {
        code: "5.7.1",
        texts: &[
            "550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization \
                policy",
            "550 5.7.1 Service unavailable, Client host [<address>] blocked using Spamhaus. To \
                request removal from this list see <url> (AS<number>)",
            "5.7.1 Unable To Relay: Blocked by Customer Allow list",
            "Delivery not authorized",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Exchange Online may not deliver the message: a mail flow rule forbids it, the \
            sending address is on a block list, or the sender has no right to write to the \
            recipient. The words after the code decide.",
        hybrid_causes: &[
            "A mail flow rule rejects the message (TRANSPORT.RULES).",
            "The on-premises public address is a residential or dynamic one and listed by \
                Spamhaus.",
            "An address stands both in an inbound connector and in the IP Allow List, and a block \
                list has it too (Customer Allow list).",
            "The MX record or a smart host leads to the wrong organization (Unable to relay).",
        ],
        collect: &[
            evidence::NDR,
            evidence::TRACE_DETAIL,
            evidence::RULES,
            evidence::INBOUND_CONNECTORS,
            "Get-HostedConnectionFilterPolicy | Format-List Name,IPAllowList,IPBlockList",
        ],
        fix: &[
            "Disable-TransportRule -Identity '<rule>'",
            "Ask the block list to remove the address, or send through the Internet provider's \
                relay.",
            "Set-HostedConnectionFilterPolicy -Identity Default -IPAllowList @{Remove='<address>'}",
        ],
        source: "NDRs in Exchange Online; fix 550 5.7.1; KB 3013740; TRANSPORT.RULES: real trace; \
            Spamhaus: field reports",
    },
    StatusCode {
        code: "5.7.1",
        texts: &[
            "550 5.7.1 Unable to relay",
            "550 5.7.1 RESOLVER.RST.AuthRequired; authentication required",
            "530 5.7.1 Client was not authenticated",
            "550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization \
                policy",
            "550 5.7.1 Sender ID (PRA) Not Permitted",
        ],
        generated_by: GeneratedBy::OnPremises,
        meaning: "The client is anonymous and may not do this: relay to another domain, write to \
            a recipient that wants authenticated senders, or connect at all. Older form of 5.7.54 \
            and 5.7.133 to 5.7.136.",
        hybrid_causes: &[
            "Mail from Exchange Online reaches a custom relay connector instead of Default \
                Frontend, because its RemoteIPRanges are more specific.",
            "The permission group AnonymousUsers was removed from Default Frontend (Client was \
                not authenticated).",
            "Exchange Online sends mail for a domain that is no accepted domain on premises.",
            "The recipient accepts authenticated senders only and the message arrived as \
                Anonymous (AuthRequired).",
            "A mail flow rule rejects the message.",
        ],
        collect: &[
            evidence::FRONT_END_RECEIVE_LOG,
            evidence::RECEIVE_CONNECTORS,
            evidence::ACCEPTED_DOMAINS,
            evidence::TRACKING,
            evidence::RULES,
        ],
        fix: &[
            "Set-ReceiveConnector '<server>\\<relay connector>' -RemoteIPRanges <addresses of the \
                devices only>",
            "Set-ReceiveConnector '<server>\\Default Frontend <server>' -PermissionGroups \
                AnonymousUsers,ExchangeServers,ExchangeLegacyServers",
            "New-AcceptedDomain -Name <domain> -DomainName <domain> -DomainType InternalRelay",
        ],
        source: "NDRs in Exchange Server; KB 3156771; real protocol log (relay), real tracking \
            rows (AuthRequired, Sender ID)",
    },
    StatusCode {
        code: "5.7.3",
        texts: &[status::STARTTLS_REQUIRED_BY_CONNECTOR, "535 5.7.3 Authentication unsuccessful"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Exchange Online wants TLS before MAIL FROM, because a connector or the \
            submission endpoint demands it; or a client's user name and password are wrong.",
        hybrid_causes: &[
            "The Send connector has RequireTLS off or IgnoreSTARTTLS on, or a device removes \
                STARTTLS.",
            "A device signs in at smtp.office365.com with Basic authentication that is switched \
                off.",
        ],
        collect: &[evidence::HUB_SEND_LOG, evidence::SEND_CONNECTORS, evidence::INBOUND_CONNECTORS],
        fix: &[
            "Set-SendConnector '<Outbound to Office 365>' -RequireTLS $true -IgnoreSTARTTLS $false",
            remedy::SEND_CERTIFICATE,
        ],
        source: "Fix issues with printers, scanners and applications that send email (Microsoft \
            Learn); real reply of smtp.office365.com",
    },
    StatusCode {
        code: "5.7.3",
        texts: &[
            "451 5.7.3 STARTTLS is required to send mail",
            "451 5.7.3 Must issue a STARTTLS command first",
            "454 5.7.3 Cannot achieve Exchange Server authentication",
            "550 5.7.3 Cannot achieve Exchange Server authentication",
            "535 5.7.3 Unable to proxy authenticated session",
            "Not Authorized",
        ],
        generated_by: GeneratedBy::OnPremises,
        meaning: "TLS or Exchange Server authentication (X-EXPS) is demanded and did not come \
            about.",
        hybrid_causes: &[
            "TlsCertificateName of the connector points at a certificate that is gone, so \
                STARTTLS is not offered, while the other side demands it.",
            "A firewall with SMTP inspection blocks STARTTLS or X-EXPS.",
            "One side offers only TLS 1.0 or 1.1.",
            "Internal mail reaches a custom Receive connector without Exchange Server \
                authentication.",
        ],
        collect: &[
            evidence::FRONT_END_RECEIVE_LOG,
            evidence::HUB_SEND_LOG,
            evidence::RECEIVE_CONNECTORS,
            evidence::CERTIFICATES,
            evidence::EVENT_12014,
        ],
        fix: &[
            remedy::RECEIVE_CERTIFICATE,
            "Turn SMTP inspection off for this path.",
            "Enable TLS 1.2 in the registry (SCHANNEL\\Protocols\\TLS 1.2, Client and Server) and \
                restart the server.",
        ],
        source: "NDRs in Exchange Server; KB 2989382; KB 320027; Can't send or receive email when \
            using TLS 1.1 or TLS 1.0 (Microsoft Learn). \"Unable to proxy\": from a public \
            program's change log",
    },
    StatusCode {
        code: "5.7.4",
        texts: &["504 5.7.4 Unrecognized authentication type"],
        generated_by: GeneratedBy::OnPremises,
        meaning: "The client asked for an authentication method that the Receive connector does \
            not offer in this session.",
        hybrid_causes: &[
            "Basic authentication is offered only after STARTTLS (BasicAuthRequireTLS) and the \
                client did not start TLS.",
            "Integrated authentication was removed from the connector.",
        ],
        collect: &[evidence::FRONT_END_RECEIVE_LOG, evidence::RECEIVE_CONNECTORS],
        fix: &[
            "Set-ReceiveConnector '<server>\\<connector>' -AuthMechanism Tls,Integrated,BasicAuth,\
                BasicAuthRequireTLS,ExchangeServer",
        ],
        source: "Real protocol log",
    },
    StatusCode {
        code: "5.7.5",
        texts: &["Remote certificate failed MTA-STS validation. Reason: <validityStatus>"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The destination publishes an MTA-STS policy and its certificate does not \
            satisfy it. The permanent form of 4.7.5.",
        hybrid_causes: &[
            "The on-premises MX host shows a self-signed, expired or internal certificate while \
                the domain has an MTA-STS policy.",
        ],
        collect: &["Resolve-DnsName -Name <domain> -Type MX", evidence::CERTIFICATES],
        fix: &[remedy::RECEIVE_CERTIFICATE],
        source: "NDRs in Exchange Online",
    },
];
