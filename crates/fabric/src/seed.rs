//! Randomness from the lab's seed: one `ChaCha8` stream per label.
//!
//! A stream depends on the seed and its label only, never on the order of use, so a service that is
//! added to a lab does not change the ids of the others.
//!
//! Not modelled: cryptographic secrecy. Everything here can be computed again from the seed.

use std::convert::Infallible;
use std::fmt;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng, TryCryptoRng, TryRng};

/// Where all randomness of a lab comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seed(pub u64);

/// Bytes of a label that are absorbed at a time; the rest of a key holds the seed.
const BLOCK: usize = 24;

impl Seed {
    /// The random stream of that label: always the same from its beginning.
    pub fn stream(self, label: &str) -> RandomStream {
        RandomStream(ChaCha8Rng::from_seed(self.key("stream", label)))
    }

    /// A seed of its own for a part of the lab.
    pub fn child(self, label: &str) -> Self {
        Self(ChaCha8Rng::from_seed(self.key("child", label)).next_u64())
    }

    /// Absorbs purpose and label block by block, each block keyed by the output of the one before.
    /// The lengths come first, so that no two pairs absorb the same bytes.
    fn key(self, purpose: &str, label: &str) -> [u8; 32] {
        let mut text = format!("{} {} ", purpose.len(), label.len());
        text.push_str(purpose);
        text.push_str(label);
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.0.to_le_bytes());
        for block in text.as_bytes().chunks(BLOCK) {
            for (into, byte) in key[8..].iter_mut().zip(block) {
                *into ^= byte;
            }
            ChaCha8Rng::from_seed(key).fill_bytes(&mut key);
        }
        key
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A random stream; it is an `Rng` and `CryptoRng` for every crate that takes one.
#[derive(Clone, Debug)]
pub struct RandomStream(ChaCha8Rng);

impl RandomStream {
    /// A number below `limit`; zero when the limit is zero.
    ///
    /// The bias is at most `limit` in 2^64.
    pub fn below(&mut self, limit: u64) -> u64 {
        let scaled = u128::from(self.0.next_u64()) * u128::from(limit);
        // The upper half of a product of two u64 is a u64.
        u64::try_from(scaled >> 64).unwrap_or_default()
    }

    /// 64 random bits.
    pub fn bits_64(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// 128 random bits, as a GUID takes them.
    pub fn bits_128(&mut self) -> u128 {
        u128::from(self.0.next_u64()) << 64 | u128::from(self.0.next_u64())
    }

    /// Random bytes.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }
}

impl TryRng for RandomStream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.0.try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0.try_next_u64()
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.try_fill_bytes(bytes)
    }
}

/// Keys of the lab are made from it as well; they guard nothing.
impl TryCryptoRng for RandomStream {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_stream_does_not_depend_on_the_order_of_use() {
        let seed = Seed(7);
        let first = seed.stream("a").bits_64();
        seed.stream("b").bits_64();
        assert_eq!(seed.stream("a").bits_64(), first);
    }

    #[test]
    fn seed_label_and_purpose_all_matter() {
        let numbers = [
            Seed(7).stream("a").bits_64(),
            Seed(7).stream("b").bits_64(),
            Seed(8).stream("a").bits_64(),
            Seed(7).child("a").0,
            Seed(7).child("a").stream("a").bits_64(),
            Seed(7).stream("a label that is longer than a block of twenty-four").bits_64(),
            Seed(7).stream("a label that is longer than a block of twenty-five").bits_64(),
        ];
        let distinct: std::collections::BTreeSet<_> = numbers.iter().collect();
        assert_eq!(distinct.len(), numbers.len());
    }

    #[test]
    fn the_numbers_are_the_same_on_every_machine() {
        assert_eq!(Seed(1).child("network").0, 15_235_708_478_254_588_177);
        assert_eq!(Seed(1).stream("ports").bits_64(), 15_780_925_851_326_925_477);
    }

    proptest! {
        #[test]
        fn a_number_stays_below_its_limit(seed: u64, limit in 1..u64::MAX) {
            prop_assert!(Seed(seed).stream("x").below(limit) < limit);
        }
    }
}
