//! curl and Python's smtplib: mail with lines that begin with dots, 8 bits, several recipients of whom
//! one is refused, and a wrong password.

use super::lab::{Lab, Left};
use super::report::{Outcome, Report, holds};
use super::{Ground, program};

/// What the Python script must print.
const PYTHON: [&str; 6] = [
    "before: starttls auth\n",
    "no hello: 503 b'5.5.2 Send hello first'\n",
    "after: size 8bitmime\n",
    "refused: bo@fabrikam.com 550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain\n",
    "login: 535 5.7.3 Authentication unsuccessful\n",
    "done\n",
];

/// The body as it must lie in the mailbox.
const BODY: &str = "\r\n\r\n.a line with a dot\r\n..two dots\r\n.\r\nGrüße\r\n";

/// Runs the section.
pub(super) fn run(ground: &Ground, report: &mut Report) -> Result<(), String> {
    let lab =
        Lab::start(ground, "clients/hybrid", &ground.scenario("server-room"), &["--no-mail"])?;
    let door = lab.tcp("CMHYBD01", 25)?;
    let (ip, port) = (door.ip().to_string(), door.port().to_string());
    let own = lab.loopback("TOOLS01")?.to_string();
    let python = program::run(&["python3", &ground.file("smtp_client.py"), &ip, &port, &own]);
    let url = format!("smtp://{ip}:{port}/curl.fabrikam.com");
    let curl = |to: &str| {
        let words = ["curl", "-sS", "--interface", &own, "--url", &url, "--ssl-reqd", "--insecure"];
        let envelope = ["--mail-from", "anna@fabrikam.com", "--mail-rcpt", to, "-T", "-"];
        program::run_with(&[&words[..], &envelope].concat(), "Subject: from curl\r\n\r\n.dot\r\n")
    };
    let sent = curl("raghu@cloudmonkeys.xyz");
    let refused = curl("bo@fabrikam.com");
    let left = lab.stop()?;
    report.check(
        "smtplib",
        python.and_then(|ended| {
            let text = ended.exits(0)?.stdout;
            PYTHON.iter().try_for_each(|part| holds(&text, part).map(|_| ()))?;
            in_mailbox(&left, "from smtplib", BODY)
        }),
    );
    report.check(
        "curl, under TLS",
        sent.and_then(|ended| {
            ended.exits(0)?;
            in_mailbox(&left, "from curl", "\r\n\r\n.dot\r\n")
        }),
    );
    report.check(
        "curl, a relay attempt",
        refused.and_then(|ended| {
            // 55: "Failed sending network data", which curl says of RCPT refused.
            holds(&ended.exits(55)?.stderr, "550")
        }),
    );
    Ok(())
}

/// The mail with that subject ends with these bytes.
fn in_mailbox(left: &Left, subject: &str, end: &str) -> Outcome {
    for path in left.files(&["/Mailboxes/raghu@cloudmonkeys.xyz/", ".eml"])? {
        let bytes = std::fs::read(&path).map_err(|why| format!("{}: {why}", path.display()))?;
        let text = String::from_utf8_lossy(&bytes);
        if text.contains(&format!("Subject: {subject}")) {
            let came = format!("expected at the end: {end:?}\ncame: {text:?}");
            return if text.ends_with(end) {
                Ok("in the mailbox, byte for byte".to_owned())
            } else {
                Err(came)
            };
        }
    }
    Err(format!("no mail '{subject}' in the mailbox"))
}
