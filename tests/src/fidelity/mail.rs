//! What a server writes into a mail: `Received:` headers, and reports from their headers to the
//! diagnostic lines.
//!
//! Not taken: headers that other systems put above a report, bodies, and the HTML part of a report.

use std::fmt::Write;

use logs::mail::Headers;

use super::rows::Rows;
use super::template::template;

const RECEIVED: &str = "Received header";
const REPORT: &str = "Report";

/// Headers that the server which writes a report gives it. Where `MIME-Version` stands is not
/// compared: systems on the way move it.
const OWN: [&str; 13] = [
    "From",
    "To",
    "Date",
    "Content-Type",
    "X-MS-Exchange-Message-Is-Ndr",
    "Content-Language",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Thread-Topic",
    "Thread-Index",
    "Subject",
    "Auto-Submitted",
];

/// Adds the rows of a mail.
pub(super) fn rows(rows: &mut Rows, text: &str) {
    let text = text.replace("\r\n", "\n");
    received(rows, &text);
    let plain = unquoted(&text);
    let Some(at) = plain.find("\nGenerating server: ") else { return };
    let headers = Headers::read(&text).0;
    let names: Vec<&str> = headers.0.iter().map(|header| header.name.as_str()).collect();
    let own: Vec<&str> = names.iter().copied().filter(|name| OWN.contains(name)).collect();
    rows.push(REPORT, "headers".to_owned(), own.join(" "));
    for name in names.iter().filter(|name| is_stamped(name)) {
        rows.push("Header of Exchange", (*name).to_owned(), (*name).to_owned());
    }
    rows.push(REPORT, "parts".to_owned(), parts(&text));
    let said = plain.get(at..).unwrap_or_default();
    let end = said.find("\nOriginal message headers:").unwrap_or(said.len());
    for (number, line) in (1..).zip(said.get(..end).unwrap_or_default().lines()) {
        // HTML parts repeat it with tags, and without a text part they are all there is.
        if line.trim().is_empty() || line.contains("<br") {
            continue;
        }
        rows.push(REPORT, format!("diagnostic line {number}"), template(line));
    }
    for (number, line) in status_lines(&text) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = template(value);
        let is_address = value.contains("ADDRESS");
        let value = if name == "X-Display-Name" && !is_address { "NAME".to_owned() } else { value };
        rows.line(REPORT, number, format!("{name}: {value}"));
    }
}

/// Whether Exchange stamps a header on the way.
fn is_stamped(name: &str) -> bool {
    let is_own = ["X-MS-", "X-Forefront", "X-OriginatorOrg", "X-EOP"];
    !OWN.contains(&name) && is_own.iter().any(|start| name.starts_with(start))
}

/// Hops that Exchange wrote, in the mail and in what is attached to it.
fn received(rows: &mut Rows, text: &str) {
    let mut lines = (1..).zip(text.lines()).peekable();
    while let Some((number, line)) = lines.next() {
        let Some(first) = line.strip_prefix("Received:") else { continue };
        let mut value = first.trim().to_owned();
        while let Some((_, more)) = lines.next_if(|(_, next)| next.starts_with([' ', '\t'])) {
            let _ = write!(value, " {}", more.trim());
        }
        let is_own = value.contains("with Microsoft SMTP Server") || value.contains("with mapi");
        // The text and HTML parts of a report repeat headers in their own encoding.
        let is_quoted = value.contains("=3D") || value.contains("&#") || value.ends_with('=');
        if is_own && !is_quoted && value.contains(';') {
            // A client may give a name without dots.
            let value = template(&value);
            let from = value.strip_prefix("from ").and_then(|rest| rest.split_once(" ("));
            let value = match from {
                Some((name, rest)) if !name.contains(' ') => format!("from NAME ({rest}"),
                _ => value,
            };
            rows.line(RECEIVED, number, value);
        }
    }
}

/// The types of the parts, in order; what is attached may itself have parts.
fn parts(text: &str) -> String {
    let mut types = Vec::new();
    let mut is_header = true;
    for line in text.lines() {
        // A boundary opens the headers of a part, and a blank line ends them.
        let is_boundary = line.starts_with("--") && line.len() > 10 && !line.contains(' ');
        is_header = is_boundary || (is_header && !line.is_empty());
        let Some(value) = line.strip_prefix("Content-Type:").filter(|_| is_header) else {
            continue;
        };
        types.push(value.split(';').next().unwrap_or_default().trim());
        if matches!(types.last(), Some(&("message/rfc822" | "text/rfc822-headers"))) {
            break;
        }
    }
    types.join(" ")
}

/// The lines of the part for programs, without continuations.
fn status_lines(text: &str) -> impl Iterator<Item = (u64, &str)> {
    let mut is_inside = false;
    (1..).zip(text.lines()).filter(move |(_, line)| {
        if line.starts_with("Reporting-MTA:") {
            is_inside = true;
        } else if line.starts_with("--") {
            is_inside = false;
        }
        is_inside && line.contains(':') && !line.starts_with([' ', '\t'])
    })
}

/// Undoes quoted-printable: soft ends of lines, and characters as hexadecimal digits.
fn unquoted(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let mut plain = String::with_capacity(joined.len());
    let mut rest = joined.as_str();
    while let Some((before, after)) = rest.split_once('=') {
        plain.push_str(before);
        let code = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(code) = code.filter(u8::is_ascii) {
            plain.push(char::from(code));
            rest = after.get(2..).unwrap_or_default();
        } else {
            plain.push('=');
            rest = after;
        }
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soft_ends_are_joined() {
        assert_eq!(unquoted("a =3D b=\nc =?"), "a = bc =?");
    }
}
