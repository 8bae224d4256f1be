//! A mail as .NET's `System.Net.Mail` writes it.
//!
//! Not modelled: attachments, headers and display names outside ASCII (such characters become `?`, as in
//! .NET without an encoding).

use std::fmt::Write as _;

use exchange::culture::Culture;
use jiff::Timestamp;

/// What a mail says.
#[derive(Clone, Debug, Default)]
pub(super) struct MailText {
    /// The sender as typed.
    pub(super) from: String,
    /// The recipients as typed.
    pub(super) to: Vec<String>,
    /// Those of copies.
    pub(super) cc: Vec<String>,
    /// The subject.
    pub(super) subject: String,
    /// The body.
    pub(super) body: String,
    /// Whether the body is HTML.
    pub(super) is_html: bool,
    /// Whether the body is UTF-8.
    pub(super) is_utf8: bool,
    /// `High`, `Low` or anything else.
    pub(super) priority: String,
}

/// Characters of a line of quoted-printable text (RFC 2045, 6.7).
const LINE_MAX: usize = 76;

impl MailText {
    /// Header and body. There is no Message-ID: the first server adds one.
    pub(super) fn to_bytes(&self, culture: Culture, now: Timestamp) -> Vec<u8> {
        let mut text = String::from("MIME-Version: 1.0\r\n");
        let mut field = |name: &str, value: &str| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{name}: {}\r\n", plain(value));
        };
        field("From", &self.from);
        field("To", &self.to.join(", "));
        if !self.cc.is_empty() {
            field("Cc", &self.cc.join(", "));
        }
        let priority = match self.priority.to_ascii_lowercase().as_str() {
            "high" => Some(["1", "urgent", "high"]),
            "low" => Some(["5", "non-urgent", "low"]),
            _ => None,
        };
        for (name, value) in
            ["X-Priority", "Priority", "Importance"].iter().zip(priority.iter().flatten())
        {
            field(name, value);
        }
        // .NET leaves the day of the week out.
        let date = culture.mail_date(now);
        field("Date", date.split_once(", ").map_or(date.as_str(), |(_, date)| date));
        field("Subject", &self.subject);
        let kind = if self.is_html { "text/html" } else { "text/plain" };
        let charset = if self.is_utf8 { "utf-8" } else { "us-ascii" };
        field("Content-Type", &format!("{kind}; charset={charset}"));
        field("Content-Transfer-Encoding", "quoted-printable");
        let body = if self.is_utf8 { self.body.clone() } else { ascii(&self.body) };
        let mut bytes = (text + "\r\n").into_bytes();
        bytes.extend(quoted_printable(&body).into_bytes());
        bytes.extend(b"\r\n");
        bytes
    }
}

/// One line of ASCII.
fn plain(text: &str) -> String {
    ascii(text).replace(['\r', '\n'], " ")
}

fn ascii(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect()
}

fn quoted_printable(text: &str) -> String {
    let lines = text.split('\n').map(|line| quoted_line(line.strip_suffix('\r').unwrap_or(line)));
    lines.collect::<Vec<_>>().join("\r\n")
}

fn quoted_line(line: &str) -> String {
    let mut quoted = String::new();
    let mut length = 0;
    let bytes = line.as_bytes();
    for (index, byte) in bytes.iter().enumerate() {
        let is_last = index + 1 == bytes.len();
        let piece = match byte {
            b' ' | b'\t' if !is_last => char::from(*byte).to_string(),
            b'!'..=b'<' | b'>'..=b'~' => char::from(*byte).to_string(),
            other => format!("={other:02X}"),
        };
        if length + piece.len() >= LINE_MAX {
            quoted.push_str("=\r\n");
            length = 0;
        }
        length += piece.len();
        quoted.push_str(&piece);
    }
    quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_mail_has_the_headers_of_dotnet() {
        let mail = MailText {
            from: "Scanner <scanner@contoso.com>".to_owned(),
            to: vec!["anna@fabrikam.com".to_owned(), "bo@fabrikam.com".to_owned()],
            subject: "Größe".to_owned(),
            body: "1 = 1\nä".to_owned(),
            priority: "High".to_owned(),
            ..MailText::default()
        };
        let culture = Culture::at(jiff::tz::offset(2));
        let bytes = mail.to_bytes(culture, "2026-05-01T06:00:00Z".parse().unwrap());
        insta::assert_snapshot!(String::from_utf8(bytes).unwrap().replace('\r', ""), @"
        MIME-Version: 1.0
        From: Scanner <scanner@contoso.com>
        To: anna@fabrikam.com, bo@fabrikam.com
        X-Priority: 1
        Priority: urgent
        Importance: high
        Date: 1 May 2026 08:00:00 +0200
        Subject: Gr??e
        Content-Type: text/plain; charset=us-ascii
        Content-Transfer-Encoding: quoted-printable

        1 =3D 1
        ?
        ");
    }

    proptest! {
        #[test]
        fn lines_are_short_and_ascii(body in "[ -~äé=\t\n]{0,300}") {
            for line in quoted_printable(&body).split("\r\n") {
                prop_assert!(line.len() <= LINE_MAX && line.is_ascii(), "{line}");
                prop_assert!(!line.ends_with([' ', '\t']) || line.is_empty(), "{line}");
            }
        }

        #[test]
        fn plain_text_stays_as_it_is(line in "[a-zA-Z0-9,.:]{0,70}") {
            prop_assert_eq!(quoted_printable(&line), line);
        }
    }
}
