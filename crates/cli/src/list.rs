//! `hybridlab list`: what there is to run, to extend and to explain.

use std::fmt::Write;

use diagnosis::rules::RULES;
use lab::baseline::Baseline;
use lab::library;
use lab::scenario::Scenario;
use serde_json::{Value, json};

use crate::arguments::Format;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::{heading, show, show_json};

/// Version of the form of the JSON.
const SCHEMA_VERSION: u32 = 1;

/// A line of the list.
struct Entry {
    name: &'static str,
    title: String,
    /// The baseline, for a scenario.
    extends: Option<String>,
}

/// Runs the command.
pub(crate) fn command(format: Format) -> Result<Exit, CommandError> {
    let (scenarios, baselines) = (scenarios()?, baselines()?);
    let rules: Vec<Entry> = RULES
        .iter()
        .map(|rule| Entry { name: rule.name, title: rule.title(), extends: None })
        .collect();
    match format {
        Format::Text => {
            let mut text = String::new();
            part(&mut text, "Scenarios", &scenarios);
            part(&mut text, "Baselines", &baselines);
            part(&mut text, "Rules", &rules);
            show(&text)?;
        }
        Format::Json => show_json(&json!({
            "schema_version": SCHEMA_VERSION,
            "scenarios": objects(&scenarios),
            "baselines": objects(&baselines),
            "rules": objects(&rules),
        }))?,
    }
    Ok(Exit::FINE)
}

fn scenarios() -> Result<Vec<Entry>, CommandError> {
    let mut entries = Vec::new();
    for name in library::scenario_names() {
        if let Some(source) = library::scenario(name) {
            let Scenario { title, extends, .. } = Scenario::parse(&source)?;
            entries.push(Entry { name, title, extends: Some(extends.into_inner()) });
        }
    }
    entries.sort_by_key(|entry| entry.name);
    Ok(entries)
}

fn baselines() -> Result<Vec<Entry>, CommandError> {
    let mut entries = Vec::new();
    for name in library::baseline_names() {
        if let Some(source) = library::baseline(name) {
            let title = Baseline::parse(&source)?.title;
            entries.push(Entry { name, title, extends: None });
        }
    }
    // The library's order is that of the files, in which `hybrid-edge.toml` comes before `hybrid.toml`.
    entries.sort_by_key(|entry| entry.name);
    Ok(entries)
}

fn part(text: &mut String, title: &str, entries: &[Entry]) {
    heading(text, title);
    let width = entries.iter().map(|entry| entry.name.len()).max().unwrap_or_default();
    for entry in entries {
        let _ = writeln!(text, "  {:<width$}  {}", entry.name, entry.title);
    }
}

fn objects(entries: &[Entry]) -> Vec<Value> {
    let object = |entry: &Entry| {
        let mut object = json!({ "name": entry.name, "title": entry.title });
        if let Some(extends) = &entry.extends {
            object["extends"] = extends.as_str().into();
        }
        object
    };
    entries.iter().map(object).collect()
}
