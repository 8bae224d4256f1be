//! `hybridlab shell`: a PowerShell in the lab of an incident, for lines, scripts or a person.

mod prompt;

use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;
use std::time::Duration;

use console::language::source::Source;
use console::place::Place;
use lab::lab::{Lab, LabError};
use lab::play::Passing;
use logs::text;
use serde_json::{Value, json};

use crate::arguments::{Format, Shell};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::{show, show_json, tell};
use crate::stage;

/// Version of the form of the JSON.
const SCHEMA_VERSION: u32 = 1;

/// Nobody sits longer before a prompt.
const SITTING: Duration = Duration::from_hours(24 * 365);

/// Runs the command.
pub(crate) fn command(arguments: &Shell, format: Format) -> Result<Exit, CommandError> {
    let story = stage::story(&arguments.scenario)?;
    // Before the lab is built: a script that is not there should not be missed late.
    let scripts = scripts(arguments)?;
    let limit = if scripts.is_none() { SITTING } else { fabric::REAL_TIME_MAX };
    if scripts.is_none() && format == Format::Json {
        let why = "a shell to type in has no JSON: give it lines with -c, or a script";
        return Err(CommandError::Input(why.to_owned()));
    }
    tell(&format!("playing {} on {} …", story.name, story.scenario.extends.get_ref()));
    fabric::simulation_within(limit, async {
        let mut lab = Lab::stand_up(story, arguments.seed).await?;
        lab.play(Passing::InJumps).await?;
        let place = match &arguments.on {
            Some(name) => Place::open(&lab.world, name).map_err(LabError::from)?.name(),
            None => Place::usual(&lab.world),
        };
        match scripts {
            Some(scripts) => run(&mut lab, &place, scripts, format).await,
            None => prompt::talk(&mut lab.shells, place).await,
        }
    })
}

/// What to run; none when somebody wants to type.
fn scripts(arguments: &Shell) -> Result<Option<Vec<Source>>, CommandError> {
    let mut scripts: Vec<Source> = arguments.commands.iter().map(Source::typed).collect();
    for path in &arguments.scripts {
        scripts.push(script(path)?);
    }
    if !scripts.is_empty() {
        return Ok(Some(scripts));
    }
    if io::stdin().is_terminal() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    let stdin = PathBuf::from("standard input");
    io::stdin().lock().read_to_end(&mut bytes).map_err(CommandError::file(&stdin))?;
    Ok(Some(vec![Source::typed(text::decode(&bytes))]))
}

/// A script file: Windows writes them in UTF-16 as well.
fn script(path: &PathBuf) -> Result<Source, CommandError> {
    let bytes = fs::read(path).map_err(CommandError::file(path))?;
    Ok(Source::file(path.display().to_string(), text::decode(&bytes)))
}

async fn run(
    lab: &mut Lab,
    place: &str,
    scripts: Vec<Source>,
    format: Format,
) -> Result<Exit, CommandError> {
    let mut code = 0;
    let mut runs: Vec<Value> = Vec::new();
    for script in scripts {
        let input = script.name.clone().unwrap_or_else(|| script.text.clone());
        let output = lab.shells.session(place)?.run_source(script).await;
        code = output.exit.unwrap_or(i32::from(output.had_errors));
        match format {
            Format::Text => show(&output.text)?,
            Format::Json => runs.push(json!({
                "input": input,
                "text": output.text,
                "had_errors": output.had_errors,
            })),
        }
        if output.exit.is_some() {
            break;
        }
    }
    if format == Format::Json {
        show_json(&json!({
            "schema_version": SCHEMA_VERSION,
            "scenario": lab.story.name,
            "place": place,
            "runs": runs,
            "exit": code,
        }))?;
    }
    Ok(exit(code))
}

/// The system keeps the lowest eight bits of an exit code.
fn exit(code: i32) -> Exit {
    Exit(code.to_le_bytes()[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exit_code_keeps_its_lowest_bits() {
        assert_eq!([exit(0), exit(3), exit(256), exit(-1)], [Exit(0), Exit(3), Exit(0), Exit(255)]);
    }

    #[test]
    fn lines_come_before_scripts_and_a_missing_script_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ps1");
        fs::write(&path, b"\xff\xfeG\0e\0t\0-\0D\0a\0t\0e\0").unwrap();
        let mut shell = Shell {
            scenario: "s".to_owned(),
            scripts: vec![path.clone()],
            commands: vec!["$x = 1".to_owned()],
            on: None,
            seed: None,
        };
        let texts: Vec<_> =
            scripts(&shell).unwrap().unwrap().into_iter().map(|script| script.text).collect();
        assert_eq!(texts, ["$x = 1", "Get-Date"]);
        shell.scripts.push(folder.path().join("b.ps1"));
        assert!(scripts(&shell).unwrap_err().to_string().contains("b.ps1"));
    }
}
