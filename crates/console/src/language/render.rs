//! Turns what a run said into the text that the console shows, in order.

use super::format_default::Style;
use super::streams::Event;
use super::wrap;

/// The text of a run.
pub(crate) fn rendered(events: &[Event], style: &Style<'_>) -> String {
    let mut text = String::new();
    let mut rest = events;
    while let Some(first) = rest.first() {
        let outputs: Vec<_> = rest
            .iter()
            .map_while(|event| match event {
                Event::Output(value) => Some(value.clone()),
                _ => None,
            })
            .collect();
        match first {
            Event::Output(_) => text.push_str(&wrap::with_line_ends(&style.lines(&outputs))),
            Event::Host(own) => text.push_str(own),
            Event::Warning(own) => text.push_str(&prefixed("WARNING: ", own, style)),
            Event::Verbose(own) => text.push_str(&prefixed("VERBOSE: ", own, style)),
            Event::Error(error) => text.push_str(&error.rendered(style.width)),
        }
        rest = rest.get(outputs.len().max(1)..).unwrap_or_default();
    }
    text
}

fn prefixed(prefix: &str, text: &str, style: &Style<'_>) -> String {
    wrap::with_line_ends(&wrap::word_wrap(&format!("{prefix}{text}"), style.width))
}
