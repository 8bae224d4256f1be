//! LIVE tells the same story as SIM: every scenario, played on real sockets, gives the same findings,
//! ends its mail the same way, and is mended by the same remedies.

use std::path::{Path, PathBuf};

use fabric::Seed;
use hybridlab::expectation::{self, Played};
use lab::build::{Ground, Sockets};
use lab::lab::{Lab, LabError};
use lab::story::Story;
use libtest_mimic::{Arguments, Trial};
use tests::{name_of, scenario_files, trial};

/// Faster than real time, and slow enough that no timeout of a few seconds passes on a busy machine.
const SPEED: u32 = 2;

/// How many labs stand at the same time.
const THREADS: usize = 6;

fn main() {
    let mut arguments = Arguments::from_args();
    // They wait more than they work.
    arguments.test_threads = arguments.test_threads.or(Some(THREADS));
    let files = scenario_files("scenarios").into_iter().chain(scenario_files("tests/stories"));
    libtest_mimic::run(&arguments, files.map(test).collect()).exit();
}

fn test(file: PathBuf) -> Trial {
    trial(format!("live::{}", name_of(&file)), move || match (simulated(&file), live(&file)) {
        (Ok(simulated), Ok(live)) => {
            let mut faults = live.unmet.clone();
            let (expected, found) = (essence(&simulated), essence(&live));
            if expected != found {
                faults.push(format!("in SIM {expected:#?}\nin LIVE {found:#?}"));
            }
            faults
        }
        (Err(error), _) | (_, Err(error)) => vec![error],
    })
}

fn simulated(file: &Path) -> Result<Played, String> {
    expectation::play(story(file)?, None).map_err(|error| error.to_string())
}

fn live(file: &Path) -> Result<Played, String> {
    let story = story(file)?;
    let played = fabric::live(async {
        let sockets = Sockets { speed: SPEED, ..Sockets::default() };
        let ground = Ground::live(Seed(story.seed()), story.start(), story.zero(), sockets);
        let ground = ground.map_err(|error| LabError::Broken(error.to_string()))?;
        expectation::play_in(Lab::stand_up_on(ground, story).await?).await
    });
    played.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
}

fn story(file: &Path) -> Result<Story, String> {
    Story::from_file(file).map_err(|error| error.to_string())
}

/// What must be the same although the packets take their own time: verdict, causes, remedies, and
/// whether mail flowed in the end.
fn essence(played: &Played) -> Vec<String> {
    let diagnosis = &played.examined.diagnosis;
    let mut lines = vec![diagnosis.verdict.word().to_owned()];
    for finding in &diagnosis.findings {
        lines.push(format!("{} ({:?})", finding.rule, finding.certainty));
        let remedies = finding.remedies.iter();
        lines.extend(remedies.map(|one| format!("  {:?}: {}", one.shell, one.command)));
    }
    lines.extend(played.mending.iter().map(|it| format!("mended: {}", it.is_mended())));
    lines
}
