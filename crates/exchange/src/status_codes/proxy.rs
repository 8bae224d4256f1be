//! `PRXn`: why a front end could not pass a session on, the last word of
//! `451 4.7.0 Temporary server error. Please try again later. PRXn`.
//!
//! Not modelled: PRX7, which no source names. Microsoft has published no list of these codes.

use super::{GeneratedBy, evidence, remedy};

/// One `PRXn` code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProxyCode {
    /// `PRX2`.
    pub code: &'static str,
    /// Whose front end writes it.
    pub generated_by: GeneratedBy,
    /// What it says.
    pub meaning: &'static str,
    /// What causes it in a hybrid organization, most likely first.
    pub hybrid_causes: &'static [&'static str],
    /// What to collect next.
    pub collect: &'static [&'static str],
    /// Cmdlets and actions that mend it.
    pub fix: &'static [&'static str],
    /// Where this is from, and what of it is unconfirmed.
    pub source: &'static str,
}

/// The entry for a code such as `PRX2`, in any case.
pub fn proxy_code(code: &str) -> Option<&'static ProxyCode> {
    PROXY_CODES.iter().find(|entry| entry.code.eq_ignore_ascii_case(code.trim()))
}

static PROXY_CODES: &[ProxyCode] = &[
    ProxyCode {
        code: "PRX1",
        generated_by: GeneratedBy::OnPremises,
        meaning: "Front End Transport found no Transport service to pass the session on to.",
        hybrid_causes: &[
            "No Mailbox server is active: maintenance mode was never ended.",
            "Active Directory could not be asked where the recipient's mailbox is.",
        ],
        collect: &[evidence::COMPONENTS, evidence::SERVICES, evidence::FRONT_END_PROXY_LOG],
        fix: &["Set-ServerComponentState -Identity <server> -Component HubTransport -Requester \
                Maintenance -State Active"],
        source: "Unconfirmed: meaning from memory",
    },
    ProxyCode {
        code: "PRX2",
        generated_by: GeneratedBy::OnPremises,
        meaning: "Front End Transport could not resolve the name of the Mailbox server it wanted \
            to pass the session on to.",
        hybrid_causes: &[
            "One of the DNS servers of the network adapter or of InternalDNSServers is an Internet \
                provider's and does not know internal names: mail fails now and then.",
            "InternalDNSServers was set and is ignored, because InternalDNSAdapterEnabled is still \
                true.",
        ],
        collect: &[
            evidence::FRONT_END_DNS,
            evidence::HUB_DNS,
            "Resolve-DnsName -Name <server FQDN> -Type A -Server <each DNS server>",
            evidence::FRONT_END_PROXY_LOG,
        ],
        fix: &[
            "Set-FrontendTransportService <server> -InternalDNSServers <domain controller address> \
                -InternalDNSAdapterEnabled $false",
            "Set-TransportService <server> -InternalDNSServers <domain controller address> \
                -InternalDNSAdapterEnabled $false",
        ],
        source: "c7solutions.com, \"451 4.7.0 Temporary server error. Please try again later. \
            PRX2\"",
    },
    ProxyCode {
        code: "PRX3",
        generated_by: GeneratedBy::OnPremises,
        meaning: "Front End Transport resolved the Mailbox server's name and could not connect to \
            it on port 2525.",
        hybrid_causes: &[
            "The Microsoft Exchange Transport service is stopped.",
            "A firewall between the servers blocks port 2525.",
        ],
        collect: &[
            evidence::SERVICES,
            evidence::FRONT_END_PROXY_LOG,
            "Test-NetConnection -ComputerName <server FQDN> -Port 2525",
        ],
        fix: &["Start-Service MSExchangeTransport"],
        source: "Unconfirmed: meaning from memory",
    },
    ProxyCode {
        code: "PRX4",
        generated_by: GeneratedBy::Either,
        meaning: "The session between front end and back end could not be secured or \
            authenticated. With \"NextHop:\" behind it, it is Exchange Online's own and passes.",
        hybrid_causes: &[
            "A client that signed in cannot be passed on, because the back end does not offer \
                X-ANONYMOUSTLS or Exchange Server authentication fails.",
        ],
        collect: &[
            evidence::FRONT_END_PROXY_LOG,
            evidence::HUB_RECEIVE_LOG,
            "Get-ReceiveConnector -Server <server> | Format-List \
                Identity,AuthMechanism,SuppressXAnonymousTls",
            evidence::CERTIFICATES,
        ],
        fix: &["Set-ReceiveConnector '<server>\\Default <server>' -SuppressXAnonymousTls $false \
                -AuthMechanism Tls,BasicAuth,ExchangeServer,Integrated"],
        source: "pupuweb.com, \"451 4.7.0\"; field reports for Exchange Online's form. \
            Unconfirmed: the fix by the connector's defaults",
    },
    ProxyCode {
        code: "PRX5",
        generated_by: GeneratedBy::OnPremises,
        meaning: "The session could not be passed on as one of a known partner: the Receive \
            connector's TlsDomainCapabilities does not fit the certificate of Exchange Online.",
        hybrid_causes: &[
            "TlsDomainCapabilities still names an old certificate, such as MSIT Machine Auth CA 2, \
                because the Hybrid Configuration wizard was last run long ago.",
            "Receive connectors other than Default Frontend were disabled.",
        ],
        collect: &[evidence::RECEIVE_CONNECTORS, evidence::FRONT_END_RECEIVE_LOG],
        fix: &[
            "Set-ReceiveConnector '<server>\\Default Frontend <server>' -TlsDomainCapabilities \
                mail.protection.outlook.com:AcceptCloudServicesMail",
            remedy::HCW,
        ],
        source: "KB 3156771",
    },
    ProxyCode {
        code: "PRX6",
        generated_by: GeneratedBy::OnPremises,
        meaning: "The back end answered in a way the front end did not expect.",
        hybrid_causes: &["A firewall with SMTP inspection stands between the Exchange servers."],
        collect: &[evidence::FRONT_END_PROXY_LOG, evidence::HUB_RECEIVE_LOG],
        fix: &["Turn SMTP inspection off between the Exchange servers."],
        source: "Unconfirmed: meaning from memory",
    },
    ProxyCode {
        code: "PRX8",
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Exchange Online has too many connections at once (421 4.3.2); it passes.",
        hybrid_causes: &[],
        collect: &[evidence::HUB_SEND_LOG],
        fix: &["Wait: the queue is tried again."],
        source: "Field reports",
    },
    ProxyCode {
        code: "PRX9",
        generated_by: GeneratedBy::ExchangeOnline,
        meaning: "Exchange Online lost the connection to a server of its own; ErrorCode is the \
            Winsock error. It passes.",
        hybrid_causes: &[],
        collect: &[evidence::HUB_SEND_LOG],
        fix: &["Wait: the queue is tried again."],
        source: "Field reports",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status_codes::cmdlets::unknown_words;

    #[test]
    fn codes_are_found_in_any_case() {
        assert_eq!(proxy_code(" prx2 ").map(|entry| entry.code), Some("PRX2"));
        assert_eq!(proxy_code("PRX7"), None);
        assert!(PROXY_CODES.is_sorted_by(|a, b| a.code < b.code));
    }

    #[test]
    fn cmdlets_exist_with_their_parameters() {
        for entry in PROXY_CODES {
            for line in entry.collect.iter().chain(entry.fix) {
                assert_eq!(unknown_words(line), Vec::<String>::new(), "{}: {line}", entry.code);
            }
        }
    }
}
