//! What swaks does not say: bytes that a client sends to smuggle a second message past a server, and
//! to slip commands in before TLS. The server must take neither.
//!
//! Sources: SEC Consult, "SMTP Smuggling" (a dot between bare LFs ends no message); CVE-2011-0411 (what
//! is pipelined behind STARTTLS is thrown away).

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::interop::report::Outcome;

/// A client that sends these, and waits for a reply after each; the last reply must hold the part.
pub(super) struct Attempt {
    pub(super) what: &'static str,
    sends: &'static [&'static str],
    reply: &'static str,
}

const ENVELOPE: &str =
    "MAIL FROM:<anna@fabrikam.com>\r\nRCPT TO:<raghu@cloudmonkeys.xyz>\r\nDATA\r\n";

/// All of them. A message that a server takes for a second one has the subject `smuggled`.
pub(super) static ATTEMPTS: &[Attempt] = &[
    Attempt {
        what: "a dot between bare LFs",
        sends: &[
            "EHLO raw.fabrikam.com\r\n",
            ENVELOPE,
            "Subject: outer\r\n\r\nx\n.\nMAIL FROM:<evil@fabrikam.com>\r\nRCPT TO:<divya@cloudmonkeys.xyz>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n.\r\n",
            "NOOP\r\n",
        ],
        reply: "250 2.0.0",
    },
    Attempt {
        what: "a dot between LF and CRLF",
        sends: &[
            "EHLO raw.fabrikam.com\r\n",
            ENVELOPE,
            "Subject: outer\r\n\r\nx\n.\r\nMAIL FROM:<evil@fabrikam.com>\r\nRCPT TO:<divya@cloudmonkeys.xyz>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n.\r\n",
            "NOOP\r\n",
        ],
        reply: "250 2.0.0",
    },
    Attempt {
        what: "a dot between CRLF and LF",
        sends: &[
            "EHLO raw.fabrikam.com\r\n",
            ENVELOPE,
            "Subject: outer\r\n\r\nx\r\n.\nMAIL FROM:<evil@fabrikam.com>\r\nRCPT TO:<divya@cloudmonkeys.xyz>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n.\r\n",
            "NOOP\r\n",
        ],
        reply: "250 2.0.0",
    },
    Attempt {
        what: "commands pipelined behind STARTTLS",
        sends: &["EHLO raw.fabrikam.com\r\n", "STARTTLS\r\nMAIL FROM:<evil@fabrikam.com>\r\n"],
        reply: "220 2.0.0 SMTP server ready\r\n",
    },
];

impl Attempt {
    /// Makes it; the last reply.
    pub(super) fn make(&self, door: SocketAddr) -> Outcome {
        let spoken = |why: std::io::Error| format!("{door}: {why}");
        let mut stream = TcpStream::connect(door).map_err(spoken)?;
        stream.set_read_timeout(Some(Duration::from_secs(10))).map_err(spoken)?;
        let mut last = replies(&mut stream, 1)?;
        for sent in self.sends {
            stream.write_all(sent.as_bytes()).map_err(spoken)?;
            last = replies(&mut stream, if *sent == ENVELOPE { 3 } else { 1 })?;
        }
        if last.contains(self.reply) {
            Ok(last.trim_end().lines().last().unwrap_or_default().to_owned())
        } else {
            Err(format!("expected: {}\ncame:     {last}", self.reply))
        }
    }
}

/// Reads so many whole replies.
fn replies(stream: &mut TcpStream, count: usize) -> Result<String, String> {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    while !text.ends_with("\r\n") || ends(&text) < count {
        match stream.read(&mut buffer) {
            Ok(0) => return Err(format!("the server left after '{text}'")),
            Ok(length) => text.push_str(&String::from_utf8_lossy(&buffer[..length])),
            Err(why) => return Err(format!("{why} after '{text}'")),
        }
    }
    Ok(text)
}

/// How many replies end in the text.
fn ends(text: &str) -> usize {
    text.lines().filter(|line| line.as_bytes().get(3) == Some(&b' ')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_of_several_lines_are_counted_once() {
        assert_eq!(ends("250-a\r\n250 b\r\n354 c\r\n"), 2);
        assert_eq!(ends("250-a\r\n"), 0);
    }
}
