//! The same evidence, handed over in other forms: the diagnosis finds the same causes, as certain, with the
//! same remedies. Some forms are what the lab's scripts export, others are made here from its files.
//!
//! A CSV file has only the name of a type where an object has a list; a summary report has no errors. What
//! they lack is said to be missing, and nothing else is found instead.

#![expect(clippy::unwrap_used, reason = "the whole file is a test")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use diagnosis::facts::{Fate, StepKind};
use diagnosis::{Diagnosis, Evidence, Verdict};
use exchange::value::{Object, Value};
use lab::scenario::{Change, ObjectExport, TraceExport};
use lab::story::Story;
use logs::event_log::Event;
use logs::mail::Headers;
use logs::message_trace::{
    DETAIL_COLUMNS, DETAIL_COLUMNS_V1, RECIPIENT_COLUMN, TRACE_COLUMNS, TRACE_COLUMNS_V1, Trace,
    TraceDetailRow, TraceRow, detail_json, detail_table, trace_json, trace_table,
};
use logs::read::{Contents, read_bytes};
use logs::{clixml, csv, format_list, text};
use tests::{play, root};
use toml::Spanned;

type Files = BTreeMap<String, Vec<u8>>;

const TRACE: &str = "ExchangeOnline/MessageTrace.csv";
const DETAILS: &str = "ExchangeOnline/MessageTraceDetail.csv";

/// A story of the library, exported in that way.
fn story(name: &str, trace: Option<TraceExport>, objects: ObjectExport) -> Story {
    let mut story = Story::load(name).unwrap_or_else(|error| panic!("{error}"));
    (story.scenario.collect.trace, story.scenario.collect.objects) = (trace, objects);
    story
}

/// What was played already.
static PLAYED: Mutex<BTreeMap<String, Arc<OnceLock<Files>>>> = Mutex::new(BTreeMap::new());

fn files(name: &str, trace: Option<TraceExport>, objects: ObjectExport) -> Files {
    let key = format!("{name} {trace:?} {objects:?}");
    let place = PLAYED.lock().unwrap().entry(key).or_default().clone();
    let played = || play(story(name, trace, objects)).incident.evidence.0;
    place.get_or_init(played).clone()
}

fn diagnosed(files: &Files) -> Diagnosis {
    diagnosis::diagnose(&Evidence::from_memory(files.clone()))
}

/// What was found, without where it stands.
fn told(diagnosis: &Diagnosis) -> Vec<String> {
    let findings = diagnosis.findings.iter().map(|finding| {
        let remedies: Vec<_> = finding.remedies.iter().map(|it| it.command.as_str()).collect();
        format!("{} {:?} {remedies:#?}", finding.rule, finding.certainty)
    });
    findings.collect()
}

fn without(mut files: Files, gone: &[&str]) -> Files {
    files.retain(|path, _| !gone.iter().any(|part| path.contains(part)));
    files
}

/// The trace of the files, out of its two tables.
fn trace_of(files: &Files) -> (Vec<TraceRow>, Vec<TraceDetailRow>) {
    let read = |path: &str| read_bytes(path, &files[path]).contents;
    let Contents::Trace(Trace::Rows(rows)) = read(TRACE) else { panic!("no trace") };
    let Contents::Trace(Trace::Details(details)) = read(DETAILS) else { panic!("no details") };
    (
        rows.into_iter().map(|(_, row)| row).collect(),
        details.into_iter().map(|(_, row)| row).collect(),
    )
}

/// A table as objects of a shell.
fn objects(table: &csv::Table) -> Vec<Object> {
    let object = |row: &csv::TableRow| {
        let cells = table.columns.iter().zip(&row.cells);
        let text = |cell: &Option<String>| cell.clone().map_or(Value::Null, Value::from);
        Object {
            properties: cells.map(|(name, cell)| (name.clone().into(), text(cell))).collect(),
            ..Object::default()
        }
    };
    table.rows.iter().map(object).collect()
}

/// A form of the trace: names of the files, and their bytes.
type Form = fn(&[TraceRow], &[TraceDetailRow]) -> [(&'static str, Vec<u8>); 2];

fn as_list(table: &csv::Table) -> Vec<u8> {
    let text = format_list::write(&objects(table), ToString::to_string);
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn as_clixml(table: &csv::Table) -> Vec<u8> {
    let values: Vec<_> = objects(table).into_iter().map(Value::from).collect();
    clixml::write(&values)
}

fn with_recipient(columns: &[&'static str]) -> Vec<&'static str> {
    columns.iter().copied().chain([RECIPIENT_COLUMN]).collect()
}

const FORMS: [(&str, Form); 8] = [
    ("first version, CSV", |rows, details| {
        let columns = with_recipient(&DETAIL_COLUMNS_V1);
        [
            ("a.csv", csv::write(&trace_table(rows, &TRACE_COLUMNS_V1))),
            ("b.csv", csv::write(&detail_table(details, &columns))),
        ]
    }),
    ("first version, JSON", |rows, details| {
        let columns = with_recipient(&DETAIL_COLUMNS_V1);
        [
            ("a.json", trace_json(rows, &TRACE_COLUMNS_V1).into_bytes()),
            ("b.json", detail_json(details, &columns).into_bytes()),
        ]
    }),
    ("second version, JSON", |rows, details| {
        let columns = with_recipient(&DETAIL_COLUMNS);
        [
            ("a.json", trace_json(rows, &TRACE_COLUMNS).into_bytes()),
            ("b.json", detail_json(details, &columns).into_bytes()),
        ]
    }),
    ("details as the cmdlet gives them, after a pipe", |rows, details| {
        [
            ("a.csv", csv::write(&trace_table(rows, &TRACE_COLUMNS))),
            ("b.csv", csv::write(&detail_table(details, &DETAIL_COLUMNS))),
        ]
    }),
    ("details first in the alphabet", |rows, details| {
        [
            ("b.csv", csv::write(&trace_table(rows, &TRACE_COLUMNS))),
            ("a.csv", csv::write(&detail_table(details, &with_recipient(&DETAIL_COLUMNS)))),
        ]
    }),
    ("second version, list", |rows, details| {
        let columns = with_recipient(&DETAIL_COLUMNS);
        [
            ("a.txt", as_list(&trace_table(rows, &TRACE_COLUMNS))),
            ("b.txt", as_list(&detail_table(details, &columns))),
        ]
    }),
    ("first version, list", |rows, details| {
        let columns = with_recipient(&DETAIL_COLUMNS_V1);
        [
            ("a.txt", as_list(&trace_table(rows, &TRACE_COLUMNS_V1))),
            ("b.txt", as_list(&detail_table(details, &columns))),
        ]
    }),
    ("second version, CLIXML", |rows, details| {
        let columns = with_recipient(&DETAIL_COLUMNS);
        [
            ("a.clixml", as_clixml(&trace_table(rows, &TRACE_COLUMNS))),
            ("b.clixml", as_clixml(&detail_table(details, &columns))),
        ]
    }),
];

/// Stories of which a trace tells a part, and what else is handed over: less, so that the trace matters.
const TRACED: [(&str, &[&str]); 4] = [
    ("eop-ranges-blocked", &["Mailboxes"]),
    ("outbound-connector-routes-to-own-mx", &["Mailboxes"]),
    ("mail-loop-by-connectors", &["Mailboxes"]),
    ("edge-presents-wrong-certificate", &["Mailboxes"]),
];

#[test]
fn a_trace_says_the_same_in_every_form() {
    for (name, gone) in TRACED {
        let exported = without(files(name, None, ObjectExport::Clixml), gone);
        let expected = told(&diagnosed(&exported));
        assert!(!expected.is_empty(), "{name}");
        let (rows, details) = trace_of(&exported);
        for (form, make) in FORMS {
            let mut retold = without(exported.clone(), &["MessageTrace"]);
            for (file, bytes) in make(&rows, &details) {
                retold.insert(format!("ExchangeOnline/{file}"), bytes);
            }
            assert_eq!(told(&diagnosed(&retold)), expected, "{name}: {form}");
        }
    }
}

#[test]
fn an_extended_report_says_the_same_as_a_trace() {
    for (name, gone) in TRACED {
        let expected = told(&diagnosed(&without(files(name, None, ObjectExport::Clixml), gone)));
        let report = files(name, Some(TraceExport::ExtendedReport), ObjectExport::Clixml);
        assert!(report.contains_key("ExchangeOnline/MessageTraceDetailReport.csv"));
        assert!(!report.contains_key(TRACE));
        assert_eq!(told(&diagnosed(&without(report, gone))), expected, "{name}");
    }
}

/// What the files tell of each recipient of a message: whether it was sent, how it ended.
fn ways(files: &Files, recipients: &[&str]) -> Vec<(usize, Fate)> {
    let diagnosis = diagnosed(files);
    let messages = diagnosis.facts.messages.iter();
    let first =
        messages.filter(|one| one.subject.starts_with("Offer 17")).min_by_key(|one| one.begun());
    let message = first.unwrap();
    let sent = |recipient: &str| {
        let steps = message.steps_for(recipient);
        steps.iter().filter(|step| step.kind == StepKind::Sent).count()
    };
    recipients.iter().map(|one| (sent(one), message.fate(one))).collect()
}

#[test]
fn in_2025_the_first_version_answered_and_each_recipient_has_a_way_of_its_own() {
    let path = root().join("tests/stories/trace-of-the-first-version.toml");
    let recipients = ["piotr@woodgrove.com", "olga@northwind.com", "sales@northwind.com"];
    let exports = [
        (None, "\"Organization\",\"MessageId\",\"Received\""),
        (Some(TraceExport::V2), "\"MessageTraceId\",\"MessageId\",\"Received\""),
        (Some(TraceExport::ExtendedReport), "date_time_utc,client_ip,"),
        (Some(TraceExport::SummaryReport), "origin_timestamp_utc,sender_address,"),
    ];
    for (how, columns) in exports {
        let mut story = Story::from_file(&path).unwrap();
        story.scenario.collect.trace = how;
        let files = without(play(story).incident.evidence.0, &["Mailboxes"]);
        let texts: Vec<_> = files.values().map(|bytes| text::decode(bytes)).collect();
        assert!(texts.iter().any(|text| text.starts_with(columns)), "{how:?}");
        let expected = [(0, Fate::Delivered), (1, Fate::HandedOver), (0, Fate::Failed)];
        assert_eq!(ways(&files, &recipients), expected, "{how:?}");
    }
}

#[test]
fn objects_say_the_same_in_every_form() {
    let stories =
        ["send-connector-disabled", "send-connector-missing-address-space", "certificate-expired"];
    for name in stories {
        let expected = told(&diagnosed(&files(name, None, ObjectExport::Clixml)));
        assert!(!expected.is_empty(), "{name}");
        for how in [ObjectExport::List, ObjectExport::Json] {
            let exported = files(name, None, how);
            assert!(!exported.keys().any(|path| path.ends_with(".clixml")), "{how:?}");
            assert_eq!(told(&diagnosed(&exported)), expected, "{name}: {how:?}");
        }
    }
}

#[test]
fn a_summary_report_and_objects_in_csv_lead_to_no_other_cause() {
    for name in ["eop-ranges-blocked", "send-connector-disabled", "healthy-hybrid-edge"] {
        let full = diagnosed(&files(name, None, ObjectExport::Clixml));
        let rules: Vec<_> = full.findings.iter().map(|finding| finding.rule).collect();
        let poor = files(name, Some(TraceExport::SummaryReport), ObjectExport::Csv);
        let found = diagnosed(&poor);
        let other = found.findings.iter().filter(|finding| !rules.contains(&finding.rule));
        assert_eq!(other.count(), 0, "{name}: {:?}", found.findings);
        assert_eq!(found.verdict == Verdict::Healthy, full.verdict == Verdict::Healthy, "{name}");
    }
}

/// Files that are told in another way; what is left as it is gives nothing.
type Retelling = fn(&str, &[u8]) -> Option<(String, Vec<u8>)>;

fn retold(files: &Files, retell: Retelling) -> Files {
    let mut told = Files::new();
    let mut count = 0;
    for (path, bytes) in files {
        let new = retell(path, bytes);
        count += usize::from(new.is_some());
        let (path, bytes) = new.unwrap_or_else(|| (path.clone(), bytes.clone()));
        told.insert(path, bytes);
    }
    assert!(count > 0, "nothing was told in another way");
    told
}

/// The events as people copy them out of Event Viewer, in the time of the server.
fn pasted_events(path: &str, bytes: &[u8]) -> Option<(String, Vec<u8>)> {
    let path = path.strip_suffix(".xml").filter(|path| path.contains("EventLog"))?;
    let Contents::Events(events) = read_bytes(path, bytes).contents else { panic!("{path}") };
    let block = |event: &Event| {
        let date = event.time_created.unwrap().strftime("%-m/%-d/%Y %-I:%M:%S %p");
        format!(
            "Log Name:      {}\r\nSource:        {}\r\nDate:          {date}\r\nEvent ID:      {}\r\nTask Category: {}\r\nLevel:         {}\r\nKeywords:      {}\r\nUser:          N/A\r\nComputer:      {}\r\nDescription:\r\n{}\r\n\r\n",
            event.log_name,
            event.source,
            event.event_id.unwrap(),
            event.task_category,
            event.level,
            event.keywords,
            event.computer,
            event.description,
        )
    };
    let text: String = events.iter().map(|(_, event)| block(event)).collect();
    Some((format!("{path}.txt"), text.into_bytes()))
}

/// A log as a forum shows it: quoted, with its asterisks escaped and blank lines between.
fn pasted_log(path: &str, bytes: &[u8]) -> Option<(String, Vec<u8>)> {
    let path = path.strip_suffix(".LOG")?;
    let text = text::decode(bytes);
    let lines = text.lines().map(|line| format!("> {}\n>\n", line.replace(",*,", ",\\*,")));
    Some((format!("{path}.txt"), lines.collect::<String>().into_bytes()))
}

#[test]
fn events_and_logs_say_the_same_when_they_were_pasted() {
    let stories = ["front-end-transport-stopped", "certificate-expired", "send-connector-disabled"];
    for name in stories {
        let files = files(name, None, ObjectExport::Clixml);
        let expected = told(&diagnosed(&files));
        assert!(!expected.is_empty(), "{name}");
        let forms: [(&str, Retelling); 2] = [("events", pasted_events), ("logs", pasted_log)];
        for (form, retell) in forms {
            assert_eq!(told(&diagnosed(&retold(&files, retell))), expected, "{name}: {form}");
        }
    }
}

/// The text that a person reads of a report.
fn text_of(report: &[u8]) -> String {
    let text = text::decode(report).replace("\r\n", "\n");
    let (_, part) = text.split_once("Content-Type: text/plain").unwrap();
    let (_, part) = part.split_once("\n\n").unwrap();
    let (part, _) = part.split_once("\n--").unwrap();
    let joined = part.replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let coded = (*first == b'=').then(|| std::str::from_utf8(&after[..2]).unwrap());
        bytes.push(coded.map_or(*first, |hex| u8::from_str_radix(hex, 16).unwrap()));
        rest = if coded.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).unwrap()
}

fn is_report(bytes: &[u8]) -> bool {
    text::decode(bytes).contains("report-type=delivery-status")
}

fn pasted_report(path: &str, bytes: &[u8]) -> Option<(String, Vec<u8>)> {
    let path = path.strip_suffix(".eml").filter(|_| is_report(bytes))?;
    Some((format!("{path}.txt"), text_of(bytes).into_bytes()))
}

/// As Outlook saves a message as text.
fn saved_report(path: &str, bytes: &[u8]) -> Option<(String, Vec<u8>)> {
    let path = path.strip_suffix(".eml").filter(|_| is_report(bytes))?;
    let (headers, _) = Headers::read(&text::decode(bytes));
    let header = |name: &str| headers.get(name).unwrap_or_default().to_owned();
    let text = format!(
        "From:\tMicrosoft Outlook\nSent:\tFriday, May 1, 2026 6:06 AM\nTo:\t{}\nSubject:\t{}\n\n{}",
        header("To"),
        header("Subject"),
        text_of(bytes)
    );
    let wide =
        text.replace('\n', "\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    Some((format!("{path}.txt"), [b"\xff\xfe".as_slice(), &wide].concat()))
}

/// Objects of `Get-MessageTrackingLog` in place of the logs, as an administrator of the story exports them.
fn tracked(name: &str, export: &str) -> Files {
    let mut story = story(name, None, ObjectExport::Clixml);
    let run = format!("Get-MessageTrackingLog -ResultSize Unlimited | {export}");
    let at = story.scenario.collect.at;
    story.scenario.changes.push(Change {
        at,
        on: None,
        run: Spanned::new(0..0, run),
        because: "the logs were too many to copy".to_owned(),
    });
    without(play(story).incident.evidence.0, &["MessageTracking/"])
}

#[test]
fn tracked_events_say_the_same_as_the_logs_of_a_server() {
    for name in ["send-connector-disabled", "send-connector-missing-address-space"] {
        let expected = told(&diagnosed(&files(name, None, ObjectExport::Clixml)));
        assert!(!expected.is_empty(), "{name}");
        for export in [
            r"Export-Clixml C:\Evidence\Tracking.clixml",
            r"Format-List * | Out-File C:\Evidence\Tracking.txt",
            r"ConvertTo-Json | Set-Content C:\Evidence\Tracking.json",
            r"Export-Csv C:\Evidence\Tracking.csv -NoTypeInformation",
        ] {
            let files = tracked(name, export);
            assert!(files.keys().any(|path| path.contains("/Tracking.")), "{:?}", files.keys());
            assert_eq!(told(&diagnosed(&files)), expected, "{name}: {export}");
        }
    }
}

/// What reports tell: the codes, of which message, for whom.
fn reported(files: &Files) -> Vec<String> {
    let diagnosis = diagnosed(files);
    let mut told: Vec<_> = diagnosis
        .facts
        .setbacks
        .iter()
        .map(|it| {
            format!("{:?} {:?} {:?} {}", it.code(), it.message_id, it.recipients, it.is_final())
        })
        .collect();
    told.sort();
    told
}

#[test]
fn a_report_says_the_same_as_mail_saved_as_text_and_pasted() {
    for name in
        ["eop-ranges-blocked", "send-connector-missing-address-space", "mail-loop-by-connectors"]
    {
        let mut files = files(name, None, ObjectExport::Clixml);
        files.retain(|path, bytes| path.starts_with("Mailboxes/") && is_report(bytes));
        let expected = reported(&files);
        assert!(!expected.is_empty(), "{name}");
        let forms: [(&str, Retelling); 2] = [("pasted", pasted_report), ("saved", saved_report)];
        for (form, retell) in forms {
            assert_eq!(reported(&retold(&files, retell)), expected, "{name}: {form}");
        }
    }
}
