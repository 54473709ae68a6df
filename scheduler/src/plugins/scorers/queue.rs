//! `queue-scorer`: the fewer requests wait in the engine, the better.

use super::{Known, score_least};
use crate::scheduling::{Candidates, Cycle, Scorer};

/// `(max − q) / (max − min)` over the candidates' queues; 1 for all when they are equal.
#[derive(Debug, Clone, Copy)]
pub(in crate::plugins) struct QueueScorer(pub(in crate::plugins) Known);

impl Scorer for QueueScorer {
    fn score(&self, cycle: &Cycle<'_>, candidates: &Candidates, scores: &mut [f64]) {
        self.0.read(cycle, candidates, scores, |metrics| f64::from(metrics.waiting()));
        score_least(scores);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugins::testbed::{Bed, STALENESS, assert_close};

    #[test]
    fn scores_spread_from_the_longest_to_the_shortest_queue() {
        let table: [(&[u32], &[f64]); 4] = [
            (&[3, 0, 10], &[0.7, 1.0, 0.0]),
            (&[4, 4, 4], &[1.0, 1.0, 1.0]),
            (&[u32::MAX, 0], &[0.0, 1.0]),
            (&[7], &[1.0]),
        ];
        for (queues, expected) in table {
            let scorer = QueueScorer(Known { staleness: STALENESS });
            assert_close(&Bed::waiting(queues).scores(&scorer), expected);
        }
    }
}
