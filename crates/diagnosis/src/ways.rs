//! The way that each kind of mail took, hop by hop, as the files tell it.
//!
//! Messages from one domain to another that went through the same steps are one kind. Where a
//! server's files are not there, its steps are missing, and nothing is made up for them.

use std::collections::BTreeMap;

use exchange::eop;
use jiff::{SignedDuration, Timestamp};
use logs::last_error::LastError;

use crate::facts::{EXCHANGE_ONLINE, Facts, Fate, Message, Step, StepKind};
use crate::reading::names::computer;
use crate::rules::domain_of;

/// A way that messages took.
#[derive(Clone, Debug)]
pub struct Way {
    /// The domain of the senders.
    pub from: String,
    /// The domain of the recipients as they were written.
    pub to: String,
    /// How many messages took it, counted for each recipient.
    pub messages: usize,
    /// How they ended.
    pub fate: Fate,
    /// The hops of the first of them.
    pub hops: Vec<Hop>,
    /// Its sender and recipient.
    pub example: (String, String),
}

/// Something that happened on a server, once or several times in a row.
#[derive(Clone, Debug)]
pub struct Hop {
    /// First time.
    pub first: Timestamp,
    /// Last time.
    pub last: Timestamp,
    /// How often.
    pub times: usize,
    /// The server.
    pub host: String,
    /// What.
    pub kind: StepKind,
    /// The peer, such as the next hop.
    pub peer: String,
    /// The connector it came or went by.
    pub connector: String,
    /// More in words.
    pub detail: String,
}

type Signature = Vec<(String, StepKind, String, String)>;

/// The ways of all messages but reports, the earliest first.
pub fn ways(facts: &Facts) -> Vec<Way> {
    let mut ways: BTreeMap<Kind, Vec<Taken>> = BTreeMap::new();
    for message in facts.messages.iter().filter(|message| !is_report(message)) {
        for recipient in original_recipients(message) {
            let taken = Taken { hops: hops(&message.steps_for(&recipient)), message, recipient };
            ways.entry(taken.kind()).or_default().push(taken);
        }
    }
    let mut ways: Vec<Way> =
        ways.into_iter().filter_map(|(kind, taken)| way(kind, taken)).collect();
    ways.sort_by_key(|way| way.hops.first().map(|hop| hop.first));
    ways
}

/// The way of a message to one recipient.
struct Taken<'f> {
    message: &'f Message,
    recipient: String,
    hops: Vec<Hop>,
}

/// What ways of one kind have in common: domains, end, hops.
type Kind = (String, String, Fate, Signature);

impl Taken<'_> {
    fn kind(&self) -> Kind {
        (
            domain_of(&self.message.sender).to_owned(),
            domain_of(&self.recipient).to_owned(),
            self.message.fate(&self.recipient),
            signature(&self.hops),
        )
    }
}

fn way((from, to, fate, _): Kind, taken: Vec<Taken>) -> Option<Way> {
    let messages = taken.len();
    let first =
        taken.into_iter().min_by_key(|taken| (taken.message.begun(), taken.recipient.clone()))?;
    let example = (first.message.sender.clone(), first.recipient);
    Some(Way { from, to, messages, fate, hops: first.hops, example })
}

/// Reports have no sender, or the system's.
fn is_report(message: &Message) -> bool {
    let sender = message.sender.as_str();
    matches!(sender, "" | "<>")
        || sender.starts_with("microsoftexchange329e71ec88ae4615bbc36ab6ce41109e@")
        || sender.starts_with("postmaster@")
        || sender.starts_with("mailer-daemon@")
}

/// Recipients as the first server wrote them.
fn original_recipients(message: &Message) -> Vec<String> {
    let timeline = message.timeline();
    let first = timeline.into_iter().find(|step| !step.recipients.is_empty());
    first.map(|step| step.recipients.to_vec()).unwrap_or_default()
}

/// Steps in order; what a server does again and again is one hop, and what its services hand to each
/// other is none.
fn hops(steps: &[&Step]) -> Vec<Hop> {
    let mut hops: Vec<Hop> = Vec::new();
    for step in steps {
        let host = shown_host(&step.host);
        let is_inside = !step.peer.is_empty() && shown_host(&step.peer).eq_ignore_ascii_case(host);
        let is_known = hops.iter().any(|hop| hop.host == host);
        match step.kind {
            StepKind::Sent if is_inside => continue,
            StepKind::Received if is_inside && is_known => continue,
            // A copy for some recipients was made; nobody has another address.
            StepKind::Resolved if step.detail.is_empty() => continue,
            _ => {}
        }
        match hops.iter_mut().rev().find(|hop| hop.host == host) {
            Some(hop) if is_again(hop, step) => {
                hop.times += usize::from(step.kind == StepKind::Deferred);
                hop.last = step.time;
            }
            _ if is_inside => hops.push(Hop { peer: String::new(), ..hop(host, step) }),
            _ => hops.push(hop(host, step)),
        }
    }
    for index in 1..hops.len() {
        send_before_receipt(&mut hops, index);
    }
    hops
}

/// A server notes that it sent a message once the next hop has taken it, which notes it at once: the
/// sending moves before the receipt.
fn send_before_receipt(hops: &mut [Hop], index: usize) {
    let sent = &hops[index];
    if sent.kind != StepKind::Sent {
        return;
    }
    let is_answer =
        |hop: &Hop| hop.host != sent.host && sent.first.duration_since(hop.first) <= TAKEN_WITHIN;
    let answers = hops[..index].iter().rev().take_while(|hop| is_answer(hop)).count();
    let begin = index - answers;
    let receipt = hops[begin..index].iter().position(|hop| hop.kind == StepKind::Received);
    if let Some(receipt) = receipt {
        hops[begin + receipt..=index].rotate_right(1);
    }
}

/// Longest time between a receipt and the note that it was sent.
const TAKEN_WITHIN: SignedDuration = SignedDuration::from_secs(30);

fn hop(host: &str, step: &Step) -> Hop {
    Hop {
        first: step.time,
        last: step.time,
        times: 1,
        host: host.to_owned(),
        kind: step.kind,
        peer: step.peer.to_string(),
        connector: step.connector.to_string(),
        detail: LastError::parse(&step.detail).led,
    }
}

/// A server by its short name; all servers of Exchange Online are one.
fn shown_host(name: &str) -> &str {
    if eop::is_exchange_online(name) { EXCHANGE_ONLINE } else { computer(name) }
}

/// Whether the server does the same again. Both logs of a server and several rows of a trace tell of the
/// same submission, receipt or delivery.
fn is_again(hop: &Hop, step: &Step) -> bool {
    match step.kind {
        StepKind::Deferred | StepKind::Waiting | StepKind::DelayReported | StepKind::Reported => {
            hop.kind == step.kind
                && *hop.connector == *step.connector
                && status(&hop.detail) == status(&LastError::parse(&step.detail).led)
        }
        StepKind::Submitted | StepKind::Resolved => hop.kind == step.kind,
        _ => hop.kind == step.kind && *hop.peer == *step.peer && hop.last == step.time,
    }
}

fn signature(hops: &[Hop]) -> Signature {
    let own = |hop: &Hop| {
        (hop.host.clone(), hop.kind, hop.connector.clone(), status(&hop.detail).to_owned())
    };
    hops.iter().map(own).collect()
}

/// The codes at the beginning of an error.
fn status(detail: &str) -> &str {
    let end = detail.find(|letter: char| !matches!(letter, '0'..='9' | '.' | ' '));
    detail.get(..end.unwrap_or(detail.len())).unwrap_or_default().trim()
}
