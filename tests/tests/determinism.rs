//! Same seed, same bytes; another seed, another world with the same findings.

use lab::library;
use lab::story::Story;
use tests::{play, played};

fn rules(played: &tests::Played) -> Vec<&'static str> {
    played.diagnosis().findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn every_scenario_leaves_the_same_bytes_when_it_is_played_again() {
    for name in library::scenario_names() {
        let (first, second) = (played(name), played(name));
        let paths: Vec<_> = first.evidence.0.keys().collect();
        assert_eq!(paths, second.evidence.0.keys().collect::<Vec<_>>(), "{name}");
        for (path, content) in &first.evidence.0 {
            assert!(second.evidence.0[path] == *content, "{name}: {path} differs");
        }
    }
}

#[test]
fn another_seed_makes_other_files_with_the_same_cause() {
    for name in ["mail-loop", "send-connector-missing-address-space"] {
        let mut story = Story::load(name).unwrap();
        story.scenario.seed = Some(4711);
        let (usual, other) = (played(name), play(story).unwrap());
        assert_ne!(usual.evidence, other.evidence, "{name}");
        assert_eq!(rules(&usual), rules(&other), "{name}");
    }
}
