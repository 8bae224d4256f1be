//! Keeps the catalogue from proposing cmdlets and parameters that do not exist, as guides do.
//!
//! The table has what the catalogue uses and nothing more: whoever needs another cmdlet or
//! parameter looks it up first. Not checked: properties after Format-List, and Windows programs.
//!
//! Sources: Exchange PowerShell, Windows PowerShell and `ADSync` references (Microsoft Learn); for
//! Get-OnPremServerReportInfo and New-TenantExemptionInfo the Exchange Team Blog.

/// Cmdlets, and the parameters of each.
const KNOWN: &[(&str, &[&str])] = &[
    ("Add-ADPermission", &["ExtendedRights", "Identity", "User"]),
    ("Add-PublicFolderClientPermission", &["AccessRights", "Identity", "User"]),
    ("Add-RecipientPermission", &["AccessRights", "Identity", "Trustee"]),
    ("Disable-TransportRule", &["Identity"]),
    ("Enable-ExchangeCertificate", &["Services", "Thumbprint"]),
    ("Enable-RemoteMailbox", &["Identity", "RemoteRoutingAddress"]),
    ("Format-List", &[]),
    ("Format-Table", &[]),
    ("Get-ADPermission", &["Identity"]),
    ("Get-AcceptedDomain", &[]),
    ("Get-AddressBookPolicy", &[]),
    ("Get-AgentLog", &["EndDate", "StartDate"]),
    ("Get-BlockedSenderAddress", &["SenderAddress"]),
    ("Get-CASMailbox", &["Identity"]),
    ("Get-ContentFilterConfig", &[]),
    ("Get-Date", &[]),
    ("Get-DistributionGroup", &["Identity"]),
    ("Get-ExchangeCertificate", &["Server", "Thumbprint"]),
    ("Get-ExchangeDiagnosticInfo", &["Component", "Process", "Server"]),
    ("Get-ExchangeServer", &[]),
    ("Get-FrontendTransportService", &["Identity"]),
    ("Get-HostedConnectionFilterPolicy", &[]),
    ("Get-HostedOutboundSpamFilterPolicy", &[]),
    ("Get-InboundConnector", &[]),
    ("Get-InboxRule", &["Mailbox"]),
    ("Get-JournalRule", &[]),
    ("Get-MailPublicFolder", &["Identity"]),
    ("Get-MailUser", &["Identity"]),
    ("Get-Mailbox", &["Identity"]),
    ("Get-MailboxFolderStatistics", &["Identity"]),
    ("Get-MailboxStatistics", &["Identity"]),
    ("Get-Message", &["Queue"]),
    ("Get-MessageTraceDetailV2", &["MessageTraceId", "RecipientAddress"]),
    ("Get-MessageTraceV2", &["EndDate", "RecipientAddress", "SenderAddress", "StartDate"]),
    ("Get-MessageTrackingLog", &["Recipients", "ResultSize", "Start"]),
    ("Get-OnPremServerReportInfo", &[]),
    ("Get-OrganizationConfig", &[]),
    ("Get-OutboundConnector", &[]),
    ("Get-PublicFolderClientPermission", &["Identity"]),
    ("Get-Queue", &["Filter", "Identity"]),
    ("Get-ReceiveConnector", &["Server"]),
    ("Get-Recipient", &["Filter", "Identity"]),
    ("Get-RecipientPermission", &["Identity"]),
    ("Get-RemoteMailbox", &["Identity"]),
    ("Get-SendConnector", &[]),
    ("Get-SenderFilterConfig", &[]),
    ("Get-ServerComponentState", &["Identity"]),
    ("Get-Service", &[]),
    ("Get-TenantAllowBlockListItems", &["Block", "ListType"]),
    ("Get-TransportAgent", &[]),
    ("Get-TransportConfig", &[]),
    ("Get-TransportRule", &[]),
    ("Get-TransportService", &["Identity"]),
    ("Get-UnifiedGroup", &["Identity"]),
    ("Get-WinEvent", &["FilterHashtable"]),
    ("Import-ExchangeCertificate", &["FileData", "Password", "Server"]),
    ("New-AcceptedDomain", &["DomainName", "DomainType", "Name"]),
    ("New-InboundConnector", &["ConnectorType", "Name", "SenderDomains", "SenderIPAddresses"]),
    (
        "New-RetentionPolicyTag",
        &["AgeLimitForRetention", "IsDefaultModeratedRecipientsPolicyTag", "Name"],
    ),
    ("New-TenantExemptionInfo", &["BlockingScenario", "NumberOfDays"]),
    ("Read-Host", &["AsSecureString"]),
    ("Remove-BlockedSenderAddress", &["SenderAddress"]),
    ("Remove-ExchangeCertificate", &["Thumbprint"]),
    ("Remove-TenantAllowBlockListItems", &["Entries", "ListType"]),
    ("Resolve-DnsName", &["DnssecOk", "Name", "Server", "Type"]),
    ("Resume-Message", &["Identity"]),
    ("Retry-Queue", &["Identity", "Resubmit"]),
    ("Set-AcceptedDomain", &["DomainType", "Identity"]),
    ("Set-CASMailbox", &["Identity", "SmtpClientAuthenticationDisabled"]),
    ("Set-ContentFilterConfig", &["BypassedSenderDomains"]),
    (
        "Set-DistributionGroup",
        &[
            "AcceptMessagesOnlyFromSendersOrMembers",
            "Identity",
            "RequireSenderAuthenticationEnabled",
        ],
    ),
    ("Set-FrontendTransportService", &["InternalDNSAdapterEnabled", "InternalDNSServers"]),
    ("Set-HostedConnectionFilterPolicy", &["IPAllowList", "Identity"]),
    ("Set-HostedOutboundSpamFilterPolicy", &["AutoForwardingMode", "Identity"]),
    ("Set-InboundConnector", &["Identity", "SenderIPAddresses", "TlsSenderCertificateName"]),
    ("Set-JournalRule", &["Identity", "JournalEmailAddress"]),
    ("Set-MailContact", &["ExternalEmailAddress", "Identity"]),
    ("Set-MailPublicFolder", &["Identity", "RequireSenderAuthenticationEnabled"]),
    ("Set-MailUser", &["Identity", "RequireSenderAuthenticationEnabled"]),
    (
        "Set-Mailbox",
        &[
            "EmailAddresses",
            "ForwardingAddress",
            "ForwardingSmtpAddress",
            "Identity",
            "MaxReceiveSize",
            "MaxSendSize",
            "ProhibitSendReceiveQuota",
            "RequireSenderAuthenticationEnabled",
            "UseDatabaseQuotaDefaults",
        ],
    ),
    ("Set-OrganizationConfig", &["RejectDirectSend"]),
    (
        "Set-OutboundConnector",
        &["Enabled", "Identity", "SmartHosts", "TlsDomain", "TlsSettings", "UseMXRecord"],
    ),
    (
        "Set-ReceiveConnector",
        &[
            "AuthMechanism",
            "BareLinefeedRejectionEnabled",
            "Fqdn",
            "MessageRateLimit",
            "PermissionGroups",
            "RejectReservedSecondLevelRecipientDomains",
            "RejectReservedTopLevelRecipientDomains",
            "RejectSingleLabelRecipientDomains",
            "RemoteIPRanges",
            "SuppressXAnonymousTls",
            "TlsCertificateName",
            "TlsDomainCapabilities",
            "TransportRole",
        ],
    ),
    ("Set-RemoteDomain", &["Identity", "TNEFEnabled"]),
    ("Set-RemoteMailbox", &["EmailAddresses", "ExchangeGuid", "Identity", "RemoteRoutingAddress"]),
    (
        "Set-SendConnector",
        &[
            "AddressSpaces",
            "CloudServicesMailEnabled",
            "DNSRoutingEnabled",
            "Fqdn",
            "IgnoreSTARTTLS",
            "MaxMessageSize",
            "RequireTLS",
            "SmartHosts",
            "TlsAuthLevel",
            "TlsCertificateName",
            "TlsDomain",
            "UseExternalDNSServersEnabled",
        ],
    ),
    ("Set-SenderFilterConfig", &["BlockedSenders"]),
    ("Set-ServerComponentState", &["Component", "Identity", "Requester", "State"]),
    (
        "Set-TransportConfig",
        &[
            "MaxReceiveSize",
            "MaxRecipientEnvelopeLimit",
            "MaxSendSize",
            "RejectMessageOnShadowFailure",
        ],
    ),
    (
        "Set-TransportService",
        &[
            "ExternalDNSAdapterEnabled",
            "ExternalDNSServers",
            "InternalDNSAdapterEnabled",
            "InternalDNSServers",
        ],
    ),
    ("Set-UnifiedGroup", &["Identity", "RequireSenderAuthenticationEnabled"]),
    ("Start-ADSyncSyncCycle", &["PolicyType"]),
    ("Start-EdgeSynchronization", &["Server"]),
    ("Start-Service", &[]),
    ("Test-NetConnection", &["ComputerName", "Port"]),
    ("Validate-OutboundConnector", &["Identity", "Recipients"]),
    ("Where-Object", &[]),
];

/// Operators of expressions, which look like parameters.
const OPERATORS: [&str; 2] = ["-eq", "-like"];

/// Cmdlets and parameters of a line that are not in the table.
pub(super) fn unknown_words(line: &str) -> Vec<String> {
    let mut unknown = Vec::new();
    let mut outer = Vec::new();
    let mut current: Option<&(&str, &[&str])> = None;
    for word in without_strings(line).split_whitespace() {
        let bare = word.trim_start_matches('(');
        let end = bare.find(|c: char| !c.is_alphanumeric() && c != '-').unwrap_or(bare.len());
        let bare = &bare[..end];
        if word.starts_with('(') {
            outer.push(current);
        }
        if is_cmdlet(bare) {
            current = KNOWN.iter().find(|(cmdlet, _)| *cmdlet == bare);
            if current.is_none() {
                unknown.push(bare.to_owned());
            }
        } else if let (Some((cmdlet, parameters)), Some(parameter)) =
            (current, bare.strip_prefix('-'))
            && parameter.starts_with(|c: char| c.is_ascii_alphabetic())
            && !OPERATORS.contains(&bare)
            && !parameters.contains(&parameter)
        {
            unknown.push(format!("{cmdlet} {bare}"));
        }
        if word.matches(')').count() > word.matches('(').count() || is_closed(word) {
            current = outer.pop().flatten();
        }
    }
    unknown
}

/// Whether a word is a whole expression in parentheses, such as `(Get-Date).AddDays(-2)`.
fn is_closed(word: &str) -> bool {
    word.starts_with('(') && word.matches(')').count() == word.matches('(').count()
}

/// `Verb-Noun`.
fn is_cmdlet(word: &str) -> bool {
    word.split_once('-').is_some_and(|(verb, noun)| {
        verb.starts_with(|c: char| c.is_ascii_uppercase())
            && verb.chars().skip(1).all(|c| c.is_ascii_lowercase())
            && verb.len() > 1
            && noun.starts_with(|c: char| c.is_ascii_uppercase())
    })
}

/// A line with its quoted strings emptied.
fn without_strings(line: &str) -> String {
    let mut quote = None;
    line.chars()
        .filter(|c| match quote {
            None => {
                quote = ['\'', '"'].contains(c).then_some(*c);
                true
            }
            Some(open) => {
                quote = (*c != open).then_some(open);
                quote.is_none()
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_of_guides_are_found() {
        for (line, expected) in [
            ("Get-ServerComponent -Identity <server>", vec!["Get-ServerComponent"]),
            ("Get-Message -Queue 'a\\6' | Remove-Message -Queue 'a\\6'", vec!["Remove-Message"]),
            ("Get-Queue -Status Retry | Retry-Queue", vec!["Get-Queue -Status"]),
            ("Then Set-Mailbox <user> -ForwardTo x", vec!["Set-Mailbox -ForwardTo"]),
            (
                "Get-MessageTrackingLog -Start (Get-Date).AddDays(-2) -Recipient <recipient>",
                vec!["Get-MessageTrackingLog -Recipient"],
            ),
            (
                "Import-ExchangeCertificate -Password (Read-Host -AsSecure) -Server <server>",
                vec!["Read-Host -AsSecure"],
            ),
            ("Ask the provider: 'Get-Nothing -At all'", vec![]),
        ] {
            assert_eq!(unknown_words(line), expected, "{line}");
        }
    }

    #[test]
    fn the_table_is_in_order() {
        assert!(KNOWN.is_sorted_by(|a, b| a.0 < b.0));
    }
}
