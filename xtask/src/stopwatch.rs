//! Real time, which the lab itself must not know.

use std::time::{Duration, Instant};

/// Measures real time from the moment it is started.
pub(crate) struct Stopwatch(Instant);

#[expect(clippy::disallowed_methods, reason = "a chore takes real time, and says how much")]
impl Stopwatch {
    /// Starts one.
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since it was started.
    pub(crate) fn elapsed(&self) -> Duration {
        Instant::now().duration_since(self.0)
    }
}
