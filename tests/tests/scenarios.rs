//! A test for each scenario: what it expects is met, as `hybridlab test` sees it, and those of the
//! library read as they did when somebody last looked at them (`tests/snapshots/`).

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use diagnosis::report;
use hybridlab::examine::Examined;
use hybridlab::expectation::{self, Played};
use lab::story::Story;
use libtest_mimic::{Arguments, Trial};
use serde_json::Value;
use tests::{name_of, root, scenario_files, trial};

fn main() {
    let arguments = Arguments::from_args();
    let library = scenario_files("scenarios").into_iter().map(|file| test("scenarios", file));
    let others = scenario_files("tests/stories").into_iter().map(|file| test("stories", file));
    let left_over = trial("no_snapshot_is_left_over", left_over_snapshots);
    libtest_mimic::run(&arguments, library.chain(others).chain([left_over]).collect()).exit();
}

fn test(folder: &'static str, file: PathBuf) -> Trial {
    let is_of_library = folder == "scenarios";
    trial(format!("{folder}::{}", name_of(&file)), move || match play(&file) {
        Ok(played) => {
            let changed =
                if is_of_library { changed(&name_of(&file), &played.examined) } else { Vec::new() };
            played.unmet.into_iter().chain(changed).collect()
        }
        Err(error) => vec![error],
    })
}

fn play(file: &Path) -> Result<Played, String> {
    let story = Story::from_file(file).map_err(|error| error.to_string())?;
    expectation::play(story, None).map_err(|error| error.to_string())
}

/// What reads otherwise than before.
fn changed(name: &str, examined: &Examined) -> Vec<String> {
    let Examined { diagnosis, evidence } = examined;
    let text = report::text(diagnosis, evidence);
    let (without_files, _) = text.rsplit_once("\nFiles\n").unwrap_or((&text, ""));
    let documents = [
        ("report", without_files.to_owned()),
        ("ways", report::ways(diagnosis)),
        ("quotes", quotes(&report::json(diagnosis, evidence))),
    ];
    documents.iter().filter_map(|(kind, document)| difference(name, kind, document)).collect()
}

/// Every line that a finding quotes, in full.
fn quotes(json: &Value) -> String {
    let array = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut text = String::new();
    for finding in array(&json["findings"]) {
        let ruled_out = array(&finding["ruled_out"]);
        let others = ruled_out.iter().flat_map(|other| array(&other["evidence"]));
        for quote in array(&finding["evidence"]).into_iter().chain(others) {
            let [host, file, line, quoted] =
                ["host", "file", "line", "text"].map(|key| &quote[key]);
            let word =
                |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let _ = writeln!(text, "{} | {}:{line}\n  {}", word(host), word(file), word(quoted));
        }
    }
    text
}

fn difference(name: &str, kind: &str, document: &str) -> Option<String> {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(snapshots().join(name));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let compare = || settings.bind(|| insta::assert_snapshot!(kind, document));
    let why = format!("the {kind} of {name} reads otherwise: cargo insta review");
    catch_unwind(AssertUnwindSafe(compare)).err().map(|_| why)
}

fn snapshots() -> PathBuf {
    root().join("tests").join("snapshots")
}

fn left_over_snapshots() -> Vec<String> {
    let known: BTreeSet<String> =
        scenario_files("scenarios").iter().map(|file| name_of(file)).collect();
    let entries = fs::read_dir(snapshots()).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let left_over = names.filter(|name| !known.contains(name));
    left_over.map(|name| format!("tests/snapshots/{name} belongs to no scenario")).collect()
}
