//! The scenarios and baselines that come with the program: the files of `scenarios/`, built in.

use crate::source::Source;

/// A file: its path below `scenarios/`, its content.
struct File {
    path: &'static str,
    text: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/library.rs"));

/// The names of the scenarios, in alphabetic order.
pub fn scenario_names() -> impl Iterator<Item = &'static str> {
    FILES
        .iter()
        .filter_map(|file| file.path.strip_suffix(".toml"))
        .filter(|name| !name.contains('/'))
}

/// The names of the baselines, in alphabetic order.
pub fn baseline_names() -> impl Iterator<Item = &'static str> {
    FILES.iter().filter_map(|file| file.path.strip_prefix("baselines/")?.strip_suffix(".toml"))
}

/// The scenario of that name.
pub fn scenario(name: &str) -> Option<Source> {
    file(&format!("{name}.toml"))
}

/// The baseline of that name.
pub fn baseline(name: &str) -> Option<Source> {
    file(&format!("baselines/{name}.toml"))
}

fn file(path: &str) -> Option<Source> {
    let file = FILES.iter().find(|file| file.path == path)?;
    Some(Source::new(format!("scenarios/{path}"), file.text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::Story;

    #[test]
    fn every_scenario_and_baseline_of_the_library_can_be_read() {
        assert!(baseline_names().any(|name| name == "hybrid"));
        for name in scenario_names() {
            let story = Story::load(name).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(story.name, name);
        }
    }
}
