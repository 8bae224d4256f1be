//! Every connection attempt, for tests and for whoever wants to see what went on.
//!
//! This is the lab's own view and no evidence: no firewall or server could have written it.

use std::net::SocketAddr;

use jiff::Timestamp;

use crate::route::Verdict;

/// A program's attempt to connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionAttempt {
    /// Lab time of the first SYN.
    pub time: Timestamp,
    /// Who connects: its own address.
    pub from: SocketAddr,
    /// The address asked for.
    pub to: SocketAddr,
    /// Who connects, as the destination sees it.
    pub seen_as: SocketAddr,
    /// What became of the last SYN so far.
    pub verdict: Verdict,
}
