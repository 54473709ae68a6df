//! `max-score-picker`: the best, and the next best as fallbacks; equals in random order.

use rand::rngs::SmallRng;

use super::take_highest;
use crate::model::Target;
use crate::scheduling::{Candidates, Cycle, Picker};

#[derive(Debug, Clone, Copy)]
pub(in crate::plugins) struct MaxScorePicker {
    /// How many endpoints to name, at least 1.
    pub(in crate::plugins) max_endpoints: usize,
}

impl Picker for MaxScorePicker {
    fn pick(&self, cycle: &Cycle<'_>, candidates: &Candidates, totals: &[f64], rng: &mut SmallRng) -> Target {
        take_highest(cycle, candidates, self.max_endpoints, rng, |position, _| totals[position])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugins::testbed::Bed;

    #[test]
    fn takes_the_best_in_their_order() {
        let bed = Bed::of(4);
        let totals = [3.0, 3.8, 1.4, 2.5];
        for (max_endpoints, expected) in [(1, &["b"] as &[_]), (2, &["b", "a"]), (9, &["b", "a", "d", "c"])] {
            assert_eq!(bed.picked(&MaxScorePicker { max_endpoints }, &totals, 1), expected);
        }
    }

    #[test]
    fn the_lot_decides_between_equals_alone() {
        let bed = Bed::of(4);
        let picker = MaxScorePicker { max_endpoints: 1 };
        let mut counts = [0; 4];
        for seed in 0..3000 {
            let picked = bed.picked(&picker, &[1.0, 0.5, 1.0, 1.0], seed);
            counts[usize::from(picked[0].as_bytes()[0] - b'a')] += 1;
        }
        assert_eq!(counts[1], 0);
        for index in [0, 2, 3] {
            assert!((900..1100).contains(&counts[index]), "{counts:?}");
        }
    }
}
