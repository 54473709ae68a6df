//! What a lookup found.

#[cfg(test)]
mod tests;

use crate::{Slot, run::Holder};

/// How many blocks of one prompt each endpoint holds, counted from the first block without a gap.
///
/// Made once and used for many lookups: it allocates only when it meets a larger slot or more holders than ever before.
#[derive(Clone, Default, Debug)]
pub struct Hits {
    /// By slot; 0 for all that are not in `holders`.
    blocks: Vec<u32>,
    holders: Vec<Slot>,
    total: u32,
    longest: u32,
}

impl Hits {
    /// No hits.
    pub fn new() -> Self {
        Self::default()
    }

    /// Blocks that `slot` holds.
    #[inline]
    pub fn get(&self, slot: Slot) -> u32 {
        self.blocks.get(slot.0 as usize).copied().unwrap_or(0)
    }

    /// Every endpoint that holds at least one block, with its blocks, by ascending slot.
    pub fn iter(&self) -> impl Iterator<Item = (Slot, u32)> {
        self.holders.iter().map(|&slot| (slot, self.get(slot)))
    }

    /// Blocks asked for.
    pub fn total(&self) -> u32 {
        self.total
    }

    /// The most blocks that any endpoint holds.
    pub fn longest(&self) -> u32 {
        self.longest
    }

    pub(crate) fn begin(&mut self, total: u32) {
        for slot in self.holders.drain(..) {
            self.blocks[slot.0 as usize] = 0;
        }
        self.total = total;
        self.longest = 0;
    }

    /// Counts the run that a prompt begins with, of which it has the first `common` blocks. Only who holds some of these
    /// can hold any later. True if some endpoint holds them all.
    pub(crate) fn start(&mut self, common: u32, holders: &[Holder]) -> bool {
        let slots = holders.last().map_or(0, |last| last.slot as usize + 1);
        if self.blocks.len() < slots {
            self.blocks.resize(slots, 0);
        }
        self.holders.extend(holders.iter().map(|holder| Slot(holder.slot)));
        self.extend(0, common, holders)
    }

    /// Counts the run that a prompt goes on with from block `from` on, of which it has the first `common` blocks. True if
    /// some endpoint holds it up to there.
    pub(crate) fn extend(&mut self, from: u32, common: u32, holders: &[Holder]) -> bool {
        let mut longest = self.longest;
        for holder in holders {
            // An endpoint that lost a block before this run has a smaller count, and keeps it.
            if let Some(blocks) = self.blocks.get_mut(holder.slot as usize).filter(|blocks| **blocks == from)
            {
                *blocks = from.saturating_add(holder.blocks.min(common));
                longest = longest.max(*blocks);
            }
        }
        self.longest = longest;
        longest == from.saturating_add(common)
    }
}
