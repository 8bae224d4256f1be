//! How Exchange Online words a failed attempt, and the same failure once the time has run out.
//!
//! `450 4.4.316 Connection refused [Message=…] [LastAttemptedServerName=…] [LastAttemptedIP=…]
//! [SmtpSecurity=…] [server time id]` becomes `550 5.4.316 Message expired, connection
//! refused(…)` after 24 hours. Texts from real traces and reports of 2017 to 2026; 4.4.317 reads
//! "Cannot establish session with remote server" since 2026.

use exchange::status;
use exchange::winsock::SocketError;
use logs::smtp_status::{CertificateError, LastAttempt, ServerStamp};

use smtp::Reply;

use crate::smtp_out::{ConnectFailure, Target};

/// A failed attempt in Exchange Online's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wording {
    /// Last number of the status: 316 of 4.4.316 and 5.4.316.
    pub detail: u16,
    /// What 4.4.x says.
    pub deferred: &'static str,
    /// What 5.4.x says after "Message expired, ".
    pub expired: &'static str,
    /// The inner message.
    pub message: String,
    /// `-1;-1` when a certificate was judged, `-2;-2` when TLS or TCP never came up.
    pub security: &'static str,
}

const CANNOT: (&str, &str) =
    ("Cannot establish session with remote server", "cannot connect to remote server");

/// Words for a connection that did not come to the point where mail can be sent.
pub(super) fn wording(failure: &ConnectFailure) -> Wording {
    let words = |detail, deferred, expired, message: String, security| Wording {
        detail,
        deferred,
        expired,
        message,
        security,
    };
    match failure {
        ConnectFailure::Socket(SocketError::ConnectionRefused) => words(
            316,
            "Connection refused",
            "connection refused",
            "Socket error code 10061".to_owned(),
            "-2;-2",
        ),
        ConnectFailure::Socket(error) => words(
            315,
            "Connection timed out",
            "connection timed out",
            format!("Socket error code {}", error.code()),
            "-2;-2",
        ),
        ConnectFailure::Dropped(_) => words(
            318,
            "Connection was closed abruptly",
            "connection reset",
            "SuspiciousRemoteServerError".to_owned(),
            "-2;-2",
        ),
        ConnectFailure::Silent => words(
            315,
            "Connection timed out",
            "connection timed out",
            "Socket error code 10060".to_owned(),
            "-2;-2",
        ),
        ConnectFailure::StartTlsNotOffered => words(
            317,
            CANNOT.0,
            CANNOT.1,
            "451 5.7.3 STARTTLS is required to send mail".to_owned(),
            "-2;-2",
        ),
        ConnectFailure::TlsFailed(error) => words(
            317,
            CANNOT.0,
            CANNOT.1,
            format!("451 4.4.0 TLS negotiation failed with error {error}"),
            "-2;-2",
        ),
        ConnectFailure::Certificate(failure) => {
            let error = CertificateError {
                error: failure.word.to_owned(),
                expected_subject: failure.expected.clone(),
                presented_subject: Some(failure.presented.clone()),
                thumbprint: Some(failure.thumbprint.clone()),
            };
            words(317, CANNOT.0, CANNOT.1, error.to_string(), "-1;-1")
        }
        ConnectFailure::Refused(reply) | ConnectFailure::Authentication(reply) => {
            words(317, CANNOT.0, CANNOT.1, reply.to_string(), "-2;-2")
        }
    }
}

impl Wording {
    /// `450 4.4.316 Connection refused [Message=…] …`
    pub(super) fn deferral(&self, target: &Target, stamp: ServerStamp) -> String {
        LastAttempt {
            status: format!("450 4.4.{} {}", self.detail, self.deferred),
            message: Some(self.message.clone()),
            server_name: Some(target.name.clone()),
            ip: Some(target.endpoint.to_string()),
            smtp_security: Some(self.security.to_owned()),
            stamp: Some(stamp),
            rest: String::new(),
        }
        .to_string()
    }
}

/// `550 5.4.316 Message expired, connection refused(Socket error code 10061)`: what a deferral becomes
/// when the time has run out.
pub(super) fn expired(deferral: &str) -> String {
    let attempt = LastAttempt::parse(deferral);
    let Some(rest) = attempt.status.strip_prefix("450 4.4.") else {
        return format!("550 5.4.300 Message expired -> {deferral}");
    };
    let detail = rest.split(' ').next().unwrap_or_default();
    let reason = match detail {
        "312" => "DNS query failed",
        "315" => "connection timed out",
        "316" => "connection refused",
        "317" => "cannot connect to remote server",
        "318" => "connection reset",
        _ => return format!("550 5.4.300 Message expired -> {deferral}"),
    };
    format!("550 5.4.{detail} Message expired, {reason}({})", attempt.message.unwrap_or_default())
}

/// What a next hop refused: in its own words where it gives an enhanced status, else wrapped. Real reports of 2018 have
/// `550 5.1.351 … -> 550 <kim@contoso.com>: User unknown`; `5.0.350` is Microsoft Learn's, "fix 550 5.0.350". That the first
/// is for 550, 551 and 553 and the second for all others is ours.
pub(super) fn refused(reply: &Reply) -> String {
    if reply.enhanced.is_some() {
        return reply.to_string();
    }
    let wrapper = match reply.code {
        550 | 551 | 553 => status::RECIPIENT_REFUSED_BY_REMOTE,
        _ => status::REFUSED_BY_REMOTE,
    };
    format!("{wrapper} -> {reply}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smtp_out::CertificateFailure;

    fn target() -> Target {
        Target {
            name: "mail.cloudmonkeys.xyz".to_owned(),
            endpoint: "27.7.57.241:25".parse().unwrap(),
            domain: "cloudmonkeys.xyz".to_owned(),
        }
    }

    fn stamp() -> ServerStamp {
        let at = "2026-05-01T06:06:57.291Z".parse().unwrap();
        ServerStamp {
            server: "PN1PEPF000026E8.INDPRD01.prod.outlook.com".to_owned(),
            session: Some((at, "08DEA74796A6E2C8".to_owned())),
        }
    }

    #[test]
    fn a_refused_connection_reads_like_the_real_one_now_and_a_day_later() {
        let failure = ConnectFailure::Socket(SocketError::ConnectionRefused);
        let deferral = wording(&failure).deferral(&target(), stamp());
        assert_eq!(
            deferral,
            "450 4.4.316 Connection refused [Message=Socket error code 10061] [LastAttemptedServerName=mail.cloudmonkeys.xyz] [LastAttemptedIP=27.7.57.241:25] [SmtpSecurity=-2;-2] [PN1PEPF000026E8.INDPRD01.prod.outlook.com 2026-05-01T06:06:57.291Z 08DEA74796A6E2C8]"
        );
        assert_eq!(
            expired(&deferral),
            "550 5.4.316 Message expired, connection refused(Socket error code 10061)"
        );
    }

    #[test]
    fn a_refusal_without_an_enhanced_status_is_wrapped() {
        let told = |text: &str| refused(&text.parse().unwrap());
        assert_eq!(
            told("550 5.1.1 <bo@a.example>... User unknown"),
            "550 5.1.1 <bo@a.example>... User unknown"
        );
        assert_eq!(
            told("550 Unknown user bo@a.example"),
            "550 5.1.351 Remote server returned unknown recipient or mailbox unavailable -> 550 Unknown user bo@a.example"
        );
        assert_eq!(
            told("552 Too much"),
            "550 5.0.350 Remote server returned an error -> 552 Too much"
        );
    }

    #[test]
    fn a_wrong_certificate_names_both_subjects() {
        let failure = ConnectFailure::Certificate(CertificateFailure {
            word: "SubjectMismatch",
            expected: Some("mail.cloudmonkeys.xyz".to_owned()),
            presented: "CN=CMEDGE01".to_owned(),
            thumbprint: "D0AC".to_owned(),
        });
        assert_eq!(
            wording(&failure).message,
            "SubjectMismatch Expected Subject: mail.cloudmonkeys.xyz. Presented Subject: CN=CMEDGE01. Thumbprint: D0AC."
        );
    }
}
