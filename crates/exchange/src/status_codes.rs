//! What each status code means, what causes it in a hybrid organization, what to collect next and
//! how to mend it: the catalogue behind `hybridlab explain` and behind the diagnosis of NDRs.
//!
//! Reading order: [`StatusCode`] is one entry, [`find`] the look-up; the tables stand in one file
//! per part of the code space. [`proxy_code`], [`attribution_code`] and [`socket_code`] explain the
//! numbers that stand inside the texts: `PRX2`, `ATTR34`, `10061`.
//!
//! Not modelled: codes of other mail systems, codes that only mail clients see, and 4.4.319, which
//! no source names. Where the product's words are not known for certain, `source` says
//! "unconfirmed" or "inferred".
//!
//! Sources: Microsoft Learn, "NDRs and SMTP errors in Exchange Server" (here "NDRs in Exchange
//! Server"), "Email non-delivery reports in Exchange Online" ("NDRs in Exchange Online") and "Mail
//! flow intelligence in EOP"; the support articles named by their KB number; real samples.

mod attribution;
#[cfg(test)]
mod cmdlets;
mod evidence;
mod permanent_address;
mod permanent_authentication;
mod permanent_ban;
mod permanent_content;
mod permanent_limit;
mod permanent_mailbox;
mod permanent_network;
mod permanent_reputation;
mod permanent_trust;
mod proxy;
mod remedy;
mod socket;
mod transient_connector;
mod transient_network;
mod transient_policy;
mod transient_system;

use std::cmp::Reverse;
use std::fmt;

use smtp::EnhancedStatus;

pub use attribution::{AttributionCode, attribution_code};
pub use proxy::{ProxyCode, proxy_code};
pub use socket::{SocketCode, socket_code};

/// Who writes a status code into a reply or an NDR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GeneratedBy {
    /// Exchange Online, including its edge protection.
    ExchangeOnline,
    /// Exchange Server on premises, including the Edge Transport server.
    OnPremises,
    /// Exchange Online and Exchange Server, with the same meaning.
    Either,
    /// The recipient's mail system; Exchange passes it on.
    Destination,
}

impl fmt::Display for GeneratedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ExchangeOnline => "Exchange Online",
            Self::OnPremises => "Exchange on premises",
            Self::Either => "either side",
            Self::Destination => "the destination",
        })
    }
}

/// One entry of the catalogue: a code, or a range of codes, as one generator means it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusCode {
    /// `5.4.14`, or a range `5.7.500-5.7.699`.
    pub code: &'static str,
    /// Literal texts as the product prints them, placeholders in `<angle brackets>`.
    pub texts: &'static [&'static str],
    /// Who generates it.
    pub generated_by: GeneratedBy,
    /// What it says, for an administrator who meets it for the first time.
    pub meaning: &'static str,
    /// What causes it in a hybrid organization, most likely first.
    pub hybrid_causes: &'static [&'static str],
    /// What to collect next: cmdlets as typed, files, and what other people hold.
    pub collect: &'static [&'static str],
    /// Cmdlets and actions that mend it, each for one of the causes.
    pub fix: &'static [&'static str],
    /// Where this is from, and what of it is unconfirmed or inferred.
    pub source: &'static str,
}

/// The tables, in the order of their codes.
static TABLES: &[&[StatusCode]] = &[
    transient_system::ENTRIES,
    transient_network::ENTRIES,
    transient_connector::ENTRIES,
    transient_policy::ENTRIES,
    permanent_address::ENTRIES,
    permanent_mailbox::ENTRIES,
    permanent_network::ENTRIES,
    permanent_content::ENTRIES,
    permanent_authentication::ENTRIES,
    permanent_trust::ENTRIES,
    permanent_limit::ENTRIES,
    permanent_reputation::ENTRIES,
    permanent_ban::ENTRIES,
];

/// Every entry, ordered by code, then by generator.
pub fn all() -> impl Iterator<Item = &'static StatusCode> {
    TABLES.iter().copied().flatten()
}

/// Entries for a code (`5.4.14`, `554 5.4.14`) or for any text that holds codes, such as a reply, a
/// `LastError` or a line of an NDR; without a code, entries whose literal text has the words.
///
/// A text with several codes quotes replies inside replies: the entries of the outermost come
/// first, those of the innermost, which is usually the cause, last. For one code the order is: the
/// exact code before a range, a narrow range before a wide one, and entries whose literal text
/// stands in the given one before others.
pub fn find(code_or_text: &str) -> Vec<&'static StatusCode> {
    let wording = wording(code_or_text);
    let mut found: Vec<&'static StatusCode> = Vec::new();
    for code in codes_in(code_or_text) {
        let mut entries: Vec<_> = all().filter(|entry| entry.covers(code)).collect();
        entries.sort_by_key(|entry| (entry.width(), Reverse(entry.likeness(&wording))));
        for entry in entries {
            if !found.contains(&entry) {
                found.push(entry);
            }
        }
    }
    if found.is_empty() { find_by_words(&wording) } else { found }
}

/// Entries with a literal text that stands in the wording, the longest first; if there are none,
/// entries with a literal text that the wording is part of.
fn find_by_words(wording: &str) -> Vec<&'static StatusCode> {
    let mut found: Vec<_> = all().filter(|entry| entry.likeness(wording) > 0).collect();
    found.sort_by_key(|entry| Reverse(entry.likeness(wording)));
    if found.is_empty() && wording.len() >= LETTERS_TO_RECOGNISE {
        let has_words = |text: &&str| self::wording(text).contains(wording);
        found = all().filter(|entry| entry.texts.iter().any(has_words)).collect();
    }
    found
}

/// Fewer letters than this are not enough to recognise part of a literal text.
const LETTERS_TO_RECOGNISE: usize = 5;

impl StatusCode {
    /// Whether the entry is for this code.
    pub fn covers(&self, code: EnhancedStatus) -> bool {
        self.span().is_some_and(|(first, last)| first <= code && code <= last)
    }

    /// First and last code, which are the same unless the entry is a range; `None` for a code that
    /// is not well formed, which no entry has.
    fn span(&self) -> Option<(EnhancedStatus, EnhancedStatus)> {
        let (first, last) = self.code.split_once('-').unwrap_or((self.code, self.code));
        Some((first.parse().ok()?, last.parse().ok()?))
    }

    /// How many codes a range has beyond its first.
    fn width(&self) -> u16 {
        self.span().map_or(0, |(first, last)| last.detail.saturating_sub(first.detail))
    }

    /// The length of the longest literal text that stands in the wording; 0 when none does.
    fn likeness(&self, wording: &str) -> usize {
        self.texts.iter().filter_map(|text| literal_length(text, wording)).max().unwrap_or(0)
    }
}

/// How many letters a literal text has beside its placeholders, when the wording has them in order.
fn literal_length(text: &str, wording: &str) -> Option<usize> {
    let literal = self::wording(text);
    let (first, others) = literal.split_once('<').unwrap_or((&literal, ""));
    let others =
        others.split('<').map(|piece| piece.split_once('>').map_or("", |(_, after)| after));
    let mut rest = wording;
    let mut length = 0;
    for part in std::iter::once(first).chain(others).map(str::trim) {
        (_, rest) = rest.split_once(part)?;
        length += part.len();
    }
    Some(length)
}

/// A text in lower case with single spaces, without the codes it begins with.
fn wording(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let lower = words.join(" ").to_lowercase();
    lower.trim_start_matches(|c: char| c.is_ascii_digit() || ".- ".contains(c)).to_owned()
}

/// The enhanced status codes in a text, in order; addresses and version numbers have more parts.
fn codes_in(text: &str) -> Vec<EnhancedStatus> {
    text.split(|c: char| !c.is_alphanumeric() && c != '.')
        .filter_map(|word| word.trim_matches('.').parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::cmdlets::unknown_words;
    use super::*;
    use GeneratedBy::{Destination, Either, ExchangeOnline, OnPremises};
    use proptest::prelude::*;

    /// Codes and generators of what [`find`] says.
    fn found(text: &str) -> Vec<(&'static str, GeneratedBy)> {
        find(text).into_iter().map(|entry| (entry.code, entry.generated_by)).collect()
    }

    fn codes(text: &str) -> Vec<&'static str> {
        find(text).into_iter().map(|entry| entry.code).collect()
    }

    /// Lines in the form of logs, queues, traces and NDRs, and the entry that must come first.
    const LINES: &[(&str, (&str, GeneratedBy))] = &[
        ("5.4.14", ("5.4.14", ExchangeOnline)),
        ("554 5.4.14", ("5.4.14", ExchangeOnline)),
        (
            "554 5.4.14 Hop count exceeded - possible mail loop ATTR34 \
                [PNYPR01CU001.ind.prod.outlook.com 2026-05-01T06:06:57.291Z 08DEA74796A6E2C8]",
            ("5.4.14", ExchangeOnline),
        ),
        (
            "450 4.4.316 Connection refused [Message=Socket error code 10061] \
                [LastAttemptedServerName=mail.cloudmonkeys.xyz] \
                [LastAttemptedIP=27.7.57.241:25] [SmtpSecurity=-2;-2] \
                [PNYPR01CU001.ind.prod.outlook.com 2026-05-01T06:06:57.291Z 08DEA74796A6E2C8]",
            ("4.4.316", ExchangeOnline),
        ),
        (
            "Reason: [{LED=450 4.4.317 Cannot connect to remote server [Message=SubjectMismatch \
                Expected Subject: mail.cloudmonkeys.xyz. Presented Subject: CN=CMHYBD01. \
                Thumbprint: 00AA.]};{MSG=};{FQDN=mail.cloudmonkeys.xyz};{IP=27.7.57.241};{LRT=}]",
            ("4.4.317", ExchangeOnline),
        ),
        (
            "5/1/2026 6:06:57 AM - Server at CMHYBD01.cloudmonkeys.xyz returned '550 5.4.316 \
                Message expired, connection refused(Socket error code 10061)'",
            ("5.4.316", ExchangeOnline),
        ),
        (
            "550 5.4.313 Message expired, name lookup failed(Timeout)",
            ("5.4.311-5.4.318", ExchangeOnline),
        ),
        ("#550 4.4.7 QUEUE.Expired; message expired ##", ("4.4.7", Either)),
        ("421 4.3.2 Service not active", ("4.3.2", OnPremises)),
        ("432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded", ("4.3.2", ExchangeOnline)),
        (
            "[{LED=454 4.7.5 The certificate specified in TlsCertificateName of the \
                SendConnector could not be found.};{MSG=};{FQDN=};{IP=};{LRT=}]",
            ("4.7.5", OnPremises),
        ),
        ("451 4.7.0 Temporary server error. Please try again later. PRX2", ("4.7.0", OnPremises)),
        (
            "451-4.7.0 Temporary server error. Please try again later. PRX9 RemoteHost: \
                PH7P222CA0012. ErrorCode 10054",
            ("4.7.0", ExchangeOnline),
        ),
        ("550 5.7.1 Unable to relay", ("5.7.1", OnPremises)),
        ("Diagnostic-Code: smtp;530 5.7.1 Client was not authenticated", ("5.7.1", OnPremises)),
        (
            "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException",
            ("5.2.2", Either),
        ),
        (
            "550 5.7.606 Access denied, banned sending IP [27.7.57.241]",
            ("5.7.606-5.7.649", ExchangeOnline),
        ),
        ("5.7.606-649", ("5.7.606-5.7.649", ExchangeOnline)),
        (
            "550 5.7.23 The message was rejected because of Sender Policy Framework violation \
                -> 550 SPF",
            ("5.7.23", Destination),
        ),
        ("550 5.7.950 Our rule says no", ("5.7.900-5.7.999", OnPremises)),
    ];

    #[test]
    fn the_catalogue_is_in_order_without_doubles() {
        let keys: Vec<_> = all().map(|entry| (entry.span().unwrap(), entry.generated_by)).collect();
        assert!(keys.is_sorted_by(|a, b| a < b), "{keys:?}");
    }

    #[test]
    fn ranges_stay_in_one_subject_and_go_up() {
        for entry in all().filter(|entry| entry.code.contains('-')) {
            let (first, last) = entry.span().unwrap();
            assert_eq!((first.class, first.subject), (last.class, last.subject), "{}", entry.code);
            assert!(first < last, "{}", entry.code);
            assert_eq!(entry.code, format!("{first}-{last}"));
        }
    }

    #[test]
    fn texts_that_begin_with_a_reply_code_have_the_code_of_their_entry() {
        for entry in all() {
            for text in entry.texts {
                let reply = text.get(..4).is_some_and(|start| {
                    start.ends_with([' ', '-']) && start[..3].bytes().all(|b| b.is_ascii_digit())
                });
                let first = codes_in(text).first().copied();
                assert!(!reply || first.is_some_and(|code| entry.covers(code)), "{text}");
            }
        }
    }

    #[test]
    fn every_entry_says_what_it_means_what_to_collect_and_what_to_do() {
        for entry in all() {
            assert!(entry.meaning.ends_with('.'), "{}", entry.code);
            assert!(!entry.collect.is_empty() && !entry.fix.is_empty(), "{}", entry.code);
            assert!(!entry.source.is_empty(), "{}", entry.code);
            for text in entry.texts {
                let text = text.replace("->", "");
                assert_eq!(text.matches('<').count(), text.matches('>').count(), "{text}");
            }
        }
    }

    #[test]
    fn cmdlets_exist_with_their_parameters() {
        for entry in all() {
            for line in entry.collect.iter().chain(entry.fix) {
                assert_eq!(unknown_words(line), Vec::<String>::new(), "{}: {line}", entry.code);
            }
        }
    }

    #[test]
    fn every_literal_text_finds_its_own_entry() {
        for entry in all() {
            for text in entry.texts {
                assert!(entry.likeness(&wording(text)) > 0, "{text}");
                assert!(find(text).contains(&entry), "{text}");
            }
        }
    }

    #[test]
    fn the_firewall_remedy_names_every_published_range() {
        for range in crate::eop::RANGES {
            assert!(remedy::OPEN_FIREWALL.contains(range), "{range}");
        }
    }

    #[test]
    fn lines_as_they_stand_in_logs_queues_traces_and_ndrs_are_found() {
        for (line, expected) in LINES {
            assert_eq!(found(line).first(), Some(expected), "{line}");
        }
    }

    #[test]
    fn a_quoted_reply_comes_after_the_one_that_quotes_it() {
        let line = "450 4.4.101 Proxy session setup failed on Frontend with '451 4.4.0 Primary \
            target IP address responded with \"451 5.7.3 STARTTLS is required to send mail.\" \
            Attempted failover to alternate host, but that did not succeed.'";
        assert_eq!(codes(line), ["4.4.101", "4.4.0", "5.7.3", "5.7.3"]);
    }

    #[test]
    fn an_exact_code_comes_before_a_range_and_a_narrow_range_before_a_wide_one() {
        assert_eq!(codes("5.7.509"), ["5.7.509", "5.7.500-5.7.699"]);
        assert_eq!(codes("5.7.610"), ["5.7.606-5.7.649", "5.7.500-5.7.699"]);
        assert_eq!(codes("5.7.500-5.7.699"), ["5.7.500-5.7.699"]);
    }

    #[test]
    fn words_without_a_code_are_found_in_literal_texts() {
        assert_eq!(codes("TenantAttribution; Relay Access Denied")[0], "5.7.64");
        assert_eq!(
            codes("The remote server said: HOP COUNT exceeded - possible  mail loop")[0],
            "5.4.6"
        );
        assert_eq!(codes("A matching connector cannot be found")[0], "4.4.7");
        assert_eq!(codes("certificate-expired"), ["4.7.322", "5.7.322"]);
        assert_eq!(codes("loop"), Vec::<&str>::new());
    }

    #[test]
    fn addresses_versions_and_dates_are_no_codes() {
        for text in ["10.4.4.7", "4.4.7.10:25", "id 15.2.5.7.1", "5.4.2026", "v4.4.7", "", "550"] {
            assert_eq!(codes(text), Vec::<&str>::new(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_searched(text in ".{0,80}") {
            let _entries = find(&text);
        }

        #[test]
        fn text_like_replies_is_searched(text in "[245]00[ -][245][.]7[.][0-9]{1,4}[-. <>a]{0,9}") {
            let _entries = find(&text);
        }

        #[test]
        fn every_code_of_an_entry_finds_it(index in 0..all().count(), within: u16) {
            let entry = all().nth(index).unwrap();
            let (first, last) = entry.span().unwrap();
            let detail = first.detail + within % (last.detail - first.detail + 1);
            let line = format!("smtp;550 {} text", EnhancedStatus { detail, ..first });
            prop_assert!(find(&line).contains(&entry));
        }
    }
}
