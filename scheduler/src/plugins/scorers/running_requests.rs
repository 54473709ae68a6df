//! `running-requests-size-scorer`: the fewer requests the engine runs, the better.

use super::{Known, score_least};
use crate::scheduling::{Candidates, Cycle, Scorer};

/// `(max − r) / (max − min)` over the candidates' running requests; 1 for all when they are equal.
#[derive(Debug, Clone, Copy)]
pub(in crate::plugins) struct RunningRequestsScorer(pub(in crate::plugins) Known);

impl Scorer for RunningRequestsScorer {
    fn score(&self, cycle: &Cycle<'_>, candidates: &Candidates, scores: &mut [f64]) {
        self.0.read(cycle, candidates, scores, |metrics| f64::from(metrics.running()));
        score_least(scores);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MetricsSample;
    use crate::plugins::testbed::{Bed, STALENESS, assert_close};

    #[test]
    fn scores_spread_from_the_most_to_the_least_running() {
        let sample = |running| MetricsSample { running: Some(running), ..Default::default() };
        let bed = Bed::saying([4, 2, 8, 6].map(sample));
        let scorer = RunningRequestsScorer(Known { staleness: STALENESS });
        assert_close(&bed.scores(&scorer), &[2.0 / 3.0, 1.0, 0.0, 1.0 / 3.0]);
    }
}
