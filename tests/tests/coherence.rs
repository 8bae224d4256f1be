//! The files of every incident agree with each other: each story is played once and all checkers look
//! at what it leaves. Each checker is also shown evidence that somebody tampered with, and has to
//! notice.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use diagnosis::report;
use lab::story::Story;
use libtest_mimic::{Arguments, Trial};
use tests::coherence::{CHECKERS, Checker, Desk, Tampering};
use tests::{name_of, play, scenario_files, trial};

/// What incidents left behind, by the file of the story.
static PLAYED: Mutex<BTreeMap<PathBuf, Arc<OnceLock<Desk>>>> = Mutex::new(BTreeMap::new());

fn main() {
    let arguments = Arguments::from_args();
    let library = scenario_files("scenarios").into_iter().map(|file| coherent("scenarios", file));
    let others = scenario_files("tests/stories").into_iter().map(|file| coherent("stories", file));
    let tampered = CHECKERS.iter().flat_map(|checker| {
        let numbered = (1..).zip(checker.tamperings);
        numbered.map(move |(number, tampering)| noticed(checker, number, tampering))
    });
    libtest_mimic::run(&arguments, library.chain(others).chain(tampered).collect()).exit();
}

/// Looks at the desk of a story, which is played when nobody looked before.
fn at_desk(file: &Path, look: impl FnOnce(&Desk) -> Vec<String>) -> Vec<String> {
    let place = {
        let mut played = PLAYED.lock().unwrap_or_else(PoisonError::into_inner);
        played.entry(file.to_owned()).or_default().clone()
    };
    look(place.get_or_init(|| {
        let story = Story::from_file(file).unwrap_or_else(|error| panic!("{error}"));
        let played = play(story);
        let json = report::json(&played.examined.diagnosis, &played.examined.evidence);
        Desk::new(played.incident.evidence.0, json)
    }))
}

fn faults(checker: &Checker, desk: &Desk) -> Vec<String> {
    let faults = (checker.faults)(desk);
    let shown = faults.iter().take(20).map(|fault| format!("  {fault}"));
    let heading = format!("{} faults of {}: {}", faults.len(), checker.name, checker.holds);
    if faults.is_empty() { Vec::new() } else { [heading].into_iter().chain(shown).collect() }
}

fn coherent(folder: &str, file: PathBuf) -> Trial {
    trial(format!("{folder}::{}", name_of(&file)), move || {
        at_desk(&file, |desk| CHECKERS.iter().flat_map(|checker| faults(checker, desk)).collect())
    })
}

fn noticed(checker: &'static Checker, number: u32, tampering: &'static Tampering) -> Trial {
    trial(format!("tampered::{}::{number}", checker.name), move || {
        let stories =
            scenario_files("scenarios").into_iter().chain(scenario_files("tests/stories"));
        let Some(file) = stories.into_iter().find(|file| name_of(file) == tampering.story) else {
            return vec![format!("no such story: {tampering:?}")];
        };
        at_desk(&file, |desk| {
            let mut tampered = desk.files.clone();
            if !tampering.apply(&mut tampered) || tampered == desk.files {
                return vec![format!("no row to change: {tampering:?}")];
            }
            let before = (checker.faults)(desk);
            let after = (checker.faults)(&Desk::new(tampered, desk.diagnosis.clone()));
            let new = after.iter().any(|fault| !before.contains(fault));
            if new { Vec::new() } else { vec![format!("not noticed: {tampering:?}")] }
        })
    })
}
