//! swaks holds the dialogues of [`dialogues`] with the lab's doors for mail: each must end with the
//! exit code and the reply that are expected, and the door's protocol log must agree with what swaks
//! saw, line for line.

mod dialogues;
mod raw;
mod transcript;

use std::fs;
use std::thread::{self, ScopedJoinHandle};

use super::lab::{Lab, Left};
use super::report::{Outcome, Report, holds};
use super::{Ground, program};

use dialogues::{DIALOGUES, Dialogue, Door};

/// Runs the section.
pub(super) fn run(ground: &Ground, report: &mut Report) -> Result<(), String> {
    for scenario in ["server-room", "server-room-edge"] {
        let folder = format!("swaks/{scenario}");
        let lab = Lab::start(ground, &folder, &ground.scenario(scenario), &["--no-mail"])?;
        let own = DIALOGUES.iter().enumerate().filter(|(_, one)| one.door.scenario == scenario);
        let own: Vec<_> =
            own.map(|(number, one)| (one, format!("d{number}.fabrikam.com"))).collect();
        let mut commands = Vec::new();
        for (one, name) in &own {
            commands.push((*one, one.command(&lab, name)?));
        }
        // One after the other would take as long as all tarpits together.
        let texts: Vec<Outcome> = thread::scope(|scope| {
            let held = |(one, command): &(&'static Dialogue, Vec<String>)| {
                let (one, command) = (*one, command.clone());
                scope.spawn(move || one.held(&command))
            };
            let threads: Vec<_> = commands.iter().map(held).collect();
            let ended = threads.into_iter().map(ScopedJoinHandle::join);
            ended.map(|end| end.unwrap_or_else(|_| Err("a panic".to_owned()))).collect()
        });
        let server = if scenario == "server-room" { "CMHYBD01" } else { "CMEDGE01" };
        let door = lab.tcp(server, 25)?;
        for attempt in raw::ATTEMPTS {
            report.check(format!("{server}: {}", attempt.what), attempt.make(door));
        }
        let left = lab.stop()?;
        let rows = left.lines(&["/MessageTracking/"])?;
        let smuggled = rows.iter().find(|row| row.contains("smuggled") || row.contains("evil@"));
        report.check(
            format!("{server}: nothing was smuggled"),
            smuggled.map_or_else(|| Ok(String::new()), |row| Err(row.clone())),
        );
        for ((dialogue, name), text) in own.iter().zip(texts) {
            report.check(
                format!("{}: {}", dialogue.door.name, dialogue.what),
                text.and_then(|text| {
                    let agreed = dialogue.agreed(&text, name, &left)?;
                    Ok(format!("{}{agreed}", dialogue.reply))
                }),
            );
        }
    }
    Ok(())
}

impl Dialogue {
    /// What is typed.
    fn command(&self, lab: &Lab, name: &str) -> Result<Vec<String>, String> {
        let Door { host, client, .. } = self.door;
        let (door, own) = (lab.tcp(host, 25)?, lab.loopback(client)?);
        let mut command = format!(
            "swaks --server {} --port {} --local-interface {own} --ehlo {name} --from anna@fabrikam.com --timeout 30s {}",
            door.ip(),
            door.port(),
            self.words
        );
        if self.size > 0 {
            let file = lab.folder.join(format!("{name}.txt"));
            fs::write(&file, format!("{}\r\n", "x".repeat(998)).repeat(self.size / 1000))
                .map_err(|why| why.to_string())?;
            command = format!("{command} --suppress-data --body @{}", file.display());
        }
        Ok(command.split_whitespace().map(str::to_owned).collect())
    }

    /// Lets swaks talk; what it shows.
    fn held(&self, command: &[String]) -> Outcome {
        let words: Vec<_> = command.iter().map(String::as_str).collect();
        let text = program::run(&words)?.exits(self.code)?.text();
        holds(&text, self.reply)?;
        Ok(text)
    }

    /// Whether the door's protocol log tells the same. Nobody sees that of Exchange Online.
    fn agreed(&self, text: &str, name: &str, left: &Left) -> Outcome {
        let Some(log) = self.door.log else { return Ok(String::new()) };
        let log = transcript::of_log(&left.lines(&[log])?, name)?;
        let swaks = transcript::of_swaks(text);
        match transcript::differ(&swaks, &log, self.words.contains("--pipeline")) {
            Some(difference) => Err(format!("the protocol log differs\n{difference}")),
            None => Ok(format!("; {} lines as in the log", log.len())),
        }
    }
}
