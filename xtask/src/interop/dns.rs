//! `dig` over UDP and TCP: both views of a name, names and addresses that are not there, and an answer
//! that is too long for a datagram.

use super::lab::Lab;
use super::report::{Outcome, Report, holds};
use super::{Ground, program};

/// The DNS servers and the hosts that ask them.
const INSIDE: [&str; 2] = ["DC01", "CMHYBD01"];
const OUTSIDE: [&str; 2] = ["NS", "MX1"];

/// What is asked, and what the answer holds.
struct Question {
    what: &'static str,
    of: [&'static str; 2],
    words: &'static str,
    answer: &'static [&'static str],
}

static QUESTIONS: &[Question] = &[
    Question {
        what: "a name as seen inside, UDP",
        of: INSIDE,
        words: "mail.cloudmonkeys.xyz A +notcp",
        answer: &["status: NOERROR", "\t192.168.1.13\n", "(UDP)"],
    },
    Question {
        what: "the same name as seen outside, UDP",
        of: OUTSIDE,
        words: "mail.cloudmonkeys.xyz A +notcp",
        answer: &["status: NOERROR", "\t27.7.57.241\n", "(UDP)"],
    },
    Question {
        what: "the same name as seen outside, TCP",
        of: OUTSIDE,
        words: "mail.cloudmonkeys.xyz A +tcp",
        answer: &["status: NOERROR", "\t27.7.57.241\n", "(TCP)"],
    },
    Question {
        what: "a name that only the world has, asked inside",
        of: INSIDE,
        words: "fabrikam.com MX",
        answer: &["status: NOERROR", "10 mx1.fabrikam.com.\n"],
    },
    Question {
        what: "a name that is not there",
        of: OUTSIDE,
        words: "nobody.fabrikam.com A",
        answer: &["status: NXDOMAIN", "SOA"],
    },
    Question {
        what: "a name that has no such record",
        of: OUTSIDE,
        words: "mx1.fabrikam.com TXT",
        answer: &["status: NOERROR", "ANSWER: 0", "SOA"],
    },
    Question {
        what: "an address without a name",
        of: OUTSIDE,
        words: "-x 203.0.113.99",
        answer: &["status: NXDOMAIN"],
    },
    Question {
        what: "the name of an address",
        of: OUTSIDE,
        words: "-x 203.0.113.20",
        answer: &["status: NOERROR", "mx1.fabrikam.com.\n"],
    },
    Question {
        what: "a long answer in a datagram is cut off",
        of: OUTSIDE,
        words: "long.fabrikam.com TXT +notcp +ignore +noedns",
        answer: &["status: NOERROR", "flags: qr aa tc", "(UDP)"],
    },
    Question {
        what: "the same whole over TCP, which dig turns to",
        of: OUTSIDE,
        words: "long.fabrikam.com TXT +noedns",
        answer: &["Truncated, retrying in TCP mode", "ANSWER: 12", "(TCP)", "part-12-"],
    },
];

/// Runs the section.
pub(super) fn run(ground: &Ground, report: &mut Report) -> Result<(), String> {
    let mut lab = Lab::start(ground, "dig/hybrid", "healthy-hybrid", &["--no-mail"])?;
    lab.run(":on NS")?;
    for number in 1..=12 {
        let text = format!("part-{number}-{}", "x".repeat(120));
        lab.run(&format!(
            "Add-DnsServerResourceRecord -ZoneName fabrikam.com -Name long -Txt -DescriptiveText '{text}'"
        ))?;
    }
    lab.run("Add-DnsServerPrimaryZone -Name 113.0.203.in-addr.arpa")?;
    lab.run("Add-DnsServerResourceRecord -ZoneName 113.0.203.in-addr.arpa -Name 20 -Ptr -PtrDomainName mx1.fabrikam.com")?;
    for question in QUESTIONS {
        report.check(question.what, question.asked(&lab));
    }
    lab.stop()?;
    Ok(())
}

impl Question {
    fn asked(&self, lab: &Lab) -> Outcome {
        let [server, client] = self.of;
        let door = lab.real(server, "udp", 53)?;
        let (at, port) = (format!("@{}", door.ip()), door.port().to_string());
        let own = lab.loopback(client)?.to_string();
        let mut words = vec!["dig", &at, "-p", &port, "-b", &own, "+time=3", "+tries=1"];
        words.extend(self.words.split(' '));
        let text = program::run(&words)?.exits(0)?.stdout;
        for part in self.answer {
            holds(&text, part)?;
        }
        Ok(self.answer.last().map(|part| part.trim().to_owned()).unwrap_or_default())
    }
}
