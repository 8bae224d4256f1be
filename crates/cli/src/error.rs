//! What keeps a command from doing what it was asked.

use std::io;
use std::path::{Path, PathBuf};

use console::place::UnknownPlace;
use diagnosis::evidence::EvidenceError;
use fabric::NetworkError;
use lab::lab::LabError;
use lab::source::SourceError;
use lab::story::StoryError;

use crate::exit::Exit;

/// A command could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// The scenario cannot be read.
    #[error(transparent)]
    Story(#[from] StoryError),
    /// Something is wrong with a scenario's text.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The lab did not come as far.
    #[error(transparent)]
    Lab(#[from] LabError),
    /// There is no such place to type on.
    #[error(transparent)]
    Place(#[from] UnknownPlace),
    /// The lab cannot stand on sockets as it was asked to.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The evidence cannot be read.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// A file cannot be read or written.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Standard output cannot be written.
    #[error("standard output: {0}")]
    Output(io::Error),
    /// Something else is wrong with what was asked.
    #[error("{0}")]
    Input(String),
}

impl CommandError {
    /// The exit code it ends with.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Lab(LabError::Broken(_)) => Exit::BROKEN,
            _ => Exit::INPUT,
        }
    }

    /// A file that cannot be read or written.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::File { path: path.to_owned(), error }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_lab_is_told_from_bad_input() {
        let broken = CommandError::from(LabError::Broken("no such service".to_owned()));
        assert_eq!(broken.exit(), Exit::BROKEN);
        let source = lab::source::Source::new("a.toml", "x = 1").error(0..1, "unknown key");
        assert_eq!(CommandError::from(LabError::from(source)).exit(), Exit::INPUT);
    }
}
