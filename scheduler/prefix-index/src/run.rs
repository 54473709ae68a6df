//! A run: consecutive blocks that are followed by one another in every chain there is.

use std::mem::size_of;

use crate::count;

/// What one endpoint holds of a run: its first `blocks` blocks, at least one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holder {
    pub(crate) slot: u32,
    pub(crate) blocks: u32,
    /// Its place in [`Recency`](crate::recency::Recency).
    pub(crate) entry: u32,
}

#[derive(Debug)]
pub(crate) struct Run {
    /// Never empty, and never longer than what its longest holder holds.
    hashes: Vec<u64>,
    /// By ascending slot.
    holders: Vec<Holder>,
    /// No chain goes on after the last block, so the run may be lengthened.
    is_leaf: bool,
}

impl Run {
    pub(crate) fn new(hashes: &[u64], holder: Holder) -> Self {
        Self { hashes: hashes.to_vec(), holders: vec![holder], is_leaf: true }
    }

    pub(crate) fn len(&self) -> usize {
        self.hashes.len()
    }

    pub(crate) fn is_leaf(&self) -> bool {
        self.is_leaf
    }

    pub(crate) fn holders(&self) -> &[Holder] {
        &self.holders
    }

    pub(crate) fn holder(&self, slot: u32) -> Option<Holder> {
        self.place(slot).ok().map(|place| self.holders[place])
    }

    /// How many blocks at the start of `chain` are those of this run, given that the first is.
    ///
    /// Hashes are chained: where one is equal all before it are, so the last decides mostly, and a binary search else.
    pub(crate) fn common(&self, chain: &[u64]) -> usize {
        let most = self.hashes.len().min(chain.len());
        let is_equal = |at: usize| self.hashes.get(at) == chain.get(at);
        if is_equal(most.saturating_sub(1)) {
            return most;
        }
        let (mut equal, mut unequal) = (0, most.saturating_sub(1));
        while unequal - equal > 1 {
            let middle = equal.midpoint(unequal);
            if is_equal(middle) { equal = middle } else { unequal = middle }
        }
        equal + 1
    }

    /// Makes `holder` hold what it says, whether or not it was here before.
    pub(crate) fn hold(&mut self, holder: Holder) {
        match self.place(holder.slot) {
            Ok(place) => self.holders[place] = holder,
            Err(place) => self.holders.insert(place, holder),
        }
    }

    /// Lengthens the run by blocks that `slot` alone holds. It must be a leaf that `slot` holds to its end.
    pub(crate) fn append(&mut self, slot: u32, hashes: &[u64]) {
        debug_assert!(
            self.is_leaf && self.holder(slot).is_some_and(|holder| holder.blocks == count(self.len()))
        );
        self.hashes.reserve_exact(hashes.len());
        self.hashes.extend_from_slice(hashes);
        if let Ok(place) = self.place(slot) {
            self.holders[place].blocks = count(self.hashes.len());
        }
    }

    /// The run from block `at` on and its first hash, with those who hold something of it. Their entries are still those
    /// of this run.
    pub(crate) fn tail(&self, at: usize) -> (u64, Self) {
        let before = count(at);
        let holders = self.holders.iter().filter(|holder| holder.blocks > before);
        let holders = holders.map(|&holder| Holder { blocks: holder.blocks - before, ..holder }).collect();
        (self.hashes[at], Self { hashes: self.hashes[at..].to_vec(), holders, is_leaf: self.is_leaf })
    }

    pub(crate) fn holders_mut(&mut self) -> &mut [Holder] {
        &mut self.holders
    }

    /// Ends the run before block `at`, where others now begin.
    pub(crate) fn cut(&mut self, at: usize) {
        self.is_leaf = false;
        for holder in &mut self.holders {
            holder.blocks = holder.blocks.min(count(at));
        }
        self.truncate(at);
    }

    /// Takes the last blocks that `slot` holds from it, at most `most`; says how many it took and how many are left.
    /// Blocks that nobody holds any more are forgotten.
    pub(crate) fn release(&mut self, slot: u32, most: u32) -> (u32, u32) {
        let Ok(place) = self.place(slot) else { return (0, 0) };
        let held = self.holders[place].blocks;
        let left = held.saturating_sub(most);
        if left == 0 {
            self.holders.remove(place);
            if self.holders.len() * 4 < self.holders.capacity() {
                self.holders.shrink_to(self.holders.len() * 2);
            }
        } else {
            self.holders[place].blocks = left;
        }
        if held as usize == self.hashes.len() {
            let longest = self.holders.iter().map(|holder| holder.blocks).max().unwrap_or(0);
            if longest > 0 && longest < held {
                self.truncate(longest as usize);
                self.is_leaf = true; // who held more would hold this run to its end
            }
        }
        (held - left, left)
    }

    /// Bytes it holds beside itself.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.hashes.capacity() * size_of::<u64>() + self.holders.capacity() * size_of::<Holder>()
    }

    fn truncate(&mut self, length: usize) {
        self.hashes.truncate(length);
        self.hashes.shrink_to_fit();
    }

    fn place(&self, slot: u32) -> Result<usize, usize> {
        self.holders.binary_search_by_key(&slot, |holder| holder.slot)
    }
}
