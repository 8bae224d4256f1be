//! Codes 5.7.193 to 5.7.367: groups, limits of the tenant, DANE, and outdated servers.

use super::{GeneratedBy, StatusCode, evidence, remedy};

pub(super) static ENTRIES: &[StatusCode] = &[
    StatusCode {
        code: "5.7.193",
        texts: &[
            "550 5.7.193 UnifiedGroupAgent; Delivery failed because the sender isn't a group \
                member or external senders aren't permitted to send to this group.",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "A Microsoft 365 group takes mail from its own organization only.",
        hybrid_causes: &[
            "The sender is on premises and not synchronized, or the mail arrived as Anonymous.",
        ],
        collect: &[
            "Get-UnifiedGroup -Identity <group> | Format-List RequireSenderAuthenticationEnabled,\
                AcceptMessagesOnlyFromSendersOrMembers",
        ],
        fix: &[
            remedy::SEND_CLOUD,
            "Only for external senders: Set-UnifiedGroup -Identity <group> \
                -RequireSenderAuthenticationEnabled $false",
        ],
        source: "NDR 550 5.7.193 (Microsoft Learn)",
    },
    StatusCode {
        code: "5.7.230",
        texts: &["550 5.7.230 Connecting Exchange server version is out-of-date; connection to \
                Exchange Online blocked for <n> mins/hr."],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The on-premises Exchange server is too old or lacks updates, and Exchange \
            Online refuses mail from it for some minutes of each hour. Before that it only \
            delayed: 4.7.230.",
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
        code: "5.7.232",
        texts: &[
            "Your message can't be sent because your trial tenant has exceeded its daily limit \
                for sending email to external recipients (tenant external recipient rate limit)",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "A trial tenant has sent to more external recipients in 24 hours than it may \
            (5000).",
        hybrid_causes: &["On-premises bulk mail is relayed through a trial tenant."],
        collect: &[evidence::TRACE],
        fix: &["Wait until the count of 24 hours falls, or buy licences."],
        source: "NDRs in Exchange Online; the number: field reports",
    },
    StatusCode {
        code: "5.7.233",
        texts: &[
            "Your message can't be sent because your tenant exceeded its daily limit for sending \
                email to external recipients (tenant external recipient rate limit)",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The tenant has sent to more external recipients in 24 hours than its licences \
            allow: 500 × licences^0.7 + 9500.",
        hybrid_causes: &["On-premises applications relay bulk mail through Exchange Online."],
        collect: &[evidence::TRACE, evidence::INBOUND_CONNECTORS],
        fix: &[
            "Send bulk mail through a service made for it, such as Azure Communication Services.",
        ],
        source: "NDRs in Exchange Online; Exchange Team Blog (tenant external recipient rate \
            limit)",
    },
    StatusCode {
        code: "5.7.236",
        texts: &[],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The tenant has sent to more than 100 external recipients in 24 hours from an \
            onmicrosoft.com address.",
        hybrid_causes: &[
            "The domain is not verified in the tenant, so synchronized users send with \
                user@<tenant>.onmicrosoft.com.",
            "A service account on premises was never given an address in a domain of the \
                organization.",
        ],
        collect: &[evidence::ACCEPTED_DOMAINS, evidence::RECIPIENT],
        fix: &[
            "Verify the organization's domain in the tenant and make its address the primary one; \
                then Start-ADSyncSyncCycle -PolicyType Delta",
        ],
        source: "Exchange Team Blog, as reported by dmarcwise.io and techzine.eu. Unconfirmed: \
            the literal text",
    },
    StatusCode {
        code: "5.7.321",
        texts: &[
            "starttls-not-supported: Destination mail server must support TLS to receive mail.",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The destination has DANE records, which demand TLS, and its server offers no \
            STARTTLS or the handshake fails. The permanent form of 4.7.321.",
        hybrid_causes: &["The on-premises MX host has TLSA records and lost STARTTLS."],
        collect: &[evidence::NDR, evidence::CERTIFICATES, evidence::FRONT_END_RECEIVE_LOG],
        fix: &[remedy::RECEIVE_CERTIFICATE],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.322",
        texts: &["certificate-expired: Destination mail server's certificate is expired."],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The destination has DANE records and its certificate has expired. The permanent \
            form of 4.7.322.",
        hybrid_causes: &[
            "The certificate of the on-premises MX host was not renewed, or the renewed one is \
                not on the Receive connector.",
        ],
        collect: &[evidence::NDR, evidence::CERTIFICATES],
        fix: &[remedy::RECEIVE_CERTIFICATE],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.323",
        texts: &["tlsa-invalid: The domain failed DANE validation."],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The destination's certificate does not match its TLSA record. The permanent \
            form of 4.7.323.",
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
        code: "5.7.324",
        texts: &["dnssec-invalid: Destination domain returned invalid DNSSEC records"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The destination's zone says it is signed with DNSSEC, and the signatures do not \
            verify. The permanent form of 4.7.324.",
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
        code: "5.7.325",
        texts: &[
            "certificate-host-mismatch: Remote certificate MUST have a common name or subject \
                alternative name matching the hostname (DANE)",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The destination has DANE records and its certificate names neither the domain \
            nor the MX host. The permanent form of 4.7.325.",
        hybrid_causes: &["The on-premises MX host shows its self-signed certificate."],
        collect: &[evidence::CERTIFICATES, "Resolve-DnsName -Name <domain> -Type MX"],
        fix: &[remedy::RECEIVE_CERTIFICATE],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.367",
        texts: &["not permitted to relay"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "A wrapper: the next server says that Exchange Online may not relay through it.",
        hybrid_causes: &[
            "The outbound connector leads to a server that does not count the recipient's domain \
                as its own.",
        ],
        collect: &[evidence::NDR, evidence::OUTBOUND_CONNECTORS, evidence::FRONT_END_RECEIVE_LOG],
        fix: &["New-AcceptedDomain -Name <domain> -DomainName <domain> -DomainType InternalRelay"],
        source: "Unconfirmed: code and gist only",
    },
];
