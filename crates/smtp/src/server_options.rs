//! How a server session reads, and where it stands.

use crate::line::BareLineFeeds;

/// How a server session reads.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// Verbs passed on as [`Request::Extension`](crate::Request::Extension), in any state.
    pub extension_verbs: Vec<String>,
    /// Verbs which start TLS as STARTTLS does; like it they must be offered.
    pub tls_verbs: Vec<String>,
    /// Longest line read, in octets without the line ending.
    pub line_octets_max: usize,
    /// Largest content kept, in octets.
    pub message_octets_max: u64,
    /// How many errors the session bears; with the next it closes. `None` bears all.
    pub protocol_errors_max: Option<u32>,
    /// What a bare LF means in commands.
    pub bare_line_feeds_in_commands: BareLineFeeds,
    /// What a bare LF means in content; declared binary content may always hold it.
    pub bare_line_feeds_in_content: BareLineFeeds,
}

impl Default for ServerOptions {
    /// Lines up to the longest that any extension asks for (12288 octets, RFC 4954 section 4),
    /// content up to 64 MiB, no limit of errors, bare LFs accepted, no verbs beyond the RFCs'.
    fn default() -> Self {
        Self {
            extension_verbs: Vec::new(),
            tls_verbs: Vec::new(),
            line_octets_max: 12288,
            message_octets_max: 64 << 20,
            protocol_errors_max: None,
            bare_line_feeds_in_commands: BareLineFeeds::Accept,
            bare_line_feeds_in_content: BareLineFeeds::Accept,
        }
    }
}

/// Where a server session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerState {
    /// Nothing said yet, or the hello is still to come.
    Connected,
    /// EHLO or HELO was accepted.
    Greeted,
    /// MAIL was accepted.
    Mail,
    /// At least one RCPT was accepted.
    Recipients,
    /// Content is coming.
    Content,
    /// A response to a 334 reply is to come.
    Authentication,
    /// The client may start TLS.
    TlsHandshake,
    /// Nothing is read any more.
    Closed,
}
