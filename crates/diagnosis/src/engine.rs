//! From evidence to a diagnosis: read the files, ask every rule, keep causes that explain something.

use std::collections::BTreeSet;

use crate::evidence::Evidence;
use crate::facts::Facts;
use crate::finding::{Finding, Missing};
use crate::reading;
use crate::rules::{Case, RULES};
use crate::symptom::{Symptom, Weight, symptoms};

/// What was found in an evidence folder.
#[derive(Debug)]
pub struct Diagnosis {
    /// What the files say.
    pub facts: Facts,
    /// What went wrong.
    pub symptoms: Vec<Symptom>,
    /// Causes, the one that explains most first.
    pub findings: Vec<Finding>,
    /// Evidence that would decide what is undecided.
    pub missing: Vec<Missing>,
    /// The result in one word.
    pub verdict: Verdict,
}

/// The result in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing is wrong, as far as the files tell.
    Healthy,
    /// A cause was found.
    Found,
    /// Something is wrong, and the files do not tell why.
    Undecided,
}

impl Verdict {
    /// In one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Found => "found",
            Self::Undecided => "undecided",
        }
    }
}

/// Reads the evidence and finds causes.
pub fn diagnose(evidence: &Evidence) -> Diagnosis {
    judge(reading::read(evidence))
}

/// Finds causes in facts.
pub fn judge(facts: Facts) -> Diagnosis {
    let symptoms = symptoms(&facts);
    let case = Case { facts: &facts };
    let mut findings = Vec::new();
    let mut missing = BTreeSet::new();
    for rule in RULES {
        let judgement = (rule.judge)(case);
        findings.extend(judgement.findings);
        missing.extend(judgement.missing);
    }
    // A cause without an effect is a remark about the configuration, not a diagnosis.
    findings.retain(|finding| !finding.explains.is_empty());
    findings.sort_by_key(|finding| {
        (
            std::cmp::Reverse(finding.certainty),
            std::cmp::Reverse(finding.explains.len()),
            finding.rule,
        )
    });
    let missing = missing.into_iter().collect();
    let mut diagnosis =
        Diagnosis { facts, symptoms, findings, missing, verdict: Verdict::Undecided };
    if !diagnosis.findings.is_empty() {
        diagnosis.verdict = Verdict::Found;
    } else if diagnosis.unexplained().next().is_none() {
        diagnosis.verdict = Verdict::Healthy;
        diagnosis.missing.clear();
    }
    diagnosis
}

impl Diagnosis {
    /// Symptoms that a finding explains.
    pub fn explained_by<'d>(&'d self, finding: &'d Finding) -> impl Iterator<Item = &'d Symptom> {
        self.symptoms.iter().filter(|symptom| symptom.is_explained_by(finding))
    }

    /// Symptoms that need a cause and have none.
    pub fn unexplained(&self) -> impl Iterator<Item = &Symptom> {
        self.symptoms.iter().filter(|symptom| {
            symptom.weight == Weight::Open
                && !self.findings.iter().any(|finding| symptom.is_explained_by(finding))
        })
    }
}
