//! What can go wrong while a network is built or changed. Traffic that fails is an `io::Error`.

use std::io;
use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

/// A network could not be built or changed as asked.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// An address belongs to one host or gateway only.
    #[error("{address} already belongs to {owner}")]
    AddressTaken {
        /// The address asked for.
        address: IpAddr,
        /// The host or gateway that has it.
        owner: String,
    },
    /// A host's addresses lie in its segment.
    #[error("{address} of {host} is outside segment {segment} ({prefixes:?})")]
    AddressOutsideSegment {
        /// The address asked for.
        address: IpAddr,
        /// The host that wanted it.
        host: String,
        /// The host's segment.
        segment: String,
        /// What the segment holds.
        prefixes: Vec<IpNet>,
    },
    /// LIVE: a socket could not be bound.
    #[error("{address} cannot be served at {real}: {source}")]
    CannotBind {
        /// The virtual address.
        address: SocketAddr,
        /// The loopback address it was to have.
        real: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// The public address and port is already forwarded.
    #[error("{public} is already forwarded to {to}")]
    ForwardTaken {
        /// The public address and port.
        public: SocketAddr,
        /// Where it goes today.
        to: SocketAddr,
    },
    /// LIVE: 127.0.0.0/8 has no address left for another virtual address.
    #[error("no loopback address is left for {0}")]
    LoopbackExhausted(IpAddr),
    /// LIVE: nothing but loopback is ever bound or connected to.
    #[error("{0} is no loopback address, and the lab uses no other")]
    NotLoopback(IpAddr),
    /// Names of segments, hosts, gateways and firewall rules are unique.
    #[error("the name {0:?} is taken")]
    NameTaken(String),
    /// A host has at least one address.
    #[error("host {0} has no address")]
    NoAddress(String),
    /// Nothing is forwarded from that public address and port.
    #[error("nothing is forwarded from {0}")]
    NoSuchForward(SocketAddr),
    /// The firewall has no rule of that name.
    #[error("the firewall has no rule {0:?}")]
    NoSuchRule(String),
    /// A gateway forwards its own public addresses only.
    #[error("{address} is no public address of gateway {gateway}")]
    NotPublic {
        /// The address asked for.
        address: IpAddr,
        /// The gateway.
        gateway: String,
    },
    /// Lab time may run 1 to 10 000 times as fast as real time.
    #[error("a clock runs 1 to 10000 times real time, not {0} times")]
    SpeedOutOfRange(u32),
}
