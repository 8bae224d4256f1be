//! What a diagnosis looks like: to people, to programs, and in a ticket.

mod json;
mod record;
mod text;
mod ways;

pub use json::{SCHEMA_VERSION, json};
pub(crate) use record::RECORD_TITLE;
pub use record::record;
pub(crate) use text::paragraph;
pub use text::text;
pub use ways::ways;

use jiff::Timestamp;

use crate::evidence::{Evidence, Line, Place};
use crate::facts::Facts;

/// Lines as they are quoted: from one file of one computer.
struct Quoted<'d> {
    host: &'d str,
    file: &'d str,
    lines: Vec<Line>,
}

fn quoted<'d>(facts: &'d Facts, evidence: &Evidence, places: &[Place]) -> Vec<Quoted<'d>> {
    let lines = evidence.lines(places);
    let quote = |(place, lines): (&Place, Vec<Line>)| {
        let file = facts.files.get(place.file.0);
        Quoted {
            host: facts.host_of(place.file),
            file: file.map_or("", |file| file.path.as_str()),
            lines,
        }
    };
    places.iter().zip(lines).map(quote).collect()
}

/// A moment as reports show it.
fn moment(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A count with its noun, in the plural where it needs one.
fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// A text that is not longer than that.
fn shortened(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    let kept: String = text.chars().take(letters.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}
