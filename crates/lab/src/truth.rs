//! `truth.json`: what was changed and how every mail ended. It lies beside the evidence, never inside;
//! tests read it, the diagnosis never.

use serde::Serialize;

use crate::lab::Lab;

/// What really happened.
#[derive(Clone, Debug, Serialize)]
pub struct Truth {
    /// Version of this form.
    pub schema_version: u32,
    /// Name of the scenario.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// The seed.
    pub seed: u64,
    /// The moment offsets count from.
    pub zero: String,
    /// What somebody did.
    pub changes: Vec<TrueChange>,
    /// What was sent, and how it ended.
    pub mails: Vec<TrueMail>,
    /// The rule that has to find the cause.
    pub cause: Option<String>,
}

/// What somebody did.
#[derive(Clone, Debug, Serialize)]
pub struct TrueChange {
    /// Offset from the first mail.
    pub at: String,
    /// Where.
    pub on: Option<String>,
    /// What was typed.
    pub run: String,
    /// Why.
    pub because: String,
}

/// A mail for one recipient.
#[derive(Clone, Debug, Serialize)]
pub struct TrueMail {
    /// When it was sent.
    pub at: String,
    /// Sender.
    pub from: String,
    /// Recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// `delivered`, `returned` or `waiting`.
    pub outcome: String,
}

impl Lab {
    /// What really happened so far.
    pub fn truth(&self) -> Truth {
        let scenario = &self.story.scenario;
        let changes = scenario.changes.iter().map(|change| TrueChange {
            at: change.at.to_string(),
            on: change.on.as_ref().map(|on| on.get_ref().clone()),
            run: change.run.get_ref().trim().to_owned(),
            because: change.because.clone(),
        });
        let mails = self.endings().into_iter().map(|ending| {
            let mail = &self.sent[ending.mail];
            TrueMail {
                at: mail.at.to_string(),
                from: mail.from.to_string(),
                to: ending.recipient.to_string(),
                subject: mail.subject.clone(),
                outcome: ending.outcome.to_string(),
            }
        });
        Truth {
            schema_version: 1,
            scenario: self.story.name.clone(),
            title: scenario.title.clone(),
            seed: self.world.seed.0,
            zero: self.story.zero().to_string(),
            changes: changes.collect(),
            mails: mails.collect(),
            cause: scenario.expect.cause.as_ref().map(|cause| cause.get_ref().clone()),
        }
    }
}
