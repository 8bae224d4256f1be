//! The text being run, and the way PowerShell points into it: `At line:1 char:5`, the line, the squiggles.
//!
//! Columns count characters; Windows PowerShell counts UTF-16 units, which differ outside the basic plane.
//!
//! Source: PowerShell's own `Position.cs` (MIT) for how a long line is cut around the fault.

/// A range of bytes in a source text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

impl Span {
    /// From the start of this span to the end of the other.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start, end: other.end }
    }
}

/// A text being run: what was typed, or the content of a script file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// Path of the script file; none for what is typed.
    pub name: Option<String>,
    /// The whole text.
    pub text: String,
}

/// PowerShell shows at most so many characters of the faulty line, so that it fits a narrow window.
const SHOWN_LINE: usize = 69;
/// Characters kept before and after a fault in a line that must be cut.
const BEFORE_FAULT: usize = 12;
const AFTER_FAULT: usize = 8;

impl Source {
    /// A text typed at the prompt.
    pub fn typed(text: impl Into<String>) -> Self {
        Self { name: None, text: text.into() }
    }

    /// The content of a script file.
    pub fn file(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: Some(name.into()), text: text.into() }
    }

    /// The text of a span; empty when the span is not of this source.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// `At line:1 char:5`, the line of the fault, and squiggles under it.
    pub fn position_message(&self, span: Span) -> String {
        let place = self.place(span);
        let name = self.name.as_deref().unwrap_or("line");
        let at = format!("At {name}:{} char:{}", place.line, place.column);
        let (shown, blanks, squiggles) = cut_around(&place);
        if shown.trim().is_empty() {
            return format!("{at}\n+ ");
        }
        format!("{at}\n+ {shown}\n+ {}{}", " ".repeat(blanks), "~".repeat(squiggles.max(1)))
    }

    fn place(&self, span: Span) -> Place {
        let start = span.start.min(self.text.len());
        let before = self.text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |index| index + 1);
        let rest = self.text.get(line_start..).unwrap_or_default();
        let whole_line = rest.split('\n').next().unwrap_or_default();
        let line = whole_line.trim_end();
        let head = self.text.get(line_start..start).unwrap_or_default();
        let fault = self.slice(span);
        let on_one_line = !fault.contains('\n');
        let column = head.chars().count();
        let length = if on_one_line {
            fault.chars().count()
        } else {
            line.chars().count().saturating_sub(column)
        };
        Place {
            line: before.matches('\n').count() + 1,
            column: column + 1,
            text: line.to_owned(),
            length,
        }
    }
}

/// Where a fault stands: one-based line and column, the line itself, characters under fault.
struct Place {
    line: usize,
    column: usize,
    text: String,
    length: usize,
}

/// The line as shown, the blanks before the squiggles, and their number.
fn cut_around(place: &Place) -> (String, usize, usize) {
    let characters: Vec<char> = place.text.chars().collect();
    let before = (place.column - 1).min(characters.len());
    let after = (before + place.length).min(characters.len());
    let expand = |part: &[char]| part.iter().collect::<String>().replace('\t', "    ");
    let (head, fault, tail) = (
        expand(&characters[..before]),
        expand(&characters[before..after]),
        expand(&characters[after..]),
    );
    let line: Vec<char> = head.chars().chain(fault.chars()).chain(tail.chars()).collect();
    let (blanks, mut squiggles) = (head.chars().count(), fault.chars().count());
    if line.len() <= SHOWN_LINE {
        return (line.into_iter().collect(), blanks, squiggles);
    }
    let mut prefix = blanks.min(BEFORE_FAULT);
    let suffix_wanted = line.len() - squiggles - blanks;
    let mut suffix = suffix_wanted.min(AFTER_FAULT);
    let mut candidate = prefix + squiggles + suffix;
    let suffix_dots = if candidate >= SHOWN_LINE {
        squiggles = squiggles.min(SHOWN_LINE - prefix);
        true
    } else {
        prefix += (blanks - prefix).min(SHOWN_LINE - candidate);
        candidate = prefix + squiggles + suffix;
        suffix += suffix_wanted.min(SHOWN_LINE.saturating_sub(candidate));
        suffix < suffix_wanted
    };
    let start = blanks - prefix;
    let shown: String = line.iter().skip(start).take(SHOWN_LINE).collect();
    let dots_before = if prefix < blanks { "... " } else { "" };
    let dots_after = if suffix_dots { " ..." } else { "" };
    (
        format!("{dots_before}{shown}{dots_after}"),
        prefix + dots_before.len(),
        squiggles.min(SHOWN_LINE - prefix),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn squiggles_stand_under_the_fault() {
        let source = Source::typed("Get-Date\nGet-Queue -Nam x");
        let message = source.position_message(Span { start: 19, end: 23 });
        assert_eq!(message, "At line:2 char:11\n+ Get-Queue -Nam x\n+           ~~~~");
    }

    #[test]
    fn a_script_file_is_named() {
        let source = Source::file(r"C:\Scripts\a.ps1", "x");
        assert_eq!(
            source.position_message(Span { start: 0, end: 1 }),
            "At C:\\Scripts\\a.ps1:1 char:1\n+ x\n+ ~"
        );
    }

    #[test]
    fn a_long_line_is_cut_around_the_fault() {
        let text = format!("{} -Wrong {}", "a".repeat(80), "b".repeat(80));
        let source = Source::typed(text);
        let message = source.position_message(Span { start: 81, end: 87 });
        let lines: Vec<_> = message.lines().collect();
        assert!(lines[1].starts_with("+ ... a") && lines[1].ends_with("b ..."), "{message}");
        let squiggle = lines[2].find('~').unwrap();
        assert_eq!(&lines[1][squiggle..squiggle + 6], "-Wrong");
        assert_eq!(lines[2].matches('~').count(), 6);
    }

    proptest! {
        #[test]
        fn any_span_of_any_text_has_a_message(text in "(?s).{0,200}", start in 0usize..220, length in 0usize..220) {
            let message = Source::typed(text).position_message(Span { start, end: start + length });
            prop_assert!(message.starts_with("At line:"));
        }
    }
}
