//! Whom a Windows host asks, and when (Microsoft Learn, "DNS client resolution timeouts", KB
//! 2834226).
//!
//! | seconds since the start | one server | two servers | three or more |
//! |---|---|---|---|
//! | 0 | first | first | first |
//! | 1 | first | second | second |
//! | 2 | first | second | third |
//! | 4 | first | all at once | all at once |
//! | 8 | first | all at once | all at once |
//! | 10 | ends | ends | ends |
//!
//! All go out with the same id from the same port. "Name error" from any of them ends it. What
//! Exchange itself does is not known: its services are taken to ask as Windows does.
//!
//! Beyond the article: who answers that it failed or refuses is not asked again for this question,
//! and the next step begins at once. (The article's first edition let a "server failure" end the
//! query, today's says that others are asked "only if the previous are unreachable".)

use std::net::IpAddr;
use std::time::Duration;

/// A step: whom to ask, and how long to wait for answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    asked: Asked,
    pub(crate) wait: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// The server at that place of the list, or the last one of a shorter list.
    Place(usize),
    All,
}

pub(crate) const STEPS: [Step; 5] = [
    Step { asked: Asked::Place(0), wait: Duration::from_secs(1) },
    Step { asked: Asked::Place(1), wait: Duration::from_secs(1) },
    Step { asked: Asked::Place(2), wait: Duration::from_secs(2) },
    Step { asked: Asked::All, wait: Duration::from_secs(4) },
    Step { asked: Asked::All, wait: Duration::from_secs(2) },
];

/// How long a question by TCP may take, after a truncated answer. Not known: the longest wait above.
pub(crate) const TCP_WAIT: Duration = Duration::from_secs(4);

impl Step {
    /// Which of the servers are asked.
    pub(crate) fn of(self, servers: &[IpAddr]) -> &[IpAddr] {
        match self.asked {
            Asked::All => servers,
            Asked::Place(place) => {
                let place = place.min(servers.len().saturating_sub(1));
                servers.get(place..=place).unwrap_or_default()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_are_those_of_the_article() {
        let server = |n: u8| IpAddr::from([10, 0, 0, n]);
        let asked = |count| {
            let servers: Vec<_> = (1..=count).map(server).collect();
            STEPS.map(|step| {
                let places = step.of(&servers).iter().map(ToString::to_string);
                places.map(|text| text[7..].to_owned()).collect::<String>()
            })
        };
        assert_eq!(asked(0), ["", "", "", "", ""]);
        assert_eq!(asked(1), ["1", "1", "1", "1", "1"]);
        assert_eq!(asked(2), ["1", "2", "2", "12", "12"]);
        assert_eq!(asked(3), ["1", "2", "3", "123", "123"]);
        assert_eq!(asked(5), ["1", "2", "3", "12345", "12345"]);
        let mut passed = Duration::ZERO;
        let ends = STEPS.map(|step| {
            passed += step.wait;
            passed.as_secs()
        });
        assert_eq!(ends, [1, 2, 4, 8, 10]);
    }
}
