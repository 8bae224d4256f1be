//! The folder in which an incident's files are left.

use std::fs;
use std::path::{Path, PathBuf};

use diagnosis::report;
use lab::evidence::Evidence;
use lab::incident::Incident;

use crate::arguments::Staging;
use crate::error::CommandError;
use crate::examine::Examined;
use crate::output::tell;

/// What lies beside the evidence. Its presence also tells that the folder is one of ours.
const TRUTH: &str = "truth.json";
const EVIDENCE: &str = "evidence";
const EVIDENCE_AFTER: &str = "evidence-after";
const RECORD: &str = "incident.md";

/// Such a folder.
#[derive(Clone, Debug)]
pub(crate) struct Out(pub(crate) PathBuf);

impl Out {
    /// The folder asked for, or the usual one.
    ///
    /// # Errors
    /// When it holds evidence that nobody here left: it would be lost.
    pub(crate) fn new(staging: &Staging, scenario: &str) -> Result<Self, CommandError> {
        let usual = || Path::new("hybridlab-out").join(scenario);
        let out = Self(staging.out.clone().unwrap_or_else(usual));
        let is_ours = out.0.join(TRUTH).is_file();
        for folder in [EVIDENCE, EVIDENCE_AFTER] {
            let folder = out.0.join(folder);
            if folder.exists() && !is_ours {
                return Err(CommandError::Input(format!(
                    "{} is there, and no {TRUTH} beside it tells that hybridlab left it; \
                     choose another folder with --out",
                    folder.display()
                )));
            }
        }
        Ok(out)
    }

    /// Leaves the evidence, the truth beside it, and the incident record.
    pub(crate) fn leave(
        &self,
        incident: &Incident,
        examined: &Examined,
    ) -> Result<(), CommandError> {
        tell(&format!("leaving the files in {} …", self.0.display()));
        let after = self.0.join(EVIDENCE_AFTER);
        if after.exists() {
            fs::remove_dir_all(&after).map_err(CommandError::file(&after))?;
        }
        // The truth goes first: a folder that is broken off can still be told as ours.
        fs::create_dir_all(&self.0).map_err(CommandError::file(&self.0))?;
        let truth = serde_json::to_value(&incident.truth).unwrap_or_default();
        self.write(TRUTH, &format!("{truth:#}\n"))?;
        self.evidence(EVIDENCE, &incident.evidence)?;
        self.write(RECORD, &report::record(&examined.diagnosis, &examined.evidence))
    }

    /// Leaves what was collected after a fix.
    pub(crate) fn leave_after(&self, evidence: &Evidence) -> Result<(), CommandError> {
        self.evidence(EVIDENCE_AFTER, evidence)
    }

    /// The evidence, to be given to `hybridlab diagnose`.
    pub(crate) fn evidence_folder(&self) -> PathBuf {
        self.0.join(EVIDENCE)
    }

    fn evidence(&self, name: &str, evidence: &Evidence) -> Result<(), CommandError> {
        let folder = self.0.join(name);
        evidence.write_to(&folder).map_err(CommandError::file(&folder))
    }

    fn write(&self, name: &str, text: &str) -> Result<(), CommandError> {
        let path = self.0.join(name);
        fs::write(&path, text).map_err(CommandError::file(&path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_that_somebody_else_left_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let out = Some(folder.path().to_owned());
        let staging = Staging { scenario: "s".to_owned(), out, seed: None };
        assert!(Out::new(&staging, "s").is_ok());
        fs::create_dir(folder.path().join(EVIDENCE)).unwrap();
        let error = Out::new(&staging, "s").unwrap_err().to_string();
        assert!(error.contains("evidence is there"), "{error}");
        fs::write(folder.path().join(TRUTH), "{}").unwrap();
        assert!(Out::new(&staging, "s").is_ok());
    }

    #[test]
    fn the_usual_folder_is_named_after_the_scenario() {
        let staging = Staging { scenario: "a/b.toml".to_owned(), out: None, seed: None };
        let out = Out::new(&staging, "b").unwrap();
        assert_eq!(out.evidence_folder(), Path::new("hybridlab-out").join("b").join("evidence"));
    }
}
