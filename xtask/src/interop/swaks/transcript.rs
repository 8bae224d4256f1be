//! What swaks shows of a session and what the server's protocol log holds of it, in one form.
//!
//! swaks marks lines of the server with `<-`, `<~` under TLS, `<**` and `<~*` when it dislikes them,
//! and its own with `->` and `~>`. The log keeps every line but those of the message itself and what a
//! client answers to a challenge; it writes
//! the lines of one reply in one row, and adds rows with `+`, `-` and `*`.

/// A line: from the client (`<` in a protocol log of receiving) or from the server (`>`).
pub(super) type Line = (char, String);

/// The lines of a session as swaks shows them.
pub(super) fn of_swaks(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    // The lines of one reply so far.
    let mut reply: Vec<&str> = Vec::new();
    let mut is_message = false;
    // The next line of the client answers a challenge; the log keeps neither.
    let mut is_secret = false;
    for line in text.lines() {
        let (mark, rest) = (line.get(..4).unwrap_or_default(), line.get(4..).unwrap_or_default());
        match mark {
            "<-  " | "<~  " | "<** " | "<~* " => {
                reply.push(rest);
                if rest.as_bytes().get(3) != Some(&b'-') {
                    is_message |= rest.starts_with("354");
                    is_secret = rest.starts_with("334 ");
                    let challenge = "334 <authentication response>".to_owned();
                    lines.push(('>', if is_secret { challenge } else { in_one_row(&reply) }));
                    reply.clear();
                }
            }
            " -> " | " ~> " if is_message => {
                // With --suppress-data a number stands for the whole message.
                is_message = rest != "." && !rest.ends_with(" lines sent");
            }
            " -> " | " ~> " if is_secret => is_secret = false,
            " -> " | " ~> " => lines.push(('<', rest.to_owned())),
            _ => {}
        }
    }
    lines
}

/// `250  CMHYBD01 Hello SIZE …`, as the log has a reply of several lines; `250 …` as it is.
fn in_one_row(reply: &[&str]) -> String {
    match reply {
        [one] => (*one).to_owned(),
        several => {
            let code = several[0].get(..3).unwrap_or_default();
            let rest: Vec<_> =
                several.iter().map(|line| line.get(4..).unwrap_or_default()).collect();
            format!("{code}  {}", rest.join(" "))
        }
    }
}

/// The lines of the session of that client in protocol logs.
pub(super) fn of_log(rows: &[String], helo: &str) -> Result<Vec<Line>, String> {
    let rows: Vec<_> = rows.iter().map(|row| cells(row)).filter(|row| row.len() >= 8).collect();
    let said = format!("HLO {helo}");
    let first = rows.iter().find(|row| row[6] == "<" && row[7].ends_with(&said));
    let first = first.ok_or_else(|| format!("no session of {helo} in the protocol log"))?;
    let own = rows.iter().filter(|row| row[2] == first[2]);
    let lines = own.filter(|row| row[6] == "<" || row[6] == ">");
    Ok(lines.map(|row| (if row[6] == "<" { '<' } else { '>' }, row[7].clone())).collect())
}

/// The fields of a row with commas and quotes.
fn cells(row: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    let mut letters = row.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cells.last_mut().expect("there is one from the start").push('"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            letter => cells.last_mut().expect("there is one from the start").push(letter),
        }
    }
    cells
}

/// The first line in which two sessions differ. With PIPELINING the lines of both sides may lie
/// otherwise between each other; each side's own must still agree.
pub(super) fn differ(swaks: &[Line], log: &[Line], is_pipelined: bool) -> Option<String> {
    let sides = if is_pipelined { &["<", ">"][..] } else { &["<>"] };
    for side in sides {
        let of = |lines: &[Line]| -> Vec<Line> {
            lines.iter().filter(|(from, _)| side.contains(*from)).cloned().collect()
        };
        let (swaks, log) = (of(swaks), of(log));
        for at in 0..swaks.len().max(log.len()) {
            let (one, other) = (swaks.get(at), log.get(at));
            if one != other {
                let shown = |line: Option<&Line>| {
                    line.map_or("nothing".to_owned(), |(from, text)| format!("{from} {text}"))
                };
                return Some(format!("swaks: {}\nlog:   {}", shown(one), shown(other)));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const SWAKS: &str = "=== Connected to 127.25.0.3.\n<-  220 MBX01 ready\n -> EHLO a.example\n\
        <-  250-MBX01 Hello\n<-  250 SIZE\n -> DATA\n<-  354 Go\n -> Subject: a\n -> .\n<** 550 5.7.1 no, never\n";

    fn log(last: &str) -> Vec<String> {
        let rows = [
            ">,220 MBX01 ready",
            "<,EHLO a.example",
            ">,250  MBX01 Hello SIZE",
            "*,,info",
            "<,DATA",
            ">,354 Go",
            last,
        ];
        rows.iter().map(|row| format!("2026,C,08D,0,1.1.1.1:25,1.1.1.2:99,{row},")).collect()
    }

    #[test]
    fn a_log_that_tells_the_same_agrees() {
        let swaks = of_swaks(SWAKS);
        let rows = of_log(&log(">,\"550 5.7.1 no, never\""), "a.example").unwrap();
        assert_eq!(differ(&swaks, &rows, false), None);
        assert_eq!(differ(&swaks, &rows, true), None);
    }

    #[test]
    fn a_log_that_tells_otherwise_is_shown() {
        let swaks = of_swaks(SWAKS);
        let rows = of_log(&log(">,550 5.7.2"), "a.example").unwrap();
        let expected = "swaks: > 550 5.7.1 no, never\nlog:   > 550 5.7.2";
        assert_eq!(differ(&swaks, &rows, false).unwrap(), expected);
        assert!(of_log(&log(">,"), "b.example").is_err());
    }
}
