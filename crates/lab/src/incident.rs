//! An incident from its beginning to the administrator's desk: stand up, play, collect.

use crate::evidence::Evidence;
use crate::lab::{Lab, LabError};
use crate::play::Passing;
use crate::story::Story;
use crate::tally::Tally;
use crate::truth::Truth;

/// What a story leaves behind at the moment of collection.
#[derive(Clone, Debug)]
pub struct Incident {
    /// What lies on the desk.
    pub evidence: Evidence,
    /// What really happened.
    pub truth: Truth,
    /// How the incident's mail ended; ordinary traffic around it is not counted.
    pub tally: Tally,
}

/// Runs a story in a simulation of its own, with its own seed when none is given. The same story and
/// seed give the same bytes.
///
/// # Errors
/// As [`Lab::unfold`].
pub fn run(story: Story, seed: Option<u64>) -> Result<Incident, LabError> {
    fabric::simulation(async { Lab::unfold(story, seed).await.map(|(_, incident)| incident) })
}

impl Lab {
    /// Stands the lab up, plays its story and collects the evidence; the lab stands on. To be called
    /// inside [`fabric::simulation`].
    ///
    /// # Errors
    /// When the baseline cannot be built, a change fails, a sender is nobody, or a script of
    /// collection fails.
    pub async fn unfold(story: Story, seed: Option<u64>) -> Result<(Self, Incident), LabError> {
        let mut lab = Self::stand_up(story, seed).await?;
        lab.play(Passing::InJumps).await?;
        let incident = lab.incident().await?;
        Ok((lab, incident))
    }

    /// What the story has left behind by now.
    ///
    /// # Errors
    /// When a script of collection fails.
    pub async fn incident(&mut self) -> Result<Incident, LabError> {
        // Before collecting, which lets the lab's clock go on.
        let truth = self.truth();
        let tally = self.tally(|mail| !mail.background);
        let evidence = self.collect(None).await?;
        Ok(Incident { evidence, truth, tally })
    }
}
