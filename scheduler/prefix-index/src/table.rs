//! Every run, by the hash of its first block.
//!
//! Readers take the lock of one shard for the time of one run, and writers too, so a lookup holds no lock from one run to
//! the next. What is found may thus be of slightly different moments; the order in which [`Writer`](crate::writer::Writer)
//! changes runs makes sure that blocks which stay are seen all the time.

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hasher, RandomState},
    mem::size_of,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use crate::run::Run;

const SHARDS: usize = 256;

/// In cache lines of its own: the lock of a prefix that every prompt begins with changes hands all the time.
#[derive(Default)]
#[repr(align(128))]
struct Shard(RwLock<Runs>);

#[derive(Default)]
struct Runs {
    by_first: HashMap<u64, Run, Mix>,
    /// How many runs `by_first` has room for, with what it uses as a gap until its next change of size.
    buckets: usize,
}

pub(crate) struct Table {
    shards: Box<[Shard]>,
    bytes: AtomicUsize,
}

impl Table {
    pub(crate) fn new() -> Self {
        let mix = Mix(RandomState::new().hash_one(0_u64));
        let runs = || Runs { by_first: HashMap::with_hasher(mix), buckets: 0 };
        let shards: Box<[Shard]> = (0..SHARDS).map(|_| Shard(RwLock::new(runs()))).collect();
        Self { bytes: AtomicUsize::new(size_of_val(&*shards)), shards }
    }

    /// Bytes asked of the allocator.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.load(Relaxed)
    }

    /// `see` of the run that begins with the block `first`, if there is one.
    pub(crate) fn read<T>(&self, first: u64, see: impl FnOnce(&Run) -> T) -> Option<T> {
        let runs = self.shard(first).read().unwrap_or_else(PoisonError::into_inner);
        runs.by_first.get(&first).map(see)
    }

    /// Changes the run that begins with the block `first`, if there is one, and forgets it when nobody holds it any more.
    pub(crate) fn write<T>(&self, first: u64, change: impl FnOnce(&mut Run) -> T) -> Option<T> {
        let mut runs = self.shard(first).write().unwrap_or_else(PoisonError::into_inner);
        let run = runs.by_first.get_mut(&first)?;
        let before = run.heap_bytes();
        let changed = change(run);
        if run.holders().is_empty() {
            let before = before + runs.bytes();
            runs.by_first.remove(&first);
            runs.shrink();
            self.account(before, runs.bytes());
        } else {
            self.account(before, run.heap_bytes());
        }
        Some(changed)
    }

    /// Adds a run that begins with the block `first`, of which there must be none.
    pub(crate) fn insert(&self, first: u64, run: Run) {
        let mut runs = self.shard(first).write().unwrap_or_else(PoisonError::into_inner);
        let (before, added) = (runs.bytes(), run.heap_bytes());
        let replaced = runs.by_first.insert(first, run);
        debug_assert!(replaced.is_none(), "there is a run that begins with {first:016x}");
        runs.buckets = runs.buckets.max(buckets(runs.by_first.capacity()));
        self.account(before, runs.bytes() + added);
    }

    fn account(&self, before: usize, after: usize) {
        self.bytes.fetch_add(after.wrapping_sub(before), Relaxed);
    }

    fn shard(&self, first: u64) -> &RwLock<Runs> {
        // Bits of the middle: the map uses those of both ends of the mixed hash.
        &self.shards[(first >> 32) as usize % SHARDS].0
    }
}

impl Runs {
    /// The map itself, without what its runs hold.
    fn bytes(&self) -> usize {
        self.buckets * (size_of::<(u64, Run)>() + 1)
    }

    fn shrink(&mut self) {
        if self.by_first.len() * 4 < self.by_first.capacity() {
            self.by_first.shrink_to(self.by_first.len() * 2);
            self.buckets = buckets(self.by_first.capacity());
        }
    }
}

/// Buckets of a map of the standard library that has just changed its size, from the room it reports: a power of two of
/// which it fills seven eighths, or all but one when it is small.
fn buckets(capacity: usize) -> usize {
    match capacity {
        0 => 0,
        1..8 => capacity + 1,
        _ => (capacity / 7 * 8).next_power_of_two(),
    }
}

/// Spreads block hashes in a way nobody outside can know, so that prompts cannot be made to collide in a map.
#[derive(Clone, Copy, Default)]
struct Mix(u64);

impl BuildHasher for Mix {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        *self
    }
}

impl Hasher for Mix {
    fn write_u64(&mut self, value: u64) {
        let product = u128::from(self.0 ^ value) * 0x9e37_79b9_7f4a_7c15;
        #[expect(clippy::cast_possible_truncation, reason = "both halves are wanted")]
        {
            self.0 = product as u64 ^ (product >> 64) as u64;
        }
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
