//! Who calls, whom, and what it demands of the channel.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use ca::{TlsClient, TrustStore};
use exchange::domain::DomainPattern;
use logs::information_row::Information;

use crate::computer::{Computer, LogDirectory, SharedSessionIds};

/// Who calls.
#[derive(Clone)]
pub struct Caller {
    /// The computer it calls from.
    pub computer: Arc<Computer>,
    /// Source address, when not the computer's default.
    pub source: Option<IpAddr>,
    /// Connector, as the log names it.
    pub connector_id: String,
    /// Rights the log shows before anything else: `SendRoutingHeaders`, `None`.
    pub permissions: &'static str,
    /// Name given in EHLO.
    pub hello: String,
    /// Ids for its sessions.
    pub session_ids: SharedSessionIds,
    /// Where the session is logged, if the connector is.
    pub log: Option<Arc<LogDirectory>>,
    /// What it demands of the channel.
    pub tls: TlsPolicy,
    /// The certificate it shows.
    pub identity: Arc<TlsClient>,
    /// Roots that the peer's certificate may chain to.
    pub trust: TrustStore,
    /// Longest silence of the peer.
    pub patience: Duration,
    /// Whether RCPT is sent behind MAIL without waiting.
    pub pipelines: bool,
    /// What the log says between the peer's banner and this side's EHLO.
    pub after_banner: Vec<Information>,
}

/// Whom it calls.
#[derive(Clone, Debug)]
pub struct Target {
    /// Name of the host.
    pub name: String,
    /// Its endpoint.
    pub endpoint: SocketAddr,
    /// Domain or next hop that led there, as a failed connection's log row names it.
    pub domain: String,
}

/// What the caller demands of the channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsPolicy {
    /// No TLS.
    Never,
    /// TLS when it works; else none.
    Opportunistic,
    /// TLS, and the peer proves itself so far.
    Required(Validation),
    /// TLS between Exchange servers, by `X-ANONYMOUSTLS`.
    ExchangeServers,
}

/// How far the peer must prove itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Validation {
    /// Not at all.
    EncryptionOnly,
    /// Its certificate is valid.
    Certificate,
    /// Its certificate is valid and names this domain.
    Domain(DomainPattern),
}
