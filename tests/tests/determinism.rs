//! Same seed, same bytes; another seed, other bytes with the same findings.

use lab::story::Story;
use libtest_mimic::Arguments;
use tests::{name_of, play, played, scenario_files, trial};

fn main() {
    let arguments = Arguments::from_args();
    let names: Vec<_> = scenario_files("scenarios").iter().map(|file| name_of(file)).collect();
    let again = names.iter().cloned().map(|name| {
        trial(format!("the_same_seed_leaves_the_same_bytes::{name}"), move || same_seed(&name))
    });
    let other = names.iter().cloned().map(|name| {
        trial(format!("another_seed_has_the_same_findings::{name}"), move || other_seed(&name))
    });
    libtest_mimic::run(&arguments, again.chain(other).collect()).exit();
}

fn same_seed(name: &str) -> Vec<String> {
    let (first, second) = (played(name).incident.evidence.0, played(name).incident.evidence.0);
    if first.keys().ne(second.keys()) {
        return vec!["the second run left other files".to_owned()];
    }
    let differing = first.iter().filter(|(path, content)| second[*path] != **content);
    differing.map(|(path, _)| format!("{path} differs")).collect()
}

fn other_seed(name: &str) -> Vec<String> {
    let mut story = Story::load(name).unwrap_or_else(|error| panic!("{error}"));
    story.scenario.seed = Some(4711);
    let (usual, other) = (played(name), play(story));
    let mut faults = Vec::new();
    if usual.incident.evidence == other.incident.evidence {
        faults.push("the files do not depend on the seed".to_owned());
    }
    if usual.rules() != other.rules() {
        faults.push(format!("{:?} are found, and {:?} usually", other.rules(), usual.rules()));
    }
    faults
}
