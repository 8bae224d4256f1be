//! The interactive prompt: history, completion, lines that go on, and other places.

use std::env;
use std::path::PathBuf;

use lab::shells::Shells;
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Editor, Helper};

use super::exit;
use crate::desk::Desk;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::{show, tell};

/// Narrower than this, tables say nothing.
const WIDTH_MIN: usize = 40;

/// Reads and runs lines until somebody leaves.
pub(super) async fn talk(shells: &mut Shells, place: String) -> Result<Exit, CommandError> {
    let desk = Desk::at(shells, place)?;
    tell(&desk.greeting());
    let mut editor = Editor::<Desk<'_>, FileHistory>::new().map_err(|error| failed(&error))?;
    editor.set_helper(Some(desk));
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
        let width = editor.dimensions().map(|(columns, _)| usize::from(columns).max(WIDTH_MIN));
        let Some(desk) = editor.helper_mut() else { return Ok(Exit::FINE) };
        let output = desk.run(&line, width).await?;
        show(&output.text)?;
        if let Some(code) = output.exit {
            return Ok(exit(code));
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
        let goes_on = Desk::is_unfinished(context.input());
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
