//! Codes 4.5.x to 4.7.x: refused for now, for reasons of security or policy.

use super::{GeneratedBy, StatusCode, evidence, remedy};

pub(super) static ENTRIES: &[StatusCode] = &[
    StatusCode {
        code: "4.5.3",
        texts: &["Too many recipients"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The message has more than 200 recipients of one domain in the envelope. The \
            sending server has to send it in smaller parts.",
        hybrid_causes: &[
            "An application or list server relays one message to hundreds of mailboxes of the \
                tenant.",
        ],
        collect: &[evidence::HUB_SEND_LOG],
        fix: &["Let the sender open a new transaction for each 200 recipients."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "4.7.0",
        texts: &[
            "454 4.7.0 Failed to establish appropriate TLS channel: <reason>: Access Denied",
            "450 4.7.0 Proxy session setup failed on Frontend with '<reply>",
            "451 4.7.0 Temporary server error. Please try again later. PRX4 NextHop: <host>",
            "451-4.7.0 Temporary server error. Please try again later. PRX9 RemoteHost: <host>. \
                ErrorCode <code>",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Exchange Online refused the TLS channel or could not pass the session on to a \
            server of its own. With \"UntrustedRoot\" it did not trust the certificate that the \
            on-premises server showed.",
        hybrid_causes: &[
            "Two certificates on premises carry the same name and are enabled for SMTP, and one \
                of them comes from an internal certification authority.",
            "PRX4, PRX8 and PRX9 are Exchange Online's own and pass.",
        ],
        collect: &[
            evidence::HUB_SEND_LOG,
            evidence::CERTIFICATES,
            "Get-WinEvent -FilterHashtable @{LogName='Application'; \
                ProviderName='MSExchangeTransport'; Id=2004}",
            evidence::TRACE_DETAIL,
        ],
        fix: &[
            "Remove-ExchangeCertificate -Thumbprint <thumbprint of the internal authority's \
                certificate>",
            remedy::SEND_CERTIFICATE,
        ],
        source: "KB 2888788; fix 550 4.4.7 in Exchange Online (Microsoft Learn); PRX4 and PRX9: \
            field reports",
    },
    StatusCode {
        code: "4.7.0",
        texts: &[
            "451 4.7.0 Temporary server error. Please try again later. PRX<n>",
            "454 4.7.0 Temporary authentication failure.",
        ],
        generated_by: GeneratedBy::OnPremises,
        meaning: "Front End Transport could not pass the session on to a Transport service (the \
            PRX number says where it stopped), or two Exchange servers could not authenticate to \
            each other.",
        hybrid_causes: &[
            "PRX2: the Front End's DNS servers do not know the name of the Mailbox server.",
            "PRX5: the Receive connector's TlsDomainCapabilities names an old Exchange Online \
                certificate.",
            "Authentication: the clocks differ by more than five minutes, a service principal \
                name is missing or double, or Kerberos ports are blocked.",
        ],
        collect: &[
            evidence::FRONT_END_RECEIVE_LOG,
            evidence::FRONT_END_PROXY_LOG,
            evidence::HUB_RECEIVE_LOG,
            evidence::FRONT_END_DNS,
            "setspn -L <server>",
            "w32tm /query /status",
        ],
        fix: &[
            "Set-FrontendTransportService <server> -InternalDNSServers <domain controller \
                address> -InternalDNSAdapterEnabled $false",
            "Set-ReceiveConnector '<server>\\Default Frontend <server>' -TlsDomainCapabilities \
                mail.protection.outlook.com:AcceptCloudServicesMail",
            "Mend the time service, then setspn -X to find double names.",
        ],
        source: "KB 979174; KB 3156771; PRX2: c7solutions.com. See the PRX table for what is \
            unconfirmed",
    },
    StatusCode {
        code: "4.7.5",
        texts: &["Remote certificate failed MTA-STS validation. Reason: <validityStatus>"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The destination publishes an MTA-STS policy and its certificate does not \
            satisfy it: it must chain to a trusted root and name the MX host.",
        hybrid_causes: &[
            "The on-premises MX host shows a self-signed or internal certificate while the domain \
                has an MTA-STS policy.",
        ],
        collect: &["Resolve-DnsName -Name <domain> -Type MX", evidence::CERTIFICATES],
        fix: &[remedy::RECEIVE_CERTIFICATE],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "4.7.5",
        texts: &[
            "454 4.7.5 Certificate validation failure, Reason:<reason>",
            "454 4.7.5 The certificate specified in TlsCertificateName of the SendConnector could \
                not be found.",
            "454 4.7.5 The certificate specified in the tlscertificatename of the send connector \
                could not be found.",
        ],
        generated_by: GeneratedBy::OnPremises,
        meaning: "The Send connector's TLS demands are not met: the other side's certificate does \
            not name TlsDomain or is not trusted, or the connector's own certificate does not \
            exist.",
        hybrid_causes: &[
            "TlsDomain of the hybrid Send connector is the organization's own domain instead of \
                mail.protection.outlook.com.",
            "The certificate was renewed with another issuer or subject: TlsCertificateName still \
                names the old one.",
            "UntrustedRoot: the server does not trust the root that Exchange Online's certificate \
                chains to.",
        ],
        collect: &[
            evidence::SEND_CONNECTORS,
            evidence::CERTIFICATES,
            evidence::QUEUES,
            evidence::HUB_SEND_LOG,
        ],
        fix: &[remedy::SEND_TLS, remedy::SEND_CERTIFICATE, remedy::RETRY],
        source: "KB 3156771; KB 2989382; real queue samples of Exchange 2016 and 2019",
    },
    StatusCode {
        code: "4.7.26",
        texts: &[
            "Access denied, a message sent over IPv6 [<address>] must pass either SPF or DKIM \
                validation, this message is not signed",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Exchange Online takes anonymous mail over IPv6 only when it passes SPF or DKIM.",
        hybrid_causes: &[
            "The on-premises server or gateway began to send over IPv6, and the SPF record lists \
                only its IPv4 address.",
        ],
        collect: &[evidence::HUB_SEND_LOG, "Resolve-DnsName -Name <domain> -Type TXT"],
        fix: &["Add ip6:<prefix> to the SPF record, or send over IPv4 only."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "4.7.230",
        texts: &["450 4.7.230 Connecting Exchange server version is out-of-date; connection to \
                Exchange Online throttled for <n> mins/hr."],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The on-premises Exchange server is too old or lacks updates, and Exchange \
            Online delays mail from it for some minutes of each hour. Later it blocks: 5.7.230.",
        hybrid_causes: &[
            "Exchange 2010 or 2013, or an old cumulative update, sends through the inbound \
                connector of type OnPremises.",
        ],
        collect: &[
            "Get-OnPremServerReportInfo",
            "Get-ExchangeServer | Format-List Name,AdminDisplayVersion,ServerRole",
        ],
        fix: &[
            "Install the current cumulative and security update.",
            "New-TenantExemptionInfo -BlockingScenario UnpatchedOnPremServer -NumberOfDays <days>",
        ],
        source: "Throttling and blocking email from persistently vulnerable Exchange servers \
            (Exchange Team Blog); 90 days of exemption a year",
    },
    StatusCode {
        code: "4.7.320",
        texts: &[
            "450 4.7.320 Certificate validation failed [Message=<reason>]",
            "450 4.7.320 Certificate validation failed",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The outbound connector demands a valid certificate and the on-premises server's \
            is not: expired, of another name, or not trusted.",
        hybrid_causes: &[
            "SubjectMismatch: the Receive connector shows the self-signed certificate; \
                TlsCertificateName is set on one of several servers only.",
        ],
        collect: &[
            evidence::TRACE_DETAIL,
            evidence::FRONT_END_RECEIVE_LOG,
            evidence::RECEIVE_CONNECTORS,
            evidence::CERTIFICATES,
            evidence::OUTBOUND_CONNECTORS,
        ],
        fix: &[
            remedy::RECEIVE_CERTIFICATE,
            "Set-OutboundConnector -Identity '<Outbound to GUID>' -TlsSettings DomainValidation \
                -TlsDomain <certificate name>",
        ],
        source: "Mail flow intelligence in EOP (Microsoft Learn); real traces of 2017",
    },
    StatusCode {
        code: "4.7.321",
        texts: &[
            "starttls-not-supported: Destination mail server must support TLS to receive mail.",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The destination has DANE records, which demand TLS, and its server offers no \
            STARTTLS or the handshake fails.",
        hybrid_causes: &["The on-premises MX host has TLSA records and lost STARTTLS."],
        collect: &[
            "Resolve-DnsName -Name <domain> -Type MX",
            evidence::CERTIFICATES,
            evidence::FRONT_END_RECEIVE_LOG,
        ],
        fix: &[remedy::RECEIVE_CERTIFICATE],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "4.7.322",
        texts: &["certificate-expired: Destination mail server's certificate is expired."],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The destination has DANE records and its certificate has expired.",
        hybrid_causes: &[
            "The certificate of the on-premises MX host was not renewed, or the renewed one is \
                not on the Receive connector.",
        ],
        collect: &[evidence::CERTIFICATES, evidence::RECEIVE_CONNECTORS],
        fix: &[remedy::RECEIVE_CERTIFICATE],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "4.7.323",
        texts: &["tlsa-invalid: The domain failed DANE validation."],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The destination's certificate does not match its TLSA record.",
        hybrid_causes: &[
            "The certificate of the on-premises MX host was renewed and the TLSA record was not.",
        ],
        collect: &[
            evidence::CERTIFICATES,
            "Query TLSA of _25._tcp.<MX host> with a DNS tool that knows the type.",
        ],
        fix: &[
            "Publish the TLSA record of the new certificate before it is used, and keep the old \
                one for its TTL.",
        ],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "4.7.324",
        texts: &["dnssec-invalid: Destination domain returned invalid DNSSEC records"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The destination's zone says it is signed with DNSSEC, and the signatures do not \
            verify.",
        hybrid_causes: &[
            "The zone was re-signed or moved and the DS record at the parent was not changed.",
        ],
        collect: &[
            "Resolve-DnsName -Name <domain> -Type DS -DnssecOk",
            "Resolve-DnsName -Name <domain> -Type DNSKEY -DnssecOk",
        ],
        fix: &["Publish the right DS record at the registrar, or remove it."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "4.7.325",
        texts: &[
            "certificate-host-mismatch: Remote certificate MUST have a common name or subject \
                alternative name that matches the hostname (DANE)",
            "certificate-host-mismatch: Remote certificate MUST have a common name or subject \
                alternative name matching the hostname (DANE)",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The destination has DANE records and its certificate names neither the domain \
            nor the MX host.",
        hybrid_causes: &["The on-premises MX host shows its self-signed certificate."],
        collect: &[evidence::CERTIFICATES, "Resolve-DnsName -Name <domain> -Type MX"],
        fix: &[remedy::RECEIVE_CERTIFICATE],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "4.7.500-4.7.699",
        texts: &[
            "451 4.7.500 Server busy. Please try again later from [<address>]. (AS<number>)",
            "451 4.7.650 The mail server [<address>] has been temporarily rate limited due to IP \
                reputation.",
            "451 4.7.651 The mail server [<address>] has been temporarily rate limited due to IP \
                reputation.",
            "451 4.7.652 The mail server [<address>] has exceeded the maximum number of \
                connections. (S<number>)",
            "Access denied, please try again later",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Exchange Online slows this sending address down while it judges its reputation.",
        hybrid_causes: &[
            "The on-premises public address is new or sends bulk mail, and its mail does not come \
                through an inbound connector.",
            "The address on premises changed and the inbound connector still has the old one.",
        ],
        collect: &[evidence::HUB_SEND_LOG, evidence::INBOUND_CONNECTORS],
        fix: &[
            "Set-InboundConnector -Identity '<connector>' -SenderIPAddresses <public address>",
            "Warm the address up: raise the volume over days.",
        ],
        source: "NDRs in Exchange Online; fix 451 4.7.500-699 (Microsoft Learn); field reports of \
            the texts",
    },
    StatusCode {
        code: "4.7.850-4.7.899",
        texts: &["Access denied, please try again later"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Exchange Online has seen suspicious traffic from this address and holds it back \
            while it judges.",
        hybrid_causes: &["A compromised host sends through the organization's public address."],
        collect: &[evidence::HUB_SEND_LOG, evidence::FIREWALL_LOG],
        fix: &["Find and stop the source of the traffic; the restriction ends by itself."],
        source: "NDRs in Exchange Online",
    },
];
