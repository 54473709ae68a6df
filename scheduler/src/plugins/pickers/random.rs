//! `random-picker`: any, whatever the scores.

use rand::rngs::SmallRng;

use super::take_highest;
use crate::model::Target;
use crate::scheduling::{Candidates, Cycle, Picker};

#[derive(Debug, Clone, Copy)]
pub(in crate::plugins) struct RandomPicker {
    /// How many endpoints to name, at least 1.
    pub(in crate::plugins) max_endpoints: usize,
}

impl Picker for RandomPicker {
    fn pick(&self, cycle: &Cycle<'_>, candidates: &Candidates, _: &[f64], rng: &mut SmallRng) -> Target {
        take_highest(cycle, candidates, self.max_endpoints, rng, |_, _| 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugins::testbed::Bed;

    #[test]
    fn every_endpoint_is_as_likely_at_every_rank() {
        let bed = Bed::of(3);
        let mut counts = [[0; 3]; 2];
        for seed in 0..3000 {
            let picked = bed.picked(&RandomPicker { max_endpoints: 2 }, &[9.0, 0.0, 1.0], seed);
            assert_ne!(picked[0], picked[1]);
            for (rank, name) in picked.iter().enumerate() {
                counts[rank][usize::from(name.as_bytes()[0] - b'a')] += 1;
            }
        }
        assert!(counts.iter().flatten().all(|count| (900..1100).contains(count)), "{counts:?}");
    }
}
