//! The map of a live lab, for people.

use std::fmt::Write as _;

use lab::live::{Map, MapHost, MapPort};

use crate::output::heading;

/// The map as text.
pub(super) fn text(map: &Map) -> String {
    let mut text = String::new();
    heading(&mut text, &format!("{} is up, {}", map.scenario, map.time));
    let (silent, open): (Vec<_>, Vec<_>) = map.hosts.iter().partition(|host| host.ports.is_empty());
    for host in open {
        entry(&mut text, host);
    }
    if !silent.is_empty() {
        text.push_str("\n  They only connect:\n");
        for host in silent {
            entry(&mut text, host);
        }
    }
    heading(&mut text, "Who you are");
    text.push_str("  A program counts as the host whose loopback address it connects from.\n");
    if let Some(name) = &map.strangers_are {
        let _ = writeln!(text, "  From any other, such as 127.0.0.1, it counts as {name}.");
    }
    heading(&mut text, "To paste into another window");
    for line in &map.lines {
        let _ = writeln!(text, "  # {}\n  {}\n", line.what, line.line);
    }
    text
}

fn entry(text: &mut String, host: &MapHost) {
    let _ = writeln!(text, "  {:<18} {}", host.name, host.role);
    for address in &host.addresses {
        let own = host.ports.iter().filter(|port| port.address.ip() == address.address);
        let ports: Vec<_> = own.map(port).collect();
        let _ = writeln!(
            text,
            "  {:<18} {} = {}  {}",
            "",
            address.address,
            address.loopback,
            ports.join(" ")
        );
    }
    while text.ends_with(" \n") {
        text.truncate(text.len() - 2);
        text.push('\n');
    }
}

/// `25→10025`, `53/udp→10053`.
fn port(port: &MapPort) -> String {
    let suffix = if port.protocol == "udp" { "/udp" } else { "" };
    format!("{}{suffix}→{}", port.address.port(), port.real.port())
}
