//! The incident record that is attached to a ticket: what happened, whom it hit, why, what mends it,
//! and what keeps it from happening again. Markdown.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::text::capital;
use super::{counted, moment, quoted};
use crate::engine::Diagnosis;
use crate::evidence::Evidence;
use crate::finding::Finding;
use crate::remedy::Command;
use crate::rules;

/// Its first line, by which it is known among evidence: what it quotes happened once, not twice.
pub(crate) const RECORD_TITLE: &str = "# Incident record";

/// The incident record.
pub fn record(diagnosis: &Diagnosis, evidence: &Evidence) -> String {
    let mut text = format!("{RECORD_TITLE}\n");
    impact(&mut text, diagnosis);
    if diagnosis.findings.is_empty() {
        let _ = writeln!(text, "\n## Cause\n\nNot found yet ({}).", diagnosis.verdict.word());
    }
    for finding in &diagnosis.findings {
        cause(&mut text, diagnosis, evidence, finding);
    }
    if !diagnosis.missing.is_empty() {
        let _ = writeln!(text, "\n## Missing evidence\n");
        for missing in &diagnosis.missing {
            let what = capital(&missing.what);
            let _ = writeln!(text, "- {what}: `{}`", missing.obtain);
        }
    }
    text
}

fn impact(text: &mut String, diagnosis: &Diagnosis) {
    let _ = writeln!(text, "\n## What happened, and whom it hit\n");
    if diagnosis.symptoms.is_empty() {
        let _ = writeln!(text, "Nothing went wrong, as far as the files tell.");
    }
    let mut hit = BTreeSet::new();
    for symptom in &diagnosis.symptoms {
        hit.extend(symptom.recipients.iter());
        let when = symptom.span.map_or_else(String::new, |(first, last)| {
            format!(", {} to {} (UTC)", moment(first), moment(last))
        });
        let count = counted(symptom.messages.len(), "message");
        let _ = writeln!(text, "- `{}`: {count}{when}", symptom.text.trim());
    }
    if !hit.is_empty() {
        let hit: Vec<_> = hit.into_iter().map(String::as_str).collect();
        let _ = writeln!(text, "\nRecipients: {}.", hit.join(", "));
    }
}

fn cause(text: &mut String, diagnosis: &Diagnosis, evidence: &Evidence, finding: &Finding) {
    let _ = writeln!(text, "\n## Cause\n\n{}", finding.summary);
    let _ = writeln!(text, "\nCertainty: {} (rule `{}`).", finding.certainty, finding.rule);
    for proof in &finding.proof {
        let _ = writeln!(text, "\n{}:\n\n```text", capital(&proof.shows));
        for quote in quoted(&diagnosis.facts, evidence, &proof.places) {
            for line in &quote.lines {
                let _ = writeln!(text, "{}:{}: {}", quote.file, line.number, line.text);
            }
        }
        let _ = writeln!(text, "```");
    }
    for other in &finding.ruled_out {
        let _ = writeln!(text, "\nNot the cause: {} ({}).", other.cause, other.because);
    }
    commands(text, "Fix", &finding.remedies);
    commands(text, "Check", &finding.verify);
    commands(text, "Way back", &finding.rollback);
    if let Some(prevention) = rules::find(finding.rule).and_then(|it| it.section("Prevention")) {
        let _ = writeln!(text, "\n## Prevention\n\n{prevention}");
    }
}

fn commands(text: &mut String, title: &str, commands: &[Command]) {
    if commands.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n## {title}");
    for command in commands {
        let _ = writeln!(
            text,
            "\n{}:\n\n```powershell\n{}\n```",
            capital(&command.shell.to_string()),
            command.command
        );
    }
}
