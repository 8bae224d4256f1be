//! The content after BDAT: so many octets, whatever they are (RFC 3030 section 2).

use crate::protocol_error::ProtocolError;

/// A chunk on its way. A refused one is read all the same, lest its octets be taken for commands.
#[derive(Debug)]
pub(crate) struct Chunk {
    pub(crate) line: String,
    pub(crate) octets_to_come: u64,
    pub(crate) is_last: bool,
    pub(crate) refusal: Option<ProtocolError>,
}

/// What the chunks of this transaction brought so far.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    pub(crate) content: Vec<u8>,
    pub(crate) octets: u64,
}

impl Chunks {
    /// Takes what belongs to the chunk from the front of `input`; keeps none of a refused chunk and
    /// nothing of content beyond the limit.
    pub(crate) fn take(&mut self, chunk: &mut Chunk, octets_max: u64, input: &mut &[u8]) {
        let here = usize::try_from(chunk.octets_to_come).unwrap_or(usize::MAX).min(input.len());
        let (octets, rest) = input.split_at(here);
        *input = rest;
        let taken = u64::try_from(here).unwrap_or(u64::MAX);
        chunk.octets_to_come -= taken;
        if chunk.refusal.is_some() {
            return;
        }
        self.octets = self.octets.saturating_add(taken);
        if self.octets <= octets_max {
            self.content.extend_from_slice(octets);
        } else {
            self.content = Vec::new();
        }
    }
}
