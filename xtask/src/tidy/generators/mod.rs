//! What writes the generated parts of documents, one file each.

use super::tree::Tree;

mod cmdlets;
mod rooms;
mod rules;
mod scenarios;

/// Writes one part.
pub(crate) struct Generator {
    /// What the mark calls it.
    pub(crate) name: &'static str,
    /// The document that must have it; others may.
    pub(crate) home: &'static str,
    /// The part's lines. Links begin with the given way from the document up to the root.
    pub(crate) write: fn(&Tree, &str) -> String,
}

/// All of them.
pub(crate) static GENERATORS: &[Generator] = &[
    Generator { name: "rooms", home: "ARCHITECTURE.md", write: rooms::write },
    Generator { name: "rules", home: "docs/catalogue.md", write: rules::write },
    Generator { name: "scenarios", home: "docs/catalogue.md", write: scenarios::write },
    Generator { name: "cmdlets", home: "docs/catalogue.md", write: cmdlets::write },
];

/// What stands where there is nothing to list.
const NONE: &str = "None yet.\n";

/// The lines, or words that say there are none.
fn listed(lines: impl Iterator<Item = String>) -> String {
    let lines: String = lines.collect();
    if lines.is_empty() { NONE.to_owned() } else { lines }
}
