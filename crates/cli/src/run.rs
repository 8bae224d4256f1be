//! `hybridlab run`: plays an incident, leaves its files behind, and diagnoses them.

use std::fmt::Write as _;

use diagnosis::report;
use lab::incident::{self, Incident};
use serde_json::{Value, json};

use crate::arguments::{Format, Staging};
use crate::error::CommandError;
use crate::examine::{Examined, examine};
use crate::exit::Exit;
use crate::leave::Out;
use crate::output::{heading, indented, show, show_json, tell};
use crate::stage;
use crate::tree::tree;

/// Version of the form of the JSON of `run` and `fix`.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// Runs the command.
pub(crate) fn command(staging: &Staging, format: Format) -> Result<Exit, CommandError> {
    let story = stage::story(&staging.scenario)?;
    let out = Out::new(staging, &story.name)?;
    let ticket = story.scenario.ticket.trim().to_owned();
    tell(&format!("playing {} on {} …", story.name, story.scenario.extends.get_ref()));
    let incident = incident::run(story, staging.seed)?;
    tell("reading the evidence …");
    let examined = examine(&incident.evidence);
    out.leave(&incident, &examined)?;
    match format {
        Format::Text => show(&text(&ticket, &incident, &examined, &out))?,
        Format::Json => {
            let mut object = object(&ticket, &incident, &out);
            object["diagnosis"] = report::json(&examined.diagnosis, &examined.evidence);
            show_json(&object)?;
        }
    }
    Ok(Exit::FINE)
}

/// What every JSON about an incident begins with.
pub(crate) fn object(ticket: &str, incident: &Incident, out: &Out) -> Value {
    json!({
        "schema_version": SCHEMA_VERSION,
        "scenario": incident.truth.scenario,
        "title": incident.truth.title,
        "seed": incident.truth.seed,
        "ticket": ticket,
        "out": out.0,
        "outcome": incident.tally.total(),
        "directions": incident.tally,
    })
}

/// The ticket, as the first part of a report.
pub(crate) fn ticket_part(text: &mut String, ticket: &str, incident: &Incident) {
    heading(text, "Ticket");
    text.push_str(&indented(&incident.truth.title));
    if !ticket.is_empty() {
        text.push('\n');
        text.push_str(&indented(ticket));
    }
}

/// Which files were left where, as a part of a report.
pub(crate) fn files_part(text: &mut String, incident: &Incident, out: &Out) {
    heading(text, "Files");
    let files = incident.evidence.0.iter().map(|(path, content)| (path.as_str(), content.len()));
    let _ = writeln!(text, "  {}", out.evidence_folder().display());
    text.push_str(&indented(&indented(&tree(files))));
    text.push_str(
        "  Beside it: incident.md, the record for the ticket; truth.json, what really happened.\n",
    );
}

fn text(ticket: &str, incident: &Incident, examined: &Examined, out: &Out) -> String {
    let mut text = String::new();
    ticket_part(&mut text, ticket, incident);
    heading(&mut text, "The way of the mail");
    text.push_str(&indented(&report::ways(&examined.diagnosis)));
    files_part(&mut text, incident, out);
    heading(&mut text, "Diagnosis");
    text.push_str(&report::text(&examined.diagnosis, &examined.evidence));
    text
}
