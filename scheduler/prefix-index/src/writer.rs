//! The one writer: what each endpoint holds, in which order it was used, and what has to go.

use std::mem::size_of;

use crate::{
    Slot, count,
    index::MAX_SLOTS,
    recency::{Ends, Recency},
    run::{Holder, Run},
    table::Table,
};

/// Capacities are cut to this, so that a capacity and a chain together are still counted in 32 bits.
const MAX_CAPACITY: usize = 1 << 30;

#[derive(Clone, Copy)]
struct Endpoint {
    capacity: u32,
    blocks: u32,
    used: Ends,
}

pub(crate) struct Writer {
    /// By slot.
    endpoints: Vec<Endpoint>,
    recency: Recency,
    blocks: usize,
    default_capacity: u32,
    /// The entries of the chain being inserted, from its first run on.
    path: Vec<u32>,
}

/// What an endpoint has in common with a run that begins like its chain.
struct Step {
    common: usize,
    length: usize,
    is_leaf: bool,
    held: Option<Holder>,
}

impl Step {
    fn of(run: &Run, slot: Slot, chain: &[u64]) -> Self {
        let (length, is_leaf) = (run.len(), run.is_leaf());
        Self { common: run.common(chain), length, is_leaf, held: run.holder(slot.0) }
    }

    fn held_blocks(&self) -> usize {
        self.held.map_or(0, |holder| holder.blocks as usize)
    }
}

impl Writer {
    pub(crate) fn new(default_capacity: usize) -> Self {
        let default_capacity = count(default_capacity.min(MAX_CAPACITY));
        Self {
            endpoints: Vec::new(),
            recency: Recency::default(),
            blocks: 0,
            default_capacity,
            path: Vec::new(),
        }
    }

    pub(crate) fn blocks(&self) -> usize {
        self.blocks
    }

    pub(crate) fn blocks_of(&self, slot: Slot) -> usize {
        self.endpoints.get(slot.0 as usize).map_or(0, |endpoint| endpoint.blocks as usize)
    }

    /// Bytes it holds beside the table.
    pub(crate) fn bytes(&self) -> usize {
        self.recency.bytes()
            + self.endpoints.capacity() * size_of::<Endpoint>()
            + self.path.capacity() * size_of::<u32>()
    }

    pub(crate) fn set_capacity(&mut self, table: &Table, slot: Slot, blocks: usize) {
        if let Some(endpoint) = self.endpoint(slot) {
            endpoint.capacity = count(blocks.min(MAX_CAPACITY));
            self.evict_to_capacity(table, slot);
        }
    }

    pub(crate) fn insert(&mut self, table: &Table, slot: Slot, hashes: &[u64]) {
        let Some(endpoint) = self.endpoint(slot) else { return };
        let chain = &hashes[..hashes.len().min(endpoint.capacity as usize)];
        self.path.clear();
        let mut from = 0;
        let mut leaf = None;
        while let Some(&first) = chain.get(from) {
            let rest = &chain[from..];
            let Some(step) = table.read(first, |run| Step::of(run, slot, rest)) else {
                self.add(table, slot, leaf, rest);
                break;
            };
            from += step.common;
            leaf = (step.is_leaf && step.common == step.length).then_some(first);
            self.hold(table, slot, first, &step, from == chain.len());
        }
        // From the last run to the first, so that chains are evicted from their ends.
        let used = &mut self.endpoints[slot.0 as usize].used;
        for &entry in self.path.iter().rev() {
            self.recency.touch(used, entry);
        }
        self.evict_to_capacity(table, slot);
    }

    /// Forgets an endpoint, its capacity included.
    pub(crate) fn remove_endpoint(&mut self, table: &Table, slot: Slot) {
        while self.evict(table, slot, u32::MAX) {}
        let capacity = self.default_capacity;
        if let Some(endpoint) = self.endpoints.get_mut(slot.0 as usize) {
            endpoint.capacity = capacity;
        }
    }

    /// Takes blocks from the endpoint that holds the most until all of it fits `max_bytes`. The chain that `inserted` has
    /// just got goes last.
    pub(crate) fn evict_to_bytes(&mut self, table: &Table, max_bytes: usize, inserted: Slot) {
        loop {
            let excess = (table.bytes() + self.bytes()).saturating_sub(max_bytes);
            let victim = if excess > 0 { self.largest(inserted) } else { None };
            let Some(victim) = victim else { return };
            if !self.evict(table, victim, count(excess.div_ceil(size_of::<u64>()))) {
                return;
            }
        }
    }

    /// The endpoint's record; none if its number is too large.
    fn endpoint(&mut self, slot: Slot) -> Option<&mut Endpoint> {
        if slot.0 >= MAX_SLOTS {
            return None;
        }
        let place = slot.0 as usize;
        if place >= self.endpoints.len() {
            let endpoint = Endpoint { capacity: self.default_capacity, blocks: 0, used: Ends::EMPTY };
            self.endpoints.resize(place + 1, endpoint);
        }
        self.endpoints.get_mut(place)
    }

    /// Blocks of which no run begins with the first: a new run, or more of the leaf before them.
    fn add(&mut self, table: &Table, slot: Slot, leaf: Option<u64>, hashes: &[u64]) {
        if let Some(leaf) = leaf {
            table.write(leaf, |run| run.append(slot.0, hashes));
        } else {
            let first = hashes[0];
            let entry = self.recency.add(&mut self.endpoints[slot.0 as usize].used, first);
            table
                .insert(first, Run::new(hashes, Holder { slot: slot.0, blocks: count(hashes.len()), entry }));
            self.path.push(entry);
        }
        self.gain(slot, count(hashes.len()));
    }

    /// Makes `slot` hold what its chain has in common with the run that begins with `first`.
    fn hold(&mut self, table: &Table, slot: Slot, first: u64, step: &Step, is_end: bool) {
        // A chain that goes on elsewhere needs a run's end to go on from. One that ends here leaves blocks behind it that
        // were used less recently, if the endpoint holds any.
        if step.common < step.length && (!is_end || step.held_blocks() > step.common) {
            self.split(table, first, step.common);
        }
        let entry = match step.held {
            Some(holder) => holder.entry,
            None => self.recency.add(&mut self.endpoints[slot.0 as usize].used, first),
        };
        self.path.push(entry);
        if let Some(more) = step.common.checked_sub(step.held_blocks()).filter(|&more| more > 0) {
            let blocks = count(step.common);
            table.write(first, |run| run.hold(Holder { slot: slot.0, blocks, entry }));
            self.gain(slot, count(more));
        }
    }

    /// Makes two runs of one, the second from block `at` on. It is there before the first is cut, so that readers see
    /// its blocks in one of the two all the time.
    fn split(&mut self, table: &Table, first: u64, at: usize) {
        let Some((second, mut tail)) = table.read(first, |run| run.tail(at)) else { return };
        let is_taken = table.read(second, |_| ()).is_some();
        for holder in tail.holders_mut() {
            if is_taken {
                // Two blocks of one hash. Whoever made them loses the later one.
                self.lose(Slot(holder.slot), holder.blocks);
            } else {
                let used = &mut self.endpoints[holder.slot as usize].used;
                holder.entry = self.recency.add_before(used, holder.entry, second);
            }
        }
        if !is_taken && !tail.holders().is_empty() {
            table.insert(second, tail);
        }
        table.write(first, |run| run.cut(at));
    }

    fn evict_to_capacity(&mut self, table: &Table, slot: Slot) {
        loop {
            let Endpoint { capacity, blocks, .. } = self.endpoints[slot.0 as usize];
            if blocks <= capacity || !self.evict(table, slot, blocks - capacity) {
                return;
            }
        }
    }

    /// Takes at most `most` blocks from the end of what `slot` used longest ago. False if it holds nothing.
    fn evict(&mut self, table: &Table, slot: Slot, most: u32) -> bool {
        let Some(endpoint) = self.endpoints.get_mut(slot.0 as usize) else { return false };
        let Some(entry) = endpoint.used.oldest() else { return false };
        let first = self.recency.first(entry);
        let (taken, left) = table.write(first, |run| run.release(slot.0, most)).unwrap_or((0, 0));
        if left == 0 {
            self.recency.remove(&mut endpoint.used, entry);
        }
        self.lose(slot, taken);
        true
    }

    fn largest(&self, inserted: Slot) -> Option<Slot> {
        let slots = (0..).map(Slot).zip(&self.endpoints).filter(|(_, endpoint)| endpoint.blocks > 0);
        let is_new = |slot, endpoint: &Endpoint| {
            slot == inserted && endpoint.used.oldest() == self.path.last().copied()
        };
        slots.max_by_key(|&(slot, endpoint)| (!is_new(slot, endpoint), endpoint.blocks)).map(|(slot, _)| slot)
    }

    fn gain(&mut self, slot: Slot, blocks: u32) {
        self.blocks += blocks as usize;
        self.endpoints[slot.0 as usize].blocks += blocks;
    }

    fn lose(&mut self, slot: Slot, blocks: u32) {
        self.blocks -= blocks as usize;
        self.endpoints[slot.0 as usize].blocks -= blocks;
    }
}
