//! Letting time pass without waiting for it.
//!
//! In SIM tokio's paused clock does it. In LIVE the clock jumps to the next moment at which somebody
//! is due, over and over, whenever nothing is under way: no task that can run, no byte and no datagram
//! between the lab's own sockets, and no session with a program outside the lab, which lives in real
//! time. What is under way and never read (a client that waits for its tarpit, say) counts for some
//! real time only.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::clock::later;
use crate::network::Network;
use crate::sessions::Traffic;

/// How often is looked, in real time; tokio's timers have no finer resolution.
const LOOK: Duration = Duration::from_millis(1);

/// How many looks must find the same before time jumps.
const LOOKS_AT_REST: u32 = 2;

/// The same, while something is on its way between sockets of the lab.
const LOOKS_WITH_TRAFFIC: u32 = 60;

impl Network {
    /// Lets that much lab time pass, as [`pass_until`](Self::pass_until).
    pub async fn pass(&self, duration: Duration) {
        self.pass_until(later(self.clock().now(), duration)).await;
    }

    /// Lets lab time pass until then, in jumps where nothing is under way. While a program outside the
    /// lab is connected, it passes at the clock's own pace.
    pub async fn pass_until(&self, deadline: Timestamp) {
        let Some(sleepers) = self.clock().sleepers() else {
            return self.clock().sleep_until(deadline).await;
        };
        let mut seen = (0, 0);
        let mut looks = 0;
        while self.clock().now() < deadline {
            tokio::time::sleep_until(Instant::now() + LOOK).await;
            let (traffic, bytes) = self.traffic();
            let sees = (sleepers.stirs(), bytes);
            looks = if sees == seen { looks + 1 } else { 0 };
            seen = sees;
            let enough = match traffic {
                Traffic::None => LOOKS_AT_REST,
                Traffic::Inside => LOOKS_WITH_TRAFFIC,
                Traffic::Outside => continue,
            };
            if looks >= enough {
                let next = sleepers.next().map_or(deadline, |due| due.min(deadline));
                let jump = next.duration_since(self.clock().now());
                if let Ok(jump) = Duration::try_from(jump) {
                    self.clock().skip(jump).await;
                }
                looks = 0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::first_of::{Either, first_of};
    use crate::loopback::Ports;
    use crate::runtime::{live, simulation};
    use crate::seed::Seed;

    fn hours(network: &Network) -> i64 {
        network.clock().now().as_second() / 3600
    }

    #[test]
    fn a_simulated_wait_passes_as_ever() {
        simulation(async {
            let network = Network::simulated(Clock::simulated(Timestamp::UNIX_EPOCH), Seed(1));
            network.pass(Duration::from_hours(3)).await;
            assert_eq!(network.clock().now().as_second(), 3 * 3600);
        });
    }

    #[test]
    fn live_time_jumps_from_one_sleeper_to_the_next() {
        live(async {
            let clock = Clock::live(Timestamp::UNIX_EPOCH, 1).unwrap();
            let network = Network::live(clock.clone(), Seed(1), Ports::Free);
            let sleeper = async {
                for hour in 1..=48 {
                    clock.sleep(Duration::from_hours(1)).await;
                    assert_eq!(hours(&network), hour);
                }
                std::future::pending::<()>().await;
            };
            let passed = first_of(network.pass(Duration::from_hours(49)), sleeper).await;
            assert_eq!(passed, Either::First(()));
            assert_eq!(hours(&network), 49);
        })
        .unwrap();
    }
}
