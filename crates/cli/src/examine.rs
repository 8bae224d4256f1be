//! Evidence that a lab collected, as the diagnosis sees it: files, and nothing else.

use diagnosis::{Diagnosis, Evidence, diagnose};

/// Evidence with its diagnosis.
#[derive(Debug)]
pub struct Examined {
    /// The files.
    pub evidence: Evidence,
    /// What they tell.
    pub diagnosis: Diagnosis,
}

/// Hands the files of an evidence folder, without the lab they come from, to the diagnosis.
pub fn examine(folder: &lab::evidence::Evidence) -> Examined {
    let evidence = Evidence::from_memory(folder.0.clone());
    let diagnosis = diagnose(&evidence);
    Examined { evidence, diagnosis }
}
