//! The compiled program on whole incidents: what it leaves behind, and how it ends.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Two mails on a healthy day.
const HEALTHY: &str = r#"
title   = "An ordinary morning"
extends = "hybrid"
ticket  = "Nobody called."

[[mail]]
from  = "raghu@cloudmonkeys.xyz"
to    = ["ramki@cloudfield.onmicrosoft.com"]
count = 2
"#;

/// Calls the program in a folder that holds `story.toml`.
fn hybridlab(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hybridlab"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command.env_remove("HYBRIDLAB_FORMAT").output().unwrap()
}

fn folder_with(story: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("story.toml"), story).unwrap();
    folder
}

#[track_caller]
fn ends_with(output: &Output, code: i32) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Every file below a folder, by its path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            let below = files(&path).into_iter();
            found.extend(below.map(|(path, content)| (format!("{name}/{path}"), content)));
        } else {
            found.insert(name, fs::read(path).unwrap());
        }
    }
    found
}

#[test]
fn a_run_leaves_evidence_truth_and_record_and_says_so() {
    let folder = folder_with(HEALTHY);
    let text = ends_with(&hybridlab(folder.path(), &["run", "story.toml"]), 0);
    let headings: Vec<_> = ["Ticket\n", "The way of the mail\n", "Files\n", "Diagnosis\n"]
        .iter()
        .map(|heading| text.find(heading).unwrap_or_else(|| panic!("no {heading} in {text}")))
        .collect();
    assert!(headings.is_sorted(), "{text}");
    assert!(text.contains("Nobody called."));
    let left = files(&folder.path().join("hybridlab-out/story"));
    assert!(left.contains_key("truth.json") && left.contains_key("incident.md"));
    assert!(left.keys().any(|path| path.starts_with("evidence/CMHYBD01/TransportRoles/")));
    let diagnosed = hybridlab(folder.path(), &["diagnose", "hybridlab-out/story/evidence"]);
    assert!(ends_with(&diagnosed, 0).contains("Nothing is wrong"));
}

#[test]
fn the_same_seed_leaves_the_same_bytes_and_another_one_does_not() {
    let folder = folder_with(HEALTHY);
    for (out, seed) in [("a", "7"), ("b", "7"), ("c", "8")] {
        let arguments = ["run", "story.toml", "--out", out, "--seed", seed];
        ends_with(&hybridlab(folder.path(), &arguments), 0);
    }
    let [a, b, c] = ["a", "b", "c"].map(|out| files(&folder.path().join(out)));
    assert!(a == b, "two runs differ");
    assert!(a != c, "the seed changes nothing");
}

#[test]
fn json_of_a_run_holds_outcome_and_diagnosis() {
    let folder = folder_with(HEALTHY);
    let output = hybridlab(folder.path(), &["run", "story.toml", "--out", "o", "--format", "json"]);
    let object: Value = serde_json::from_str(&ends_with(&output, 0)).unwrap();
    assert_eq!(object["schema_version"], 1);
    assert_eq!((&object["scenario"], &object["out"]), (&"story".into(), &"o".into()));
    assert_eq!(object["outcome"]["delivered"], 2);
    assert_eq!(object["directions"][0]["from"], "on premises");
    assert_eq!(object["diagnosis"]["verdict"], "healthy");
}

#[test]
fn evidence_of_somebody_else_is_left_alone() {
    let folder = folder_with(HEALTHY);
    fs::create_dir_all(folder.path().join("o/evidence")).unwrap();
    fs::write(folder.path().join("o/evidence/RECV.LOG"), "from the customer").unwrap();
    let output = hybridlab(folder.path(), &["run", "story.toml", "--out", "o"]);
    assert_eq!(ends_with(&output, 2), "");
    assert_eq!(files(&folder.path().join("o")).len(), 1);
}

#[test]
fn a_change_that_cannot_be_made_is_named_with_file_and_line() {
    let change = "[[change]]\nrun = 'Set-Nothing -All'\nbecause = 'nobody knows'\n";
    let folder = folder_with(&format!("{HEALTHY}\n{change}"));
    let run = hybridlab(folder.path(), &["run", "story.toml"]);
    assert_eq!(ends_with(&run, 2), "");
    let errors = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(errors.contains("error: story.toml:12:7: 'run' failed on CMHYBD01:"), "{errors}");
    assert!(errors.contains("Set-Nothing : The term 'Set-Nothing' is not recognized"), "{errors}");
    let test = ends_with(&hybridlab(folder.path(), &["test", "story.toml"]), 2);
    assert!(test.contains("refused"), "{test}");
}

#[test]
fn an_incident_is_mended_by_the_remedies_of_its_diagnosis() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["fix", "eop-ranges-blocked", "--format", "json"];
    let object = ends_with(&hybridlab(folder.path(), &arguments), 0);
    let object: Value = serde_json::from_str(&object).unwrap();
    assert_eq!((&object["mended"], &object["shortcomings"]), (&true.into(), &Value::Array(vec![])));
    assert_eq!(object["diagnosis"]["verdict"], "found");
    assert_eq!(object["after"]["verdict"], "healthy");
    assert_eq!(object["remedies"][0]["failed"], false);
    let again = &object["mail"]["sent_again"][0];
    assert_eq!((&again["waiting"], &again["returned"]), (&0.into(), &0.into()));
    let left = files(&folder.path().join("hybridlab-out/eop-ranges-blocked"));
    assert!(left.keys().any(|path| path.starts_with("evidence-after/")));
}

#[test]
fn what_needs_no_mending_is_not_mended() {
    let folder = folder_with(HEALTHY);
    let text = ends_with(&hybridlab(folder.path(), &["fix", "story.toml"]), 0);
    assert!(text.contains("The diagnosis names none."), "{text}");
    assert!(text.ends_with("There is nothing to mend.\n"), "{text}");
}

#[test]
fn expectations_that_are_not_met_end_with_1_and_stand_in_the_junit_file() {
    let expect = "[expect]\ncause = 'certificate-expired'\noutcome = { returned = 'all' }\n";
    let folder = folder_with(&format!("{HEALTHY}\n{expect}"));
    fs::create_dir(folder.path().join("baselines")).unwrap();
    fs::write(folder.path().join("baselines/x.toml"), "not read").unwrap();
    let text = ends_with(&hybridlab(folder.path(), &["test", ".", "--junit", "junit.xml"]), 1);
    assert!(text.starts_with("failed "), "{text}");
    assert!(text.contains("certificate-expired should be found first; found: nothing"), "{text}");
    assert!(text.contains("all should be returned; of 2, 2 delivered"), "{text}");
    assert!(text.ends_with("\n1 scenario: 0 ok, 1 failed\n"), "{text}");
    let junit = fs::read_to_string(folder.path().join("junit.xml")).unwrap();
    assert!(
        junit.contains("<testcase name=\"story\" classname=\"hybridlab.certificate-expired\""),
        "{junit}"
    );
    assert!(
        junit.contains("<failure message=\"certificate-expired should be found first"),
        "{junit}"
    );
}

#[test]
fn expectations_that_are_met_end_with_0() {
    let folder = folder_with(&format!("{HEALTHY}\n[expect]\noutcome = {{ delivered = 2 }}\n"));
    let output = hybridlab(folder.path(), &["test", "story.toml", "--format", "json"]);
    let object: Value = serde_json::from_str(&ends_with(&output, 0)).unwrap();
    assert_eq!((&object["ok"], &object["failed"]), (&1.into(), &0.into()));
    assert_eq!(object["scenarios"][0]["family"], "healthy");
}

#[test]
fn a_shell_runs_lines_and_scripts_in_one_session_and_gives_their_exit_code() {
    let folder = folder_with(HEALTHY);
    fs::write(folder.path().join("a.ps1"), "$x + 1\nexit 7\n").unwrap();
    let shell = ["shell", "story.toml", "-c", "$x = 41", "a.ps1"];
    assert_eq!(ends_with(&hybridlab(folder.path(), &shell), 7), "42\n");
    let wrong = ["shell", "story.toml", "-c", "Get-Nothing"];
    assert!(ends_with(&hybridlab(folder.path(), &wrong), 1).contains("is not recognized"));
    let nowhere = ["shell", "story.toml", "-c", "1", "--on", "nowhere"];
    assert_eq!(ends_with(&hybridlab(folder.path(), &nowhere), 2), "");
}

#[test]
fn a_shell_reads_a_script_from_standard_input_where_it_is_told_to() {
    let folder = folder_with(HEALTHY);
    let mut command = Command::new(env!("CARGO_BIN_EXE_hybridlab"));
    command.args(["shell", "story.toml", "--on", "exchangeonline", "--format", "json"]);
    command.current_dir(folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"(Get-AcceptedDomain).Count\n").unwrap();
    let object: Value =
        serde_json::from_str(&ends_with(&child.wait_with_output().unwrap(), 0)).unwrap();
    assert_eq!((&object["place"], &object["exit"]), (&"ExchangeOnline".into(), &0.into()));
    assert_eq!(object["runs"][0]["text"], "3\n");
}
