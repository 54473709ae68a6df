//! In which order each endpoint used its runs: one doubly linked list per endpoint, all in one arena.

#[cfg(test)]
mod tests;

use std::mem::size_of;

/// No entry.
pub(crate) const NONE: u32 = u32::MAX;
const CHUNK: usize = 512;

/// The ends of one endpoint's list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    oldest: u32,
    newest: u32,
}

impl Ends {
    pub(crate) const EMPTY: Self = Self { oldest: NONE, newest: NONE };

    pub(crate) fn oldest(self) -> Option<u32> {
        (self.oldest != NONE).then_some(self.oldest)
    }
}

#[derive(Clone, Copy)]
struct Entry {
    /// Hash of the first block of the run.
    first: u64,
    older: u32,
    /// While the entry is unused: the next unused one.
    newer: u32,
}

/// It grows by chunks, so that nothing is moved and no growth is felt; what was freed is used again by any endpoint, and
/// the arena is given back when the last entry goes.
#[derive(Default)]
pub(crate) struct Recency {
    chunks: Vec<Box<[Entry; CHUNK]>>,
    unused: Option<u32>,
    used: usize,
}

impl Recency {
    pub(crate) fn bytes(&self) -> usize {
        self.chunks.len() * CHUNK * size_of::<Entry>()
            + self.chunks.capacity() * size_of::<Box<[Entry; CHUNK]>>()
    }

    /// The first block of the run that `entry` stands for.
    pub(crate) fn first(&self, entry: u32) -> u64 {
        self.at(entry).first
    }

    /// The entry used next after `entry`.
    pub(crate) fn newer(&self, entry: u32) -> Option<u32> {
        Some(self.at(entry).newer).filter(|&newer| newer != NONE)
    }

    /// Adds a run as the one used last.
    pub(crate) fn add(&mut self, ends: &mut Ends, first: u64) -> u32 {
        let entry = self.take(first);
        self.link(ends, entry, NONE);
        entry
    }

    /// Adds a run as used just before `newer`.
    pub(crate) fn add_before(&mut self, ends: &mut Ends, newer: u32, first: u64) -> u32 {
        let entry = self.take(first);
        self.link(ends, entry, newer);
        entry
    }

    /// Makes `entry` the one used last.
    pub(crate) fn touch(&mut self, ends: &mut Ends, entry: u32) {
        if ends.newest != entry {
            self.unlink(ends, entry);
            self.link(ends, entry, NONE);
        }
    }

    pub(crate) fn remove(&mut self, ends: &mut Ends, entry: u32) {
        self.unlink(ends, entry);
        self.at_mut(entry).newer = self.unused.unwrap_or(NONE);
        self.unused = Some(entry);
        self.used -= 1;
        if self.used == 0 {
            *self = Self::default();
        }
    }

    fn take(&mut self, first: u64) -> u32 {
        let entry = self.unused.unwrap_or_else(|| self.grow());
        self.unused = self.newer(entry);
        self.used += 1;
        self.at_mut(entry).first = first;
        entry
    }

    /// A new chunk; returns its first entry, which the others follow.
    fn grow(&mut self) -> u32 {
        let start = crate::count(self.chunks.len() * CHUNK);
        let mut next = start;
        let mut chunk = Box::new([Entry { first: 0, older: NONE, newer: NONE }; CHUNK]);
        for entry in &mut chunk[..CHUNK - 1] {
            next += 1;
            entry.newer = next;
        }
        self.chunks.push(chunk);
        start
    }

    fn link(&mut self, ends: &mut Ends, entry: u32, newer: u32) {
        let older = if newer == NONE { ends.newest } else { self.at(newer).older };
        (self.at_mut(entry).older, self.at_mut(entry).newer) = (older, newer);
        *self.newer_of(ends, older) = entry;
        *self.older_of(ends, newer) = entry;
    }

    fn unlink(&mut self, ends: &mut Ends, entry: u32) {
        let Entry { older, newer, .. } = *self.at(entry);
        *self.newer_of(ends, older) = newer;
        *self.older_of(ends, newer) = older;
    }

    /// What comes after `entry`, or at the start of the list.
    fn newer_of<'a>(&'a mut self, ends: &'a mut Ends, entry: u32) -> &'a mut u32 {
        if entry == NONE { &mut ends.oldest } else { &mut self.at_mut(entry).newer }
    }

    /// What comes before `entry`, or at the end of the list.
    fn older_of<'a>(&'a mut self, ends: &'a mut Ends, entry: u32) -> &'a mut u32 {
        if entry == NONE { &mut ends.newest } else { &mut self.at_mut(entry).older }
    }

    fn at(&self, entry: u32) -> &Entry {
        &self.chunks[entry as usize / CHUNK][entry as usize % CHUNK]
    }

    fn at_mut(&mut self, entry: u32) -> &mut Entry {
        &mut self.chunks[entry as usize / CHUNK][entry as usize % CHUNK]
    }
}
