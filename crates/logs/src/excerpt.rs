//! Undoing what forums, blogs and mail programs do to excerpts.
//!
//! The repaired text has as many lines as the original, so that line numbers stay true: a row put
//! together from several lines stands on the first, the others are empty. Every repair is noted.
//!
//! Undone: `> ` and list marks, blanks around the line, `\*` and `**` and backticks, `<br>` and `&lt;`,
//! typographic quotation marks, blanks put into addresses so that no link is made of them; in rows
//! also an eaten `*` event, an eaten `#`, quotation marks around the whole, and line breaks.
//!
//! Not undone: `_` taken for emphasis (names have it), columns that a web page cut off.
//!
//! Source: real excerpts (Microsoft Q&A, Microsoft support articles in Markdown, blogs, pastebin).

use std::borrow::Cow;

use crate::log_time::is_row_time;
use crate::row::{Cut, cut};
use crate::scan::is_bare_header;
use crate::text::lines;
use crate::unread::{Repair, Repaired};

/// A text that can be read, and what was done to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The text, line by line where it was.
    pub text: String,
    /// What was changed, in order of lines.
    pub repairs: Vec<Repair>,
    /// Lines that were added to the row above them, in order.
    pub joined: Vec<u64>,
}

/// What the rows of a log look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowShape {
    /// Number of columns.
    pub columns: usize,
    /// Which column holds an event that can be `*`, if one does.
    pub event: Option<usize>,
}

/// A row that was broken into more lines than this is given up.
const JOINED_MAX: usize = 6;

/// Undoes what can happen to any text.
pub fn undo(text: &str) -> Excerpt {
    let mut excerpt = Excerpt::default();
    for (number, line) in lines(text) {
        let cleaned = clean(line);
        excerpt.note(number, &cleaned.1);
        excerpt.push(&cleaned.0);
    }
    excerpt
}

/// Undoes what can happen to the rows of a log as well.
pub fn undo_rows(text: &str, shape: RowShape) -> Excerpt {
    let mut excerpt = Excerpt::default();
    let cleaned: Vec<Cleaned<'_>> = lines(text)
        .map(|(number, line)| {
            let (line, repaired) = clean(line);
            (number, line, repaired)
        })
        .collect();
    let mut at = 0;
    while let Some((number, line, repaired)) = cleaned.get(at) {
        at += 1;
        let mut row = line.to_string();
        let mut done = repaired.clone();
        if strip_outer_quotes(&mut row) {
            done.push(Repaired::OuterQuoteRemoved);
        }
        if is_bare_header(row.as_bytes()) {
            row.insert(0, '#');
            done.push(Repaired::HeaderMarkRestored);
        }
        let joined = join(&mut row, cleaned.get(at..).unwrap_or_default(), shape.columns);
        if joined > 0 {
            done.push(Repaired::LinesJoined);
        }
        if mend_addresses(&mut row) {
            done.push(Repaired::AddressMended);
        }
        if restore_event(&mut row, shape) {
            done.push(Repaired::EventRestored);
        }
        // Lines that are no rows are left as they are, for whoever quotes them.
        let is_row = count(&row) == shape.columns || row.starts_with('#');
        if is_row {
            excerpt.note(*number, &done);
            excerpt.push(&row);
            for (number, _, _) in cleaned.iter().skip(at).take(joined) {
                excerpt.joined.push(*number);
                excerpt.push("");
            }
            at += joined;
        } else {
            excerpt.push(line);
        }
    }
    excerpt
}

impl Excerpt {
    fn note(&mut self, line: u64, repaired: &[Repaired]) {
        self.repairs.extend(repaired.iter().map(|repaired| Repair { line, repaired: *repaired }));
    }

    fn push(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }
}

/// A line with its number and what was done to it.
type Cleaned<'t> = (u64, Cow<'t, str>, Vec<Repaired>);

/// One line without what a page put around it.
fn clean(line: &str) -> (Cow<'_, str>, Vec<Repaired>) {
    let mut repaired = Vec::new();
    let mut text = line.trim_end();
    if text.len() < line.len() {
        repaired.push(Repaired::TrailingBlanksRemoved);
    }
    let unindented = text.trim_start();
    if unindented.len() < text.len() {
        repaired.push(Repaired::IndentationRemoved);
        text = unindented;
    }
    let unquoted = without_marks(text);
    if unquoted.len() < text.len() {
        repaired.push(Repaired::QuoteMarkRemoved);
        text = unquoted;
    }
    if text.is_empty() {
        return (Cow::Borrowed(""), Vec::new());
    }
    let mut text = Cow::Borrowed(text);
    for (mend, kind) in [
        (without_html as fn(&str) -> Option<String>, Repaired::HtmlRemoved),
        (without_markdown, Repaired::MarkdownRemoved),
        (with_plain_quotes, Repaired::QuotesStraightened),
    ] {
        if let Some(mended) = mend(&text) {
            text = Cow::Owned(mended);
            repaired.push(kind);
        }
    }
    (text, repaired)
}

/// Without `> ` of a quotation; without a list mark when a row or a header follows it.
fn without_marks(text: &str) -> &str {
    let mut text = text;
    while let Some(rest) = text.strip_prefix('>') {
        let inner = rest.trim_start();
        if inner.len() == rest.len() && !rest.is_empty() {
            break;
        }
        text = inner;
    }
    let listed = text.strip_prefix("- ").or_else(|| text.strip_prefix("* ")).map(str::trim_start);
    listed.filter(|rest| is_row_time(rest.as_bytes()) || rest.starts_with('#')).unwrap_or(text)
}

fn without_html(text: &str) -> Option<String> {
    let mut out = text.to_owned();
    for tag in ["<br>", "<br/>", "<br />", "<BR>"] {
        out = out.replace(tag, "\u{0}");
    }
    if out.contains('\u{0}') {
        let parts: Vec<_> =
            out.split('\u{0}').map(str::trim).filter(|part| !part.is_empty()).collect();
        out = parts.join(" ");
    }
    // A text with a bare angle bracket is no HTML.
    if (out.contains("&lt;") || out.contains("&gt;")) && !out.contains(['<', '>']) {
        out = out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
        out = out.replace("&amp;", "&");
    }
    (out != text).then_some(out)
}

fn without_markdown(text: &str) -> Option<String> {
    let mut out = text.to_owned();
    for (escaped, bare) in [("\\*", "*"), ("\\<", "<"), ("\\>", ">"), ("\\#", "#")] {
        out = out.replace(escaped, bare);
    }
    // Only pairs of exactly two are emphasis; posters mask names with other numbers of asterisks.
    let places = runs_of_two(&out);
    if !places.is_empty() && places.len().is_multiple_of(2) {
        for at in places.into_iter().rev() {
            out.replace_range(at..at + 2, "");
        }
    }
    let ticks = out.matches('`').count();
    if ticks > 0 && ticks.is_multiple_of(2) && !out.starts_with("```") {
        out = out.replace('`', "");
    }
    (out != text).then_some(out)
}

/// Where exactly two asterisks stand together.
fn runs_of_two(text: &str) -> Vec<usize> {
    let mut places = Vec::new();
    let mut run = 0;
    for (at, byte) in text.bytes().chain([0]).enumerate() {
        if byte == b'*' {
            run += 1;
        } else {
            if run == 2 {
                places.push(at - 2);
            }
            run = 0;
        }
    }
    places
}

fn with_plain_quotes(text: &str) -> Option<String> {
    const MARKS: [char; 4] = ['“', '”', '„', '‟'];
    text.contains(MARKS).then(|| text.replace(MARKS, "\""))
}

/// Removes a quotation mark before a row that is not one of its cells', and one left over at its end.
fn strip_outer_quotes(row: &mut String) -> bool {
    let mut changed = false;
    if row.strip_prefix('"').is_some_and(|rest| is_row_time(rest.as_bytes())) {
        row.remove(0);
        changed = true;
    }
    let is_odd = row.matches('"').count() % 2 == 1;
    if is_odd && row.ends_with('"') && is_row_time(row.as_bytes()) {
        row.pop();
        changed = true;
    }
    changed
}

/// Adds the following lines to a row that has too few cells, and says how many.
fn join(row: &mut String, following: &[Cleaned<'_>], columns: usize) -> usize {
    let found = count(row);
    // Prose may hold a comma; a row has begun only when its time, or half of its cells, is there.
    if found >= columns
        || row.starts_with('#')
        || !(is_row_time(row.as_bytes()) || found * 2 > columns)
    {
        return 0;
    }
    let mut whole = row.clone();
    for (used, (_, line, _)) in (1..=JOINED_MAX).zip(following) {
        if is_row_time(line.as_bytes()) || line.starts_with('#') {
            return 0;
        }
        if line.is_empty() {
            continue;
        }
        whole.push(' ');
        whole.push_str(line);
        match count(&whole) {
            found if found == columns => {
                *row = whole;
                return used;
            }
            found if found > columns => return 0,
            _ => {}
        }
    }
    0
}

/// `bo@contoso  .com`, written so that no link is made of it.
fn mend_addresses(row: &mut String) -> bool {
    let Some(at) = row.find("  .") else { return false };
    let is_inside = row.get(..at).and_then(|before| before.rfind('<')).is_some_and(|open| {
        let before = row.get(open..at).unwrap_or_default();
        before.contains('@') && !before.contains('>')
    });
    if is_inside {
        row.replace_range(at..at + 2, "");
    }
    is_inside
}

/// Puts `*` back into an empty event cell.
fn restore_event(row: &mut String, shape: RowShape) -> bool {
    let Some(event) = shape.event else { return false };
    let mut spans = Vec::new();
    if cut(row.as_bytes(), &mut spans) == Cut::OpenQuote || spans.len() != shape.columns {
        return false;
    }
    let Some(span) = spans.get(event).filter(|span| span.is_empty()) else { return false };
    row.insert(span.start(), '*');
    true
}

/// Number of cells; 0 when a quotation mark is open.
fn count(row: &str) -> usize {
    let mut spans = Vec::new();
    match cut(row.as_bytes(), &mut spans) {
        Cut::Whole => spans.len(),
        Cut::OpenQuote => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SHAPE: RowShape = RowShape { columns: 9, event: Some(6) };
    const START: &str =
        "2026-05-01T06:06:57.291Z,Outbound,08D50D3D9730A8D2,16,10.0.0.7:16547,203.0.113.25:25,";

    fn rows(text: &str) -> (Vec<String>, Vec<(u64, Repaired)>) {
        let excerpt = undo_rows(text, SHAPE);
        let repairs = excerpt.repairs.iter().map(|repair| (repair.line, repair.repaired)).collect();
        (excerpt.text.lines().map(str::to_owned).collect(), repairs)
    }

    #[test]
    fn an_eaten_event_and_mark_are_restored() {
        let (lines, repairs) = rows(&format!(
            "Software: Microsoft Exchange Server\n\n{START},,attempting to connect  \n"
        ));
        assert_eq!(
            lines,
            [
                "#Software: Microsoft Exchange Server",
                "",
                &format!("{START}*,,attempting to connect")
            ]
        );
        assert_eq!(
            repairs,
            [
                (1, Repaired::HeaderMarkRestored),
                (3, Repaired::TrailingBlanksRemoved),
                (3, Repaired::EventRestored)
            ]
        );
    }

    #[test]
    fn markdown_and_quoting_are_removed() {
        let (lines, repairs) =
            rows(&format!("    > {START}\\*,CN=\\*.contoso.example,Certificate **subject**  \n"));
        assert_eq!(lines, [format!("{START}*,CN=*.contoso.example,Certificate subject")]);
        assert_eq!(
            repairs,
            [
                (1, Repaired::TrailingBlanksRemoved),
                (1, Repaired::IndentationRemoved),
                (1, Repaired::QuoteMarkRemoved),
                (1, Repaired::MarkdownRemoved)
            ]
        );
        let (lines, _) = rows(&format!("{START}>,RCPT TO:<****@contoso.example**>,"));
        assert_eq!(lines, [format!("{START}>,RCPT TO:<****@contoso.example**>,")]);
    }

    #[test]
    fn broken_rows_are_joined_on_their_first_line() {
        let (lines, repairs) = rows(
            "2026-05-01T06:06:57.291Z,MBX01\\Default Frontend<br>\nMBX01,08D50D3D9730A8D2,3,10.0.0.1:25,203.0.113.25:57811,>,250 x,\nprose, as it were\n",
        );
        assert_eq!(
            lines,
            [
                "2026-05-01T06:06:57.291Z,MBX01\\Default Frontend MBX01,08D50D3D9730A8D2,3,10.0.0.1:25,203.0.113.25:57811,>,250 x,",
                "",
                "prose, as it were"
            ]
        );
        assert_eq!(repairs, [(1, Repaired::HtmlRemoved), (1, Repaired::LinesJoined)]);
    }

    #[test]
    fn quotation_marks_around_the_whole_and_blanks_in_addresses_go() {
        let (lines, repairs) =
            rows(&format!("\"{START}<,RCPT TO:<bo@contoso  .example>,\n\n{START}-,,Local\"   "));
        assert_eq!(lines[0], format!("{START}<,RCPT TO:<bo@contoso.example>,"));
        assert_eq!(lines[2], format!("{START}-,,Local"));
        assert_eq!(
            repairs,
            [
                (1, Repaired::OuterQuoteRemoved),
                (1, Repaired::AddressMended),
                (3, Repaired::TrailingBlanksRemoved),
                (3, Repaired::OuterQuoteRemoved)
            ]
        );
    }

    proptest! {
        #[test]
        fn the_number_of_lines_stays(text in "(2026-05-01T06:06:57.291Z,|,|\"|> |\\*\\*|<br>|`|\n|  \\.|[ -~é“])*") {
            let before = text.lines().count();
            prop_assert_eq!(undo_rows(&text, SHAPE).text.lines().count(), before);
            prop_assert_eq!(undo(&text).text.lines().count(), before);
        }

        #[test]
        fn an_undamaged_row_is_left_alone(data in "[A-Za-z0-9 :@.]{0,30}[a-z]", context in "[A-Za-z ]{0,20}[a-z]") {
            prop_assume!(!data.contains("  ."));
            let row = format!("{START}*,{data},{context}");
            let excerpt = undo_rows(&row, SHAPE);
            prop_assert_eq!(excerpt.text.trim_end(), row);
            prop_assert!(excerpt.repairs.is_empty());
        }
    }
}
