//! What the cmdlets for firewall rules share: the parameters that say what a rule is about, and the
//! object that shows one.
//!
//! A rule speaks from the view of the network behind the firewall, as Windows' own firewall rules do:
//! its local side is that network (for what comes in, a public address of the gateway), its remote side
//! the outside.
//!
//! Not modelled: source ports. A rule is about the port that is connected to: the local one of an
//! inbound rule, the remote one of an outbound rule.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use exchange::value::{Object, Value};
use fabric::{Action, Direction, Firewall, FirewallRule, Gateway, Protocol};
use ipnet::IpNet;

use super::refusal::{not_there, refused, taken, unfit};
use crate::language::cmdlet::{Kind, Parameter};
use crate::language::errors::ErrorRecord;
use crate::language::invocation::Invocation;
use crate::language::view::{View, ViewColumn};

/// What stands for everything.
const ANY: &str = "Any";

/// `-Direction`.
pub(super) const DIRECTION: Parameter = Parameter::new(
    "Direction",
    Kind::Choice(&["Inbound", "Outbound"]),
    "Whether the outside connects, or the network behind the firewall.",
);

/// `-Action`.
pub(super) const ACTION: Parameter = Parameter::new(
    "Action",
    Kind::Choice(&["Allow", "Drop", "Reject", "Reset"]),
    "Lets through, swallows, refuses, or cuts off in mid-session.",
);

/// `-ResetAfterBytes`.
pub(super) const RESET_AFTER_BYTES: Parameter =
    Parameter::new("ResetAfterBytes", Kind::Int, "How many bytes pass before a reset.");

/// What a rule is about, and what it does.
pub(super) const SETTINGS: [Parameter; 9] = [
    ACTION,
    Parameter::new("Before", Kind::String, "The rule to stand before; else it stands last."),
    Parameter::new("Enabled", Kind::Bool, "Whether it counts."),
    Parameter::new(
        "LocalAddress",
        Kind::Strings,
        "Addresses or prefixes on this side; Any for all.",
    ),
    Parameter::new("LocalPort", Kind::Strings, "Ports or ranges on this side; Any for all."),
    Parameter::new("Protocol", Kind::Choice(&["TCP", "UDP", ANY]), "The protocol."),
    Parameter::new(
        "RemoteAddress",
        Kind::Strings,
        "Addresses or prefixes of the outside; Any for all.",
    ),
    Parameter::new("RemotePort", Kind::Strings, "Ports or ranges of the outside; Any for all."),
    RESET_AFTER_BYTES,
];

/// How a rule is shown.
pub(super) static VIEW: View = View::table(
    "Lab.FirewallRule",
    &[
        ViewColumn::new("Name", 0),
        ViewColumn::new("Enabled", 0),
        ViewColumn::new("Direction", 0),
        ViewColumn::new("Action", 0),
        ViewColumn::new("Protocol", 0),
        ViewColumn::new("Port", 0),
        ViewColumn::new("LocalAddress", 0),
        ViewColumn::new("RemoteAddress", 0),
    ],
);

/// The direction of a parameter; inbound when it was not given.
pub(super) fn direction(invocation: &Invocation<'_>) -> Direction {
    match invocation.string("Direction").as_deref() {
        Some("Outbound") => Direction::Out,
        _ => Direction::In,
    }
}

/// `Inbound` or `Outbound`.
pub(super) fn direction_word(direction: Direction) -> &'static str {
    match direction {
        Direction::In => "Inbound",
        Direction::Out => "Outbound",
    }
}

/// The action's name.
pub(super) fn action_word(action: Action) -> &'static str {
    match action {
        Action::Allow => "Allow",
        Action::Drop => "Drop",
        Action::Reject => "Reject",
        Action::Reset { .. } => "Reset",
    }
}

/// The protocol's name.
pub(super) fn protocol_word(protocol: Option<Protocol>) -> &'static str {
    match protocol {
        Some(Protocol::Tcp) => "TCP",
        Some(Protocol::Udp) => "UDP",
        None => ANY,
    }
}

/// The action that the parameters ask for; a reset without a number of bytes comes with the first one.
///
/// # Errors
/// When bytes are given and the action is no reset, or there are fewer than none.
pub(super) fn action(invocation: &Invocation<'_>, before: Action) -> Result<Action, ErrorRecord> {
    let given = match invocation.string("Action").as_deref() {
        None => before,
        Some("Allow") => Action::Allow,
        Some("Reject") => Action::Reject,
        Some("Reset") => Action::Reset { after_bytes: 0 },
        Some(_) => Action::Drop,
    };
    let Some(bytes) = invocation.int("ResetAfterBytes") else { return Ok(given) };
    let bytes = u64::try_from(bytes)
        .map_err(|_| unfit("ResetAfterBytes", format!("{bytes} is less than nothing.")))?;
    match given {
        Action::Reset { .. } => Ok(Action::Reset { after_bytes: bytes }),
        _ => Err(unfit("ResetAfterBytes", "It goes with -Action Reset only.")),
    }
}

/// Gives a rule what the parameters say.
///
/// # Errors
/// When a parameter does not fit, or is about a port that rules are not about.
pub(super) fn apply(
    invocation: &Invocation<'_>,
    rule: &mut FirewallRule,
) -> Result<(), ErrorRecord> {
    rule.action = action(invocation, rule.action)?;
    if let Some(enabled) = invocation.bool("Enabled") {
        rule.enabled = enabled;
    }
    match invocation.string("Protocol").as_deref() {
        None => {}
        Some("TCP") => rule.protocol = Some(Protocol::Tcp),
        Some("UDP") => rule.protocol = Some(Protocol::Udp),
        Some(_) => rule.protocol = None,
    }
    if let Some(prefixes) = prefixes(invocation, "LocalAddress")? {
        *local(rule) = prefixes;
    }
    if let Some(prefixes) = prefixes(invocation, "RemoteAddress")? {
        *remote(rule) = prefixes;
    }
    let (own, other, which) = match rule.direction {
        Direction::In => ("LocalPort", "RemotePort", "inbound"),
        Direction::Out => ("RemotePort", "LocalPort", "outbound"),
    };
    if invocation.has(other) {
        let why = format!("An {which} rule is about the port that is connected to: use -{own}.");
        return Err(unfit(other, why));
    }
    if let Some(texts) = given(invocation, own) {
        let ports: Result<_, _> = texts.iter().map(|text| port_range(own, text)).collect();
        rule.ports = ports?;
    }
    Ok(())
}

/// This side's addresses.
pub(super) fn local(rule: &mut FirewallRule) -> &mut Vec<IpNet> {
    match rule.direction {
        Direction::In => &mut rule.destinations,
        Direction::Out => &mut rule.sources,
    }
}

/// The outside's addresses.
pub(super) fn remote(rule: &mut FirewallRule) -> &mut Vec<IpNet> {
    match rule.direction {
        Direction::In => &mut rule.sources,
        Direction::Out => &mut rule.destinations,
    }
}

/// The addresses or prefixes of a parameter; none of them for `Any`.
///
/// # Errors
/// For the first text that is neither.
pub(super) fn prefixes(
    invocation: &Invocation<'_>,
    parameter: &str,
) -> Result<Option<Vec<IpNet>>, ErrorRecord> {
    let read = |text: &String| {
        let prefix = text.parse::<IpNet>().map(|prefix| prefix.trunc());
        let prefix = prefix.or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        prefix.map_err(|_| {
            let why = format!("\"{text}\" is neither an address nor a prefix such as 10.0.0.0/24.");
            unfit(parameter, why)
        })
    };
    let texts = given(invocation, parameter);
    texts.map(|texts| texts.iter().map(read).collect()).transpose()
}

/// The texts of a parameter; none of them for `Any`.
fn given(invocation: &Invocation<'_>, parameter: &str) -> Option<Vec<String>> {
    let mut texts = invocation.strings(parameter)?;
    if texts.iter().any(|text| text.eq_ignore_ascii_case(ANY)) {
        texts.clear();
    }
    Some(texts)
}

fn port_range(parameter: &str, text: &str) -> Result<RangeInclusive<u16>, ErrorRecord> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.trim().parse(), last.trim().parse()) {
        (Ok(first), Ok(last)) if first <= last && first > 0 => Ok(first..=last),
        _ => {
            let why = format!("\"{text}\" is neither a port nor a range such as 1024-65535.");
            Err(unfit(parameter, why))
        }
    }
}

/// The rule of that name.
///
/// # Errors
/// When there is none.
pub(super) fn named(firewall: &Firewall, name: &str) -> Result<FirewallRule, ErrorRecord> {
    let found = firewall.rules().iter().find(|rule| rule.name.eq_ignore_ascii_case(name));
    let known = firewall.rules().iter().map(|rule| rule.name.clone());
    found.cloned().ok_or_else(|| not_there("firewall rule", name, known))
}

/// Puts a rule before the one that `-Before` names, or behind all others.
///
/// # Errors
/// When its name is taken, or there is no rule to stand before.
pub(super) fn insert(
    invocation: &Invocation<'_>,
    firewall: &mut Firewall,
    rule: FirewallRule,
) -> Result<(), ErrorRecord> {
    let place = match invocation.string("Before") {
        None => firewall.rules().len(),
        Some(before) => {
            let before = named(firewall, &before)?;
            let rules = firewall.rules().iter();
            rules.take_while(|own| own.name != before.name).count()
        }
    };
    let name = rule.name.clone();
    firewall.insert(place, rule).map_err(|_| taken("firewall rule", &name))
}

/// Refuses to leave a list empty that would then match everything.
///
/// # Errors
/// When the list is empty.
pub(super) fn keep_some(rule: &str, parameter: &str, list: &[IpNet]) -> Result<(), ErrorRecord> {
    if !list.is_empty() {
        return Ok(());
    }
    Err(refused(format!(
        "The rule '{rule}' would have no {parameter} left and match every address. Remove the rule, \
         or set -{parameter} Any."
    )))
}

/// A name for a rule that has none, after what it does.
pub(super) fn name_for(rule: &FirewallRule) -> String {
    let mut rule = rule.clone();
    let mut words = vec![action_word(rule.action).to_owned()];
    words.push(direction_word(rule.direction).to_ascii_lowercase());
    words.extend(rule.protocol.map(|protocol| protocol_word(Some(protocol)).to_owned()));
    if !rule.ports.is_empty() {
        words.push(rule.ports.iter().map(shown_ports).collect::<Vec<_>>().join(", "));
    }
    for (word, list) in
        [("from", rule.sources.clone()), ("to", std::mem::take(&mut rule.destinations))]
    {
        if !list.is_empty() {
            let list: Vec<String> = list.iter().map(shown_prefix).collect();
            words.push(format!("{word} {}", list.join(", ")));
        }
    }
    words.join(" ")
}

/// A rule as it is shown.
pub(super) fn shown(rule: &FirewallRule, gateway: &Gateway) -> Value {
    let mut rule = rule.clone();
    let port = list(rule.ports.iter().map(shown_ports));
    let ports = match rule.direction {
        Direction::In => [port.clone(), Value::from(ANY)],
        Direction::Out => [Value::from(ANY), port.clone()],
    };
    let [local_port, remote_port] = ports;
    let after = match rule.action {
        Action::Reset { after_bytes } => i64::try_from(after_bytes).ok(),
        _ => None,
    };
    let object = Object::new("Lab.FirewallRule")
        .with("Name", rule.name.as_str())
        .with("Gateway", gateway.name())
        .with("Enabled", rule.enabled)
        .with("Direction", direction_word(rule.direction))
        .with("Action", action_word(rule.action))
        .with("ResetAfterBytes", after)
        .with("Protocol", protocol_word(rule.protocol))
        .with("Port", port)
        .with("LocalAddress", list(local(&mut rule).iter().map(shown_prefix)))
        .with("LocalPort", local_port)
        .with("RemoteAddress", list(remote(&mut rule).iter().map(shown_prefix)))
        .with("RemotePort", remote_port);
    Value::from(Object { text: rule.name, ..object })
}

/// One text as it is, several as a list, `Any` for none.
fn list(texts: impl Iterator<Item = String>) -> Value {
    let mut texts: Vec<String> = texts.collect();
    match (texts.pop(), texts.is_empty()) {
        (None, _) => Value::from(ANY),
        (Some(only), true) => Value::from(only),
        (Some(last), false) => Value::from([texts, vec![last]].concat()),
    }
}

fn shown_ports(range: &RangeInclusive<u16>) -> String {
    if range.start() == range.end() {
        return range.start().to_string();
    }
    format!("{}-{}", range.start(), range.end())
}

/// A prefix of a single address is shown as the address.
fn shown_prefix(prefix: &IpNet) -> String {
    if prefix.prefix_len() == prefix.max_prefix_len() {
        return prefix.addr().to_string();
    }
    prefix.to_string()
}
