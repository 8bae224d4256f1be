//! Standard output and standard error.

use std::io::{self, ErrorKind, Write};

use serde_json::Value;

use crate::error::CommandError;

/// Writes a text to standard output. A reader that went away, such as `head`, is no error.
pub(crate) fn show(text: &str) -> Result<(), CommandError> {
    written(&mut io::stdout().lock(), text)
}

/// Writes an object to standard output.
pub(crate) fn show_json(value: &Value) -> Result<(), CommandError> {
    show(&format!("{value:#}\n"))
}

/// Tells something to whoever watches; a standard error that cannot be written is nobody's.
pub(crate) fn tell(text: &str) {
    let _unwritable = writeln!(io::stderr().lock(), "{text}");
}

fn written(output: &mut dyn Write, text: &str) -> Result<(), CommandError> {
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(CommandError::Output(error)),
        _ => Ok(()),
    }
}

/// A heading of a report that has parts.
pub(crate) fn heading(text: &mut String, title: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(title);
    text.push('\n');
    text.extend(title.chars().map(|_| '='));
    text.push('\n');
}

/// A text, every line of it indented by two more.
pub(crate) fn indented(text: &str) -> String {
    let line = |line: &str| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") };
    text.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Closed(ErrorKind);

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn only_a_reader_that_went_away_is_forgiven() {
        assert!(written(&mut Closed(ErrorKind::BrokenPipe), "text").is_ok());
        assert!(written(&mut Closed(ErrorKind::StorageFull), "text").is_err());
    }

    #[test]
    fn parts_have_headings_and_stand_apart() {
        let mut text = String::new();
        heading(&mut text, "Ticket");
        text.push_str(&indented("one\n\ntwo\n"));
        heading(&mut text, "End");
        assert_eq!(text, "Ticket\n======\n  one\n\n  two\n\nEnd\n===\n");
    }
}
