//! Regular expressions, compiled once.
//!
//! Not modelled: lookaround and back references, which the engine under it does not have.

use std::collections::BTreeMap;

use regex::Regex;

use super::ast::Case;
use super::errors::{Category, ErrorRecord};

/// Regular expressions met so far.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    compiled: BTreeMap<(String, bool), Regex>,
}

/// So many are kept; a script that makes more starts over.
const KEPT_MAX: usize = 200;

impl Patterns {
    /// The compiled form of a pattern.
    ///
    /// # Errors
    /// .NET's kind of error for a pattern that is none.
    pub(crate) fn get(&mut self, pattern: &str, case: Case) -> Result<&Regex, ErrorRecord> {
        let ignores_case = case == Case::Ignored;
        let key = (pattern.to_owned(), ignores_case);
        if self.compiled.len() >= KEPT_MAX && !self.compiled.contains_key(&key) {
            self.compiled.clear();
        }
        let compiled = match self.compiled.entry(key) {
            std::collections::btree_map::Entry::Occupied(found) => found.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => {
                let built = regex::RegexBuilder::new(pattern)
                    .case_insensitive(ignores_case)
                    .size_limit(1 << 20)
                    .build();
                place.insert(built.map_err(|error| invalid(pattern, &error))?)
            }
        };
        Ok(compiled)
    }
}

fn invalid(pattern: &str, error: &regex::Error) -> ErrorRecord {
    let text = error.to_string();
    let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
    let message = format!("parsing \"{pattern}\" - {reason}.");
    ErrorRecord::new(Category::OperationStopped, "System.ArgumentException", message)
        .exception("ArgumentException")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_ignored_unless_told() {
        let mut patterns = Patterns::default();
        assert!(patterns.get("^queue", Case::Ignored).unwrap().is_match("QUEUED"));
        assert!(!patterns.get("^queue", Case::Sensitive).unwrap().is_match("QUEUED"));
    }

    #[test]
    fn a_pattern_that_is_none_is_refused() {
        let error = Patterns::default().get("[a", Case::Ignored).unwrap_err();
        assert_eq!(error.message, "parsing \"[a\" - unclosed character class.");
    }
}
