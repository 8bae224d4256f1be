//! When objects of the directories were made and last changed.
//!
//! Who makes or changes one with a cmdlet is noted. What Setup made, and what the lab begins with, is as old as
//! the installation. Not modelled: changes that follow from another, such as a default domain that stops being
//! it, or what `EdgeSync` copies.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use exchange::guid::Guid;
use jiff::Timestamp;

/// When an object was made and last changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Made.
    pub created: Timestamp,
    /// Changed.
    pub changed: Timestamp,
}

/// Which directory an object is in: on premises and in the tenant, objects of the same name may have the same
/// GUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// Active Directory and its copies.
    OnPremises,
    /// The tenant's.
    Tenant,
}

/// The notes about all objects.
#[derive(Debug)]
pub struct Notes {
    installed: Timestamp,
    notes: Mutex<BTreeMap<(Whose, Guid), Written>>,
}

impl Notes {
    /// No notes yet: everything is as old as the installation.
    pub fn since(installed: Timestamp) -> Self {
        Self { installed, notes: Mutex::default() }
    }

    /// When an object was made and changed.
    pub fn of(&self, whose: Whose, guid: Guid) -> Written {
        let notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        let setup = Written { created: self.installed, changed: self.installed };
        notes.get(&(whose, guid)).copied().unwrap_or(setup)
    }

    /// An object was made.
    pub fn made(&self, whose: Whose, guid: Guid, now: Timestamp) {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.insert((whose, guid), Written { created: now, changed: now });
    }

    /// An object was changed.
    pub fn changed(&self, whose: Whose, guid: Guid, now: Timestamp) {
        let written = Written { changed: now, ..self.of(whose, guid) };
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.insert((whose, guid), written);
    }
}
