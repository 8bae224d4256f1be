//! Messages, and the steps of each through every server that tells of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::evidence::Place;
use crate::index::{self, Index};

/// A text that many facts share.
pub type Text = Arc<str>;

/// Messages by their `Message-ID`.
#[derive(Clone, Debug, Default)]
pub struct Messages {
    known: Vec<Message>,
    places: Index,
    settled: usize,
}

/// A message.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// `Message-ID:` header, with angle brackets.
    pub id: String,
    /// Subject.
    pub subject: String,
    /// Sender.
    pub sender: String,
    /// Recipients as anyone named them.
    pub recipients: BTreeSet<String>,
    /// What happened, in the order of the files; [`Message::timeline`] sorts.
    pub steps: Vec<Step>,
}

/// Something that happened to a message.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where it is told.
    pub at: Place,
    /// When.
    pub time: Timestamp,
    /// The computer on which it happened.
    pub host: Text,
    /// What.
    pub kind: StepKind,
    /// To whom; nobody in particular when empty.
    pub recipients: Arc<[String]>,
    /// The peer, such as the next hop.
    pub peer: Text,
    /// The connector it came or went by.
    pub connector: Text,
    /// More in words: a reply, an error.
    pub detail: String,
}

/// What happened to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepKind {
    /// Taken from a mailbox.
    Submitted,
    /// Came in by SMTP.
    Received,
    /// The address was replaced by another.
    Resolved,
    /// Handed to the next hop.
    Sent,
    /// Not handed on yet.
    Deferred,
    /// Waits in a queue at the moment of collection.
    Waiting,
    /// Given up.
    Failed,
    /// The sender was told that it is not delivered yet, and is tried again.
    DelayReported,
    /// The sender was told that it was given up.
    Reported,
    /// Put into a mailbox.
    Delivered,
}

/// How a message ended for a recipient, as far as the files tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// In a mailbox.
    Delivered,
    /// Handed to a server that none of the files come from.
    HandedOver,
    /// Given up.
    Failed,
    /// Still on its way.
    Waiting,
    /// The files do not tell.
    Unknown,
}

impl Messages {
    /// The message of that id; made when nobody told of it before.
    pub fn entry(&mut self, id: impl Into<String> + AsRef<str>) -> &mut Message {
        let number = index::number(id.as_ref().as_bytes());
        let place = self.places.place(number).unwrap_or_else(|| {
            self.places.insert(number, self.known.len());
            self.known.push(Message { id: id.into(), ..Message::default() });
            self.known.len() - 1
        });
        &mut self.known[place]
    }

    /// The message of that id.
    pub fn get(&self, id: &str) -> Option<&Message> {
        self.places.place(index::number(id.as_bytes())).and_then(|place| self.known.get(place))
    }

    /// All messages: as they were told, and by id once all files are read.
    pub fn iter(&self) -> impl Iterator<Item = &Message> {
        self.known.iter()
    }

    /// Puts them in the order of their ids, whichever file told of them first.
    pub(crate) fn sort(&mut self) {
        self.known.sort_by(|a, b| a.id.cmp(&b.id));
        self.find_places();
    }

    fn find_places(&mut self) {
        self.places = Index::default();
        for (place, message) in self.known.iter().enumerate() {
            self.places.insert(index::number(message.id.as_bytes()), place);
        }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// How many more were delivered or handed over, and are not kept.
    pub fn settled(&self) -> usize {
        self.settled
    }

    /// Forgets messages of which nothing went wrong and nothing happened since that moment, and which
    /// nobody asks for.
    pub(crate) fn settle(&mut self, until: Timestamp, is_asked_for: impl Fn(&str) -> bool) {
        let before = self.known.len();
        self.known.retain(|message| !message.is_settled(until) || is_asked_for(&message.id));
        self.settled += before - self.known.len();
        self.find_places();
    }

    /// Whether no file tells of any.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }
}

impl Message {
    /// What is known of it besides its steps.
    pub fn describe(&mut self, subject: &str, sender: &str) {
        if self.subject.is_empty() {
            subject.clone_into(&mut self.subject);
        }
        if self.sender.is_empty() {
            self.sender = sender.to_ascii_lowercase();
        }
    }

    /// The steps by time; of the same time, in the order in which they can only have happened.
    pub fn timeline(&self) -> Vec<&Step> {
        let mut steps: Vec<_> = self.steps.iter().collect();
        steps.sort_by(|a, b| (a.time, a.kind, &a.at).cmp(&(b.time, b.kind, &b.at)));
        steps
    }

    /// The first thing that any file tells of it.
    pub fn begun(&self) -> Option<Timestamp> {
        self.steps.iter().map(|step| step.time).min()
    }

    /// Whether the last that happened to it was good, before that moment, and nothing before was bad.
    fn is_settled(&self, until: Timestamp) -> bool {
        let is_good = |step: &Step| {
            use StepKind::{Delivered, Received, Resolved, Sent, Submitted};
            step.time < until
                && matches!(step.kind, Submitted | Received | Resolved | Sent | Delivered)
        };
        let last = self.steps.iter().max_by_key(|step| (step.time, step.kind));
        last.is_some_and(|last| matches!(last.kind, StepKind::Sent | StepKind::Delivered))
            && self.steps.iter().all(is_good)
    }

    /// The addresses that took the place of each.
    fn replacements(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut replaced: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for step in self.steps.iter().filter(|step| step.kind == StepKind::Resolved) {
            let entry = replaced.entry(step.detail.trim().to_ascii_lowercase()).or_default();
            entry.extend(step.recipients.iter().map(|own| own.to_ascii_lowercase()));
        }
        replaced
    }

    /// The addresses by which a recipient goes: its own, and those that took its place on the way.
    pub fn names_of(&self, recipient: &str) -> BTreeSet<String> {
        names_along(&self.replacements(), recipient)
    }

    /// Those of its names that nothing took the place of: where its mail goes in the end.
    pub fn last_names_of(&self, recipient: &str) -> BTreeSet<String> {
        let replaced = self.replacements();
        let names = names_along(&replaced, recipient);
        let last = names.iter().filter(|name| !replaced.contains_key(*name));
        let last: BTreeSet<_> = last.cloned().collect();
        // Addresses in a circle are all replaced.
        if last.is_empty() { names } else { last }
    }

    /// The steps that concern a recipient, by time.
    pub fn steps_for(&self, recipient: &str) -> Vec<&Step> {
        let names = self.names_of(recipient);
        let concerns = |step: &&Step| {
            step.recipients.is_empty()
                || step.recipients.iter().any(|own| names.contains(&own.to_ascii_lowercase()))
        };
        self.timeline().into_iter().filter(concerns).collect()
    }

    /// How it ended for one of its recipients, under every address that took the place of the first.
    /// For a group it is the worst that happened to a member.
    pub fn fate(&self, recipient: &str) -> Fate {
        let timeline = self.timeline();
        let replaced = self.replacements();
        let mut fates = Vec::new();
        let mut known = BTreeSet::from([recipient.to_ascii_lowercase()]);
        let mut open = vec![vec![recipient.to_ascii_lowercase()]];
        while let Some(path) = open.pop() {
            let next = path.last().and_then(|address| replaced.get(address));
            let next =
                next.into_iter().flatten().filter(|address| known.insert((*address).clone()));
            let longer: Vec<_> =
                next.map(|new| [path.as_slice(), std::slice::from_ref(new)].concat()).collect();
            if longer.is_empty() {
                fates.push(fate_along(&timeline, &path));
            }
            open.extend(longer);
        }
        fates.into_iter().max().unwrap_or(Fate::Unknown)
    }
}

/// An address and all that took its place, one after the other.
fn names_along(replaced: &BTreeMap<String, BTreeSet<String>>, recipient: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open = vec![recipient.to_ascii_lowercase()];
    while let Some(name) = open.pop() {
        if names.insert(name.clone()) {
            open.extend(replaced.get(&name).into_iter().flatten().cloned());
        }
    }
    names
}

/// How it ended for somebody who had these addresses, one after the other.
fn fate_along(timeline: &[&Step], addresses: &[String]) -> Fate {
    let is_for = |step: &&&Step| {
        step.recipients.is_empty()
            || step
                .recipients
                .iter()
                .any(|own| addresses.iter().any(|address| own.eq_ignore_ascii_case(address)))
    };
    let mut fate = Fate::Unknown;
    for step in timeline.iter().filter(is_for) {
        fate = match (step.kind, fate) {
            (StepKind::Delivered, _) => return Fate::Delivered,
            (StepKind::Failed, _) | (_, Fate::Failed) => Fate::Failed,
            (StepKind::Sent, _) => Fate::HandedOver,
            (StepKind::DelayReported, Fate::Unknown) => Fate::Waiting,
            (StepKind::DelayReported | StepKind::Reported | StepKind::Resolved, _) => fate,
            _ => Fate::Waiting,
        };
    }
    fate
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::FileId;

    fn step(second: i64, kind: StepKind, recipients: &[&str], detail: &str) -> Step {
        Step {
            at: Place::line(FileId(0), 1),
            time: Timestamp::from_second(second).unwrap(),
            host: Text::default(),
            kind,
            recipients: recipients.iter().map(|own| (*own).to_owned()).collect(),
            peer: Text::default(),
            connector: Text::default(),
            detail: detail.to_owned(),
        }
    }

    #[test]
    fn whoever_was_readdressed_is_followed() {
        let steps = vec![
            step(0, StepKind::Received, &["meera@contoso.com", "anna@contoso.com"], ""),
            step(1, StepKind::Resolved, &["meera@x.onmicrosoft.com"], "Meera@contoso.com"),
            step(2, StepKind::Failed, &["meera@x.onmicrosoft.com"], "550 5.4.1"),
            step(3, StepKind::Delivered, &["anna@contoso.com"], ""),
        ];
        let message = Message { steps, ..Message::default() };
        assert_eq!(message.fate("meera@contoso.com"), Fate::Failed);
        assert_eq!(message.fate("meera@x.onmicrosoft.com"), Fate::Failed);
        assert_eq!(message.fate("anna@contoso.com"), Fate::Delivered);
        let last = |recipient| message.last_names_of(recipient).into_iter().collect::<Vec<_>>();
        assert_eq!(last("meera@contoso.com"), ["meera@x.onmicrosoft.com"]);
        assert_eq!(last("Anna@contoso.com"), ["anna@contoso.com"]);
    }

    #[test]
    fn whoever_was_told_of_a_delay_waits_until_it_ends() {
        let mut steps = vec![step(1, StepKind::DelayReported, &["anna@contoso.com"], "")];
        let fate = |steps: &[Step]| {
            Message { steps: steps.to_vec(), ..Message::default() }.fate("anna@contoso.com")
        };
        assert_eq!(fate(&steps), Fate::Waiting);
        steps.push(step(0, StepKind::Sent, &["anna@contoso.com"], ""));
        assert_eq!(fate(&steps), Fate::HandedOver);
    }

    #[test]
    fn only_messages_that_ended_well_are_settled() {
        let mut messages = Messages::default();
        let mut tell = |id: &str, kinds: &[StepKind]| {
            let kinds = (0..).zip(kinds);
            let steps = kinds.map(|(second, kind)| step(second, *kind, &["a@contoso.com"], ""));
            messages.entry(id).steps.extend(steps);
        };
        tell("<good>", &[StepKind::Received, StepKind::Sent]);
        tell("<asked>", &[StepKind::Received, StepKind::Delivered]);
        tell("<late>", &[StepKind::Deferred, StepKind::Sent]);
        tell("<waits>", &[StepKind::Sent, StepKind::Received]);
        messages.settle(Timestamp::from_second(1).unwrap(), |_| false);
        assert_eq!((messages.len(), messages.settled()), (4, 0));
        messages.settle(Timestamp::from_second(9).unwrap(), |id| id == "<asked>");
        let left: Vec<_> = messages.iter().map(|message| message.id.as_str()).collect();
        assert_eq!(
            (left.as_slice(), messages.settled()),
            (["<asked>", "<late>", "<waits>"].as_slice(), 1)
        );
    }

    #[test]
    fn a_group_fares_as_its_worst_member_and_addresses_in_a_circle_end() {
        let steps = vec![
            step(0, StepKind::Received, &["all@contoso.com"], ""),
            step(1, StepKind::Resolved, &["a@contoso.com"], "all@contoso.com"),
            step(1, StepKind::Resolved, &["b@contoso.com"], "all@contoso.com"),
            step(1, StepKind::Resolved, &["all@contoso.com"], "b@contoso.com"),
            step(2, StepKind::Delivered, &["a@contoso.com"], ""),
            step(3, StepKind::Failed, &["b@contoso.com"], ""),
        ];
        let message = Message { steps, ..Message::default() };
        assert_eq!(message.fate("all@contoso.com"), Fate::Failed);
        assert_eq!(message.fate("a@contoso.com"), Fate::Delivered);
        let last: Vec<_> = message.last_names_of("all@contoso.com").into_iter().collect();
        assert_eq!(last, ["a@contoso.com"]);
    }
}
