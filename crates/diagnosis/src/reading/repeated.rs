//! What comes again and again in the rows of a log, such as names of servers and certificates: made once,
//! and shared by all facts that tell of it.

use crate::index::{self, Index};

/// Values by a number made of what they are made of.
#[derive(Debug)]
pub(super) struct Repeated<T> {
    places: Index,
    values: Vec<T>,
}

/// Different values are kept no further: they do not repeat.
const VALUES_MAX: usize = 4096;

impl<T> Default for Repeated<T> {
    fn default() -> Self {
        Self { places: Index::default(), values: Vec::new() }
    }
}

impl<T: Clone> Repeated<T> {
    /// The value made of this text.
    pub(super) fn of<'t>(&mut self, text: &'t str, make: impl FnOnce(&'t str) -> T) -> T {
        let number = index::number(text.as_bytes());
        self.known(number).unwrap_or_else(|| self.keep(number, make(text)))
    }

    /// The value of that number, when it was kept.
    pub(super) fn known(&self, number: u64) -> Option<T> {
        self.places.place(number).and_then(|place| self.values.get(place)).cloned()
    }

    /// Keeps a new value.
    pub(super) fn keep(&mut self, number: u64, value: T) -> T {
        if self.values.len() < VALUES_MAX {
            self.places.insert(number, self.values.len());
            self.values.push(value.clone());
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn a_value_is_made_once_until_there_are_too_many() {
        let mut repeated = Repeated::<Arc<str>>::default();
        let first = repeated.of("MBX01", Arc::from);
        assert!(Arc::ptr_eq(&first, &repeated.of("MBX01", |_| panic!("it is known"))));
        for number in 0..VALUES_MAX {
            let text = number.to_string();
            assert_eq!(&*repeated.of(&text, Arc::from), text);
        }
        let late = repeated.of("late", Arc::from);
        assert!(!Arc::ptr_eq(&late, &repeated.of("late", Arc::from)));
    }
}
