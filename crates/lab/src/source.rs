//! A text with its file name, and errors that point into it by file, line and key.

use std::ops::Range;

use serde::de::DeserializeOwned;

/// A file's text under the name that errors call it by.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    text: String,
}

/// Something is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}:{line}:{column}: {message}\n    {quoted}")]
pub struct SourceError {
    /// The file.
    pub name: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// The line itself.
    pub quoted: String,
}

impl Source {
    /// A text and its name.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Reads the text as TOML.
    ///
    /// # Errors
    /// With file, line and column.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, SourceError> {
        toml::from_str(&self.text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            self.error(span, error.message().to_owned())
        })
    }

    /// The line on which the text of a TOML string begins: a multi-line string begins on the line
    /// after its quotes.
    pub fn line_of_text(&self, span: Range<usize>) -> usize {
        let before = self.text.get(..span.start).unwrap_or_default();
        let quoted = self.text.get(span).unwrap_or_default();
        let rest = quoted.strip_prefix("'''").or_else(|| quoted.strip_prefix("\"\"\""));
        let skipped = rest.is_some_and(|rest| rest.starts_with(['\n', '\r']));
        before.matches('\n').count() + 1 + usize::from(skipped)
    }

    /// An error that points at that part of the text (byte offsets).
    pub fn error(&self, span: Range<usize>, message: impl Into<String>) -> SourceError {
        let at = self.text.floor_char_boundary(span.start.min(self.text.len()));
        let before = &self.text[..at];
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let quoted = self.text[start..].lines().next().unwrap_or_default();
        SourceError {
            name: self.name.clone(),
            line: before.matches('\n').count() + 1,
            column: before[start..].chars().count() + 1,
            message: message.into(),
            quoted: quoted.trim().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_error_points_at_line_and_column() {
        let source = Source::new("a.toml", "one\n  two three\n");
        let error = source.error(10..15, "wrong");
        assert_eq!((error.line, error.column), (2, 7));
        assert_eq!(error.to_string(), "a.toml:2:7: wrong\n    two three");
    }

    proptest! {
        #[test]
        fn any_span_can_be_pointed_at(text in ".{0,50}", start in 0_usize..80) {
            let error = Source::new("a", text).error(start..start + 1, "wrong");
            prop_assert!(error.line >= 1 && error.column >= 1);
        }
    }
}
