//! A story: a scenario together with the baseline it extends.

use std::fs;
use std::ops::Range;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use crate::baseline::Baseline;
use crate::library;
use crate::offset::Offset;
use crate::scenario::Scenario;
use crate::source::{Source, SourceError};

/// Time before the first event of a story in which everything settles.
const LEAD: SignedDuration = SignedDuration::from_hours(1);

/// A scenario and the baseline it extends, read and checked.
#[derive(Clone, Debug)]
pub struct Story {
    /// The scenario's name: that of its file, without folder and ending.
    pub name: String,
    /// What happens.
    pub scenario: Scenario,
    /// Where it happens.
    pub baseline: Baseline,
    pub(crate) scenario_source: Source,
    pub(crate) baseline_source: Source,
}

/// A story that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum StoryError {
    /// Neither the library nor the disk has it.
    #[error("there is no scenario '{name}': neither a file of that path nor one of these: {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// The library's scenarios.
        known: String,
    },
    /// A file that cannot be opened, or is no text.
    #[error("{path}: {error}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        error: std::io::Error,
    },
    /// Something is wrong with the text of a file.
    #[error(transparent)]
    Source(#[from] SourceError),
}

impl Story {
    /// The story of that name in the library, or in the file of that path.
    ///
    /// # Errors
    /// When there is none, or something is wrong with its files.
    pub fn load(name: &str) -> Result<Self, StoryError> {
        let path = Path::new(name);
        if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"))
            || path.is_file()
        {
            return Self::from_file(path);
        }
        match library::scenario(name) {
            Some(source) => Self::from_source(name, source, None),
            None => Err(StoryError::Unknown {
                name: name.to_owned(),
                known: library::scenario_names().collect::<Vec<_>>().join(", "),
            }),
        }
    }

    /// The story in a file. Its baseline is looked for beside it, in a folder `baselines` beside it,
    /// and in the library.
    ///
    /// # Errors
    /// When a file cannot be opened, or something is wrong with it.
    pub fn from_file(path: &Path) -> Result<Self, StoryError> {
        let name = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into());
        let source = read(path)?;
        Self::from_source(&name, source, path.parent())
    }

    fn from_source(name: &str, source: Source, folder: Option<&Path>) -> Result<Self, StoryError> {
        let scenario = Scenario::parse(&source)?;
        let baseline = scenario.extends.get_ref();
        let file = format!("{baseline}.toml");
        let beside = folder
            .into_iter()
            .flat_map(|folder| [folder.join(&file), folder.join("baselines").join(&file)]);
        let found = beside.into_iter().find(|path| path.is_file());
        let baseline_source = match found {
            Some(path) => read(&path)?,
            None => library::baseline(baseline).ok_or_else(|| {
                let known = library::baseline_names().collect::<Vec<_>>().join(", ");
                let why = format!("there is no baseline '{baseline}'; there are: {known}");
                source.error(scenario.extends.span(), why)
            })?,
        };
        Self::new(name, source, baseline_source)
    }

    /// The story of these two texts.
    ///
    /// # Errors
    /// When something is wrong with one of them.
    pub fn new(name: &str, scenario: Source, baseline: Source) -> Result<Self, StoryError> {
        Ok(Self {
            name: name.to_owned(),
            scenario: Scenario::parse(&scenario)?,
            baseline: Baseline::parse(&baseline)?,
            scenario_source: scenario,
            baseline_source: baseline,
        })
    }

    /// The same story with other words: each pair is a text and what stands in its place, in both
    /// files. It tells whether something hangs on a name.
    ///
    /// # Errors
    /// When the story no longer makes sense.
    pub fn retold(&self, words: &[(&str, &str)]) -> Result<Self, StoryError> {
        let retell = |source: &Source| {
            let text = words
                .iter()
                .fold(source.text().to_owned(), |text, (from, to)| text.replace(from, to));
            Source::new(source.name(), text)
        };
        Self::new(&self.name, retell(&self.scenario_source), retell(&self.baseline_source))
    }

    /// The moment of the first mail, from which offsets count.
    pub fn zero(&self) -> Timestamp {
        self.scenario.clock.unwrap_or(self.baseline.clock)
    }

    /// The moment at which the lab begins: before anything happens, with time for all to settle.
    pub fn start(&self) -> Timestamp {
        let before = self.earliest().0.min(SignedDuration::ZERO) - LEAD;
        self.zero().checked_add(before).unwrap_or_else(|_| self.zero())
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.scenario.seed.unwrap_or(self.baseline.seed)
    }

    /// An error that points at a part of the scenario's file, such as a rule that nobody knows.
    pub fn error(&self, span: Range<usize>, message: impl Into<String>) -> SourceError {
        self.scenario_source.error(span, message)
    }

    /// The earliest offset anything happens at.
    fn earliest(&self) -> Offset {
        let changes = self.scenario.changes.iter().map(|change| change.at);
        let mails = self.scenario.mails.iter().map(|mail| mail.at);
        changes.chain(mails).min().unwrap_or_default()
    }
}

fn read(path: &Path) -> Result<Source, StoryError> {
    let name = path.display().to_string();
    match fs::read_to_string(path) {
        Ok(text) => Ok(Source::new(name, text)),
        Err(error) => Err(StoryError::File { path: name, error }),
    }
}
