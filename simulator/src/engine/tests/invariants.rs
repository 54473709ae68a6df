//! What holds whatever comes: blocks are neither lost nor counted twice, what is cached stays prefix-closed, every request
//! ends with all its tokens.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::engine::blocks::Audit;
use crate::engine::{BlockHash, CacheEvent, Engine, Limits, Request, SequenceId, StepCosts, Token};
use proptest::collection::vec;
use proptest::prelude::*;

const COSTS: StepCosts =
    StepCosts { base: 1e-3, weights: 1e-3, token: 1e-6, context_token: 1e-9, pair: 1e-9, sequence: 1e-6 };

#[derive(Clone, Copy, Debug)]
enum Action {
    Submit {
        family: u64,
        shared: u32,
        prompt: u32,
        output: u32,
    },
    Step,
    /// Aborts one of those submitted so far, perhaps while a step is under way.
    Abort {
        which: prop::sample::Index,
        in_step: bool,
    },
    Reset,
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let submit = (0..4_u64, 0..48_u32, 1..60_u32, 1..40_u32)
        .prop_map(|(family, shared, prompt, output)| Action::Submit { family, shared, prompt, output });
    let abort = (any::<prop::sample::Index>(), any::<bool>())
        .prop_map(|(which, in_step)| Action::Abort { which, in_step });
    vec(prop_oneof![6 => submit, 20 => Just(Action::Step), 2 => abort, 1 => Just(Action::Reset)], 1..200)
}

fn limits() -> impl Strategy<Value = Limits> {
    // At least as many blocks as one request needs: (60 + 40) / 4.
    (25..60_u32, 1..8_u32, 1..64_u32).prop_map(|(kv_blocks, max_num_seqs, max_num_batched_tokens)| Limits {
        kv_blocks,
        block_size: 4,
        max_num_seqs,
        max_num_batched_tokens,
    })
}

/// A prompt that shares its first tokens with its family; the rest, the answer too, is shared by those that are equal.
fn request(family: u64, shared: u32, prompt: u32, output: u32) -> Request {
    let hash = |block: u32| {
        let is_shared = (block + 1) * 4 <= shared.min(prompt);
        let own = if is_shared { 0 } else { 1 + u64::from(shared) * 10_000 + u64::from(prompt) * 100 };
        BlockHash(((family << 40) + (own << 8) + u64::from(block)).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    };
    let blocks: Arc<[BlockHash]> = (0..(prompt + output) / 4).map(hash).collect();
    Request { prompt_tokens: prompt, output_tokens: output, blocks }
}

/// An engine and what must be true of it.
struct Watched {
    engine: Engine,
    limits: Limits,
    requests: HashMap<SequenceId, Request>,
    received: HashMap<SequenceId, u32>,
    /// The prefix cache as its events tell, with the parent of each block.
    cache: HashMap<BlockHash, Option<BlockHash>>,
    events: Vec<CacheEvent>,
    tokens: Vec<Token>,
}

impl Watched {
    fn new(limits: Limits) -> Self {
        let mut engine = Engine::new(COSTS, limits);
        engine.record_cache_events();
        Self {
            engine,
            limits,
            requests: HashMap::new(),
            received: HashMap::new(),
            cache: HashMap::new(),
            events: Vec::new(),
            tokens: Vec::new(),
        }
    }

    fn submit(&mut self, request: Request) {
        let id = self.engine.submit(request.clone()).unwrap();
        self.requests.insert(id, request);
    }

    fn abort(&mut self, which: prop::sample::Index) {
        if !self.requests.is_empty() {
            let id = SequenceId(which.index(self.requests.len()) as u64);
            self.engine.abort(id);
            self.received.insert(id, u32::MAX);
        }
    }

    fn step(&mut self, abort: Option<prop::sample::Index>) -> bool {
        let Some(time) = self.engine.begin_step() else { return false };
        assert!(!time.is_zero());
        if let Some(which) = abort {
            self.abort(which);
        }
        self.engine.end_step(&mut self.tokens);
        for token in self.tokens.drain(..) {
            let request = &self.requests[&token.id];
            let received = self.received.entry(token.id).or_default();
            assert_eq!(token.index, *received, "in order, each once, none after an abort");
            *received += 1;
            assert_eq!(token.is_last, *received == request.output_tokens);
            assert!(token.cached_tokens < request.prompt_tokens, "one token at least is computed");
            assert_eq!(token.cached_tokens % self.limits.block_size, 0);
        }
        self.follow_cache();
        true
    }

    fn follow_cache(&mut self) {
        self.engine.take_cache_events(&mut self.events);
        for event in self.events.drain(..) {
            match event {
                CacheEvent::Stored { id, first, hashes, parent } => {
                    let chain = &self.requests[&id].blocks;
                    assert_eq!(chain[first as usize..][..hashes.len()], hashes);
                    assert_eq!(parent, first.checked_sub(1).map(|before| chain[before as usize]));
                    let parents = std::iter::once(parent).chain(hashes.iter().copied().map(Some));
                    for (&hash, parent) in hashes.iter().zip(parents) {
                        assert!(self.cache.insert(hash, parent).is_none(), "stored twice");
                    }
                }
                CacheEvent::Removed { hashes } => {
                    for hash in hashes {
                        assert!(self.cache.remove(&hash).is_some(), "removed what was not there");
                    }
                }
                CacheEvent::Cleared => self.cache.clear(),
            }
        }
        for parent in self.cache.values().flatten() {
            assert!(self.cache.contains_key(parent), "a block is cached without the one before");
        }
    }

    fn check(&self) {
        let stats = self.engine.stats();
        let Audit { referenced, cached, references, content } = self.engine.pool.audit();
        assert_eq!(stats.referenced_blocks, referenced);
        assert!(referenced + cached <= stats.capacity_blocks, "{stats:?}");
        let held: usize = self.engine.running.iter().map(|sequence| sequence.table.len()).sum();
        assert_eq!(references, held, "a reference without a holder");
        assert!(self.engine.waiting.iter().all(|sequence| sequence.table.is_empty()));
        assert_eq!(content, self.cache.keys().copied().collect(), "events tell the cache as it is");
        assert!(stats.running <= self.limits.max_num_seqs);
    }
}

proptest! {
    #[test]
    fn blocks_are_kept_account_of(limits in limits(), actions in actions()) {
        let mut watched = Watched::new(limits);
        for action in actions {
            match action {
                Action::Submit { family, shared, prompt, output } => {
                    watched.submit(request(family, shared, prompt, output));
                }
                Action::Step => {
                    watched.step(None);
                }
                Action::Abort { which, in_step: true } => {
                    watched.step(Some(which));
                }
                Action::Abort { which, in_step: false } => watched.abort(which),
                Action::Reset => {
                    let is_unused = watched.engine.stats().referenced_blocks == 0;
                    prop_assert_eq!(watched.engine.reset_prefix_cache(), is_unused);
                    watched.follow_cache();
                }
            }
            watched.check();
        }

        let mut steps = 0;
        while watched.step(None) {
            watched.check();
            steps += 1;
            prop_assert!(steps < 1_000_000, "it never drains");
        }
        let stats = watched.engine.stats();
        prop_assert_eq!((stats.waiting, stats.running, stats.referenced_blocks), (0, 0, 0));
        prop_assert_eq!(watched.engine.pool.audit().cached as usize, watched.cache.len());
        for (id, request) in &watched.requests {
            let received = watched.received[id];
            prop_assert!(received == request.output_tokens || received == u32::MAX);
        }
    }
}

/// The property above sees preemptions: a batch that must outgrow the cache has them, and ends all the same.
#[test]
fn a_batch_that_outgrows_the_cache_is_preempted_and_ends() {
    let limits = Limits { kv_blocks: 25, block_size: 4, max_num_seqs: 8, max_num_batched_tokens: 64 };
    let mut watched = Watched::new(limits);
    for family in 0..4 {
        watched.submit(request(family, 0, 20, 40));
    }
    while watched.step(None) {
        watched.check();
    }
    assert!(watched.engine.stats().preemptions > 0);
    let ended: HashSet<u32> = watched.received.values().copied().collect();
    assert_eq!(ended, HashSet::from([40]));
}
