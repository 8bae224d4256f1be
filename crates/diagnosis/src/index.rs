//! Where something stands in a list, by a number made from its name.
//!
//! A hash table without an order of its own, so that nothing can come to depend on one. Two names with
//! the same 64 bits are taken for one: among ten million sessions the chance is 1 in 300,000.
//!
//! Not modelled: files made by somebody who wants their names to collide.

/// The number of a name; the same in every run.
pub(crate) fn number(name: &[u8]) -> u64 {
    const FIRST: u64 = 0x9e37_79b9_7f4a_7c15;
    let (chunks, tail) = name.as_chunks::<8>();
    let mut number = FIRST ^ (name.len() as u64);
    for chunk in chunks {
        number = joined(number, u64::from_le_bytes(*chunk));
    }
    let mut last = [0; 8];
    last.iter_mut().zip(tail).for_each(|(to, from)| *to = *from);
    joined(number, u64::from_le_bytes(last))
}

/// One number of two, in this order.
pub(crate) fn joined(first: u64, second: u64) -> u64 {
    const FACTOR: u128 = 0x2d35_8dcc_aa6c_78a5;
    let product = u128::from(first.rotate_left(23) ^ second ^ 0x8bb8_4b93_962e_acc9) * FACTOR;
    let bytes = product.to_le_bytes();
    let (halves, _) = bytes.as_chunks::<8>();
    halves.iter().fold(first, |sum, half| sum.rotate_left(32) ^ u64::from_le_bytes(*half))
}

/// Places by number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    /// Number and place plus one; zero is free. As many as a power of two.
    slots: Vec<(u64, u32)>,
    used: usize,
}

impl Index {
    /// The place of that number.
    pub(crate) fn place(&self, number: u64) -> Option<usize> {
        let (own, place) = *self.slots.get(self.slot(number)?)?;
        (place != 0 && own == number).then(|| place as usize - 1)
    }

    /// Keeps a place for a number that has none yet.
    pub(crate) fn insert(&mut self, number: u64, place: usize) {
        if (self.used + 1) * 4 > self.slots.len() * 3 {
            let wider = vec![(0, 0); (self.slots.len() * 2).max(16)];
            for (number, place) in std::mem::replace(&mut self.slots, wider) {
                if place != 0 {
                    self.put(number, place);
                }
            }
        }
        // More than four thousand million names do not fit in memory anyway.
        let place = u32::try_from(place + 1).unwrap_or(u32::MAX);
        self.put(number, place);
        self.used += 1;
    }

    /// Whether the number is new; it is known from now on.
    pub(crate) fn is_new(&mut self, number: u64) -> bool {
        let is_new = self.place(number).is_none();
        if is_new {
            self.insert(number, 0);
        }
        is_new
    }

    /// How many numbers are known.
    pub(crate) fn len(&self) -> usize {
        self.used
    }

    /// All numbers, in no order that means anything.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u64> {
        self.slots.iter().filter(|(_, place)| *place != 0).map(|(number, _)| *number)
    }

    fn put(&mut self, number: u64, place: u32) {
        let slot = self.slot(number);
        if let Some(slot) = slot.and_then(|slot| self.slots.get_mut(slot)) {
            *slot = (number, place);
        }
    }

    /// Its own slot, or the free one where it belongs.
    fn slot(&self, number: u64) -> Option<usize> {
        let last = self.slots.len().checked_sub(1)?;
        let mut slot = usize::try_from(number & 0xffff_ffff).unwrap_or_default() & last;
        loop {
            let (own, place) = *self.slots.get(slot)?;
            if place == 0 || own == number {
                return Some(slot);
            }
            slot = (slot + 1) & last;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_again() {
        let mut index = Index::default();
        assert_eq!(index.place(number(b"a")), None);
        let names: Vec<String> = (0..5000).map(|it| format!("08DEA73E7F60{it:04X}")).collect();
        for (place, name) in names.iter().enumerate() {
            index.insert(number(name.as_bytes()), place);
        }
        assert_eq!(index.len(), 5000);
        assert_eq!(index.numbers().count(), 5000);
        for (place, name) in names.iter().enumerate() {
            assert_eq!(index.place(number(name.as_bytes())), Some(place));
        }
        assert_eq!(index.place(number(b"08DEA73E7F60")), None);
        assert!(index.is_new(7) && !index.is_new(7));
    }

    #[test]
    fn names_that_differ_little_have_other_numbers() {
        assert_ne!(number(b""), number(b"\0"));
        assert_ne!(number(b"12345678"), number(b"12345678\0"));
        assert_ne!(joined(1, 2), joined(2, 1));
    }
}
