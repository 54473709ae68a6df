//! Pickers (`epp.md` §4.5). All take the candidates with the highest keys; what the key is makes the difference.

mod max_score;
mod random;
mod weighted_random;

use std::sync::Arc;

use rand::RngExt as _;
use rand::rngs::SmallRng;
use smallvec::SmallVec;

pub(super) use max_score::MaxScorePicker;
pub(super) use random::RandomPicker;
pub(super) use weighted_random::WeightedRandomPicker;

use crate::model::Target;
use crate::scheduling::{Candidates, Cycle};

/// A candidate that may be taken, with what decides between equal keys.
struct Entry {
    key: f64,
    lot: u64,
    candidate: u32,
}

impl Entry {
    fn precedes(&self, other: &Self) -> bool {
        self.key.total_cmp(&other.key).then(self.lot.cmp(&other.lot)).is_gt()
    }
}

/// The `count` candidates with the highest keys, best first; between equal keys the lot decides. `key` is given the
/// position among the candidates. More than eight fallbacks take an allocation.
fn take_highest(
    cycle: &Cycle<'_>,
    candidates: &Candidates,
    count: usize,
    rng: &mut SmallRng,
    key: impl Fn(usize, &mut SmallRng) -> f64,
) -> Target {
    let mut taken: SmallVec<[Entry; 8]> = SmallVec::new();
    for (position, &candidate) in candidates.iter().enumerate() {
        let key = key(position, rng);
        // Most of a large pool ends here, and draws no lot.
        if taken.len() == count && taken.last().is_some_and(|worst| key < worst.key) {
            continue;
        }
        let entry = Entry { key, lot: rng.random(), candidate };
        let place = taken.partition_point(|better| better.precedes(&entry));
        if place < count {
            taken.truncate(count - 1);
            taken.insert(place, entry);
        }
    }
    Target { endpoints: taken.iter().map(|entry| Arc::clone(cycle.endpoint(entry.candidate))).collect() }
}
