//! Back pressure: how much of a server's drive is in use, and what its Transport service does about it.
//!
//! | resource | to Medium | to High | back to Medium | back to Normal |
//! |---|---|---|---|---|
//! | the drive of the queue database | 96 % | all but 500 MB | 97 % | 94 % |
//! | the drive of its transaction logs | 89 % | all but 1152 MB | 90 % | 80 % |
//! | the drive for converting content | 89 % | all but 500 MB | 90 % | 80 % |
//!
//! Percentages are rounded down. Medium refuses mail of servers that are not Exchange; High that of
//! Exchange servers and mailboxes as well. A level is taken to be reached at its value going up, and left
//! below it going down.
//!
//! Not modelled: memory, version buckets and the length of the Submission queue, and so events 15007 and
//! the tarpitting that comes with the latter two; the free space inside the queue database; the other
//! thresholds of Exchange 2010 and 2013.
//!
//! Source: Microsoft Learn, "Understanding back pressure".

use std::fmt;

/// How heavily a resource is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pressure {
    /// Not overused.
    #[default]
    Normal,
    /// Slightly overused.
    Medium,
    /// Severely overused.
    High,
}

impl fmt::Display for Pressure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Normal => "Normal",
            Self::Medium => "Medium",
            Self::High => "High",
        })
    }
}

/// A drive that is watched, and the levels of its use in percent.
#[derive(Debug)]
pub struct Resource {
    /// What is watched, as events name it.
    pub name: &'static str,
    low_to_medium: u64,
    /// Megabytes that stay free below High.
    reserve: u64,
    high_to_medium: u64,
    medium_to_low: u64,
}

/// What is watched. The name of the first was not found in events of 2013 and later; it is that of 2010.
pub static RESOURCES: [Resource; 3] = [
    Resource {
        name: r#"Queue database path ("C:\Program Files\Microsoft\Exchange Server\V15\TransportRoles\data\Queue\mail.que")"#,
        low_to_medium: 96,
        reserve: 500,
        high_to_medium: 97,
        medium_to_low: 94,
    },
    Resource {
        name: r#"Used disk space ("C:\Program Files\Microsoft\Exchange Server\V15\TransportRoles\data\Queue")"#,
        low_to_medium: 89,
        reserve: 1152,
        high_to_medium: 90,
        medium_to_low: 80,
    },
    Resource {
        name: r#"Used disk space ("C:\Program Files\Microsoft\Exchange Server\V15\TransportRoles\data")"#,
        low_to_medium: 89,
        reserve: 500,
        high_to_medium: 90,
        medium_to_low: 80,
    },
];

impl Resource {
    /// The pressure after one more look at its drive: so many bytes of so many are in use.
    pub fn next(&self, before: Pressure, used: u64, size: u64) -> Pressure {
        let percent = |part: u64| part.saturating_mul(100).checked_div(size).unwrap_or(100);
        let in_use = percent(used);
        let high = percent(size.saturating_sub(self.reserve << 20));
        let up = match in_use {
            used if used >= high => Pressure::High,
            used if used >= self.low_to_medium => Pressure::Medium,
            _ => Pressure::Normal,
        };
        let down = match before {
            Pressure::High if in_use >= self.high_to_medium => Pressure::High,
            Pressure::High | Pressure::Medium if in_use >= self.medium_to_low => Pressure::Medium,
            _ => Pressure::Normal,
        };
        up.max(down)
    }
}

#[cfg(test)]
mod tests {
    use super::Pressure::{High, Medium, Normal};
    use super::*;

    const GB: u64 = 1 << 30;

    #[test]
    fn a_level_is_left_at_less_than_it_was_reached_at() {
        let logs = &RESOURCES[1];
        let mut pressure = Pressure::Normal;
        let mut seen = Vec::new();
        for used in [50, 89, 99, 95, 89, 85, 79] {
            pressure = logs.next(pressure, used * GB, 100 * GB);
            seen.push(pressure);
        }
        assert_eq!(seen, [Normal, Medium, High, High, Medium, Medium, Normal]);
    }

    #[test]
    fn what_stays_free_below_high_decides_on_small_drives() {
        // The example of the article: a drive of 56 GB or less is high at 98 percent.
        let logs = &RESOURCES[1];
        assert_eq!(logs.next(Pressure::Normal, 98 * 56 * GB / 100 + 1, 56 * GB), Pressure::High);
        assert_eq!(logs.next(Pressure::Normal, 98 * GB * 10, 1000 * GB), Pressure::Medium);
        assert_eq!(logs.next(Pressure::Normal, 0, 0), Pressure::High);
    }
}
