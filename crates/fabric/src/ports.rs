//! Ports for programs that do not choose one: 49152 to 65535, as Windows hands them out (Microsoft
//! Learn, "Default dynamic port range for TCP/IP"), in ascending order from a start drawn from the
//! seed. Windows' own order is less regular.
//!
//! Each address counts for itself. Behind NAT the public address counts for all its hosts, so that
//! the port can stay the same on the way out and still be unique.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::seed::Seed;

const FIRST: u16 = 49152;
/// How many ports there are before the first comes round again.
pub(crate) const COUNT: u16 = 16384;

#[derive(Debug)]
pub(crate) struct EphemeralPorts {
    seed: Seed,
    next: BTreeMap<IpAddr, u16>,
}

impl EphemeralPorts {
    pub(crate) fn new(seed: Seed) -> Self {
        Self { seed, next: BTreeMap::new() }
    }

    pub(crate) fn next(&mut self, address: IpAddr) -> u16 {
        let seed = self.seed;
        let offset = self.next.entry(address).or_insert_with(|| {
            let start = seed.stream(&address.to_string()).below(u64::from(COUNT));
            u16::try_from(start).expect("it is below a u16")
        });
        let port = FIRST + *offset;
        *offset = (*offset + 1) % COUNT;
        port
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_ascend_from_a_start_of_the_seed_and_come_round() {
        let address = "192.0.2.1".parse().unwrap();
        let mut ports = EphemeralPorts::new(Seed(1));
        let drawn: Vec<_> = (0..=COUNT).map(|_| ports.next(address)).collect();
        assert_eq!(drawn[0], drawn[usize::from(COUNT)]);
        let distinct: std::collections::BTreeSet<_> = drawn.iter().collect();
        assert_eq!(distinct.len(), usize::from(COUNT));
        assert!(drawn.iter().all(|port| *port >= FIRST));
        assert_ne!(EphemeralPorts::new(Seed(2)).next(address), drawn[0]);
    }

    #[test]
    fn addresses_do_not_disturb_each_other() {
        let (a, b) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let mut ports = EphemeralPorts::new(Seed(1));
        let first = ports.next(a);
        assert_ne!(ports.next(b), first);
        assert_eq!(ports.next(a), first + 1);
    }
}
