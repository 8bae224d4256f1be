//! A diagnosis for programs.

use serde_json::{Value, json as object};

use super::quoted;
use crate::engine::Diagnosis;
use crate::evidence::{Evidence, Place};
use crate::facts::FileFact;
use crate::finding::Finding;
use crate::remedy::Command;
use crate::symptom::Symptom;

/// Version of the form; it changes when a key changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// The diagnosis as JSON.
pub fn json(diagnosis: &Diagnosis, evidence: &Evidence) -> Value {
    let findings = diagnosis.findings.iter();
    object!({
        "schema_version": SCHEMA_VERSION,
        "verdict": diagnosis.verdict.word(),
        "findings": findings.map(|it| finding(diagnosis, evidence, it)).collect::<Vec<_>>(),
        "symptoms": diagnosis.symptoms.iter().map(symptom).collect::<Vec<_>>(),
        "missing_evidence": diagnosis.missing.iter().map(|missing| object!({
            "what": missing.what,
            "decides": missing.decides,
            "obtain": missing.obtain,
        })).collect::<Vec<_>>(),
        "files": diagnosis.facts.files.iter().map(file).collect::<Vec<_>>(),
    })
}

fn finding(diagnosis: &Diagnosis, evidence: &Evidence, finding: &Finding) -> Value {
    let proof = finding.proof.iter();
    let quotes = proof.flat_map(|proof| lines(diagnosis, evidence, &proof.places, &proof.shows));
    object!({
        "rule": finding.rule,
        "certainty": finding.certainty,
        "summary": finding.summary,
        "evidence": quotes.collect::<Vec<_>>(),
        "ruled_out": finding.ruled_out.iter().map(|other| object!({
            "cause": other.cause,
            "because": other.because,
            "evidence": lines(diagnosis, evidence, &other.places, &other.because),
        })).collect::<Vec<_>>(),
        "explains": diagnosis.explained_by(finding).map(|it| it.code.as_str()).collect::<Vec<_>>(),
        "remedies": commands(&finding.remedies),
        "verify": commands(&finding.verify),
        "rollback": commands(&finding.rollback),
    })
}

fn lines(diagnosis: &Diagnosis, evidence: &Evidence, places: &[Place], shows: &str) -> Vec<Value> {
    let quotes = quoted(&diagnosis.facts, evidence, places);
    let line = |quote: super::Quoted| -> Vec<Value> {
        let lines = quote.lines.iter().map(|line| {
            object!({
                "host": quote.host,
                "file": quote.file,
                "line": line.number,
                "text": line.text,
                "shows": shows,
            })
        });
        lines.collect()
    };
    quotes.into_iter().flat_map(line).collect()
}

fn commands(commands: &[Command]) -> Vec<Value> {
    let command = |it: &Command| object!({ "shell": it.shell, "command": it.command });
    commands.iter().map(command).collect()
}

fn symptom(symptom: &Symptom) -> Value {
    object!({
        "code": symptom.code,
        "text": symptom.text,
        "target": symptom.target,
        "messages": symptom.messages.len(),
        "recipients": symptom.recipients,
        "first": symptom.span.map(|(first, _)| first.to_string()),
        "last": symptom.span.map(|(_, last)| last.to_string()),
    })
}

fn file(file: &FileFact) -> Value {
    let unread = file.unread.iter().map(|unread| {
        object!({
            "line": unread.line,
            "text": unread.text,
            "reason": unread.reason.to_string(),
        })
    });
    object!({
        "path": file.path,
        "host": file.host,
        "kind": file.kind,
        "rows": file.rows,
        "sessions": file.sessions,
        "messages": file.messages,
        "unread": unread.collect::<Vec<_>>(),
        "more_unread": file.more_unread,
        "mended": file.repairs.len(),
        "failure": file.failure,
    })
}
