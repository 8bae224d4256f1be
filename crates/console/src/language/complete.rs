//! Completion of command and parameter names at a prompt.

use super::cmdlet::COMMON_PARAMETERS;
use super::lexer::{Lexer, ends_word};
use super::session::Session;
use super::token::{Mode, TokenKind};

/// What could stand at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// Offset in the line from which on a candidate replaces the text up to the cursor.
    pub start: usize,
    /// The candidates.
    pub candidates: Vec<String>,
}

impl Session {
    /// Candidates for the word before the cursor, which is a byte offset in the line.
    pub fn complete(&self, line: &str, cursor: usize) -> Completion {
        let before = line.get(..cursor).unwrap_or(line);
        let start = before.rfind(ends_word).map_or(0, |at| {
            at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
        });
        let word = before.get(start..).unwrap_or_default();
        let command = command_before(before, start);
        let candidates = match (word.strip_prefix('-'), command) {
            (Some(typed), Some(command)) => self.parameters_starting(&command, typed),
            (_, None) if !word.starts_with(['$', '\'', '"']) => self.commands_starting(word),
            _ => Vec::new(),
        };
        Completion { start, candidates }
    }

    fn commands_starting(&self, typed: &str) -> Vec<String> {
        let fits = |name: &&str| starts_with(name, typed);
        self.cmdlets().map(|cmdlet| cmdlet.name).filter(fits).map(str::to_owned).collect()
    }

    fn parameters_starting(&self, command: &str, typed: &str) -> Vec<String> {
        let Some(cmdlet) = self.find_cmdlet(command) else { return Vec::new() };
        let all = cmdlet.parameters.iter().chain(COMMON_PARAMETERS);
        let fitting = all.filter(|parameter| starts_with(parameter.name, typed));
        fitting.map(|parameter| format!("-{}", parameter.name)).collect()
    }
}

fn starts_with(name: &str, typed: &str) -> bool {
    name.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed))
}

/// The command to which the word at an offset belongs; none when the word is a command itself.
fn command_before(line: &str, word: usize) -> Option<String> {
    let lexer = Lexer::new(line);
    let mut at = 0;
    let mut command = None;
    let mut expects_command = true;
    // Commands that go on behind a closing parenthesis or brace.
    let mut outer = Vec::new();
    while at < word {
        let token = lexer.token(at, Mode::Command);
        if token.span.start >= word || token.kind == TokenKind::End {
            break;
        }
        at = token.span.end;
        match token.kind {
            TokenKind::Pipe | TokenKind::Semicolon | TokenKind::NewLine | TokenKind::Ampersand => {
                (command, expects_command) = (None, true);
            }
            TokenKind::OpenParenthesis
            | TokenKind::DollarParenthesis
            | TokenKind::AtParenthesis
            | TokenKind::OpenBrace => {
                outer.push(command.take());
                expects_command = true;
            }
            TokenKind::CloseParenthesis | TokenKind::CloseBrace => {
                command = outer.pop().flatten();
                expects_command = false;
            }
            TokenKind::Bare if expects_command => {
                let text = line.get(token.span.start..token.span.end).unwrap_or_default();
                let is_assignment = text.ends_with('=');
                command = (!is_assignment).then(|| text.to_owned());
                expects_command = is_assignment;
            }
            // `$x = …`: a command may follow the equals sign.
            TokenKind::Variable(_) => {}
            _ => expects_command = false,
        }
    }
    match (command, expects_command) {
        (Some(command), _) => Some(command),
        (None, true) => None,
        (None, false) => Some(String::new()),
    }
}

#[cfg(test)]
mod tests {
    use crate::language::testing::Console;
    use proptest::prelude::*;

    fn completed(line: &str) -> (usize, Vec<String>) {
        let completion = Console::new().session.complete(line, line.len());
        (completion.start, completion.candidates)
    }

    #[test]
    fn commands_are_completed_where_a_command_can_stand() {
        assert_eq!(completed("sort-").1, ["Sort-Object"]);
        assert_eq!(completed("Get-Date | sel").1, ["Select-Object", "Select-String"]);
        assert_eq!(completed("$x = Start-Sl"), (5, vec!["Start-Sleep".to_owned()]));
        assert_eq!(completed("1 | ? { Get-Lo").1, ["Get-Location"]);
        assert!(completed("Write-Host Start-Sl").1.is_empty());
    }

    #[test]
    fn parameters_are_completed_for_their_command() {
        assert_eq!(completed("Get-Date | select -Exp").1, ["-ExpandProperty"]);
        assert_eq!(completed("Get-Content (Get-Date -Form").1, ["-Format"]);
        assert_eq!(completed("Get-Content (Get-Date) -Ta").1, ["-Tail"]);
        assert!(completed("Get-Foo -").1.is_empty());
    }

    proptest! {
        #[test]
        fn any_line_is_completed(line in "[-$|(){} a-zé'\";=]{0,40}", cursor in 0usize..60) {
            let completion = Console::new().session.complete(&line, cursor);
            prop_assert!(completion.start <= line.len());
        }
    }
}
