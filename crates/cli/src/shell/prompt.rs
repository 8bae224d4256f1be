//! The interactive prompt: history, completion, lines that go on, and other places.

use std::env;
use std::path::PathBuf;

use console::language::session::{Completeness, Session};
use console::place::Place;
use lab::lab::Lab;
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Editor, Helper};

use super::exit;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::{show, tell};

const HELP: &str = "\
  :on PLACE   go to another computer, or to ExchangeOnline
  :places     where you can go
  :help       this
  exit        leave
Get-Command lists the cmdlets of the place; Start-Sleep lets the lab's time pass.";

/// Narrower than this, tables say nothing.
const WIDTH_MIN: usize = 40;

/// Reads and runs lines until somebody leaves.
pub(super) async fn talk(lab: &mut Lab, place: String) -> Result<Exit, CommandError> {
    lab.session(&place)?;
    let now = lab.world.clock().now();
    tell(&format!("{place}, {now:.0}. `:help` says more, `exit` leaves."));
    let mut editor = Editor::<Desk<'_>, FileHistory>::new().map_err(|error| failed(&error))?;
    editor.set_helper(Some(Desk { lab, place }));
    let history = history_file();
    if let Some(path) = &history {
        // Without a history there is nothing to go back to, and nothing else is lost.
        let _none = editor.load_history(path);
    }
    let result = converse(&mut editor).await;
    if let Some(path) = &history {
        let _folder = path.parent().map(std::fs::create_dir_all);
        let _unwritable = editor.save_history(path);
    }
    result
}

async fn converse(editor: &mut Editor<Desk<'_>, FileHistory>) -> Result<Exit, CommandError> {
    loop {
        let prompt = editor.helper().map(Desk::prompt).unwrap_or_default();
        let line = match editor.readline(&prompt) {
            Ok(line) => line,
            // Ctrl-C gives up a line, as in PowerShell.
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Eof) => return Ok(Exit::FINE),
            Err(error) => return Err(failed(&error)),
        };
        if line.trim().is_empty() {
            continue;
        }
        let _same_as_before = editor.add_history_entry(line.as_str());
        let width = editor.dimensions().map(|(columns, _)| usize::from(columns));
        let Some(desk) = editor.helper_mut() else { return Ok(Exit::FINE) };
        if let Some(order) = line.trim().strip_prefix(':') {
            show(&desk.follow(order))?;
            continue;
        }
        let session = desk.lab.session(&desk.place)?;
        session.width = width.unwrap_or(session.width).max(WIDTH_MIN);
        let output = session.run(&line).await;
        show(&output.text)?;
        if let Some(code) = output.exit {
            return Ok(exit(code));
        }
    }
}

/// Where somebody sits.
struct Desk<'l> {
    lab: &'l mut Lab,
    place: String,
}

impl Desk<'_> {
    fn session(&self) -> Option<&Session> {
        self.lab.opened(&self.place)
    }

    /// As the Exchange Management Shell has it, with the place before it.
    fn prompt(&self) -> String {
        let location = self.session().map_or("C:\\", |session| session.location.as_str());
        format!("{}: [PS] {location}>", self.place)
    }

    /// Does what a line with a colon says, and gives what it says back.
    fn follow(&mut self, order: &str) -> String {
        let mut words = order.split_whitespace();
        match (words.next(), words.next()) {
            (Some("on"), Some(name)) => match Place::open(&self.lab.world, name) {
                Ok(place) => {
                    self.place = place.name();
                    // Opened here, so that its cmdlets can be completed from the first line on.
                    self.lab
                        .session(&self.place)
                        .err()
                        .map_or_else(String::new, |error| format!("{error}\n"))
                }
                Err(error) => format!("{error}\n"),
            },
            (Some("on" | "places"), None) => {
                let machines = self.lab.world.machines.iter();
                let names = machines.map(|machine| machine.computer.name.as_str());
                let names: Vec<_> = names.chain([console::place::EXCHANGE_ONLINE]).collect();
                format!("{}\n", names.join("\n"))
            }
            _ => format!("{HELP}\n"),
        }
    }
}

impl Helper for Desk<'_> {}
impl Highlighter for Desk<'_> {}

impl Hinter for Desk<'_> {
    type Hint = String;
}

impl Completer for Desk<'_> {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        cursor: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let completion = self.session().map(|session| session.complete(line, cursor));
        Ok(completion.map_or((cursor, Vec::new()), |it| (it.start, it.candidates)))
    }
}

impl Validator for Desk<'_> {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input();
        let goes_on =
            !text.trim_start().starts_with(':') && Session::check(text) == Completeness::Incomplete;
        Ok(if goes_on { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

fn failed(error: &ReadlineError) -> CommandError {
    CommandError::Input(format!("the prompt failed: {error}"))
}

/// Where systems keep what programs remember.
fn history_file() -> Option<PathBuf> {
    let folder = |name: &str| env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
    let state = folder("XDG_STATE_HOME")
        .or_else(|| folder("LOCALAPPDATA"))
        .or_else(|| folder("HOME").map(|home| home.join(".local/state")))?;
    Some(state.join("hybridlab").join("history"))
}
