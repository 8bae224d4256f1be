//! A diagnosis for people.

use std::collections::BTreeSet;
use std::fmt::Write;

use exchange::status_codes;

use super::{counted, moment, quoted, shortened};
use crate::engine::{Diagnosis, Verdict};
use crate::evidence::{Evidence, Place};
use crate::facts::{Facts, FileFact, Setback, Teller};
use crate::finding::Finding;
use crate::remedy::Command;
use crate::rules;
use crate::symptom::{Symptom, Weight};

/// Longest quoted line.
const QUOTE: usize = 400;

/// The diagnosis as text.
pub fn text(diagnosis: &Diagnosis, evidence: &Evidence) -> String {
    let mut text = String::new();
    head(&mut text, diagnosis);
    symptoms(&mut text, diagnosis);
    for finding in &diagnosis.findings {
        cause(&mut text, diagnosis, evidence, finding);
    }
    unexplained(&mut text, diagnosis);
    missing(&mut text, diagnosis);
    files(&mut text, diagnosis);
    text
}

fn head(text: &mut String, diagnosis: &Diagnosis) {
    let facts = &diagnosis.facts;
    let hosts: BTreeSet<&str> =
        facts.files.iter().map(|file| file.host.as_str()).filter(|host| !host.is_empty()).collect();
    let _ = write!(text, "{}", counted(facts.files.len(), "file"));
    if !hosts.is_empty() {
        let hosts: Vec<_> = hosts.into_iter().collect();
        let _ = write!(text, " of {}", hosts.join(", "));
    }
    if let (Some(begin), Some(end)) = (facts.coverage.begin(), facts.coverage.end()) {
        let _ = write!(text, "; logs from {} to {} (UTC)", moment(begin), moment(end));
    }
    text.push('\n');
    let verdict = match diagnosis.verdict {
        Verdict::Healthy => "Nothing is wrong, as far as these files tell.".to_owned(),
        Verdict::Found => match diagnosis.findings.as_slice() {
            [only] => format!("Cause: {}", rule_title(only.rule)),
            several => {
                format!("{}, the one that explains most first.", counted(several.len(), "cause"))
            }
        },
        Verdict::Undecided => {
            "Something is wrong, and these files do not tell why. See what is missing.".to_owned()
        }
    };
    let _ = writeln!(text, "{verdict}");
}

fn rule_title(name: &str) -> String {
    rules::find(name).map_or_else(|| name.to_owned(), rules::Rule::title)
}

fn symptoms(text: &mut String, diagnosis: &Diagnosis) {
    if diagnosis.symptoms.is_empty() {
        return;
    }
    let _ = writeln!(text, "\nWhat went wrong");
    for symptom in &diagnosis.symptoms {
        let _ = writeln!(text, "  {}", shortened(&symptom.text, 160));
        let _ = writeln!(text, "      {}", told(symptom));
    }
}

fn told(symptom: &Symptom) -> String {
    let mut parts = Vec::new();
    if !symptom.messages.is_empty() {
        parts.push(counted(symptom.messages.len(), "message"));
    }
    if !symptom.recipients.is_empty() {
        parts.push(counted(symptom.recipients.len(), "recipient"));
    }
    if !symptom.target.is_empty() {
        parts.push(format!("on the way to {}", symptom.target));
    }
    match symptom.span {
        Some((first, last)) if first == last => parts.push(moment(first)),
        Some((first, last)) => parts.push(format!("{} to {}", moment(first), moment(last))),
        None => {}
    }
    match symptom.weight {
        Weight::Open => {}
        Weight::Passing => parts.push("all of it arrived later".to_owned()),
        Weight::Plain => parts.push("the address is the sender's mistake".to_owned()),
    }
    parts.join(", ")
}

fn cause(text: &mut String, diagnosis: &Diagnosis, evidence: &Evidence, finding: &Finding) {
    let _ = writeln!(text, "\nCause ({}, {})", finding.certainty, finding.rule);
    paragraph(text, "  ", &finding.summary);
    let _ = writeln!(text, "\n  Proof");
    for proof in &finding.proof {
        paragraph(text, "    ", &format!("{}:", capital(&proof.shows)));
        quotes(text, diagnosis, evidence, &proof.places);
    }
    if !finding.ruled_out.is_empty() {
        let _ = writeln!(text, "\n  Ruled out");
        for other in &finding.ruled_out {
            paragraph(text, "    ", &format!("{}: {}.", capital(&other.cause), other.because));
            quotes(text, diagnosis, evidence, &other.places);
        }
    }
    commands(text, "Fix", &finding.remedies);
    commands(text, "Check", &finding.verify);
    commands(text, "Way back", &finding.rollback);
}

fn quotes(text: &mut String, diagnosis: &Diagnosis, evidence: &Evidence, places: &[Place]) {
    for quote in quoted(&diagnosis.facts, evidence, places) {
        let host = if quote.host.is_empty() { String::new() } else { format!("{}: ", quote.host) };
        for line in &quote.lines {
            let _ = writeln!(text, "      {host}{}:{}", quote.file, line.number);
            let _ = writeln!(text, "        {}", shortened(&line.text, QUOTE));
        }
    }
}

fn commands(text: &mut String, title: &str, commands: &[Command]) {
    if commands.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n  {title}");
    for command in commands {
        let _ = writeln!(text, "    {}:", capital(&command.shell.to_string()));
        for line in command.command.lines() {
            let _ = writeln!(text, "      {line}");
        }
    }
}

/// Symptoms without a cause: what the code means, and what to collect next.
fn unexplained(text: &mut String, diagnosis: &Diagnosis) {
    let mut unexplained = diagnosis.unexplained().peekable();
    if unexplained.peek().is_none() {
        return;
    }
    let _ = writeln!(text, "\nNot explained");
    for symptom in unexplained {
        let _ = writeln!(text, "  {}", shortened(&symptom.text, 160));
        let _ = writeln!(text, "      {}", told(symptom));
        if !symptom.recipients.is_empty() {
            paragraph(text, "      ", &format!("for {}", some_of(&symptom.recipients)));
        }
        let reporters = reporters(&diagnosis.facts, symptom);
        if !reporters.is_empty() {
            let what =
                if is_final(&diagnosis.facts, symptom) { "reported" } else { "delay reported" };
            paragraph(text, "      ", &format!("{what} by {}", some_of(&reporters)));
        }
        let Some(code) = status_codes::find(&symptom.text).into_iter().next_back() else {
            continue;
        };
        paragraph(text, "    ", &format!("What it means: {}", code.meaning));
        for cause in code.hybrid_causes {
            paragraph(text, "    - ", cause);
        }
        if !code.collect.is_empty() {
            let _ = writeln!(text, "    Collect next:");
            for step in code.collect {
                paragraph(text, "    - ", step);
            }
        }
    }
}

/// Whether somebody gave up; nobody has where reports tell of delay.
fn is_final(facts: &Facts, symptom: &Symptom) -> bool {
    let told = symptom.setbacks.iter().filter_map(|number| facts.setbacks.get(*number));
    told.filter(|it| it.teller == Teller::Report).any(Setback::is_final)
}

/// Servers that wrote reports about it.
fn reporters(facts: &Facts, symptom: &Symptom) -> BTreeSet<String> {
    let told = symptom.setbacks.iter().filter_map(|number| facts.setbacks.get(*number));
    let files: BTreeSet<_> =
        told.filter(|it| it.teller == Teller::Report).map(|it| it.at.file).collect();
    let reports = facts.reports.iter().filter(|report| files.contains(&report.at.file));
    let servers = reports.map(|report| report.report.generating_server.clone());
    servers.filter(|server| !server.is_empty()).collect()
}

/// Names in a sentence; of many, the first few.
fn some_of(names: &BTreeSet<String>) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<_> = names.iter().take(SHOWN).map(String::as_str).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn missing(text: &mut String, diagnosis: &Diagnosis) {
    if diagnosis.missing.is_empty() {
        return;
    }
    let _ = writeln!(text, "\nMissing evidence");
    for missing in &diagnosis.missing {
        let _ = writeln!(text, "  {}", capital(&missing.what));
        let _ = writeln!(text, "      would tell {}", missing.decides);
        let _ = writeln!(text, "      {}", missing.obtain);
    }
}

/// Lines of a file that could not be read; more are counted.
const UNREAD: usize = 500;

fn files(text: &mut String, diagnosis: &Diagnosis) {
    let _ = writeln!(text, "\nFiles");
    let files = &diagnosis.facts.files;
    let width = files.iter().map(|file| file.path.chars().count()).max().unwrap_or_default();
    for file in files {
        let _ = writeln!(text, "  {:<width$}  {}", file.path, described(file));
        if let Some(failure) = &file.failure {
            let _ = writeln!(text, "      {failure}");
        }
        for unread in file.unread.iter().take(UNREAD) {
            let _ = writeln!(
                text,
                "      line {}: {}: {}",
                unread.line,
                unread.reason,
                shortened(&unread.text, 100)
            );
        }
        let more = (file.unread.len() + file.more_unread).saturating_sub(UNREAD);
        if more > 0 {
            let _ = writeln!(text, "      and {}", counted(more, "more line"));
        }
    }
}

fn described(file: &FileFact) -> String {
    let mut parts = vec![file.kind.clone(), counted(file.rows, "row")];
    parts.extend(file.sessions.map(|count| counted(count, "session")));
    parts.extend(file.messages.map(|count| counted(count, "message")));
    if !file.unread.is_empty() {
        parts.push(format!("{} not read", counted(file.unread.len() + file.more_unread, "line")));
    }
    if !file.repairs.is_empty() {
        parts.push(format!("{} mended", counted(file.repairs.len(), "line")));
    }
    parts.join(", ")
}

/// Text in lines of at most 100 letters.
pub(crate) fn paragraph(text: &mut String, indent: &str, words: &str) {
    let mut line = indent.to_owned();
    let hanging = " ".repeat(indent.chars().count());
    for word in words.split_whitespace() {
        let has_words = line.trim_end().len() > indent.trim_end().len() && line.trim() != "";
        if has_words && line.chars().count() + 1 + word.chars().count() > 100 {
            let _ = writeln!(text, "{}", line.trim_end());
            line.clone_from(&hanging);
        } else if has_words && !line.ends_with(' ') {
            line.push(' ');
        }
        line.push_str(word);
    }
    let _ = writeln!(text, "{}", line.trim_end());
}

pub(super) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_is_wrapped_and_hangs() {
        let mut text = String::new();
        paragraph(&mut text, "  - ", &"word ".repeat(30));
        let lines: Vec<_> = text.lines().collect();
        assert!(lines.iter().all(|line| line.chars().count() <= 100));
        assert!(lines[0].starts_with("  - word word"));
        assert!(lines[1].starts_with("    word"));
        assert_eq!(text.split_whitespace().filter(|it| *it == "word").count(), 30);
    }
}
