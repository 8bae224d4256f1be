//! What the message tracking logs tell of messages to groups, to mailboxes that forward, to nobody and to people with
//! transport rules, on two servers: event by event, as an administrator would put them side by side.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::LazyLock;

use lab::story::Story;
use logs::message_tracking::TrackingRow;
use logs::read::{Contents, read_bytes};
use logs::row::LogRow;
use tests::{play, root};

/// A row: its cells by column, with the file's prefix and host.
type Cells = BTreeMap<String, String>;

/// The rows of groups and forwarding. The story is played once for all tests.
static ROWS: LazyLock<Vec<Cells>> =
    LazyLock::new(|| rows_of("two-servers-groups-and-forwarding.toml"));

/// Every row of the tracking logs of a story, by time.
fn rows_of(story: &str) -> Vec<Cells> {
    let file = root().join("tests/stories").join(story);
    let played = play(Story::from_file(&file).unwrap_or_else(|error| panic!("{error}")));
    let mut rows = Vec::new();
    for (path, bytes) in &played.incident.evidence.0 {
        let Some((host, name)) = path.split_once("/TransportRoles/Logs/MessageTracking/") else {
            continue;
        };
        let prefix = name.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default();
        let Contents::Tracking(read) = read_bytes(path, bytes).contents else {
            panic!("{path} is no tracking log");
        };
        for (_, row) in read {
            let names = TrackingRow::FIELDS.iter().map(|name| (*name).to_owned());
            let cells = row.to_cells().into_iter().map(std::borrow::Cow::into_owned);
            let mut row: BTreeMap<String, String> = names.zip(cells).collect();
            row.insert("log".to_owned(), format!("{host} {prefix}"));
            rows.push(row);
        }
    }
    rows.sort_by(|one, other| one["date-time"].cmp(&other["date-time"]));
    rows
}

/// A line for each row of the messages that were sent once, message after message.
fn story_of_each_message(rows: &[Cells]) -> String {
    let mut text = String::new();
    for row in rows {
        if row["message-subject"].ends_with("(2)") || row["message-subject"].is_empty() {
            continue;
        }
        let [log, source, event] = ["log", "source", "event-id"].map(|name| row[name].as_str());
        let [subject, to] = ["message-subject", "recipient-address"].map(|name| row[name].as_str());
        let _ = write!(text, "{subject} | {log} {source} {event} | {to}");
        for (name, mark) in [("related-recipient-address", "was"), ("recipient-status", "status")] {
            if !row[name].is_empty() {
                let _ = write!(text, " | {mark} {}", row[name]);
            }
        }
        text.push('\n');
    }
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_by_key(|line| line.split(" | ").next().map(str::to_owned));
    lines.join("\n")
}

#[test]
fn messages_to_groups_and_forwarding_mailboxes_leave_every_event() {
    insta::assert_snapshot!(story_of_each_message(&ROWS), @"
    Boxes arrive on Monday | EX01 MSGTRKMS STOREDRIVER RECEIVE | all@adatum.example;otto@adatum.example | status To;To
    Boxes arrive on Monday | EX02 MSGTRK SMTP HARECEIVE | all@adatum.example;otto@adatum.example
    Boxes arrive on Monday | EX01 MSGTRK SMTP HAREDIRECT | all@adatum.example;otto@adatum.example
    Boxes arrive on Monday | EX01 MSGTRK SMTP RECEIVE | all@adatum.example;otto@adatum.example
    Boxes arrive on Monday | EX01 MSGTRKMS STOREDRIVER SUBMIT | 
    Boxes arrive on Monday | EX01 MSGTRK ROUTING EXPAND | otto@adatum.example;movers@adatum.example | was all@adatum.example | status 250 2.1.5 RESOLVER.GRP.Expanded; distribution list expanded
    Boxes arrive on Monday | EX01 MSGTRK ROUTING EXPAND | ines@adatum.example;yuki@adatum.example;all@adatum.example | was movers@adatum.example | status 250 2.1.5 RESOLVER.GRP.Expanded; distribution list expanded
    Boxes arrive on Monday | EX01 MSGTRK ROUTING RESOLVE | yuki@adatumcorp.mail.onmicrosoft.com | was yuki@adatum.example
    Boxes arrive on Monday | EX01 MSGTRK ROUTING DUPLICATEEXPAND | all@adatum.example
    Boxes arrive on Monday | EX01 MSGTRK ROUTING TRANSFER | otto@adatum.example;ines@adatum.example;yuki@adatumcorp.mail.onmicrosoft.com | status ;;
    Boxes arrive on Monday | EX01 MSGTRK AGENT AGENTINFO | otto@adatum.example
    Boxes arrive on Monday | EX01 MSGTRK AGENT AGENTINFO | otto@adatum.example;ines@adatum.example;yuki@adatumcorp.mail.onmicrosoft.com
    Boxes arrive on Monday | EX01 MSGTRKMD STOREDRIVER DELIVER | ines@adatum.example
    Boxes arrive on Monday | EX02 MSGTRKMD STOREDRIVER DELIVER | otto@adatum.example
    Boxes arrive on Monday | EX01 MSGTRK SMTP SEND | otto@adatum.example | status 250 2.1.5 Recipient OK
    Boxes arrive on Monday | EX01 MSGTRK SMTP SEND | ines@adatum.example | status 250 2.1.5 Recipient OK
    Boxes arrive on Monday | EX02 MSGTRKMD STOREDRIVER DUPLICATEDELIVER | otto@adatum.example
    Boxes arrive on Monday | EX01 MSGTRK SMTP SEND | otto@adatum.example | status 250 2.1.5 Recipient OK
    Boxes arrive on Monday | EX01 MSGTRK SMTP SENDEXTERNAL | yuki@adatumcorp.mail.onmicrosoft.com | status 250 2.1.5 Recipient OK
    Boxes arrive on Monday | EX02 MSGTRK REDUNDANCY HADISCARD | all@adatum.example;otto@adatum.example
    Keys | EX02 MSGTRKMS STOREDRIVER RECEIVE | maya@adatum.example;kim@proseware.example | status To;To
    Keys | EX01 MSGTRK SMTP HARECEIVE | maya@adatum.example;kim@proseware.example
    Keys | EX02 MSGTRK SMTP HAREDIRECT | maya@adatum.example;kim@proseware.example
    Keys | EX02 MSGTRK SMTP RECEIVE | maya@adatum.example;kim@proseware.example
    Keys | EX02 MSGTRK ROUTING REDIRECT | otto@adatum.example | was maya@adatum.example
    Keys | EX02 MSGTRK AGENT AGENTINFO | maya@adatum.example;otto@adatum.example;kim@proseware.example
    Keys | EX02 MSGTRKMS STOREDRIVER SUBMIT | 
    Keys | EX01 MSGTRKMD STOREDRIVER DELIVER | maya@adatum.example
    Keys | EX02 MSGTRKMD STOREDRIVER DELIVER | otto@adatum.example
    Keys | EX02 MSGTRK SMTP SEND | maya@adatum.example | status 250 2.1.5 Recipient OK
    Keys | EX02 MSGTRK SMTP SEND | otto@adatum.example | status 250 2.1.5 Recipient OK
    Keys | EX02 MSGTRK SMTP SENDEXTERNAL | kim@proseware.example | status 250 2.1.5 Recipient OK
    Keys | EX01 MSGTRK REDUNDANCY HADISCARD | maya@adatum.example;kim@proseware.example
    Undeliverable: Who was that? | EX01 MSGTRK DSN DSN | ines@adatum.example
    Undeliverable: Who was that? | EX01 MSGTRK AGENT AGENTINFO | ines@adatum.example
    Undeliverable: Who was that? | EX01 MSGTRKMD STOREDRIVER DELIVER | ines@adatum.example
    Undeliverable: Who was that? | EX01 MSGTRK SMTP SEND | ines@adatum.example | status 250 2.1.5 Recipient OK
    Who was that? | EX01 MSGTRKMS STOREDRIVER RECEIVE | nobody.here@adatum.example;maya@adatum.example | status To;To
    Who was that? | EX02 MSGTRK SMTP HARECEIVE | nobody.here@adatum.example;maya@adatum.example
    Who was that? | EX01 MSGTRK SMTP HAREDIRECT | nobody.here@adatum.example;maya@adatum.example
    Who was that? | EX01 MSGTRK SMTP RECEIVE | nobody.here@adatum.example;maya@adatum.example
    Who was that? | EX01 MSGTRK ROUTING REDIRECT | otto@adatum.example | was maya@adatum.example
    Who was that? | EX01 MSGTRK AGENT AGENTINFO | maya@adatum.example;otto@adatum.example
    Who was that? | EX01 MSGTRKMS STOREDRIVER SUBMIT | 
    Who was that? | EX01 MSGTRK ROUTING FAIL | nobody.here@adatum.example | status [{LED=550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup};{MSG=};{FQDN=};{IP=};{LRT=}]
    Who was that? | EX01 MSGTRKMD STOREDRIVER DELIVER | maya@adatum.example
    Who was that? | EX02 MSGTRKMD STOREDRIVER DELIVER | otto@adatum.example
    Who was that? | EX01 MSGTRK SMTP SEND | maya@adatum.example | status 250 2.1.5 Recipient OK
    Who was that? | EX01 MSGTRK SMTP SEND | otto@adatum.example | status 250 2.1.5 Recipient OK
    Who was that? | EX02 MSGTRK REDUNDANCY HADISCARD | nobody.here@adatum.example;maya@adatum.example
    Your new address | EX01 MSGTRK SMTP HARECEIVE | otto@adatum.example
    Your new address | EX02 MSGTRK SMTP HAREDIRECT | otto@adatum.example
    Your new address | EX02 MSGTRK SMTP RECEIVE | otto@adatum.example
    Your new address | EX02 MSGTRK AGENT AGENTINFO | otto@adatum.example
    Your new address | EX02 MSGTRKMD STOREDRIVER DELIVER | otto@adatum.example
    Your new address | EX02 MSGTRK SMTP SEND | otto@adatum.example | status 250 2.1.5 Recipient OK
    Your new address | EX02 MSGTRK SMTP HARECEIVE | ines@adatum.example
    Your new address | EX01 MSGTRK SMTP HAREDIRECT | ines@adatum.example
    Your new address | EX01 MSGTRK SMTP RECEIVE | ines@adatum.example
    Your new address | EX01 MSGTRK AGENT AGENTINFO | ines@adatum.example
    Your new address | EX01 MSGTRKMD STOREDRIVER DELIVER | ines@adatum.example
    Your new address | EX01 MSGTRK SMTP SEND | ines@adatum.example | status 250 2.1.5 Recipient OK
    Your new address | EX01 MSGTRK REDUNDANCY HADISCARD | otto@adatum.example
    Your new address | EX02 MSGTRK REDUNDANCY HADISCARD | ines@adatum.example
    ");
}

#[test]
fn transport_rules_leave_every_event() {
    let mut rows = rows_of("two-servers-transport-rules.toml");
    rows.retain(|row| {
        let [source, event] = ["source", "event-id"].map(|name| row[name].as_str());
        source == "AGENT" || matches!(event, "TRANSFER" | "DELIVER" | "SENDEXTERNAL" | "DSN")
    });
    for row in &mut rows {
        // Rules are told from each other by what they do; their GUIDs say nothing here.
        let data =
            row["custom-data"].split(';').filter_map(|element| element.strip_prefix("S:TRA="));
        let acted: Vec<_> = data.filter_map(|rule| Some(rule.split_once("|action=")?.1)).collect();
        if !acted.is_empty() {
            let acted = acted.join(", ");
            row.insert("recipient-status".to_owned(), acted);
        }
    }
    insta::assert_snapshot!(story_of_each_message(&rows), @"
    Order 12 | EX02 MSGTRK AGENT AGENTINFO | kim@proseware.example;ines@adatum.example | status BlindCopyTo|sev=1|mode=Enforce
    Order 12 | EX01 MSGTRKMD STOREDRIVER DELIVER | ines@adatum.example
    Order 12 | EX02 MSGTRK SMTP SENDEXTERNAL | kim@proseware.example | status 250 2.1.5 Recipient OK
    Our bid for the bridge | EX01 MSGTRK AGENT REDIRECT | otto@adatum.example | was yuki@adatumcorp.mail.onmicrosoft.com
    Our bid for the bridge | EX01 MSGTRK AGENT AGENTINFO | otto@adatum.example | status RedirectMessage|action=StopRuleProcessing|sev=1|mode=Enforce
    Our bid for the bridge | EX02 MSGTRKMD STOREDRIVER DELIVER | otto@adatum.example
    Photos | EX01 MSGTRK AGENT AGENTINFO | otto@adatum.example | status RejectMessage|sev=1|mode=Audit
    Photos | EX02 MSGTRKMD STOREDRIVER DELIVER | otto@adatum.example
    Plan B | EX01 MSGTRK ROUTING TRANSFER | kim@proseware.example
    Plan B | EX01 MSGTRK AGENT FAIL | kim@proseware.example | status [{LED=550 5.7.917 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy};{MSG=};{FQDN=};{IP=};{LRT=}]
    Plan B | EX01 MSGTRK AGENT AGENTINFO | otto@adatum.example;yuki@adatumcorp.mail.onmicrosoft.com
    Plan B | EX01 MSGTRK AGENT AGENTINFO | kim@proseware.example | status RejectMessage|sev=1|mode=Enforce
    Plan B | EX02 MSGTRKMD STOREDRIVER DELIVER | otto@adatum.example
    Plan B | EX01 MSGTRK SMTP SENDEXTERNAL | yuki@adatumcorp.mail.onmicrosoft.com | status 250 2.1.5 Recipient OK
    Private matter | EX02 MSGTRK AGENT AGENTINFO | kim@proseware.example
    Private matter | EX02 MSGTRK SMTP SENDEXTERNAL | kim@proseware.example | status 250 2.1.5 Recipient OK
    Undeliverable: Plan B | EX01 MSGTRK DSN DSN | ines@adatum.example
    Undeliverable: Plan B | EX01 MSGTRK AGENT AGENTINFO | ines@adatum.example
    Undeliverable: Plan B | EX01 MSGTRKMD STOREDRIVER DELIVER | ines@adatum.example
    [EXT] Quote 7 | EX01 MSGTRK AGENT AGENTINFO | ines@adatum.example | status PrependSubject|action=SetAuditSeverity|action=SetHeader|sev=1|mode=Enforce
    [EXT] Quote 7 | EX01 MSGTRKMD STOREDRIVER DELIVER | ines@adatum.example
    [EXT] Quote 7 | EX02 MSGTRK AGENT AGENTINFO | otto@adatum.example | status PrependSubject|action=SetAuditSeverity|action=SetHeader|sev=1|mode=Enforce
    [EXT] Quote 7 | EX02 MSGTRKMD STOREDRIVER DELIVER | otto@adatum.example
    [EXT] Spring newsletter | EX02 MSGTRK AGENT FAIL | otto@adatum.example | status [{LED=550 5.2.1 Message deleted by the transport rules agent};{MSG=};{FQDN=};{IP=};{LRT=}]
    [EXT] Spring newsletter | EX02 MSGTRK AGENT AGENTINFO | otto@adatum.example | status PrependSubject|action=SetAuditSeverity|action=SetHeader|sev=1|mode=Enforce, DeleteMessage|sev=1|mode=Enforce
    ");
}

#[test]
fn a_shadow_copy_is_discarded_once_its_message_has_been_handed_on() {
    let rows = &*ROWS;
    let of = |event: &str| -> Vec<(String, String)> {
        let rows = rows.iter().filter(|row| row["event-id"] == event);
        rows.map(|row| (row["date-time"].clone(), row["source-context"].clone())).collect()
    };
    let (received, discarded) = (of("HARECEIVE"), of("HADISCARD"));
    assert!(!received.is_empty() && of("HAREDIRECTFAIL").is_empty());
    assert_eq!(received.len(), of("HAREDIRECT").len());
    assert_eq!(received.len(), discarded.len());
    for (time, id) in received {
        let told = discarded.iter().find(|(_, context)| context.ends_with(&id));
        assert!(told.is_some_and(|(later, _)| *later > time), "{id}");
    }
}

#[test]
fn latencies_add_up_along_the_way() {
    for row in ROWS.iter().filter(|row| row["event-id"] == "DELIVER") {
        let info = &row["message-info"];
        assert!(info.contains(":TOTAL-HUB=") && info.contains(":TOTAL-DEL="), "{info}");
        let total: f64 = info
            .split(':')
            .filter_map(|part| part.strip_prefix("TOTAL-")?.split('|').next()?.split_once('='))
            .filter_map(|(_, seconds)| seconds.split(';').next()?.parse::<f64>().ok())
            .sum();
        let data = &row["custom-data"];
        let end_to_end = data.split("E2ELatency=").nth(1).and_then(|rest| rest.split(';').next());
        let end_to_end: f64 = end_to_end.and_then(|text| text.parse().ok()).unwrap_or_default();
        assert!((total - end_to_end).abs() < 0.01, "{total} of {end_to_end}: {info}");
    }
}
