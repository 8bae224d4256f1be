//! The way that each kind of mail took, hop by hop, as the files tell it.
//!
//! Messages from one domain to another that went through the same steps are one kind. Where a
//! server's files are not there, its steps are missing, and nothing is made up for them.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::facts::{Facts, Fate, Message, Step, StepKind};
use crate::rules::domain_of;

/// A way that messages took.
#[derive(Clone, Debug)]
pub struct Way {
    /// The domain of the senders.
    pub from: String,
    /// The domain of the recipients as they were written.
    pub to: String,
    /// How many messages took it.
    pub messages: usize,
    /// How they ended.
    pub fate: Fate,
    /// The hops of the first of them.
    pub hops: Vec<Hop>,
    /// Its sender and recipients.
    pub example: (String, Vec<String>),
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
    let mut ways: BTreeMap<(String, String, Fate, Signature), Vec<&Message>> = BTreeMap::new();
    for message in facts.messages.iter().filter(|message| !is_report(message)) {
        let Some(recipient) = original_recipients(message).into_iter().next() else { continue };
        let key = (
            domain_of(&message.sender).to_owned(),
            domain_of(&recipient).to_owned(),
            fate(message),
            signature(&hops(message)),
        );
        ways.entry(key).or_default().push(message);
    }
    let mut ways: Vec<Way> = ways
        .into_iter()
        .filter_map(|((from, to, fate, _), messages)| {
            let first = messages.iter().min_by_key(|message| (message.begun(), &message.id))?;
            Some(Way {
                from,
                to,
                messages: messages.len(),
                fate,
                hops: hops(first),
                example: (first.sender.clone(), original_recipients(first)),
            })
        })
        .collect();
    ways.sort_by_key(|way| way.hops.first().map(|hop| hop.first));
    ways
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
    first.map(|step| step.recipients.clone()).unwrap_or_default()
}

/// The worst that happened to any recipient.
fn fate(message: &Message) -> Fate {
    let fates = original_recipients(message).into_iter().map(|one| message.fate(&one));
    fates.max().unwrap_or(Fate::Unknown)
}

/// Steps in order; what a server does again and again is one hop.
fn hops(message: &Message) -> Vec<Hop> {
    let mut hops: Vec<Hop> = Vec::new();
    for step in message.timeline() {
        match hops.iter_mut().rev().find(|hop| is_near(hop, step)) {
            Some(hop) if is_again(hop, step) => {
                hop.times += 1;
                hop.last = step.time;
            }
            _ => hops.push(Hop {
                first: step.time,
                last: step.time,
                times: 1,
                host: step.host.clone(),
                kind: step.kind,
                peer: step.peer.clone(),
                connector: step.connector.clone(),
                detail: step.detail.clone(),
            }),
        }
    }
    hops
}

/// The last hop of the same server.
fn is_near(hop: &Hop, step: &Step) -> bool {
    hop.host == step.host
}

fn is_again(hop: &Hop, step: &Step) -> bool {
    hop.kind == step.kind
        && hop.connector == step.connector
        && matches!(step.kind, StepKind::Deferred | StepKind::Waiting | StepKind::Reported)
        && status(&hop.detail) == status(&step.detail)
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
