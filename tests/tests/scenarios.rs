//! A test for each scenario: what it expects is met, as `hybridlab test` sees it.

use std::path::{Path, PathBuf};

use hybridlab::expectation;
use lab::story::Story;
use libtest_mimic::{Arguments, Trial};
use tests::{name_of, scenario_files, trial};

fn main() {
    let arguments = Arguments::from_args();
    let library = scenario_files("scenarios").into_iter().map(|file| test("scenarios", file));
    let others = scenario_files("tests/stories").into_iter().map(|file| test("stories", file));
    libtest_mimic::run(&arguments, library.chain(others).collect()).exit();
}

fn test(folder: &str, file: PathBuf) -> Trial {
    trial(format!("{folder}::{}", name_of(&file)), move || faults(&file))
}

fn faults(file: &Path) -> Vec<String> {
    let story = Story::from_file(file).unwrap_or_else(|error| panic!("{error}"));
    match expectation::play(story, None) {
        Ok(played) => played.unmet,
        Err(error) => vec![error.to_string()],
    }
}
