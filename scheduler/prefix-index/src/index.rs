//! The index, as others use it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Hits, Slot, count, table::Table, writer::Writer};

/// Blocks remembered per endpoint unless said otherwise: 500 000 tokens of KV cache in blocks of 64 B, at 4 B a token
/// (`epp.md` §4.3). Twice to four times what the endpoint really has does no harm, a quarter of it does
/// (`schedsim.md` §6).
pub const DEFAULT_CAPACITY: usize = 31_250;

/// Slots from here on are ignored.
pub const MAX_SLOTS: u32 = 1 << 16;

/// More is never used: every run an endpoint holds takes at least 16 B, and is numbered in 32 bits.
const MAX_BYTES: usize = (u32::MAX as usize).saturating_mul(16);

/// Which endpoint holds which chains of block hashes.
///
/// # Contract
/// - What an endpoint holds always consists of whole beginnings of chains that were inserted for it.
/// - Each endpoint is an exact LRU of blocks: inserting a chain uses all its blocks, the first one last, so chains are
///   evicted from their ends. No endpoint ever holds more than its capacity.
/// - [`bytes`](Self::bytes) is at most `max_bytes` whenever no insertion is under way; one that is exceeds it by no more
///   than its own chain, a copy of a run it cuts in two, and the growth of one of 256 hash maps. Room is made by taking the
///   least recently used blocks from the endpoint that holds the most; the chain just inserted goes last. An index too
///   small for its own tables (32 KiB, and 16 B for each slot number up to the largest) holds nothing.
/// - A lookup beside insertions and removals may see some of them and not others. Blocks that stay are found.
/// - Hashes must be chained as [`BlockHasher`](crate::BlockHasher) does it. With others nothing breaks, but what is found
///   means nothing.
pub struct PrefixIndex {
    table: Table,
    writer: Mutex<Writer>,
    max_bytes: usize,
}

impl PrefixIndex {
    /// An empty index of at most `max_bytes` bytes, as asked of the allocator.
    pub fn new(max_bytes: usize) -> Self {
        Self::with_default_capacity(max_bytes, DEFAULT_CAPACITY)
    }

    /// The same, with another capacity in blocks for endpoints that are not given one.
    pub fn with_default_capacity(max_bytes: usize, blocks: usize) -> Self {
        Self {
            table: Table::new(),
            writer: Mutex::new(Writer::new(blocks)),
            max_bytes: max_bytes.min(MAX_BYTES),
        }
    }

    /// Sets how many blocks are remembered of an endpoint, and evicts what is too much. 0 remembers nothing.
    pub fn set_capacity(&self, slot: Slot, blocks: usize) {
        self.writer().set_capacity(&self.table, slot, blocks);
    }

    /// Remembers that the endpoint holds the chain of a prompt, from its first block on.
    pub fn insert(&self, slot: Slot, hashes: &[u64]) {
        let mut writer = self.writer();
        writer.insert(&self.table, slot, hashes);
        writer.evict_to_bytes(&self.table, self.max_bytes, slot);
    }

    /// Counts the blocks of a prompt that each endpoint holds, from the first on and without a gap.
    ///
    /// Changes nothing, the order of use neither: an endpoint uses a prompt when it is sent there.
    pub fn find(&self, hashes: &[u64], hits: &mut Hits) {
        hits.begin(count(hashes.len()));
        let mut from = 0;
        while let Some(&first) = hashes.get(from) {
            let rest = &hashes[from..];
            let step = self.table.read(first, |run| {
                let common = run.common(rest);
                let goes_on = match from {
                    0 => hits.start(count(common), run.holders()),
                    _ => hits.extend(count(from), count(common), run.holders()),
                };
                (goes_on && common == run.len()).then_some(common)
            });
            let Some(Some(common)) = step else { return };
            from += common;
        }
    }

    /// Forgets all that the endpoint holds, and its capacity, in time proportional to the runs it holds.
    pub fn remove_endpoint(&self, slot: Slot) {
        self.writer().remove_endpoint(&self.table, slot);
    }

    /// Bytes of memory held, as asked of the allocator.
    pub fn bytes(&self) -> usize {
        self.table.bytes() + self.writer().bytes()
    }

    /// Pairs of a block and an endpoint that holds it.
    pub fn blocks(&self) -> usize {
        self.writer().blocks()
    }

    /// Blocks that the endpoint holds.
    pub fn blocks_of(&self, slot: Slot) -> usize {
        self.writer().blocks_of(slot)
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
