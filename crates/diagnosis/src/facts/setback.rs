//! Errors that files tell of: in queues, traces, tracking logs, reports, protocol logs and prose.

use std::net::IpAddr;

use jiff::Timestamp;
use logs::last_error::LastError;
use logs::smtp_status::{LastAttempt, SmtpStatus};

use crate::evidence::Place;

/// An error that a file tells of.
#[derive(Clone, Debug)]
pub struct Setback {
    /// Where it is told.
    pub at: Place,
    /// By what.
    pub teller: Teller,
    /// When it happened.
    pub time: Option<Timestamp>,
    /// The error.
    pub error: LastError,
    /// Its status, outermost first: `451 4.4.0 … "421 4.4.1 …"` has two.
    pub statuses: Vec<SmtpStatus>,
    /// What Exchange Online says about its last attempt.
    pub attempt: LastAttempt,
    /// The message it is about.
    pub message_id: Option<String>,
    /// Whom it is about.
    pub recipients: Vec<String>,
}

/// What tells of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Teller {
    /// `LastError` of a queue.
    Queue,
    /// `LastError` of a message in a queue.
    QueuedMessage,
    /// A message trace of Exchange Online.
    Trace,
    /// A tracking log.
    Tracking,
    /// A report to the sender.
    Report,
    /// A reply in a protocol log.
    Session,
    /// Somebody's words.
    Prose,
}

impl Setback {
    /// An error told at that place.
    pub fn new(at: Place, teller: Teller, error: LastError) -> Self {
        let attempt = LastAttempt::parse(&error.led);
        let first = SmtpStatus::at_start(&error.led);
        let mut statuses: Vec<_> = first.into_iter().collect();
        for status in SmtpStatus::all(&error.led) {
            if !statuses.iter().any(|known| is_same(known, &status)) {
                statuses.push(status);
            }
        }
        Self {
            at,
            teller,
            time: None,
            error,
            statuses,
            attempt,
            message_id: None,
            recipients: Vec::new(),
        }
    }

    /// Whether one of its statuses has that enhanced code.
    pub fn has(&self, enhanced: &str) -> bool {
        self.statuses.iter().any(|status| status.enhanced == enhanced)
    }

    /// The detail of `4.4.316` or `5.4.316`, in whichever class: `4.316`.
    pub fn has_detail(&self, detail: &str) -> bool {
        self.statuses.iter().any(|status| status.enhanced.get(2..) == Some(detail))
    }

    /// Whether it will not be tried again.
    pub fn is_final(&self) -> bool {
        self.statuses.first().is_some_and(|status| status.code >= 500)
    }

    /// The enhanced code that says most: the innermost.
    pub fn code(&self) -> Option<&str> {
        let codes = self.statuses.iter().map(|status| status.enhanced.as_str());
        codes.filter(|code| !code.is_empty()).next_back()
    }

    /// The address that was tried.
    pub fn target_ip(&self) -> Option<IpAddr> {
        let attempted = self.attempt.ip.as_deref().and_then(address);
        let proxied = self.error.outbound_proxy.as_ref().and_then(|proxy| address(&proxy.ip));
        attempted.or_else(|| address(&self.error.ip)).or(proxied)
    }

    /// The host that was tried.
    pub fn target_name(&self) -> Option<&str> {
        let attempted = self.attempt.server_name.as_deref();
        let named = Some(self.error.fqdn.as_str());
        attempted.or(named).filter(|name| !name.is_empty())
    }
}

fn is_same(a: &SmtpStatus, b: &SmtpStatus) -> bool {
    a.code == b.code && a.enhanced == b.enhanced
}

/// An address with or without a port.
pub(crate) fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_start_matches('[').trim_end_matches(']');
    let with_port = || text.parse::<std::net::SocketAddr>().ok().map(|endpoint| endpoint.ip());
    text.parse().ok().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::FileId;

    #[test]
    fn an_error_of_exchange_online_gives_code_and_target() {
        let text = "450 4.4.316 Connection refused [Message=Socket error code 10061] [LastAttemptedServerName=mail.contoso.com] [LastAttemptedIP=192.0.2.1:25] [SmtpSecurity=-2;-2]";
        let setback =
            Setback::new(Place::line(FileId(0), 1), Teller::Trace, LastError::parse(text));
        assert!(setback.has("4.4.316") && setback.has_detail("4.316") && !setback.is_final());
        assert_eq!(setback.target_ip(), "192.0.2.1".parse().ok());
        assert_eq!(setback.target_name(), Some("mail.contoso.com"));
    }

    #[test]
    fn the_innermost_status_says_most() {
        let text = "451 4.4.0 Primary target IP address responded with: \"421 4.4.1 Connection timed out.\"";
        let setback =
            Setback::new(Place::line(FileId(0), 1), Teller::Queue, LastError::parse(text));
        assert_eq!(setback.code(), Some("4.4.1"));
    }
}
