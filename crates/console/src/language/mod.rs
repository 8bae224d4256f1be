//! The language: a small Windows PowerShell 5.1, as admins type it.
//!
//! Start with [`session`] (what runs a text), [`cmdlet`] (what a command is) and [`invocation`] (what
//! a command can do). A text passes through these files in order: `lexer`, `parse…` → `ast` →
//! `evaluate…` → `bind` → a cmdlet → `render`.
//!
//! Not modelled: functions, `param`, `try`, `throw`, `switch`, `do`, classes, modules, jobs, remoting,
//! variable scopes, streaming between the stages of a pipeline. What is refused is refused by name.
//!
//! Source: Windows PowerShell Language Specification 3.0; Microsoft Learn, *about_* topics; PowerShell's
//! published source (MIT) for the texts of errors and the layout of output.

// The text and its parts.
pub mod ast;
pub(crate) mod lexer;
pub(crate) mod number;
pub(crate) mod parse;
mod parse_command;
pub mod parse_error;
pub(crate) mod parse_expression;
mod parse_primary;
mod parse_statement;
mod parse_string;
pub mod source;
pub(crate) mod token;

// Running it.
pub(crate) mod evaluate;
mod evaluate_assignment;
mod evaluate_command;
mod evaluate_expression;
mod evaluate_pipeline;
mod evaluate_statement;
pub mod host;
pub mod session;
pub(crate) mod streams;

// Operators, members and types of values.
pub(crate) mod compare;
pub(crate) mod convert;
pub(crate) mod members;
pub(crate) mod methods;
pub(crate) mod operators;
pub(crate) mod patterns;
pub(crate) mod statics;
pub(crate) mod text_operators;
pub(crate) mod time_span;
pub(crate) mod value_text;
pub(crate) mod wildcard;

// Commands.
pub(crate) mod accept;
pub(crate) mod aliases;
pub(crate) mod bind;
pub mod cmdlet;
pub mod complete;
pub mod errors;
pub mod invocation;
pub(crate) mod selector;

// Text for people and files.
pub(crate) mod csv;
pub(crate) mod format_date;
pub(crate) mod format_default;
pub(crate) mod format_list;
pub(crate) mod format_number;
pub(crate) mod format_table;
pub(crate) mod formatted;
pub(crate) mod language_views;
pub(crate) mod parse_date;
pub(crate) mod paths;
pub mod quote;
pub(crate) mod render;
pub mod view;
pub(crate) mod wrap;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod transcripts;
