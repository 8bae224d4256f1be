//! Enhanced status codes, `class.subject.detail` (RFC 3463; registry of RFC 5248).
//!
//! The table has the codes of RFC 3463 and the registered ones met in mail flow. Codes which
//! products invent, such as details above 100, have only the meaning of their subject.

use std::fmt;
use std::str::FromStr;

/// An enhanced status code such as `5.7.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnhancedStatus {
    /// 2 success, 4 persistent transient failure, 5 permanent failure.
    pub class: u8,
    /// What the code is about: address, mailbox, system, routing, protocol, content, policy.
    pub subject: u16,
    /// The condition within the subject.
    pub detail: u16,
}

/// The text was no enhanced status code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no enhanced status code: expected class.subject.detail")]
pub struct EnhancedStatusError(pub String);

const CLASSES: &[(u8, &str)] =
    &[(2, "Success"), (4, "Persistent transient failure"), (5, "Permanent failure")];

const SUBJECTS: &[(u16, &str)] = &[
    (0, "Other or undefined status"),
    (1, "Addressing status"),
    (2, "Mailbox status"),
    (3, "Mail system status"),
    (4, "Network and routing status"),
    (5, "Mail delivery protocol status"),
    (6, "Message content or media status"),
    (7, "Security or policy status"),
];

/// Subject, detail, meaning: RFC 3463 section 3 unless another RFC is named.
const DETAILS: &[(u16, u16, &str)] = &[
    (0, 0, "Other undefined status"),
    (1, 0, "Other address status"),
    (1, 1, "Bad destination mailbox address"),
    (1, 2, "Bad destination system address"),
    (1, 3, "Bad destination mailbox address syntax"),
    (1, 4, "Destination mailbox address ambiguous"),
    (1, 5, "Destination address valid"),
    (1, 6, "Destination mailbox has moved, no forwarding address"),
    (1, 7, "Bad sender's mailbox address syntax"),
    (1, 8, "Bad sender's system address"),
    (1, 9, "Message relayed to non-compliant mailer"), // RFC 3886
    (1, 10, "Recipient address has null MX"),          // RFC 7505
    (2, 0, "Other or undefined mailbox status"),
    (2, 1, "Mailbox disabled, not accepting messages"),
    (2, 2, "Mailbox full"),
    (2, 3, "Message length exceeds administrative limit"),
    (2, 4, "Mailing list expansion problem"),
    (3, 0, "Other or undefined mail system status"),
    (3, 1, "Mail system full"),
    (3, 2, "System not accepting network messages"),
    (3, 3, "System not capable of selected features"),
    (3, 4, "Message too big for system"),
    (3, 5, "System incorrectly configured"),
    (4, 0, "Other or undefined network or routing status"),
    (4, 1, "No answer from host"),
    (4, 2, "Bad connection"),
    (4, 3, "Directory server failure"),
    (4, 4, "Unable to route"),
    (4, 5, "Mail system congestion"),
    (4, 6, "Routing loop detected"),
    (4, 7, "Delivery time expired"),
    (5, 0, "Other or undefined protocol status"),
    (5, 1, "Invalid command"),
    (5, 2, "Syntax error"),
    (5, 3, "Too many recipients"),
    (5, 4, "Invalid command arguments"),
    (5, 5, "Wrong protocol version"),
    (5, 6, "Authentication exchange line is too long"), // RFC 4954
    (6, 0, "Other or undefined media error"),
    (6, 1, "Media not supported"),
    (6, 2, "Conversion required and prohibited"),
    (6, 3, "Conversion required but not supported"),
    (6, 4, "Conversion with loss performed"),
    (6, 5, "Conversion failed"),
    (6, 7, "Non-ASCII addresses not permitted for that sender or recipient"), // RFC 6531
    (6, 8, "UTF-8 string reply is required but not permitted"),               // RFC 6531
    (6, 9, "UTF-8 header cannot be transferred to one or more recipients"),   // RFC 6531
    (7, 0, "Other or undefined security status"),
    (7, 1, "Delivery not authorized, message refused"),
    (7, 2, "Mailing list expansion prohibited"),
    (7, 3, "Security conversion required but not possible"),
    (7, 4, "Security features not supported"),
    (7, 5, "Cryptographic failure"),
    (7, 6, "Cryptographic algorithm not supported"),
    (7, 7, "Message integrity failure"),
    (7, 8, "Authentication credentials invalid"), // RFC 4954
    (7, 9, "Authentication mechanism is too weak"), // RFC 4954
    (7, 10, "Encryption needed"),                 // RFC 5248
    (7, 11, "Encryption required for requested authentication mechanism"), // RFC 4954
    (7, 12, "A password transition is needed"),   // RFC 4954
    (7, 13, "User account disabled"),             // RFC 5248
    (7, 23, "SPF validation failed"),             // RFC 7372
    (7, 25, "Reverse DNS validation failed"),     // RFC 7372
    (7, 26, "Multiple authentication checks failed"), // RFC 7372
];

impl EnhancedStatus {
    /// The code `class.subject.detail`.
    pub const fn new(class: u8, subject: u16, detail: u16) -> Self {
        Self { class, subject, detail }
    }

    /// What the class says; `None` for one which is not defined.
    pub fn class_meaning(self) -> Option<&'static str> {
        CLASSES.iter().find(|(class, _)| *class == self.class).map(|(_, meaning)| *meaning)
    }

    /// What the subject says; `None` for one which is not defined.
    pub fn subject_meaning(self) -> Option<&'static str> {
        SUBJECTS.iter().find(|(subject, _)| *subject == self.subject).map(|(_, meaning)| *meaning)
    }

    /// What subject and detail say together; the subject alone when the detail is not registered.
    pub fn meaning(self) -> Option<&'static str> {
        DETAILS
            .iter()
            .find(|(subject, detail, _)| (*subject, *detail) == (self.subject, self.detail))
            .map(|(_, _, meaning)| *meaning)
            .or_else(|| self.subject_meaning())
    }
}

impl fmt::Display for EnhancedStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// Subject and detail have one to three digits without leading zeros (RFC 3463 section 2).
impl FromStr for EnhancedStatus {
    type Err = EnhancedStatusError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (class, rest) = text.split_once('.')?;
            let (subject, detail) = rest.split_once('.')?;
            let class = CLASSES.iter().map(|(own, _)| *own).find(|own| own.to_string() == class)?;
            Some(Self { class, subject: number(subject)?, detail: number(detail)? })
        };
        read().ok_or_else(|| EnhancedStatusError(text.to_owned()))
    }
}

fn number(digits: &str) -> Option<u16> {
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits.len() == 1 || !digits.starts_with('0'));
    digits.parse().ok().filter(|number| is_plain && *number <= 999)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn status(text: &str) -> EnhancedStatus {
        text.parse().unwrap()
    }

    #[test]
    fn details_have_meanings_and_unknown_ones_that_of_their_subject() {
        assert_eq!(status("5.7.1").meaning(), Some("Delivery not authorized, message refused"));
        assert_eq!(status("4.4.317").meaning(), Some("Network and routing status"));
        assert_eq!(status("4.4.317").class_meaning(), Some("Persistent transient failure"));
        assert_eq!(status("5.9.1").meaning(), None);
    }

    #[test]
    fn the_tables_are_in_order_and_without_doubles() {
        assert!(DETAILS.is_sorted_by(|a, b| (a.0, a.1) < (b.0, b.1)));
        assert!(DETAILS.iter().all(|(subject, _, _)| SUBJECTS.iter().any(|own| own.0 == *subject)));
    }

    #[test]
    fn other_texts_are_no_codes() {
        for text in [
            "", "5.7", "5.7.1.1", "3.0.0", "1.0.0", "5.07.1", "5.7.1000", "5..1", "5.+7.1",
            "5.7.1 ",
        ] {
            assert_eq!(text.parse::<EnhancedStatus>(), Err(EnhancedStatusError(text.into())));
        }
    }

    proptest! {
        #[test]
        fn text_and_back(class in prop_oneof![Just(2u8), Just(4), Just(5)], subject in 0u16..1000,
            detail in 0u16..1000) {
            let code = EnhancedStatus { class, subject, detail };
            prop_assert_eq!(code.to_string().parse(), Ok(code));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,12}|[0-9.+]{0,12}") {
            if let Ok(code) = text.parse::<EnhancedStatus>() {
                prop_assert_eq!(code.to_string(), text);
            }
        }
    }
}
