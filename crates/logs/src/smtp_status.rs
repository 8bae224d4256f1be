//! SMTP statuses inside longer texts: `451 4.4.0 Primary target IP address responded with: "421 4.4.1 …"`,
//! and the trailer of Exchange Online, `[Message=…] [LastAttemptedServerName=…] … [server time id]`.
//!
//! Source: real NDRs, queues and traces (2016 to 2026).

use std::fmt;
use std::str::FromStr;

use exchange::culture::log_time;
use jiff::Timestamp;

use crate::log_time::read_log_time;
use crate::row::unfit;
use crate::unread::Reason;

/// A status: code, enhanced code, words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpStatus {
    /// Three digits.
    pub code: u16,
    /// `4.4.316`; empty when there is none.
    pub enhanced: String,
    /// What follows.
    pub text: String,
}

impl SmtpStatus {
    /// The status a text begins with.
    pub fn at_start(text: &str) -> Option<Self> {
        let digits = text.get(..3).filter(|digits| is_code(digits))?;
        let rest = text.get(3..)?;
        let rest = rest.strip_prefix([' ', '-'])?;
        let word = rest.split([' ', ';', ',']).next().unwrap_or_default();
        let word = word.strip_suffix('.').unwrap_or(word);
        let (enhanced, text) = if is_enhanced(word) {
            (word, rest.get(word.len()..).unwrap_or_default())
        } else {
            ("", rest)
        };
        Some(Self {
            code: digits.parse().ok()?,
            enhanced: enhanced.to_owned(),
            text: text.strip_prefix(' ').unwrap_or(text).to_owned(),
        })
    }

    /// All statuses in a text that have an enhanced code, outermost first. An inner one ends where the
    /// quotation marks or brackets around it do.
    pub fn all(text: &str) -> Vec<Self> {
        let mut found = Vec::new();
        let mut before = None;
        for (at, letter) in text.char_indices() {
            let opens =
                before.is_none_or(|before: char| !before.is_ascii_alphanumeric() && before != '.');
            if opens && letter.is_ascii_digit() {
                let rest = text.get(at..).unwrap_or_default();
                let rest = rest.get(..end_of(rest, before)).unwrap_or(rest);
                found.extend(Self::at_start(rest).filter(|status| !status.enhanced.is_empty()));
            }
            before = Some(letter);
        }
        found
    }
}

impl fmt::Display for SmtpStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        for part in [&self.enhanced, &self.text].into_iter().filter(|part| !part.is_empty()) {
            write!(f, " {part}")?;
        }
        Ok(())
    }
}

/// Where a status that stands behind `before` ends.
fn end_of(text: &str, before: Option<char>) -> usize {
    let end = match before {
        Some('"') => text.find('"'),
        Some('\'') => text.rfind('\''),
        Some('=') => text.find(']'),
        Some('(') => text.find(')'),
        _ => None,
    };
    end.unwrap_or(text.len())
}

fn is_code(digits: &str) -> bool {
    digits.starts_with(['2', '3', '4', '5']) && digits.bytes().all(|digit| digit.is_ascii_digit())
}

/// Whether a word is an enhanced status code (RFC 3463).
pub(crate) fn is_enhanced(word: &str) -> bool {
    let mut parts = word.split('.');
    let is_number = |part: &str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|digit| digit.is_ascii_digit())
    };
    parts.next().is_some_and(|class| matches!(class, "2" | "4" | "5"))
        && parts.next().is_some_and(is_number)
        && parts.next().is_some_and(is_number)
        && parts.next().is_none()
}

/// What Exchange Online says about its last attempt, behind a status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LastAttempt {
    /// What stands before the first bracket.
    pub status: String,
    /// `[Message=…]`: what went wrong.
    pub message: Option<String>,
    /// `[LastAttemptedServerName=…]`.
    pub server_name: Option<String>,
    /// `[LastAttemptedIP=…]`, with port.
    pub ip: Option<String>,
    /// `[SmtpSecurity=…]`: `-1;-1` when a certificate was judged, `-2;-2` when TLS or TCP never
    /// came up. What the numbers mean is not known.
    pub smtp_security: Option<String>,
    /// `[server time id]`: who says so.
    pub stamp: Option<ServerStamp>,
    /// What follows the last bracket, such as `(Socket error code 10061)`.
    pub rest: String,
}

/// `[HK2APC01FT031.eop-apc01.prod.protection.outlook.com 2026-04-21T13:47:53.142Z 08DC618C59ADCC5C]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerStamp {
    /// The server of Exchange Online.
    pub server: String,
    /// When, and in which session; until 2021 the server stood alone.
    pub session: Option<(Timestamp, String)>,
}

impl LastAttempt {
    /// Takes a text apart.
    pub fn parse(text: &str) -> Self {
        let mut attempt = Self::default();
        let Some(start) = text.find(" [") else {
            text.clone_into(&mut attempt.status);
            return attempt;
        };
        let (status, mut rest) = text.split_at(start);
        status.clone_into(&mut attempt.status);
        while let Some(opened) = rest.trim_start().strip_prefix('[') {
            let end = closing(opened);
            attempt.take(opened.get(..end).unwrap_or(opened));
            let after = opened.get(end..).unwrap_or_default();
            rest = after.strip_prefix(']').unwrap_or(after);
        }
        rest.trim_start().clone_into(&mut attempt.rest);
        attempt
    }

    /// What a mismatch or expiry says about the certificates.
    pub fn certificate_error(&self) -> Option<CertificateError> {
        self.message.as_deref()?.parse().ok()
    }

    fn take(&mut self, item: &str) {
        let place = match item.split_once('=') {
            Some(("Message", value)) => (&mut self.message, value),
            Some(("LastAttemptedServerName", value)) => (&mut self.server_name, value),
            Some(("LastAttemptedIP", value)) => (&mut self.ip, value),
            Some(("SmtpSecurity", value)) => (&mut self.smtp_security, value),
            _ => {
                self.stamp = self.stamp.take().or_else(|| stamp(item));
                return;
            }
        };
        *place.0 = Some(place.1.to_owned());
    }
}

impl fmt::Display for LastAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.status)?;
        let items = [
            ("Message", &self.message),
            ("LastAttemptedServerName", &self.server_name),
            ("LastAttemptedIP", &self.ip),
            ("SmtpSecurity", &self.smtp_security),
        ];
        for (key, value) in items {
            if let Some(value) = value {
                write!(f, " [{key}={value}]")?;
            }
        }
        if let Some(stamp) = &self.stamp {
            write!(f, " {stamp}")?;
        }
        f.write_str(&self.rest)
    }
}

impl fmt::Display for ServerStamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.session {
            Some((time, id)) => write!(f, "[{} {} {id}]", self.server, log_time(*time)),
            None => write!(f, "[{}]", self.server),
        }
    }
}

/// Where the bracket closes; texts of 2018 forgot one before the next opened.
fn closing(text: &str) -> usize {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '[' => depth += 1,
            ']' if depth == 0 => return at,
            ']' => depth -= 1,
            _ => {}
        }
    }
    text.find(" [").or_else(|| text.find(']')).unwrap_or(text.len())
}

fn stamp(item: &str) -> Option<ServerStamp> {
    let mut words = item.split(' ');
    let server = words.next().filter(|server| server.contains('.'))?.to_owned();
    let session = match (words.next(), words.next()) {
        (Some(time), Some(id)) => Some((read_log_time(time)?, id.to_owned())),
        (None, _) => None,
        _ => return None,
    };
    words.next().is_none().then_some(ServerStamp { server, session })
}

/// `SubjectMismatch Expected Subject: *.contoso.com. Presented Subject: CN=…. Thumbprint: ….`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateError {
    /// `SubjectMismatch`, `CertificateExpired`, …
    pub error: String,
    /// The name the connector asks for.
    pub expected_subject: Option<String>,
    /// The subject of the certificate presented.
    pub presented_subject: Option<String>,
    /// Its thumbprint.
    pub thumbprint: Option<String>,
}

const DETAILS: [&str; 3] = [" Expected Subject: ", " Presented Subject: ", " Thumbprint: "];

impl fmt::Display for CertificateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.error)?;
        let values = [&self.expected_subject, &self.presented_subject, &self.thumbprint];
        for (name, value) in DETAILS.into_iter().zip(values) {
            if let Some(value) = value {
                write!(f, "{name}{value}.")?;
            }
        }
        Ok(())
    }
}

impl FromStr for CertificateError {
    type Err = Reason;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let starts = DETAILS.map(|name| text.find(name));
        let first = starts.iter().flatten().min();
        let error = text.get(..*first.unwrap_or(&text.len())).unwrap_or_default();
        let is_word =
            !error.is_empty() && error.bytes().all(|letter| letter.is_ascii_alphanumeric());
        if !is_word || (first.is_none() && !CERTIFICATE_ERRORS.contains(&error)) {
            return Err(unfit("Message", "a certificate error", text));
        }
        let detail = |at: usize| {
            let start = (*starts.get(at)?)? + DETAILS.get(at)?.len();
            let end = starts.iter().flatten().filter(|other| **other >= start).min();
            let value = text.get(start..*end.unwrap_or(&text.len()))?;
            Some(value.strip_suffix('.').unwrap_or(value).to_owned())
        };
        Ok(Self {
            error: error.to_owned(),
            expected_subject: detail(0),
            presented_subject: detail(1),
            thumbprint: detail(2),
        })
    }
}

/// Errors that also stand without details.
const CERTIFICATE_ERRORS: [&str; 6] = [
    "SubjectMismatch",
    "UntrustedRoot",
    "CertificateExpired",
    "ExpiredCertificate",
    "EmptyCertificate",
    "IncompleteChain",
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn codes(text: &str) -> Vec<String> {
        SmtpStatus::all(text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn inner_statuses_are_found_where_they_end() {
        assert_eq!(
            codes(
                "450 4.4.101 Proxy session setup failed on Frontend with '451 4.4.0 Primary target IP address responded with \"451 5.7.3 STARTTLS is required to send mail.\" Attempted failover'."
            ),
            [
                "450 4.4.101 Proxy session setup failed on Frontend with '451 4.4.0 Primary target IP address responded with \"451 5.7.3 STARTTLS is required to send mail.\" Attempted failover'.",
                "451 4.4.0 Primary target IP address responded with \"451 5.7.3 STARTTLS is required to send mail.\" Attempted failover",
                "451 5.7.3 STARTTLS is required to send mail.",
            ]
        );
        assert_eq!(
            codes(
                "451 4.4.397 Error communicating with target host. -> 421 4.4.2 Connection dropped"
            )[1],
            "421 4.4.2 Connection dropped"
        );
        assert_eq!(
            codes("451-4.4.3 Temporary server error.")[0],
            "451 4.4.3 Temporary server error."
        );
        assert!(codes("10.1.1.3:25 is 450 bytes").is_empty());
    }

    #[test]
    fn the_trailer_is_taken_apart() {
        let text = "450 4.4.317 Cannot connect to remote server [Message=SubjectMismatch Expected Subject: *.contoso.example. Presented Subject: CN=MBX01. Thumbprint: D0AC.] [LastAttemptedServerName=mail.contoso.example] [LastAttemptedIP=203.0.113.20:25] [SmtpSecurity=-1;-1] [BN7NAM10FT003.eop-nam10.prod.protection.outlook.com 2026-03-07T18:46:06.378Z 08DB1DF24DB12D84]";
        let attempt = LastAttempt::parse(text);
        assert_eq!(attempt.to_string(), text);
        assert_eq!(attempt.smtp_security.as_deref(), Some("-1;-1"));
        let error = attempt.certificate_error().unwrap();
        assert_eq!(error.error, "SubjectMismatch");
        assert_eq!(error.expected_subject.as_deref(), Some("*.contoso.example"));
        assert_eq!(error.presented_subject.as_deref(), Some("CN=MBX01"));
        assert_eq!(error.thumbprint.as_deref(), Some("D0AC"));
    }

    #[test]
    fn a_forgotten_bracket_does_not_swallow_the_next() {
        let attempt = LastAttempt::parse(
            "450 4.4.316 Connection refused [Message=Socket error code 10061] [LastAttemptedServerName=mail.contoso.example] [LastAttemptedIP=203.0.113.20:25 [HK2APC01FT031.eop-APC01.prod.protection.outlook.com](Socket error code 10061)",
        );
        assert_eq!(attempt.ip.as_deref(), Some("203.0.113.20:25"));
        assert_eq!(attempt.stamp.unwrap().session, None);
        assert_eq!(attempt.rest, "(Socket error code 10061)");
    }

    proptest! {
        #[test]
        fn attempts_are_read_as_written(
            status in "450 4\\.4\\.31[0-9] [A-Za-z ]{0,20}[a-z]",
            values in proptest::array::uniform4(proptest::option::of("[A-Za-z0-9.:;-]{1,12}")),
            server in "[A-Z0-9]{1,8}\\.example",
            session in proptest::option::of((crate::testing::time(), "[0-9A-F]{16}")),
            rest in "(\\([a-z ]{0,9}\\))?",
        ) {
            let [message, server_name, ip, smtp_security] = values;
            let stamp = Some(ServerStamp { server, session });
            let attempt = LastAttempt { status, message, server_name, ip, smtp_security, stamp, rest };
            prop_assert_eq!(LastAttempt::parse(&attempt.to_string()), attempt);
        }

        #[test]
        fn certificate_errors_are_read_as_written(
            error in "[A-Z][A-Za-z]{1,16}",
            expected_subject in "[a-z*.]{1,12}[a-z]",
            presented_subject in proptest::option::of("CN=[a-z]{1,12}"),
            thumbprint in proptest::option::of("[0-9A-F]{40}"),
        ) {
            let error = CertificateError { error, expected_subject: Some(expected_subject), presented_subject, thumbprint };
            prop_assert_eq!(error.to_string().parse(), Ok(error));
        }

        #[test]
        fn any_text_is_read(text in "([45][0-9]{2} [45]\\.[0-9]\\.[0-9]|\\[|\\]|Message=|\"|'| |[ -~é])*") {
            let _all = SmtpStatus::all(&text);
            let _attempt = LastAttempt::parse(&text);
            let _error: Result<CertificateError, _> = text.parse();
        }
    }
}
