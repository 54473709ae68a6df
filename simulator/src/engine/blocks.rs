//! The KV cache: blocks that are referenced, cached or empty.
//!
//! A hash stands for one block at most. Whoever references a block references all before it in its chain, and gives
//! them back last block first; so the chain of a cached block is freed after it, evicted after it, and is there as long as
//! it is: what is cached stays prefix-closed.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

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
    by_hash: HashMap<BlockHash, BlockId, BuildHasherDefault<AsItIs>>,
    free: Recency,
    /// Free blocks with content.
    cached: u32,
    pub(super) events: EventLog,
}

impl BlockPool {
    pub(super) fn new(blocks: u32) -> Self {
        Self {
            blocks: vec![Block::default(); blocks as usize],
            by_hash: HashMap::with_capacity_and_hasher(blocks as usize, BuildHasherDefault::default()),
            free: Recency::full(blocks),
            cached: 0,
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

    pub(super) fn find(&self, hash: BlockHash) -> Option<BlockId> {
        self.by_hash.get(&hash).copied()
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
            self.by_hash.remove(&hash);
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
        if let Some(other) = self.find(hash) {
            self.share(other);
            self.release(id);
            return other;
        }
        self.blocks[id.index()].hash = Some(hash);
        self.by_hash.insert(hash, id);
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

/// Takes a hash for what it is.
#[derive(Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
