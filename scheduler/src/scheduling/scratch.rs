//! Buffers that decisions reuse.

use std::cell::RefCell;

use rand::SeedableRng as _;
use rand::rngs::SmallRng;

use super::{Candidates, PrefixHits, ProfileResults};

/// Buffers of one decision, kept by each thread for its next.
#[derive(Debug)]
pub struct Scratch {
    pub(super) candidates: Candidates,
    pub(super) scores: Vec<f64>,
    pub(super) prefix: Vec<PrefixHits>,
    pub(super) results: ProfileResults,
    pub(super) rng: SmallRng,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch::new(SmallRng::from_rng(&mut rand::rng())));
}

impl Scratch {
    /// Buffers with a random generator of their own: the same seed gives the same picks.
    pub fn new(rng: SmallRng) -> Self {
        Self {
            candidates: Vec::new(),
            scores: Vec::new(),
            prefix: Vec::new(),
            results: ProfileResults::default(),
            rng,
        }
    }

    /// Makes the picks of this thread repeatable from here on.
    pub fn seed(seed: u64) {
        Self::with(|scratch| scratch.rng = SmallRng::seed_from_u64(seed));
    }

    /// Lends the buffers of this thread; not to be called from within itself.
    pub fn with<R>(use_it: impl FnOnce(&mut Self) -> R) -> R {
        SCRATCH.with_borrow_mut(use_it)
    }
}
