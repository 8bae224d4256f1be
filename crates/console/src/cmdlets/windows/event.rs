//! What the cmdlets for event logs share: which events are meant.
//!
//! Not modelled: logs other than Application and System, which the lab's services write to; the numbers that
//! providers give to tasks and keywords.

use std::sync::Arc;

use exchange::value::{Object, Value};
use jiff::Timestamp;
use services::computer::{Computer, Event, Level};

use crate::language::cmdlet::{Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::wildcard;
use crate::place::Place;

/// The logs there are.
pub(super) const LOGS: [&str; 2] = ["Application", "System"];

/// `-ComputerName` of these cmdlets.
pub(super) const COMPUTER_NAME: Parameter =
    Parameter::new("ComputerName", Kind::String, "Whose events.").aliases(&["Cn"]);

/// What events must be like. Empty lists leave all.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    /// Names of logs; wildcards are allowed.
    pub(super) logs: Vec<String>,
    /// Names of providers; wildcards are allowed.
    pub(super) providers: Vec<String>,
    /// Ids.
    pub(super) ids: Vec<u32>,
    /// Levels by number: 2 error, 3 warning, 4 information.
    pub(super) levels: Vec<i32>,
    /// No earlier ones.
    pub(super) from: Option<Timestamp>,
    /// No later ones.
    pub(super) to: Option<Timestamp>,
}

impl Wanted {
    fn fits(&self, event: &Event) -> bool {
        let named = |patterns: &[String], name: &str| {
            patterns.is_empty() || patterns.iter().any(|own| wildcard::matches(own, name))
        };
        named(&self.logs, event.log)
            && named(&self.providers, event.source)
            && (self.ids.is_empty() || self.ids.contains(&event.id))
            && (self.levels.is_empty() || self.levels.contains(&level_number(event.level)))
            && self.from.is_none_or(|from| event.time >= from)
            && self.to.is_none_or(|to| event.time <= to)
    }

    /// The events of a computer that fit, newest first, with their record ids.
    pub(super) fn among(&self, computer: &Computer) -> Vec<(i32, Event)> {
        let events = computer.events.events().into_iter().filter(|event| self.fits(event));
        let mut fitting: Vec<_> =
            events.map(|event| (i32::try_from(event.record).unwrap_or(i32::MAX), event)).collect();
        fitting.reverse();
        fitting
    }
}

/// The number of a level: 2 error, 3 warning, 4 information.
pub(super) fn level_number(level: Level) -> i32 {
    match level {
        Level::Error => 2,
        Level::Warning => 3,
        Level::Information => 4,
    }
}

/// `Error`, `Warning` or `Information`.
pub(super) fn level_name(level: Level) -> &'static str {
    match level {
        Level::Error => "Error",
        Level::Warning => "Warning",
        Level::Information => "Information",
    }
}

/// The computer of `-ComputerName`, or the own one; none when there is none of that name.
///
/// # Errors
/// Where there is no computer: in Exchange Online.
pub(super) fn computer(invocation: &Invocation<'_>) -> Result<Option<Arc<Computer>>, ErrorRecord> {
    let Some(name) = invocation.string("ComputerName") else {
        return super::own_computer(invocation).map(Some);
    };
    let place = invocation.world::<Place>()?;
    Ok(place.world.machine(&name).map(|machine| machine.computer.clone()))
}

/// The text of an event up to its first line end, for a table.
pub(super) fn first_line(event: &Object) -> String {
    event
        .get("Message")
        .map(Value::to_string)
        .unwrap_or_default()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}
