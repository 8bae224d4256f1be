//! The headers of a mail: ids, the hops in `Received:`, and what Exchange says about trust.
//!
//! A header whose continuation lines lost their indentation (web pages do that) is still read as one.
//!
//! Not modelled: bodies, which `ndr` reads where they matter.
//!
//! Source: RFC 5322; real mails that passed Exchange 2007 to 2019 and Exchange Online.

use exchange::guid::Guid;
use jiff::Timestamp;
use mail_parser::MessageParser;

use crate::log_time::read_mail_date;
use crate::received::ReceivedHop;

/// One header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Name, as written.
    pub name: String,
    /// Value on one line.
    pub value: String,
}

/// The headers of a mail, top first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(pub Vec<Header>);

impl Headers {
    /// Reads headers up to the empty line, and says where the body begins.
    pub fn read(text: &str) -> (Self, usize) {
        let mut headers: Vec<Header> = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let bare = line.trim_end_matches(['\r', '\n']);
            if bare.is_empty() {
                at += line.len();
                break;
            }
            match (starts_header(bare), headers.last_mut()) {
                (Some((name, value)), _) => {
                    headers.push(Header { name: name.to_owned(), value: value.trim().to_owned() });
                }
                (None, Some(last)) => {
                    if !last.value.is_empty() {
                        last.value.push(' ');
                    }
                    last.value.push_str(bare.trim());
                }
                // `From someone …`, with which mailbox files part mails.
                (None, None) if bare.starts_with("From ") => {}
                (None, None) => break,
            }
            at += line.len();
        }
        (Self(headers), at)
    }

    /// The first value of a header, whatever the case of its name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All values of a header, top first.
    pub fn all<'h>(&'h self, name: &str) -> impl Iterator<Item = &'h str> {
        let fits = move |header: &&'h Header| header.name.eq_ignore_ascii_case(name);
        self.0.iter().filter(fits).map(|header| header.value.as_str())
    }

    /// `Message-ID:` with its angle brackets.
    pub fn message_id(&self) -> Option<&str> {
        self.get("Message-ID")
    }

    /// The id that stays with the message and its copies, as Exchange Online or a server stamped it.
    pub fn network_message_id(&self) -> Option<Guid> {
        const NAMES: [&str; 4] = [
            "X-MS-Exchange-Organization-Network-Message-Id",
            "X-MS-Exchange-CrossTenant-Network-Message-Id",
            "X-MS-Exchange-CrossPremises-Network-Message-Id",
            "X-MS-Office365-Filtering-Correlation-Id",
        ];
        NAMES.iter().find_map(|name| self.get(name)?.parse().ok())
    }

    /// `Subject:` with encoded words decoded.
    pub fn subject(&self) -> Option<String> {
        let raw = self.get("Subject")?;
        if !raw.contains("=?") {
            return Some(raw.to_owned());
        }
        let message = format!("Subject: {raw}\r\n\r\n");
        let parsed = MessageParser::new().with_minimal_headers().parse(message.as_bytes());
        let decoded = parsed.as_ref().and_then(|message| message.subject()).map(str::to_owned);
        decoded.or_else(|| Some(raw.to_owned()))
    }

    /// `Date:`.
    pub fn date(&self) -> Option<Timestamp> {
        read_mail_date(self.get("Date")?)
    }

    /// The hops, newest first.
    pub fn received(&self) -> Vec<ReceivedHop> {
        self.all("Received").map(ReceivedHop::parse).collect()
    }

    /// How the message was trusted, in the words of whoever stamped it.
    pub fn trust(&self) -> Trust<'_> {
        let organization = |name: &str| self.get(&format!("X-MS-Exchange-Organization-{name}"));
        Trust {
            auth_as: organization("AuthAs"),
            auth_source: organization("AuthSource"),
            auth_mechanism: organization("AuthMechanism"),
            message_directionality: organization("MessageDirectionality"),
            cross_tenant_auth_as: self.get("X-MS-Exchange-CrossTenant-AuthAs"),
            cross_tenant_from_entity: self.get("X-MS-Exchange-CrossTenant-FromEntityHeader"),
            cross_premises_auth_as: self.get("X-MS-Exchange-CrossPremises-AuthAs"),
            headers_preserved: self.get("X-OrganizationHeadersPreserved"),
            headers_promoted: self.get("X-CrossPremisesHeadersPromoted"),
            headers_filtered: self.get("X-CrossPremisesHeadersFiltered"),
            headers_filtered_by_send_connector: self
                .get("X-CrossPremisesHeadersFilteredBySendConnector"),
            originator_org: self.get("X-OriginatorOrg"),
        }
    }
}

/// Headers in which Exchange says whether a message is internal, and who let it through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trust<'m> {
    /// `Internal`, `Anonymous`, `Partner` or `External`.
    pub auth_as: Option<&'m str>,
    /// Server that said so.
    pub auth_source: Option<&'m str>,
    /// Two hexadecimal digits.
    pub auth_mechanism: Option<&'m str>,
    /// `Originating` or `Incoming`.
    pub message_directionality: Option<&'m str>,
    /// The same from one tenant to another.
    pub cross_tenant_auth_as: Option<&'m str>,
    /// `Internet`, `Hosted` or `HybridOnPrem`.
    pub cross_tenant_from_entity: Option<&'m str>,
    /// Still there when the receiving side did not promote the headers.
    pub cross_premises_auth_as: Option<&'m str>,
    /// Server that turned organization headers into cross-premises headers.
    pub headers_preserved: Option<&'m str>,
    /// Server that turned them back.
    pub headers_promoted: Option<&'m str>,
    /// Server that removed cross-premises headers it had promoted, or did not trust.
    pub headers_filtered: Option<&'m str>,
    /// Server whose Send connector lacks `CloudServicesMailEnabled`.
    pub headers_filtered_by_send_connector: Option<&'m str>,
    /// Accepted domain of the sender's organization.
    pub originator_org: Option<&'m str>,
}

/// Name and value, when a line begins a header. RFC 5322 allows more letters in a name than any mail
/// has; an address or a time that continues a header must not be taken for one.
pub(crate) fn starts_header(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let is_letter = |letter: u8| letter.is_ascii_alphanumeric() || b"-_.".contains(&letter);
    let is_name = name.starts_with(|letter: char| letter.is_ascii_alphabetic());
    (is_name && name.bytes().all(is_letter)).then_some((name, value))
}

/// Puts a blank before continuation lines that lost theirs, in every block of headers: at the top,
/// after a boundary, and at the top of an attached message.
pub(crate) fn mend_folding(text: &str) -> (String, Vec<u64>) {
    let mut out = String::with_capacity(text.len());
    let mut mended = Vec::new();
    let mut in_headers = true;
    let mut carries_message = false;
    let mut boundaries = Vec::new();
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let bare = line.trim_end_matches(['\r', '\n']);
        if bare.strip_prefix("--").is_some_and(|name| boundaries.contains(&name)) {
            (in_headers, carries_message) = (true, false);
        } else if bare.is_empty() {
            in_headers = in_headers && carries_message;
            carries_message = false;
        } else if in_headers {
            boundaries.extend(boundary(bare));
            let header = starts_header(bare);
            if header.is_some_and(|(name, value)| is_message_type(name, value)) {
                carries_message = true;
            }
            if header.is_none() && !bare.starts_with([' ', '\t']) && number > 1 {
                out.push(' ');
                mended.push(number);
            }
        }
        out.push_str(line);
    }
    (out, mended)
}

/// The boundary a line of a header names.
fn boundary(line: &str) -> Option<&str> {
    let (_, value) = line.split_once("boundary=")?;
    match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => value.split(';').next().map(str::trim_end),
    }
}

fn is_message_type(name: &str, value: &str) -> bool {
    let value = value.trim_start().to_ascii_lowercase();
    name.eq_ignore_ascii_case("Content-Type")
        && (value.starts_with("message/") || value.starts_with("text/rfc822-headers"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MAIL: &str = "Received: from mbx02.contoso.example (192.168.1.5) by\r\n mbx01.contoso.example (192.168.1.4) with Microsoft SMTP Server id 15.2.1544.4;\r\n Fri, 1 May 2026 11:36:57 +0530\r\nSubject: =?utf-8?B?w6kh?=\r\nMessage-ID: <1@contoso.example>\r\nX-MS-Exchange-Organization-AuthAs: Anonymous\r\nX-MS-Exchange-Organization-Network-Message-Id: 13fad5b7-39c5-46e7-130e-08d4a138ac67\r\nDate: Fri, 1 May 2026 11:36:57 +0530\r\n\r\nbody: no header\r\n";

    #[test]
    fn headers_are_read_up_to_the_body() {
        let (headers, body) = Headers::read(MAIL);
        assert_eq!(MAIL.get(body..), Some("body: no header\r\n"));
        assert_eq!(headers.message_id(), Some("<1@contoso.example>"));
        assert_eq!(headers.subject().as_deref(), Some("é!"));
        assert_eq!(headers.trust().auth_as, Some("Anonymous"));
        assert_eq!(
            headers.network_message_id().map(|id| id.to_string()).as_deref(),
            Some("13fad5b7-39c5-46e7-130e-08d4a138ac67")
        );
        assert_eq!(headers.received()[0].by, "mbx01.contoso.example");
        assert_eq!(headers.date().unwrap().to_string(), "2026-05-01T06:06:57Z");
    }

    #[test]
    fn lost_indentation_is_put_back_in_headers_only() {
        let text = "Received: from a\nby b; c\nContent-Type: multipart/mixed;\nboundary=x\n\nno header\n--x\nContent-Type: message/rfc822\n\nTo: a,\nb\n\nb\n";
        let (mended, lines) = mend_folding(text);
        assert_eq!(lines, [2, 4, 11]);
        assert!(mended.contains("\n boundary=x\n\nno header"));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(Subject: =\\?|Received: from|--|[a-z]{1,3}: |[ -~é]|\r?\n)*") {
            let (headers, body) = Headers::read(&text);
            prop_assert!(text.get(body..).is_some());
            let _subject = headers.subject();
            let _hops = headers.received();
            let _mended = mend_folding(&text);
        }
    }
}
