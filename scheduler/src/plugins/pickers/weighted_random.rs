//! `weighted-random-picker`: each with a probability proportional to its score.

use rand::RngExt as _;
use rand::rngs::SmallRng;

use super::take_highest;
use crate::model::Target;
use crate::scheduling::{Candidates, Cycle, Picker};

/// Weighted sampling without replacement (Efraimidis and Spirakis, A-Res): the highest keys `U^(1/score)` win, `U`
/// uniform in (0, 1]. The keys are compared by their logarithms, which small scores do not underflow. A score of 0
/// or less comes after all others.
#[derive(Debug, Clone, Copy)]
pub(in crate::plugins) struct WeightedRandomPicker {
    /// How many endpoints to name, at least 1.
    pub(in crate::plugins) max_endpoints: usize,
}

impl Picker for WeightedRandomPicker {
    fn pick(&self, cycle: &Cycle<'_>, candidates: &Candidates, totals: &[f64], rng: &mut SmallRng) -> Target {
        take_highest(cycle, candidates, self.max_endpoints, rng, |position, rng| {
            let uniform = 1.0 - rng.random::<f64>();
            let score = totals[position];
            if score > 0.0 { uniform.ln() / score } else { f64::NEG_INFINITY }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugins::testbed::Bed;

    fn counts(totals: &[f64]) -> [u32; 4] {
        let bed = Bed::of(4);
        let mut counts = [0; 4];
        for seed in 0..4000 {
            let picked = bed.picked(&WeightedRandomPicker { max_endpoints: 1 }, totals, seed);
            counts[usize::from(picked[0].as_bytes()[0] - b'a')] += 1;
        }
        counts
    }

    #[test]
    fn shares_follow_the_scores() {
        for scale in [1.0, 1e-6] {
            let counts = counts(&[scale, 3.0 * scale, 0.0, -1.0]);
            assert_eq!(counts[2..], [0, 0]);
            assert!((900..1100).contains(&counts[0]), "{counts:?}");
        }
    }

    #[test]
    fn without_any_score_all_are_as_likely() {
        let counts = counts(&[0.0; 4]);
        assert!(counts.iter().all(|count| (900..1100).contains(count)), "{counts:?}");
    }
}
