//! A cause that explains symptoms, with its proof and its remedy.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use crate::evidence::Place;
use crate::remedy::Command;

/// A cause that a rule found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Name of the rule.
    pub rule: &'static str,
    /// How certain it is.
    pub certainty: Certainty,
    /// The cause in one sentence.
    pub summary: String,
    /// Lines that show it.
    pub proof: Vec<Proof>,
    /// Other causes of the same symptoms, and why it is not they.
    pub ruled_out: Vec<RuledOut>,
    /// What mends it.
    pub remedies: Vec<Command>,
    /// How to see that it is mended.
    pub verify: Vec<Command>,
    /// How to take the remedy back.
    pub rollback: Vec<Command>,
    /// The errors it explains, by their number in [`crate::facts::Facts::setbacks`].
    pub explains: BTreeSet<usize>,
}

/// How certain a cause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// It explains the symptoms, and other causes do as well.
    Possible,
    /// Everything speaks for it, but the log that would show it is not there.
    Likely,
    /// Lines show it.
    Proven,
}

/// Lines, and what they show.
#[derive(Clone, Debug)]
pub struct Proof {
    /// What they show.
    pub shows: String,
    /// Where they stand.
    pub places: Vec<Place>,
}

/// A cause that it is not.
#[derive(Clone, Debug)]
pub struct RuledOut {
    /// The other cause.
    pub cause: String,
    /// Why not.
    pub because: String,
    /// Lines that show it.
    pub places: Vec<Place>,
}

/// Evidence that would decide, and how to get it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// What is missing.
    pub what: String,
    /// What it would decide.
    pub decides: String,
    /// How to get it: a cmdlet as typed, or whom to ask.
    pub obtain: String,
}

/// What a rule says about a case.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// Causes.
    pub findings: Vec<Finding>,
    /// Evidence without which it cannot say more.
    pub missing: Vec<Missing>,
}

impl Certainty {
    /// In one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Proven => "proven",
        }
    }
}

impl fmt::Display for Certainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Finding {
    /// A finding without anything yet but what it says.
    pub fn new(rule: &'static str, certainty: Certainty, summary: impl Into<String>) -> Self {
        Self {
            rule,
            certainty,
            summary: summary.into(),
            proof: Vec::new(),
            ruled_out: Vec::new(),
            remedies: Vec::new(),
            verify: Vec::new(),
            rollback: Vec::new(),
            explains: BTreeSet::new(),
        }
    }

    /// Adds lines that show something; none add nothing.
    pub fn show(&mut self, shows: impl Into<String>, places: impl IntoIterator<Item = Place>) {
        let mut places: Vec<_> = places.into_iter().collect();
        places.dedup();
        if !places.is_empty() {
            self.proof.push(Proof { shows: shows.into(), places });
        }
    }

    /// Adds a cause that it is not.
    pub fn rule_out(
        &mut self,
        cause: impl Into<String>,
        because: impl Into<String>,
        places: impl IntoIterator<Item = Place>,
    ) {
        let places = places.into_iter().collect();
        self.ruled_out.push(RuledOut { cause: cause.into(), because: because.into(), places });
    }
}

impl From<Finding> for Judgement {
    fn from(finding: Finding) -> Self {
        Self { findings: vec![finding], missing: Vec::new() }
    }
}

impl Judgement {
    /// Nothing can be said without that.
    pub fn lacking(what: &str, decides: &str, obtain: &str) -> Self {
        let mut judgement = Self::default();
        judgement.lack(what, decides, obtain);
        judgement
    }

    /// More could be said with that.
    pub fn lack(&mut self, what: &str, decides: &str, obtain: &str) {
        self.missing.push(Missing {
            what: what.to_owned(),
            decides: decides.to_owned(),
            obtain: obtain.to_owned(),
        });
    }
}
