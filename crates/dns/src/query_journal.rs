//! What a server was asked and what it answered, in order of arrival.
//!
//! It holds what the debug log of a Windows DNS server would show, not its form.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use fabric::Protocol;
use jiff::Timestamp;

use crate::name::DomainName;
use crate::record::RecordType;

/// A query that reached a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryEntry {
    /// When it arrived.
    pub time: Timestamp,
    /// Who asked, as the server sees it.
    pub client: SocketAddr,
    /// How it came.
    pub transport: Protocol,
    /// Its id.
    pub id: u16,
    /// Name and type asked for; `None` when it could not be read.
    pub question: Option<(DomainName, RecordType)>,
    /// The forwarders that were asked, in order; the last is the one whose answer counted, if any.
    pub forwarded_to: Vec<IpAddr>,
    /// What was answered; `None` while no answer has been sent.
    pub answer: Option<Answered>,
}

/// What a server answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The response code.
    pub code: ResponseCode,
    /// How many records the answer section held as sent.
    pub answers: u16,
    /// Whether something was cut off.
    pub truncated: bool,
}

/// How a server's answer ended (RFC 1035, 4.1.1; RFC 6891).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseCode {
    /// The name exists; there may be records.
    NoError,
    /// The server could not read the query.
    FormErr,
    /// The server failed, or those that it asked.
    ServFail,
    /// The name does not exist.
    NxDomain,
    /// The server does not do that.
    NotImp,
    /// The server does not answer that to this client.
    Refused,
    /// Any other.
    Other(u16),
}

impl From<hickory_proto::op::ResponseCode> for ResponseCode {
    fn from(code: hickory_proto::op::ResponseCode) -> Self {
        match u16::from(code) {
            0 => Self::NoError,
            1 => Self::FormErr,
            2 => Self::ServFail,
            3 => Self::NxDomain,
            4 => Self::NotImp,
            5 => Self::Refused,
            other => Self::Other(other),
        }
    }
}

/// `NXDOMAIN`, as the tools show it.
impl fmt::Display for ResponseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoError => f.write_str("NOERROR"),
            Self::FormErr => f.write_str("FORMERR"),
            Self::ServFail => f.write_str("SERVFAIL"),
            Self::NxDomain => f.write_str("NXDOMAIN"),
            Self::NotImp => f.write_str("NOTIMP"),
            Self::Refused => f.write_str("REFUSED"),
            Self::Other(code) => write!(f, "RCODE{code}"),
        }
    }
}

/// `2026-05-01T06:00:00.002Z 10.0.0.10:51000 UDP mail.contoso.example A: NOERROR 1, by 192.0.2.53`.
impl fmt::Display for QueryEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let transport = match self.transport {
            Protocol::Tcp => "TCP",
            Protocol::Udp => "UDP",
        };
        write!(f, "{:.3} {} {transport} ", self.time, self.client)?;
        match &self.question {
            Some((name, record_type)) => write!(f, "{name} {record_type}: ")?,
            None => f.write_str("unreadable: ")?,
        }
        match self.answer {
            Some(Answered { code, answers, truncated }) => {
                write!(f, "{code} {answers}{}", if truncated { " truncated" } else { "" })?;
            }
            None => f.write_str("no answer yet")?,
        }
        for (place, forwarder) in self.forwarded_to.iter().enumerate() {
            write!(f, "{} {forwarder}", if place == 0 { ", by" } else { "," })?;
        }
        Ok(())
    }
}
