//! Codes 4.4.312 to 4.4.397: a connector's next hop cannot be reached. Each of Exchange Online's
//! becomes its 5.4.3nn twin after 24 hours. Left out: 4.4.319, which no source names.

use super::{GeneratedBy, StatusCode, evidence, remedy};

pub(super) static ENTRIES: &[StatusCode] = &[
    StatusCode {
        code: "4.4.312",
        texts: &[
            "450 4.4.312 DNS query failed [Message=<DNS result>] [LastAttemptedServerName=<host>]",
            "450 4.4.312 DNS query failed",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Exchange Online could not resolve the smart host of the connector, or the MX \
            record of the domain, in public DNS.",
        hybrid_causes: &[
            "The public A record of the on-premises smart host was deleted or the name in \
                SmartHosts is mistyped.",
            "The DNS servers of the domain do not answer: on-premises DNS is down, or the domain \
                expired.",
            "The record was changed and the old answer is still in caches.",
        ],
        collect: &[
            evidence::OUTBOUND_CONNECTORS,
            evidence::TRACE_DETAIL,
            "Resolve-DnsName -Name <smart host> -Type A -Server 8.8.8.8",
            "Resolve-DnsName -Name <domain> -Type NS -Server 8.8.8.8",
        ],
        fix: &[
            "Create the A record of the smart host in public DNS.",
            "Set-OutboundConnector -Identity '<Outbound to GUID>' -SmartHosts <on-premises FQDN>",
        ],
        source: "Mail flow intelligence in EOP (Microsoft Learn); real NDRs",
    },
    StatusCode {
        code: "4.4.315",
        texts: &["450 4.4.315 Connection timed out"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Nobody answered Exchange Online on port 25: the packets were dropped without a \
            word. The on-premises protocol logs have no row for these attempts.",
        hybrid_causes: &[
            "The firewall drops connections from some or all Exchange Online ranges.",
            "SmartHosts or its A record names an address that is no longer yours, for example \
                after a change of Internet provider.",
            "The NAT rule or port forwarding to the server is gone, or the server is switched off.",
        ],
        collect: &[
            evidence::TRACE_DETAIL,
            evidence::FRONT_END_RECEIVE_LOG,
            evidence::FIREWALL_LOG,
            evidence::OUTBOUND_CONNECTORS,
            "Resolve-DnsName -Name <smart host> -Type A -Server 8.8.8.8",
        ],
        fix: &[
            remedy::OPEN_FIREWALL,
            "Correct the A record of the smart host, or Set-OutboundConnector -Identity \
                '<Outbound to GUID>' -SmartHosts <on-premises FQDN>",
            evidence::VALIDATE,
        ],
        source: "Mail flow intelligence in EOP (Microsoft Learn)",
    },
    StatusCode {
        code: "4.4.316",
        texts: &[
            "450 4.4.316 Connection refused [Message=Socket error code <code>] \
                [LastAttemptedServerName=<host>] [LastAttemptedIP=<address>:25]",
            "Connection refused [Message=Socket error code 10061]",
            "450 4.4.316 Connection refused",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The on-premises address actively refused the connection on port 25: a firewall \
            rejected it, or no service listens. When a firewall refuses, the on-premises protocol \
            logs have no row for it.",
        hybrid_causes: &[
            "The firewall rejects some Exchange Online ranges: mail arrives from some of its \
                servers and not from others.",
            "The Microsoft Exchange Frontend Transport service is stopped.",
            "The port is forwarded to a server that does not listen on 25.",
            "By design, when the on-premises organization was shut down after the migration.",
        ],
        collect: &[
            evidence::TRACE_DETAIL,
            evidence::FRONT_END_RECEIVE_LOG,
            evidence::FIREWALL_LOG,
            evidence::SERVICES,
            evidence::OUTBOUND_CONNECTORS,
        ],
        fix: &[
            remedy::OPEN_FIREWALL,
            "Start-Service MSExchangeFrontEndTransport",
            "After a full migration: Set-OutboundConnector -Identity '<Outbound to GUID>' \
                -Enabled $false and Set-AcceptedDomain -Identity <domain> -DomainType \
                Authoritative",
        ],
        source: "Mail flow intelligence in EOP; NDRs in Exchange Online; real traces of 2017 and \
            real NDRs of 2018 and 2026",
    },
    StatusCode {
        code: "4.4.317",
        texts: &[
            "450 4.4.317 Cannot connect to remote server [Message=SubjectMismatch Expected \
                Subject: <name>. Presented Subject: <subject>. Thumbprint: <thumbprint>.]",
            "450 4.4.317 Cannot connect to remote server [Message=CertificateExpired Expected \
                Subject: <name>. Presented Subject: <subject>. Thumbprint: <thumbprint>.]",
            "450 4.4.317 Cannot connect to remote server [Message=UntrustedRoot]",
            "450 4.4.317 Cannot connect to remote server [Message=451 5.7.3 STARTTLS is required \
                to send mail]",
            "450 4.4.317 Cannot connect to remote server [Message=451 4.4.0 TLS negotiation \
                failed with error SocketError]",
            "450 4.4.317 Cannot connect to remote server [Message=Failed to connect. Winsock \
                error code: 995, Win32 error code: 995]",
            "450 4.4.317 Cannot connect to remote server",
            "450 4.4.317 Cannot establish session with remote server [Message=<reason>]",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Exchange Online reached the on-premises server but the session did not meet the \
            connector's demands, usually TLS. The word after Message= says which demand. On \
            premises there is only a short session without MAIL FROM.",
        hybrid_causes: &[
            "SubjectMismatch: the Receive connector shows another certificate than TlsDomain of \
                the outbound connector expects; often several certificates are enabled for SMTP.",
            "CertificateExpired: the certificate was not renewed, or the renewed one was not put \
                on the connector.",
            "UntrustedRoot: the server sends its certificate without the intermediate ones, or it \
                is self-signed.",
            "STARTTLS is required: STARTTLS is missing from the EHLO reply, because \
                TlsCertificateName points at nothing or a device removes it.",
            "SocketError: the server offers only TLS 1.0 or 1.1.",
        ],
        collect: &[
            evidence::TRACE_DETAIL,
            evidence::FRONT_END_RECEIVE_LOG,
            evidence::RECEIVE_CONNECTORS,
            evidence::CERTIFICATES,
            evidence::OUTBOUND_CONNECTORS,
            evidence::EVENT_12014,
        ],
        fix: &[
            remedy::RECEIVE_CERTIFICATE,
            "Set-OutboundConnector -Identity '<Outbound to GUID>' -TlsSettings DomainValidation \
                -TlsDomain <certificate name>",
            "Import the intermediate certificates into the computer's Intermediate Certification \
                Authorities store.",
            "Turn SMTP inspection off for this path.",
            remedy::HCW,
        ],
        source: "Mail flow intelligence in EOP; NDR 450 4.4.317 UntrustedRoot (Microsoft Learn); \
            real traces of 2023. \"Cannot establish session\" is the wording of 2026: unconfirmed",
    },
    StatusCode {
        code: "4.4.318",
        texts: &["450 4.4.318 Connection was closed abruptly"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The on-premises side, or a device before it, closed the connection in the \
            middle of the session.",
        hybrid_causes: &[
            "A firewall or intrusion prevention system inspects SMTP and resets the session.",
            "The transport service hangs, crashes or is short of resources.",
            "A load balancer closes idle connections too early.",
        ],
        collect: &[
            evidence::TRACE_DETAIL,
            evidence::FRONT_END_RECEIVE_LOG,
            "The inspection rules of every device between Exchange Online and the server.",
        ],
        fix: &[
            "Turn SMTP inspection off for this path; put no server between Exchange Online and \
                Exchange or its Edge Transport server.",
        ],
        source: "Mail flow intelligence in EOP (Microsoft Learn)",
    },
    StatusCode {
        code: "4.4.397",
        texts: &["451 4.4.397 Error communicating with target host. -> <reply>"],
        generated_by: GeneratedBy::OnPremises,
        meaning: "A wrapper in LastError since Exchange 2016. What follows the arrow is the real \
            error.",
        hybrid_causes: &[
            "Read the words after the arrow: 421 4.2.1 is no connection, 421 4.4.2 a dropped one.",
        ],
        collect: &[evidence::QUEUES, evidence::HUB_SEND_LOG],
        fix: &["Mend the inner error.", remedy::RETRY],
        source: "Queue samples of Exchange 2016 (real samples)",
    },
];
