//! Whether the lab writes what real servers wrote.
//!
//! A row of a file is reduced to its template: names, numbers, ids, addresses and times are taken out,
//! the fixed words stay. The same is done with files of the lab and with real samples, and a row of a
//! sample is covered when some file of the lab has its template. What is not covered has a reason,
//! in a file beside the test.

mod grades;
mod mail;
pub mod reasons;
mod rows;
mod template;

use std::collections::{BTreeMap, BTreeSet};

pub use grades::grades;
pub use rows::rows;

/// A row of a file, or what stands for one where a file has none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// What kind of row: rows of different formats are not compared.
    pub format: &'static str,
    /// Where it is: the number of a line, or the name of a property.
    pub place: String,
    /// What remains of it.
    pub template: String,
}

/// What stands for a property without a value.
const NULL: &str = ": null";

/// The end of the place of a row that stands for the order of properties.
const ORDER: &str = ", the order";

/// The templates that files have, by format.
#[derive(Clone, Debug, Default)]
pub struct Templates(BTreeMap<&'static str, BTreeSet<String>>);

impl Templates {
    /// Adds those of a file.
    pub fn add(&mut self, path: &str, bytes: &[u8]) {
        for row in rows(path, bytes) {
            self.0.entry(row.format).or_default().insert(row.template);
        }
    }

    /// Whether a file has that row. What is null on one side can be of any kind on the other.
    pub fn has(&self, row: &Row) -> bool {
        let Some(templates) = self.0.get(row.format) else { return false };
        let null = row.template.split_once(": ").map(|(name, _)| format!("{name}{NULL}"));
        let is_null = row.template.ends_with(NULL);
        let any = row.template.strip_suffix(NULL).unwrap_or(&row.template);
        templates.contains(&row.template)
            || null.is_some_and(|null| templates.contains(&null))
            || (is_null && templates.iter().any(|it| it.split(": ").next() == Some(any)))
            || (row.place.ends_with(ORDER)
                && templates.iter().any(|it| is_in_order(it, &row.template)))
    }

    /// The templates of a format.
    pub fn of(&self, format: &str) -> impl Iterator<Item = &str> {
        self.0.get(format).into_iter().flatten().map(String::as_str)
    }
}

/// Whether the properties of an object stand in the order of another, which may have more: those it
/// lacks are rows of their own.
fn is_in_order(own: &str, other: &str) -> bool {
    let (Some((own, names)), Some((other, others))) =
        (own.split_once(": "), other.split_once(": "))
    else {
        return false;
    };
    let mut others = others.split(' ');
    own == other && names.contains(' ') && names.split(' ').all(|name| others.any(|it| it == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_kept_where_properties_are_missing() {
        assert!(is_in_order("Connector: A C", "Connector: A B C D"));
        assert!(!is_in_order("Connector: C A", "Connector: A B C D"));
        assert!(!is_in_order("Connector: A E", "Connector: A B C D"));
        assert!(!is_in_order("Queue: A C", "Connector: A B C D"));
    }
}
