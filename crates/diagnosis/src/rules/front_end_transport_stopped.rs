//! # The service that answers on port 25 does not run
//!
//! ## What happened
//! Microsoft Exchange Frontend Transport (on an Edge server: Microsoft Exchange Transport) is
//! stopped. Nobody listens on port 25, so Windows refuses every connection: Exchange Online notes
//! socket error 10061, `450 4.4.316`, tries again for 24 hours and then returns the mail.
//!
//! ## Evidence
//! `Get-Service` of the time shows the service as Stopped; the SMTP Receive log has no
//! conversation while the errors last. The firewall's drop log has no connection of Exchange
//! Online.
//!
//! ## Not to be confused with
//! A firewall that lets only some addresses in: then other connections of Exchange Online arrive
//! in the same hours. A stopped Transport service on a Mailbox server: then Front End Transport
//! answers, with `451 4.7.0`.
//!
//! ## Fix
//! Start the service, and find out in the Windows event log who or what stopped it.
//!
//! ## Check
//! `Get-Service` shows Running and `Test-NetConnection` reaches port 25.
//!
//! ## Way back
//! Stop the service again.
//!
//! ## Prevention
//! Watch the service and port 25 from outside; after updates, check that services set to Automatic
//! run.
//!
//! ## Sources
//! Microsoft Learn, "Exchange services on Exchange servers"; "Fix NDR error 550 5.4.316".

use super::Rule;
use super::case::{self, Case};
use crate::facts::Span;
use crate::finding::{Certainty, Finding, Judgement};
use crate::remedy::Command;

pub(super) static RULE: Rule =
    Rule { name: NAME, source: include_str!("front_end_transport_stopped.rs"), judge };

const NAME: &str = "front-end-transport-stopped";

fn judge(case: Case) -> Judgement {
    let errors = case.unanswered_from_online();
    let stopped = case.stopped_listeners();
    let Some(service) = stopped.first().filter(|_| !errors.is_empty()) else {
        return Judgement::default();
    };
    let host = case.host(&service.at);
    let span = case::span(&errors);
    let arrived = span.map(|span| case.calls_of_online(span)).unwrap_or_default();
    if !arrived.is_empty() || case.drops_of_online().next().is_some() {
        return Judgement::default();
    }
    let summary = format!(
        "{} does not run on {host}: nobody answers on port 25, and Exchange Online cannot hand over mail.",
        service.name
    );
    let mut finding = Finding::new(NAME, certainty(case, span), summary);
    finding.explains = case::numbers(&errors);
    finding.show("Exchange Online could not connect", case::places(&errors));
    finding.show("the service was stopped", [service.at.property("Status")]);
    let stops = case.facts.events.iter().filter(|fact| {
        case.host(&fact.at) == host
            && fact.event.description.contains("stopped")
            && is_named(&fact.event.description, &service.name)
    });
    finding.show("Windows noted that it stopped", stops.map(|fact| fact.at.clone()).take(1));
    if let Some(place) = case.firewall_extract_over(span) {
        finding.rule_out(
            "a firewall keeps Exchange Online out",
            "its log covers the time and has no connection of Exchange Online",
            [place.clone()],
        );
    }
    let name = &service.name;
    finding.remedies.push(Command::exchange(host, format!("Start-Service {name}")));
    finding.verify.push(Command::exchange(host, format!("Get-Service {name}")));
    finding.verify.push(Command::exchange(host, format!("Test-NetConnection {host} -Port 25")));
    finding.rollback.push(Command::exchange(host, format!("Stop-Service {name}")));
    finding.into()
}

/// It is proven when the log that would hold a conversation begins before the errors.
fn certainty(case: Case, span: Option<Span>) -> Certainty {
    let first = case.facts.sessions.iter().map(|session| session.begun).min();
    match (first, span) {
        (Some(first), Some(span)) if first <= span.from => Certainty::Proven,
        _ => Certainty::Likely,
    }
}

/// Whether an event's text names the service, by its name or its display name.
fn is_named(text: &str, service: &str) -> bool {
    let display = match service {
        "MSExchangeFrontEndTransport" => "Microsoft Exchange Frontend Transport",
        _ => "Microsoft Exchange Transport",
    };
    text.contains(service) || text.contains(display)
}
