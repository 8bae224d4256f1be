//! Lab time, and every wait in it.
//!
//! Lab time is the epoch, plus the time tokio has counted since, times the speed, plus what was
//! skipped. In SIM tokio's clock is paused: it stands still while anything can run, and jumps to
//! the next timer when nothing can, so that two days of waiting cost no real time.
//!
//! Every wait of every service goes through here, protocol timeouts included; otherwise a LIVE lab
//! that runs faster than real time would wait at the wrong pace. Timers have a resolution of 1 ms
//! of real time: in LIVE at speed 1000 a wait is exact to a second.
//!
//! Not modelled: clocks of hosts that differ from each other, leap seconds.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::{Instant, Sleep};

use crate::error::NetworkError;
use crate::first_of::{Either, first_of};
use crate::sleepers::Sleepers;

/// The fastest a LIVE clock runs: 10 000 times real time.
pub const SPEED_MAX: u32 = 10_000;

/// The longest tokio timer set at once; a longer wait is made of several.
const NAP_MAX: Duration = Duration::from_hours(8760);

/// The lab's clock. Clones show the same time.
#[derive(Clone, Debug)]
pub struct Clock {
    epoch: Timestamp,
    start: Instant,
    pace: Pace,
}

#[derive(Clone, Debug)]
enum Pace {
    Simulated,
    Live { speed: u32, skipped: Arc<watch::Sender<Duration>>, sleepers: Arc<Sleepers> },
}

/// The time was up before the future was ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no answer within {0:?}")]
pub struct Elapsed(pub Duration);

impl From<Elapsed> for std::io::Error {
    fn from(elapsed: Elapsed) -> Self {
        Self::new(std::io::ErrorKind::TimedOut, elapsed)
    }
}

impl Clock {
    /// A clock that shows `epoch` now and runs on tokio's paused time.
    ///
    /// To be made inside [`simulation`](crate::simulation).
    pub fn simulated(epoch: Timestamp) -> Self {
        Self { epoch, start: Instant::now(), pace: Pace::Simulated }
    }

    /// A clock that shows `epoch` now and runs `speed` times as fast as real time.
    ///
    /// To be made inside [`live`](crate::live).
    ///
    /// # Errors
    /// When the speed is not between 1 and [`SPEED_MAX`].
    pub fn live(epoch: Timestamp, speed: u32) -> Result<Self, NetworkError> {
        if !(1..=SPEED_MAX).contains(&speed) {
            return Err(NetworkError::SpeedOutOfRange(speed));
        }
        let skipped = Arc::new(watch::Sender::new(Duration::ZERO));
        let pace = Pace::Live { speed, skipped, sleepers: Arc::default() };
        Ok(Self { epoch, start: Instant::now(), pace })
    }

    /// The lab's time when it was made.
    pub fn began(&self) -> Timestamp {
        self.epoch
    }

    /// The lab's time.
    pub fn now(&self) -> Timestamp {
        let elapsed = self.start.elapsed();
        let passed = match &self.pace {
            Pace::Simulated => elapsed,
            Pace::Live { speed, skipped, .. } => {
                elapsed.saturating_mul(*speed).saturating_add(*skipped.borrow())
            }
        };
        later(self.epoch, passed)
    }

    /// Waits for that long in lab time.
    pub async fn sleep(&self, duration: Duration) {
        self.sleep_until(later(self.now(), duration)).await;
    }

    /// Waits until the lab's clock shows that time; not at all when it already does.
    pub async fn sleep_until(&self, deadline: Timestamp) {
        match &self.pace {
            Pace::Simulated => {
                while let Some(remaining) = self.remaining(deadline) {
                    nap(remaining).await;
                }
            }
            Pace::Live { speed, skipped, sleepers } => {
                let mut skips = skipped.subscribe();
                let _asleep = sleepers.enter(deadline);
                while let Some(remaining) = self.remaining(deadline) {
                    first_of(nap(remaining / *speed), skips.changed()).await;
                }
            }
        }
    }

    /// Lets the time pass that a server would work on something. In LIVE the work takes what it takes on
    /// this machine, and nothing more.
    pub async fn work(&self, duration: Duration) {
        if let Pace::Simulated = self.pace {
            self.sleep(duration).await;
        }
    }

    /// Waits for the future, but no longer than that in lab time. A future that is ready at the
    /// very moment the time is up counts as ready.
    ///
    /// # Errors
    /// [`Elapsed`] when the time was up first.
    pub async fn timeout<F: Future>(
        &self,
        duration: Duration,
        future: F,
    ) -> Result<F::Output, Elapsed> {
        match first_of(future, self.sleep(duration)).await {
            Either::First(output) => Ok(output),
            Either::Second(()) => Err(Elapsed(duration)),
        }
    }

    /// Jumps a LIVE clock forward and wakes every sleeper whose time has come; in SIM it sleeps.
    ///
    /// A LIVE service that would have woken several times within the jump wakes once, at its end.
    pub async fn skip(&self, duration: Duration) {
        match &self.pace {
            Pace::Simulated => self.sleep(duration).await,
            Pace::Live { skipped, sleepers, .. } => {
                sleepers.stir();
                skipped.send_modify(|sum| *sum = sum.saturating_add(duration));
            }
        }
    }

    /// LIVE: who sleeps by this clock.
    pub(crate) fn sleepers(&self) -> Option<&Sleepers> {
        match &self.pace {
            Pace::Simulated => None,
            Pace::Live { sleepers, .. } => Some(sleepers),
        }
    }

    /// What is left until then, `None` when the time has come.
    fn remaining(&self, deadline: Timestamp) -> Option<Duration> {
        let remaining = deadline.duration_since(self.now());
        Duration::try_from(remaining).ok().filter(|duration| !duration.is_zero())
    }
}

/// That much later, at most the end of representable time.
pub(crate) fn later(time: Timestamp, duration: Duration) -> Timestamp {
    time.checked_add(duration).unwrap_or(Timestamp::MAX)
}

async fn nap(duration: Duration) {
    tokio::time::sleep_until(Instant::now() + duration.min(NAP_MAX)).await;
}

/// A timer that is set again and again, for code that is polled.
#[derive(Debug, Default)]
pub(crate) struct Alarm(Option<Pin<Box<Sleep>>>);

impl Alarm {
    /// Ready when the time has come; otherwise the task is woken then.
    pub(crate) fn poll_at(&mut self, at: Instant, context: &mut Context<'_>) -> Poll<()> {
        let sleep = self.0.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(at)));
        if sleep.deadline() != at {
            sleep.as_mut().reset(at);
        }
        sleep.as_mut().poll(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::{live, simulation};

    fn epoch() -> Timestamp {
        "2026-05-01T06:00:00Z".parse().unwrap()
    }

    fn after(clock: &Clock) -> Duration {
        clock.now().duration_since(epoch()).unsigned_abs()
    }

    #[test]
    fn a_simulated_wait_takes_exactly_its_time() {
        simulation(async {
            let clock = Clock::simulated(epoch());
            clock.sleep(Duration::from_millis(1500)).await;
            clock.skip(Duration::from_hours(1)).await;
            assert_eq!(clock.now(), "2026-05-01T07:00:01.5Z".parse().unwrap());
            clock.sleep_until(epoch()).await;
            assert_eq!(after(&clock), Duration::from_millis(3_601_500));
        });
    }

    #[test]
    fn a_wait_for_thousands_of_years_ends_at_the_end_of_time() {
        simulation(async {
            let clock = Clock::simulated(epoch());
            clock.timeout(Duration::MAX, clock.sleep(Duration::from_secs(1))).await.unwrap();
            assert_eq!(after(&clock), Duration::from_secs(1));
        });
    }

    #[test]
    fn a_future_that_is_ready_when_the_time_is_up_counts_as_ready() {
        simulation(async {
            let clock = Clock::simulated(epoch());
            let second = Duration::from_secs(1);
            assert_eq!(clock.timeout(second, clock.sleep(second)).await, Ok(()));
            let late = clock.timeout(second, clock.sleep(2 * second)).await;
            assert_eq!(late, Err(Elapsed(second)));
            assert_eq!(std::io::Error::from(Elapsed(second)).kind(), std::io::ErrorKind::TimedOut);
        });
    }

    #[test]
    fn a_live_clock_runs_at_its_speed() {
        live(async {
            let clock = Clock::live(epoch(), 10_000).unwrap();
            clock.sleep(Duration::from_secs(21)).await;
            let passed = after(&clock);
            assert!(passed >= Duration::from_secs(21), "{passed:?}");
        })
        .unwrap();
    }

    #[test]
    fn skipping_wakes_the_live_sleepers_whose_time_has_come() {
        live(async {
            let clock = Clock::live(epoch(), 1).unwrap();
            let due = clock.sleep(Duration::from_hours(1));
            let not_due = clock.sleep(Duration::from_hours(3));
            let jump = async {
                tokio::task::yield_now().await;
                clock.skip(Duration::from_hours(2)).await;
                std::future::pending::<()>().await;
            };
            let woken = crate::first_of::first_of_three(not_due, due, jump).await;
            assert_eq!(woken, crate::first_of::OneOfThree::Second(()));
        })
        .unwrap();
    }

    #[test]
    fn work_takes_time_in_the_simulation_only() {
        let hour = Duration::from_hours(1);
        simulation(async {
            let clock = Clock::simulated(epoch());
            clock.work(hour).await;
            assert_eq!(after(&clock), hour);
        });
        live(async {
            let clock = Clock::live(epoch(), 1).unwrap();
            clock.work(hour).await;
            assert!(after(&clock) < hour);
        })
        .unwrap();
    }

    #[test]
    fn a_clock_has_a_lowest_and_a_highest_speed() {
        live(async {
            assert!(Clock::live(epoch(), 1).is_ok());
            assert!(matches!(Clock::live(epoch(), 0), Err(NetworkError::SpeedOutOfRange(0))));
            assert!(Clock::live(epoch(), SPEED_MAX + 1).is_err());
        })
        .unwrap();
    }
}
