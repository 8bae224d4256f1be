//! A firewall's `Reset`: it watches the bytes of a session and cuts it off after so many.

use std::sync::Weak;

use crate::network::Shared;
use crate::route::Mark;

/// The rule that will cut a session off.
#[derive(Debug)]
pub(crate) struct Fuse {
    bytes_left: u64,
    note: ResetNote,
}

/// The line for the firewall's log.
#[derive(Debug)]
pub(crate) struct ResetNote {
    pub(crate) network: Weak<Shared>,
    pub(crate) mark: Mark,
}

impl Fuse {
    pub(crate) fn new(bytes_left: u64, note: ResetNote) -> Self {
        Self { bytes_left, note }
    }

    /// Whether so many bytes would pass.
    pub(crate) fn holds(&self, bytes: usize) -> bool {
        u64::try_from(bytes).is_ok_and(|bytes| bytes <= self.bytes_left)
    }

    /// Counts bytes. The fuse that blows is gone and leaves its note, to be written once no lock of
    /// the session is held.
    pub(crate) fn pass(fuse: &mut Option<Self>, bytes: usize) -> Option<ResetNote> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let live = fuse.as_mut()?;
        if let Some(left) = live.bytes_left.checked_sub(bytes) {
            live.bytes_left = left;
            return None;
        }
        fuse.take().map(|blown| blown.note)
    }
}

impl ResetNote {
    /// Writes the line; a network that is gone has no log.
    pub(crate) fn write(self) {
        if let Some(network) = self.network.upgrade() {
            network.record(self.mark);
        }
    }
}
