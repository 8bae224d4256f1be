//! The compiled program, as people and build servers call it: what goes where, and the exit codes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Calls the program in a folder of its own.
fn hybridlab(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hybridlab"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command.env_remove("HYBRIDLAB_FORMAT").output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The error that bad input ends with; nothing may stand on standard output.
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = hybridlab(folder, arguments);
    assert_eq!((code(&output), said(&output)), (2, String::new()), "{}", told(&output));
    let errors = told(&output);
    let error = errors.split_once("error: ").map(|(_, error)| error.trim().to_owned());
    error.unwrap_or_else(|| panic!("no error: {errors}"))
}

fn folder_with(name: &str, content: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), content).unwrap();
    folder
}

#[test]
fn a_scenario_that_is_not_there_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["run", "fix", "shell", "test"] {
        let error = refused(folder.path(), &[command, "zebra"]);
        assert!(error.starts_with("there is no scenario 'zebra' ("), "{command}: {error}");
        assert!(error.contains("hybridlab list"), "{command}: {error}");
        let error = refused(folder.path(), &[command, "no/such.toml"]);
        assert!(error.starts_with("no/such.toml: "), "{command}: {error}");
    }
    assert!(!folder.path().join("hybridlab-out").exists());
}

#[test]
fn what_is_wrong_in_a_scenario_is_named_with_file_line_and_key() {
    let cases = [
        ("extends = ", "s.toml:1:"),
        ("title = 't'\nextends = 'hybrid'\nseverity = 3\n", "s.toml:3:1: unknown field `severity`"),
        ("title = 't'\nextends = 'hybrit'\n", "s.toml:2:11: there is no baseline 'hybrit'"),
    ];
    for (text, expected) in cases {
        let folder = folder_with("s.toml", text.as_bytes());
        for command in ["run", "test"] {
            let error = refused(folder.path(), &[command, "s.toml"]);
            assert!(error.starts_with(expected), "{command}: {error}");
        }
    }
}

#[test]
fn an_expected_rule_that_nobody_knows_is_found_before_anything_runs() {
    let text = "title = 't'\nextends = 'hybrid'\n[expect]\ncause = 'certificate-expirde'\n";
    let folder = folder_with("s.toml", text.as_bytes());
    let error = refused(folder.path(), &["test", "."]);
    let expected = "s.toml:4:9: expect.cause: there is no rule 'certificate-expirde'; did you mean certificate-expired, edge-certificate-mismatch?";
    assert!(error.contains(expected), "{error}");
}

#[test]
fn a_test_of_nothing_is_bad_input() {
    let folder = tempfile::tempdir().unwrap();
    let error = refused(folder.path(), &["test", "."]);
    assert_eq!(error, "there is no scenario file in .");
}

#[test]
fn files_that_cannot_be_read_are_refused_when_they_are_named() {
    let folder = folder_with("core.bin", b"\x7fELF\0\0\0\0\x01\x02");
    let error = refused(folder.path(), &["diagnose", "core.bin"]);
    assert!(error.starts_with("core.bin: "), "{error}");
    let error = refused(folder.path(), &["diagnose", "no-such-file"]);
    assert!(error.starts_with("no-such-file: "), "{error}");
    let empty = tempfile::tempdir().unwrap();
    let error = refused(empty.path(), &["diagnose", "."]);
    assert_eq!(error, "there is no file in .");
}

#[test]
fn a_folder_in_which_nothing_is_wrong_ends_with_0_and_leaves_a_record() {
    let folder = folder_with("notes.txt", b"The firewall was replaced on Friday.\n");
    let output = hybridlab(folder.path(), &["diagnose", "notes.txt", "--record", "incident.md"]);
    assert_eq!(code(&output), 0, "{}", told(&output));
    let record = fs::read_to_string(folder.path().join("incident.md")).unwrap();
    assert!(record.starts_with("# Incident record"), "{record}");
}

#[test]
fn a_bounce_without_any_log_is_undecided() {
    let text =
        b"Remote Server returned '450 4.4.317 Cannot establish session with remote server'\n";
    let folder = folder_with("bounce.txt", text);
    let output = hybridlab(folder.path(), &["diagnose", "bounce.txt", "--format", "json"]);
    let diagnosis: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(diagnosis["verdict"], "undecided");
    assert_eq!(code(&output), 3);
}

#[test]
fn json_is_all_that_standard_output_holds() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["list", "--format", "json"][..], &["--format", "json", "explain", "10061"]]
    {
        let output = hybridlab(folder.path(), arguments);
        assert_eq!(code(&output), 0);
        let object: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(object["schema_version"], 1, "{arguments:?}");
    }
}

#[test]
fn the_environment_can_choose_the_format() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hybridlab"));
    let output = command.arg("list").env("HYBRIDLAB_FORMAT", "json").output().unwrap();
    let list: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let baselines = list["baselines"].as_array().unwrap();
    assert!(baselines.iter().any(|baseline| baseline["name"] == "hybrid"), "{list}");
}

#[test]
fn a_word_that_nobody_knows_names_what_looks_like_it() {
    let folder = tempfile::tempdir().unwrap();
    let output = hybridlab(folder.path(), &["explain", "certificate-expired"]);
    assert!(said(&output).contains("## Fix"));
    let error = refused(folder.path(), &["explain", "mail-lop"]);
    assert!(error.starts_with("nobody knows 'mail-lop'"), "{error}");
}

#[test]
fn bad_usage_ends_with_2() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["dance"][..], &["run"], &["list", "--format", "yaml"]] {
        assert_eq!(code(&hybridlab(folder.path(), arguments)), 2, "{arguments:?}");
    }
    assert_eq!(code(&hybridlab(folder.path(), &["--help"])), 0);
    assert_eq!(code(&hybridlab(folder.path(), &["--version"])), 0);
}

#[test]
fn a_reader_that_goes_away_is_no_accident() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hybridlab"));
    let command = command.arg("list").env_remove("HYBRIDLAB_FORMAT");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((code(&output), told(&output)), (0, String::new()));
}
