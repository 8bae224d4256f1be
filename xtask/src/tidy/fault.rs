//! What a check finds.

use std::fmt;

/// Something that is not as it should be, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    path: String,
    /// The line, from 1; 0 when it is the whole file.
    line: usize,
    what: String,
}

impl Fault {
    /// A fault of a whole file.
    pub(crate) fn new(path: &str, what: impl Into<String>) -> Self {
        Self::at(path, 0, what)
    }

    /// A fault in a line, counted from 1.
    pub(crate) fn at(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.what),
            line => write!(f, "{}:{line}: {}", self.path, self.what),
        }
    }
}

/// Faults as the lines that are printed.
#[cfg(test)]
pub(crate) fn lines(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(ToString::to_string).collect()
}
