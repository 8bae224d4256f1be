//! The copy of a message that another server keeps, as its primary server knows it.
//!
//! When the last trace of the message is gone from the primary server (every recipient was handed on, returned or
//! removed), the copy may be discarded; the shadow server learns of it when it asks next.

use std::sync::{Arc, Mutex, PoisonError};

use exchange::guid::Guid;

/// Copies that may be discarded: the server that holds each, and its id.
pub type Discards = Arc<Mutex<Vec<(String, Guid)>>>;

/// A copy on another server. It becomes one to be discarded when nothing holds this any more.
#[derive(Debug)]
pub struct ShadowCopy {
    /// The server that holds it, by its name in DNS.
    server: String,
    id: Guid,
    discards: Discards,
}

impl ShadowCopy {
    /// A copy on that server.
    pub fn new(server: &str, id: Guid, discards: &Discards) -> Arc<Self> {
        Arc::new(Self { server: server.to_owned(), id, discards: discards.clone() })
    }
}

impl Drop for ShadowCopy {
    fn drop(&mut self) {
        let mut discards = self.discards.lock().unwrap_or_else(PoisonError::into_inner);
        discards.push((std::mem::take(&mut self.server), self.id));
    }
}

/// Takes what a shadow server may discard, at most so many.
pub fn taken(discards: &Discards, server: &str, count: usize) -> Vec<Guid> {
    let mut all = discards.lock().unwrap_or_else(PoisonError::into_inner);
    let mut ids = Vec::new();
    all.retain(|(holder, id)| {
        let is_taken = ids.len() < count && holder.eq_ignore_ascii_case(server);
        if is_taken {
            ids.push(*id);
        }
        !is_taken
    });
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_may_be_discarded_once_nothing_holds_the_message() {
        let discards = Discards::default();
        let copy = ShadowCopy::new("mbx02.contoso.com", Guid(7), &discards);
        let second = copy.clone();
        drop(copy);
        assert!(taken(&discards, "mbx02.contoso.com", 50).is_empty());
        drop(second);
        assert!(taken(&discards, "mbx03.contoso.com", 50).is_empty());
        assert_eq!(taken(&discards, "MBX02.contoso.com", 50), [Guid(7)]);
        assert!(taken(&discards, "mbx02.contoso.com", 50).is_empty());
    }
}
