//! What holds of reading any files.

use logs::text;
use proptest::prelude::*;

use crate::evidence::Evidence;
use crate::facts::{Facts, Teller};

use super::read;

/// The facts in texts at those paths.
pub(super) fn facts_of(files: &[(&str, &str)]) -> Facts {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    read(&Evidence::from_memory(files))
}

/// The facts in files at those paths.
pub(super) fn facts_of_bytes(files: &[(&str, &[u8])]) -> Facts {
    let files = files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec()));
    read(&Evidence::from_memory(files))
}

#[test]
fn somebodys_words_hold_an_error() {
    let facts = facts_of(&[(
        "ticket.txt",
        "Hello, the queue says\n451 4.4.0 Primary target IP address responded with: \"421 4.4.1 Connection timed out.\"\nwhat is it?\n",
    )]);
    assert_eq!(facts.setbacks[0].teller, Teller::Prose);
    assert_eq!(facts.setbacks[0].at.line, 2);
    assert_eq!(facts.files[0].unread.len(), 2);
}

#[test]
fn every_file_has_its_fact() {
    let facts = facts_of_bytes(&[("a.evtx", b"ElfFile\0"), ("b.txt", b""), ("c.txt", b"words")]);
    let kinds: Vec<_> = facts.files.iter().map(|file| file.kind.as_str()).collect();
    assert_eq!(kinds, ["Binary file", "Empty file", "Text"]);
    assert_eq!(facts.files[0].unread.len(), 1);
}

/// Pieces that files are made of, so that arbitrary files come near to real ones.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let pieces: [&[u8]; 15] = [
        b"#Log-type: SMTP Receive Protocol Log\r\n",
        b"#Log-type: Message Tracking Log\r\n#Fields: date-time,event-id,source,message-id\r\n",
        b"2026-05-01T06:06:57.291Z,MBX01\\Default,08DEA74796A6E2C9,0,1.2.3.4:25,5.6.7.8:9,>,550 5.7.1 no,\r\n",
        b"2026-05-01T06:06:57.291Z,FAIL,SMTP,<a@b>\r\n",
        b"<Objs><Obj RefId=\"0\"><TN><T>x.ExtensibleMessageInfo</T></TN><Props><S N=\"Queue\">A\\Unreachable</S></Props></Obj>\n",
        b"</Objs>",
        b"MessageTraceId,RecipientAddress,Status,MessageId\r\n1,a@b,Failed,<a@b>\r\n",
        b"NextHopDomain : x\r\nMessageCount : {1, 2}\r\nLastError : 451 4.4.0 x\r\n",
        b"From: a@b\r\nTo: c@d\r\nDate: Fri, 1 May 2026 06:06:57 +0000\r\n\r\n",
        b"550 5.1.1 unknown\r\n",
        b"%ASA-4-106023: Deny tcp src a:1.2.3.4/5 dst b:6.7.8.9/25 by access-group \"x\"\n",
        b"<Event><System><EventID>1</EventID></System></Event>\n",
        b",\"",
        b"\r\n\r\n",
        b"\xff\xfe",
    ];
    prop_oneof![
        prop::sample::select(pieces.to_vec()).prop_map(<[u8]>::to_vec),
        prop::collection::vec(any::<u8>(), 0..40),
        "[ -~]{0,60}\r?\n".prop_map(String::into_bytes),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_file_makes_reading_panic(
        files in prop::collection::vec(("[a-zA-Z/.\\\\]{0,12}", prop::collection::vec(piece(), 0..12)), 0..4),
    ) {
        let count = files.len();
        let files = files.into_iter().map(|(path, pieces)| (path, pieces.concat()));
        let facts = read(&Evidence::from_memory(files));
        prop_assert_eq!(facts.files.len(), count);
        prop_assert!(facts.sessions.is_sorted_by_key(|session| session.begun));
    }

    /// Of a text that is of no kind, every line is listed.
    #[test]
    fn lines_of_plain_words_are_listed_as_unread(lines in prop::collection::vec("[a-z]{0,8}", 0..20)) {
        let text = lines.join("\n");
        let facts = facts_of(&[("words.txt", &text)]);
        let spoken = text::decode(text.as_bytes()).lines().filter(|line| !line.is_empty()).count();
        prop_assert_eq!(facts.files[0].unread.len(), spoken);
    }
}
