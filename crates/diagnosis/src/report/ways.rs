//! The way of each kind of mail, as text.

use std::fmt::Write;

use super::{counted, moment, shortened};
use crate::engine::Diagnosis;
use crate::facts::{Fate, StepKind};
use crate::ways::{Hop, Way};

/// Longest error that is shown of a hop.
const DETAIL: usize = 110;

/// The way that each kind of mail took, hop by hop.
pub fn ways(diagnosis: &Diagnosis) -> String {
    let mut text = String::new();
    for way in crate::ways::ways(&diagnosis.facts) {
        if !text.is_empty() {
            text.push('\n');
        }
        show(&mut text, &way);
    }
    let settled = diagnosis.facts.messages.settled();
    if settled > 0 {
        let count = counted(settled, "more message");
        let _ = writeln!(text, "\n{count} delivered or handed over; only the last hours are shown");
    }
    text
}

fn show(text: &mut String, way: &Way) {
    let (sender, recipient) = &way.example;
    let _ = writeln!(
        text,
        "{} → {}: {}, {}",
        way.from,
        way.to,
        counted(way.messages, "message"),
        word(way.fate)
    );
    let which = if way.messages == 1 { "" } else { ", the first of them" };
    let _ = writeln!(text, "  {sender} → {recipient}{which}");
    let width = way.hops.iter().map(|hop| hop.host.chars().count()).max().unwrap_or_default();
    for hop in &way.hops {
        let _ = writeln!(text, "    {}  {:<width$}  {}", moment(hop.first), hop.host, told(hop));
    }
}

fn told(hop: &Hop) -> String {
    let mut told = match hop.kind {
        StepKind::Submitted => "submitted".to_owned(),
        StepKind::Received => with("received", "from", &hop.peer),
        StepKind::Resolved => "readdressed".to_owned(),
        StepKind::Sent => with("sent", "to", &hop.peer),
        StepKind::Deferred => "deferred".to_owned(),
        StepKind::Waiting => "waits".to_owned(),
        StepKind::Failed => "given up".to_owned(),
        StepKind::DelayReported => "delay reported to the sender".to_owned(),
        StepKind::Reported => "failure reported to the sender".to_owned(),
        StepKind::Delivered => "delivered".to_owned(),
    };
    if hop.kind == StepKind::Waiting && !hop.connector.is_empty() {
        told = format!("waits in {}", hop.connector);
    } else if !hop.connector.is_empty() {
        told = format!("{told}, by {}", hop.connector);
    }
    if hop.times > 1 {
        told = format!("{told}, {} times until {}", hop.times, moment(hop.last));
    }
    let tells = matches!(hop.kind, StepKind::Deferred | StepKind::Waiting | StepKind::Failed);
    if tells && !hop.detail.is_empty() {
        told = format!("{told}: {}", shortened(&hop.detail, DETAIL));
    }
    told
}

fn with(verb: &str, preposition: &str, peer: &str) -> String {
    if peer.is_empty() { verb.to_owned() } else { format!("{verb} {preposition} {peer}") }
}

fn word(fate: Fate) -> &'static str {
    match fate {
        Fate::Delivered => "delivered",
        Fate::HandedOver => "handed over",
        Fate::Failed => "not delivered",
        Fate::Waiting => "still waiting",
        Fate::Unknown => "the files do not tell how it ended",
    }
}
