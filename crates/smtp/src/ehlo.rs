//! What an EHLO reply offers (RFC 5321 section 4.1.1.1).
//!
//! A log may hold the whole reply flattened into one line, with blanks where lines ended. Which
//! words start an extension is then told by a table of keywords; a word in `X` starts one too,
//! unless it is a SASL mechanism. That reading is a guess where a server offers an unknown keyword.

use std::fmt;
use std::str::FromStr;

use crate::reply::Reply;

/// The extensions offered, in the order of the reply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// One entry per line of the reply, the first line aside.
    pub entries: Vec<Capability>,
}

/// One extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capability {
    /// Its keyword in the spelling it came with; case does not count.
    pub keyword: String,
    /// The words that follow.
    pub parameters: Vec<String>,
}

/// Keywords that can start an extension in a flattened reply: IANA's SMTP Service Extensions, less
/// the obsolete ones, most of which are words that a greeting could hold.
const KEYWORDS: &[&str] = &[
    "8BITMIME",
    "ATRN",
    "AUTH",
    "BINARYMIME",
    "BURL",
    "CHECKPOINT",
    "CHUNKING",
    "CONNEG",
    "CONPERM",
    "DELIVERBY",
    "DSN",
    "ENHANCEDSTATUSCODES",
    "ETRN",
    "EXPN",
    "FUTURERELEASE",
    "HELP",
    "LIMITS",
    "MT-PRIORITY",
    "MTRK",
    "NO-SOLICITING",
    "PIPELINING",
    "REQUIRETLS",
    "RRVS",
    "SIZE",
    "SMTPUTF8",
    "STARTTLS",
    "SUBMITTER",
    "UTF8SMTP",
    "VRFY",
];

/// SASL mechanisms which a flattened reply must not take for extensions.
const MECHANISMS_IN_X: &[&str] = &["XOAUTH", "XOAUTH2", "XYMCOOKIE"];

impl Capabilities {
    /// Nothing offered: what a server that answers HELO offers.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one more line, such as `SIZE 37748736`; a line without words adds nothing.
    #[must_use]
    pub fn with(mut self, line: &str) -> Self {
        self.entries.extend(Capability::from_line(line));
        self
    }

    /// Reads the reply to EHLO, of several lines or flattened into one.
    pub fn from_reply(reply: &Reply) -> Self {
        match reply.lines.as_slice() {
            [] => Self::new(),
            [line] => Self::from_words(line.split_ascii_whitespace().skip(1)),
            [_, lines @ ..] => Self {
                entries: lines.iter().filter_map(|line| Capability::from_line(line)).collect(),
            },
        }
    }

    /// The reply to EHLO which offers them, `greeting` being its first line.
    pub fn to_reply(&self, greeting: &str) -> Reply {
        let offered = self.entries.iter().map(Capability::to_string);
        Reply::with_lines(250, std::iter::once(greeting.to_owned()).chain(offered).collect())
    }

    /// Whether the extension is offered; case does not count.
    pub fn offers(&self, keyword: &str) -> bool {
        self.parameters(keyword).is_some()
    }

    /// The words that follow the keyword; `None` when the extension is not offered.
    pub fn parameters(&self, keyword: &str) -> Option<&[String]> {
        let entry =
            self.entries.iter().find(|entry| entry.keyword.eq_ignore_ascii_case(keyword))?;
        Some(&entry.parameters)
    }

    /// The largest message taken, in octets; `None` when none is named (RFC 1870 section 4).
    pub fn size_limit(&self) -> Option<u64> {
        self.parameters("SIZE")?.first()?.parse().ok().filter(|limit| *limit > 0)
    }

    /// The SASL mechanisms offered, also those of servers which write `AUTH=LOGIN`.
    pub fn auth_mechanisms(&self) -> Vec<&str> {
        let mut mechanisms = Vec::new();
        for entry in &self.entries {
            let first = match entry.keyword.split_once('=') {
                Some((keyword, first)) if keyword.eq_ignore_ascii_case("AUTH") => Some(first),
                None if entry.keyword.eq_ignore_ascii_case("AUTH") => None,
                _ => continue,
            };
            mechanisms.extend(first);
            mechanisms.extend(entry.parameters.iter().map(String::as_str));
        }
        mechanisms
    }

    fn from_words<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut entries: Vec<Capability> = Vec::new();
        for word in words {
            if starts_extension(word) {
                entries.push(Capability { keyword: word.to_owned(), parameters: Vec::new() });
            } else if let Some(entry) = entries.last_mut() {
                entry.parameters.push(word.to_owned());
            }
        }
        Self { entries }
    }
}

impl Capability {
    fn from_line(line: &str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace().map(str::to_owned);
        Some(Self { keyword: words.next()?, parameters: words.collect() })
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.keyword)?;
        self.parameters.iter().try_for_each(|parameter| write!(f, " {parameter}"))
    }
}

/// All in one line, as a flattened reply has them after its greeting.
impl fmt::Display for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, entry) in self.entries.iter().enumerate() {
            let separator = if index == 0 { "" } else { " " };
            write!(f, "{separator}{entry}")?;
        }
        Ok(())
    }
}

/// Reads the one line that `Display` writes. Words before the first keyword are dropped.
impl FromStr for Capabilities {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from_words(text.split_ascii_whitespace()))
    }
}

fn starts_extension(word: &str) -> bool {
    let is_any = |list: &[&str], word: &str| list.iter().any(|own| own.eq_ignore_ascii_case(word));
    let is_auth = word.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("AUTH="));
    let is_private = word.starts_with(['X', 'x']) && !is_any(MECHANISMS_IN_X, word);
    is_auth || is_private || is_any(KEYWORDS, word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FLAT: &str = "250  mx1.contoso.example Hello [192.0.2.30] SIZE 37748736 PIPELINING DSN \
        ENHANCEDSTATUSCODES STARTTLS X-OTHERTLS AUTH NTLM LOGIN XOAUTH2 X-OTHERAUTH GSSAPI NTLM \
        8BITMIME BINARYMIME CHUNKING XANY";

    fn capabilities() -> Capabilities {
        Capabilities::new()
            .with("SIZE 37748736")
            .with("PIPELINING")
            .with("DSN")
            .with("ENHANCEDSTATUSCODES")
            .with("STARTTLS")
            .with("X-OTHERTLS")
            .with("AUTH NTLM LOGIN XOAUTH2")
            .with("X-OTHERAUTH GSSAPI NTLM")
            .with("8BITMIME")
            .with("BINARYMIME")
            .with("CHUNKING")
            .with("XANY")
    }

    #[test]
    fn a_flattened_reply_says_the_same() {
        let flat: Reply = FLAT.parse().unwrap();
        assert_eq!(Capabilities::from_reply(&flat), capabilities());
        let lines = capabilities().to_reply("mx1.contoso.example Hello [192.0.2.30]");
        assert_eq!(Capabilities::from_reply(&lines), capabilities());
        assert_eq!(lines.to_string(), FLAT.replace("250  ", "250 "));
    }

    #[test]
    fn queries_ignore_case() {
        let offered = capabilities();
        assert!(offered.offers("starttls"));
        assert!(!offered.offers("NTLM"));
        assert_eq!(offered.size_limit(), Some(37_748_736));
        assert_eq!(offered.auth_mechanisms(), ["NTLM", "LOGIN", "XOAUTH2"]);
    }

    #[test]
    fn size_without_a_number_or_with_zero_is_no_limit() {
        assert_eq!(Capabilities::new().with("SIZE").size_limit(), None);
        assert_eq!(Capabilities::new().with("SIZE 0").size_limit(), None);
        assert_eq!(Capabilities::new().size_limit(), None);
    }

    #[test]
    fn auth_with_an_equals_sign_counts_too() {
        let offered = Capabilities::new().with("AUTH=LOGIN PLAIN").with("AUTH NTLM");
        assert_eq!(offered.auth_mechanisms(), ["LOGIN", "PLAIN", "NTLM"]);
    }

    #[test]
    fn a_keyword_scrambled_on_the_way_is_another_keyword() {
        let flat: Reply = "250 mx Hello SIZE 0 XXXXXXXA 8BITMIME".parse().unwrap();
        let offered = Capabilities::from_reply(&flat);
        assert!(!offered.offers("STARTTLS"));
        assert!(offered.offers("XXXXXXXA"));
        assert_eq!(offered.parameters("SIZE"), Some(&["0".to_owned()][..]));
    }

    #[test]
    fn a_greeting_offers_nothing() {
        assert_eq!(Capabilities::from_reply(&Reply::plain(250, "SIZE")), Capabilities::new());
        assert_eq!(Capabilities::from_reply(&Reply::plain(250, "")), Capabilities::new());
    }

    fn entry() -> impl Strategy<Value = Capability> {
        let keyword = prop_oneof![proptest::sample::select(KEYWORDS), Just("X-ANY"), Just("xany")];
        let parameters = proptest::collection::vec("[0-9]{1,8}|NTLM|LOGIN|XOAUTH2", 0..4);
        (keyword, parameters).prop_map(|(keyword, parameters)| Capability {
            keyword: keyword.to_owned(),
            parameters,
        })
    }

    proptest! {
        #[test]
        fn both_forms_are_read_back(entries in proptest::collection::vec(entry(), 0..8)) {
            let offered = Capabilities { entries };
            prop_assert_eq!(offered.to_string().parse(), Ok(offered.clone()));
            let reply = offered.to_reply("mx.contoso.example Hello");
            prop_assert_eq!(Capabilities::from_reply(&reply), offered);
        }

        #[test]
        fn any_reply_is_read(lines in proptest::collection::vec("\\PC{0,20}", 0..4)) {
            let _read = Capabilities::from_reply(&Reply::with_lines(250, lines));
        }
    }
}
