//! How long a packet is under way between two segments.
//!
//! Not modelled: bandwidth (the 64 KiB window and the latency bound a session's speed), loss,
//! duplication; packets of one TCP session never overtake each other, datagrams may.

use std::time::Duration;

use crate::seed::RandomStream;

/// The way between two segments, the same in both directions.
///
/// Whole milliseconds, since that is the resolution of the timers; nothing takes less than one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// One way, in milliseconds; zero counts as one.
    pub latency_ms: u32,
    /// Each packet takes up to that many milliseconds longer, drawn from the seed.
    pub jitter_ms: u32,
}

impl Link {
    /// Hosts of one segment.
    pub const LOCAL: Self = Self { latency_ms: 1, jitter_ms: 0 };
    /// Segments between which no link was set.
    pub const ELSEWHERE: Self = Self { latency_ms: 20, jitter_ms: 0 };

    /// How long a packet takes; the jitter is drawn from that stream, if there is one.
    pub(crate) fn draw(self, jitter: Option<&mut RandomStream>) -> Duration {
        let most = u64::from(self.jitter_ms);
        let extra = jitter.map_or(0, |stream| stream.below(most + 1));
        Duration::from_millis(u64::from(self.latency_ms.max(1)) + extra)
    }
}

/// The delays of one direction of one session.
#[derive(Debug)]
pub(crate) struct Delay {
    link: Link,
    /// Only for a link that has jitter: a stream takes longer to make than to use.
    jitter: Option<RandomStream>,
}

impl Delay {
    pub(crate) fn new(link: Link, jitter: impl FnOnce() -> RandomStream) -> Self {
        Self { link, jitter: (link.jitter_ms > 0).then(jitter) }
    }

    /// How long the next packet takes.
    pub(crate) fn next(&mut self) -> Duration {
        self.link.draw(self.jitter.as_mut())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    #[test]
    fn jitter_stays_within_its_bounds_and_reaches_them() {
        let link = Link { latency_ms: 10, jitter_ms: 3 };
        let mut delay = Delay::new(link, || Seed(1).stream("x"));
        let drawn: std::collections::BTreeSet<_> =
            (0..200).map(|_| delay.next().as_millis()).collect();
        assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [10, 11, 12, 13]);
    }

    #[test]
    fn nothing_takes_less_than_a_millisecond() {
        let none = Link { latency_ms: 0, jitter_ms: 0 };
        assert_eq!(none.draw(None), Duration::from_millis(1));
    }
}
