//! Codes 5.4.x: no way to the recipient, or the message turned in a circle, or time ran out.

use super::{GeneratedBy, StatusCode, evidence, remedy};
use crate::status;

pub(super) static ENTRIES: &[StatusCode] = &[
    StatusCode {
        code: "5.4.0",
        texts: &["554 5.4.0 <server> #<status> smtp; <reply>"],
        generated_by: GeneratedBy::OnPremises,
        meaning: "A wrapper: the on-premises server passes on an NDR of the other side. The \
            status after # is the real one.",
        hybrid_causes: &["Exchange Online found a loop and its 5.4.14 comes back inside 5.4.0."],
        collect: &[evidence::NDR],
        fix: &["Read the status after # and mend that."],
        source: "Real NDR",
    },
    StatusCode {
        code: "5.4.1",
        texts: &[
            status::RECIPIENT_REJECTED_AT_EDGE,
            "550 5.4.1 [<recipient>]: Recipient address rejected: Access denied",
            "Relay Access Denied",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Exchange Online refused the recipient at its edge: the domain is authoritative \
            and nobody in the tenant's directory has the address (Directory-Based Edge Blocking). \
            \"Relay Access Denied\" means that it does not accept mail for the domain at all.",
        hybrid_causes: &[
            "The MX record points to Exchange Online and the on-premises user is not synchronized.",
            "A mail-enabled public folder on premises has no object in Exchange Online.",
            "The domain is not verified in the tenant, or the MX record names another tenant.",
        ],
        collect: &[
            evidence::RECIPIENT,
            evidence::ACCEPTED_DOMAINS,
            "Resolve-DnsName -Name <domain> -Type MX",
        ],
        fix: &[remedy::SYNC, "Set-AcceptedDomain -Identity <domain> -DomainType InternalRelay"],
        source: "NDRs in Exchange Online; use Directory-Based Edge Blocking (Microsoft Learn); \
            real reply",
    },
    StatusCode {
        code: "5.4.4",
        texts: &[status::NONEXISTENT_DOMAIN],
        generated_by: GeneratedBy::OnPremises,
        meaning: "DNS says that the recipient's domain or the smart host does not exist.",
        hybrid_causes: &[
            "The address has a mistyped domain.",
            "The server asks an internal DNS server that is authoritative for the public domain \
                and lacks its MX record.",
            "The network adapters of the server are in the wrong order.",
        ],
        collect: &[
            evidence::HUB_DNS,
            evidence::FRONT_END_DNS,
            "Resolve-DnsName -Name <domain> -Type MX",
        ],
        fix: &[
            "Set-TransportService <server> -ExternalDNSServers <DNS server address> \
                -ExternalDNSAdapterEnabled $false",
            "Set-SendConnector '<connector>' -UseExternalDNSServersEnabled $true",
        ],
        source: "NDRs in Exchange Server",
    },
    StatusCode {
        code: "5.4.6",
        texts: &[status::HOP_COUNT_EXCEEDED, "Routing loop detected"],
        generated_by: GeneratedBy::OnPremises,
        meaning: "The message went in a circle: it has more Received headers than the Receive \
            connector's MaxHopCount, or this server is in too many of them (MaxLocalHopCount).",
        hybrid_causes: &[
            "The domain is InternalRelay on premises and in Exchange Online, and each side sends \
                unknown recipients to the other.",
            "A Send connector to Exchange Online has the organization's own domain as address \
                space.",
            "A forwarding or an Inbox rule sends the message back.",
        ],
        collect: &[
            evidence::NDR,
            evidence::ACCEPTED_DOMAINS,
            evidence::SEND_CONNECTORS,
            "Get-ReceiveConnector | Format-Table Identity,MaxHopCount,MaxLocalHopCount",
            evidence::OUTBOUND_CONNECTORS,
        ],
        fix: &[
            "Set-AcceptedDomain -Identity <domain> -DomainType Authoritative",
            "Set-SendConnector '<Outbound to Office 365>' -AddressSpaces \
                'smtp:<tenant>.mail.onmicrosoft.com;1'",
            "Set-Mailbox -Identity <recipient> -ForwardingSmtpAddress $null -ForwardingAddress \
                $null",
        ],
        source: "NDRs in Exchange Server; fix 5.4.6 through 5.4.20 (Microsoft Learn). \
            Documentation says 20 turns; the limits found on connectors are 60 and 5",
    },
    StatusCode {
        code: "5.4.8",
        texts: &["MX hosts of <domain> failed MTA-STS validation"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The destination publishes an MTA-STS policy, and the MX host that DNS names is \
            not in it. The permanent form of 4.4.8.",
        hybrid_causes: &[
            "The MX record of the on-premises organization was changed and the policy file was \
                not.",
        ],
        collect: &[
            "Resolve-DnsName -Name <domain> -Type MX",
            "https://mta-sts.<domain>/.well-known/mta-sts.txt",
        ],
        fix: &["Add the MX host to the policy file and change the id in the TXT record."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.4.12",
        texts: &["5.4.12 SMTP; Hop count exceeded - possible mail loop detected"],
        generated_by: GeneratedBy::OnPremises,
        meaning: "A loop, in the words of older versions: see 5.4.6 and 5.4.14.",
        hybrid_causes: &["As for 5.4.6."],
        collect: &[evidence::NDR],
        fix: &["As for 5.4.6."],
        source: "Unconfirmed: code and text come from memory of older versions",
    },
    StatusCode {
        code: "5.4.14",
        texts: &[
            status::HOP_COUNT_EXCEEDED_ONLINE,
            "554 5.4.14 Hop count exceeded - possible mail loop",
            "Routing loop detected",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The message went in a circle between Exchange Online and another server, often \
            the on-premises one. The Received headers in the NDR show who is in the circle.",
        hybrid_causes: &[
            "The domain is InternalRelay in Exchange Online, and on premises too, and the \
                recipient exists on neither side.",
            "The outbound connector uses the MX record, which points back to Exchange Online, \
                instead of the smart host.",
            "The domain is not verified in the tenant, so the synchronized addresses were \
                replaced by onmicrosoft.com ones.",
            "A subdomain belongs to a wildcard accepted domain on premises and the Edge Transport \
                server does not know it.",
            "Centralized mail transport (RouteAllMessagesViaOnPremises) while a Send connector \
                for * leads to Exchange Online.",
        ],
        collect: &[
            evidence::NDR,
            evidence::ACCEPTED_DOMAINS,
            evidence::OUTBOUND_CONNECTORS,
            evidence::SEND_CONNECTORS,
            evidence::RECIPIENT,
        ],
        fix: &[
            "Set-OutboundConnector -Identity '<Outbound to GUID>' -UseMXRecord $false -SmartHosts \
                <on-premises FQDN>",
            "Set-AcceptedDomain -Identity <domain> -DomainType Authoritative",
            "New-AcceptedDomain -Name <subdomain> -DomainName <subdomain> -DomainType \
                InternalRelay",
            "Start-EdgeSynchronization -Server <server>",
            remedy::SYNC,
        ],
        source: "Fix 5.4.6 through 5.4.20; KB 3173405; hop count exceeded in Exchange Server \
            (Microsoft Learn); real NDR",
    },
    StatusCode {
        code: "5.4.300",
        texts: &["550 5.4.300 Message expired -> <reply>", "Message expired"],
        generated_by: GeneratedBy::Either,
        meaning: "Time ran out before the message could be delivered. What follows the arrow is \
            the last error.",
        hybrid_causes: &["Any lasting connection or DNS failure of the next hop."],
        collect: &[evidence::NDR, evidence::TRACE_DETAIL, evidence::QUEUES],
        fix: &["Mend the inner error and send again."],
        source: "NDRs in Exchange Online; real NDR of Exchange 2016",
    },
    StatusCode {
        code: "5.4.310",
        texts: &["550 5.4.310 DNS domain <domain> does not exist"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "DNS says that the recipient's domain or the connector's smart host does not \
            exist.",
        hybrid_causes: &[
            "The name in SmartHosts is mistyped or its zone was deleted.",
            "The address has a mistyped domain.",
        ],
        collect: &[
            evidence::OUTBOUND_CONNECTORS,
            "Resolve-DnsName -Name <domain> -Type MX -Server 8.8.8.8",
        ],
        fix: &[
            "Set-OutboundConnector -Identity '<Outbound to GUID>' -SmartHosts <on-premises FQDN>",
        ],
        source: "Real NDRs",
    },
    StatusCode {
        code: "5.4.311-5.4.318",
        texts: &["Message expired, <reason>(<detail>)"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The permanent form of a 4.4.31n deferral: Exchange Online tried for 24 hours \
            and gave up. The last digits are those of the deferral.",
        hybrid_causes: &["As for the 4.4.31n code with the same ending."],
        collect: &[evidence::NDR, evidence::TRACE_DETAIL],
        fix: &["As for the 4.4.31n code with the same ending; then let the sender send again."],
        source: "Real NDRs for 312, 316, 317 and 318. Inferred: that the others follow the same \
            rule",
    },
    StatusCode {
        code: "5.4.312",
        texts: &["550 5.4.312 Message expired, DNS query failed(<DNS result>)"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Exchange Online could not resolve the smart host or the domain for 24 hours. \
            The permanent form of 4.4.312.",
        hybrid_causes: &[
            "The public A record of the on-premises smart host was deleted or the name in \
                SmartHosts is mistyped.",
            "The DNS servers of the domain do not answer.",
        ],
        collect: &[
            evidence::NDR,
            evidence::OUTBOUND_CONNECTORS,
            "Resolve-DnsName -Name <smart host> -Type A -Server 8.8.8.8",
        ],
        fix: &[
            "Create the A record of the smart host in public DNS.",
            "Set-OutboundConnector -Identity '<Outbound to GUID>' -SmartHosts <on-premises FQDN>",
        ],
        source: "Real NDRs (ErrorRetry, InfoNoRecords)",
    },
    StatusCode {
        code: "5.4.315",
        texts: &["550 5.4.315 Message expired, connection timed out(<detail>)"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Nobody answered Exchange Online on port 25 for 24 hours. The permanent form of \
            4.4.315.",
        hybrid_causes: &[
            "The firewall drops connections from Exchange Online ranges.",
            "SmartHosts or its A record names an address that is no longer yours.",
        ],
        collect: &[evidence::NDR, evidence::FIREWALL_LOG, evidence::FRONT_END_RECEIVE_LOG],
        fix: &[remedy::OPEN_FIREWALL],
        source: "Inferred: text formed like those of 5.4.312, 316, 317 and 318",
    },
    StatusCode {
        code: "5.4.316",
        texts: &["550 5.4.316 Message expired, connection refused(Socket error code <code>)"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The on-premises address refused the connection on port 25 for 24 hours. The \
            permanent form of 4.4.316.",
        hybrid_causes: &[
            "The firewall rejects Exchange Online ranges.",
            "The Microsoft Exchange Frontend Transport service is stopped.",
        ],
        collect: &[
            evidence::NDR,
            evidence::FIREWALL_LOG,
            evidence::FRONT_END_RECEIVE_LOG,
            evidence::SERVICES,
        ],
        fix: &[remedy::OPEN_FIREWALL, "Start-Service MSExchangeFrontEndTransport"],
        source: "Real NDRs of 2018 and 2026",
    },
    StatusCode {
        code: "5.4.317",
        texts: &["550 5.4.317 Message expired, cannot connect to remote server(<reason>)"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "TLS or the SMTP session with the on-premises server failed for 24 hours. The \
            permanent form of 4.4.317, where the reasons are listed.",
        hybrid_causes: &[
            "The certificate on the Receive connector is expired, of another name or not trusted.",
            "STARTTLS is missing from the EHLO reply.",
        ],
        collect: &[
            evidence::NDR,
            evidence::FRONT_END_RECEIVE_LOG,
            evidence::RECEIVE_CONNECTORS,
            evidence::CERTIFICATES,
        ],
        fix: &[remedy::RECEIVE_CERTIFICATE, remedy::HCW],
        source: "Real NDRs",
    },
    StatusCode {
        code: "5.4.318",
        texts: &["550 5.4.318 Message expired, connection reset(SuspiciousRemoteServerError)"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The on-premises side, or a device before it, broke every session for 24 hours. \
            The permanent form of 4.4.318.",
        hybrid_causes: &[
            "A firewall or intrusion prevention system inspects SMTP and resets the session.",
        ],
        collect: &[
            evidence::NDR,
            evidence::FRONT_END_RECEIVE_LOG,
            "The inspection rules of every device between Exchange Online and the server.",
        ],
        fix: &["Turn SMTP inspection off for this path."],
        source: "Real NDR",
    },
];
