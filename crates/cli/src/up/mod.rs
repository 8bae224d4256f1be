//! `hybridlab up`: a lab on loopback sockets, for programs beside it, until it is told to stop.

mod keyboard;
mod listing;

use std::fs;
use std::path::Path;

use console::place::Place;
use diagnosis::report;
use fabric::{OneOfThree, Ports, Seed, first_of_three};
use lab::build::{Ground, Sockets};
use lab::lab::Lab;
use lab::live::Map;
use lab::play::Passing;
use lab::shells::Shells;
use lab::story::Story;
use serde_json::{Value, json};

use crate::arguments::{Format, Up};
use crate::desk::Desk;
use crate::error::CommandError;
use crate::examine::examine;
use crate::exit::Exit;
use crate::leave::Out;
use crate::output::{show, tell};
use crate::{run, stage};

use keyboard::Keyboard;

/// Without a flag the real ports are those of the lab plus so many: 25 is 10025.
const OFFSET: u16 = 10_000;

/// Version of the form of the JSON.
const SCHEMA_VERSION: u32 = 1;

/// Runs the command.
pub(crate) fn command(up: &Up, format: Format) -> Result<Exit, CommandError> {
    let story = stage::story(&up.staging.scenario)?;
    let out = Out::new(&up.staging, &story.name)?;
    let result = fabric::live(stand(up, format, story, &out));
    result.map_err(|error| CommandError::Input(format!("no sockets: {error}")))?
}

async fn stand(up: &Up, format: Format, story: Story, out: &Out) -> Result<Exit, CommandError> {
    let ticket = story.scenario.ticket.trim().to_owned();
    let mut lab = Lab::stand_up_on(ground(up, &story)?, story).await?;
    let stranger = lab.let_strangers_in().map(|(name, address)| format!("{name} ({address})"));
    lab.play_the_past(Passing::InJumps).await?;
    if up.no_mail {
        lab.leave_out_mail();
    }
    fs::create_dir_all(&out.0).map_err(CommandError::file(&out.0))?;
    let roots = out.0.join("roots.pem");
    fs::write(&roots, lab.roots()).map_err(CommandError::file(&roots))?;
    let map = lab.map(stranger, &roots.display().to_string());
    tell_map(&map, up, format)?;
    live(&mut lab, up, format).await?;
    tell("collecting the evidence …");
    let incident = lab.incident().await?;
    let examined = examine(&incident.evidence);
    out.leave(&incident, &examined)?;
    let folder = out.evidence_folder();
    match format {
        Format::Text => show(&format!(
            "The evidence is in {0}.\nTo diagnose it: hybridlab diagnose {0}\n",
            folder.display()
        ))?,
        Format::Json => {
            let mut object = run::object(&ticket, &incident, out);
            object["evidence"] = json!(folder);
            object["diagnosis"] = report::json(&examined.diagnosis, &examined.evidence);
            show_line(&object)?;
        }
    }
    Ok(Exit::FINE)
}

fn ground(up: &Up, story: &Story) -> Result<Ground, CommandError> {
    let ports = match (up.free_ports, up.real_ports) {
        (true, _) => Ports::Free,
        (_, true) => Ports::Real,
        _ => Ports::Offset(OFFSET),
    };
    let sockets = Sockets { speed: up.speed, ports, first: up.loopback };
    let seed = Seed(up.staging.seed.unwrap_or_else(|| story.seed()));
    Ok(Ground::live(seed, story.start(), story.zero(), sockets)?)
}

fn tell_map(map: &Map, up: &Up, format: Format) -> Result<(), CommandError> {
    let mut object = serde_json::to_value(map).unwrap_or_default();
    object["schema_version"] = json!(SCHEMA_VERSION);
    if let Some(path) = &up.map {
        write_whole(path, &format!("{object:#}\n"))?;
    }
    match format {
        Format::Text => show(&listing::text(map)),
        Format::Json => show_line(&object),
    }
}

/// Writes a file that others wait for: when it is there it is whole.
fn write_whole(path: &Path, text: &str) -> Result<(), CommandError> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".part");
    let unfinished = Path::new(&unfinished);
    fs::write(unfinished, text).map_err(CommandError::file(unfinished))?;
    fs::rename(unfinished, path).map_err(CommandError::file(path))
}

/// Lets the story go on and somebody type, until it is over.
async fn live(lab: &mut Lab, up: &Up, format: Format) -> Result<(), CommandError> {
    let mut shells = Shells::of("keyboard", lab.world.clone());
    let place = Place::usual(&lab.world);
    let mut desk = Desk::at(&mut shells, place)?;
    tell(&desk.greeting());
    let story = async {
        if up.fast_forward {
            return lab.play(Passing::InJumps).await;
        }
        lab.play(Passing::ByTheClock).await?;
        // Mail that is still on its way, or that others send, does not stop when the story ends.
        std::future::pending().await
    };
    match first_of_three(story, typed(&mut desk, format), fabric::interrupted()).await {
        OneOfThree::First(played) => Ok(played?),
        OneOfThree::Second(result) => result,
        OneOfThree::Third(_) => Ok(()),
    }
}

/// Runs what is typed, until somebody leaves.
async fn typed(desk: &mut Desk<'_>, format: Format) -> Result<(), CommandError> {
    let mut keyboard = Keyboard::open();
    let mut text = String::new();
    while let Some(line) = keyboard.line(&desk.prompt()).await {
        text.push_str(&line);
        if Desk::is_unfinished(&text) {
            text.push('\n');
            continue;
        }
        let typed = std::mem::take(&mut text);
        if typed.trim().is_empty() {
            continue;
        }
        let output = desk.run(&typed, None).await?;
        match format {
            Format::Text => show(&output.text)?,
            Format::Json => show_line(&json!({
                "input": typed,
                "text": output.text,
                "had_errors": output.had_errors,
            }))?,
        }
        if output.exit.is_some() {
            break;
        }
    }
    Ok(())
}

/// Writes an object as one line: who reads them can take one at a time.
fn show_line(value: &Value) -> Result<(), CommandError> {
    show(&format!("{value}\n"))
}
