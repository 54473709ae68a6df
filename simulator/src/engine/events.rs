//! What changes in the prefix cache, for those who keep an index of it.

use super::sequence::{BlockHash, SequenceId};

/// A change of the prefix cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CacheEvent {
    /// Blocks of a sequence can be hit from now on.
    Stored {
        /// Whose blocks; it may have ended since.
        id: SequenceId,
        /// Position of the first of them in the sequence.
        first: u32,
        /// In order.
        hashes: Vec<BlockHash>,
        /// The block before the first, if there is one.
        parent: Option<BlockHash>,
    },
    /// Blocks were given to others.
    Removed {
        /// Children before their parents.
        hashes: Vec<BlockHash>,
    },
    /// The cache was reset.
    Cleared,
}

/// Records events once they are asked for.
#[derive(Debug, Default)]
pub(super) struct EventLog {
    events: Option<Vec<CacheEvent>>,
}

impl EventLog {
    pub(super) fn enable(&mut self) {
        self.events.get_or_insert_default();
    }

    pub(super) fn stored(
        &mut self,
        id: SequenceId,
        position: u32,
        hash: BlockHash,
        parent: Option<BlockHash>,
    ) {
        let Some(events) = &mut self.events else { return };
        if let Some(CacheEvent::Stored { id: last, first, hashes, .. }) = events.last_mut()
            && *last == id
            && *first as usize + hashes.len() == position as usize
        {
            hashes.push(hash);
        } else {
            events.push(CacheEvent::Stored { id, first: position, hashes: vec![hash], parent });
        }
    }

    pub(super) fn removed(&mut self, hash: BlockHash) {
        let Some(events) = &mut self.events else { return };
        if let Some(CacheEvent::Removed { hashes }) = events.last_mut() {
            hashes.push(hash);
        } else {
            events.push(CacheEvent::Removed { hashes: vec![hash] });
        }
    }

    pub(super) fn cleared(&mut self) {
        if let Some(events) = &mut self.events {
            events.push(CacheEvent::Cleared);
        }
    }

    /// Appends what was recorded since the last call.
    pub(super) fn take(&mut self, into: &mut Vec<CacheEvent>) {
        if let Some(events) = &mut self.events {
            into.append(events);
        }
    }
}
