//! `hybridlab test`: scenarios against what they expect.

use std::fmt::Write;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lab::lab::LabError;
use lab::library;
use lab::story::Story;
use serde_json::{Value, json};

use crate::arguments::{Format, Test};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::expectation::{check_rules, play};
use crate::junit;
use crate::output::{indented, show, show_json, tell};
use crate::stage;
use crate::stopwatch::Stopwatch;

/// Version of the form of the JSON.
const SCHEMA_VERSION: u32 = 1;

/// A scenario that was run.
#[derive(Clone, Debug)]
pub(crate) struct Tried {
    /// Its name.
    pub(crate) name: String,
    /// The rule that has to find its cause, `undecided` or `healthy`.
    pub(crate) family: String,
    /// Its seed.
    pub(crate) seed: u64,
    /// How long it took.
    pub(crate) time: Duration,
    /// How it went.
    pub(crate) result: TestResult,
}

/// How a scenario went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TestResult {
    /// As expected.
    Met,
    /// Not as expected.
    Unmet(Vec<String>),
    /// Its file asks for something that cannot be done.
    Refused(String),
    /// The lab itself failed.
    Broken(String),
}

/// Runs the command.
pub(crate) fn command(arguments: &Test, format: Format) -> Result<Exit, CommandError> {
    let stories = stories(&arguments.paths)?;
    // Before anything runs: a slip in the last file should not be found last.
    for story in &stories {
        check_rules(story)?;
    }
    let mut all = Vec::new();
    for story in stories {
        if format == Format::Json {
            tell(&format!("testing {} …", story.name));
        }
        let tried = attempt(story);
        if format == Format::Text {
            show(&tried.text())?;
        }
        all.push(tried);
    }
    if let Some(path) = &arguments.junit {
        fs::write(path, junit::xml(&all)).map_err(CommandError::file(path))?;
    }
    match format {
        Format::Text => show(&summary(&all))?,
        Format::Json => show_json(&object(&all))?,
    }
    Ok(exit(&all))
}

/// The stories asked for; all of the program when none are.
fn stories(paths: &[PathBuf]) -> Result<Vec<Story>, CommandError> {
    let mut stories = Vec::new();
    if paths.is_empty() {
        for name in library::scenario_names() {
            stories.push(Story::load(name)?);
        }
    }
    for path in paths {
        if path.is_dir() {
            let mut files = Vec::new();
            scenario_files(path, &mut files)?;
            if files.is_empty() {
                let why = format!("there is no scenario file in {}", path.display());
                return Err(CommandError::Input(why));
            }
            for file in files {
                stories.push(Story::from_file(&file)?);
            }
        } else {
            stories.push(stage::story(&path.to_string_lossy())?);
        }
    }
    if stories.is_empty() {
        return Err(CommandError::Input("there is no scenario to test".to_owned()));
    }
    Ok(stories)
}

/// The scenario files below a folder, in alphabetic order; what lies in a folder `baselines` is none.
fn scenario_files(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), CommandError> {
    let failed = || CommandError::file(folder);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed())? {
        let entry = entry.map_err(failed())?;
        paths.push((entry.path(), entry.file_type().map_err(failed())?));
    }
    paths.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (path, kind) in paths {
        if kind.is_dir() && path.file_name().is_none_or(|name| name != "baselines") {
            scenario_files(&path, files)?;
        } else if kind.is_file() && path.extension().is_some_and(|ending| ending == "toml") {
            files.push(path);
        }
    }
    Ok(())
}

fn attempt(story: Story) -> Tried {
    let expect = &story.scenario.expect;
    let family = match &expect.cause {
        Some(cause) => cause.get_ref().as_str(),
        None if expect.undecided => "undecided",
        None => "healthy",
    };
    let (name, family, seed) = (story.name.clone(), family.to_owned(), story.seed());
    let watch = Stopwatch::start();
    // One scenario on which the lab breaks should not keep the others from being tried.
    let result = match catch_unwind(AssertUnwindSafe(|| play(story, None))) {
        Ok(Ok(played)) if played.unmet.is_empty() => TestResult::Met,
        Ok(Ok(played)) => TestResult::Unmet(played.unmet),
        Ok(Err(LabError::Broken(why))) => TestResult::Broken(why),
        Ok(Err(error)) => TestResult::Refused(error.to_string()),
        Err(_) => TestResult::Broken("the lab panicked; standard error has the message".to_owned()),
    };
    Tried { name, family, seed, time: watch.elapsed(), result }
}

impl TestResult {
    fn word(&self) -> &'static str {
        match self {
            Self::Met => "ok",
            Self::Unmet(_) => "failed",
            Self::Refused(_) => "refused",
            Self::Broken(_) => "broken",
        }
    }

    /// What went wrong.
    pub(crate) fn faults(&self) -> &[String] {
        match self {
            Self::Met => &[],
            Self::Unmet(faults) => faults,
            Self::Refused(fault) | Self::Broken(fault) => std::slice::from_ref(fault),
        }
    }
}

impl Tried {
    fn text(&self) -> String {
        let seconds = self.time.as_secs_f64();
        let mut text = format!("{:<7}  {seconds:>6.2} s  {}\n", self.result.word(), self.name);
        for fault in self.result.faults() {
            text.push_str(&indented(&indented(fault)));
        }
        text
    }
}

fn count(all: &[Tried], word: &str) -> usize {
    all.iter().filter(|tried| tried.result.word() == word).count()
}

fn summary(all: &[Tried]) -> String {
    let plural = if all.len() == 1 { "" } else { "s" };
    let mut text = format!("\n{} scenario{plural}: {} ok", all.len(), count(all, "ok"));
    for word in ["failed", "refused", "broken"].into_iter().filter(|word| count(all, word) > 0) {
        let _ = write!(text, ", {} {word}", count(all, word));
    }
    text + "\n"
}

fn object(all: &[Tried]) -> Value {
    let scenarios = all.iter().map(|tried| {
        json!({
            "name": tried.name,
            "family": tried.family,
            "seed": tried.seed,
            "result": tried.result.word(),
            "faults": tried.result.faults(),
            "seconds": tried.time.as_secs_f64(),
        })
    });
    json!({
        "schema_version": SCHEMA_VERSION,
        "ok": count(all, "ok"),
        "failed": count(all, "failed"),
        "refused": count(all, "refused"),
        "broken": count(all, "broken"),
        "scenarios": scenarios.collect::<Vec<_>>(),
    })
}

/// A broken lab is the worst, then a file that cannot be played, then an expectation.
fn exit(all: &[Tried]) -> Exit {
    let has = |word| count(all, word) > 0;
    match () {
        () if has("broken") => Exit::BROKEN,
        () if has("refused") => Exit::INPUT,
        () if has("failed") => Exit::FOUND,
        () => Exit::FINE,
    }
}
