//! Errors that belong together: the same code from the same attempt, whoever tells of it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::facts::{Facts, Fate, Setback};
use crate::finding::Finding;

/// Errors of one kind.
#[derive(Clone, Debug)]
pub struct Symptom {
    /// Enhanced code of the first error in time, such as `4.4.316`; empty when it has none.
    pub code: String,
    /// The words of the first error in time.
    pub text: String,
    /// The host or address that was tried, as far as errors name one.
    pub target: String,
    /// The errors, by their number in [`Facts::setbacks`].
    pub setbacks: Vec<usize>,
    /// Messages they are about.
    pub messages: BTreeSet<String>,
    /// Recipients they are about.
    pub recipients: BTreeSet<String>,
    /// The first and the last, where errors have a time.
    pub span: Option<(Timestamp, Timestamp)>,
    /// What it means for the question whether something is wrong.
    pub weight: Weight,
}

/// Whether a symptom needs a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It needs one.
    Open,
    /// Mail was only late: it was tried again, and all of it arrived.
    Passing,
    /// It says itself what is wrong, and nothing is: the sender mistyped an address.
    Plain,
}

impl Symptom {
    /// Whether the cause explains one of its errors.
    pub fn is_explained_by(&self, finding: &Finding) -> bool {
        self.setbacks.iter().any(|number| finding.explains.contains(number))
    }
}

/// Codes that blame the address the sender typed.
pub(crate) const PLAIN: [&str; 3] = ["5.1.1", "5.1.10", "5.1.3"];

/// The errors of the facts, grouped.
pub fn symptoms(facts: &Facts) -> Vec<Symptom> {
    let mut groups: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (index, setback) in facts.setbacks.iter().enumerate() {
        let key = (detail(setback), target(setback));
        groups.entry(key).or_default().push(index);
    }
    // The same code of the same messages, told with and without the host that was tried, is one.
    let nameless: Vec<_> = groups.keys().filter(|(_, target)| target.is_empty()).cloned().collect();
    for key in nameless {
        let mut named = groups.keys().filter(|(detail, it)| *detail == key.0 && !it.is_empty());
        if let (Some(only), None) = (named.next().cloned(), named.next()) {
            let moved = groups.remove(&key).unwrap_or_default();
            groups.entry(only).or_default().extend(moved);
        }
    }
    let mut symptoms: Vec<_> =
        groups.into_iter().map(|((_, it), setbacks)| symptom(facts, it, setbacks)).collect();
    symptoms.sort_by_key(|symptom| (symptom.weight, symptom.span.map(|(first, _)| first)));
    symptoms
}

fn symptom(facts: &Facts, target: String, mut setbacks: Vec<usize>) -> Symptom {
    setbacks.sort_by_key(|index| (facts.setbacks[*index].time, *index));
    let timed = setbacks.iter().map(|index| &facts.setbacks[*index]);
    let first =
        timed.clone().find(|setback| setback.time.is_some()).or_else(|| timed.clone().next());
    let mut symptom = Symptom {
        code: first.and_then(Setback::code).unwrap_or_default().to_owned(),
        text: first.map(|setback| setback.error.led.clone()).unwrap_or_default(),
        target,
        setbacks,
        messages: BTreeSet::new(),
        recipients: BTreeSet::new(),
        span: None,
        weight: Weight::Open,
    };
    for setback in symptom.setbacks.iter().map(|index| &facts.setbacks[*index]) {
        symptom.messages.extend(setback.message_id.clone());
        symptom.recipients.extend(setback.recipients.iter().map(|one| one.to_ascii_lowercase()));
        if let Some(time) = setback.time {
            let (first, last) = symptom.span.unwrap_or((time, time));
            symptom.span = Some((first.min(time), last.max(time)));
        }
    }
    symptom.weight = weight(facts, &symptom);
    symptom
}

fn weight(facts: &Facts, symptom: &Symptom) -> Weight {
    // Somebody who hands over nothing but the report asks about the report.
    let has_logs = facts.coverage.end().is_some();
    if has_logs && PLAIN.contains(&symptom.code.as_str()) {
        return Weight::Plain;
    }
    let has_arrived = |id: &String| {
        facts.messages.get(id).is_some_and(|message| {
            let mut concerned = message
                .recipients
                .iter()
                .filter(|one| symptom.recipients.contains(*one))
                .peekable();
            concerned.peek().is_some()
                && concerned.all(|one| matches!(message.fate(one), Fate::Delivered))
        })
    };
    if !symptom.messages.is_empty() && symptom.messages.iter().all(has_arrived) {
        Weight::Passing
    } else {
        Weight::Open
    }
}

/// The code without its class: `5.4.316` ends what `4.4.316` began.
fn detail(setback: &Setback) -> String {
    let code = setback.code().unwrap_or_default();
    code.split_once('.').map_or(code, |(_, detail)| detail).to_owned()
}

fn target(setback: &Setback) -> String {
    let name = setback.target_name().map(str::to_ascii_lowercase);
    name.or_else(|| setback.target_ip().map(|ip| ip.to_string())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Evidence, FileId, Place};
    use crate::facts::Teller;
    use logs::last_error::LastError;
    use logs::recognise::Kind;

    fn unknown_recipient() -> Facts {
        let at = Place::line(FileId(0), 1);
        let error = LastError::parse("550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found");
        let setback = Setback::new(at, Teller::Report, error);
        Facts { setbacks: vec![setback], ..Facts::default() }
    }

    #[test]
    fn a_mistyped_address_is_no_fault_among_logs_but_a_question_alone() {
        let mut facts = unknown_recipient();
        assert_eq!(symptoms(&facts)[0].weight, Weight::Open);
        facts.coverage.row(FileId(1), Kind::MessageTrackingLog, Timestamp::UNIX_EPOCH);
        assert_eq!(symptoms(&facts)[0].weight, Weight::Plain);
    }

    #[test]
    fn nothing_handed_over_is_no_symptom() {
        let diagnosis = crate::diagnose(&Evidence::default());
        assert!(diagnosis.symptoms.is_empty());
    }
}
