//! Why a connection failed, in the words of Windows sockets.

use std::io;

/// A failed connection attempt or a broken connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SocketError {
    /// 10054: the peer reset the connection.
    ConnectionReset,
    /// 10060: no answer.
    TimedOut,
    /// 10061: the peer, or a firewall in its place, refused.
    ConnectionRefused,
    /// 10051: no route.
    NetworkUnreachable,
}

impl SocketError {
    /// The error an attempt ended with; anything else counts as a reset.
    pub fn from_io(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut => Self::TimedOut,
            io::ErrorKind::ConnectionRefused => Self::ConnectionRefused,
            io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => {
                Self::NetworkUnreachable
            }
            _ => Self::ConnectionReset,
        }
    }

    /// Winsock error code.
    pub fn code(self) -> u16 {
        match self {
            Self::NetworkUnreachable => 10_051,
            Self::ConnectionReset => 10_054,
            Self::TimedOut => 10_060,
            Self::ConnectionRefused => 10_061,
        }
    }

    /// The error of that Winsock code.
    pub fn from_code(code: u16) -> Option<Self> {
        [Self::NetworkUnreachable, Self::ConnectionReset, Self::TimedOut, Self::ConnectionRefused]
            .into_iter()
            .find(|error| error.code() == code)
    }

    /// .NET's name for it, as connectivity logs print it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ConnectionReset => "ConnectionReset",
            Self::TimedOut => "TimedOut",
            Self::ConnectionRefused => "ConnectionRefused",
            Self::NetworkUnreachable => "NetworkUnreachable",
        }
    }

    /// What Windows says of it.
    pub fn message(self) -> &'static str {
        match self {
            Self::ConnectionReset => {
                "An existing connection was forcibly closed by the remote host"
            }
            Self::TimedOut => {
                "A connection attempt failed because the connected party did not properly respond after a period of time, or established connection failed because connected host has failed to respond"
            }
            Self::ConnectionRefused => {
                "No connection could be made because the target machine actively refused it"
            }
            Self::NetworkUnreachable => {
                "A socket operation was attempted to an unreachable network"
            }
        }
    }
}
