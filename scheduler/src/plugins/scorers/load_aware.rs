//! `load-aware-scorer`: the shorter the queue against a threshold, the better; at most 0.5.

use super::Known;
use crate::scheduling::{Candidates, Cycle, Scorer};

/// `0.5 · (1 − min(q, T) / T)`.
#[derive(Debug, Clone, Copy)]
pub(in crate::plugins) struct LoadAwareScorer {
    pub(in crate::plugins) known: Known,
    /// `T`, in requests, above 0.
    pub(in crate::plugins) threshold: f64,
}

impl Scorer for LoadAwareScorer {
    fn score(&self, cycle: &Cycle<'_>, candidates: &Candidates, scores: &mut [f64]) {
        self.known.read(cycle, candidates, scores, |metrics| f64::from(metrics.waiting()));
        for score in scores {
            *score = 0.5 * (1.0 - score.min(self.threshold) / self.threshold);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugins::testbed::{Bed, STALENESS, assert_close};

    #[test]
    fn scores_fall_to_nothing_at_the_threshold() {
        let scorer = LoadAwareScorer { known: Known { staleness: STALENESS }, threshold: 128.0 };
        assert_close(&Bed::waiting(&[0, 64, 128, 500]).scores(&scorer), &[0.5, 0.25, 0.0, 0.0]);
    }
}
