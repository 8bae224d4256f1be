//! When a queue tries again, when its messages are delayed and when they are returned.
//!
//! Source: Microsoft Learn, "Message retry, resubmit, and expiration intervals": a few glitch
//! retries, then transient failure retries, then one retry every `OutboundConnectionFailureRetryInterval`.
//! Exchange Online publishes no ladder; that connector mail is retried for 24 hours is documented,
//! the steps in between are assumed to be the on-premises ones.

use std::time::Duration;

use crate::nouns::transport_service::TransportService;

/// The waits between attempts, and the limits of patience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryLadder {
    /// How many quick retries, and how long before each.
    pub glitch: (u32, Duration),
    /// How many retries after those, and how long before each.
    pub transient: (u32, Duration),
    /// How long before every later one.
    pub then: Duration,
    /// How long a single message waits that the next hop deferred.
    pub message: Duration,
    /// When the sender is told of a delay; `None` for never.
    pub delay_notice: Option<Duration>,
    /// When the message is returned.
    pub expiration: Duration,
}

impl RetryLadder {
    /// The ladder a server's transport service is configured with.
    pub fn of(service: &TransportService) -> Self {
        let count = |count: i32| u32::try_from(count).unwrap_or_default();
        Self {
            glitch: (
                count(service.queue_glitch_retry_count),
                service.queue_glitch_retry_interval.0,
            ),
            transient: (
                count(service.transient_failure_retry_count),
                service.transient_failure_retry_interval.0,
            ),
            then: service.outbound_connection_failure_retry_interval.0,
            message: service.message_retry_interval.0,
            delay_notice: Some(service.delay_notification_timeout.0),
            expiration: service.message_expiration_timeout.0,
        }
    }

    /// The ladder of a mailbox delivery queue: one interval for all retries.
    pub fn of_mailbox_delivery(service: &TransportService) -> Self {
        let interval = service.mailbox_delivery_queue_retry_interval.0;
        Self {
            glitch: (0, interval),
            transient: (0, interval),
            then: interval,
            ..Self::of(service)
        }
    }

    /// Exchange Online: 24 hours for mail through a connector, and no delay notice before that.
    pub fn exchange_online() -> Self {
        let day = Duration::from_hours(24);
        let service = TransportService::new("", false);
        Self { delay_notice: None, expiration: day, ..Self::of(&service) }
    }

    /// How long to wait after that many failures in a row (1 for the first).
    pub fn wait_after(&self, failures: u32) -> Duration {
        if failures <= self.glitch.0 {
            self.glitch.1
        } else if failures <= self.glitch.0.saturating_add(self.transient.0) {
            self.transient.1
        } else {
            self.then
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn minutes(count: u64) -> Duration {
        Duration::from_secs(count * 60)
    }

    #[test]
    fn a_mailbox_server_climbs_1_5_and_10_minutes() {
        let ladder = RetryLadder::of(&TransportService::new("CMHYBD01", false));
        let waits: Vec<_> = (1..=12).map(|failures| ladder.wait_after(failures)).collect();
        let expected = [1, 1, 1, 1, 5, 5, 5, 5, 5, 5, 10, 10].map(minutes);
        assert_eq!(waits, expected);
    }

    #[test]
    fn an_edge_server_waits_longer() {
        let ladder = RetryLadder::of(&TransportService::new("CMEDGE01", true));
        assert_eq!(ladder.wait_after(5), minutes(10));
        assert_eq!(ladder.wait_after(11), minutes(30));
    }

    proptest! {
        #[test]
        fn waits_never_shrink_and_settle(failures in 1_u32..10_000) {
            let ladder = RetryLadder::of(&TransportService::new("CMHYBD01", false));
            prop_assert!(ladder.wait_after(failures) <= ladder.wait_after(failures + 1));
            prop_assert!(ladder.wait_after(failures.max(11)) == ladder.then);
        }

        #[test]
        fn a_message_expires_after_a_known_number_of_attempts(seed in 0_u64..100) {
            let ladder = RetryLadder::of(&TransportService::new("CMHYBD01", false));
            let mut elapsed = Duration::from_secs(seed);
            let mut attempts = 1;
            while elapsed < ladder.expiration {
                elapsed += ladder.wait_after(attempts);
                attempts += 1;
            }
            prop_assert!((290..=296).contains(&attempts), "{attempts}");
        }
    }
}
