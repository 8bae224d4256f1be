//! The drop log of a firewall: what a firewall admin is asked for.
//!
//! Written as a Cisco ASA writes it with `logging timestamp rfc5424`: `%ASA-4-106023` for a connection
//! that an access list denies, `%ASA-2-106001` for one without a rule. Whoever extracted it from a
//! syslog server may have put first which firewall and which time it covers ([`Extract`]); without that a
//! log without drops proves nothing. Read besides: other time stamps,
//! other denials of the ASA, Windows Firewall's `pfirewall.log`, and lines of `key=value` pairs as
//! iptables and Fortinet write them.
//!
//! Not modelled: ICMP, user names and security groups inside ASA lines (they are skipped).
//!
//! Source: Cisco "ASA Series Syslog Messages" (106001, 106006, 106015, 106023, 106100, 710003),
//! Microsoft Learn "Windows Firewall log", public documentation of the others.

use std::fmt;

use exchange::culture::log_time;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use crate::text::lines;
use crate::unread::{Reason, Unread};

/// One packet or connection that was not let through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirewallDrop {
    /// When; missing when the line gives no time, or none that can be placed in a year.
    pub time: Option<Timestamp>,
    /// Name of the firewall; may be empty.
    pub host: String,
    /// `tcp` or `udp`.
    pub protocol: String,
    /// Where it came from.
    pub source: DropEndpoint,
    /// Where it was going.
    pub destination: DropEndpoint,
    /// Name of the access list; empty when there was no rule.
    pub access_group: String,
}

/// One side of a connection that was not let through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DropEndpoint {
    /// Interface of the firewall, such as `outside`; may be empty.
    pub interface: String,
    /// Address.
    pub address: String,
    /// Port; 0 when the line gives none.
    pub port: u16,
}

/// What an extract covers: `! FW01: connections denied from 2026-05-01T05:00:00Z to 2026-05-02T08:00:00Z`.
/// `!` begins a comment on Cisco devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extract {
    /// Name of the firewall.
    pub host: String,
    /// Nothing before it was looked for.
    pub from: Timestamp,
    /// Nothing after it was looked for.
    pub to: Timestamp,
}

impl fmt::Display for Extract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = |time| log_time(time).get(..19).unwrap_or_default().to_owned();
        let (from, to) = (seconds(self.from), seconds(self.to));
        write!(f, "! {}: connections denied from {from}Z to {to}Z", self.host)
    }
}

impl Extract {
    /// Reads the line.
    pub fn parse(line: &str) -> Option<Self> {
        let (host, rest) = line.strip_prefix("! ")?.split_once(": connections denied from ")?;
        let (from, to) = rest.trim_end().split_once(" to ")?;
        Some(Self { host: host.to_owned(), from: from.parse().ok()?, to: to.parse().ok()? })
    }
}

/// What a log holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirewallLog {
    /// What it covers, where it says so.
    pub extract: Option<Extract>,
    /// The drops, each with its line.
    pub drops: Vec<(u64, FirewallDrop)>,
}

/// As the ASA writes it: 106023 with an access list, 106001 without.
impl fmt::Display for FirewallDrop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(time) = self.time {
            // Whole seconds, as the ASA has them.
            let time = log_time(time);
            write!(f, "{}Z", time.get(..19).unwrap_or(&time))?;
        }
        let Self { host, protocol, source, destination, access_group, .. } = self;
        // The name stands there only with `logging device-id hostname`.
        match (self.time.is_some(), host.is_empty()) {
            (true, true) => f.write_str(": ")?,
            (true, false) => write!(f, " {host} : ")?,
            (false, true) => {}
            (false, false) => write!(f, "{host} : ")?,
        }
        if access_group.is_empty() {
            let (from, to) = (slashed(source), slashed(destination));
            let interface = &source.interface;
            return write!(
                f,
                "%ASA-2-106001: Inbound {} connection denied from {from} to {to} flags SYN  on interface {interface}",
                protocol.to_uppercase()
            );
        }
        write!(
            f,
            "%ASA-4-106023: Deny {protocol} src {}:{} dst {}:{} by access-group \"{access_group}\" [0x0, 0x0]",
            source.interface,
            slashed(source),
            destination.interface,
            slashed(destination)
        )
    }
}

fn slashed(endpoint: &DropEndpoint) -> String {
    format!("{}/{}", endpoint.address, endpoint.port)
}

/// The bytes of a log, one line for each drop.
pub fn write(extract: Option<&Extract>, drops: &[FirewallDrop]) -> Vec<u8> {
    let first = extract.map(|extract| format!("{extract}\n"));
    let lines = drops.iter().map(|drop| format!("{drop}\n"));
    first.into_iter().chain(lines).collect::<String>().into_bytes()
}

/// Reads a log, and lists the lines that tell of no drop.
pub fn read(text: &str) -> (FirewallLog, Vec<Unread>) {
    let mut log = FirewallLog::default();
    let mut unread = Vec::new();
    let mut columns = Vec::new();
    for (number, line) in lines(text).filter(|(_, line)| !line.trim().is_empty()) {
        if let Some(names) = line.strip_prefix("#Fields:") {
            columns = names.split_whitespace().map(str::to_owned).collect();
            continue;
        }
        if let Some(extract) = Extract::parse(line) {
            log.extract = Some(extract);
            continue;
        }
        let drop = read_line(line).or_else(|| windows_drop(line, &columns));
        match drop {
            Some(drop) => log.drops.push((number, drop)),
            None if line.starts_with('#')
                && WINDOWS_HEADER.iter().any(|it| line.starts_with(it)) => {}
            None => unread.push(Unread::new(number, line, Reason::Prose)),
        }
    }
    (log, unread)
}

const WINDOWS_HEADER: [&str; 3] = ["#Version:", "#Software:", "#Time Format:"];

/// Reads a line of any form but that of Windows, whose columns stand in the header.
pub fn read_line(line: &str) -> Option<FirewallDrop> {
    asa(line).or_else(|| pairs(line))
}

/// Numbers of the messages that tell of a drop.
const DENIALS: [&str; 6] = ["106001", "106006", "106015", "106023", "106100", "710003"];

fn asa(line: &str) -> Option<FirewallDrop> {
    let (head, rest) = line.split_once("%ASA-")?;
    let (number, body) = rest.split_once(": ")?;
    // Severity and perhaps a class stand before the number.
    let number = number.rsplit('-').next()?;
    if !DENIALS.contains(&number) || (number == "106100" && !body.contains(" denied ")) {
        return None;
    }
    let (time, host) = stamp(head);
    let (protocol, source, destination) = sides(body, number)?;
    let access_group = match number {
        "106023" => body.split_once("access-group \"").and_then(|(_, name)| name.split('"').next()),
        "106100" => body.strip_prefix("access-list ").and_then(|name| name.split(' ').next()),
        _ => None,
    };
    let mut drop = FirewallDrop {
        time,
        host,
        protocol: protocol.to_lowercase(),
        source,
        destination,
        access_group: access_group.unwrap_or_default().to_owned(),
    };
    if let Some((_, interface)) = body.split_once(" on interface ") {
        interface.trim().clone_into(&mut drop.source.interface);
    }
    Some(drop)
}

fn sides<'b>(body: &'b str, number: &str) -> Option<(&'b str, DropEndpoint, DropEndpoint)> {
    let words: Vec<&str> = body.split_whitespace().collect();
    let after =
        |word: &str| words.iter().position(|own| *own == word).and_then(|at| words.get(at + 1));
    match number {
        "106023" => {
            Some((words.get(1)?, with_interface(after("src")?)?, with_interface(after("dst")?)?))
        }
        "106100" => {
            let arrow = words.iter().position(|word| *word == "->")?;
            let source = words.get(..arrow)?.last()?;
            Some((words.get(3)?, listed(source)?, listed(words.get(arrow + 1)?)?))
        }
        "106015" => Some(("tcp", bare(after("from")?)?, bare(after("to")?)?)),
        "106001" | "106006" => Some((words.get(1)?, bare(after("from")?)?, bare(after("to")?)?)),
        _ => {
            let to = after("to").and_then(|word| with_interface(word));
            Some((words.first()?, bare(after("from")?)?, to?))
        }
    }
}

/// `outside:203.0.113.25/41234`, perhaps with a user in brackets behind.
fn with_interface(word: &str) -> Option<DropEndpoint> {
    let (interface, rest) = word.split_once(':')?;
    Some(DropEndpoint { interface: interface.to_owned(), ..bare(rest.split('(').next()?)? })
}

/// `203.0.113.25/41234`.
fn bare(word: &str) -> Option<DropEndpoint> {
    let (address, port) = word.split_once('/').unwrap_or((word, "0"));
    let port = port.split('(').next()?.parse().ok()?;
    Some(DropEndpoint { interface: String::new(), address: address.to_owned(), port })
}

/// `outside/203.0.113.25(41234)`.
fn listed(word: &str) -> Option<DropEndpoint> {
    let (interface, rest) = word.split_once('/')?;
    let (address, port) = rest.split_once('(')?;
    let port = port.split(')').next()?.parse().ok()?;
    Some(DropEndpoint { interface: interface.to_owned(), address: address.to_owned(), port })
}

/// Time and host before the message: `2026-05-01T06:06:57Z asa : `, `<166>:2026-05-01T06:06:57Z: `,
/// `May 01 2026 06:06:57 asa : `, `May  1 06:06:57 asa `.
fn stamp(head: &str) -> (Option<Timestamp>, String) {
    let head = head.strip_prefix('<').and_then(|rest| rest.split_once('>')).map_or(head, |it| it.1);
    let head = head.trim().trim_matches(':').trim();
    let mut words: Vec<&str> = head.split_whitespace().collect();
    let mut time = None;
    if let Some(first) = words.first().and_then(|word| word.parse().ok()) {
        time = Some(first);
        words.remove(0);
    } else if let Some(month) = words.first().and_then(|word| month(word)) {
        let is_clock = |word: &&&str| word.contains(':');
        if let Some(clock) = words.iter().position(|word| is_clock(&word)) {
            // Without a year the time cannot be placed.
            time = (clock == 3).then(|| local(&words, month)).flatten();
            words.drain(..=clock);
        }
    }
    (time, words.first().map(|host| host.trim_end_matches(':').to_owned()).unwrap_or_default())
}

fn local(words: &[&str], month: i8) -> Option<Timestamp> {
    let clock = words.get(3)?.trim_end_matches(':');
    let year: i16 = words.get(2)?.parse().ok()?;
    let day: i8 = words.get(1)?.parse().ok()?;
    let time: DateTime = format!("{year:04}-{month:02}-{day:02}T{clock}").parse().ok()?;
    Offset::UTC.to_timestamp(time).ok()
}

fn month(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let at = MONTHS.iter().position(|own| own.eq_ignore_ascii_case(word))?;
    i8::try_from(at + 1).ok()
}

/// `2026-05-01 06:06:57 DROP TCP 203.0.113.25 192.168.1.4 41234 25 …`: times are local.
fn windows_drop(line: &str, columns: &[String]) -> Option<FirewallDrop> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let cell = |name: &str| {
        let at = columns.iter().position(|own| own == name)?;
        words.get(at).copied().filter(|word| *word != "-")
    };
    if cell("action")? != "DROP" {
        return None;
    }
    let time: Option<DateTime> = format!("{}T{}", cell("date")?, cell("time")?).parse().ok();
    let endpoint = |address: &str, port: &str| {
        let port = cell(port).and_then(|port| port.parse().ok()).unwrap_or_default();
        Some(DropEndpoint { interface: String::new(), address: cell(address)?.to_owned(), port })
    };
    Some(FirewallDrop {
        time: time.and_then(|time| Offset::UTC.to_timestamp(time).ok()),
        host: String::new(),
        protocol: cell("protocol")?.to_lowercase(),
        source: endpoint("src-ip", "src-port")?,
        destination: endpoint("dst-ip", "dst-port")?,
        access_group: String::new(),
    })
}

/// Keys of iptables and Fortinet: source, its port, destination, its port, protocol.
const PAIR_KEYS: [[&str; 5]; 2] =
    [["SRC", "SPT", "DST", "DPT", "PROTO"], ["srcip", "srcport", "dstip", "dstport", "proto"]];

/// Words by which such a line tells that nothing was let through.
const PAIR_DENIALS: [&str; 4] = ["DROP", "REJECT", "DENY", "BLOCK"];

fn pairs(line: &str) -> Option<FirewallDrop> {
    let upper = line.to_uppercase();
    let value = |key: &str| {
        let found =
            line.split_whitespace().find_map(|word| word.strip_prefix(key)?.strip_prefix('='));
        found.map(|value| value.trim_matches('"'))
    };
    if !PAIR_DENIALS.iter().any(|word| upper.contains(word)) {
        return None;
    }
    let keys = PAIR_KEYS.iter().find(|keys| value(keys[0]).is_some())?;
    let endpoint = |address: &str, port: &str, interface: &str| {
        Some(DropEndpoint {
            interface: value(interface).unwrap_or_default().to_owned(),
            address: value(address)?.to_owned(),
            port: value(port).and_then(|port| port.parse().ok()).unwrap_or_default(),
        })
    };
    let protocol = match value(keys[4])? {
        "6" => "tcp".to_owned(),
        "17" => "udp".to_owned(),
        other => other.to_lowercase(),
    };
    Some(FirewallDrop {
        time: line.split_whitespace().next().and_then(|word| word.parse().ok()),
        host: String::new(),
        protocol,
        source: endpoint(keys[0], keys[1], "IN")?,
        destination: endpoint(keys[2], keys[3], "OUT")?,
        access_group: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drop_of(access_group: &str) -> FirewallDrop {
        let endpoint = |interface: &str, address: &str, port| DropEndpoint {
            interface: interface.into(),
            address: address.into(),
            port,
        };
        FirewallDrop {
            time: "2026-05-01T06:06:57Z".parse().ok(),
            host: "FW01".into(),
            protocol: "tcp".into(),
            source: endpoint("outside", "203.0.113.25", 41234),
            destination: endpoint(
                if access_group.is_empty() { "" } else { "inside" },
                "192.168.1.4",
                25,
            ),
            access_group: access_group.into(),
        }
    }

    #[test]
    fn drops_have_the_form_of_an_asa() {
        let text = String::from_utf8(write(
            Some(&Extract {
                host: "FW01".into(),
                from: "2026-05-01T06:00:00Z".parse().unwrap(),
                to: "2026-05-01T07:00:00Z".parse().unwrap(),
            }),
            &[drop_of("outside_access_in"), drop_of("")],
        ))
        .unwrap();
        insta::assert_snapshot!(text, @r#"
        ! FW01: connections denied from 2026-05-01T06:00:00Z to 2026-05-01T07:00:00Z
        2026-05-01T06:06:57Z FW01 : %ASA-4-106023: Deny tcp src outside:203.0.113.25/41234 dst inside:192.168.1.4/25 by access-group "outside_access_in" [0x0, 0x0]
        2026-05-01T06:06:57Z FW01 : %ASA-2-106001: Inbound TCP connection denied from 203.0.113.25/41234 to 192.168.1.4/25 flags SYN  on interface outside
        "#);
    }

    #[test]
    fn other_stamps_and_other_firewalls_are_read() {
        let expected = FirewallDrop { host: String::new(), ..drop_of("outside_access_in") };
        let tail = "%ASA-4-106023: Deny tcp src outside:203.0.113.25/41234 dst inside:192.168.1.4/25 by access-group \"outside_access_in\" [0x0, 0x0]";
        assert_eq!(
            read_line(&format!("<164>May 01 2026 06:06:57: {tail}")),
            Some(expected.clone())
        );
        assert_eq!(
            read_line(&format!("<164>:2026-05-01T06:06:57Z: {tail}")),
            Some(expected.clone())
        );
        let without = FirewallDrop { time: None, host: "fw01".into(), ..expected };
        assert_eq!(read_line(&format!("May  1 06:06:57 fw01 {tail}")), Some(without));
        let listed = read_line("%ASA-session-5-106100: access-list out denied tcp outside/203.0.113.25(41234) -> inside/192.168.1.4(25) hit-cnt 1 first hit [0x0, 0x0]").unwrap();
        assert_eq!((listed.access_group.as_str(), listed.destination.port), ("out", 25));
        let windows = "#Version: 1.5\n#Software: Microsoft Windows Firewall\n#Time Format: Local\n#Fields: date time action protocol src-ip dst-ip src-port dst-port\n\n2026-05-01 06:06:57 DROP TCP 203.0.113.25 192.168.1.4 41234 25\n2026-05-01 06:06:58 ALLOW TCP 203.0.113.25 192.168.1.4 41235 25\n";
        let (FirewallLog { drops, .. }, unread) = read(windows);
        assert_eq!((drops[0].0, drops[0].1.source.port, unread.len()), (6, 41234, 1));
        let iptables = read_line(
            "kernel: DROP IN=eth0 OUT= SRC=203.0.113.25 DST=192.168.1.4 PROTO=TCP SPT=41234 DPT=25",
        )
        .unwrap();
        assert_eq!((iptables.source.interface.as_str(), iptables.destination.port), ("eth0", 25));
        let fortinet = read_line("date=2026-05-01 action=\"deny\" srcip=203.0.113.25 srcport=41234 dstip=192.168.1.4 dstport=25 proto=6").unwrap();
        assert_eq!(fortinet.protocol, "tcp");
    }

    proptest! {
        #[test]
        fn drops_are_read_as_written(
            seconds in proptest::option::of(0_i64..4_102_444_800),
            host in "[A-Z0-9]{0,8}",
            [from, to] in ["[0-9.]{7,15}", "[0-9.]{7,15}"],
            ports: [u16; 2],
            [outside, inside] in ["[a-z]{1,8}", "[a-z]{1,8}"],
            access_group in "[a-z_]{0,12}",
        ) {
            let inside = if access_group.is_empty() { String::new() } else { inside };
            let drop = FirewallDrop {
                time: seconds.map(|at| Timestamp::from_second(at).unwrap()),
                host,
                protocol: "tcp".to_owned(),
                source: DropEndpoint { interface: outside, address: from, port: ports[0] },
                destination: DropEndpoint { interface: inside, address: to, port: ports[1] },
                access_group,
            };
            // A host named like a month would be read as a date.
            prop_assume!(month(&drop.host).is_none());
            let extract = drop.time.map(|from| Extract { host: "FW".to_owned(), from, to: from });
            let text = write(extract.as_ref(), std::slice::from_ref(&drop));
            let line = 1 + u64::from(extract.is_some());
            let expected = FirewallLog { extract, drops: vec![(line, drop)] };
            prop_assert_eq!(read(&String::from_utf8(text).unwrap()), (expected, vec![]));
        }

        #[test]
        fn any_text_is_read(text in "(%ASA-4-|106023|106100|710003|: |Deny | src | from | to |->|/|\\(|SRC=|DROP|#Fields:|\n|[ -~é])*") {
            let _drops = read(&text);
        }
    }
}
