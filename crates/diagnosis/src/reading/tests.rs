//! What holds of reading any files.

use std::fmt::Write as _;

use exchange::nouns::queue::{DeliveryType, Queue};
use exchange::properties::Noun;
use exchange::value::{Object, Value};
use logs::{clixml, format_list, text};
use proptest::prelude::*;

use crate::evidence::Evidence;
use crate::facts::{Facts, Teller};

use super::{Pace, read, read_at};

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

/// Logs whose sessions and messages go on from one to the next, one of them handed over twice.
fn hours_of_logs() -> Vec<(String, Vec<u8>)> {
    let header = |kind: &str, fields: &str| {
        format!(
            "#Software: Microsoft Exchange Server\r\n#Version: 15.0.0.0\r\n#Log-type: {kind}\r\n#Date: 2026-05-01T06:00:00.000Z\r\n#Fields: {fields}\r\n"
        )
    };
    let protocol = header(
        "SMTP Receive Protocol Log",
        "date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context",
    );
    let tracking = header(
        "Message Tracking Log",
        "date-time,client-hostname,server-hostname,source-context,connector-id,source,event-id,message-id,recipient-address,recipient-status,reference,message-subject,sender-address",
    );
    let said = [
        "+,,",
        "<,EHLO mail.contoso.com,",
        ">,250-MBX01 Hello [203.0.113.25],",
        ">,250 STARTTLS,",
        "<,STARTTLS,",
        "*,,Received certificate",
        "*,CN=mail.contoso.com,Certificate subject",
        "<,EHLO mail.contoso.com,",
        ">,250  MBX01 Hello [203.0.113.25] SIZE,",
        "*,\"a\r\nb\",note",
        ">,550 5.7.1 Unable to relay,",
        "-,,Local",
    ];
    let (mut first, mut second) = (protocol.clone(), protocol);
    let (mut sent, mut more) = (tracking.clone(), tracking);
    for step in 0..said.len() + 20 {
        // Twenty sessions, each one row behind the one before.
        for session in 0..20_usize {
            let Some(number) = step.checked_sub(session).filter(|it| *it < said.len()) else {
                continue;
            };
            let row = format!(
                "2026-05-01T06:{step:02}:{session:02}.000Z,MBX01\\Default MBX01,08DEA74796A6E2{session:02X},{number},192.168.1.4:25,203.0.113.25:41234,{}\r\n",
                said[number]
            );
            if step < 16 { first.push_str(&row) } else { second.push_str(&row) }
        }
        let to = if step % 2 == 0 { &mut sent } else { &mut more };
        let (message, event) = (step / 4, ["RECEIVE", "FAIL", "HAREDIRECT", "DSN"][step % 4]);
        let _ = write!(
            to,
            "2026-05-01T06:{step:02}:30.000Z,MBX01,MBX01,,MBX01\\Default MBX01,SMTP,{event},<{message}@contoso.com>,b@fabrikam.com,550 5.1.1 unknown,<{message}@contoso.com>,Hi,a@contoso.com\r\n"
        );
    }
    first.push_str("no row\r\n#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,context,data\r\n2026-05-01T06:59:00.000Z,MBX01\\Default MBX01,08DEA74796A6E2FF,0,192.168.1.4:25,203.0.113.25:41234,>,,421 4.3.2 Busy\r\n");
    let longer = first.clone();
    let shorter: String = longer.lines().take(90).flat_map(|line| [line, "\r\n"]).collect();
    let files = [
        ("a/TransportRoles/Logs/RECV2026050106-0.LOG", shorter),
        ("a/TransportRoles/Logs/RECV2026050106-1.LOG", first),
        ("a/TransportRoles/Logs/RECV2026050106-2.LOG", longer),
        ("a/TransportRoles/Logs/RECV2026050107-1.LOG", second),
        ("a/TransportRoles/Logs/MSGTRK1.LOG", sent.clone()),
        ("a/TransportRoles/Logs/MSGTRK2.LOG", sent),
        ("a/TransportRoles/Logs/MSGTRK3.LOG", more),
        ("words.txt", "451 4.4.0 DNS query failed\n".to_owned()),
    ];
    files.map(|(path, text)| (path.to_owned(), text.into_bytes())).to_vec()
}

fn pace(threads: usize, piece_bytes: u64) -> Pace {
    Pace { threads, piece_bytes, excerpt_bytes: 0 }
}

/// Everything that the facts say.
fn all_of(files: Vec<(String, Vec<u8>)>, pace: Pace) -> String {
    format!("{:#?}", read_at(&Evidence::from_memory(files), pace))
}

#[test]
fn neither_threads_nor_pieces_change_what_is_read() {
    let one = all_of(hours_of_logs(), pace(1, u64::MAX));
    for (threads, piece_bytes) in [(1, 1), (2, 100), (2, 1000), (8, 333), (8, 5000)] {
        let other = all_of(hours_of_logs(), pace(threads, piece_bytes));
        assert!(one == other, "{threads} threads, {piece_bytes} bytes");
    }
}

#[test]
fn what_is_handed_over_twice_is_told_once() {
    let facts = read(&Evidence::from_memory(hours_of_logs()));
    let refusals: Vec<_> = facts.sessions.iter().map(|session| session.refusals.len()).collect();
    assert_eq!(refusals, [1; 21]);
    assert!(facts.sessions.iter().take(20).all(|session| session.tls.seen.is_some()));
    let failed = facts.setbacks.iter().filter(|setback| setback.teller == Teller::Tracking);
    assert_eq!(failed.count(), 8);
    let message = facts.messages.get("<1@contoso.com>").unwrap();
    assert_eq!(message.steps.len(), 3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever the files hold, and wherever they are cut.
    #[test]
    fn pieces_of_any_files_are_read_as_the_whole(
        files in prop::collection::vec(prop::collection::vec(piece(), 0..20), 1..3),
        piece_bytes in 1_u64..500,
    ) {
        let files: Vec<_> = files
            .into_iter()
            .enumerate()
            .map(|(number, pieces)| {
                let header = b"#Software: Microsoft Exchange Server\r\n#Log-type: SMTP Receive Protocol Log\r\n";
                (format!("{number}.LOG"), [header.as_slice(), &pieces.concat()].concat())
            })
            .collect();
        let whole = all_of(files.clone(), pace(1, u64::MAX));
        let cut = all_of(files, pace(2, piece_bytes));
        prop_assert_eq!(whole, cut);
    }

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

/// Objects as every export leaves them: name of the file, bytes.
fn exports(objects: &[Object]) -> Vec<(&'static str, Vec<u8>)> {
    let values: Vec<Value> = objects.iter().cloned().map(Value::from).collect();
    let shown = |value: &Value| match value {
        Value::DateTime(time) => time.strftime("%-m/%-d/%Y %-I:%M:%S %p").to_string(),
        Value::List(values) => {
            let texts: Vec<_> = values.iter().map(ToString::to_string).collect();
            format!("{{{}}}", texts.join(", "))
        }
        other => other.to_string(),
    };
    let json = |is_old: bool| {
        let member = |value: &Value| -> serde_json::Value {
            match value {
                Value::Null => serde_json::Value::Null,
                Value::Bool(value) => (*value).into(),
                Value::I32(value) => (*value).into(),
                Value::I64(value) => (*value).into(),
                Value::DateTime(time) if is_old => {
                    format!("/Date({})/", time.as_millisecond()).into()
                }
                Value::DateTime(time) => time.to_string().into(),
                Value::List(values) => values.iter().map(ToString::to_string).collect(),
                other => other.to_string().into(),
            }
        };
        let all: Vec<serde_json::Value> = objects
            .iter()
            .map(|object| {
                let members = object.properties.iter();
                let members = members.map(|(name, value)| (name.to_string(), member(value)));
                serde_json::Value::Object(members.collect())
            })
            .collect();
        serde_json::to_vec_pretty(&all).unwrap()
    };
    let list = format_list::write(objects, shown);
    let wide = list.encode_utf16().flat_map(u16::to_le_bytes);
    vec![
        ("objects.clixml", clixml::write(&values)),
        ("objects.json", json(true)),
        ("newer.json", json(false)),
        ("wide.txt", [0xff, 0xfe].into_iter().chain(wide).collect()),
        ("list.txt", list.replace("\r\n", "\n").into_bytes()),
    ]
}

/// What the facts say, without where it stands.
fn told_of(facts: &Facts) -> String {
    let messages: Vec<_> = facts
        .messages
        .iter()
        .map(|message| {
            let steps = message.steps.iter().map(|step| {
                let places = (&step.host, &step.peer, &step.connector);
                (step.time, step.kind, &step.recipients, places, &step.detail)
            });
            (&message.id, &message.subject, &message.sender, steps.collect::<Vec<_>>())
        })
        .collect();
    let setbacks =
        facts.setbacks.iter().map(|it| (it.time, &it.error, &it.message_id, &it.recipients));
    let queues: Vec<_> = facts.queues.iter().map(|queue| &queue.object).collect();
    let connectors = facts.configuration.send_connectors.iter().map(|it| &it.object);
    format!(
        "{messages:#?}{:#?}{queues:#?}{:#?}",
        setbacks.collect::<Vec<_>>(),
        connectors.collect::<Vec<_>>()
    )
}

#[test]
fn an_event_says_the_same_in_every_form() {
    let time: jiff::Timestamp = "2026-05-01T06:06:57Z".parse().unwrap();
    let event = Object::default()
        .with("Timestamp", time)
        .with("ClientHostname", "")
        .with("ServerHostname", "MBX01")
        .with("SourceContext", "")
        .with("ConnectorId", "")
        .with("Source", "ROUTING")
        .with("EventId", "FAIL")
        .with("MessageId", "<a@contoso.com>")
        .with("Recipients", vec!["b@fabrikam.com"])
        .with("RecipientStatus", vec!["550 5.7.1 Refused by a rule"])
        .with("MessageSubject", "Figures")
        .with("Sender", "anna@contoso.com");
    let raw = "#Software: Microsoft Exchange Server\r\n#Version: 15.02.1544.004\r\n#Log-type: Message Tracking Log\r\n#Fields: date-time,client-hostname,server-hostname,source-context,connector-id,source,event-id,message-id,recipient-address,recipient-status,reference,message-subject,sender-address\r\n2026-05-01T06:06:57.000Z,,MBX01,,,ROUTING,FAIL,<a@contoso.com>,b@fabrikam.com,550 5.7.1 Refused by a rule,,Figures,anna@contoso.com\r\n";
    let expected = facts_of(&[("MSGTRK.LOG", raw)]);
    assert_eq!((expected.setbacks.len(), expected.messages.len()), (1, 1));
    for (name, bytes) in exports(&[event]) {
        assert_eq!(told_of(&facts_of_bytes(&[(name, &bytes)])), told_of(&expected), "{name}");
    }
}

#[test]
fn a_queue_says_the_same_in_every_form() {
    let queue = Queue {
        last_error: "451 4.4.0 DNS query failed".to_owned(),
        message_count: 3,
        ..Queue::new("MBX01\\6".to_owned(), DeliveryType::DnsConnectorDelivery, "x.com".into())
    };
    let object = Object { type_names: Vec::new(), ..queue.to_object() };
    let exports = exports(&[object]);
    let expected = told_of(&facts_of_bytes(&[(exports[0].0, &exports[0].1)]));
    assert!(expected.contains("DNS query failed") && expected.contains("DnsConnectorDelivery"));
    for (name, bytes) in &exports {
        assert_eq!(told_of(&facts_of_bytes(&[(name, bytes)])), expected, "{name}");
    }
}
