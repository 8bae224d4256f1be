//! What the tests of the whole share: a story is played, and its evidence is diagnosed.

use std::path::{Path, PathBuf};

use diagnosis::Diagnosis;
use lab::evidence::Evidence;
use lab::lab::{Lab, LabError};
use lab::story::Story;
use lab::truth::Truth;

/// A story that was played, and what it left.
#[derive(Debug)]
pub struct Played {
    /// The evidence folder.
    pub evidence: Evidence,
    /// What really happened.
    pub truth: Truth,
}

impl Played {
    /// The evidence as the diagnosis takes it.
    pub fn files(&self) -> diagnosis::Evidence {
        let files = self.evidence.0.iter();
        diagnosis::Evidence::from_memory(files.map(|(path, text)| (path.clone(), text.clone())))
    }

    /// What the evidence says.
    pub fn diagnosis(&self) -> Diagnosis {
        diagnosis::diagnose(&self.files())
    }
}

/// Plays a story up to the moment of collection.
///
/// # Errors
/// When the lab fails.
pub fn play(story: Story) -> Result<Played, LabError> {
    fabric::simulation(async {
        let mut lab = Lab::stand_up(story, None).await?;
        lab.play().await?;
        Ok(Played { evidence: lab.collect(None).await?, truth: lab.truth() })
    })
}

/// Plays a story of the library.
///
/// # Panics
/// When there is none of that name, or the lab fails.
pub fn played(name: &str) -> Played {
    let story = Story::load(name).unwrap_or_else(|error| panic!("{error}"));
    play(story).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned).unwrap_or_default()
}
