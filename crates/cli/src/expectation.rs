//! What a scenario expects, against what came: the cause first, look-alikes silent, lines quoted, mail
//! ended as told, and mended by what the diagnosis printed.

use diagnosis::finding::Finding;
use diagnosis::rules;
use diagnosis::rules::RULES;
use diagnosis::{Evidence, Verdict};
use lab::incident::Incident;
use lab::lab::{Lab, LabError};
use lab::play::Passing;
use lab::scenario::Expect;
use lab::source::SourceError;
use lab::story::Story;

use crate::examine::{Examined, examine};
use crate::fix::{Mending, mend};
use crate::near::did_you_mean;

/// A story that was played, diagnosed and, when it expects a cause, mended.
#[derive(Debug)]
pub struct Played {
    /// What it left behind at the moment of collection.
    pub incident: Incident,
    /// What its files tell.
    pub examined: Examined,
    /// What became of it when the remedies were run; none where no cause is expected.
    pub mending: Option<Mending>,
    /// Expectations that were not met.
    pub unmet: Vec<String>,
}

/// Plays a story in a simulation of its own, fixes it when it expects a cause, and says which
/// expectations were not met.
///
/// # Errors
/// When the story cannot be played, or names a rule that nobody knows.
pub fn play(story: Story, seed: Option<u64>) -> Result<Played, LabError> {
    check_rules(&story)?;
    fabric::simulation(async { play_in(Lab::stand_up(story, seed).await?).await })
}

/// As [`play`], in a lab that stands already, in a simulation or on sockets.
///
/// # Errors
/// When the story cannot be played.
pub async fn play_in(mut lab: Lab) -> Result<Played, LabError> {
    let expect = lab.story.scenario.expect.clone();
    lab.play(Passing::InJumps).await?;
    let incident = lab.incident().await?;
    let examined = examine(&incident.evidence);
    let mut unmet = unmet_by_diagnosis(&expect, &incident, &examined);
    let mut mending = None;
    if expect.cause.is_some() {
        let mended = mend(&mut lab, &examined.diagnosis).await?;
        unmet.extend(unmet_by_fix(&expect, &mended));
        mending = Some(mended);
    }
    Ok(Played { incident, examined, mending, unmet })
}

/// Whether every rule that a story names is one.
///
/// # Errors
/// With file, line and key of the first that is none.
pub fn check_rules(story: &Story) -> Result<(), SourceError> {
    let expect = &story.scenario.expect;
    let cause = expect.cause.iter().map(|name| ("cause", name));
    let silent = expect.silent.iter().map(|name| ("silent", name));
    for (key, name) in cause.chain(silent) {
        if rules::find(name.get_ref()).is_none() {
            let near = did_you_mean(name.get_ref(), RULES.iter().map(|rule| rule.name));
            let why = format!("expect.{key}: there is no rule '{}'{near}", name.get_ref());
            return Err(story.error(name.span(), why));
        }
    }
    Ok(())
}

/// What the diagnosis does not say as expected.
pub fn unmet_by_diagnosis(
    expect: &Expect,
    incident: &Incident,
    examined: &Examined,
) -> Vec<String> {
    let findings = &examined.diagnosis.findings;
    let mut unmet = Vec::new();
    unmet.extend(unmet_cause(expect, findings));
    for name in &expect.silent {
        let name = name.get_ref();
        let fired = findings.iter().filter(|finding| finding.rule == name);
        unmet.extend(fired.map(|it| format!("{name} should be silent, and says: {}", it.summary)));
    }
    if let (Some(cause), Some(first)) = (&expect.cause, findings.first()) {
        let quoted = quoted(first, &examined.evidence);
        for wanted in expect.quotes.iter().filter(|wanted| !quoted.contains(wanted.as_str())) {
            unmet.push(format!("{} quotes no line with \"{wanted}\"", cause.get_ref()));
        }
    }
    let verdict = examined.diagnosis.verdict;
    if expect.undecided != (verdict == Verdict::Undecided) {
        let wanted = if expect.undecided { "undecided" } else { "decided" };
        unmet.push(format!("the verdict should be {wanted}, and is '{}'", verdict.word()));
    }
    let total = incident.tally.total();
    for (outcome, count) in &expect.outcome {
        if !count.holds(total.of(*outcome), total.sum()) {
            unmet.push(format!("{count} should be {outcome}; of {}, {total}", total.sum()));
        }
    }
    unmet
}

fn unmet_cause(expect: &Expect, findings: &[Finding]) -> Option<String> {
    let found: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
    let names = if found.is_empty() { "nothing".to_owned() } else { found.join(", ") };
    match &expect.cause {
        Some(cause) if found.first() == Some(&cause.get_ref().as_str()) => None,
        Some(cause) => Some(format!("{} should be found first; found: {names}", cause.get_ref())),
        None if found.is_empty() => None,
        None => Some(format!("nothing should be found; found: {names}")),
    }
}

/// The lines that a finding quotes as its proof.
fn quoted(finding: &Finding, evidence: &Evidence) -> String {
    let lines = finding.proof.iter().flat_map(|proof| evidence.lines(&proof.places)).flatten();
    lines.map(|line| line.text).collect::<Vec<_>>().join("\n")
}

/// What the fix does not do as expected.
pub fn unmet_by_fix(expect: &Expect, mending: &Mending) -> Vec<String> {
    match (expect.fixed, mending.shortcomings()) {
        (true, shortcomings) => {
            shortcomings.into_iter().map(|why| format!("not mended: {why}")).collect()
        }
        (false, shortcomings) if shortcomings.is_empty() => {
            vec!["it should not be mended by what the diagnosis prints, and is".to_owned()]
        }
        (false, _) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnosis::finding::Certainty;
    use lab::library;
    use lab::source::Source;

    fn story(expect: &str) -> Story {
        let text = format!("title = \"t\"\nextends = \"hybrid\"\n\n[expect]\n{expect}\n");
        Story::new("story", Source::new("story.toml", text), library::baseline("hybrid").unwrap())
            .unwrap()
    }

    #[test]
    fn a_rule_that_nobody_knows_is_named_with_file_line_and_key() {
        let error = check_rules(&story("cause = \"certificate-expirde\"")).unwrap_err().to_string();
        let expected = "story.toml:5:9: expect.cause: there is no rule 'certificate-expirde'; did you mean \
                        certificate-expired, edge-certificate-mismatch?\n    cause = \"certificate-expirde\"";
        assert_eq!(error, expected);
        let error =
            check_rules(&story("silent = [\"certificate-expired\", \"zebra\"]")).unwrap_err();
        assert_eq!((error.line, error.column), (5, 34));
    }

    #[test]
    fn the_cause_has_to_come_first() {
        let found = |names: &[&'static str]| -> Vec<Finding> {
            names.iter().map(|name| Finding::new(name, Certainty::Likely, "because")).collect()
        };
        let expect = story("cause = \"certificate-expired\"").scenario.expect;
        assert_eq!(
            unmet_cause(&expect, &found(&["certificate-expired", "send-connector-disabled"])),
            None
        );
        let late =
            unmet_cause(&expect, &found(&["send-connector-disabled", "certificate-expired"]))
                .unwrap();
        assert_eq!(
            late,
            "certificate-expired should be found first; found: send-connector-disabled, certificate-expired"
        );
        let none = unmet_cause(&expect, &[]).unwrap();
        assert_eq!(none, "certificate-expired should be found first; found: nothing");
        let nothing = story("silent = []").scenario.expect;
        assert_eq!(unmet_cause(&nothing, &[]), None);
        assert!(unmet_cause(&nothing, &found(&["certificate-expired"])).is_some());
    }
}
