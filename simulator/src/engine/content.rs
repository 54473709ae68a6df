//! What is in which block.

use super::blocks::BlockId;
use super::sequence::BlockHash;

/// Ends a list.
const END: BlockId = BlockId(u32::MAX);
/// Marks a block without content, which is in no list.
const EMPTY: BlockId = BlockId(u32::MAX - 1);

/// Blocks by their content. Half of an engine's work is here and waits for memory: a hash table whose lists run through
/// the blocks themselves touches little of it, and nothing more when a block is removed.
#[derive(Debug)]
pub(super) struct Content {
    /// The first block of each list; as many as a power of two.
    lists: Vec<BlockId>,
    /// By block.
    nodes: Vec<Node>,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    hash: BlockHash,
    /// The next block of the list.
    next: BlockId,
}

const NO_CONTENT: Node = Node { hash: BlockHash(0), next: EMPTY };

impl Content {
    pub(super) fn none(blocks: u32) -> Self {
        let lists = (2 * blocks as usize).next_power_of_two();
        Self { lists: vec![END; lists], nodes: vec![NO_CONTENT; blocks as usize] }
    }

    pub(super) fn find(&self, hash: BlockHash) -> Option<BlockId> {
        let mut id = self.lists[self.list(hash)];
        while id != END {
            let node = &self.nodes[id.index()];
            if node.hash == hash {
                return Some(id);
            }
            id = node.next;
        }
        None
    }

    pub(super) fn of(&self, id: BlockId) -> Option<BlockHash> {
        let node = &self.nodes[id.index()];
        (node.next != EMPTY).then_some(node.hash)
    }

    /// Fills an empty block with something that no other block has.
    pub(super) fn insert(&mut self, id: BlockId, hash: BlockHash) {
        let list = self.list(hash);
        self.nodes[id.index()] = Node { hash, next: self.lists[list] };
        self.lists[list] = id;
    }

    /// Empties a block and gives what it had.
    pub(super) fn remove(&mut self, id: BlockId) -> Option<BlockHash> {
        let hash = self.of(id)?;
        let Node { next, .. } = std::mem::replace(&mut self.nodes[id.index()], NO_CONTENT);
        let list = self.list(hash);
        let mut before = self.lists[list];
        if before == id {
            self.lists[list] = next;
            return Some(hash);
        }
        while self.nodes[before.index()].next != id {
            before = self.nodes[before.index()].next;
        }
        self.nodes[before.index()].next = next;
        Some(hash)
    }

    pub(super) fn clear(&mut self) {
        self.lists.fill(END);
        self.nodes.fill(NO_CONTENT);
    }

    /// Hashes are spread well, so any of their bits will do.
    fn list(&self, hash: BlockHash) -> usize {
        let [first, second, third, fourth, ..] = hash.0.to_le_bytes();
        u32::from_le_bytes([first, second, third, fourth]) as usize & (self.lists.len() - 1)
    }
}
