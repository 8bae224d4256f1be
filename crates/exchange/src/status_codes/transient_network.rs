//! Codes 4.4.0 to 4.4.101: the network, DNS or the next hop failed for the moment.

use super::{GeneratedBy, StatusCode, evidence, remedy};
use crate::status;

pub(super) static ENTRIES: &[StatusCode] = &[
    StatusCode {
        code: "4.4.0",
        texts: &[
            "451 4.4.0 Primary target IP address responded with: \"<reply>\" Attempted failover \
                to alternate host, but that did not succeed. Either there are no alternate hosts, \
                or delivery failed to all alternate hosts.",
            "451 4.4.0 DNS query failed",
            "451 4.4.0 DNS query failed. The error was: SMTPSEND.DNS.NonExistentDomain; \
                nonexistent domain <next hop> -> DnsDomainDoesNotExist: InfoDomainNonexistent",
            "4.4.0 DNS query failed. The error was: DNS query failed with error ErrorRetry.",
            "451 4.4.0 TLS negotiation failed with error <error>",
            "451 4.4.0 Message failed to be made redundant",
        ],
        generated_by: GeneratedBy::Either,
        meaning: "A wrapper: the words after it are the real error. \"Primary target IP address \
            responded with\" quotes the other side; \"DNS query failed\" is the server's own name \
            lookup; \"TLS negotiation failed\" is the handshake.",
        hybrid_causes: &[
            "Nearly every failure from on premises to Exchange Online shows in this form in \
                LastError: read the quoted reply.",
            "ErrorRetry: one of the servers in InternalDNSServers is an Internet provider's and \
                does not know the internal names, or the network adapter is not registered in DNS.",
            "InfoDomainNonexistent: the name of the smart host or of the domain is mistyped or \
                gone.",
            "SocketError: one side offers only TLS 1.0 or 1.1, or a device ends the handshake.",
            "NoCredentials or UnknownCredentials: the server's own certificate has no private key, \
                or was never enabled for SMTP.",
        ],
        collect: &[
            evidence::QUEUES,
            evidence::HUB_SEND_LOG,
            evidence::HUB_DNS,
            evidence::CERTIFICATES,
            "Resolve-DnsName -Name <next hop domain> -Type MX",
        ],
        fix: &[
            "Set-TransportService <server> -InternalDNSServers <domain controller address> \
                -InternalDNSAdapterEnabled $false",
            "Set-FrontendTransportService <server> -InternalDNSServers <domain controller \
                address> -InternalDNSAdapterEnabled $false",
            "Enable-ExchangeCertificate -Thumbprint <thumbprint> -Services SMTP",
            "For \"failed to be made redundant\" on a single server: Set-TransportConfig \
                -RejectMessageOnShadowFailure $false",
        ],
        source: "KB 3007623; KB 979174; KB 4495258; KB 4051498; real samples of Exchange 2013 to \
            2019. ErrorTimeout beside ErrorRetry: unconfirmed",
    },
    StatusCode {
        code: "4.4.1",
        texts: &[
            "421 4.4.1 Connection timed out",
            "441 4.4.1 Error encountered while communicating with primary target IP address: \
                \"Failed to connect. Winsock error code: <code>, Win32 error code: <code>.\" \
                Attempted failover to alternate host, but that did not succeed.",
        ],
        generated_by: GeneratedBy::OnPremises,
        meaning: "The server could not open a TCP connection to the next hop, or the next hop \
            stopped answering. The message stays in the queue and is tried again.",
        hybrid_causes: &[
            "The firewall or the Internet provider blocks outbound port 25.",
            "The Send connector's smart host is switched off or has a new address.",
            "The certificate named by TlsCertificateName has no private key: the log then says \
                \"TLS negotiation failed with error NoCredentials\" and the queue only \
                \"Connection timed out\".",
        ],
        collect: &[
            evidence::QUEUES,
            evidence::HUB_SEND_LOG,
            "Test-NetConnection -ComputerName <next hop> -Port 25",
            evidence::CERTIFICATES,
        ],
        fix: &[
            "Allow outbound TCP 25 from the source transport servers.",
            "Import-ExchangeCertificate -FileData ([System.IO.File]::ReadAllBytes('<file.pfx>')) \
                -Password (Read-Host -AsSecureString) -Server <server>",
            remedy::RETRY,
        ],
        source: "NDRs in Exchange Server; KB 4495258; real NDR of Exchange 2013",
    },
    StatusCode {
        code: "4.4.2",
        texts: &[
            "421 4.4.2 Connection dropped due to TimedOut",
            "421 4.4.2 Connection dropped due to SocketError",
            "421 4.4.2 Connection dropped due to ConnectionReset",
            "Connection dropped",
        ],
        generated_by: GeneratedBy::OnPremises,
        meaning: "The connection was there and broke in mid-session.",
        hybrid_causes: &[
            "SocketError while TLS starts: one side offers only TLS 1.0 or 1.1.",
            "A firewall that inspects SMTP, or a load balancer, ends the session.",
            "A size limit, a rate limit or an inactivity timeout of the other side was reached.",
        ],
        collect: &[
            evidence::HUB_SEND_LOG,
            evidence::QUEUES,
            "The inspection rules of every device between the two servers.",
        ],
        fix: &[
            "Enable TLS 1.2 in the registry (SCHANNEL\\Protocols\\TLS 1.2, Client and Server) and \
                restart the server.",
            "Turn SMTP inspection off for this path.",
        ],
        source: "NDRs in Exchange Server; Can't send or receive email when using TLS 1.1 or TLS \
            1.0 (Microsoft Learn)",
    },
    StatusCode {
        code: "4.4.3",
        texts: &["451-4.4.3 Temporary server error. Please try again later ATTR<n>"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Exchange Online could not look up whose message this is. It is a fault on its \
            side and passes; the sender tries again.",
        hybrid_causes: &[],
        collect: &[evidence::HUB_SEND_LOG],
        fix: &[
            "Wait. If it lasts for hours, open a case with the whole reply including the server \
                in brackets.",
        ],
        source: "Configure Multi-Geo In-Region Routing (Microsoft Learn) for ATTR55.1; ATTR2 and \
            ATTR18: field reports",
    },
    StatusCode {
        code: "4.4.4",
        texts: &["451 4.4.4 Mail received as unauthenticated, incoming to a recipient domain \
                configured in a hosted tenant which has no mail-enabled subscriptions. ATTR5"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The recipient's domain belongs to a tenant that has no licence with mail, and \
            the sending server did not prove that it belongs to that tenant.",
        hybrid_causes: &[
            "The domain is verified in the tenant but no Exchange Online licence has been \
                assigned yet, while a Send connector or the MX record already points there.",
            "The subscription ended.",
        ],
        collect: &[evidence::ACCEPTED_DOMAINS, evidence::INBOUND_CONNECTORS],
        fix: &["Assign an Exchange Online licence in the tenant, or point the MX record back."],
        source: "Configure Multi-Geo In-Region Routing (Microsoft Learn), which prints 550; real \
            replies print 451",
    },
    StatusCode {
        code: "4.4.7",
        texts: &[
            status::MESSAGE_EXPIRED,
            status::MESSAGE_DELAYED,
            "Message delayed",
            "Queue expired; Message expired",
            "Message expired",
            status::NO_MATCHING_CONNECTOR,
        ],
        generated_by: GeneratedBy::Either,
        meaning: "Time ran out: the server tried until the message expired (two days on premises) \
            and gave up. \"Message delayed\" is only the notice after four hours; the message is \
            still being tried.",
        hybrid_causes: &[
            "Any lasting connection or TLS failure: the line below it in the NDR names the last \
                error, and that one is to be mended.",
            "No Send connector has the recipient's domain: the message lay in the Unreachable \
                queue with \"A matching connector cannot be found\" until it expired.",
            "The Mailbox Transport Delivery service is stopped on the destination server.",
        ],
        collect: &[
            evidence::NDR,
            evidence::QUEUES,
            evidence::TRACKING,
            evidence::HUB_SEND_LOG,
            evidence::SEND_CONNECTORS,
        ],
        fix: &[
            "Mend the last error named in the NDR.",
            remedy::RETRY,
            "Set-SendConnector '<connector>' -AddressSpaces @{Add='smtp:<domain>;1'}",
            "Retry-Queue -Identity '<server>\\Unreachable' -Resubmit $true",
        ],
        source: "NDRs in Exchange Server; NDRs in Exchange Online; configure message intervals \
            (Microsoft Learn); real NDRs",
    },
    StatusCode {
        code: "4.4.8",
        texts: &["MX hosts of <domain> failed MTA-STS validation"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The destination publishes an MTA-STS policy, and the MX host that DNS names is \
            not in it.",
        hybrid_causes: &[
            "The MX record of the on-premises organization was changed, or an Edge server was \
                added, and the policy file was not.",
        ],
        collect: &[
            "Resolve-DnsName -Name <domain> -Type MX",
            "Resolve-DnsName -Name _mta-sts.<domain> -Type TXT",
            "https://mta-sts.<domain>/.well-known/mta-sts.txt",
        ],
        fix: &["Add the MX host to the policy file and change the id in the TXT record."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "4.4.62",
        texts: &["451 4.4.62 Mail sent to the wrong Office 365 region. ATTR35."],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The message reached a region of Exchange Online that does not hold this tenant.",
        hybrid_causes: &[
            "A Send connector, printer or gateway still has an old smart host: \
                mail.messaging.microsoft.com, mail.global.frontbridge.com or an IP address.",
            "The MX record still has an old value.",
        ],
        collect: &[evidence::SEND_CONNECTORS, "Resolve-DnsName -Name <domain> -Type MX"],
        fix: &[
            "Set-SendConnector '<connector>' -DNSRoutingEnabled $false -SmartHosts \
                <domain-with-dashes>.mail.protection.outlook.com",
            "Correct the MX record: <domain-with-dashes>.mail.protection.outlook.com",
        ],
        source: "ATTR35 response code when mail is sent to EOP/EXO (Microsoft Learn)",
    },
    StatusCode {
        code: "4.4.101",
        texts: &[
            "450 4.4.101 Proxy session setup failed on Frontend with '451 4.4.0 Primary target IP \
                address responded with \"<reply>\" Attempted failover to alternate host, but that \
                did not succeed.",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Exchange Online's outbound front end reached the on-premises server but the \
            session could not be set up. The quoted reply says why; usually TLS was required and \
            not offered.",
        hybrid_causes: &[
            "The certificate in TlsCertificateName of the Receive connector was renewed and \
                removed: STARTTLS disappears from the EHLO reply (event 12014).",
            "A device that inspects SMTP hides STARTTLS.",
        ],
        collect: &[
            evidence::RECEIVE_CONNECTORS,
            evidence::CERTIFICATES,
            evidence::FRONT_END_RECEIVE_LOG,
            evidence::EVENT_12014,
            evidence::VALIDATE,
        ],
        fix: &[
            "Enable-ExchangeCertificate -Thumbprint <thumbprint> -Services SMTP",
            remedy::RECEIVE_CERTIFICATE,
            remedy::HCW,
        ],
        source: "KB 2989382",
    },
];
