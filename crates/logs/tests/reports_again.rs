//! Real reports of Exchange, read and written again: the lines for administrators and the part for programs
//! are the same, line for line. The samples are third-party data: the environment variable
//! `HYBRIDLAB_SAMPLES` names their folder; without it nothing is read, and the tests say so.
//!
//! Not compared: the words for people, which differ from version to version and language to language; blanks and the
//! folding of lines, which systems on the way changed.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "the whole file is a test")]

use std::path::{Path, PathBuf};

use exchange::culture::Culture;
use exchange::guid::Guid;
use jiff::tz::Offset;
use logs::ndr::{DeliveryReport, Original, ReportEnvelope, ReportStyle, read, write};
use mail_parser::{MessageParser, MimeHeaders};

/// What cannot be written again, and why.
const LEFT_OUT: [(&str, &str); 4] = [
    ("lhost-exchange2007-07", "it is in Italian"),
    ("rhost-microsoft-01", "another system's report of what Exchange Online refused"),
    ("rhost-microsoft-05", "another system's report of what Exchange Online refused"),
    ("lhost-office365-02", "a person's paste without its parts"),
];

/// Lines that are not the same for a reason: sample, part of the line, reason.
const DIFFERENT: [(&str, &str, &str); 1] =
    [("lhost-exchange2007-01", "Reporting-MTA:", "whoever took the names out gave the server two")];

fn samples() -> Option<Vec<PathBuf>> {
    let Some(folder) = std::env::var_os("HYBRIDLAB_SAMPLES").map(PathBuf::from) else {
        println!("NOT RUN: HYBRIDLAB_SAMPLES names no folder of samples");
        return None;
    };
    let entries = std::fs::read_dir(folder.join("ndr")).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    Some(files)
}

/// A report without its words for people.
#[derive(Debug, Default, PartialEq)]
struct Said {
    /// From the generating server to the headers of the original.
    administrators: Vec<String>,
    /// The part for programs.
    programs: Vec<String>,
}

fn said(mail: &str) -> Said {
    let message = MessageParser::default().parse(mail.as_bytes()).unwrap();
    let mut said = Said::default();
    for part in &message.parts {
        let kind = part.content_type();
        let kind = kind.and_then(|kind| kind.subtype()).unwrap_or("plain").to_ascii_lowercase();
        let text = String::from_utf8_lossy(part.contents()).into_owned();
        match kind.as_str() {
            "plain" if said.administrators.is_empty() => {
                let from = text.find("Generating server:").unwrap_or(text.len());
                let block = text.get(from..).unwrap_or_default();
                let end = block.find("Original message headers:").unwrap_or(block.len());
                said.administrators = lines(block.get(..end).unwrap_or_default());
            }
            "delivery-status" => said.programs = lines(&text),
            _ => {}
        }
    }
    said
}

/// Lines with single blanks between words; a line that goes on is one with what follows.
fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let mut words = line.split_whitespace().collect::<Vec<_>>().join(" ");
        // Dates of samples were changed, and their days of the week left as they were.
        if words.starts_with("Arrival-Date: ") {
            words = words.split_once(", ").map_or(words.clone(), |(_, date)| date.to_owned());
        }
        match lines.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) && !words.is_empty() => {
                last.push(' ');
                last.push_str(&words);
            }
            _ if words.is_empty() => {}
            _ => lines.push(words),
        }
    }
    lines
}

/// `+0900`
fn offset(word: &str) -> Option<Offset> {
    let (sign, digits) = match word.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = digits.split_at_checked(2)?;
    let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
    Offset::from_seconds(sign * seconds).ok()
}

/// Writes a report as the server did that wrote it first.
fn again(mail: &str, report: &DeliveryReport) -> String {
    let style = if mail.contains(" ##") {
        ReportStyle::Numbered
    } else if mail.contains("Remote Server at") {
        ReportStyle::RemoteServer
    } else {
        ReportStyle::Diagnostic
    };
    let arrival = mail.lines().find_map(|line| line.strip_prefix("Arrival-Date: "));
    let offset = arrival.and_then(|date| date.split(' ').find_map(offset));
    let headers = report.original.0.iter();
    let headers: Vec<String> =
        headers.map(|header| format!("{}: {}\r\n", header.name, header.value)).collect();
    let original = headers.concat();
    let envelope = ReportEnvelope {
        from: "",
        to: "",
        date: report.arrival_date.unwrap_or_default(),
        culture: offset.map_or_else(Culture::default, Culture::at),
        message_id: "",
        boundaries: [Guid(1), Guid(2)],
        keeps_trying: None,
        thread_index: None,
        explanation: None,
    };
    String::from_utf8(write(report, &envelope, style, Original::Headers(&original))).unwrap()
}

fn name(path: &Path) -> String {
    let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
    stem.trim_start_matches("sisimai-bsd-").to_owned()
}

#[test]
fn reports_are_written_again_line_for_line() {
    let Some(files) = samples() else { return };
    let (mut faults, mut compared) = (Vec::new(), 0);
    println!("{:26}{:>14}{:>9}", "report", "administrators", "programs");
    for path in files {
        let name = name(&path);
        if let Some((_, why)) = LEFT_OUT.iter().find(|(left_out, _)| *left_out == name) {
            println!("{name:26}not written again: {why}");
            continue;
        }
        let mail = std::fs::read_to_string(&path).unwrap();
        let (report, _) = read(&mail).unwrap();
        let (real, own) = (said(&mail), said(&again(&mail, &report)));
        println!("{name:26}{:14}{:9}", real.administrators.len(), real.programs.len());
        let is_known = |line: &str| {
            DIFFERENT.iter().any(|(sample, part, _)| *sample == name && line.contains(part))
        };
        let parts = [(&real.administrators, &own.administrators), (&real.programs, &own.programs)];
        // Some samples were cut before a part, or have the HTML part only.
        for (real, own) in parts.into_iter().filter(|(real, _)| !real.is_empty()) {
            compared += real.len();
            let missing = real.iter().filter(|line| !own.contains(line) && !is_known(line));
            faults.extend(missing.map(|line| format!("{name} lacks: {line}")));
            let added = own.iter().filter(|line| !real.contains(line) && !is_known(line));
            faults.extend(added.map(|line| format!("{name} adds: {line}")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(compared >= 80, "only {compared} lines compared");
}
