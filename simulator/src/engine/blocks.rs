//! The KV cache: blocks that are referenced, cached or empty.
//!
//! A hash stands for one block at most. Whoever references a block references all before it in its chain, and gives
//! them back last block first; so the chain of a cached block is freed after it, evicted after it, and is there as long as
//! it is: what is cached stays prefix-closed.

use super::content::Content;
use super::events::EventLog;
use super::recency::Recency;
use super::sequence::{BlockHash, SequenceId};

/// A place in the KV cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BlockId(pub(super) u32);

impl BlockId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// All blocks of an engine.
#[derive(Debug)]
pub(super) struct BlockPool {
    /// By block.
    references: Vec<u32>,
    content: Content,
    free: Recency,
    gains: u64,
    pub(super) events: EventLog,
}

impl BlockPool {
    pub(super) fn new(blocks: u32) -> Self {
        Self {
            references: vec![0; blocks as usize],
            content: Content::none(blocks),
            free: Recency::full(blocks),
            gains: 0,
            events: EventLog::default(),
        }
    }

    /// Blocks that nobody references.
    pub(super) fn free(&self) -> u32 {
        self.free.len()
    }

    /// Counts how often a block became free or could be hit: what a request lacks shrinks by no more than that.
    pub(super) fn gains(&self) -> u64 {
        self.gains
    }

    pub(super) fn find(&self, hash: BlockHash) -> Option<BlockId> {
        self.content.find(hash)
    }

    pub(super) fn is_free(&self, id: BlockId) -> bool {
        self.references[id.index()] == 0
    }

    /// References a block that was found.
    pub(super) fn share(&mut self, id: BlockId) {
        let references = &mut self.references[id.index()];
        *references += 1;
        if *references == 1 {
            self.free.remove(id);
        }
    }

    /// References the block that was free for longest; its content is lost.
    pub(super) fn take(&mut self) -> Option<BlockId> {
        let id = self.free.pop()?;
        self.references[id.index()] = 1;
        if let Some(hash) = self.content.remove(id) {
            self.events.removed(hash);
        }
        Some(id)
    }

    /// Lets a referenced block, the one at `position` of a sequence, be hit by its content. When another block has that
    /// content, that one is referenced instead (vLLM would keep both).
    pub(super) fn store(
        &mut self,
        id: BlockId,
        owner: SequenceId,
        position: u32,
        chain: &[BlockHash],
    ) -> BlockId {
        let Some(&hash) = chain.get(position as usize) else { return id };
        if let Some(other) = self.content.find(hash) {
            self.share(other);
            self.release(id);
            return other;
        }
        self.content.insert(id, hash);
        self.gains += 1;
        let parent = position.checked_sub(1).and_then(|before| chain.get(before as usize)).copied();
        self.events.stored(owner, position, hash, parent);
        id
    }

    /// Gives up one reference.
    pub(super) fn release(&mut self, id: BlockId) {
        let references = &mut self.references[id.index()];
        *references -= 1;
        if *references == 0 {
            self.free.push(id);
            self.gains += 1;
        }
    }

    /// Forgets all content; nothing may be referenced.
    pub(super) fn clear(&mut self) {
        self.content.clear();
        self.events.cleared();
    }
}

/// The blocks, counted one by one.
#[cfg(test)]
pub(super) struct Audit {
    /// Blocks that are referenced.
    pub(super) referenced: u32,
    /// Others with content.
    pub(super) cached: u32,
    /// How often blocks are referenced.
    pub(super) references: usize,
    /// What can be hit.
    pub(super) content: std::collections::HashSet<BlockHash>,
}

#[cfg(test)]
impl BlockPool {
    pub(super) fn audit(&self) -> Audit {
        let blocks = || self.references.iter().zip((0..).map(|id| self.content.of(BlockId(id))));
        Audit {
            referenced: super::count(blocks().filter(|(references, _)| **references > 0).count()),
            cached: super::count(
                blocks().filter(|(references, hash)| **references == 0 && hash.is_some()).count(),
            ),
            references: blocks().map(|(references, _)| *references as usize).sum(),
            content: blocks().filter_map(|(_, hash)| hash).collect(),
        }
    }
}
