//! How many distinct prompt tokens the requests of one endpoint keep in its KV cache.
//!
//! Requests that share a prefix share its blocks, so neither the sum of the prompts nor the sum of the uncached
//! parts is right. A block's chain hash names the whole prefix that ends there. Counting the users of every such
//! hash would be exact and cost a map operation per block; here only some positions are counted, their distance
//! an eighth of their depth: some 60 for a prompt of 8,000 tokens, 8 more each time it doubles. Two more are counted:
//! the last, as equal prompts are asked again, and that up to which the endpoint has the prompt, as whoever asks
//! something new behind a known prefix parts from it there. Where two prompts part elsewhere, the common tokens since
//! the position before are counted twice: at most an eighth of what they share.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use smallvec::SmallVec;

#[derive(Debug, Default)]
pub(super) struct Footprint(HashMap<u64, Anchor, BuildHasherDefault<Identity>>);

#[derive(Debug)]
struct Anchor {
    users: u32,
    /// Tokens from the previous anchor to this one.
    tokens: u64,
}

/// The anchors that one request uses.
pub(super) type Anchors = Box<[u64]>;

/// The depths, in blocks, at which prompts are compared.
fn depths() -> impl Iterator<Item = usize> {
    std::iter::successors(Some(1_usize), |&depth| depth.checked_add(((1 << depth.ilog2()) / 8).max(1)))
}

/// The depths of one prompt, ascending.
fn positions(blocks: usize, hits: usize) -> SmallVec<[usize; 80]> {
    let mut positions: SmallVec<_> = depths().take_while(|&depth| depth < blocks).collect();
    let marked = [hits, blocks].into_iter().filter(|&mark| (1..=blocks).contains(&mark));
    for mark in marked {
        if let Err(place) = positions.binary_search(&mark) {
            positions.insert(place, mark);
        }
    }
    positions
}

impl Footprint {
    /// Adds a request with the chain hashes `blocks`, of which the endpoint has the first `hits`: its anchors, the tokens
    /// up to the last of them, and those that no other request had in use.
    pub(super) fn add(&mut self, blocks: &[u64], block_tokens: u32, hits: usize) -> (Anchors, u64, u64) {
        let (mut covered, mut added) = (0, 0);
        let mut anchors = Vec::new();
        for depth in positions(blocks.len(), hits) {
            let hash = blocks[depth - 1];
            let reach = depth as u64 * u64::from(block_tokens);
            let anchor = self.0.entry(hash).or_insert(Anchor { users: 0, tokens: reach - covered });
            if anchor.users == 0 {
                added += anchor.tokens;
            }
            anchor.users = anchor.users.saturating_add(1);
            anchors.push(hash);
            covered = reach;
        }
        (anchors.into(), covered, added)
    }

    /// The blocks, from the start of a prompt, that requests in flight use: to the last position that one of them has.
    pub(super) fn in_use(&self, blocks: &[u64]) -> usize {
        let positions: SmallVec<[usize; 80]> = depths().take_while(|&depth| depth <= blocks.len()).collect();
        let used = positions.partition_point(|&depth| self.0.contains_key(&blocks[depth - 1]));
        used.checked_sub(1).map_or(0, |last| positions[last])
    }

    /// Takes a request out again: the tokens that nobody uses any more.
    pub(super) fn remove(&mut self, anchors: &[u64]) -> u64 {
        let mut freed = 0;
        for hash in anchors {
            let Some(anchor) = self.0.get_mut(hash) else { continue };
            anchor.users -= 1;
            if anchor.users == 0 {
                freed += anchor.tokens;
                self.0.remove(hash);
            }
        }
        freed
    }
}

/// The keys are hashes already.
#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_counts_once_to_an_eighth() {
        let mut footprint = Footprint::default();
        let one: Vec<u64> = (0..470).collect();
        let other: Vec<u64> = (0..375).chain(1000..1095).collect();
        let (first, covered, added) = footprint.add(&one, 16, 0);
        assert_eq!((covered, added), (470 * 16, 470 * 16));
        assert!(first.len() < 64, "{} anchors", first.len());
        let (second, _, added) = footprint.add(&other, 16, 0);
        let own = 95 * 16;
        assert!((own..=own + 375 * 16 / 8).contains(&added), "{added}");
        let freed = footprint.remove(&first);
        assert!(freed <= 470 * 16 - 352 * 16, "{freed}: the shared part is still in use");
        assert_eq!(freed + footprint.remove(&second), 470 * 16 + added);
        assert!(footprint.0.is_empty());
    }

    #[test]
    fn the_same_prompt_counts_once() {
        let mut footprint = Footprint::default();
        let prompt: Vec<u64> = (0..470).collect();
        let (first, _, _) = footprint.add(&prompt, 16, 0);
        let (second, covered, added) = footprint.add(&prompt, 16, 470);
        assert_eq!((covered, added), (470 * 16, 0));
        assert_eq!(footprint.remove(&first) + footprint.remove(&second), 470 * 16);
    }

    #[test]
    fn what_is_new_behind_a_known_prefix_counts_alone() {
        let mut footprint = Footprint::default();
        let asked = |number: u64| (0..375).chain(1000 * number..1000 * number + 95).collect::<Vec<u64>>();
        footprint.add(&asked(1), 16, 375);
        for number in 2..9 {
            let (_, _, added) = footprint.add(&asked(number), 16, 375);
            assert_eq!(added, 95 * 16);
        }
    }

    #[test]
    fn one_hash_at_two_depths_still_balances() {
        let mut footprint = Footprint::default();
        let (first, _, one) = footprint.add(&[7], 16, 0);
        let (second, _, two) = footprint.add(&[7; 40], 16, 0);
        assert_eq!(footprint.remove(&first) + footprint.remove(&second), one + two);
    }
}
