//! The KV cache: blocks that are referenced, cached or empty.
//!
//! A hash stands for one block at most. Whoever references a block references all before it in its chain, and gives
//! them back last block first; so the chain of a cached block is freed after it, evicted after it, and is there as long as
//! it is: what is cached stays prefix-closed.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

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

#[derive(Clone, Copy, Debug, Default)]
struct Block {
    references: u32,
    /// What it can be hit by.
    hash: Option<BlockHash>,
}

/// All blocks of an engine.
#[derive(Debug)]
pub(super) struct BlockPool {
    blocks: Vec<Block>,
    /// Blocks with content by their hash, which stands at the block. Half of a step's work is here: small entries stay in
    /// the processor's cache, twice the room keeps removed ones from being in the way.
    by_hash: HashTable<BlockId>,
    free: Recency,
    /// Free blocks with content.
    cached: u32,
    gains: u64,
    pub(super) events: EventLog,
}

impl BlockPool {
    pub(super) fn new(blocks: u32) -> Self {
        Self {
            blocks: vec![Block::default(); blocks as usize],
            by_hash: HashTable::with_capacity(2 * blocks as usize),
            free: Recency::full(blocks),
            cached: 0,
            gains: 0,
            events: EventLog::default(),
        }
    }

    /// Blocks that nobody references.
    pub(super) fn free(&self) -> u32 {
        self.free.len()
    }

    /// Those of them whose content can be hit.
    pub(super) fn cached(&self) -> u32 {
        self.cached
    }

    /// Counts how often a block became free or could be hit: what a request lacks shrinks by no more than that.
    pub(super) fn gains(&self) -> u64 {
        self.gains
    }

    pub(super) fn find(&self, hash: BlockHash) -> Option<BlockId> {
        self.by_hash.find(hash.0, |id| self.blocks[id.index()].hash == Some(hash)).copied()
    }

    pub(super) fn is_free(&self, id: BlockId) -> bool {
        self.blocks[id.index()].references == 0
    }

    /// References a block that was found.
    pub(super) fn share(&mut self, id: BlockId) {
        let block = &mut self.blocks[id.index()];
        block.references += 1;
        if block.references == 1 {
            self.free.remove(id);
            self.cached -= 1;
        }
    }

    /// References the block that was free for longest; its content is lost.
    pub(super) fn take(&mut self) -> Option<BlockId> {
        let id = self.free.pop()?;
        let block = &mut self.blocks[id.index()];
        block.references = 1;
        if let Some(hash) = block.hash.take() {
            if let Ok(entry) = self.by_hash.find_entry(hash.0, |&held| held == id) {
                entry.remove();
            }
            self.cached -= 1;
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
        let content = |held: &BlockId| self.blocks[held.index()].hash;
        let is_same = |held: &BlockId| content(held) == Some(hash);
        match self.by_hash.entry(hash.0, is_same, |held| content(held).map_or(0, |hash| hash.0)) {
            Entry::Occupied(other) => {
                let other = *other.get();
                self.share(other);
                self.release(id);
                return other;
            }
            Entry::Vacant(place) => place.insert(id),
        };
        self.blocks[id.index()].hash = Some(hash);
        self.gains += 1;
        let parent = position.checked_sub(1).and_then(|before| chain.get(before as usize)).copied();
        self.events.stored(owner, position, hash, parent);
        id
    }

    /// Gives up one reference.
    pub(super) fn release(&mut self, id: BlockId) {
        let block = &mut self.blocks[id.index()];
        block.references -= 1;
        if block.references == 0 {
            self.cached += u32::from(block.hash.is_some());
            self.free.push(id);
            self.gains += 1;
        }
    }

    /// Forgets all content; nothing may be referenced.
    pub(super) fn clear(&mut self) {
        self.by_hash.clear();
        for block in &mut self.blocks {
            block.hash = None;
        }
        self.cached = 0;
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
        let blocks = || self.blocks.iter();
        Audit {
            referenced: super::count(blocks().filter(|block| block.references > 0).count()),
            cached: super::count(
                blocks().filter(|block| block.references == 0 && block.hash.is_some()).count(),
            ),
            references: blocks().map(|block| block.references as usize).sum(),
            content: blocks().filter_map(|block| block.hash).collect(),
        }
    }
}
