//! Winsock and Win32 error codes that stand in `LastError`, traces and protocol logs.
//!
//! Sources: "Windows Sockets Error Codes" and "System Error Codes" (Microsoft Learn). Which of them
//! the lab's own network produces is in [`crate::winsock`].

use super::evidence;

/// One Winsock or Win32 error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketCode {
    /// The number, such as 10061.
    pub code: u16,
    /// The name of the constant.
    pub name: &'static str,
    /// What Windows says of it.
    pub text: &'static str,
    /// What it says of the mail flow.
    pub meaning: &'static str,
    /// What causes it in a hybrid organization, most likely first.
    pub hybrid_causes: &'static [&'static str],
    /// What to collect next.
    pub collect: &'static [&'static str],
}

/// The entry for a code such as 10061.
pub fn socket_code(code: u16) -> Option<&'static SocketCode> {
    SOCKET_CODES.iter().find(|entry| entry.code == code)
}

static SOCKET_CODES: &[SocketCode] = &[
    SocketCode {
        code: 995,
        name: "ERROR_OPERATION_ABORTED",
        text: "The I/O operation has been aborted because of either a thread exit or an \
            application request",
        meaning: "The sender itself gave the attempt up, usually because the other side took too \
            long to answer; nobody refused.",
        hybrid_causes: &[
            "The TCP connection was opened by a device in between and the banner never came.",
            "The server is overloaded.",
        ],
        collect: &[evidence::FRONT_END_RECEIVE_LOG, evidence::FIREWALL_LOG],
    },
    SocketCode {
        code: 10_051,
        name: "WSAENETUNREACH",
        text: "A socket operation was attempted to an unreachable network",
        meaning: "The sending computer has no route to that network.",
        hybrid_causes: &[
            "The next hop has an IPv6 address and the server has no IPv6 way out.",
            "The default gateway is missing or a VPN is down.",
        ],
        collect: &[
            evidence::HUB_SEND_LOG,
            "Test-NetConnection -ComputerName <next hop> -Port 25",
            "Resolve-DnsName -Name <next hop> -Type AAAA",
        ],
    },
    SocketCode {
        code: 10_053,
        name: "WSAECONNABORTED",
        text: "An established connection was aborted by the software in your host machine",
        meaning: "Software on the sending computer itself ended the connection.",
        hybrid_causes: &[
            "A virus scanner or firewall on the server intercepts SMTP.",
            "Data was sent again and again without an answer until the computer gave up.",
        ],
        collect: &[evidence::HUB_SEND_LOG, "The settings of security software on the server."],
    },
    SocketCode {
        code: 10_054,
        name: "WSAECONNRESET",
        text: "An existing connection was forcibly closed by the remote host",
        meaning: "The other side, or a device that speaks in its name, broke the connection.",
        hybrid_causes: &[
            "A firewall or intrusion prevention system that inspects SMTP or TLS resets the \
                session.",
            "The two sides have no TLS version in common.",
            "The service on the other side was restarted or crashed.",
        ],
        collect: &[evidence::HUB_SEND_LOG, evidence::FRONT_END_RECEIVE_LOG, evidence::FIREWALL_LOG],
    },
    SocketCode {
        code: 10_060,
        name: "WSAETIMEDOUT",
        text: "A connection attempt failed because the connected party did not properly respond \
            after a period of time, or established connection failed because connected host has \
            failed to respond",
        meaning: "Nobody answered: the packets were dropped, or the address is not in use. The \
            receiving server's log has no row of it.",
        hybrid_causes: &[
            "A firewall or the Internet provider drops port 25.",
            "The address of the next hop is wrong or the server is switched off.",
            "The NAT rule or port forwarding is gone.",
        ],
        collect: &[
            evidence::FIREWALL_LOG,
            "Test-NetConnection -ComputerName <next hop> -Port 25",
            evidence::FRONT_END_RECEIVE_LOG,
        ],
    },
    SocketCode {
        code: 10_061,
        name: "WSAECONNREFUSED",
        text: "No connection could be made because the target machine actively refused it",
        meaning: "The address answered with a refusal: no service listens on the port, or a \
            firewall rejects in its place. A firewall that drops gives 10060 instead.",
        hybrid_causes: &[
            "A firewall rejects the sender's address.",
            "The transport service on the other side is stopped.",
            "The port is forwarded to the wrong server.",
        ],
        collect: &[evidence::FIREWALL_LOG, evidence::SERVICES, evidence::FRONT_END_RECEIVE_LOG],
    },
    SocketCode {
        code: 11_001,
        name: "WSAHOST_NOT_FOUND",
        text: "No such host is known",
        meaning: "DNS says that the name does not exist.",
        hybrid_causes: &[
            "The name of the smart host is mistyped or its record was deleted.",
            "The server asks a DNS server that does not know the name.",
        ],
        collect: &[
            evidence::HUB_DNS,
            evidence::SEND_CONNECTORS,
            "Resolve-DnsName -Name <next hop> -Type A",
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status_codes::cmdlets::unknown_words;
    use crate::winsock::SocketError;

    #[test]
    fn codes_are_ordered_and_found() {
        assert!(SOCKET_CODES.is_sorted_by(|a, b| a.code < b.code));
        assert_eq!(socket_code(10_061).map(|entry| entry.name), Some("WSAECONNREFUSED"));
        assert_eq!(socket_code(10_062), None);
    }

    #[test]
    fn texts_are_those_the_network_of_the_lab_prints() {
        for error in SOCKET_CODES.iter().filter_map(|entry| SocketError::from_code(entry.code)) {
            assert_eq!(socket_code(error.code()).map(|entry| entry.text), Some(error.message()));
        }
    }

    #[test]
    fn cmdlets_exist_with_their_parameters() {
        for entry in SOCKET_CODES {
            for line in entry.collect {
                assert_eq!(unknown_words(line), Vec::<String>::new(), "{}: {line}", entry.code);
            }
        }
    }
}
