//! Real files, through the whole diagnosis: every file below the folder that the environment variable
//! `HYBRIDLAB_SAMPLES` names, alone, cut short and all together. The samples are third-party data and
//! not part of the project; without the variable nothing is read, and the test says so.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "the whole file is a test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use diagnosis::{Evidence, diagnose, report};
use logs::read::read_bytes;
use logs::text::decode;
use serde_json::Value;

/// What files of a folder must at least be: folder, ending, words one of which their kind has.
const KINDS: [(&str, &str, &[&str]); 13] = [
    ("agent-log", "LOG", &["Agent Log"]),
    ("connectivity", "txt", &["Format-List", "Connectivity"]),
    ("connectors", "clixml", &["Export-Clixml"]),
    ("edgesync-log", "txt", &["EdgeSync"]),
    ("eventlog", "txt", &["event log"]),
    ("message-trace", "json", &["MessageTrace"]),
    ("message-tracking", "LOG", &["Message Tracking Log"]),
    ("message-tracking", "txt", &["Format-List"]),
    ("ndr", "eml", &["Delivery status notification"]),
    ("queue", "txt", &["LastError"]),
    ("setup-log", "log", &["Setup log"]),
    ("smtp-receive", "log", &["SMTP Receive"]),
    ("smtp-send", "txt", &["SMTP Send"]),
];

/// The folder, or a plain word that nothing was read.
fn samples() -> Option<PathBuf> {
    let folder = std::env::var_os("HYBRIDLAB_SAMPLES").map(PathBuf::from);
    if folder.is_none() {
        println!("NOT RUN: HYBRIDLAB_SAMPLES names no folder of samples");
    }
    folder
}

/// The samples, each with its path below the folder.
fn files_below(folder: &Path, prefix: &str) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            files.extend(files_below(&path, &format!("{name}/")));
        } else {
            files.push((name, fs::read(&path).unwrap()));
        }
    }
    files.sort();
    files
}

/// What the diagnosis says of each file.
fn files_of(files: &[(String, Vec<u8>)]) -> Vec<Value> {
    let evidence = Evidence::from_memory(files.iter().cloned());
    let diagnosis = diagnose(&evidence);
    // What people and tickets are shown has to be written for any files.
    report::text(&diagnosis, &evidence);
    report::record(&diagnosis, &evidence);
    report::ways(&diagnosis);
    report::json(&diagnosis, &evidence)["files"].as_array().cloned().unwrap_or_default()
}

#[test]
fn every_line_of_every_sample_is_read_or_listed_if_there_are_samples() {
    let Some(folder) = samples() else { return };
    let samples = files_below(&folder, "");
    assert!(!samples.is_empty(), "no files below {folder:?}");
    for (name, bytes) in &samples {
        let file = &files_of(&[(name.clone(), bytes.clone())])[0];
        assert!(file["failure"].is_null(), "{name}: {}", file["failure"]);
        let reading = read_bytes(name, bytes);
        assert_eq!(
            (file["kind"].as_str(), file["rows"].as_u64()),
            (Some(reading.kind.name()), Some(reading.rows as u64)),
            "{name}"
        );
        let unread = file["unread"].as_array().cloned().unwrap_or_default();
        let listed: BTreeSet<u64> =
            unread.iter().filter_map(|line| line["line"].as_u64()).collect();
        for (number, line) in
            (1..).zip(decode(bytes).lines()).filter(|(_, line)| !line.trim().is_empty())
        {
            let is_told = reading.used.contains(&number) || listed.contains(&number);
            assert!(is_told, "{name}, line {number}: {line}");
        }
    }
}

#[test]
fn every_sample_is_of_a_kind_if_there_are_samples() {
    let Some(folder) = samples() else { return };
    let files = files_of(&files_below(&folder, ""));
    for (below, ending, kinds) in KINDS {
        let meant: Vec<_> = files.iter().filter(|file| is_in(file, below, ending)).collect();
        assert!(!meant.is_empty(), "there is no {below}/*.{ending}");
        for file in meant {
            let kind = file["kind"].as_str().unwrap_or_default();
            assert!(kinds.iter().any(|words| kind.contains(words)), "{} is {kind}", file["path"]);
            assert_ne!(file["rows"], 0, "{} has no rows", file["path"]);
        }
    }
    for file in &files {
        let (path, kind) = (file["path"].as_str().unwrap(), file["kind"].as_str().unwrap());
        let may_be_prose = Path::new(path).extension().is_some_and(|ending| ending == "md");
        assert!(!kind.is_empty() && (kind != "Text" || may_be_prose), "{path} is {kind:?}");
    }
}

fn is_in(file: &Value, below: &str, ending: &str) -> bool {
    let path = file["path"].as_str().unwrap_or_default();
    let own = Path::new(path).extension().map(|own| own.to_string_lossy().into_owned());
    path.starts_with(&format!("{below}/")) && own.as_deref() == Some(ending)
}

#[test]
fn samples_read_the_same_alone_and_together_if_there_are_samples() {
    let Some(folder) = samples() else { return };
    let samples = files_below(&folder, "");
    for (sample, together) in samples.iter().zip(files_of(&samples)) {
        let mut alone = files_of(std::slice::from_ref(sample)).remove(0);
        // Others can tell which computer a file is from.
        alone["host"] = together["host"].clone();
        assert_eq!(alone, together);
    }
}

#[test]
fn samples_that_were_cut_short_are_read_as_well_if_there_are_samples() {
    let Some(folder) = samples() else { return };
    for (name, bytes) in files_below(&folder, "") {
        for part in [1, 3, 7] {
            let cut = bytes[..bytes.len() * part / 8].to_vec();
            assert!(files_of(&[(name.clone(), cut)])[0]["failure"].is_null(), "{name}");
        }
    }
}
