//! `Thread-Index:`, by which Outlook groups a conversation.
//!
//! Base64 of 22 octets for its first message: 1, the time as the upper five octets of a Windows file time, a GUID. Every answer, a
//! report among them, adds five octets.
//!
//! Source: [MS-OXOMSG] 2.2.1.3; real mails and their reports (Exchange Online, 2018).
//!
//! Not modelled: the time that passed, in the five octets of an answer; they count the answers only.

use exchange::guid::Guid;
use jiff::Timestamp;

use crate::smtp_in::base64;

/// Octets of the first message's part.
const FIRST: usize = 22;
/// From 1601, where file times begin, to 1970, in seconds.
const FILE_TIME_EPOCH: i64 = 11_644_473_600;

/// The index of a conversation's first message.
pub(crate) fn first(at: Timestamp, conversation: Guid) -> String {
    let file_time = (i128::from(FILE_TIME_EPOCH) * 1_000_000_000 + at.as_nanosecond()) / 100;
    let mut octets = vec![1];
    // The upper octet of eight is in the second, as in real ones.
    octets.extend(file_time.to_be_bytes().into_iter().skip(8).take(5));
    octets.extend(conversation.0.to_be_bytes());
    base64::encode(&octets)
}

/// The index of an answer; `None` when the first is none.
pub(crate) fn reply(index: &str) -> Option<String> {
    let mut octets = base64::decode(index).filter(|octets| octets.len() >= FIRST)?;
    let answers = u8::try_from((octets.len() - FIRST) / 5).unwrap_or(u8::MAX);
    octets.extend([0, 0, 0, 0, answers]);
    Some(base64::encode(&octets))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_holds_the_time_and_an_answer_is_longer() {
        let at = "2018-05-23T06:34:30Z".parse().unwrap();
        let index = first(at, Guid(7));
        assert!(index.starts_with("AQHT8m") && index.len() == 32, "{index}");
        let answer = reply(&index).unwrap();
        assert!(answer.starts_with(&index[..29]) && answer.len() == 36, "{answer}");
        assert_eq!(reply("AAAA"), None);
        assert_eq!(reply("no base64"), None);
    }
}
