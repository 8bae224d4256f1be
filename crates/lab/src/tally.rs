//! How mail ended, counted for each direction.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use smtp::Address;

use crate::lab::{Lab, SentMail};
use crate::scenario::Outcome;

/// Where a mailbox is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// On an Exchange server of the organization.
    OnPremises,
    /// In the tenant.
    ExchangeOnline,
    /// With somebody else.
    Internet,
    /// Nobody has the address.
    Nobody,
}

/// From where to where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Direction {
    /// Where the sender's mailbox is.
    pub from: Side,
    /// Where the recipient's mailbox is.
    pub to: Side,
}

/// How many recipients' mail ended each way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// In their mailboxes.
    pub delivered: u32,
    /// Given back to the sender.
    pub returned: u32,
    /// Still on its way or in a queue.
    pub waiting: u32,
}

/// How mail ended, for each direction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally(pub BTreeMap<Direction, Counts>);

impl Lab {
    /// How those of the mails sent so far have ended, or where they stand.
    pub fn tally(&self, counts: impl Fn(&SentMail) -> bool) -> Tally {
        let mut tally = Tally::default();
        for ending in self.endings() {
            let mail = &self.sent[ending.mail];
            if counts(mail) {
                let from = self.side_of(&mail.from);
                let direction = Direction { from, to: self.side_of(&ending.recipient) };
                *tally.0.entry(direction).or_default().of_mut(ending.outcome) += 1;
            }
        }
        tally
    }

    /// Where the mailbox of an address is.
    pub fn side_of(&self, address: &Address) -> Side {
        let Some(store) = self.world.store_of(address) else { return Side::Nobody };
        let mut servers = self.world.mailbox_servers();
        if Arc::ptr_eq(&store, &self.world.exchange_online.store) {
            Side::ExchangeOnline
        } else if servers.any(|(_, server)| Arc::ptr_eq(&store, &server.store)) {
            Side::OnPremises
        } else {
            Side::Internet
        }
    }
}

impl Tally {
    /// All directions together.
    pub fn total(&self) -> Counts {
        let mut total = Counts::default();
        for counts in self.0.values() {
            total += *counts;
        }
        total
    }
}

impl Counts {
    /// How many ended that way.
    pub fn of(mut self, outcome: Outcome) -> u32 {
        *self.of_mut(outcome)
    }

    fn of_mut(&mut self, outcome: Outcome) -> &mut u32 {
        match outcome {
            Outcome::Delivered => &mut self.delivered,
            Outcome::Returned => &mut self.returned,
            Outcome::Waiting => &mut self.waiting,
        }
    }

    /// How many there are.
    pub fn sum(self) -> u32 {
        self.delivered + self.returned + self.waiting
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.delivered += other.delivered;
        self.returned += other.returned;
        self.waiting += other.waiting;
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::OnPremises => "on premises",
            Self::ExchangeOnline => "Exchange Online",
            Self::Internet => "Internet",
            Self::Nobody => "nobody",
        })
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} → {}", self.from, self.to))
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts =
            [(self.delivered, "delivered"), (self.returned, "returned"), (self.waiting, "waiting")];
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        let parts: Vec<_> = counts.map(|(count, word)| format!("{count} {word}")).collect();
        let text = parts.join(", ");
        f.pad(if text.is_empty() { "none" } else { &text })
    }
}

impl Serialize for Tally {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Row {
            from: String,
            to: String,
            #[serde(flatten)]
            counts: Counts,
        }
        serializer.collect_seq(self.0.iter().map(|(direction, counts)| Row {
            from: direction.from.to_string(),
            to: direction.to.to_string(),
            counts: *counts,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_and_added_up() {
        let some = Counts { delivered: 3, returned: 0, waiting: 1 };
        let inbound = Direction { from: Side::ExchangeOnline, to: Side::OnPremises };
        let outbound = Direction { from: Side::OnPremises, to: Side::Internet };
        let tally = Tally([(inbound, some), (outbound, some)].into());
        assert_eq!(tally.total(), Counts { delivered: 6, returned: 0, waiting: 2 });
        assert_eq!(tally.total().sum(), 8);
        assert_eq!(some.to_string(), "3 delivered, 1 waiting");
        assert_eq!(some.of(Outcome::Waiting), 1);
        assert_eq!(Counts::default().to_string(), "none");
        assert_eq!(format!("{inbound:<32}|"), "Exchange Online → on premises   |");
        assert_eq!(
            serde_json::to_string(&tally).unwrap(),
            "[{\"from\":\"on premises\",\"to\":\"Internet\",\"delivered\":3,\"returned\":0,\"waiting\":1},\
             {\"from\":\"Exchange Online\",\"to\":\"on premises\",\"delivered\":3,\"returned\":0,\"waiting\":1}]"
        );
    }
}
