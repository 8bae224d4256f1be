//! What the tests of the whole share: where the stories are, how one is played, how a test is made of
//! each of them.

pub mod coherence;
pub mod fidelity;

use std::fs;
use std::path::{Path, PathBuf};

use hybridlab::examine::{Examined, examine};
use lab::incident::{self, Incident};
use lab::story::Story;
use libtest_mimic::{Failed, Trial};

/// A story that was played, with what its files tell.
#[derive(Debug)]
pub struct Played {
    /// What it left behind.
    pub incident: Incident,
    /// Its files and their diagnosis.
    pub examined: Examined,
}

impl Played {
    /// The rules that found something, the first cause first.
    pub fn rules(&self) -> Vec<&'static str> {
        self.examined.diagnosis.findings.iter().map(|finding| finding.rule).collect()
    }
}

/// Plays a story up to the moment of collection, and diagnoses what it leaves.
///
/// # Panics
/// When it cannot be played.
pub fn play(story: Story) -> Played {
    let name = story.name.clone();
    let incident = incident::run(story, None).unwrap_or_else(|error| panic!("{name}: {error}"));
    let examined = examine(&incident.evidence);
    Played { incident, examined }
}

/// Plays a story of the library.
///
/// # Panics
/// When there is none of that name, or it cannot be played.
pub fn played(name: &str) -> Played {
    play(Story::load(name).unwrap_or_else(|error| panic!("{error}")))
}

/// Plays one of the tests' own stories.
///
/// # Panics
/// When the story cannot be played.
pub fn played_story(name: &str) -> Played {
    let file = root().join("tests/stories").join(name).with_extension("toml");
    play(Story::from_file(&file).unwrap_or_else(|error| panic!("{error}")))
}

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned).unwrap_or_default()
}

/// The scenario files in a folder of the workspace, in alphabetic order.
///
/// # Panics
/// When the folder cannot be read.
pub fn scenario_files(folder: &str) -> Vec<PathBuf> {
    let folder = root().join(folder);
    let entries =
        fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    files
}

/// The name of a story in a file.
pub fn name_of(file: &Path) -> String {
    file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A test of a name; faults fail it, one below the other.
pub fn trial(
    name: impl Into<String>,
    faults: impl FnOnce() -> Vec<String> + Send + 'static,
) -> Trial {
    Trial::test(name, move || match faults() {
        faults if faults.is_empty() => Ok(()),
        faults => Err(Failed::from(faults.join("\n"))),
    })
}
