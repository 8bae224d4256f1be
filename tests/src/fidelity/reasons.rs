//! Why rows of samples are not covered, and how many are: a file beside the test, which it can write
//! again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde::Deserialize;

/// The file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reasons {
    /// By format and grade, how many rows were covered when somebody last looked.
    #[serde(default)]
    pub covered: BTreeMap<String, BTreeMap<String, usize>>,
    /// Rows that are not.
    #[serde(default)]
    pub uncovered: Vec<Uncovered>,
}

/// Rows of one sample that the lab does not write, for one reason.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uncovered {
    /// The file.
    pub sample: String,
    /// The format, as the report names it.
    pub format: String,
    /// Places of the rows.
    pub rows: BTreeSet<String>,
    /// Why.
    pub reason: String,
}

impl Reasons {
    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// Why a row is not covered.
    pub fn reason(&self, sample: &str, format: &str, place: &str) -> Option<&str> {
        let fits =
            |it: &&Uncovered| it.sample == sample && it.format == format && it.rows.contains(place);
        self.uncovered.iter().find(fits).map(|it| it.reason.as_str())
    }

    /// The file.
    pub fn text(&self) -> String {
        let mut text = String::from(HEADER);
        for (format, grades) in &self.covered {
            let grades = grades.iter().map(|(grade, count)| format!("\"{grade}\" = {count}"));
            let grades = grades.collect::<Vec<_>>().join(", ");
            let _ = writeln!(text, "\"{format}\" = {{ {grades} }}");
        }
        for it in self.uncovered.iter().filter(|it| !it.rows.is_empty()) {
            let rows = it.rows.iter().map(|row| format!("{row:?}")).collect::<Vec<_>>();
            let _ = write!(
                text,
                "\n[[uncovered]]\nsample = {:?}\nformat = {:?}\nrows   = [{}]\nreason = {:?}\n",
                it.sample,
                it.format,
                rows.join(", "),
                it.reason
            );
        }
        text
    }
}

const HEADER: &str = "\
# Rows of real samples that no story of the lab writes, and why. Samples are named by file and place;
# their text is not part of the project. With HYBRIDLAB_FIDELITY=write the test writes the counts again
# and takes out reasons of rows that are covered now; new rows get the reason \"?\", with which it fails.

[covered]
";
