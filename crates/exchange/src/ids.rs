//! Identifiers that tie the lines of many logs together.
//!
//! Their forms are read off real samples: a session id is the ticks at which the process started
//! plus one for each session; an internal message id is a generation in the upper half and a
//! counter in the lower; a network message id ends in the upper ticks of the moment it was made.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::guid::Guid;

/// Seconds between 1 January of the year 1, where .NET starts to count, and 1970.
const EPOCH_SECONDS: i64 = 62_135_596_800;

/// .NET ticks: hundreds of nanoseconds since 1 January of the year 1.
pub fn ticks(time: Timestamp) -> u64 {
    let seconds = u64::try_from(time.as_second() + EPOCH_SECONDS).unwrap_or_default();
    let fraction = u64::try_from(time.subsec_nanosecond()).unwrap_or_default() / 100;
    seconds * 10_000_000 + fraction
}

/// One SMTP session of a process, `08DEA74796A6E2C8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u64);

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016X}", self.0)
    }
}

/// Not sixteen hex digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no session id (sixteen hex digits)")]
pub struct SessionIdError(pub String);

impl FromStr for SessionId {
    type Err = SessionIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || SessionIdError(text.to_owned());
        if text.len() != 16 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(refused());
        }
        u64::from_str_radix(text, 16).map(Self).map_err(|_| refused())
    }
}

/// Hands out the session ids of one process, receive and send sessions alike.
#[derive(Clone, Debug)]
pub struct SessionIds {
    next: u64,
}

impl SessionIds {
    /// The ids of a process that starts at that moment.
    pub fn starting(at: Timestamp) -> Self {
        Self { next: ticks(at) }
    }

    /// The next session's id.
    pub fn issue(&mut self) -> SessionId {
        let id = SessionId(self.next);
        self.next += 1;
        id
    }
}

/// A message within one server's queue database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InternalMessageId(pub u64);

impl fmt::Display for InternalMessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Hands out the internal message ids of one queue database.
#[derive(Clone, Debug)]
pub struct InternalMessageIds {
    next: u64,
}

impl InternalMessageIds {
    /// The ids of a database in that generation (it grows with every table the database rolls to).
    pub fn of_generation(generation: u32) -> Self {
        Self { next: (u64::from(generation) << 32) + 1 }
    }

    /// The next message's id.
    pub fn issue(&mut self) -> InternalMessageId {
        let id = InternalMessageId(self.next);
        self.next += 1;
        id
    }
}

/// A network message id made at that moment from 80 random bits: it stays with a message and all
/// its copies from its first server to its last.
pub fn network_message_id(random: u128, at: Timestamp) -> Guid {
    let stamped = Guid::from_random(random).0 & !0xffff_ffff_ffff;
    Guid(stamped | u128::from(ticks(at) >> 16))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn session_ids_count_up_from_the_start_of_the_process() {
        let mut ids = SessionIds::starting("2024-03-12T19:17:02Z".parse().unwrap());
        let first = ids.issue();
        assert!(first.to_string().starts_with("08DC42C8"), "{first}");
        assert_eq!(ids.issue().0, first.0 + 1);
    }

    #[test]
    fn internal_ids_carry_their_generation() {
        let mut ids = InternalMessageIds::of_generation(9975);
        ids.issue();
        assert_eq!(ids.issue(), InternalMessageId(42_842_298_777_602));
    }

    #[test]
    fn a_network_message_id_ends_in_the_moment() {
        let at = "2026-05-01T06:06:57.291Z".parse().unwrap();
        let id = network_message_id(0x1234_5678_9abc_def0_1234_5678_9abc_def0, at).to_string();
        let ticks = format!("{:016x}", ticks(at));
        assert!(id.ends_with(&ticks[..12]), "{id} {ticks}");
    }

    proptest! {
        #[test]
        fn a_session_id_survives_its_text(number: u64) {
            let id = SessionId(number);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,20}") {
            let _read: Result<SessionId, _> = text.parse();
        }
    }
}
