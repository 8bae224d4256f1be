//! # A firewall does not let all of Exchange Online in
//!
//! ## What happened
//! Exchange Online sends from many addresses, which Microsoft publishes as ranges. A firewall in
//! front of the organization knows only some of them. Mail that leaves from a known address
//! arrives at once; mail that leaves from another is refused (socket error 10061, `450 4.4.316`)
//! or gets no answer (10060, `450 4.4.315`), is tried again, now and then from an address that is
//! known, and is returned after 24 hours if it never was.
//!
//! ## Evidence
//! The message trace names the error and the address that was tried. No log on premises tells of a
//! connection that never arrived: the firewall's drop log does. Conversations of Exchange Online
//! in the SMTP Receive log of the same hours show that the server was up and reachable.
//!
//! ## Not to be confused with
//! A stopped Front End Transport service, which refuses everybody; a TLS or certificate fault,
//! which leaves rows in the SMTP Receive log; a wrong smart host on the outbound connector, where
//! the address tried is not one of the organization's.
//!
//! ## Fix
//! Allow every published range of Exchange Online (Microsoft 365 URLs and IP address ranges, id
//! 10) to port 25 of the address that the outbound connector names.
//!
//! ## Check
//! `Get-MessageTraceV2` shows new mail as Delivered, and the firewall's drop log has no more
//! addresses of the published ranges.
//!
//! ## Way back
//! Remove the rule that was added.
//!
//! ## Prevention
//! Do not copy ranges by hand: subscribe to Microsoft's endpoint web service and compare the
//! firewall's object group with it every month, and after every migration of the firewall.
//!
//! ## Sources
//! Microsoft Learn, "Office 365 URLs and IP address ranges"; "Fix NDR error 550 5.4.316";
//! "Demystifying and troubleshooting hybrid mail flow" (Exchange Team Blog).

use std::collections::BTreeSet;
use std::net::IpAddr;

use exchange::eop;
use jiff::SignedDuration;

use super::Rule;
use super::case::{self, Case, Numbered, SHOWN, listed};
use crate::facts::{DropFact, Session, SessionKind};
use crate::finding::{Certainty, Finding, Judgement};
use crate::remedy::Command;

pub(super) static RULE: Rule =
    Rule { name: NAME, source: include_str!("firewall_blocks_eop_range.rs"), judge };

const NAME: &str = "firewall-blocks-eop-range";

const DECIDES: &str = "whether a firewall keeps some of Exchange Online's addresses out";

/// Errors before and after these still belong to the time that is looked at.
const MARGIN: SignedDuration = SignedDuration::from_mins(30);

fn judge(case: Case) -> Judgement {
    let errors = case.unanswered_from_online();
    if errors.is_empty() {
        return Judgement::default();
    }
    let drops = drops(case, &errors);
    let span = case::span(&errors);
    let calls = span.map(|span| case.calls_of_online(case::widened(span, MARGIN)));
    let calls = calls.unwrap_or_default();
    if !drops.is_empty() {
        return proven(case, &errors, &drops, &calls).into();
    }
    // The firewall's log covers the time and holds no such drop.
    if case.firewall_extract_over(span).is_some() {
        return Judgement::default();
    }
    if calls.is_empty() {
        return if case.stopped_listeners().is_empty() {
            undecided(case)
        } else {
            Judgement::default()
        };
    }
    likely(case, &errors, &calls)
}

/// Drops on the way to port 25 of an address that was tried.
fn drops<'f>(case: Case<'f>, errors: &[Numbered]) -> Vec<&'f DropFact> {
    let targets = case::targets(errors);
    let is_meant = |drop: &&DropFact| targets.is_empty() || targets.contains(&drop.destination);
    case.drops_of_online().filter(is_meant).collect()
}

fn proven(case: Case, errors: &[Numbered], drops: &[&DropFact], calls: &[&Session]) -> Finding {
    let blocked = ranges(drops.iter().map(|drop| drop.source));
    let firewalls: BTreeSet<&str> = drops.iter().map(|drop| drop.drop.host.as_str()).collect();
    let firewall = firewalls.first().copied().unwrap_or_default();
    let summary = format!(
        "The firewall {} does not let Exchange Online in from {}, so mail that leaves from there waits \
         and is returned after 24 hours.",
        listed(&firewalls),
        listed(&blocked)
    );
    let mut finding = found(Certainty::Proven, summary, errors, calls);
    let of_range = |range| drops.iter().find(|drop| eop::range_of(drop.source) == Some(range));
    let mut first_of_range: Vec<_> =
        blocked.iter().filter_map(|range| Some(of_range(*range)?.at.clone())).collect();
    first_of_range.sort_unstable();
    finding.show(
        "the firewall turned connections of Exchange Online away",
        first_of_range.into_iter().take(SHOWN),
    );
    let destinations: BTreeSet<IpAddr> = drops.iter().map(|drop| drop.destination).collect();
    prescribe(case, &mut finding, firewall, &blocked, &destinations);
    finding
}

fn likely(case: Case, errors: &[Numbered], calls: &[&Session]) -> Judgement {
    let known = ranges(calls.iter().filter_map(|session| session.remote_ip()));
    let blocked: BTreeSet<_> = eop::RANGES.into_iter().filter(|it| !known.contains(it)).collect();
    if blocked.is_empty() {
        return Judgement::lacking(FIREWALL_LOG, DECIDES, FIREWALL_HOLDER);
    }
    let summary = format!(
        "Something in front of the organization keeps out part of Exchange Online's addresses: of the \
         published ranges, none of {} was seen while others came through.",
        listed(&blocked)
    );
    let mut finding = found(Certainty::Likely, summary, errors, calls);
    prescribe(case, &mut finding, "", &blocked, &case::targets(errors));
    let mut judgement = Judgement::from(finding);
    judgement.lack(FIREWALL_LOG, DECIDES, FIREWALL_HOLDER);
    judgement
}

const FIREWALL_LOG: &str = "the drop log of the firewall in front of port 25";
const FIREWALL_HOLDER: &str = "ask whoever runs the firewall for its denied connections to port 25 \
                               during the errors; in the lab: Get-LabFirewallLog";

fn undecided(case: Case) -> Judgement {
    let mut judgement = Judgement::lacking(FIREWALL_LOG, DECIDES, FIREWALL_HOLDER);
    let is_answered =
        |session: &Session| session.kind == SessionKind::Receive && session.port() == Some(25);
    let has_log = case.facts.sessions.iter().any(is_answered);
    if !has_log {
        judgement.lack(
            "the SMTP Receive protocol log of the server that answers on port 25",
            "whether any connection of Exchange Online arrives",
            "Get-ReceiveConnector | Set-ReceiveConnector -ProtocolLoggingLevel Verbose",
        );
    }
    judgement
}

fn found(
    certainty: Certainty,
    summary: String,
    errors: &[Numbered],
    calls: &[&Session],
) -> Finding {
    let mut finding = Finding::new(NAME, certainty, summary);
    finding.explains = case::numbers(errors);
    finding.show("Exchange Online could not connect", case::places(errors));
    let count: usize = calls.iter().map(|call| call.alike).sum();
    if let Some(call) = calls.first() {
        finding.rule_out(
            "the server, or its transport service, is down",
            format!("it answered {count} connections of Exchange Online in the same hours"),
            [call.at.clone()],
        );
    }
    if let Some((place, _)) =
        calls.iter().find_map(|call| call.tls.negotiated.clone().map(|place| (place, call)))
    {
        finding.rule_out(
            "a certificate or TLS fault",
            "connections that arrive negotiate TLS",
            [place],
        );
    }
    finding
}

fn prescribe(
    case: Case,
    finding: &mut Finding,
    firewall: &str,
    blocked: &BTreeSet<&str>,
    to: &BTreeSet<IpAddr>,
) {
    let name = "Exchange Online to port 25";
    let (local, ranges) = (case::join(to), case::join(blocked));
    finding.remedies.push(Command::firewall(
        firewall,
        format!(
            "# On a real firewall: allow TCP port 25 from {ranges} to {local}.\n\
             New-LabFirewallRule -Name '{name}' -Direction Inbound -Protocol TCP -RemoteAddress {ranges} \
             -LocalAddress {local} -LocalPort 25 -Action Allow",
        ),
    ));
    finding
        .rollback
        .push(Command::firewall(firewall, format!("Remove-LabFirewallRule -Name '{name}'")));
    let recipient =
        case::recipients(&case.unanswered_from_online()).first().copied().unwrap_or("*");
    finding.verify.push(Command::online(format!(
        "Get-MessageTraceV2 -RecipientAddress {recipient} -StartDate (Get-Date).AddHours(-1) -EndDate (Get-Date)"
    )));
    finding.verify.push(Command::firewall(firewall, "Get-LabFirewallLog"));
}

fn ranges(addresses: impl Iterator<Item = IpAddr>) -> BTreeSet<&'static str> {
    addresses.filter_map(eop::range_of).collect()
}
