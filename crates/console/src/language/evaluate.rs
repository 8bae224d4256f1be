//! What can end the evaluation of a statement early.
//!
//! The parts: `evaluate_statement.rs`, `evaluate_pipeline.rs`, `evaluate_command.rs`,
//! `evaluate_expression.rs`, `evaluate_assignment.rs`.
//!
//! Not modelled: scopes (all variables are of the session), streaming (a stage of a pipeline runs to
//! its end before the next one starts), the difference between `$null` and no output at all.

use exchange::value::Value;

use super::errors::ErrorRecord;

/// Why a statement ended early.
#[derive(Clone, Debug)]
pub(crate) enum Interrupt {
    /// An error ends the statement, or the script if it says so.
    Error(Box<ErrorRecord>),
    /// `return`
    Return,
    /// `exit`
    Exit(i32),
    /// `break`
    Break,
    /// `continue`
    Continue,
}

impl From<ErrorRecord> for Interrupt {
    fn from(error: ErrorRecord) -> Self {
        Self::Error(Box::new(error))
    }
}

/// The value of so many outputs: none is `$null`, one is itself, several are a list.
pub(crate) fn collapsed(mut values: Vec<Value>) -> Value {
    match values.len() {
        0 => Value::Null,
        1 => values.remove(0),
        _ => Value::List(values),
    }
}
