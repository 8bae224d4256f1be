//! How a client session speaks.

use crate::command::HelloVerb;

/// How a client session speaks.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// The name it gives itself.
    pub domain: String,
    /// The verb it greets with; after EHLO is refused for good it falls back to HELO.
    pub hello: HelloVerb,
    /// Verbs that start TLS, the preferred first; the first one offered is used. None: no TLS.
    pub tls_verbs: Vec<String>,
    /// What it sends without waiting, when the server offers PIPELINING.
    pub pipelining: Pipelining,
    /// Whether it sends content by BDAT when the server offers CHUNKING.
    pub uses_chunking: bool,
}

/// What a client sends without waiting for the reply before (RFC 2920).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pipelining {
    /// Nothing.
    Never,
    /// RCPT behind MAIL.
    Envelope,
    /// RCPT behind MAIL, and DATA behind the last RCPT.
    EnvelopeAndData,
}

impl ClientOptions {
    /// A client that says EHLO with this name, uses STARTTLS when offered and never pipelines.
    pub fn new(domain: impl Into<String>) -> Self {
        Self {
            domain: domain.into(),
            hello: HelloVerb::Ehlo,
            tls_verbs: vec!["STARTTLS".to_owned()],
            pipelining: Pipelining::Never,
            uses_chunking: false,
        }
    }
}
