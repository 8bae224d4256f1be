//! GUIDs, as the product prints them: lower-case with dashes.

use std::fmt;
use std::str::FromStr;

/// A 128-bit identifier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(pub u128);

impl Guid {
    /// The zero GUID that stands for "none" in queue properties.
    pub const ZERO: Self = Self(0);

    /// A version 4 GUID from 128 random bits.
    pub fn from_random(bits: u128) -> Self {
        let version = (bits & !(0xf << 76)) | (0x4 << 76);
        Self((version & !(0x3 << 62)) | (0x2 << 62))
    }

    /// The GUID of something that its name tells from everything else: the same name, the same GUID.
    pub fn of_name(name: &str) -> Self {
        // FNV-1a of 128 bits.
        let hash =
            name.bytes().fold(0x6C62_272E_07BB_0142_62B8_2175_6295_C58D_u128, |hash, byte| {
                (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013B)
            });
        Self::from_random(hash)
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = format!("{:032x}", self.0);
        let groups = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
        f.write_str(&groups.join("-"))
    }
}

/// The text was no GUID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no GUID")]
pub struct GuidError(pub String);

/// Reads the form with dashes, braced or not, and the form without (message trace reports).
impl FromStr for Guid {
    type Err = GuidError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bare = text.trim_start_matches('{').trim_end_matches('}');
        let digits: String = bare.chars().filter(|c| *c != '-').collect();
        if digits.len() != 32 || bare.len() > 36 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(GuidError(text.to_owned()));
        }
        u128::from_str_radix(&digits, 16).map(Self).map_err(|_| GuidError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn random_bits_give_a_version_4_guid() {
        assert_eq!(
            Guid::from_random(u128::MAX).to_string(),
            "ffffffff-ffff-4fff-bfff-ffffffffffff"
        );
    }

    #[test]
    fn a_name_always_gives_the_same_guid() {
        assert_eq!(Guid::of_name("MBX01"), Guid::of_name("MBX01"));
        assert_ne!(Guid::of_name("MBX01"), Guid::of_name("MBX02"));
    }

    proptest! {
        #[test]
        fn text_and_back(bits: u128) {
            let guid = Guid(bits);
            prop_assert_eq!(guid.to_string().parse::<Guid>(), Ok(guid));
            prop_assert_eq!(format!("{{{guid}}}").parse::<Guid>(), Ok(guid));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,60}") {
            let _read: Result<Guid, _> = text.parse();
        }
    }
}
