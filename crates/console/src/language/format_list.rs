//! `Format-List`: one property a line, values aligned behind ` : `, long ones wrapped.
//!
//! Source: PowerShell's `ListWriter` (MIT) in its state of version 5.1.

use super::wrap;

/// A list ready to be written at any width.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct List {
    /// The objects, in groups.
    pub(crate) groups: Vec<EntryGroup>,
}

/// Objects under one heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct EntryGroup {
    /// The lines above the objects.
    pub(crate) heading: Option<String>,
    /// The objects: names with their values.
    pub(crate) entries: Vec<Vec<(String, String)>>,
}

const SEPARATOR: &str = " : ";

impl List {
    /// The lines of the list, with the empty ones around and between objects.
    pub(crate) fn lines(&self, width: usize) -> Vec<String> {
        let mut lines = vec![String::new()];
        for group in &self.groups {
            if let Some(heading) = &group.heading {
                lines.push(String::new());
                lines.extend(wrap::word_wrap(heading, width));
                lines.push(String::new());
            }
            lines.push(String::new());
            for entry in &group.entries {
                push_entry(entry, width, &mut lines);
                lines.push(String::new());
            }
            lines.push(String::new());
        }
        lines.push(String::new());
        lines
    }
}

fn push_entry(entry: &[(String, String)], width: usize, lines: &mut Vec<String>) {
    // One character for the name and one for the value is the least that says anything.
    let Some(room) = width.checked_sub(SEPARATOR.len() + 1).filter(|room| *room > 0) else {
        return;
    };
    let longest = entry.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let names = longest.min(room);
    let values = width - names - SEPARATOR.len();
    for (name, value) in entry {
        let name = wrap::head(name, names);
        let mut first = format!("{name:<names$}{SEPARATOR}");
        for line in wrap::word_wrap(value, values) {
            let whole = format!("{first}{line}");
            lines.push(whole.trim_end().to_owned());
            first = " ".repeat(names + SEPARATOR.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn list(entries: &[&[(&str, &str)]]) -> List {
        let entries = entries.iter().map(|entry| {
            entry.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        });
        List { groups: vec![EntryGroup { heading: None, entries: entries.collect() }] }
    }

    #[test]
    fn values_are_aligned_and_wrapped() {
        let list = list(&[
            &[
                ("Identity", "mbx01\\3"),
                ("LastError", "451 4.4.0 DNS query failed. The error was: DNS query failed"),
            ],
            &[("Identity", "mbx01\\4"), ("LastError", "")],
        ]);
        let shown = format!("|{}", list.lines(40).join("\n|"));
        insta::assert_snapshot!(shown, @r"
        |
        |
        |Identity  : mbx01\3
        |LastError : 451 4.4.0 DNS query failed.
        |            The error was: DNS query
        |            failed
        |
        |Identity  : mbx01\4
        |LastError :
        |
        |
        |
        ");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_screen(
            entries in proptest::collection::vec(proptest::collection::vec((".{0,20}", "(?s).{0,60}"), 0..4), 0..4),
            heading in proptest::option::of(".{0,40}"),
            width in 1usize..60,
        ) {
            let list = List { groups: vec![EntryGroup { heading, entries }] };
            for line in list.lines(width) {
                prop_assert!(line.chars().count() <= width, "{line:?}");
            }
        }
    }
}
