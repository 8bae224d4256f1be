//! What a resolver remembers, by the lab's clock: answers for as long as their shortest time to live
//! says, negative answers for as long as the zone's SOA record says (RFC 2308). What cannot be
//! trusted to be so again, a failure or a negative answer without SOA record, is not kept.
//!
//! Not modelled: the limits that Windows sets (a day for answers, and less for negative ones).

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::failure::DnsFailure;
use crate::name::DomainName;
use crate::record::RecordType;
use crate::resolver::Answer;

#[derive(Debug, Default)]
pub(crate) struct Cache {
    entries: BTreeMap<Key, Entry>,
}

/// A question.
type Key = (DomainName, RecordType);

#[derive(Debug)]
struct Entry {
    outcome: Result<Answer, DnsFailure>,
    stored: Timestamp,
    ttl: u32,
}

impl Cache {
    /// What is remembered of a question, its times to live shortened by the time it was kept.
    pub(crate) fn find(&mut self, key: &Key, now: Timestamp) -> Option<Result<Answer, DnsFailure>> {
        let entry = self.entries.get(key)?;
        let kept = now.duration_since(entry.stored).unsigned_abs();
        if kept >= Duration::from_secs(entry.ttl.into()) {
            self.entries.remove(key);
            return None;
        }
        let seconds = u32::try_from(kept.as_secs()).unwrap_or(u32::MAX);
        let mut outcome = entry.outcome.clone();
        if let Ok(answer) = &mut outcome {
            answer.from_cache = true;
            for record in &mut answer.records {
                record.ttl = record.ttl.saturating_sub(seconds);
            }
        }
        Some(outcome)
    }

    /// Remembers for that many seconds what became of a question.
    pub(crate) fn keep(
        &mut self,
        key: Key,
        outcome: Result<Answer, DnsFailure>,
        ttl: u32,
        now: Timestamp,
    ) {
        self.entries.insert(key, Entry { outcome, stored: now, ttl });
    }

    /// Forgets everything.
    pub(crate) fn flush(&mut self) {
        self.entries.clear();
    }
}
