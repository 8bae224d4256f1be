//! Places in the evidence, and the lines that stand there: what a finding quotes.
//!
//! Facts keep only places. The lines are read again when a finding is written, so that what is quoted is
//! what the file holds, and memory does not grow with it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _};

use logs::text;

use super::{Evidence, FileId};

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The line, from 1.
    pub line: u64,
    /// A property of the exported object that begins on the line: its own lines are meant.
    pub property: Option<&'static str>,
}

/// A line of a file, as it stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Number, from 1.
    pub number: u64,
    /// Text without its end and without indentation.
    pub text: String,
}

/// More lines of a property than these are not quoted.
const PROPERTY_LINES: usize = 6;

impl Place {
    /// A line of a file.
    pub fn line(file: FileId, line: u64) -> Self {
        Self { file, line, property: None }
    }

    /// A property of the object that begins there.
    #[must_use]
    pub fn property(&self, name: &'static str) -> Self {
        Self { property: Some(name), ..self.clone() }
    }
}

impl Evidence {
    /// The lines at these places, each file read once; as far as it is needed when only lines are asked
    /// for, so that a large log costs no memory.
    pub fn lines(&self, places: &[Place]) -> Vec<Vec<Line>> {
        let mut texts: BTreeMap<FileId, Text> = BTreeMap::new();
        for place in places {
            texts.entry(place.file).or_insert_with(|| {
                let own = places.iter().filter(|other| other.file == place.file);
                if own.clone().any(|own| own.property.is_some()) {
                    Text::Whole(self.text(place.file))
                } else {
                    self.some_lines(place.file, &own.map(|own| own.line).collect())
                }
            });
        }
        let lines_of = |place: &Place| match (texts.get(&place.file), place.property) {
            (Some(Text::Whole(text)), Some(name)) => property_lines(text, place.line, name),
            (Some(Text::Whole(text)), None) => text_line(text, place.line).into_iter().collect(),
            (Some(Text::Lines(lines)), _) => {
                let line = lines.get(&place.line);
                line.map(|text| Line { number: place.line, text: text.clone() })
                    .into_iter()
                    .collect()
            }
            (None, _) => Vec::new(),
        };
        places.iter().map(lines_of).collect()
    }

    fn text(&self, file: FileId) -> String {
        let bytes = self.file(file).and_then(|file| file.bytes().ok()).unwrap_or_default();
        text::decode(&bytes).into_owned()
    }

    /// Lines of a file; all of its text when it is wide.
    fn some_lines(&self, file: FileId, wanted: &BTreeSet<u64>) -> Text {
        let mut lines = BTreeMap::new();
        let Some(source) = self.file(file).and_then(|file| file.open().ok()) else {
            return Text::Lines(lines);
        };
        let mut source = BufReader::with_capacity(256 * 1024, source);
        if source.fill_buf().is_ok_and(|head| head.iter().take(256).any(|byte| *byte == 0)) {
            return Text::Whole(self.text(file));
        }
        let last = wanted.last().copied().unwrap_or_default();
        for number in 1..=last {
            let is_wanted = wanted.contains(&number);
            let mut line = Vec::new();
            let read = if is_wanted {
                source.by_ref().take(QUOTED_BYTES_MAX).read_until(b'\n', &mut line).and_then(
                    |got| {
                        let is_all = got == 0 || line.ends_with(b"\n");
                        if is_all {
                            Ok(got)
                        } else {
                            source.skip_until(b'\n').map(|more| got + more)
                        }
                    },
                )
            } else {
                source.skip_until(b'\n')
            };
            if !read.is_ok_and(|got| got > 0) {
                break;
            }
            if is_wanted {
                lines.insert(number, text::decode(&line).trim().to_owned());
            }
        }
        Text::Lines(lines)
    }
}

/// What is read of a file to quote from it.
enum Text {
    Whole(String),
    Lines(BTreeMap<u64, String>),
}

/// No line that is quoted is longer.
const QUOTED_BYTES_MAX: u64 = 64 * 1024;

fn text_line(text: &str, number: u64) -> Option<Line> {
    let skipped = usize::try_from(number.checked_sub(1)?).ok()?;
    let line = text.lines().nth(skipped)?;
    Some(Line { number, text: line.trim().to_owned() })
}

/// The lines of a property: of CLIXML the element of that name with the values in it, of a list the
/// line `Name : value`.
fn property_lines(text: &str, from: u64, name: &str) -> Vec<Line> {
    let attribute = format!("N=\"{name}\"");
    let skipped = usize::try_from(from.saturating_sub(1)).unwrap_or(usize::MAX);
    let mut lines = text.lines().enumerate().skip(skipped);
    let is_listed = |line: &str| {
        line.split_once(':').is_some_and(|(own, _)| own.trim().eq_ignore_ascii_case(name))
    };
    let found = lines.find(|(_, line)| line.contains(&attribute) || is_listed(line));
    let Some((index, first)) = found else { return text_line(text, from).into_iter().collect() };
    let line =
        |index: usize, text: &str| Line { number: index as u64 + 1, text: text.trim().to_owned() };
    let mut quoted = vec![line(index, first)];
    if first.trim_start().starts_with("<Obj") && !first.contains("</Obj>") {
        let mut depth = 1;
        for (index, text) in lines {
            depth += text.matches("<Obj").count();
            depth -= text.matches("</Obj>").count().min(depth);
            let has_value = [">", "</"].iter().all(|mark| text.contains(mark))
                && text.contains("</")
                && text.trim_start().starts_with('<')
                && !text.trim_start().starts_with("</")
                // The number behind an enumeration's name tells nothing more.
                && !["<T>", "<I32>"].iter().any(|mark| text.contains(mark));
            if has_value && quoted.len() < PROPERTY_LINES {
                quoted.push(line(index, text));
            }
            if depth == 0 {
                break;
            }
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPORT: &str = "<Objs>\n  <Obj RefId=\"0\">\n    <Props>\n      <B N=\"RequireTLS\">true</B>\n      <Obj N=\"AddressSpaces\" RefId=\"1\">\n        <LST>\n          <S>SMTP:*;1</S>\n        </LST>\n      </Obj>\n      <S N=\"Name\">x</S>\n    </Props>\n  </Obj>\n</Objs>\n";

    fn quoted(line: u64, property: Option<&'static str>) -> Vec<(u64, String)> {
        let evidence = Evidence::from_memory([("x".to_owned(), EXPORT.as_bytes().to_vec())]);
        let place = Place { property, ..Place::line(FileId(0), line) };
        let mut lines = evidence.lines(&[place]);
        lines.remove(0).into_iter().map(|line| (line.number, line.text)).collect()
    }

    #[test]
    fn a_line_is_quoted_as_it_stands() {
        assert_eq!(quoted(4, None), [(4, "<B N=\"RequireTLS\">true</B>".to_owned())]);
        assert_eq!(quoted(99, None), []);
    }

    #[test]
    fn a_line_of_any_length_is_quoted_in_part() {
        let long = format!("{}\r\nshort\r\n", "x".repeat(200_000));
        let evidence = Evidence::from_memory([("x".to_owned(), long.into_bytes())]);
        let lines = evidence.lines(&[1, 2, 3].map(|line| Place::line(FileId(0), line)));
        let lengths: Vec<_> = lines.iter().map(|it| it.first().map(|it| it.text.len())).collect();
        assert_eq!(lengths, [Some(65_536), Some(5), None]);
    }

    #[test]
    fn a_property_is_quoted_with_its_values() {
        assert_eq!(quoted(2, Some("RequireTLS")), [(4, "<B N=\"RequireTLS\">true</B>".to_owned())]);
        let spaces = quoted(2, Some("AddressSpaces"));
        assert_eq!(spaces[0].0, 5);
        assert_eq!(spaces[1], (7, "<S>SMTP:*;1</S>".to_owned()));
        assert_eq!(spaces.len(), 2);
    }
}
