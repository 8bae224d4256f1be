//! Which time each log covers: absence proves something only where a log would have told.

use jiff::Timestamp;
use logs::recognise::Kind;

use crate::evidence::FileId;

/// A span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first moment.
    pub from: Timestamp,
    /// The last moment.
    pub to: Timestamp,
}

/// The time that each log file covers: from its first row to its last.
#[derive(Clone, Debug, Default)]
pub struct Coverage(Vec<(FileId, Kind, Span)>);

impl Span {
    /// Whether the moment lies in it.
    pub fn contains(&self, time: Timestamp) -> bool {
        self.from <= time && time <= self.to
    }

    /// From the earlier beginning to the later end.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        Self { from: self.from.min(other.from), to: self.to.max(other.to) }
    }
}

impl Coverage {
    /// A row of that time was read.
    pub fn row(&mut self, file: FileId, kind: Kind, time: Timestamp) {
        let span = Span { from: time, to: time };
        match self.0.last_mut() {
            Some((own, _, known)) if *own == file => *known = known.joined(span),
            _ => self.0.push((file, kind, span)),
        }
    }

    /// The time from the first row to the last of all files of that kind that are from one of the
    /// chosen files; none without a file.
    pub fn of(&self, kind: Kind, chosen: impl Fn(FileId) -> bool) -> Option<Span> {
        let spans = self.0.iter().filter(|(file, own, _)| *own == kind && chosen(*file));
        spans.map(|(_, _, span)| *span).reduce(Span::joined)
    }

    /// The last moment of any log.
    pub fn end(&self) -> Option<Timestamp> {
        self.0.iter().map(|(_, _, span)| span.to).max()
    }

    /// The first moment of any log.
    pub fn begin(&self) -> Option<Timestamp> {
        self.0.iter().map(|(_, _, span)| span.from).min()
    }
}
