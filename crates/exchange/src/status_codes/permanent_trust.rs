//! Codes 5.7.12 to 5.7.139: the sender is not trusted: anonymous, attributed to nobody, or without
//! rights.

use super::{GeneratedBy, StatusCode, evidence, remedy};
use crate::status;

pub(super) static ENTRIES: &[StatusCode] = &[
    StatusCode {
        code: "5.7.12",
        texts: &["Sender was not authenticated by organization"],
        generated_by: GeneratedBy::Either,
        meaning: "The recipient takes mail from its own organization only, and the message \
            arrived as Anonymous.",
        hybrid_causes: &[
            "Trust between the two sides is lost, so a colleague's mail counts as external: \
                AuthAs Anonymous instead of Internal.",
        ],
        collect: &[
            evidence::NDR,
            "The headers X-MS-Exchange-Organization-AuthAs and X-MS-Exchange-CrossPremises-* of a \
                delivered message.",
            evidence::SEND_CONNECTORS,
            evidence::INBOUND_CONNECTORS,
        ],
        fix: &[remedy::SEND_CLOUD, remedy::HCW],
        source: "NDRs in Exchange Online; fix 5.7.12 (Microsoft Learn)",
    },
    StatusCode {
        code: "5.7.13",
        texts: &[
            "550 5.7.13 STOREDRV.AuthenticationRequiredForPublicFolder",
            "Sender was not authenticated for public folder",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The public folder does not let this sender create items: neither the Default \
            nor the Anonymous permission allows it.",
        hybrid_causes: &[
            "External senders, or colleagues whose mail arrives as Anonymous, write to a \
                mail-enabled public folder.",
        ],
        collect: &["Get-PublicFolderClientPermission -Identity '\\<public folder>'"],
        fix: &["Add-PublicFolderClientPermission -Identity '\\<public folder>' -User Anonymous \
                -AccessRights CreateItems"],
        source: "NDRs in Exchange Online; 550 5.7.13 (Microsoft Learn)",
    },
    StatusCode {
        code: "5.7.23",
        texts: &[
            "550 5.7.23 The message was rejected because of Sender Policy Framework violation -> \
                <reply>",
            "The message was rejected because of Sender Policy Framework violation",
        ],
        generated_by: GeneratedBy::Destination,
        meaning: "The recipient's server refused the message because the sending address is not \
            in the SPF record of the sender's domain.",
        hybrid_causes: &[
            "The SPF record lacks the on-premises public addresses or \
                include:spf.protection.outlook.com.",
            "Centralized mail transport or forwarding lets mail leave from another address than \
                before.",
        ],
        collect: &[evidence::NDR, "Resolve-DnsName -Name <domain> -Type TXT"],
        fix: &[
            "Publish v=spf1 ip4:<on-premises public address> include:spf.protection.outlook.com \
                -all",
        ],
        source: "NDRs in Exchange Online; fix 550 5.7.23 (Microsoft Learn)",
    },
    StatusCode {
        code: "5.7.25",
        texts: &[
            "Access denied, the sending IPv6 address [<address>] must have a reverse DNS record",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Exchange Online takes mail over IPv6 only from addresses with a PTR record.",
        hybrid_causes: &["The on-premises server or gateway began to send over IPv6."],
        collect: &[evidence::HUB_SEND_LOG, "Resolve-DnsName -Name <IPv6 address> -Type PTR"],
        fix: &["Ask the Internet provider for a PTR record, or send over IPv4 only."],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.26",
        texts: &[],
        generated_by: GeneratedBy::Destination,
        meaning: "The destination (often Gmail) wants SPF or DKIM, and the message passes neither.",
        hybrid_causes: &[
            "Mail that leaves from on premises is not signed with DKIM and its address is not in \
                SPF.",
            "Centralized mail transport or forwarding lets mail leave from another address than \
                before.",
        ],
        collect: &[evidence::NDR, "Resolve-DnsName -Name <domain> -Type TXT"],
        fix: &[
            "Publish v=spf1 ip4:<on-premises public address> include:spf.protection.outlook.com \
                -all",
            "Send through Exchange Online with DKIM.",
        ],
        source: "RFC 7372; real trace (Gmail)",
    },
    StatusCode {
        code: "5.7.51",
        texts: &[status::PARTNER_CONNECTOR_MISMATCH, "5.7.51 TenantInboundAttribution; Rejecting"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "A partner inbound connector covers the sender's domain and demands a source \
            address or certificate, and this server has neither.",
        hybrid_causes: &[
            "Mail is forwarded through another server than the partner's own.",
            "The connector for the on-premises side was made with type Partner instead of \
                OnPremises.",
            "The address or the certificate of the gateway changed.",
        ],
        collect: &[evidence::INBOUND_CONNECTORS, evidence::TRACE_DETAIL, evidence::HUB_SEND_LOG],
        fix: &[
            "Set-InboundConnector -Identity '<connector>' -SenderIPAddresses <addresses>",
            "Set-InboundConnector -Identity '<connector>' -TlsSenderCertificateName <certificate \
                name>",
        ],
        source: "Real traces",
    },
    StatusCode {
        code: "5.7.54",
        texts: &[status::UNABLE_TO_RELAY],
        generated_by: GeneratedBy::OnPremises,
        meaning: "An anonymous client wants to send to a domain that is no accepted domain of the \
            organization.",
        hybrid_causes: &[
            "Exchange Online sends mail for a domain that was never added on premises, such as \
                <tenant>.mail.onmicrosoft.com or a new domain.",
            "A device relays to the Internet through Default Frontend, which does not let \
                anonymous clients relay.",
            "Centralized mail transport: mail from Exchange Online to the Internet arrives \
                without trust, hence as Anonymous.",
        ],
        collect: &[
            evidence::FRONT_END_RECEIVE_LOG,
            evidence::ACCEPTED_DOMAINS,
            evidence::RECEIVE_CONNECTORS,
        ],
        fix: &[
            "New-AcceptedDomain -Name <domain> -DomainName <domain> -DomainType InternalRelay",
            "Set-ReceiveConnector '<server>\\Default Frontend <server>' -TlsDomainCapabilities \
                mail.protection.outlook.com:AcceptCloudServicesMail",
            "Give devices a Receive connector of their own with narrow RemoteIPRanges.",
        ],
        source: "Field reports of Exchange 2016 and later; the permissions: Receive connectors \
            (Microsoft Learn)",
    },
    StatusCode {
        code: "5.7.57",
        texts: &[
            "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM",
            "530 5.7.57 Client not authenticated to send mail.",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The client connected to the submission endpoint smtp.office365.com without \
            signing in.",
        hybrid_causes: &["The smart host of the Send connector, a printer or an application is \
                smtp.office365.com instead of the tenant's MX host."],
        collect: &[evidence::SEND_CONNECTORS, evidence::HUB_SEND_LOG],
        fix: &[
            "Set-SendConnector '<connector>' -DNSRoutingEnabled $false -SmartHosts \
                <domain-with-dashes>.mail.protection.outlook.com",
            "Let the device sign in on port 587.",
        ],
        source: "NDRs in Exchange Online; field reports of the second form",
    },
    StatusCode {
        code: "5.7.60",
        texts: &["550 5.7.60 SMTP; Client does not have permissions to send as this sender"],
        generated_by: GeneratedBy::Either,
        meaning: "The account that signed in may not send with this sender address.",
        hybrid_causes: &[
            "An application signs in as one mailbox and writes another address into From.",
        ],
        collect: &[
            "Get-RecipientPermission -Identity <sender>",
            "Get-ADPermission -Identity <sender> | Where-Object { $_.ExtendedRights -like \
                '*Send-As*' }",
        ],
        fix: &[
            "Add-RecipientPermission -Identity <sender> -Trustee <account> -AccessRights SendAs",
            "Add-ADPermission -Identity <sender> -User <account> -ExtendedRights 'Send As'",
        ],
        source: "Unconfirmed: text from memory",
    },
    StatusCode {
        code: "5.7.64",
        texts: &[
            status::RELAY_ACCESS_DENIED,
            "550 5.7.64 Relay Access Denied ATTR36. For more details please refer to: <url>",
        ],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Exchange Online could not tell that this server belongs to your tenant, and the \
            recipient is not yours either, so it will not relay.",
        hybrid_causes: &[
            "The on-premises certificate was renewed with another name, or the Send connector \
                shows another one, and TlsSenderCertificateName of the inbound connector no \
                longer matches.",
            "The certificate's domain is no accepted domain of the tenant.",
            "The connector goes by address and the on-premises public address changed.",
            "The Send connector sends without TLS or without its certificate.",
        ],
        collect: &[
            evidence::INBOUND_CONNECTORS,
            evidence::HUB_SEND_LOG,
            evidence::SEND_CONNECTORS,
            evidence::CERTIFICATES,
            evidence::ACCEPTED_DOMAINS,
        ],
        fix: &[
            "Set-InboundConnector -Identity '<Inbound from GUID>' -TlsSenderCertificateName \
                <certificate name>",
            remedy::SEND_CERTIFICATE,
            "Set-InboundConnector -Identity '<connector>' -SenderIPAddresses <public address>",
            remedy::HCW,
        ],
        source: "NDRs in Exchange Online; KB 4019940; 550 5.7.64 TenantAttribution (Microsoft \
            Learn); real reply",
    },
    StatusCode {
        code: "5.7.68",
        texts: &[status::DIRECT_SEND_NOT_ALLOWED],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "The tenant rejects Direct Send: mail from one of its own domains that comes \
            anonymously and over no connector.",
        hybrid_causes: &[
            "A printer or application on premises sends straight to the MX host.",
            "Mail from the on-premises server is no longer attributed: certificate or address of \
                the inbound connector does not match.",
        ],
        collect: &[
            "Get-OrganizationConfig | Format-List RejectDirectSend",
            evidence::INBOUND_CONNECTORS,
            evidence::TRACE_DETAIL,
        ],
        fix: &[
            "New-InboundConnector -Name '<name>' -ConnectorType OnPremises -SenderDomains * \
                -SenderIPAddresses <public address>",
            "Set-InboundConnector -Identity '<Inbound from GUID>' -TlsSenderCertificateName \
                <certificate name>",
            "Set-OrganizationConfig -RejectDirectSend $false",
        ],
        source: "Field reports (several)",
    },
    StatusCode {
        code: "5.7.124",
        texts: &["Sender not in allowed-senders list"],
        generated_by: GeneratedBy::Either,
        meaning: "The group takes mail from listed senders only.",
        hybrid_causes: &[
            "The list was made on premises and the synchronized group lacks the cloud sender.",
        ],
        collect: &["Get-DistributionGroup -Identity <group> | Format-List \
                AcceptMessagesOnlyFromSendersOrMembers,RequireSenderAuthenticationEnabled"],
        fix: &[
            "Set-DistributionGroup -Identity <group> -AcceptMessagesOnlyFromSendersOrMembers \
                @{Add='<sender>'}",
            remedy::SYNC,
        ],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.133",
        texts: &[status::SENDER_NOT_AUTHENTICATED_FOR_GROUP, "Sender not authenticated for group"],
        generated_by: GeneratedBy::Either,
        meaning: "The group takes mail from authenticated senders only, and the message arrived \
            as Anonymous.",
        hybrid_causes: &[
            "Trust between the two sides is lost: a colleague's mail arrives as Anonymous because \
                organization headers were not carried over.",
            "The sender really is external.",
        ],
        collect: &[
            evidence::NDR,
            "Get-DistributionGroup -Identity <group> | Format-List \
                AcceptMessagesOnlyFromSendersOrMembers,RequireSenderAuthenticationEnabled",
            "The headers X-MS-Exchange-Organization-AuthAs and X-MS-Exchange-CrossPremises-* of a \
                delivered message.",
            evidence::SEND_CONNECTORS,
            evidence::RECEIVE_CONNECTORS,
        ],
        fix: &[
            remedy::SEND_CLOUD,
            remedy::HCW,
            "Only for external senders: Set-DistributionGroup -Identity <group> \
                -RequireSenderAuthenticationEnabled $false",
        ],
        source: "NDRs in Exchange Online. The tail after \"authentication required\": unconfirmed",
    },
    StatusCode {
        code: "5.7.134",
        texts: &[
            status::SENDER_NOT_AUTHENTICATED_FOR_MAILBOX,
            "Sender was not authenticated for mailbox",
        ],
        generated_by: GeneratedBy::Either,
        meaning: "The mailbox takes mail from authenticated senders only, and the message arrived \
            as Anonymous.",
        hybrid_causes: &[
            "Trust between the two sides is lost: a colleague's mail arrives as Anonymous.",
            "The sender really is external.",
        ],
        collect: &[
            evidence::NDR,
            "Get-Mailbox -Identity <recipient> | Format-List RequireSenderAuthenticationEnabled",
            "The headers X-MS-Exchange-Organization-AuthAs and X-MS-Exchange-CrossPremises-* of a \
                delivered message.",
            evidence::SEND_CONNECTORS,
        ],
        fix: &[
            remedy::SEND_CLOUD,
            remedy::HCW,
            "Only for external senders: Set-Mailbox -Identity <recipient> \
                -RequireSenderAuthenticationEnabled $false",
        ],
        source: "NDRs in Exchange Online. The tail after \"authentication required\": unconfirmed",
    },
    StatusCode {
        code: "5.7.135",
        texts: &["Sender was not authenticated for public folder"],
        generated_by: GeneratedBy::Either,
        meaning: "The public folder takes mail from authenticated senders only, and the message \
            arrived as Anonymous.",
        hybrid_causes: &["Trust between the two sides is lost, or the sender is external."],
        collect: &[
            evidence::NDR,
            "Get-MailPublicFolder -Identity <folder> | Format-List \
                RequireSenderAuthenticationEnabled,AcceptMessagesOnlyFromSendersOrMembers",
        ],
        fix: &[
            remedy::SEND_CLOUD,
            "Only for external senders: Set-MailPublicFolder -Identity <folder> \
                -RequireSenderAuthenticationEnabled $false",
        ],
        source: "NDRs in Exchange Online",
    },
    StatusCode {
        code: "5.7.136",
        texts: &[status::SENDER_NOT_AUTHENTICATED, "Sender was not authenticated"],
        generated_by: GeneratedBy::Either,
        meaning: "The mail user takes mail from authenticated senders only, and the message \
            arrived as Anonymous. In hybrid the mail user is usually the image of a mailbox on \
            the other side.",
        hybrid_causes: &["Trust between the two sides is lost, or the sender is external."],
        collect: &[
            evidence::NDR,
            "Get-MailUser -Identity <recipient> | Format-List RequireSenderAuthenticationEnabled,\
                ExternalEmailAddress",
        ],
        fix: &[
            remedy::SEND_CLOUD,
            "Only for external senders: Set-MailUser -Identity <recipient> \
                -RequireSenderAuthenticationEnabled $false",
        ],
        source: "NDRs in Exchange Online. The tail after \"authentication required\": unconfirmed",
    },
    StatusCode {
        code: "5.7.139",
        texts: &["535 5.7.139 Authentication unsuccessful, <reason>"],
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "A client's sign-in to smtp.office365.com failed for a reason of policy or \
            federation, not of the password.",
        hybrid_causes: &[
            "SMTP AUTH is switched off for the tenant or the mailbox.",
            "The federation server on premises is unreachable or has no HTTPS.",
        ],
        collect: &[
            "Get-TransportConfig | Format-List SmtpClientAuthenticationDisabled",
            "Get-CASMailbox -Identity <mailbox> | Format-List SmtpClientAuthenticationDisabled",
        ],
        fix: &[
            "Set-CASMailbox -Identity <mailbox> -SmtpClientAuthenticationDisabled $false",
            "Send through an inbound connector of type OnPremises instead of signing in.",
        ],
        source: "Fix issues with printers, scanners and applications that send email (Microsoft \
            Learn). That switched-off SMTP AUTH gives this code: unconfirmed",
    },
];
