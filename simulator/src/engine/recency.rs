//! The order in which free blocks are given away.

use super::blocks::BlockId;

/// Free blocks, least recently freed first. Every operation takes constant time.
#[derive(Debug)]
pub(super) struct Recency {
    /// Neighbours of each block, and at the end of the sentinel that closes the ring.
    links: Vec<Links>,
    sentinel: BlockId,
    length: u32,
}

#[derive(Clone, Copy, Debug)]
struct Links {
    before: BlockId,
    after: BlockId,
}

impl Recency {
    /// All of `blocks` blocks, in order.
    pub(super) fn full(blocks: u32) -> Self {
        let around = |id: u32| Links {
            before: BlockId(id.checked_sub(1).unwrap_or(blocks)),
            after: BlockId(if id == blocks { 0 } else { id + 1 }),
        };
        Self { links: (0..=blocks).map(around).collect(), sentinel: BlockId(blocks), length: blocks }
    }

    pub(super) fn len(&self) -> u32 {
        self.length
    }

    /// Appends a block that is not in the order.
    pub(super) fn push(&mut self, id: BlockId) {
        let last = self.links[self.sentinel.index()].before;
        self.links[id.index()] = Links { before: last, after: self.sentinel };
        self.links[last.index()].after = id;
        self.links[self.sentinel.index()].before = id;
        self.length += 1;
    }

    /// Takes out a block that is in the order.
    pub(super) fn remove(&mut self, id: BlockId) {
        let Links { before, after } = self.links[id.index()];
        self.links[before.index()].after = after;
        self.links[after.index()].before = before;
        self.length -= 1;
    }

    /// Takes out the first.
    pub(super) fn pop(&mut self) -> Option<BlockId> {
        let first = self.links[self.sentinel.index()].after;
        if first == self.sentinel {
            return None;
        }
        self.remove(first);
        Some(first)
    }
}
