//! The diagnosis knows files and nothing else: wherever they lie and however they are handed over, it
//! says the same; no file tells what was changed; and no rule, log writer or service knows a name of
//! a scenario.

#![expect(clippy::unwrap_used, reason = "the whole file is a test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use diagnosis::{Evidence, report};
use lab::baseline::Baseline;
use lab::scenario::Scenario;
use lab::story::Story;
use serde_json::Value;
use tests::{Played, played, root, scenario_files};

const INCIDENT: &str = "eop-ranges-blocked";

/// The findings of files, with paths as they are from that folder on.
fn findings(evidence: &Evidence, folder: &str) -> Value {
    let json = report::json(&diagnosis::diagnose(evidence), evidence);
    let text = json["findings"].to_string().replace(&format!("\"file\":\"{folder}"), "\"file\":\"");
    serde_json::from_str(&text).unwrap()
}

fn findings_at(paths: &[PathBuf], folder: &str) -> Value {
    findings(&Evidence::from_paths(paths).unwrap(), folder)
}

/// The findings in the lab itself; there are some.
fn findings_here(played: &Played) -> Value {
    let here = findings(&played.examined.evidence, "");
    assert!(here[0]["evidence"].as_array().is_some_and(|lines| lines.len() > 3));
    here
}

#[test]
fn a_copied_folder_gives_the_same_diagnosis() {
    let played = played(INCIDENT);
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = folder.path().join("from the customer");
    played.incident.evidence.write_to(&elsewhere).unwrap();
    let copy = Evidence::from_paths(&[elsewhere]).unwrap();
    let here = report::json(&played.examined.diagnosis, &played.examined.evidence);
    let there = report::json(&diagnosis::diagnose(&copy), &copy);
    assert_eq!(here, there);
}

#[test]
fn the_folder_above_it_gives_the_same_findings_whatever_lies_beside() {
    let played = played(INCIDENT);
    let folder = tempfile::tempdir().unwrap();
    played.incident.evidence.write_to(&folder.path().join("evidence")).unwrap();
    let here = findings_here(&played);
    assert_eq!(findings_at(&[folder.path().to_owned()], "evidence/"), here);

    let record = report::record(&played.examined.diagnosis, &played.examined.evidence);
    fs::write(folder.path().join("incident.md"), record).unwrap();
    let truth = serde_json::to_string_pretty(&played.incident.truth).unwrap();
    fs::write(folder.path().join("truth.json"), truth).unwrap();
    assert_eq!(findings_at(&[folder.path().to_owned()], "evidence/"), here);
}

#[test]
fn single_files_give_the_same_findings() {
    let played = played(INCIDENT);
    let folder = tempfile::tempdir().unwrap();
    played.incident.evidence.write_to(folder.path()).unwrap();
    let paths = played.incident.evidence.0.keys().rev().map(|path| folder.path().join(path));
    let prefix = format!("{}/", folder.path().display());
    assert_eq!(findings_at(&paths.collect::<Vec<_>>(), &prefix), findings_here(&played));
}

#[test]
fn backslashes_in_paths_are_separators() {
    let played = played(INCIDENT);
    let files = played.incident.evidence.0.iter();
    let files = files.map(|(path, content)| (path.replace('/', "\\"), content.clone()));
    assert_eq!(findings(&Evidence::from_memory(files), ""), findings_here(&played));
}

#[test]
fn no_file_of_the_evidence_tells_what_was_changed() {
    let rules = diagnosis::rules::RULES.iter().map(|rule| rule.name);
    let told: Vec<&str> = rules.chain(["Remove-LabFirewallAddress", INCIDENT]).collect();
    let played = played(INCIDENT);
    let because = played.incident.truth.changes.iter().map(|change| change.because.as_str());
    let told: Vec<&str> = told.into_iter().chain(because).collect();
    for (path, content) in &played.incident.evidence.0 {
        let text = String::from_utf8_lossy(content);
        for words in &told {
            assert!(!text.contains(words), "{path} says {words}");
        }
    }
}

#[test]
fn rules_log_writers_and_services_know_no_name_of_a_scenario() {
    let names = names_in_stories();
    for known in ["CMHYBD01", "27.7.57.241", "raghu@cloudmonkeys.xyz", "PN3PR01MB5432", "GW7"] {
        assert!(names.contains(known), "{known}");
    }
    let mut known = Vec::new();
    for room in ["diagnosis", "logs", "services", "console", "exchange"] {
        for (path, code) in sources(&root().join("crates").join(room).join("src")) {
            let told = names.iter().filter(|name| has_word(&code, name));
            known.extend(told.map(|name| format!("{path} knows {name}")));
        }
    }
    assert!(known.is_empty(), "{}", known.join("\n"));
}

/// Names and addresses of all stories and their baselines. Words that everybody shares are no names.
fn names_in_stories() -> BTreeSet<String> {
    let files = ["scenarios", "tests/stories"].into_iter().flat_map(scenario_files);
    let stories = files.map(|file| Story::from_file(&file).unwrap());
    let mut names: BTreeSet<String> = stories
        .flat_map(|story| names_of(&story.baseline).into_iter().chain(mails_of(&story.scenario)))
        .collect();
    // A DNS record type, a word of Rust code, the resolver that the whole world uses, and the domain of
    // Microsoft's examples, which help texts have.
    let shared = ["NS", "NAMES", "8.8.8.8", "fabrikam.com"];
    names.retain(|name| !shared.contains(&name.as_str()));
    names
}

fn names_of(baseline: &Baseline) -> Vec<String> {
    let mut names = vec![baseline.organization.forest.clone()];
    for gateway in baseline.segments.iter().filter_map(|segment| segment.gateway.as_ref()) {
        names.push(gateway.name.clone());
        names.extend(gateway.public_addresses.iter().map(ToString::to_string));
    }
    for computer in &baseline.computers {
        names.extend([computer.name.get_ref().clone(), computer.domain.clone()]);
        names.extend(computer.addresses.iter().map(ToString::to_string));
        names.extend(computer.databases.iter().cloned());
        names.extend(computer.mailboxes.iter().map(|mailbox| mailbox.get_ref().clone()));
    }
    let online = &baseline.exchange_online;
    names.extend([online.tenant.clone(), online.region.clone()]);
    names.extend(online.domains.iter().map(|domain| domain.get_ref().clone()));
    let proxies = online.servers.iter().flat_map(|server| &server.outbound);
    for one in online.front_doors.iter().chain(proxies) {
        names.extend([one.name.clone(), one.address.to_string()]);
    }
    names.extend(online.servers.iter().map(|server| server.name.clone()));
    names
}

fn mails_of(scenario: &Scenario) -> Vec<String> {
    let mails = scenario.mails.iter();
    mails
        .flat_map(|mail| mail.to.iter().chain([&mail.from]).map(|one| one.get_ref().clone()))
        .collect()
}

/// Whether the text has the word, with nothing that could be part of it on either side.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// Code without comments and without its tests.
fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_test =
            name.starts_with("test") || name.contains("testing") || name == "transcripts.rs";
        if path.is_dir() && !is_test {
            sources.extend(self::sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") && !is_test {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            sources.push((path.display().to_string(), lines.collect::<Vec<_>>().join("\n")));
        }
    }
    sources
}
