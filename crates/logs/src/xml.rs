//! A small tree of XML elements for the formats that are XML: CLIXML, Windows events, trace data.
//!
//! Several roots are read, as `wevtutil` writes them; a file that breaks off gives the elements up to
//! there.
//!
//! Not modelled: namespaces (local names are kept), entities of a DTD, comments.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::text::{LineCount, line_of};
use crate::unread::{Reason, Unread};

/// Deeper elements are dropped, so that no file can exhaust the stack.
const DEPTH_MAX: usize = 100;

/// An element with what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Element>,
    /// All text directly inside.
    pub(crate) text: String,
    /// Line on which it begins.
    pub(crate) line: u64,
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of a child; empty when there is none.
    pub(crate) fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.as_str())
    }
}

/// Elements of a file, and where it stopped being XML.
pub(crate) struct Parsed {
    pub(crate) roots: Vec<Element>,
    pub(crate) unread: Option<Unread>,
}

/// Reads a text.
pub(crate) fn parse(text: &str) -> Parsed {
    let mut reader = Reader::from_str(text);
    let mut tree = Tree::default();
    let mut lines = LineCount::new(text);
    let unread = loop {
        let line = lines.at(usize::try_from(reader.buffer_position()).unwrap_or_default());
        match reader.read_event() {
            Ok(Event::Start(start)) => tree.open(element(&start, line)),
            Ok(Event::Empty(start)) => {
                tree.open(element(&start, line));
                tree.close();
            }
            Ok(Event::End(_)) => tree.close(),
            Ok(Event::Text(part)) => tree.add(&part.xml10_content()),
            Ok(Event::CData(part)) => tree.add(&part.xml10_content()),
            Ok(Event::GeneralRef(reference)) => tree.add(&referenced(&reference)),
            Ok(Event::Eof) if tree.open.is_empty() => break None,
            Ok(Event::Eof) => break Some(broken(text, text.len(), "the file ends too early")),
            Ok(_) => {}
            Err(error) => {
                let at = usize::try_from(reader.error_position()).unwrap_or(text.len());
                break Some(broken(text, at, &error.to_string()));
            }
        }
    };
    while !tree.open.is_empty() {
        tree.close();
    }
    Parsed { roots: tree.roots, unread }
}

fn broken(text: &str, at: usize, error: &str) -> Unread {
    let line = line_of(text, at);
    let number = usize::try_from(line - 1).unwrap_or_default();
    let shown = text.lines().nth(number).unwrap_or_default();
    Unread::new(line, shown, Reason::Xml(error.to_owned()))
}

#[derive(Default)]
struct Tree {
    roots: Vec<Element>,
    open: Vec<Element>,
    /// Open elements below the deepest level kept.
    dropped: usize,
}

impl Tree {
    fn open(&mut self, element: Element) {
        if self.open.len() < DEPTH_MAX {
            self.open.push(element);
        } else {
            self.dropped += 1;
        }
    }

    fn close(&mut self) {
        if self.dropped > 0 {
            self.dropped -= 1;
        } else if let Some(element) = self.open.pop() {
            match self.open.last_mut() {
                Some(parent) => parent.children.push(element),
                None => self.roots.push(element),
            }
        }
    }

    fn add(&mut self, text: &str) {
        if self.dropped == 0
            && let Some(element) = self.open.last_mut()
        {
            element.text.push_str(text);
        }
    }
}

fn element(start: &BytesStart<'_>, line: u64) -> Element {
    let attributes = start
        .attributes()
        .with_checks(false)
        .flatten()
        .map(|attribute| {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            let value = value.map_or_else(|_| attribute.value.to_string(), Into::into);
            (attribute.key.local_name().into_inner().to_owned(), value)
        })
        .collect();
    let name = start.local_name().into_inner().to_owned();
    Element { name, attributes, line, ..Element::default() }
}

fn referenced(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(letter)) = reference.resolve_char_ref() {
        return letter.to_string();
    }
    let name = reference.xml10_content();
    resolve_predefined_entity(&name).map_or_else(|| format!("&{name};"), str::to_owned)
}

/// Text between tags, as .NET escapes it.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#xD;"),
            other => out.push(other),
        }
    }
    out
}

/// Text between double quotation marks, as .NET escapes it.
pub(crate) fn escape_attribute(text: &str) -> String {
    escape(text).replace('"', "&quot;").replace('\n', "&#xA;").replace('\t', "&#x9;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn several_roots_attributes_and_entities_are_read() {
        let parsed = parse("<a N=\"x &amp; y\">1 &lt; 2<b/></a>\n<c>&#65;<![CDATA[<&>]]></c>");
        assert_eq!(parsed.unread, None);
        assert_eq!(parsed.roots[0].attribute("N"), Some("x & y"));
        assert_eq!(parsed.roots[0].text, "1 < 2");
        assert_eq!(parsed.roots[0].children[0].name, "b");
        assert_eq!((parsed.roots[1].text.as_str(), parsed.roots[1].line), ("A<&>", 2));
    }

    #[test]
    fn a_file_that_breaks_off_gives_what_was_there() {
        let parsed = parse("<a>\n<b>1</b>\n<c>2");
        assert_eq!(parsed.roots[0].text_of("b"), "1");
        assert_eq!(parsed.unread.map(|unread| unread.line), Some(3));
        let parsed = parse("<a>\n<b>1</b>\n</c>\n");
        assert_eq!(parsed.roots[0].text_of("b"), "1");
        assert_eq!(parsed.unread.map(|unread| unread.line), Some(3));
    }

    #[test]
    fn a_very_deep_file_is_cut_off() {
        let parsed = parse(&"<a>".repeat(100_000));
        assert_eq!(parsed.roots.len(), 1);
    }

    proptest! {
        #[test]
        fn escaped_text_is_read_back(text in "[ -~\r\n\té漢]{0,40}") {
            let file = format!("<a N=\"{}\">{}</a>", escape_attribute(&text), escape(&text));
            let parsed = parse(&file);
            prop_assert_eq!(&parsed.roots[0].text, &text);
            prop_assert_eq!(parsed.roots[0].attribute("N"), Some(text.as_str()));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "(<[a-c/!?\\[]{0,3}|>|&|;|[ -~é])*") {
            let _parsed = parse(&text);
        }
    }
}
