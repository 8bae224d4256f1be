//! What a run says, in order: output, text for the screen, warnings, errors.

use exchange::value::Value;

use super::errors::ErrorRecord;

/// Something said.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// A value that reached the end of its pipeline.
    Output(Value),
    /// Text written past the pipeline (`Write-Host`), with its line end.
    Host(String),
    /// A warning.
    Warning(String),
    /// A message for those who asked with `-Verbose`.
    Verbose(String),
    /// An error that was not silenced.
    Error(Box<ErrorRecord>),
}

/// The streams of a run. Output can be captured: by an assignment, by the next stage of a pipeline.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    events: Vec<Event>,
    captures: Vec<Vec<Value>>,
}

impl Streams {
    /// Says something; output goes to the innermost capture.
    pub(crate) fn say(&mut self, event: Event) {
        match (event, self.captures.last_mut()) {
            (Event::Output(value), Some(capture)) => capture.push(value),
            (event, _) => self.events.push(event),
        }
    }

    /// Starts to capture output.
    pub(crate) fn open(&mut self) {
        self.captures.push(Vec::new());
    }

    /// Ends the innermost capture.
    pub(crate) fn close(&mut self) -> Vec<Value> {
        self.captures.pop().unwrap_or_default()
    }

    /// How far the streams have come, for [`Streams::output_since`] and [`Streams::forget_since`].
    pub(crate) fn mark(&self) -> usize {
        self.events.len()
    }

    /// The values put out since a mark.
    pub(crate) fn output_since(&self, mark: usize) -> Vec<Value> {
        let outputs = self.events.iter().skip(mark).filter_map(|event| match event {
            Event::Output(value) => Some(value.clone()),
            _ => None,
        });
        outputs.collect()
    }

    /// Takes back what was said since a mark, if it is of a kind.
    pub(crate) fn forget_since(&mut self, mark: usize, of_kind: impl Fn(&Event) -> bool) {
        let mut index = 0;
        self.events.retain(|event| {
            index += 1;
            index <= mark || !of_kind(event)
        });
    }

    /// Everything said, which empties the streams.
    pub(crate) fn take(&mut self) -> Vec<Event> {
        self.captures.clear();
        std::mem::take(&mut self.events)
    }
}
