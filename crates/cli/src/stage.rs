//! From the name on the command line to a story.

use lab::library;
use lab::story::{Story, StoryError};

use crate::error::CommandError;
use crate::near::did_you_mean;

/// The story of that name or path.
pub(crate) fn story(name: &str) -> Result<Story, CommandError> {
    Story::load(name).map_err(|error| match error {
        StoryError::Unknown { name, .. } => {
            let near = did_you_mean(&name, library::scenario_names());
            let help = "`hybridlab list` names the scenarios; a path of a file will do as well";
            CommandError::Input(format!("there is no scenario '{name}'{near} ({help})"))
        }
        error => error.into(),
    })
}
