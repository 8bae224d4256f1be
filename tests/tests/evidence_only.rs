//! The diagnosis knows files and nothing else: a copy of the folder elsewhere gives the same result, and
//! no rule, log writer or service knows a name of a scenario.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use diagnosis::{Evidence, report};
use tests::{played, root};

#[test]
fn a_copied_folder_gives_the_same_diagnosis() {
    let played = played("eop-ranges-blocked");
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = folder.path().join("from the customer");
    played.incident.evidence.write_to(&elsewhere).unwrap();
    let copy = Evidence::from_paths(&[elsewhere]).unwrap();
    let here = report::json(&played.examined.diagnosis, &played.examined.evidence);
    let there = report::json(&diagnosis::diagnose(&copy), &copy);
    assert_eq!(here, there);
}

#[test]
fn no_file_of_the_evidence_tells_what_was_changed() {
    let played = played("eop-ranges-blocked");
    for (path, content) in &played.incident.evidence.0 {
        let text = String::from_utf8_lossy(content);
        for change in &played.incident.truth.changes {
            assert!(!text.contains(&change.because), "{path}");
            assert!(!text.contains("Remove-LabFirewallAddress"), "{path}");
        }
        assert!(!text.contains("firewall-blocks-eop-range"), "{path}");
    }
}

#[test]
fn rules_log_writers_and_services_know_no_name_of_a_scenario() {
    let names = names_in_scenarios();
    assert!(names.contains("CMHYBD01") && names.contains("27.7.57.241"));
    for room in ["diagnosis", "logs", "services", "console"] {
        for (path, code) in sources(&root().join("crates").join(room).join("src")) {
            for name in &names {
                assert!(!code.contains(name.as_str()), "{path} knows {name}");
            }
        }
    }
}

/// Values of the keys that name things in baselines and scenarios, in quotes.
fn names_in_scenarios() -> BTreeSet<String> {
    let keys = [
        "name ",
        "name\t",
        "addresses",
        "subject",
        "from ",
        "forest",
        "tenant",
        "public_addresses",
    ];
    let mut names = BTreeSet::new();
    for (_, text) in files(&root().join("scenarios"), "toml") {
        for line in text.lines().filter(|line| keys.iter().any(|key| line.starts_with(key))) {
            names.extend(line.split('"').skip(1).step_by(2).map(str::to_owned));
        }
    }
    // Words of the product and of the language, which scenarios share with everybody.
    let common = [
        "LAN",
        "Internet",
        "Exchange Online",
        "DigiCert",
        "NS",
        "First Organization",
        "Default-First-Site-Name",
        "Quarterly figures",
        "8.8.8.8",
        "MX1",
        "DC01",
        "Let's Encrypt",
    ];
    names.retain(|name| !common.contains(&name.as_str()));
    names
}

/// Code without comments and without its tests.
fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut sources = files(folder, "rs");
    sources.retain(|(path, _)| !path.contains("testing") && !path.contains("tests"));
    for (_, text) in &mut sources {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        *text = lines.collect::<Vec<_>>().join("\n");
    }
    sources
}

fn files(folder: &Path, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|own| own == ending) {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
    found
}
