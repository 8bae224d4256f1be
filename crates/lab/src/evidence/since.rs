//! Only what happened since a moment: how an administrator looks whether a fix holds.

use std::path::Path;

use jiff::Timestamp;

use super::{Evidence, copies};

/// Keeps rows, drops, events and mails of that moment and later.
pub(super) fn keep(evidence: &mut Evidence, since: Timestamp) {
    let stamp = copies::stamp(since);
    evidence.0.retain(|path, content| {
        if path.starts_with("Mailboxes/") {
            return path.rsplit(' ').next().is_some_and(|name| *name >= *stamp);
        }
        *content = recent(path, content, since);
        !content.is_empty()
    });
}

/// Lines that begin with a time, from that moment on; lines before them that begin with none, such as
/// a log's header. An event is one line, with its time inside.
fn recent(path: &str, content: &[u8], since: Timestamp) -> Vec<u8> {
    let ending = Path::new(path).extension().unwrap_or_default();
    let is_log = ending.eq_ignore_ascii_case("log");
    let mut rows = 0;
    let mut kept = Vec::new();
    for line in content.split_inclusive(|byte| *byte == b'\n') {
        let time = if is_log { leading_time(line) } else { event_time(line) };
        if time.is_none_or(|time| time >= since) {
            rows += usize::from(time.is_some());
            kept.extend_from_slice(line);
        }
    }
    // A firewall's extract says which time it covers, even when it holds nothing.
    if rows == 0 && ending == "LOG" { Vec::new() } else { kept }
}

fn leading_time(line: &[u8]) -> Option<Timestamp> {
    let end = line.iter().position(|byte| matches!(byte, b',' | b' '))?;
    std::str::from_utf8(&line[..end]).ok()?.parse().ok()
}

fn event_time(line: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(line).ok()?;
    let (_, rest) = text.split_once("SystemTime=")?;
    rest.get(1..)?.split(['"', '\'']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_before_the_moment_are_left_out_and_the_header_stays() {
        let log =
            b"#Fields: date-time\r\n2026-05-01T06:00:00.000Z,a\r\n2026-05-02T06:00:00.000Z,b\r\n";
        let at = |text: &str| text.parse().unwrap();
        let kept = recent("A/RECV.LOG", log, at("2026-05-02T00:00:00Z"));
        assert_eq!(kept, b"#Fields: date-time\r\n2026-05-02T06:00:00.000Z,b\r\n");
        assert!(recent("A/RECV.LOG", log, at("2026-05-03T00:00:00Z")).is_empty());
    }
}
