//! Times of a scenario, relative to its first mail: `-30m`, `0s`, `+1h30m`, `26h`.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

/// A time before (negative) or after the moment at which the scenario's first mail is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Offset(pub SignedDuration);

impl Offset {
    /// The moment it stands for, counted from `zero`.
    pub fn after(self, zero: Timestamp) -> Timestamp {
        zero.checked_add(self.0).unwrap_or(zero)
    }
}

/// Text that is no offset.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no time: write it as -30m, 0s, +90s, 1h30m, 2d (units d, h, m, s)")]
pub struct OffsetError(String);

impl FromStr for Offset {
    type Err = OffsetError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || OffsetError(text.to_owned());
        let trimmed = text.trim();
        let (sign, mut rest) = match trimmed.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, trimmed.strip_prefix('+').unwrap_or(trimmed)),
        };
        if rest.is_empty() {
            return Err(refused());
        }
        let mut seconds: i64 = 0;
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (number, after) = rest.split_at(digits);
            let number: i64 = number.parse().map_err(|_| refused())?;
            let mut letters = after.chars();
            let factor = match letters.next() {
                Some('d') => 86_400,
                Some('h') => 3_600,
                Some('m') => 60,
                Some('s') => 1,
                _ => return Err(refused()),
            };
            seconds = number
                .checked_mul(factor)
                .and_then(|part| seconds.checked_add(part))
                .filter(|sum| *sum <= 400 * 86_400)
                .ok_or_else(refused)?;
            rest = letters.as_str();
        }
        Ok(Self(SignedDuration::from_secs(sign * seconds)))
    }
}

impl TryFrom<String> for Offset {
    type Error = OffsetError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut seconds = self.0.as_secs();
        f.write_str(if seconds < 0 { "-" } else { "+" })?;
        seconds = seconds.abs();
        if seconds == 0 {
            return f.write_str("0s");
        }
        for (unit, size) in [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)] {
            if seconds / size > 0 {
                write!(f, "{}{unit}", seconds / size)?;
                seconds %= size;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_hours_minutes_and_seconds_add_up() {
        assert_eq!("1d2h3m4s".parse::<Offset>().unwrap().0.as_secs(), 93_784);
        assert_eq!("-30m".parse::<Offset>().unwrap().0.as_secs(), -1_800);
        assert_eq!("+0s".parse::<Offset>().unwrap(), Offset::default());
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "-", "30", "m", "5x", "1h-5m", "9999999999d", "401d"] {
            assert!(text.parse::<Offset>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn an_offset_survives_its_text(seconds in -30_000_000_i64..30_000_000) {
            let offset = Offset(SignedDuration::from_secs(seconds));
            prop_assert_eq!(offset.to_string().parse(), Ok(offset));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,30}") {
            let _read: Result<Offset, _> = text.parse();
        }
    }
}
