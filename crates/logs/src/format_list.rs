//! What `| Format-List` prints: one property a line, wrapped values indented, objects parted by empty
//! lines.
//!
//! Values are text: the shell has formatted them in the server's culture. A knowledge base article
//! may print `Key: "value` with the value running on to its closing mark; that is read as well.
//!
//! Not modelled: nested `Format-List -Depth`, custom widths that cut values.
//!
//! Source: real output of `Get-MessageTrackingLog`, `Get-Queue` and `Get-Message`, PowerShell documentation.

use std::borrow::Cow;

use exchange::value::{Object, Value};

use crate::text::lines;
use crate::unread::{Reason, Unread};

/// An object with the lines it stands on.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedObject {
    /// First line, from 1.
    pub line: u64,
    /// Last line.
    pub last_line: u64,
    /// Its properties, all text; `$null` and empty text look the same.
    pub object: Object,
}

/// Reads a text. Lines that belong to no object are reported.
pub fn read(text: &str) -> (Vec<ListedObject>, Vec<Unread>) {
    let mut list = List::default();
    for (number, line) in lines(text) {
        list.line(number, line);
    }
    list.close();
    (list.objects, list.unread)
}

/// Writes objects as `Format-List` does, without wrapping: names padded to the longest.
pub fn write(objects: &[Object], show: impl Fn(&Value) -> String) -> String {
    let mut text = String::from("\r\n");
    for object in objects {
        text.push_str("\r\n");
        let names = object.properties.iter().map(|(name, _)| name.chars().count());
        let width = names.max().unwrap_or_default();
        for (name, value) in &object.properties {
            let line = format!("{name:width$} : {}", show(value));
            text.push_str(&line);
            text.push_str("\r\n");
        }
    }
    text.push_str("\r\n\r\n");
    text
}

#[derive(Default)]
struct List {
    objects: Vec<ListedObject>,
    unread: Vec<Unread>,
    open: Vec<Property>,
    /// Column of the colon in the object being read.
    column: usize,
}

struct Property {
    line: u64,
    last_line: u64,
    name: String,
    value: String,
    /// The value opened with a quotation mark that is still to close.
    is_open: bool,
}

impl List {
    fn line(&mut self, number: u64, line: &str) {
        if let Some(last) = self.open.last_mut().filter(|last| last.is_open) {
            last.value.push('\n');
            last.value.push_str(line.trim_end());
            last.last_line = number;
            last.is_open = !line.trim_end().ends_with('"');
            return;
        }
        if line.trim().is_empty() {
            return self.close();
        }
        let column = self.column;
        let is_wrapped = self.open.last().is_some()
            && line.len() - line.trim_start().len() > column
            && column > 0;
        if let Some(last) = self.open.last_mut().filter(|_| is_wrapped) {
            // The shell breaks between words, or inside a long one; which cannot be told apart.
            if !last.value.is_empty() {
                last.value.push(' ');
            }
            last.value.push_str(line.trim());
            last.last_line = number;
            return;
        }
        let Some((name, value, at)) = property(line) else {
            self.close();
            return self.unread.push(Unread::new(number, line, Reason::Prose));
        };
        if self.open.is_empty() {
            self.column = at;
        }
        let is_quoted = value.starts_with('"');
        let is_open = is_quoted && (value.len() == 1 || !value.ends_with('"'));
        let (name, value) = (name.to_owned(), value.to_owned());
        self.open.push(Property { line: number, last_line: number, name, value, is_open });
    }

    fn close(&mut self) {
        let open = std::mem::take(&mut self.open);
        let (Some(first), Some(last)) = (open.first(), open.last()) else { return };
        // One line with a colon is more likely a sentence than an object, unless it is aligned.
        if open.len() == 1 && !first.name.ends_with(' ') && first.last_line == first.line {
            let shown = format!("{}: {}", first.name.trim_end(), first.value);
            self.unread.push(Unread::new(first.line, &shown, Reason::Prose));
            return;
        }
        let (line, last_line) = (first.line, last.last_line);
        let properties = open
            .into_iter()
            .map(|property| {
                let quoted = property.value.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
                let value = quoted.unwrap_or(&property.value).to_owned();
                (Cow::Owned(property.name.trim_end().to_owned()), Value::String(value))
            })
            .collect();
        let object = Object { properties, ..Object::default() };
        self.objects.push(ListedObject { line, last_line, object });
    }
}

/// Name (with its padding), value and column of the colon.
fn property(line: &str) -> Option<(&str, &str, usize)> {
    let at = line.find(':')?;
    let (name, value) = line.split_at(at);
    let value = value.strip_prefix(':')?;
    if !(value.is_empty() || value.starts_with(' ')) {
        return None;
    }
    let bare = name.trim_end();
    let is_name = bare.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && bare.split(' ').count() <= 3
        && bare.chars().all(|letter| letter.is_ascii_alphanumeric() || " _-.()@#".contains(letter));
    is_name.then(|| (name, value.trim(), at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wrapped_values_and_several_objects_are_read() {
        let text = "\n\nIdentity  : MBX01\\6\nLastError : [{LED=451 4.4.0 DNS\n            query failed};{MSG=}]\nStatus    :\n\nIdentity  : MBX01\\7\nLastError :\nStatus    : Ready\n\n";
        let (objects, unread) = read(text);
        assert!(unread.is_empty());
        assert_eq!(objects.len(), 2);
        assert_eq!(
            objects[0].object.text_of("LastError"),
            "[{LED=451 4.4.0 DNS query failed};{MSG=}]"
        );
        assert_eq!((objects[0].line, objects[0].last_line), (3, 6));
        assert_eq!(objects[1].object.text_of("status"), "Ready");
    }

    #[test]
    fn quoted_values_run_on_to_their_closing_mark() {
        let (objects, unread) = read(
            "EventId: \"SUBMITDEFER\"\nEventData: \"{[a, b],\nc: d.]}\"\n\nDirection: \">\"\nmore: x\n",
        );
        assert!(unread.is_empty());
        assert_eq!(objects[0].object.text_of("EventData"), "{[a, b],\nc: d.]}");
        assert_eq!(objects[1].object.text_of("Direction"), ">");
    }

    #[test]
    fn a_sentence_with_a_colon_is_prose() {
        let (objects, unread) = read("See this: it failed.\n\nhttp://contoso.example\n");
        assert!(objects.is_empty());
        assert_eq!(unread.len(), 2);
    }

    proptest! {
        #[test]
        fn objects_are_read_as_written(
            objects in proptest::collection::vec(
                proptest::collection::btree_map("[A-Z][A-Za-z]{1,12}", "([!-~]([ -~]{0,20}[!-~])?)?", 2..5),
                0..4,
            )
        ) {
            let objects: Vec<Object> = objects
                .into_iter()
                .map(|properties| Object {
                    properties: properties.into_iter().map(|(n, v)| (Cow::Owned(n), Value::String(v))).collect(),
                    ..Object::default()
                })
                .collect();
            // Marks around a whole value are taken for those of an article.
            let is_marked = |object: &Object| object.properties.iter().any(|(_, v)| v.to_string().starts_with('"'));
            prop_assume!(!objects.iter().any(is_marked));
            let (read, unread) = read(&write(&objects, Value::to_string));
            prop_assert!(unread.is_empty());
            prop_assert_eq!(read.into_iter().map(|listed| listed.object).collect::<Vec<_>>(), objects);
        }

        #[test]
        fn any_text_is_read(text in "([A-Z][a-z]{0,3} {0,3}: ?|\"|\n| {4}|[ -~é])*") {
            let (objects, unread) = read(&text);
            for listed in &objects {
                prop_assert!(listed.line <= listed.last_line);
            }
            let _lines: Vec<_> = unread.iter().map(|unread| unread.line).collect();
        }
    }
}
