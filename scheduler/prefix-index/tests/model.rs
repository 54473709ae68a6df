//! The index beside the simplest thing that does the same.

use std::collections::{BTreeMap, VecDeque};

use prefix_index::{Hits, PrefixIndex, Slot};
use proptest::prelude::*;

const SLOTS: u32 = 5;
const CAPACITY: usize = 60;

/// Per endpoint the hashes it holds, least recently used first.
struct Model {
    default_capacity: usize,
    held: BTreeMap<Slot, VecDeque<u64>>,
    capacities: BTreeMap<Slot, usize>,
}

impl Model {
    fn new(default_capacity: usize) -> Self {
        Self { default_capacity, held: BTreeMap::new(), capacities: BTreeMap::new() }
    }

    fn insert(&mut self, slot: Slot, chain: &[u64]) {
        let held = self.held.entry(slot).or_default();
        for hash in chain.iter().rev() {
            held.retain(|other| other != hash);
            held.push_back(*hash);
        }
        self.evict(slot);
    }

    fn evict(&mut self, slot: Slot) {
        let capacity = self.capacities.get(&slot).copied().unwrap_or(self.default_capacity);
        let held = self.held.entry(slot).or_default();
        held.drain(..held.len().saturating_sub(capacity));
    }

    fn find(&self, slot: Slot, chain: &[u64]) -> usize {
        let held = self.held.get(&slot);
        chain.iter().take_while(|hash| held.is_some_and(|held| held.contains(hash))).count()
    }

    fn blocks_of(&self, slot: Slot) -> usize {
        self.held.get(&slot).map_or(0, VecDeque::len)
    }
}

#[derive(Clone, Debug)]
enum Action {
    Insert(Slot, Vec<u64>),
    Capacity(Slot, usize),
    Remove(Slot),
}

/// Chains out of few symbols in long repetitions, so that they share beginnings and part anywhere.
fn chain() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec((0..3_u64, 1..12_usize), 1..6).prop_map(|stretches| {
        let symbols = stretches.into_iter().flat_map(|(symbol, length)| std::iter::repeat_n(symbol, length));
        chained(0, symbols).collect()
    })
}

/// One hash per symbol, each of all symbols up to it.
fn chained(seed: u64, symbols: impl Iterator<Item = u64>) -> impl Iterator<Item = u64> {
    symbols.scan(seed, |previous, symbol| {
        *previous = (previous.rotate_left(9) ^ symbol.wrapping_add(1)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Some(*previous)
    })
}

fn slot() -> impl Strategy<Value = Slot> {
    (0..SLOTS).prop_map(Slot)
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        20 => (slot(), chain()).prop_map(|(slot, chain)| Action::Insert(slot, chain)),
        1 => (slot(), 0..90_usize).prop_map(|(slot, blocks)| Action::Capacity(slot, blocks)),
        1 => slot().prop_map(Action::Remove),
    ]
}

fn apply(index: &PrefixIndex, action: &Action) {
    match action {
        Action::Insert(slot, chain) => index.insert(*slot, chain),
        Action::Capacity(slot, blocks) => index.set_capacity(*slot, *blocks),
        Action::Remove(slot) => index.remove_endpoint(*slot),
    }
}

fn apply_to_model(model: &mut Model, action: &Action) {
    match action {
        Action::Insert(slot, chain) => model.insert(*slot, chain),
        Action::Capacity(slot, blocks) => {
            model.capacities.insert(*slot, *blocks);
            model.evict(*slot);
        }
        Action::Remove(slot) => {
            model.held.remove(slot);
            model.capacities.remove(slot);
        }
    }
}

fn found(index: &PrefixIndex, hits: &mut Hits, chain: &[u64]) -> Vec<usize> {
    index.find(chain, hits);
    let found: Vec<usize> = (0..SLOTS).map(|slot| hits.get(Slot(slot)) as usize).collect();
    let holders: Vec<(Slot, u32)> = hits.iter().collect();
    let expected: Vec<(Slot, u32)> =
        (0..SLOTS).map(|slot| (Slot(slot), hits.get(Slot(slot)))).filter(|(_, blocks)| *blocks > 0).collect();
    assert_eq!(holders, expected);
    assert_eq!(hits.total() as usize, chain.len());
    assert_eq!(hits.longest() as usize, found.iter().copied().max().unwrap_or(0));
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Without want of bytes the index is an exact LRU of blocks per endpoint.
    #[test]
    fn equals_the_model(
        actions in prop::collection::vec(action(), 1..60),
        questions in prop::collection::vec(chain(), 1..8),
    ) {
        let index = PrefixIndex::with_default_capacity(1 << 20, CAPACITY);
        let mut model = Model::new(CAPACITY);
        let mut hits = Hits::new();
        for action in &actions {
            apply(&index, action);
            apply_to_model(&mut model, action);
            let own = if let Action::Insert(_, chain) = action { Some(chain) } else { None };
            for question in questions.iter().chain(own) {
                let expected: Vec<usize> = (0..SLOTS).map(|slot| model.find(Slot(slot), question)).collect();
                prop_assert_eq!(found(&index, &mut hits, question), expected);
            }
            for slot in (0..SLOTS).map(Slot) {
                prop_assert_eq!(index.blocks_of(slot), model.blocks_of(slot));
            }
            prop_assert_eq!(index.blocks(), model.held.values().map(VecDeque::len).sum::<usize>());
        }
        check_empties(&index);
    }

    /// When bytes are short it holds less, but nothing else, and always the newest chain.
    #[test]
    fn keeps_to_its_bytes(
        actions in prop::collection::vec(action(), 1..200),
        questions in prop::collection::vec(chain(), 1..8),
        spare in 0..6_000_usize,
    ) {
        // The tables, the first entries, and one chain that others cut into thirty runs in thirty shards.
        let max_bytes = 32_768 + 512 * 16 + 9_000 + spare;
        let index = PrefixIndex::with_default_capacity(max_bytes, 2_000);
        let mut model = Model::new(2_000);
        let mut hits = Hits::new();
        for action in &actions {
            apply(&index, action);
            apply_to_model(&mut model, action);
            prop_assert!(index.bytes() <= max_bytes);
            for question in &questions {
                for (slot, blocks) in (0..).map(Slot).zip(found(&index, &mut hits, question)) {
                    prop_assert!(blocks <= model.find(slot, question));
                }
            }
            if let Action::Insert(slot, chain) = action {
                let expected = model.find(*slot, chain);
                prop_assert_eq!(found(&index, &mut hits, chain)[slot.0 as usize], expected);
            }
        }
        check_empties(&index);
    }

    /// Hashes that are no chains: nothing breaks, no limit is exceeded, nothing stays behind.
    #[test]
    fn survives_nonsense(
        inserts in prop::collection::vec((slot(), prop::collection::vec(0..7_u64, 0..12)), 1..80),
    ) {
        let index = PrefixIndex::with_default_capacity(1 << 20, 20);
        let mut hits = Hits::new();
        for (slot, hashes) in &inserts {
            index.insert(*slot, hashes);
            prop_assert!(index.blocks_of(*slot) <= 20);
            index.find(hashes, &mut hits);
            prop_assert!(hits.longest() <= hits.total());
        }
        check_empties(&index);
    }
}

/// Removing every endpoint leaves nothing behind but the tables that an index always has.
fn check_empties(index: &PrefixIndex) {
    for slot in (0..SLOTS).map(Slot) {
        index.remove_endpoint(slot);
    }
    assert_eq!(index.blocks(), 0);
    assert!(index.bytes() < 34_000, "{} bytes are left", index.bytes());
}

#[test]
fn an_index_too_small_holds_nothing() {
    let index = PrefixIndex::new(0);
    index.insert(Slot(3), &[1, 2, 3]);
    assert_eq!(index.blocks(), 0);
}

#[test]
fn slots_out_of_range_are_ignored() {
    let index = PrefixIndex::new(1 << 20);
    index.insert(Slot(u32::MAX), &[1, 2, 3]);
    index.set_capacity(Slot(prefix_index::MAX_SLOTS), 5);
    index.remove_endpoint(Slot(u32::MAX));
    assert_eq!((index.blocks(), index.blocks_of(Slot(u32::MAX))), (0, 0));
}

#[test]
fn a_lost_middle_hides_the_end() {
    let index = PrefixIndex::with_default_capacity(1 << 20, 6);
    index.insert(Slot(0), &[1, 2, 3, 4, 5, 6]);
    index.insert(Slot(1), &[1, 2, 3, 4, 5, 6]);
    index.insert(Slot(0), &[1, 2, 13, 14]);
    let mut hits = Hits::new();
    index.find(&[1, 2, 3, 4, 5, 6, 7], &mut hits);
    assert_eq!(hits.iter().collect::<Vec<_>>(), [(Slot(0), 4), (Slot(1), 6)]);
}

#[test]
fn evicted_ends_take_no_memory() {
    let index = PrefixIndex::new(1 << 20);
    index.insert(Slot(0), &[1]);
    let before = index.bytes();
    index.insert(Slot(1), &(100..20_100).collect::<Vec<u64>>());
    index.insert(Slot(2), &(100..120).collect::<Vec<u64>>());
    assert!(index.bytes() > before + 20_000 * 8);
    index.set_capacity(Slot(1), 30);
    assert!(index.bytes() < before + 2_000, "{} B more", index.bytes() - before);
}

/// Memory per block and endpoint, at most `most` B, of `prompts` chains given to 64 endpoints in turn.
fn check_memory(prompts: impl Iterator<Item = Vec<u64>>, most: f64) {
    let index = PrefixIndex::new(1 << 30);
    for (prompt, chain) in (0..).zip(prompts) {
        index.insert(Slot(prompt % 64), &chain);
    }
    let bytes = index.bytes() as f64 / index.blocks() as f64;
    assert!(bytes <= most, "{bytes} B");
}

/// 64 blocks that all prompts share and 192 that no other has, as in `peers.md` §4.4.
#[test]
fn memory_with_a_shared_prefix() {
    let prompts = 0..64 * 60;
    check_memory(prompts.map(|prompt| chained(0, 0..64).chain(chained(prompt + 1, 0..192)).collect()), 9.0);
}

/// Chats of 20 turns of 28 blocks; every turn ends with a block that is not full and that no later turn has.
#[test]
fn memory_of_chats() {
    let turns = (1..=20).flat_map(|turn| (0..64 * 10).map(move |chat| (turn, chat)));
    let chain = |(turn, chat): (u64, u64)| chained(chat, 0..28 * turn).chain([chat << 32 | turn]).collect();
    check_memory(turns.map(chain), 18.0);
}

/// Prompts of 10 blocks that have nothing in common: 640 B in blocks of 64 B.
#[test]
fn memory_of_short_prompts() {
    check_memory((0..50_000).map(|prompt| chained(prompt, 0..10).collect()), 20.0);
}
