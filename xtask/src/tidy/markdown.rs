//! As much of Markdown as is needed to judge a document: headings, links, words in code, with their
//! lines.
//!
//! Not modelled: headings underlined with `=` or `-`, code by indentation, HTML, a link or code span
//! that runs over two lines.

use std::collections::BTreeMap;

/// What stands in a document, each with its line, counted from 1.
#[derive(Debug, Default)]
pub(crate) struct Markdown<'t> {
    /// What links to a heading as GitHub has it: `#the-way-of-the-data`.
    pub(crate) anchors: Vec<String>,
    /// Targets of links and pictures.
    pub(crate) links: Vec<(usize, &'t str)>,
    /// What stands between backticks in a line.
    pub(crate) code: Vec<(usize, &'t str)>,
    /// Lines that are nothing but a comment: what it says.
    pub(crate) comments: Vec<(usize, &'t str)>,
}

impl<'t> Markdown<'t> {
    /// Reads a document. What stands in fences is left out.
    pub(crate) fn read(text: &'t str) -> Self {
        let mut document = Self::default();
        let mut slugs = BTreeMap::new();
        let mut fence: Option<&str> = None;
        for (number, line) in (1..).zip(text.lines()) {
            let mark = fence_of(line.trim_start());
            match (fence, mark) {
                (Some(open), Some(mark)) if mark.starts_with(open) => fence = None,
                (Some(_), _) => {}
                (None, Some(mark)) => fence = Some(mark),
                (None, None) => document.read_line(number, line, &mut slugs),
            }
        }
        document
    }

    fn read_line(&mut self, number: usize, line: &'t str, slugs: &mut BTreeMap<String, usize>) {
        if let Some(title) = heading(line) {
            let slug = slug(title);
            let count = slugs.entry(slug.clone()).or_default();
            self.anchors.push(if *count == 0 { slug } else { format!("{slug}-{count}") });
            *count += 1;
        }
        let comment = line.trim().strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
        if let Some(comment) = comment {
            self.comments.push((number, comment.trim()));
        }
        for part in parts(line) {
            match part {
                Part::Code(code) => self.code.push((number, code)),
                Part::Text(text) => self.links.extend(links(text).map(|link| (number, link))),
            }
        }
    }
}

/// The backticks or tildes that open or close a block of code.
fn fence_of(line: &str) -> Option<&str> {
    let letter = line.chars().next().filter(|letter| matches!(letter, '`' | '~'))?;
    let length = line.len() - line.trim_start_matches(letter).len();
    // Three backticks in a line can also be a code span.
    let is_fence = length >= 3 && !(letter == '`' && line[length..].contains('`'));
    is_fence.then(|| &line[..length])
}

fn heading(line: &str) -> Option<&str> {
    let title = line.trim_start_matches('#');
    let depth = line.len() - title.len();
    ((1..=6).contains(&depth) && title.starts_with(' ')).then(|| title.trim())
}

/// GitHub's name for a heading: small letters, blanks as hyphens, no punctuation.
fn slug(title: &str) -> String {
    let kept = title.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect::<String>().to_lowercase()
}

/// A piece of a line.
enum Part<'t> {
    Text(&'t str),
    Code(&'t str),
}

/// Cuts a line at its backticks. As links can have code in their brackets, text begins again with
/// what follows the code.
fn parts(line: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        let (text, from) = rest.split_at(start);
        let length = from.len() - from.trim_start_matches('`').len();
        let (ticks, inner) = from.split_at(length);
        parts.push(Part::Text(text));
        rest = inner;
        if let Some(end) = inner.find(ticks) {
            parts.push(Part::Code(inner[..end].trim()));
            rest = &inner[end + length..];
        }
    }
    parts.push(Part::Text(rest));
    parts
}

/// The targets in `](target)`, `](target "title")`, `](<target>)` and `[name]: target`.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let inline = text.split("](").skip(1).filter_map(|rest| {
        let target = match rest.strip_prefix('<') {
            Some(rest) => rest.split('>').next(),
            None => rest.split([')', ' ']).next(),
        };
        target.filter(|target| !target.is_empty())
    });
    let defined = text.trim_start().strip_prefix('[').and_then(|rest| rest.split_once("]: "));
    inline.chain(defined.and_then(|(_, target)| target.split_whitespace().next()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_code_are_found_with_their_lines() {
        let text = "# A\nSee [`b`](b.md#c \"t\"), ![d](<e f.png>) and ``g`h``.\n[i]: ../j.md\n\
            ```text\n[k](l.md) `m`\n```\n`[n](o.md)`\n";
        let document = Markdown::read(text);
        assert_eq!(document.links, [(2, "b.md#c"), (2, "e f.png"), (3, "../j.md")]);
        assert_eq!(document.code, [(2, "b"), (2, "g`h"), (7, "[n](o.md)")]);
    }

    #[test]
    fn headings_have_githubs_anchors() {
        let text = "# The way: `data`, and so on\n## Laws\n~~~\n# none\n~~~\n## Laws\n#hash\n";
        assert_eq!(Markdown::read(text).anchors, ["the-way-data-and-so-on", "laws", "laws-1"]);
    }

    #[test]
    fn a_longer_fence_holds_a_shorter_one() {
        let text = "````text\n```\n<!-- a -->\n```\n````\n<!-- b: c -->\n";
        assert_eq!(Markdown::read(text).comments, [(6, "b: c")]);
    }
}
